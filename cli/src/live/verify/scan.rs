//! What answers besides the table: one address at a time, read only.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use modbus_bindgen_runtime::{Bus, DeviceImage, DeviceInfo, ImageCell, PointInfo, Table, Unit};

use super::super::progress::Progress;
use super::shifted::{Place, listed};
use crate::failure::Failure;
use crate::output;

/// So many addresses in a row that nobody answers end the scan.
const SILENT_IN_A_ROW: usize = 8;

/// Addresses of a table, or of all tables that a device has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScanRange {
    table: Option<Table>,
    addresses: RangeInclusive<u16>,
}

/// `holding 0-200`, `0-99`
pub(crate) fn range(text: &str) -> Result<ScanRange, String> {
    let expected = || "expected `0-200` or `holding 0-200`; tables are coil, discrete, input and holding".to_owned();
    let (table, range) = match text.trim().rsplit_once(' ') {
        None => (None, text.trim()),
        Some((table, range)) => {
            let table = match table.trim() {
                "coil" | "coils" => Table::Coil,
                "discrete" | "discrete_input" => Table::DiscreteInput,
                "input" | "input_register" => Table::InputRegister,
                "holding" | "holding_register" => Table::HoldingRegister,
                _ => return Err(expected()),
            };
            (Some(table), range)
        }
    };
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let (first, last) = (first.parse().map_err(|_| expected())?, last.parse().map_err(|_| expected())?);
    if first <= last { Ok(ScanRange { table, addresses: first..=last }) } else { Err(expected()) }
}

/// What is in no table: all that was asked, by address.
pub(super) async fn scan(
    ranges: &[ScanRange],
    device: &DeviceInfo,
    bus: &Bus,
    home: u8,
) -> Result<DeviceImage, Failure> {
    let known = listed(device);
    let used: BTreeSet<Table> = device.points().map(PointInfo::table).collect();
    let mut wanted: BTreeSet<Place> = BTreeSet::new();
    for ScanRange { table, addresses } in ranges {
        let tables = table.map_or_else(|| used.clone(), |table| BTreeSet::from([table]));
        for table in tables {
            wanted.extend(addresses.clone().map(|address| (device.link.unit_id, table, address)));
        }
    }
    // What the table lists was read as it says, or must not be read.
    wanted.retain(|place| !known.contains(place));
    let mut found = DeviceImage::new(device.name);
    let mut progress = Progress::new("scanning", wanted.len());
    let mut silent = 0_usize;
    for (unit, table, address) in wanted {
        let cell = ask(&bus.unit(home), table, address).await?;
        silent = if cell == ImageCell::Silent { silent.saturating_add(1) } else { 0 };
        found.set(unit, table, address, cell);
        progress.step();
        if silent >= SILENT_IN_A_ROW {
            output::say(&format!("the scan ended at {table} {address}: {silent} addresses in a row were not answered"));
            break;
        }
    }
    Ok(found)
}

/// What one address holds.
pub(crate) async fn ask(unit: &Unit, table: Table, address: u16) -> Result<ImageCell, Failure> {
    let words = match table {
        Table::Coil => unit.read_coils(address, 1).await.map(|bits| bits.into_iter().map(u16::from).collect()),
        Table::DiscreteInput => {
            unit.read_discrete_inputs(address, 1).await.map(|bits| bits.into_iter().map(u16::from).collect())
        }
        Table::InputRegister => unit.read_input(address, 1).await,
        Table::HoldingRegister => unit.read_holding(address, 1).await,
    };
    match words.as_deref() {
        Ok([word]) => Ok(ImageCell::Word(*word)),
        Ok(_) => Ok(ImageCell::Silent),
        Err(error) => match error.exception() {
            Some(exception) => Ok(ImageCell::Exception(exception.code.code())),
            None if is_gone(error) => Err(Failure::Message(error.to_string())),
            None => Ok(ImageCell::Silent),
        },
    }
}

fn is_gone(error: &modbus_bindgen_runtime::ReadError) -> bool {
    use modbus_bindgen_runtime::{ReadErrorKind, TransactionError};
    match error.kind() {
        ReadErrorKind::Transaction(error) => {
            matches!(error.last(), TransactionError::Transport { .. } | TransactionError::Closed)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_as_the_manifest_names_registers() {
        let read = |text| range(text).map(|range| (range.table, *range.addresses.start(), *range.addresses.end()));
        assert_eq!(read("0-200"), Ok((None, 0, 200)));
        assert_eq!(read("holding 7"), Ok((Some(Table::HoldingRegister), 7, 7)));
        assert_eq!(read(" input 1-65535 "), Ok((Some(Table::InputRegister), 1, 65_535)));
        for text in ["", "9-1", "holding", "register 1-2", "1-70000", "-1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}

//! What a device takes: the largest request, and how long it thinks.

use std::time::{Duration, Instant};

use modbus_bindgen_runtime::{DeviceImage, DeviceInfo, ImageCell, Table, Unit};

use super::finding::Proposal;
use super::shifted::listed;

/// How many requests are timed.
const TIMED: usize = 7;

/// What was learnt.
#[derive(Debug, Clone, Default)]
pub(super) struct Learnt {
    /// The most registers that were answered in one request.
    pub(super) largest: Option<u16>,
    /// Fewer than this are refused.
    pub(super) refused: Option<u16>,
    /// From a request of one register to its reply.
    pub(super) round_trip: Option<Duration>,
    pub(super) proposals: Vec<Proposal>,
}

/// The longest stretch of registers that were read: table, first, count.
fn longest(image: &DeviceImage, unit: u8) -> Option<(Table, u16, u16)> {
    let mut best: Option<(Table, u16, u16)> = None;
    let mut current: Option<(Table, u16, u16)> = None;
    for (id, table, address, cell) in image.iter() {
        let is_read = id == unit && !table.is_bit() && matches!(cell, ImageCell::Word(_));
        current = match current {
            _ if !is_read => None,
            Some((of, first, count)) if of == table && first.checked_add(count) == Some(address) => {
                Some((of, first, count.saturating_add(1)))
            }
            _ => Some((table, address, 1)),
        };
        let is_longer = |(.., count): &(Table, u16, u16)| best.is_none_or(|(.., most)| *count > most);
        best = current.filter(is_longer).or(best);
    }
    best
}

/// Asks a unit without a table, so that nothing but the protocol limits what is asked.
pub(super) async fn learn(image: &DeviceImage, device: &DeviceInfo, unit: &Unit) -> Learnt {
    let mut learnt = Learnt::default();
    let Some((table, first, count)) = longest(image, device.link.unit_id) else { return learnt };
    let read = async |count: u16| match table {
        Table::InputRegister => unit.read_input(first, count).await.is_ok(),
        _ => unit.read_holding(first, count).await.is_ok(),
    };
    let mut times = Vec::new();
    for _ in 0..TIMED {
        let begin = Instant::now();
        if read(1).await {
            times.push(begin.elapsed());
        }
    }
    times.sort_unstable();
    learnt.round_trip = times.get(times.len() / 2).copied();

    let most = count.min(table.max_read());
    let (mut good, mut bad) = if read(most).await { (most, None) } else { (1, Some(most)) };
    while let Some(refused) = bad.filter(|refused| refused.saturating_sub(good) > 1) {
        let middle = good.saturating_add(refused.saturating_sub(good) / 2);
        if read(middle).await {
            good = middle;
        } else {
            bad = Some(middle);
        }
    }
    (learnt.largest, learnt.refused) = (Some(good), bad);
    let stated = device.link.max_read(table);
    if good > stated || bad.is_some_and(|bad| bad <= stated) {
        let value = good.to_string();
        learnt.proposals.push(Proposal::Key { section: "link", key: "max_read_registers", value });
    }
    learnt
}

/// What a scan says about gaps: whether requests may cross addresses that the table does not list.
pub(super) fn gaps(scanned: &DeviceImage, device: &DeviceInfo) -> Option<Proposal> {
    let known = listed(device);
    let (mut widest, mut is_any_closed) = (0_u16, false);
    let mut before: Option<(u8, Table, u16)> = None;
    for place in &known {
        let (unit, table, address) = *place;
        if let Some((last_unit, last_table, last)) = before
            && (last_unit, last_table) == (unit, table)
        {
            let between = last.saturating_add(1)..address;
            let cells: Vec<_> = between.clone().filter_map(|at| scanned.get(unit, table, at)).collect();
            // Only gaps that were asked as a whole say something.
            if !cells.is_empty() && cells.len() == between.len() {
                let is_open = cells.iter().all(|cell| matches!(cell, ImageCell::Word(_)));
                is_any_closed |= !is_open;
                let width = u16::try_from(cells.len()).unwrap_or(u16::MAX);
                widest = if is_open { widest.max(width) } else { widest };
            }
        }
        before = Some(*place);
    }
    let value = match (widest, is_any_closed) {
        (0, _) => return None,
        (width, false) => width.to_string(),
        (_, true) => "\"learn\"".to_owned(),
    };
    Some(Proposal::Key { section: "link", key: "gaps", value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_stretch_of_registers_is_found() {
        let mut image = DeviceImage::new("");
        assert_eq!(longest(&image, 1), None);
        for address in [0, 1, 5, 6, 7, 9] {
            image.set(1, Table::InputRegister, address, ImageCell::Word(0));
            image.set(2, Table::HoldingRegister, address, ImageCell::Word(0));
        }
        for address in 0..20 {
            image.set(1, Table::Coil, address, ImageCell::Word(0));
        }
        image.set(1, Table::InputRegister, 8, ImageCell::Exception(2));
        assert_eq!(longest(&image, 1), Some((Table::InputRegister, 5, 3)));
        image.set(1, Table::InputRegister, 8, ImageCell::Word(2));
        assert_eq!(longest(&image, 1), Some((Table::InputRegister, 5, 5)));
    }
}

//! Which registers a manifest entry speaks of: `coil 3`, `input 20-26, holding 22`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use super::reader::Section;
use super::selectors::{self, Ways};
use crate::diagnostic::Diagnostic;
use crate::model::{Table, selector};

/// Ranges of addresses, each in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registers {
    /// First and last address of each.
    pub(crate) ranges: Vec<(Table, u16, u16)>,
}

impl Registers {
    /// Whether this address is one of them.
    pub(crate) fn contains(&self, table: Table, address: u16) -> bool {
        self.ranges.iter().any(|(of, first, last)| *of == table && (*first..=*last).contains(&address))
    }

    /// Whether all of these addresses are among them.
    pub(crate) fn contains_all(&self, table: Table, addresses: RangeInclusive<u16>) -> bool {
        addresses.into_iter().all(|address| self.contains(table, address))
    }

    /// Whether one of these addresses is among them.
    pub(crate) fn contains_one(&self, table: Table, addresses: &RangeInclusive<u16>) -> bool {
        self.ranges
            .iter()
            .any(|(of, first, last)| *of == table && first <= addresses.end() && addresses.start() <= last)
    }

    /// As manifests write it: `holding 58` for holding register 58.
    pub(crate) fn selector(&self) -> String {
        selector(&self.ranges)
    }

    /// Parses a list; the error is the part that is not understood.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let ranges =
            text.split(',').map(|part| range(part).ok_or_else(|| part.trim().to_owned())).collect::<Result<_, _>>()?;
        Ok(Self { ranges })
    }
}

/// Which of many lists may have an address: found by its upper byte, since there may be a list for each address.
pub(crate) struct Index(BTreeMap<(Table, u8), Vec<usize>>);

impl Index {
    /// The places of these lists.
    pub(crate) fn new<'r>(lists: impl Iterator<Item = &'r Registers>) -> Self {
        let mut places: BTreeMap<(Table, u8), Vec<usize>> = BTreeMap::new();
        for (place, registers) in lists.enumerate() {
            for (table, first, last) in &registers.ranges {
                for upper in upper(*first)..=upper(*last) {
                    let places = places.entry((*table, upper)).or_default();
                    if places.last() != Some(&place) {
                        places.push(place);
                    }
                }
            }
        }
        Self(places)
    }

    /// The places of those that may have this address, in order.
    pub(crate) fn near(&self, table: Table, address: u16) -> impl Iterator<Item = usize> {
        self.0.get(&(table, upper(address))).into_iter().flatten().copied()
    }
}

fn upper(address: u16) -> u8 {
    let [upper, _] = address.to_be_bytes();
    upper
}

fn range(part: &str) -> Option<(Table, u16, u16)> {
    let (name, addresses) = part.trim().rsplit_once(' ')?;
    let table = match name.trim() {
        "coil" => Table::Coil,
        "discrete" | "discrete input" | "discrete_input" => Table::DiscreteInput,
        "input" | "input register" | "input_register" => Table::InputRegister,
        "holding" | "holding register" | "holding_register" => Table::HoldingRegister,
        _ => return None,
    };
    let (first, last) = addresses.split_once('-').unwrap_or((addresses, addresses));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((table, first, last))
}

/// The registers a section names; none where it names none or where they are not understood, which is reported.
pub(super) fn read(section: &Section<'_>) -> Option<Registers> {
    read_key(section, "registers")
}

/// The same, under another key.
pub(super) fn read_key(section: &Section<'_>, key: &'static str) -> Option<Registers> {
    let text = section.string(key)?;
    match Registers::parse(&text.value) {
        Ok(registers) => Some(registers),
        Err(part) => {
            section.report(
                Diagnostic::error("E0206", "these registers are not understood")
                    .at(text.place.holds(part))
                    .expected("coil 3, discrete 12, input 20-26, holding 22: a table, then an address or a range, separated by commas"),
            );
            None
        }
    }
}

/// The registers a section has to name, by address or in a further way; none where it is about points that are to be looked
/// up yet.
pub(super) fn required(section: &Section<'_>, ways: Ways) -> Option<Registers> {
    if !section.holds("registers") && (section.holds("labels") || section.holds("ids")) {
        selectors::read(section, None, ways);
        return Some(Registers { ranges: Vec::new() });
    }
    section.required_string("registers", "the registers it is about: \"coil 3, input 20-26\"")?;
    selected(section, ways)
}

/// The registers a section names, by address or in a further way.
pub(super) fn selected(section: &Section<'_>, ways: Ways) -> Option<Registers> {
    let registers = read(section);
    if section.holds("registers") && registers.is_none() {
        return None;
    }
    let names_points = selectors::read(section, registers.as_ref(), ways);
    // Those among them that are named so are found later.
    if names_points { Some(Registers { ranges: Vec::new() }) } else { registers }
}

impl fmt::Display for Registers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (table, first, last)) in self.ranges.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            match first == last {
                true => write!(f, "{separator}{table} {first}")?,
                false => write!(f, "{separator}{table} {first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_lists_and_ranges() {
        let registers = Registers::parse("coil 3, input 20-26,holding register 22").unwrap();
        assert_eq!(registers.to_string(), "coil 3, input register 20-26, holding register 22");
        assert!(registers.contains(Table::InputRegister, 26));
        assert!(!registers.contains(Table::InputRegister, 27));
    }

    #[test]
    fn names_the_part_it_does_not_understand() {
        for (text, part) in
            [("coil 3, coils 4", "coils 4"), ("input 9-7", "input 9-7"), ("holding 65536", "holding 65536"), ("", "")]
        {
            assert_eq!(Registers::parse(text), Err(part.to_owned()));
        }
    }
}

//! Where a point is, as lines of a lock say it: `[unit N ]table words[.low-high][ read|write][ @variant]`.

use std::fmt;
use std::str::FromStr;

use crate::diff::visible;
use crate::model::{Access, Device, Point, Table};

/// Where a point is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Where {
    pub(super) unit_id: Option<u8>,
    pub(super) table: Table,
    /// The lowest of its words: what the lines are sorted by.
    pub(super) address: u16,
    pub(super) bits: Option<(u8, u8)>,
    /// Where what is read and what is written are two points.
    pub(super) side: Side,
    pub(super) variants: Vec<String>,
    /// Addresses, most significant word first.
    pub(super) words: Vec<u16>,
}

/// Which of two points of one register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Side {
    /// There is one.
    Whole,
    /// What is read.
    Read,
    /// What is written.
    Write,
}

const TABLES: [(&str, Table); 4] = [
    ("coil", Table::Coil),
    ("discrete", Table::DiscreteInput),
    ("input", Table::InputRegister),
    ("holding", Table::HoldingRegister),
];

impl Where {
    /// Where the points of a device are, in their order.
    pub(super) fn all(device: &Device) -> Vec<Self> {
        let mut places: Vec<Self> = device.points.iter().map(|point| Self::of(device, point)).collect();
        let mut seen: std::collections::HashMap<Self, usize> = std::collections::HashMap::new();
        for place in &places {
            let count = seen.entry(place.clone()).or_default();
            *count = count.saturating_add(1);
        }
        for (place, point) in places.iter_mut().zip(&device.points) {
            if seen.get(place).is_some_and(|count| *count > 1) {
                place.side = match point.access {
                    Access::Read => Side::Read,
                    Access::Write => Side::Write,
                    Access::ReadWrite => Side::Whole,
                };
            }
        }
        places
    }

    fn of(device: &Device, point: &Point) -> Self {
        Self {
            unit_id: point.unit_id.filter(|unit| *unit != device.link.unit_id),
            table: point.table,
            address: point.address(),
            bits: point.bit_range,
            side: Side::Whole,
            variants: point.variants.iter().map(|variant| visible(variant)).collect(),
            words: point.words.clone(),
        }
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(unit) = self.unit_id {
            write!(f, "unit {unit} ")?;
        }
        let table = TABLES.iter().find(|(_, table)| *table == self.table).map_or("", |(name, _)| name);
        let words: Vec<String> = self.words.iter().map(u16::to_string).collect();
        write!(f, "{table} {}", words.join(","))?;
        if let Some((low, high)) = self.bits {
            write!(f, ".{low}-{high}")?;
        }
        match self.side {
            Side::Whole => {}
            Side::Read => f.write_str(" read")?,
            Side::Write => f.write_str(" write")?,
        }
        self.variants.iter().try_for_each(|variant| write!(f, " @{variant}"))
    }
}

/// A text that is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoPlace;

impl FromStr for Where {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let mut parts = text.split(" @");
        let place = parts.next().unwrap_or_default();
        let variants: Vec<String> = parts.map(str::to_owned).collect();
        let mut words = place.split(' ').peekable();
        let unit_id = match words.next_if_eq(&"unit") {
            Some(_) => Some(words.next().and_then(|unit| unit.parse().ok()).ok_or(NoPlace)?),
            None => None,
        };
        let name = words.next().ok_or(NoPlace)?;
        let (_, table) = TABLES.into_iter().find(|(known, _)| *known == name).ok_or(NoPlace)?;
        let named = words.next().ok_or(NoPlace)?;
        let (addresses, bits) = match named.split_once('.') {
            Some((addresses, bits)) => {
                let (low, high) = bits.split_once('-').ok_or(NoPlace)?;
                let bit = |text: &str| text.parse::<u8>().map_err(|_| NoPlace);
                (addresses, Some((bit(low)?, bit(high)?)))
            }
            None => (named, None),
        };
        let side = match words.next() {
            None => Side::Whole,
            Some("read") => Side::Read,
            Some("write") => Side::Write,
            Some(_) => return Err(NoPlace),
        };
        let words: Vec<u16> =
            addresses.split(',').map(|word| word.parse().map_err(|_| NoPlace)).collect::<Result<_, _>>()?;
        let address = words.iter().copied().min().ok_or(NoPlace)?;
        Ok(Self { unit_id, table, address, bits, side, variants, words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        for text in [
            "holding 117",
            "unit 2 holding 84,83",
            "holding 52 read",
            "input 3.4-7 write @Model A @B 2",
            "coil 1",
            "discrete 9",
        ] {
            assert_eq!(text.parse::<Where>().map(|place| place.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "holding", "holding x", "unit x holding 1", "register 3", "holding 3 both", "holding 3.1"] {
            assert_eq!(text.parse::<Where>(), Err(NoPlace), "{text}");
        }
    }
}

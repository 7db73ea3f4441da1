//! Texts and bytes, and parts of registers.

use super::super::device::{Entry, Row};
use super::super::facts::{Fact, Meaning, Packing, Raw};
use super::Maker;

impl Maker {
    pub(super) fn text(&mut self, sheet: usize) -> (Row, Fact) {
        let count = u16::try_from(2 + self.random.below(10)).unwrap();
        let words = self.addresses(sheet, count);
        let (packing, order) = self.random.pick(&[
            (Packing::HighFirst, ""),
            (Packing::HighFirst, ""),
            (Packing::LowFirst, "BA"),
            (Packing::One, ""),
        ]);
        let characters = if packing == Packing::One { count } else { count * 2 };
        let row = Row::from([
            ("type", format!("string({characters})")),
            ("count", count.to_string()),
            ("order", order.to_owned()),
        ]);
        (row, self.fact(sheet, words, Raw::Text, Meaning::Text(packing, false)))
    }

    pub(super) fn bytes(&mut self, sheet: usize) -> (Row, Fact) {
        let count = u16::try_from(1 + self.random.below(6)).unwrap();
        let words = self.addresses(sheet, count);
        let row = Row::from([("type", format!("bytes[{}]", count * 2)), ("count", count.to_string())]);
        (row, self.fact(sheet, words, Raw::Bytes, Meaning::Bytes))
    }

    /// Parts of one register, a row each.
    pub(super) fn parts(&mut self, sheet: usize) {
        let words = self.addresses(sheet, 1);
        let shown = self.shown(sheet, words[0]);
        let mut low = 0_u8;
        // All parts of a register are read, or read and written.
        let writes = self.device.sheets[sheet].table == 3 && self.random.percent(50);
        let in_address = self.random.percent(30);
        while low < 16 {
            let width = u8::try_from(1 + self.random.below(6)).unwrap().min(16 - low);
            let high = low + width - 1;
            let (meaning, cell, word) = match width {
                1 => (Meaning::Truth, low.to_string(), ""),
                _ => (Meaning::Number { mul: 1, add: 0, div: 1 }, format!("{low}-{high}"), "uint16"),
            };
            let mut fact = self.fact(sheet, words.clone(), Raw::Unsigned, meaning);
            (fact.bits, fact.byte_swapped) = (Some((low, high)), self.order.1);
            (fact.reads, fact.writes) = (true, writes);
            let mut row = Row::from([("type", word.to_owned())]);
            if in_address {
                row.insert("address", format!("{shown}.{cell}"));
            } else {
                row.insert("bit", cell);
            }
            let mut entry = Entry { sheet, ..Entry::default() };
            if width > 1 && sheet != super::OTHER_UNIT && self.random.percent(25) {
                fact.side_effect = true;
                let expect = super::super::device::quoted(&fact.printed);
                entry.manifest = format!(
                    "[[override]]\nregisters = \"{}\"\nbit = \"{low}-{high}\"\nfield = \"read_side_effect\"\nexpect = [{expect}]\nvalue = true\nreason = \"Known.\"\n",
                    self.selector(sheet, &fact)
                );
            }
            self.push(entry, vec![(row, vec![fact])]);
            low = high + 1;
            if self.random.percent(30) {
                low += 1;
            }
        }
    }
}

//! What the manifest calls otherwise, and what its rules say of registers by their names, units and types.

use std::fmt::Write as _;

use super::super::device::{Entry, Row, quoted};
use super::super::facts::{Meaning, Packing, Raw};
use super::lists::listed;
use super::{Line, Maker};

/// Labels that give no name.
const NAMELESS: [&str; 4] = ["自动", "手动", "+++", "ВЫКЛ"];

impl Maker {
    /// Values or bits of which some are given names by `[[name]]`.
    pub(super) fn named_values(&mut self, sheet: usize) {
        // A list that others have is called after what it lists.
        if self.shares_lists || self.device.head.contains("grouped") {
            return self.plain(sheet);
        }
        let is_flags = self.random.percent(40);
        let words = self.addresses(sheet, 1);
        let mut codes = if is_flags { self.bits(6, 16) } else { self.codes(6) };
        let name = self.plain_name();
        let of: String = name.split(' ').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        let key = if is_flags { "bit" } else { "value" };
        let mut manifest = String::new();
        for (number, (code, label)) in codes.iter_mut().enumerate().take(NAMELESS.len()) {
            if self.random.percent(60) {
                NAMELESS[number].clone_into(label);
                let _ = writeln!(
                    manifest,
                    "[[name]]\ntype = \"{of}\"\n{key} = {code}\nprinted = {}\nname = \"Named{number}\"\n",
                    quoted(label)
                );
            }
        }
        let mut row = Row::from([("type", if is_flags { "bitfield16" } else { "enum16" }.to_owned())]);
        row.insert(if is_flags { "bits" } else { "values" }, listed(&codes));
        let meaning = if is_flags { Meaning::Flags(codes) } else { Meaning::Enum(codes) };
        let mut fact = self.fact(sheet, words, Raw::Unsigned, meaning);
        (fact.printed, fact.byte_swapped) = (name, self.order.1);
        self.preset(&mut fact);
        self.push(Entry { sheet, manifest, ..Entry::default() }, vec![(row, vec![fact])]);
    }

    /// A text whose packing a rule says.
    pub(super) fn text_by_rule(&mut self) {
        let count = u16::try_from(2 + self.random.below(10)).unwrap();
        let words = self.addresses(3, count);
        let (packing, word) = self.random.pick(&[
            (Packing::HighFirst, "two_high_first"),
            (Packing::LowFirst, "two_low_first"),
            (Packing::One, "one"),
        ]);
        let characters = if packing == Packing::One { count } else { count * 2 };
        let row = Row::from([("type", format!("string({characters})")), ("count", count.to_string())]);
        let fact = self.fact(3, words, Raw::Text, Meaning::Text(packing, false));
        let manifest = format!(
            "[[rule]]\nregisters = \"{}\"\nset = {{ packing = \"{word}\" }}\nreason = \"So it is.\"\n",
            self.selector(3, &fact)
        );
        self.push(Entry { sheet: 3, manifest, ..Entry::default() }, vec![(row, vec![fact])]);
    }

    /// A number of which a rule says what no cell does, found by its unit, its name or its table, and one beside it.
    pub(super) fn ruled(&mut self, sheet: usize) {
        let (words, order, swapped) = self.ordered(sheet, 1);
        let printed = self.plain_name();
        let number = self.number;
        let mut row = Row::from([("order", order.to_owned())]);
        let mut lines: Vec<Line> = Vec::new();
        let selected = match self.random.below(3) {
            0 => {
                row.insert("unit", format!("kvar{number}"));
                format!("units = [\"kvar{number}\"]")
            }
            1 => {
                let words = self.addresses(sheet, 1);
                let mut other = self.fact(sheet, words, Raw::Unsigned, Meaning::Number { mul: 1, add: 0, div: 1 });
                (other.printed, other.byte_swapped) = (self.plain_name(), self.order.1);
                self.preset(&mut other);
                lines.push((Row::from([("type", "uint16".to_owned())]), vec![other]));
                format!("labels = [\"*n{number}\", \"*n{0}\"]\nexcept = [\"*N{0}\"]", self.number)
            }
            _ => {
                let table = super::TABLES[self.device.sheets[sheet].table];
                format!("tables = [\"{table}\"]\nlabels = [\"{printed}\"]")
            }
        };
        let mut fact = self.fact(sheet, words, Raw::Signed, Meaning::Number { mul: 1, add: 0, div: 1 });
        (fact.printed, fact.byte_swapped) = (printed, swapped);
        let set = match self.random.below(4) {
            0 => "signed = true",
            1 => {
                // Whatever the table says.
                row.insert("type", "uint16".to_owned());
                "type = \"int16\", unit = \"kW\""
            }
            2 if !self.sunspec => {
                row.insert("type", "int16".to_owned());
                fact.not_available = vec![4711];
                "not_available = [4711], optional = false"
            }
            _ => {
                row.insert("type", "int16".to_owned());
                fact.keep_alive = Some(60);
                "keep_alive_s = 60"
            }
        };
        self.preset(&mut fact);
        lines.push((row, vec![fact]));
        let manifest = format!("[[rule]]\n{selected}\nset = {{ {set} }}\nreason = \"So it is.\"\n");
        self.push(Entry { sheet, manifest, ..Entry::default() }, lines);
    }
}

//! Registers of one address: in several models, at several unit ids, for reading and for writing.

use super::super::device::{Entry, MODELS, Row};
use super::super::facts::{Fact, Meaning, Raw};
use super::Maker;

impl Maker {
    /// The same addresses in two models, or a register that one of them has.
    pub(super) fn of_models(&mut self, sheet: usize) {
        let lone = self.random.percent(40);
        let next = self.next[sheet];
        let mut lines = Vec::new();
        let mut manifest = String::new();
        let mut end = next;
        for model in MODELS {
            self.next[sheet] = next;
            let (mut row, mut fact) = self.value(sheet);
            end = end.max(self.next[sheet]);
            row.insert("variant", model.to_owned());
            fact.variants = vec![model.to_owned()];
            if lone && self.random.percent(30) {
                row.insert("variant", MODELS.join(", "));
                fact.variants = MODELS.map(str::to_owned).to_vec();
            }
            if !lone && self.device.model.is_none() && is_plain(&row, &fact) && self.random.percent(50) {
                manifest += &self.none_of_one(sheet, &mut fact, &format!("variant = \"{model}\""));
            }
            lines.push((row, vec![fact]));
            if lone {
                break;
            }
        }
        self.next[sheet] = end;
        self.push(Entry { sheet, manifest, ..Entry::default() }, lines);
    }

    /// The same addresses at two unit ids.
    pub(super) fn of_units(&mut self, sheet: usize) {
        let next = self.next[sheet];
        let (row, fact) = self.value(sheet);
        let end = self.next[sheet];
        self.next[sheet] = next;
        let (mut other_row, mut other) = self.value(sheet);
        self.next[sheet] = end.max(self.next[sheet]);
        other_row.insert("unit_id", "3".to_owned());
        other.unit = Some(3);
        let mut entry = Entry { sheet, ..Entry::default() };
        if is_plain(&other_row, &other) && other.lowest() == fact.lowest() {
            entry.manifest = self.none_of_one(sheet, &mut other, "unit_id = 3");
        }
        self.push(entry, vec![(row, vec![fact]), (other_row, vec![other])]);
    }

    /// One register that is read as one thing and written as another.
    pub(super) fn read_and_written_apart(&mut self) {
        let words = self.addresses(3, 1);
        let mut lines = Vec::new();
        let mut entry = Entry { sheet: 3, ..Entry::default() };
        for (reads, word, raw) in [(true, "uint16", Raw::Unsigned), (false, "int16", Raw::Signed)] {
            let meaning = Meaning::Number { mul: 1, add: 0, div: 1 };
            let mut fact = self.fact(3, words.clone(), raw, meaning);
            (fact.reads, fact.writes, fact.byte_swapped) = (reads, !reads, self.order.1);
            self.preset(&mut fact);
            if reads && self.random.percent(50) {
                entry.manifest = self.none_of_one(3, &mut fact, "access = \"read\"");
            }
            lines.push((Row::from([("type", word.to_owned())]), vec![fact]));
        }
        self.push(entry, lines);
    }

    /// Says of one of several points at an address which raw value is none.
    pub(super) fn none_of_one(&mut self, sheet: usize, fact: &mut Fact, which: &str) -> String {
        fact.not_available = vec![77];
        format!(
            "[[override]]\nregisters = \"{}\"\n{which}\nfield = \"not_available\"\nexpect = [\"\"]\nvalue = \"77\"\nreason = \"Known.\"\n",
            self.selector(sheet, fact)
        )
    }
}

/// Whether it is a number of which nobody says when it is none.
fn is_plain(row: &Row, fact: &Fact) -> bool {
    matches!(fact.meaning, Meaning::Number { .. }) && fact.table > 1 && !row.contains_key("not_available")
}

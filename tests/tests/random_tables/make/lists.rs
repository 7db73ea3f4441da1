//! Lists of values and of bits, wherever they stand.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::device::{Entry, Row, quoted};
use super::super::facts::{Codes, Fact, Meaning, Raw};
use super::super::texts;
use super::Maker;

pub(super) fn listed(values: &[(i64, String)]) -> String {
    values.iter().map(|(code, label)| format!("{code}={label}")).collect::<Vec<_>>().join("; ")
}

impl Maker {
    /// Codes with labels that differ.
    pub(super) fn codes(&mut self, most: usize) -> Codes {
        let mut codes = BTreeSet::new();
        for _ in 0..=1 + self.random.below(most) {
            codes.insert(i64::try_from(self.random.below(30)).unwrap());
        }
        codes.into_iter().enumerate().map(|(number, code)| (code, texts::value(&mut self.random, number))).collect()
    }

    /// Bits of so many, with labels. Numbers that may be masks as well are in doubt: 2 and 4, but not 2 and 3.
    pub(super) fn bits(&mut self, most: usize, count: i64) -> Codes {
        let mut bits = self.codes(most);
        bits.retain(|(bit, _)| *bit < count);
        let may_be_masks = |bits: &Codes| {
            let skips = bits.iter().zip(bits.iter().skip(1)).any(|((one, _), (next, _))| next - one > 1);
            skips && bits.iter().all(|(bit, _)| bit.count_ones() == 1)
        };
        while may_be_masks(&bits) {
            bits.pop();
        }
        bits
    }

    /// At least two of them, with labels that are words only.
    fn plain_codes(&mut self) -> Codes {
        let mut codes = self.codes(5);
        if codes.len() < 2 {
            let next = codes[0].0 + 1;
            codes.push((next, String::new()));
        }
        for (number, (_, label)) in codes.iter_mut().enumerate() {
            ["Standby", "Heating", "Cooling", "Defrost", "Alarm", "Manual", "Party"][number].clone_into(label);
        }
        codes
    }

    pub(super) fn enumeration(&mut self, sheet: usize) -> (Row, Fact) {
        let codes = self.codes(6);
        let (word, count) = self.random.pick(&[("enum16", 1), ("enum16", 1), ("enum32", 2)]);
        let (words, order, swapped) = self.ordered(sheet, count);
        let row = Row::from([("type", word.to_owned()), ("values", listed(&codes)), ("order", order.to_owned())]);
        let mut fact = self.fact(sheet, words, Raw::Unsigned, Meaning::Enum(codes));
        fact.byte_swapped = swapped;
        self.preset(&mut fact);
        (row, fact)
    }

    pub(super) fn flags(&mut self, sheet: usize) -> (Row, Fact) {
        let (word, count) = self.random.pick(&[("bitfield16", 1), ("bitfield32", 2), ("bitfield16", 1)]);
        let (words, order, swapped) = self.ordered(sheet, count);
        let bits = self.bits(8, i64::from(count) * 16);
        let mut row = Row::from([("type", word.to_owned()), ("order", order.to_owned())]);
        if bits.is_empty() {
            row.insert("type", "bitset".to_owned());
            row.insert("count", count.to_string());
        }
        row.insert("bits", listed(&bits));
        let mut fact = self.fact(sheet, words, Raw::Unsigned, Meaning::Flags(bits));
        fact.byte_swapped = swapped;
        self.preset(&mut fact);
        (row, fact)
    }

    pub(super) fn special(&mut self, sheet: usize) -> (Row, Fact) {
        let values = self.codes(2);
        let (words, order, swapped) = self.ordered(sheet, 1);
        let (divisor, div) = self.random.pick(&[("10", 10), ("100", 100)]);
        let row = Row::from([
            ("type", "uint16".to_owned()),
            ("order", order.to_owned()),
            ("divisor", divisor.to_owned()),
            ("values", listed(&values)),
        ]);
        let codes = values.iter().map(|(code, _)| *code).collect();
        let mut fact = self.fact(sheet, words, Raw::Unsigned, Meaning::Special { codes, mul: 1, div });
        fact.byte_swapped = swapped;
        self.preset(&mut fact);
        (row, fact)
    }

    /// A register with its bits in rows of their own, which have no address or the same.
    pub(super) fn flag_rows(&mut self, sheet: usize) {
        let mut bits: Codes = self.plain_codes().into_iter().filter(|(bit, _)| *bit < 16).collect();
        if bits.is_empty() {
            bits.push((3, "Pump runs".to_owned()));
        }
        let words = self.addresses(sheet, 1);
        let shown = self.shown(sheet, words[0]).to_string();
        let mut fact = self.fact(sheet, words, Raw::Unsigned, Meaning::Flags(bits.clone()));
        let form = self.random.below(3);
        // A blank type beside rows of bits is a set of them, too.
        self.preset(&mut fact);
        (fact.byte_swapped, fact.printed) = (self.order.1, self.plain_name());
        let word = if form == 2 || self.random.percent(50) { "bitfield16" } else { "" };
        let mut lines = vec![(Row::from([("type", word.to_owned())]), vec![fact.clone()])];
        for (bit, label) in &bits {
            let mut row = Row::from([("description", label.clone())]);
            let numbered = self.random.pick(&["", "Bit "]);
            match form {
                0 => row.insert("bit", format!("{numbered}{bit}")),
                1 => {
                    row.insert("address", shown.clone());
                    row.insert("access", access(&fact));
                    row.insert("bit", bit.to_string())
                }
                _ => row.insert("code", format!("{numbered}{bit}")),
            };
            lines.push((row, Vec::new()));
        }
        self.push(Entry { sheet, ..Entry::default() }, lines);
    }

    /// A register with its values in rows beneath, by number or as a list that goes on.
    pub(super) fn rows_of_values(&mut self, sheet: usize) {
        let codes = self.plain_codes();
        let words = self.addresses(sheet, 1);
        let mut fact = self.fact(sheet, words, Raw::Unsigned, Meaning::Enum(codes.clone()));
        self.preset(&mut fact);
        fact.byte_swapped = self.order.1;
        let goes_on = self.random.percent(40);
        let mut first = Row::from([("type", "enum16".to_owned())]);
        if goes_on {
            first.insert("values", listed(&codes[..1]));
        }
        let mut lines = vec![(first, vec![fact])];
        for (code, label) in &codes[usize::from(goes_on)..] {
            let row = if goes_on {
                Row::from([("values", format!("{code}={label}"))])
            } else {
                let code = if self.random.percent(30) { format!("0x{code:02X}") } else { code.to_string() };
                Row::from([("code", code), ("description", label.clone())])
            };
            lines.push((row, Vec::new()));
        }
        self.push(Entry { sheet, ..Entry::default() }, lines);
    }

    /// The lines of the manifest that list values, in every form.
    fn given(&mut self, codes: &[(i64, String)]) -> String {
        let mut values = String::new();
        for (code, label) in codes {
            let _ = match self.random.below(3) {
                0 => writeln!(values, "{code} = {{ label = {}, name = \"Called{code}\" }}", quoted(label)),
                1 => writeln!(values, "{code} = {{ en = {} }}", quoted(label)),
                _ => writeln!(values, "{code} = {}", quoted(label)),
            };
        }
        values
    }

    /// Values that the manifest gives, or says where to find: a footnote, the description, lines below the name.
    pub(super) fn listed_in_manifest(&mut self, sheet: usize) {
        let codes = self.plain_codes();
        let words = self.addresses(sheet, 1);
        let name = self.plain_name();
        let number = self.number;
        let kind = self.random.below(8);
        let of_bits = kind == 5;
        let codes: Codes = match of_bits {
            true => (0..).zip(codes).map(|(bit, (_, label))| (bit * 3, label)).take(5).collect(),
            false => codes,
        };
        let meaning = match kind {
            4 | 6 => Meaning::Special { codes: codes.iter().map(|(code, _)| *code).collect(), mul: 1, div: 10 },
            5 => Meaning::Flags(codes.clone()),
            _ => Meaning::Enum(codes.clone()),
        };
        let mut fact = self.fact(sheet, words, Raw::Unsigned, meaning);
        self.preset(&mut fact);
        (fact.byte_swapped, fact.printed) = (self.order.1, name.clone());
        // What is at another unit id may have a namesake that the selector means, too.
        fact.unit = None;
        let sheet = if sheet == super::OTHER_UNIT { 3 } else { sheet };
        if self.device.sheets[sheet].table == 3 {
            fact.words = self.addresses(3, 1);
        }
        let registers = self.selector(sheet, &fact);
        let mut entry = Entry { sheet, ..Entry::default() };
        let mut row = Row::new();
        let in_text = codes.iter().map(|(code, label)| format!("{code}: {label}")).collect::<Vec<_>>().join(", ");
        let in_lines = codes.iter().fold(String::new(), |lines, (code, label)| lines + &format!("\n{code}={label}"));
        match kind {
            0 => {
                entry.manifest = format!("[enums.Listed{number}]\nfootnote = \"*{number}\"\n");
                entry.footnotes.push((format!("*{number}"), in_text));
                row.insert("description", format!("{name} *{number}"));
            }
            1 => {
                entry.manifest = format!("[enums.Inline{number}]\nregisters = \"{registers}\"\ninline = true\n");
                let list = if self.lists_below { in_lines } else { format!(", {in_text}") };
                let mut list = name.clone() + &list;
                if self.random.percent(40) {
                    // What is printed is a slip.
                    let (code, label) = &codes[0];
                    list = list.replacen(label.as_str(), "Slip", 1);
                    let _ = writeln!(
                        entry.manifest,
                        "labels = {{ {code} = {{ en = {}, name = \"Mended\" }} }}\nreason = \"A slip.\"",
                        quoted(label)
                    );
                }
                row.insert("description", list);
            }
            2 | 5 | 6 => {
                let values = self.given(&codes);
                let section = ["enums", "flags", "specials"][[0, 0, 0, 0, 0, 1, 2][kind]];
                if kind == 6 {
                    row.insert("divisor", "10".to_owned());
                    row.insert("signed", "0".to_owned());
                }
                entry.manifest = format!(
                    "[{section}.Given{number}]\nregisters = \"{registers}\"\nexpect = [{}]\nreason = \"Prose.\"\ndescription = \"What */ it <b>is.\"\n\n[{section}.Given{number}.values]\n{values}",
                    quoted(&name)
                );
            }
            7 if self.lists_anywhere => {
                row.insert("label", name.clone());
                row.insert("type", self.random.pick(&["uint16", "", "word"]).to_owned());
                row.insert("signed", "0".to_owned());
                let before = self.random.pick(&["", "R/W ", "Set by the user. ", "温度 */ "]);
                row.insert(
                    "description",
                    format!("{before}{}", in_text.replace(',', self.random.pick(&["", ",", ";"]))),
                );
            }
            3 if self.lists_below => {
                row.insert("description", name.clone() + &in_lines);
            }
            3 | 7 => {
                row.insert("type", "enum16".to_owned());
                row.insert("values", in_text);
            }
            _ => {
                row.insert("divisor", "10".to_owned());
                entry.manifest = format!("[specials.Special{number}]\nregisters = \"{registers}\"\ninline = true\n");
                let list = if self.lists_below { in_lines } else { format!(", {in_text}") };
                row.insert("description", name.clone() + &list);
                row.insert("signed", "0".to_owned());
            }
        }
        if self.device.is_bilingual {
            let translated = texts::plain(&mut self.random, self.number);
            // The same list below the other name.
            let below =
                row.get("description").and_then(|text| text.split_once('\n')).map(|(_, list)| format!("\n{list}"));
            fact.translated = None;
            row.insert("sv", translated + &below.unwrap_or_default());
        }
        self.push(entry, vec![(row, vec![fact])]);
    }
}

pub(super) fn access(fact: &Fact) -> String {
    match (fact.reads, fact.writes) {
        (true, true) => "R/W",
        (true, false) => "R",
        _ => "W",
    }
    .to_owned()
}

//! Registers that repeat: told by their names, ranges in a row, blocks that lie at a distance, blocks of rows.

use std::fmt::Write as _;

use super::super::device::{Entry, Row, quoted};
use super::super::facts::{Fact, Meaning, Raw};
use super::{BLOCKS, Maker};

const MEMBERS: [&str; 6] = ["Flow", "Mode */", "`State`", "<i>Level</i>", "Speed", "Värme"];
const NUMBERS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];

impl Maker {
    pub(super) fn array(&mut self) {
        for _ in 0..=self.random.below(2) {
            match self.random.below(4) {
                0 => self.by_name(),
                1 => self.range(),
                2 => self.at_a_distance(),
                _ => self.ranges_of_one(),
            }
        }
    }

    /// A family of registers that the names tell.
    fn by_name(&mut self) {
        self.number += 1;
        let number = self.number;
        let number_of_family = number;
        let word = self.random.pick(&["Circuit", "Heat pump", "type", "Zone <b>", "2nd loop", "fn"]);
        let word = format!("{word} k{number}");
        let pattern = self.random.pick(&["{word} {n}", "{word} {n} (A{n})"]).replace("{word}", &word);
        let swedish = format!("Krets k{number} {{n}}");
        let both = |english: &str, swedish: &str| match self.device.is_bilingual {
            true => format!("{{ en = {}, sv = {} }}", quoted(english), quoted(swedish)),
            false => quoted(english),
        };
        let mut manifest = format!("[[array]]\nname = \"family_{number}\"\npattern = {}\n", both(&pattern, &swedish));
        let _ = writeln!(manifest, "label = {}", both(&word, "Krets"));
        for line in ["element = \"E{n}\"\n", "element_label = \"Nummer {n}\"\n"] {
            if self.random.percent(50) {
                manifest += line;
            }
        }
        let first = self.random.pick(&[1, 1, 0, 3]);
        let elements = 2 + self.random.below(4);
        let mut lines = Vec::new();
        let mut ids = Vec::new();
        let mut named = String::new();
        for number in &NUMBERS[..=self.random.below(3)] {
            let mut member = format!("{} {number}", self.random.pick(&MEMBERS));
            if self.random.percent(15) && ids.is_empty() {
                if self.random.percent(50) {
                    "Type".clone_into(&mut member);
                    ids.push("\"Type\" = \"model_type\"");
                } else {
                    "模式".clone_into(&mut member);
                    ids.push("");
                    let of =
                        if self.random.percent(50) { quoted(&word) } else { format!("\"family_{number_of_family}\"") };
                    named = format!("[[name]]\narray = {of}\nmember = \"模式\"\nname = \"mode_of_it\"\n\n");
                }
            }
            let (row, fact) = self.value(3);
            let lowest = fact.lowest();
            for element in 0..elements {
                // Not every element has every member.
                if element > 0 && self.random.percent(8) {
                    continue;
                }
                let words = if element == 0 {
                    vec![lowest]
                } else {
                    self.addresses(3, u16::try_from(fact.words.len()).unwrap())
                };
                let mut fact = fact.element(words[0] - lowest);
                let shown = pattern.replace("{n}", &(first + element).to_string());
                fact.printed = format!("{shown}{} {member}", self.random.pick(&[":", " -", ""]));
                let mut row = row.clone();
                if self.device.is_bilingual {
                    row.insert(
                        "sv",
                        format!("{}: {member} sv", swedish.replace("{n}", &(first + element).to_string())),
                    );
                }
                lines.push((row, vec![fact]));
            }
        }
        ids.retain(|id| !id.is_empty());
        if !ids.is_empty() {
            let _ = writeln!(manifest, "ids = {{ {} }}", ids.join(", "));
        }
        // What is said of the elements of an array is said of all of them alike.
        let group = (!self.groups.is_empty()).then(|| self.groups[0].clone());
        for (row, _) in &mut lines {
            row.extend(group.clone().map(|group| ("group", group)));
        }
        self.push(Entry { sheet: 3, manifest: manifest + "\n" + &named, ..Entry::default() }, lines);
    }

    /// A value that several registers in a row have, and what each of them is.
    fn run(&mut self, sheet: usize, count: u16) -> (Row, Vec<Fact>) {
        let (word, width, raw) = self.random.pick(&[
            ("uint16", 1, Raw::Unsigned),
            ("int16", 1, Raw::Signed),
            ("uint32", 2, Raw::Unsigned),
            ("float32", 2, Raw::Float),
            ("enum16", 1, Raw::Unsigned),
            ("bitfield16", 1, Raw::Unsigned),
        ]);
        let words = self.addresses(sheet, count * width);
        let mut row = Row::from([("type", word.to_owned())]);
        let meaning = match word {
            "enum16" => {
                let codes = self.codes(4);
                row.insert("values", super::lists::listed(&codes));
                Meaning::Enum(codes)
            }
            "bitfield16" => {
                let bits = self.bits(6, 16);
                row.insert("bits", super::lists::listed(&bits));
                Meaning::Flags(bits)
            }
            "float32" => Meaning::Number { mul: 1, add: 0, div: 1 },
            _ => {
                let (divisor, div) = self.random.pick(&[("", 1), ("10", 10)]);
                row.insert("divisor", divisor.to_owned());
                Meaning::Number { mul: 1, add: 0, div }
            }
        };
        let mut first = self.fact(sheet, words[..usize::from(width)].to_vec(), raw, meaning);
        first.byte_swapped = self.order.1;
        if self.order.0 {
            first.words.reverse();
        }
        self.preset(&mut first);
        (row, (0..count).map(|element| first.element(element * width)).collect())
    }

    /// A range of registers in one row, whose elements are told by a range or a count.
    fn range(&mut self) {
        let sheet = self.random.pick(&[0, 1, 2, 3, 3, 3]);
        let count = u16::try_from(2 + self.random.below(5)).unwrap();
        let (mut row, mut facts) = if sheet < 2 {
            let words = self.addresses(sheet, count);
            let first = self.fact(sheet, words[..1].to_vec(), Raw::Unsigned, Meaning::Truth);
            (Row::new(), (0..count).map(|element| first.element(element)).collect())
        } else {
            self.run(sheet, count)
        };
        let (lowest, highest) = spanned(&facts);
        let total = highest - lowest + 1;
        let (from, to) = (self.shown(sheet, lowest), self.shown(sheet, highest));
        // A size in bits or bytes is one of registers.
        let ways = if sheet < 2 && self.device.style.size != "count" { 2 } else { 3 };
        match self.random.below(ways) {
            0 => row.insert("address", format!("{from}-{to}")),
            1 => row.insert("address", format!("{from} – {to}")),
            _ => row.insert("count", total.to_string()),
        };
        let mut manifest = String::new();
        if self.random.percent(40) {
            let first = self.random.pick(&["", "first = 0\n", "first = 5\n"]);
            let registers = self
                .selector(sheet, &facts[0])
                .replace(' ', &format!(" {lowest}-"))
                .replace(&format!("-{lowest}"), &format!("-{highest}"));
            manifest = format!("[[array]]\nname = \"run_{}\"\nregisters = \"{registers}\"\n{first}", self.number);
        } else if self.random.percent(30) {
            self.number += 1;
            let label = format!("{}{}", self.random.pick(&["2nd stage ", "温度 "]), self.number);
            manifest = format!("[[name]]\narray = {}\nname = \"stage_{}\"\n", quoted(&label), self.number);
            for fact in &mut facts {
                fact.printed.clone_from(&label);
            }
        }
        if facts[0].table == 3 && matches!(facts[0].meaning, Meaning::Number { .. }) && self.random.percent(40) {
            let defaults: Vec<usize> = (0..count).map(|_| self.random.below(50)).collect();
            row.insert("default", defaults.iter().map(usize::to_string).collect::<Vec<_>>().join("; "));
            for (fact, default) in facts.iter_mut().zip(defaults) {
                fact.default = Some(if self.raw_limits { fact.printed_raw(default) } else { default.to_string() });
            }
        }
        self.push(Entry { sheet, manifest, ..Entry::default() }, vec![(row, facts)]);
    }

    /// Ranges whose registers are members of the same elements.
    fn ranges_of_one(&mut self) {
        let count = u16::try_from(2 + self.random.below(5)).unwrap();
        self.number += 1;
        let name = format!("unit_{}", self.number);
        let first = self.random.pick(&["", "first = 0\n"]);
        let (mut lines, mut members) = (Vec::new(), Vec::new());
        for place in 0..2 + self.random.below(2) {
            let (mut row, mut facts) = self.run(3, count);
            let label = self.plain_name();
            for fact in &mut facts {
                fact.printed.clone_from(&label);
            }
            let (lowest, highest) = spanned(&facts);
            row.insert("count", (highest - lowest + 1).to_string());
            members.push(format!("{} = {}", quoted(&label), quoted(["Room", "State", "Level"][place])));
            lines.push((row, facts));
        }
        let members = members.join(", ");
        let manifest = format!("[[array]]\nname = \"{name}\"\nlabel = \"Unit\"\n{first}members = {{ {members} }}\n");
        self.push(Entry { sheet: 3, manifest, ..Entry::default() }, lines);
    }

    /// A block that the table prints once.
    fn at_a_distance(&mut self) {
        let start = self.next[3];
        let mut lines = Vec::new();
        for _ in 0..=self.random.below(4) {
            let (mut row, mut fact) = self.value(3);
            if self.random.percent(20) && fact.not_available.is_empty() {
                // The register lies in the block, and moves with it.
                let register = self.addresses(3, 1)[0];
                row.insert("visible_register", self.shown(3, register).to_string());
                row.insert("visible_bit", "3".to_owned());
                fact.visible = Some((register, 3));
            }
            lines.push((row, fact));
        }
        if self.random.percent(35) {
            lines.extend(self.scaled_in_block());
        }
        let mut manifest = String::new();
        if self.random.percent(30) {
            let (row, fact, said) = self.listed_in_block();
            lines.push((row, fact));
            manifest = said;
        }
        let start = lines.iter().map(|(_, fact)| fact.lowest()).min().unwrap_or(start);
        let end = self.next[3];
        let stride = end - start + u16::try_from(self.random.below(4)).unwrap();
        let count = u16::try_from(2 + self.random.below(3)).unwrap();
        if u32::from(start) + u32::from(stride) * u32::from(count) > 65_000 {
            return;
        }
        self.next[3] = start + stride * count;
        self.number += 1;
        let name = format!("block_{}", self.number);
        let first = self.random.pick(&["", "first = 0\n"]);
        let ranges = lines.iter().map(|(_, fact)| spanned(std::slice::from_ref(fact)));
        let registers: Vec<String> = ranges.map(|(lowest, highest)| format!("holding {lowest}-{highest}")).collect();
        let _ = write!(
            manifest,
            "[[array]]\nname = \"{name}\"\nregisters = \"{}\"\nstride = {stride}\ncount = {count}\n{first}",
            registers.join(", ")
        );
        let lines = lines.into_iter().map(|(row, fact)| {
            let facts = (0..count).map(|element| fact.element(element * stride)).collect();
            (row, facts)
        });
        let lines = lines.collect();
        self.push(Entry { sheet: 3, manifest, ..Entry::default() }, lines);
    }

    /// A value and the register that scales it, which moves with it.
    fn scaled_in_block(&mut self) -> [(Row, Fact); 2] {
        let words = self.addresses(3, 1);
        let register = words[0];
        let plain = Meaning::Number { mul: 1, add: 0, div: 1 };
        let mut power = self.fact(3, words, Raw::Signed, plain.clone());
        (power.reads, power.writes, power.byte_swapped) = (true, false, self.order.1);
        let (words, order, swapped) = self.ordered(3, 1);
        let mut scaled = self.fact(3, words, Raw::Unsigned, plain);
        (scaled.reads, scaled.byte_swapped, scaled.scale_register) = (true, swapped, Some(register));
        self.preset(&mut power);
        self.preset(&mut scaled);
        let named = match self.is_taken_for_a_power(3, register) {
            true => {
                power.printed = self.plain_name();
                power.printed.clone()
            }
            false => self.shown(3, register).to_string(),
        };
        let row = Row::from([("type", "uint16".to_owned()), ("order", order.to_owned()), ("scale_register", named)]);
        [(Row::from([("type", "int16".to_owned())]), power), (row, scaled)]
    }

    /// A register whose values the manifest gives for the one row there is.
    fn listed_in_block(&mut self) -> (Row, Fact, String) {
        let words = self.addresses(3, 1);
        let codes = vec![(0, "Off".to_owned()), (3, "On".to_owned())];
        let mut fact = self.fact(3, words, Raw::Unsigned, Meaning::Enum(codes));
        (fact.printed, fact.byte_swapped) = (self.plain_name(), self.order.1);
        self.preset(&mut fact);
        let manifest = format!(
            "[enums.InBlock{}]\nregisters = \"{}\"\nexpect = [{}]\nvalues = {{ 0 = \"Off\", 3 = \"On\" }}\nreason = \"Prose.\"\n\n",
            self.number,
            self.selector(3, &fact),
            quoted(&fact.printed)
        );
        (Row::new(), fact, manifest)
    }

    /// Blocks of rows whose addresses are counted within them.
    pub(super) fn blocks(&mut self) {
        let base = self.device.sheets[BLOCKS].base;
        let mut entry = Entry { sheet: BLOCKS, ..Entry::default() };
        let mut lines = Vec::new();
        let mut start = base;
        for place in 0..=self.random.below(3) {
            self.number += 1;
            let block = format!("Block {} k{}", ["alpha", "beta", "gamma", "delta"][place], self.number);
            let mut opening = Row::from([("description", block.clone()), ("type", "group".to_owned())]);
            let count: u16 = match self.random.below(4) {
                0 => 1,
                1 => {
                    let counted = format!("N{}", self.number);
                    opening.insert("repeats", counted.clone());
                    entry.repeats.push((counted, 3));
                    3
                }
                _ => {
                    let count = 2 + self.random.below(3);
                    opening.insert("repeats", count.to_string());
                    u16::try_from(count).unwrap()
                }
            };
            let mut members = Vec::new();
            let mut offset = 0;
            for _ in 0..=self.random.below(3) {
                self.next[BLOCKS] = start + offset;
                let (mut row, mut fact) = self.value(BLOCKS);
                let moved = fact.lowest() - (start + offset);
                fact.words.iter_mut().for_each(|word| *word -= moved);
                row.insert("group_offset", offset.to_string());
                row.insert("address", String::new());
                offset += u16::try_from(fact.words.len()).unwrap();
                members.push((row, fact));
            }
            let repeats = opening.contains_key("repeats");
            lines.push((opening, Vec::new()));
            for (mut row, fact) in members {
                row.insert("group", block.clone());
                // A block without a column that says how often it is there is none that repeats.
                let facts = match repeats {
                    true => (0..count).map(|element| fact.element(element * offset)).collect(),
                    false => vec![fact],
                };
                lines.push((row, facts));
            }
            start += offset * count;
        }
        self.push(entry, lines);
    }
}

/// The first and the last address.
fn spanned(facts: &[Fact]) -> (u16, u16) {
    let words = || facts.iter().flat_map(|fact| fact.words.iter().copied());
    (words().min().unwrap(), words().max().unwrap())
}

//! A device's manifest and tables, out of what is true of its points.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::facts::{Fact, Image, Meaning, Raw};
use super::random::Random;
use super::texts;

pub const TABLES: [&str; 4] = ["coil", "discrete_input", "input_register", "holding_register"];

/// The columns of a table of registers, and their keys.
const COLUMNS: [(&str, &str); 20] = [
    ("address", "Address"),
    ("count", "Count"),
    ("description", "Name"),
    ("unit", "Unit"),
    ("divisor", "Divisor"),
    ("factor", "Factor"),
    ("offset", "Offset"),
    ("scale_register", "Scale register"),
    ("access", "Access"),
    ("type", "Type"),
    ("order", "Order"),
    ("bit", "Bit"),
    ("values", "Values"),
    ("bits", "Bits"),
    ("not_available", "No value"),
    ("min", "Min"),
    ("max", "Max"),
    ("remark", "Remark"),
    ("group", "Group"),
    ("default", "Default"),
];

/// The cells of a row by key.
pub type Row = BTreeMap<&'static str, String>;

#[derive(Debug, Clone, Default)]
pub struct Device {
    pub name: String,
    pub head: String,
    /// Rows by table.
    pub rows: [Vec<Row>; 4],
    /// What each row is about, in the order of the rows of each table.
    pub facts: [Vec<Vec<Fact>>; 4],
    arrays: String,
}

impl Device {
    /// A device that this seed gives.
    pub fn random(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let name =
            format!("{} {}", random.pick(&["Pump", "2nd <b>", "type `x`", "Süd */ \"", "温度 Meter", "self"]), seed);
        let after = random.percent(50);
        let mut maker = Maker {
            random,
            next: [0; 4],
            number: 0,
            device: Self { name, ..Self::default() },
            groups: Vec::new(),
            after,
        };
        maker.fill();
        maker.device
    }

    /// The text of the manifest.
    pub fn manifest(&self) -> String {
        let mut text = format!("format = 1\n\n[device]\nname = {}\n{}\n[columns]\n", quoted(&self.name), self.head);
        for (key, header) in COLUMNS {
            let _ = writeln!(text, "{key} = \"{header}\"");
        }
        for (table, _) in self.rows.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            let table = TABLES[table];
            let _ = writeln!(text, "\n[[sheet]]\nfile = \"{table}.csv\"\ntable = \"{table}\"");
        }
        text + "\n" + &self.arrays
    }

    /// The text of a table.
    pub fn csv(&self, table: usize) -> String {
        let headers: Vec<String> = COLUMNS.iter().map(|(_, header)| (*header).to_owned()).collect();
        let cells = |row: &Row| COLUMNS.iter().map(|(key, _)| row.get(key).cloned().unwrap_or_default()).collect();
        let rows = std::iter::once(headers).chain(self.rows[table].iter().map(cells));
        rows.map(|cells: Vec<String>| cells.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join(",") + "\r\n")
            .collect()
    }

    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter().flatten().flatten()
    }

    /// Takes out the row in which a name was refused.
    pub fn remove(&mut self, table: usize, row: usize) {
        self.rows[table].remove(row);
        let removed = self.facts[table].remove(row);
        // What it scaled goes with it.
        let scaled = |facts: &Vec<Fact>| {
            let register = facts[0].scale_register;
            removed.iter().any(|fact| Some(fact.words[0]) == register)
        };
        while let Some(row) = self.facts[table].iter().position(scaled) {
            self.rows[table].remove(row);
            self.facts[table].remove(row);
        }
    }

    /// Words for every point, texts of letters.
    pub fn image(&self, random: &mut Random) -> Image {
        let mut image = Image::new();
        for fact in self.facts() {
            for address in fact.words.iter().copied().chain(fact.scale_register) {
                let word = match fact.meaning {
                    Meaning::Text => u16::from_be_bytes([0x41, 0x61]) + u16::try_from(random.below(20)).unwrap(),
                    _ if fact.table < 2 => u16::from(random.percent(50)),
                    Meaning::Truth if fact.bits.is_none() => random.pick(&[0, 1]),
                    Meaning::Enum(ref codes) if random.percent(60) => {
                        let (code, _) = &codes[random.below(codes.len())];
                        u16::try_from(*code).unwrap()
                    }
                    Meaning::Special { ref codes, .. } if random.percent(40) => {
                        u16::try_from(codes[random.below(codes.len())]).unwrap()
                    }
                    _ if fact.raw == Raw::Bcd && random.percent(80) => {
                        u16::from_str_radix(&random.below(10_000).to_string(), 16).unwrap()
                    }
                    _ => match fact.not_available {
                        Some(raw) if fact.words.len() == 1 && random.percent(20) => {
                            u16::try_from(raw & 0xFFFF).unwrap()
                        }
                        _ => random.word(),
                    },
                };
                image.entry((fact.table, address)).or_insert(word);
            }
        }
        // A power of ten is small where it means one.
        for fact in self.facts() {
            if let Some(register) = fact.scale_register
                && random.percent(75)
            {
                let power = i16::try_from(random.below(9)).unwrap() - 4;
                image.insert((fact.table, register), power.cast_unsigned());
            }
        }
        image
    }
}

fn quoted(text: &str) -> String {
    toml_string(text)
}

/// A basic string of TOML.
fn toml_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

fn escaped(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r', ';', '\t', '|']) || cell.starts_with(char::is_whitespace) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

struct Maker {
    random: Random,
    next: [u16; 4],
    number: usize,
    device: Device,
    groups: Vec<String>,
    /// Whether offsets are added after scaling.
    after: bool,
}

impl Maker {
    fn fill(&mut self) {
        for key in ["manufacturer", "document", "description"] {
            if self.random.percent(50) {
                let text = texts::remark(&mut self.random);
                let _ = writeln!(self.device.head, "{key} = {}", quoted(&text));
            }
        }
        let _ = writeln!(self.device.head, "offset = \"{}\"", if self.after { "after" } else { "before" });
        if self.random.percent(40) {
            for number in 0..=self.random.below(3) {
                let odd = self.random.pick(&["", "<b> ", "`", "*/ ", "\"# "]);
                self.groups.push(format!("{odd}Group {}", ["alpha", "beta", "gamma"][number]));
            }
        }
        for _ in 0..=self.random.below(12) {
            self.row();
        }
        if self.random.percent(30) {
            self.repeated();
        }
    }

    /// Addresses that nothing has yet.
    fn addresses(&mut self, table: usize, count: u16) -> Vec<u16> {
        // Now and then far away, at the end of what there is.
        if self.next[table] < 60_000 && self.random.percent(3) {
            self.next[table] = 65_500;
        }
        if self.random.percent(20) {
            self.next[table] += u16::try_from(self.random.below(5)).unwrap();
        }
        let first = self.next[table];
        self.next[table] += count;
        (first..first + count).collect()
    }

    fn name(&mut self) -> String {
        self.number += 1;
        texts::name(&mut self.random, self.number)
    }

    fn row(&mut self) {
        let table = self.random.pick(&[0, 1, 2, 2, 3, 3, 3, 3]);
        if self.next[table] > 65_520 {
            return;
        }
        if table < 2 {
            let words = self.addresses(table, 1);
            let fact = self.fact(table, words, Raw::Unsigned, Meaning::Truth);
            self.push(table, Row::new(), vec![fact]);
            return;
        }
        match self.random.below(14) {
            0..=4 => self.number_row(table),
            5 => self.float(table),
            6 => self.enumeration(table),
            7 => self.flags(table),
            8 => self.text(table),
            9 => self.special(table),
            10 => self.bcd(table),
            11 => self.bytes(table),
            12 => self.parts(table),
            _ => self.scaled_by_register(table),
        }
    }

    fn fact(&mut self, table: usize, words: Vec<u16>, raw: Raw, meaning: Meaning) -> Fact {
        let printed = self.name();
        // Only coils and holding registers are written.
        let (reads, writes) = match table {
            0 | 3 => self.random.pick(&[(true, true), (true, true), (true, false), (false, true)]),
            _ => (true, false),
        };
        Fact {
            table: u8::try_from(table).unwrap(),
            words,
            byte_swapped: false,
            bits: None,
            reads,
            writes,
            raw,
            meaning,
            not_available: None,
            limits: None,
            scale_register: None,
            printed,
        }
    }

    fn push(&mut self, table: usize, mut row: Row, facts: Vec<Fact>) {
        let first = &facts[0];
        let access = match (first.reads, first.writes) {
            (true, true) => self.random.pick(&["RW", "R/W", "read/write"]),
            (true, false) => self.random.pick(&["R", "RO", "read only"]),
            _ => self.random.pick(&["W", "WO", "write only"]),
        };
        row.insert("access", access.to_owned());
        row.entry("description").or_insert_with(|| first.printed.clone());
        let lowest = facts.iter().flat_map(|fact| &fact.words).min().unwrap();
        let hexadecimal = self.random.percent(20);
        row.entry("address")
            .or_insert_with(|| if hexadecimal { format!("0x{lowest:04X}") } else { lowest.to_string() });
        if self.random.percent(40) {
            row.insert("remark", texts::remark(&mut self.random));
        }
        if !self.groups.is_empty() {
            let group = self.random.below(self.groups.len());
            row.insert("group", self.groups[group].clone());
        }
        self.device.rows[table].push(row);
        self.device.facts[table].push(facts);
    }

    /// Words in one of the four orders, what the order is called, and whether bytes are swapped.
    fn ordered(&mut self, table: usize, count: u16) -> (Vec<u16>, &'static str, bool) {
        let mut words = self.addresses(table, count);
        if count == 1 {
            return (words, "", false);
        }
        let (order, low_first, swapped) = self.random.pick(&[
            ("", false, false),
            ("ABCD", false, false),
            ("CDAB", true, false),
            ("BADC", false, true),
            ("DCBA", true, true),
        ]);
        if low_first {
            words.reverse();
        }
        (words, order, swapped)
    }

    fn number_row(&mut self, table: usize) {
        let (word, count, raw) = self.random.pick(&[
            ("uint16", 1, Raw::Unsigned),
            ("int16", 1, Raw::Signed),
            ("INT16", 1, Raw::Signed),
            ("uint32", 2, Raw::Unsigned),
            ("int32", 2, Raw::Signed),
            ("uint48", 3, Raw::Unsigned),
            ("int48", 3, Raw::Signed),
            ("uint64", 4, Raw::Unsigned),
            ("int64", 4, Raw::Signed),
        ]);
        let (words, order, swapped) = self.ordered(table, count);
        let mut row = Row::from([("type", word.to_owned()), ("order", order.to_owned())]);
        let (key, cell, mul, div) = self.random.pick(&[
            ("divisor", "", 1, 1),
            ("divisor", "1", 1, 1),
            ("divisor", "10", 1, 10),
            ("divisor", "100", 1, 100),
            ("divisor", "1000", 1, 1000),
            ("divisor", "0.1", 10, 1),
            ("factor", "0.1", 1, 10),
            ("factor", "0.01", 1, 100),
            ("factor", "0.05", 1, 20),
            ("factor", "1/3", 1, 3),
            ("factor", "2", 2, 1),
            ("factor", "60", 60, 1),
            ("factor", "-1", -1, 1),
            ("factor", "0.0009765625", 1, 1024),
        ]);
        row.insert(key, cell.to_owned());
        row.insert("unit", texts::unit(&mut self.random).to_owned());
        let mut add = 0;
        if self.random.percent(15) {
            let offset = self.random.pick(&[-40_i128, -273, 20, 100]);
            row.insert("offset", offset.to_string());
            add = offset * if self.after { div } else { mul };
        }
        let mut fact = self.fact(table, words, raw, Meaning::Number { mul, add, div });
        fact.byte_swapped = swapped;
        if self.random.percent(25) {
            let none = match (raw, count) {
                (Raw::Signed, 1) => -32_768,
                (Raw::Signed, 2) => -2_147_483_648,
                (_, 1) => 65_535,
                (_, 2) => 4_294_967_295,
                _ => 20_000,
            };
            row.insert("not_available", none.to_string());
            fact.not_available = Some(none);
        }
        if self.random.percent(30) && fact.writes {
            let (min, max) = self.random.pick(&[(0, 100), (-50, 50), (1, 20_000), (-1_000_000, 1_000_000)]);
            // A number without a sign is never below zero.
            let min = if raw == Raw::Unsigned && add >= 0 && mul > 0 { min.max(0) } else { min };
            row.insert("min", min.to_string());
            row.insert("max", max.to_string());
            fact.limits = Some((min, max));
        }
        self.push(table, row, vec![fact]);
    }

    fn float(&mut self, table: usize) {
        let (word, count) = self.random.pick(&[("float32", 2), ("float64", 4), ("FLOAT", 2), ("double", 4)]);
        let (words, order, swapped) = self.ordered(table, count);
        let row = Row::from([("type", word.to_owned()), ("order", order.to_owned()), ("count", count.to_string())]);
        let mut fact = self.fact(table, words, Raw::Float, Meaning::Number { mul: 1, add: 0, div: 1 });
        fact.byte_swapped = swapped;
        self.push(table, row, vec![fact]);
    }

    /// Codes with labels that differ.
    fn values(&mut self, most: usize) -> Vec<(i64, String)> {
        let mut codes = BTreeSet::new();
        for _ in 0..=1 + self.random.below(most) {
            codes.insert(i64::try_from(self.random.below(30)).unwrap());
        }
        codes.into_iter().enumerate().map(|(number, code)| (code, texts::value(&mut self.random, number))).collect()
    }

    fn listed(values: &[(i64, String)]) -> String {
        values.iter().map(|(code, label)| format!("{code}={label}")).collect::<Vec<_>>().join("; ")
    }

    fn enumeration(&mut self, table: usize) {
        let values = self.values(6);
        let words = self.addresses(table, 1);
        let row = Row::from([("type", "enum16".to_owned()), ("values", Self::listed(&values))]);
        let fact = self.fact(table, words, Raw::Unsigned, Meaning::Enum(values));
        self.push(table, row, vec![fact]);
    }

    fn flags(&mut self, table: usize) {
        let (word, count) = self.random.pick(&[("bitfield16", 1), ("bitfield32", 2), ("bitfield16", 1)]);
        let (words, order, swapped) = self.ordered(table, count);
        let values: Vec<_> = self.values(8).into_iter().filter(|(bit, _)| *bit < i64::from(count) * 16).collect();
        let mut row = Row::from([("type", word.to_owned()), ("order", order.to_owned())]);
        if values.is_empty() {
            row.insert("type", "bitset".to_owned());
            row.insert("count", count.to_string());
        }
        row.insert("bits", Self::listed(&values));
        let mut fact = self.fact(table, words, Raw::Unsigned, Meaning::Flags);
        fact.byte_swapped = swapped;
        self.push(table, row, vec![fact]);
    }

    fn text(&mut self, table: usize) {
        let count = u16::try_from(2 + self.random.below(10)).unwrap();
        let words = self.addresses(table, count);
        let row = Row::from([("type", format!("string({})", count * 2)), ("count", count.to_string())]);
        let fact = self.fact(table, words, Raw::Text, Meaning::Text);
        self.push(table, row, vec![fact]);
    }

    fn bytes(&mut self, table: usize) {
        let count = u16::try_from(1 + self.random.below(6)).unwrap();
        let words = self.addresses(table, count);
        let row = Row::from([("type", format!("bytes[{}]", count * 2)), ("count", count.to_string())]);
        let fact = self.fact(table, words, Raw::Bytes, Meaning::Bytes);
        self.push(table, row, vec![fact]);
    }

    fn special(&mut self, table: usize) {
        let values = self.values(2);
        let words = self.addresses(table, 1);
        let (divisor, div) = self.random.pick(&[("10", 10), ("100", 100)]);
        let row = Row::from([
            ("type", "uint16".to_owned()),
            ("divisor", divisor.to_owned()),
            ("values", Self::listed(&values)),
        ]);
        let codes = values.iter().map(|(code, _)| *code).collect();
        let fact = self.fact(table, words, Raw::Unsigned, Meaning::Special { codes, mul: 1, div });
        self.push(table, row, vec![fact]);
    }

    fn bcd(&mut self, table: usize) {
        let (word, count) = self.random.pick(&[("bcd16", 1), ("bcd32", 2)]);
        let (words, order, swapped) = self.ordered(table, count);
        let (divisor, div) = self.random.pick(&[("", 1), ("10", 10)]);
        let row = Row::from([("type", word.to_owned()), ("order", order.to_owned()), ("divisor", divisor.to_owned())]);
        let mut fact = self.fact(table, words, Raw::Bcd, Meaning::Number { mul: 1, add: 0, div });
        fact.byte_swapped = swapped;
        self.push(table, row, vec![fact]);
    }

    /// Parts of one register, a row each.
    fn parts(&mut self, table: usize) {
        let words = self.addresses(table, 1);
        let mut low = 0_u8;
        // All parts of a register are read, or read and written.
        let writes = table == 3 && self.random.percent(50);
        while low < 16 {
            let width = u8::try_from(1 + self.random.below(6)).unwrap().min(16 - low);
            let high = low + width - 1;
            let (meaning, cell, word) = match width {
                1 => (Meaning::Truth, low.to_string(), ""),
                _ => (Meaning::Number { mul: 1, add: 0, div: 1 }, format!("{low}-{high}"), "uint16"),
            };
            let mut fact = self.fact(table, words.clone(), Raw::Unsigned, meaning);
            fact.bits = Some((low, high));
            (fact.reads, fact.writes) = (true, writes);
            let row = Row::from([("bit", cell), ("type", word.to_owned())]);
            self.push(table, row, vec![fact]);
            low = high + 1;
            if self.random.percent(30) {
                low += 1;
            }
        }
    }

    fn scaled_by_register(&mut self, table: usize) {
        let place = self.addresses(table, 1);
        let register = place[0];
        let mut power = self.fact(table, place, Raw::Signed, Meaning::Number { mul: 1, add: 0, div: 1 });
        (power.reads, power.writes) = (true, false);
        self.push(table, Row::from([("type", "int16".to_owned())]), vec![power]);
        for _ in 0..=self.random.below(2) {
            let words = self.addresses(table, 1);
            let (word, raw) = self.random.pick(&[("uint16", Raw::Unsigned), ("int16", Raw::Signed)]);
            let mut fact = self.fact(table, words, raw, Meaning::Number { mul: 1, add: 0, div: 1 });
            fact.scale_register = Some(register);
            if !fact.reads {
                fact.reads = true;
            }
            let row = Row::from([("type", word.to_owned()), ("scale_register", register.to_string())]);
            self.push(table, row, vec![fact]);
        }
    }

    /// A family of registers that the names tell.
    fn repeated(&mut self) {
        let word = self.random.pick(&["Circuit", "Heat pump", "type", "Zone <b>", "2nd loop", "fn"]);
        let elements = 2 + self.random.below(4);
        let _ = writeln!(
            self.device.arrays,
            "[[array]]\nname = \"family\"\nlabel = {}\npattern = {}\nelement = \"E{{n}}\"\n",
            quoted(word),
            quoted(&format!("{word} {{n}}"))
        );
        for member in 0..=self.random.below(3) {
            let member = format!(
                "{} {}",
                self.random.pick(&["Flow", "Mode */", "`State`", "<i>Level</i>"]),
                ["one", "two", "three", "four"][member]
            );
            for element in 1..=elements {
                let words = self.addresses(3, 1);
                let mut fact = self.fact(3, words, Raw::Signed, Meaning::Number { mul: 1, add: 0, div: 10 });
                (fact.reads, fact.writes) = (true, true);
                fact.printed = format!("{word} {element}: {member}");
                let row = Row::from([("type", "int16".to_owned()), ("divisor", "10".to_owned())]);
                self.push(3, row, vec![fact]);
            }
        }
    }
}

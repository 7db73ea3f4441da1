//! Makes a device out of a seed: conventions, then rows of every kind, each with what is true of it.

mod arrays;
mod beside;
mod lists;
mod models;
mod numbers;
mod said;
mod words;

use std::fmt::Write as _;

use super::device::{Device, Entry, MODELS, Row, Sheet, TABLES, quoted};
use super::facts::{Fact, Meaning, Raw};
use super::random::Random;
use super::texts;

/// The sheet of a device behind another unit id, and the one with blocks of rows.
const OTHER_UNIT: usize = 4;
const BLOCKS: usize = 5;

/// Marks of high and low words.
const PAIRS: [(&str, &str); 5] =
    [("(MSB)", "(LSB)"), ("(<<16) MSB", "LSB"), ("MSW", "LSW"), ("[hi]", "[lo]"), ("(high word)", "(low word)")];

#[expect(clippy::struct_excessive_bools, reason = "conventions of a device, each of its own")]
pub struct Maker {
    random: Random,
    /// The next free address of each sheet.
    next: Vec<u16>,
    number: usize,
    device: Device,
    groups: Vec<String>,
    /// Whether offsets are added after scaling.
    after: bool,
    /// Whether printed limits are raw.
    raw_limits: bool,
    /// Whether numbers have their low word first where nothing else is said, and their bytes swapped.
    order: (bool, bool),
    /// Whether what is not implemented reads as `SunSpec` says.
    sunspec: bool,
    /// Whether lists stand below names.
    lists_below: bool,
    pair: (&'static str, &'static str),
    /// Whether addresses may jump to the end of what there is.
    jumps: bool,
}

/// A row with what it says, or one that only goes on with the row above.
type Line = (Row, Vec<Fact>);

/// The device that a seed gives.
pub fn device(seed: u64) -> Device {
    let mut random = Random::new(seed);
    let name = format!("{} {}", random.pick(&["Pump", "2nd <b>", "type `x`", "Süd */ \"", "温度 Meter", "self"]), seed);
    let plain = |name: &'static str, table: usize| Sheet { name, table, unit: None, base: 0, lines: String::new() };
    let mut sheets: Vec<Sheet> = TABLES.iter().enumerate().map(|(table, name)| plain(name, table)).collect();
    sheets.push(Sheet { unit: Some(7), ..plain("other_unit", 3) });
    sheets.push(Sheet { base: 40_000, ..plain("blocks", 3) });
    let mut maker = Maker {
        after: random.percent(50),
        raw_limits: random.percent(30),
        order: if random.percent(25) {
            random.pick(&[(true, false), (false, true), (true, true)])
        } else {
            (false, false)
        },
        sunspec: random.percent(15),
        lists_below: random.percent(30),
        pair: random.pick(&PAIRS),
        jumps: true,
        random,
        // Rules and overrides name a register by its address, whatever unit id it answers at.
        next: vec![0, 0, 0, 0, 30_000, 40_000],
        number: 0,
        device: Device { name, home: 1, sheets, ..Device::default() },
        groups: Vec::new(),
    };
    maker.conventions();
    for _ in 0..=maker.random.below(12) {
        maker.row();
    }
    // Arrays take more addresses than there are behind a jump.
    maker.jumps = false;
    if maker.random.percent(35) && maker.next[3] < 60_000 {
        maker.array();
    }
    if maker.random.percent(8) {
        maker.blocks();
    }
    maker.device
}

impl Maker {
    /// What holds of the whole device.
    fn conventions(&mut self) {
        let mut head = String::new();
        for key in ["manufacturer", "document", "description"] {
            if self.random.percent(50) {
                let text = texts::remark(&mut self.random);
                let _ = writeln!(head, "{key} = {}", quoted(&text));
            }
        }
        let _ = writeln!(head, "offset = \"{}\"", if self.after { "after" } else { "before" });
        if self.raw_limits {
            head += "limits = \"raw\"\n";
        } else if self.random.percent(50) {
            head += "limits = \"unit\"\n";
        }
        let order = match self.order {
            (false, false) => "",
            (true, false) => "CDAB",
            (false, true) => "BADC",
            (true, true) => "DCBA",
        };
        if !order.is_empty() || self.random.percent(30) {
            let _ = writeln!(head, "order = \"{}\"", if order.is_empty() { "ABCD" } else { order });
        }
        for (line, percent) in [("names = \"grouped\"\n", 10), ("same_names = \"address\"\n", 10)] {
            if self.random.percent(percent) {
                head += line;
            }
        }
        if self.sunspec {
            head += "not_available = \"sunspec\"\n";
        }
        self.device.is_bilingual = self.random.percent(25);
        if self.device.is_bilingual {
            head += "languages = [\"en\", \"sv\"]\n";
        }
        self.device.head = head;
        self.device.marks_models = self.random.percent(30);
        if self.random.percent(25) {
            self.device.model = Some(self.random.pick(&MODELS));
        }
        self.device.home = self.random.pick(&[1, 1, 1, 5, 247]);
        let mut sections = String::new();
        for (line, percent) in [
            ("max_read_registers = 30\n", 15),
            ("gaps = 5\n", 20),
            ("write_functions = \"multiple\"\n", 20),
            ("max_write_registers = 50\n", 10),
        ] {
            if self.random.percent(percent) {
                sections += line;
            }
        }
        let (high, low) = self.pair;
        let _ = writeln!(sections, "\n[pairs]\nhigh = {}\nlow = {}", quoted(high), quoted(low));
        let _ = writeln!(
            sections,
            "\n[values]\nin_description = {}\nshared = {}",
            self.lists_below,
            self.random.percent(20)
        );
        self.device.sections = sections;
        for sheet in 0..4 {
            if self.random.percent(10) {
                // Counted from one, and from another beginning.
                self.device.sheets[sheet].lines += "numbering = \"one_based\"\n";
            }
            if self.random.percent(10) {
                self.device.sheets[sheet].base = 1000;
                self.next[sheet] = 1000;
            }
        }
        if self.random.percent(40) {
            for number in 0..=self.random.below(3) {
                let odd = self.random.pick(&["", "<b> ", "`", "*/ ", "\"# "]);
                self.groups.push(format!("{odd}Group {}", ["alpha", "beta", "gamma"][number]));
            }
        }
    }

    fn row(&mut self) {
        let sheet = self.random.pick(&[0, 1, 2, 2, 3, 3, 3, 3, 3, OTHER_UNIT]);
        if self.next[sheet] > 65_480 {
            return;
        }
        match self.random.below(24) {
            _ if sheet < 2 => self.simple(sheet),
            11 => self.parts(sheet),
            12 => self.scaled_by_register(sheet),
            13 => self.pair(sheet),
            14 => self.flag_rows(sheet),
            15 => self.rows_of_values(sheet),
            16 => self.listed_in_manifest(sheet),
            17 if sheet == 3 => self.held_limits(sheet),
            18 if sheet == 3 => self.values_if(),
            19 => self.of_models(sheet),
            20 => self.of_units(sheet.min(3)),
            21 if sheet == 3 => self.command(),
            22 => self.reserved(sheet),
            23 if sheet == 3 => self.read_and_written_apart(),
            _ => self.simple(sheet),
        }
    }

    /// A row about one value, of any kind.
    fn simple(&mut self, sheet: usize) {
        let (row, fact) = self.value(sheet);
        let (row, fact, extra) = self.decorated(sheet, row, fact);
        self.push(Entry { sheet, ..extra }, vec![(row, vec![fact])]);
    }

    /// A value of any kind that a row can say.
    fn value(&mut self, sheet: usize) -> (Row, Fact) {
        if self.device.sheets[sheet].table < 2 {
            let words = self.addresses(sheet, 1);
            return (Row::new(), self.fact(sheet, words, Raw::Unsigned, Meaning::Truth));
        }
        match self.random.below(12) {
            0..=4 => self.number(sheet),
            5 => self.float(sheet),
            6 => self.enumeration(sheet),
            7 => self.flags(sheet),
            8 => self.text(sheet),
            9 => self.special(sheet),
            10 => self.bcd(sheet),
            _ => self.bytes(sheet),
        }
    }

    /// Addresses that nothing has yet.
    fn addresses(&mut self, sheet: usize, count: u16) -> Vec<u16> {
        // Now and then far away, at the end of what there is; but not where the device has registers, too.
        if self.jumps && self.next[sheet] < 60_000 && sheet != OTHER_UNIT && self.random.percent(3) {
            self.next[sheet] = 65_400;
        }
        if self.random.percent(20) {
            self.next[sheet] += u16::try_from(self.random.below(5)).unwrap();
        }
        let first = self.next[sheet];
        self.next[sheet] += count;
        (first..first + count).collect()
    }

    fn name(&mut self) -> String {
        self.number += 1;
        texts::name(&mut self.random, self.number)
    }

    /// A name that is one, which nothing else has.
    fn plain_name(&mut self) -> String {
        self.number += 1;
        texts::plain(&mut self.random, self.number)
    }

    fn fact(&mut self, sheet: usize, words: Vec<u16>, raw: Raw, meaning: Meaning) -> Fact {
        let printed = self.name();
        let table = self.device.sheets[sheet].table;
        // Only coils and holding registers are written.
        let (reads, writes) = match table {
            0 | 3 => self.random.pick(&[(true, true), (true, true), (true, false), (false, true)]),
            _ => (true, false),
        };
        Fact { printed, reads, writes, unit: self.device.sheets[sheet].unit, ..Fact::new(table, words, raw, meaning) }
    }

    /// An address as a sheet prints it.
    fn shown(&self, sheet: usize, address: u16) -> u16 {
        let Sheet { base, lines, .. } = &self.device.sheets[sheet];
        address - base + u16::from(lines.contains("one_based"))
    }

    /// How the manifest calls a register.
    fn selector(&self, sheet: usize, fact: &Fact) -> String {
        format!("{} {}", ["coil", "discrete", "input", "holding"][self.device.sheets[sheet].table], fact.lowest())
    }

    /// Completes rows by what every row has, and adds them.
    fn push(&mut self, mut entry: Entry, lines: Vec<Line>) {
        for (mut row, mut facts) in lines {
            if let Some(first) = facts.first() {
                let first = first.clone();
                let access = match (first.reads, first.writes) {
                    (true, true) => self.random.pick(&["RW", "R/W", "read/write"]),
                    (true, false) => self.random.pick(&["R", "RO", "read only"]),
                    _ => self.random.pick(&["W", "WO", "write only"]),
                };
                row.entry("access").or_insert_with(|| access.to_owned());
                row.entry("description").or_insert_with(|| first.printed.clone());
                let lowest = facts.iter().map(Fact::lowest).min().unwrap();
                let shown = self.shown(entry.sheet, lowest);
                let hexadecimal = self.random.percent(20);
                row.entry("address")
                    .or_insert_with(|| if hexadecimal { format!("0x{shown:04X}") } else { shown.to_string() });
                if self.random.percent(40) {
                    row.insert("remark", texts::remark(&mut self.random));
                }
                if self.random.percent(10) {
                    row.insert("position", self.random.below(300).to_string());
                }
                if !self.groups.is_empty() && !row.contains_key("group") {
                    let group = self.random.below(self.groups.len());
                    row.insert("group", self.groups[group].clone());
                }
                if self.device.is_bilingual && !row.contains_key("sv") && self.random.percent(80) {
                    let translated = texts::plain(&mut self.random, self.number);
                    row.insert("sv", translated.clone());
                    for fact in &mut facts {
                        fact.translated = Some(translated.clone());
                    }
                }
                for fact in &mut facts {
                    fact.group = row.get("group").filter(|_| !fact.in_array).cloned();
                }
            }
            entry.rows.push(row);
            entry.facts.extend(facts);
        }
        self.device.entries.push(entry);
    }

    /// Words in one of the four orders, what the order is called, and whether bytes are swapped.
    fn ordered(&mut self, sheet: usize, count: u16) -> (Vec<u16>, &'static str, bool) {
        let mut words = self.addresses(sheet, count);
        let (low_first, swapped) = self.order;
        let (order, low_first, swapped) = match count {
            1 => self.random.pick(&[
                ("", low_first, swapped),
                ("", low_first, swapped),
                ("AB", false, false),
                ("BA", false, true),
            ]),
            _ => self.random.pick(&[
                ("", low_first, swapped),
                ("ABCD", false, false),
                ("CDAB", true, false),
                ("BADC", false, true),
                ("DCBA", true, true),
            ]),
        };
        if low_first {
            words.reverse();
        }
        (words, order, swapped)
    }

    /// A row that is about nothing.
    fn reserved(&mut self, sheet: usize) {
        let first = self.addresses(sheet, 1)[0];
        let row = Row::from([
            ("address", self.shown(sheet, first).to_string()),
            ("description", self.random.pick(&["reserved", "RESERVED", "Spare", "unused"]).to_owned()),
        ]);
        self.push(Entry { sheet, ..Entry::default() }, vec![(row, Vec::new())]);
    }
}

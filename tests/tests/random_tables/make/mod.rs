//! Makes a device out of a seed: conventions, then rows of every kind, each with what is true of it.

mod arrays;
mod beside;
mod lists;
mod models;
mod named;
mod numbers;
mod said;
mod words;

use std::fmt::Write as _;

use super::device::{Device, Entry, MODELS, Row, Sheet, Style, TABLES, quoted};
use super::facts::{Fact, Meaning, Raw};
use super::random::Random;
use super::texts;

/// The sheet of a device behind another unit id, the one with blocks of rows, and one with conventions of its own.
const OTHER_UNIT: usize = 4;
const BLOCKS: usize = 5;
const OWN: usize = 6;

/// What marks registers that are not always fitted.
const OPTIONAL: &str = "(if fitted)";

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
    /// Whether numbers of the sheet with conventions of its own have their low word first, and their bytes swapped.
    own_order: (bool, bool),
    /// Whether lists stand below names.
    lists_below: bool,
    /// Whether descriptions list values anywhere.
    lists_anywhere: bool,
    /// Whether registers that list the same have one type.
    shares_lists: bool,
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
    let plain = |name: &'static str, table: usize| Sheet { name, table, ..Sheet::default() };
    let mut sheets: Vec<Sheet> = TABLES.iter().enumerate().map(|(table, name)| plain(name, table)).collect();
    sheets.push(Sheet { unit: Some(7), ..plain("other_unit", 3) });
    sheets.push(Sheet { base: 40_000, ..plain("blocks", 3) });
    sheets.push(plain("own", 3));
    let mut maker = Maker {
        after: random.percent(50),
        raw_limits: random.percent(30),
        order: if random.percent(25) {
            random.pick(&[(true, false), (false, true), (true, true)])
        } else {
            (false, false)
        },
        sunspec: random.percent(15),
        own_order: (false, false),
        lists_below: random.percent(30),
        lists_anywhere: false,
        shares_lists: random.percent(20),
        pair: random.pick(&PAIRS),
        jumps: true,
        random,
        // Rules and overrides name a register by its address, whatever unit id it answers at.
        next: vec![0, 0, 0, 0, 30_000, 40_000, 50_000],
        number: 0,
        device: Device { name, home: 1, sheets, ..Device::default() },
        groups: Vec::new(),
    };
    maker.conventions();
    maker.sheets();
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
        for (line, percent) in [
            ("names = \"grouped\"\n", 10),
            ("same_names = \"address\"\n", 10),
            // The counts say what a text has.
            ("text_size = \"characters\"\n", 10),
            ("outside_files = true\n", 5),
        ] {
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
            ("max_read_bits = 30\n", 10),
            ("max_write_bits = 50\n", 10),
            ("unit_ids = [1, 250]\n", 10),
            ("tcp = { port = 1502 }\n", 10),
            (
                "rtu = { baud_rate = 9600, baud_rates = [9600, 19200], parity = \"none\", parities = [\"none\", \"even\"], data_bits = 8, stop_bits = 2, stop_bits_allowed = [1, 2] }\n",
                10,
            ),
        ] {
            if self.random.percent(percent) {
                sections += line;
            }
        }
        let (high, low) = self.pair;
        let several = self.random.percent(30);
        let mark = |mark: &str| if several { format!("[\"(of two)\", {}]", quoted(mark)) } else { quoted(mark) };
        let _ = writeln!(sections, "\n[pairs]\nhigh = {}\nlow = {}", mark(high), quoted(low));
        let _ = writeln!(sections, "\n[optional]\nmarks = [{}, \"(EM)\"]", quoted(OPTIONAL));
        self.lists_anywhere = !self.lists_below && self.random.percent(25);
        self.device.style.has_labels = self.lists_anywhere;
        let _ = writeln!(
            sections,
            "\n[values]\nin_description = {}\nshared = {}",
            if self.lists_anywhere { "\"anywhere\"".to_owned() } else { self.lists_below.to_string() },
            self.shares_lists
        );
        // What columns hang together by is only warned of.
        for (lines, percent) in [
            ("\n[arithmetic.limits]\naddress = 10\nmin = 300\nmax = 301\nstep = 302\nstride = 3\n", 5),
            ("\n[arithmetic.visibility]\naddress = 0\nregister = 400\n", 5),
            ("\n[[allow]]\ncode = \"N0306\"\nreason = \"Known.\"\n", 20),
        ] {
            if self.random.percent(percent) {
                sections += lines;
            }
        }
        self.device.sections = sections;
        self.titles();
    }

    /// Titles of groups.
    fn titles(&mut self) {
        if self.random.percent(40) {
            self.device.prefix = self.random.pick(&["", "", "", "com.vendor."]);
            for number in 0..=self.random.below(3) {
                let odd = self.random.pick(&["", "<b> ", "`", "*/ ", "\"# ", "2nd "]);
                let name = ["alpha", "beta", "gamma"][number];
                let title = match self.random.percent(10) {
                    true => ["温度", "湿度", "压力"][number].to_owned(),
                    false => format!("{odd}Group {name}"),
                };
                if !title.contains("Group") || odd == "2nd " {
                    self.device.nameless.push(title.clone());
                }
                self.groups.push(format!("{}{title}", self.device.prefix));
            }
            if !self.device.prefix.is_empty() {
                let _ = writeln!(self.device.head, "strip = \"{}\"", self.device.prefix);
            }
        }
    }

    /// What holds of a sheet, and in which columns things stand.
    fn sheets(&mut self) {
        let all_from_one = self.random.percent(8);
        if all_from_one {
            self.device.head += "numbering = \"one_based\"\n";
        }
        for sheet in 0..self.device.sheets.len() {
            let titled = !self.groups.is_empty() && ![BLOCKS, OWN].contains(&sheet) && self.random.percent(35);
            let column = self.random.pick(&["address", "description"]);
            let of = &mut self.device.sheets[sheet];
            of.titles = titled.then_some(column);
            of.counts_from_one = all_from_one;
            if all_from_one && (sheet == BLOCKS || self.random.percent(30)) {
                of.lines += "numbering = \"zero_based\"\n";
                of.counts_from_one = false;
            }
            if sheet < 4 && !all_from_one && self.random.percent(10) {
                // Counted from one, and from another beginning.
                of.lines += "numbering = \"one_based\"\n";
                of.counts_from_one = true;
            }
            if sheet < 4 && self.random.percent(10) {
                of.base = 1000;
                self.next[sheet] = 1000;
            }
        }
        self.device.sheets_say_access = self.random.percent(50);
        self.own_sheet();
        let size = self.random.pick(&["count", "count", "size_in_bits", "size_in_bytes"]);
        self.device.style = Style {
            size,
            marks_access: self.random.percent(20),
            marks: self.random.pick(&[("X", ""), ("yes", "no"), ("1", "0"), ("ja", "nein")]),
            has_last: self.random.percent(30),
            is_repeated: self.random.percent(20),
            de_facto: (self.random.percent(15), self.random.percent(40)),
            names_table: self.random.percent(20),
            ..self.device.style
        };
        if self.random.percent(5) {
            let columns: Vec<_> = self.device.columns().map(|(key, _)| key).collect();
            // A column that the manifest does not name needs no header; that of groups may be merged.
            let of_manifest = columns.into_iter().filter(|key| *key != "status");
            let of_manifest: Vec<_> = of_manifest.collect();
            self.device.broken_header = Some(self.random.pick(&of_manifest));
        }
    }

    /// The sheet whose conventions are its own.
    fn own_sheet(&mut self) {
        let table = self.random.pick(&[2, 3, 3]);
        let access = match table {
            2 => (true, false),
            _ => self.random.pick(&[(true, true), (true, false), (false, true)]),
        };
        let order = self.random.pick(&["", "CDAB", "BADC", "DCBA"]);
        self.own_order = match order {
            "CDAB" => (true, false),
            "BADC" => (false, true),
            "DCBA" => (true, true),
            _ => self.order,
        };
        let mut lines = String::new();
        if !order.is_empty() {
            let _ = writeln!(lines, "order = \"{order}\"");
        }
        // One called like its sheet of a workbook.
        let group = self.random.percent(40).then(|| self.random.pick(&["Own */ <b>group", "S"]).to_owned());
        let variants = match self.random.below(3) {
            0 => vec!["S".to_owned()],
            1 => MODELS.map(str::to_owned).to_vec(),
            _ => Vec::new(),
        };
        let is_own = self.random.percent(50);
        let stated = self.random.percent(70).then_some(access);
        let sheet = &mut self.device.sheets[OWN];
        sheet.lines += &lines;
        (sheet.table, sheet.access, sheet.is_own, sheet.group, sheet.variants) =
            (table, stated, is_own, group, variants);
    }

    fn row(&mut self) {
        let sheet = self.random.pick(&[0, 1, 2, 2, 3, 3, 3, 3, 3, 3, OTHER_UNIT, OWN]);
        if self.next[sheet] > 65_480 {
            return;
        }
        match self.random.below(28) {
            _ if sheet == OWN => self.plain(sheet),
            24 => self.left_out(sheet),
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
            25 if sheet != OTHER_UNIT => self.ruled(sheet),
            26 => self.named_values(sheet),
            27 if sheet == 3 => self.text_by_rule(),
            _ => self.simple(sheet),
        }
    }

    /// A row about one value, of any kind.
    fn simple(&mut self, sheet: usize) {
        let (row, fact) = self.value(sheet);
        let (row, fact, extra) = self.decorated(sheet, row, fact);
        self.push(Entry { sheet, ..extra }, vec![(row, vec![fact])]);
    }

    /// The same, of which the manifest says nothing.
    fn plain(&mut self, sheet: usize) {
        let (row, fact) = self.value(sheet);
        self.push(Entry { sheet, ..Entry::default() }, vec![(row, vec![fact])]);
    }

    /// A value of any kind that a row can say.
    fn value(&mut self, sheet: usize) -> (Row, Fact) {
        if self.device.sheets[sheet].table < 2 {
            let words = self.addresses(sheet, 1);
            return (Row::new(), self.fact(sheet, words, Raw::Unsigned, Meaning::Truth));
        }
        match self.random.below(13) {
            12 => self.packed(sheet),
            0..=4 => self.number(sheet),
            5 => self.float(sheet),
            6 => self.enumeration(sheet),
            7 => self.flags(sheet),
            8 => self.text(sheet),
            9 => self.special(sheet),
            10 => self.encoded(sheet),
            _ => self.bytes(sheet),
        }
    }

    /// Addresses that nothing has yet.
    fn addresses(&mut self, sheet: usize, count: u16) -> Vec<u16> {
        // Now and then far away, at the end of what there is; but not where the device has registers, too.
        if self.jumps && self.next[sheet] < 60_000 && ![OTHER_UNIT, OWN].contains(&sheet) && self.random.percent(3) {
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
        let Sheet { access, unit, variants, .. } = &self.device.sheets[sheet];
        let (unit, variants) = (*unit, variants.clone());
        let (reads, writes) = match table {
            _ if access.is_some() => access.unwrap(),
            0 | 3 => self.random.pick(&[(true, true), (true, true), (true, false), (false, true)]),
            _ => (true, false),
        };
        Fact { unit, variants, reads, writes, printed, ..Fact::new(table, words, raw, meaning) }
    }

    /// An address as a sheet prints it.
    fn shown(&self, sheet: usize, address: u16) -> u16 {
        let Sheet { base, counts_from_one, .. } = &self.device.sheets[sheet];
        address - base + u16::from(*counts_from_one)
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
                let access = if self.device.sheets[entry.sheet].access.is_some() { "" } else { access };
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
                    let position = self.random.below(300).to_string();
                    row.entry("position").or_insert(position);
                }
                if !self.groups.is_empty() && !row.contains_key("group") && entry.sheet != OWN {
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
                    let group = row.get("group").map(|title| title.strip_prefix(self.device.prefix).unwrap_or(title));
                    let group = group.map(str::to_owned).or_else(|| self.device.sheets[entry.sheet].group.clone());
                    fact.group = group.filter(|_| !fact.in_array);
                }
                if self.random.percent(4) {
                    self.break_cell(&row, &mut entry);
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
        let (low_first, swapped) = if sheet == OWN { self.own_order } else { self.order };
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

    /// Something else stands in a cell.
    fn break_cell(&mut self, row: &Row, entry: &mut Entry) {
        let filled: Vec<&'static str> = row.iter().filter(|(_, cell)| !cell.is_empty()).map(|(key, _)| *key).collect();
        let key = self.random.pick(&filled);
        // Titles may be merged.
        if key != "group" {
            let wrong = self.random.pick(&["", "l0", "#REF!", "70x", "0=Wrong; 1=Right", "99999", "reserved"]);
            entry.broken.push((entry.rows.len(), key, wrong));
        }
    }

    /// A row that `skip` leaves out, whatever it says.
    fn left_out(&mut self, sheet: usize) {
        let row = Row::from([
            ("address", self.random.pick(&["0", "1", "nowhere", ""]).to_owned()),
            ("description", self.name()),
            ("type", self.random.pick(&["uint16", "what"]).to_owned()),
            ("status", self.random.pick(&["Obsolete since 2.1", "obsolete", "Planned"]).to_owned()),
        ]);
        self.push(Entry { sheet, ..Entry::default() }, vec![(row, Vec::new())]);
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

//! A device: what its points are, and the manifest and the tables that say so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::facts::{Fact, Image, Meaning, Packing, Raw};
use super::random::Random;

pub const TABLES: [&str; 4] = ["coil", "discrete_input", "input_register", "holding_register"];

/// The columns of a table of registers, and their keys. Models have a column each where they are marked.
pub const COLUMNS: [(&str, &str); 52] = [
    ("address", "Address"),
    ("count", "Count"),
    ("description", "Name"),
    ("sv", "Namn"),
    ("unit", "Unit"),
    ("divisor", "Divisor"),
    ("factor", "Factor"),
    ("exponent", "Exponent"),
    ("decimals", "Decimals"),
    ("format", "Format"),
    ("formula", "Formula"),
    ("offset", "Offset"),
    ("scale_register", "Scale register"),
    ("access", "Access"),
    ("type", "Type"),
    ("signed", "Signed"),
    ("order", "Order"),
    ("bit", "Bit"),
    ("values", "Values"),
    ("bits", "Bits"),
    ("code", "Code"),
    ("not_available", "No value"),
    ("range", "Range"),
    ("min", "Min"),
    ("max", "Max"),
    ("step", "Step"),
    ("min_register", "Min at"),
    ("max_register", "Max at"),
    ("step_register", "Step at"),
    ("visible_register", "Visible at"),
    ("visible_bit", "Visible bit"),
    ("unit_id", "Unit id"),
    ("variant", "Models"),
    ("S", "Model S"),
    ("L", "Model L"),
    ("persistent", "Kept by"),
    ("group_offset", "In block"),
    ("repeats", "Repeats"),
    ("remark", "Remark"),
    ("group", "Group"),
    ("default", "Default"),
    ("position", "Position"),
    ("last_address", "To"),
    ("address_again", "Again"),
    ("de_facto", "Number"),
    ("table", "Function"),
    ("readable", "Can be read"),
    ("writable", "Can be written"),
    ("size_in_bits", "Size (bits)"),
    ("size_in_bytes", "Size (bytes)"),
    ("label", "Short name"),
    ("status", "Status"),
];

/// What rows say in one column of several there are for it.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Style {
    /// How many registers a row is about: a count, or the same in bits or bytes.
    pub size: &'static str,
    /// Whether two columns with marks say what may be done, not one with words.
    pub marks_access: bool,
    /// Words for yes and no in these columns; a blank is a no where there is none.
    pub marks: (&'static str, &'static str),
    /// Whether the end of a range has a column of its own.
    pub has_last: bool,
    /// Whether the address is repeated in hexadecimal.
    pub is_repeated: bool,
    /// Whether there are de facto numbers, and whether nothing but them where they can be.
    pub de_facto: (bool, bool),
    /// Whether a column names the Modbus table.
    pub names_table: bool,
    /// Whether there are short names beside descriptions.
    pub has_labels: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            size: "count",
            marks_access: false,
            marks: ("X", ""),
            has_last: false,
            is_repeated: false,
            de_facto: (false, false),
            names_table: false,
            has_labels: false,
        }
    }
}

impl Style {
    /// Whether its tables have a column.
    fn has(&self, key: &str) -> bool {
        match key {
            "count" | "size_in_bits" | "size_in_bytes" => self.size == key,
            "access" => !self.marks_access,
            "readable" | "writable" => self.marks_access,
            "last_address" => self.has_last,
            "address_again" => self.is_repeated,
            "de_facto" => self.de_facto.0,
            "table" => self.names_table,
            "label" => self.has_labels,
            _ => true,
        }
    }
}

/// The models there are.
pub const MODELS: [&str; 2] = ["S", "L"];

/// The cells of a row by key.
pub type Row = BTreeMap<&'static str, String>;

/// Rows that belong together, what they say, and what of the manifest is about them.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub sheet: usize,
    pub rows: Vec<Row>,
    pub facts: Vec<Fact>,
    pub manifest: String,
    /// Words for types.
    pub aliases: Vec<(String, String)>,
    /// Marks and what they stand for.
    pub footnotes: Vec<(String, String)>,
    /// How often blocks are there.
    pub repeats: Vec<(String, usize)>,
    /// Cells that are broken, by row and column, and what stands there.
    pub broken: Vec<(usize, &'static str, &'static str)>,
}

/// A line of a table as it is printed.
pub struct Line {
    pub entry: usize,
    pub cells: Vec<(&'static str, String)>,
    /// The place of a cell that is broken, and what it should hold.
    pub broken: Option<(usize, String)>,
}

#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The name of its file without the extension.
    pub name: &'static str,
    pub table: usize,
    /// Unit id its registers answer at.
    pub unit: Option<u8>,
    /// What is added to its addresses.
    pub base: u16,
    /// Further lines about it in the manifest.
    pub lines: String,
    /// Whether titles between its rows are groups, and in which column they stand.
    pub titles: Option<&'static str>,
    pub counts_from_one: bool,
    /// Whether its registers are read and written where no row says it.
    pub access: Option<(bool, bool)>,
    /// Whether its columns are called otherwise.
    pub is_own: bool,
    pub group: Option<String>,
    pub variants: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Device {
    pub name: String,
    /// Lines of `[device]`.
    pub head: String,
    /// What the manifest says of no register in particular.
    pub sections: String,
    pub is_bilingual: bool,
    pub style: Style,
    /// A column whose header is misspelt.
    pub broken_header: Option<&'static str>,
    /// What titles of groups begin with.
    pub prefix: &'static str,
    /// Whether a sheet says what may be done, not `[tables]`.
    pub sheets_say_access: bool,
    /// Groups whose titles give no name.
    pub nameless: Vec<String>,
    /// Whether a column for each model is marked, not one that names them.
    pub marks_models: bool,
    /// The model the manifest selects.
    pub model: Option<&'static str>,
    /// The factory unit id of the device.
    pub home: u8,
    pub sheets: Vec<Sheet>,
    pub entries: Vec<Entry>,
}

impl Device {
    /// The text of the manifest, for tables in these files (sheet, file, further lines) and cells that are broken.
    pub fn manifest(&self, files: &[(usize, String, String)], key: &str, cells: &[String]) -> String {
        let mut text = format!("format = 1\n\n[device]\nname = {}\n{}", quoted(&self.name), self.head);
        if let Some(model) = self.selected() {
            let _ = writeln!(text, "variant = \"{model}\"");
        }
        let of_all = self.entries.iter().flat_map(|entry| &entry.facts);
        let known: BTreeSet<&str> = of_all.flat_map(|fact| &fact.variants).map(String::as_str).collect();
        if !known.is_empty() {
            let case = |(at, model): (usize, &&str)| {
                format!("{{ min = {}, max = {}, variant = \"{model}\" }}", at * 10, at * 10 + 9)
            };
            let cases: Vec<String> = known.iter().enumerate().map(case).collect();
            let _ = writeln!(text, "\n[detect]\nregister = \"input 65000\"\ncases = [{}]", cases.join(", "));
        }
        let _ = writeln!(text, "\n[link]\nunit_id = {}\n{}", self.home, self.sections);
        text += &self.columns_of("columns", false);
        if files.iter().any(|(sheet, ..)| self.sheets[*sheet].is_own) {
            text += &self.columns_of("column_sets.own", true);
        }
        for (number, (sheet, file, lines)) in files.iter().enumerate() {
            let place = *sheet;
            let sheet = &self.sheets[place];
            let _ = writeln!(text, "\n[[sheet]]\nfile = \"{file}\"\n{lines}{}", sheet.lines);
            // A column says the same.
            if !self.style.names_table || sheet.base > 0 || number % 2 == 0 {
                let _ = writeln!(text, "table = \"{}\"", TABLES[sheet.table]);
            }
            // One sheet of a workbook is called so.
            let is_called = lines.starts_with("name = \"S\"\n");
            match &sheet.group {
                Some(group) if is_called && group == "S" => text += "group = true\n",
                Some(group) => {
                    let _ = writeln!(text, "group = {}", quoted(group));
                }
                None => {}
            }
            match &*sheet.variants {
                [] => {}
                [model] if is_called && model == "S" => text += "variant = true\n",
                [model] => {
                    let _ = writeln!(text, "variant = \"{model}\"");
                }
                models => {
                    let _ = writeln!(text, "variant = {models:?}");
                }
            }
            if let Some(unit) = sheet.unit {
                let _ = writeln!(text, "unit_id = {unit}");
            }
            if sheet.base > 0 {
                let _ = writeln!(text, "base = {}", sheet.base);
            }
            if sheet.titles.is_some() {
                text += "titles = \"groups\"\n";
            }
            if sheet.is_own {
                text += "columns = \"own\"\n";
            }
            if self.rows(place).any(|(_, row)| row.contains_key("status")) {
                text += "skip = { Status = [\"obsolete*\", \"planned\"] }\n";
            }
            if let Some(access) = sheet.access.filter(|_| self.sheets_say_access) {
                let _ = writeln!(text, "access = \"{}\"", access_word(access));
            }
        }
        let stated = |sheet: &&Sheet| sheet.access.is_some() && !self.sheets_say_access;
        for (number, sheet) in self.sheets.iter().filter(stated).enumerate() {
            let title = if number == 0 { "\n[tables]\n" } else { "" };
            let word = access_word(sheet.access.unwrap());
            let _ = writeln!(text, "{title}{} = \"{word}\"", TABLES[sheet.table]);
        }
        let section = |title: &str, lines: Vec<String>| match lines.is_empty() {
            true => String::new(),
            false => format!("\n[{title}]\n{}\n", lines.join("\n")),
        };
        let entries = || self.entries.iter();
        let aliases = entries().flat_map(|entry| &entry.aliases);
        text += &section("types", aliases.map(|(word, means)| format!("{word} = \"{means}\"")).collect());
        let repeats = entries().flat_map(|entry| &entry.repeats);
        text += &section("repeats", repeats.map(|(name, count)| format!("{name} = {count}")).collect());
        if entries().any(|entry| !entry.footnotes.is_empty()) {
            let _ = writeln!(text, "\n[key]\n{key}mark = \"Mark\"\ntext = \"Text\"");
        }
        // A name that begins with a digit gives none.
        let first = self.name.chars().find(char::is_ascii_alphanumeric);
        if first.is_some_and(|first| first.is_ascii_digit()) {
            let _ = writeln!(text, "\n[[name]]\ndevice = {}\nname = \"Digits first\"", quoted(&self.name));
        }
        for (number, title) in self.nameless.iter().enumerate() {
            if self.facts().any(|fact| fact.group.as_ref() == Some(title)) {
                let _ = writeln!(text, "\n[[name]]\ngroup = {}\nname = \"Named {number}\"", quoted(title));
            }
        }
        text += &cells.concat();
        entries().fold(text, |text, entry| text + "\n" + &entry.manifest)
    }

    /// What the columns are called, or those that are called otherwise.
    fn columns_of(&self, section: &str, is_own: bool) -> String {
        let header = |header: &str| own(header, is_own);
        let name = match self.is_bilingual {
            true => format!("{{ en = \"{}\", sv = \"{}\" }}", header("Name"), header("Namn")),
            false => format!("\"{}\"", header("Name")),
        };
        let mut text = format!("\n[{section}]\ndescription = {name}\n");
        let is_plain = |key: &str| !["description", "sv", "S", "L", "position", "status"].contains(&key);
        for (key, title) in self.columns().filter(|(key, _)| is_plain(key)) {
            // Some of its cells are hexadecimal, and marked so.
            let _ = match key {
                "address" => writeln!(text, "{key} = {{ header = \"{}\", notation = \"decimal\" }}", header(title)),
                _ => writeln!(text, "{key} = \"{}\"", header(title)),
            };
        }
        let _ = writeln!(text, "\n[{section}.details]\nposition = \"{}\"", header("Position"));
        if self.marks_models {
            let (small, large) = (header("Model S"), header("Model L"));
            let _ = writeln!(text, "\n[{section}.variants]\nS = \"{small}\"\nL = \"{large}\"");
        }
        text
    }

    /// Whether all addresses there are stand in de facto numbers.
    fn has_only_de_facto(&self) -> bool {
        let is_told = |sheet: &Sheet, row: &Row| match row.get("address") {
            Some(address) if !address.is_empty() => {
                printed(address).is_some_and(|number| de_facto(sheet, number.saturating_sub(1)).is_some())
            }
            _ => true,
        };
        let titled = |sheet: &Sheet| sheet.titles == Some("address");
        let all = |sheet: usize| {
            !titled(&self.sheets[sheet]) && self.rows(sheet).all(|(_, row)| is_told(&self.sheets[sheet], row))
        };
        self.style.de_facto == (true, true) && self.filled().all(all)
    }

    /// The columns of its tables.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let (bilingual, marks, style) = (self.is_bilingual, self.marks_models, self.style);
        let has_addresses = !self.has_only_de_facto();
        COLUMNS.into_iter().filter(move |(key, _)| match *key {
            "sv" => bilingual,
            "address" => has_addresses,
            "S" | "L" => marks,
            "variant" => !marks,
            key => style.has(key),
        })
    }

    /// The headers of a sheet as they are printed, and the place of one that is misspelt with what it should be.
    pub fn headers(&self, sheet: usize) -> (Vec<String>, Option<(usize, String)>) {
        let is_own = self.sheets[sheet].is_own;
        let mut headers: Vec<String> = self.columns().map(|(_, header)| own(header, is_own)).collect();
        let place = self.columns().position(|(key, _)| Some(key) == self.broken_header);
        let right = place.map(|place| (place, std::mem::replace(&mut headers[place], "Cloumn".to_owned())));
        (headers, right)
    }

    /// The sheets that have rows.
    pub fn filled(&self) -> impl Iterator<Item = usize> {
        (0..self.sheets.len()).filter(|sheet| self.entries.iter().any(|entry| entry.sheet == *sheet))
    }

    /// The rows of a sheet, and to which entry each belongs.
    pub fn rows(&self, sheet: usize) -> impl Iterator<Item = (usize, &Row)> {
        let entries = self.entries.iter().enumerate().filter(move |(_, entry)| entry.sheet == sheet);
        entries.flat_map(|(place, entry)| entry.rows.iter().map(move |row| (place, row)))
    }

    /// The lines of a sheet as they are printed, with titles between them.
    pub fn lines(&self, sheet: usize) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let (mut title, mut last, mut place) = (None, None, 0);
        for (entry, row) in self.rows(sheet) {
            place = if last == Some(entry) { place + 1 } else { 0 };
            last = Some(entry);
            let mut row = row.clone();
            if let Some(column) = self.sheets[sheet].titles
                && let Some(group) = row.remove("group")
                && title.as_ref() != Some(&group)
            {
                let cells = self.cells(sheet, &Row::from([(column, group.clone())]));
                lines.push(Line { entry, cells, broken: None });
                title = Some(group);
            }
            let mut cells = self.cells(sheet, &row);
            let of_row = self.entries[entry].broken.iter().find(|(of, ..)| *of == place);
            let broken = of_row.and_then(|(_, key, wrong)| {
                let column = cells.iter().position(|(of, text)| of == key && !text.is_empty())?;
                Some((column, std::mem::replace(&mut cells[column].1, (*wrong).to_owned())))
            });
            lines.push(Line { entry, cells, broken });
        }
        lines
    }

    /// The cells of a row in the order of the columns.
    fn cells(&self, place: usize, row: &Row) -> Vec<(&'static str, String)> {
        let sheet = &self.sheets[place];
        let models = row.get("variant").map(String::as_str).unwrap_or_default();
        let text = |key: &str| row.get(key).map(String::as_str).unwrap_or_default();
        let style = &self.style;
        // Another notation of what is one number.
        let number = printed(text("address"));
        let protocol = number.and_then(|number| number.checked_sub(u16::from(sheet.counts_from_one)));
        let de_facto = protocol.and_then(|address| de_facto(sheet, address));
        let split = text("address").split_once('-').or_else(|| text("address").split_once('–'));
        let split = split.filter(|(from, _)| style.has_last && from.trim().parse::<u16>().is_ok());
        let (reads, writes) = access(text("access"));
        // A column that is blank throughout says nothing.
        let is_blank = |is: fn((bool, bool)) -> bool| {
            let mut words = self.rows(place).filter_map(|(_, row)| row.get("access"));
            !words.any(|word| is(access(word)))
        };
        let mark = |is: bool, of: fn((bool, bool)) -> bool| match style.marks {
            (yes, _) if is => yes,
            (_, "") if is_blank(of) => "no",
            (_, no) => no,
        };
        let count =
            |width: u32| text("count").parse::<u32>().map_or(String::new(), |count| (count * width).to_string());
        let cell = |key: &'static str| match key {
            "S" | "L" if models.split(", ").any(|model| model == key) => "X".to_owned(),
            "address" if split.is_some() => split.unwrap().0.trim().to_owned(),
            "address" if style.de_facto == (true, true) && de_facto.is_some() => String::new(),
            "last_address" => split.map_or(String::new(), |(_, to)| to.trim().to_owned()),
            "address_again" => number.map_or(String::new(), |number| format!("0x{number:X}")),
            "de_facto" => de_facto.clone().unwrap_or_default(),
            // A title is nothing else.
            "table" if text("address").is_empty() || row.len() == 1 => String::new(),
            "table" => table_word(sheet.table, (reads, writes)).to_owned(),
            "readable" if !text("access").is_empty() => mark(reads, |(reads, _)| reads).to_owned(),
            "writable" if !text("access").is_empty() => mark(writes, |(_, writes)| writes).to_owned(),
            "size_in_bits" => count(16),
            "size_in_bytes" => count(2),
            _ => text(key).to_owned(),
        };
        self.columns().map(|(key, _)| (key, cell(key))).collect()
    }

    /// The model that is meant, where the tables tell it apart.
    pub fn selected(&self) -> Option<&'static str> {
        let all = || self.entries.iter().flat_map(|entry| &entry.facts);
        self.model.filter(|model| all().any(|fact| fact.variants.iter().any(|known| known == model)))
    }

    /// What is true of the model that is meant.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        let selected = self.selected();
        let all = self.entries.iter().flat_map(|entry| &entry.facts);
        all.filter(move |fact| {
            let has = |model: &str| fact.variants.is_empty() || fact.variants.iter().any(|known| known == model);
            selected.is_none_or(has)
        })
    }

    /// Words for every point, texts of letters.
    pub fn image(&self, random: &mut Random) -> Image {
        let mut image = Image::new();
        // Where points of two models share words, texts come first.
        let is_text = |fact: &&Fact| matches!(fact.meaning, Meaning::Text(..));
        for fact in self.facts().filter(is_text).chain(self.facts().filter(|fact| !is_text(fact))) {
            for address in &fact.words {
                let word = word(fact, random);
                image.entry(fact.key(*address)).or_insert(word);
            }
            for address in fact.beside() {
                image.entry(fact.key(address)).or_insert_with(|| random.word());
            }
        }
        for fact in self.facts() {
            // A power of ten is small where it means one.
            if let Some(register) = fact.scale_register
                && random.percent(75)
            {
                let power = i16::try_from(random.below(9)).unwrap() - 4;
                image.insert(fact.key(register), power.cast_unsigned());
            }
            if let Meaning::Conditional(when, cases) = &fact.meaning
                && random.percent(85)
            {
                let (min, max, _) = cases[random.below(cases.len())];
                image.insert(fact.key(*when), random.pick(&[min, max]));
            }
            if let Some((register, bit)) = fact.visible
                && random.percent(60)
            {
                *image.get_mut(&fact.key(register)).unwrap() |= 1 << bit;
            }
            // Limits are the right way round more often than not.
            let wide = if fact.words.len() > 1 && random.percent(50) { 100_000 } else { 20_000 };
            let held = [random.below(100), 100 + random.below(wide), 1 + random.below(5)];
            for (register, limit) in fact.held.iter().zip(held) {
                if let Some(register) = register
                    && random.percent(80)
                {
                    for (address, shift) in fact.held_words(*register).iter().rev().zip((0..).step_by(16)) {
                        let word = u16::try_from(limit.checked_shr(shift).unwrap_or(0) & 0xFFFF).unwrap();
                        let word = if fact.byte_swapped { word.swap_bytes() } else { word };
                        image.insert(fact.key(*address), word);
                    }
                }
            }
        }
        image
    }
}

fn own(header: &str, is_own: bool) -> String {
    if is_own { format!("{header} of it") } else { header.to_owned() }
}

/// Whether a word says that something is read, and written.
fn access(word: &str) -> (bool, bool) {
    (word.contains(['R', 'r']) && word != "write only", word.contains(['W', 'w']))
}

/// An address that is one number.
fn printed(address: &str) -> Option<u16> {
    match address.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => address.parse().ok(),
    }
}

/// The number that says the table, too.
fn de_facto(sheet: &Sheet, address: u16) -> Option<String> {
    let number = [1, 10_001, 30_001, 40_001][sheet.table] + u32::from(address);
    (sheet.base == 0 && address < 9999).then(|| format!("{number:05}"))
}

fn access_word(access: (bool, bool)) -> &'static str {
    match access {
        (true, true) => "read_write",
        (true, false) => "read",
        _ => "write",
    }
}

/// A Modbus table, or the functions that read and write it.
fn table_word(table: usize, access: (bool, bool)) -> &'static str {
    match (table, access) {
        (0, (true, true)) => "01/05/15",
        (0, _) => "Coil",
        (1, _) => "FC 02",
        (2, _) => "Input register",
        (_, (true, true)) => "03/06/16",
        (_, (true, false)) => "FC03",
        _ => "Holding register",
    }
}

/// A word that a point could well hold.
fn word(fact: &Fact, random: &mut Random) -> u16 {
    match &fact.meaning {
        Meaning::Text(packing, is_latin) => {
            let mut letter = || {
                let first = if *is_latin && random.percent(30) { 0xE0 } else { 0x61 };
                first + u8::try_from(random.below(20)).unwrap()
            };
            u16::from_be_bytes([if *packing == Packing::One { 0 } else { letter() }, letter()])
        }
        _ if fact.table < 2 => u16::from(random.percent(50)),
        Meaning::Truth if fact.bits.is_none() => random.pick(&[0, 1]),
        Meaning::Enum(codes) if random.percent(60) && fact.words.len() == 1 => {
            u16::try_from(codes[random.below(codes.len())].0).unwrap()
        }
        Meaning::Conditional(..) => u16::try_from(random.below(8)).unwrap(),
        Meaning::Special { codes, .. } if random.percent(40) => {
            u16::try_from(codes[random.below(codes.len())]).unwrap()
        }
        _ if fact.raw == Raw::Bcd && random.percent(80) => {
            u16::from_str_radix(&random.below(10_000).to_string(), 16).unwrap()
        }
        _ if matches!(fact.raw, Raw::Modulo10000 | Raw::SignedModulo10000) && random.percent(90) => {
            let word = u16::try_from(random.below(10_000)).unwrap();
            if fact.byte_swapped { word.swap_bytes() } else { word }
        }
        _ => match fact.not_available.first() {
            Some(raw) if fact.words.len() == 1 && random.percent(20) => {
                let word = u16::try_from(raw & 0xFFFF).unwrap();
                if fact.byte_swapped { word.swap_bytes() } else { word }
            }
            // All words of a value that is none.
            Some(_) if random.percent(10) => random.pick(&[0, 0x8000, 0xFFFF]),
            _ => random.word(),
        },
    }
}

/// A basic string of TOML.
pub fn quoted(text: &str) -> String {
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

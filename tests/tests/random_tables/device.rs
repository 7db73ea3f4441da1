//! A device: what its points are, and the manifest and the tables that say so.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::facts::{Fact, Image, Meaning, Packing, Raw};
use super::random::Random;

pub const TABLES: [&str; 4] = ["coil", "discrete_input", "input_register", "holding_register"];

/// The columns of a table of registers, and their keys. Models have a column each where they are marked.
pub const COLUMNS: [(&str, &str); 42] = [
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
];

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
}

#[derive(Debug, Clone)]
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
}

#[derive(Debug, Clone, Default)]
pub struct Device {
    pub name: String,
    /// Lines of `[device]`.
    pub head: String,
    /// What the manifest says of no register in particular.
    pub sections: String,
    pub is_bilingual: bool,
    /// Whether a column for each model is marked, not one that names them.
    pub marks_models: bool,
    /// The model the manifest selects.
    pub model: Option<&'static str>,
    /// The unit id the device leaves the factory with.
    pub home: u8,
    pub sheets: Vec<Sheet>,
    pub entries: Vec<Entry>,
}

impl Device {
    /// The text of the manifest, for tables in these files: name, file, further lines.
    pub fn manifest(&self, files: &[(usize, String, String)]) -> String {
        let mut text = format!("format = 1\n\n[device]\nname = {}\n{}", quoted(&self.name), self.head);
        if let Some(model) = self.selected() {
            let _ = writeln!(text, "variant = \"{model}\"");
        }
        let _ = writeln!(text, "\n[link]\nunit_id = {}\n{}\n[columns]", self.home, self.sections);
        let name = if self.is_bilingual { "{ en = \"Name\", sv = \"Namn\" }" } else { "\"Name\"" };
        let is_plain = |key: &str| !["description", "sv", "S", "L", "position"].contains(&key);
        let _ = writeln!(text, "description = {name}");
        for (key, header) in self.columns().filter(|(key, _)| is_plain(key)) {
            let _ = writeln!(text, "{key} = \"{header}\"");
        }
        text += "\n[columns.details]\nposition = \"Position\"\n";
        if self.marks_models {
            text += "\n[columns.variants]\nS = \"Model S\"\nL = \"Model L\"\n";
        }
        for (sheet, file, lines) in files {
            let sheet = &self.sheets[*sheet];
            let _ = writeln!(text, "\n[[sheet]]\nfile = \"{file}\"\ntable = \"{}\"\n{lines}", TABLES[sheet.table]);
            text += &sheet.lines;
            if let Some(unit) = sheet.unit {
                let _ = writeln!(text, "unit_id = {unit}");
            }
            if sheet.base > 0 {
                let _ = writeln!(text, "base = {}", sheet.base);
            }
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
            text += "\n[key]\nfile = \"key.csv\"\nmark = \"Mark\"\ntext = \"Text\"\n";
        }
        // A name that begins with a digit gives none.
        let first = self.name.chars().find(char::is_ascii_alphanumeric);
        if first.is_some_and(|first| first.is_ascii_digit()) {
            let _ = writeln!(text, "\n[[name]]\ndevice = {}\nname = \"Digits first\"", quoted(&self.name));
        }
        entries().fold(text, |text, entry| text + "\n" + &entry.manifest)
    }

    /// The columns of its tables.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let (bilingual, marks) = (self.is_bilingual, self.marks_models);
        COLUMNS.into_iter().filter(move |(key, _)| match *key {
            "sv" => bilingual,
            "S" | "L" => marks,
            "variant" => !marks,
            _ => true,
        })
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

    /// The cells of a row in the order of the columns.
    pub fn cells(&self, row: &Row) -> Vec<(&'static str, String)> {
        let models = row.get("variant").map(String::as_str).unwrap_or_default();
        let cell = |key: &'static str| match key {
            "S" | "L" if models.split(", ").any(|model| model == key) => "X".to_owned(),
            _ => row.get(key).cloned().unwrap_or_default(),
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
            let held = [random.below(100), 100 + random.below(20_000), 1 + random.below(5)];
            for (register, limit) in fact.held.iter().zip(held) {
                if let Some(register) = register
                    && random.percent(80)
                {
                    let limit = u16::try_from(limit).unwrap();
                    let limit = if fact.byte_swapped { limit.swap_bytes() } else { limit };
                    image.insert(fact.key(*register), limit);
                }
            }
        }
        image
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

//! Settings of the whole device: each is tried, and kept where `check` has less to say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::Setting::{FirstPhrases, Grouped, Groups, InDescription, SameNames, SameNamesOfVariants, Titles, Variants};
use super::around::Fact;
use super::lists::ListSheet;
use super::{Found, check, refused, write};
use crate::cells::address::{self, AddressCell, Style};
use crate::cells::text;
use crate::columns::{self, Meaning};
use crate::diagnostic::Severity;
use crate::load::{self, Loaded};
use crate::model::{Device, Kind};

/// What the manifest says beside sheets and columns.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) name: String,
    /// What the text around the tables says.
    pub(super) facts: Vec<Fact>,
    /// Sheets with lists of values.
    pub(super) lists: Vec<ListSheet>,
    set: BTreeSet<Setting>,
    /// What is open for the whole device: key, a value to begin with, and the question.
    pub(super) open: Vec<Open>,
    /// The section with the marks that seem to be those of halves of values, as TOML.
    pub(super) pairs: Option<String>,
}

/// A setting that is there or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Setting {
    /// Rows of a single text are titles of groups.
    Titles,
    /// Descriptions hold lists of values.
    InDescription,
    /// Each sheet is about a model of its own.
    Variants,
    /// Each sheet is a group.
    Groups,
    /// Names begin with the group.
    Grouped,
    /// Names that are the same end with the models that have them.
    SameNamesOfVariants,
    /// Names that are the same end with their address.
    SameNames,
    /// Names that are too long are their first phrase.
    FirstPhrases,
}

/// Settings to try where one of these codes is there.
struct Trial {
    codes: &'static [&'static str],
    settings: &'static [Setting],
    may_be: bool,
}

/// A key of `[device]` that nothing decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    /// The code that asks for it.
    code: &'static str,
    pub(super) key: &'static str,
    pub(super) value: &'static str,
    pub(super) question: &'static str,
}

const OPEN: [Open; 4] = [
    Open {
        code: "W0453",
        key: "order",
        value: "ABCD",
        question: "which word of a 32-bit value comes first: the high one (ABCD) or the low one (CDAB)?",
    },
    Open {
        code: "E0456",
        key: "offset",
        value: "after",
        question: "is an offset added after scaling (raw × scale + offset), or before it: (raw + offset) × scale?",
    },
    Open {
        code: "W0465",
        key: "limits",
        value: "unit",
        question: "do printed limits count the unit of the value (unit), or raw values (raw)?",
    },
    Open {
        code: "E0522",
        key: "text_size",
        value: "characters",
        question: "does the size of a text count characters or registers?",
    },
];

/// What is asked where addresses begin as those do that are counted from one.
const NUMBERING: Open = Open {
    code: "",
    key: "numbering",
    value: "zero_based",
    question: "the lowest address ends with 1: are addresses counted from zero (zero_based, as they are sent) or from \
               one (one_based)?",
};

impl Settings {
    pub(super) fn new(name: &str, tables: &[Found], facts: Vec<Fact>, lists: Vec<ListSheet>) -> Self {
        Self {
            name: name.to_owned(),
            facts,
            lists,
            set: tables.iter().any(has_titles).then_some(Setting::Titles).into_iter().collect(),
            open: Vec::new(),
            pairs: None,
        }
    }

    pub(super) fn has(&self, setting: Setting) -> bool {
        self.set.contains(&setting)
    }

    /// Checks what is proposed and mends it until nothing changes: columns that are refused lose their meaning, and settings
    /// that leave fewer errors are kept.
    pub(super) fn settle(&mut self, path: &Path, file: &str, tables: &mut [Found]) {
        let manifest = path.with_file_name("device.toml");
        let look = |settings: &Self, tables: &[Found]| check(&manifest, &write::manifest(settings, file, tables));
        let typed = |settings: &Self, tables: &[Found]| {
            typed(load::attempt(&manifest, &write::manifest(settings, file, tables).text).0)
        };
        let mut loaded = look(self, tables);
        while refused::take_back(tables, &loaded) || refused::limits_are_registers(tables, &loaded) {
            loaded = look(self, tables);
        }
        let sheets = tables.len() > 1 && tables.iter().all(|found| found.grid.origin.sheet.is_some());
        let describes = tables.iter().any(|found| found.table.column(Meaning::Description).is_some());
        let lists = tables.iter().any(|found| found.table.column(Meaning::Values).is_some());
        // Numbers with the table in their first digit are not counted from one.
        let de_facto = tables.iter().any(|found| found.table.column(Meaning::DeFacto).is_some());
        self.facts.retain(|fact| fact.key != "numbering" || !de_facto);
        let trials = [
            // Rows of a single text that give no names are no titles.
            Trial { codes: &["E0632", "E0609", "E0618"], settings: &[Titles], may_be: self.has(Titles) },
            Trial { codes: &[], settings: &[InDescription], may_be: describes && !lists },
            Trial { codes: &["E0632"], settings: &[FirstPhrases], may_be: describes },
            Trial { codes: &["E0404", "E0621"], settings: &[Variants], may_be: sheets },
            Trial { codes: &["E0616"], settings: &[Groups, Grouped], may_be: sheets },
            Trial { codes: &["E0616"], settings: &[Grouped], may_be: true },
            Trial { codes: &["E0616"], settings: &[SameNamesOfVariants], may_be: true },
            Trial { codes: &["E0616"], settings: &[SameNames], may_be: true },
            Trial { codes: &["E0616"], settings: &[Grouped, SameNames], may_be: true },
        ];
        for Trial { codes, settings, .. } in trials.into_iter().filter(|trial| trial.may_be) {
            if !codes.is_empty() && !codes.iter().any(|code| counts(&loaded).contains_key(code)) {
                continue;
            }
            let mut trial = self.clone();
            match settings {
                [Titles] => trial.set.retain(|setting| *setting != Titles),
                more => trial.set.extend(more),
            }
            if settings.contains(&SameNames) {
                trial.set.remove(&SameNamesOfVariants);
            }
            let found = look(&trial, tables);
            // Lists in descriptions are missed by nobody but whoever reads the values.
            let lists_more = || settings == [InDescription] && typed(&trial, tables) > typed(self, tables);
            let (before, after) = (weight(&loaded), weight(&found));
            if after < before || after == before && lists_more() {
                (*self, loaded) = (trial, found);
            }
        }
        let pairs = loaded.diagnostics.iter().find(|one| one.code == "W0413");
        let pairs = pairs.and_then(|one| one.manifest.entries().first()).map(ToString::to_string);
        if pairs.is_some() {
            let trial = Self { pairs, ..self.clone() };
            let found = look(&trial, tables);
            if weight(&found).0 <= weight(&loaded).0 {
                (*self, loaded) = (trial, found);
            }
        }
        let stated = |key: &str| self.facts.iter().any(|fact| fact.key == key);
        let counts = counts(&loaded);
        self.open = OPEN.into_iter().filter(|open| counts.contains_key(open.code) && !stated(open.key)).collect();
        if !de_facto && !stated(NUMBERING.key) && may_count_from_one(tables) {
            self.open.insert(0, NUMBERING);
        }
    }
}

/// How many registers have named values, whatever else is wrong.
fn typed(device: Option<Device>) -> usize {
    let points = device.map(|device| device.points).unwrap_or_default();
    points.iter().filter(|point| matches!(point.kind, Kind::Enum(_) | Kind::Flags(_) | Kind::Special(_))).count()
}

/// How often each code is there.
fn counts(loaded: &Loaded) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for one in &loaded.diagnostics {
        let count: &mut usize = counts.entry(one.code).or_default();
        *count = count.saturating_add(one.places.len().max(1));
    }
    counts
}

/// Places of errors, then of warnings.
fn weight(loaded: &Loaded) -> (usize, usize) {
    let of = |severity: Severity| {
        let those = loaded.diagnostics.iter().filter(|one| one.severity == severity);
        those.map(|one| one.places.len().max(1)).fold(0usize, usize::saturating_add)
    };
    (of(Severity::Error), of(Severity::Warning))
}

/// Whether the lowest address is 1, 501 or the like, and nothing says how they are counted.
fn may_count_from_one(tables: &[Found]) -> bool {
    let lowest = tables.iter().filter_map(|found| {
        let column = found.table.column(Meaning::Address)?;
        let rows = found.grid.rows.iter().filter(|row| found.has(row.number));
        let cells = rows.filter_map(|row| row.cells.get(column.index)).filter(|cell| !cell.is_empty());
        let addresses = cells.filter_map(|cell| address::parse(cell, Style::default()).ok());
        let addresses = addresses.filter(AddressCell::is_decimal).filter_map(|cell| cell.zero_based().ok());
        let is_said = columns::base::counts_from_one(&column.header).is_some();
        Some(if is_said { 0 } else { addresses.map(|read| read.first).min()? })
    });
    lowest.min().is_some_and(|lowest| lowest.checked_rem(10) == Some(1))
}

/// Whether several rows of a table hold a single text: titles of what stands below them.
fn has_titles(found: &Found) -> bool {
    let address = found.table.columns.iter().find(|column| column.meaning.is_some_and(Meaning::is_address));
    let is_title = |cells: &[String]| {
        let filled: Vec<(usize, &String)> = cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
        let [(column, text)] = filled.as_slice() else { return false };
        let is_address = address.is_some_and(|address| address.index == *column)
            && !text.contains(|sign: char| sign.is_alphabetic() && !sign.is_ascii_hexdigit());
        !is_address
            && !text::is_nothing(text)
            && text.chars().filter(|sign| sign.is_alphabetic()).count() > 2
            && text.chars().count() < 60
            // It says the Modbus table, which no group is named after.
            && columns::announced(text).is_none_or(|announced| !announced.is_sure)
    };
    found.grid.rows.iter().filter(|row| found.has(row.number) && is_title(&row.cells)).count() >= 2
}

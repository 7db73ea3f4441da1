//! `[[sheet]]` and `[tables]`: which sheets are read, and what the registers in them can do.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

use super::TABLES;
use super::columns::ColumnSets;
use super::reader::Section;
use crate::cells::bit_numbering::{BIT_NUMBERINGS, BitNumbering};
use crate::cells::decimals::DecimalSign;
use crate::cells::order::Order;
use crate::diagnostic::{Diagnostic, Place, said};
use crate::model::{Access, Table};
use crate::sheet::{HeaderRows, Reading, TextForm};
use crate::source::Located;
use crate::spelling::wildcard;
use crate::suggest;

/// The words that name an access.
pub(super) const ACCESS: [(&str, Access); 3] =
    [("read", Access::Read), ("write", Access::Write), ("read_write", Access::ReadWrite)];

/// Sheets, or a CSV file, with registers.
#[derive(Debug, Clone)]
pub(crate) struct SheetEntry {
    pub(crate) file: Located<String>,
    /// The sheets it is about, `*` standing for anything; none for a CSV file and for the only sheet of a workbook.
    pub(crate) names: Vec<Located<String>>,
    /// Those that it is not about, although one of the names is theirs.
    pub(crate) except: Vec<Located<String>>,
    pub(crate) group: Group,
    /// Which of `[column_sets]` its columns are; those of `[columns]` where none is named.
    pub(crate) columns: Option<String>,
    /// Modbus table of all its rows, where no column says it.
    pub(crate) table: Option<Table>,
    pub(crate) access: Option<Access>,
    /// Order of words and bytes of all its rows that state none.
    pub(crate) order: Option<Order>,
    /// What is added to every address.
    pub(crate) base: i32,
    /// Whether its addresses are counted from one; `None` where the manifest says nothing of this sheet.
    pub(crate) one_based: Option<bool>,
    /// How its bits are numbered; `None` where the manifest says nothing of this sheet.
    pub(crate) bit_numbering: Option<BitNumbering>,
    /// Unit id of all its rows, where no column says it.
    pub(crate) unit_id: Option<u8>,
    pub(crate) variants: SheetVariants,
    /// What becomes of rows that are about single bits.
    pub(crate) bits: Option<BitRows>,
    pub(crate) layout: Layout,
    /// How the file is read.
    pub(crate) reading: Reading,
    pub(crate) place: Place,
}

impl SheetEntry {
    /// One about sheets of a file without a manifest, or about all of the file where none is named.
    pub(super) fn of_table(file: &str, names: &[String]) -> Self {
        let place = Place::of_file(file);
        let located = |value: &str| Located { value: value.to_owned(), place: place.clone() };
        Self {
            file: located(file),
            names: names.iter().map(|name| located(name)).collect(),
            except: Vec::new(),
            group: Group::None,
            columns: None,
            table: None,
            access: None,
            order: None,
            base: 0,
            one_based: None,
            bit_numbering: None,
            unit_id: None,
            variants: SheetVariants::All,
            bits: None,
            layout: Layout {
                header: None,
                end: None,
                is_first: true,
                rows_elsewhere: Vec::new(),
                titles: false,
                rows: Vec::new(),
                skip: Vec::new(),
                decimal_sign: None,
            },
            reading: Reading::default(),
            place: place.clone(),
        }
    }

    /// Whether it is about this sheet of its file, or about a file without sheets.
    pub(crate) fn covers(&self, sheet: Option<&str>) -> bool {
        let is = |name: &Located<String>| sheet.is_some_and(|sheet| wildcard(&name.value, sheet));
        self.names.is_empty() || self.names.iter().any(is) && !self.except.iter().any(is)
    }
}

/// Title of the group that the registers of a sheet belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Group {
    /// As a column says, or none.
    None,
    Title(String),
    /// The sheet's name.
    Sheet,
}

/// Models or firmwares that the registers of a sheet are about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SheetVariants {
    /// All of them, where no column says it.
    All,
    Named(Vec<String>),
    /// One that is called like the sheet.
    Sheet,
}

/// What becomes of rows that are about single bits of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BitRows {
    /// Each is a point.
    Points,
    /// They are the flags of one point.
    Flags,
}

/// Where on a sheet the table is, and which of its rows are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The header's rows; without them, the row that holds most of the headers.
    pub(crate) header: Option<HeaderRows>,
    /// The row at which another table of the sheet begins.
    pub(crate) end: Option<u32>,
    /// Whether no other table of the sheet stands above it.
    pub(crate) is_first: bool,
    /// Whether a row of one cell is the title of the group below it.
    pub(crate) titles: bool,
    /// The rows that are read, from one to another; all where none are named.
    pub(crate) rows: Vec<(u32, u32)>,
    /// Those that entries of the same sheet name, this one among them.
    pub(crate) rows_elsewhere: Vec<(u32, u32)>,
    /// Rows to leave out, by the header of a column and what stands in it, `*` standing for anything, of the headers too.
    pub(crate) skip: Vec<(String, Vec<String>)>,
    /// The sign that its numbers have before their decimals.
    pub(crate) decimal_sign: Option<DecimalSign>,
}

pub(super) fn access(root: &Section<'_>) -> BTreeMap<Table, Access> {
    let mut access = BTreeMap::new();
    if let Some(section) = root.section("tables") {
        for (key, table) in TABLES {
            let Some(found) = section.word(key, &ACCESS) else { continue };
            if found.writes() && !table.is_writable() {
                section.wrong_key(key, "\"read\": the protocol has no function that writes them");
            }
            access.insert(table, found);
        }
        section.finish();
    }
    access
}

pub(super) fn read(root: &Section<'_>, sets: &ColumnSets) -> Vec<SheetEntry> {
    let sections = root.sections("sheet");
    if sections.is_empty() {
        root.report(
            Diagnostic::error("E0202", "the manifest names no sheet")
                .at(root.place().clone())
                .expected("[[sheet]] with file = \"registers.xlsx\" and, for a workbook, name = \"…\""),
        );
    }
    let mut sheets: Vec<SheetEntry> = Vec::new();
    for section in sections {
        let file = section.required_string("file", "the vendor's file, relative to the manifest");
        let entry = entry(root, &section, sets);
        section.finish();
        let Some(file) = file else { continue };
        let entry = SheetEntry { file, ..entry };
        // A name that is listed twice hides another; tables on one sheet have a header each.
        let twice = sheets.iter().find_map(|other| {
            let is_read_otherwise = other.layout.header != entry.layout.header
                || other.layout.rows != entry.layout.rows
                || other.columns != entry.columns
                || other.variants != entry.variants;
            let same = other.file.value == entry.file.value && !is_read_otherwise;
            let listed = |name: &&Located<String>| other.names.iter().any(|known| known.value == name.value);
            let name = entry.names.iter().find(listed).map(|name| &name.value);
            let name = name.or((entry.names.is_empty() && other.names.is_empty()).then_some(&entry.file.value));
            name.filter(|_| same).map(|name| (other, name))
        });
        if let Some((other, name)) = twice {
            section.report(
                Diagnostic::error("E0208", said!("“{name}” is listed twice", name))
                    .at(other.place.clone())
                    .at(entry.place)
                    .expected("each sheet once")
                    .help("a [[sheet]] copied without changing its name hides the sheet that was meant"),
            );
        } else {
            sheets.push(entry);
        }
    }
    relate_tables(&mut sheets);
    sheets
}

/// An entry, but for its file.
fn entry(root: &Section<'_>, section: &Section<'_>, sets: &ColumnSets) -> SheetEntry {
    let names = match (section.has("name"), section.has("names")) {
        (true, true) => {
            section.ignore("name");
            section.ignore("names");
            section.wrong_key("names", "either name, or names for several");
            Vec::new()
        }
        (true, false) => section.string("name").into_iter().collect(),
        (false, true) => filled_strings(section, "names", "the names of sheets: [\"1*\", \"Alarms\"]"),
        (false, false) => Vec::new(),
    };
    let except = filled_strings(section, "except", "the names of sheets to leave out: [\"Index\"]");
    if !except.is_empty() && names.is_empty() {
        section.wrong_key("except", "name = \"*\" beside it, for all sheets but these");
    }
    let base = section.integer("base", -400_001..=65_535).and_then(|base| i32::try_from(base).ok());
    let header = header(section);
    SheetEntry {
        file: Located { value: String::new(), place: section.place().clone() },
        names,
        except,
        group: group(section),
        columns: column_set(root, section, sets),
        table: section.word("table", &TABLES),
        access: section.word("access", &ACCESS),
        order: section.word("order", &Order::ALL),
        base: base.unwrap_or_default(),
        one_based: section.word("numbering", &NUMBERING),
        bit_numbering: section.word("bit_numbering", &BIT_NUMBERINGS),
        unit_id: unit_id(section),
        variants: variants(section),
        bits: section.word("bits", &[("points", BitRows::Points), ("flags", BitRows::Flags)]),
        layout: Layout {
            header,
            end: None,
            is_first: true,
            rows_elsewhere: Vec::new(),
            titles: section.word("titles", &[("noted", false), ("groups", true)]).unwrap_or_default(),
            rows: rows(section),
            skip: skip(section),
            decimal_sign: section.word("decimal_sign", &DecimalSign::ALL),
        },
        reading: reading(section),
        place: section.place().clone(),
    }
}

/// `header = 3`, or `[1, 2]` for a header in several rows.
fn header(section: &Section<'_>) -> Option<HeaderRows> {
    let rows = 1..=1_048_576;
    let row = |row: i64| u32::try_from(row).ok();
    if !section.holds_list("header") {
        return section.integer("header", rows).and_then(row).map(HeaderRows::one);
    }
    let listed = section.integers("header", &rows)?;
    let follow = listed.windows(2).all(|pair| matches!(pair, [one, next] if one.checked_add(1) == Some(*next)));
    match (listed.first(), listed.last()) {
        (Some(first), Some(last)) if follow => Some(HeaderRows { first: row(*first)?, last: row(*last)? }),
        _ => {
            section.wrong_key("header", "the row of the header, or rows one below the other: [1, 2]");
            None
        }
    }
}

/// `rows = "10-40"`, as the spreadsheet counts, or several such ranges.
fn rows(section: &Section<'_>) -> Vec<(u32, u32)> {
    const ROWS: &str = "rows of the sheet, from one to another: \"10-40\", or a list of such ranges";
    let given = section.has("rows").then(|| section.filled_strings("rows", ROWS)).flatten().unwrap_or_default();
    let range = |text: &str| {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (first.trim().parse::<u32>().ok()?, last.trim().parse::<u32>().ok()?);
        (first > 0 && first <= last).then_some((first, last))
    };
    let found: Option<Vec<(u32, u32)>> = given.iter().map(|text| range(&text.value)).collect();
    if found.is_none() {
        section.wrong_key("rows", ROWS);
    }
    found.unwrap_or_default()
}

/// The words that say where addresses begin to be counted.
pub(super) const NUMBERING: [(&str, bool); 2] = [("zero_based", false), ("one_based", true)];

fn filled_strings(section: &Section<'_>, key: &'static str, expected: &str) -> Vec<Located<String>> {
    if !section.has(key) {
        return Vec::new();
    }
    let texts = section.one_or_more(key, expected).unwrap_or_default();
    texts.into_iter().map(|value| Located { value, place: section.place().clone() }).collect()
}

/// `group = "Title"`, or `true` for the sheet's name.
fn group(section: &Section<'_>) -> Group {
    match section.holds_flag("group") {
        true if section.flag("group") == Some(true) => Group::Sheet,
        true => Group::None,
        false => section.string("group").map_or(Group::None, |group| Group::Title(group.value)),
    }
}

/// `variant = "Name"`, several of them, or `true` for the sheet's name.
fn variants(section: &Section<'_>) -> SheetVariants {
    match section.holds_flag("variant") {
        true if section.flag("variant") == Some(true) => SheetVariants::Sheet,
        true => SheetVariants::All,
        false => match filled_strings(section, "variant", "the name of a model or firmware, or true for the sheet's") {
            names if names.is_empty() => SheetVariants::All,
            names => SheetVariants::Named(names.into_iter().map(|name| name.value).collect()),
        },
    }
}

fn unit_id(section: &Section<'_>) -> Option<u8> {
    section.integer("unit_id", 0..=255).and_then(|unit| u8::try_from(unit).ok())
}

/// `skip = { Type = "reserved", Remark = ["obsolete*", "unused"] }`
fn skip(section: &Section<'_>) -> Vec<(String, Vec<String>)> {
    section.section("skip").map(|skip| skip.text_lists("what stands in the rows to leave out")).unwrap_or_default()
}

/// Says to each table of a sheet what the others of the sheet read: it ends where the next one begins.
fn relate_tables(sheets: &mut [SheetEntry]) {
    struct Other {
        file: String,
        names: Vec<String>,
        header: Option<HeaderRows>,
        rows: Vec<(u32, u32)>,
    }
    let all: Vec<Other> = sheets
        .iter()
        .map(|entry| Other {
            file: entry.file.value.clone(),
            names: entry.names.iter().map(|name| name.value.clone()).collect(),
            header: entry.layout.header,
            rows: entry.layout.rows.clone(),
        })
        .collect();
    for entry in sheets {
        let of_sheet: Vec<&Other> = all
            .iter()
            .filter(|other| {
                let shared = |name: &Located<String>| other.names.contains(&name.value);
                let is_only = other.names.is_empty() && entry.names.is_empty();
                other.file == entry.file.value && (is_only || entry.names.iter().any(shared))
            })
            .collect();
        entry.layout.rows_elsewhere = of_sheet.iter().flat_map(|other| other.rows.iter().copied()).collect();
        let Some(own) = entry.layout.header else { continue };
        let others: Vec<u32> = of_sheet.iter().filter_map(|other| other.header).map(|header| header.first).collect();
        entry.layout.end = others.iter().copied().filter(|row| *row > own.last).min();
        entry.layout.is_first = !others.iter().any(|row| *row < own.first);
    }
}

/// How the sheet's file is read.
pub(super) fn reading(section: &Section<'_>) -> Reading {
    let skips = |key| section.word(key, &[("read", false), ("skip", true)]).unwrap_or_default();
    let (skip_hidden, skip_struck) = (skips("hidden"), skips("struck"));
    let delimiter = section.word("delimiter", &[(",", b','), (";", b';'), ("tab", b'\t'), ("\t", b'\t'), ("|", b'|')]);
    let encoding = section.string("encoding").and_then(|name| {
        let encoding = Encoding::for_label(name.value.as_bytes());
        if encoding.is_none() {
            section.wrong_key(
                "encoding",
                "\"utf-8\", \"windows-1252\", \"iso-8859-1\", \"utf-16le\", \"gbk\", \"shift_jis\" or another of the \
                 names that web pages use for theirs",
            );
        }
        encoding
    });
    let text = TextForm { encoding, delimiter };
    Reading { text, skip_hidden, skip_struck }
}

/// The set of columns a sheet names, which has to be there; a sheet that names none has the columns of `[columns]`.
fn column_set(root: &Section<'_>, section: &Section<'_>, sets: &ColumnSets) -> Option<String> {
    let Some(set) = section.string("columns") else {
        if !root.has("columns") && root.has("column_sets") && !section.has("columns") {
            section.report(
                Diagnostic::error("E0210", "nothing says what the columns of this sheet mean")
                    .at(section.place().clone())
                    .expected("columns = \"…\", one of [column_sets], or [columns] for the sheets that name none"),
            );
        }
        return None;
    };
    if !sets.named.contains_key(&set.value) {
        section.report(
            Diagnostic::error("E0210", said!("there is no [column_sets.{set}]", set = &set.value))
                .at(set.place.clone().holds(&set.value))
                .expected("the name of a set of columns")
                .help(suggest::nearest_of("set", &set.value, sets.named.keys().map(String::as_str))),
        );
    }
    Some(set.value)
}

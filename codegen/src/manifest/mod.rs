//! `device.toml`: what the vendor's table cannot say.

mod link;
mod reader;
mod registers;

use std::collections::BTreeMap;

use toml::de::DeTable;

pub(crate) use self::reader::{CodedValue, Located};
use self::reader::{Document, Section};
pub(crate) use self::registers::Registers;
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::model::{Access, Limits, Link, Table};
use crate::ratio::Ratio;

/// The words that name the four tables.
const TABLES: [(&str, Table); 4] = [
    ("coil", Table::Coil),
    ("discrete_input", Table::DiscreteInput),
    ("input_register", Table::InputRegister),
    ("holding_register", Table::HoldingRegister),
];

/// The words that name an access.
const ACCESS: [(&str, Access); 3] =
    [("read", Access::Read), ("write", Access::Write), ("read_write", Access::ReadWrite)];

/// A manifest as it was read.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) name: Located<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) link: Link,
    pub(crate) columns: Columns,
    /// Access by table, where no column says it.
    pub(crate) access: BTreeMap<Table, Access>,
    pub(crate) key: Option<Key>,
    pub(crate) pairs: Option<Pairs>,
    /// Marks in a description that say that the register is not always fitted.
    pub(crate) optional_marks: Vec<String>,
    pub(crate) sheets: Vec<SheetEntry>,
    pub(crate) types: Vec<TypeEntry>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) notes: Vec<Note>,
}

/// Header of the column that has each meaning.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) address: Option<Located<String>>,
    pub(crate) de_facto: Option<Located<String>>,
    pub(crate) unit: Option<Located<String>>,
    pub(crate) divisor: Option<Located<String>>,
    pub(crate) description: Option<Located<String>>,
    /// Columns kept for the documentation, by the name overrides call them.
    pub(crate) details: Vec<(String, Located<String>)>,
}

/// The sheet that holds the table key and the footnotes.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) file: String,
    pub(crate) sheet: Option<String>,
    /// Header of the column that holds the marks.
    pub(crate) mark: Located<String>,
    /// Header of the column that holds what they mean.
    pub(crate) text: Located<String>,
    /// Detail column whose cells the plain marks explain.
    pub(crate) legend: Option<String>,
    pub(crate) place: Place,
}

/// How the halves of a 32-bit value are marked.
#[derive(Debug)]
pub(crate) struct Pairs {
    pub(crate) high: String,
    pub(crate) low: String,
}

/// A sheet, or a CSV file, with registers.
#[derive(Debug)]
pub(crate) struct SheetEntry {
    pub(crate) file: Located<String>,
    pub(crate) sheet: Option<String>,
    pub(crate) group: Option<String>,
    /// Modbus table of all its rows, where no column says it.
    pub(crate) table: Option<Table>,
    pub(crate) access: Option<Access>,
    pub(crate) place: Place,
}

/// `[enums.Name]` or `[flags.Name]`.
#[derive(Debug)]
pub(crate) struct TypeEntry {
    pub(crate) name: Located<String>,
    pub(crate) form: crate::model::ValueForm,
    pub(crate) description: Option<String>,
    pub(crate) list: ValueList,
    pub(crate) place: Place,
}

/// Where the values of a type are listed.
#[derive(Debug)]
pub(crate) enum ValueList {
    /// In the footnote with this mark; the rows that bear it have the type.
    Footnote(Located<String>),
    /// In the description of these registers.
    Inline(Registers),
    /// Here, for these registers, because of this reason.
    Given { registers: Registers, values: Vec<(i64, CodedValue)>, expect: Option<Vec<String>> },
}

/// `[[rule]]`: sets a field on every register that matches.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) tables: Option<Vec<Table>>,
    pub(crate) units: Option<Vec<String>>,
    pub(crate) registers: Option<Registers>,
    pub(crate) signed: Option<bool>,
    pub(crate) optional: Option<bool>,
    pub(crate) not_available: Option<Vec<i64>>,
    pub(crate) reason: String,
    pub(crate) place: Place,
}

/// `[[override]]`: settles or corrects what the table prints.
#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) registers: Registers,
    pub(crate) field: Field,
    /// Every distinct text the merged rows print, in order of appearance.
    pub(crate) expect: Vec<String>,
    pub(crate) reason: String,
    pub(crate) place: Place,
}

/// What an override sets, and to what.
#[derive(Debug, Clone)]
pub(crate) enum Field {
    Description(String),
    Unit(String),
    Divisor(String),
    /// A detail column, by its name.
    Detail(String, String),
    Label(String),
    /// Bits without names instead of a number.
    BitSet,
    /// A trigger; the raw value that pulls it.
    Command(i64),
    KeepAlive(u32),
    Limits(Limits),
}

impl Field {
    /// Its name in the manifest.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Description(_) => "description",
            Self::Unit(_) => "unit",
            Self::Divisor(_) => "divisor",
            Self::Detail(name, _) => name,
            Self::Label(_) => "label",
            Self::BitSet => "type",
            Self::Command(_) => "role",
            Self::KeepAlive(_) => "keep_alive_s",
            Self::Limits(_) => "limits",
        }
    }

    /// What it is set to, for people.
    pub(crate) fn value(&self) -> String {
        match self {
            Self::Description(text)
            | Self::Unit(text)
            | Self::Divisor(text)
            | Self::Detail(_, text)
            | Self::Label(text) => text.clone(),
            Self::BitSet => "bitset".to_owned(),
            Self::Command(_) => "command".to_owned(),
            Self::KeepAlive(seconds) => seconds.to_string(),
            Self::Limits(limits) => {
                let text = |limit: Option<Ratio>| limit.map_or_else(String::new, |limit| limit.to_string());
                format!("{}…{}", text(limits.min), text(limits.max))
            }
        }
    }
}

/// `[[note]]`: a remark for the documentation.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) registers: Registers,
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// Reads a manifest; `None` where it has errors that leave nothing to go on with.
pub(crate) fn read(file: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Manifest> {
    let document = Document::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        document.report(
            Diagnostic::error("E0201", format!("the manifest is not TOML: {}", error.message()))
                .at(document.place(error.span())),
        );
    }
    let manifest = errors.is_empty().then(|| manifest(&Section::root(&document, table.get_ref()))).flatten();
    let found = document.into_diagnostics();
    let failed = found.has_errors();
    for diagnostic in &found {
        diagnostics.push(diagnostic.clone());
    }
    manifest.filter(|_| !failed)
}

fn manifest(root: &Section<'_>) -> Option<Manifest> {
    root.integer("format", 1..=1);
    let device = root.section("device");
    if device.is_none() {
        root.report(
            Diagnostic::error("E0202", "the manifest lacks `[device]`")
                .at(root.place().clone())
                .expected("[device] with the device's name"),
        );
    }
    let mut name = None;
    let (mut manufacturer, mut document, mut description) = (None, None, None);
    if let Some(device) = device {
        name = device.required_string("name", "the device's name: name = \"Thermia Genesis\"");
        manufacturer = device.string("manufacturer").map(|text| text.value);
        document = device.string("document").map(|text| text.value);
        description = device.string("description").map(|text| text.value);
        device.finish();
    }
    let link = link::read(root);
    let columns = columns(root);
    let manifest = Manifest {
        name: name?,
        manufacturer,
        document,
        description,
        link,
        access: access(root),
        key: key(root),
        pairs: pairs(root),
        optional_marks: root.section("optional").map(|section| optional_marks(&section)).unwrap_or_default(),
        sheets: sheets(root),
        types: types(root),
        rules: rules(root),
        overrides: overrides(root, &columns),
        notes: notes(root),
        columns,
    };
    root.finish();
    Some(manifest)
}

fn columns(root: &Section<'_>) -> Columns {
    let mut columns =
        Columns { address: None, de_facto: None, unit: None, divisor: None, description: None, details: Vec::new() };
    if let Some(section) = root.section("columns") {
        columns.address = section.string("address");
        columns.de_facto = section.string("de_facto");
        columns.unit = section.string("unit");
        columns.divisor = section.string("divisor");
        columns.description =
            section.required_string("description", "the header of the column with the registers' names");
        if let Some(details) = section.section("details") {
            columns.details = details.string_entries();
        }
        if columns.address.is_none() && columns.de_facto.is_none() {
            section.report(
                Diagnostic::error("E0202", "[columns] names no column for the address")
                    .at(section.place().clone())
                    .expected("address = \"…\" or de_facto = \"…\", the header of that column"),
            );
        }
        section.finish();
    }
    columns
}

fn access(root: &Section<'_>) -> BTreeMap<Table, Access> {
    let mut access = BTreeMap::new();
    if let Some(section) = root.section("tables") {
        for (key, table) in TABLES {
            if let Some(found) = section.word(key, &ACCESS) {
                access.insert(table, found);
            }
        }
        section.finish();
    }
    access
}

fn key(root: &Section<'_>) -> Option<Key> {
    let section = root.section("key")?;
    let file = section.required_string("file", "the file that holds the table key");
    let mark = section.required_string("mark", "the header of the column with the marks");
    let text = section.required_string("text", "the header of the column with their meaning");
    let sheet = section.string("sheet").map(|sheet| sheet.value);
    let legend = section.string("legend").map(|legend| legend.value);
    let place = section.place().clone();
    section.finish();
    Some(Key { file: file?.value, sheet, mark: mark?, text: text?, legend, place })
}

fn pairs(root: &Section<'_>) -> Option<Pairs> {
    let section = root.section("pairs")?;
    let high = section.required_string("high", "the mark of the high word: \"(MSB)\"");
    let low = section.required_string("low", "the mark of the low word: \"(LSB)\"");
    section.finish();
    Some(Pairs { high: high?.value, low: low?.value })
}

fn optional_marks(section: &Section<'_>) -> Vec<String> {
    let marks = section.strings("marks").unwrap_or_default();
    section.finish();
    marks
}

fn sheets(root: &Section<'_>) -> Vec<SheetEntry> {
    let sections = root.sections("sheet");
    if sections.is_empty() {
        root.report(
            Diagnostic::error("E0202", "the manifest names no sheet")
                .at(root.place().clone())
                .expected("[[sheet]] with file = \"registers.xlsx\" and, for a workbook, name = \"…\""),
        );
    }
    let mut sheets = Vec::new();
    for section in sections {
        let file = section.required_string("file", "the vendor's file, relative to the manifest");
        let sheet = section.string("name").map(|name| name.value);
        let group = section.string("group").map(|group| group.value);
        let table = section.word("table", &TABLES);
        let access = section.word("access", &ACCESS);
        let place = section.place().clone();
        section.finish();
        if let Some(file) = file {
            sheets.push(SheetEntry { file, sheet, group, table, access, place });
        }
    }
    sheets
}

fn types(root: &Section<'_>) -> Vec<TypeEntry> {
    let mut types = Vec::new();
    for (key, form) in [("enums", crate::model::ValueForm::Enum), ("flags", crate::model::ValueForm::Flags)] {
        let Some(parent) = root.section(key) else { continue };
        for (name, section) in parent.named_sections() {
            let place = section.place().clone();
            let description = section.string("description").map(|text| text.value);
            let list = value_list(&section);
            section.finish();
            if let Some(list) = list {
                types.push(TypeEntry { name, form, description, list, place });
            }
        }
    }
    types
}

fn value_list(section: &Section<'_>) -> Option<ValueList> {
    let footnote = section.string("footnote");
    let registers = registers(section);
    let inline = section.flag("inline").unwrap_or(false);
    let values = section.section("values").map(|values| values.coded_entries());
    let expect = section.strings("expect");
    if values.is_some() {
        section.required_string("reason", "why the values stand here and not in the vendor's table");
    }
    match (footnote, registers, inline, values) {
        (Some(mark), None, false, None) => Some(ValueList::Footnote(mark)),
        (None, Some(registers), true, None) => Some(ValueList::Inline(registers)),
        (None, Some(registers), false, Some(values)) => Some(ValueList::Given { registers, values, expect }),
        _ => {
            section.report(
                Diagnostic::error("E0205", "it is not clear where the values of this type are listed")
                    .at(section.place().clone())
                    .expected(
                        "footnote = \"*1\"; or registers with inline = true; or registers with values and a reason",
                    ),
            );
            None
        }
    }
}

fn registers(section: &Section<'_>) -> Option<Registers> {
    let text = section.string("registers")?;
    match Registers::parse(&text.value) {
        Ok(registers) => Some(registers),
        Err(part) => {
            section.report(
                Diagnostic::error("E0206", "these registers are not understood")
                    .at(text.place.holds(part))
                    .expected("coil 3, discrete 12, input 20-26, holding 22: a table, then an address or a range, separated by commas"),
            );
            None
        }
    }
}

fn required_registers(section: &Section<'_>) -> Option<Registers> {
    section.required_string("registers", "the registers it is about: \"coil 3, input 20-26\"")?;
    registers(section)
}

fn rules(root: &Section<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for section in root.sections("rule") {
        let tables = section.has("tables").then(|| section.words("tables", &TABLES));
        let units = section.strings("units");
        let registers = registers(&section);
        let reason = section.required_string("reason", "why it holds");
        let place = section.place().clone();
        let mut rule = Rule {
            tables,
            units,
            registers,
            signed: None,
            optional: None,
            not_available: None,
            reason: reason.map(|reason| reason.value).unwrap_or_default(),
            place,
        };
        match section.section("set") {
            Some(set) => {
                rule.signed = set.flag("signed");
                rule.optional = set.flag("optional");
                rule.not_available = set.integers("not_available", &(i64::MIN..=i64::MAX));
                set.finish();
            }
            None => section.report(
                Diagnostic::error("E0202", "[[rule]] lacks `set`")
                    .at(section.place().clone())
                    .expected("set = { signed = true }, or optional, or not_available"),
            ),
        }
        section.finish();
        rules.push(rule);
    }
    rules
}

fn overrides(root: &Section<'_>, columns: &Columns) -> Vec<Override> {
    let mut overrides = Vec::new();
    for section in root.sections("override") {
        let registers = required_registers(&section);
        let field = field(&section, columns);
        let reason = section.required_string("reason", "why the printed value does not hold");
        let expect = section.strings("expect");
        if expect.is_none() && !section.has("expect") {
            section.report(
                Diagnostic::error("E0202", "[[override]] lacks `expect`").at(section.place().clone()).expected(
                    "expect = [\"…\"]: what the table prints now, so that a new revision of the table is noticed",
                ),
            );
        }
        let place = section.place().clone();
        section.finish();
        if let (Some(registers), Some(field), Some(expect), Some(reason)) = (registers, field, expect, reason) {
            overrides.push(Override { registers, field, expect, reason: reason.value, place });
        }
    }
    overrides
}

fn field(section: &Section<'_>, columns: &Columns) -> Option<Field> {
    let name = section.required_string("field", "what it sets: field = \"unit\"")?;
    let text = || section.scalar("value").map(|value| value.value);
    let field = match name.value.as_str() {
        "description" => Field::Description(text()?),
        "unit" => Field::Unit(text()?),
        "divisor" => Field::Divisor(text()?),
        "label" => Field::Label(text()?),
        "type" => section.word("value", &[("bitset", ())]).map(|()| Field::BitSet)?,
        "role" => {
            section.word("value", &[("command", ())])?;
            Field::Command(section.integer("trigger", 0..=i64::from(u32::MAX)).unwrap_or(1))
        }
        "keep_alive_s" => {
            Field::KeepAlive(section.integer("value", 1..=i64::from(u32::MAX)).and_then(|s| u32::try_from(s).ok())?)
        }
        "limits" => Field::Limits(limits(&section.section("value")?)),
        detail if columns.details.iter().any(|(name, _)| name == detail) => Field::Detail(detail.to_owned(), text()?),
        other => {
            let known = ["description", "unit", "divisor", "label", "type", "role", "keep_alive_s", "limits"];
            let names = known.into_iter().chain(columns.details.iter().map(|(name, _)| name.as_str()));
            section.report(
                Diagnostic::error("E0207", format!("an override cannot set “{other}”"))
                    .at(name.place.clone().holds(other))
                    .help(crate::suggest::nearest_of("field", other, names)),
            );
            section.scalar("value");
            return None;
        }
    };
    Some(field)
}

fn limits(section: &Section<'_>) -> Limits {
    let number = |key| {
        let text = section.scalar(key)?;
        let number = text.value.parse::<Ratio>().ok();
        if number.is_none() {
            section.report(
                Diagnostic::error("E0203", format!("`{key}` is not a number"))
                    .at(text.place.holds(text.value))
                    .expected("a decimal number: \"-50\", \"0.5\""),
            );
        }
        number
    };
    Limits { min: number("min"), max: number("max"), step: number("step") }
}

fn notes(root: &Section<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for section in root.sections("note") {
        let registers = required_registers(&section);
        let text = section.required_string("text", "what the documentation should say");
        let place = section.place().clone();
        section.finish();
        if let (Some(registers), Some(text)) = (registers, text) {
            notes.push(Note { registers, text: text.value, place });
        }
    }
    notes
}

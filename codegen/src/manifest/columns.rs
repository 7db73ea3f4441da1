//! `[columns]`, `[column_sets]`, `[key]` and `[pairs]`: what the columns and marks of the vendor's table mean.

use std::collections::BTreeMap;

use super::languages::report_unknown;
use super::reader::{Located, Section};
use crate::diagnostic::{Diagnostic, Place};

/// What stands in an entry of `[columns]`.
const HEADER: &str = "the header of the column, as the vendor's table prints it";

/// What a column says of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Meaning {
    /// Zero-based protocol address, or a range of them.
    Address,
    /// The last address of a range that begins with [`Meaning::Address`].
    LastAddress,
    /// The same address in another notation.
    AddressAgain,
    /// Number with the table in its first digit.
    DeFacto,
    /// Modbus table, by its name or by function codes.
    Table,
    UnitId,
    /// Offset within a block of rows.
    GroupOffset,
    /// How often a block of rows repeats, or the name of the register that says it.
    Repeats,
    /// Number of a bit of the register, or a range of them.
    Bit,
    Unit,
    /// What the value is multiplied by before it is sent.
    Divisor,
    /// What the raw value is multiplied by.
    Factor,
    /// Power of ten of the factor.
    Exponent,
    /// How many decimals the raw value has.
    Decimals,
    /// How a value is to be shown, which implies its scale: `FIX2`.
    Format,
    /// What is added after scaling.
    Offset,
    /// Name or address of the register that holds the power of ten.
    ScaleRegister,
    /// How the value follows from the raw value: `x * 0.1 - 40`.
    Formula,
    /// The register's name and what the vendor says of it, in the first language.
    Description,
    /// The same in a further language, by its place in the device's languages.
    Translation(usize),
    /// A short name of our own, beside the vendor's description.
    Label,
    Group,
    Access,
    /// Whether it can be read.
    Readable,
    /// Whether it can be written.
    Writable,
    Signed,
    Type,
    /// Order of the words and of the bytes in them: `CDAB`.
    Order,
    /// How many registers a row is about.
    Count,
    /// The same in bits.
    SizeInBits,
    /// The same in bytes.
    SizeInBytes,
    Values,
    Bits,
    /// Raw value or bit of the register above, in a row of its own.
    Code,
    /// Raw values that mean that there is no value.
    NotAvailable,
    Default,
    /// Lowest and highest value in one cell.
    Range,
    Min,
    Max,
    Step,
    /// Address of the register that holds the lowest value.
    MinRegister,
    MaxRegister,
    StepRegister,
    /// Address of the register whose bit says whether the device has the point.
    VisibleRegister,
    VisibleBit,
    /// Command that makes a written value survive a restart.
    Persistent,
    Remark,
    /// Models or firmwares that have it, by name.
    Variant,
    /// Whether the model or firmware has it that the column is about, by its place in [`ColumnSets::variants`].
    InVariant(usize),
    /// Kept for the documentation, by its place in [`ColumnSets::details`].
    Detail(usize),
}

impl Meaning {
    /// Whether numbers with decimals stand in its cells, alone or with other things.
    pub(crate) fn is_number(self) -> bool {
        matches!(
            self,
            Self::Factor
                | Self::Divisor
                | Self::Offset
                | Self::Min
                | Self::Max
                | Self::Step
                | Self::Range
                | Self::Default
                | Self::Unit
                | Self::Formula
        )
    }

    /// Whether its cells may hold any text.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Unit
                | Self::Description
                | Self::Translation(_)
                | Self::Label
                | Self::Group
                | Self::Values
                | Self::Bits
                | Self::Default
                | Self::Persistent
                | Self::Remark
                | Self::Variant
                | Self::Detail(_)
        )
    }
}

impl Meaning {
    /// The key of `[columns]` that names a column with it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Translation(_) => "description in a further language",
            Self::Detail(_) => "details",
            Self::InVariant(_) => "variants",
            meaning => KEYS.iter().find(|(_, known)| *known == meaning).map_or("", |(key, _)| key),
        }
    }
}

/// The keys of `[columns]` that name a column each.
const KEYS: [(&str, Meaning); 46] = [
    ("address", Meaning::Address),
    ("last_address", Meaning::LastAddress),
    ("address_again", Meaning::AddressAgain),
    ("de_facto", Meaning::DeFacto),
    ("table", Meaning::Table),
    ("unit_id", Meaning::UnitId),
    ("group_offset", Meaning::GroupOffset),
    ("repeats", Meaning::Repeats),
    ("bit", Meaning::Bit),
    ("unit", Meaning::Unit),
    ("divisor", Meaning::Divisor),
    ("factor", Meaning::Factor),
    ("exponent", Meaning::Exponent),
    ("decimals", Meaning::Decimals),
    ("format", Meaning::Format),
    ("offset", Meaning::Offset),
    ("scale_register", Meaning::ScaleRegister),
    ("formula", Meaning::Formula),
    ("label", Meaning::Label),
    ("group", Meaning::Group),
    ("access", Meaning::Access),
    ("readable", Meaning::Readable),
    ("writable", Meaning::Writable),
    ("signed", Meaning::Signed),
    ("type", Meaning::Type),
    ("order", Meaning::Order),
    ("count", Meaning::Count),
    ("size_in_bits", Meaning::SizeInBits),
    ("size_in_bytes", Meaning::SizeInBytes),
    ("values", Meaning::Values),
    ("bits", Meaning::Bits),
    ("code", Meaning::Code),
    ("not_available", Meaning::NotAvailable),
    ("default", Meaning::Default),
    ("range", Meaning::Range),
    ("min", Meaning::Min),
    ("max", Meaning::Max),
    ("step", Meaning::Step),
    ("min_register", Meaning::MinRegister),
    ("max_register", Meaning::MaxRegister),
    ("step_register", Meaning::StepRegister),
    ("visible_register", Meaning::VisibleRegister),
    ("visible_bit", Meaning::VisibleBit),
    ("persistent", Meaning::Persistent),
    ("remark", Meaning::Remark),
    ("variant", Meaning::Variant),
];

/// Header of the column that has each meaning.
#[derive(Debug, Default, Clone)]
pub(crate) struct Columns {
    pub(crate) headers: Vec<(Meaning, Located<String>)>,
}

impl Columns {
    fn has(&self, wanted: Meaning) -> bool {
        self.headers.iter().any(|(meaning, _)| *meaning == wanted)
    }
}

/// The columns of sheets that name no set, and those of the named sets.
#[derive(Debug, Default)]
pub(crate) struct ColumnSets {
    pub(crate) default: Columns,
    pub(crate) named: BTreeMap<String, Columns>,
    /// Columns kept for the documentation, of all sets: the name overrides call them, and the header.
    pub(crate) details: Vec<(String, String)>,
    /// Models and firmwares with a column of their own, of all sets.
    pub(crate) variants: Vec<String>,
    /// Whether the manifest names no columns at all: they are recognised by well-known headers.
    pub(crate) are_recognised: bool,
}

impl ColumnSets {
    /// The columns of a sheet.
    pub(crate) fn of(&self, set: Option<&str>) -> &Columns {
        set.and_then(|name| self.named.get(name)).unwrap_or(&self.default)
    }
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

/// How the halves of a 32-bit value are marked; any of the spellings.
#[derive(Debug)]
pub(crate) struct Pairs {
    pub(crate) high: Vec<String>,
    pub(crate) low: Vec<String>,
}

pub(super) fn read(root: &Section<'_>, languages: &[String]) -> ColumnSets {
    let are_recognised = !root.has("columns") && !root.has("column_sets");
    let mut sets = ColumnSets { are_recognised, ..ColumnSets::default() };
    if let Some(section) = root.section("columns") {
        sets.default = columns(&section, languages, &mut sets.details, &mut sets.variants);
    }
    if let Some(named) = root.section("column_sets") {
        for (name, section) in named.named_sections() {
            let columns = columns(&section, languages, &mut sets.details, &mut sets.variants);
            sets.named.insert(name.value, columns);
        }
    }
    sets
}

fn columns(
    section: &Section<'_>,
    languages: &[String],
    all_details: &mut Vec<(String, String)>,
    all_variants: &mut Vec<String>,
) -> Columns {
    let mut columns = Columns::default();
    for (key, meaning) in KEYS {
        // A name may stand in several columns: “Voltage” and “L1-N”.
        let headers = match meaning {
            Meaning::Label | Meaning::Group => section.filled_strings(key, HEADER).unwrap_or_default(),
            _ => section.filled_string(key, HEADER).into_iter().collect(),
        };
        columns.headers.extend(headers.into_iter().map(|header| (meaning, header)));
    }
    descriptions(section, languages, &mut columns);
    if let Some(details) = section.section("details") {
        for name in super::overrides::fields() {
            details.wrong_key(name, "another name for the column: overrides call a field of every register so");
        }
        for (name, header) in details.string_entries() {
            let known = all_details.iter().position(|(known, _)| *known == name);
            let place = known.unwrap_or(all_details.len());
            if known.is_none() {
                all_details.push((name, header.value.clone()));
            }
            columns.headers.push((Meaning::Detail(place), header));
        }
    }
    if let Some(variants) = section.section("variants") {
        for (name, header) in variants.string_entries() {
            let known = all_variants.iter().position(|known| *known == name);
            let place = known.unwrap_or(all_variants.len());
            if known.is_none() {
                all_variants.push(name);
            }
            columns.headers.push((Meaning::InVariant(place), header));
        }
    }
    if !section.has("address") && !section.has("de_facto") {
        section.report(
            Diagnostic::error("E0202", format!("{} names no column for the address", section.name()))
                .at(section.place().clone())
                .expected("address = \"…\" or de_facto = \"…\", the header of that column"),
        );
    }
    section.finish();
    columns
}

/// `description = "Name"`, or one column for each language: `description = { en = "English", sv = "Svenska" }`. A table
/// with a column of labels needs none.
fn descriptions(section: &Section<'_>, languages: &[String], columns: &mut Columns) {
    const NAMES: &str = "the header of the column with the registers' names";
    if !columns.has(Meaning::Label) && !section.has("label") {
        section.require("description", NAMES);
    }
    if !section.holds_table("description") {
        let headers = section.filled_strings("description", NAMES).unwrap_or_default();
        columns.headers.extend(headers.into_iter().map(|header| (Meaning::Description, header)));
        return;
    }
    let Some(table) = section.section("description") else { return };
    for (language, header) in table.string_entries() {
        match languages.iter().position(|known| *known == language) {
            Some(0) => columns.headers.push((Meaning::Description, header)),
            Some(place) => columns.headers.push((Meaning::Translation(place), header)),
            None => report_unknown(section, &language, &header, languages),
        }
    }
}

pub(super) fn key(root: &Section<'_>) -> Option<Key> {
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

pub(super) fn pairs(root: &Section<'_>) -> Option<Pairs> {
    let section = root.section("pairs")?;
    let high = section.one_or_more("high", "the mark of the high word: \"(MSB)\"");
    let low = section.one_or_more("low", "the mark of the low word: \"(LSB)\"");
    section.finish();
    Some(Pairs { high: high?, low: low? })
}

pub(super) fn optional_marks(section: &Section<'_>) -> Vec<String> {
    let marks = section.strings("marks").unwrap_or_default();
    if marks.iter().any(|mark| mark.trim().is_empty()) {
        section.wrong_key("marks", "marks that stand in a description: \"(EM)\"");
    }
    section.finish();
    marks
}

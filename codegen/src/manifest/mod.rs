//! `device.toml`: what the vendor's table cannot say.

mod allows;
mod arrays;
mod cells;
mod columns;
mod conventions;
mod decisions;
mod detect;
mod languages;
mod link;
mod named;
mod naming;
mod overrides;
mod reader;
mod registers;
mod rules;
mod selectors;
mod severity;
mod sheets;
mod types;
mod values;

use std::collections::BTreeMap;

use toml::de::DeTable;

pub(crate) use self::allows::Allow;
pub(crate) use self::arrays::{ArrayEntry, ArraySource};
pub(crate) use self::columns::{ColumnSets, Pairs};
pub(crate) use self::conventions::{Alias, Conventions, FormatAlias, LimitsAre, OffsetIs, TextSize};
pub(crate) use self::decisions::DECIDE;
pub(crate) use self::detect::DetectEntry;
pub(crate) use self::named::{NameEntry, Named, Names};
pub(crate) use self::naming::{Naming, SameNames};
pub(crate) use self::overrides::{Field, Override};
pub(crate) use self::reader::CodedValue;
use self::reader::{Document, Section};
pub(crate) use self::registers::{Index, Registers};
pub(crate) use self::rules::{Note, Rule};
use self::selectors::Selector;
pub(crate) use self::sheets::{BitRows, Group, Layout, SheetEntry, SheetVariants};
pub(crate) use self::types::{TypeEntry, ValueList};
pub(crate) use self::values::{Arithmetic, Case, InDescription, Lists, ValuesIf};
use crate::cells::bit_numbering::{BIT_NUMBERINGS, BitNumbering};
use crate::change::SeverityRule;
use crate::columns::Key;
use crate::columns::meaning::ListSheet;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::model::{Access, Device, Link, Table};
use crate::sheet::{CellCorrection, RowCorrection};
use crate::source::{Located, Text};

/// The `$id` of the JSON Schema of manifests, as `#:schema` names it to editors.
pub(crate) const SCHEMA: &str =
    "https://raw.githubusercontent.com/modbus-bindgen/modbus-bindgen/main/docs/manifest.schema.json";

/// The words that name the four tables.
const TABLES: [(&str, Table); 4] = [
    ("coil", Table::Coil),
    ("discrete_input", Table::DiscreteInput),
    ("input_register", Table::InputRegister),
    ("holding_register", Table::HoldingRegister),
];

/// A manifest as it was read.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) name: Located<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) description: Option<String>,
    /// Whether files outside the manifest's folder may be read.
    pub(crate) outside_files: bool,
    /// Languages of the labels, the one to display first at their head.
    pub(crate) languages: Vec<String>,
    pub(crate) link: Link,
    pub(crate) naming: Naming,
    /// What is called otherwise in Rust than the table's own text says.
    pub(crate) names: Names,
    /// The model or firmware that is meant, of those the table tells apart.
    pub(crate) variant: Option<Located<String>>,
    /// The register that tells the variant of a device.
    pub(crate) detect: Option<DetectEntry>,
    /// Whether the addresses of the document are counted from one, where a sheet does not say it.
    pub(crate) one_based: Option<bool>,
    /// How the document numbers bits, where a sheet does not say it.
    pub(crate) bit_numbering: Option<BitNumbering>,
    /// How often blocks of rows repeat, by the name of the block or of what counts it.
    pub(crate) repeats: Vec<(Located<String>, u16)>,
    pub(crate) columns: ColumnSets,
    /// What the vendor means throughout.
    pub(crate) conventions: Conventions,
    /// What words of the vendor's types mean.
    pub(crate) aliases: Vec<Alias>,
    /// What words of the vendor's formats mean.
    pub(crate) formats: Vec<FormatAlias>,
    /// Access by table, where no column says it.
    pub(crate) access: BTreeMap<Table, Access>,
    pub(crate) key: Option<Key>,
    /// Sheets with lists of values that registers refer to by name.
    pub(crate) list_sheets: Vec<ListSheet>,
    pub(crate) pairs: Option<Pairs>,
    /// Marks in a description that say that the register is not always fitted.
    pub(crate) optional_marks: Vec<String>,
    /// What cells of the vendor's files should say.
    pub(crate) cells: Vec<CellCorrection>,
    /// What rows of the vendor's files should say, or by how much their cells are shifted.
    pub(crate) row_corrections: Vec<RowCorrection>,
    pub(crate) sheets: Vec<SheetEntry>,
    pub(crate) types: Vec<TypeEntry>,
    /// Where lists of values stand.
    pub(crate) lists: Lists,
    pub(crate) values_if: Vec<ValuesIf>,
    pub(crate) arrays: Vec<ArrayEntry>,
    pub(crate) arithmetic: Arithmetic,
    pub(crate) rules: Vec<Rule>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) notes: Vec<Note>,
    pub(crate) allows: Vec<Allow>,
    /// Further ways in which entries name registers.
    selectors: Vec<Selector>,
    /// What changes mean to those who use the device.
    pub(crate) severities: Vec<SeverityRule>,
}

/// Reads a manifest; `None` where it has errors that leave nothing to go on with.
pub(crate) fn read(file: &str, text: &Text, diagnostics: &mut Diagnostics) -> Option<Manifest> {
    let document = Document::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(text.as_str());
    // What follows the first one is mostly its doing: an open string makes every later line wrong.
    if let Some(error) = errors.first() {
        document.report(
            Diagnostic::error("E0201", said!("the manifest is not TOML: {message}", message = error.message()))
                .at(document.line(error.span()))
                .expected("TOML: key = \"text\", [table], [[list of tables]]"),
        );
    }
    decisions::report(&document, text);
    let mut manifest = errors.is_empty().then(|| manifest(&Section::root(&document, table.get_ref())));
    if let Some(manifest) = &mut manifest {
        manifest.selectors = document.take_selectors();
    }
    let found = document.into_diagnostics();
    let failed = found.has_errors();
    for diagnostic in &found {
        diagnostics.push(diagnostic.clone());
    }
    manifest.filter(|_| !failed)
}

impl Manifest {
    /// What stands for the manifest of a table that has none: its columns are recognised by their headers.
    pub(crate) fn of_table(name: &str, file: &str, sheets: &[String]) -> Self {
        Self {
            name: Located { value: name.to_owned(), place: Place::of_file(file) },
            manufacturer: None,
            document: None,
            description: None,
            outside_files: false,
            languages: vec!["en".to_owned()],
            link: link::usual(),
            naming: Naming::default(),
            names: Names::default(),
            variant: None,
            detect: None,
            one_based: None,
            bit_numbering: None,
            repeats: Vec::new(),
            columns: ColumnSets { are_recognised: true, ..ColumnSets::default() },
            conventions: Conventions::default(),
            aliases: Vec::new(),
            formats: Vec::new(),
            access: BTreeMap::new(),
            key: None,
            list_sheets: Vec::new(),
            pairs: None,
            optional_marks: Vec::new(),
            cells: Vec::new(),
            row_corrections: Vec::new(),
            sheets: vec![SheetEntry::of_table(file, sheets)],
            types: Vec::new(),
            lists: Lists::default(),
            values_if: Vec::new(),
            arrays: Vec::new(),
            arithmetic: Arithmetic::default(),
            rules: Vec::new(),
            overrides: Vec::new(),
            notes: Vec::new(),
            allows: Vec::new(),
            selectors: Vec::new(),
            severities: Vec::new(),
        }
    }

    /// The same for a table in the canonical form, whose device says what it is called in Rust.
    pub(crate) fn of_canonical(device: &Device, file: &str) -> Self {
        let mut manifest = Self::of_table(&device.name, file, &[]);
        manifest.conventions.limits = Some(LimitsAre::InUnit);
        manifest.names.name_device(device, &manifest.name.place);
        manifest
    }
}

fn manifest(root: &Section<'_>) -> Manifest {
    root.version("format", 1);
    root.require("device", "[device] with the device's name");
    let device = root.section("device");
    let mut name = None;
    let (mut manufacturer, mut document, mut description) = (None, None, None);
    let mut languages = vec!["en".to_owned()];
    let mut outside_files = false;
    let mut conventions = Conventions::default();
    let (mut naming, mut variant, mut one_based, mut bit_numbering) = (Naming::default(), None, None, None);
    if let Some(device) = device {
        name = device.required_string("name", "the device's name: name = \"Thermia Genesis\"");
        manufacturer = device.string("manufacturer").map(|text| text.value);
        document = device.string("document").map(|text| text.value);
        description = device.string("description").map(|text| text.value);
        outside_files = device.flag("outside_files").unwrap_or_default();
        languages = languages::read(&device);
        conventions = conventions::read(&device);
        naming = naming::read(&device);
        variant = device.filled_string("variant", "the model or firmware that is meant, as the table calls it");
        one_based = device.word("numbering", &sheets::NUMBERING);
        bit_numbering = device.word("bit_numbering", &BIT_NUMBERINGS);
        device.finish();
    }
    let link = link::read(root);
    let columns = columns::read(root, &languages);
    let manifest = Manifest {
        // The rest is read even so: one run shows everything. A nameless manifest goes no further.
        name: name.unwrap_or_else(|| Located { value: String::new(), place: root.place().clone() }),
        manufacturer,
        document,
        description,
        outside_files,
        link,
        conventions,
        aliases: conventions::aliases(root),
        formats: conventions::formats(root),
        naming,
        names: named::read(root, &languages),
        variant,
        detect: detect::read(root),
        one_based,
        bit_numbering,
        repeats: arrays::repeats(root),
        access: sheets::access(root),
        key: columns::key(root),
        list_sheets: columns::list_sheets(root),
        pairs: columns::pairs(root),
        optional_marks: root.section("optional").map(|section| columns::optional_marks(&section)).unwrap_or_default(),
        cells: cells::read(root),
        row_corrections: cells::rows(root),
        sheets: sheets::read(root, &columns),
        types: types::read(root, &languages),
        lists: values::read(root),
        values_if: values::values_if(root, &languages),
        arrays: arrays::read(root, &languages),
        arithmetic: values::arithmetic(root),
        rules: rules::read(root),
        overrides: overrides::read(root, &columns, &languages),
        notes: rules::notes(root),
        allows: allows::read(root),
        severities: severity::read(root),
        selectors: Vec::new(),
        columns,
        languages,
    };
    root.finish();
    manifest
}

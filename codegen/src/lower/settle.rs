//! Rows about the same register become one; where they differ, an override settles it or it is an error.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::absent::RuledAbsent;
use super::described::Described;
use super::facts::{Fact, Listed, Repeated};
use super::selected::{Entries, Traits, report_idle, select_apart, selection};
use super::{Register, label, limits};
use crate::cells::address;
use crate::cells::decimals::{self, Doubt};
use crate::cells::lists;
use crate::cells::number;
use crate::cells::text::{lines, normalised};
use crate::cells::{units, words};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, fault, said};
use crate::manifest::{Field, InDescription, Manifest, Override};
use crate::model::{Access, Availability, Correction, Role, Selection, Table};
use crate::ratio::Ratio;

/// One register for each (table, address), in the order in which the rows first name it.
///
/// Where some rows only read a register and others only write it, what is read and what is written are two.
pub(super) fn registers(
    facts: Vec<Fact>,
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Vec<Register> {
    let entries = Entries::new(manifest);
    let mut order: Vec<Vec<Saying>> = Vec::new();
    let mut merged: BTreeMap<Key, Groups> = BTreeMap::new();
    for fact in facts {
        let known = merged.entry((fact.table, fact.address, fact.unit_id, fact.bits)).or_default();
        // What all models have needs no comparing.
        let said = if fact.variants.is_empty() { Said::default() } else { said(&fact, &entries, manifest) };
        let saying = Saying { fact, said };
        let fits = |index: &usize| order.get(*index).is_some_and(|others| one_register(others, &saying));
        let same = known.candidates(&saying).into_iter().find(fits).unwrap_or(order.len());
        known.add(&saying, same);
        match order.get_mut(same) {
            Some(facts) => facts.push(saying),
            None => order.push(vec![saying]),
        }
    }
    let mut registers = Vec::new();
    let mut met = Met::new();
    for group in order {
        for facts in halves(group.into_iter().map(|saying| saying.fact).collect()) {
            registers.extend(settle(facts, manifest, &entries, described, &mut met, diagnostics));
        }
    }
    report_unmet(manifest, &met, described, diagnostics);
    select_apart(&mut registers, manifest.link.unit_id);
    report_idle(&registers, manifest, described, diagnostics);
    registers
}

/// The texts that each override expects and the table prints, by the place of the override.
type Met = HashMap<Place, BTreeSet<String>>;

/// Reports overrides that expect what none of the rows they are about prints any more.
fn report_unmet(manifest: &Manifest, met: &Met, described: &Described, diagnostics: &mut Diagnostics) {
    for entry in manifest.overrides.iter().filter(|_| !described.partial) {
        let Some(printed) = met.get(&entry.place) else { continue };
        let unmet: Vec<&String> = entry.expect.iter().filter(|text| !printed.contains(&normalised(text))).collect();
        if unmet.is_empty() {
            continue;
        }
        let quoted: Vec<String> = unmet.into_iter().map(|text| format!("“{text}”")).collect();
        diagnostics.push(stale(entry).expected(format!("the table to print {}", quoted.join(" and "))).help(
            "the vendor's table changed: check whether the correction still holds, then update `expect` or drop it",
        ));
    }
}

fn stale(entry: &Override) -> Diagnostic {
    let registers = entry.registers.selector();
    Diagnostic::error(
        "E0401",
        said!("the override of `{field}` of {registers} is stale", field = entry.field.name(), registers = &registers),
    )
    .at(entry.place.clone().holds(&registers))
}

/// What rows about one register have in common, in whatever models.
type Key = (Table, u16, Option<u8>, Option<(u8, u8)>);

/// The groups of rows about one register that another row may belong to. There may be one for each model.
#[derive(Default)]
struct Groups {
    first: Option<usize>,
    /// Those with a row that all models have, that one of these has, or that says this.
    of_all: BTreeSet<usize>,
    of_variant: BTreeMap<String, BTreeSet<usize>>,
    saying: HashMap<Said, BTreeSet<usize>>,
}

impl Groups {
    /// In order; a row that all models have belongs to the first.
    fn candidates(&self, Saying { fact, said }: &Saying) -> BTreeSet<usize> {
        let Some(first) = self.first else { return BTreeSet::new() };
        if fact.variants.is_empty() {
            return BTreeSet::from([first]);
        }
        let of_variants = fact.variants.iter().filter_map(|variant| self.of_variant.get(variant));
        of_variants.chain(self.saying.get(said)).chain([&self.of_all]).flatten().copied().collect()
    }

    fn add(&mut self, Saying { fact, said }: &Saying, group: usize) {
        self.first.get_or_insert(group);
        if fact.variants.is_empty() {
            self.of_all.insert(group);
            return;
        }
        for variant in &fact.variants {
            self.of_variant.entry(variant.clone()).or_default().insert(group);
        }
        self.saying.entry(said.clone()).or_default().insert(group);
    }
}

/// What a row says, but for the models it is about.
type Said = (
    (Option<String>, Option<Access>, Option<u16>, Vec<String>, Option<Repeated>),
    Vec<(Meaning, String)>,
    Vec<(i64, String)>,
);

/// A row with that.
struct Saying {
    fact: Fact,
    said: Said,
}

/// What its cells say, or overrides that replace it.
fn said(fact: &Fact, entries: &Entries, manifest: &Manifest) -> Said {
    let overrides = entries.overrides(manifest, &Traits::of_rows(fact, &fact.variants));
    let settled = |meaning: Meaning| overrides.iter().find(|entry| entry.field.name() == meaning.key());
    let cells = fact.row.meanings().map(|(meaning, cell)| match settled(meaning) {
        Some(entry) => (meaning, entry.field.value()),
        None => (meaning, normalised(&cell.text)),
    });
    let cells = cells.filter(|(meaning, _)| !matches!(meaning, Meaning::Variant | Meaning::InVariant(_)));
    let about = (fact.group.clone(), fact.access, fact.count, fact.path.clone(), fact.repeated.clone());
    let lists = fact.listed.iter().map(|listed| (listed.code, listed.label.clone()));
    (about, cells.collect(), lists.collect())
}

/// Whether a row is about the same register as others. In models that have nothing in common it is, if it says the same.
fn one_register(others: &[Saying], Saying { fact, said }: &Saying) -> bool {
    others.iter().all(|other| {
        let meets = other.fact.variants.is_empty()
            || fact.variants.is_empty()
            || other.fact.variants.iter().any(|variant| fact.variants.contains(variant));
        meets || other.said == *said
    })
}

/// The rows about what is read and those about what is written, where there are rows for each alone; rows that say both,
/// or nothing, are about either.
fn halves(facts: Vec<Fact>) -> Vec<Vec<Fact>> {
    let only = |access: Access| facts.iter().any(|fact| fact.access == Some(access));
    if !only(Access::Read) || !only(Access::Write) {
        return vec![facts];
    }
    let half = |access: Access| {
        let about = facts.iter().filter(|fact| fact.access.is_none_or(|of| of == access || of == Access::ReadWrite));
        about.map(|fact| Fact { access: Some(access), ..fact.clone() }).collect()
    };
    vec![half(Access::Read), half(Access::Write)]
}

/// A text the rows of a register print, and the first cell that prints it.
pub(super) struct Printed {
    pub(super) text: String,
    pub(super) place: Place,
}

/// Every distinct text the rows print in a column, in order of appearance; blank where a cell is, nothing where a sheet
/// has no such column.
pub(super) fn distinct(facts: &[Fact], meaning: Meaning) -> Vec<Printed> {
    let mut printed: Vec<Printed> = Vec::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for fact in facts {
        let Some(cell) = fact.row.get(meaning) else { continue };
        if known.insert(&cell.text) {
            printed.push(Printed { text: cell.text.clone(), place: fact.row.place(cell) });
        }
    }
    printed
}

/// What names the register: its descriptions, or its labels where no sheet has descriptions.
pub(super) fn named(facts: &[Fact]) -> Vec<Printed> {
    match distinct(facts, Meaning::Description) {
        printed if printed.is_empty() => distinct(facts, Meaning::Label),
        printed => printed,
    }
}

/// What was corrected in the cells of rows, and then by overrides; each once, as rows share merged cells.
fn corrections(facts: &[Fact], overridden: Vec<Correction>) -> Vec<Correction> {
    let mut corrections: Vec<Correction> = Vec::new();
    for correction in facts.iter().flat_map(|fact| fact.row.corrections()).cloned().chain(overridden) {
        if !corrections.contains(&correction) {
            corrections.push(correction);
        }
    }
    corrections
}

fn settle(
    facts: Vec<Fact>,
    manifest: &Manifest,
    entries: &Entries,
    described: &Described,
    met: &mut Met,
    diagnostics: &mut Diagnostics,
) -> Option<Register> {
    let first = facts.first()?;
    let (table, address) = (first.table, first.address);
    let count = count(&facts, diagnostics);
    let known = variants(&facts);
    let overrides = entries.overrides(manifest, &Traits::of_rows(first, &known));
    let mut settler = Settler {
        selection: selection(first, count, &known, manifest),
        name: format!("{table} {address}"),
        facts: &facts,
        manifest,
        described,
        overrides,
        corrections: Vec::new(),
        contradictions: Vec::new(),
        misread: false,
        met,
        diagnostics,
    };
    settler.report_doubled();

    let description = settler.column("description", Meaning::Description, normalised);
    let translations = settler.translations();
    let label = settler.column("label", Meaning::Label, normalised);
    let mut unit = settler.column("unit", Meaning::Unit, folded_unit);
    let (values, values_from) = settler.values(&mut unit);
    let (type_text, type_word) = settler.type_word();
    let scaling = settler.scaling(type_word, &mut unit);
    let details = manifest.columns.details.iter().enumerate();
    let details = details.map(|(place, (name, _))| settler.column(name, Meaning::Detail(place), normalised)).collect();
    let signed = settler.parsed("signed", Meaning::Signed, words::signed, "1 or 0, yes or no, signed or unsigned");
    let mut register = Register {
        table,
        address,
        unit_id: first.unit_id,
        variants: known.clone(),
        listed: settler.listed(),
        repeated: first.repeated.clone(),
        scope: String::new(),
        addressed: false,
        count,
        access: settler.access(),
        group: facts.iter().find_map(|fact| fact.group.clone()),
        translations,
        unit,
        scale: scaling.scale,
        offset: scaling.offset,
        limits: settler.limits(&scaling),
        scale_cell: scaling.cell,
        scaled_by: None,
        details,
        label: (!label.is_empty()).then_some(label),
        id: None,
        selection: settler.selected(),
        signed: signed.map(|signed| (signed, None)),
        order: settler.order(type_word),
        stated_order: None,
        ruled_order: None,
        sheet_order: facts.iter().find_map(|fact| fact.order),
        type_text,
        type_word,
        characters: None,
        width: 1,
        size_in_bits: settler.size_in_bits(),
        bit_range: first.bits,
        available_if: settler.availability(table),
        values,
        values_from,
        bits: settler.column("bits", Meaning::Bits, normalised),
        default: settler.column("default", Meaning::Default, normalised),
        persistent: settler.column("persistent", Meaning::Persistent, normalised),
        role: None,
        keep_alive_s: None,
        read_side_effect: false,
        encoding: None,
        packing: None,
        notes: Vec::new(),
        optional: None,
        marks: settler.marks(),
        ruled_absent: RuledAbsent::default(),
        corrections: Vec::new(),
        aliases: Vec::new(),
        facts: Vec::new(),
        misread: false,
        place: None,
        description,
    };
    register.set_default(&scaling.packed);
    register.default_of_list();
    settler.report_contradictions();
    register.aliases = settler.aliases(&register.description);
    settler.columnless(&mut register);
    register.misread = settler.misread;
    register.corrections = corrections(&facts, settler.corrections);
    let remarks = distinct(&facts, Meaning::Remark).into_iter().map(|printed| normalised(&printed.text));
    register.notes.extend(remarks.filter(|remark| !remark.is_empty()));
    register.notes.extend(entries.notes(manifest, table, address));
    if let Some(path) = facts.first().map(|fact| fact.path.join(" ")).filter(|path| !path.is_empty()) {
        register.label = Some(format!("{path}: {}", label::label(&register, manifest)));
    }
    register.facts = facts;
    Some(register)
}

/// The models and firmwares of the rows together.
fn variants(facts: &[Fact]) -> Vec<String> {
    // A row about all of them is.
    if facts.iter().any(|fact| fact.variants.is_empty()) {
        return Vec::new();
    }
    let mut variants: Vec<String> = Vec::new();
    for variant in facts.iter().flat_map(|fact| &fact.variants) {
        if !variants.contains(variant) {
            variants.push(variant.clone());
        }
    }
    variants
}

/// How many registers the rows are about: those that say it agree.
fn count(facts: &[Fact], diagnostics: &mut Diagnostics) -> u16 {
    let mut stated = facts.iter().filter_map(|fact| Some((fact.count?, fact)));
    let Some((count, first)) = stated.next() else { return 1 };
    for (other, fact) in stated.filter(|(other, _)| *other != count) {
        let place = |fact: &Fact| {
            let cell = fact.row.filled(Meaning::Count).or_else(|| fact.row.get(Meaning::Address));
            cell.map_or_else(|| fact.row.start().into(), |cell| fact.row.place(cell))
        };
        diagnostics.push(
            Diagnostic::in_cell(
                "E0407",
                said!(
                    "the rows about {table} {address} count its registers differently: {count} and {other}",
                    table = fact.table,
                    address = fact.address,
                    count,
                    other
                ),
            )
            .at(place(first))
            .at(place(fact))
            .expected("the same number of registers in every row"),
        );
    }
    count
}

pub(super) struct Settler<'a> {
    /// The register as an override selects it.
    pub(super) selection: Selection,
    pub(super) name: String,
    pub(super) facts: &'a [Fact],
    pub(super) manifest: &'a Manifest,
    pub(super) described: &'a Described,
    overrides: Vec<&'a Override>,
    corrections: Vec<Correction>,
    /// Fields in which the rows differ, with what they print.
    contradictions: Vec<(String, Vec<Printed>)>,
    pub(super) misread: bool,
    met: &'a mut Met,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl<'a> Settler<'a> {
    fn report_doubled(&mut self) {
        for (index, entry) in self.overrides.iter().enumerate() {
            let field = entry.field.name();
            if let Some(other) = self.overrides.iter().take(index).find(|other| other.field.name() == field) {
                // Said once, however many registers the two have in common.
                self.diagnostics.push_once(
                    Diagnostic::error("E0403", said!("two overrides set `{field}` of the same register", field))
                        .at(other.place.clone().holds(other.registers.selector()))
                        .at(entry.place.clone().holds(entry.registers.selector()))
                        .expected("one override for each field of a register"),
                );
            }
        }
    }

    pub(super) fn find(&self, field: &str) -> Option<&'a Override> {
        self.overrides.iter().find(|entry| entry.field.name() == field).copied()
    }

    /// What a column says of the register: the one text the rows print, blanks aside, or what an override says.
    pub(super) fn column(&mut self, field: &str, meaning: Meaning, normal: impl Fn(&str) -> String) -> String {
        let printed = distinct(self.facts, meaning);
        if let Some(entry) = self.find(field) {
            self.correct(entry, meaning);
            return entry.field.value();
        }
        let mut values: Vec<String> = Vec::new();
        for text in printed.iter().map(|printed| normal(&printed.text)) {
            if !text.is_empty() && !values.contains(&text) {
                values.push(text);
            }
        }
        let filled = printed.iter().find(|printed| !printed.text.is_empty());
        let text = filled.map(|printed| self.folded(meaning, &printed.text)).unwrap_or_default();
        if values.len() > 1 {
            self.contradictions.push((field.to_owned(), printed));
        }
        text
    }

    /// White space folded; line breaks are kept where they divide a list of values from the name above it.
    fn folded(&self, meaning: Meaning, text: &str) -> String {
        match meaning {
            Meaning::Description | Meaning::Translation(_)
                if match self.manifest.lists.in_description {
                    InDescription::Below => true,
                    InDescription::Anywhere => lists::is_below(text),
                    InDescription::Never => false,
                } =>
            {
                lines(text)
            }
            // A line may be all that divides one value from the next.
            Meaning::Values | Meaning::Bits | Meaning::NotAvailable => lines(text),
            _ => normalised(text),
        }
    }

    /// The description in each further language. An override replaces the name, not the list below it.
    fn translations(&mut self) -> Vec<String> {
        let languages: Vec<String> =
            self.manifest.languages.iter().skip(1).map(|code| format!("label_{code}")).collect();
        let mut translations = Vec::new();
        for (index, field) in languages.iter().enumerate() {
            let meaning = Meaning::Translation(index.saturating_add(1));
            let overridden = self.find(field).is_some();
            let mut text = self.column(field, meaning, normalised);
            if overridden {
                let printed = distinct(self.facts, meaning).into_iter().next().map(|printed| printed.text);
                for line in self.folded(meaning, &printed.unwrap_or_default()).lines().skip(1) {
                    text.push('\n');
                    text.push_str(line);
                }
            }
            translations.push(text);
        }
        translations
    }

    /// A column whose cells are one of a few words.
    pub(super) fn parsed<T>(
        &mut self,
        field: &str,
        meaning: Meaning,
        parse: impl Fn(&str) -> Option<T>,
        expected: &str,
    ) -> Option<T> {
        let text = self.column(field, meaning, |text| normalised(text).to_lowercase());
        let parsed = parse(&text);
        self.understood(field, meaning, &text, parsed, expected)
    }

    /// What a filled cell was read as; one that was not is reported.
    fn understood<T>(
        &mut self,
        field: &str,
        meaning: Meaning,
        text: &str,
        parsed: Option<T>,
        expected: &str,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        if parsed.is_none() {
            self.misread = true;
            let place = self.place_of(field, meaning, text);
            let message = match field {
                "decimals" => "these decimals are not understood".into(),
                "not_available" => "this not-available value is not understood".into(),
                field => said!("this {field} is not understood", field = field.replace('_', " ")),
            };
            let help = match self.find(field) {
                Some(_) => format!("correct the [[override]] of `{field}`"),
                None => format!(
                    "correct the cell with the [[cell]] that is shown, or the register with an [[override]] of `{field}`"
                ),
            };
            // Merged, since one word of a vendor stands in many rows.
            self.diagnostics.merge(Diagnostic::in_cell("E0319", message).at(place).expected(expected).help(help));
        }
        parsed
    }

    /// A column whose cells are numbers.
    pub(super) fn number(&mut self, field: &'static str, meaning: Meaning, expected: &str) -> Option<Ratio> {
        // Ends of types are no limits, wherever their digits are divided.
        let is_limit = matches!(meaning, Meaning::Min | Meaning::Max);
        let text = self.column(field, meaning, |text| normalised(text).to_lowercase());
        match self.clear(field, meaning, &text) {
            Ok(clear) => self.understood(field, meaning, &text, decimal(&clear), expected),
            Err(_) if is_limit && limits::has_digits_of_type(&text) => None,
            Err(doubt) => {
                self.report_doubt(field, meaning, &text, &doubt);
                None
            }
        }
    }

    /// The text of a cell, with each of its numbers in a form that can be read in one way only. What the manifest itself
    /// says has decimal points.
    pub(super) fn clear(&self, field: &str, meaning: Meaning, text: &str) -> Result<String, Box<Doubt>> {
        if !decimals::is_unclear(text) || self.find(field).is_some() {
            return Ok(text.to_owned());
        }
        let cell = self.facts.iter().find_map(|fact| {
            let cell = fact.row.get(meaning)?;
            (normalised(&cell.text) == text).then_some((cell, fact.row.decimals()))
        });
        match cell {
            Some((cell, decimals)) if !cell.is_exact => decimals.clear(text).map(Cow::into_owned),
            _ => Ok(text.to_owned()),
        }
    }

    /// Reports a number that can be read in two ways.
    pub(super) fn report_doubt(&mut self, field: &str, meaning: Meaning, text: &str, doubt: &Doubt) {
        self.misread = true;
        let place = self.place_of(field, meaning, text);
        let error = Diagnostic::in_cell(
            "E0378",
            said!("the {sign} of this number may divide thousands", sign = doubt.sign.key()),
        );
        // Merged, since the table has one sign throughout.
        let signs = [doubt.sign.other().key(), doubt.sign.key()];
        let entry = self.facts.first().map(|fact| Entry::sheet(&fact.row.start().origin).one_of("decimal_sign", signs));
        self.diagnostics.merge(doubt.explain(error.at(place)).manifest(entry));
    }

    /// The cell that prints a text, or the override that sets it.
    pub(super) fn place_of(&self, field: &str, meaning: Meaning, text: &str) -> Place {
        if let Some(entry) = self.find(field) {
            return entry.place.clone().holds(text);
        }
        let printed = distinct(self.facts, meaning);
        printed
            .into_iter()
            .find(|printed| normalised(&printed.text) == normalised(text))
            .map(|printed| printed.place)
            .unwrap_or_default()
    }

    /// The values and bits that have rows of their own; the rows of different sheets list the same.
    fn listed(&mut self) -> Vec<Listed> {
        let said = |listed: &[Listed]| -> Vec<(i64, String)> {
            listed.iter().map(|listed| (listed.code, normalised(&listed.label))).collect()
        };
        let mut lists = self.facts.iter().map(|fact| &fact.listed).filter(|listed| !listed.is_empty());
        let Some(first) = lists.next() else { return Vec::new() };
        for other in lists.filter(|other| said(other) != said(first)) {
            let error =
                Diagnostic::error("E0420", said!("the rows about {name} list different values", name = &self.name));
            let places = [first, other].into_iter().filter_map(|list| list.first());
            let places = places.map(|listed| Place::from(listed.source.clone()).holds(&listed.label));
            self.diagnostics.push(places.fold(error, Diagnostic::at).expected("the same list in both, or in one only"));
        }
        first.clone()
    }

    fn access(&mut self) -> Option<Access> {
        if self.find("access").is_some() {
            return self.parsed("access", Meaning::Access, words::access, "read, write or read/write");
        }
        let mut stated: Vec<(Access, Printed)> = Vec::new();
        for fact in self.facts {
            let Some(access) = fact.access.filter(|access| !stated.iter().any(|(known, _)| known == access)) else {
                continue;
            };
            let cell = fact.row.filled(Meaning::Access);
            let place = cell.map_or_else(|| Place::from(fact.row.start()), |cell| fact.row.place(cell));
            let text = cell.map_or_else(|| access.key().to_owned(), |cell| cell.text.clone());
            stated.push((access, Printed { text, place }));
        }
        let access = stated.first().map(|(access, _)| *access);
        if stated.len() > 1 {
            let printed = stated.into_iter().map(|(_, printed)| printed).collect();
            self.contradictions.push(("access".to_owned(), printed));
        }
        access
    }

    fn availability(&mut self, table: Table) -> Option<Availability> {
        let bit = |text: &str| text.parse::<u8>().ok().filter(|bit| *bit < 16);
        let bit = self.parsed("visible_bit", Meaning::VisibleBit, bit, "the number of a bit, 0 to 15");
        let register = self.address("visible_register", Meaning::VisibleRegister);
        let (stated, missing) = match (register, bit) {
            (Some(register), Some(bit)) => return Some(Availability { table, register, bit }),
            _ if self.misread => return None,
            (Some(_), None) => (Meaning::VisibleRegister, "visible_bit"),
            (None, Some(_)) => (Meaning::VisibleBit, "visible_register"),
            (None, None) => return None,
        };
        // Merged, since the column is missing for the whole table.
        let error = Diagnostic::error("E0470", "whether the device has the register is said in part only");
        self.diagnostics.merge(
            distinct(self.facts, stated)
                .into_iter()
                .filter(|printed| !printed.text.is_empty())
                .map(|printed| printed.place)
                .fold(error, Diagnostic::at)
                .expected(format!(
                    "the register and its bit: `{missing}` in [columns], or a cell of it that is filled"
                )),
        );
        None
    }

    /// The register that a cell names by its address, as its sheet prints addresses.
    pub(super) fn address(&mut self, field: &str, meaning: Meaning) -> Option<u16> {
        let shift = self.shift(meaning);
        let found = |text: &str| address::protocol(text).ok().and_then(|address| shifted(address, shift));
        self.parsed(field, meaning, found, "the address of a register, 0 to 65535")
    }

    /// What is to be added to the addresses that a column holds.
    pub(super) fn shift(&self, meaning: Meaning) -> i32 {
        let says = |fact: &&Fact| fact.row.filled(meaning).is_some();
        self.facts.iter().find(says).or(self.facts.first()).map_or(0, |fact| fact.shift)
    }

    /// The column whose text an override of this one expects.
    fn expecting(&self, meaning: Meaning) -> Meaning {
        let has = |meaning| self.facts.iter().any(|fact| fact.row.get(meaning).is_some() || fact.row.lacks(meaning));
        if has(meaning) {
            return meaning;
        }
        let is_described = self.facts.iter().any(|fact| fact.row.get(Meaning::Description).is_some());
        if is_described { Meaning::Description } else { Meaning::Label }
    }

    /// How an override of its label selects the register, where nothing else has its address.
    fn selected(&self) -> Selection {
        let mut texts: Vec<String> = Vec::new();
        for printed in distinct(self.facts, self.expecting(Meaning::Label)) {
            let text = normalised(&printed.text);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        Selection { registers: self.selection.registers.clone(), printed: texts, ..Selection::default() }
    }

    /// Notes what an override changed, and reports it where the table no longer prints what it expects: in the column
    /// it corrects, or in the description where no sheet has that column.
    fn correct(&mut self, entry: &Override, meaning: Meaning) {
        let meaning = self.expecting(meaning);
        // A missing column has been reported, and whether the override is stale cannot be seen.
        if self.facts.iter().any(|fact| fact.row.lacks(meaning)) {
            return;
        }
        let printed = &distinct(self.facts, meaning);
        let expected: BTreeSet<String> = entry.expect.iter().map(|text| normalised(text)).collect();
        let met = self.met.entry(entry.place.clone()).or_default();
        met.extend(printed.iter().map(|printed| normalised(&printed.text)));
        // Of several registers each prints one of the texts.
        let others = printed.iter().filter(|printed| !expected.contains(&normalised(&printed.text)));
        let others: Vec<Place> = others.map(|printed| printed.place.clone()).collect();
        if !others.is_empty() {
            let quoted: Vec<String> = entry.expect.iter().map(|text| format!("“{text}”")).collect();
            // Merged, since an override of many registers is stale as a whole.
            self.diagnostics.merge(
                others
                    .into_iter()
                    .fold(stale(entry), Diagnostic::at)
                    .expected(format!("the table to print {}", quoted.join(" or ")))
                    .help(
                        "the vendor's table changed: check whether the correction still holds, then update `expect` or \
                         drop it",
                    ),
            );
        }
        self.corrections.push(Correction {
            field: entry.field.name().to_owned(),
            printed: printed.iter().map(|printed| printed.text.clone()).collect(),
            value: entry.field.value(),
            reason: entry.reason.clone(),
            cell: None,
        });
    }

    /// One message for a register: rows that differ in several fields are usually about several registers.
    fn report_contradictions(&mut self) {
        let contradictions = std::mem::take(&mut self.contradictions);
        if contradictions.is_empty() {
            return;
        }
        let fields: Vec<&str> = contradictions.iter().map(|(field, _)| field.as_str()).collect();
        let mut diagnostic = Diagnostic::error(
            "E0404",
            said!(
                "the rows about {name} contradict each other: {fields}",
                name = &self.name,
                fields = fault(fields.join(", "))
            ),
        );
        let names = [("description", Meaning::Description), ("label", Meaning::Label)];
        let name = names.into_iter().find(|(field, _)| fields.contains(field));
        let addresses = name.map(|(_, meaning)| self.addresses_of_others(meaning)).unwrap_or_default();
        let mut entries = Vec::new();
        for (field, printed) in &contradictions {
            let expect: Vec<String> = printed.iter().map(|printed| printed.text.clone()).collect();
            entries.push(Entry::correction(&self.selection, field, &expect, &expect));
            for printed in printed {
                diagnostic = diagnostic.at(printed.place.clone());
            }
        }
        if !addresses.is_empty() {
            // What makes one register of rows that are about two would lose one of them in silence: it is only named.
            entries = addresses.iter().filter_map(Entry::cell).collect();
            let overrides = if let [field] = fields.as_slice() {
                format!("an override of `{field}` makes them one")
            } else {
                let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                format!("overrides of {} make them one", fields.join(", "))
            };
            diagnostic = addresses.into_iter().fold(diagnostic, Diagnostic::at).help(format!(
                "a row copied without changing its address? registers of several models have `variant`, of several \
                 units `unit_id`; only where the rows are about one and the same register, {overrides}, as --explain \
                 E0404 shows"
            ));
        }
        self.diagnostics.push(
            diagnostic
                .expected(match name {
                    Some(_) => "one name for each address, or another address in the later row",
                    None => "the same in every row, or blank",
                })
                .manifest(entries),
        );
    }

    /// The cells of the addresses of the rows that are called otherwise than the first one.
    fn addresses_of_others(&self, name: Meaning) -> Vec<Place> {
        let mut names: Vec<String> = Vec::new();
        let mut places: Vec<Place> = Vec::new();
        for fact in self.facts {
            let Some(printed) = fact.row.filled(name).map(|cell| normalised(&cell.text)) else { continue };
            if names.contains(&printed) {
                continue;
            }
            if !names.is_empty() {
                let cells = ADDRESSES.into_iter().filter_map(|meaning| fact.row.filled(meaning));
                places.extend(cells.map(|cell| fact.row.place(cell)));
            }
            names.push(printed);
            if names.len() > OTHERS {
                break;
            }
        }
        places
    }

    /// Names other rows print for a register whose description an override settled.
    fn aliases(&self, description: &str) -> Vec<String> {
        let mut aliases: Vec<String> = Vec::new();
        for printed in distinct(self.facts, Meaning::Description) {
            let text = self.folded(Meaning::Description, &printed.text);
            if !text.is_empty() && normalised(&text) != normalised(description) && !aliases.contains(&text) {
                aliases.push(text);
            }
        }
        aliases
    }

    /// Overrides of what no column says; they expect the description, since that is what they were read from.
    fn columnless(&mut self, register: &mut Register) {
        for entry in self.overrides.clone() {
            match &entry.field {
                Field::Id(id) => register.id = Some(id.clone()),
                Field::Command(trigger) => register.role = Some(Role::Command { trigger: *trigger }),
                Field::ReadSideEffect(has) => register.read_side_effect = *has,
                Field::KeepAlive(seconds) => register.keep_alive_s = Some(*seconds),
                Field::Limits(limits) => register.limits = Some(limits.clone()),
                // The column has been settled with it.
                Field::Column(..) | Field::Translation(..) => continue,
            }
            self.correct(entry, Meaning::Description);
        }
    }
}

/// Columns that say where a register lies.
const ADDRESSES: [Meaning; 5] =
    [Meaning::Address, Meaning::LastAddress, Meaning::AddressAgain, Meaning::DeFacto, Meaning::GroupOffset];

/// Rows of one address whose cells are offered to be corrected at a time.
const OTHERS: usize = 10;

/// An address of the protocol out of one that a sheet prints.
pub(super) fn shifted(address: u16, shift: i32) -> Option<u16> {
    i32::from(address).checked_add(shift).and_then(|address| u16::try_from(address).ok())
}

/// A number that can be read in one way only.
pub(super) fn decimal(text: &str) -> Option<Ratio> {
    number::number(text).ok()
}

/// Whether the rows print exactly these texts, line breaks and the like aside. Where rows are missing for a reason that
/// has been reported, they may be the ones that print the rest.
pub(super) fn prints(printed: &[Printed], expected: &[String], described: &Described) -> bool {
    let printed: BTreeSet<String> = printed.iter().map(|printed| normalised(&printed.text)).collect();
    let expected: BTreeSet<String> = expected.iter().map(|text| normalised(text)).collect();
    printed == expected || described.partial && printed.is_subset(&expected)
}

/// Units are compared in one spelling and to the letter, mW being no MW; what only says that a register is a truth value
/// is not.
fn folded_unit(text: &str) -> String {
    let text = units::canonical(&normalised(text));
    let lower = text.to_lowercase();
    if super::points::says_truth(&lower) { lower } else { text }
}

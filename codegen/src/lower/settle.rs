//! Rows about the same register become one; where they differ, an override settles it or it is an error.

use std::collections::{BTreeMap, BTreeSet};

use super::absent::RuledAbsent;
use super::described::Described;
use super::facts::{Fact, Listed};
use super::{Register, label};
use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::manifest::{Field, InDescription, Manifest, Meaning, Override, Registers};
use crate::model::{Access, Availability, Correction, Role, Table};
use crate::ratio::Ratio;
use crate::table::address;
use crate::table::text::{lines, normalised};
use crate::table::words;

/// One register for each (table, address), in the order in which the rows first name it.
///
/// Where some rows only read a register and others only write it, what is read and what is written are two.
pub(super) fn registers(
    facts: Vec<Fact>,
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Vec<Register> {
    let mut order: Vec<Vec<Fact>> = Vec::new();
    let mut merged: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for fact in facts {
        let known = merged.entry((fact.table, fact.address, fact.unit_id, fact.bits)).or_default();
        let same =
            known.iter().copied().find(|index| order.get(*index).is_some_and(|facts| one_register(facts, &fact)));
        match same.and_then(|index| order.get_mut(index)) {
            Some(facts) => facts.push(fact),
            None => {
                known.push(order.len());
                order.push(vec![fact]);
            }
        }
    }
    let mut registers = Vec::new();
    for facts in order {
        for facts in halves(facts) {
            registers.extend(settle(facts, manifest, described, diagnostics));
        }
    }
    report_idle(&registers, manifest, described, diagnostics);
    registers
}

/// What rows about one register have in common, in whatever models.
type Key = (Table, u16, Option<u8>, Option<(u8, u8)>);

/// Whether a row is about the same register as others. In models that have nothing in common it is, if it says the same.
fn one_register(facts: &[Fact], fact: &Fact) -> bool {
    facts.iter().all(|other| {
        let meets = other.variants.is_empty()
            || fact.variants.is_empty()
            || other.variants.iter().any(|variant| fact.variants.contains(variant));
        meets || says_the_same(other, fact)
    })
}

/// Whether two rows say the same, but for the models they are about.
fn says_the_same(one: &Fact, other: &Fact) -> bool {
    let cells = |fact: &Fact| -> Vec<(Meaning, String)> {
        let said = fact.row.meanings().map(|(meaning, cell)| (meaning, normalised(&cell.text)));
        said.filter(|(meaning, _)| !matches!(meaning, Meaning::Variant | Meaning::InVariant(_))).collect()
    };
    let lists = |fact: &Fact| -> Vec<(i64, String)> {
        fact.listed.iter().map(|listed| (listed.code, listed.label.clone())).collect()
    };
    let about = |fact: &Fact| (fact.group.clone(), fact.access, fact.count, fact.path.clone(), fact.repeated.clone());
    about(one) == about(other) && cells(one) == cells(other) && lists(one) == lists(other)
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

/// Reports overrides of what is only read or only written where nothing is.
fn report_idle(registers: &[Register], manifest: &Manifest, described: &Described, diagnostics: &mut Diagnostics) {
    for entry in &manifest.overrides {
        let Some(access) = entry.access else { continue };
        let applies =
            |register: &Register| selects(entry, register.table, &register.addresses(), Some(register.access()));
        if !described.partial && described.all(&entry.registers) && !registers.iter().any(applies) {
            diagnostics.push(
                Diagnostic::error(
                    "E0402",
                    format!("this override matches nothing: no such register has the access {}", access.key()),
                )
                .at(entry.place.clone().holds(entry.registers.selector()))
                .expected("the access of a register, or none"),
            );
        }
    }
}

/// Whether an override is about a register: about its first address, as a value of several words is called. One that is
/// about a part of a range of values is reported.
fn selects(entry: &Override, table: Table, addresses: &std::ops::RangeInclusive<u16>, access: Option<Access>) -> bool {
    let half = entry.access.is_none_or(|wanted| access.is_none_or(|access| access == wanted));
    half && entry.registers.contains(table, *addresses.start())
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
    for fact in facts {
        let Some(cell) = fact.row.get(meaning) else { continue };
        if !printed.iter().any(|known| known.text == cell.text) {
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

fn settle(
    facts: Vec<Fact>,
    manifest: &Manifest,
    described: &Described,
    diagnostics: &mut Diagnostics,
) -> Option<Register> {
    let first = facts.first()?;
    let (table, address) = (first.table, first.address);
    let count = count(&facts, diagnostics);
    let addresses = address..=address.saturating_add(count.saturating_sub(1));
    let access = first.access;
    let overrides: Vec<&Override> =
        manifest.overrides.iter().filter(|entry| selects(entry, table, &addresses, access)).collect();
    let mut settler = Settler {
        selector: Registers { ranges: vec![(table, *addresses.start(), *addresses.end())] }.selector(),
        name: format!("{table} {address}"),
        facts: &facts,
        manifest,
        described,
        overrides,
        corrections: Vec::new(),
        contradictions: Vec::new(),
        misread: false,
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
        variants: variants(&facts),
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
    settler.report_contradictions();
    register.aliases = settler.aliases(&register.description);
    settler.columnless(&mut register);
    register.misread = settler.misread;
    register.corrections = settler.corrections;
    let remarks = distinct(&facts, Meaning::Remark).into_iter().map(|printed| normalised(&printed.text));
    register.notes.extend(remarks.filter(|remark| !remark.is_empty()));
    let notes = manifest.notes.iter().filter(|note| note.registers.contains(table, address));
    register.notes.extend(notes.map(|note| note.text.clone()));
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
            Diagnostic::error(
                "E0407",
                format!(
                    "the rows about {} {} count its registers differently: {count} and {other}",
                    fact.table, fact.address
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
    /// The register as the manifest writes it.
    selector: String,
    pub(super) name: String,
    pub(super) facts: &'a [Fact],
    pub(super) manifest: &'a Manifest,
    pub(super) described: &'a Described,
    overrides: Vec<&'a Override>,
    corrections: Vec<Correction>,
    /// Fields in which the rows differ, with what they print.
    contradictions: Vec<(String, Vec<Printed>)>,
    pub(super) misread: bool,
    pub(super) diagnostics: &'a mut Diagnostics,
}

impl<'a> Settler<'a> {
    fn report_doubled(&mut self) {
        for (index, entry) in self.overrides.iter().enumerate() {
            let field = entry.field.name();
            if let Some(other) = self.overrides.iter().take(index).find(|other| other.field.name() == field) {
                // Said once, however many registers the two have in common.
                self.diagnostics.push_once(
                    Diagnostic::error("E0403", format!("two overrides set `{field}` of the same register"))
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
                if self.manifest.lists.in_description == InDescription::Below =>
            {
                lines(text)
            }
            // A line may be all that divides one value from the next.
            Meaning::Values | Meaning::Bits => lines(text),
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
        if text.is_empty() {
            return None;
        }
        let parsed = parse(&text);
        if parsed.is_none() {
            self.misread = true;
            let place = self.place_of(field, meaning, &text);
            // Merged, since one word of a vendor stands in many rows.
            self.diagnostics.merge(
                Diagnostic::error("E0319", format!("this {field} is not understood")).at(place).expected(expected),
            );
        }
        parsed
    }

    /// The cell that prints a text, or the override that sets it.
    pub(super) fn place_of(&self, field: &str, meaning: Meaning, text: &str) -> Place {
        if let Some(entry) = self.find(field) {
            return entry.place.clone().holds(text);
        }
        let printed = distinct(self.facts, meaning);
        printed
            .into_iter()
            .find(|printed| normalised(&printed.text) == text)
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
            let error = Diagnostic::error("E0420", format!("the rows about {} list different values", self.name));
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
        let register = self.address("visible_register", Meaning::VisibleRegister)?;
        let bit = |text: &str| text.parse::<u8>().ok().filter(|bit| *bit < 16);
        let bit = self.parsed("visible_bit", Meaning::VisibleBit, bit, "the number of a bit, 0 to 15")?;
        Some(Availability { table, register, bit })
    }

    pub(super) fn address(&mut self, field: &str, meaning: Meaning) -> Option<u16> {
        self.parsed(field, meaning, |text| address::protocol(text).ok(), "the address of a register, 0 to 65535")
    }

    /// Notes what an override changed, and reports it where the table no longer prints what it expects: in the column
    /// it corrects, or in the description where no sheet has that column.
    fn correct(&mut self, entry: &Override, meaning: Meaning) {
        let described = if self.facts.iter().any(|fact| fact.row.get(Meaning::Description).is_some()) {
            Meaning::Description
        } else {
            Meaning::Label
        };
        let has = |meaning| self.facts.iter().any(|fact| fact.row.get(meaning).is_some() || fact.row.lacks(meaning));
        let meaning = if has(meaning) { meaning } else { described };
        // A missing column has been reported, and whether the override is stale cannot be seen.
        if self.facts.iter().any(|fact| fact.row.lacks(meaning)) {
            return;
        }
        let printed = &distinct(self.facts, meaning);
        if !prints(printed, &entry.expect, self.described) {
            let registers = entry.registers.selector();
            let mut diagnostic =
                Diagnostic::error("E0401", format!("the override of `{}` of {registers} is stale", entry.field.name()))
                    .at(entry.place.clone().holds(&registers));
            for printed in printed {
                diagnostic = diagnostic.at(printed.place.clone());
            }
            let quoted: Vec<String> = entry.expect.iter().map(|text| format!("“{text}”")).collect();
            // Merged, since an override of many registers is stale as a whole.
            self.diagnostics.merge(diagnostic.expected(format!("the table to print {}", quoted.join(" and "))).help(
                "the vendor's table changed: check whether the correction still holds, then update `expect` or drop it",
            ));
        }
        self.corrections.push(Correction {
            field: entry.field.name().to_owned(),
            printed: printed.iter().map(|printed| printed.text.clone()).collect(),
            value: entry.field.value(),
            reason: entry.reason.clone(),
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
            format!("the rows about {} contradict each other: {}", self.name, fields.join(", ")),
        );
        let mut entries = Vec::new();
        for (field, printed) in &contradictions {
            let expect: Vec<String> = printed.iter().map(|printed| quoted(&printed.text)).collect();
            entries.push(format!(
                "[[override]] registers = \"{}\", field = \"{field}\", expect = [{}], value = …, reason = \"…\"",
                self.selector,
                expect.join(", ")
            ));
            for printed in printed {
                diagnostic = diagnostic.at(printed.place.clone());
            }
        }
        let copied = match fields.contains(&"description") {
            true => {
                "a row copied without changing its address? registers of several models have `variant`, of several units `unit_id`; otherwise settle it in the manifest:"
            }
            false => "settle it in the manifest:",
        };
        self.diagnostics.push(
            diagnostic.expected("the same in every row, or blank").help(format!("{copied} {}", entries.join("; "))),
        );
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

/// A decimal number with point or comma; a comma that may divide thousands is no number.
pub(super) fn decimal(text: &str) -> Option<Ratio> {
    if groups_thousands(text) { None } else { text.replace(',', ".").parse().ok() }
}

/// `1,000`: a thousand to some, one to others.
pub(super) fn groups_thousands(text: &str) -> bool {
    let (whole, fraction) = text.split_once(',').unwrap_or((text, ""));
    fraction.len() >= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') && !whole.starts_with('0')
}

/// Whether the rows print exactly these texts, line breaks and the like aside. Where rows are missing for a reason that
/// has been reported, they may be the ones that print the rest.
pub(super) fn prints(printed: &[Printed], expected: &[String], described: &Described) -> bool {
    let printed: BTreeSet<String> = printed.iter().map(|printed| normalised(&printed.text)).collect();
    let expected: BTreeSet<String> = expected.iter().map(|text| normalised(text)).collect();
    printed == expected || described.partial && printed.is_subset(&expected)
}

/// Units are compared to the letter, mW being no MW; what only says that a register is a truth value is not.
fn folded_unit(text: &str) -> String {
    let text = normalised(text);
    let lower = text.to_lowercase();
    if super::points::says_truth(&lower) { lower } else { text }
}

/// A text as a manifest writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

//! What overrides correct, and rows that contradict each other.

use std::collections::BTreeSet;

use super::{ADDRESSES, OTHERS, Settler, distinct, stale};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Entry, Place, fault, said};
use crate::lower::Register;
use crate::manifest::{Field, Override};
use crate::model::{Correction, Role, Selection};
use crate::spelling::normalised;

impl Settler<'_> {
    /// The column whose text an override of this one expects.
    pub(super) fn expecting(&self, meaning: Meaning) -> Meaning {
        let has = |meaning| self.facts.iter().any(|fact| fact.row.get(meaning).is_some() || fact.row.lacks(meaning));
        if has(meaning) {
            return meaning;
        }
        let is_described = self.facts.iter().any(|fact| fact.row.get(Meaning::Description).is_some());
        if is_described { Meaning::Description } else { Meaning::Label }
    }

    /// How an override of its label selects the register, where nothing else has its address.
    pub(super) fn selected(&self) -> Selection {
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
    pub(super) fn correct(&mut self, entry: &Override, meaning: Meaning) {
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
                        "the vendor's table has changed, or `expect` is not what it prints: if the correction is \
                         right, copy the printed text into `expect`; otherwise delete the correction",
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
    pub(super) fn report_contradictions(&mut self) {
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
            entries = addresses.iter().filter_map(Entry::cell).map(Entry::single).collect();
            let overrides = if let [field] = fields.as_slice() {
                format!("an override of `{field}` makes them one")
            } else {
                let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                format!("overrides of {} make them one", fields.join(", "))
            };
            diagnostic = addresses.into_iter().fold(diagnostic, Diagnostic::at).help(format!(
                "the row may be a copy whose address was not changed; registers of several models need `variant`, of \
                 several units `unit_id`; only if all rows describe the same register, {overrides}, as --explain \
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
    pub(super) fn addresses_of_others(&self, name: Meaning) -> Vec<Place> {
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
    pub(super) fn aliases(&self, description: &str) -> Vec<String> {
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
    pub(super) fn columnless(&mut self, register: &mut Register) {
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

//! What a column says of a register, read.

use std::borrow::Cow;

use super::{Settler, decimal, distinct};
use crate::cells::decimals::{self, Doubt};
use crate::cells::lists;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Entry, Place, said};
use crate::lower::limits;
use crate::manifest::InDescription;
use crate::ratio::Ratio;
use crate::spelling::{lines, normalised};

impl Settler<'_> {
    /// White space folded; line breaks are kept where they divide a list of values from the name above it.
    pub(super) fn folded(&self, meaning: Meaning, text: &str) -> String {
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

    /// What the further columns say that the documentation keeps.
    pub(super) fn details(&mut self) -> Vec<String> {
        let details = self.manifest.columns.details.iter().enumerate();
        details.map(|(place, (name, _))| self.column(name, Meaning::Detail(place), normalised)).collect()
    }

    /// The description in each further language. An override replaces the name, not the list below it.
    pub(super) fn translations(&mut self) -> Vec<String> {
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
    pub(in crate::lower) fn parsed<T>(
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
        self.understood(field, meaning, &text, parsed, expected)
    }

    /// What a filled cell was read as; one that was not is reported.
    pub(in crate::lower) fn understood<T>(
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
                    "correct the cell with the [[cell]] shown, or the register with an [[override]] of `{field}`"
                ),
            };
            // Merged, since one word of a vendor stands in many rows.
            self.diagnostics.merge(Diagnostic::in_cell("E0319", message).at(place).expected(expected).help(help));
        }
        parsed
    }

    /// The number that an override of the field gives: a fraction of any kind, `5/9`, where a cell has decimals.
    pub(in crate::lower) fn overriding_ratio(&self, field: &str) -> Option<Ratio> {
        self.find(field)?.field.value().parse().ok()
    }

    /// A column whose cells are numbers.
    pub(in crate::lower) fn number(&mut self, field: &'static str, meaning: Meaning, expected: &str) -> Option<Ratio> {
        // Ends of types are no limits, wherever their digits are divided.
        let is_limit = matches!(meaning, Meaning::Min | Meaning::Max);
        let text = self.column(field, meaning, |text| normalised(text).to_lowercase());
        if text.is_empty() {
            return None;
        }
        match self.clear(field, meaning, &text) {
            Ok(clear) => {
                let number = self.overriding_ratio(field).or_else(|| decimal(&clear));
                self.understood(field, meaning, &text, number, expected)
            }
            Err(_) if is_limit && limits::has_digits_of_type(&text) => None,
            Err(doubt) => {
                self.report_doubt(field, meaning, &text, &doubt);
                None
            }
        }
    }

    /// The text of a cell, with each of its numbers in a form that can be read in one way only. What the manifest itself
    /// says has decimal points.
    pub(in crate::lower) fn clear(&self, field: &str, meaning: Meaning, text: &str) -> Result<String, Box<Doubt>> {
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
    pub(in crate::lower) fn report_doubt(&mut self, field: &str, meaning: Meaning, text: &str, doubt: &Doubt) {
        self.misread = true;
        let place = self.place_of(field, meaning, text);
        let error = Diagnostic::in_cell(
            "E0378",
            said!("the {sign} of this number may separate thousands", sign = doubt.sign.key()),
        );
        // Merged, since the table has one sign throughout.
        let signs = [doubt.sign.other().key(), doubt.sign.key()];
        let entry = self.facts.first().map(|fact| Entry::sheet(&fact.row.start().origin).one_of("decimal_sign", signs));
        self.diagnostics.merge(doubt.explain(error.at(place)).manifest(entry));
    }

    /// Warns of a divisor below one, which multiplies: `0.1` may be a factor.
    pub(in crate::lower) fn report_small_divisor(&mut self, number: Ratio, text: &str) {
        // What an override says has been looked at.
        if number >= Ratio::ONE || number <= Ratio::ZERO || self.find(Meaning::Divisor.key()).is_some() {
            return;
        }
        let place = self.place_of(Meaning::Divisor.key(), Meaning::Divisor, text);
        // Merged, since a column is written in one way.
        self.diagnostics.merge(
            Diagnostic::warning("W0433", "a divisor below 1 multiplies the raw value")
                .at(place)
                .expected("a divisor such as 10, or a column of factors")
                .help(
                    "if the raw value is multiplied by 0.1, call the column `factor` in [columns], or correct the cell",
                ),
        );
    }

    /// The cell that prints a text, or the override that sets it.
    pub(in crate::lower) fn place_of(&self, field: &str, meaning: Meaning, text: &str) -> Place {
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
}

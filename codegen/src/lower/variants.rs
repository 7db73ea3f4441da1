//! Models and firmwares: which rows are about which, and which of them is meant.

use super::facts::{Fact, Sheet};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::{Manifest, SheetVariants};
use crate::model::{Detect, DetectCase};
use crate::rows::Row;
use crate::source::Located;
use crate::suggest;

/// The variants a row is about; all where none is named.
pub(super) fn of(row: &Row, sheet: &Sheet<'_>, diagnostics: &mut Diagnostics) -> Vec<String> {
    let naming = &sheet.manifest.naming;
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        let name = naming.stripped(name.trim()).to_owned();
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    };
    let named = row.filled(Meaning::Variant).filter(|cell| !cell.names_no_model());
    if let Some(cell) = named
        && cell.text.split([',', ';', '|']).any(|name| name.trim().is_empty())
    {
        diagnostics.merge(
            Diagnostic::error("E0366", "a model is missing before or after a divider")
                .at(row.place(cell))
                .expected("the names of models with one divider between two of them: S, M"),
        );
    }
    if let Some(cell) = named.filter(|cell| says_more_than_names(&cell.text)) {
        // Merged, since a vendor writes it so throughout.
        diagnostics.merge(
            Diagnostic::warning("W0436", "a cell for models says more than their names; it was taken for one name")
                .at(row.place(cell))
                .expected("the names of models with a comma between two of them: S, M")
                .help("correct the cell by a [[cell]]; if it is a name, [[allow]] silences the warning"),
        );
    }
    for name in named.iter().flat_map(|cell| cell.text.split([',', ';', '|', '\n'])) {
        name.split(" / ").for_each(&mut add);
    }
    let mut marked = false;
    let mut blank = Vec::new();
    for (place, variant) in sheet.manifest.columns.variants.iter().enumerate() {
        let Some(cell) = row.get(Meaning::InVariant(place)) else { continue };
        let has = if cell.text.is_empty() { Some(false) } else { cell.yes() };
        match has {
            Some(true) => {
                marked = true;
                add(variant);
            }
            Some(false) => blank.push(cell),
            None => {
                marked = true;
                // Merged, since one sign of a vendor stands in many rows.
                diagnostics.merge(
                    Diagnostic::in_cell("E0366", "this does not say whether the model has the register")
                        .at(row.place(cell))
                        .expected("X, ✓, ● or yes where it has; -, no or blank where it has not"),
                );
            }
        }
    }
    if !marked && !blank.is_empty() {
        let warning =
            Diagnostic::warning("W0367", "no model is marked as having the register; all models were assumed");
        diagnostics.merge(
            blank
                .into_iter()
                .fold(warning, |warning, cell| warning.at(row.place(cell)))
                .expected("an X for each model that has it"),
        );
    }
    if named.is_none() && !marked {
        match &sheet.entry.variants {
            SheetVariants::All => {}
            SheetVariants::Named(given) => given.iter().for_each(|name| add(name)),
            SheetVariants::Sheet => sheet.name.iter().for_each(|name| add(name)),
        }
    }
    names
}

/// Whether a cell names models otherwise than one by one: `S and L`, `all except L`, `S only`, `>= 1.2`.
fn says_more_than_names(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "and",
        "und",
        "et",
        "except",
        "without",
        "not",
        "only",
        "nur",
        "ohne",
        "außer",
        "from",
        "ab",
        "since",
        "until",
        "bis",
        "sauf",
        "seulement",
    ];
    let lower = text.to_lowercase();
    let mut words = lower.split(|sign: char| !sign.is_alphanumeric());
    let is_apart = |sign: char| text.split_once(sign).is_some_and(|(one, other)| one.len() < 4 && other.len() < 4);
    lower.contains(['<', '>', '≤', '≥']) || words.any(|word| WORDS.contains(&word)) || is_apart('+') || is_apart('/')
}

/// The register that tells the variant; none where the manifest selects one.
pub(super) fn detect(
    known: &[String],
    manifest: &Manifest,
    unread: bool,
    diagnostics: &mut Diagnostics,
) -> Option<Detect> {
    let entry = manifest.detect.as_ref().filter(|_| manifest.variant.is_none())?;
    let mut cases = Vec::new();
    for case in &entry.cases {
        let variant = manifest.naming.stripped(&case.variant.value).to_owned();
        if !unread && !known.contains(&variant) {
            diagnostics.push(unknown(&case.variant, known));
        }
        cases.push(DetectCase { min: case.min, max: case.max, variant });
    }
    Some(Detect { table: entry.table, address: entry.address, cases })
}

/// A variant that nothing is about.
fn unknown(wanted: &Located<String>, known: &[String]) -> Diagnostic {
    Diagnostic::error("E0221", said!("the table has no variant “{wanted}”", wanted = &wanted.value))
        .at(wanted.place.clone().holds(&wanted.value))
        .expected("the name of a model or firmware, as a column, a sheet or the manifest calls it")
        .help(suggest::nearest_of("variant", &wanted.value, known.iter().map(String::as_str)))
}

/// Leaves out what is about others than the variant the manifest selects; gives those that remain.
pub(super) fn select(
    facts: &mut Vec<Fact>,
    known: Vec<String>,
    manifest: &Manifest,
    unread: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<String> {
    let Some(wanted) = &manifest.variant else { return known };
    let selected = manifest.naming.stripped(&wanted.value).to_owned();
    if !known.contains(&selected) {
        // It may be in what could not be read.
        if !unread {
            diagnostics.push(unknown(wanted, &known));
        }
        return known;
    }
    let before = facts.len();
    facts.retain(|fact| fact.variants.is_empty() || fact.variants.contains(&selected));
    let left_out = before.saturating_sub(facts.len());
    if left_out > 0 {
        let others: Vec<&str> = known.iter().filter(|name| **name != selected).map(String::as_str).collect();
        let rows = if left_out == 1 { "a row is".to_owned() } else { format!("{left_out} rows are") };
        diagnostics.push(Diagnostic::note(
            "N0372",
            said!(
                "{rows} left out: only for {others}, not for {selected}",
                rows,
                selected = &selected,
                others = others.join(", ")
            ),
        ));
    }
    for fact in facts {
        fact.variants = vec![selected.clone()];
    }
    vec![selected]
}

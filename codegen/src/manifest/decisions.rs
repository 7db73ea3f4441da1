//! `# DECIDE:`: what `init` could not know and nobody has decided yet.

use super::reader::Document;
use crate::columns::meaning as columns;
use crate::diagnostic::entry::LEFT_OUT;
use crate::diagnostic::{Diagnostic, Entry, fault, said};
use crate::source::Text;

/// Begins a comment of `init`; the question follows, and the setting it is about stands in the next line.
pub(crate) const DECIDE: &str = "# DECIDE:";

/// A comment is nothing to TOML: what is still a guess would be taken for what somebody has looked at.
pub(super) fn report(document: &Document<'_>, text: &Text) {
    let mut lines = text.as_str().split_inclusive('\n').scan(0usize, |begin, line| {
        let start = *begin;
        *begin = begin.saturating_add(line.len());
        Some((start, line.trim_end()))
    });
    let mut next = lines.next();
    let mut known: Vec<String> = Vec::new();
    while let Some((start, line)) = next {
        next = lines.next();
        let Some(question) = line.trim_start().strip_prefix(DECIDE) else { continue };
        let (start, setting) = next.filter(|(_, setting)| !setting.trim().is_empty()).unwrap_or((start, line));
        // An entry as a comment: what it is for is reported by itself.
        if setting.trim().starts_with("# [") {
            continue;
        }
        document.report(
            Diagnostic::warning("W0213", said!("not decided yet: {question}", question = fault(question.trim())))
                .at(document.line(Some(start..start.saturating_add(setting.len()))))
                .expected("what the vendor's document says, or what reading the device tells")
                .help("correct the lines below the comment # DECIDE, then delete the comment; `check --fix=ask` asks")
                .manifest(answers(setting.trim(), known.iter().filter(|line| *line == setting.trim()).count())),
        );
        known.push(setting.trim().to_owned());
    }
}

/// Keys that are mistaken for each other.
const KEYS: [&[&str]; 4] = [
    &["divisor", "factor", "exponent"],
    &["count", "size_in_bytes", "size_in_bits"],
    &["de_facto", "address"],
    &["range", "values"],
];

/// What keys may be.
const VALUES: [(&str, &[&str]); 6] = [
    ("table", &["holding_register", "input_register", "coil", "discrete_input"]),
    ("order", &["ABCD", "CDAB"]),
    ("numbering", &["zero_based", "one_based"]),
    ("offset", &["after", "before"]),
    ("limits", &["unit", "raw"]),
    ("text_size", &["characters", "registers"]),
];

/// What may stand in place of a line; nothing where it is no key with a text.
fn answers(line: &str, number: usize) -> Option<Entry> {
    let setting = line.trim_start_matches(['#', ' ']);
    let parsed: toml::Table = setting.parse().ok()?;
    let [(key, toml::Value::String(text))] = parsed.iter().collect::<Vec<_>>()[..] else { return None };
    let entry = Entry::decision(line, number);
    if let Some((_, values)) = VALUES.iter().find(|(of, values)| of == key && values.contains(&text.as_str())) {
        // What stands there first.
        let others = values.iter().copied().filter(|value| value != text);
        return Some(entry.one_of(key, std::iter::once(text.as_str()).chain(others)));
    }
    let known = columns::KEYS.iter().map(|(of, _)| *of).chain(["description"]).find(|of| *of == key.as_str())?;
    let others = KEYS.iter().find(|keys| keys.contains(&known)).into_iter().flat_map(|keys| keys.iter().copied());
    let keys = std::iter::once(known).chain(others.filter(|other| *other != known)).chain([LEFT_OUT]);
    Some(entry.under(&keys.collect::<Vec<_>>(), text))
}

//! The display name of a register: its description without what is not its name.

use crate::table::text::{normalised, without_footnotes, without_mark, without_unit};

/// A description taken apart.
pub(super) struct Name {
    pub(super) label: String,
    /// Footnote marks it bears: `*1`.
    pub(super) footnotes: Vec<String>,
    /// Whether it bears one of the marks of what is not always fitted.
    pub(super) optional: bool,
}

/// Takes off footnote marks, marks of optional equipment, the register's unit in parentheses, and a full stop.
pub(super) fn name(description: &str, unit: &str, optional_marks: &[String]) -> Name {
    let (mut label, footnotes) = without_footnotes(description);
    let mut optional = false;
    for mark in optional_marks {
        while let Some(rest) = without_mark(&label, mark) {
            label = rest;
            optional = true;
        }
    }
    if let Some(rest) = (!unit.is_empty()).then(|| without_unit(&label, unit)).flatten() {
        label = rest;
    }
    Name { label: normalised(label.trim_end_matches('.')), footnotes, optional }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_the_name() {
        let marks = ["(EM)".to_owned(), "(EM2/3)".to_owned()];
        let found = name("External additional heater: Current demand (%) (EM)", "%", &marks);
        assert_eq!((found.label.as_str(), found.optional), ("External additional heater: Current demand", true));
        let found = name("System return line temperature.", "°C", &marks);
        assert_eq!((found.label.as_str(), found.optional), ("System return line temperature", false));
        assert_eq!(name("Operational mode *2", "enum", &marks).footnotes, ["*2"]);
    }
}

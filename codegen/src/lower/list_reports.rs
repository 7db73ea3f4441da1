//! Lists that are missing or in doubt, and the entry of the manifest that lists the values instead.

use super::Register;
use super::forms::Form;
use super::lists::{Doubt, Listed, example};
use super::settle::named;
use crate::columns::Meaning;
use crate::diagnostic::entry::{Entry, OPEN, Value};
use crate::diagnostic::{Diagnostic, Place, said};
use crate::manifest::Manifest;
use crate::model::ValueForm;

/// A list that cannot be used, and the registers whose type it would be.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    pub(super) manifest: &'a Manifest,
    /// What the type would be called.
    pub(super) name: &'a str,
    pub(super) form: ValueForm,
    pub(super) listed: &'a Listed,
    pub(super) registers: &'a [&'a Register],
}

impl Report<'_> {
    /// Says that the values of `of`, which are asked for, are listed nowhere.
    pub(super) fn nothing_listed(&self, of: &str, asked: Option<&Place>) -> Diagnostic {
        let message = match &self.listed.doubt {
            None => said!("no list of values found for {of}", of),
            Some(doubt) => doubt.of(&format!("the values of {of}")).into(),
        };
        let error = Diagnostic::error("E0504", message).at(self.listed.place.clone());
        let error = asked.into_iter().cloned().fold(error, Diagnostic::at);
        let error = error.expected(format!("a list such as {}", example(self.form)));
        self.given(error)
    }

    /// Says how the manifest lists what the table does not, or not so that it is understood.
    fn given(&self, diagnostic: Diagnostic) -> Diagnostic {
        let Self { name, registers, .. } = *self;
        if self.manifest.types.iter().any(|entry| entry.name.value == name) {
            return diagnostic
                .help("list the values in its entry: registers, values = { 0 = \"…\" }, expect and reason");
        }
        let header = match self.form {
            ValueForm::Enum | ValueForm::Conditional => "enums",
            ValueForm::Flags => "flags",
            ValueForm::Special => "specials",
        };
        let mut expect: Vec<String> = Vec::new();
        for printed in registers.iter().flat_map(|register| named(&register.facts)) {
            if !expect.contains(&printed.text) {
                expect.push(printed.text);
            }
        }
        let ranges = registers.iter().map(|register| register.range()).collect();
        diagnostic.help("list them in the manifest").manifest(
            Entry::table([header, if name.is_empty() { OPEN } else { name }])
                .with("registers", Value::Registers(ranges))
                .labels([(0, OPEN)])
                .texts("expect", &expect)
                .reason(),
        )
    }

    /// Says what of a list is not understood.
    pub(super) fn in_doubt(&self) -> Option<Diagnostic> {
        let Self { name, listed, registers, .. } = *self;
        let doubt = listed.doubt.as_ref()?;
        let warning = Diagnostic::warning("W0514", doubt.of(&format!("the values of {name}"))).at(listed.place.clone());
        let first = registers.first().filter(|_| matches!(doubt, Doubt::Limits(_)));
        let limits = first.into_iter().flat_map(|first| [Meaning::Min, Meaning::Max].map(|of| first.filled(of)));
        let warning = limits.flatten().fold(warning, Diagnostic::at);
        let warning = warning.expected(format!("a list such as {}; a range is 0-2", example(self.form)));
        Some(self.given(warning))
    }
}

/// Warns of values of a plain number whose codes are those of bits: 1, 2, 4, 8.
pub(super) fn may_be_bits(register: &Register, listed: &Listed) -> Option<Diagnostic> {
    const LEAST: usize = 3;
    let is_plain = matches!(register.form(), None | Some(Form::Number { .. })) && !register.table.is_bit();
    let mut codes: Vec<i64> = listed.entries.iter().map(|(code, _)| *code).collect();
    codes.sort_unstable();
    // That none is set may be listed, too.
    codes.retain(|code| *code != 0);
    let are_masks = codes.iter().zip(0u32..).all(|(code, bit)| 1i64.checked_shl(bit) == Some(*code));
    let message = said!("the values of {name} are 1, 2, 4 …, which may be bits", name = register.name());
    (is_plain && codes.len() >= LEAST && are_masks).then(|| {
        Diagnostic::warning("W0499", message)
            .at(listed.place.clone())
            .expected("a type that says which: enum16 for one value at a time, bitfield16 for bits")
            .help(
                "read as values, a register with two of them set has an unknown value. An [[override]] of `type` says \
                 what it is",
            )
            .manifest(Entry::correction(
                &register.selection,
                "type",
                std::slice::from_ref(&register.type_text),
                &["enum16".to_owned(), "bitfield16".to_owned()],
            ))
    })
}

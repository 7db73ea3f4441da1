//! `[[allow]]`: what a person has looked at and does not want to be told again.

use super::reader::Section;
use super::registers::{self, Registers};
use super::selectors::Ways;
use crate::diagnostic::{Diagnostic, Place, explain, said};
use crate::source::Located;
use crate::suggest;

/// Warnings or notes that are not to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Allow {
    /// Their code, with the place of the entry.
    pub(crate) code: Located<String>,
    /// Only those about these registers; all where there are none.
    pub(crate) registers: Option<Registers>,
    /// The entry.
    pub(crate) place: Place,
}

pub(super) fn read(root: &Section<'_>) -> Vec<Allow> {
    let mut allows = Vec::new();
    for section in root.sections("allow").into_iter().filter(|section| !section.is_left_open()) {
        let code = section.required_string("code", "the code of a warning or a note: \"W0622\"");
        let registers = registers::selected(&section, Ways { labels: true, expect: true });
        section.required_string("reason", "why it is right as it is");
        let place = section.place().clone();
        section.finish();
        let Some(code) = code.filter(|code| can_be_allowed(&section, code)) else { continue };
        allows.push(Allow { code, registers, place });
    }
    allows
}

fn can_be_allowed(section: &Section<'_>, code: &Located<String>) -> bool {
    let codes = || explain::all().map(|explanation| explanation.code);
    let help = if !codes().any(|known| known == code.value) {
        suggest::nearest_of("code", &code.value, codes().filter(|code| !code.starts_with('E')))
    } else if code.value.starts_with('E') {
        "an error means that generated code would be wrong or incomplete: fix its cause, or correct it with an \
         [[override]]"
            .to_owned()
    } else {
        return true;
    };
    section.report(
        Diagnostic::error("E0260", said!("`{code}` cannot be allowed", code = &code.value))
            .at(code.place.clone().holds(&code.value))
            .expected("the code of a warning or a note, as it is shown: \"W0622\"")
            .help(help),
    );
    false
}

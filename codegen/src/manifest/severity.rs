//! `[[severity]]`: what a change means for those who use this device, where it is not what it usually means.

use super::reader::Section;
use crate::change::{Check, Severity, SeverityRule};
use crate::diagnostic::{Diagnostic, said};
use crate::suggest;

const SEVERITIES: [(&str, Severity); 3] =
    [("patch", Severity::Patch), ("minor", Severity::Minor), ("major", Severity::Major)];

pub(super) fn read(root: &Section<'_>) -> Vec<SeverityRule> {
    let mut rules = Vec::new();
    for section in root.sections("severity").into_iter().filter(|section| !section.is_left_open()) {
        let check = section.required_string("check", "the name of a check, as `diff` shows it: \"limit_narrowed\"");
        let ids = section.filled_strings("ids", "identifiers, * for anything: \"pool.*\"");
        section.require("as", "what the change means: \"patch\", \"minor\" or \"major\"");
        let severity = section.word("as", &SEVERITIES);
        let reason = section.required_string("reason", "why it means that to those who use the device");
        section.finish();
        let (Some(check), Some(severity), Some(reason)) = (check, severity, reason) else { continue };
        let Some(known) = Check::ALL.into_iter().find(|known| known.name() == check.value) else {
            section.report(
                Diagnostic::error("E0262", said!("there is no check `{check}`", check = &check.value))
                    .at(check.place.clone().holds(&check.value))
                    .expected("a check of `modbus-bindgen diff`")
                    .help(suggest::nearest_of("check", &check.value, Check::ALL.into_iter().map(Check::name))),
            );
            continue;
        };
        let ids = ids.unwrap_or_default().into_iter().map(|id| id.value).collect();
        rules.push(SeverityRule { check: known, ids, severity, reason: reason.value });
    }
    rules
}

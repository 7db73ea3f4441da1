//! `[[rule]]` and `[[note]]`: what holds of many registers, and remarks on some.

use super::TABLES;
use super::reader::Section;
use super::registers::{self, Registers};
use crate::diagnostic::Place;
use crate::model::Table;

/// What a rule can set.
const SETS: &str = "set = { signed = true }, or optional, or not_available";

/// `[[rule]]`: sets a field on every register that matches.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) tables: Option<Vec<Table>>,
    pub(crate) units: Option<Vec<String>>,
    pub(crate) registers: Option<Registers>,
    pub(crate) signed: Option<bool>,
    pub(crate) optional: Option<bool>,
    pub(crate) not_available: Option<Vec<i64>>,
    pub(crate) reason: String,
    pub(crate) place: Place,
}

/// `[[note]]`: a remark for the documentation.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) registers: Registers,
    pub(crate) text: String,
    pub(crate) place: Place,
}

pub(super) fn read(root: &Section<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for section in root.sections("rule") {
        let tables = section.has("tables").then(|| section.words("tables", &TABLES));
        let units = section.strings("units");
        let registers = registers::read(&section);
        let reason = section.required_string("reason", "why it holds");
        let place = section.place().clone();
        let mut rule = Rule {
            tables,
            units,
            registers,
            signed: None,
            optional: None,
            not_available: None,
            reason: reason.map(|reason| reason.value).unwrap_or_default(),
            place,
        };
        match section.section("set") {
            Some(set) => {
                if !["signed", "optional", "not_available"].iter().any(|key| set.has(key)) {
                    section.wrong_key("set", SETS);
                }
                rule.signed = set.flag("signed");
                rule.optional = set.flag("optional");
                rule.not_available = set.integers("not_available", &(i64::MIN..=i64::MAX));
                set.finish();
            }
            None => section.require("set", SETS),
        }
        section.finish();
        rules.push(rule);
    }
    rules
}

pub(super) fn notes(root: &Section<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for section in root.sections("note") {
        let registers = registers::required(&section);
        let text = section.required_string("text", "what the documentation should say");
        let place = section.place().clone();
        section.finish();
        if let (Some(registers), Some(text)) = (registers, text) {
            notes.push(Note { registers, text: text.value, place });
        }
    }
    notes
}

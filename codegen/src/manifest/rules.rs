//! `[[rule]]` and `[[note]]`: what holds of many registers, and remarks on some.

use super::TABLES;
use super::reader::Section;
use super::registers::{self, Registers};
use super::selectors::Ways;
use crate::cells::order::Order;
use crate::cells::quantity;
use crate::cells::types::{self, TypeCell};
use crate::cells::units::{self, UnitCell};
use crate::cells::words::{ENCODINGS, PACKINGS};
use crate::diagnostic::Place;
use crate::model::{Encoding, Packing, Table};
use crate::ratio::Ratio;

/// What a rule can set.
const SETS: &str = "set = { signed = true }, or optional, not_available, unit, factor, divisor, format, keep_alive_s, \
                    encoding, packing, order, type";

/// What stands for a scale in a rule.
const SCALE: &str = "a number that is not 0: 0.1, \"1/3\"";

/// What stands for a unit, in a rule as in a cell.
const UNIT: &str = "a unit, or a scale before it: \"°C\", \"0.1 °C\"";

/// Its keys.
const SET_KEYS: [&str; 12] = [
    "signed",
    "optional",
    "not_available",
    "unit",
    "factor",
    "divisor",
    "format",
    "keep_alive_s",
    "encoding",
    "packing",
    "order",
    "type",
];

/// `[[rule]]`: sets a field on every register that matches.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) tables: Option<Vec<Table>>,
    pub(crate) units: Option<Vec<String>>,
    /// Words of the column of types, as printed.
    pub(crate) types: Option<Vec<String>>,
    /// Names that match, `*` for anything; case does not matter.
    pub(crate) labels: Option<Vec<String>>,
    /// Names that do not, although they match `labels`.
    pub(crate) except: Vec<String>,
    pub(crate) registers: Option<Registers>,
    pub(crate) signed: Option<bool>,
    pub(crate) optional: Option<bool>,
    pub(crate) not_available: Option<Vec<i64>>,
    pub(crate) unit: Option<UnitCell>,
    /// What the raw value is multiplied by: a factor, one over a divisor, or what a format implies.
    pub(crate) scale: Option<Ratio>,
    pub(crate) keep_alive_s: Option<u32>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) packing: Option<Packing>,
    pub(crate) order: Option<Order>,
    pub(crate) type_word: Option<TypeCell>,
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
    for section in root.sections("rule").into_iter().filter(|section| !section.is_left_open()) {
        let tables = section.has("tables").then(|| section.words("tables", &TABLES));
        let units = section.strings("units").map(|units| units.iter().map(|unit| units::canonical(unit)).collect());
        let types = section.strings("types");
        let texts = |key: &'static str| {
            let found = section.filled_strings(key, "a name, * for anything, or a list of them");
            found.map(|texts| texts.into_iter().map(|text| text.value).collect::<Vec<_>>())
        };
        let labels = section.has("labels").then(|| texts("labels")).flatten();
        let except = section.has("except").then(|| texts("except")).flatten().unwrap_or_default();
        // Its `labels` are a pattern of its own, which together with `except` is compared with every row.
        let registers = registers::selected(&section, Ways { labels: false, expect: true });
        let reason = section.required_string("reason", "why this is right");
        let place = section.place().clone();
        let mut rule = Rule {
            tables,
            units,
            types,
            labels,
            except,
            registers,
            signed: None,
            optional: None,
            not_available: None,
            unit: None,
            scale: None,
            keep_alive_s: None,
            encoding: None,
            packing: None,
            order: None,
            type_word: None,
            reason: reason.map(|reason| reason.value).unwrap_or_default(),
            place,
        };
        match section.section("set") {
            Some(set) => {
                if !SET_KEYS.iter().any(|key| set.has(key)) {
                    section.wrong_key("set", SETS);
                }
                rule.signed = set.flag("signed");
                rule.optional = set.flag("optional");
                rule.not_available = set.integers("not_available", &(i64::MIN..=i64::MAX));
                // None at all is a unit, too: `unit = ""`.
                if let Some(text) = set.string("unit") {
                    rule.unit = units::read(&text.value).value();
                    if rule.unit.is_none() {
                        set.wrong_key("unit", UNIT);
                    }
                }
                rule.scale = scale(&set);
                let seconds = set.integer("keep_alive_s", 1..=i64::from(u32::MAX));
                rule.keep_alive_s = seconds.and_then(|seconds| u32::try_from(seconds).ok());
                rule.encoding = set.word("encoding", &ENCODINGS);
                rule.packing = set.word("packing", &PACKINGS);
                rule.order = set.word("order", &Order::ALL);
                if let Some(text) = set.filled_string("type", types::EXPECTED) {
                    rule.type_word = types::parse(&text.value).ok();
                    if rule.type_word.is_none() {
                        set.wrong_key("type", types::EXPECTED);
                    }
                }
                set.finish();
            }
            None => section.require("set", SETS),
        }
        section.finish();
        rules.push(rule);
    }
    rules
}

/// The scale of a rule, in one of three ways.
fn scale(set: &Section<'_>) -> Option<Ratio> {
    let given: Vec<&'static str> = ["factor", "divisor", "format"].into_iter().filter(|key| set.has(key)).collect();
    if let [_, second, ..] = given.as_slice() {
        set.wrong_key(second, "one of factor, divisor and format");
    }
    let number = |key: &'static str| {
        let text = set.scalar(key)?.value;
        let found = text.parse::<Ratio>().ok().filter(|ratio| ratio.numerator() != 0);
        if found.is_none() {
            set.wrong_key(key, SCALE);
        }
        found
    };
    let (factor, divisor) = (number("factor"), number("divisor").and_then(Ratio::inverse));
    let format = set.string("format").and_then(|text| {
        let decimals = quantity::format(&text.value).flatten();
        if decimals.is_none() {
            set.wrong_key("format", "a format with decimals: \"FIX2\", \"TEMP\"");
        }
        Ratio::power_of_ten(i64::from(decimals?).checked_neg()?)
    });
    factor.or(divisor).or(format)
}

pub(super) fn notes(root: &Section<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for section in root.sections("note").into_iter().filter(|section| !section.is_left_open()) {
        let registers = registers::required(&section, Ways { labels: true, expect: true });
        let text = section.required_string("text", "what the documentation should say");
        let place = section.place().clone();
        section.finish();
        if let (Some(registers), Some(text)) = (registers, text) {
            notes.push(Note { registers, text: text.value, place });
        }
    }
    notes
}

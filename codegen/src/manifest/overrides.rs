//! `[[override]]`: what settles or corrects the vendor's table.

use super::columns::Columns;
use super::reader::Section;
use super::registers::{self, Registers};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::{Limit, Limits};
use crate::ratio::Ratio;
use crate::suggest;

/// `[[override]]`: settles or corrects what the table prints.
#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) registers: Registers,
    pub(crate) field: Field,
    /// Every distinct text the merged rows print, in order of appearance.
    pub(crate) expect: Vec<String>,
    pub(crate) reason: String,
    pub(crate) place: Place,
}

/// What an override sets, and to what.
#[derive(Debug, Clone)]
pub(crate) enum Field {
    Description(String),
    Unit(String),
    Divisor(String),
    /// A detail column, by its name.
    Detail(String, String),
    Label(String),
    /// Bits without names instead of a number.
    BitSet,
    /// A trigger; the raw value that pulls it.
    Command(i64),
    KeepAlive(u32),
    Limits(Limits),
}

impl Field {
    /// Its name in the manifest.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Description(_) => "description",
            Self::Unit(_) => "unit",
            Self::Divisor(_) => "divisor",
            Self::Detail(name, _) => name,
            Self::Label(_) => "label",
            Self::BitSet => "type",
            Self::Command(_) => "role",
            Self::KeepAlive(_) => "keep_alive_s",
            Self::Limits(_) => "limits",
        }
    }

    /// What it is set to, for people.
    pub(crate) fn value(&self) -> String {
        match self {
            Self::Description(text)
            | Self::Unit(text)
            | Self::Divisor(text)
            | Self::Detail(_, text)
            | Self::Label(text) => text.clone(),
            Self::BitSet => "bitset".to_owned(),
            Self::Command(_) => "command".to_owned(),
            Self::KeepAlive(seconds) => seconds.to_string(),
            Self::Limits(limits) => {
                let text = |limit: Option<Limit>| limit.map_or_else(String::new, |limit| limit.to_string());
                format!("{}…{}", text(limits.min), text(limits.max))
            }
        }
    }
}

pub(super) fn read(root: &Section<'_>, columns: &Columns) -> Vec<Override> {
    let mut overrides = Vec::new();
    for section in root.sections("override") {
        let registers = registers::required(&section);
        let field = field(&section, columns);
        let reason = section.required_string("reason", "why the printed value does not hold");
        let expect = section.strings("expect");
        section.require(
            "expect",
            "expect = [\"…\"]: what the table prints now, so that a new revision of the table is noticed",
        );
        let place = section.place().clone();
        section.finish();
        if let (Some(registers), Some(field), Some(expect), Some(reason)) = (registers, field, expect, reason) {
            overrides.push(Override { registers, field, expect, reason: reason.value, place });
        }
    }
    overrides
}

/// The fields every register has; the columns of `[columns.details]` come on top.
pub(super) const FIELDS: [&str; 8] =
    ["description", "unit", "divisor", "label", "type", "role", "keep_alive_s", "limits"];

fn field(section: &Section<'_>, columns: &Columns) -> Option<Field> {
    let name = section.required_string("field", "what it sets: field = \"unit\"")?;
    section.require("value", "what it sets the field to: value = \"…\"");
    let text = || section.scalar("value").map(|value| value.value);
    let field = match name.value.as_str() {
        "description" => Field::Description(text()?),
        "unit" => Field::Unit(text()?),
        "divisor" => Field::Divisor(text()?),
        "label" => Field::Label(text()?),
        "type" => section.word("value", &[("bitset", ())]).map(|()| Field::BitSet)?,
        "role" => {
            section.word("value", &[("command", ())])?;
            Field::Command(section.integer("trigger", 0..=i64::from(u32::MAX)).unwrap_or(1))
        }
        "keep_alive_s" => {
            Field::KeepAlive(section.integer("value", 1..=i64::from(u32::MAX)).and_then(|s| u32::try_from(s).ok())?)
        }
        "limits" => Field::Limits(limits(&section.section("value")?)),
        detail if columns.details.iter().any(|(name, _)| name == detail) => Field::Detail(detail.to_owned(), text()?),
        other => {
            let names = FIELDS.into_iter().chain(columns.details.iter().map(|(name, _)| name.as_str()));
            section.report(
                Diagnostic::error("E0207", format!("an override cannot set “{other}”"))
                    .at(name.place.clone().holds(other))
                    .expected("a field of a register, or a column of [columns.details]")
                    .help(suggest::nearest_of("field", other, names)),
            );
            // What it sets is nobody's question any more.
            section.ignore("value");
            return None;
        }
    };
    Some(field)
}

fn limits(section: &Section<'_>) -> Limits {
    let number = |key| {
        let text = section.scalar(key)?;
        let number = text.value.parse::<Ratio>().ok();
        if number.is_none() {
            section.report(
                Diagnostic::error("E0203", format!("`{key}` is not a number"))
                    .at(text.place.holds(text.value))
                    .expected("a decimal number: \"-50\", \"0.5\""),
            );
        }
        number.map(Limit::Value)
    };
    let limits = Limits { min: number("min"), max: number("max"), step: number("step") };
    section.finish();
    limits
}

//! `[[override]]`: what settles or corrects the vendor's table.

use super::columns::ColumnSets;
use super::reader::Section;
use super::registers::{self, Registers};
use super::selectors::Ways;
use super::sheets::ACCESS;
use crate::cells::{types, words};
use crate::diagnostic::{Diagnostic, Place, said};
use crate::model::{Access, Limit, Limits};
use crate::names;
use crate::ratio::Ratio;
use crate::suggest;

/// `[[override]]`: settles or corrects what the table prints.
#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) registers: Registers,
    /// Only what is read or only what is written, where one register is two points.
    pub(crate) access: Option<Access>,
    /// Only these bits of it, where its bits are points.
    pub(crate) bits: Option<(u8, u8)>,
    /// Only at this unit id, or in these models, where an address is several registers.
    pub(crate) unit_id: Option<u8>,
    pub(crate) variants: Vec<String>,
    pub(crate) field: Field,
    /// Every distinct text the merged rows print, in order of appearance.
    pub(crate) expect: Vec<String>,
    pub(crate) reason: String,
    pub(crate) place: Place,
}

/// What an override sets, and to what.
#[derive(Debug, Clone)]
pub(crate) enum Field {
    /// What a column prints, by the name of the column.
    Column(String, String),
    /// The label in a further language, under the name of the field.
    Translation(String, String),
    /// The identifier, which the label gives otherwise.
    Id(String),
    /// A command; the raw value that pulls its trigger, none where the value is a parameter.
    Command(Option<i64>),
    ReadSideEffect(bool),
    KeepAlive(u32),
    Limits(Limits),
}

impl Field {
    /// Its name in the manifest.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Column(name, _) | Self::Translation(name, _) => name,
            Self::Id(_) => "id",
            Self::Command(_) => "role",
            Self::ReadSideEffect(_) => "read_side_effect",
            Self::KeepAlive(_) => "keep_alive_s",
            Self::Limits(_) => "limits",
        }
    }

    /// What it is set to, for people.
    pub(crate) fn value(&self) -> String {
        match self {
            Self::Column(_, text) | Self::Translation(_, text) | Self::Id(text) => text.clone(),
            Self::Command(_) => "command".to_owned(),
            Self::ReadSideEffect(has) => has.to_string(),
            Self::KeepAlive(seconds) => seconds.to_string(),
            Self::Limits(limits) => {
                let text = |limit: Option<Limit>| limit.map_or_else(String::new, |limit| limit.to_string());
                format!("{}…{}", text(limits.min), text(limits.max))
            }
        }
    }
}

pub(super) fn read(root: &Section<'_>, columns: &ColumnSets, languages: &[String]) -> Vec<Override> {
    let mut overrides = Vec::new();
    for section in root.sections("override").into_iter().filter(|section| !section.is_left_open()) {
        let registers = registers::required(&section, Ways { labels: true, expect: false });
        let access = section.word("access", &ACCESS);
        let bits = bits(&section);
        let unit_id = section.integer("unit_id", 0..=255).and_then(|unit| u8::try_from(unit).ok());
        let variants = section.filled_strings("variant", "the name of a model or firmware, or a list of them");
        let variants = variants.unwrap_or_default().into_iter().map(|name| name.value).collect();
        let field = field(&section, columns, languages);
        let reason = section.required_string("reason", "why the printed value is wrong");
        let expect = section.strings("expect");
        section.require(
            "expect",
            "expect = [\"…\"]: what the table prints now, so that a new revision of the table is noticed",
        );
        let place = section.place().clone();
        section.finish();
        if let (Some(registers), Some(field), Some(expect), Some(reason)) = (registers, field, expect, reason) {
            let reason = reason.value;
            overrides.push(Override { registers, access, bits, unit_id, variants, field, expect, reason, place });
        }
    }
    overrides
}

/// `bit = 3`, `bit = "4-7"`
fn bits(section: &Section<'_>) -> Option<(u8, u8)> {
    let text = section.scalar("bit")?.value;
    let (low, high) = text.split_once('-').unwrap_or((&text, &text));
    let bit = |text: &str| text.trim().parse::<u8>().ok().filter(|bit| *bit < 64);
    let found = bit(low).zip(bit(high)).filter(|(low, high)| low <= high);
    if found.is_none() {
        section.wrong_key("bit", "the number of a bit, the least significant being 0, or a range: 3, \"4-7\"");
    }
    found
}

/// Fields whose value is a text of any kind, as a column prints it.
const TEXTS: [&str; 23] = [
    "description",
    "unit",
    "divisor",
    "factor",
    "exponent",
    "decimals",
    "format",
    "formula",
    "offset",
    "scale_register",
    "order",
    "range",
    "not_available",
    "size_in_bits",
    "size_in_bytes",
    "label",
    "values",
    "bits",
    "default",
    "min",
    "max",
    "step",
    "persistent",
];

/// Fields of which only a few words or numbers are understood.
const OTHERS: [&str; 8] = ["type", "access", "signed", "id", "role", "read_side_effect", "keep_alive_s", "limits"];

/// The fields every register has; the columns of `[columns.details]` come on top.
pub(super) fn fields<'a>() -> impl Iterator<Item = &'a str> {
    TEXTS.into_iter().chain(OTHERS)
}

fn field(section: &Section<'_>, columns: &ColumnSets, languages: &[String]) -> Option<Field> {
    let name = section.required_string("field", "what it sets: field = \"unit\"")?;
    section.require("value", "what it sets the field to: value = \"…\"");
    let text = || section.scalar("value").map(|value| value.value);
    let column = |text: String| Field::Column(name.value.clone(), text);
    let is_detail = |field: &str| columns.details.iter().any(|(name, _)| name == field);
    let field = match name.value.as_str() {
        field if TEXTS.contains(&field) || is_detail(field) => column(text()?),
        "type" => column(understood(section, |text| types::parse(text).ok(), types::EXPECTED)?),
        "access" => column(understood(section, words::access, "\"read\", \"write\" or \"read_write\"")?),
        "signed" => column(section.flag("value")?.to_string()),
        "id" => {
            let id = text()?;
            if names::snake(&id) != id {
                section.wrong_key("value", "an identifier in snake case: \"outdoor_temperature\"");
            }
            Field::Id(id)
        }
        "role" => {
            section.word("value", &[("command", ())])?;
            let parameter = section.flag("parameter").unwrap_or(false);
            let trigger = section.integer("trigger", 0..=i64::from(u32::MAX));
            if parameter && section.has("trigger") {
                section.wrong_key(
                    "trigger",
                    "either a trigger or parameter = true: the value that is written is one of them",
                );
            }
            Field::Command((!parameter).then_some(trigger.unwrap_or(1)))
        }
        "read_side_effect" => Field::ReadSideEffect(section.flag("value")?),
        "keep_alive_s" => {
            Field::KeepAlive(section.integer("value", 1..=i64::from(u32::MAX)).and_then(|s| u32::try_from(s).ok())?)
        }
        "limits" => Field::Limits(limits(&section.section("value")?)),
        field if translates(field, languages) => Field::Translation(field.to_owned(), text()?),
        other => {
            let names = fields().chain(columns.details.iter().map(|(name, _)| name.as_str()));
            section.report(
                Diagnostic::error("E0207", said!("an override cannot set “{other}”", other))
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

/// A text that the parser of a column understands.
fn understood<T>(section: &Section<'_>, parse: impl Fn(&str) -> Option<T>, expected: &str) -> Option<String> {
    let text = section.scalar("value")?.value;
    if parse(&text).is_none() {
        section.wrong_key("value", expected);
        return None;
    }
    Some(text)
}

/// Whether a field is the label in one of the further languages: `label_sv`.
fn translates(field: &str, languages: &[String]) -> bool {
    let language = field.strip_prefix("label_");
    language.is_some_and(|language| languages.iter().skip(1).any(|known| known == language))
}

fn limits(section: &Section<'_>) -> Limits {
    let number = |key| {
        let text = section.scalar(key)?;
        let number = text.value.parse::<Ratio>().ok();
        if number.is_none() {
            section.report(
                Diagnostic::error("E0203", said!("`{key}` is not a number", key))
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

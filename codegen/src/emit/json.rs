//! The model as JSON: a public, versioned form that other programs are written against.
//!
//! `docs/model.schema.json` describes it. A key is there only where it says something, but for those that every point
//! has. The order of keys and points is fixed.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::model::{
    Access, Correction, Device, Gaps, Kind, Limit, Limits, Link, Parity, Point, Source, Table, ValueForm, ValueType,
    WriteFunctions,
};
use crate::ratio::Ratio;

/// Version of the form.
const FORMAT: u32 = 1;

/// The language of labels where the table has one only.
const LANGUAGE: &str = "en";

/// The device as JSON, indented, with a line feed at the end.
#[must_use]
pub fn json(device: &Device) -> String {
    let document = Document {
        format: FORMAT,
        device: About {
            name: &device.name,
            manufacturer: device.manufacturer.as_deref(),
            document: device.document.as_deref(),
            description: device.description.as_deref(),
        },
        link: (&device.link).into(),
        reserved: device
            .reserved
            .iter()
            .map(|reserved| Reserved { table: reserved.table, first: reserved.first, last: reserved.last })
            .collect(),
        points: device.points.iter().map(|point| JsonPoint::new(device, point)).collect(),
    };
    // Strings, numbers and maps with string keys are all there is, and those always serialise.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(serde::Serialize)]
struct Document<'a> {
    format: u32,
    device: About<'a>,
    link: JsonLink<'a>,
    reserved: Vec<Reserved>,
    points: Vec<JsonPoint<'a>>,
}

#[derive(serde::Serialize)]
struct About<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    manufacturer: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(serde::Serialize)]
struct JsonLink<'a> {
    unit_id: u8,
    unit_ids: (u8, u8),
    max_read_registers: u16,
    max_read_bits: u16,
    write_functions: WriteFunctions,
    gaps: JsonGaps,
    #[serde(skip_serializing_if = "Option::is_none")]
    rtu: Option<JsonRtu<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tcp: Option<Tcp>,
}

#[derive(serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum JsonGaps {
    Never,
    UpTo(u16),
}

#[derive(serde::Serialize)]
struct JsonRtu<'a> {
    baud_rate: u32,
    baud_rates: &'a [u32],
    parity: Parity,
    parities: &'a [Parity],
    data_bits: u8,
    stop_bits: u8,
    stop_bits_allowed: &'a [u8],
}

#[derive(serde::Serialize)]
struct Tcp {
    port: u16,
}

impl<'a> From<&'a Link> for JsonLink<'a> {
    fn from(link: &'a Link) -> Self {
        Self {
            unit_id: link.unit_id,
            unit_ids: link.unit_ids,
            max_read_registers: link.max_read_registers,
            max_read_bits: link.max_read_bits,
            write_functions: link.write_functions,
            gaps: match link.gaps {
                Gaps::Never => JsonGaps::Never,
                Gaps::UpTo(count) => JsonGaps::UpTo(count),
            },
            rtu: link.rtu.as_ref().map(|rtu| JsonRtu {
                baud_rate: rtu.baud_rate,
                baud_rates: &rtu.baud_rates,
                parity: rtu.parity,
                parities: &rtu.parities,
                data_bits: rtu.data_bits,
                stop_bits: rtu.stop_bits,
                stop_bits_allowed: &rtu.stop_bits_allowed,
            }),
            tcp: link.tcp_port.map(|port| Tcp { port }),
        }
    }
}

#[derive(serde::Serialize)]
struct Reserved {
    table: Table,
    first: u16,
    last: u16,
}

#[derive(serde::Serialize)]
struct JsonPoint<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    label: &'a str,
    labels: ByLanguage<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [String],
    role: &'static str,
    table: Table,
    address: u16,
    words: &'a [u16],
    access: Access,
    raw_type: Shown<crate::model::RawType>,
    r#type: Type,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_name: Option<&'a str>,
    scale: Shown<Ratio>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Numbered<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_labels: Option<Numbered<ByLanguage<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<Numbered<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bit_labels: Option<Numbered<ByLanguage<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<JsonLimits>,
    #[serde(skip_serializing_if = "is_false")]
    optional: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    not_available: &'a [i64],
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive_s: Option<u32>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrections: Vec<JsonCorrection<'a>>,
    sources: Vec<JsonSource<'a>>,
}

impl<'a> JsonPoint<'a> {
    fn new(device: &'a Device, point: &'a Point) -> Self {
        let value_type = match &point.kind {
            Kind::Enum(name) | Kind::Flags(name) => device.value_type(name),
            Kind::Bool
            | Kind::Integer
            | Kind::Scaled
            | Kind::BitSet
            | Kind::Special(_)
            | Kind::Conditional(_)
            | Kind::Text => None,
        };
        let codes = value_type.filter(|value_type| value_type.form == ValueForm::Enum);
        let flags = value_type.filter(|value_type| value_type.form == ValueForm::Flags);
        let unnamed = (point.kind == Kind::BitSet).then(|| Numbered(Vec::new()));
        Self {
            id: &point.id,
            group: point.group.as_deref(),
            label: &point.label,
            labels: ByLanguage(&point.label),
            description: Some(point.description.as_str()).filter(|text| !text.is_empty() && *text != point.label),
            aliases: &point.aliases,
            role: point.role.key(),
            table: point.table,
            address: point.address(),
            words: &point.words,
            access: point.access,
            raw_type: Shown(point.raw),
            r#type: match point.kind {
                Kind::Bool => Type::Named("bool"),
                Kind::Integer => Type::Raw(Shown(point.raw)),
                Kind::Scaled | Kind::Special(_) => Type::Named("f64"),
                Kind::Text => Type::Named("string"),
                Kind::Enum(_) | Kind::Conditional(_) => Type::Named("enum"),
                Kind::Flags(_) | Kind::BitSet => Type::Named("flags"),
            },
            type_name: value_type.map(|value_type| value_type.name.as_str()),
            scale: Shown(point.scale),
            unit: point.unit.as_deref(),
            values: codes.map(labels),
            value_labels: codes.map(labels_by_language),
            bits: flags.map(labels).or(unnamed),
            bit_labels: flags.map(labels_by_language),
            limits: point.limits.as_ref().map(JsonLimits::from),
            optional: point.optional,
            not_available: &point.not_available,
            keep_alive_s: point.keep_alive_s,
            notes: &point.notes,
            details: point.details.iter().map(|(name, text)| Detail { name, text }).collect(),
            corrections: point.corrections.iter().map(JsonCorrection::from).collect(),
            sources: point.sources.iter().map(JsonSource::from).collect(),
        }
    }
}

fn labels(value_type: &ValueType) -> Numbered<&str> {
    Numbered(value_type.labels.iter().map(|label| (label.code, label.label.as_str())).collect())
}

fn labels_by_language(value_type: &ValueType) -> Numbered<ByLanguage<'_>> {
    Numbered(value_type.labels.iter().map(|label| (label.code, ByLanguage(&label.label))).collect())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// `{"en": "…"}`
struct ByLanguage<'a>(&'a str);

impl Serialize for ByLanguage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(LANGUAGE, self.0)?;
        map.end()
    }
}

/// A map with numbers as keys, in their order.
struct Numbered<T>(Vec<(i64, T)>);

impl<T: Serialize> Serialize for Numbered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(number, value)| (number.to_string(), value)))
    }
}

/// A string, as a person reads it.
struct Shown<T>(T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Type {
    Named(&'static str),
    Raw(Shown<crate::model::RawType>),
}

#[derive(serde::Serialize)]
struct JsonLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Shown<Limit>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Shown<Limit>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<Shown<Limit>>,
}

impl From<&Limits> for JsonLimits {
    fn from(limits: &Limits) -> Self {
        Self { min: limits.min.map(Shown), max: limits.max.map(Shown), step: limits.step.map(Shown) }
    }
}

#[derive(serde::Serialize)]
struct Detail<'a> {
    name: &'a str,
    text: &'a str,
}

#[derive(serde::Serialize)]
struct JsonCorrection<'a> {
    field: &'a str,
    printed: &'a [String],
    value: &'a str,
    reason: &'a str,
}

impl<'a> From<&'a Correction> for JsonCorrection<'a> {
    fn from(correction: &'a Correction) -> Self {
        Self {
            field: &correction.field,
            printed: &correction.printed,
            value: &correction.value,
            reason: &correction.reason,
        }
    }
}

#[derive(serde::Serialize)]
struct JsonSource<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<&'a str>,
    cell: &'a str,
}

impl<'a> From<&'a Source> for JsonSource<'a> {
    fn from(source: &'a Source) -> Self {
        Self { file: &source.file, sheet: source.sheet.as_deref(), cell: &source.cell }
    }
}

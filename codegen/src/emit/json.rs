//! The model as JSON: a public, versioned form that other programs are written against.
//!
//! `docs/model.schema.json` describes it. A key is there only where it says something, but for those that every point
//! has. The order of keys and points is fixed.

mod parts;

use self::parts::{
    ByLanguage, Detail, JsonArray, JsonAvailability, JsonCorrection, JsonLimits, JsonScale, JsonValuesIf, Named,
    Numbered, Shown, is_false, labels, labels_by_language,
};
use serde::ser::Serialize;
use serde_json::{Map, Value};

use crate::diagnostic::inert_json;
use crate::model::{
    AcceptUnitIds, Access, Detect, Device, Gaps, Kind, Link, Packing, Parity, Point, RawType, Source, Table,
    WriteFunctions,
};
use crate::ratio::Ratio;

/// Version of the form.
const FORMAT: u32 = 1;

/// The device as JSON, indented, with a line feed at the end. Characters that would act on a terminal are escaped.
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
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{}\n", inert_json(&text))
}

/// The same as a value, for what is written key by key.
pub(super) fn value(device: &Device) -> serde_json::Value {
    serde_json::from_str(&json(device)).unwrap_or_default()
}

/// A point as it stands in the JSON of its device.
pub(crate) fn point_object(device: &Device, point: &Point) -> Map<String, Value> {
    object(JsonPoint::new(device, point))
}

/// The link as it stands in the JSON of its device.
pub(crate) fn link_object(link: &Link) -> Map<String, Value> {
    object(JsonLink::from(link))
}

fn object(value: impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => object,
        // Both are structs with string keys, which always serialise to one.
        _ => Map::new(),
    }
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
    max_write_registers: u16,
    max_write_bits: u16,
    write_functions: WriteFunctions,
    gaps: JsonGaps,
    #[serde(skip_serializing_if = "Option::is_none")]
    accept_unit_ids: Option<JsonUnitIds<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ignore_transaction_ids: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    turnaround_ms: Option<u32>,
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
    Learn,
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum JsonUnitIds<'a> {
    Any(&'static str),
    Listed(&'a [u8]),
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
            max_write_registers: link.max_write_registers,
            max_write_bits: link.max_write_bits,
            write_functions: link.write_functions,
            gaps: match link.gaps {
                Gaps::Never => JsonGaps::Never,
                Gaps::UpTo(count) => JsonGaps::UpTo(count),
                Gaps::Learn => JsonGaps::Learn,
            },
            accept_unit_ids: match &link.accept_unit_ids {
                AcceptUnitIds::Asked => None,
                AcceptUnitIds::Any => Some(JsonUnitIds::Any("any")),
                AcceptUnitIds::Listed(ids) => Some(JsonUnitIds::Listed(ids)),
            },
            ignore_transaction_ids: link.ignore_transaction_ids,
            turnaround_ms: link.turnaround_ms,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    array: Option<JsonArray<'a>>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    write_functions: Option<WriteFunctions>,
    raw_type: Shown<RawType>,
    #[serde(skip_serializing_if = "is_false")]
    byte_swapped: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    bit_range: Option<(u8, u8)>,
    r#type: Type,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packing: Option<&'static str>,
    scale: JsonScale,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<Shown<Ratio>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Numbered<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_labels: Option<Numbered<ByLanguage<'a>>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values_if: Vec<JsonValuesIf<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<Numbered<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bit_labels: Option<Numbered<ByLanguage<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<JsonLimits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_if: Option<JsonAvailability>,
    #[serde(skip_serializing_if = "is_false")]
    optional: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    not_available: &'a [i128],
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive_s: Option<u32>,
    #[serde(skip_serializing_if = "is_false")]
    read_side_effect: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    persistent: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_id: Option<u8>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    variants: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    detect: Option<&'a Detect>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    corrections: Vec<JsonCorrection<'a>>,
    sources: &'a [Source],
}

impl<'a> JsonPoint<'a> {
    fn new(device: &'a Device, point: &'a Point) -> Self {
        let named = Named::new(device, point);
        let (encoding, packing) = match point.raw {
            RawType::Text { encoding, packing } => (Some(encoding.key()), Some(packing)),
            raw => (raw.number_encoding(), None),
        };
        Self {
            id: &point.id,
            group: point.group.as_deref(),
            array: point.array.as_ref().map(JsonArray::from),
            label: &point.label,
            labels: ByLanguage::new(device, &point.label, &point.translations),
            description: Some(point.description.as_str()).filter(|text| !text.is_empty() && *text != point.label),
            aliases: &point.aliases,
            role: point.role.key(),
            table: point.table,
            address: point.address(),
            words: &point.words,
            access: point.access,
            write_functions: point.write_functions,
            raw_type: Shown(point.raw),
            byte_swapped: point.byte_swapped,
            bit_range: point.bit_range,
            r#type: match &point.kind {
                Kind::Bool => Type::Named("bool"),
                Kind::Integer => Type::Raw(Shown(held(point.raw))),
                Kind::Special(name) if device.special_is_whole(name) => Type::Raw(Shown(held(point.raw))),
                Kind::Scaled | Kind::Special(_) => Type::Named("f64"),
                Kind::Text => Type::Named("string"),
                Kind::Bytes => Type::Named("bytes"),
                Kind::Enum(_) | Kind::Conditional(_) => Type::Named("enum"),
                Kind::Flags(_) | Kind::BitSet => Type::Named("flags"),
            },
            type_name: named.type_name,
            encoding,
            packing: packing.map(Packing::key),
            scale: point.scale_register.map_or(JsonScale::Factor(Shown(point.scale)), JsonScale::PowerOfTen),
            offset: Some(point.offset).filter(|offset| *offset != Ratio::ZERO).map(Shown),
            unit: point.unit.as_deref(),
            values: named.values.as_deref().map(labels),
            value_labels: named.values.as_deref().map(|values| labels_by_language(device, values)),
            values_if: point.values_if.iter().map(|values| JsonValuesIf::new(device, values)).collect(),
            bits: named.bits.as_deref().map(labels),
            bit_labels: named
                .bits
                .as_deref()
                .filter(|bits| !bits.is_empty())
                .map(|bits| labels_by_language(device, bits)),
            limits: point.limits.as_ref().map(JsonLimits::from),
            default: point.default.as_deref(),
            available_if: point.available_if.map(JsonAvailability::from),
            optional: point.optional,
            not_available: &point.not_available,
            keep_alive_s: point.keep_alive_s,
            read_side_effect: point.read_side_effect,
            persistent: point.persistent.as_deref(),
            unit_id: point.unit_id,
            variants: &point.variants,
            detect: device.detect.as_ref().filter(|_| !point.variants.is_empty()),
            notes: &point.notes,
            details: point.details.iter().map(|(name, text)| Detail { name, text }).collect(),
            corrections: point.corrections.iter().map(JsonCorrection::from).collect(),
            sources: &point.sources,
        }
    }
}

/// The type that holds a raw integer: there is none of 48 bits.
fn held(raw: RawType) -> RawType {
    match raw.bits() {
        48 => RawType::Integer { bits: 64, signed: raw.is_signed() },
        _ => raw,
    }
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum Type {
    Named(&'static str),
    Raw(Shown<RawType>),
}

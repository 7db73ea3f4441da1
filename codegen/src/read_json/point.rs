//! A point of an exported model.

use std::fmt;

use super::form::{self, JsonLimit, Scale};
use super::types::{Types, labels};
use crate::model::{
    ArrayPlace, Availability, ConditionalValues, Correction, Encoding, Kind, Limit, Limits, Packing, Point, RawType,
    Role, Selection, Signedness, Source, ValueForm, ValueLabel,
};
use crate::ratio::Ratio;

/// What is wrong with a point.
pub(super) struct Fault {
    key: &'static str,
    value: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be “{}”", self.key, self.value)
    }
}

fn fault<T>(key: &'static str, value: impl fmt::Display) -> Result<T, Fault> {
    Err(Fault { key, value: value.to_string() })
}

/// The point, its types added to those of the device.
pub(super) fn point(of: &form::Point, types: &mut Types) -> Result<Point, Fault> {
    if of.words.is_empty() {
        return fault("words", "[]");
    }
    let raw = raw_type(of)?;
    let values = of.values.as_ref().map(|values| list(values, &of.value_labels, "values")).transpose()?;
    let bits = of.bits.as_ref().map(|bits| list(bits, &of.bit_labels, "bits")).transpose()?;
    let name = || of.type_name.clone().unwrap_or_default();
    let (mut specials, mut values_if) = (Vec::new(), Vec::new());
    let kind = match (of.r#type.as_str(), values, bits) {
        ("bool", ..) => Kind::Bool,
        ("string", ..) => Kind::Text,
        ("bytes", ..) => Kind::Bytes,
        ("enum", None, _) => {
            for case in &of.values_if {
                let labels = list(&case.values, &case.value_labels, "values_if")?;
                let type_name = types.add(&format!("{}Case", name()), ValueForm::Enum, raw, labels);
                let form::When { table, address, min, max } = case.when;
                values_if.push(ConditionalValues { table, register: address, min, max, type_name });
            }
            Kind::Conditional(types.add(&name(), ValueForm::Conditional, raw, Vec::new()))
        }
        ("enum", Some(values), _) => Kind::Enum(types.add(&name(), ValueForm::Enum, raw, values)),
        ("flags", _, Some(bits)) if !bits.is_empty() => Kind::Flags(types.add(&name(), ValueForm::Flags, raw, bits)),
        ("flags", ..) => Kind::BitSet,
        (_, Some(values), _) if !values.is_empty() => {
            specials = values.iter().map(|label| label.code).collect();
            let places = (0i64..).zip(values).map(|(code, label)| ValueLabel { code, ..label }).collect();
            Kind::Special(types.add(&name(), ValueForm::Special, raw, places))
        }
        ("f64", ..) => Kind::Scaled,
        (integer, ..) if integer.starts_with(['u', 'i']) => Kind::Integer,
        (other, ..) => return fault("type", other),
    };
    let (scale, scale_register) = match &of.scale {
        Scale::Factor(text) => (ratio("scale", text)?, None),
        Scale::Register { power_of_ten_register } => (Ratio::ONE, Some(*power_of_ten_register)),
    };
    Ok(Point {
        id: of.id.clone(),
        array: of.array.as_ref().map(|place| array_place(of, place)),
        group: of.group.clone(),
        label: of.label.clone(),
        translations: of.labels.further(),
        description: of.description.clone().unwrap_or_else(|| of.label.clone()),
        aliases: of.aliases.clone(),
        notes: of.notes.clone(),
        role: match of.role.as_str() {
            "value" => Role::Value,
            "command" => Role::Command { trigger: None },
            other => return fault("role", other),
        },
        table: of.table,
        words: of.words.clone(),
        access: of.access,
        write_functions: of.write_functions,
        raw,
        byte_swapped: of.byte_swapped,
        bit_range: of.bit_range.filter(|(low, high)| low <= high),
        signedness: Signedness::Given,
        kind,
        scale,
        offset: of.offset.as_ref().map(|text| ratio("offset", text)).transpose()?.unwrap_or(Ratio::ZERO),
        scale_register,
        holds_power_of_ten: false,
        unit: of.unit.clone(),
        limits: of.limits.as_ref().map(limits).transpose()?,
        default: of.default.clone(),
        default_value: of.default.as_ref().and_then(|text| text.parse().ok()),
        available_if: of.available_if.as_ref().map(|form::Availability { table, register, bit }| Availability {
            table: *table,
            register: *register,
            bit: *bit,
        }),
        specials,
        values_if,
        read_side_effect: of.read_side_effect,
        persistent: of.persistent.clone(),
        optional: of.optional,
        not_available: of.not_available.clone(),
        keep_alive_s: of.keep_alive_s,
        unit_id: of.unit_id,
        variants: of.variants.clone(),
        details: of.details.iter().map(|detail| (detail.name.clone(), detail.text.clone())).collect(),
        corrections: of.corrections.iter().map(correction).collect(),
        sources: of.sources.iter().map(source).collect(),
        named_at: None,
        limited_at: Vec::new(),
        selection: Selection::default(),
    })
}

fn list(
    texts: &std::collections::BTreeMap<String, String>,
    translations: &std::collections::BTreeMap<String, form::ByLanguage>,
    key: &'static str,
) -> Result<Vec<ValueLabel>, Fault> {
    labels(texts, translations).map_err(|value| Fault { key, value })
}

/// `heat_pump[3].status` is the member `status`.
fn array_place(of: &form::Point, place: &form::ArrayPlace) -> ArrayPlace {
    let member = of.id.rsplit_once("].").map_or("", |(_, member)| member);
    let label = of.label.rsplit_once(": ").map_or(of.label.as_str(), |(_, label)| label);
    ArrayPlace {
        array: place.name.clone(),
        element: place.index,
        member: member.to_owned(),
        member_label: if member.is_empty() { String::new() } else { label.to_owned() },
    }
}

/// Encodings of numbers.
const ENCODINGS: [&str; 3] = ["bcd", "sign_magnitude", "modulo_10000"];

fn raw_type(of: &form::Point) -> Result<RawType, Fault> {
    let bits = |text: &str| text.parse::<u8>().ok().filter(|bits| matches!(bits, 8 | 16 | 32 | 48 | 64));
    let text = of.raw_type.as_str();
    Ok(match (text, of.encoding.as_deref()) {
        ("bool", _) => RawType::Bool,
        ("bytes", _) => RawType::Bytes,
        ("string", encoding) => RawType::Text { encoding: text_encoding(encoding)?, packing: packing(of)? },
        (_, encoding) => {
            let number = text.split_at_checked(1).and_then(|(kind, rest)| Some((kind, bits(rest)?)));
            let raw = match number {
                Some(("u", bits)) => RawType::Integer { bits, signed: false },
                Some(("i", bits)) => RawType::Integer { bits, signed: true },
                Some(("f", bits @ (32 | 64))) => RawType::Float { bits },
                _ => return fault("raw_type", text),
            };
            match encoding.map(|encoding| (encoding, raw.with_encoding(encoding))) {
                None => raw,
                Some((_, Some(encoded))) => encoded,
                Some((encoding, None)) if ENCODINGS.contains(&encoding) => return fault("raw_type", text),
                Some((encoding, None)) => return fault("encoding", encoding),
            }
        }
    })
}

fn text_encoding(key: Option<&str>) -> Result<Encoding, Fault> {
    let all = [Encoding::Ascii, Encoding::Iso8859_1, Encoding::Utf8];
    let found = all.into_iter().find(|encoding| Some(encoding.key()) == key);
    found.ok_or_else(|| Fault { key: "encoding", value: key.unwrap_or_default().to_owned() })
}

fn packing(of: &form::Point) -> Result<Packing, Fault> {
    let all = [Packing::TwoHighFirst, Packing::TwoLowFirst, Packing::One];
    let found = all.into_iter().find(|packing| Some(packing.key()) == of.packing.as_deref());
    found.ok_or_else(|| Fault { key: "packing", value: of.packing.clone().unwrap_or_default() })
}

fn ratio(key: &'static str, text: &str) -> Result<Ratio, Fault> {
    text.parse().map_err(|_| Fault { key, value: text.to_owned() })
}

fn limits(of: &form::JsonLimits) -> Result<Limits, Fault> {
    let limit = |limit: &Option<JsonLimit>| match limit {
        None => Ok(None),
        Some(JsonLimit::Value(text)) => ratio("limits", text).map(|value| Some(Limit::Value(value))),
        Some(JsonLimit::Held { register }) => Ok(Some(Limit::Register(*register))),
    };
    Ok(Limits { min: limit(&of.min)?, max: limit(&of.max)?, step: limit(&of.step)? })
}

fn correction(of: &form::JsonCorrection) -> Correction {
    Correction {
        field: of.field.clone(),
        printed: of.printed.clone(),
        value: of.value.clone(),
        reason: of.reason.clone(),
        cell: of.cell.as_ref().map(source),
    }
}

/// The cell; a text that is none names no place.
fn source(of: &form::JsonSource) -> Source {
    Source::named(&of.file, of.sheet.as_deref(), &of.cell).unwrap_or_default()
}

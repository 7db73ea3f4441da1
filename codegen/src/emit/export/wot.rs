//! A Thing Description of the Web of Things (W3C, 1.1) with the Modbus binding. Its numbers are raw: the binding has no
//! scale.

use serde_json::{Map, Value, json};

use super::facts::{self, Ledger};
use super::numbers::{self, WordOrder};
use super::{Exported, Options, Topic, names};
use crate::diagnostic::inert_json;
use crate::emit::language::first;
use crate::model::{Device, Kind, Limit, Packing, Point, RawType, Role, Table, Translations};
use crate::ratio::Ratio;

pub(super) fn description(device: &Device, options: &Options) -> Exported {
    let mut ledger = Ledger::default();
    let (mut properties, mut actions) = (Map::new(), Map::new());
    let mut left_out = Vec::new();
    let home = device.link.unit_id;
    for point in &device.points {
        let form = match form(point, home) {
            Ok(form) => form,
            Err(why) => {
                left_out.push(Value::from(ledger.left_out(point, why)));
                continue;
            }
        };
        let is_command = matches!(point.role, Role::Command { .. });
        let affordance = affordance(device, point, options, form, is_command, &mut ledger);
        let list = if is_command { &mut actions } else { &mut properties };
        list.insert(point.id.clone(), affordance);
    }
    let (host, port) = names::host(device, options);
    let name = names::device(device, options);
    let mut thing = Map::new();
    thing.insert(
        "@context".to_owned(),
        json!([
            "https://www.w3.org/2022/wot/td/v1.1",
            { "modv": "https://www.w3.org/2019/wot/modbus" },
            { "@language": language(device, options) }
        ]),
    );
    thing.insert("title".to_owned(), name.into());
    thing.insert("id".to_owned(), format!("urn:modbus-bindgen:{}", names::slug(device, options)).into());
    if let Some(description) = &device.description {
        thing.insert("description".to_owned(), description.as_str().into());
    }
    thing.insert("base".to_owned(), format!("modbus+tcp://{host}:{port}/{home}/").into());
    thing.insert("securityDefinitions".to_owned(), json!({ "nosec_sc": { "scheme": "nosec" } }));
    thing.insert("security".to_owned(), "nosec_sc".into());
    if !left_out.is_empty() {
        thing.insert("comment".to_owned(), left_out.into());
    }
    for (key, list) in [("properties", properties), ("actions", actions)] {
        if !list.is_empty() {
            thing.insert(key.to_owned(), list.into());
        }
    }
    // Strings, numbers and maps with string keys are all there is, and those always serialise.
    let text = serde_json::to_string_pretty(&Value::Object(thing)).unwrap_or_default();
    Exported::new(format!("{}\n", inert_json(&text)), ledger)
}

fn language<'a>(device: &'a Device, options: &'a Options) -> &'a str {
    options
        .language
        .as_deref()
        .filter(|language| device.languages.iter().any(|known| known == language))
        .unwrap_or(first(device))
}

/// A text in the languages besides the one of the description.
fn others(device: &Device, options: &Options, text: &str, translations: &Translations) -> Map<String, Value> {
    let all = std::iter::once((first(device), text))
        .chain(translations.iter().map(|(of, text)| (of.as_str(), text.as_str())));
    all.filter(|(of, _)| *of != language(device, options)).map(|(of, text)| (of.to_owned(), text.into())).collect()
}

/// How the point is reached, or why it cannot be said.
fn form(point: &Point, home: u8) -> Result<Value, &'static str> {
    let order = numbers::word_order(point).ok_or("its words do not follow each other")?;
    let entity = match point.table {
        Table::Coil => "Coil",
        Table::DiscreteInput => "DiscreteInput",
        Table::InputRegister => "InputRegister",
        Table::HoldingRegister => "HoldingRegister",
    };
    let kind = match point.raw {
        RawType::Bool => "xsd:boolean",
        RawType::Integer { bits: 16, signed: true } => "xsd:short",
        RawType::Integer { bits: 16, signed: false } => "xsd:unsignedShort",
        RawType::Integer { bits: 32, signed: true } => "xsd:int",
        RawType::Integer { bits: 32, signed: false } => "xsd:unsignedInt",
        RawType::Integer { bits: 64, signed: true } => "xsd:long",
        RawType::Integer { bits: 64, signed: false } => "xsd:unsignedLong",
        RawType::Float { bits: 32 } => "xsd:float",
        RawType::Float { .. } => "xsd:double",
        RawType::Text { packing: Packing::One, .. } => return Err("a text with one character in each register"),
        RawType::Text { .. } => "xsd:string",
        RawType::Bytes => "xsd:hexBinary",
        RawType::Integer { .. } => return Err("an integer of 48 bits"),
        RawType::Bcd { .. } => return Err("a number in BCD"),
        RawType::SignMagnitude { .. } => return Err("a number of sign and magnitude"),
        RawType::Modulo10000 { .. } => return Err("a number modulo 10000"),
    };
    let is_command = matches!(point.role, Role::Command { .. });
    let op: Value = match (is_command, point.access.reads(), point.access.writes()) {
        (true, ..) => "invokeaction".into(),
        (false, true, true) => json!(["readproperty", "writeproperty"]),
        (false, true, false) => "readproperty".into(),
        (false, false, _) => "writeproperty".into(),
    };
    let address = format!("{}?quantity={}", point.address(), point.words.len());
    let mut form = Map::new();
    // Relative to the device's unit id, which the base ends with.
    let href = match point.unit_id {
        Some(unit) if unit != home => format!("../{unit}/{address}"),
        _ => address,
    };
    form.insert("href".to_owned(), href.into());
    form.insert("op".to_owned(), op);
    form.insert("contentType".to_owned(), "application/octet-stream".into());
    form.insert("modv:entity".to_owned(), entity.into());
    form.insert("modv:type".to_owned(), kind.into());
    if order == WordOrder::LowFirst {
        form.insert("modv:mostSignificantWord".to_owned(), false.into());
    }
    let low_first = matches!(point.raw, RawType::Text { packing: Packing::TwoLowFirst, .. });
    if point.byte_swapped != low_first {
        form.insert("modv:mostSignificantByte".to_owned(), false.into());
    }
    form.insert("modv:zeroBasedAddressing".to_owned(), true.into());
    Ok(form.into())
}

fn affordance(
    device: &Device,
    point: &Point,
    options: &Options,
    form: Value,
    is_command: bool,
    ledger: &mut Ledger,
) -> Value {
    let schema = schema(device, point, options);
    let mut comments = Vec::new();
    if let Some((low, high)) = point.bit_range {
        let bits = if low == high { format!("bit {low}") } else { format!("bits {low} to {high}") };
        comments.push(ledger.note(point, Topic::Scale, &format!("the value is {bits} of this number")));
    }
    let mut said = vec![Topic::Writing, Topic::UnitId];
    if point.bit_range.is_none() {
        if matches!(point.kind, Kind::Enum(_)) {
            said.push(Topic::Values);
        }
        if raw_limits(point).is_some() {
            said.push(Topic::Limits);
        }
    }
    let facts = facts::facts(device, point, options.language.as_deref());
    comments.extend(ledger.rest(point, facts, &said));
    let mut all = Map::new();
    all.insert("title".to_owned(), names::label(point, options).into());
    let titles = others(device, options, &point.label, &point.translations);
    if !titles.is_empty() {
        all.insert("titles".to_owned(), titles.into());
    }
    if !point.description.is_empty() && point.description != point.label {
        all.insert("description".to_owned(), point.description.as_str().into());
    }
    if !comments.is_empty() {
        all.insert("comment".to_owned(), comments.into());
    }
    if is_command {
        let input = match point.role {
            Role::Command { trigger: Some(trigger) } if schema.get("type") == Some(&"boolean".into()) => {
                json!({ "type": "boolean", "const": trigger != 0 })
            }
            Role::Command { trigger: Some(trigger) } => json!({ "type": "integer", "const": trigger }),
            _ => schema.into(),
        };
        all.insert("input".to_owned(), input);
    } else {
        all.extend(schema);
        if !point.access.writes() {
            all.insert("readOnly".to_owned(), true.into());
        }
        if !point.access.reads() {
            all.insert("writeOnly".to_owned(), true.into());
        }
    }
    all.insert("forms".to_owned(), Value::Array(vec![form]));
    all.into()
}

/// What the data are: raw, and as wide as the registers where the point is a part of them.
fn schema(device: &Device, point: &Point, options: &Options) -> Map<String, Value> {
    let mut schema = Map::new();
    let kind = match point.raw {
        RawType::Bool => "boolean",
        RawType::Float { .. } => "number",
        RawType::Text { .. } | RawType::Bytes => "string",
        RawType::Integer { .. } | RawType::Bcd { .. } | RawType::SignMagnitude { .. } | RawType::Modulo10000 { .. } => {
            "integer"
        }
    };
    schema.insert("type".to_owned(), kind.into());
    if let Some(unit) = &point.unit {
        schema.insert("unit".to_owned(), unit.as_str().into());
    }
    if point.bit_range.is_some() {
        return schema;
    }
    let values = facts::values(device, point);
    if matches!(point.kind, Kind::Enum(_)) && !values.is_empty() {
        let one = |(code, of): &(i64, &crate::model::ValueLabel)| {
            let code: Value = if kind == "boolean" { (*code != 0).into() } else { (*code).into() };
            let mut one = Map::new();
            one.insert("const".to_owned(), code);
            one.insert("title".to_owned(), facts::label(of, options.language.as_deref()).into());
            let titles = others(device, options, &of.label, &of.translations);
            if !titles.is_empty() {
                one.insert("titles".to_owned(), titles.into());
            }
            Value::Object(one)
        };
        schema.insert("oneOf".to_owned(), values.iter().map(one).collect());
    }
    if let Some((min, max)) = raw_limits(point) {
        for (key, limit) in [("minimum", min), ("maximum", max)] {
            if let Some(limit) = limit {
                schema.insert(key.to_owned(), limit.into());
            }
        }
    }
    schema
}

/// Limits as raw numbers; `None` where there are none, or they cannot be said so: held by the device, between two raw numbers,
/// with a step.
fn raw_limits(point: &Point) -> Option<(Option<i64>, Option<i64>)> {
    let limits = point.limits.as_ref().filter(|limits| limits.step.is_none())?;
    if !matches!(point.raw, RawType::Integer { .. }) || point.scale_register.is_some() {
        return None;
    }
    let raw = |limit: Option<Limit>| -> Option<Option<i64>> {
        let Some(limit) = limit else { return Some(None) };
        let value = limit.value()?.plus(point.offset.negated()?)?;
        let raw = value.times(point.scale.inverse()?)?;
        (raw.denominator() == 1).then_some(Some(raw.numerator()))
    };
    let (min, max) = (raw(limits.min)?, raw(limits.max)?);
    // A scale below zero exchanges them.
    let is_turned = point.scale < Ratio::ZERO;
    if min.is_none() && max.is_none() { None } else { Some(if is_turned { (max, min) } else { (min, max) }) }
}

//! A point out of its keys.

use serde_json::Value;

use super::beside::Beside;
use super::kinds;
use super::values::{Keys, number, ratio, translations, wide, word};
use crate::model::{
    Access, ArrayPlace, Availability, ConditionalValues, Correction, Kind, Limit, Limits, Point, RawType, Role,
    Selection, Signedness, Table, WriteFunctions,
};
use crate::names;
use crate::ratio::Ratio;
use crate::source::Source;

const TABLES: [(&str, Table); 4] = [
    ("coil", Table::Coil),
    ("discrete_input", Table::DiscreteInput),
    ("input_register", Table::InputRegister),
    ("holding_register", Table::HoldingRegister),
];

const ACCESSES: [(&str, Access); 3] =
    [("read", Access::Read), ("write", Access::Write), ("read_write", Access::ReadWrite)];

/// The point, where all its keys can be read; what cannot is collected in `keys`.
pub(super) fn point(keys: &mut Keys<'_>, beside: &Beside, source: &Source, labelled_at: Source) -> Option<Point> {
    let label = keys.text("label").unwrap_or_default().to_owned();
    let id = keys.text("id").map_or_else(|| names::snake(&label), str::to_owned);
    if !is_identifier(&id) {
        keys.refuse("id", "an identifier: outdoor_temperature, heat_pump[3].status");
    }
    let table =
        keys.need("table", "coil, discrete_input, input_register or holding_register", |value| word(value, &TABLES));
    let words = keys.need("words", "addresses from 0 to 65535: 84 83", addresses);
    let access = keys.need("access", "read, write or read_write", |value| word(value, &ACCESSES));
    let write_functions = keys.read("write_functions", "any, multiple or single", |value| {
        serde_json::from_value::<WriteFunctions>(value.clone()).ok()
    });
    let role = keys.read("role", "value or command", |value| word(value, &[("value", false), ("command", true)]));
    let raw = kinds::raw(keys);
    let kind = kinds::kind(keys, || names::pascal(&label));
    let address = keys.read("address", "the lowest of the addresses in `words`", number::<u16>);
    let (scale, scale_register) = scale(keys);
    let offset = keys.read("offset", "a number: 0.5, 1/3", ratio).unwrap_or(Ratio::ZERO);
    let array = array(keys, beside, &id);
    let limits = limits(keys);
    let values_if = values_if(keys, beside, kind.as_ref());
    let specials = specials(keys, kind.as_ref());
    let translations = keys.read("labels", "texts by language", translations).unwrap_or_default();
    let bit_range = keys.read("bit_range", "the lowest and the highest bit: [0, 7]", bit_range);
    let not_available = keys.read("not_available", "raw values with semicolons between them", |value| {
        value.as_array()?.iter().map(wide).collect::<Option<Vec<i128>>>()
    });
    let available_if =
        keys.read("available_if", r#"JSON: {"bit":0,"register":62500,"table":"holding_register"}"#, availability);
    let unit_id = keys.read("unit_id", "a unit id from 0 to 255", number::<u8>);
    let keep_alive_s = keys.read("keep_alive_s", "seconds", number::<u32>).filter(|seconds| *seconds > 0);
    let details = keys.read("details", r#"JSON: [{"name":"…","text":"…"}]"#, details).unwrap_or_default();
    let corrections = keys.read("corrections", "JSON, as `export` writes it", corrections).unwrap_or_default();
    let (aliases, variants, notes) = (keys.texts("aliases"), keys.texts("variants"), keys.texts("notes"));
    if let (Some(address), Some(words)) = (address, &words)
        && words.iter().min() != Some(&address)
    {
        keys.refuse("address", "the lowest of the addresses in `words`");
    }
    let (table, words, access, raw, kind) = (table?, words?, access?, raw?, kind?);
    if table.is_bit() != (raw == RawType::Bool) {
        keys.refuse("raw_type", "bool for coils and discrete inputs, and no bool for registers");
    }
    if !keys.wrong.is_empty() {
        return None;
    }
    let description = keys.text("description").unwrap_or(&label).to_owned();
    Some(Point {
        array,
        group: keys.text("group").map(str::to_owned),
        translations,
        description,
        aliases,
        notes,
        role: match role {
            Some(true) => Role::Command { trigger: beside.triggers.get(&id).copied() },
            _ => Role::Value,
        },
        table,
        words,
        access,
        write_functions,
        raw,
        byte_swapped: keys.flag("byte_swapped"),
        bit_range,
        signedness: Signedness::Given,
        kind,
        scale,
        offset,
        scale_register,
        holds_power_of_ten: false,
        unit: keys.text("unit").map(str::to_owned),
        limits,
        default: keys.text("default").map(str::to_owned),
        default_value: keys.text("default").and_then(|text| text.parse().ok()),
        available_if,
        specials,
        values_if,
        read_side_effect: keys.flag("read_side_effect"),
        persistent: keys.text("persistent").map(str::to_owned),
        optional: keys.flag("optional"),
        not_available: not_available.unwrap_or_default(),
        keep_alive_s,
        unit_id,
        variants,
        details,
        corrections,
        sources: vec![source.clone()],
        named_at: Some(labelled_at),
        limited_at: Vec::new(),
        selection: Selection::default(),
        id,
        label,
    })
}

/// Whether it is as the JSON Schema has it.
fn is_identifier(id: &str) -> bool {
    id.split('.').all(|part| {
        let (name, index) = part.split_once('[').map_or((part, None), |(name, index)| (name, Some(index)));
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let number = |index: &str| index.strip_suffix(']').is_some_and(|number| number.parse::<u16>().is_ok());
        is_name && index.is_none_or(number)
    })
}

fn addresses(value: &Value) -> Option<Vec<u16>> {
    let words: Vec<u16> = value.as_array()?.iter().map(number).collect::<Option<_>>()?;
    if words.is_empty() { None } else { Some(words) }
}

fn bit_range(value: &Value) -> Option<(u8, u8)> {
    let [low, high] = value.as_array()?.as_slice() else { return None };
    let (low, high) = (number::<u8>(low)?, number::<u8>(high)?);
    (low <= high && high < 64).then_some((low, high))
}

/// Scale, or the register that holds its power of ten.
fn scale(keys: &mut Keys<'_>) -> (Ratio, Option<u16>) {
    let read = |value: &Value| match value.get("power_of_ten_register") {
        Some(register) => Some((Ratio::ONE, Some(number(register)?))),
        None => Some((ratio(value).filter(|scale| *scale != Ratio::ZERO)?, None)),
    };
    keys.read("scale", "a number that is not 0: 0.01, 1/3, or @pow10:40", read).unwrap_or((Ratio::ONE, None))
}

fn array(keys: &mut Keys<'_>, beside: &Beside, id: &str) -> Option<ArrayPlace> {
    let read = |value: &Value| Some((value.get("name")?.as_str()?.to_owned(), number::<u16>(value.get("index")?)?));
    let expected = r#"JSON that fits the identifier: {"index":3,"name":"heat_pump"}"#;
    let (array, element) = keys.read("array", expected, read)?;
    let rest = id.strip_prefix(&format!("{array}[{element}]"));
    let Some(rest) = rest.map(|rest| rest.trim_start_matches('.')) else {
        keys.refuse("array", expected);
        return None;
    };
    let (member, member_label) = beside.members.get(id).cloned().unwrap_or_else(|| {
        let label = keys.text("label").unwrap_or_default();
        (rest.to_owned(), label.to_owned())
    });
    Some(ArrayPlace { array, element, member, member_label })
}

fn limits(keys: &mut Keys<'_>) -> Option<Limits> {
    let expected = "a number: 21.5, or @ and an address";
    let read = |value: &Value| match value.get("register") {
        Some(register) => Some(Limit::Register(number(register)?)),
        None => Some(Limit::Value(ratio(value)?)),
    };
    let (min, max, step) = (
        keys.read("limits.min", expected, read),
        keys.read("limits.max", expected, read),
        keys.read("limits.step", expected, read),
    );
    (min.is_some() || max.is_some() || step.is_some()).then_some(Limits { min, max, step })
}

fn availability(value: &Value) -> Option<Availability> {
    Some(Availability {
        table: word(value.get("table")?, &TABLES)?,
        register: number(value.get("register")?)?,
        bit: number(value.get("bit")?)?,
    })
}

fn details(value: &Value) -> Option<Vec<(String, String)>> {
    let one = |value: &Value| Some((value.get("name")?.as_str()?.to_owned(), value.get("text")?.as_str()?.to_owned()));
    value.as_array()?.iter().map(one).collect()
}

fn corrections(value: &Value) -> Option<Vec<Correction>> {
    let text = |value: &Value, key: &str| value.get(key)?.as_str().map(str::to_owned);
    let one = |value: &Value| {
        let printed = value.get("printed")?.as_array()?.iter().map(|text| text.as_str().map(str::to_owned));
        let cell = value
            .get("cell")
            .and_then(|cell| Source::named(&text(cell, "file")?, text(cell, "sheet").as_deref(), &text(cell, "cell")?));
        Some(Correction {
            field: text(value, "field")?,
            printed: printed.collect::<Option<_>>()?,
            value: text(value, "value")?,
            reason: text(value, "reason")?,
            cell,
        })
    };
    value.as_array()?.iter().map(one).collect()
}

/// Raw values of a number that stand for something else, in the order of their list.
fn specials(keys: &mut Keys<'_>, kind: Option<&Kind>) -> Vec<i64> {
    if !matches!(kind, Some(Kind::Special(_))) {
        return Vec::new();
    }
    let read = |value: &Value| Some(super::values::labelled(value)?.into_iter().map(|(raw, _)| raw).collect());
    keys.read("values", "numbers and labels: 0=Off", read).unwrap_or_default()
}

fn values_if(keys: &mut Keys<'_>, beside: &Beside, kind: Option<&Kind>) -> Vec<ConditionalValues> {
    let name = kind.and_then(Kind::type_name).map(str::to_owned).unwrap_or_default();
    let cases = beside.types.iter().find(|of| of.name == name).map(|of| of.cases.as_slice()).unwrap_or_default();
    let one = |(index, value): (usize, &Value)| {
        let when = value.get("when")?;
        let type_name = cases.get(index).cloned().unwrap_or_else(|| format!("{name}{}", index.saturating_add(1)));
        Some(ConditionalValues {
            table: word(when.get("table")?, &TABLES)?,
            register: number(when.get("address")?)?,
            min: when.get("min")?.as_i64()?,
            max: when.get("max")?.as_i64()?,
            type_name,
        })
    };
    let read = |value: &Value| value.as_array()?.iter().enumerate().map(one).collect::<Option<Vec<_>>>();
    keys.read("values_if", "JSON, as `export` writes it", read).unwrap_or_default()
}

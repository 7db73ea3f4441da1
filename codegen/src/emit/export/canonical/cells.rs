//! The cells: how a key of the model is written, and how it is read back.

use serde_json::{Map, Value};

use super::columns::{Column, Form};
use crate::emit::export::facts;
use crate::model::{Device, Kind, Point, ValueLabel};

/// What a point says in a column.
pub(super) fn of_point(column: &Column, point: &Point, device: &Device, keys: &Value) -> String {
    match (column.key, &column.language) {
        ("labels", Some(language)) => plain(translated(&point.translations, language)),
        ("values", _) if !matches!(point.kind, Kind::Flags(_)) => labels(&facts::values(device, point), None),
        ("bits", _) if matches!(point.kind, Kind::Flags(_)) => labels(&facts::values(device, point), None),
        ("value_labels", language) if !matches!(point.kind, Kind::Flags(_)) => {
            labels(&facts::values(device, point), language.as_deref())
        }
        ("bit_labels", language) if matches!(point.kind, Kind::Flags(_)) => {
            labels(&facts::values(device, point), language.as_deref())
        }
        // Of flags there are no values, and of values no bits.
        ("values" | "bits" | "value_labels" | "bit_labels", _) => String::new(),
        ("limits.min" | "limits.max" | "limits.step", _) => {
            let key = column.key.trim_start_matches("limits.");
            keys.get("limits").and_then(|limits| limits.get(key)).map_or_else(String::new, limit)
        }
        (key, _) => keys.get(key).map_or_else(String::new, |value| write(column.form, value)),
    }
}

fn translated<'a>(translations: &'a [(String, String)], language: &str) -> &'a str {
    translations.iter().find(|(of, _)| of == language).map_or("", |(_, text)| text)
}

/// `0=Off;1=On`; in a further language those that have a label in it.
fn labels(values: &[(i64, &ValueLabel)], language: Option<&str>) -> String {
    let text = |of: &ValueLabel| match language {
        None => Some(of.label.clone()),
        Some(language) => Some(translated(&of.translations, language).to_owned()).filter(|text| !text.is_empty()),
    };
    let pairs = values.iter().filter_map(|(code, of)| Some(format!("{code}={}", escaped(&text(of)?))));
    pairs.collect::<Vec<_>>().join(";")
}

fn write(form: Form, value: &Value) -> String {
    let list = |separator: &str| {
        let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().map(text).collect::<Vec<_>>().join(separator)
    };
    match form {
        Form::Words => list(" "),
        Form::Integers => list(";"),
        Form::Texts => {
            let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
            all.iter().map(|one| escaped(&text(one))).collect::<Vec<_>>().join(";")
        }
        Form::Scale => match value.get("power_of_ten_register") {
            Some(register) => format!("@pow10:{register}"),
            None => text(value),
        },
        Form::Limit => limit(value),
        Form::Json => value.to_string(),
        Form::Text => plain(&text(value)),
        Form::Integer | Form::Flag | Form::Labels => text(value),
    }
}

fn limit(value: &Value) -> String {
    value.get("register").map_or_else(|| text(value), |register| format!("@{register}"))
}

/// A string without its quotation marks, and whatever else as JSON has it.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A text in a list.
pub(super) fn escaped(text: &str) -> String {
    with_edges(&text.replace('\\', "\\\\").replace(';', "\\;").replace('=', "\\="))
}

/// A text in a cell of its own. What a spreadsheet program takes for a formula gets a backslash.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    with_edges(&if text.starts_with('=') { format!("\\{text}") } else { text })
}

/// What programs leave out of a cell, as numbers of characters: blanks around it, and half of a line break.
fn with_edges(text: &str) -> String {
    let inner = text.trim();
    if inner.len() == text.len() && !text.contains('\r') {
        return text.to_owned();
    }
    let number = |character: char| format!("\\u{:04X}", u32::from(character));
    let begin = text.len().saturating_sub(text.trim_start().len());
    let end = begin.saturating_add(inner.len());
    let one = |(at, character): (usize, char)| match at < begin || at >= end || character == '\r' {
        true => number(character),
        false => character.to_string(),
    };
    text.char_indices().map(one).collect()
}

/// What a cell of a column holds, as the model has it; what was expected otherwise. Labels keep their order: they are a list of
/// pairs.
pub(crate) fn read(form: Form, cell: &str) -> Result<Value, &'static str> {
    match form {
        Form::Text => Ok(unescaped(cell).into()),
        Form::Integer => integer(cell).ok_or("a whole number"),
        Form::Words => cell.split_whitespace().map(integer).collect::<Option<Value>>().ok_or("addresses: 84 83"),
        Form::Integers => {
            cell.split(';').map(integer).collect::<Option<Value>>().ok_or("whole numbers with semicolons between them")
        }
        Form::Flag => (cell == "true").then_some(Value::Bool(true)).ok_or("true, or nothing"),
        Form::Texts => Ok(split(cell, ';').into_iter().map(|part| Value::from(unescaped(&part))).collect()),
        Form::Labels => {
            let pair = |part: String| -> Option<Value> {
                let [code, label] = <[String; 2]>::try_from(split(&part, '=')).ok()?;
                Some(Value::Array(vec![integer(&code)?, unescaped(&label).into()]))
            };
            split(cell, ';').into_iter().map(pair).collect::<Option<Value>>().ok_or("numbers and labels: 0=Off;1=On")
        }
        Form::Scale => match cell.strip_prefix("@pow10:") {
            Some(register) => object("power_of_ten_register", integer(register), "@pow10: and an address"),
            None => Ok(cell.into()),
        },
        Form::Limit => match cell.strip_prefix('@') {
            Some(register) => object("register", integer(register), "@ and an address"),
            None => Ok(cell.into()),
        },
        Form::Json => serde_json::from_str(cell).map_err(|_| "JSON"),
    }
}

fn object(key: &str, value: Option<Value>, expected: &'static str) -> Result<Value, &'static str> {
    Ok(Value::Object(Map::from_iter([(key.to_owned(), value.ok_or(expected)?)])))
}

fn integer(text: &str) -> Option<Value> {
    let text = text.trim();
    text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from)).ok()
}

/// The parts between signs that no backslash stands before.
fn split(cell: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = cell.chars();
    while let Some(character) = characters.next() {
        if character == separator {
            parts.push(String::new());
            continue;
        }
        let Some(part) = parts.last_mut() else { continue };
        part.push(character);
        if character == '\\' {
            part.extend(characters.next());
        }
    }
    parts
}

/// The text that [`plain`] or [`escaped`] was given.
pub(crate) fn unescaped(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        let number = after.strip_prefix('u').and_then(|digits| digits.get(..4));
        let character = number.and_then(|digits| char::from_u32(u32::from_str_radix(digits, 16).ok()?));
        rest = match character {
            Some(character) => {
                text.push(character);
                after.get(5..).unwrap_or_default()
            }
            None => {
                let mut characters = after.chars();
                text.extend(characters.next());
                characters.as_str()
            }
        };
    }
    text.push_str(rest);
    text
}

/// Texts of a list, as they stand beside the rows.
pub(crate) fn texts(cell: &str) -> Vec<String> {
    if cell.is_empty() { Vec::new() } else { split(cell, ';').iter().map(|part| unescaped(part)).collect() }
}

/// A list of texts.
pub(super) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(escaped).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_separates_is_escaped_and_read_back() {
        let texts = ["a;b", "x=y", "c:\\d\\u0041", ""];
        assert_eq!(list(texts), r"a\;b;x\=y;c:\\d\\u0041;");
        for text in [" a ", "\u{a0}b", "x\r\ny", "=1+1", "\\", ""] {
            let cell = plain(text);
            assert_eq!((unescaped(&cell).as_str(), cell.trim()), (text, cell.as_str()));
            assert!(!cell.starts_with('=') && !cell.contains('\r'), "{cell}");
        }
        assert_eq!(super::texts(&list(texts)), texts);
        let cell = format!("0={};-1={}", escaped("Off; \\ = none"), escaped("Auto"));
        assert_eq!(read(Form::Labels, &cell), Ok(json!([[0, "Off; \\ = none"], [-1, "Auto"]])));
    }

    #[test]
    fn what_is_no_cell_of_its_form_is_refused() {
        for (form, cell) in [
            (Form::Integer, "x"),
            (Form::Words, "1 b"),
            (Form::Integers, "1;;2"),
            (Form::Flag, "yes"),
            (Form::Labels, "0:Off"),
            (Form::Labels, "0=a=b"),
            (Form::Scale, "@pow10:x"),
            (Form::Limit, "@"),
            (Form::Json, "{"),
        ] {
            assert!(read(form, cell).is_err(), "{cell}");
        }
    }
}

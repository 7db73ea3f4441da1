//! What stands beside the rows: lines of a key and a text.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::link;
use super::values::{labelled, translations};
use crate::emit::export::{cells, unkey};
use crate::model::{Array, Element, Group, Link, Reserved, Table, Translations};

/// Labels of a list: code, label, and the label in further languages.
pub(super) type Labels = Vec<(i64, String, Translations)>;

/// A point of an array: its identifier, its member and what that is called.
type Member = (String, (String, String));

/// What is said of a list of values.
#[derive(Debug, Clone, Default)]
pub(super) struct ListedType {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) raw_type: String,
    /// Names in Rust that the labels do not give.
    pub(super) names: Vec<(i64, String)>,
    /// Labels that no point lists as they are.
    pub(super) labels: Labels,
    /// Lists that hold by product.
    pub(super) cases: Vec<String>,
}

/// A device without its points.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) texts: BTreeMap<String, String>,
    pub(super) languages: Vec<String>,
    pub(super) variants: Vec<String>,
    pub(super) link: Option<Link>,
    pub(super) reserved: Vec<Reserved>,
    pub(super) groups: Vec<Group>,
    pub(super) arrays: Vec<Array>,
    /// Member and its label, by the identifier of the point.
    pub(super) members: BTreeMap<String, (String, String)>,
    pub(super) types: Vec<ListedType>,
    pub(super) triggers: BTreeMap<String, i64>,
}

impl Beside {
    /// Reads lines of key and text, each with an index. What cannot be read is said with the index of its line.
    pub(super) fn new(lines: &[(String, String)], refuse: &mut dyn FnMut(usize, String)) -> Self {
        let mut beside = Self::default();
        let mut settings = Map::new();
        let mut link_line = None;
        for (index, (key, text)) in lines.iter().enumerate() {
            let said =
                match key.split_once('.') {
                    Some(("device", "languages")) => {
                        beside.languages = cells::texts(text);
                        Ok(())
                    }
                    Some(("device", "variants")) => {
                        beside.variants = cells::texts(text);
                        Ok(())
                    }
                    Some(("device", rest)) => {
                        beside.texts.insert(rest.to_owned(), cells::unescaped(text));
                        Ok(())
                    }
                    Some(("link", rest)) => {
                        link_line = link_line.or(Some(index));
                        nest(&mut settings, rest, scalar(text));
                        Ok(())
                    }
                    Some(("groups", title)) => {
                        beside.groups.push(Group { name: cells::unescaped(text), ..Group::from(unkey(title)) });
                        Ok(())
                    }
                    Some(("arrays", name)) => beside.array(name, text),
                    Some(("types", name)) => beside.value_type(name, text),
                    Some(("triggers", id)) => match text.parse() {
                        Ok(trigger) => {
                            beside.triggers.insert(id.to_owned(), trigger);
                            Ok(())
                        }
                        Err(_) => Err("a whole number".to_owned()),
                    },
                    None if key == "reserved" => beside.reserved(text),
                    None if key == "format" => match text.as_str() {
                        "1" => Ok(()),
                        _ => Err("1, the version of the form that is known here".to_owned()),
                    },
                    _ => Err("a key of a canonical table: device.…, link.…, reserved, groups.…, arrays.…, types.…"
                        .to_owned()),
                };
            if let Err(expected) = said {
                refuse(index, expected);
            }
        }
        match link::read(Value::Object(settings)) {
            Ok(link) => beside.link = Some(link),
            Err(error) => {
                refuse(link_line.unwrap_or_default(), format!("the keys of `link` as `export` writes them: {error}"));
            }
        }
        beside
    }

    fn reserved(&mut self, text: &str) -> Result<(), String> {
        let expected = || "a list of objects with table, first and last, as JSON".to_owned();
        let value: Value = serde_json::from_str(text).map_err(|_| expected())?;
        let one = |value: &Value| {
            let address = |key: &str| value.get(key)?.as_u64()?.try_into().ok();
            let table =
                Table::ALL.into_iter().find(|table| value.get("table").and_then(Value::as_str) == Some(table.key()))?;
            Some(Reserved { table, first: address("first")?, last: address("last")? })
        };
        let all: Option<Vec<_>> = value.as_array().and_then(|list| list.iter().map(one).collect());
        self.reserved = all.ok_or_else(expected)?;
        Ok(())
    }

    fn array(&mut self, name: &str, text: &str) -> Result<(), String> {
        let read = || -> Option<(Array, Vec<Member>)> {
            let value: Value = serde_json::from_str(text).ok()?;
            let string = |key: &str| value.get(key)?.as_str().map(str::to_owned);
            let element = |value: &Value| {
                let [number, name, label] = value.as_array()?.as_slice() else { return None };
                let number = number.as_u64()?.try_into().ok()?;
                Some(Element { number, name: name.as_str()?.to_owned(), label: label.as_str()?.to_owned() })
            };
            let member = |value: &Value| {
                let [id, member, label] = value.as_array()?.as_slice() else { return None };
                Some((id.as_str()?.to_owned(), (member.as_str()?.to_owned(), label.as_str()?.to_owned())))
            };
            let array = Array {
                name: name.to_owned(),
                label: string("label")?,
                translations: translations(value.get("labels")?)?,
                number_type: string("number_type")?,
                elements: value.get("elements")?.as_array()?.iter().map(element).collect::<Option<_>>()?,
            };
            Some((array, value.get("members")?.as_array()?.iter().map(member).collect::<Option<_>>()?))
        };
        let (array, members) = read().ok_or_else(|| "an array as `export` writes it, as JSON".to_owned())?;
        self.members.extend(members);
        self.arrays.push(array);
        Ok(())
    }

    fn value_type(&mut self, name: &str, text: &str) -> Result<(), String> {
        let read = || -> Option<ListedType> {
            let value: Value = serde_json::from_str(text).ok()?;
            let string = |key: &str| value.get(key)?.as_str().map(str::to_owned);
            let label = |value: &Value| {
                let [code, label, others] = value.as_array()?.as_slice() else { return None };
                Some((code.as_i64()?, label.as_str()?.to_owned(), translations(others)?))
            };
            let list = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            Some(ListedType {
                name: name.to_owned(),
                description: string("description")?,
                raw_type: string("raw_type")?,
                names: value.get("names").map_or(Some(Vec::new()), labelled)?,
                labels: list("labels").iter().map(label).collect::<Option<_>>()?,
                cases: list("cases").iter().map(|case| case.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            })
        };
        self.types.push(read().ok_or_else(|| "a type as `export` writes it, as JSON".to_owned())?);
        Ok(())
    }

    /// A text about the device.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.texts.get(key).cloned()
    }
}

/// A setting: what reads as JSON, or the text itself.
fn scalar(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Puts a value where a path with dots leads.
fn nest(map: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            map.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = map.entry(first).or_insert_with(|| Value::Object(Map::new()));
            if let Some(inner) = inner.as_object_mut() {
                nest(inner, rest, value);
            }
        }
    }
}

//! Enums, flag sets and special values, put together from the points that list them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::beside::{Beside, Labels, ListedType};
use super::kinds;
use super::values::labelled;
use crate::model::{Kind, Point, RawType, Translations, ValueForm, ValueLabel, ValueType};
use crate::names;

/// The lists that rows hold, by the name of their type.
#[derive(Debug, Default)]
pub(super) struct Types {
    order: Vec<String>,
    lists: BTreeMap<String, List>,
}

#[derive(Debug)]
struct List {
    form: ValueForm,
    raw: RawType,
    labels: Labels,
    /// Where it was listed first, for who lists something else, and what its point is called.
    at: String,
    about: String,
}

impl Types {
    /// Takes the list of a point. Where another point of the same type lists something else, the key and what is expected.
    pub(super) fn add(
        &mut self,
        point: &Point,
        keys: &Map<String, Value>,
        beside: &Beside,
    ) -> Result<(), (&'static str, String)> {
        let list = |values: &str, translated: &str| list(keys.get(values), keys.get(translated));
        match &point.kind {
            Kind::Enum(name) => self.take(name, ValueForm::Enum, point, list("values", "value_labels"), "values"),
            Kind::Flags(name) => self.take(name, ValueForm::Flags, point, list("bits", "bit_labels"), "bits"),
            Kind::Special(name) => {
                let places = |(place, (_, label, others)): (usize, (i64, String, Translations))| {
                    (i64::try_from(place).unwrap_or(i64::MAX), label, others)
                };
                let labels = list("values", "value_labels").into_iter().enumerate().map(places).collect();
                self.take(name, ValueForm::Special, point, labels, "values")
            }
            Kind::Conditional(name) => {
                let cases = keys.get("values_if").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                for (case, value) in point.values_if.iter().zip(cases) {
                    let labels = of_case(value, beside.languages.first().map_or("en", String::as_str));
                    self.take(&case.type_name, ValueForm::Enum, point, labels, "values_if")?;
                }
                let known = beside.types.iter().find(|of| of.name == *name).map(|of| of.labels.clone());
                let labels = known.unwrap_or_else(|| {
                    let case = |(place, case): (usize, &crate::model::ConditionalValues)| {
                        (i64::try_from(place).unwrap_or(i64::MAX), case.type_name.clone(), Vec::new())
                    };
                    point.values_if.iter().enumerate().map(case).collect()
                });
                self.take(name, ValueForm::Conditional, point, labels, "values_if")
            }
            _ => Ok(()),
        }
    }

    fn take(
        &mut self,
        name: &str,
        form: ValueForm,
        point: &Point,
        labels: Labels,
        key: &'static str,
    ) -> Result<(), (&'static str, String)> {
        if let Some(known) = self.lists.get(name) {
            return match known.labels == labels && known.form == form {
                true => Ok(()),
                false => Err((
                    key,
                    format!("what {} lists for the same `type_name`, {name}, or another `type_name`", known.at),
                )),
            };
        }
        let at = point.sources.first().map_or_else(String::new, ToString::to_string);
        let raw = match point.raw {
            RawType::Bcd { .. }
            | RawType::SignMagnitude { .. }
            | RawType::Modulo10000 { .. }
            | RawType::Float { .. } => RawType::Integer { bits: point.raw.bits(), signed: false },
            other => other,
        };
        let list = List { form, raw, labels, at, about: point.label.clone() };
        self.lists.insert(name.to_owned(), list);
        self.order.push(name.to_owned());
        Ok(())
    }

    /// All types that points have: in the order beside the rows, then as rows have them.
    pub(super) fn finish(mut self, beside: &Beside) -> Vec<ValueType> {
        let known = beside.types.iter().map(|of| of.name.clone());
        let order: Vec<String> = known.chain(self.order.clone()).collect();
        let made = order.into_iter().filter_map(|name| {
            let list = self.lists.remove(&name)?;
            let said = beside.types.iter().find(|of| of.name == name).cloned();
            let ListedType { description, raw_type, names, .. } =
                said.unwrap_or_else(|| ListedType { description: list.about.clone(), ..ListedType::default() });
            let label = |(code, label, translations): (i64, String, Translations)| {
                let given = names.iter().find(|(of, _)| *of == code).map(|(_, name)| name.clone());
                ValueLabel { name: given.unwrap_or_else(|| names::pascal(&label)), code, label, translations }
            };
            Some(ValueType {
                description,
                form: list.form,
                raw: kinds::raw_type(&raw_type).unwrap_or(list.raw),
                labels: list.labels.into_iter().map(label).collect(),
                source: None,
                name,
            })
        });
        made.collect()
    }
}

/// Labels with those in further languages: `{"sv": [[0, "Av"]]}`.
fn list(values: Option<&Value>, translated: Option<&Value>) -> Labels {
    let values = values.and_then(labelled).unwrap_or_default();
    let languages: Vec<(String, Vec<(i64, String)>)> = translated
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(language, pairs)| Some((language.clone(), labelled(pairs)?)))
        .collect();
    let of = |code: i64| -> Translations {
        let text = |(language, pairs): &(String, Vec<(i64, String)>)| {
            let (_, label) = pairs.iter().find(|(of, _)| *of == code)?;
            Some((language.clone(), label.clone()))
        };
        languages.iter().filter_map(text).collect()
    };
    values.into_iter().map(|(code, label)| (code, label, of(code))).collect()
}

/// Labels of a list that holds on some products: `{"values": {"0": "Off"}, "value_labels": {"0": {"en": …, "sv": …}}}`.
fn of_case(value: &Value, first: &str) -> Labels {
    let values = value.get("values").and_then(labelled).unwrap_or_default();
    let others = |code: i64| -> Translations {
        let all = value.get("value_labels").and_then(|all| all.get(code.to_string()));
        let all = all.and_then(Value::as_object).into_iter().flatten();
        all.filter(|(language, _)| *language != first)
            .filter_map(|(language, text)| Some((language.clone(), text.as_str()?.to_owned())))
            .collect()
    };
    values.into_iter().map(|(code, label)| (code, label, others(code))).collect()
}

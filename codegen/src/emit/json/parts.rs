//! The parts of a point in the JSON form: scales, lists, limits, corrections.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::emit::language;
use crate::model::{
    ArrayPlace, Availability, ConditionalValues, Correction, Device, Kind, Limit, Limits, Point, Source, Table,
    Translations, ValueLabel, ValueType,
};
use crate::ratio::Ratio;

/// `"0.01"`, or `{"power_of_ten_register": 30}`.
#[derive(serde::Serialize)]
pub(super) enum JsonScale {
    #[serde(rename = "power_of_ten_register")]
    PowerOfTen(u16),
    #[serde(untagged)]
    Factor(Shown<Ratio>),
}

/// The numbers of a point that have names, raw, and what the list is called.
#[derive(Default)]
pub(super) struct Named<'a> {
    pub(super) type_name: Option<&'a str>,
    pub(super) values: Option<Vec<(i64, &'a ValueLabel)>>,
    pub(super) bits: Option<Vec<(i64, &'a ValueLabel)>>,
}

impl<'a> Named<'a> {
    pub(super) fn new(device: &'a Device, point: &'a Point) -> Self {
        match &point.kind {
            Kind::Enum(name) => Self { type_name: Some(name), values: device.value_type(name).map(codes), bits: None },
            Kind::Flags(name) => Self { type_name: Some(name), values: None, bits: device.value_type(name).map(codes) },
            Kind::Special(name) => {
                let list = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
                let values = point.specials.iter().copied().zip(list).collect();
                Self { type_name: Some(name), values: Some(values), bits: None }
            }
            Kind::Conditional(name) => Self { type_name: Some(name), ..Self::default() },
            Kind::BitSet => Self { bits: Some(Vec::new()), ..Self::default() },
            Kind::Bool | Kind::Integer | Kind::Scaled | Kind::Text | Kind::Bytes => Self::default(),
        }
    }
}

pub(super) fn codes(value_type: &ValueType) -> Vec<(i64, &ValueLabel)> {
    value_type.labels.iter().map(|label| (label.code, label)).collect()
}

pub(super) fn labels<'a>(values: &[(i64, &'a ValueLabel)]) -> Numbered<&'a str> {
    Numbered(values.iter().map(|(code, label)| (*code, label.label.as_str())).collect())
}

pub(super) fn labels_by_language<'a>(device: &'a Device, values: &[(i64, &'a ValueLabel)]) -> Numbered<ByLanguage<'a>> {
    let text = |label: &'a ValueLabel| ByLanguage::new(device, &label.label, &label.translations);
    Numbered(values.iter().map(|(code, label)| (*code, text(label))).collect())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) fn is_false(value: &bool) -> bool {
    !value
}

/// `{"en": "…", "sv": "…"}`, the displayed language first.
pub(super) struct ByLanguage<'a> {
    pub(super) language: &'a str,
    pub(super) text: &'a str,
    pub(super) translations: &'a Translations,
}

impl<'a> ByLanguage<'a> {
    pub(super) fn new(device: &'a Device, text: &'a str, translations: &'a Translations) -> Self {
        Self { language: language::first(device), text, translations }
    }
}

impl Serialize for ByLanguage<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(self.language, self.text)?;
        for (language, text) in self.translations {
            map.serialize_entry(language, text)?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
pub(super) struct JsonArray<'a> {
    pub(super) name: &'a str,
    pub(super) index: u16,
}

impl<'a> From<&'a ArrayPlace> for JsonArray<'a> {
    fn from(place: &'a ArrayPlace) -> Self {
        Self { name: &place.array, index: place.element }
    }
}

#[derive(serde::Serialize)]
pub(super) struct JsonValuesIf<'a> {
    pub(super) when: When,
    pub(super) values: Numbered<&'a str>,
    pub(super) value_labels: Numbered<ByLanguage<'a>>,
}

impl<'a> JsonValuesIf<'a> {
    pub(super) fn new(device: &'a Device, values: &'a ConditionalValues) -> Self {
        let ConditionalValues { table, register, min, max, ref type_name } = *values;
        let list = device.value_type(type_name).map(codes).unwrap_or_default();
        Self {
            when: When { table, address: register, min, max },
            values: labels(&list),
            value_labels: labels_by_language(device, &list),
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct When {
    pub(super) table: Table,
    pub(super) address: u16,
    pub(super) min: i64,
    pub(super) max: i64,
}

#[derive(serde::Serialize)]
pub(super) struct JsonAvailability {
    pub(super) table: Table,
    pub(super) register: u16,
    pub(super) bit: u8,
}

impl From<Availability> for JsonAvailability {
    fn from(availability: Availability) -> Self {
        let Availability { table, register, bit } = availability;
        Self { table, register, bit }
    }
}

/// A map with numbers as keys, in their order.
pub(super) struct Numbered<T>(pub(super) Vec<(i64, T)>);

impl<T: Serialize> Serialize for Numbered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(number, value)| (number.to_string(), value)))
    }
}

/// A string, as a person reads it.
pub(super) struct Shown<T>(pub(super) T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

#[derive(serde::Serialize)]
pub(super) struct JsonLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<JsonLimit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<JsonLimit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<JsonLimit>,
}

impl From<&Limits> for JsonLimits {
    fn from(limits: &Limits) -> Self {
        let limit = |limit: Option<Limit>| limit.map(JsonLimit::from);
        Self { min: limit(limits.min), max: limit(limits.max), step: limit(limits.step) }
    }
}

/// `"21.5"`, or `{"register": 60000}`.
#[derive(serde::Serialize)]
#[serde(untagged)]
pub(super) enum JsonLimit {
    Value(Shown<Ratio>),
    Held { register: u16 },
}

impl From<Limit> for JsonLimit {
    fn from(limit: Limit) -> Self {
        match limit {
            Limit::Value(value) => Self::Value(Shown(value)),
            Limit::Register(register) => Self::Held { register },
        }
    }
}

#[derive(serde::Serialize)]
pub(super) struct Detail<'a> {
    pub(super) name: &'a str,
    pub(super) text: &'a str,
}

#[derive(serde::Serialize)]
pub(super) struct JsonCorrection<'a> {
    pub(super) field: &'a str,
    pub(super) printed: &'a [String],
    pub(super) value: &'a str,
    pub(super) reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cell: Option<&'a Source>,
}

impl<'a> From<&'a Correction> for JsonCorrection<'a> {
    fn from(correction: &'a Correction) -> Self {
        Self {
            field: &correction.field,
            printed: &correction.printed,
            value: &correction.value,
            reason: &correction.reason,
            cell: correction.cell.as_ref(),
        }
    }
}

//! The form of an exported model, as far as it is read. Keys that are not known are passed over.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::model::{AcceptUnitIds, Access, Detect, Gaps, Link, Parity, Rtu, Table, Translations, WriteFunctions};

#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) format: u64,
}

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) device: About,
    pub(super) link: JsonLink,
    pub(super) reserved: Vec<Range>,
    pub(super) points: Vec<Point>,
}

#[derive(Deserialize)]
pub(super) struct About {
    pub(super) name: String,
    pub(super) manufacturer: Option<String>,
    pub(super) document: Option<String>,
    pub(super) description: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Range {
    pub(super) table: Table,
    pub(super) first: u16,
    pub(super) last: u16,
}

#[derive(Deserialize)]
pub(super) struct JsonLink {
    unit_id: u8,
    unit_ids: (u8, u8),
    max_read_registers: u16,
    max_read_bits: u16,
    max_write_registers: u16,
    max_write_bits: u16,
    write_functions: WriteFunctions,
    gaps: JsonGaps,
    accept_unit_ids: Option<JsonUnitIds>,
    #[serde(default)]
    ignore_transaction_ids: bool,
    turnaround_ms: Option<u32>,
    rtu: Option<JsonRtu>,
    tcp: Option<Tcp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum JsonGaps {
    Never,
    UpTo(u16),
    Learn,
}

/// `"any"`, or a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum JsonUnitIds {
    Listed(Vec<u8>),
    Any(Any),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Any {
    Any,
}

#[derive(Deserialize)]
struct JsonRtu {
    baud_rate: u32,
    baud_rates: Vec<u32>,
    parity: Parity,
    parities: Vec<Parity>,
    data_bits: u8,
    stop_bits: u8,
    stop_bits_allowed: Vec<u8>,
}

#[derive(Deserialize)]
struct Tcp {
    port: u16,
}

impl From<JsonLink> for Link {
    fn from(of: JsonLink) -> Self {
        Self {
            unit_id: of.unit_id,
            unit_ids: of.unit_ids,
            max_read_registers: of.max_read_registers,
            max_read_bits: of.max_read_bits,
            max_write_registers: of.max_write_registers,
            max_write_bits: of.max_write_bits,
            write_functions: of.write_functions,
            gaps: match of.gaps {
                JsonGaps::Never => Gaps::Never,
                JsonGaps::UpTo(count) => Gaps::UpTo(count),
                JsonGaps::Learn => Gaps::Learn,
            },
            accept_unit_ids: match of.accept_unit_ids {
                None => AcceptUnitIds::Asked,
                Some(JsonUnitIds::Any(Any::Any)) => AcceptUnitIds::Any,
                Some(JsonUnitIds::Listed(ids)) => AcceptUnitIds::Listed(ids),
            },
            ignore_transaction_ids: of.ignore_transaction_ids,
            turnaround_ms: of.turnaround_ms,
            rtu: of.rtu.map(|rtu| Rtu {
                baud_rate: rtu.baud_rate,
                baud_rates: rtu.baud_rates,
                parity: rtu.parity,
                parities: rtu.parities,
                data_bits: rtu.data_bits,
                stop_bits: rtu.stop_bits,
                stop_bits_allowed: rtu.stop_bits_allowed,
            }),
            tcp_port: of.tcp.map(|tcp| tcp.port),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Point {
    pub(super) id: String,
    pub(super) group: Option<String>,
    pub(super) array: Option<ArrayPlace>,
    pub(super) label: String,
    #[serde(default)]
    pub(super) labels: ByLanguage,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    pub(super) role: String,
    pub(super) table: Table,
    pub(super) words: Vec<u16>,
    pub(super) access: Access,
    pub(super) write_functions: Option<WriteFunctions>,
    pub(super) raw_type: String,
    #[serde(default)]
    pub(super) byte_swapped: bool,
    pub(super) bit_range: Option<(u8, u8)>,
    pub(super) r#type: String,
    pub(super) type_name: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) packing: Option<String>,
    pub(super) scale: Scale,
    pub(super) offset: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) values: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) value_labels: BTreeMap<String, ByLanguage>,
    #[serde(default)]
    pub(super) values_if: Vec<ValuesIf>,
    pub(super) bits: Option<BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) bit_labels: BTreeMap<String, ByLanguage>,
    pub(super) limits: Option<JsonLimits>,
    pub(super) default: Option<String>,
    pub(super) available_if: Option<Availability>,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) not_available: Vec<i128>,
    pub(super) keep_alive_s: Option<u32>,
    #[serde(default)]
    pub(super) read_side_effect: bool,
    pub(super) persistent: Option<String>,
    pub(super) unit_id: Option<u8>,
    #[serde(default)]
    pub(super) variants: Vec<String>,
    pub(super) detect: Option<Detect>,
    #[serde(default)]
    pub(super) notes: Vec<String>,
    #[serde(default)]
    pub(super) details: Vec<Detail>,
    #[serde(default)]
    pub(super) corrections: Vec<JsonCorrection>,
    #[serde(default)]
    pub(super) sources: Vec<JsonSource>,
}

#[derive(Deserialize)]
pub(super) struct ArrayPlace {
    pub(super) name: String,
    pub(super) index: u16,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Scale {
    Factor(String),
    Register { power_of_ten_register: u16 },
}

#[derive(Deserialize)]
pub(super) struct ValuesIf {
    pub(super) when: When,
    pub(super) values: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) value_labels: BTreeMap<String, ByLanguage>,
}

#[derive(Deserialize)]
pub(super) struct When {
    pub(super) table: Table,
    pub(super) address: u16,
    pub(super) min: i64,
    pub(super) max: i64,
}

#[derive(Deserialize)]
pub(super) struct JsonLimits {
    pub(super) min: Option<JsonLimit>,
    pub(super) max: Option<JsonLimit>,
    pub(super) step: Option<JsonLimit>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum JsonLimit {
    Value(String),
    Held { register: u16 },
}

#[derive(Deserialize)]
pub(super) struct Availability {
    pub(super) table: Table,
    pub(super) register: u16,
    pub(super) bit: u8,
}

#[derive(Deserialize)]
pub(super) struct Detail {
    pub(super) name: String,
    pub(super) text: String,
}

#[derive(Deserialize)]
pub(super) struct JsonCorrection {
    pub(super) field: String,
    pub(super) printed: Vec<String>,
    pub(super) value: String,
    pub(super) reason: String,
    pub(super) cell: Option<JsonSource>,
}

#[derive(Deserialize)]
pub(super) struct JsonSource {
    pub(super) file: String,
    pub(super) sheet: Option<String>,
    pub(super) cell: String,
}

/// Texts by language in the order in which they stand there: the first one is displayed.
#[derive(Default, Clone)]
pub(super) struct ByLanguage(pub(super) Translations);

impl ByLanguage {
    /// All but the first.
    pub(super) fn further(&self) -> Translations {
        self.0.iter().skip(1).cloned().collect()
    }
}

impl<'de> Deserialize<'de> for ByLanguage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = ByLanguage;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts by language")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByLanguage, A::Error> {
                let mut texts = Translations::new();
                while let Some(entry) = map.next_entry()? {
                    texts.push(entry);
                }
                Ok(ByLanguage(texts))
            }
        }
        deserializer.deserialize_map(Texts)
    }
}

//! A model of the generator as the runtime knows devices: what generated code says in constants, made at run time.

use std::time::Duration;

use modbus_bindgen::model::{self, Kind, Limit, Role};
use modbus_bindgen::ratio::Round;
use modbus_bindgen_runtime as rt;

/// What the table says of a device, with labels in a language where it has them in it. It stays for the rest of the
/// program.
pub(crate) fn device(model: &model::Device, language: Option<&str>) -> &'static rt::DeviceInfo {
    let points: Vec<&'static rt::PointInfo> = model.points.iter().map(|one| point(model, one, language)).collect();
    let reserved = model.reserved.iter().map(|reserved| (table(reserved.table), reserved.first, reserved.last));
    let text = |text: &str| -> &'static str { text.to_owned().leak() };
    Box::leak(Box::new(rt::DeviceInfo {
        name: text(&model.name),
        manufacturer: text(model.manufacturer.as_deref().unwrap_or_default()),
        document: text(model.document.as_deref().unwrap_or_default()),
        link: link(&model.link),
        reserved: reserved.collect::<Vec<_>>().leak(),
        points: vec![&*points.leak()].leak(),
    }))
}

fn link(link: &model::Link) -> rt::LinkInfo {
    rt::LinkInfo {
        unit_id: link.unit_id,
        unit_ids: link.unit_ids,
        rtu: link.rtu.as_ref().map(|rtu| rt::RtuSettings {
            baud_rate: rtu.baud_rate,
            parity: match rtu.parity {
                model::Parity::None => rt::Parity::None,
                model::Parity::Even => rt::Parity::Even,
                model::Parity::Odd => rt::Parity::Odd,
            },
            data_bits: rtu.data_bits,
            stop_bits: rtu.stop_bits,
        }),
        baud_rates: link.rtu.as_ref().map(|rtu| rtu.baud_rates.clone()).unwrap_or_default().leak(),
        tcp_port: link.tcp_port,
        max_read_registers: link.max_read_registers,
        max_read_bits: link.max_read_bits,
        max_write_registers: link.max_write_registers,
        max_write_bits: link.max_write_bits,
        write_functions: write_functions(link.write_functions),
        gaps: match link.gaps {
            model::Gaps::Never => rt::Gaps::Never,
            model::Gaps::UpTo(count) => rt::Gaps::UpTo(count),
            model::Gaps::Learn => rt::Gaps::Learn,
        },
        accept_unit_ids: match &link.accept_unit_ids {
            model::AcceptUnitIds::Asked => rt::UnitIds::NONE,
            model::AcceptUnitIds::Any => rt::UnitIds::ANY,
            model::AcceptUnitIds::Listed(ids) => rt::UnitIds::of(ids),
        },
        ignore_transaction_ids: link.ignore_transaction_ids,
        turnaround: link.turnaround_ms.map(|time| Duration::from_millis(time.into())),
    }
}

/// A text in the language wanted, or as it is displayed where there is none in that language.
fn in_language<'a>(text: &'a str, translations: &'a model::Translations, language: Option<&str>) -> &'a str {
    let wanted = translations.iter().find(|(known, _)| Some(known.as_str()) == language);
    wanted.map_or(text, |(_, translated)| translated)
}

fn point(device: &model::Device, point: &model::Point, language: Option<&str>) -> &'static rt::PointInfo {
    let (role, trigger) = match point.role {
        Role::Value => (rt::Role::Value, None),
        Role::Command { trigger } => (rt::Role::Command, trigger),
    };
    let spec = rt::PointSpec {
        table: table(point.table),
        access: match point.access {
            model::Access::Read => rt::Access::Read,
            model::Access::Write => rt::Access::Write,
            model::Access::ReadWrite => rt::Access::ReadWrite,
        },
        write_functions: point.write_functions.map(write_functions),
        role,
        trigger: trigger.unwrap_or(rt::PointSpec::DEFAULT.trigger),
        raw: raw(point.raw),
        byte_swapped: point.byte_swapped,
        bits: point.bit_range.and_then(|(low, high)| rt::BitRange::checked(low, high)),
        kind: kind(&point.kind),
        scale: scale(point),
        scale_register: point.scale_register,
        values_if: values_if(device, point, language),
        text: text_info(point.raw),
        limits: point.limits.as_ref().and_then(limits),
        limit_registers: point.limits.as_ref().filter(|limits| limits.in_registers()).map(limit_registers),
        available_if: point.available_if.map(|available| rt::AvailableIf {
            table: table(available.table),
            register: available.register,
            bit: available.bit,
        }),
        keep_alive_s: point.keep_alive_s,
        optional: point.optional,
        read_side_effect: point.read_side_effect,
        unit_id: point.unit_id,
        variants: variants(point),
        ..rt::PointSpec::DEFAULT
    };
    rt::PointInfo::new(spec)
        .with_id(point.id.clone())
        .with_label(in_language(&point.label, &point.translations, language).to_owned())
        .with_group(point.group.clone().unwrap_or_default())
        .with_default(point.default.clone().unwrap_or_default())
        .with_unit(point.unit.clone().unwrap_or_default())
        .with_words(point.words.clone())
        .with_values(values(device, point, language))
        .with_not_available(point.not_available.clone())
        .leak()
}

fn write_functions(functions: model::WriteFunctions) -> rt::WriteFunctions {
    match functions {
        model::WriteFunctions::Any => rt::WriteFunctions::ANY,
        model::WriteFunctions::Multiple => rt::WriteFunctions::MULTIPLE_ONLY,
        model::WriteFunctions::Single => rt::WriteFunctions::SINGLE_ONLY,
    }
}

fn variants(point: &model::Point) -> &'static [&'static str] {
    let name = |name: &String| -> &'static str { name.clone().leak() };
    point.variants.iter().map(name).collect::<Vec<_>>().leak()
}

pub(super) fn table(table: model::Table) -> rt::Table {
    match table {
        model::Table::Coil => rt::Table::Coil,
        model::Table::DiscreteInput => rt::Table::DiscreteInput,
        model::Table::InputRegister => rt::Table::InputRegister,
        model::Table::HoldingRegister => rt::Table::HoldingRegister,
    }
}

fn raw(raw: model::RawType) -> rt::RawType {
    match raw {
        model::RawType::Bool => rt::RawType::Bool,
        model::RawType::Text { .. } => rt::RawType::Text,
        model::RawType::Bytes => rt::RawType::Bytes,
        model::RawType::Bcd { .. } => rt::RawType::Bcd,
        model::RawType::SignMagnitude { .. } => rt::RawType::SignMagnitude,
        model::RawType::Modulo10000 { signed: false, .. } => rt::RawType::Modulo10000,
        model::RawType::Modulo10000 { signed: true, .. } => rt::RawType::SignedModulo10000,
        model::RawType::Float { bits: 0..=32 } => rt::RawType::F32,
        model::RawType::Float { .. } => rt::RawType::F64,
        model::RawType::Integer { bits: 0..=16, signed: false } => rt::RawType::U16,
        model::RawType::Integer { bits: 0..=16, signed: true } => rt::RawType::I16,
        model::RawType::Integer { bits: 17..=32, signed: false } => rt::RawType::U32,
        model::RawType::Integer { bits: 17..=32, signed: true } => rt::RawType::I32,
        model::RawType::Integer { bits: 33..=48, signed: false } => rt::RawType::U48,
        model::RawType::Integer { bits: 33..=48, signed: true } => rt::RawType::I48,
        model::RawType::Integer { signed: false, .. } => rt::RawType::U64,
        model::RawType::Integer { signed: true, .. } => rt::RawType::I64,
    }
}

fn kind(kind: &Kind) -> rt::Kind {
    match kind {
        Kind::Bool => rt::Kind::Bool,
        Kind::Integer => rt::Kind::Integer,
        Kind::Scaled => rt::Kind::Scaled,
        Kind::Enum(_) => rt::Kind::Enum,
        Kind::Flags(_) | Kind::BitSet => rt::Kind::Flags,
        Kind::Special(_) => rt::Kind::Special,
        Kind::Conditional(_) => rt::Kind::Conditional,
        Kind::Text => rt::Kind::Text,
        Kind::Bytes => rt::Kind::Bytes,
    }
}

/// The checks have seen to it that there is one.
fn scale(point: &model::Point) -> rt::Scale {
    let scaled = matches!(point.kind, Kind::Scaled | Kind::Special(_));
    let terms = point.scale_terms().filter(|_| scaled);
    terms.and_then(|(mul, add, div)| rt::Scale::checked(mul, add, div)).unwrap_or(rt::Scale::ONE)
}

fn text_info(raw: model::RawType) -> Option<rt::TextInfo> {
    let model::RawType::Text { encoding, packing } = raw else { return None };
    Some(rt::TextInfo {
        encoding: match encoding {
            model::Encoding::Ascii => rt::Encoding::Ascii,
            model::Encoding::Iso8859_1 => rt::Encoding::Iso8859_1,
            model::Encoding::Utf8 => rt::Encoding::Utf8,
        },
        packing: match packing {
            model::Packing::TwoHighFirst => rt::Packing::TwoHighFirst,
            model::Packing::TwoLowFirst => rt::Packing::TwoLowFirst,
            model::Packing::One => rt::Packing::One,
        },
    })
}

/// What is listed for the point itself, by raw value or by bit.
fn values(device: &model::Device, point: &model::Point, language: Option<&str>) -> Vec<rt::Labelled> {
    match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) => listed(device, name, language),
        Kind::Special(name) => {
            let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
            let specials = point.specials.iter().zip(labels);
            specials.map(|(raw, label)| rt::Labelled::owned(*raw, text(label, language))).collect()
        }
        _ => Vec::new(),
    }
}

fn text(label: &model::ValueLabel, language: Option<&str>) -> String {
    in_language(&label.label, &label.translations, language).to_owned()
}

fn listed(device: &model::Device, name: &str, language: Option<&str>) -> Vec<rt::Labelled> {
    let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
    labels.iter().map(|label| rt::Labelled::owned(label.code, text(label, language))).collect()
}

fn values_if(device: &model::Device, point: &model::Point, language: Option<&str>) -> &'static [rt::ValuesIf] {
    // The register is unsigned: what is beyond its ends is as good as its ends.
    let bound = |value: i64| u16::try_from(value.clamp(0, u16::MAX.into())).unwrap_or(u16::MAX);
    let lists = point.values_if.iter().map(|list| rt::ValuesIf {
        table: table(list.table),
        register: list.register,
        min: bound(list.min),
        max: bound(list.max),
        values: listed(device, &list.type_name, language).leak(),
    });
    lists.collect::<Vec<_>>().leak()
}

fn limits(limits: &model::Limits) -> Option<rt::Limits> {
    let decimal = |limit: Option<Limit>, round: Round| {
        let (mantissa, digits) = limit.and_then(Limit::value)?.decimal(round)?;
        Some(rt::Decimal::new(mantissa, digits))
    };
    let (min, max) = (decimal(limits.min, Round::Down), decimal(limits.max, Round::Up));
    let step = limits.exact_step().map(|(mantissa, digits)| rt::Decimal::new(mantissa, digits));
    let ends = rt::Limits::new(min, max);
    match step {
        Some(step) => Some(ends.with_step(step)),
        None => (min.is_some() || max.is_some()).then_some(ends),
    }
}

fn limit_registers(limits: &model::Limits) -> rt::LimitRegisters {
    let register = |limit: Option<Limit>| match limit {
        Some(Limit::Register(address)) => Some(address),
        Some(Limit::Value(_)) | None => None,
    };
    rt::LimitRegisters { min: register(limits.min), max: register(limits.max), step: register(limits.step) }
}

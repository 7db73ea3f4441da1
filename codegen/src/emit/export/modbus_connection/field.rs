//! The field of a point: one of the library where it says the same, and one that decodes exactly where none does.

use std::collections::BTreeSet;

use super::super::facts;
use super::super::numbers::{self, WordOrder};
use super::super::text::quoted;
use super::super::{Options, Topic, names};
use super::types::Types;
use crate::model::{Device, Kind, Limit, Packing, Point, RawType, Role, Table, ValueLabel, WriteFunctions};
use crate::ratio::Ratio;

/// What the module needs besides the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    OpenEnum,
    Flags,
    Limits,
    ExactField,
}

/// How far the addresses of the elements of an array lie apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Strides {
    pub(super) field: i32,
    pub(super) scale_register: i32,
}

/// An attribute of a class.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) declaration: String,
    pub(super) comments: Vec<String>,
    pub(super) setter: Option<String>,
}

/// A declaration, what it says of the point, and the type of its value in Python.
pub(super) struct Declared {
    pub(super) text: String,
    pub(super) said: Vec<Topic>,
    pub(super) value: String,
    pub(super) is_writable: bool,
}

/// A call that is being put together.
struct Call {
    function: &'static str,
    arguments: Vec<String>,
}

impl Call {
    fn new(function: &'static str, arguments: impl IntoIterator<Item = String>) -> Self {
        Self { function, arguments: arguments.into_iter().collect() }
    }

    fn text(&self) -> String {
        format!("{}({})", self.function, self.arguments.join(", "))
    }
}

/// What of a point's writing the declaration says.
struct Writing {
    argument: Option<String>,
    said: Vec<Topic>,
}

/// The declaration of a point, or why there is none.
pub(super) fn declare(
    device: &Device,
    point: &Point,
    options: &Options,
    types: &Types,
    strides: Strides,
    helpers: &mut BTreeSet<Helper>,
) -> Result<Declared, &'static str> {
    let mut said = vec![Topic::UnitId, Topic::Variants, Topic::SideEffect, Topic::Scale, Topic::Offset];
    said.push(Topic::NotAvailable);
    let is_typed = matches!(&point.kind, Kind::Enum(name) | Kind::Flags(name) if types.name(name).is_some());
    if is_typed {
        said.extend([Topic::Values, Topic::Bits]);
    }
    let mut value = match &point.kind {
        Kind::Bool => "bool",
        Kind::Scaled => "float",
        Kind::Text => "str",
        Kind::Bytes => "bytes",
        _ => "int",
    }
    .to_owned();
    let writing = writing(device, point, types, helpers);
    let is_writable = writing.argument.is_some();
    let mut call = if point.table.is_bit() {
        let function = if point.table == Table::Coil { "_model.coil" } else { "_model.discrete_input" };
        Call::new(function, [point.address().to_string()])
    } else {
        if let Some(name) = point.kind.type_name().and_then(|name| types.name(name)).filter(|_| is_typed) {
            name.clone_into(&mut value);
        }
        match plain(point, types) {
            Some(call) => call,
            None => {
                helpers.insert(Helper::ExactField);
                if matches!(point.kind, Kind::Special(_)) {
                    said.push(Topic::Values);
                    value = format!("{} | str", if device_is_whole(device, point) { "int" } else { "float" });
                }
                exact(device, point, options, types)?
            }
        }
    };
    if strides.field != 0 {
        call.arguments.push(format!("stride={}", strides.field));
    }
    if let Some(register) = point.scale_register {
        call.arguments.push(format!("scale_register={register}"));
        if strides.scale_register != 0 {
            call.arguments.push(format!("scale_register_stride={}", strides.scale_register));
        }
    }
    if let (Some(unit), true) = (&point.unit, takes_unit(call.function)) {
        call.arguments.push(format!("unit={}", quoted(unit)));
    }
    said.extend(writing.said);
    if let Some(argument) = writing.argument {
        call.arguments.push(format!("writable={argument}"));
        let takes_function = !matches!(call.function, "_model.coil" | "_model.bit" | "_model.bits");
        if device.write_functions(point) == WriteFunctions::Multiple && takes_function {
            call.arguments.push("force_fc16=True".to_owned());
        }
    }
    Ok(Declared { text: call.text(), said, value, is_writable })
}

fn device_is_whole(device: &Device, point: &Point) -> bool {
    point.kind.type_name().is_some_and(|name| device.special_is_whole(name))
}

fn takes_unit(function: &str) -> bool {
    let without = ["_model.coil", "_model.discrete_input", "_model.bit", "_model.enum", "_model.flags"];
    !without.contains(&function)
}

/// How a point may be written; nothing where it is only read, or the library could only write too much.
fn writing(device: &Device, point: &Point, types: &Types, helpers: &mut BTreeSet<Helper>) -> Writing {
    let none = Writing { argument: None, said: Vec::new() };
    if !point.access.writes() || !point.table.is_writable() {
        return none;
    }
    let functions = device.write_functions(point);
    // The library writes one coil with function 5, several registers with function 16, bits with function 6.
    let is_possible = match (point.table.is_bit(), point.bit_range) {
        (true, _) => functions != WriteFunctions::Multiple,
        (false, Some(_)) => functions != WriteFunctions::Multiple && is_bit_or_bits(point),
        (false, None) => functions != WriteFunctions::Single || point.words.len() == 1,
    };
    if !is_possible {
        return none;
    }
    let mut said = vec![Topic::Writing];
    let listed = match &point.kind {
        Kind::Enum(name) if !point.table.is_bit() => types.name(name),
        _ => None,
    };
    if let Some(name) = listed {
        return Writing { argument: Some(format!("{name}.listed")), said };
    }
    let limits = point.limits.as_ref();
    let printed = |limit: Option<Limit>| limit.and_then(Limit::value);
    let all = limits.map(|of| [of.min, of.max, of.step]).unwrap_or_default();
    // One that a register holds is nothing that a validator sees.
    if all.into_iter().all(|limit| limit.is_none_or(|limit| limit.value().is_some())) {
        said.push(Topic::Limits);
    }
    let ends = all.map(printed);
    let is_number = matches!(point.kind, Kind::Integer | Kind::Scaled);
    if !is_number || ends.iter().all(Option::is_none) {
        if limits.is_some() && !is_number {
            said.retain(|topic| *topic != Topic::Limits);
        }
        return Writing { argument: Some("True".to_owned()), said };
    }
    helpers.insert(Helper::Limits);
    let arguments: Vec<String> = ["low", "high", "step"]
        .into_iter()
        .zip(ends)
        .filter_map(|(name, end)| end.map(|end| format!("{name}=\"{end}\"")))
        .collect();
    Writing { argument: Some(format!("_Limits({})", arguments.join(", "))), said }
}

/// Whether the library has a field for this part of a register, which it writes without the other bits.
fn is_bit_or_bits(point: &Point) -> bool {
    let Some((low, high)) = point.bit_range else { return false };
    let is_plain = matches!(point.raw, RawType::Integer { signed: false, .. }) && point.not_available.is_empty();
    let is_one_bit = low == high && point.kind == Kind::Bool;
    let is_number = point.kind == Kind::Integer && point.is_raw_itself() && !point.byte_swapped;
    is_plain && (is_one_bit || (is_number && point.words.len() == 1))
}

/// The library's own field, where it decodes every raw value as it is meant.
fn plain(point: &Point, types: &Types) -> Option<Call> {
    if is_bit_or_bits(point) {
        let (low, high) = point.bit_range?;
        let (address, bit) = numbers::bit_on_wire(point, low)?;
        let width = high.checked_sub(low)?.checked_add(1)?;
        return Some(match point.kind {
            Kind::Bool => Call::new("_model.bit", [address.to_string(), bit.to_string()]),
            _ => Call::new("_model.bits", [address.to_string(), low.to_string(), width.to_string()]),
        });
    }
    let order = numbers::word_order(point).filter(|_| !point.byte_swapped)?;
    let mut call = match point.raw {
        RawType::Integer { .. } => integer(point, types)?,
        RawType::Float { bits } if point.bit_range.is_none() && is_plain_float(point) => {
            let function = if bits == 32 { "_model.float32" } else { "_model.float64" };
            Call::new(function, [point.address().to_string()])
        }
        _ => return None,
    };
    if order == WordOrder::LowFirst {
        call.arguments.push("word_order=\"little\"".to_owned());
    }
    Some(call)
}

fn is_plain_float(point: &Point) -> bool {
    point.scale == Ratio::ONE
        && point.offset == Ratio::ZERO
        && point.scale_register.is_none()
        && point.not_available.iter().all(|raw| numbers::is_nan(point, *raw))
}

fn integer(point: &Point, types: &Types) -> Option<Call> {
    let (bits, signed) = numbers::plain_integer(point)?;
    let address = point.address().to_string();
    let count = point.words.len();
    let sign = |signed: bool| format!("signed={}", if signed { "True" } else { "False" });
    let nan = {
        let raw: Vec<String> =
            point.not_available.iter().map(|raw| format!("0x{:X}", numbers::unsigned(point, *raw))).collect();
        match raw.as_slice() {
            [] => None,
            [one] => Some(format!("nan={one}")),
            all => Some(format!("nan=({})", all.join(", "))),
        }
    };
    let mut call = match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) if types.name(name).is_some() => {
            let function = if matches!(point.kind, Kind::Enum(_)) { "_model.enum" } else { "_model.flags" };
            let mut call = Call::new(function, [address, types.name(name)?.to_owned()]);
            if count > 1 {
                call.arguments.push(format!("count={count}"));
            }
            if signed && matches!(point.kind, Kind::Enum(_)) {
                call.arguments.push(sign(true));
            }
            call
        }
        Kind::Special(_) | Kind::Bool => return None,
        _ if point.scale_register.is_some() => {
            if point.scale != Ratio::ONE || point.offset != Ratio::ZERO || bits > 32 {
                return None;
            }
            let range = "scale_exponent_range=(-10, 10)".to_owned();
            Call::new("_model.NumberField", [address, format!("count={count}"), sign(signed), range])
        }
        _ if point.is_raw_itself() => match bits {
            16 => Call::new("_model.integer", [address, sign(signed)]),
            32 => Call::new(if signed { "_model.int32" } else { "_model.uint32" }, [address]),
            64 => Call::new(if signed { "_model.int64" } else { "_model.uint64" }, [address]),
            _ => Call::new("_model.NumberField", [address, format!("count={count}"), sign(signed)]),
        },
        _ => return scaled(point, bits, signed, nan),
    };
    call.arguments.extend(nan);
    Some(call)
}

/// A scaled integer whose decimals the library rounds to: those of a decimal that ends, of at most 32 bits.
fn scaled(point: &Point, bits: u8, signed: bool, nan: Option<String>) -> Option<Call> {
    const ROUNDED: u8 = 9;
    let is_short = |number: Ratio| numbers::digits(number).is_some_and(|digits| digits <= ROUNDED);
    // Beyond it a product has more digits than a float.
    let is_small = |number: Ratio| number.numerator().unsigned_abs() <= 100_000;
    if bits > 32 || ![point.scale, point.offset].into_iter().all(|number| is_short(number) && is_small(number)) {
        return None;
    }
    let address = point.address().to_string();
    let scale = numbers::decimal(point.scale);
    let mut call = match bits {
        16 => {
            let sign = format!("signed={}", if signed { "True" } else { "False" });
            Call::new("_model.gauge", [address, scale, sign])
        }
        _ => Call::new(if signed { "_model.int32" } else { "_model.uint32" }, [address, format!("scale={scale}")]),
    };
    if point.offset != Ratio::ZERO {
        call.arguments.push(format!("offset={}", numbers::decimal(point.offset)));
    }
    call.arguments.extend(nan);
    Some(call)
}

/// The field of ours that says everything.
fn exact(device: &Device, point: &Point, options: &Options, types: &Types) -> Result<Call, &'static str> {
    const WIDEST: u32 = 125;
    let known: BTreeSet<u16> = point.words.iter().copied().collect();
    if usize::try_from(numbers::span(point)).ok() != Some(known.len()) || numbers::span(point) > WIDEST {
        return Err("its words lie apart");
    }
    let address = point.address();
    let words: Vec<String> = point.words.iter().map(|word| word.abs_diff(address).to_string()).collect();
    let words = if let [word] = words.as_slice() { format!("({word},)") } else { format!("({})", words.join(", ")) };
    let kind = match point.raw {
        RawType::Integer { signed: true, .. } => "signed",
        RawType::Integer { .. } | RawType::Bool => "unsigned",
        RawType::Float { .. } => "float",
        RawType::Bcd { .. } => "bcd",
        RawType::SignMagnitude { .. } => "sign_magnitude",
        RawType::Modulo10000 { signed: false, .. } => "modulo_10000",
        RawType::Modulo10000 { signed: true, .. } => "signed_modulo_10000",
        RawType::Bytes => "bytes",
        RawType::Text { .. } => "text",
    };
    let mut call = Call::new("_ExactField", [address.to_string(), words, format!("\"{kind}\"")]);
    let mut add = |text: String| call.arguments.push(text);
    if point.byte_swapped {
        add("swapped=True".to_owned());
    }
    if let Some((low, high)) = point.bit_range {
        add(format!("bits=({low}, {high})"));
    }
    if let RawType::Text { encoding, packing } = point.raw {
        add(format!("encoding=\"{}\"", encoding.key()));
        if packing != Packing::TwoHighFirst {
            add(format!("packing=\"{}\"", packing.key()));
        }
    }
    if let Some((multiplier, addend, divisor)) = terms(device, point) {
        add(format!("scale=({multiplier}, {addend}, {divisor})"));
    }
    if !point.not_available.is_empty() {
        let raw: Vec<String> = point.not_available.iter().map(|raw| format!("{raw},")).collect();
        add(format!("absent=({})", raw.join(" ")));
    }
    match &point.kind {
        Kind::Special(_) => {
            let values = facts::values(device, point);
            let language = options.language.as_deref();
            let one = |(raw, of): &(i64, &ValueLabel)| format!("{raw}: {}", quoted(facts::label(of, language)));
            add(format!("special={{{}}}", values.iter().map(one).collect::<Vec<_>>().join(", ")));
        }
        Kind::Bool => add("convert=bool".to_owned()),
        Kind::Enum(name) | Kind::Flags(name) => {
            if let Some(name) = types.name(name) {
                add(format!("convert={name}"));
            }
        }
        _ => {}
    }
    Ok(call)
}

/// Multiplier, addend and divisor; none where the raw number is the value.
fn terms(device: &Device, point: &Point) -> Option<(i64, i64, i64)> {
    let is_number = matches!(point.kind, Kind::Scaled | Kind::Integer | Kind::Special(_));
    let is_whole = matches!(point.kind, Kind::Special(_)) && device_is_whole(device, point);
    let is_one = point.scale == Ratio::ONE && point.offset == Ratio::ZERO;
    if !is_number || is_whole || (is_one && matches!(point.raw, RawType::Float { .. })) {
        return None;
    }
    if is_one && point.kind == Kind::Integer { None } else { point.scale_terms() }
}

/// The method that writes a point.
pub(super) fn setter(point: &Point, field: &str, method: &str, value: &str, options: &Options) -> String {
    let label = super::doc(names::label(point, options));
    match point.role {
        Role::Command { trigger: Some(trigger) } => format!(
            "    async def {method}(self) -> None:\n        \"\"\"{label}.\"\"\"\n        await self.write(\"{field}\", \
             {trigger})\n"
        ),
        _ => format!(
            "    async def set_{method}(self, value: {value}) -> None:\n        \"\"\"Write: {label}.\"\"\"\n        await \
             self.write(\"{field}\", value)\n"
        ),
    }
}

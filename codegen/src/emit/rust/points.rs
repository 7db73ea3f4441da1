//! One typed constant for each point, or for what the elements of an array have in common.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::layout::Layout;
use super::sink::Sink;
use super::{Parts, device, docs, names};
use crate::emit::item::{Item, Part};
use crate::model::{
    Access, Availability, ConditionalValues, Device, Encoding, Kind, Limit, Limits, Packing, Point, RawType, Role,
    Table,
};
use crate::ratio::{Ratio, Round};

/// The module `points`, with a module for each array whose elements have more than one point.
pub(super) fn items(device: &Device, layout: &Layout<'_>, parts: Parts, sink: &mut impl Sink) {
    let scope = quote! { super:: };
    let bare: Vec<&Item<'_>> =
        layout.families.iter().flat_map(|family| &family.items).filter(|item| item.is_bare()).collect();
    sink.open(quote! {
        /// The device's points, as typed handles.
        pub mod points
    });
    if !layout.singles.is_empty() || !bare.is_empty() {
        sink.item(quote! { use super::rt; });
    }
    // The modules of arrays have their own.
    allocated(layout.singles.iter().copied().chain(bare.iter().map(|item| item.point)), &scope, parts, sink);
    for &point in &layout.singles {
        sink.item(constant(device, &Item::single(point), &scope));
    }
    for item in bare {
        sink.item(constant(device, item, &scope));
    }
    for family in layout.families.iter().filter(|family| family.has_struct()) {
        let scope = quote! { super::super:: };
        let docs = docs::line(&docs::of_each(family.array));
        let name = names::ident(&family.array.name);
        sink.open(quote! { #docs pub mod #name });
        sink.item(quote! { use super::super::rt; });
        allocated(family.members().map(|item| item.point), &scope, parts, sink);
        for item in family.members() {
            sink.item(constant(device, item, &scope));
        }
        sink.close();
    }
    sink.close();
}

/// The types of `alloc` that the points are read as, where nobody else sees to it that their names are known.
fn allocated<'a>(points: impl Iterator<Item = &'a Point>, scope: &TokenStream, parts: Parts, sink: &mut impl Sink) {
    if parts == Parts::All {
        return;
    }
    let (mut has_text, mut has_bytes) = (false, false);
    for point in points {
        has_text |= point.kind == Kind::Text;
        has_bytes |= point.kind == Kind::Bytes;
    }
    if has_text {
        sink.item(quote! { use #scope rt::expansion::String; });
    }
    if has_bytes {
        sink.item(quote! { use #scope rt::expansion::Vec; });
    }
}

/// What a point is read as, from a module where types are found under `scope`; with whether there may be no value.
pub(super) fn value_type(point: &Point, scope: &TokenStream) -> TokenStream {
    let value = written_type(point, scope);
    if point.may_lack_a_value() {
        quote! { Option<#value> }
    } else {
        value
    }
}

/// What is written to a point.
pub(super) fn written_type(point: &Point, scope: &TokenStream) -> TokenStream {
    match &point.kind {
        Kind::Bool => quote! { bool },
        Kind::Integer => integer(point.raw, point.raw.is_signed()),
        Kind::Scaled => quote! { f64 },
        Kind::Enum(name) | Kind::Flags(name) | Kind::Special(name) | Kind::Conditional(name) => {
            let name = names::ident(name);
            quote! { #scope #name }
        }
        Kind::BitSet => {
            let bits = integer(point.raw, false);
            quote! { rt::BitSet<#bits> }
        }
        Kind::Text => quote! { String },
        Kind::Bytes => quote! { Vec<u8> },
    }
}

/// The Rust type that holds a raw value.
pub(super) fn integer(raw: RawType, signed: bool) -> TokenStream {
    match (raw.bits(), signed) {
        (0..=1, _) => quote! { bool },
        (2..=16, false) => quote! { u16 },
        (2..=16, true) => quote! { i16 },
        (17..=32, false) => quote! { u32 },
        (17..=32, true) => quote! { i32 },
        (33.., false) => quote! { u64 },
        (33.., true) => quote! { i64 },
    }
}

fn constant(device: &Device, item: &Item<'_>, scope: &TokenStream) -> TokenStream {
    let name = item.constant();
    let aliases = docs::aliases(&name, item.printed_names());
    let docs = docs::attributes(&docs::item(device, item));
    let name = names::ident(&name);
    let value = value_type(item.point, scope);
    let access = match (item.point.role, item.point.access) {
        (Role::Command { .. }, _) => quote! { , rt::Trigger },
        (Role::Value, Access::Read) => TokenStream::new(),
        (Role::Value, Access::Write) => quote! { , rt::WriteOnly },
        (Role::Value, Access::ReadWrite) => quote! { , rt::ReadWrite },
    };
    let handle = quote! { rt::Point<#value #access> };
    let Some(part) = &item.part else {
        let (kind, words) = (constructor(item.point.table), words(item.point));
        let id = &item.point.id;
        let calls = calls(device, item.point, scope);
        return quote! {
            #docs
            #aliases
            pub const #name: #handle = rt::Point::new(&rt::PointInfo::#kind(#id, #words) #(.#calls)*);
        };
    };
    let (common, elements) = elements(device, part, scope);
    let (handle, make) =
        if part.is_sparse() { (quote! { Option<#handle> }, quote! { some }) } else { (handle, quote! { each }) };
    let count = names::count(part.points.len());
    let table = constructor(item.point.table);
    quote! {
        #docs
        #aliases
        pub const #name: [#handle; #count] = {
            const EACH: rt::PointInfo = rt::PointInfo::#table("", &[]) #(.#common)*;
            rt::Point::#make(&[#(#elements),*])
        };
    }
}

/// What the points of an array have in common, as calls, and the element for each: what it has of its own.
fn elements(device: &Device, part: &Part<'_>, scope: &TokenStream) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let all: Vec<Vec<TokenStream>> = part.points.iter().flatten().map(|point| calls(device, point, scope)).collect();
    // What each of them has like the first, whatever their number is: they are gone through once.
    let mut alike: BTreeSet<String> = all.iter().take(1).flatten().map(ToString::to_string).collect();
    for calls in all.iter().skip(1) {
        let own: BTreeSet<String> = calls.iter().map(ToString::to_string).collect();
        alike.retain(|call| own.contains(call));
    }
    let is_common = |call: &&TokenStream| alike.contains(&call.to_string());
    let common = all.iter().take(1).flatten().filter(is_common).cloned().collect();
    let mut own = all.iter();
    let element = |point: Option<&Point>| {
        let Some(point) = point else { return quote! { None } };
        let calls = own.next().map(Vec::as_slice).unwrap_or_default();
        let (id, words) = (&point.id, words(point));
        let own = calls.iter().filter(|call| !is_common(call));
        let element = quote! { EACH.element(#id, #words) #(.#own)* };
        if part.is_sparse() {
            quote! { Some(#element) }
        } else {
            element
        }
    };
    (common, part.points.iter().copied().map(element).collect())
}

fn words(point: &Point) -> TokenStream {
    let words = point.words.iter().map(|&word| names::integer(word.into()));
    quote! { &[#(#words),*] }
}

/// What makes a point of a table.
fn constructor(table: Table) -> TokenStream {
    match table {
        Table::Coil => quote! { coil },
        Table::DiscreteInput => quote! { discrete_input },
        Table::InputRegister => quote! { input_register },
        Table::HoldingRegister => quote! { holding_register },
    }
}

/// What is said of a point, as calls; what goes without saying is left out.
fn calls(device: &Device, point: &Point, scope: &TokenStream) -> Vec<TokenStream> {
    let label = names::text(&point.label);
    let mut calls = vec![match &point.group {
        Some(group) => {
            let group = names::text(group);
            quote! { named(#group, #label) }
        }
        None => quote! { labelled(#label) },
    }];
    if !point.translations.is_empty() {
        let languages = point.translations.iter().map(|(language, _)| language);
        let labels = point.translations.iter().map(|(_, label)| names::text(label));
        calls.push(quote! { translated(&[#((#languages, #labels)),*]) });
    }
    match point.access {
        Access::Read => {}
        Access::Write => calls.push(quote! { write_only() }),
        Access::ReadWrite => calls.push(quote! { read_write() }),
    }
    match point.role {
        Role::Value => {}
        Role::Command { trigger: None } => calls.push(quote! { command() }),
        Role::Command { trigger: Some(trigger) } => {
            let trigger = names::integer(trigger.into());
            calls.push(quote! { triggered_by(#trigger) });
        }
    }
    calls.extend(meaning(device, point, scope));
    calls.extend(held(point));
    if let Some(unit) = &point.unit {
        let unit = names::text(unit);
        calls.push(quote! { in_unit(#unit) });
    }
    if !point.not_available.is_empty() {
        let raw = point.not_available.iter().map(|&raw| names::integer(raw));
        calls.push(quote! { no_value_at(&[#(#raw),*]) });
    }
    if let Some(default) = &point.default {
        let default = names::text(default);
        calls.push(quote! { defaulting_to(#default) });
    }
    if let Some(limits) = &point.limits {
        calls.extend(self::limits(limits).map(|limits| quote! { limited(#limits) }));
        calls.extend(limit_registers(limits).map(|registers| quote! { limited_by(#registers) }));
    }
    calls.extend(circumstances(device, point));
    calls
}

/// Where in its words the raw value is.
fn held(point: &Point) -> Vec<TokenStream> {
    let mut calls = Vec::new();
    if point.byte_swapped {
        calls.push(quote! { swapped() });
    }
    if let Some((low, high)) = point.bit_range {
        let (low, high) = (names::integer(low.into()), names::integer(high.into()));
        calls.push(quote! { at_bits(#low, #high) });
    }
    if let Some(register) = point.scale_register.filter(|_| matches!(point.kind, Kind::Scaled | Kind::Special(_))) {
        let register = names::integer(register.into());
        calls.push(quote! { scaled_by_register(#register) });
    }
    calls
}

/// When it is there, and how it is read and written.
fn circumstances(device: &Device, point: &Point) -> Vec<TokenStream> {
    let mut calls = Vec::new();
    if let Some(availability) = point.available_if {
        let availability = available_if(availability);
        calls.push(quote! { there_if(#availability) });
    }
    if let Some(seconds) = point.keep_alive_s {
        let seconds = names::integer(seconds.into());
        calls.push(quote! { kept_alive_every(#seconds) });
    }
    if point.optional {
        calls.push(quote! { optional() });
    }
    if point.read_side_effect {
        calls.push(quote! { changed_by_reading() });
    }
    if let Some(functions) = point.write_functions {
        let functions = device::write_functions(functions);
        calls.push(quote! { written_by(#functions) });
    }
    if let Some(unit_id) = point.unit_id {
        let unit_id = names::integer(unit_id.into());
        calls.push(quote! { at_unit(#unit_id) });
    }
    // Nothing else tells the variant of a device.
    if device.detect.is_some() && !point.variants.is_empty() {
        let variants = point.variants.iter().map(|variant| names::text(variant));
        calls.push(quote! { only_on(&[#(#variants),*]) });
    }
    calls
}

/// What the raw value means.
fn meaning(device: &Device, point: &Point, scope: &TokenStream) -> Option<TokenStream> {
    let raw = raw(point.raw);
    let is_word = matches!(point.raw, RawType::Integer { bits: 0..=16, signed: false });
    Some(match &point.kind {
        Kind::Bool if point.table.is_bit() && point.raw == RawType::Bool => return None,
        Kind::Integer if !point.table.is_bit() && is_word => return None,
        Kind::Bool => quote! { boolean(#raw) },
        Kind::Integer => quote! { integer(#raw) },
        Kind::Scaled => {
            let scale = scale(point);
            quote! { scaled(#raw, #scale) }
        }
        Kind::Enum(name) => {
            let name = names::ident(name);
            quote! { listed(#raw, <#scope #name as rt::Enumeration>::VALUES) }
        }
        Kind::Flags(name) => {
            let name = names::ident(name);
            quote! { flags(#raw, <#scope #name as rt::FlagSet>::FLAGS) }
        }
        Kind::BitSet => quote! { flags(#raw, &[]) },
        Kind::Special(name) => {
            let scale = scale(point);
            let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
            let codes = point.specials.iter().map(|&raw| names::integer(raw.into()));
            let labels = labels.iter().map(|label| names::text(&label.label));
            let values = codes.zip(labels).map(|(code, label)| quote! { rt::Labelled::new(#code, #label) });
            quote! { special(#raw, #scale, &[#(#values),*]) }
        }
        Kind::Conditional(_) => {
            let lists = point.values_if.iter().map(|list| values_if(list, scope));
            quote! { listed_if(#raw, &[#(#lists),*]) }
        }
        Kind::Text => {
            let text = text(point.raw)?;
            quote! { characters(#text) }
        }
        Kind::Bytes => quote! { octets() },
    })
}

/// How raw value and number relate. The checks have seen to it that it can be said in 64 bits.
fn scale(point: &Point) -> TokenStream {
    if (point.scale, point.offset) == (Ratio::ONE, Ratio::ZERO) {
        return quote! { rt::Scale::ONE };
    }
    let Some((multiplier, addend, divisor)) = point.scale_terms() else { return quote! { rt::Scale::ONE } };
    let divisor = names::integer(divisor.into());
    if (multiplier, addend) == (1, 0) {
        return quote! { rt::Scale::divided_by(#divisor) };
    }
    let (multiplier, addend) = (names::integer(multiplier.into()), names::integer(addend.into()));
    quote! { rt::Scale::new(#multiplier, #addend, #divisor) }
}

fn values_if(list: &ConditionalValues, scope: &TokenStream) -> TokenStream {
    let table = table(list.table);
    let register = names::integer(list.register.into());
    // The register is unsigned: what is beyond its ends is as good as its ends.
    let bound = |value: i64| names::integer(value.clamp(0, i64::from(u16::MAX)).into());
    let (min, max) = (bound(list.min), bound(list.max));
    let name = names::ident(&list.type_name);
    quote! {
        rt::ValuesIf {
            table: #table,
            register: #register,
            min: #min,
            max: #max,
            values: <#scope #name as rt::Enumeration>::VALUES,
        }
    }
}

fn text(raw: RawType) -> Option<TokenStream> {
    let RawType::Text { encoding, packing } = raw else { return None };
    let encoding = match encoding {
        Encoding::Ascii => quote! { Ascii },
        Encoding::Iso8859_1 => quote! { Iso8859_1 },
        Encoding::Utf8 => quote! { Utf8 },
    };
    let packing = match packing {
        Packing::TwoHighFirst => quote! { TwoHighFirst },
        Packing::TwoLowFirst => quote! { TwoLowFirst },
        Packing::One => quote! { One },
    };
    Some(quote! { rt::TextInfo { encoding: rt::Encoding::#encoding, packing: rt::Packing::#packing } })
}

fn available_if(availability: Availability) -> TokenStream {
    let table = table(availability.table);
    let (register, bit) = (names::integer(availability.register.into()), names::integer(availability.bit.into()));
    quote! { rt::AvailableIf { table: #table, register: #register, bit: #bit } }
}

/// The runtime's name of a table.
pub(super) fn table(table: Table) -> TokenStream {
    match table {
        Table::Coil => quote! { rt::Table::Coil },
        Table::DiscreteInput => quote! { rt::Table::DiscreteInput },
        Table::InputRegister => quote! { rt::Table::InputRegister },
        Table::HoldingRegister => quote! { rt::Table::HoldingRegister },
    }
}

fn raw(raw: RawType) -> TokenStream {
    match (raw, raw.is_signed()) {
        (RawType::Bool, _) => quote! { rt::RawType::Bool },
        (RawType::Text { .. }, _) => quote! { rt::RawType::Text },
        (RawType::Bytes, _) => quote! { rt::RawType::Bytes },
        (RawType::Bcd { .. }, _) => quote! { rt::RawType::Bcd },
        (RawType::SignMagnitude { .. }, _) => quote! { rt::RawType::SignMagnitude },
        (RawType::Modulo10000 { .. }, false) => quote! { rt::RawType::Modulo10000 },
        (RawType::Modulo10000 { .. }, true) => quote! { rt::RawType::SignedModulo10000 },
        (RawType::Float { bits: 0..=32 }, _) => quote! { rt::RawType::F32 },
        (RawType::Float { .. }, _) => quote! { rt::RawType::F64 },
        (RawType::Integer { bits: 0..=16, .. }, false) => quote! { rt::RawType::U16 },
        (RawType::Integer { bits: 0..=16, .. }, true) => quote! { rt::RawType::I16 },
        (RawType::Integer { bits: 17..=32, .. }, false) => quote! { rt::RawType::U32 },
        (RawType::Integer { bits: 17..=32, .. }, true) => quote! { rt::RawType::I32 },
        (RawType::Integer { bits: 33..=48, .. }, false) => quote! { rt::RawType::U48 },
        (RawType::Integer { bits: 33..=48, .. }, true) => quote! { rt::RawType::I48 },
        (RawType::Integer { .. }, false) => quote! { rt::RawType::U64 },
        (RawType::Integer { .. }, true) => quote! { rt::RawType::I64 },
    }
}

fn limits(limits: &Limits) -> Option<TokenStream> {
    let number = |limit: Option<Limit>| limit.and_then(Limit::value);
    let step = limits.exact_step().map(|(mantissa, digits)| {
        let step = decimal(mantissa, digits);
        quote! { .with_step(#step) }
    });
    if number(limits.min).is_none() && number(limits.max).is_none() && step.is_none() {
        return None;
    }
    let (min, max) = (bound(number(limits.min), Round::Down), bound(number(limits.max), Round::Up));
    Some(quote! { rt::Limits::new(#min, #max) #step })
}

fn limit_registers(limits: &Limits) -> Option<TokenStream> {
    let register = |limit: Option<Limit>| match limit {
        Some(Limit::Register(address)) => {
            let address = names::integer(address.into());
            quote! { Some(#address) }
        }
        Some(Limit::Value(_)) | None => quote! { None },
    };
    let (min, max, step) = (register(limits.min), register(limits.max), register(limits.step));
    limits.in_registers().then(|| quote! { rt::LimitRegisters { min: #min, max: #max, step: #step } })
}

fn bound(bound: Option<Ratio>, round: Round) -> TokenStream {
    let Some((mantissa, digits)) = bound.and_then(|ratio| ratio.decimal(round)) else { return quote! { None } };
    let decimal = decimal(mantissa, digits);
    quote! { Some(#decimal) }
}

fn decimal(mantissa: i64, digits: u8) -> TokenStream {
    let (mantissa, digits) = (names::integer(mantissa.into()), names::integer(digits.into()));
    quote! { rt::Decimal::new(#mantissa, #digits) }
}

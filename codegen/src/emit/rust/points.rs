//! One typed constant for each point, or for what the elements of an array have in common.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::layout::Layout;
use super::{Parts, docs, names};
use crate::emit::item::{Item, Part};
use crate::model::{
    Access, Availability, ConditionalValues, Device, Encoding, Kind, Limit, Limits, Packing, Point, RawType, Role,
    Table,
};
use crate::ratio::{Ratio, Round};

/// The module `points`, with a module for each array whose elements have more than one point.
pub(super) fn tokens(device: &Device, layout: &Layout<'_>, parts: Parts) -> TokenStream {
    let scope = quote! { super:: };
    let single = device.points.iter().filter(|point| point.array.is_none()).map(Item::single);
    let constants = single.map(|item| constant(device, &item, &scope));
    let arrays = layout.families.iter().map(|family| {
        let bare = family.items.iter().filter(|item| item.is_bare()).map(|item| constant(device, item, &scope));
        let module = if family.has_struct() {
            let docs = docs::line(&docs::of_each(family.array));
            let name = names::ident(&family.array.name);
            let members = family.members().map(|item| constant(device, item, &quote! { super::super:: }));
            let quiet = super::quiet(&quote! {});
            let allocated = allocated(family.members().map(|item| item.point), &quote! { super::super:: }, parts);
            quote! {
                #docs
                #quiet
                pub mod #name {
                    use super::super::rt;
                    #allocated

                    #(#members)*
                }
            }
        } else {
            TokenStream::new()
        };
        quote! { #(#bare)* #module }
    });
    let quiet = super::quiet(&quote! {});
    // The modules of arrays have their own.
    let bare = layout.families.iter().flat_map(|family| &family.items).filter(|item| item.is_bare());
    let single = device.points.iter().filter(|point| point.array.is_none());
    let allocated = allocated(single.chain(bare.map(|item| item.point)), &scope, parts);
    let is_used = device.points.iter().any(|point| point.array.is_none())
        || layout.families.iter().any(|family| family.items.iter().any(Item::is_bare));
    let used = is_used.then(|| quote! { use super::rt; });
    quote! {
        /// The device's points, as typed handles.
        #quiet
        pub mod points {
            #used
            #allocated

            #(#constants)*
            #(#arrays)*
        }
    }
}

/// The types of `alloc` that the points are read as, where nobody else sees to it that their names are known.
fn allocated<'a>(points: impl Iterator<Item = &'a Point>, scope: &TokenStream, parts: Parts) -> TokenStream {
    if parts == Parts::All {
        return TokenStream::new();
    }
    let (mut has_text, mut has_bytes) = (false, false);
    for point in points {
        has_text |= point.kind == Kind::Text;
        has_bytes |= point.kind == Kind::Bytes;
    }
    let text = has_text.then(|| quote! { use #scope rt::expansion::String; });
    let bytes = has_bytes.then(|| quote! { use #scope rt::expansion::Vec; });
    quote! { #text #bytes }
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
        let fields = fields(device, item.point, scope).into_iter().map(|(field, value)| field_tokens(field, &value));
        return quote! {
            #docs
            #aliases
            pub const #name: #handle = {
                static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec { #(#fields)* ..rt::PointSpec::DEFAULT });
                rt::Point::new(&INFO)
            };
        };
    };
    let descriptions = names::ident(&item.descriptions());
    let mut place = 0_usize;
    let handles = part.points.iter().map(|point| {
        let Some(_) = point else { return quote! { None } };
        let index = names::count(place);
        place = place.saturating_add(1);
        let handle = quote! { rt::Point::new(&#descriptions[#index]) };
        if part.is_sparse() {
            quote! { Some(#handle) }
        } else {
            handle
        }
    });
    let handles: Vec<TokenStream> = handles.collect();
    let handle = if part.is_sparse() {
        quote! { Option<#handle> }
    } else {
        handle
    };
    let count = names::count(part.points.len());
    let (visible, infos) = (
        if part.is_bare() {
            quote! { super }
        } else {
            quote! { in super::super }
        },
        infos(device, part, scope),
    );
    quote! {
        #docs
        #aliases
        pub const #name: [#handle; #count] = [#(#handles),*];

        pub(#visible) static #descriptions: #infos
    }
}

/// Type and value of the descriptions of an array: what all have in common once, then what each has of its own.
fn infos(device: &Device, part: &Part<'_>, scope: &TokenStream) -> TokenStream {
    let all: Vec<Vec<Field>> = part.points.iter().flatten().map(|point| fields(device, point, scope)).collect();
    // What each of them has like the first, whatever their number is: they are gone through once.
    let mut alike: BTreeMap<&str, String> = all
        .iter()
        .take(1)
        .flatten()
        .filter(|(field, _)| !["id", "label", "words"].contains(field))
        .map(|(field, value)| (*field, value.to_string()))
        .collect();
    for fields in all.iter().skip(1) {
        alike.retain(|alike, text| fields.iter().any(|(field, value)| field == alike && value.to_string() == *text));
    }
    let shared = |(field, _): &Field| alike.contains_key(field);
    let common: Vec<TokenStream> = all
        .iter()
        .take(1)
        .flatten()
        .filter(|field| shared(field))
        .map(|(field, value)| field_tokens(field, value))
        .collect();
    let own = all.iter().map(|fields| {
        let own = fields.iter().filter(|field| !shared(field)).map(|(field, value)| field_tokens(field, value));
        quote! { rt::PointInfo::new(rt::PointSpec { #(#own)* ..COMMON }) }
    });
    let count = names::count(all.len());
    quote! {
        [rt::PointInfo; #count] = {
            const COMMON: rt::PointSpec = rt::PointSpec { #(#common)* ..rt::PointSpec::DEFAULT };
            [#(#own),*]
        };
    }
}

/// A field of a description, and its value.
type Field = (&'static str, TokenStream);

fn field_tokens(field: &str, value: &TokenStream) -> TokenStream {
    let field = names::ident(field);
    quote! { #field: #value, }
}

/// The fields of the description; what is the default is left out.
fn fields(device: &Device, point: &Point, scope: &TokenStream) -> Vec<Field> {
    let (id, label) = (&point.id, names::text(&point.label));
    let table = table(point.table);
    let words = point.words.iter().map(|&word| names::integer(word.into()));
    let mut fields = vec![("id", quote! { #id }), ("label", quote! { #label })];
    if !point.translations.is_empty() {
        let languages = point.translations.iter().map(|(language, _)| language);
        let labels = point.translations.iter().map(|(_, label)| names::text(label));
        fields.push(("translations", quote! { &[#((#languages, #labels)),*] }));
    }
    if let Some(group) = &point.group {
        let group = names::text(group);
        fields.push(("group", quote! { #group }));
    }
    fields.push(("table", table));
    fields.push(("words", quote! { &[#(#words),*] }));
    match point.access {
        Access::Read => {}
        Access::Write => fields.push(("access", quote! { rt::Access::Write })),
        Access::ReadWrite => fields.push(("access", quote! { rt::Access::ReadWrite })),
    }
    if let Role::Command { trigger } = point.role {
        fields.push(("role", quote! { rt::Role::Command }));
        if let Some(trigger) = trigger {
            fields.push(("trigger", names::integer(trigger.into())));
        }
    }
    fields.push(("raw", raw(point.raw)));
    if point.byte_swapped {
        fields.push(("byte_swapped", quote! { true }));
    }
    if let Some((low, high)) = point.bit_range {
        let (low, high) = (names::integer(low.into()), names::integer(high.into()));
        fields.push(("bits", quote! { Some(rt::BitRange::new(#low, #high)) }));
    }
    fields.extend(meaning(device, point, scope));
    if let Some(unit) = &point.unit {
        let unit = names::text(unit);
        fields.push(("unit", quote! { #unit }));
    }
    if !point.not_available.is_empty() {
        let raw = point.not_available.iter().map(|&raw| names::integer(raw));
        fields.push(("not_available", quote! { &[#(#raw),*] }));
    }
    if let Some(default) = &point.default {
        let default = names::text(default);
        fields.push(("default", quote! { #default }));
    }
    if let Some(limits) = &point.limits {
        fields.extend(self::limits(limits).map(|limits| ("limits", quote! { Some(#limits) })));
        fields.extend(limit_registers(limits).map(|registers| ("limit_registers", quote! { Some(#registers) })));
    }
    if let Some(availability) = point.available_if {
        let availability = available_if(availability);
        fields.push(("available_if", quote! { Some(#availability) }));
    }
    if let Some(seconds) = point.keep_alive_s {
        let seconds = names::integer(seconds.into());
        fields.push(("keep_alive_s", quote! { Some(#seconds) }));
    }
    if point.optional {
        fields.push(("optional", quote! { true }));
    }
    if point.read_side_effect {
        fields.push(("read_side_effect", quote! { true }));
    }
    if let Some(unit_id) = point.unit_id {
        let unit_id = names::integer(unit_id.into());
        fields.push(("unit_id", quote! { Some(#unit_id) }));
    }
    fields
}

/// What the raw value means.
fn meaning(device: &Device, point: &Point, scope: &TokenStream) -> Vec<Field> {
    let kind = match &point.kind {
        Kind::Bool => quote! { Bool },
        Kind::Integer => quote! { Integer },
        Kind::Scaled => quote! { Scaled },
        Kind::Enum(_) => quote! { Enum },
        Kind::Flags(_) | Kind::BitSet => quote! { Flags },
        Kind::Special(_) => quote! { Special },
        Kind::Conditional(_) => quote! { Conditional },
        Kind::Text => quote! { Text },
        Kind::Bytes => quote! { Bytes },
    };
    let mut fields = vec![("kind", quote! { rt::Kind::#kind })];
    match &point.kind {
        Kind::Scaled => fields.extend(scale(point)),
        Kind::Enum(name) => {
            let name = names::ident(name);
            fields.push(("values", quote! { <#scope #name as rt::Enumeration>::VALUES }));
        }
        Kind::Flags(name) => {
            let name = names::ident(name);
            fields.push(("values", quote! { <#scope #name as rt::FlagSet>::FLAGS }));
        }
        Kind::Special(name) => {
            fields.extend(scale(point));
            let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
            let codes = point.specials.iter().map(|&raw| names::integer(raw.into()));
            let labels = labels.iter().map(|label| names::text(&label.label));
            let values = codes.zip(labels).map(|(code, label)| quote! { rt::Labelled::new(#code, #label) });
            fields.push(("values", quote! { const { &[#(#values),*] } }));
        }
        Kind::Conditional(_) => {
            let lists = point.values_if.iter().map(|list| values_if(list, scope));
            fields.push(("values_if", quote! { &[#(#lists),*] }));
        }
        Kind::Text => fields.extend(text(point.raw)),
        Kind::Bool | Kind::Integer | Kind::BitSet | Kind::Bytes => {}
    }
    fields
}

/// How raw value and number relate. The checks have seen to it that it can be said in 64 bits.
fn scale(point: &Point) -> Vec<Field> {
    let mut fields = Vec::new();
    if (point.scale, point.offset) != (Ratio::ONE, Ratio::ZERO)
        && let Some((multiplier, addend, divisor)) = point.scale_terms()
    {
        let (multiplier, addend) = (names::integer(multiplier.into()), names::integer(addend.into()));
        let divisor = names::integer(divisor.into());
        fields.push(("scale", quote! { rt::Scale::new(#multiplier, #addend, #divisor) }));
    }
    if let Some(register) = point.scale_register {
        let register = names::integer(register.into());
        fields.push(("scale_register", quote! { Some(#register) }));
    }
    fields
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

fn text(raw: RawType) -> Option<Field> {
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
    let layout = quote! { rt::TextInfo { encoding: rt::Encoding::#encoding, packing: rt::Packing::#packing } };
    Some(("text", quote! { Some(#layout) }))
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

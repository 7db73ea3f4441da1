//! One typed constant for each point.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, names};
use crate::model::{Access, Device, Kind, Limit, Limits, Point, RawType, Role, Table};
use crate::ratio::Ratio;

/// The module `points`.
pub(super) fn tokens(device: &Device) -> TokenStream {
    let constants = device.points.iter().map(constant);
    let quiet = super::quiet(&quote! {});
    quote! {
        /// The device's points, as typed handles.
        #quiet
        pub mod points {
            use super::rt;

            #(#constants)*
        }
    }
}

/// The path of a point's constant, outside the module.
pub(super) fn path(point: &Point) -> TokenStream {
    let name = names::ident(&names::constant_name(&point.id));
    quote! { points::#name }
}

/// What a point is read as, from a module where types are found under `scope`; with whether there may be no value.
pub(super) fn value_type(point: &Point, scope: &TokenStream) -> TokenStream {
    let value = written_type(point, scope);
    if point.not_available.is_empty() {
        value
    } else {
        quote! { Option<#value> }
    }
}

/// What is written to a point.
pub(super) fn written_type(point: &Point, scope: &TokenStream) -> TokenStream {
    match &point.kind {
        Kind::Bool => quote! { bool },
        Kind::Integer | Kind::Conditional(_) | Kind::Text => integer(point.raw, point.raw.is_signed()),
        Kind::Scaled | Kind::Special(_) => quote! { f64 },
        Kind::Enum(name) | Kind::Flags(name) => {
            let name = names::ident(name);
            quote! { #scope #name }
        }
        Kind::BitSet => {
            let bits = integer(point.raw, false);
            quote! { rt::BitSet<#bits> }
        }
    }
}

/// The Rust type that holds a raw value.
pub(super) fn integer(raw: RawType, signed: bool) -> TokenStream {
    match (raw, signed) {
        (RawType::Bool, _) => quote! { bool },
        (RawType::Text { .. }, _) | (RawType::Integer { bits: 0..=16, .. }, false) => quote! { u16 },
        (RawType::Integer { bits: 0..=16, .. }, true) => quote! { i16 },
        (RawType::Integer { bits: 17..=32, .. }, false) => quote! { u32 },
        (RawType::Integer { bits: 17..=32, .. }, true) => quote! { i32 },
        (RawType::Integer { .. }, false) => quote! { u64 },
        (RawType::Integer { .. }, true) => quote! { i64 },
    }
}

fn constant(point: &Point) -> TokenStream {
    let name = names::constant_name(&point.id);
    let aliases = docs::aliases(&name, std::iter::once(&point.label).chain(&point.aliases).map(String::as_str));
    let docs = docs::attributes(&docs::point(point));
    let name = names::ident(&name);
    let value = value_type(point, &quote! { super:: });
    let access = match (point.role, point.access) {
        (Role::Command { .. }, _) => quote! { , rt::Trigger },
        (Role::Value, Access::Read) => TokenStream::new(),
        (Role::Value, Access::Write) => quote! { , rt::WriteOnly },
        (Role::Value, Access::ReadWrite) => quote! { , rt::ReadWrite },
    };
    let fields = fields(point);
    quote! {
        #docs
        #aliases
        pub const #name: rt::Point<#value #access> = {
            static INFO: rt::PointInfo = rt::PointInfo::new(rt::PointSpec { #fields ..rt::PointSpec::DEFAULT });
            rt::Point::new(&INFO)
        };
    }
}

/// The fields of the description; what is the default is left out.
fn fields(point: &Point) -> TokenStream {
    let (id, label) = (&point.id, &point.label);
    let table = table(point.table);
    let words = point.words.iter().map(|&word| names::integer(word.into()));
    let mut fields = quote! { id: #id, label: #label, };
    if let Some(group) = &point.group {
        fields.extend(quote! { group: #group, });
    }
    fields.extend(quote! { table: #table, words: &[#(#words),*], });
    match point.access {
        Access::Read => {}
        Access::Write => fields.extend(quote! { access: rt::Access::Write, }),
        Access::ReadWrite => fields.extend(quote! { access: rt::Access::ReadWrite, }),
    }
    if let Role::Command { trigger: Some(trigger) } = point.role {
        let trigger = names::integer(trigger.into());
        fields.extend(quote! { role: rt::Role::Command, trigger: #trigger, });
    }
    let raw = raw(point.raw);
    let kind = match &point.kind {
        Kind::Bool => quote! { Bool },
        Kind::Integer | Kind::Conditional(_) | Kind::Text => quote! { Integer },
        Kind::Scaled | Kind::Special(_) => quote! { Scaled },
        Kind::Enum(_) => quote! { Enum },
        Kind::Flags(_) | Kind::BitSet => quote! { Flags },
    };
    fields.extend(quote! { raw: #raw, kind: rt::Kind::#kind, });
    match &point.kind {
        Kind::Scaled | Kind::Special(_) => {
            let multiplier = names::integer(point.scale.numerator().into());
            let divisor = names::integer(point.scale.denominator().into());
            fields.extend(quote! { scale: rt::Scale::new(#multiplier, 0, #divisor), });
        }
        Kind::Enum(name) => {
            let name = names::ident(name);
            fields.extend(quote! { values: <super::#name as rt::Enumeration>::VALUES, });
        }
        Kind::Flags(name) => {
            let name = names::ident(name);
            fields.extend(quote! { values: <super::#name as rt::FlagSet>::FLAGS, });
        }
        Kind::Bool | Kind::Integer | Kind::BitSet | Kind::Conditional(_) | Kind::Text => {}
    }
    if let Some(unit) = &point.unit {
        fields.extend(quote! { unit: #unit, });
    }
    if !point.not_available.is_empty() {
        let raw = point.not_available.iter().map(|&raw| names::integer(raw.into()));
        fields.extend(quote! { not_available: &[#(#raw),*], });
    }
    if let Some(limits) = point.limits.as_ref().and_then(limits) {
        fields.extend(quote! { limits: Some(#limits), });
    }
    if point.optional {
        fields.extend(quote! { optional: true, });
    }
    fields
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
        (RawType::Text { .. }, _) | (RawType::Integer { bits: 0..=16, .. }, false) => quote! { rt::RawType::U16 },
        (RawType::Integer { bits: 0..=16, .. }, true) => quote! { rt::RawType::I16 },
        (RawType::Integer { bits: 17..=32, .. }, false) => quote! { rt::RawType::U32 },
        (RawType::Integer { bits: 17..=32, .. }, true) => quote! { rt::RawType::I32 },
        (RawType::Integer { .. }, false) => quote! { rt::RawType::U64 },
        (RawType::Integer { .. }, true) => quote! { rt::RawType::I64 },
    }
}

fn limits(limits: &Limits) -> Option<TokenStream> {
    let number = |limit: Option<Limit>| limit.and_then(Limit::value);
    if number(limits.min).is_none() && number(limits.max).is_none() {
        return None;
    }
    let (min, max) = (bound(number(limits.min), Round::Down), bound(number(limits.max), Round::Up));
    Some(quote! { rt::Limits::new(#min, #max) })
}

/// Which way a limit without end goes: outwards, so that no allowed value is refused.
#[derive(Clone, Copy)]
enum Round {
    Down,
    Up,
}

fn bound(bound: Option<Ratio>, round: Round) -> TokenStream {
    let Some((mantissa, digits)) = bound.and_then(|ratio| decimal(ratio, round)) else { return quote! { None } };
    let (mantissa, digits) = (names::integer(mantissa.into()), names::integer(digits.into()));
    quote! { Some(rt::Decimal::new(#mantissa, #digits)) }
}

/// The number as a decimal: exact where it ends, else rounded after nine digits.
fn decimal(ratio: Ratio, round: Round) -> Option<(i64, u8)> {
    let exact =
        (0..=18).find_map(|digits| scaled(ratio, digits).filter(|(_, rest)| *rest == 0).map(|(n, _)| (n, digits)));
    let (mantissa, digits) = match (exact, round) {
        (Some(exact), _) => exact,
        (None, Round::Down) => (scaled(ratio, 9)?.0, 9),
        (None, Round::Up) => (scaled(ratio, 9)?.0.checked_add(1)?, 9),
    };
    Some((i64::try_from(mantissa).ok()?, digits))
}

/// The number times a power of ten, rounded down, and what remains.
fn scaled(ratio: Ratio, digits: u8) -> Option<(i128, i128)> {
    let power = 10i128.checked_pow(digits.into())?;
    let numerator = i128::from(ratio.numerator()).checked_mul(power)?;
    let denominator = i128::from(ratio.denominator());
    Some((numerator.checked_div_euclid(denominator)?, numerator.checked_rem_euclid(denominator)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_exact_or_wider() {
        let ratio = |text: &str| text.parse::<Ratio>().unwrap();
        assert_eq!(decimal(ratio("-50"), Round::Down), Some((-50, 0)));
        assert_eq!(decimal(ratio("21.5"), Round::Up), Some((215, 1)));
        assert_eq!(decimal(ratio("1/3"), Round::Down), Some((333_333_333, 9)));
        assert_eq!(decimal(ratio("1/3"), Round::Up), Some((333_333_334, 9)));
        assert_eq!(decimal(ratio("-1/3"), Round::Down), Some((-333_333_334, 9)));
    }
}

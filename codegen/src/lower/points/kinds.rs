//! What a point is: its kind, its raw type, its scale.

use super::TRUTH;
use crate::cells::order::Order;
use crate::cells::words;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::lower::forms::Form;
use crate::lower::types::Typed;
use crate::lower::{Register, lists, settle};
use crate::model::{Encoding, Kind, Limit, Packing, RawType, Signedness, ValueForm};
use crate::ratio::Ratio;

pub(super) fn kind(
    register: &Register,
    typed: Option<&Typed>,
    incomplete: bool,
    diagnostics: &mut Diagnostics,
) -> Kind {
    let is_bit_set = matches!(register.form(), Some(Form::BitSet { .. }));
    if is_bit_set && (typed.is_some() || register.table.is_bit()) {
        let is = typed.map_or("a single bit", |typed| &typed.value_type.name);
        let error = Diagnostic::error(
            "E0510",
            said!("{register} is {is} and cannot be a bit set", register = register.name(), is),
        );
        diagnostics.push(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(error, Diagnostic::at)
                .expected("the type \"bitset\" on a register that has no other type"),
        );
    }
    let no_list = match register.form() {
        Some(Form::Bcd { .. }) => Some("BCD"),
        Some(Form::SignMagnitude { .. }) => Some("a number of sign and magnitude"),
        Some(Form::Modulo10000 { .. }) => Some("a number modulo 10000"),
        Some(Form::Float { .. }) => Some("a float"),
        Some(Form::Text { .. }) => Some("a text"),
        Some(Form::Bytes { .. } | Form::Address { .. }) => Some("bytes"),
        _ => None,
    };
    if let (Some(typed), Some(is)) = (typed, no_list) {
        let message = said!(
            "{register} is {is} and cannot be {value_type}",
            register = register.name(),
            is,
            value_type = &typed.value_type.name
        );
        diagnostics.push(
            register
                .places(Meaning::Type)
                .into_iter()
                .chain(register.places(register.values_from))
                .fold(Diagnostic::error("E0524", message), Diagnostic::at)
                .expected("a list of values on an integer"),
        );
        return Kind::Integer;
    }
    if let Some(typed) = typed {
        let name = typed.value_type.name.clone();
        return match typed.value_type.form {
            ValueForm::Enum => Kind::Enum(name),
            ValueForm::Flags => Kind::Flags(name),
            ValueForm::Special => Kind::Special(name),
            ValueForm::Conditional => Kind::Conditional(name),
        };
    }
    if register.table.is_bit() {
        return Kind::Bool;
    }
    match register.form() {
        // Bits that nothing lists have no names.
        Some(Form::BitSet { .. } | Form::Flags { .. }) => return Kind::BitSet,
        Some(Form::Text { .. }) => return Kind::Text,
        Some(Form::Bytes { .. } | Form::Address { .. }) => return Kind::Bytes,
        Some(Form::Float { .. }) => return Kind::Scaled,
        _ => {}
    }
    // A single bit without a list.
    if register.bit_range.is_some_and(|(low, high)| low == high) {
        return Kind::Bool;
    }
    let unit = register.unit.to_lowercase();
    let wanted = match unit.as_str() {
        "enum" => Some("[enums.…] with the footnote or the description that lists its values"),
        "bitfield" => Some("[flags.…] with the footnote that lists its bits, or an override of `type` to \"bitset\""),
        truth if TRUTH.contains(&truth) => {
            Some("an override of its unit, or of `type` to \"bitset\": a register holds 16 bits")
        }
        _ => None,
    };
    // Where a type is missing it may be this one; why it is missing has been reported.
    if let Some(expected) = wanted.filter(|_| !incomplete) {
        let mut diagnostic = Diagnostic::error(
            "E0506",
            said!(
                "{register} is “{unit}”, but nothing says what its values mean",
                register = register.name(),
                unit = &register.unit
            ),
        );
        for place in register.places(Meaning::Unit) {
            diagnostic = diagnostic.at(place);
        }
        diagnostics.push(diagnostic.expected(expected));
    }
    if let (Some(Form::Enum { .. }), false) = (register.form(), incomplete) {
        // Merged, since a vendor leaves many of them open.
        diagnostics.merge(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(
                    Diagnostic::warning("W0525", "an enum without a list of values is read as a number"),
                    Diagnostic::at,
                )
                .expected("a list of its values, or [enums.…] with them"),
        );
    }
    let is_plain = register.scale == Ratio::ONE && register.offset == Ratio::ZERO && register.scaled_by.is_none();
    if is_plain { Kind::Integer } else { Kind::Scaled }
}

pub(super) fn raw(
    register: &Register,
    kind: &Kind,
    incomplete: bool,
    diagnostics: &mut Diagnostics,
) -> (RawType, Signedness) {
    if register.table.is_bit() {
        return (RawType::Bool, Signedness::Given);
    }
    let bits = bits(register);
    match register.form() {
        Some(Form::Text { .. }) => (text(register, diagnostics), Signedness::Given),
        Some(Form::Bytes { .. } | Form::Address { .. }) => (RawType::Bytes, Signedness::Given),
        Some(Form::Float { .. }) => (RawType::Float { bits }, Signedness::Given),
        Some(Form::Bcd { .. }) => (RawType::Bcd { digits: bits.wrapping_div(4) }, Signedness::Given),
        Some(Form::SignMagnitude { .. }) if *kind != Kind::Bool => (RawType::SignMagnitude { bits }, Signedness::Given),
        Some(Form::Modulo10000 { .. }) => {
            let (integer, signedness) = integer(register, kind, incomplete);
            (RawType::Modulo10000 { bits, signed: integer.is_signed() }, signedness)
        }
        _ => integer(register, kind, incomplete),
    }
}

/// An integer, and who says whether it is signed.
fn integer(register: &Register, kind: &Kind, incomplete: bool) -> (RawType, Signedness) {
    let bits = bits(register);
    let stated = lists::stated_sign(register);
    match (kind, stated, &register.signed) {
        (Kind::Flags(_) | Kind::BitSet | Kind::Bool, ..) => {
            (RawType::Integer { bits, signed: false }, Signedness::Given)
        }
        (_, Some(signed), _) => (RawType::Integer { bits, signed }, Signedness::Given),
        (Kind::Enum(_) | Kind::Conditional(_), ..) | (_, None, None) if is_listed(register, kind) => {
            (RawType::Integer { bits, signed: false }, Signedness::Given)
        }
        (_, None, Some((signed, reason))) => {
            let reason = reason.clone().unwrap_or_default();
            (RawType::Integer { bits, signed: *signed }, Signedness::Rule(reason))
        }
        // The limits show it.
        (_, None, None) if signed_by_limits(register).is_some() => {
            let signed = signed_by_limits(register).unwrap_or_default();
            (RawType::Integer { bits, signed }, Signedness::Given)
        }
        // Of a type that is missing, and why it is has been reported, no rule needs to say anything.
        (_, None, None) if incomplete => (RawType::Integer { bits, signed: false }, Signedness::Given),
        (_, None, None) => (RawType::Integer { bits, signed: false }, Signedness::Assumed),
    }
}

/// Whether its values are codes, which are not negative unless the table says so.
pub(super) fn is_listed(register: &Register, kind: &Kind) -> bool {
    matches!(kind, Kind::Enum(_) | Kind::Conditional(_)) || matches!(register.form(), Some(Form::Enum { .. }))
}

/// What printed limits say of the sign: negative ones are of a signed number, and where all raw values within them are in
/// the half that both signs share, it does not matter.
pub(super) fn signed_by_limits(register: &Register) -> Option<bool> {
    let limits = register.limits.as_ref()?;
    let (min, max) = (limits.min.and_then(Limit::value)?, limits.max.and_then(Limit::value)?);
    if register.offset != Ratio::ZERO || register.scale <= Ratio::ZERO {
        return None;
    }
    if min < Ratio::ZERO {
        return Some(true);
    }
    let raw = register.scale.inverse().and_then(|inverse| max.times(inverse))?;
    let half = 1i64.checked_shl(u32::from(bits(register)).checked_sub(1)?)?;
    (raw < Ratio::new(half, 1)?).then_some(false)
}

/// The bits of a number in its registers.
pub(in crate::lower) fn bits(register: &Register) -> u8 {
    u8::try_from(register.width.saturating_mul(16)).unwrap_or(u8::MAX)
}

/// Whether the bytes of every word are swapped. What a sheet or the device says is of numbers.
pub(super) fn is_swapped(register: &Register) -> bool {
    let is_number = register.form().is_none_or(Form::is_number);
    !register.table.is_bit() && is_number && register.order.is_some_and(Order::is_byte_swapped)
}

/// A text's characters and registers say how they are packed, unless a rule does.
pub(super) fn text(register: &Register, diagnostics: &mut Diagnostics) -> RawType {
    let registers = register.width;
    let swapped = register.stated_order.is_some_and(Order::is_byte_swapped);
    let two = if swapped { Packing::TwoLowFirst } else { Packing::TwoHighFirst };
    let Some(characters) = register.characters else {
        return RawType::Text {
            encoding: register.encoding.unwrap_or(Encoding::Ascii),
            packing: register.packing.unwrap_or(two),
        };
    };
    let found = words::packing(characters, registers).map(|found| if found == Packing::One { found } else { two });
    let fits = match register.packing {
        Some(Packing::One) => characters == registers,
        Some(Packing::TwoHighFirst | Packing::TwoLowFirst) => characters.div_ceil(2) == registers,
        None => found.is_some(),
    };
    if !fits && !register.misread {
        let message = said!(
            "{register} is a text of {characters} characters in {registers} registers",
            register = register.name(),
            characters,
            registers
        );
        diagnostics.push(
            register
                .places(Meaning::Type)
                .into_iter()
                .fold(Diagnostic::error("E0511", message), Diagnostic::at)
                .expected("one character in each register, or two"),
        );
    }
    RawType::Text {
        encoding: register.encoding.unwrap_or(Encoding::Ascii),
        packing: register.packing.or(found).unwrap_or(two),
    }
}

/// value = raw × scale.
pub(super) fn scale(register: &Register, kind: &Kind, diagnostics: &mut Diagnostics) -> Ratio {
    let scaled = matches!(kind, Kind::Integer | Kind::Scaled | Kind::Special(_));
    if !scaled && (register.scale, register.offset) != (Ratio::ONE, Ratio::ZERO) {
        let what = if register.scale == Ratio::ONE { "an offset" } else { "a scale" };
        let error = Diagnostic::error(
            "E0507",
            said!("{register} is not a number but has {what}", register = register.name(), what),
        );
        let meanings: &[Meaning] = match register.scale == Ratio::ONE {
            true => &[Meaning::Offset, Meaning::Formula],
            false => &[
                Meaning::Divisor,
                Meaning::Factor,
                Meaning::Exponent,
                Meaning::Decimals,
                Meaning::Format,
                Meaning::Formula,
                Meaning::ScaleRegister,
                Meaning::Range,
            ],
        };
        let printed = meanings.iter().flat_map(|meaning| settle::distinct(&register.facts, *meaning));
        let mut places: Vec<Place> =
            printed.filter(|printed| !printed.text.is_empty()).map(|printed| printed.place).collect();
        if places.is_empty() {
            // It stands in the unit, or in the manifest.
            places = register.places(Meaning::Unit);
        }
        let expected = match what {
            "an offset" => "offset 0, or an override of `offset`",
            _ => "scale 1, or an override of `divisor` or `factor`",
        };
        diagnostics.push(match bit_in_address(register) {
            Some((bit, address)) => {
                let help = format!(
                    "“{}” is read as bit {bit} of register {}: check the address",
                    address.found.as_deref().unwrap_or_default(),
                    register.address
                );
                let entry = Entry::cell(&address).map(Entry::single);
                let error = places.into_iter().fold(error.at(address), Diagnostic::at).expected(expected).help(help);
                error.manifest(entry)
            }
            None => places.into_iter().fold(error, Diagnostic::at).expected(expected),
        });
    }
    register.scale
}

/// The single bit that the address of a row names, and its cell.
pub(super) fn bit_in_address(register: &Register) -> Option<(u8, Place)> {
    let (bit, _) = register.bit_range.filter(|(low, high)| low == high && register.form() != Some(Form::Bool))?;
    let is_in_address = register.filled(Meaning::Bit).is_empty();
    let cells = [Meaning::Address, Meaning::DeFacto].into_iter().flat_map(|meaning| register.filled(meaning));
    Some((bit, cells.into_iter().next().filter(|_| is_in_address)?))
}

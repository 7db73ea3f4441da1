//! Raw values that mean that there is no value: as a row, a rule or the preset of the device says.

use super::forms::Form;
use super::settle::Settler;
use super::types::Typed;
use super::{Register, settle};
use crate::cells::marks::{self, Mark};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, said};
use crate::manifest::Manifest;
use crate::model::{Kind, RawType};
use crate::spelling::normalised;

impl Settler<'_> {
    /// Raw values that mean that there is no value.
    pub(super) fn marks(&mut self) -> Vec<Mark> {
        let text = self.column("not_available", Meaning::NotAvailable, |text| normalised(text).to_lowercase());
        let (marks, expected) = match marks::parse(&text) {
            Ok(marks) => (Some(marks), String::new()),
            Err(unread) => {
                let expected = "a raw value: 65535, 0x8000, NaN".to_owned();
                (
                    None,
                    unread.meant.map_or(expected, |meant| {
                        format!("whole raw values, with a blank behind the comma between two: {meant}")
                    }),
                )
            }
        };
        self.understood("not_available", Meaning::NotAvailable, &text, marks, &expected).unwrap_or_default()
    }
}

/// What a rule says of values that are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RuledAbsent {
    pub(super) values: Vec<i128>,
    /// Whether the rule names registers or types, lists of values among them: of others it says it of numbers.
    pub(super) of_lists: bool,
}

/// The raw values of a point that mean that it has no value. What a row says holds before what a rule says, and both
/// before the preset.
pub(super) fn values(
    register: &Register,
    kind: &Kind,
    raw: RawType,
    typed: Option<&Typed>,
    manifest: &Manifest,
    diagnostics: &mut Diagnostics,
) -> Vec<i128> {
    let has_numbers = !register.table.is_bit() && !matches!(kind, Kind::Bool | Kind::Text | Kind::Bytes);
    if !has_numbers {
        return Vec::new();
    }
    if !register.marks.is_empty() {
        return stated(register, raw, diagnostics);
    }
    let is_list = matches!(kind, Kind::Enum(_) | Kind::Flags(_) | Kind::BitSet | Kind::Conditional(_));
    let ruled = &register.ruled_absent;
    if !ruled.values.is_empty() {
        return if is_list && !ruled.of_lists {
            Vec::new()
        } else {
            ruled.values.iter().map(|value| as_signed(*value, raw)).collect()
        };
    }
    if !manifest.conventions.sunspec_absent || register.bit_range.is_some() {
        return Vec::new();
    }
    let preset = sunspec(register.form(), kind, raw);
    let is_listed = |value: &i128| {
        typed.is_some_and(|typed| typed.value_type.labels.iter().any(|label| i128::from(label.code) == *value))
    };
    preset.into_iter().filter(|value| !(matches!(kind, Kind::Enum(_)) && is_listed(value))).collect()
}

/// A raw value as the registers hold it: 0x8000 of a signed one of 16 bits is -32768.
fn as_signed(value: i128, raw: RawType) -> i128 {
    let RawType::Integer { bits, signed: true } = raw else { return value };
    let span = 1i128.checked_shl(u32::from(bits)).unwrap_or(i128::MAX);
    let (_, highest) = raw.range();
    if value > highest && value < span { value.saturating_sub(span) } else { value }
}

/// What the row's cell says, as the point's type reads it.
fn stated(register: &Register, raw: RawType, diagnostics: &mut Diagnostics) -> Vec<i128> {
    let bits = register.bit_range.map_or(raw.bits(), |(low, high)| high.saturating_sub(low).saturating_add(1));
    let mut values = Vec::new();
    let is_given = register.corrections.iter().any(|of| of.field == "not_available" && of.cell.is_none());
    for mark in &register.marks {
        let mark = match mark {
            // What the manifest states is the raw value.
            Mark::Number(number) if is_given && matches!(raw, RawType::Float { .. }) => {
                u64::try_from(*number).map_or(*mark, Mark::Pattern)
            }
            mark => *mark,
        };
        match held(mark, raw, bits) {
            Ok(Some(value)) if !values.contains(&value) => values.push(value),
            Ok(_) => {}
            Err(unheld) => {
                let error = unheld.error(register, raw);
                diagnostics.push_once(register.filled(Meaning::NotAvailable).into_iter().fold(error, Diagnostic::at));
            }
        }
    }
    values
}

/// Why a mark stands for no raw value.
#[derive(Debug, PartialEq, Eq)]
enum Unheld {
    /// The registers cannot hold it: what they can.
    TooLarge(String),
    /// The number, or the bits of a float: both in hexadecimal digits, and the number.
    NumberOrBits { number: String, bits: String, decimal: i128 },
}

impl Unheld {
    fn error(self, register: &Register, raw: RawType) -> Diagnostic {
        match self {
            Self::TooLarge(expected) => {
                let message =
                    said!("a not-available value of {register} does not fit {raw}", register = register.name(), raw);
                Diagnostic::error("E0462", message).expected(expected)
            }
            Self::NumberOrBits { number, bits, decimal } => {
                let printed: Vec<String> = settle::distinct(&register.facts, Meaning::NotAvailable)
                    .into_iter()
                    .map(|printed| printed.text)
                    .collect();
                let message =
                    said!("{decimal} may be a number or the bits of a float, which are different values", decimal);
                Diagnostic::error("E0428", message)
                    .expected(format!("{number} where the float reads as {decimal}, {bits} where its bits are that"))
                    .manifest(Entry::correction(&register.selection, "not_available", &printed, &[number, bits]))
            }
        }
    }
}

/// The raw value that a mark stands for; nothing where the encoding has none for what lies in the registers, which means that
/// there is no value in any case.
fn held(mark: Mark, raw: RawType, bits: u8) -> Result<Option<i128>, Unheld> {
    let expected = || Unheld::TooLarge(format!("a raw value of {bits} bits"));
    let pattern = || mark.raw(bits, false, false).ok_or_else(expected);
    let (lowest, highest) = match raw {
        RawType::SignMagnitude { .. } => RawType::SignMagnitude { bits }.range(),
        raw => raw.range(),
    };
    match (raw, mark) {
        (RawType::SignMagnitude { .. } | RawType::Modulo10000 { .. }, Mark::Number(number))
            if (lowest..=highest).contains(&number) =>
        {
            Ok(Some(number))
        }
        (RawType::SignMagnitude { .. }, _) => {
            let sign = 1i128.checked_shl(u32::from(bits).saturating_sub(1)).unwrap_or(i128::MAX);
            match pattern()? {
                minus_zero if minus_zero == sign => {
                    let expected = format!("a raw value of {bits} bits other than minus zero, which is read as 0");
                    Err(Unheld::TooLarge(expected))
                }
                negative if negative > sign => Ok(sign.checked_sub(negative)),
                positive => Ok(Some(positive)),
            }
        }
        (RawType::Modulo10000 { bits, signed }, _) => Ok(modulo_10000(pattern()?, bits, signed)),
        (RawType::Float { .. }, Mark::Number(number)) => float(number, bits).map(Some),
        _ => {
            let is_float = matches!(raw, RawType::Float { .. });
            mark.raw(bits, raw.is_signed(), is_float).map(Some).ok_or_else(expected)
        }
    }
}

/// The bits of a float that a decimal number means: those it is made of where they are no number, as 2143289344 is
/// 0x7FC00000, and where it is negative those of the number. Of another one nobody can tell.
fn float(number: i128, bits: u8) -> Result<i128, Unheld> {
    let digits = number.to_string();
    let of_number = match bits {
        32 => digits.parse().map(|value: f32| i128::from(value.to_bits())),
        _ => digits.parse().map(|value: f64| i128::from(value.to_bits())),
    };
    let highest = 1i128.checked_shl(bits.into()).unwrap_or(i128::MAX);
    let (Ok(of_number), true) = (of_number, number < highest) else {
        return Err(Unheld::TooLarge(format!("a number, or {bits} bits")));
    };
    let is_no_number = match bits {
        32 => u32::try_from(number).is_ok_and(|pattern| !f32::from_bits(pattern).is_finite()),
        _ => u64::try_from(number).is_ok_and(|pattern| !f64::from_bits(pattern).is_finite()),
    };
    if number < 0 || number == of_number {
        return Ok(of_number);
    }
    if is_no_number {
        return Ok(number);
    }
    let width = usize::from(bits).wrapping_div(4);
    let hexadecimal = |pattern: i128| format!("0x{pattern:0width$X}");
    Err(Unheld::NumberOrBits { number: hexadecimal(of_number), bits: hexadecimal(number), decimal: number })
}

/// What registers with these bits are modulo 10000, where they are such a number.
fn modulo_10000(pattern: i128, bits: u8, signed: bool) -> Option<i128> {
    let places = (0..bits.wrapping_div(16)).rev().map(|place| u32::from(place).saturating_mul(16));
    let words = places.map(|place| pattern.checked_shr(place).unwrap_or_default() & 0xFFFF);
    let parts: Vec<i128> =
        words.map(|word| if signed && word > 0x7FFF { word.saturating_sub(0x1_0000) } else { word }).collect();
    let is_part = |part: &i128| (-9_999..=9_999).contains(part);
    let is_mixed = parts.iter().any(|part| *part < 0) && parts.iter().any(|part| *part > 0);
    let sum = |sum: i128, part: &i128| sum.saturating_mul(10_000).saturating_add(*part);
    (parts.iter().all(is_part) && !is_mixed).then(|| parts.iter().fold(0, sum))
}

/// Values of what is not implemented, as the `SunSpec` Device Information Model Specification has them by type. Of bits,
/// the most significant one says it, whatever the others are; what devices send is that bit alone, or all of them.
fn sunspec(form: Option<Form>, kind: &Kind, raw: RawType) -> Vec<i128> {
    let (lowest, highest) = raw.range();
    match (form, kind, raw) {
        (Some(Form::Accumulator { .. }), ..) => vec![0],
        (_, Kind::Flags(_) | Kind::BitSet, _) => {
            let half = highest.saturating_add(1).wrapping_div(2);
            vec![highest, half]
        }
        (_, _, RawType::Float { bits: 64 }) => vec![i128::from(f64::NAN.to_bits())],
        (_, _, RawType::Float { .. }) => vec![i128::from(f32::NAN.to_bits())],
        (_, _, RawType::Integer { signed: true, .. }) => vec![lowest],
        (_, _, RawType::Integer { signed: false, .. }) => vec![highest],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_numbers_that_are_not_plain_binary() {
        let of = |mark, raw: RawType| held(mark, raw, raw.bits());
        let sign = RawType::SignMagnitude { bits: 16 };
        assert_eq!(of(Mark::Pattern(0xFFFF), sign), Ok(Some(-32_767)));
        assert_eq!(of(Mark::Pattern(0x7FFF), sign), Ok(Some(32_767)));
        assert_eq!(of(Mark::Number(65_535), sign), Ok(Some(-32_767)));
        assert_eq!(of(Mark::Number(-1), sign), Ok(Some(-1)));
        assert_eq!(of(Mark::Pattern(0x8001), sign), Ok(Some(-1)));
        assert!(
            matches!(of(Mark::Pattern(0x8000), sign), Err(Unheld::TooLarge(expected)) if expected.contains("minus zero"))
        );
        assert!(of(Mark::Number(-32_768), sign).is_err());
        let unsigned = RawType::Modulo10000 { bits: 32, signed: false };
        assert_eq!(of(Mark::Number(99_999_999), unsigned), Ok(Some(99_999_999)));
        assert_eq!(of(Mark::Pattern(0x270F_270F), unsigned), Ok(Some(99_999_999)));
        assert_eq!(of(Mark::Pattern(0xFFFF_FFFF), unsigned), Ok(None));
        assert!(of(Mark::Pattern(0x1_0000_0000), unsigned).is_err());
        let signed = RawType::Modulo10000 { bits: 32, signed: true };
        assert_eq!(of(Mark::Pattern(0xFFFF_FFFF), signed), Ok(Some(-10_001)));
        assert_eq!(of(Mark::Pattern(0x8000_8000), signed), Ok(None));
        assert_eq!(of(Mark::Number(-10_001), signed), Ok(Some(-10_001)));
        let float = RawType::Float { bits: 32 };
        assert_eq!(of(Mark::Number(-1), float), Ok(Some(0xBF80_0000)));
        assert_eq!(of(Mark::Number(0), float), Ok(Some(0)));
        assert_eq!(of(Mark::Number(2_143_289_344), float), Ok(Some(0x7FC0_0000)));
        assert_eq!(of(Mark::Number(4_294_967_295), float), Ok(Some(0xFFFF_FFFF)));
        assert_eq!(of(Mark::Pattern(9_999), float), Ok(Some(9_999)));
        for doubtful in [9_999, 2_147_483_648] {
            assert!(matches!(of(Mark::Number(doubtful), float), Err(Unheld::NumberOrBits { .. })), "{doubtful}");
        }
    }
}

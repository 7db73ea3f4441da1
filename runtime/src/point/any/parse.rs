//! Values out of what people type.

use crate::error::InvalidValue;
use crate::point::any::{AnyValue, is_whole, lists};
use crate::point::bytes;
use crate::point::flags;
use crate::point::{Kind, Labelled, PointInfo};
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// The most labels that are named in an error.
const NAMED: usize = 12;

impl AnyValue {
    /// The value that a text stands for at a point: `on` and `off`, numbers, hexadecimal integers (`0x1F`), the labels or
    /// codes of an enum, labels and `bit 5` of flags between commas, `none` for no flag, texts as they are, bytes as
    /// hexadecimal digits. What an `AnyValue` prints is understood, except for unknown codes. Labels are compared without regard to case.
    ///
    /// # Errors
    ///
    /// If the text is none of these. Whether the device takes the value is checked when it is written.
    pub fn parse(info: &PointInfo, text: &str) -> Result<Self, InvalidValue> {
        let trimmed = text.trim();
        let not_understood = || InvalidValue::NotUnderstood { text: text.to_owned(), expected: expected(info) };
        match info.kind() {
            Kind::Text => Ok(Self::Text(text.to_owned())),
            Kind::Bytes => bytes::parse(trimmed).map(Self::Bytes).ok_or_else(not_understood),
            Kind::Bool => boolean(trimmed).map(Self::Bool).ok_or_else(not_understood),
            Kind::Integer | Kind::Scaled => number(info, trimmed).ok_or_else(not_understood),
            Kind::Special => match labelled(info, trimmed)? {
                Some(special) => Ok(Self::code(special.number(), info.values())),
                None => number(info, trimmed).ok_or_else(not_understood),
            },
            Kind::Enum | Kind::Conditional => {
                let listed = labelled(info, trimmed)?.or_else(|| {
                    let code = integer(trimmed)?;
                    lists(info).find(|value| i128::from(value.number()) == code)
                });
                let listed = listed.ok_or_else(not_understood)?;
                // Where another register decides, the same code may have several labels.
                let label = Some(listed.label().to_owned());
                Ok(Self::Code { code: listed.number(), label })
            }
            Kind::Flags => {
                let bits = integer(trimmed).and_then(|bits| u64::try_from(bits).ok());
                let bits = bits.or_else(|| flags_of(info, trimmed)).ok_or_else(not_understood)?;
                Ok(Self::Flags {
                    bits,
                    names: flags::names(info.values(), bits).map(|name| name.to_string()).collect(),
                })
            }
        }
    }
}

fn boolean(text: &str) -> Option<bool> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(&["on", "true", "yes", "1"]) {
        Some(true)
    } else if is_one_of(&["off", "false", "no", "0"]) {
        Some(false)
    } else {
        None
    }
}

fn integer(text: &str) -> Option<i128> {
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        // Not `0x-1` or `0x+1`.
        Some(digits) if digits.starts_with(|digit: char| digit.is_ascii_hexdigit()) => {
            i128::from_str_radix(digits, 16).ok()
        }
        Some(_) => None,
        None => text.parse().ok(),
    }
}

fn number(info: &PointInfo, text: &str) -> Option<AnyValue> {
    if is_whole(info) {
        return integer(text).map(AnyValue::Integer);
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(AnyValue::Number)
}

fn same(label: &str, text: &str) -> bool {
    label.trim().to_lowercase() == text.to_lowercase()
}

/// What is listed by this label, unless several are that are not the same.
fn labelled<'a>(info: &'a PointInfo, text: &str) -> Result<Option<&'a Labelled>, InvalidValue> {
    let mut found = lists(info).filter(|value| same(value.label(), text));
    let first = found.next();
    match first {
        Some(first) if found.any(|other| other.number() != first.number()) => Err(InvalidValue::NotUnderstood {
            text: text.to_owned(),
            expected: "a code, because several have this label".to_owned(),
        }),
        first => Ok(first),
    }
}

/// The bits between commas. A label may have commas itself, so the longest that fits is taken.
fn flags_of(info: &PointInfo, text: &str) -> Option<u64> {
    if text.eq_ignore_ascii_case("none") {
        return Some(0);
    }
    let mut bits = 0;
    let mut rest = text;
    loop {
        let ends = rest.match_indices(',').map(|(at, _)| at).chain([rest.len()]);
        let (end, bit) =
            ends.filter_map(|end| Some((end, bit_of(info, rest.get(..end)?.trim())?))).max_by_key(|(end, _)| *end)?;
        bits |= 1_u64.checked_shl(bit)?;
        match rest.get(end..)?.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Some(bits),
        }
    }
}

fn bit_of(info: &PointInfo, text: &str) -> Option<u32> {
    let labelled = info.values().iter().find(|flag| same(flag.label(), text));
    match labelled {
        Some(flag) => u32::try_from(flag.number()).ok(),
        None => text.strip_prefix("bit ")?.trim().parse().ok(),
    }
    .filter(|bit| *bit < u64::BITS)
}

/// What would be understood.
fn expected(info: &PointInfo) -> String {
    let labels = || {
        let mut labels: Vec<String> = lists(info).map(|value| format!("“{}”", value.label())).collect();
        labels.dedup();
        let more = labels.len() > NAMED;
        labels.truncate(NAMED);
        labels.join(", ") + if more { " or another one the document lists" } else { "" }
    };
    let number = if is_whole(info) { "a whole number" } else { "a number, with a point before the decimals" };
    match info.kind() {
        Kind::Bool => "on or off".to_owned(),
        Kind::Integer | Kind::Scaled => number.to_owned(),
        Kind::Special => format!("{number}, or {}", labels()),
        Kind::Enum | Kind::Conditional => format!("one of {}, or a code", labels()),
        Kind::Flags if info.values().is_empty() => "“bit 0”, “bit 5” and so on between commas, or “none”".to_owned(),
        Kind::Flags => format!("some of {} between commas, or “none”", labels()),
        Kind::Text => "a text".to_owned(),
        Kind::Bytes => format!("{} bytes in hexadecimal, as 0x0A1B", info.words().len().saturating_mul(2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, Encoding, Packing, PointSpec, RawType, Scale, Table, TextInfo, Value, ValuesIf};

    const LISTED: &[Labelled] =
        &[Labelled::new(1, "Off"), Labelled::new(2, "Heating, cooling"), Labelled::new(5, "Heating")];
    const OTHER: &[Labelled] = &[Labelled::new(1, "Off"), Labelled::new(3, "Heating")];
    const CASES: &[ValuesIf] = &[
        ValuesIf { table: Table::HoldingRegister, register: 9, min: 0, max: 9, values: LISTED },
        ValuesIf { table: Table::HoldingRegister, register: 9, min: 10, max: 19, values: OTHER },
    ];

    fn point(kind: Kind) -> PointInfo {
        PointInfo::new(PointSpec {
            kind,
            raw: match kind {
                Kind::Text => RawType::Text,
                _ => RawType::I16,
            },
            words: &[0],
            values: if kind == Kind::Conditional { &[] } else { LISTED },
            values_if: if kind == Kind::Conditional { CASES } else { &[] },
            scale: if matches!(kind, Kind::Scaled | Kind::Special) { Scale::new(1, 0, 10) } else { Scale::ONE },
            text: Some(TextInfo { encoding: Encoding::Ascii, packing: Packing::TwoHighFirst }),
            ..PointSpec::DEFAULT
        })
    }

    #[test]
    fn what_is_printed_is_understood() {
        for kind in [Kind::Bool, Kind::Integer, Kind::Scaled, Kind::Enum, Kind::Flags, Kind::Special, Kind::Conditional]
        {
            let info = point(kind);
            for word in 0..=u16::MAX {
                for decides in [0, 10] {
                    let context = Context::of(&info, |_| Some(decides));
                    let value = AnyValue::decode_in(&info, &[word], context).unwrap();
                    if matches!(value, AnyValue::Code { label: None, .. }) {
                        continue;
                    }
                    match AnyValue::parse(&info, &value.to_string()) {
                        Ok(parsed) => assert_eq!(parsed, value, "{kind:?} {word}"),
                        // “Heating” is 5 on one product and 3 on another.
                        Err(_) => assert_eq!((kind, value.to_string()), (Kind::Conditional, "Heating".to_owned())),
                    }
                }
            }
        }
    }

    #[test]
    fn what_people_type_is_understood() {
        let words = |kind, text| {
            let info = point(kind);
            AnyValue::encode(AnyValue::parse(&info, text).unwrap(), &info).unwrap()
        };
        for (kind, text, word) in [
            (Kind::Bool, "ON", 1),
            (Kind::Bool, "no", 0),
            (Kind::Integer, " 42 ", 42),
            (Kind::Integer, "0x1f", 31),
            (Kind::Integer, "-1", 0xFFFF),
            (Kind::Scaled, "21.5", 215),
            (Kind::Scaled, "-5", 0xFFCE),
            (Kind::Enum, "heating", 5),
            (Kind::Enum, "2", 2),
            (Kind::Flags, "off, bit 4", 0b1_0010),
            (Kind::Flags, "Heating, cooling,Heating", 0b10_0100),
            (Kind::Flags, "0x8001", 0x8001),
            (Kind::Flags, "none", 0),
            (Kind::Special, "off", 1),
            (Kind::Special, "1", 10),
            (Kind::Conditional, "3", 3),
            (Kind::Text, "ab", 0x6162),
        ] {
            assert_eq!(words(kind, text), [word], "{kind:?} {text}");
        }
    }

    #[test]
    fn what_is_not_understood_says_what_would_be() {
        let error = |kind, text| AnyValue::parse(&point(kind), text).unwrap_err().to_string();
        assert_eq!(error(Kind::Bool, "maybe"), "“maybe” is not understood here; expected on or off");
        assert!(error(Kind::Scaled, "21,5").ends_with("expected a number, with a point before the decimals"));
        assert!(error(Kind::Integer, "21.5").ends_with("expected a whole number"));
        assert!(error(Kind::Integer, "0x-1").ends_with("expected a whole number"));
        assert!(error(Kind::Scaled, "inf").contains("not understood"));
        assert!(error(Kind::Enum, "7").ends_with("one of “Off”, “Heating, cooling”, “Heating”, or a code"));
        assert!(error(Kind::Conditional, "Heating").ends_with("expected a code, because several have this label"));
        for text in ["", ",", "Off,", "bit 64", "bit -1", "Cooling"] {
            assert!(error(Kind::Flags, text).contains("not understood"), "{text}");
        }
    }

    #[test]
    fn a_number_that_means_something_else_is_not_written() {
        let info = point(Kind::Special);
        let value = AnyValue::parse(&info, "0.1").unwrap();
        assert!(matches!(AnyValue::encode(value, &info), Err(InvalidValue::SpecialCode { .. })));
    }
}

//! Values as people and programs read them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use modbus_bindgen_runtime::{AnyValue, PointInfo, RawType, Table};
use serde::Serialize;
use serde_json::{Number, Value};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::image::{Lack, PointReading};

/// `21.5 °C`, `Standby`, `0x0A1B`.
pub(crate) fn value(info: &PointInfo, value: &AnyValue) -> String {
    let text = match value {
        AnyValue::Number(number) => number_of(info, *number),
        // Spaces at the ends and characters that move the cursor would not be seen for what they are.
        AnyValue::Text(text) if text.trim() != text || text.is_empty() || text.contains(char::is_control) => {
            format!("{text:?}")
        }
        value => value.to_string(),
    };
    let is_number = matches!(value, AnyValue::Number(_) | AnyValue::Integer(_));
    if is_number && !info.unit().is_empty() { format!("{text} {}", info.unit()) } else { text }
}

/// A number as the device means it: of one with 24 bits, the digits that those are good for.
#[expect(clippy::cast_possible_truncation, reason = "it was an f32")]
fn number_of(info: &PointInfo, number: f64) -> String {
    match info.raw() {
        RawType::F32 => (number as f32).to_string(),
        _ => number.to_string(),
    }
}

/// `input register 13`, `holding registers 83–84`, `holding registers 10, 30` where they are apart,
/// `holding register 60 bits 4–7 of unit 3`.
pub(crate) fn address(info: &PointInfo) -> String {
    let table = match info.table() {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete input",
        Table::InputRegister => "input register",
        Table::HoldingRegister => "holding register",
    };
    let registers = match info.span() {
        Some((first, last)) if usize::from(last.saturating_sub(first)) >= info.words().len() => {
            let mut words = info.words().to_vec();
            words.sort_unstable();
            let words: Vec<String> = words.iter().map(u16::to_string).collect();
            format!("{table}s {}", words.join(", "))
        }
        Some((first, last)) if first != last => format!("{table}s {first}–{last}"),
        _ => format!("{table} {}", info.address()),
    };
    let bits = match info.bits() {
        Some(bits) if bits.low() == bits.high() => format!(" bit {}", bits.low()),
        Some(bits) => format!(" bits {}–{}", bits.low(), bits.high()),
        None => String::new(),
    };
    let unit = info.unit_id().map(|unit| format!(" of unit {unit}")).unwrap_or_default();
    format!("{registers}{bits}{unit}")
}

/// A point and its value, for programs.
#[derive(Debug, Serialize)]
pub(crate) struct Json<'a> {
    id: &'a str,
    label: &'a str,
    /// `null` where there is none.
    value: Value,
    /// What it was, of one that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    /// Of an enum.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    /// Of flags.
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<u64>,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'a str,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    absent: Option<&'static str>,
    /// The same, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The words as they were read, most significant first.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Vec<u16>>,
    table: &'static str,
    address: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    bit_range: Option<(u8, u8)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_id: Option<u8>,
}

impl<'a> Json<'a> {
    /// As it was read.
    pub(crate) fn read(info: &'a PointInfo, reading: &PointReading) -> Self {
        let lack = reading.lack.as_ref();
        let value = Self::value(info, reading.value.as_ref());
        Self { absent: lack.map(|lack| lack.key), reason: reason(lack), raw: reading.raw.clone(), ..value }
    }

    /// With a value.
    pub(crate) fn value(info: &'a PointInfo, value: Option<&AnyValue>) -> Self {
        let (code, bits) = match value {
            Some(AnyValue::Code { code, .. }) => (Some(*code), None),
            Some(AnyValue::Flags { bits, .. }) => (None, Some(*bits)),
            _ => (None, None),
        };
        Self {
            id: info.id(),
            label: info.label(),
            value: value.map_or(Value::Null, |value| json_value(info, value)),
            before: None,
            code,
            bits,
            unit: info.unit(),
            absent: None,
            reason: None,
            raw: None,
            table: table_key(info.table()),
            address: info.address(),
            bit_range: info.bits().map(|bits| (bits.low(), bits.high())),
            unit_id: info.unit_id(),
        }
    }

    /// With what it was before, where that is known.
    pub(crate) fn with_before(mut self, info: &PointInfo, before: Option<&AnyValue>) -> Self {
        self.before = before.map(|before| json_value(info, before));
        self
    }
}

fn reason(lack: Option<&Lack>) -> Option<String> {
    lack.map(|lack| lack.reason.clone())
}

/// `holding_register`
pub(crate) const fn table_key(table: Table) -> &'static str {
    match table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete_input",
        Table::InputRegister => "input_register",
        Table::HoldingRegister => "holding_register",
    }
}

pub(crate) fn json_value(info: &PointInfo, value: &AnyValue) -> Value {
    match value {
        AnyValue::Bool(value) => Value::Bool(*value),
        AnyValue::Integer(value) => Number::from_i128(*value).map_or_else(|| value.to_string().into(), Value::Number),
        // What is no number in JSON is its name.
        AnyValue::Number(value) => {
            let text = number_of(info, *value);
            text.parse().ok().and_then(Number::from_f64).map_or_else(|| text.into(), Value::Number)
        }
        AnyValue::Code { label: Some(label), .. } => label.as_str().into(),
        AnyValue::Code { code, label: None } => (*code).into(),
        AnyValue::Flags { names, .. } => names.iter().map(String::as_str).collect(),
        AnyValue::Text(text) => text.as_str().into(),
        other => other.to_string().into(),
    }
}

/// Columns are at most so wide; what is longer moves the rest of its line.
const WIDEST: usize = 50;

/// Between columns.
const GAP: &str = "  ";

/// Lines whose columns stand below each other, whatever letters are in them.
pub(crate) fn columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width().min(WIDEST)).max().unwrap_or(0)
    });
    rows.iter().map(|row| line(row.iter().map(String::as_str), &widths)).collect()
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
    let mut out = String::new();
    for (number, (cell, full)) in cells.zip(widths).enumerate() {
        // A column of blanks only takes no room.
        if *full == 0 {
            continue;
        }
        if number > 0 && !out.is_empty() {
            out.push_str(GAP);
        }
        out.push_str(cell);
        out.extend(std::iter::repeat_n(' ', full.saturating_sub(cell.width())));
    }
    out.truncate(out.trim_end().len());
    out
}

/// The same in so many columns of a terminal: the last cells are left out where they do not fit, then the first one is
/// cut.
pub(crate) fn columns_within<const N: usize>(rows: &[[String; N]], room: usize) -> Vec<String> {
    let width_of = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let mut widths: [usize; N] = std::array::from_fn(|column| width_of(column).unwrap_or(0));
    let total = |widths: &[usize]| {
        let shown = widths.iter().filter(|width| **width > 0);
        shown.fold(0_usize, |sum, width| sum.saturating_add(*width).saturating_add(GAP.len())).saturating_sub(GAP.len())
    };
    // Label and value are what a person looks for.
    for column in (2..N).rev() {
        if total(&widths) > room {
            widths.get_mut(column).into_iter().for_each(|width| *width = 0);
        }
    }
    let excess = total(&widths).saturating_sub(room);
    if let Some(first) = widths.first_mut() {
        *first = first.saturating_sub(excess).max(8);
    }
    let cells =
        |row: &[String; N]| -> Vec<String> { row.iter().zip(widths).map(|(cell, width)| cut(cell, width)).collect() };
    let lines = rows.iter().map(|row| line(cells(row).iter().map(String::as_str), &widths));
    lines.map(|line| cut(&line, room)).collect()
}

/// A text in lines of so many columns, broken between words, the lines after the first one indented.
pub(crate) fn wrapped(text: &str, indent: usize, room: Option<usize>) -> String {
    let Some(room) = room.filter(|room| *room > indent.saturating_mul(2)) else { return text.to_owned() };
    let (mut out, mut taken) = (String::new(), 0_usize);
    for (number, word) in text.split(' ').enumerate() {
        let width = word.width();
        let is_begin = number == 0;
        if !is_begin && taken.saturating_add(width).saturating_add(1) > room {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            taken = indent;
        } else if !is_begin {
            out.push(' ');
            taken = taken.saturating_add(1);
        }
        out.push_str(word);
        taken = taken.saturating_add(width);
    }
    out
}

/// As much of a text as fits, with a sign where something is left out.
pub(crate) fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let (mut out, mut taken) = (String::new(), 0_usize);
    for character in text.chars() {
        let next = taken.saturating_add(character.width().unwrap_or(0));
        if next >= room {
            break;
        }
        taken = next;
        out.push(character);
    }
    if room > 0 {
        out.push('…');
    }
    out
}

/// Now, as `2026-11-20T15:04:05Z`.
pub(crate) fn now() -> String {
    utc(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

/// The date by counting years from March on, so that the leap day is the last one (Howard Hinnant, “chrono-Compatible
/// Low-Level Date Algorithms”, `civil_from_days`).
#[expect(clippy::arithmetic_side_effects, reason = "days since 1970 are far from the ends of u64")]
fn utc(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use modbus_bindgen_runtime::{BitRange, PointSpec};

    #[test]
    fn dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_795_190_399, "2026-11-20T15:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn columns_stand_below_each_other_in_all_scripts() {
        let rows = [
            ["Värmepump".to_owned(), "21.5 °C".to_owned(), "x".to_owned()],
            ["热泵".to_owned(), "自动".to_owned(), "y".to_owned()],
        ];
        assert_eq!(columns(&rows), ["Värmepump  21.5 °C  x", "热泵       自动     y"]);
        assert_eq!(columns_within(&rows, 20), ["Värmepump  21.5 °C", "热泵       自动"]);
        assert_eq!(columns_within(&rows, 17), ["Värmepu…  21.5 °C", "热泵      自动"]);
        assert_eq!(wrapped("  aa bb 热泵 dd", 2, Some(8)), "  aa bb\n  热泵\n  dd");
        assert_eq!(wrapped("  aa bb cc", 2, None), "  aa bb cc");
        assert_eq!((cut("热泵热泵", 5), cut("abc", 3), cut("abc", 2)), ("热泵…".into(), "abc".into(), "a…".into()));
    }

    #[test]
    fn numbers_have_the_digits_they_are_good_for() {
        let point = |raw| PointInfo::new(PointSpec { raw, unit: "V", ..PointSpec::DEFAULT });
        let number = AnyValue::Number(f64::from(230.1_f32));
        assert_eq!(value(&point(RawType::F32), &number), "230.1 V");
        assert_eq!(value(&point(RawType::F64), &number), "230.10000610351563 V");
        assert_eq!(json_value(&point(RawType::F32), &number).to_string(), "230.1");
        assert_eq!(json_value(&point(RawType::F32), &AnyValue::Number(f64::NAN)).to_string(), "\"NaN\"");
    }

    #[test]
    fn texts_that_would_not_be_seen_are_quoted() {
        let info = PointInfo::new(PointSpec { raw: RawType::Text, ..PointSpec::DEFAULT });
        for (text, shown) in
            [("CTC BMS", "CTC BMS"), ("", "\"\""), ("a ", "\"a \""), ("a\u{1b}[31m", "\"a\\u{1b}[31m\"")]
        {
            assert_eq!(value(&info, &AnyValue::Text(text.to_owned())), shown);
        }
    }

    #[test]
    fn addresses() {
        let spec = PointSpec { table: Table::HoldingRegister, words: &[60], ..PointSpec::DEFAULT };
        let shown = |spec| address(&PointInfo::new(spec));
        assert_eq!(shown(spec), "holding register 60");
        assert_eq!(shown(PointSpec { words: &[61, 60], ..spec }), "holding registers 60–61");
        assert_eq!(shown(PointSpec { bits: Some(BitRange::new(3, 3)), ..spec }), "holding register 60 bit 3");
        let spec = PointSpec { bits: Some(BitRange::new(4, 7)), unit_id: Some(3), ..spec };
        assert_eq!(shown(spec), "holding register 60 bits 4–7 of unit 3");
    }
}

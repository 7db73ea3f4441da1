//! Limits in one cell, and cells that pack limits, step, unit and default: `0~1.0;Unit:0.01,default:0.7`.

use super::number::{self, leading};
use super::once::{Known, once};
use super::units;
use super::unread::Unread;
use crate::ratio::Ratio;

/// The lowest and the highest value of a cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RangeCell {
    pub(crate) min: Option<Ratio>,
    pub(crate) max: Option<Ratio>,
    /// As printed, or empty.
    pub(crate) unit: String,
}

/// Reads limits: `0 to 100`, `0-100`, `-40…+90 °C`, `0...65535`, `[0, 100]`, `≤ 50`, `min 5 max 30`, `0~100%`.
pub(crate) fn range(text: &str) -> Result<RangeCell, Unread> {
    let plain = number::plain(without_footnote(text));
    let inner = strip_pair(plain.trim());
    number::unclear(inner)?;
    // `±10`, `+/-10`
    if let Some(rest) = inner.strip_prefix('±').or_else(|| inner.strip_prefix("+/-")) {
        let quantity = number::quantity(rest)?;
        return ordered(RangeCell { min: quantity.number.negated(), max: Some(quantity.number), unit: quantity.unit });
    }
    let inner = ["von ", "de ", "od "].iter().find_map(|word| inner.strip_prefix(word)).unwrap_or(inner);
    if let Some(found) = one_sided(inner)? {
        return Ok(found);
    }
    if let Some(found) = named(inner)? {
        return Ok(found);
    }
    let nothing = || Unread::nothing("is not a range");
    // `[0,5]`; without brackets it would be a half.
    if inner.len() < plain.trim().len()
        && let Some((min, max)) = inner.split_once([',', ';'])
        && let (Ok(min), Ok(max)) = (number::number(min), number::number(max))
    {
        return ordered(RangeCell { min: Some(min), max: Some(max), unit: String::new() });
    }
    let (min, rest) = leading(inner)?.ok_or_else(nothing)?;
    let (first_unit, rest) = unit_before(rest);
    let is_apart = inner.strip_suffix(rest.trim_start()).is_some_and(|before| before.ends_with(' '));
    let rest = separator(rest.trim_start()).ok_or_else(nothing)?;
    // `-40 -10`, and not `-40 - 10` or `-40-10`.
    let is_sign = min < Ratio::ZERO
        && is_apart
        && rest.starts_with(|character: char| character.is_ascii_digit())
        && inner.strip_suffix(rest).is_some_and(|before| before.ends_with('-'));
    let (max, rest) = leading(rest.trim_start())?.ok_or_else(nothing)?;
    if is_sign {
        let says = "has a second minus that may be a sign or a dash";
        return Err(Unread::unclear(says).meaning(format!("{min}…{max} or {min}…-{max}")));
    }
    let unit = rest.trim();
    if !unit.is_empty() && !units::is_unit(unit) {
        return Err(Unread::unclear(format!("continues with “{unit}”, which is not a known unit")));
    }
    if !first_unit.is_empty() && !unit.is_empty() && first_unit != unit {
        return Err(Unread::unclear("has limits in two units"));
    }
    ordered(RangeCell {
        min: Some(min),
        max: Some(max),
        unit: if unit.is_empty() { first_unit } else { unit }.to_owned(),
    })
}

/// Whether a text is two numbers in brackets with one comma or semicolon: `[1,247]`.
pub(crate) fn is_interval(text: &str) -> bool {
    let inner = strip_pair(text.trim());
    let parts: Vec<&str> = inner.split([',', ';']).collect();
    inner.len() < text.trim().len() && parts.len() == 2 && range(text).is_ok()
}

fn ordered(range: RangeCell) -> Result<RangeCell, Unread> {
    match (range.min, range.max) {
        (Some(min), Some(max)) if min > max => Err(Unread::out_of_range("is a range that ends before it begins")),
        _ => Ok(range),
    }
}

fn strip_pair(text: &str) -> &str {
    for (open, close) in [('[', ']'), ('(', ')'), ('{', '}')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|text| text.strip_suffix(close)) {
            return inner.trim();
        }
    }
    text
}

/// A range without the mark of a footnote behind it: `1..255 (*1)`.
fn without_footnote(text: &str) -> &str {
    let is_digit = |sign: char| sign.is_ascii_digit();
    let before = text.trim_end().strip_suffix(')').map(|text| text.trim_end_matches(is_digit));
    let before = before.and_then(|before| before.strip_suffix("(*"));
    before.map_or(text, str::trim_end)
}

/// What is a unit before the sign of a range: `5 °C - 30 °C`.
fn unit_before(rest: &str) -> (&str, &str) {
    let start = rest.trim_start();
    for sign in ["...", "…", "..", "~", "-", " to ", " bis ", " till ", " à ", " do ", " t/m "] {
        if let Some((before, _)) = start.split_once(sign)
            && units::is_unit(before)
        {
            return (before.trim(), start.get(before.len()..).unwrap_or_default());
        }
    }
    ("", rest)
}

fn separator(text: &str) -> Option<&str> {
    let signs = ["...", "…", "..", "~", "～", "-", "to ", "bis ", "till ", "à ", "do ", "t/m ", "To ", "TO "];
    signs.into_iter().find_map(|sign| text.strip_prefix(sign))
}

/// `≤ 50`, `>= 5`, `max. 50`, `min 5`
fn one_sided(text: &str) -> Result<Option<RangeCell>, Unread> {
    let (is_max, rest) = if let Some(rest) = ["≤", "<=", "=<"].into_iter().find_map(|sign| text.strip_prefix(sign)) {
        (true, rest)
    } else if let Some(rest) = ["≥", ">=", "=>"].into_iter().find_map(|sign| text.strip_prefix(sign)) {
        (false, rest)
    } else if text.starts_with(['<', '>']) {
        return Err(Unread::unclear("does not say whether the limit itself is allowed")
            .meaning(text.replace('<', "≤").replace('>', "≥")));
    } else {
        return Ok(None);
    };
    let quantity = number::quantity(rest)?;
    let number = Some(quantity.number);
    let (min, max) = if is_max { (None, number) } else { (number, None) };
    Ok(Some(RangeCell { min, max, unit: quantity.unit }))
}

/// `min 5 max 30`, `Min: 5, Max: 30`, `max = 50`
fn named(text: &str) -> Result<Option<RangeCell>, Unread> {
    let lower = text.to_lowercase();
    let mut range = RangeCell::default();
    let mut rest = lower.as_str();
    let mut found = false;
    while !rest.trim_matches([' ', ',', ';', '/', '.']).is_empty() {
        let start = rest.trim_start_matches([' ', ',', ';', '/', '.']);
        let (is_max, after) = if let Some(after) = start.strip_prefix("max") {
            (true, after)
        } else if let Some(after) = start.strip_prefix("min") {
            (false, after)
        } else if found {
            return Err(Unread::unclear(format!("has “{}” after its limits", start.trim())));
        } else {
            return Ok(None);
        };
        let whole = ["imum", "imal"].into_iter().find_map(|end| after.strip_prefix(end));
        let after = whole.unwrap_or(after).trim_start_matches(['.', ':', '=', ' ']);
        let Some((number, after)) = leading(after)? else { return Err(Unread::nothing("is not a range")) };
        let known = if is_max { &mut range.max } else { &mut range.min };
        if known.replace(number).is_some() {
            return Err(Unread::unclear("names a limit twice"));
        }
        let end = after.find("min").into_iter().chain(after.find("max")).min().unwrap_or(after.len());
        let unit = after.get(..end).unwrap_or_default().trim_matches([' ', ',', ';', '/']);
        if units::is_unit(unit) {
            // In the case the vendor writes it in.
            let at = text.to_lowercase().find(unit).unwrap_or(0);
            text.get(at..at.saturating_add(unit.len())).unwrap_or(unit).clone_into(&mut range.unit);
            rest = after.get(end..).unwrap_or_default();
        } else {
            rest = after;
        }
        found = true;
    }
    if found { ordered(range).map(Some) } else { Ok(None) }
}

/// What a cell that packs several things says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Packed {
    pub(crate) range: Option<RangeCell>,
    /// What one step of the raw value is worth.
    pub(crate) scale: Option<Ratio>,
    /// As printed, or empty.
    pub(crate) unit: String,
    /// As printed, or empty.
    pub(crate) default: String,
    pub(crate) step: Option<Ratio>,
}

/// Reads a packed cell: `0~1.0;Unit:0.01,default:0.7`, `Range: 0-100, Step: 1, Default: 50`, `5…30 °C, default 20`.
pub(crate) fn packed(text: &str) -> Result<Packed, Unread> {
    let mut packed = Packed::default();
    let text = super::text::without_end(text);
    if text.is_empty() {
        return Err(Unread::nothing("is blank"));
    }
    for part in parts(text) {
        match keyed(&part) {
            Some((Key::Range, value)) => set(&mut packed.range, range(value)?)?,
            Some((Key::Unit, value)) => match number::quantity(value) {
                Ok(quantity) => {
                    set(&mut packed.scale, quantity.number)?;
                    if !quantity.unit.is_empty() {
                        packed.unit = quantity.unit;
                    }
                }
                // What begins with a number and is no unit may be a scale: `1,000`, `0.1 of it`.
                Err(_)
                    if packed.unit.is_empty()
                        && (units::is_unit(value) || !value.starts_with(|first: char| first.is_ascii_digit())) =>
                {
                    value.clone_into(&mut packed.unit);
                }
                Err(unread) => return Err(unread),
            },
            Some((Key::Step, value)) => set(&mut packed.step, number::quantity(value)?.number)?,
            Some((Key::Default, value)) if packed.default.is_empty() && !value.is_empty() => {
                value.clone_into(&mut packed.default);
            }
            Some((Key::Default, _)) => return Err(Unread::unclear("names two defaults, or none")),
            Some((Key::Min, value)) => {
                let number = number::quantity(value)?.number;
                let range = packed.range.get_or_insert_default();
                set(&mut range.min, number)?;
            }
            Some((Key::Max, value)) => {
                let number = number::quantity(value)?.number;
                let range = packed.range.get_or_insert_default();
                set(&mut range.max, number)?;
            }
            None if packed.unit.is_empty() && units::is_unit(part.trim()) => part.trim().clone_into(&mut packed.unit),
            None => set(&mut packed.range, range(&part)?)?,
        }
    }
    Ok(packed)
}

thread_local! {
    static PACKED: Known<bool> = Known::default();
}

/// Whether a cell for the unit holds more than that: several parts one of which is a number or is named, or one that is.
pub(crate) fn is_packed(text: &str) -> bool {
    once(&PACKED, text, is_packed_one)
}

fn is_packed_one(text: &str) -> bool {
    let parts = parts(text);
    let is_keyed = |part: &String| {
        let lower = part.to_lowercase();
        KEYS.iter().any(|(word, _)| {
            lower.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with([':', '=', '：']))
        })
    };
    let begins = |part: &String| part.trim_start().starts_with(|first: char| first.is_ascii_digit() || first == '-');
    parts.iter().any(is_keyed)
        || parts.len() > 1 && parts.iter().any(begins)
        || range(text).is_ok_and(|range| range.min.is_some() && range.max.is_some())
}

/// The two numbers of a range, as they stand there; `None` where the text holds anything else.
pub(crate) fn ends(text: &str) -> Option<[&str; 2]> {
    let is_of_number = |character: char| character.is_ascii_digit() || ['.', ','].contains(&character);
    let number = |text: &str| {
        let digits = text.strip_prefix('-').map_or(text, str::trim_start);
        let after = digits.trim_start_matches(is_of_number);
        let is_number = digits.starts_with(|character: char| character.is_ascii_digit());
        is_number.then(|| text.len().saturating_sub(after.len()))
    };
    let text = text.trim();
    // The dots of `0...65535` are no decimals.
    let dots = text.find("..").unwrap_or(text.len());
    let (first, rest) = text.split_at_checked(number(text)?.min(dots))?;
    let second = separator(rest.trim_start())?.trim();
    (number(second)? == second.len()).then_some([first, second])
}

/// Whether a cell names a scale among other things: `0~1.0;Unit:0.01`.
pub(crate) fn names_scale(text: &str) -> bool {
    let is_scale = |part: &String| {
        let (key, value) = keyed(part)?;
        Some(matches!(key, Key::Unit) && value.contains(|character: char| character.is_ascii_digit()))
    };
    parts(text).iter().any(|part| is_scale(part) == Some(true))
}

/// What a part names, and what it says of it.
fn keyed(part: &str) -> Option<(Key, &str)> {
    let lower = part.to_lowercase();
    KEYS.iter().find_map(|(word, key)| {
        let rest = lower.strip_prefix(word)?;
        let value = part.get(part.len().checked_sub(rest.len())?..)?;
        // The word ends here: `unit: 0.01`, `default 0.7`, and no `units per hour`.
        value
            .starts_with([':', '=', ' ', '：', '.'])
            .then(|| (*key, value.trim_start_matches([':', '=', ' ', '：', '.'])))
    })
}

#[derive(Debug, Clone, Copy)]
enum Key {
    Range,
    Unit,
    Step,
    Default,
    Min,
    Max,
}

const KEYS: [(&str, Key); 22] = [
    ("range", Key::Range),
    ("bereich", Key::Range),
    ("plage", Key::Range),
    ("bereik", Key::Range),
    ("omrade", Key::Range),
    ("område", Key::Range),
    ("unit", Key::Unit),
    ("einheit", Key::Unit),
    ("enhet", Key::Unit),
    ("resolution", Key::Unit),
    ("step", Key::Step),
    ("schritt", Key::Step),
    ("increment", Key::Step),
    ("default", Key::Default),
    ("def", Key::Default),
    ("factory setting", Key::Default),
    ("factory", Key::Default),
    ("werkseinstellung", Key::Default),
    ("min", Key::Min),
    ("minimum", Key::Min),
    ("max", Key::Max),
    ("maximum", Key::Max),
];

fn set<T>(known: &mut Option<T>, value: T) -> Result<(), Unread> {
    match known.replace(value) {
        None => Ok(()),
        Some(_) => Err(Unread::unclear("says something twice")),
    }
}

/// Divided at `;`, at line breaks, and at a comma that a word follows: a comma within a number is a decimal one.
fn parts(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for part in text.replace(";\n", "\n").split([';', '；', '\n']) {
        let mut pieces = part.split([',', '，']);
        let mut current = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            if piece.trim_start().starts_with(char::is_alphabetic) {
                parts.push(std::mem::replace(&mut current, piece.to_owned()));
            } else {
                current.push(',');
                current.push_str(piece);
            }
        }
        parts.push(current);
    }
    parts.into_iter().map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::unread::Why;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn ranges() {
        for (text, min, max, unit) in [
            ("0 to 100", Some("0"), Some("100"), ""),
            ("0-100", Some("0"), Some("100"), ""),
            ("0 – 100 %", Some("0"), Some("100"), "%"),
            ("-40…+90", Some("-40"), Some("90"), ""),
            ("-40...+90 °C", Some("-40"), Some("90"), "°C"),
            ("0...65535", Some("0"), Some("65535"), ""),
            ("[0, 100]", Some("0"), Some("100"), ""),
            ("[-100,100]", Some("-100"), Some("100"), ""),
            ("(0..5)", Some("0"), Some("5"), ""),
            ("0~100%", Some("0"), Some("100"), "%"),
            ("≤ 50", None, Some("50"), ""),
            (">= 5", Some("5"), None, ""),
            ("min 5 max 30", Some("5"), Some("30"), ""),
            ("Min: 5, Max: 30", Some("5"), Some("30"), ""),
            ("max. 50 °C", None, Some("50"), "°C"),
            ("0,5 bis 2,5", Some("0.5"), Some("2.5"), ""),
            ("-20 - -10", Some("-20"), Some("-10"), ""),
            ("1..255 (*1)", Some("1"), Some("255"), ""),
            ("1..255(*)", Some("1"), Some("255"), ""),
            ("-40-10", Some("-40"), Some("10"), ""),
            ("-40 - 10", Some("-40"), Some("10"), ""),
            ("0 -100", Some("0"), Some("100"), ""),
            ("-40 °C - 10 °C", Some("-40"), Some("10"), "°C"),
            ("5 °C - 30 °C", Some("5"), Some("30"), "°C"),
            ("0.0 ~ 1.0", Some("0"), Some("1"), ""),
            ("−10 … 10 K", Some("-10"), Some("10"), "K"),
        ] {
            let expected = RangeCell { min: min.map(ratio), max: max.map(ratio), unit: unit.to_owned() };
            assert_eq!(range(text), Ok(expected), "{text}");
        }
        assert_eq!(range("100-0").map_err(|unread| unread.why), Err(Why::OutOfRange));
        for text in [
            "",
            "5",
            "12 characters",
            "0, 100",
            "on/off",
            "0=Off;1=On",
            "0 to",
            "1/2/3",
            "0-10 apples",
            "< 5",
            "[1,000, 5]",
            "-40 -10",
            "-40°C -10°C",
            "-40 °C -10 °C",
            "-40 -5",
            "[-40 -10]",
            "−40 −10",
        ] {
            assert!(range(text).is_err(), "{text}");
        }
    }

    #[test]
    fn packed_cells() {
        let range = |min: &str, max: &str| {
            Some(RangeCell { min: Some(ratio(min)), max: Some(ratio(max)), unit: String::new() })
        };
        assert_eq!(
            packed("0~1.0;Unit:0.01,default:0.7"),
            Ok(Packed {
                range: range("0", "1"),
                scale: Some(ratio("0.01")),
                default: "0.7".to_owned(),
                ..Packed::default()
            })
        );
        assert_eq!(
            packed("Range: 0-100, Step: 1, Default: 50"),
            Ok(Packed {
                range: range("0", "100"),
                step: Some(ratio("1")),
                default: "50".to_owned(),
                ..Packed::default()
            })
        );
        assert_eq!(
            packed("[0,5]\nUnit: 0,1 V\nDefault: 2,5"),
            Ok(Packed {
                range: range("0", "5"),
                scale: Some(ratio("0.1")),
                unit: "V".to_owned(),
                default: "2,5".to_owned(),
                ..Packed::default()
            })
        );
        assert_eq!(
            packed("Min: 5; Max: 30; Unit: °C"),
            Ok(Packed { range: range("5", "30"), unit: "°C".to_owned(), ..Packed::default() })
        );
        assert_eq!(packed("0~9;Unit:1/min").map(|packed| packed.unit), Ok("1/min".to_owned()));
        for text in
            ["", "reserved", "0~1;2~3", "Default: ", "0~1;Unit:1,000", "0~1;Unit:0.1 of it", "Unit: 0.01; Unit: 0.1"]
        {
            assert!(packed(text).is_err(), "{text}");
        }
    }
}

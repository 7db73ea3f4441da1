//! Units as vendors write them, alone and with the scale of a register beside them.

mod quotients;

use unicode_normalization::UnicodeNormalization as _;

use super::number;
use super::once::{Known, once};
use super::reading::Reading;
use crate::ratio::Ratio;

/// Units without their prefixes.
const BASES: &[&str] = &[
    "v", "a", "w", "va", "var", "wh", "vah", "varh", "ah", "hz", "pa", "bar", "ohm", "ω", "j", "g", "m", "l", "s", "f",
    "n", "nm", "lx", "lux", "cal", "t", "c", "vdc", "vac", "adc", "aac", "wp",
];

const PREFIXES: &[&str] = &["", "k", "m", "g", "h", "d", "c", "µ", "μ", "u", "n"];

/// Units that stand for themselves.
const WHOLE: &[&str] = &[
    "%", "‰", "°c", "° c", "ºc", "℃", "°f", "℉", "k", "degc", "deg c", "deg. c", "degf", "deg f", "deg. f", "celsius",
    "°", "deg", "grad", "degree", "degrees", "kelvin", "m3", "m³", "m^3", "cm3", "dm3", "l/h", "l/min", "l/s", "m3/h",
    "m³/h", "m3/s", "m³/s", "m^3/h", "kg/h", "m/s", "km/h", "w/m2", "w/m²", "kwh/m3", "g/m3", "g/kg", "g/m³", "µg/m3",
    "µg/m³", "kj/kg", "kg", "mg/l", "min", "min.", "sec", "sec.", "h", "hr", "hrs", "hour", "hours", "minute",
    "minutes", "second", "seconds", "day", "days", "d", "std", "stunden", "minuten", "sekunden", "tage", "jahr",
    "year", "years", "month", "months", "week", "weeks", "ppm", "ppb", "rpm", "r/min", "1/min", "u/min", "1/h", "1/s",
    "min-1", "imp", "imp/kwh", "pulses", "db", "dbm", "psi", "mmhg", "inh2o", "mmh2o", "mws", "cph", "%rh", "% rh",
    "%rf", "rh", "pf", "cos phi", "cosphi", "cosφ", "kvar", "mvar", "w/h", "gal", "gpm", "cfm", "k/min", "°c/min",
    "k/h", "°dh", "°d", "kcal/h", "mw/h", "p.u.", "pu", "va·h", "var·h", "w·h", "kw·h", "a·h", "k·w·h", "vdc", "vac",
    "kb", "mb", "gb", "byte/s", "nt", "lx", "cd", "mol", "ph", "ms", "µs", "ns", "%/s", "%/min", "kw/min", "w/s",
    "on/off", "€", "eur", "sek", "öre", "ct/kwh", "ct", "min/h", "h/d", "hpa", "inwc", "m2", "m²", "cm", "mm", "km",
    "dm", "inch", "in", "ft",
];

/// Units of which a hundred or a thousand stand below the line: `kWh/100km`.
const COUNTED: [&str; 9] = ["km", "m", "l", "kg", "m³", "m3", "m²", "m2", "h"];

/// Words that say more of a unit they stand behind: `V AC`, `kW th`, `bar abs.`
const QUALIFIERS: &[&str] = &[
    "ac", "dc", "rms", "eff", "peak", "avg", "th", "el", "abs", "abs.", "rel", "rel.", "g", "a", "rh", "r.h.", "r.h",
    "n", "tot", "total", "max", "min", "nom", "nominal",
];

thread_local! {
    static UNITS: Known<bool> = Known::default();
    static CANONICAL: Known<String> = Known::default();
    static READ: Known<Reading<UnitCell>> = Known::default();
}

/// Whether a text is a unit that is in common use, case aside.
pub(crate) fn is_unit(text: &str) -> bool {
    once(&UNITS, text, is_one)
}

fn is_one(text: &str) -> bool {
    let lower = canonical(unwrapped(text.trim())).to_lowercase();
    let is_closed = [('(', ')'), ('[', ']')]
        .iter()
        .all(|(open, close)| lower.matches(*open).count() == lower.matches(*close).count());
    if lower.is_empty() || !is_closed {
        return false;
    }
    if is_simple(&lower) || is_over_product(&lower) {
        return true;
    }
    // `bar(g)`, `V AC`
    let words: Vec<&str> = lower.split([' ', '(', ')']).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [unit, rest @ ..] if !rest.is_empty() => is_simple(unit) && rest.iter().all(|word| QUALIFIERS.contains(word)),
        _ => false,
    }
}

/// `kW/(m³/s)`
fn is_over_product(lower: &str) -> bool {
    let parts =
        lower.split_once('/').and_then(|(above, below)| Some((above, below.strip_prefix('(')?.strip_suffix(')')?)));
    parts.is_some_and(|(above, below)| is_term(above.trim()) && is_simple(below.trim()))
}

fn is_simple(lower: &str) -> bool {
    is_term(lower) || lower.contains(['/', '·']) && is_compound(lower)
}

fn is_term(lower: &str) -> bool {
    WHOLE.contains(&lower)
        || PREFIXES.iter().any(|prefix| lower.strip_prefix(prefix).is_some_and(|base| BASES.contains(&base)))
}

/// `kWh/m³`, `1/min`, `kWh/100km`: terms that are units, of which those below the line may be counted.
fn is_compound(lower: &str) -> bool {
    let mut parts = lower.split('/');
    let above = parts.next().unwrap_or_default();
    let is_product = |part: &str| part.split('·').all(|term| is_term(term.trim()));
    // `kV/100 V` is a transformer.
    let is_counted = |part: &str| {
        let unit = ["1000", "100"].iter().find_map(|count| part.trim().strip_prefix(count));
        unit.is_some_and(|unit| COUNTED.contains(&unit.trim()))
    };
    let mut below = parts.peekable();
    below.peek().is_some_and(|part| !part.trim().is_empty())
        && (above.trim() == "1" || is_product(above))
        // `1/100 A` is a scale.
        && below.all(|part| is_product(part) || above.trim() != "1" && is_counted(part))
        || !lower.contains('/') && is_product(lower)
}

/// The one spelling of a unit: of signs that look alike, of powers, of litres, of names.
pub(crate) fn canonical(text: &str) -> String {
    once(&CANONICAL, text, in_one_spelling)
}

/// Names of units, in the singular.
const NAMES: &[(&str, &str)] = &[
    ("volt", "V"),
    ("millivolt", "mV"),
    ("kilovolt", "kV"),
    ("amp", "A"),
    ("ampere", "A"),
    ("milliamp", "mA"),
    ("watt", "W"),
    ("kilowatt", "kW"),
    ("megawatt", "MW"),
    ("kilowatt hour", "kWh"),
    ("hertz", "Hz"),
    ("percent", "%"),
    ("min.", "min"),
    ("sec.", "sec"),
    ("deg f", "°F"),
    ("degf", "°F"),
    ("degree f", "°F"),
    ("degree fahrenheit", "°F"),
    ("per cent", "%"),
    ("degree c", "°C"),
    ("degree celsius", "°C"),
];

/// `V` for `Volts`.
fn named(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase().replace("degrees ", "degree ");
    let singular = lower.strip_suffix('s').unwrap_or(&lower);
    NAMES.iter().find(|(name, _)| [lower.as_str(), singular].contains(name)).map(|(_, unit)| *unit)
}

fn in_one_spelling(text: &str) -> String {
    let text: String = text.chars().flat_map(plain_sign).collect();
    let text = text.replace(['\u{02DA}', 'º'], "°");
    // A ring above the blank before the letter.
    let text = text.replace("\u{030A}C", "°C").replace("\u{030A}F", "°F").replace("° C", "°C").replace("° F", "°F");
    let text = text.replace('\u{03BC}', "µ").replace("m^3", "m³").replace("m^2", "m²");
    if let Some(unit) = named(unwrapped(text.trim())) {
        return unit.to_owned();
    }
    let mut unit = String::with_capacity(text.len());
    let mut term = String::new();
    for character in text.trim().chars() {
        if character.is_alphanumeric() || character == 'µ' {
            term.push(character);
        } else {
            unit.push_str(&canonical_term(&term));
            term.clear();
            unit.push(character);
        }
    }
    unit.push_str(&canonical_term(&term));
    unit.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sign that stands for a unit or a letter, as those: `℃`, `㎥`, the sign for ohms, the one for kelvins.
fn plain_sign(sign: char) -> impl Iterator<Item = char> {
    let is_unit = matches!(sign, '\u{2100}'..='\u{214F}' | '\u{3300}'..='\u{33FF}');
    let plain = is_unit.then(|| sign.nfkc()).into_iter().flatten();
    plain.chain((!is_unit).then_some(sign))
}

fn canonical_term(term: &str) -> String {
    const POWERS: [(&str, &str); 10] = [
        ("m3", "m³"),
        ("m2", "m²"),
        ("cm3", "cm³"),
        ("dm3", "dm³"),
        ("cm2", "cm²"),
        ("mm2", "mm²"),
        ("km2", "km²"),
        ("Nm3", "Nm³"),
        ("ft3", "ft³"),
        ("L", "l"),
    ];
    let known = POWERS.iter().find(|(plain, _)| *plain == term);
    known.map_or_else(|| term.to_owned(), |(_, unit)| (*unit).to_owned())
}

/// What the cell of a unit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitCell {
    /// What one step of the raw value is worth, where the cell says it.
    pub(crate) scale: Option<Ratio>,
    /// In the one spelling of it; empty where the cell holds a scale only.
    pub(crate) unit: String,
}

const EXPECTED: &str = "a unit, or a scale before it: 0.1 °C; °C/10";

/// Reads the cell of a unit whole: `V`, `0.1 V`, `V/10`, `V x 0.1`, `V (0.1)`, `0.1 V/bit`, `1 = 0.1 V`, `V (1 decimal)`.
///
/// A number above 1 behind a unit may be what the device has multiplied by, and is asked about.
pub(crate) fn read(text: &str) -> Reading<UnitCell> {
    once(&READ, text, read_one)
}

fn read_one(text: &str) -> Reading<UnitCell> {
    let plain = canonical(text);
    let alternatives = alternatives(&plain);
    if plain.is_empty() || alternatives.is_none() && is_unit(&plain) {
        return unit_alone(&plain);
    }
    if let Some(units) = alternatives {
        return Reading::ambiguous("names two units", units);
    }
    let inner = unwrapped(&plain);
    if let Some(found) = scaled(inner) {
        return found;
    }
    if let Some(found) = quotients::read(inner) {
        return found;
    }
    if let Some(scaled) = spelled_prefix(inner) {
        return Reading::ambiguous("begins with a prefix that may be a scale", [scaled]);
    }
    let is_number = |character: char| character.is_ascii_digit();
    match plain.contains(is_number) {
        true => Reading::ambiguous("holds a number that may be a scale", Vec::new()),
        false => other(&plain),
    }
}

/// Units of one quantity, of which no value is a quotient.
const ALTERNATIVES: [&[&str]; 5] =
    [&["°C", "°F"], &["bar", "mbar", "kPa", "hPa", "Pa", "psi"], &["l", "gal"], &["m", "ft"], &["kg", "lb"]];

/// The two units of `°C/°F`.
fn alternatives(text: &str) -> Option<[String; 2]> {
    let (one, other) = unwrapped(text).split_once('/')?;
    let (one, other) = (one.trim(), other.trim());
    let is_both = |units: &[&str]| units.contains(&one) && units.contains(&other) && one != other;
    ALTERNATIVES.iter().any(|units| is_both(units)).then(|| [one.to_owned(), other.to_owned()])
}

/// `deciC` as `0.1 °C`: a prefix that nobody displays a value with, so that it may be the scale.
fn spelled_prefix(text: &str) -> Option<String> {
    const SCALES: [(&str, &str); 2] = [("deci", "0.1"), ("centi", "0.01")];
    SCALES.iter().find_map(|(prefix, scale)| {
        let (start, unit) = text.split_at_checked(prefix.len())?;
        let unit = unit.trim_start_matches([' ', '-']);
        let is_scaled = start.eq_ignore_ascii_case(prefix) && is_unit(unit);
        let unit = if unit == "C" { "°C" } else { unit };
        is_scaled.then(|| format!("{scale} {unit}"))
    })
}

fn unit_alone(unit: &str) -> Reading<UnitCell> {
    let unit = unit.strip_prefix('[').and_then(|unit| unit.strip_suffix(']')).unwrap_or(unit).trim();
    Reading::Value(UnitCell { scale: None, unit: unit.to_owned() })
}

/// `[0.1 A]` without the brackets that hold all of it.
fn unwrapped(text: &str) -> &str {
    [('[', ']'), ('(', ')'), ('{', '}')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .filter(|inner| !inner.contains(['[', ']', '(', ')', '{', '}']))
        .map_or(text, str::trim)
}

/// Words of one step of the raw value: `0.1 V/bit`, `1 digit = 0.1 V`.
const STEPS: [&str; 11] =
    ["bit", "digit", "lsb", "count", "step", "increment", "pulse", "impulse", "impuls", "imp", "inkrement"];

/// A unit with its scale, in every form that says which it is.
fn scaled(text: &str) -> Option<Reading<UnitCell>> {
    if let Some((left, right)) = text.split_once('=') {
        return equation(left.trim(), right.trim());
    }
    let lower = text.to_lowercase();
    if let Some((left, right)) = lower.split_once(':')
        && is_step(left.trim().trim_start_matches('1').trim())
    {
        return equation("1", text.get(text.len().saturating_sub(right.len())..)?.trim());
    }
    // `0.1 V/bit`, `0.1 V per digit`
    for step in STEPS {
        for sign in ["/", "per "] {
            if let Some(before) =
                lower.strip_suffix(step).and_then(|rest| rest.trim_end().strip_suffix(sign.trim_end()))
            {
                return before_unit(text.get(..before.len())?.trim());
            }
        }
    }
    before_unit(text).or_else(|| behind_unit(text))
}

/// Whether a text says what one step of the raw value is worth: `1 pulse = 0.1 kWh`.
pub(super) fn is_step_of(text: &str) -> bool {
    let step = text.split_once('=').and_then(|(step, _)| step.trim().strip_prefix('1'));
    step.is_some_and(|step| is_step(&step.trim().to_lowercase()))
        && matches!(read(text), Reading::Value(UnitCell { scale: Some(scale), .. }) if scale != Ratio::ONE)
}

fn is_step(word: &str) -> bool {
    STEPS.contains(&word)
}

/// `1 = 0.1 bar`, `10 = 1 bar`, `1V = 10`, `1 digit = 0.01 Hz`.
fn equation(left: &str, right: &str) -> Option<Reading<UnitCell>> {
    let (first, unit) = number_before(left)?;
    let (second, other) = number_before(right)?;
    let (raw, value, unit) = match (unit, other) {
        (step, unit) if step.is_empty() || is_step(&step.to_lowercase()) => (first, second, unit),
        (unit, "") => (second, first, unit),
        _ => return None,
    };
    may_be(unit).then_some(())?;
    let scale = value.times(raw.inverse()?)?;
    // A raw value is whole: `0.1 = 1 V` is the other way round.
    Some(if raw.denominator() == 1 { found(scale, unit) } else { doubt(scale, unit) })
}

/// `0.1 V`, `x0.1 V`, `0.1*V`, `1/10 V`, `10^-1 W`; `0.1` alone.
fn before_unit(text: &str) -> Option<Reading<UnitCell>> {
    let start = text.trim_start_matches(TIMES).trim_start();
    let (scale, rest) = number_before(start)?;
    let unit = rest.trim_start_matches(TIMES).trim();
    let is_times = start.len() < text.len() || rest.starts_with(TIMES);
    let is_alone = unit.is_empty() || unit == "-";
    let unit = if is_alone { "" } else { unit };
    // `0.5 °C step` says how a value is set.
    let is_whole = is_alone || is_unit(unit) || !unit.contains(' ') || unit.contains(" of ");
    if !is_whole || !is_alone && !may_be(unit) {
        return None;
    }
    // Ten of nothing, `x10` and `10*°C` may be what the device has multiplied by.
    Some(match scale <= Ratio::ONE || !is_times && !is_alone {
        true => found(scale, unit),
        false => doubt(scale, unit),
    })
}

/// `V/10`, `V x 0.1`, `V (0.1)`, `V [0.1]`, `V, 0.1`, `V 0.1`, `V (1 decimal)`.
fn behind_unit(text: &str) -> Option<Reading<UnitCell>> {
    let at = text.find(|character: char| character.is_ascii_digit())?;
    // A digit of the unit's own: `m3/h x 10`.
    let (before, number) = text.split_at_checked(at)?;
    let sign = before.trim_end_matches(['-', '+', '.']).trim_end();
    let number = text.get(before.trim_end_matches(['-', '.']).len()..).unwrap_or(number);
    let unit = sign.trim_end_matches(['(', '[', ',', '/', 'x', 'X', '×', '*', '·', ' ']);
    let sign = sign.get(unit.len()..)?.trim();
    let unit = unit.trim();
    if !may_be(unit) || unit.is_empty() {
        return None;
    }
    let is_open = sign.ends_with(['(', '[']);
    let (number, rest) = number_before(number)?;
    let rest = match is_open {
        true => rest.strip_suffix([')', ']'])?.trim(),
        false => rest.trim(),
    };
    let sign = sign.trim_end_matches(['(', '[']).trim();
    if ["decimal", "decimals", "dec", "dec.", "decimal place", "decimal places"].contains(&rest) {
        let places = Some(number.numerator()).filter(|_| number.denominator() == 1)?;
        let scale = Ratio::power_of_ten(places.checked_neg()?).filter(|_| (0..=9).contains(&places))?;
        return Some(found(scale, unit));
    }
    if !rest.is_empty() {
        return None;
    }
    let is_power = |number: Ratio| {
        number.denominator() == 1 && [10, 100, 1000, 10_000, 100_000, 1_000_000].contains(&number.numerator())
    };
    match sign {
        "/" if is_power(number) => Some(found(number.inverse()?, unit)),
        "" | "," | "x" | "X" | "×" | "*" | "·" if number < Ratio::ONE && number > Ratio::ZERO => {
            Some(found(number, unit))
        }
        _ => Some(doubt(number, unit)),
    }
}

fn found(scale: Ratio, unit: &str) -> Reading<UnitCell> {
    if scale <= Ratio::ZERO {
        return Reading::unreadable(EXPECTED, unit);
    }
    let is_round =
        [scale.numerator(), scale.denominator()].iter().all(|term| [1, 2, 5, 10, 25].contains(&without_zeros(*term)));
    let unit = if is_value(unit) { "" } else { unit };
    // Fifteen of a word that is no unit are no scale for sure.
    match is_round || is_unit(unit) {
        true => Reading::Value(UnitCell { scale: Some(scale), unit: unit.to_owned() }),
        false => doubt(scale, unit),
    }
}

fn without_zeros(mut number: i64) -> i64 {
    while number != 0 && number.checked_rem(10) == Some(0) && number > 25 {
        number = number.checked_div(10).unwrap_or(0);
    }
    number
}

fn doubt(scale: Ratio, unit: &str) -> Reading<UnitCell> {
    let shown = |scale: Ratio| format!("{scale} {unit}").trim().to_owned();
    let readings = [Some(shown(scale)), scale.inverse().map(shown)];
    Reading::ambiguous("holds a number that may be a scale", readings.into_iter().flatten())
}

/// Signs of multiplication.
const TIMES: [char; 5] = ['x', 'X', '×', '*', '·'];

/// A number at the beginning, and what stands behind it, without blanks; not `1/5`, and not `01`.
fn number_before(text: &str) -> Option<(Ratio, &str)> {
    let (number, rest) = number::leading(text).ok()??;
    let is_fraction = text.strip_suffix(rest).is_some_and(|number| number.contains('/'));
    let is_odd = number::has_leading_zero(text) || is_fraction && !number::is_resolution(number);
    (!is_odd).then(|| (number, rest.trim()))
}

/// Whether a text without a scale in it can be a unit, of which there are more than anybody knows.
fn may_be(unit: &str) -> bool {
    is_unit(unit) || is_value(unit) || matches!(other(unit), Reading::Value(_))
}

/// Words for the value itself, which are no unit of it: `value / 10`.
const VALUES: [&str; 12] = [
    "value",
    "raw",
    "raw value",
    "x",
    "register",
    "register value",
    "reg",
    "wert",
    "rohwert",
    "valeur",
    "värde",
    "waarde",
];

fn is_value(unit: &str) -> bool {
    VALUES.contains(&unit.to_lowercase().as_str())
}

/// A unit that is not known: one word, two with a slash between them, or a known unit that says of what: `% of WMax`.
fn other(text: &str) -> Reading<UnitCell> {
    let is_one = text.matches('/').count() < 2 && text.split('/').all(|word| is_word(word.trim()));
    let is_of = || {
        text.split_once(" of ").is_some_and(|(unit, of)| {
            is_unit(unit)
                && of.split(' ').count() < 4
                && of.split(' ').all(|word| word.chars().all(char::is_alphabetic))
        })
    };
    match (is_one || is_of()) && !is_value(text) {
        true => unit_alone(text),
        false => {
            let known = |word: &&str| !is_unit(word.trim_end_matches(','));
            let rest: Vec<&str> = text.split_whitespace().skip_while(|word| !known(word)).collect();
            Reading::unreadable(EXPECTED, if rest.is_empty() { text.to_owned() } else { rest.join(" ") })
        }
    }
}

/// Whether a text is one word of letters, which the sign of a degree or a percentage may begin and a point may end.
fn is_word(text: &str) -> bool {
    let word = text.strip_prefix(['°', '%', '‰', '$', '€', '£']).unwrap_or(text);
    let word = word.strip_suffix('.').filter(|word| !word.is_empty()).unwrap_or(word);
    let word = word.strip_suffix(['²', '³']).unwrap_or(word);
    !text.is_empty() && word.chars().all(|character| character.is_alphabetic() || "µΩ·'&".contains(character))
}

#[cfg(test)]
mod tests;

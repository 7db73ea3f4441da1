//! Lists in spellings that only a whole text tells apart from prose: `0 - Off, 1 - On`, `Off (0), On (1)`, `0x01: On`.
//!
//! Every part of the text has to fit one form. What can be read in two ways, or leaves a part over, is no list.

use super::units::is_unit;
use super::values::{ValueText, cut, label, parse_signed};

/// What a text is told to be by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// In a column for lists.
    Column,
    /// In a cell of its own that may hold something else: a unit, a title.
    Cell,
    /// In a description, which is prose as a rule.
    Prose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `0 - Off`; glued where no blanks stand around the dash: `0-OFF`, as in `3-phase`.
    Dash,
    /// `0 Off`
    Blank,
    /// `Off (0)`
    Parentheses,
    /// `Off=0`
    Equals,
    /// `Off: 0`
    Colon,
}

const FORMS: [Form; 5] = [Form::Dash, Form::Blank, Form::Parentheses, Form::Equals, Form::Colon];

/// What divides the parts of a list.
const DIVIDERS: [&[char]; 6] = [&['\n'], &[';'], &['|'], &[','], &['/'], &['\n', ',']];

const DASHES: [char; 4] = ['-', '–', '—', '−'];

/// A list that no sign between code and label gives away; `None` where the text is anything else.
pub(crate) fn parse(text: &str, bits: bool, stands: Stands) -> Option<ValueText> {
    if let Some(list) = signed(text, bits) {
        return Some(list);
    }
    if let Some(entries) = whole(text, bits, stands) {
        return Some(ValueText { before: String::new(), entries, unread: None });
    }
    let (before, list) = introduced(text)?;
    let entries = whole(list, bits, Stands::Cell)?;
    Some(ValueText { before: label(cut(before)), entries, unread: None })
}

/// The name and the list of `Mode (0 - Off, 1 - On)` and `Mode: 0 - Off, 1 - On`.
fn introduced(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let bracketed = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (before, list) = text.strip_suffix(close)?.split_once(open)?;
        (!list.starts_with(|sign: char| sign.is_ascii_digit()) || !list.contains([open, close]))
            .then_some((before, list))
    });
    let (before, list) = bracketed.or_else(|| text.split_once(':'))?;
    let is_name = before.starts_with(char::is_alphabetic) && !before.contains('\n');
    is_name.then_some((before, list.trim()))
}

/// Hexadecimal codes and short words for bits before `:` and `=`: read as decimal ones, and as `Bit 3`.
pub(crate) fn signed(text: &str, bits: bool) -> Option<ValueText> {
    let (plain, codes) = plain(text, bits)?;
    let list = parse_signed(&plain, bits);
    let is_code = |word: &str| if bits { short_bit(word).is_some() } else { hexadecimal(word).is_some() };
    let mut texts = list.entries.iter().map(|(_, label)| label.as_str()).chain([list.before.as_str()]);
    // `0x01, 0x02: Off` and `b3-b5: reserved` leave one over.
    let is_left = texts.any(|text| text.split(|sign: char| !sign.is_alphanumeric()).any(is_code));
    drop(texts);
    // Decimal codes may stand among hexadecimal ones.
    let mut read = list.entries.iter().map(|(code, _)| *code);
    let is_read = list.unread.is_none() && codes.iter().all(|code| read.any(|read| read == *code));
    drop(read);
    (is_read && !is_left).then_some(list)
}

/// The first hexadecimal code with a sign behind it.
pub(crate) fn hexadecimal_code(text: &str) -> Option<String> {
    words(text).find_map(|(start, word)| {
        let end = start.saturating_add(word.len());
        hexadecimal(word).filter(|_| sign_follows(text, end)).map(|_| format!("{word}…"))
    })
}

/// Whether a hexadecimal number stands in a text.
pub(crate) fn has_hexadecimal(text: &str) -> bool {
    words(text).any(|(_, word)| hexadecimal(word).is_some())
}

/// The text with its codes in the spelling that signs are looked for behind, and the codes.
fn plain(text: &str, bits: bool) -> Option<(String, Vec<i64>)> {
    let mut plain = String::new();
    let mut codes = Vec::new();
    let mut letters: Vec<char> = Vec::new();
    let mut copied = 0usize;
    for (start, word) in words(text) {
        let end = start.saturating_add(word.len());
        if !sign_follows(text, end) {
            continue;
        }
        let (code, spelled) = match bits {
            true => {
                let Some((letter, bit)) = short_bit(word) else { continue };
                letters.push(letter);
                (bit, format!("bit {bit}"))
            }
            false => {
                let Some(code) = hexadecimal(word) else { continue };
                (code, code.to_string())
            }
        };
        plain.push_str(text.get(copied..start)?);
        plain.push_str(&spelled);
        copied = end;
        codes.push(code);
    }
    plain.push_str(text.get(copied..)?);
    letters.dedup();
    // One `D1:` is a name as well as a bit.
    let is_list = if bits { codes.len() > 1 && letters.len() == 1 } else { !codes.is_empty() };
    (is_list && distinct(&codes)).then_some((plain, codes))
}

fn sign_follows(text: &str, end: usize) -> bool {
    text.get(end..).is_some_and(|rest| rest.trim_start().starts_with([':', '=']))
}

/// Words of letters and digits that nothing joins to what stands before them, with their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut before = None;
    let starts = text.char_indices().filter(move |(_, sign)| {
        let joins = before.is_some_and(|before: char| before.is_alphanumeric() || ['.', '_', '-'].contains(&before));
        before = Some(*sign);
        !joins && sign.is_alphanumeric()
    });
    starts.filter_map(|(start, _)| {
        let rest = text.get(start..)?;
        let end = rest.find(|sign: char| !sign.is_alphanumeric()).unwrap_or(rest.len());
        Some((start, rest.get(..end)?))
    })
}

/// `0x1F` and `001Fh`; `24h` is a time.
fn hexadecimal(word: &str) -> Option<i64> {
    let digits = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => digits,
        None => {
            let digits = word.strip_suffix(['h', 'H'])?;
            let is_code = digits.len() > 1 && digits.starts_with('0')
                || digits.len() == 4 && digits.starts_with(|sign: char| sign.is_ascii_digit());
            digits.get(..).filter(|_| is_code)?
        }
    };
    let is_hexadecimal = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_hexdigit());
    is_hexadecimal.then(|| i64::from_str_radix(digits, 16).ok()).flatten()
}

/// `b3`, `D3`: the letter and the bit.
fn short_bit(word: &str) -> Option<(char, i64)> {
    let letter = word.chars().next().filter(|letter| ['b', 'B', 'd', 'D'].contains(letter))?;
    let digits = word.get(1..)?;
    let is_bit = !digits.is_empty() && digits.len() < 3 && digits.chars().all(|digit| digit.is_ascii_digit());
    is_bit.then(|| Some((letter.to_ascii_lowercase(), digits.parse().ok()?))).flatten()
}

/// Every reading of a text whose parts all have one form; `None` where there is none, or more than one.
fn whole(text: &str, bits: bool, stands: Stands) -> Option<Vec<(i64, String)>> {
    let text = text.trim();
    let by_word = bits.then(|| before_each_bit(text)).flatten();
    let text = by_word.as_deref().unwrap_or(text);
    let dividers = DIVIDERS.iter().filter(|signs| signs.iter().all(|sign| text.contains(*sign)));
    let mut found: Option<(Vec<(i64, String)>, bool)> = None;
    for signs in dividers {
        let parts = text.split(*signs).map(|part| part.trim().trim_end_matches([',', ';', '|', '/', '.', ' ']));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        for form in FORMS {
            let Some(list) = List::read(&parts, form, bits) else { continue };
            let is_said = list.is_plausible(stands, signs.first() == Some(&'\n'));
            let entries = list.entries();
            if found.as_ref().is_some_and(|(other, _)| *other != entries) {
                return None;
            }
            found = Some((entries, is_said || found.is_some_and(|(_, said)| said)));
        }
    }
    found.filter(|(_, is_said)| *is_said).map(|(entries, _)| entries)
}

/// The text with a line for each `Bit 3`, which need no other sign between them.
fn before_each_bit(text: &str) -> Option<String> {
    let mut lines = String::new();
    let mut copied = 0usize;
    for (start, word) in words(text) {
        let lower = word.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix("bits").or_else(|| lower.strip_prefix("bit")) else { continue };
        let after = text.get(start.saturating_add(word.len())..)?.trim_start();
        let digits = if rest.is_empty() { after } else { rest };
        if digits.starts_with(|sign: char| sign.is_ascii_digit()) {
            lines.push_str(text.get(copied..start)?);
            lines.push('\n');
            copied = start;
        }
    }
    lines.push_str(text.get(copied..)?);
    (copied > 0).then(|| lines.trim().to_owned())
}

/// How a code is written; a list keeps to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Decimal,
    Hexadecimal,
    Bit,
    /// `b3`, `D3`.
    Short(char),
}

struct Entry {
    kind: Kind,
    first: i64,
    last: i64,
    is_glued: bool,
    label: String,
}

struct List {
    form: Form,
    entries: Vec<Entry>,
}

impl List {
    fn read(parts: &[&str], form: Form, bits: bool) -> Option<Self> {
        let entries: Vec<Entry> = parts.iter().map(|part| entry(part, form)).collect::<Option<_>>()?;
        let first = entries.first().filter(|_| entries.len() > 1)?;
        let is_bit = |kind| matches!(kind, Kind::Bit | Kind::Short(_));
        let is_one_form = is_bit(first.kind) == bits && entries.iter().all(|entry| entry.kind == first.kind);
        let codes: Vec<i64> = entries.iter().flat_map(|entry| entry.first..=entry.last).collect();
        // `2-pipe, 4-pipe`
        let differs = entries.iter().any(|entry| !entry.label.eq_ignore_ascii_case(&first.label));
        (is_one_form && differs && distinct(&codes)).then_some(Self { form, entries })
    }

    fn entries(&self) -> Vec<(i64, String)> {
        let codes = |entry: &Entry| (entry.first..=entry.last).map(|code| (code, entry.label.clone())).collect();
        self.entries.iter().flat_map(|entry| -> Vec<(i64, String)> { codes(entry) }).collect()
    }

    /// Whether nothing else is meant where it stands.
    fn is_plausible(&self, stands: Stands, by_line: bool) -> bool {
        let Some(first) = self.entries.first() else { return false };
        let rises = self.entries.iter().zip(self.entries.iter().skip(1)).all(|(one, next)| one.last < next.first);
        let counts = |from| rises && first.first == from;
        match first.kind {
            // `bit 1 means cooling while bit 0 is set`
            Kind::Bit if self.form == Form::Blank => return counts(0) || stands == Stands::Column && rises,
            Kind::Bit => return true,
            Kind::Short(_) => return stands == Stands::Column || by_line,
            Kind::Decimal | Kind::Hexadecimal => {}
        }
        let is_glued = self.entries.iter().any(|entry| entry.is_glued);
        let is_upper = self.entries.iter().all(|entry| entry.label.starts_with(char::is_uppercase));
        match (self.form, stands) {
            // `3-phase, 4-wire`
            (Form::Dash, Stands::Column) if is_glued => counts(0) || rises && is_upper,
            (Form::Dash, _) if is_glued => counts(0),
            (Form::Dash | Form::Blank, Stands::Column) => rises || by_line,
            (Form::Dash, _) => counts(0) || counts(1) || rises && first.kind == Kind::Hexadecimal,
            (Form::Parentheses | Form::Equals | Form::Colon, Stands::Column) => true,
            (Form::Parentheses | Form::Equals | Form::Colon, Stands::Cell) => counts(0),
            // `2 pumps, 3 fans`, `Operating mode Off (0), On (1)`
            _ => by_line && counts(0),
        }
    }
}

fn distinct(codes: &[i64]) -> bool {
    let mut sorted = codes.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len() == codes.len()
}

fn entry(part: &str, form: Form) -> Option<Entry> {
    let (kind, first, last, is_glued, text) = match form {
        Form::Dash | Form::Blank => front(part, form)?,
        Form::Parentheses => {
            let (text, code) = part.strip_suffix(')')?.rsplit_once('(')?;
            behind(text, code)?
        }
        Form::Equals => part.rsplit_once('=').and_then(|(text, code)| behind(text, code))?,
        Form::Colon => part.rsplit_once(':').and_then(|(text, code)| behind(text, code))?,
    };
    // What goes on below may be of another kind.
    let label = label(Some(text.trim()).filter(|text| !text.contains('\n'))?);
    is_label(&label, form, is_glued).then_some(Entry { kind, first, last, is_glued, label })
}

type Read<'a> = (Kind, i64, i64, bool, &'a str);

fn behind<'a>(text: &'a str, code: &str) -> Option<Read<'a>> {
    let (kind, code, rest) = number(code.trim())?;
    rest.is_empty().then_some((kind, code, code, false, text))
}

fn front(part: &str, form: Form) -> Option<Read<'_>> {
    let (word, digits) = bit_word(part);
    let (kind, first, rest) = number(digits)?;
    let kind = match (word, kind) {
        (Some(word), Kind::Decimal) if first < 64 => word,
        (None, kind) => kind,
        _ => return None,
    };
    let range = rest.trim_start().strip_prefix(DASHES).and_then(|rest| {
        let (_, digits) = bit_word(rest.trim_start());
        number(digits).filter(|(of, ..)| *of == if word.is_some() { Kind::Decimal } else { kind })
    });
    let (last, rest) = match range {
        Some((_, last, rest)) if first < last && last.saturating_sub(first) < 256 => (last, rest),
        Some(_) => return None,
        None => (first, rest),
    };
    let text = rest.trim_start();
    if form == Form::Blank {
        // `0-10 Volt` is a range; no bit is.
        let is_apart = text.len() < rest.len() && (last == first || word.is_some());
        return is_apart.then_some((kind, first, last, false, text));
    }
    let label = text.strip_prefix(DASHES)?;
    let is_glued = text.len() == rest.len() || label.trim_start().len() == label.len();
    Some((kind, first, last, is_glued, label))
}

/// The word that makes a number a bit, and what follows it.
fn bit_word(part: &str) -> (Option<Kind>, &str) {
    let strip = |word: &str| {
        let (start, rest) = part.split_at_checked(word.len()).filter(|(start, _)| start.eq_ignore_ascii_case(word))?;
        let rest = if start.len() > 1 { rest.trim_start() } else { rest };
        rest.starts_with(|sign: char| sign.is_ascii_digit()).then_some(rest)
    };
    let words = [("bits", Kind::Bit), ("bit", Kind::Bit), ("b", Kind::Short('b')), ("d", Kind::Short('d'))];
    let found = words.into_iter().find_map(|(word, kind)| Some((Some(kind), strip(word)?)));
    found.unwrap_or((None, part))
}

/// A code, and what follows it.
fn number(text: &str) -> Option<(Kind, i64, &str)> {
    let end = text.find(|sign: char| !sign.is_alphanumeric()).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    if let Some(code) = hexadecimal(word) {
        return Some((Kind::Hexadecimal, code, rest));
    }
    let is_decimal = !word.is_empty() && word.chars().all(|digit| digit.is_ascii_digit());
    let code = is_decimal.then(|| word.parse().ok()).flatten()?;
    Some((Kind::Decimal, code, rest))
}

/// Words that a number belongs to without being a code of it: `min=0, max=100`, `0 to 100`.
const NO_LABELS: [&str; 46] = [
    "min",
    "max",
    "minimum",
    "maximum",
    "default",
    "step",
    "unit",
    "range",
    "scale",
    "factor",
    "offset",
    "resolution",
    "length",
    "size",
    "count",
    "address",
    "register",
    "slot",
    "channel",
    "version",
    "page",
    "note",
    "res",
    "def",
    "to",
    "bis",
    "till",
    "tot",
    "of",
    "or",
    "and",
    "und",
    "oder",
    "x",
    "through",
    "per",
    "pro",
    "st",
    "nd",
    "th",
    "is",
    "means",
    "set",
    "indicates",
    "if",
    "when",
];

const MONTHS: [&str; 16] =
    ["jan", "feb", "mar", "mär", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez"];

fn is_label(label: &str, form: Form, is_glued: bool) -> bool {
    let lower = label.to_lowercase();
    let word = lower.split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
    let is_date =
        MONTHS.iter().any(|month| word.starts_with(month)) && label.ends_with(|sign: char| sign.is_ascii_digit());
    let is_quantity = (form == Form::Blank || is_glued) && (is_unit(&lower) || is_unit(word));
    // Another code, or a sign that gives the number another meaning.
    let holds_another = label.contains(['\n', '=', ':'])
        || label.char_indices().any(|(at, sign)| {
            let is_divider = [',', ';', '|', '/'].contains(&sign) || form == Form::Dash && sign == ' ';
            let rest = label.get(at..).unwrap_or_default().trim_start_matches([',', ';', '|', '/', ' ']);
            is_divider && matches!(form, Form::Dash | Form::Blank) && front(rest, form).is_some()
        });
    let is_behind = !matches!(form, Form::Dash | Form::Blank);
    let is_unclear = is_behind && (label.contains(" - ") || label.contains(" – ") || label.contains(['(', ')']))
        || label
            .strip_suffix(')')
            .and_then(|label| label.rsplit_once('('))
            .is_some_and(|(_, code)| number(code).is_some());
    label.starts_with(char::is_alphabetic)
        && !NO_LABELS.contains(&word)
        && !(is_date || is_quantity || holds_another || is_unclear)
}

#[cfg(test)]
mod tests {
    use super::super::values::{is_list, listed, parse, parse_bare_bits, parse_column};

    fn entries(list: &[(i64, &str)]) -> Vec<(i64, String)> {
        list.iter().map(|(code, label)| (*code, (*label).to_owned())).collect()
    }

    #[test]
    fn hexadecimal_codes_are_codes_everywhere() {
        let off_on = entries(&[(0, "Off"), (1, "On")]);
        for text in ["0x0000: Off, 0x0001: On", "0x00=Off 0x01=On", "0000h: Off; 0001h: On", "0x0 = Off\n0x1 = On"] {
            assert_eq!(parse(text, false).entries, off_on, "{text}");
            assert!(is_list(text), "{text}");
        }
        assert_eq!(parse("0x0200=Off", false).entries, entries(&[(512, "Off")]));
        assert_eq!(parse("Mode: 0x0A: Heat, 0x0B: Cool", false).before, "Mode");
        assert_eq!(parse("0x00: Off, 0x02-0x03: On", false).entries, []);
        assert_eq!(parse("0x00: Off, 0x02, 0x03: On", false).entries, []);
        assert_eq!(parse("24h: daily, 48h: every other day", false).entries, []);
        assert_eq!(parse("0x00: Off, 1: On", false).entries, off_on);
    }

    #[test]
    fn a_dash_is_a_sign_where_every_part_has_one() {
        for text in [
            "0 - Off, 1 - On",
            "0-Off,1-On",
            "0 – Off\n1 – On",
            "0 - Off; 1 - On;",
            "0 - Off / 1 - On",
            "0 - Off | 1 - On",
            "0x00 - Off, 0x01 - On",
        ] {
            assert_eq!(parse(text, false).entries, entries(&[(0, "Off"), (1, "On")]), "{text}");
            assert_eq!(parse_column(text, false).entries, entries(&[(0, "Off"), (1, "On")]), "{text}");
            assert!(is_list(text), "{text}");
        }
        let list = parse("Mode (0 - Off, 1 - On)", false);
        assert_eq!((list.before.as_str(), list.entries), ("Mode", entries(&[(0, "Off"), (1, "On")])));
        let list = parse("Mode: 0 - Off, 1 - On", false);
        assert_eq!((list.before.as_str(), list.entries), ("Mode", entries(&[(0, "Off"), (1, "On")])));
        let lines = "0 - Off, slow\n1-3 - On\n255 - Error";
        let read = entries(&[(0, "Off, slow"), (1, "On"), (2, "On"), (3, "On"), (255, "Error")]);
        assert_eq!(parse(lines, false).entries, read);
    }

    #[test]
    fn a_blank_is_a_sign_in_a_column_or_by_line() {
        assert_eq!(parse("0 Off\n1 On", false).entries, entries(&[(0, "Off"), (1, "On")]));
        assert_eq!(parse_column("0 Off, 1 On", false).entries, entries(&[(0, "Off"), (1, "On")]));
        assert_eq!(parse_column("5 Heat\n3 Cool", false).entries, entries(&[(5, "Heat"), (3, "Cool")]));
        for text in ["0 Off, 1 On", "2 pumps\n3 fans", "0 Off 1 On"] {
            assert_eq!(parse(text, false).entries, [], "{text}");
        }
        for text in ["0 Off 1 On", "1 On, 0 Off", "10 V, 20 mA", "10 min delay, 20 min pause", "0 Off, on, 2 Auto"] {
            assert_eq!(parse_column(text, false).entries, [], "{text}");
        }
    }

    #[test]
    fn a_code_may_stand_behind() {
        for text in ["Off (0), On (1)", "Off=0, On=1", "Off: 0, On: 1", "Off = 0\nOn = 1", "Off(0) / On(1)"] {
            assert_eq!(parse_column(text, false).entries, entries(&[(0, "Off"), (1, "On")]), "{text}");
            assert!(is_list(text), "{text}");
        }
        assert_eq!(parse_column("On (1), Off (0)", false).entries, entries(&[(1, "On"), (0, "Off")]));
        assert_eq!(parse("Operating mode Off (0), On (1)", false).entries, []);
        let list = parse("Operating mode: Off (0), On (1)", false);
        assert_eq!((list.before.as_str(), list.entries), ("Operating mode", entries(&[(0, "Off"), (1, "On")])));
        for text in ["min=0, max=100", "Default: 0, Step: 1", "Off=0, On=0", "Off (0), On", "Off: 0, On: 1, 2"] {
            assert_eq!(parse_column(text, false).entries, [], "{text}");
        }
    }

    #[test]
    fn masks_are_no_bits() {
        let read = entries(&[(0, "Pump"), (1, "Fan")]);
        for text in ["0 - Pump, 1 - Fan", "0 Pump\n1 Fan", "Pump (0), Fan (1)", "0=Pump;1=Fan"] {
            assert_eq!(parse_bare_bits(text).entries, read, "{text}");
        }
        for text in
            ["0x0001: Pump, 0x0002: Fan", "0x01 - Pump, 0x04 - Fan", "1 - Pump, 2 - Fan, 4 - Door", "0001h=Pump"]
        {
            assert_eq!(parse_bare_bits(text).entries, [], "{text}");
        }
        assert_eq!(listed("0x0001: Pump"), None);
    }

    #[test]
    fn bits_as_vendors_call_them() {
        let read = entries(&[(0, "inverter"), (1, "brine")]);
        for text in [
            "b0:inverter b1:brine",
            "b0=inverter, b1=brine",
            "D0: inverter; D1: brine",
            "B0 = inverter\nB1 = brine",
            "bit0 inverter bit1 brine",
            "Bit 0 - inverter, Bit 1 - brine",
            "Bit0-inverter\nBit1-brine",
            "b0 inverter\nb1 brine",
        ] {
            assert_eq!(parse(text, true).entries, read, "{text}");
            assert_eq!(parse_column(text, true).entries, read, "{text}");
            assert_eq!(listed(text), Some((true, read.clone())), "{text}");
        }
        assert_eq!(
            parse("Bit 0 Pump\nBit 3-5 reserved\nBit 15 Fan", true).entries,
            entries(&[(0, "Pump"), (3, "reserved"), (4, "reserved"), (5, "reserved"), (15, "Fan")])
        );
        for text in [
            "B1: Brine pump",
            "b0: Pump D1: Fan",
            "b0: Pump b3-b5: reserved",
            "b0: Pump, b0: Fan",
            "Class B0, class B1",
            "see bit 3 of status, bit 4 of alarm",
            "bit 0 means cooling, bit 1 is set by the pump",
            "bit 1 counts cooling while bit 0 lasts",
        ] {
            let read = parse_column(text, true).entries;
            assert_eq!(read, [], "{text}");
        }
    }

    #[test]
    fn what_is_no_list_does_not_become_one() {
        for text in [
            "0-100",
            "0 - 65535",
            "0-1",
            "0…100",
            "0 to 100",
            "L1-N",
            "L1-N, L2-N",
            "0-10 V",
            "0-10 V, 4-20 mA",
            "0-10 Volt, 4-20 mA",
            "2024-11-20",
            "01-Jan-2024, 02-Feb-2024",
            "1 Jan 2024, 2 Feb 2024",
            "3-phase, 4-wire",
            "2-pipe, 4-pipe",
            "3-phase",
            "0 - Off",
            "0 Off",
            "Off (0)",
            "Pump 1, pump 2",
            "1 - 5, 6 - 10",
            "0 - Off, 1 - On\n2",
            "0 - Off, 1: 5",
            "0 - Off, 0 - On",
            "0 - Zone 1 - left, 1 - right",
            "°C",
            "0.1 kWh",
            "1/min",
            "V, A, W",
            "Number of pumps (1), see note (2)",
            "Pump speed, 0 is stopped, 100 is full",
            "12h, 24h",
            "10-12-14",
            "+49 123 - 456, 7 - x",
            "IP 192.168.0.1, port 502",
        ] {
            assert!(!is_list(text), "{text}");
            let list = parse(text, false);
            assert!(list.entries.is_empty() || !list.before.is_empty(), "{text}");
            assert_eq!(listed(text), None, "{text}");
        }
        // A column for lists says no more of these.
        for text in
            ["0-100", "0 - 65535", "0-10 V, 4-20 mA", "2-pipe, 4-pipe", "3-phase, 4-wire", "0 to 100, 200 to 300"]
        {
            assert_eq!(parse_column(text, false).entries, [], "{text}");
        }
    }
}

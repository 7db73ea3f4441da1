//! Lists of values and of bits as vendors write them: `1: Manual, 2: Defrost`, `0=Off; 2=On`, `0 - Off, 1 - On`,
//! `Off (0), On (1)`, `0x01: On`, `Bit 0: Pump Bit 1: Fan`, `b0=Pump, b1=Fan`.
//!
//! A list is read where every character belongs to a code, a divider or a label, codes rise or are all marked in one way,
//! and nothing is left that looks like a code. What can be read in two ways, or says itself that it goes on, is in doubt.

mod codes;
mod default;
mod doubts;
mod items;
mod labels;
mod narrow;
#[cfg(test)]
mod tests;

use self::codes::{Head, Mark};
pub(crate) use self::codes::{cells as codes, names_bits};
use self::items::{Form, Items};
pub(crate) use self::labels::is_unnamed;
pub(crate) use self::narrow::narrow;
use super::reading::Reading;
use crate::spelling::normalised;

/// A list, and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct List {
    /// The name before it.
    pub(crate) before: String,
    /// Code or bit number with its label, in printed order.
    pub(crate) entries: Vec<(i64, String)>,
    /// Whether its numbers are said to be those of bits.
    pub(crate) is_bits: bool,
    /// Whether the numbers were masks, which no document numbers in its own way: `0x8000` is bit 15.
    pub(crate) are_masks: bool,
    /// The code behind it that is the default: `0=Off, 1=On, default: 0`.
    pub(crate) default: Option<i64>,
}

/// Where a text stands, and what it is told to be by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Style {
    /// In a column for values.
    Values,
    /// In a column for bits, which may leave out the word.
    Bits,
    /// In a cell of its own that may hold something else: a unit, a title.
    Cell,
    /// In a description, which is prose as a rule.
    Prose,
}

impl Style {
    fn is_column(self) -> bool {
        matches!(self, Self::Values | Self::Bits)
    }
}

const EXPECTED: &str = "a list such as 0: …, 1: … or Bit 0: …, Bit 1: …; a range is 0-2";

/// Reads a list; `None` where the text holds nothing of the kind.
pub(crate) fn read(text: &str, style: Style) -> Option<Reading<List>> {
    if !text.contains(|sign: char| sign.is_ascii_digit()) {
        return None;
    }
    let text = narrow(text);
    if style != Style::Prose
        && let Some(rest) = beside(&text)
    {
        return Some(unreadable(rest));
    }
    let (text, default) = default::without(text.trim());
    let doubtful = default.is_none().then(|| default::doubtful(text)).flatten();
    let mut failed = None;
    for body in bodies(text, style) {
        match read_body(&body, style) {
            Some(Reading::Value(mut list)) => {
                let marked = if list.is_bits { None } else { default::marked(&mut list.entries) };
                let default = match marked {
                    Some(marked) if default.is_some_and(|default| default != marked) => {
                        return Some(unreadable(format!("default {}", default.unwrap_or_default())));
                    }
                    marked => marked.or(default),
                };
                if let Some(default) = default {
                    if !list.entries.iter().any(|(code, _)| *code == default) {
                        return Some(unreadable(format!("default {default}")));
                    }
                    list.default = Some(default);
                }
                // `0=Off 1=On default 0`: the default, or a part of the last label.
                if let Some(rest) = doubtful {
                    return Some(unreadable(rest));
                }
                return Some(checked(list, style));
            }
            Some(reading) => failed = failed.or(Some(reading)),
            None => {}
        }
    }
    failed
}

/// Whether the lines below the first one are a list.
pub(crate) fn is_below(text: &str) -> bool {
    let list = text.trim().split_once('\n').and_then(|(_, list)| read(list, Style::Prose));
    matches!(list, Some(Reading::Value(list)) if list.before.is_empty())
}

/// A name that was cut off before its list, without the signs that led to it.
pub(crate) fn cut(name: &str) -> &str {
    name.trim_end_matches([':', '=', '-', '–', '—', ',', ';', '.', '/', '|', '(', '[', ' ', '\n'])
}

/// Dividers that divide nothing, before, behind or within a list, and dots that say that it goes on; one divider or full
/// stop behind the last entry does not matter.
fn beside(text: &str) -> Option<String> {
    const DIVIDERS: [char; 3] = [',', ';', '|'];
    let text = text.trim();
    let body = super::text::without_end(text);
    let before = body.trim_end_matches(['.', '…']);
    // `1: Starting...` is a label.
    let is_apart = |sign: char| sign.is_whitespace() || sign.is_ascii_digit() || DIVIDERS.contains(&sign);
    let goes_on = body.ends_with('…') || before.len() < body.len() && before.ends_with(is_apart);
    if goes_on || body.ends_with(DIVIDERS) || body.ends_with('/') {
        return text.split_whitespace().last().map(str::to_owned);
    }
    if text.starts_with(DIVIDERS) || text.starts_with('/') {
        return text.split_whitespace().next().map(str::to_owned);
    }
    // Line breaks divide as well, and behind another divider.
    let mut parts = body.split('\n').flat_map(|line| {
        let line = line.trim();
        line.strip_suffix([',', ';']).unwrap_or(line).split(DIVIDERS)
    });
    let is_blank_line = body.contains("\n\n") || body.lines().any(|line| line.trim().is_empty());
    let is_gap = |part: &str| part.is_empty() || part.starts_with('/') || part.ends_with('/');
    let has_gap = !is_blank_line && parts.any(|part| is_gap(part.trim()));
    has_gap.then(|| text.to_owned())
}

fn unreadable(rest: impl Into<String>) -> Reading<List> {
    Reading::unreadable(EXPECTED, rest)
}

/// A list as it may stand in a text.
struct Body<'a> {
    before: &'a str,
    text: &'a str,
    /// The codes with a sign in it.
    /// The same with the bracket that closes it.
    source: &'a str,
    heads: Vec<Head>,
    is_below: bool,
    /// Whether the text before it ends a line, or leads to it with a colon or a bracket.
    is_introduced: bool,
}

/// Where a list may begin: at the start, in a line below a name, in the brackets or behind the colon at the end of a name,
/// or with the first code that stands before a sign.
fn bodies(text: &str, style: Style) -> Vec<Body<'_>> {
    let body = |before, text, is_below, is_introduced| Body {
        before,
        text,
        source: text,
        heads: codes::heads(text),
        is_below,
        is_introduced,
    };
    let whole = body("", unbracketed(text), true, true);
    let is_first = items::leading(whole.text).is_some();
    let mut bodies = Vec::new();
    let first = whole.heads.first().map(|head| head.code.start);
    bodies.push(whole);
    if is_first {
        return bodies;
    }
    let begins = |line: &str| codes::head(line, 0).is_some_and(|head| !head.is_clock) || items::begins(line);
    let starts = text.char_indices().filter(|(_, sign)| *sign == '\n').map(|(at, _)| at.saturating_add(1));
    let below = starts.filter_map(|at| text.split_at_checked(at)).find(|(_, rest)| begins(rest));
    if let Some((before, rest)) = below {
        bodies.push(body(before, rest, true, true));
    }
    if style == Style::Cell {
        return bodies;
    }
    let is_name = |before: &str| before.starts_with(char::is_alphabetic) && !before.contains('\n');
    let bracketed = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (before, list) = text.strip_suffix(close)?.split_once(open)?;
        (is_name(before) && !list.contains([open, close])).then_some((before, list.trim()))
    });
    let led = text.split_once(':').filter(|(before, _)| is_name(before)).map(|(before, list)| (before, list.trim()));
    let introduced = bracketed.into_iter().chain(led).filter(|(_, list)| codes::head(list, 0).is_none());
    bodies.extend(introduced.map(|(before, list)| body(before, list, false, true)));
    if let Some((before, rest)) = first.and_then(|start| unbracketed(text).split_at_checked(start)) {
        let is_introduced = before.trim_end().ends_with([':', '(', '[', '\n']);
        bodies
            .push(Body { source: rest, ..body(before, enclosed(before, rest).unwrap_or(rest), false, is_introduced) });
    }
    bodies
}

/// A text without the brackets around it.
fn unbracketed(text: &str) -> &str {
    let inner = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?.trim_end_matches(['.', ' ']).strip_suffix(close)?;
        (!inner.contains([open, close])).then(|| inner.trim())
    });
    inner.unwrap_or(text)
}

/// The list in the bracket that ends what stands before it.
fn enclosed<'a>(before: &str, list: &'a str) -> Option<&'a str> {
    let open = before.trim_end().chars().next_back()?;
    let (_, close) = [('(', ')'), ('[', ']')].into_iter().find(|(opening, _)| *opening == open)?;
    list.trim_end_matches(['.', ' ']).strip_suffix(close)
}

/// Reads what may be a list, with what stands before it.
fn read_body(body: &Body<'_>, style: Style) -> Option<Reading<List>> {
    let heads = &body.heads;
    let is_signed = items::leading(body.text).is_some();
    let style =
        if style == Style::Prose && body.is_introduced && !body.before.is_empty() { Style::Cell } else { style };
    // Times and ratios: `10:00`, `1:1`, `16:9 format`.
    if is_signed
        && heads.iter().all(|head| head.is_clock)
        && (heads.len() == 1 || !body.text.contains([';', '\n', '|', ',']))
    {
        return None;
    }
    // One `D1:` is a name as well as a bit.
    let is_short = |head: &Head| matches!(head.code.mark, Mark::Short(_));
    if heads.first().is_some_and(is_short) && heads.iter().filter(|head| is_short(head)).count() == 1 {
        return None;
    }
    let items = match is_signed {
        true => match items::signed(body.text, heads) {
            Ok(items) => items,
            Err(rest) => {
                let is_bit = heads.first().is_some_and(|head| head.code.mark == Mark::Bit);
                let is_list = heads.len() > 1 || is_bit || style != Style::Prose;
                return is_list.then(|| unreadable(if rest.is_empty() { body.text.to_owned() } else { rest }));
            }
        },
        false => match unsigned(body.text, style)? {
            Ok(items) => items,
            Err(reading) => return Some(reading),
        },
    };
    let entries = items.entries();
    let is_bits = items.list.first().is_some_and(|item| item.mark.is_bit());
    if let Some(rest) = in_heading(body, &items, style) {
        return Some(unreadable(rest));
    }
    if let Some(why) = doubts::ends(&items) {
        return Some(Reading::ambiguous(why, []));
    }
    if !is_bits && codes::names_bits(body.before) && !body.before.is_empty() {
        return Some(Reading::ambiguous("lists codes, but mentions bits", []));
    }
    if style == Style::Bits && doubts::may_be_masks(&items) {
        return Some(Reading::ambiguous("may list masks or bit numbers", []));
    }
    let entries = match binary(&items) {
        Some(Ok(_)) if style == Style::Bits => return Some(Reading::ambiguous("may list masks or bit numbers", [])),
        Some(Ok(codes)) => codes.into_iter().zip(entries).map(|(code, (_, label))| (code, label)).collect(),
        Some(Err(why)) => return Some(Reading::ambiguous(why, [])),
        None => entries,
    };
    if let Some(rest) = doubts::swallowed(&entries) {
        return Some(unreadable(rest.to_owned()));
    }
    if let Some(why) = doubts::of_values(&items, &entries).filter(|_| !is_bits) {
        return Some(Reading::ambiguous(why, []));
    }
    let is_hexadecimal = || items.list.iter().any(|item| item.mark == Mark::Hexadecimal);
    if style == Style::Bits && is_hexadecimal() && bits_of_masks(&entries).is_none() {
        return Some(Reading::ambiguous("may list masks or bit numbers", []));
    }
    let before = labels_before(body.before);
    Some(Reading::Value(List { before, entries, is_bits, ..List::default() }))
}

fn labels_before(before: &str) -> String {
    let lines: Vec<String> = before.lines().map(normalised).filter(|line| !line.is_empty()).collect();
    let text = lines.join("\n");
    cut(text.trim_matches([',', ';', '.', '|', ' '])).to_owned()
}

/// The one list that a text is whose codes no sign follows.
fn unsigned<'a>(text: &'a str, style: Style) -> Option<Result<Items<'a>, Reading<List>>> {
    let is_dots = |part: &str| !part.trim().is_empty() && part.trim().chars().all(|sign| ['.', '…'].contains(&sign));
    let goes_on = text.split([',', ';', '|', '\n']).find(|part| is_dots(part));
    let mut found = items::whole(text, style != Style::Values || codes::names_bits(text));
    // In prose `Bit 3 is reserved` says something of the bit.
    found.retain(|items| items.list.len() > 1 || style.is_column());
    let mut readings: Vec<(Vec<(i64, String)>, Items<'a>)> = Vec::new();
    let mut is_said = false;
    for items in found {
        is_said |= is_plausible(&items, style, items.dividers.first() == Some(&'\n'));
        let entries = items.entries();
        if !readings.iter().any(|(known, _)| *known == entries) {
            readings.push((entries, items));
        }
    }
    match readings.len() {
        0 => None,
        _ if !is_said => None,
        _ if goes_on.is_some() => Some(Err(unreadable(goes_on.unwrap_or_default().trim()))),
        1 => readings.pop().map(|(_, items)| Ok(items)),
        _ => Some(Err(Reading::ambiguous("can be read in several ways", []))),
    }
}

/// Whether nothing else is meant where a list without signs stands.
fn is_plausible(items: &Items<'_>, style: Style, by_line: bool) -> bool {
    let Some(first) = items.list.first() else { return false };
    let rises = items.is_rising();
    let counts = |from| rises && *first.codes.start() == from;
    match first.mark {
        // `bit 1 means cooling while bit 0 is set`
        Mark::Bit if items.form == Form::Blank => return counts(0) || style.is_column() && rises,
        Mark::Bit => return true,
        Mark::Short(_) => return style.is_column() || by_line,
        Mark::Decimal | Mark::Hexadecimal => {}
    }
    let is_glued = items.list.iter().any(|item| item.is_glued);
    let is_upper = items.list.iter().all(|item| item.label.trim_start().starts_with(char::is_uppercase));
    match (items.form, style) {
        // `3-phase, 4-wire`
        (Form::Dash, style) if is_glued && style.is_column() => counts(0) || rises && is_upper,
        (Form::Dash, _) if is_glued => counts(0),
        (Form::Dash | Form::Blank | Form::Closed, style) if style.is_column() => rises || by_line,
        (Form::Dash | Form::Closed, _) => counts(0) || counts(1) || rises && first.mark == Mark::Hexadecimal,
        (Form::Parentheses | Form::Equals | Form::Colon, style) if style.is_column() => true,
        (Form::Parentheses | Form::Equals | Form::Colon, Style::Cell) => counts(0),
        // `2 pumps, 3 fans`, `Operating mode Off (0), On (1)`
        _ => by_line && (counts(0) || first.mark == Mark::Hexadecimal && rises),
    }
}

/// What of the text before a list may be a part of it, or is none of a name.
fn in_heading(body: &Body<'_>, items: &Items<'_>, style: Style) -> Option<String> {
    const PARTS: [&str; 10] = ["each", "per", "every", "byte", "nibble", "bit", "bits", "jedes", "pro", "je"];
    let before = body.before.trim();
    let first = items.list.first()?;
    if before.is_empty() {
        return None;
    }
    // A number that rises to the first code and is joined to it: `0,1=Off`, `0 or 1: off`.
    let joint = before.trim_end_matches([',', ';', '/', '|', '&', '+', '-', '–', '.', '…', ' ']);
    let joint = ["or", "and", "und", "oder", "to", "bis"]
        .into_iter()
        .find_map(|word| joint.strip_suffix(word).filter(|rest| rest.ends_with(' ')))
        .unwrap_or(joint)
        .trim_end();
    let number = joint.get(joint.trim_end_matches(|sign: char| sign.is_ascii_digit()).len()..).unwrap_or_default();
    let is_own =
        !joint.get(..joint.len().saturating_sub(number.len())).unwrap_or_default().ends_with(char::is_alphanumeric);
    let is_joined = joint.len() < before.len();
    if is_joined && is_own && number.parse::<i64>().is_ok_and(|number| number < *first.codes.start()) {
        return Some(format!("{}{}", before.get(joint.len().saturating_sub(number.len())..)?, first.printed));
    }
    // `1 000-2 000=On`
    let is_group = first.printed.len() == 3 && before.ends_with(|sign: char| sign.is_ascii_digit());
    let is_open = before.ends_with(['(', '[']) && enclosed(before, body.source).is_none();
    if is_group || is_open || before.ends_with(['=', '<', '>', '≤', '≥', '±', '~', '#', '+']) {
        return Some(before.to_owned());
    }
    let is_same = |head: &Head| matches!(items.form, Form::Sign(sign) if sign == head.sign) && !head.is_clock;
    let code = codes::heads(body.before).into_iter().find(|head| {
        let label = body.before.get(head.end..).unwrap_or_default();
        is_same(head) && !label.trim().is_empty()
    });
    if let Some(head) = code.filter(|_| body.is_below) {
        return body.before.get(head.code.start..head.end).map(str::to_owned);
    }
    // `I = closed, 0 = open`
    if items.form == Form::Sign('=') && before.ends_with([',', ';']) && before.contains('=') {
        return Some(before.to_owned());
    }
    // The word that each of the codes stands behind: `Group 1: Mode, Group 2: Mode`.
    let word = labels::last_word(before);
    let is_repeated = |label: &str| !word.is_empty() && labels::last_word(label.trim_end()) == word;
    let (_, labels) = items.list.split_last()?;
    if !body.is_introduced
        && before.ends_with(char::is_alphanumeric)
        && labels.iter().any(|item| is_repeated(item.label))
    {
        return Some(before.to_owned());
    }
    if !style.is_column() {
        return None;
    }
    let words = || before.split(|sign: char| !sign.is_alphanumeric()).map(str::to_lowercase);
    let is_name = body.is_introduced
        && before.starts_with(char::is_alphabetic)
        && !before.contains(|sign: char| sign.is_ascii_digit() || ['=', '<', '>', ';', '|'].contains(&sign))
        && !words().any(|word| PARTS.contains(&word.as_str()));
    (!is_name).then(|| before.to_owned())
}

/// The codes of a list in which each has as many digits, all 0 and 1: binary ones where they count so. `None` for other
/// lists.
fn binary(items: &Items<'_>) -> Option<Result<Vec<i64>, &'static str>> {
    let width = items.list.first()?.printed.len();
    let is_binary = width > 1
        && items.list.len() > 1
        && items.list.iter().all(|item| {
            let digits = item.printed.bytes().all(|digit| digit == b'0' || digit == b'1');
            item.mark == Mark::Decimal && item.printed.len() == width && digits
        })
        && items.list.iter().any(|item| item.printed.starts_with('0'));
    if !is_binary {
        return None;
    }
    let codes: Option<Vec<i64>> = items.list.iter().map(|item| i64::from_str_radix(item.printed, 2).ok()).collect();
    let codes = codes?;
    match codes.iter().all(|code| *code < 2) {
        true => None,
        false if codes.contains(&1) && codes.contains(&2) => Some(Ok(codes)),
        false => Some(Err("may list binary codes or decimal ones")),
    }
}

/// A list, unless its numbers cannot be what they are where it stands.
fn checked(mut list: List, style: Style) -> Reading<List> {
    if style == Style::Bits
        && (list.is_bits, list.default) == (false, None)
        && let Some(entries) = bits_of_masks(&list.entries)
    {
        (list.entries, list.is_bits, list.are_masks) = (entries, true, true);
        return Reading::Value(list);
    }
    let masks = list.entries.len() > 1 && list.entries.iter().all(|(code, _)| is_mask(*code));
    let skips =
        list.entries.iter().zip(list.entries.iter().skip(1)).any(|((one, _), (next, _))| next.saturating_sub(*one) > 1);
    if style == Style::Bits && !list.is_bits && masks && skips {
        return Reading::ambiguous("may list masks or bit numbers", []);
    }
    Reading::Value(list)
}

fn is_mask(code: i64) -> bool {
    code > 0 && code.count_ones() == 1
}

/// The bits that masks stand for, where the numbers can be nothing else: each has one bit, and one is too high for the
/// number of a bit.
fn bits_of_masks(entries: &[(i64, String)]) -> Option<Vec<(i64, String)>> {
    /// Bits of the widest value.
    const BITS: i64 = 64;
    let are_masks = entries.iter().all(|(code, _)| is_mask(*code)) && entries.iter().any(|(code, _)| *code >= BITS);
    (entries.len() > 1 && are_masks)
        .then(|| entries.iter().map(|(code, label)| (i64::from(code.trailing_zeros()), label.clone())).collect())
}

/// Whether a text is a list of values and nothing else, or one in doubt: `0=Open;1=Closed`.
pub(crate) fn is_list(text: &str) -> bool {
    match read(text, Style::Cell) {
        Some(Reading::Value(list)) => {
            // `1 = 0.1 bar`
            let is_quantity =
                |label: &str| list.entries.len() == 1 && label.starts_with(|sign: char| sign.is_ascii_digit());
            !list.is_bits && list.before.is_empty() && !list.entries.iter().any(|(_, label)| is_quantity(label))
        }
        Some(Reading::Ambiguous { .. } | Reading::Unreadable { .. }) => {
            text.trim_start().starts_with(|sign: char| sign.is_ascii_digit())
        }
        None => false,
    }
}

/// Whether a text lists two values or bits at least, and nothing else.
pub(crate) fn has_several(text: &str) -> bool {
    matches!(listed(text), Some(Reading::Value(list)) if list.entries.len() > 1)
}

/// The values or bits that a text of nothing else lists: `0=Open`, `Bit 3: Fan`.
pub(crate) fn listed(text: &str) -> Option<Reading<List>> {
    let has_hexadecimal = codes::has_hexadecimal(text);
    read(text, Style::Cell).filter(|reading| match reading {
        // What the register has, values or bits, is not known here, and hexadecimal bits are masks.
        Reading::Value(list) => list.before.is_empty() && (list.is_bits || !has_hexadecimal),
        Reading::Ambiguous { .. } | Reading::Unreadable { .. } => !has_hexadecimal,
    })
}

//! Lists of values as vendors write them: `1: Manual, 2: Defrost`, `0=Off, 2=On`, `Bit 0: Pump Bit 1: Fan`.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use super::spelled::{self, Stands};

/// A list with the text that stands before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ValueText {
    pub(crate) before: String,
    /// Code or bit number with its label, in printed order.
    pub(crate) entries: Vec<(i64, String)>,
    /// A number that looks like a code and is none of the entries: `0,1=`.
    pub(crate) unread: Option<String>,
}

/// Finds `number :` or `number =`; the label reaches to the next one, so that a missing comma does not matter. Spellings
/// without such a sign are read where the whole text has them.
///
/// With `bits`, each number must follow the word `Bit`.
pub(crate) fn parse(text: &str, bits: bool) -> ValueText {
    parse_where(text, bits, Stands::Prose)
}

/// The same in a column that holds nothing but lists.
pub(crate) fn parse_column(text: &str, bits: bool) -> ValueText {
    parse_where(text, bits, Stands::Column)
}

/// Bits in a column for them, without the word. Hexadecimal codes are masks, and so may be powers of two: both are left
/// unread but for those that a sign has always told.
pub(crate) fn parse_bare_bits(text: &str) -> ValueText {
    let list = parse_signed(&narrow(text), false);
    if !list.entries.is_empty() || list.unread.is_some() || spelled::has_hexadecimal(text) {
        return list;
    }
    let found = parse_column(text, false);
    let is_mask = |code: i64| code.count_ones() == 1;
    if found.entries.iter().all(|(code, _)| is_mask(*code)) { list } else { found }
}

fn parse_where(text: &str, bits: bool, stands: Stands) -> ValueText {
    let text = narrow(text);
    if let Some(code) = (!bits).then(|| spelled::hexadecimal_code(&text)).flatten() {
        return spelled::signed(&text, bits)
            .unwrap_or_else(|| ValueText { unread: Some(code), ..ValueText::default() });
    }
    let list = parse_signed(&text, bits);
    if !list.entries.is_empty() || list.unread.is_some() {
        return list;
    }
    spelled::parse(&text, bits, stands).unwrap_or(list)
}

/// Finds `number :` or `number =`.
pub(crate) fn parse_signed(text: &str, bits: bool) -> ValueText {
    let nothing = |unread| ValueText { before: text.trim().to_owned(), entries: Vec::new(), unread };
    let (tokens, unread) = tokens(text, bits);
    // The numbers of bits are no codes.
    if !bits && tokens.iter().any(|token| follows_bit(text, token)) {
        return nothing(None);
    }
    let Some(first) = tokens.first() else { return nothing(unread.into_iter().next().map(|(_, unread)| unread)) };
    // A time or a ratio: `10:00`, `1:1`.
    if tokens.len() == 1 && first.sign == ':' && begins_with_number(text, first.end) && !text.contains(STRONG) {
        return nothing(None);
    }
    let before = label(text.get(..first.start).unwrap_or_default());
    let items = match items(text, &tokens) {
        Ok(items) => items,
        Err(unread) => return ValueText { before: cut(&before).to_owned(), entries: Vec::new(), unread: Some(unread) },
    };
    // What is like a code within a label is text where all codes stand behind a divider.
    let is_code = |at: usize| !items.is_divided || items.dividers.contains(&sign_before(text, at)) || at <= first.start;
    let unread = unread.into_iter().find(|(at, _)| is_code(*at)).map(|(_, unread)| unread);
    let mut unread = unread.or_else(|| items.list.iter().find_map(|item| item.left.clone()));
    let mut entries: Vec<(i64, String)> = Vec::new();
    let ends = items.list.iter().skip(1).map(|item| item.start).chain([text.len()]);
    for (item, end) in items.list.iter().zip(ends) {
        let (whole, text) = (text, text.get(item.end..end).unwrap_or_default());
        let read = left_behind(text, item.sign, &items.dividers, bits);
        if let Some((_, left)) = &read {
            unread = unread.or_else(|| Some(left.clone()));
        }
        let label = label(read.as_ref().and_then(|(until, _)| text.get(..*until)).unwrap_or(text));
        // Several bits of one name are a number, which no flags are.
        if bits && item.codes.start() < item.codes.end() && !is_unnamed(&label) {
            unread = unread.or_else(|| Some(code_of(whole, item)));
            continue;
        }
        entries.extend(item.codes.clone().map(|code| (code, label.clone())));
    }
    // A hexadecimal code before a decimal one is none of the entries.
    let unread = unread.or_else(|| (!bits).then(|| spelled::hexadecimal_code(&before)).flatten());
    // A list in parentheses ends with the last of them.
    if let (Some(open), Some((_, last))) = (before.chars().next_back(), entries.last_mut())
        && let Some(close) = [('(', ')'), ('[', ']')].into_iter().find(|(opening, _)| *opening == open)
        && let Some(rest) = last.strip_suffix(close.1)
    {
        *last = rest.trim_end().to_owned();
    }
    ValueText { before: cut(&before).to_owned(), entries, unread }
}

/// The codes of a list, among all that look like one.
struct Items<'a> {
    list: Vec<&'a Token>,
    /// The signs that divide them, where they stand for nothing else.
    dividers: Vec<char>,
    /// Whether each part between them is one value.
    is_divided: bool,
}

const STRONG: [char; 3] = [';', '\n', '|'];
const WEAK: [char; 2] = [',', '/'];

/// Which of the tokens begin a value. Where a token may begin one and may be text, nothing is guessed: it is the error.
fn items<'a>(text: &str, tokens: &'a [Token]) -> Result<Items<'a>, String> {
    let Some(first) = tokens.first() else {
        return Ok(Items { list: Vec::new(), dividers: Vec::new(), is_divided: false });
    };
    let body = text.get(first.start..).unwrap_or_default();
    let mut found: Option<Items<'a>> = None;
    for divider in STRONG.into_iter().chain(WEAK) {
        if !body.contains(divider) {
            continue;
        }
        let mains =
            parts(text, first.start, divider).map(|at| tokens.binary_search_by_key(&at, |token| token.start).ok());
        let Some(mains) = mains.collect::<Option<Vec<usize>>>() else { continue };
        // All of one form.
        let is_one_form = mains.iter().all(|main| tokens.get(*main).is_some_and(|token| token.sign == first.sign));
        if mains.len() < 2 || !is_one_form {
            continue;
        }
        let read = within(text, tokens, &mains, Some(divider))?;
        let starts = |items: &Items<'_>| items.list.iter().map(|item| item.start).collect::<Vec<_>>();
        match &found {
            Some(other) if starts(other) != starts(&read) => return Err(code_of(text, first)),
            Some(_) => {}
            None => found = Some(read),
        }
    }
    if let Some(items) = found {
        return Ok(items);
    }
    let mains = tokens.iter().enumerate().filter(|(index, token)| {
        *index == 0 || STRONG.iter().chain(&WEAK).any(|divider| sign_before(text, token.start) == *divider)
    });
    let mains: Vec<usize> = mains.map(|(index, _)| index).collect();
    within(text, tokens, &mains, None)
}

/// Where the parts begin that a sign divides a list into.
fn parts(text: &str, start: usize, divider: char) -> impl Iterator<Item = usize> {
    let mut begin = start;
    text.get(start..).unwrap_or_default().split(divider).filter_map(move |part| {
        let at = begin.saturating_add(part.len().saturating_sub(part.trim_start().len()));
        begin = begin.saturating_add(part.len()).saturating_add(divider.len_utf8());
        (!part.trim().is_empty()).then_some(at)
    })
}

/// The values of a list whose main ones are known: those between them are values as well where a divider was forgotten.
fn within<'a>(text: &str, tokens: &'a [Token], mains: &[usize], divider: Option<char>) -> Result<Items<'a>, String> {
    let is_strong = divider.is_some_and(|divider| STRONG.contains(&divider));
    let Some(first) = tokens.first() else {
        return Ok(Items { list: Vec::new(), dividers: Vec::new(), is_divided: false });
    };
    // Without any divider, codes may fall as well as rise.
    let falls = mains.len() == 1 && tokens.len() > 1 && {
        let codes = tokens.iter().zip(tokens.iter().skip(1));
        codes.into_iter().all(|(one, next)| next.codes.end() < one.codes.start())
    };
    let mut main = mains.iter().copied().peekable();
    let mut list: Vec<&Token> = Vec::new();
    let mut is_divided = divider.is_some();
    // Labels of a divided list that hold numbers with a sign: `0: Zone 1: left, 1: Zone 2: right`.
    let mut numbered = false;
    for (index, token) in tokens.iter().enumerate() {
        let is_main = main.next_if_eq(&index).is_some();
        let doubt = || Err(code_of(text, token));
        let before = text.get(..token.start).unwrap_or_default();
        if before.ends_with(['#', '+', '~', '±', '$', '*', '%']) || before.trim_end().ends_with(['<', '>', '≤', '≥'])
        {
            return doubt();
        }
        let Some(last) = list.last() else {
            list.push(token);
            continue;
        };
        let gap = text.get(last.end..token.start).unwrap_or_default();
        let is_clock = token.sign == ':'
            && begins_with_number(text, token.end)
            && !text.get(..token.end).is_some_and(|all| all.ends_with(" :"));
        let is_spaced = text.get(last.end..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
        // A time or a ratio is all that the label begins with: `0: 10:00`, `1:1:1`.
        if !is_main && gap.trim().is_empty() && (is_clock || divider.is_some()) {
            continue;
        }
        let is_nested = opens(gap);
        if is_main {
            if is_nested || is_clock && divider.is_none() && is_spaced {
                return doubt();
            }
            list.push(token);
            continue;
        }
        let next = main.peek().and_then(|main| tokens.get(*main));
        let rises = last.codes.end() < token.codes.start()
            && next.is_none_or(|next| token.codes.end() < next.codes.start() || divider.is_none());
        let is_next = last.codes.end().checked_add(1) == Some(*token.codes.start());
        let is_other = token.sign != last.sign;
        let is_text = is_clock && (is_spaced || is_other)
            || divider.is_some() && !rises
            || is_strong && is_other && !is_next
            || is_other && is_nested && !is_next;
        if is_text {
            numbered |= !is_clock && !is_other;
            continue;
        }
        let is_apart = before.ends_with(|sign: char| sign.is_whitespace() || ['.', ')', ']'].contains(&sign));
        let sign = sign_before(text, token.start);
        let is_led = match STRONG.contains(&sign) || WEAK.contains(&sign) {
            true => !(is_strong && is_other),
            false => {
                is_apart && !(is_strong && (is_other || !is_next)) && !refers(gap) && !(mains.len() > 1 && counts(gap))
            }
        };
        let is_value = is_led && (rises || falls) && !is_nested && !is_clock && !gap.trim().is_empty();
        if !is_value {
            return doubt();
        }
        is_divided = false;
        list.push(token);
    }
    if numbered && divider.is_some() && !is_divided {
        return Err(code_of(text, list.last().copied().unwrap_or(first)));
    }
    let used = list.iter().skip(1).map(|item| sign_before(text, item.start));
    let dividers = used.filter(|sign| STRONG.contains(sign) || WEAK.contains(sign)).collect();
    Ok(Items { list, dividers, is_divided })
}

/// Whether a number stands at a place, which no word goes on: that of `10:00`, and none of `1:3P3W`.
fn begins_with_number(text: &str, at: usize) -> bool {
    let end = end_of(text, at, |sign| sign.is_ascii_digit());
    end > at && !text.get(end..).is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}

/// The sign before a place, but for blanks.
fn sign_before(text: &str, at: usize) -> char {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t', '\u{a0}']);
    before.chars().next_back().unwrap_or('\n')
}

/// Whether a bracket opens in a text and does not close.
fn opens(text: &str) -> bool {
    depth_behind(0, text) > 0
}

/// How many brackets are open behind a text, before which so many are.
fn depth_behind(depth: usize, text: &str) -> usize {
    text.chars().fold(depth, |depth, sign| match sign {
        '(' | '[' | '{' => depth.saturating_add(1),
        ')' | ']' | '}' => depth.saturating_sub(1),
        _ => depth,
    })
}

/// Whether a number behind a text is what it refers to: `see register 12`.
fn refers(text: &str) -> bool {
    const WORDS: [&str; 39] = [
        "reg",
        "register",
        "registers",
        "par",
        "param",
        "parameter",
        "p",
        "r",
        "nr",
        "no",
        "number",
        "num",
        "addr",
        "address",
        "adr",
        "adresse",
        "coil",
        "see",
        "siehe",
        "s",
        "wenn",
        "if",
        "when",
        "falls",
        "pos",
        "position",
        "value",
        "wert",
        "code",
        "menu",
        "menü",
        "page",
        "seite",
        "kap",
        "chapter",
        "note",
        "punkt",
        "point",
        "to",
    ];
    last_word(text).is_some_and(|word| WORDS.contains(&word.as_str()))
}

/// Whether a number behind a text may be one of several of its kind: `Zone 2`.
fn counts(text: &str) -> bool {
    const WORDS: [&str; 34] = [
        "zone",
        "phase",
        "stage",
        "stufe",
        "step",
        "level",
        "mode",
        "modus",
        "circuit",
        "kreis",
        "heizkreis",
        "loop",
        "pump",
        "pumpe",
        "sensor",
        "fühler",
        "error",
        "fehler",
        "fault",
        "alarm",
        "type",
        "typ",
        "speed",
        "group",
        "gruppe",
        "class",
        "klasse",
        "channel",
        "kanal",
        "unit",
        "tank",
        "source",
        "input",
        "output",
    ];
    last_word(text).is_some_and(|word| WORDS.contains(&word.as_str()))
}

fn last_word(text: &str) -> Option<String> {
    let word = text.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    word.rsplit(|sign: char| !sign.is_alphanumeric()).next().map(str::to_lowercase)
}

/// Whether a number is that of a bit.
fn follows_bit(text: &str, token: &Token) -> bool {
    let before = text.get(..token.start).unwrap_or_default();
    let word = bit_word(before).and_then(|start| before.get(..start));
    word.is_some_and(|before| !before.ends_with(char::is_alphanumeric))
}

/// More characters than a hexadecimal code has, with its sign and blanks.
const CODE: usize = 64;

/// What a label goes on with that is no part of it, and where that begins: `; 2..=Auto`, `|3`, `, A=Auto`.
fn left_behind(text: &str, sign: char, dividers: &[char], bits: bool) -> Option<(usize, String)> {
    let until = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let left = rest.trim_start_matches([',', ';', '|', '/', '.', ' ', '\n']);
        let left = left.split([';', '|', '\n']).next().unwrap_or_default();
        (from, label(left))
    };
    let strong = |from: usize| {
        let rest = text.get(from..).unwrap_or_default().trim_matches(|sign: char| !sign.is_alphanumeric());
        !rest.is_empty() && !label(text.get(..from).unwrap_or_default()).is_empty()
    };
    let places =
        text.char_indices().filter(|(_, sign)| sign.is_whitespace() || STRONG.contains(sign) || WEAK.contains(sign));
    // How many brackets are open, and up to where they were counted.
    let (mut depth, mut seen) = (0usize, 0usize);
    for (at, divider) in places {
        if STRONG.contains(&divider) && dividers.contains(&divider) && strong(at) {
            return Some(until(at));
        }
        depth = depth_behind(depth, text.get(seen..at).unwrap_or_default());
        seen = at;
        if bits || depth > 0 {
            continue;
        }
        let rest = text.get(at.saturating_add(divider.len_utf8())..).unwrap_or_default();
        let word = rest.trim_start();
        let is_apart = word.len() < rest.len() || STRONG.contains(&divider) || divider == ',' && sign == '=';
        let length = word.find(|sign: char| sign.is_whitespace() || STRONG.contains(&sign) || WEAK.contains(&sign));
        let (run, behind) = word.split_at_checked(length.unwrap_or(word.len())).unwrap_or((word, ""));
        let is_signed = run.contains(sign) || behind.trim_start().starts_with(sign);
        let code = run.split(sign).next().unwrap_or_default();
        let after = run.get(code.len().saturating_add(sign.len_utf8())..).unwrap_or_default();
        let is_ratio = sign == ':' && after.starts_with(|sign: char| sign.is_ascii_digit());
        let is_number = !code.is_empty() && code.chars().all(|digit| digit.is_ascii_digit());
        let is_first = text.get(..at).is_none_or(|before| before.trim().is_empty());
        if divider.is_whitespace() {
            // `1=Ein A=Auto`; a letter of a label ends it as a rule.
            let is_listed = dividers.iter().any(|divider| STRONG.contains(divider)) && sign == ':';
            if !is_signed || is_ratio || is_first || is_listed {
                continue;
            }
            // A code is short: a label of thousands of words is not gone through for each of them.
            let near = word.char_indices().nth(CODE).and_then(|(end, _)| word.get(..end)).unwrap_or(word);
            let is_short = code.len() == 1 && code.chars().all(|letter| ('A'..='F').contains(&letter))
                || spelled::hexadecimal_code(near).is_some_and(|hex| near.starts_with(hex.trim_end_matches('…')))
                || !is_number && code.starts_with(|digit: char| digit.is_ascii_digit());
            if is_short {
                return Some(until(at));
            }
            continue;
        }
        let is_bare = is_number && behind.trim_matches([' ', '.', ')', ']']).is_empty() && !run.contains(sign);
        let divides = dividers.contains(&divider) || STRONG.contains(&divider) || divider == ',';
        if is_apart && divides && !is_first && (is_signed && !is_ratio && !is_number && !code.is_empty() || is_bare) {
            return Some(until(at));
        }
    }
    None
}

/// Whether a label says that a code or bit has no meaning.
pub(crate) fn is_unnamed(label: &str) -> bool {
    let is_dash = label.chars().all(|character| ['-', '–', '—', '.', ' '].contains(&character));
    is_dash || label.eq_ignore_ascii_case("reserved")
}

/// A token as it stands there.
fn code_of(text: &str, token: &Token) -> String {
    text.get(token.start..token.end).unwrap_or_default().to_owned()
}

/// Whether a text is a list of values and nothing else: `0=Open;1=Closed`.
pub(crate) fn is_list(text: &str) -> bool {
    let list = parse_where(text, false, Stands::Cell);
    // One that can be read in several ways is one as well.
    let begins = || text.trim_start().starts_with(|sign: char| sign.is_ascii_digit());
    list.before.is_empty() && (!list.entries.is_empty() || list.unread.is_some() && begins())
}

/// Values or bits that a text of nothing else lists: `0=Open`, `Bit 3: Fan`. Whether they are bits stands before them.
pub(crate) fn listed(text: &str) -> Option<(bool, Vec<(i64, String)>)> {
    [false, true].into_iter().find_map(|bits| {
        // What the register has, values or bits, is not known here, and hexadecimal bits are masks.
        let list = match !bits && spelled::has_hexadecimal(text) {
            true => parse_signed(&narrow(text), bits),
            false => parse_where(text, bits, Stands::Cell),
        };
        let is_list = !list.entries.is_empty() && list.before.is_empty() && list.unread.is_none();
        is_list.then_some((bits, list.entries))
    })
}

/// Signs as wide as a Chinese character, as their narrow ones.
pub(crate) fn narrow(text: &str) -> Cow<'_, str> {
    const SIGNS: [(char, char); 6] = [('：', ':'), ('；', ';'), ('，', ','), ('＝', '='), ('、', ','), ('～', '~')];
    if !text.contains(SIGNS.map(|(wide, _)| wide)) {
        return Cow::Borrowed(text);
    }
    let narrow = |sign: char| SIGNS.iter().find(|(wide, _)| *wide == sign).map_or(sign, |(_, narrow)| *narrow);
    Cow::Owned(text.chars().map(narrow).collect())
}

/// A name that was cut off before its list, without the signs that led to it.
pub(crate) fn cut(name: &str) -> &str {
    name.trim_end_matches([':', '=', '-', '–', '—', ',', ';', '.', '/', '|', '(', '[', ' '])
}

/// What stands between two codes, without what divides it from the next one.
pub(crate) fn label(text: &str) -> String {
    const SIGNS: [char; 5] = [',', ';', '.', '|', ' '];
    let text = super::text::normalised(text);
    let mut label = text.trim_matches(SIGNS);
    // A dash divides where a blank stands before it: `Off - 1: On`; that of `Class A-` is its own.
    while let Some(rest) = ["/", " -", " –", " —"].into_iter().find_map(|sign| label.strip_suffix(sign)) {
        label = rest.trim_end_matches(SIGNS);
    }
    label.to_owned()
}

struct Token {
    start: usize,
    end: usize,
    /// `:` or `=`.
    sign: char,
    /// One code, or those of a range: `4-7: Reserved`.
    codes: RangeInclusive<i64>,
    /// A number before it that would be another code of the label: `0,1=`.
    left: Option<String>,
}

/// A range longer than this is none: a register holds no more codes.
const LONGEST: i64 = 65_536;

/// The codes of a list, and the numbers that look like one and are none, with their places.
fn tokens(text: &str, bits: bool) -> (Vec<Token>, Vec<(usize, String)>) {
    let mut tokens: Vec<Token> = Vec::new();
    let mut unread: Vec<(usize, String)> = Vec::new();
    let mut leave = |from: usize, until: usize| {
        unread.extend(text.get(from..=until).map(|left| (from, left.to_owned())));
    };
    let mut position = 0usize;
    while let Some(rest) = text.get(position..) {
        let Some(offset) = rest.find(|character: char| character.is_ascii_digit()) else { break };
        let digits = position.saturating_add(offset);
        let digits_end = end_of(text, digits, |character| character.is_ascii_digit());
        position = digits_end;
        let Some(first) = number(text, digits, digits_end) else { continue };
        let (last, end) = range_end(text, digits_end).unwrap_or((first, digits_end));
        let sign = end_of(text, end, char::is_whitespace);
        let Some(mark) = text.get(sign..).and_then(|rest| rest.chars().next()).filter(|mark| [':', '='].contains(mark))
        else {
            continue;
        };
        let before = text.get(..digits).unwrap_or_default();
        let (start, first, last) = match bits {
            true => match bit_word(before) {
                Some(start) => (start, first, last),
                None => {
                    let begins = before.trim_end();
                    if begins.is_empty() || begins.ends_with([',', ';', '/', '|']) {
                        leave(digits, sign);
                    }
                    continue;
                }
            },
            // `PT1000: …` and `v1.2: …` are text.
            false if before.ends_with(|character: char| character.is_alphanumeric() || character == '.') => continue,
            false => match before.strip_suffix(['-', '−']) {
                Some(before) if !before.ends_with(char::is_alphanumeric) && first == last => {
                    (before.len(), first.saturating_neg(), last.saturating_neg())
                }
                _ => (digits, first, last),
            },
        };
        if last < first || last.saturating_sub(first) >= LONGEST {
            leave(digits, sign);
            continue;
        }
        // `1 000=Off` is no 0, and `1,000=Off` may be one of several things.
        let (start, first, last) = match thousands(text, start, digits..digits_end) {
            Some(Thousands { begin, code: Some(code) }) if !bits && first == last => (begin, code, code),
            Some(Thousands { begin, .. }) if !bits => {
                leave(begin, sign);
                continue;
            }
            _ => (start, first, last),
        };
        position = sign.saturating_add(1);
        let follows = tokens.last().map(|token| (token.end, *token.codes.end()));
        let together = (!bits && first == last).then(|| together(text, follows, start, first)).flatten();
        // Where the sign may divide values as well, the number may be one of the label: `1: Zone 2 / 3: On`.
        let divides = tokens.len() < 2 || tokens.last().is_some_and(|last| sign_before(text, last.start) == '/');
        let either = together.filter(|_| divides).and_then(|(begin, _)| text.get(begin..position));
        let (start, first) = together.filter(|_| !divides).unwrap_or((start, first));
        let end = tokens.last().map_or(0, |token| token.end);
        let gap = text.get(end..start).filter(|_| !bits).unwrap_or_default();
        let left = left_over(gap, tokens.is_empty()).and_then(|left| text.get(end.saturating_add(left)..position));
        let left = left.or(either);
        tokens.push(Token { start, end: position, sign: mark, codes: first..=last, left: left.map(str::to_owned) });
    }
    (tokens, unread)
}

/// Where the word begins that makes the number behind it a bit: `Bit 3`, `Bits 4-7`.
fn bit_word(before: &str) -> Option<usize> {
    let before = before.trim_end().to_ascii_lowercase();
    let start = before.strip_suffix("bits").or_else(|| before.strip_suffix("bit"))?;
    Some(start.len())
}

/// A code whose thousands a sign sets apart.
struct Thousands {
    /// Where it begins.
    begin: usize,
    /// `None` where the sign may be something else.
    code: Option<i64>,
}

/// Whether three digits are the end of a longer code, which begins a value: `1 000=Off`, `0=On; 65'535=None`. Elsewhere
/// the digits before them end a label: `0=Zone 1 100=On`.
fn thousands(text: &str, start: usize, digits: Range<usize>) -> Option<Thousands> {
    let before = text.get(..digits.start).filter(|_| start == digits.start && digits.len() == 3)?;
    let sign = before.chars().next_back().filter(|sign| [' ', '\u{a0}', '\u{202f}', '\'', '’', ','].contains(sign))?;
    let rest = before.strip_suffix(sign)?;
    let ahead = rest.trim_end_matches(|character: char| character.is_ascii_digit());
    let group = rest.get(ahead.len()..)?;
    let begins = ahead.trim_end().is_empty() || ahead.trim_end().ends_with([';', '|', '\n']);
    // The end of a range, or a sign before it.
    let follows = ahead.trim_end().ends_with(['-', '–', '−', '…']);
    if !(1..=3).contains(&group.len()) || group.starts_with('0') || !(begins || follows) {
        return None;
    }
    let code = format!("{group}{}", text.get(digits)?).parse().ok();
    Some(Thousands { begin: ahead.len(), code: code.filter(|_| begins && sign != ',') })
}

/// The code before this one that has the same label, and where it begins: the 4 of `3: LAN 4 / 5: WIFI`. It follows the
/// last code of the list; in `1: Zone 1 / 2: Zone 2` the number is one of the label.
fn together(text: &str, follows: Option<(usize, i64)>, start: usize, code: i64) -> Option<(usize, i64)> {
    let (from, last) = follows?;
    let before = text.get(from..start)?.trim_end().strip_suffix('/')?.trim_end();
    let digits = before.len().saturating_sub(before.trim_end_matches(|sign: char| sign.is_ascii_digit()).len());
    let begin = before.len().saturating_sub(digits);
    let other: i64 = before.get(begin..)?.parse().ok()?;
    let is_apart = before.get(..begin)?.ends_with(char::is_whitespace);
    let is_next = other.checked_add(1) == Some(code) && last.checked_add(1) == Some(other);
    (is_apart && is_next).then_some((from.saturating_add(begin), other))
}

/// Where a number begins that ends what stands before a code and would be another code of it: `0,` in `0,1=Off`.
///
/// `Zone 1, 2: …` ends with a word's number, `0: 9600, 1: …` with one that is the label.
fn left_over(gap: &str, is_first: bool) -> Option<usize> {
    const SIGNS: [char; 10] = [',', ';', '/', '|', '&', '+', '-', '–', '.', '…'];
    let body = gap.trim_end().trim_end_matches(SIGNS);
    let is_glued = !gap.ends_with(char::is_whitespace) && body.trim_end() == body;
    if body.len() == gap.trim_end().len() {
        return None;
    }
    let body = body.trim_end();
    let is_part = |character: char| character.is_ascii_digit() || [',', '.', '/', '-'].contains(&character);
    let number = body.get(body.trim_end_matches(is_part).len()..)?;
    let number = number.trim_start_matches(|character: char| !character.is_ascii_digit());
    let start = body.len().saturating_sub(number.len());
    let ahead = body.get(..start)?;
    if number.is_empty() || ahead.ends_with(|character: char| character.is_alphanumeric() || character == '_') {
        return None;
    }
    let ahead = ahead.trim_end();
    let is_listed = match ahead.chars().next_back() {
        None => is_first,
        Some(sign) => [',', ';', '/', '|', ':', '=', '(', '['].contains(&sign) || is_glued && is_first,
    };
    is_listed.then_some(start)
}

fn number(text: &str, start: usize, end: usize) -> Option<i64> {
    text.get(start..end)?.parse().ok()
}

/// The last code of a range whose first one ends here, and where its digits end.
fn range_end(text: &str, first_end: usize) -> Option<(i64, usize)> {
    let dash = end_of(text, first_end, char::is_whitespace);
    let rest = text.get(dash..)?;
    let rest = ["-", "–", "−", "…", "...", ".."].into_iter().find_map(|sign| rest.strip_prefix(sign))?;
    let digits = end_of(text, text.len().saturating_sub(rest.len()), char::is_whitespace);
    let end = end_of(text, digits, |character| character.is_ascii_digit());
    Some((number(text, digits, end)?, end))
}

fn end_of(text: &str, start: usize, matches: impl Fn(char) -> bool) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    start.saturating_add(rest.find(|character| !matches(character)).unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(i64, &str)]) -> Vec<(i64, String)> {
        list.iter().map(|(code, label)| (*code, (*label).to_owned())).collect()
    }

    #[test]
    fn thousands_may_be_set_apart() {
        for (text, codes) in [
            ("1 000=Off", vec![1000]),
            ("140=Off;1 000=On", vec![140, 1000]),
            ("0=On|65'535=None", vec![0, 65535]),
            ("0: Zone 1 100: On", vec![0, 100]),
            ("0: 9600 100: On", vec![0, 100]),
            ("0=1,100=2", vec![0, 100]),
        ] {
            let list = parse(text, false);
            assert_eq!(list.entries.iter().map(|(code, _)| *code).collect::<Vec<_>>(), codes, "{text}");
        }
        for text in ["1,000=Off", "1 000-2 000=On", "-1 000=Off", "140=Off;1,000=On"] {
            let list = parse(text, false);
            assert!(list.unread.is_some() && !list.entries.iter().any(|(code, _)| *code == 0), "{text}: {list:?}");
        }
    }

    #[test]
    fn a_missing_comma_does_not_matter() {
        let list = parse("1: Manual operation, 8: Passive Cooling 98: Standby 99: No demand 100: OFF", false);
        assert_eq!(
            list.entries,
            entries(&[
                (1, "Manual operation"),
                (8, "Passive Cooling"),
                (98, "Standby"),
                (99, "No demand"),
                (100, "OFF")
            ])
        );
    }

    #[test]
    fn text_before_the_list_is_kept() {
        let list = parse("These applies to Smart grid function. 1: EVU, 4: Normal", false);
        assert_eq!(list.before, "These applies to Smart grid function");
        assert_eq!(list.entries, entries(&[(1, "EVU"), (4, "Normal")]));
        let list = parse("Selected mode for mixing valve 1, 0:Heat, 1:Cool, 2:Auto", false);
        assert_eq!(list.before, "Selected mode for mixing valve 1");
        assert_eq!(list.entries, entries(&[(0, "Heat"), (1, "Cool"), (2, "Auto")]));
    }

    #[test]
    fn lists_and_units_are_told_apart() {
        for text in ["0=Open;1=Closed", "1=Send values", "0: Off, 1: On"] {
            assert!(is_list(text), "{text}");
        }
        for text in ["V DC", "°C", "", "0-10 V", "Mode 0=Off", "1/min", "m3"] {
            assert!(!is_list(text), "{text}");
        }
    }

    #[test]
    fn codes_of_one_label_stand_together() {
        assert_eq!(
            parse("01:WIFI 03:LAN 04 / 05: WIFI of a module 06 / 07: LAN", false).entries,
            entries(&[
                (1, "WIFI"),
                (3, "LAN"),
                (4, "WIFI of a module"),
                (5, "WIFI of a module"),
                (6, "LAN"),
                (7, "LAN")
            ])
        );
        assert_eq!(parse("1: Zone 1 / 2: Zone 2", false).entries, entries(&[(1, "Zone 1"), (2, "Zone 2")]));
    }

    #[test]
    fn bits_follow_the_word() {
        let list = parse("Bit 0: Manual operation Bit 1: Defrost, Bit 11: OFF", true);
        assert_eq!(list.entries, entries(&[(0, "Manual operation"), (1, "Defrost"), (11, "OFF")]));
        assert_eq!(parse("1: no bit", true).entries, []);
    }

    #[test]
    fn ranges_and_negative_codes_are_what_they_say() {
        assert_eq!(
            parse("-1: Fault, 0=Off 2 - 3: Reserved", false).entries,
            entries(&[(-1, "Fault"), (0, "Off"), (2, "Reserved"), (3, "Reserved")])
        );
        assert_eq!(
            parse("Bit 0: Pump Bit 1-2: Reserved Bit 3: Fan", true).entries,
            entries(&[(0, "Pump"), (1, "Reserved"), (2, "Reserved"), (3, "Fan")])
        );
        assert_eq!(parse("9-7: x", false).entries, entries(&[(7, "x")]));
    }

    #[test]
    fn signs_that_divide_are_no_part_of_a_label() {
        for text in ["0: Aus / 1: Ein", "0: Aus | 1: Ein", "0=Aus, 1=Ein", "0 = Aus - 1 = Ein", "0:Aus/1:Ein;"] {
            assert_eq!(parse(text, false).entries, entries(&[(0, "Aus"), (1, "Ein")]), "{text}");
        }
        assert_eq!(parse("0: Class A-, 1: Class B/C", false).entries, entries(&[(0, "Class A-"), (1, "Class B/C")]));
        for text in ["Modus: 0..2=Aus, 3=Ein", "Modus - 0 … 2: Aus 3: Ein", "Modus (0...2: Aus, 3: Ein)"] {
            let list = parse(text, false);
            assert_eq!(list.before, "Modus", "{text}");
            assert_eq!(list.entries, entries(&[(0, "Aus"), (1, "Aus"), (2, "Aus"), (3, "Ein")]), "{text}");
            assert_eq!(list.unread, None, "{text}");
        }
        assert_eq!(parse("Mode [0: Off, 1: On (eco)]", false).entries, entries(&[(0, "Off"), (1, "On (eco)")]));
    }

    #[test]
    fn numbers_in_the_labels_of_a_divided_list_are_text() {
        let list = parse("0=No error;1=Error 1: phase lost; 7-8=BMS, 2: none;", false);
        let labels = [(0, "No error"), (1, "Error 1: phase lost"), (7, "BMS, 2: none"), (8, "BMS, 2: none")];
        assert_eq!(list.entries, entries(&labels));
        assert_eq!(parse("0=Off 1=On; 2=Auto", false).entries, entries(&[(0, "Off"), (1, "On"), (2, "Auto")]));
        assert_eq!(parse("0,1=Off; 2=On", false).unread.as_deref(), Some("0,1="));
    }

    #[test]
    fn times_and_ratios_are_labels() {
        for (text, read) in [
            ("0: 10:00 Uhr; 1: 12:30 Uhr", [(0, "10:00 Uhr"), (1, "12:30 Uhr")]),
            ("0: 10:00 Uhr 1: 12:30 Uhr", [(0, "10:00 Uhr"), (1, "12:30 Uhr")]),
            ("0:10:00,1:12:30", [(0, "10:00"), (1, "12:30")]),
            ("0=10:00; 1=12:30", [(0, "10:00"), (1, "12:30")]),
            ("0: 1:1 Regelung, 1: 2:1 Regelung", [(0, "1:1 Regelung"), (1, "2:1 Regelung")]),
            ("0 = Zeit 10:15 / 1 = Zeit 11:20", [(0, "Zeit 10:15"), (1, "Zeit 11:20")]),
            ("0=Aus;1=IP 10.0.0.1:502", [(0, "Aus"), (1, "IP 10.0.0.1:502")]),
            ("0: Aus; 1: Ein bis 22:00", [(0, "Aus"), (1, "Ein bis 22:00")]),
            ("0=Aus; 1=Ein (wenn P12=3)", [(0, "Aus"), (1, "Ein (wenn P12=3)")]),
            ("1=Ein 0=Aus", [(1, "Ein"), (0, "Aus")]),
            ("0:Single phase 1:3P3W", [(0, "Single phase"), (1, "3P3W")]),
        ] {
            let list = parse_column(text, false);
            assert_eq!((list.entries, list.unread), (entries(&read), None), "{text}");
        }
        for text in ["1:1", "10:00", "16:9 format"] {
            assert_eq!(parse_column(text, false), ValueText { before: text.to_owned(), ..ValueText::default() });
        }
    }

    #[test]
    fn what_may_be_a_code_is_not_guessed() {
        for (text, unread) in [
            ("0=Aus 1=Ein (nur wenn Reg. 12=3)", "12="),
            ("0=Aus; 1=Ein (nur wenn Reg. 12=3)", "12="),
            ("0=Aus, 1=Ein wenn Reg 12=Aktiv", "12="),
            ("0:Off,1:On,2:Mode 3:1", "3:"),
            ("0: Zone 1: left, 1: Zone 2: right", "2:"),
            ("0=Off 2=On 1=Auto", "1="),
            ("0: Off, 1: On (slow, 2: fast)", "2:"),
            ("#0=Aus #1=Ein", "0="),
            ("0=Aus; 1=Ein; >1=frei", "1="),
            ("-1=Down, +1=Up", "1="),
            ("0x00: Off, 0x02-0x03: On", "0x00…"),
        ] {
            let list = parse_column(text, false);
            assert_eq!((list.entries, list.unread.as_deref()), (Vec::new(), Some(unread)), "{text}");
        }
        for (text, unread) in [
            ("0=Aus|1=Ein|3", "3"),
            ("0=Aus, 1=Ein, 2", "2"),
            ("0=Aus; 1=Ein; 2..=Auto", "2..=Auto"),
            ("0=Aus; 1=Ein; A=Auto", "A=Auto"),
            ("0=Aus 1=Ein A=Auto", "A=Auto"),
            ("0=Aus; 1=Ein; 10h=Test", "10h=Test"),
            ("0=Aus; 1=Ein; sonst reserviert", "sonst reserviert"),
            ("0: Aus, 1: Ein, Default: 0", "Default: 0"),
        ] {
            let list = parse_column(text, false);
            let read = entries(&[(0, "Aus"), (1, "Ein")]);
            assert_eq!((list.entries, list.unread.as_deref()), (read, Some(unread)), "{text}");
        }
    }

    #[test]
    fn hexadecimal_codes_stand_among_decimal_ones() {
        for (text, code) in [("0=Aus; 1=Ein; 0x10=Test", 16), ("0=Aus, 1=Ein, 0xFF=Test", 255)] {
            let read = entries(&[(0, "Aus"), (1, "Ein"), (code, "Test")]);
            assert_eq!(parse_column(text, false).entries, read, "{text}");
        }
        assert_eq!(parse_column("0x00=Aus; 1=Ein", false).entries, entries(&[(0, "Aus"), (1, "Ein")]));
    }

    #[test]
    fn bits_are_no_codes() {
        for text in [
            "Bit0=Pumpe; Bit1=Ventil; Bit 4-7=Stufe",
            "Bit 0=Pumpe; Bit 1=Ventil; Bit 4..7=Stufe",
            "Bit 0: Pumpe, Bit 1: Ventil, Bits 4-7: Stufe",
        ] {
            assert_eq!(parse_column(text, false).entries, [], "{text}");
            let list = parse_column(text, true);
            assert_eq!(list.entries, entries(&[(0, "Pumpe"), (1, "Ventil")]), "{text}");
            assert!(list.unread.is_some_and(|unread| unread.to_lowercase().starts_with("bit")), "{text}");
        }
    }

    #[test]
    fn a_list_is_read_as_it_was_made_or_not_at_all() {
        const LABELS: [&str; 22] = [
            "Off",
            "On",
            "10:00 Uhr",
            "1:1 mix",
            "Mode 3:1",
            "Zone 2",
            "Auto (P12=3)",
            "Auto (Reg. 12=3)",
            "3 x 400 V",
            "2.5 A",
            "bis 22:00",
            "Fehler 7",
            "Stufe 1-2",
            "PT1000",
            "L1: lost",
            "Zone 1: left",
            "see 12",
            "(frei)",
            "50 %",
            "A=B",
            "0x10",
            "v1.2: new",
        ];
        let mut state = 7u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            usize::try_from(state >> 16).unwrap() % below
        };
        let (mut read, mut left) = (0, 0);
        for _ in 0..60_000 {
            let divider = ["; ", ";", "|", " | ", ", ", " / ", "\n", " "][random(8)];
            let sign = [": ", ":", "=", " = "][random(4)];
            let mut code = i64::try_from(random(2)).unwrap();
            let mut made = Vec::new();
            for _ in 0..random(4) + 2 {
                // Nothing divides these but the codes.
                let labels = if divider == " " { &LABELS[..15] } else { &LABELS[..] };
                made.push((code, labels[random(labels.len())].to_owned()));
                code += [1i64, 1, 1, 2, 9][random(5)];
            }
            let parts: Vec<String> = made.iter().map(|(code, label)| format!("{code}{sign}{label}")).collect();
            let text = parts.join(divider);
            let list = parse_column(&text, false);
            if list.unread.is_some() || list.entries.is_empty() {
                left += 1;
                continue;
            }
            assert_eq!(list.entries, made, "{text:?}");
            read += 1;
        }
        assert!(read > left, "{read} lists were read, {left} were not");
    }

    #[test]
    fn codes_that_are_left_unread_are_told() {
        for (text, unread) in [
            ("0,1=Off, 2=On", "0,1="),
            ("Modus: 0, 1 = Aus, 2 = Ein", "0, 1 ="),
            ("Modus 0/1/2: Aus, 3: Ein", "0/1/2:"),
            ("0=Auto, 1, 2=Off", "1, 2="),
            ("0=Auto;1,2=Off", "1,2="),
            ("Modus (0, 1: Aus)", "0, 1:"),
            ("9-7: x", "9-7:"),
        ] {
            assert_eq!(parse(text, false).unread.as_deref(), Some(unread), "{text}");
        }
        for text in [
            "Selected mode for mixing valve 1, 0:Heat, 1:Cool",
            "0: 9600, 1: 19200, 2: 115200",
            "0:9600,1:19200",
            "0: Zone 1, 1: Zone 2",
            "0:Zone1,1:Zone2",
            "0: 1,5, 1: 2,5",
            "0: 10/20, 1: 20/30",
            "0=Off, 2=PT1000: fitted, 3=v1.2",
            "0: 1.5 mm, 1: 2.5 mm",
            "-1: Fault, 0=Off 2 - 3: Reserved",
        ] {
            assert_eq!(parse(text, false).unread, None, "{text}");
        }
        assert_eq!(parse("Bit 0: Pump, 1: Fan", true).unread.as_deref(), Some("1:"));
        assert_eq!(parse("Bit 0,1: Pump", true).unread.as_deref(), Some("1:"));
        assert_eq!(parse("Bit 0: Pump 2 Bit 1: Error 12: fan", true).unread, None);
    }

    #[test]
    fn numbers_in_words_are_text() {
        assert_eq!(
            parse("0=Disable immersion heater, 2=PT1000: fitted", false).entries,
            entries(&[(0, "Disable immersion heater"), (2, "PT1000: fitted")])
        );
    }
}

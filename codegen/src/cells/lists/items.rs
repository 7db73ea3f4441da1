//! A text as codes, dividers and labels: every way in which all of it is one list.

use std::ops::RangeInclusive;

use super::codes::{self, Code, End, Head, Mark};
use super::labels;

/// How a code and its label stand together; a list keeps to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `0: Off`, `0=Off`: the sign.
    Sign(char),
    /// `0 - Off`; glued where no blanks stand around the dash: `0-OFF`, as in `3-phase`.
    Dash,
    /// `0) Off`
    Closed,
    /// `0 Off`
    Blank,
    /// `Off (0)`
    Parentheses,
    /// `Off=0`
    Equals,
    /// `Off: 0`
    Colon,
}

const FORMS: [Form; 6] = [Form::Dash, Form::Closed, Form::Blank, Form::Parentheses, Form::Equals, Form::Colon];

/// What divides the parts of a list.
const DIVIDERS: [&[char]; 7] = [&['\n'], &[';'], &['|'], &[','], &['/'], &['\n', ','], &['\n', ';']];

const STRONG: [char; 3] = [';', '\n', '|'];
const WEAK: [char; 2] = [',', '/'];

pub(super) const DASHES: [char; 4] = ['-', '–', '—', '−'];

/// A code, or several of one label, and the text of the label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item<'a> {
    pub(super) mark: Mark,
    pub(super) codes: RangeInclusive<i64>,
    /// The code as it stands there.
    pub(super) printed: &'a str,
    pub(super) label: &'a str,
    pub(super) end_mark: Option<End>,
    /// A dash that stands as in a word: `0-OFF`.
    pub(super) is_glued: bool,
    /// A blank behind the sign, as in `0: Off`.
    pub(super) is_spaced: bool,
}

/// A list as it may be read.
#[derive(Debug, Clone)]
pub(super) struct Items<'a> {
    pub(super) form: Form,
    pub(super) list: Vec<Item<'a>>,
    /// The signs that divide it.
    pub(super) dividers: Vec<char>,
}

impl Items<'_> {
    /// Code or bit number with its label, in printed order.
    pub(super) fn entries(&self) -> Vec<(i64, String)> {
        let last = self.list.len().saturating_sub(1);
        let labels = self.list.iter().enumerate().map(|(at, item)| (item, labels::clean(item.label, at == last)));
        labels.flat_map(|(item, label)| item.codes.clone().map(move |code| (code, label.clone()))).collect()
    }

    fn codes(&self) -> Vec<i64> {
        self.list.iter().flat_map(|item| item.codes.clone()).collect()
    }

    pub(super) fn is_rising(&self) -> bool {
        self.list.iter().zip(self.list.iter().skip(1)).all(|(one, next)| one.codes.end() < next.codes.start())
    }

    fn is_falling(&self) -> bool {
        self.list.iter().zip(self.list.iter().skip(1)).all(|(one, next)| next.codes.end() < one.codes.start())
    }
}

pub(super) fn distinct(codes: &[i64]) -> bool {
    let mut sorted = codes.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len() == codes.len()
}

/// Every reading of a text that begins with a code before `:` or `=`, and what stands in the way where there is none.
pub(super) fn signed<'a>(text: &'a str, heads: &[Head]) -> Result<Items<'a>, String> {
    let mut rest: Option<String> = None;
    for signs in DIVIDERS.iter().filter(|signs| signs.iter().all(|sign| text.contains(*sign))) {
        let Some(items) = divided_by_signs(text, signs) else { continue };
        match labels::leftover(&items) {
            None => return Ok(items),
            Some(left) => rest = rest.or(Some(left)),
        }
    }
    let undivided = undivided(text, heads);
    match undivided {
        Ok(items) => match labels::leftover(&items) {
            None => Ok(items),
            Some(left) => Err(rest.unwrap_or(left)),
        },
        Err(left) => Err(rest.unwrap_or(left)),
    }
}

/// The parts of a text; none where a slash divides nothing.
fn parts<'a>(text: &'a str, signs: &'static [char]) -> impl Iterator<Item = &'a str> {
    text.split(signs).map(str::trim).filter(|part| !part.is_empty() || signs.contains(&'/'))
}

/// The items of a text whose parts all begin with a code and one sign.
fn divided_by_signs<'a>(text: &'a str, signs: &'static [char]) -> Option<Items<'a>> {
    let mut list: Vec<Item<'a>> = Vec::new();
    let mut form = None;
    for part in parts(text, signs) {
        let head = leading(part).filter(|head| !head.code.is_odd)?;
        if *form.get_or_insert(head.sign) != head.sign {
            return None;
        }
        list.push(item(part, &head, part.len())?);
    }
    let first = list.first().filter(|_| list.len() > 1)?;
    let is_one = list.iter().all(|item| item.mark.fits(first.mark));
    let first_is_bit = first.mark.is_bit();
    let items = Items { form: Form::Sign(form?), list, dividers: signs.to_vec() };
    // A code that is listed twice is reported as that.
    (is_one && (!first_is_bit || distinct(&items.codes()))).then_some(items)
}

fn item<'a>(text: &'a str, head: &Head, end: usize) -> Option<Item<'a>> {
    Some(Item {
        mark: head.code.mark,
        codes: head.code.codes.clone(),
        printed: text.get(head.code.start..head.code.end)?,
        label: text.get(head.end..end)?,
        end_mark: head.end_mark,
        is_glued: false,
        is_spaced: head.is_spaced,
    })
}

/// The code that a part begins with, or those that follow each other: `0/1: off`, `0 or 1: off`, `04 / 05: WIFI`.
pub(super) fn leading(part: &str) -> Option<Head> {
    let mut first = codes::at(part, 0)?;
    while let Some(next) = joined(part, &first) {
        first = Code {
            codes: *first.codes.start()..=*next.codes.end(),
            end: next.end,
            is_odd: first.is_odd || next.is_odd,
            ..first
        };
    }
    let last = codes::starts(part).take_while(|at| *at < first.end).last().unwrap_or(0);
    let head = codes::head(part, last).or_else(|| codes::head(part, 0))?;
    (head.code.end == first.end).then_some(Head { code: first, ..head })
}

/// The code that follows one and shares its label.
fn joined(text: &str, first: &Code) -> Option<Code> {
    const JOINTS: [&str; 8] = ["/", ",", "&", "+", "or ", "and ", "oder ", "und "];
    let rest = text.get(first.end..)?.trim_start();
    let after = JOINTS.iter().find_map(|joint| rest.strip_prefix(joint))?.trim_start();
    let next = codes::at(text, text.len().saturating_sub(after.len()))?;
    let follows = first.codes.end().checked_add(1) == Some(*next.codes.start()) && next.mark == first.mark;
    (follows && !next.is_odd).then_some(next)
}

/// The sign before a place, but for blanks.
fn sign_before(text: &str, at: usize) -> char {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t', '\u{a0}']);
    before.chars().next_back().unwrap_or('\n')
}

/// The items of a text that no sign divides throughout: each code begins one, if it goes on with the list and nothing
/// speaks for a number within a label.
fn undivided<'a>(text: &'a str, heads: &[Head]) -> Result<Items<'a>, String> {
    let printed = |head: &Head| text.get(head.code.start..head.end).unwrap_or_default().to_owned();
    let Some(first) = heads.first() else { return Err(String::new()) };
    // `0,1=Off, 2=On`
    if first.code.is_odd || first.code.start > 0 {
        return Err(text.get(..first.end).unwrap_or_default().to_owned());
    }
    let mut chosen: Vec<Head> = vec![first.clone()];
    let mut dividers: Vec<char> = Vec::new();
    let of_list = |head: &&Head| head.sign == first.sign && head.code.mark.fits(first.code.mark);
    let is_strong =
        heads.iter().skip(1).filter(of_list).any(|head| STRONG.contains(&sign_before(text, head.code.start)));
    let is_divider = |sign: char| STRONG.contains(&sign) || WEAK.contains(&sign);
    let has_dividers = heads.iter().skip(1).filter(of_list).any(|head| is_divider(sign_before(text, head.code.start)));
    let mut is_by_blanks = true;
    for head in heads.iter().skip(1).filter(of_list) {
        let Some(last) = chosen.last() else { break };
        let gap = text.get(last.end..head.code.start).unwrap_or_default();
        // A time or a ratio is text where the codes are written otherwise.
        if head.is_clock && (first.is_spaced || gap.trim().is_empty()) {
            continue;
        }
        let lead = sign_before(text, head.code.start);
        let is_divided = is_divider(lead);
        let before = text.get(..head.code.start).unwrap_or_default();
        let is_apart = before.ends_with(|sign: char| sign.is_whitespace() || ['.', ')', ']'].contains(&sign));
        let follows = last.code.codes.end().checked_add(1) == Some(*head.code.codes.start());
        let by_blank =
            is_apart && (follows || !is_strong) && !labels::refers(gap) && !(has_dividers && labels::counts(gap));
        let is_led = is_divided || by_blank || head.code.mark.is_bit();
        if head.code.is_odd || head.is_clock || labels::opens(gap) || gap.trim().is_empty() || !is_led {
            return Err(printed(head));
        }
        if is_divided && !dividers.contains(&lead) {
            dividers.push(lead);
        }
        is_by_blanks &= !is_divided;
        let (mut head, mut is_group) = (head.clone(), false);
        if lead == '/'
            && let Some(begin) = group(text, last, &head)
        {
            // Where the sign may divide the list as well, the number may be one of the label: `1: Zone 2 / 3: On`.
            if chosen.len() < 2 || chosen.last().is_some_and(|last| sign_before(text, last.code.start) == '/') {
                return Err(text.get(begin.start..head.end).unwrap_or_default().to_owned());
            }
            is_group = true;
            head.code = Code { codes: *begin.codes.start()..=*head.code.codes.end(), start: begin.start, ..head.code };
        }
        if is_group {
            dividers.retain(|sign| *sign != '/');
        }
        chosen.push(head);
    }
    let ends = chosen.iter().skip(1).map(|head| head.code.start).chain([text.len()]);
    let list: Vec<Item<'a>> = chosen.iter().zip(ends).filter_map(|(head, end)| item(text, head, end)).collect();
    let items = Items { form: Form::Sign(first.sign), list, dividers };
    if items.is_rising() || is_by_blanks && items.is_falling() {
        return Ok(items);
    }
    let codes = chosen.iter().zip(chosen.iter().skip(1));
    let mut falls = codes.filter(|(one, next)| next.code.codes.start() <= one.code.codes.end());
    Err(falls.next().map(|(_, next)| printed(next)).unwrap_or_default())
}

/// The code before this one that has the same label: the 4 of `3: LAN 4 / 5: WIFI`.
fn group(text: &str, last: &Head, head: &Head) -> Option<Code> {
    let before = text.get(last.end..head.code.start)?.trim_end().strip_suffix('/')?.trim_end();
    let start = before.rfind(char::is_whitespace)?.saturating_add(1);
    let code = codes::at(text, last.end.saturating_add(start))?;
    let is_whole = code.end == last.end.saturating_add(before.len());
    let follows = code.codes.end().checked_add(1) == Some(*head.code.codes.start())
        && last.code.codes.end().checked_add(1) == Some(*code.codes.start());
    (is_whole && follows).then_some(code)
}

/// Every reading of a text whose parts all have one form but a sign behind a code.
pub(super) fn whole(text: &str, by_word: bool) -> Vec<Items<'_>> {
    let mut found = Vec::new();
    for signs in DIVIDERS.iter().filter(|signs| signs.iter().all(|sign| text.contains(*sign))) {
        let trimmed = parts(text, signs).map(|part| part.trim_end_matches([',', ';', '|', '.', '…', ' ']));
        let parts: Vec<&str> = trimmed.filter(|part| !part.is_empty() || signs.contains(&'/')).collect();
        for form in FORMS {
            found.extend(of_parts(&parts, form, signs));
        }
    }
    if by_word {
        let parts = before_each_bit(text);
        for form in FORMS {
            found.extend(of_parts(&parts, form, &['\n']));
        }
    }
    found.extend(of_parts(&before_each_dash(text), Form::Dash, &[' ']));
    found
}

/// The parts of a line whose codes stand one behind the other, each before a dash: `0-Off 1-On`, `0 - Off 1 - On`.
fn before_each_dash(text: &str) -> Vec<&str> {
    let leads = |at: &usize| {
        let code = codes::at(text, *at).filter(|code| code.mark == Mark::Decimal && !code.is_odd)?;
        let label = text.get(code.end..)?.trim_start().strip_prefix(DASHES)?.trim_start();
        label.starts_with(char::is_alphabetic).then_some(*code.codes.start())
    };
    let begins: Vec<(usize, i64)> = codes::starts(text).filter_map(|at| Some((at, leads(&at)?))).collect();
    let counts =
        begins.iter().zip(begins.iter().skip(1)).all(|((_, one), (_, next))| one.checked_add(1) == Some(*next));
    if begins.first().is_none_or(|(at, _)| *at > 0) || !counts || text.contains(['\n', ',', ';', '|', '/']) {
        return Vec::new();
    }
    let ends = begins.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    begins.iter().zip(ends).filter_map(|((start, _), end)| text.get(*start..end).map(str::trim_end)).collect()
}

/// The parts of a text that begin with `Bit 3`, which need no other sign between them.
fn before_each_bit(text: &str) -> Vec<&str> {
    let is_bit = |at: &usize| codes::at(text, *at).is_some_and(|code| code.mark == Mark::Bit);
    // `Bit 3 - Bit 7` is one.
    let is_end = |at: usize| {
        text.get(..at).is_some_and(|before| {
            before.trim_end().ends_with(DASHES) && {
                let before = before.trim_end().trim_end_matches(DASHES).trim_end();
                before.ends_with(|sign: char| sign.is_ascii_digit())
            }
        })
    };
    let begins: Vec<usize> = codes::starts(text).filter(is_bit).filter(|at| !is_end(*at)).collect();
    let ends = begins.iter().copied().skip(1).chain([text.len()]);
    let parts = begins.iter().copied().zip(ends).filter_map(|(start, end)| text.get(start..end));
    match begins.first() {
        Some(0) => {
            let end = text.len();
            let of = |part: &'_ str| part.trim().trim_end_matches([',', ';', '|', '.', ' ']).len();
            let mut parts: Vec<&str> = parts.map(|part| part.trim_start().get(..of(part)).unwrap_or(part)).collect();
            // A slash divides, and ends nothing.
            let last = parts.pop().filter(|_| end > 0);
            parts.into_iter().map(|part| part.trim_end_matches(['/', ' '])).chain(last).collect()
        }
        _ => Vec::new(),
    }
}

fn of_parts<'a>(parts: &[&'a str], form: Form, signs: &[char]) -> Option<Items<'a>> {
    let list: Vec<Item<'a>> = parts.iter().map(|part| of_part(part, form)).collect::<Option<_>>()?;
    let first = list.first().filter(|first| list.len() > 1 || first.mark == Mark::Bit)?;
    let is_one_mark = list.iter().all(|item| item.mark == first.mark);
    // `2-pipe, 4-pipe`
    let differs =
        list.len() == 1 || list.iter().any(|item| !item.label.trim().eq_ignore_ascii_case(first.label.trim()));
    let items = Items { form, list, dividers: signs.to_vec() };
    (is_one_mark && differs && distinct(&items.codes())).then_some(items)
}

fn of_part(part: &str, form: Form) -> Option<Item<'_>> {
    let behind = |split: Option<(&'_ str, &'_ str)>| -> Option<(usize, usize)> {
        let (label, code) = split?;
        let start = part.len().checked_sub(code.trim_start().len())?;
        Some((label.len(), start))
    };
    let item = match form {
        Form::Sign(_) => return None,
        Form::Dash | Form::Blank | Form::Closed => front(part, form)?,
        Form::Parentheses => {
            let inner = part.strip_suffix(')')?;
            let (label, code) = inner.rsplit_once('(')?;
            ending(inner, label.trim_end(), inner.len().checked_sub(code.trim_start().len())?)?
        }
        Form::Equals | Form::Colon => {
            let sign = if form == Form::Equals { '=' } else { ':' };
            let (label, _) = part.rsplit_once(sign)?;
            if label.trim_end().ends_with([',', ';', '|', '/']) {
                return None;
            }
            let (label, start) = behind(part.rsplit_once(sign))?;
            ending(part, part.get(..label)?.trim_end(), start)?
        }
    };
    // What goes on below may be of another kind.
    let is_one_line = !item.label.trim().contains('\n');
    (is_one_line && labels::is_label(item.label.trim(), form, item.is_glued, item.mark.is_bit())).then_some(item)
}

/// A label with the code behind it.
fn ending<'a>(text: &'a str, label: &'a str, start: usize) -> Option<Item<'a>> {
    let code = codes::at(text, start).filter(|code| !code.is_odd && code.codes.start() == code.codes.end())?;
    let printed = text.get(start..code.end)?;
    let is_whole = text.get(code.end..)?.trim().is_empty();
    is_whole.then_some(Item {
        mark: code.mark,
        codes: code.codes,
        printed,
        label,
        end_mark: None,
        is_glued: false,
        is_spaced: false,
    })
}

/// A label with the code before it.
pub(super) fn front(part: &str, form: Form) -> Option<Item<'_>> {
    let code = codes::at(part, 0).filter(|code| !code.is_odd)?;
    let rest = part.get(code.end..)?;
    let text = rest.trim_start();
    let is_range = code.codes.start() < code.codes.end();
    let (label, is_glued) = match form {
        Form::Dash => {
            let label = text.strip_prefix(DASHES)?;
            (label, text.len() == rest.len() || label.trim_start().len() == label.len())
        }
        Form::Closed => (text.strip_prefix([')', '.']).filter(|label| label.starts_with(char::is_whitespace))?, false),
        // `0-10 Volt` is a range; no bit is.
        Form::Blank if text.len() < rest.len() && (!is_range || code.mark.is_bit()) => (text, false),
        _ => return None,
    };
    Some(Item {
        mark: code.mark,
        printed: part.get(..code.end)?,
        codes: code.codes,
        label,
        end_mark: None,
        is_glued,
        is_spaced: false,
    })
}

/// Whether a line begins with a code and a label in one of the forms without a sign.
pub(super) fn begins(line: &str) -> bool {
    let line = line.lines().next().unwrap_or_default();
    [Form::Dash, Form::Closed, Form::Blank].into_iter().any(|form| of_part(line, form).is_some())
}

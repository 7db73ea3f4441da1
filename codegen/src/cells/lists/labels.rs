//! Labels of a list: what stands between two codes, and what looks like a code and is none of them.

use super::codes::{self, Head};
use super::items::{DASHES, Form, Items, front};
use crate::cells::units::is_unit;
use crate::spelling::normalised;

/// What a number behind it refers to: `see register 12`.
const REFERENCES: &str = "reg register registers par param parameter p r nr no number num addr address adr adresse coil \
    see siehe s wenn if when falls pos position value wert code menu menü page seite kap chapter note punkt point to";

/// What a number behind it may count: `Zone 2`.
const COUNTED: &str = "zone phase stage stufe step level mode modus circuit kreis heizkreis loop pump pumpe sensor fühler \
    error fehler fault alarm type typ speed group gruppe class klasse channel kanal unit tank source input output";

/// What begins a part that speaks of all further codes.
const OTHERS: &str = "other others otherwise else sonst sonstige andere all any rest autres autre annat andra";

/// What says that a list goes on.
const GOING_ON: &str = "etc usw osv u.s.w ecc enz";

/// Words that a number belongs to without being a code of it: `min=0, max=100`, `0 to 100`.
const NO_LABELS: &str = "min max minimum maximum default step unit range scale factor offset resolution length size count \
    address register slot channel version page note res def to bis till tot of or and und oder x through per pro st nd th \
    is means set indicates if when";

const MONTHS: &str = "jan feb mar mär apr may mai jun jul aug sep oct okt nov dec dez";

fn is_in(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_whitespace().any(|known| known == word)
}

/// A label without what divides it from the next code.
pub(super) fn clean(text: &str, is_last: bool) -> String {
    const SIGNS: [char; 5] = [',', ';', '.', '|', ' '];
    let text = normalised(text);
    let mut label = text.trim_start_matches([',', ';', '|', ' ']).trim_end_matches(SIGNS);
    // A dash divides where a blank stands before it: `Off - 1: On`; that of `Class A-` is its own.
    while !is_last && let Some(rest) = ["/", " -", " –", " —"].into_iter().find_map(|sign| label.strip_suffix(sign))
    {
        label = rest.trim_end_matches(SIGNS);
    }
    label.to_owned()
}

/// Whether a label says that a code or bit has no meaning.
pub(crate) fn is_unnamed(label: &str) -> bool {
    let is_dash = label.chars().all(|character| ['-', '–', '—', '.', ' '].contains(&character));
    is_dash || label.eq_ignore_ascii_case("reserved")
}

/// Whether a number behind a text is what it refers to.
pub(super) fn refers(text: &str) -> bool {
    // `0=No 1=Yes`
    let is_answer = text.trim().eq_ignore_ascii_case("no");
    !is_answer && is_in(REFERENCES, &last_word(text))
}

/// Whether a number behind a text may be one of several of its kind.
pub(super) fn counts(text: &str) -> bool {
    is_in(COUNTED, &last_word(text))
}

pub(super) fn last_word(text: &str) -> String {
    let word = text.trim_end_matches(|sign: char| !sign.is_alphanumeric());
    word.rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default().to_lowercase()
}

/// Whether a bracket opens in a text and does not close.
pub(super) fn opens(text: &str) -> bool {
    depth_behind(0, text) > 0
}

/// Whether every bracket of a text opens and closes.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0i32;
    let never_below = text.chars().all(|sign| {
        depth = depth.saturating_add(match sign {
            '(' | '[' => 1,
            ')' | ']' => -1,
            _ => 0,
        });
        depth >= 0
    });
    never_below && depth == 0
}

/// How many brackets are open behind a text, before which so many are.
fn depth_behind(depth: usize, text: &str) -> usize {
    text.chars().fold(depth, |depth, sign| match sign {
        '(' | '[' | '{' => depth.saturating_add(1),
        ')' | ']' | '}' => depth.saturating_sub(1),
        _ => depth,
    })
}

/// What of the labels looks like a code, or says that the list is not all there is.
pub(super) fn leftover(items: &Items<'_>) -> Option<String> {
    let nexts = items.list.iter().skip(1).map(Some).chain([None]);
    items.list.iter().zip(nexts).find_map(|(item, next)| {
        let label = Label {
            items,
            text: item.label,
            last: *item.codes.end(),
            next: next.map(|next| *next.codes.start()),
            is_spaced: item.is_spaced,
        };
        let is_range = item.codes.start() < item.codes.end();
        // Several bits of one name are a number, which no flags are.
        if item.mark.is_bit() && is_range && !is_unnamed(&clean(item.label, next.is_none())) {
            return Some(item.printed.to_owned());
        }
        label.leftover()
    })
}

struct Label<'a> {
    items: &'a Items<'a>,
    text: &'a str,
    /// The code before it, and the one behind it.
    last: i64,
    next: Option<i64>,
    is_spaced: bool,
}

impl Label<'_> {
    fn is_bit(&self) -> bool {
        self.items.list.first().is_some_and(|item| item.mark.is_bit())
    }

    fn sign(&self) -> char {
        if let Form::Sign(sign) = self.items.form { sign } else { '\0' }
    }

    /// Whether a code would go on with the list here.
    fn goes_on(&self, code: i64) -> bool {
        code > self.last && self.next.is_none_or(|next| code < next)
    }

    fn leftover(&self) -> Option<String> {
        let text = self.text.trim_end_matches([' ', ',', ';', '|', '\n', '.']);
        let bracket = self.text.find(['(', '[', ')', ']']).filter(|_| !is_balanced(self.text));
        let bracket = bracket.and_then(|at| self.text.get(at..)).map(|rest| rest.trim().to_owned());
        // `D0: |Pump`
        let begins = self.text.trim_start();
        if begins.starts_with([',', ';', '|']) && !clean(self.text, true).is_empty() {
            return Some(begins.to_owned());
        }
        let rest = self
            .glued(text)
            .or_else(|| self.strong(text))
            .or_else(|| self.head(text))
            .or_else(|| self.segment(self.text));
        rest.or_else(|| self.word(self.text)).or(bracket)
    }

    /// A part behind the divider of the list that begins with no code.
    fn strong(&self, text: &str) -> Option<String> {
        let is_alone = self.items.list.len() == 1;
        let strong = |sign: char| {
            [';', '|', '\n'].contains(&sign) && (self.items.dividers.contains(&sign) || is_alone && sign != '\n')
        };
        let body = text.trim_start_matches(|sign: char| strong(sign) || sign.is_whitespace());
        let (_, left) = body.split_once(strong)?;
        let left = left.split(strong).next()?.trim();
        (!left.is_empty()).then(|| left.to_owned())
    }

    /// A code that a word goes over into: `Off00=On`.
    fn glued(&self, text: &str) -> Option<String> {
        // `On0x02=Off`
        let mut words =
            text.split([':', '=']).filter_map(|before| before.trim_end().rsplit(char::is_whitespace).next());
        let is_code = |word: &&str| {
            let digits = word.split_once("0x").map_or("", |(_, digits)| digits);
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
        };
        if let Some(word) = words.find(is_code).filter(|word| !text.trim_end().ends_with(word)) {
            return Some(word.to_owned());
        }
        let (before, _) = text.split_once(self.sign()).filter(|_| self.sign() != '\0')?;
        let before = (!opens(before)).then_some(before)?;
        let word = before.trim_end().rsplit(char::is_whitespace).next()?;
        let name = word.trim_end_matches(|sign: char| sign.is_ascii_digit());
        (name.len() < word.len() && name.ends_with(char::is_alphabetic)).then(|| word.to_owned())
    }

    /// A code with a sign that may be one of the list.
    fn head(&self, text: &str) -> Option<String> {
        let is_left = |head: &Head| {
            let before = text.get(..head.code.start).unwrap_or_default();
            let is_divided = before.trim_end().ends_with([',', ';', '|', '\n', '/']);
            let (first, last) = (*head.code.codes.start(), *head.code.codes.end());
            if self.is_bit() {
                // `Bit 0: Lock (0: locked; 1: unlocked)` says what the bit means.
                let is_state = head.code.mark == codes::Mark::Decimal && last <= 1 && opens(before);
                return head.code.mark.is_bit() || is_divided && !is_state;
            }
            if head.code.mark.is_bit() || head.code.mark == codes::Mark::Hexadecimal {
                return true;
            }
            let is_same = head.sign == self.sign();
            // A line of its own.
            if before.trim_end_matches([' ', '\t']).ends_with('\n') && !before.trim().is_empty() && !head.is_clock {
                return true;
            }
            if head.is_clock && (before.trim().is_empty() || self.is_spaced || !is_same) {
                return false;
            }
            is_same
                || self.last.checked_add(1) == Some(first)
                || is_divided && self.goes_on(first) && self.goes_on(last)
        };
        let head = codes::heads(text).into_iter().find(is_left)?;
        text.get(head.code.start..head.end).map(str::to_owned)
    }

    /// A part behind a comma or another divider that is no label: `2`, `A=Auto`, `other: reserved`, `...`, `1- 400V`.
    fn segment(&self, text: &str) -> Option<String> {
        let mut depth = 0usize;
        let mut begins: Vec<usize> = Vec::new();
        for (at, sign) in text.char_indices() {
            depth = depth_behind(depth, sign.encode_utf8(&mut [0; 4]));
            let behind = text.get(at.saturating_add(sign.len_utf8())..).unwrap_or_default();
            // `1,5`
            let is_decimal =
                || text.get(..at).is_some_and(|before| before.ends_with(|sign: char| sign.is_ascii_digit()));
            let divides = match sign {
                ',' => behind.starts_with(char::is_whitespace) || self.sign() == '=' || !is_decimal(),
                '/' => self.items.dividers.contains(&'/'),
                ';' | '|' | '\n' => true,
                _ => false,
            };
            if divides && depth == 0 {
                begins.push(text.len().saturating_sub(behind.len()));
            }
        }
        let ends = begins.iter().skip(1).copied().chain([text.len()]);
        begins.iter().zip(ends).find_map(|(begin, end)| {
            let segment =
                text.get(*begin..end)?.trim_matches(|sign: char| [' ', ',', ';', '|', '\n', '/'].contains(&sign));
            let is_first = text.get(..begin.saturating_sub(1)).is_some_and(|before| before.trim().is_empty());
            (!is_first && self.is_no_label(segment)).then(|| segment.to_owned())
        })
    }

    fn is_no_label(&self, segment: &str) -> bool {
        let lower = segment.to_lowercase();
        let first = lower.split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
        let is_dots = segment.chars().all(|sign| ['.', '…', ' ', '(', ')'].contains(&sign));
        if is_dots && !segment.is_empty() || is_in(OTHERS, first) || segment.starts_with(['<', '>', '≤', '≥', '±'])
        {
            return true;
        }
        if self.is_bit() {
            return codes::at(segment, 0).is_some_and(|code| code.mark.is_bit());
        }
        if let Some(code) = codes::at(segment, 0) {
            let rest = segment.get(code.end..).unwrap_or_default();
            let is_bare = rest.trim_matches([' ', '.', ')', ']']).is_empty();
            let is_listed = [Form::Dash, Form::Closed, Form::Blank].iter().any(|form| front(segment, *form).is_some());
            if is_bare || is_listed && self.last.checked_add(1) == Some(*code.codes.start()) {
                return true;
            }
            // `1-60 Hz`
            if code.codes.start() < code.codes.end() && self.last.checked_add(1) == Some(*code.codes.start()) {
                return true;
            }
        }
        let Some((word, after)) = segment.split_once(self.sign()) else { return false };
        let is_ratio = self.sign() == ':' && after.starts_with(|sign: char| sign.is_ascii_digit());
        let is_number = word.trim().parse::<i64>().is_ok();
        let is_short = word.split_whitespace().count() <= 2 && !word.contains(['(', '[']);
        is_short && !is_ratio && !is_number && !word.trim().is_empty()
    }

    /// A word of the label that is none: `etc.`, `...` by itself, `(1)`, `A=Auto`, `n=`.
    fn word(&self, text: &str) -> Option<String> {
        let (mut start, mut depth) = (0usize, 0usize);
        let mut ahead = "";
        for word in text.split_inclusive(char::is_whitespace) {
            let at = start;
            start = start.saturating_add(word.len());
            let outer = depth;
            depth = depth_behind(depth, word);
            let word = word.trim();
            let bare = word.trim_matches(|sign: char| [',', ';', '.', '(', ')'].contains(&sign)).to_lowercase();
            let is_dots = word.starts_with('…')
                || word.starts_with("..") && word.chars().all(|sign| ['.', ',', ')'].contains(&sign));
            let goes_on = is_in(GOING_ON, &bare) || ahead == "and" && bare == "so" || ahead == "und" && bare == "so";
            if is_dots || goes_on {
                return Some(word.to_owned());
            }
            ahead = if bare == "and" {
                "and"
            } else if bare == "und" {
                "und"
            } else {
                ""
            };
            if at == 0 || self.is_bit() || outer > 0 {
                continue;
            }
            let behind = text.get(at..).unwrap_or_default();
            let next = self.last.checked_add(1);
            let code = codes::at(behind, 0);
            // `1: 220V 2- 380V`
            let is_dashed = code.as_ref().is_some_and(|code| {
                Some(*code.codes.start()) == next
                    && behind.get(code.end..).is_some_and(|rest| {
                        let rest = rest.trim_start();
                        rest.strip_prefix(DASHES).is_some_and(|rest| rest.starts_with(char::is_whitespace))
                    })
            });
            let inner = word.strip_prefix('(').and_then(|inner| inner.split(')').next());
            let is_closed = inner.is_some_and(|inner| inner.parse::<i64>().ok() == next);
            if is_dashed || is_closed || self.is_odd_code(word, behind) {
                return Some(word.to_owned());
            }
        }
        None
    }

    /// `A=Auto` and `10h=Test` behind a blank: a letter that may be a hexadecimal digit, a number that goes on with a letter.
    fn is_odd_code(&self, word: &str, behind: &str) -> bool {
        let Some((code, after)) = word.split_once(self.sign()) else {
            let is_signed = behind.get(word.len()..).is_some_and(|rest| rest.trim_start().starts_with(self.sign()));
            return is_signed && is_digit_word(word) && self.sign() != '\0';
        };
        let is_ratio = self.sign() == ':' && after.starts_with(|sign: char| sign.is_ascii_digit());
        let is_strong = self.items.dividers.iter().any(|sign| [';', '\n', '|'].contains(sign));
        !is_ratio && (!is_strong || self.sign() != ':') && is_digit_word(code)
    }
}

/// `A`, `10h`: what may be a code and is no number.
fn is_digit_word(code: &str) -> bool {
    let is_letter = code.len() == 1 && code.starts_with(|letter: char| ('A'..='F').contains(&letter));
    is_letter
        || code.starts_with(|digit: char| digit.is_ascii_digit())
            && code.chars().all(char::is_alphanumeric)
            && code.parse::<i64>().is_err()
}

/// Whether a text may be the label of a code that no sign tells from it.
pub(super) fn is_label(label: &str, form: Form, is_glued: bool, is_bit: bool) -> bool {
    let lower = label.to_lowercase();
    let word = lower.split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
    let is_date = MONTHS.split_whitespace().any(|month| word.starts_with(month))
        && label.ends_with(|sign: char| sign.is_ascii_digit());
    let is_quantity = (form == Form::Blank || is_glued) && (is_unit(&lower) || is_unit(word));
    let is_front = matches!(form, Form::Dash | Form::Blank | Form::Closed);
    // Another code, or a sign that gives the number another meaning.
    let holds_another = label.contains(['\n', '=', ':'])
        || label.char_indices().any(|(at, sign)| {
            let is_divider =
                [',', ';', '|', '/'].contains(&sign) || matches!(form, Form::Dash | Form::Closed) && sign == ' ';
            let rest = label.get(at..).unwrap_or_default().trim_start_matches([',', ';', '|', '/', ' ']);
            let is_bare = || codes::at(rest, 0).is_some_and(|code| code.end == rest.len()) && sign != ' ';
            is_divider && is_front && (front(rest, form).is_some() || is_bare())
        });
    let says_more = lower.contains('…')
        || lower.contains("...")
        || lower.split(|sign: char| !sign.is_alphanumeric()).any(|word| is_in(GOING_ON, word))
        || is_in(OTHERS, word);
    let is_unclear = !is_front && (label.contains(" - ") || label.contains(" – ") || label.contains(['(', ')']))
        || label
            .strip_suffix(')')
            .and_then(|label| label.rsplit_once('('))
            .is_some_and(|(_, code)| codes::at(code, 0).is_some_and(|read| read.end == code.len()));
    let is_named = label.starts_with(char::is_alphabetic);
    let is_range = is_bit && is_unnamed(label);
    (is_named || is_range)
        && !is_in(NO_LABELS, word)
        && !(is_date || is_quantity || holds_another || is_unclear || says_more)
}

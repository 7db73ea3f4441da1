//! Lists that are read to the end and may be none: numbers with their scale, entries that a label has swallowed.

use super::codes::{End, Mark};
use super::is_unnamed;
use super::items::{Item, Items};
use crate::cells::{number, packed, units};

/// So many codes with one label may be a number.
const MANY: i64 = 20;

/// So far apart are codes that are no choice of quantities: `0 = 0 %, 255 = 100 %`.
const APART: i64 = 10;

/// What speaks against a list of values.
pub(super) fn of_values(items: &Items<'_>, entries: &[(i64, String)]) -> Option<&'static str> {
    for item in &items.list {
        let count = item.codes.end().saturating_sub(*item.codes.start()).saturating_add(1);
        let label = item.label.trim();
        if count > 1 && begins_with_range(label) {
            return Some("may say what raw values mean: a range has a range as its label");
        }
        if count >= MANY && !is_unnamed(label) {
            return Some("gives many codes one label: they may be a number");
        }
    }
    let quantities: Vec<i64> = entries.iter().filter(|(_, label)| is_quantity(label)).map(|(code, _)| *code).collect();
    let is_apart = quantities.windows(2).all(|pair| matches!(pair, [one, next] if next.saturating_sub(*one) >= APART));
    (quantities.len() > 1 && quantities.len() == entries.len() && is_apart)
        .then_some("may say what raw values mean: its labels are quantities")
}

/// Whether numbers without a word may be masks of bits, binary or hexadecimal ones: `01=A; 10=B`, `01=A; 02=B; 08=C; 10=D`.
/// `1=A; 2=B` are bits 1 and 2.
pub(super) fn may_be_masks(items: &Items<'_>) -> bool {
    let mask = |item: &Item<'_>| {
        let bits = i64::from_str_radix(item.printed, 16).ok().filter(|bits| *bits > 0 && bits.count_ones() == 1);
        bits.filter(|_| item.mark == Mark::Decimal)
    };
    let masks: Option<Vec<i64>> = items.list.iter().map(mask).collect();
    let is_padded = || items.list.iter().any(|item| item.printed.len() > 1 && item.printed.starts_with('0'));
    let skips =
        |masks: &[i64]| masks.windows(2).any(|pair| matches!(pair, [one, next] if next.saturating_sub(*one) > 1));
    let is_decimal_mask = |item: &Item<'_>| item.codes.start().count_ones() == 1;
    masks.is_some_and(|masks| is_padded() || skips(&masks) && !items.list.iter().all(is_decimal_mask))
}

/// What is wrong with marks of the least and the most significant bit.
pub(super) fn ends(items: &Items<'_>) -> Option<&'static str> {
    let highest = items.list.iter().map(|item| *item.codes.end()).max()?;
    let is_bits = items.list.first().is_some_and(|item| item.mark.is_bit());
    let is_wrong = items.list.iter().any(|item| match item.end_mark {
        Some(End::Least) => *item.codes.start() != 0,
        Some(End::Most) => *item.codes.end() != highest || ![7, 15, 31, 63].contains(&highest),
        None => false,
    });
    let in_label = is_bits
        && items.list.iter().any(|item| {
            item.label.split(|sign: char| !sign.is_alphanumeric()).any(|word| ["LSB", "MSB"].contains(&word))
        });
    (is_wrong || in_label).then_some("numbers bits from 1, or from the most significant one")
}

/// What a label holds that is an entry of its own, or says that there are more: `On else=Error`, `On, etc`.
pub(super) fn swallowed(entries: &[(i64, String)]) -> Option<&str> {
    let goes_on = |label: &str| {
        let last = label.trim_end_matches(['.', ' ']).rsplit(|sign: char| !sign.is_alphanumeric()).next();
        label.ends_with("...") || label.ends_with('…') || last.is_some_and(|last| last.eq_ignore_ascii_case("etc"))
    };
    let labels = entries.iter().map(|(_, label)| label.as_str());
    labels.into_iter().find(|label| holds_entry(label) || goes_on(label))
}

/// `On else=Error`, `Off/On=1`: an equals sign beside a code or a word for all others; not in parentheses.
fn holds_entry(label: &str) -> bool {
    const OTHERS: [&str; 8] = ["else", "other", "others", "otherwise", "sonst", "andere", "sinon", "autre"];
    let outside = label.split('(').next().unwrap_or_default();
    outside.split_once('=').is_some_and(|(before, after)| {
        let word = before.rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
        let is_code = |word: &str| !word.is_empty() && word.bytes().all(|digit| digit.is_ascii_digit());
        let behind = after.split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
        OTHERS.contains(&word.to_lowercase().as_str()) || is_code(word) || is_code(behind)
    })
}

fn begins_with_range(label: &str) -> bool {
    let end = label.find(|sign: char| !(sign.is_ascii_digit() || " .,-–…".contains(sign))).unwrap_or(label.len());
    label.get(..end).is_some_and(|range| packed::ends(range.trim()).is_some())
}

/// `20.0 °C`, `100%`.
fn is_quantity(label: &str) -> bool {
    let unit = label.trim_start_matches(|sign: char| sign.is_ascii_digit() || ".,-+−– ".contains(sign));
    let value = label.get(..label.len().saturating_sub(unit.len())).unwrap_or_default();
    units::is_unit(unit) && number::number(value.trim()).is_ok()
}

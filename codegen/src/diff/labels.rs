//! Whether two labels name the same thing.
//!
//! Labels are compared by their words: spelled out or abbreviated, with a slip, with or without marks and soft hyphens.
//! Numbers and words that exclude each other (`inlet`, `outlet`) tell labels apart that share all other words.

mod contrasts;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text without what nobody sees: soft hyphens and characters without width; white space folded.
pub(crate) fn visible(text: &str) -> String {
    let text: String = text.nfc().filter(|character| !is_invisible(*character)).collect();
    text.replace(['\u{2010}', '\u{2011}'], "-").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Words that say nothing of what is meant.
const FILLERS: [&str; 13] = ["of", "the", "for", "and", "der", "die", "das", "von", "für", "fur", "och", "av", "för"];

/// The words of a label in lower case, letters and digits apart.
pub(super) fn words(label: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last: Option<char> = None;
    let flush = |word: &mut String, words: &mut Vec<String>| {
        if !word.is_empty() && !FILLERS.contains(&word.as_str()) {
            words.push(std::mem::take(word));
        }
        word.clear();
    };
    for character in label.nfkd().filter(|character| !is_invisible(*character) && !is_combining_mark(*character)) {
        if !character.is_alphanumeric() {
            // A sign tells `+` from `-`, where it is a word of its own.
            flush(&mut word, &mut words);
            if matches!(character, '+' | '%' | '°') {
                words.push(character.to_string());
            }
            last = None;
            continue;
        }
        let begins = last.is_some_and(|last| {
            last.is_numeric() != character.is_numeric()
                || last.is_lowercase() && character.is_uppercase()
                || is_ideograph(last)
                || is_ideograph(character)
        });
        if begins {
            flush(&mut word, &mut words);
        }
        word.extend(character.to_lowercase());
        last = Some(character);
    }
    flush(&mut word, &mut words);
    words
}

/// Whether a character is a word of its own.
fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// A label with `#` for its numbers: what the labels of a series have in common.
pub(super) fn skeleton(label: &str) -> (String, Vec<String>) {
    let mut numbers = Vec::new();
    let words: Vec<String> = words(label)
        .into_iter()
        .map(|word| match word.starts_with(|first: char| first.is_ascii_digit()) {
            true => {
                numbers.push(word);
                "#".to_owned()
            }
            false => word,
        })
        .collect();
    (words.join(" "), numbers)
}

/// How many of the words two labels share, of 100; none where a number or a word of one excludes one of the other.
pub(super) fn shared(one: &[String], other: &[String]) -> Option<u8> {
    let most = one.len().max(other.len());
    if most == 0 {
        return None;
    }
    let mut left: Vec<&str> = other.iter().map(String::as_str).collect();
    let mut rest: Vec<&str> = Vec::new();
    // Words that are the same are taken before those that are alike.
    for word in one {
        match left.iter().position(|other| other == word) {
            Some(at) => drop(left.swap_remove(at)),
            None => rest.push(word),
        }
    }
    let mut only: Vec<&str> = Vec::new();
    for word in rest {
        match left.iter().position(|other| is_alike(word, other)) {
            Some(at) => drop(left.swap_remove(at)),
            None => only.push(word),
        }
    }
    if excludes(&only, &left) {
        return None;
    }
    let same = one.len().saturating_sub(only.len()).saturating_mul(100).checked_div(most)?;
    u8::try_from(same).ok()
}

/// Half of all words, of 100.
pub(super) const HALF: u8 = 50;

/// Whether two labels share half their words.
fn share_half(one: &[String], other: &[String]) -> bool {
    shared(one, other).is_some_and(|share| share >= HALF)
}

/// Whether a label is the other one corrected: the same but for slips, abbreviations and case, or half of the words.
pub(crate) fn is_correction(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    one == other || share_half(&one, &other)
}

/// Whether the words that only one has exclude those that only the other has.
fn excludes(one: &[&str], other: &[&str]) -> bool {
    let tells = |word: &&&str| word.len() == 1 || word.starts_with(|first: char| first.is_ascii_digit());
    let both_tell = one.iter().any(|word| tells(&word)) && other.iter().any(|word| tells(&word));
    both_tell || one.iter().any(|word| other.iter().any(|other| contrasts::exclude(word, other)))
}

/// One word abbreviated, in plural, or with a slip.
fn is_alike(one: &str, other: &str) -> bool {
    let has_digit = |word: &str| word.contains(|character: char| character.is_numeric());
    if has_digit(one) || has_digit(other) || contrasts::exclude(one, other) {
        return false;
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.len() >= 3 && long.starts_with(short) {
        return true;
    }
    // Two words of five letters that differ in one letter can be two words.
    short.len() >= 5 && (strsim::normalized_damerau_levenshtein(short, long) > 0.81 || is_anagram(short, long))
}

/// Letters in another order: a slip, as `ecomony`.
fn is_anagram(one: &str, other: &str) -> bool {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    one.len() == other.len() && one.chars().next() == other.chars().next() && sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(one: &str, other: &str) -> bool {
        share_half(&words(one), &words(other))
    }

    #[test]
    fn labels_of_the_same_thing() {
        for (one, other) in [
            ("Outdoor temperature", "Outdoor temp."),
            ("Outdoor temprature", "Outdoor temperature"),
            ("Tempera\u{ad}ture outdoor", "Outdoor temperature"),
            ("Värmepump status", "Varmepump Status"),
            ("Mode", "Operating mode"),
            ("HeatPumpStatus", "heat pump status"),
            ("Ecomony mode", "Economy mode"),
            ("Set point heating", "Set point heating 1"),
            ("电网电压", "电网电压 A"),
        ] {
            assert!(alike(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn labels_of_other_things() {
        for (one, other) in [
            ("Outdoor temperature", "Indoor temperature"),
            ("Sensor 1", "Sensor 2"),
            ("Voltage L1", "Voltage L2"),
            ("Phase A current", "Phase B current"),
            ("Active power", "Reactive power"),
            ("Min temperature", "Max temperature"),
            ("Charge power", "Discharge power"),
            ("Energy import", "Energy export"),
            ("Supply voltage", "Supply current"),
            ("Power", "Alarm code"),
            ("", ""),
        ] {
            assert!(!alike(one, other), "{one} / {other}");
        }
    }

    #[test]
    fn a_series_has_one_skeleton() {
        assert_eq!(
            skeleton("Heat pump 3 (A3): Status"),
            ("heat pump # a # status".to_owned(), vec!["3".to_owned(); 2])
        );
    }

    #[test]
    fn soft_hyphens_are_not_seen() {
        assert_eq!(visible("Tem\u{ad}pe\u{200b}ratur \u{a0} a\n b"), "Temperatur a b");
    }
}

//! Names and numbers as Rust writes them.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use crate::names;

/// `abstract`, `continue`, `override`.
const LONGEST_KEYWORD: usize = 8;

/// `HeatPumpUnit` from “Heat pump unit”.
pub(super) fn type_name(text: &str) -> String {
    names::pascal(text)
}

/// `heat_pump_unit` from “Heat pump unit”.
pub(super) fn field_name(text: &str) -> String {
    names::snake(text)
}

/// `OUTDOOR_TEMPERATURE` from `outdoor_temperature`, `MANUAL_OPERATION` from `ManualOperation`.
pub(super) fn constant_name(name: &str) -> String {
    names::snake(name).to_uppercase()
}

/// The identifier. The checks have seen to it that each name is one; any other still gives code that parses.
pub(super) fn ident(name: &str) -> Ident {
    // No keyword is longer; parsing every name takes long.
    let is_plain = |c: char| c.is_ascii_alphabetic() || c == '_';
    if name.len() > LONGEST_KEYWORD
        && name.starts_with(is_plain)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Ident::new(name, Span::call_site());
    }
    syn::parse_str(name).unwrap_or_else(|_| {
        let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        format_ident!("N_{plain}")
    })
}

/// A number as people write it: no suffix, digits in groups of three.
pub(super) fn integer(value: i128) -> TokenStream {
    let mut digits = value.unsigned_abs().to_string();
    // Four digits read well as they are.
    if digits.len() > 4 {
        let mut at = digits.len();
        while at > 3 {
            at = at.saturating_sub(3);
            digits.insert(at, '_');
        }
    }
    let literal = digits.parse::<Literal>().unwrap_or_else(|_| Literal::u128_unsuffixed(value.unsigned_abs()));
    if value < 0 {
        quote! { -#literal }
    } else {
        literal.into_token_stream()
    }
}

/// A text of the vendor's. Characters that are written in another way when a text is normalised (the ohm sign, accents of
/// their own) are escaped: they stay what the vendor printed, and nobody takes them for a mistake in the code.
pub(super) fn text(text: &str) -> Literal {
    if !text.contains(is_denormal) {
        return Literal::string(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_denormal(character) {
            escaped.extend(character.escape_unicode());
        } else {
            escaped.extend(character.escape_debug());
        }
    }
    format!("\"{escaped}\"").parse().unwrap_or_else(|_| Literal::string(text))
}

/// How many, or at which place.
pub(super) fn count(value: usize) -> TokenStream {
    integer(i128::try_from(value).unwrap_or(i128::MAX))
}

/// Whether a character is none in Unicode's normal form C, or may become one with the letter before it (Unicode Standard
/// Annex 15): combining marks, and signs that are letters.
fn is_denormal(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}'
        | '\u{374}' | '\u{37E}' | '\u{387}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{2000}' | '\u{2001}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{2126}' | '\u{212A}' | '\u{212B}' | '\u{2329}' | '\u{232A}'
        | '\u{3099}' | '\u{309A}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE20}'..='\u{FE2F}')
}

/// Whether two names are the same to somebody who searches: letters and digits alike, case and the rest aside.
pub(super) fn same(a: &str, b: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    letters(a) == letters(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_an_identifier() {
        for (text, expected) in [("outdoor_temperature", "outdoor_temperature"), ("type", "N_type"), ("½", "N__")] {
            assert_eq!(ident(text).to_string(), expected);
        }
    }

    #[test]
    fn characters_that_normal_forms_change_are_escaped() {
        assert_eq!(text("k\u{2126} \"a\" \\").to_string(), "\"k\\u{2126} \\\"a\\\" \\\\\"");
        assert_eq!(text("Gro\u{308}\u{DF}e").to_string(), "\"Gro\\u{308}\u{DF}e\"");
        assert_eq!(text("kΩ °C").to_string(), "\"kΩ °C\"");
    }

    #[test]
    fn numbers_have_groups_of_three() {
        for (value, text) in [(0, "0"), (5, "5"), (2400, "2400"), (20_000, "20_000"), (-1_234_567, "- 1_234_567")] {
            assert_eq!(integer(value).to_string(), text);
        }
    }

    #[test]
    fn a_label_that_differs_in_case_and_signs_only_is_no_other_name() {
        assert!(same("Electric meter, L1-N", "electric_meter_l1_n"));
        assert!(same("ON/Auto", "OnAuto"));
        assert!(!same("Temperature (EM)", "temperature"));
    }
}

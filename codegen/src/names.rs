//! Rust names out of the vendor's labels.
//!
//! Words the field writes its own way (`kWh`, `SoC`, `PT1000`) stay whole. A label that gives no name gives none: nothing is
//! invented and nothing numbered.

use heck::ToSnakeCase;

/// Words with capitals inside that are one word.
const WHOLE_WORDS: [&str; 14] =
    ["kWh", "MWh", "Wh", "kW", "MW", "kVA", "kVAr", "VAr", "SoC", "SoH", "pH", "ppm", "dB", "CO2"];

/// `Outdoor temperature` → `outdoor_temperature`; empty where nothing in the label can be part of a name.
pub(crate) fn snake(label: &str) -> String {
    let words = words(label);
    let name = words.join("_");
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("n{name}") } else { name }
}

/// `ON/Auto` → `OnAuto`.
pub(crate) fn pascal(label: &str) -> String {
    let name: String = words(label)
        .iter()
        .map(|word| {
            let mut characters = word.chars();
            let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
            first + characters.as_str()
        })
        .collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("N{name}") } else { name }
}

/// Whether a name is one that rustc takes for a type without a warning. `L1Mode` is, although as a label it would be one
/// word.
pub(crate) fn is_type_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|character| character.is_ascii_alphanumeric())
        && !is_keyword(name)
}

/// The words of a label in lower case.
fn words(label: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in plain(label).split(|character: char| !character.is_ascii_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        let lower = word.to_ascii_lowercase();
        if WHOLE_WORDS.contains(&word) || !has_hump(word) {
            words.push(lower);
        } else {
            words.extend(word.to_snake_case().split('_').map(str::to_owned));
        }
    }
    words
}

/// Whether a capital follows a small letter: `OutdoorTemp`.
fn has_hump(word: &str) -> bool {
    word.as_bytes().windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
}

/// Letters of the Latin alphabets without their marks, signs as the words they are read as.
fn plain(label: &str) -> String {
    let mut text = String::with_capacity(label.len());
    for character in label.chars() {
        match character {
            'å' | 'ä' | 'á' | 'à' | 'â' | 'ã' => text.push('a'),
            'Å' | 'Ä' | 'Á' | 'À' | 'Â' | 'Ã' => text.push('A'),
            'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => text.push('o'),
            'Ö' | 'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ø' => text.push('O'),
            'ü' | 'ú' | 'ù' | 'û' => text.push('u'),
            'Ü' | 'Ú' | 'Ù' | 'Û' => text.push('U'),
            'é' | 'è' | 'ê' | 'ë' => text.push('e'),
            'É' | 'È' | 'Ê' | 'Ë' => text.push('E'),
            'í' | 'ì' | 'î' | 'ï' => text.push('i'),
            'ç' => text.push('c'),
            'ñ' => text.push('n'),
            'ß' => text.push_str("ss"),
            '%' => text.push_str(" percent "),
            // A degree sign is not said, and an apostrophe does not divide a word: can't, unit's.
            '°' | '\'' | '’' => {}
            other => text.push(other),
        }
    }
    text
}

/// Whether a name is a keyword of Rust and can stand nowhere else.
pub(crate) fn is_keyword(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_field_stay_whole() {
        for (label, name) in [
            ("Electric meter kWh total", "electric_meter_kwh_total"),
            ("SoC of battery", "soc_of_battery"),
            ("PT1000 sensor", "pt1000_sensor"),
            ("Electric meter L1-L2 voltage", "electric_meter_l1_l2_voltage"),
            ("Heat curve, X-coordinate 1", "heat_curve_x_coordinate_1"),
            ("OutdoorTemp", "outdoor_temp"),
            ("Värmesystem 1: Änderung", "varmesystem_1_anderung"),
            ("can't communicate", "cant_communicate"),
            ("2nd stage", "n2nd_stage"),
            ("***", ""),
        ] {
            assert_eq!(snake(label), name);
        }
    }

    #[test]
    fn variants() {
        for (label, name) in [
            ("ON/Auto", "OnAuto"),
            ("OFF", "Off"),
            ("Anti legionella", "AntiLegionella"),
            ("PT1000 sensor", "Pt1000Sensor"),
            ("4.800", "N4800"),
        ] {
            assert_eq!(pascal(label), name);
        }
    }

    #[test]
    fn every_name_made_of_a_label_is_that_of_a_type() {
        for label in ["L1 mode", "Enum16 none", "ON/Auto", "4.800", "HVAC mode", "2nd stage"] {
            assert!(is_type_name(&pascal(label)), "{label}");
        }
        for name in ["", "mode", "HVAC_Mode", "Self", "Läge", "4800"] {
            assert!(!is_type_name(name), "{name}");
        }
    }

    #[test]
    fn keywords() {
        assert!(is_keyword("type"));
        assert!(!is_keyword("mode"));
    }
}

//! Rust names out of the vendor's labels.
//!
//! Words the field writes its own way (`kWh`, `SoC`, `PT1000`) stay whole. A label that gives no name gives none: nothing is
//! invented and nothing numbered.

use std::borrow::Cow;

use heck::ToSnakeCase;
use unicode_normalization::UnicodeNormalization as _;

/// Words that are written with a capital inside and are one word: units and acronyms of the field.
#[rustfmt::skip]
const WHOLE_WORDS: [&str; 63] = [
    "mW", "kW", "MW", "GW", "Wh", "mWh", "kWh", "MWh", "GWh", "mVA", "kVA", "MVA", "VAr", "kVAr", "MVAr", "kVAh", "MVAh",
    "VArh", "kVArh", "MVArh", "mA", "kA", "uA", "Ah", "mAh", "mV", "kV", "uV", "Hz", "kHz", "MHz", "GHz", "Pa", "hPa", "kPa",
    "MPa", "mOhm", "kOhm", "MOhm", "kJ", "MJ", "GJ", "kB", "MB", "dB", "dBm", "pH", "mH", "uF", "SoC", "SoH", "SoE", "DoD",
    "PoE", "IoT", "NOx", "SOx", "tVOC", "eCO2", "mWC", "mWS", "LoRa", "WiFi",
];

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

/// Whether the name of a label would begin with a digit, which no name in Rust does; that of a value gets an N.
pub(crate) fn begins_with_digit(label: &str) -> bool {
    words(label).first().is_some_and(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

/// The words of a label in lower case; none where what would be left of it does not stand for it.
fn words(label: &str) -> Vec<String> {
    let (plain, foreign) = plain(label);
    let latin = plain.bytes().filter(u8::is_ascii_alphabetic).count();
    // A label in two languages, as tables from China have it, is named by its Latin half. Of any other the signs and
    // digits between the letters would remain: a name that says something else.
    if foreign > 0 && (latin < 4 || latin < foreign) {
        return Vec::new();
    }
    // In prose `OUTdoor` is one word; in an identifier capitals before a word are one of their own.
    let is_identifier = !label.trim().contains(char::is_whitespace);
    let mut words = Vec::new();
    for word in plain.split(|character: char| !character.is_ascii_alphanumeric()) {
        if is_identifier && begins_with_acronym(word) && word.len() <= LONGEST {
            words.extend(word.to_snake_case().split('_').map(str::to_owned));
        } else {
            divide(word, &mut words);
        }
    }
    words
}

/// What is longer is no word, and as a name too long; dividing it takes the square of its length.
const LONGEST: usize = 250;

/// Whether a run of letters is capitals and one word: `PFRtg`, `DCPower`; not `IDs`, `VArs` or `MWel`.
fn begins_with_acronym(word: &str) -> bool {
    let tail = word.trim_start_matches(|character: char| character.is_ascii_uppercase());
    let capitals = word.len().saturating_sub(tail.len());
    let rest = tail.trim_start_matches(|character: char| character.is_ascii_lowercase());
    let letters = tail.len().saturating_sub(rest.len());
    let is_whole = |whole: &&&str| {
        word.strip_prefix(**whole).is_some_and(|after| after.starts_with(|next: char| next.is_ascii_lowercase()))
    };
    capitals >= 2
        && letters >= 2
        && rest.bytes().all(|byte| byte.is_ascii_digit())
        && WHOLE_WORDS.iter().find(is_whole).is_none()
}

/// A run of letters and digits, divided where a capital begins a word: `BatterySoC` is `battery`, `soc`.
fn divide(word: &str, words: &mut Vec<String>) {
    if word.is_empty() {
        return;
    }
    if word.len() > LONGEST {
        words.push(word.to_ascii_lowercase());
        return;
    }
    if !has_hump(word) || is_whole(word) {
        words.push(word.to_ascii_lowercase());
        return;
    }
    // The first word of the field that stands at a seam.
    let seams = word.char_indices().filter(|(at, character)| {
        let before = at.checked_sub(1).and_then(|before| word.as_bytes().get(before));
        let divides = before.is_none_or(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
        divides && (before.is_none() || character.is_ascii_uppercase())
    });
    for (at, _) in seams {
        let Some((begin, rest)) = word.split_at_checked(at) else { continue };
        let found = WHOLE_WORDS.iter().filter(|whole| {
            rest.strip_prefix(**whole).is_some_and(|after| !after.starts_with(|next: char| next.is_ascii_lowercase()))
        });
        if let Some(whole) = found.max_by_key(|whole| whole.len()) {
            divide(begin, words);
            let digits = rest.get(whole.len()..).unwrap_or_default();
            let end =
                whole.len().saturating_add(digits.len().saturating_sub(digits.trim_start_matches(is_digit).len()));
            words.extend(rest.get(..end).map(str::to_ascii_lowercase));
            divide(rest.get(end..).unwrap_or_default(), words);
            return;
        }
    }
    words.extend(word.to_snake_case().split('_').map(str::to_owned));
}

/// Whether it is a word of the field, with or without a number behind it: `kWh`, `SoC2`.
fn is_whole(word: &str) -> bool {
    WHOLE_WORDS.contains(&word) || WHOLE_WORDS.contains(&word.trim_end_matches(is_digit))
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// Whether a capital follows a small letter: `OutdoorTemp`.
fn has_hump(word: &str) -> bool {
    word.as_bytes().windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
}

/// Latin letters without their marks, signs and Greek letters as the words they are read as; and how many letters of
/// other scripts are left out.
fn plain(label: &str) -> (String, usize) {
    let mut text = String::with_capacity(label.len());
    let mut foreign = 0usize;
    // A sign in parentheses is a word: the two wires of a sensor. Marks become characters of their own, `CO₂` and `㎡` what
    // they are short for.
    let label = match label.contains(['+', '-']) {
        true => Cow::Owned(label.replace("(+)", " plus ").replace("(-)", " minus ")),
        false => Cow::Borrowed(label),
    };
    let label = if label.is_ascii() { label } else { Cow::Owned(label.nfkd().collect()) };
    for character in label.chars() {
        match character {
            'ß' | 'ẞ' => text.push_str("ss"),
            'ø' => text.push('o'),
            'Ø' => text.push('O'),
            'æ' => text.push_str("ae"),
            'Æ' => text.push_str("Ae"),
            'œ' => text.push_str("oe"),
            'Œ' => text.push_str("Oe"),
            'ł' => text.push('l'),
            'Ł' => text.push('L'),
            'đ' | 'ð' => text.push('d'),
            'Đ' | 'Ð' => text.push('D'),
            'þ' => text.push_str("th"),
            'Þ' => text.push_str("Th"),
            'ı' => text.push('i'),
            '%' => text.push_str(" percent "),
            '‰' => text.push_str(" permille "),
            // Micro, as in µA.
            'μ' => text.push('u'),
            'Ω' => text.push_str("Ohm"),
            // A degree sign is not said, and an apostrophe does not divide a word: can't, unit's.
            // Nor is what nobody sees: soft hyphens, and characters without width.
            '°' | '\'' | '’' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            other => match greek(other) {
                Some(name) => {
                    text.push(' ');
                    text.push_str(name);
                    text.push(' ');
                }
                None if other.is_ascii() => text.push(other),
                // Marks that stood on a letter.
                None if unicode_normalization::char::is_combining_mark(other) => {}
                None => {
                    foreign = foreign.saturating_add(usize::from(other.is_alphabetic()));
                    text.push(' ');
                }
            },
        }
    }
    (text, foreign)
}

/// Greek letters are symbols in the field: cos φ, ΔT.
fn greek(letter: char) -> Option<&'static str> {
    Some(match letter {
        'α' => "alpha",
        'β' => "beta",
        'γ' | 'Γ' => "gamma",
        'δ' | 'Δ' | '∆' => "delta",
        'ε' | 'ϵ' => "epsilon",
        'η' => "eta",
        'θ' | 'ϑ' | 'Θ' => "theta",
        'λ' | 'Λ' => "lambda",
        'π' => "pi",
        'ρ' => "rho",
        'σ' | 'Σ' | '∑' => "sigma",
        'τ' => "tau",
        'φ' | 'ϕ' | 'Φ' => "phi",
        'ψ' | 'Ψ' => "psi",
        'ω' => "omega",
        _ => return None,
    })
}

/// Whether a name is a keyword of Rust and can stand nowhere else.
pub(crate) fn is_keyword(name: &str) -> bool {
    // None is longer, and none has a digit or an underscore.
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_identifier = name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(is_word);
    if is_identifier && (name.len() > "override".len() || !name.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        return false;
    }
    // `gen` is one since the edition of 2024.
    name == "gen" || syn::parse_str::<syn::Ident>(name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_may_be_of_any_length() {
        assert_eq!(snake(&"SoC".repeat(80)), ["soc"; 80].join("_"));
        assert_eq!(snake(&"SoC".repeat(40_000)), "soc".repeat(40_000));
        assert_eq!(pascal(&"aB ".repeat(40_000)), "AB".repeat(40_000));
    }

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
            ("Va\u{308}rmesystem", "varmesystem"),
            ("Čerpadlo č. 2, řízení", "cerpadlo_c_2_rizeni"),
            ("Ciśnienie wlot/wylot łączne", "cisnienie_wlot_wylot_laczne"),
            ("Sıcaklık İç", "sicaklik_ic"),
            ("Frølæg", "frolaeg"),
            ("COP heating", "cop_heating"),
            ("cos φ", "cos_phi"),
            ("cosφ L1", "cos_phi_l1"),
            ("ΔT supply", "delta_t_supply"),
            ("Ther\u{ad}mostat\u{200b} mode", "thermostat_mode"),
            ("PM2.5", "pm2_5"),
            ("CO₂ concentration", "co2_concentration"),
            ("eCO2 and NOx", "eco2_and_nox"),
            ("Flow m³/h", "flow_m3_h"),
            ("Insulation kΩ", "insulation_kohm"),
            ("Leakage µA", "leakage_ua"),
            ("Reactive energy kVArh L1-N", "reactive_energy_kvarh_l1_n"),
            ("BatterySoC", "battery_soc"),
            ("SoCMin", "soc_min"),
            ("PFRtg_SF", "pf_rtg_sf"),
            ("PFRtgQ1", "pf_rtg_q1"),
            ("PVConn", "pv_conn"),
            ("DCPower2", "dc_power2"),
            ("VArRtgQ1", "var_rtg_q1"),
            ("IDs", "ids"),
            ("VArs", "vars"),
            ("MWel", "mwel"),
            ("OUTdoor sensor", "outdoor_sensor"),
            ("SoC2 kWh1", "soc2_kwh1"),
            ("TotalMWhToday", "total_mwh_today"),
            ("Humidity %", "humidity_percent"),
            ("Sensor (+)", "sensor_plus"),
            ("Sensor (-) open", "sensor_minus_open"),
            // In two languages, in one of another script, and in one whose rest would be a name for something else.
            ("Grid voltage 电网电压", "grid_voltage"),
            ("温度", ""),
            ("温度 CO2", ""),
            ("Температура 2 A", ""),
            ("حرارة T1", ""),
            ("can't communicate", "cant_communicate"),
            ("2nd stage", "n2nd_stage"),
            ("***", ""),
        ] {
            assert_eq!(snake(label), name);
        }
    }

    #[test]
    fn digits_first() {
        for (label, digits) in [("2nd stage", true), ("(3) Way", true), ("Stage 2", false), ("", false), ("²x", true)]
        {
            assert_eq!(begins_with_digit(label), digits, "{label}");
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
            ("kWh/SoC", "KwhSoc"),
            ("Ausführung ß", "AusfuhrungSs"),
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
        assert!(is_keyword("async"));
        assert!(is_keyword("gen"));
        assert!(is_keyword("override"));
        assert!(is_keyword(""));
        assert!(is_keyword("1st"));
        assert!(is_keyword("two parts"));
        for name in ["mode", "overrides", "self_test", "type2", "macro_rules"] {
            assert!(!is_keyword(name), "{name}");
        }
    }
}

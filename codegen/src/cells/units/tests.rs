//! Units as vendors write them, and what is none.

use super::{Reading, canonical, is_unit, read};

#[test]
fn tells_units_from_other_words() {
    for text in [
        "V", "kWh", "°C", "mA", "MVAr", "Hz", "%", "l/min", "m³/h", "kΩ", "[bar]", "ppm", "s", "VA", "varh", "mV", "K",
        "min", "℃",
    ] {
        assert!(is_unit(text), "{text}");
    }
    for text in [
        "",
        "uint16",
        "U16",
        "INT",
        "Temperature",
        "R/W",
        "RO",
        "float",
        "string",
        "0.1",
        "enum",
        "-",
        "Status",
        "holding",
    ] {
        assert!(!is_unit(text), "{text}");
    }
}

#[test]
fn a_unit_is_read_whole() {
    for (text, scale, unit) in [
        ("V", "", "V"),
        ("0.1V", "1/10", "V"),
        ("x0.1 V", "1/10", "V"),
        ("V x 0.1", "1/10", "V"),
        ("1/10 V", "1/10", "V"),
        ("V (0.1)", "1/10", "V"),
        ("V [0.1]", "1/10", "V"),
        ("V, 0.1", "1/10", "V"),
        ("0.1", "1/10", ""),
        ("0.001 -", "1/1000", ""),
        ("0.1V/bit", "1/10", "V"),
        ("0.1 V per digit", "1/10", "V"),
        ("1V=10", "1/10", "V"),
        ("1 = 0.1 bar", "1/10", "bar"),
        ("10 = 1 bar", "1/10", "bar"),
        ("1bit=0.1V", "1/10", "V"),
        ("1 LSB: 0.1 A", "1/10", "A"),
        ("V/10", "1/10", "V"),
        ("0.1*V", "1/10", "V"),
        ("W * 10^-1", "1/10", "W"),
        ("10^-1 W", "1/10", "W"),
        ("V(1 decimal)", "1/10", "V"),
        ("°C (2 decimals)", "1/100", "°C"),
        ("[0.1 A]", "1/10", "A"),
        ("1 kW", "1", "kW"),
        ("m3/h", "", "m³/h"),
        ("1/min", "", "1/min"),
        ("kWh/100km", "", "kWh/100km"),
        ("0.1 L/min", "1/10", "l/min"),
        ("0.1 \u{030A}C", "1/10", "°C"),
        ("% of WMax", "", "% of WMax"),
        ("bar(g)", "", "bar(g)"),
        ("Starts", "", "Starts"),
        ("centimes", "", "centimes"),
        ("decibel", "", "decibel"),
        ("Starts/h", "", "Starts/h"),
        ("value / 10", "1/10", ""),
        ("Wert/100", "1/100", ""),
        ("0.1 * x", "1/10", ""),
    ] {
        let read = read(text).value().unwrap_or_else(|| panic!("{text}: {:?}", read(text)));
        assert_eq!(read.unit, unit, "{text}");
        let expected = (!scale.is_empty()).then(|| scale.parse().unwrap());
        assert_eq!(read.scale, expected, "{text}");
    }
    for text in [
        "V*10",
        "10",
        "A×100",
        "°C·10",
        "3/h",
        "0.1 V or 0.01 V",
        "0.1 °C / 0.5 °C",
        "0.001 A × CT",
        "%x10",
        "°C (x10)",
        "W x1000",
        "2 x 0.1 V",
        "V 3~",
        "0.1 V, 0.01 A",
        "min (15)",
        "V, 50 Hz",
        "A rms 16",
        "°C ±0.5",
        "0.5°C step",
        "see manual chapter 3",
        "See the certification supplement page",
        "siehe Anhang",
        "only with option board",
        "0.1V;",
        "V +",
        "- V",
        "V;",
        "*V",
        "V = ",
        "divide by 10, see page 12",
        "kW th 2",
        "15 min average",
        "value",
        "m³/h siehe",
        "kWh, see note",
        "V/h-see",
        "kWh reserved",
        "±0.1 V",
        "deciC",
        "[deciV]",
        "centi-°C",
        "Centidegrees",
        "[ V/10",
        "m³/h°C (1 decimal)",
    ] {
        assert!(!matches!(read(text), Reading::Value(_)), "{text}: {:?}", read(text));
    }
}

#[test]
fn a_unit_has_one_spelling() {
    for (text, unit) in [
        ("μS/cm", "µS/cm"),
        ("kΩ", "kΩ"),
        ("m^3/h", "m³/h"),
        ("m2", "m²"),
        ("L", "l"),
        ("LED", "LED"),
        ("\u{212A}", "K"),
        ("k\u{2126}", "kΩ"),
        ("㎥/h", "m³/h"),
        ("℃", "°C"),
        ("° C", "°C"),
    ] {
        assert_eq!(canonical(text), unit);
    }
}

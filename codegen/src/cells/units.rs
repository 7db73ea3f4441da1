//! Units as vendors write them: enough of them to tell a unit from a type, a name or an access.

/// Units without their prefixes.
const BASES: &[&str] = &[
    "v", "a", "w", "va", "var", "wh", "vah", "varh", "ah", "hz", "pa", "bar", "ohm", "ω", "j", "g", "m", "l", "s", "f",
    "n", "nm", "lx", "lux", "cal", "t", "c", "vdc", "vac", "adc", "aac", "wp",
];

const PREFIXES: &[&str] = &["", "k", "m", "g", "h", "d", "c", "µ", "μ", "u", "n"];

/// Units that stand for themselves.
const WHOLE: &[&str] = &[
    "%", "‰", "°c", "° c", "ºc", "℃", "°f", "℉", "k", "degc", "deg c", "deg. c", "celsius", "°", "deg", "grad",
    "degree", "degrees", "kelvin", "m3", "m³", "m^3", "cm3", "dm3", "l/h", "l/min", "l/s", "m3/h", "m³/h", "m3/s",
    "m³/s", "m^3/h", "kg/h", "m/s", "km/h", "w/m2", "w/m²", "kwh/m3", "g/m3", "g/kg", "g/m³", "µg/m3", "µg/m³",
    "kj/kg", "kg", "mg/l", "min", "min.", "sec", "sec.", "h", "hr", "hrs", "hour", "hours", "minute", "minutes",
    "second", "seconds", "day", "days", "d", "std", "stunden", "minuten", "sekunden", "tage", "jahr", "year", "years",
    "month", "months", "week", "weeks", "ppm", "ppb", "rpm", "r/min", "1/min", "u/min", "1/h", "1/s", "min-1", "imp",
    "imp/kwh", "pulses", "db", "dbm", "psi", "mmhg", "inh2o", "mmh2o", "mws", "cph", "%rh", "% rh", "%rf", "rh", "pf",
    "cos phi", "cosphi", "cosφ", "kvar", "mvar", "w/h", "gal", "gpm", "cfm", "k/min", "°c/min", "k/h", "°dh", "°d",
    "kcal/h", "mw/h", "p.u.", "pu", "va·h", "var·h", "w·h", "kw·h", "a·h", "k·w·h", "vdc", "vac", "kb", "mb", "gb",
    "byte/s", "nt", "lx", "cd", "mol", "ph", "ms", "µs", "ns", "%/s", "%/min", "kw/min", "w/s", "on/off", "€", "eur",
    "sek", "öre", "ct/kwh", "ct", "min/h", "h/d", "hpa", "inwc", "m2", "m²", "cm", "mm", "km", "dm", "inch", "in",
    "ft",
];

/// Whether a text is a unit that is in common use, case aside.
pub(crate) fn is_unit(text: &str) -> bool {
    let lower = text.trim().trim_matches(['[', ']', '(', ')']).trim().to_lowercase();
    if lower.is_empty() {
        return false;
    }
    if WHOLE.contains(&lower.as_str()) {
        return true;
    }
    PREFIXES.iter().any(|prefix| lower.strip_prefix(prefix).is_some_and(|base| BASES.contains(&base)))
}

#[cfg(test)]
mod tests {
    use super::is_unit;

    #[test]
    fn tells_units_from_other_words() {
        for text in [
            "V", "kWh", "°C", "mA", "MVAr", "Hz", "%", "l/min", "m³/h", "kΩ", "[bar]", "ppm", "s", "VA", "varh", "mV",
            "K", "min", "℃",
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
}

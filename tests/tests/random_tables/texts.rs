//! Names from hell, and good ones.

use super::random::Random;

/// What vendors write, and what they could. No sign among it divides values of a list.
const HELL: [&str; 64] = [
    "type",
    "self",
    "Self",
    "async",
    "crate",
    "super",
    "fn",
    "match",
    "r#type",
    "dyn",
    "gen",
    "new",
    "unit",
    "read_all",
    "None",
    "Some",
    "Option",
    "String",
    "Vec",
    "f64",
    "u16",
    "std",
    "rt",
    "points",
    "Result",
    "Ok",
    "*/",
    "/*",
    "`",
    "```",
    "\"q",
    "\"#",
    "r#\"",
    "'s",
    "\\",
    "\\n",
    "]]>",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "-->",
    "&amp;",
    "[a](https://example.com)",
    "![a](x.png)",
    "[points::X]",
    "https://example.com/?a_b",
    "javascript:x",
    "@user",
    "{n}",
    "{}",
    "$x$",
    "**b**",
    "~~s~~",
    "温度",
    "температура",
    "שלום",
    "\u{202E}rtl\u{202C}",
    "\u{2066}iso\u{2069}",
    "\u{200B}",
    "\u{FEFF}",
    "🔥",
    "e\u{301}",
    "\u{1b}[31m",
    "\u{85}",
];

const START: [&str; 8] = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "# ", "- ", "2nd", "100 %"];

const WORDS: [&str; 40] = [
    "Flow", "Return", "Outdoor", "Indoor", "Supply", "Exhaust", "Brine", "Tank", "Buffer", "Pump", "Fan", "Valve",
    "Boiler", "Zone", "Meter", "Grid", "Battery", "SoC", "kWh", "PT1000", "L1-N", "Värme", "Außen", "Süd", "CO2", "pH",
    "Alarm", "Mode", "Level", "Speed", "Pressure", "Humidity", "Voltage", "Current", "Power", "Energy", "Hours",
    "Starts", "Limit", "Setpoint",
];

/// Something a cell for remarks may hold.
pub fn remark(random: &mut Random) -> String {
    let mut parts: Vec<&str> = Vec::new();
    if random.percent(30) {
        parts.push(random.pick(&START));
    }
    for _ in 0..random.below(5) {
        parts.push(if random.percent(60) { random.pick(&HELL) } else { random.pick(&WORDS) });
    }
    if random.percent(2) {
        // Divided by tabs, so many would be a table of their own beside a single row.
        parts.extend([WORDS[0]; 400]);
        return parts.join(" ");
    }
    parts.join(random.pick(&[" ", " ", "\n", "\t", "\r\n", ""]))
}

/// A name that gives an identifier nobody else is likely to have.
pub fn name(random: &mut Random, number: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut hell = |random: &mut Random| {
        if random.percent(35) {
            parts.push(random.pick(&HELL).to_owned());
        }
    };
    hell(random);
    hell(random);
    if random.percent(8) {
        parts.insert(0, random.pick(&START).to_owned());
    }
    // Now and then nothing that makes it the only one, so that names are refused as well.
    if random.percent(92) {
        parts.push(format!("{} {}{number}", random.pick(&WORDS), random.pick(&["x", "No ", "n", "#"])));
    }
    if random.percent(20) {
        parts.push(random.pick(&HELL).to_owned());
    }
    if random.percent(1) {
        parts.push(WORDS.join(" "));
    }
    let separator = random.pick(&[" ", " ", " ", "  ", "\u{a0}", "\t"]);
    let name = parts.join(separator);
    // A dash alone says that there is nothing.
    if name.trim() == "-" { "*".to_owned() } else { name }
}

/// A label of a value, in which nothing reads as another value.
pub fn value(random: &mut Random, number: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(number % 26).unwrap());
    let odd =
        random.pick(&["", "", "", "*/ ", "`", "\" ", "<b>", "\u{202E}", "温 ", "\\", "type ", "Self ", "🔥 ", "' "]);
    format!("{odd}{}{letter}{letter}", random.pick(&WORDS).replace(|c: char| c.is_ascii_digit(), "").replace('-', " "))
}

pub fn unit(random: &mut Random) -> &'static str {
    random.pick(&[
        "",
        "",
        "",
        "°C",
        "%",
        "kWh",
        "m³/h",
        "W",
        "Hz",
        "<i>V</i>",
        "`A`",
        "€",
        "*",
        "\u{202E}W",
        "in\"",
        "ppm",
    ])
}

/// A name that needs no reading, and that nothing else has.
pub fn plain(random: &mut Random, number: usize) -> String {
    const PLAIN: [&str; 8] = ["Supply", "Return", "Outdoor", "Pressure", "Voltage", "Setpoint", "Speed", "Runtime"];
    format!("{} {} n{number}", random.pick(&PLAIN), random.pick(&PLAIN).to_lowercase())
}

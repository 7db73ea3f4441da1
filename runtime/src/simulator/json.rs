//! As much of JSON (RFC 8259) as an image needs. A package for it would bring comparisons with its own values into
//! every program that is tested with a simulator.

use std::fmt::Write as _;

/// A value. An image has no numbers other than whole ones from 0 on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Json {
    Object(Vec<(String, Self)>),
    Text(String),
    Whole(u64),
    True,
    /// Lists, other numbers, `false`, `null`.
    Other,
}

/// The deepest nesting of an image.
const DEEPEST: usize = 16;

impl Json {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader { rest: text, whole: text };
        let value = reader.value(0)?;
        reader.skip_blanks();
        if reader.rest.is_empty() { Ok(value) } else { Err(reader.expected("the end")) }
    }

    pub(super) fn object(&self) -> Option<&[(String, Self)]> {
        match self {
            Self::Object(fields) => Some(fields),
            _ => None,
        }
    }

    /// The field of an object; the last one of the name.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.object()?.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            c if c.is_control() => {
                // Writing to a string cannot fail. Controls are in the first plane.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

struct Reader<'a> {
    rest: &'a str,
    whole: &'a str,
}

impl Reader<'_> {
    fn expected(&self, what: &str) -> String {
        let read = self.whole.len().saturating_sub(self.rest.len());
        let line = self.whole.get(..read).unwrap_or_default().matches('\n').count().saturating_add(1);
        format!("line {line}: expected {what}")
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes a sign, if it is the next.
    fn takes(&mut self, sign: &str) -> bool {
        self.skip_blanks();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > DEEPEST {
            return Err(self.expected("less nesting"));
        }
        let deeper = depth.saturating_add(1);
        if self.takes("{") {
            let mut fields = Vec::new();
            if self.takes("}") {
                return Ok(Json::Object(fields));
            }
            loop {
                self.skip_blanks();
                let name = self.text()?;
                if !self.takes(":") {
                    return Err(self.expected("`:`"));
                }
                fields.push((name, self.value(deeper)?));
                if self.takes("}") {
                    return Ok(Json::Object(fields));
                }
                if !self.takes(",") {
                    return Err(self.expected("`,` or `}`"));
                }
            }
        }
        if self.takes("[") {
            if self.takes("]") {
                return Ok(Json::Other);
            }
            loop {
                self.value(deeper)?;
                if self.takes("]") {
                    return Ok(Json::Other);
                }
                if !self.takes(",") {
                    return Err(self.expected("`,` or `]`"));
                }
            }
        }
        if self.rest.starts_with('"') {
            return self.text().map(Json::Text);
        }
        for (word, value) in [("true", Json::True), ("false", Json::Other), ("null", Json::Other)] {
            if self.takes(word) {
                return Ok(value);
            }
        }
        self.number()
    }

    fn number(&mut self) -> Result<Json, String> {
        let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_of_number(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        let digits = number.strip_prefix('-').unwrap_or(number);
        let is_number = match digits.as_bytes() {
            [b'0', b'0'..=b'9', ..] | [] => false,
            [first, ..] => first.is_ascii_digit(),
        };
        let value = match number.parse() {
            Ok(whole) if is_number => Json::Whole(whole),
            _ if is_number && number.parse::<f64>().is_ok() => Json::Other,
            _ => return Err(self.expected("a value")),
        };
        self.rest = rest;
        Ok(value)
    }

    fn text(&mut self) -> Result<String, String> {
        self.rest = self.rest.strip_prefix('"').ok_or_else(|| self.expected("a text in quotes"))?;
        let mut text = String::new();
        let mut units: Vec<u16> = Vec::new();
        loop {
            let mut characters = self.rest.chars();
            let next = characters.next().filter(|c| *c >= ' ').ok_or_else(|| self.expected("the end of a text"))?;
            self.rest = characters.as_str();
            let escaped = match next {
                '\\' => {
                    let code = characters.next().ok_or_else(|| self.expected("what is escaped"))?;
                    self.rest = characters.as_str();
                    code
                }
                _ => ' ',
            };
            if (next, escaped) == ('\\', 'u') {
                let (digits, rest) = self.rest.split_at_checked(4).ok_or_else(|| self.expected("four digits"))?;
                units.push(u16::from_str_radix(digits, 16).map_err(|_| self.expected("four hexadecimal digits"))?);
                self.rest = rest;
                continue;
            }
            // Characters beyond the first plane are two escapes.
            text.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
            match (next, escaped) {
                ('"', _) => return Ok(text),
                ('\\', '"' | '\\' | '/') => text.push(escaped),
                ('\\', 'b') => text.push('\u{8}'),
                ('\\', 'f') => text.push('\u{C}'),
                ('\\', 'n') => text.push('\n'),
                ('\\', 'r') => text.push('\r'),
                ('\\', 't') => text.push('\t'),
                ('\\', _) => return Err(self.expected("an escape of JSON")),
                (other, _) => text.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_is_read() {
        let text = "{\"a\": {\"b\\n\\u00e9\\ud83d\\ude00\": 65535}, \"c\": [1, -2.5e3, {}, []], \"d\": true}\n";
        let json = Json::read(text).unwrap();
        let inner = Json::Object(vec![("b\né😀".to_owned(), Json::Whole(65_535))]);
        assert_eq!(json.get("a"), Some(&inner));
        assert_eq!((json.get("c"), json.get("d"), json.get("e")), (Some(&Json::Other), Some(&Json::True), None));
        let value = serde_json::json!({"name": "“Pump” \u{1}\u{7F}\"\\", "n": 7});
        for text in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            assert_eq!(Json::read(&text).unwrap().get("n"), Some(&Json::Whole(7)));
        }
        let quoted = quoted("“Pump” \u{1}\u{7F}\"\\é");
        assert_eq!(serde_json::from_str::<String>(&quoted).unwrap(), "“Pump” \u{1}\u{7F}\"\\é");
    }

    #[test]
    fn what_is_no_json_says_where() {
        for (text, said) in [
            ("", "line 1: expected a value"),
            ("{\n\"a\" 1}", "line 2: expected `:`"),
            ("{\"a\": 1,\n\n}", "line 3: expected a text in quotes"),
            ("{\"a\": 01}", "expected"),
            ("{\"a\": 1", "expected `,` or `}`"),
            ("\"a", "expected the end of a text"),
            ("\"\\x\"", "expected an escape"),
            ("\"\\u12\"", "expected four"),
            ("{} {}", "expected the end"),
            ("+1", "expected a value"),
        ] {
            let error = Json::read(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
        assert!(Json::read(&"[".repeat(100_000)).unwrap_err().contains("less nesting"));
    }
}

//! What in an entry is left to a person, and what becomes of it with an answer.

use super::entry::{Entry, OPEN, Section, Value, key};

/// What the name of a table is called where it is asked for.
const NAME: &str = "name";

impl Entry {
    pub(crate) fn section(&self) -> &Section {
        &self.section
    }

    pub(crate) fn keys(&self) -> &[(String, Value)] {
        &self.keys
    }

    /// The first thing in it that only a person can say: the key with each value it may be.
    pub(crate) fn question(&self) -> Option<(&str, Vec<(String, Value)>)> {
        if !self.is_named() {
            return Some((NAME, Vec::new()));
        }
        self.keys.iter().find_map(|(key, value)| match value {
            Value::Open(readings) => {
                let readings = readings.iter().map(|reading| (key.clone(), reading.clone()));
                Some((key.as_str(), readings.collect()))
            }
            Value::Under(keys, text) => {
                let readings = keys.iter().map(|key| ((*key).to_owned(), Value::Text(text.clone())));
                Some((key.as_str(), readings.collect()))
            }
            Value::Set(of, value) => match value.as_ref() {
                Value::Open(readings) => {
                    let set = |reading: &Value| (key.clone(), Value::Set(of, Box::new(reading.clone())));
                    Some((*of, readings.iter().map(set).collect()))
                }
                _ => None,
            },
            Value::Labels(labels) if labels.iter().any(|(_, label)| label == OPEN) => Some((key.as_str(), Vec::new())),
            _ => None,
        })
    }

    /// Whether nothing in it is left to a person, but why it holds.
    pub(crate) fn is_complete(&self) -> bool {
        self.question().is_none()
    }

    /// The same with the only key that its question is about, where its keys have nothing to do with each other.
    pub(crate) fn alone(&self) -> Self {
        let key = self.question().map(|(key, _)| key.to_owned());
        let keys = self.keys.iter().filter(|(known, _)| Some(known) == key.as_ref()).cloned().collect();
        match self.section {
            Section::Table(ref path) if path.len() > 1 => self.clone(),
            Section::Table(_) | Section::Sheet(_) => Self { keys, ..self.clone() },
            Section::Element(_) | Section::Decision(..) => self.clone(),
        }
    }

    fn is_named(&self) -> bool {
        match &self.section {
            Section::Table(path) => path.iter().all(|name| name != OPEN),
            Section::Element(_) | Section::Sheet(_) | Section::Decision(..) => true,
        }
    }

    /// The same, with why it holds.
    pub(crate) fn because(mut self, reason: &str) -> Self {
        for (_, value) in self.keys.iter_mut().filter(|(_, value)| *value == Value::Reason) {
            *value = reason.into();
        }
        self
    }

    /// The same with its first question answered.
    pub(crate) fn answered(mut self, answer: (String, Value)) -> Self {
        if let (Section::Table(path), Value::Text(name)) = (&mut self.section, &answer.1)
            && let Some(open) = path.iter_mut().find(|name| *name == OPEN)
        {
            open.clone_from(name);
            return self;
        }
        let is_open = |value: &Value| match value {
            Value::Open(_) | Value::Under(..) | Value::Labels(_) => true,
            Value::Set(_, value) => matches!(value.as_ref(), Value::Open(_)),
            _ => false,
        };
        if let Some(question) = self.keys.iter_mut().find(|(_, value)| is_open(value)) {
            *question = answer;
        }
        self
    }

    /// What a person types as an answer to its question; none where that is no such value.
    pub(crate) fn typed(&self, text: &str) -> Option<(String, Value)> {
        let (key, _) = self.question()?;
        let text = text.trim();
        let is_asked =
            |(known, value): &&(String, Value)| known == key || matches!(value, Value::Set(of, _) if *of == key);
        let named = |value| Some((key.to_owned(), value));
        match self.keys.iter().find(is_asked) {
            Some((_, Value::Labels(_))) => {}
            Some((name, Value::Set(of, _))) => return Some((name.clone(), Value::Set(of, Box::new(scalar(text)?)))),
            _ if text.is_empty() => return None,
            _ => return named(text.into()),
        }
        let label = |part: &str| {
            let (code, label) = part.split_once('=')?;
            Some((code.trim().parse().ok()?, label.trim().to_owned()))
        };
        let labels: Option<Vec<(i64, String)>> = text.split(';').map(label).collect();
        labels.map(Value::Labels).and_then(named)
    }

    /// Its lines as TOML, one for each value that may be meant.
    pub(crate) fn lines(&self) -> Vec<String> {
        let header = Self { keys: Vec::new(), ..self.clone() };
        let mut lines = vec![header.to_string()];
        for (name, value) in &self.keys {
            match value {
                Value::Open(readings) if !readings.is_empty() => {
                    lines.extend(readings.iter().map(|reading| format!("{} = {reading}", key(name))));
                }
                Value::Set(of, value) => match value.as_ref() {
                    Value::Open(readings) if !readings.is_empty() => {
                        lines.extend(readings.iter().map(|reading| format!("{} = {{ {of} = {reading} }}", key(name))));
                    }
                    _ => lines.push(format!("{} = {{ {of} = {value} }}", key(name))),
                },
                Value::Under(keys, _) => lines.extend(keys.iter().map(|name| format!("{name} = {value}"))),
                _ => lines.push(format!("{} = {value}", key(name))),
            }
        }
        lines
    }
}

/// A truth, a number or a text, as it is typed.
fn scalar(text: &str) -> Option<Value> {
    match text {
        "" => None,
        "true" | "false" => Some(Value::Flag(text == "true")),
        _ => Some(text.parse().map_or_else(|_| text.into(), Value::Number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_answered_one_by_one() {
        let entry = Entry::table(["enums", OPEN]).labels([(0, OPEN)]).reason();
        assert_eq!(entry.question(), Some(("name", Vec::new())));
        let named = entry.answered((String::new(), "Mode".into()));
        let labels = Value::Labels(vec![(0, "Off".to_owned()), (1, "On".to_owned())]);
        assert_eq!(named.typed("0=Off; 1 = On"), Some(("values".to_owned(), labels)));
        assert_eq!(named.typed("Off"), None);
        let values = named.typed("0=Off").map(|answer| named.clone().answered(answer));
        let values = values.map(|entry| (entry.is_complete(), entry.because("so").to_string()));
        assert_eq!(values, Some((true, "[enums.Mode]\nvalues = { 0 = \"Off\" }\nreason = \"so\"".to_owned())));
    }

    #[test]
    fn every_reading_is_a_line() {
        let entry =
            Entry::table(["columns"]).under(&["divisor", "factor"], "Scale").one_of("unit", ["A", "", "A", "V"]);
        let lines = ["[columns]", "divisor = \"Scale\"", "factor = \"Scale\"", "unit = \"A\"", "unit = \"V\""];
        assert_eq!(entry.lines(), lines);
        assert_eq!(
            entry.to_string(),
            "[columns]\n\"…\" = \"Scale\"  # divisor or factor\nunit = \"…\"  # \"A\" or \"V\""
        );
    }
}

//! Reading TOML with every mistake reported at its line, and going on.

mod collections;

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::selectors::Selector;
use crate::diagnostic::entry::OPEN;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::model::Translations;
use crate::source::{At, Located, Text};
use crate::suggest;

/// The manifest's text, and what was found wrong with it so far.
pub(super) struct Document<'a> {
    file: &'a str,
    text: &'a Text,
    diagnostics: RefCell<Diagnostics>,
    selectors: RefCell<Vec<Selector>>,
}

impl<'a> Document<'a> {
    pub(super) fn new(file: &'a str, text: &'a Text) -> Self {
        Self { file, text, diagnostics: RefCell::default(), selectors: RefCell::default() }
    }

    pub(super) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// The further ways in which entries name registers.
    pub(super) fn take_selectors(&self) -> Vec<Selector> {
        self.selectors.take()
    }

    pub(super) fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics.into_inner()
    }

    /// The line a span begins on, with what stands there.
    pub(super) fn line(&self, span: Option<Range<usize>>) -> Place {
        let place = self.place(span);
        match place.span.and_then(|span| self.text.line(span.line)) {
            Some(line) => place.holds(line.trim()),
            None => place,
        }
    }

    pub(super) fn place(&self, span: Option<Range<usize>>) -> Place {
        let span = span.and_then(|range| self.text.span(range));
        let at = span.map_or(At::Whole, |span| At::Row(span.line));
        Place { at, span, ..Place::of_file(self.file) }
    }
}

/// One table of the manifest.
pub(super) struct Section<'a> {
    document: &'a Document<'a>,
    table: &'a DeTable<'a>,
    /// How messages call it: `[link.rtu]`.
    name: String,
    place: Place,
    used: RefCell<Vec<String>>,
    /// Keys that may be there, looked for and not read yet.
    looked_for: RefCell<Vec<String>>,
    /// Keys that have to be there and are not, with what they are for.
    missing: RefCell<Vec<(&'static str, String)>>,
}

impl<'a> Section<'a> {
    pub(super) fn root(document: &'a Document<'a>, table: &'a DeTable<'a>) -> Self {
        Self {
            document,
            table,
            name: "the manifest".to_owned(),
            place: document.place(None),
            used: RefCell::default(),
            looked_for: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// Where it begins.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Reports something about a place in it.
    pub(super) fn report(&self, diagnostic: Diagnostic) {
        self.document.report(diagnostic);
    }

    /// Remembers how an entry names registers.
    pub(super) fn add_selector(&self, selector: Selector) {
        self.document.selectors.borrow_mut().push(selector);
    }

    /// How messages call it: `[link.rtu]`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.used.borrow_mut().push(key.to_owned());
        self.table.get(key)
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let place = self.document.place(Some(value.span()));
        let place = match describe(value.get_ref()) {
            Some(text) => place.holds(text),
            None => place,
        };
        self.report(
            Diagnostic::error("E0203", said!("invalid value for `{key}` in {name}", key, name = &self.name))
                .at(place)
                .expected(expected),
        );
    }

    fn located<T>(&self, value: &Spanned<DeValue<'_>>, content: T) -> Located<T> {
        Located { value: content, place: self.document.place(Some(value.span())) }
    }

    /// A string.
    pub(super) fn string(&self, key: &str) -> Option<Located<String>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(self.located(value, text.to_string())),
            _ => {
                self.wrong(key, value, "a string");
                None
            }
        }
    }

    /// A key that has to be there; where it is not, [`Section::finish`] reports it, unless it is there misspelt.
    pub(super) fn require(&self, key: &'static str, expected: &str) {
        if !self.has(key) {
            self.missing.borrow_mut().push((key, expected.to_owned()));
        }
    }

    /// A string that has to be there, and not empty.
    pub(super) fn required_string(&self, key: &'static str, expected: &str) -> Option<Located<String>> {
        self.require(key, expected);
        self.filled_string(key, expected)
    }

    /// A string that says nothing where it is empty.
    pub(super) fn filled_string(&self, key: &str, expected: &str) -> Option<Located<String>> {
        let text = self.string(key)?;
        if text.value.trim().is_empty() {
            self.wrong_key(key, expected);
            return None;
        }
        Some(text)
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let value = self.get(key)?;
        let found = match value.get_ref() {
            DeValue::String(text) => words.iter().find(|(word, _)| *word == text.as_ref()).map(|(_, meaning)| *meaning),
            _ => None,
        };
        if found.is_none() {
            self.wrong(key, value, &one_of(words));
        }
        found
    }

    /// Several of a few words.
    pub(super) fn words<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let mut found = Vec::new();
        for item in self.items(key, value).into_iter().flatten() {
            let meaning = match item.get_ref() {
                DeValue::String(text) => words.iter().find(|(word, _)| *word == text.as_ref()),
                _ => None,
            };
            match meaning {
                Some((_, meaning)) => found.push(*meaning),
                None => self.wrong(key, item, &one_of(words)),
            }
        }
        found
    }

    /// A truth value.
    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => {
                self.wrong(key, value, "true or false");
                None
            }
        }
    }

    /// A whole number within a range.
    pub(super) fn integer(&self, key: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let value = self.get(key)?;
        let number = integer(value.get_ref()).filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong(key, value, &format!("a whole number from {} to {}", range.start(), range.end()));
        }
        number
    }

    /// A number that says how everything else is written.
    pub(super) fn version(&self, key: &str, version: i64) {
        let Some(value) = self.get(key) else { return };
        if integer(value.get_ref()) != Some(version) {
            self.wrong(key, value, &format!("{version}; was it written for a newer modbus-bindgen?"));
        }
    }

    /// A list of whole numbers within a range; none where one of them is wrong, which is reported.
    pub(super) fn integers(&self, key: &'static str, range: &std::ops::RangeInclusive<i64>) -> Option<Vec<i64>> {
        let value = self.get(key)?;
        let mut numbers = Some(Vec::new());
        for item in self.items(key, value)? {
            match integer(item.get_ref()).filter(|number| range.contains(number)) {
                Some(number) => numbers.iter_mut().for_each(|numbers| numbers.push(number)),
                None => {
                    self.wrong(key, item, &format!("whole numbers from {} to {}", range.start(), range.end()));
                    numbers = None;
                }
            }
        }
        numbers
    }

    fn path(&self, key: &str) -> String {
        match self.name.strip_prefix('[').map(|name| name.trim_matches(['[', ']'])) {
            Some(parent) => format!("{parent}.{key}"),
            None => key.to_owned(),
        }
    }

    fn child(&self, name: String, table: &'a DeTable<'a>, value: &Spanned<DeValue<'_>>) -> Section<'a> {
        let place = self.document.place(Some(value.span()));
        Section {
            document: self.document,
            table,
            name,
            place,
            used: RefCell::default(),
            looked_for: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// Whether something that only a person can say is still as a diagnostic offers it, which is reported: nothing else
    /// that is wrong with such an entry is worth saying.
    pub(super) fn is_left_open(&self) -> bool {
        let set = match self.table.get("set").map(Spanned::get_ref) {
            Some(DeValue::Table(set)) => Some(set),
            _ => None,
        };
        let own = self.table.iter().filter(|(key, _)| SAID_BY_A_PERSON.contains(&key.get_ref().as_ref()));
        let open = own.chain(set.into_iter().flatten()).filter(|(_, value)| is_open(value.get_ref()));
        let mut open: Vec<_> = open.map(|(key, value)| (value.span(), format!("`{}`", key.get_ref()))).collect();
        if open.is_empty() {
            return false;
        }
        open.sort_unstable_by_key(|(span, _)| span.start);
        let (spans, keys): (Vec<_>, Vec<_>) = open.into_iter().unzip();
        let error = Diagnostic::error(
            "E0215",
            said!("{keys} of {name} must be filled in", keys = keys.join(" and "), name = &self.name),
        );
        let places = spans.into_iter().map(|span| self.document.line(Some(span)));
        self.report(places.fold(error, Diagnostic::at).expected(format!("a value in place of {OPEN}")));
        true
    }

    /// Takes a key for known without reading it.
    pub(super) fn ignore(&self, key: &'static str) {
        self.used.borrow_mut().push(key.to_owned());
    }

    /// Whether the key is there at all.
    pub(super) fn has(&self, key: &str) -> bool {
        self.looked_for.borrow_mut().push(key.to_owned());
        self.table.contains_key(key)
    }

    /// Whether the key holds a table.
    pub(super) fn holds_table(&self, key: &str) -> bool {
        matches!(self.table.get(key).map(Spanned::get_ref), Some(DeValue::Table(_)))
    }

    /// A string or a list of strings that has to be there, none of them empty.
    pub(super) fn one_or_more(&self, key: &'static str, expected: &str) -> Option<Vec<String>> {
        if self.holds_string(key) || !self.has(key) {
            return self.required_string(key, expected).map(|text| vec![text.value]);
        }
        let texts = self.strings(key)?;
        if texts.is_empty() || texts.iter().any(|text| text.trim().is_empty()) {
            self.wrong_key(key, expected);
            return None;
        }
        Some(texts)
    }

    /// Whether the key holds `true` or `false`.
    pub(super) fn holds_flag(&self, key: &str) -> bool {
        matches!(self.table.get(key).map(Spanned::get_ref), Some(DeValue::Boolean(_)))
    }

    /// Whether a key is there; it may be that nobody asks for it.
    pub(super) fn holds(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// Whether a key holds a list.
    pub(super) fn holds_list(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Array(_)))
    }

    /// Whether the key holds a string.
    pub(super) fn holds_string(&self, key: &str) -> bool {
        matches!(self.table.get(key).map(Spanned::get_ref), Some(DeValue::String(_)))
    }

    /// Reports a key whose value has the right type and still cannot be.
    pub(super) fn wrong_key(&self, key: &str, expected: &str) {
        if let Some(value) = self.table.get(key) {
            self.wrong(key, value, expected);
        }
    }

    /// Reports the keys nobody asked for, and those that are missing.
    pub(super) fn finish(&self) {
        let used = self.used.borrow();
        let looked_for = self.looked_for.borrow();
        let mut missing = self.missing.take();
        let mut keys: Vec<&str> = Vec::new();
        for key in used.iter().chain(looked_for.iter()) {
            if !keys.contains(&key.as_str()) {
                keys.push(key);
            }
        }
        let known = || keys.iter().copied();
        for (key, _) in self.table {
            if !used.iter().any(|used| used == key.get_ref()) {
                let near = suggest::nearest(key.get_ref(), known());
                missing.retain(|(missing, _)| near != Some(*missing));
                self.report(
                    Diagnostic::error(
                        "E0204",
                        said!("unknown key `{key}` in {name}", name = &self.name, key = key.get_ref()),
                    )
                    .at(self.document.place(Some(key.span())).holds(key.get_ref().as_ref()))
                    .help(suggest::nearest_of("key", key.get_ref(), known())),
                );
            }
        }
        for (key, expected) in missing {
            self.report(
                Diagnostic::error("E0202", said!("missing key `{key}` in {name}", name = &self.name, key))
                    .at(self.place.clone())
                    .expected(expected),
            );
        }
    }
}

/// An enum's code as the manifest gives it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CodedValue {
    /// What people read.
    pub(crate) label: String,
    /// The same in the device's further languages.
    pub(crate) translations: Translations,
    /// Rust name, where the label does not give a good one.
    pub(crate) name: Option<String>,
}

/// Keys of an entry whose values a diagnostic leaves open; what the vendor prints is not among them.
const SAID_BY_A_PERSON: [&str; 4] = ["name", "value", "reason", "text"];

/// Whether a value is still as a diagnostic offers it; three full stops are what a keyboard has of it.
fn is_open(value: &DeValue<'_>) -> bool {
    matches!(value, DeValue::String(text) if [OPEN, "..."].contains(&text.trim()))
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    match value {
        DeValue::Integer(number) => i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok(),
        _ => None,
    }
}

fn one_of<T>(words: &[(&str, T)]) -> String {
    let quoted: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// What a value is, in a few words; nothing of lists and tables, which have no text of their own.
fn describe(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    })
}

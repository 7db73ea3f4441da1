//! The lines of a lock: fields divided by one tab, a header with the version first.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::place::Where;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::source::At;

/// Version of the form.
const FORMAT: &str = "1";

/// What a lock records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// Each line once, in the order of its key.
    pub(super) lines: BTreeMap<Key, Line>,
    /// File name, for diagnostics.
    pub(super) file: String,
}

/// What a line is about: no two lines of a lock have one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Point(Where),
    Value(Where, i64),
    Bit(Where, i64),
    Array(String),
    Group(String),
    Type(Where),
    Removed(Where, String),
}

/// What a line says, and on which line of the file it stands; 0 where it was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The public name: an identifier, a type's or a value's name.
    pub(super) name: String,
    /// What the table printed.
    pub(super) label: String,
    pub(super) wire: Wire,
    pub(super) number: u32,
}

/// How a point is read, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wire {
    pub(super) raw: String,
    pub(super) scale: String,
    pub(super) unit: String,
    pub(super) access: String,
}

impl Line {
    /// Whether two lines say the same, wherever they stand.
    fn says(&self, other: &Self) -> bool {
        (&self.name, &self.label, &self.wire) == (&other.name, &other.label, &other.wire)
    }
}

impl Lock {
    /// Reads the lines of a lock, in any order; the same line may be there more than once.
    pub(super) fn parse(file: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut lock = Self { lines: BTreeMap::new(), file: file.to_owned() };
        let mut has_format = false;
        let mut failed = false;
        for (number, line) in (1u32..).zip(text.lines()) {
            // Tabs as messages show them, for lines that were copied from one.
            let line = line.trim_end_matches('\r').replace('⇥', "\t");
            let line = line.as_str();
            if line.is_empty() {
                continue;
            }
            let place = || lock.at(number).holds(line);
            if let Some(version) = line.strip_prefix("format\t") {
                has_format = true;
                if version != FORMAT {
                    failed = true;
                    diagnostics.push(
                        Diagnostic::error(
                            "E0701",
                            said!("the lock cannot be read: format {version} is not known", version),
                        )
                        .at(place())
                        .expected(format!("format {FORMAT}"))
                        .help("use the version of modbus-bindgen that wrote it, or a newer one"),
                    );
                }
                continue;
            }
            let Some((key, entry)) = parsed(line, number) else {
                failed = true;
                diagnostics.push(
                    Diagnostic::error("E0701", "the lock cannot be read: a line is not understood")
                        .at(place())
                        .expected("a kind, where it is, its name and what follows, separated by one tab each")
                        .help("restore the line from version control"),
                );
                continue;
            };
            match lock.lines.get(&key) {
                Some(known) if !known.says(&entry) => {
                    failed = true;
                    diagnostics.push(
                        Diagnostic::error("E0702", "two lines of the lock have the same key")
                            .at(lock.at(known.number).holds(shown(&key, known)))
                            .at(place())
                            .expected("one line for each")
                            .help(
                                "two branches named it differently: keep the line whose name is in use, drop the other",
                            ),
                    );
                }
                Some(_) => {}
                None => drop(lock.lines.insert(key, entry)),
            }
        }
        if !has_format && !failed {
            failed = true;
            diagnostics.push(
                Diagnostic::error("E0701", "the lock cannot be read: the line with its format is missing")
                    .at(Place::of_file(file))
                    .expected(format!("a line `format<tab>{FORMAT}`"))
                    .help("restore it from version control"),
            );
        }
        (!failed).then_some(lock)
    }

    /// A line of the file.
    pub(super) fn at(&self, number: u32) -> Place {
        Place { at: At::Row(number), ..Place::of_file(self.file.clone()) }
    }

    /// A line with what it says.
    pub(super) fn place(&self, key: &Key) -> Place {
        match self.lines.get(key) {
            Some(line) => self.at(line.number).holds(shown(key, line)),
            None => Place::of_file(self.file.clone()),
        }
    }

    /// As it is written: sorted, a line each.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("format\t{FORMAT}\n");
        for (key, line) in &self.lines {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}", shown(key, line));
        }
        text
    }

    /// Whether a point has this identifier.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.lines.iter().any(|(key, line)| matches!(key, Key::Point(_)) && line.name == id)
    }

    /// Lines of this lock that another does not have, or has otherwise: what is not locked there.
    #[must_use]
    pub fn missing_in(&self, other: &Self) -> Vec<String> {
        let missing = self.lines.iter().filter(|(key, line)| !other.lines.get(*key).is_some_and(|of| of.says(line)));
        missing.map(|(key, line)| shown(key, line)).collect()
    }
}

/// A line as it is written.
pub(super) fn shown(key: &Key, line: &Line) -> String {
    let Line { name, label, wire, .. } = line;
    let label = serde_json::to_string(label).unwrap_or_default();
    let Wire { raw, scale, unit, access } = wire;
    match key {
        Key::Point(place) => format!("point\t{place}\t{name}\t{raw}\t{scale}\t{unit}\t{access}\t{label}"),
        Key::Value(place, code) => format!("value\t{place}\t{code}\t{name}\t{label}"),
        Key::Bit(place, bit) => format!("bit\t{place}\t{bit}\t{name}\t{label}"),
        Key::Array(name) => format!("array\t{name}\t{label}"),
        Key::Group(name) => format!("group\t{name}\t{label}"),
        Key::Type(place) => format!("type\t{name}\t{place}"),
        Key::Removed(place, id) => format!("removed\t{place}\t{id}\t{raw}\t{scale}\t{unit}\t{access}\t{label}"),
    }
}

fn parsed(line: &str, number: u32) -> Option<(Key, Line)> {
    let fields: Vec<&str> = line.split('\t').collect();
    let text = |quoted: &str| serde_json::from_str::<String>(quoted).ok();
    let entry = |name: &str, label: String, wire: Wire| Line { name: name.to_owned(), label, wire, number };
    let wire = |raw: &str, scale: &str, unit: &str, access: &str| Wire {
        raw: raw.to_owned(),
        scale: scale.to_owned(),
        unit: unit.to_owned(),
        access: access.to_owned(),
    };
    Some(match *fields.as_slice() {
        ["point", place, id, raw, scale, unit, access, label] => {
            (Key::Point(place.parse().ok()?), entry(id, text(label)?, wire(raw, scale, unit, access)))
        }
        ["removed", place, id, raw, scale, unit, access, label] => {
            let key = Key::Removed(place.parse().ok()?, id.to_owned());
            (key, entry(id, text(label)?, wire(raw, scale, unit, access)))
        }
        ["value", place, code, name, label] => {
            (Key::Value(place.parse().ok()?, code.parse().ok()?), entry(name, text(label)?, Wire::default()))
        }
        ["bit", place, bit, name, label] => {
            (Key::Bit(place.parse().ok()?, bit.parse().ok()?), entry(name, text(label)?, Wire::default()))
        }
        ["array", name, label] => (Key::Array(name.to_owned()), entry(name, text(label)?, Wire::default())),
        ["group", name, label] => (Key::Group(name.to_owned()), entry(name, text(label)?, Wire::default())),
        ["type", name, place] => (Key::Type(place.parse().ok()?), entry(name, String::new(), Wire::default())),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "format\t1
point\tholding 117\toutdoor_temperature_source\tu16\t1\t-\tread_write\t\"Outdoor temperature source\"
point\tunit 2 holding 84,83\tenergy_total\tu32\t0.1\tkWh\tread\t\"Energy total\"
value\tholding 117\t0\tPt1000Sensor\t\"PT1000 sensor\"
bit\tinput 2\t3\tmanual_operation\t\"Manual operation\"
array\theat_pump\t\"Heat pump\"
group\ttap_water\t\"Tap water\"
type\tOutdoorTemperatureSource\tholding 117
removed\tholding 40\thot_water_boost\tu16\t1\t-\tread_write\t\"Hot water boost\"
";

    fn parse(text: &str) -> (Option<Lock>, Vec<&'static str>) {
        let mut diagnostics = Diagnostics::default();
        let lock = Lock::parse("device.lock", text, &mut diagnostics);
        (lock, diagnostics.iter().map(|one| one.code).collect())
    }

    #[test]
    fn a_lock_is_read_as_it_is_written() {
        let (lock, codes) = parse(TEXT);
        assert_eq!((lock.map(|lock| lock.text()).as_deref(), codes), (Some(TEXT), Vec::new()));
    }

    #[test]
    fn lines_come_in_any_order_and_more_than_once() {
        let (header, lines) = TEXT.split_once('\n').unwrap();
        let mut lines: Vec<&str> = lines.lines().chain(lines.lines()).collect();
        lines.reverse();
        let (lock, _) = parse(&format!("{header}\r\n{}\r\n", lines.join("\r\n")));
        assert_eq!(lock.unwrap().text(), TEXT);
    }

    #[test]
    fn what_is_wrong_with_a_lock_is_an_error() {
        let two = "format\t1\npoint\tcoil 1\ta\tbool\t1\t-\tread\t\"A\"\npoint\tcoil 1\tb\tbool\t1\t-\tread\t\"A\"\n";
        for (text, code) in
            [("", "E0701"), ("format\t9\n", "E0701"), ("format\t1\npoint\tcoil\n", "E0701"), (two, "E0702")]
        {
            assert_eq!(parse(text), (None, vec![code]), "{text}");
        }
    }
}

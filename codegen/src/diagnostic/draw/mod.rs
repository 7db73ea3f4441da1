//! Diagnostics as a person reads them: the row drawn with the cell marked, in the columns a terminal has.

mod lines;
mod places;
mod sheet;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use self::places::{parts, row_of};
use super::explain::explain;
use super::visible::{COPIED, copied, cut, inert, line, width};
use super::{Diagnostic, Diagnostics, Folded, Offer, Place, Severity, Sources};

/// Draws diagnostics for people.
///
/// ```
/// # use modbus_bindgen::diagnostic::Renderer;
/// let loaded = modbus_bindgen::load("registers/device.toml".as_ref());
/// let renderer = Renderer::new().beside("registers/device.toml".as_ref()).width(80);
/// eprint!("{}", loaded.render(&renderer));
/// ```
#[derive(Debug, Clone)]
pub struct Renderer {
    folder: PathBuf,
    width: Option<usize>,
    colour: bool,
    least: Severity,
    unfolded: bool,
}

/// Columns of drawings where nobody says how many there are.
const USUAL: usize = 100;
/// Fewer than these do not hold a cell and its row's number.
const FEWEST: usize = 24;
/// Rows of one diagnostic that are drawn; the places of the others are listed.
const DRAWN: usize = 3;
/// Columns that a neighbour of the cell gets at most.
const NEIGHBOUR: usize = 24;
/// Columns of a line of what is offered for several, such as a long list of registers.
const CUT: usize = 240;
/// Entries that are offered whole for one diagnostic, and places that it names then.
const FEW_ENTRIES: usize = 4;
const FEW_PLACES: usize = 30;
/// Lines of what is offered for several diagnostics of one cause: the first of many entries show what they are like.
const OFFERED: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Strong,
    Error,
    Warning,
    Note,
    /// What belongs to the drawing and not to the file.
    Frame,
    Help,
}

impl Style {
    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Note => Self::Note,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "\u{1b}[1m",
            Self::Error => "\u{1b}[1;31m",
            Self::Warning => "\u{1b}[1;33m",
            Self::Note => "\u{1b}[1;32m",
            Self::Frame => "\u{1b}[1;34m",
            Self::Help => "\u{1b}[1;36m",
        }
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// Without colours and without a width: sentences are not broken into lines, and long rows are cut.
    #[must_use]
    pub fn new() -> Self {
        Self { folder: PathBuf::new(), width: None, colour: false, least: Severity::Note, unfolded: false }
    }

    /// Names files beside this manifest, as the manifest was given: `pumps/a/registers.csv`, which an editor opens.
    #[must_use]
    pub fn beside(mut self, manifest: &Path) -> Self {
        self.folder = manifest.parent().map(Path::to_path_buf).unwrap_or_default();
        self
    }

    /// For a terminal of so many columns.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = Some(columns.max(FEWEST));
        self
    }

    /// With the colours of a terminal.
    #[must_use]
    pub fn colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// Only what is at least so severe.
    #[must_use]
    pub fn least(mut self, severity: Severity) -> Self {
        self.least = severity;
        self
    }

    /// Each diagnostic by itself, however many have the same cause.
    #[must_use]
    pub fn unfolded(mut self, unfolded: bool) -> Self {
        self.unfolded = unfolded;
        self
    }

    /// All of them, those of one cause together. Notes come first and errors last, each by place: what stops the work is
    /// nearest to the prompt.
    #[must_use]
    pub fn all(&self, diagnostics: &Diagnostics, sources: &Sources) -> String {
        let mut shown = match self.unfolded {
            true => diagnostics.iter().map(Folded::one).collect(),
            false => diagnostics.folded(),
        };
        shown.retain(|folded| folded.first.severity <= self.least);
        shown.sort_by_key(|folded| std::cmp::Reverse(folded.first.severity));
        shown.iter().fold(String::new(), |text, folded| text + &self.folded(folded, sources) + "\n")
    }

    /// One of them in one line that begins with its place: `registers.csv:4:12 (B4): error[E0307]: …`
    #[must_use]
    pub fn line(&self, folded: &Folded<'_>) -> String {
        let diagnostic = folded.first;
        let place = diagnostic.places.first().map(|place| format!("{}: ", self.location(place))).unwrap_or_default();
        let more = match folded.others.len() {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        format!("{place}{}[{}]: {}{more}", diagnostic.severity, diagnostic.code, line(&diagnostic.message.to_string()))
    }

    /// Those of one cause with the first place in the first line, for where a compiler points into other files.
    #[must_use]
    pub fn placed(&self, folded: &Folded<'_>, sources: &Sources) -> String {
        let mut text = self.line(&Folded::one(folded.first));
        text.push('\n');
        self.body(folded, sources, true, &mut text);
        text
    }

    /// Those of one cause, ending in a line break: the first drawn, the others listed.
    #[must_use]
    pub fn folded(&self, folded: &Folded<'_>, sources: &Sources) -> String {
        let diagnostic = folded.first;
        let mut text = String::new();
        let head = format!("{}[{}]", diagnostic.severity, diagnostic.code);
        let indent = head.len().saturating_add(2);
        let lines = self.broken(&line(&diagnostic.message.to_string()), indent, 4);
        for (index, line) in lines.iter().enumerate() {
            match index {
                0 => {
                    text.push_str(&self.paint(Style::of(diagnostic.severity), &head));
                    text.push_str(&self.paint(Style::Strong, &format!(": {line}")));
                }
                _ => text.push_str(&self.paint(Style::Strong, &format!("    {line}"))),
            }
            text.push('\n');
        }
        self.body(folded, sources, false, &mut text);
        text
    }

    /// One of them, ending in a line break.
    #[must_use]
    pub fn one(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        self.folded(&Folded::one(diagnostic), sources)
    }

    /// What follows the message. Where it begins with the place, that is not named again.
    fn body(&self, folded: &Folded<'_>, sources: &Sources, placed: bool, text: &mut String) {
        let diagnostic = folded.first;
        // What nobody has to look at is named in few lines.
        let rows = if diagnostic.severity == Severity::Note { 0 } else { DRAWN };
        let parts = parts(&diagnostic.places, sources, rows);
        let numbers = parts.iter().flat_map(|part| &part.drawn).filter_map(|place| row_of(place));
        let gutter = numbers.map(|number| number.to_string().len()).max().unwrap_or(1);
        self.parts(gutter, &parts, placed, sources, Style::of(diagnostic.severity), text);
        self.others(gutter, folded, text);
        self.remark(gutter, "expected", diagnostic.expected.as_deref(), text);
        // Whoever found it knows best what to do about it; where it says nothing, the code's explanation does.
        let remedy = || match diagnostic.severity {
            Severity::Note => None,
            Severity::Error | Severity::Warning => explain(diagnostic.code)?.remedy(),
        };
        let help = diagnostic.help.clone().or_else(remedy);
        self.remark(gutter, "help", help.as_deref(), text);
        let is_long = folded.offer.entries().len() > FEW_ENTRIES || diagnostic.places.len() > FEW_PLACES;
        self.offer(gutter, &folded.offer, is_long || !folded.others.is_empty(), text);
    }

    /// What is to be copied into the manifest: its lines stay whole, however narrow the terminal.
    fn offer(&self, gutter: usize, offer: &Offer, is_cut: bool, text: &mut String) {
        if offer.is_empty() {
            return;
        }
        let before = " ".repeat(gutter.saturating_add(2));
        let name = self.paint(Style::Help, "in the manifest");
        let _ = writeln!(text, "{before}{} {name}:", self.paint(Style::Frame, "="));
        let (mut shown, mut lines) = (0usize, 0usize);
        for entry in offer.entries() {
            let entry = copied(&entry.to_string(), if is_cut { CUT } else { COPIED });
            if is_cut && shown > 0 && lines.saturating_add(entry.len()) > OFFERED {
                break;
            }
            if shown > 0 {
                text.push('\n');
            }
            let most = if is_cut { OFFERED } else { usize::MAX };
            for line in entry.iter().take(most) {
                let line = format!("{before}  {line}");
                let _ = writeln!(text, "{}", line.trim_end());
            }
            match entry.len().saturating_sub(most) {
                0 => {}
                more => {
                    let _ = writeln!(text, "{before}  # and {more} more lines: --all shows them");
                }
            }
            (shown, lines) = (shown.saturating_add(1), lines.saturating_add(entry.len()));
        }
        match offer.entries().len().saturating_sub(shown) {
            0 => {}
            more => {
                let _ = writeln!(text, "{before}  # and {more} more entries: --all shows them");
            }
        }
    }

    fn remark(&self, gutter: usize, name: &str, remark: Option<&str>, text: &mut String) {
        let Some(remark) = remark else { return };
        let indent = name.len().saturating_add(gutter).saturating_add(6);
        let before = " ".repeat(gutter.saturating_add(2));
        let name = self.paint(Style::Help, name);
        let frame = self.paint(Style::Frame, "=");
        let mut first = true;
        for said in remark.lines() {
            for part in self.broken(&line(said), indent, indent) {
                let _ = match first {
                    true => writeln!(text, "{before}{frame} {name}: {part}"),
                    false => writeln!(text, "{}{part}", " ".repeat(indent)),
                };
                first = false;
            }
        }
    }

    fn columns(&self) -> usize {
        self.width.unwrap_or(USUAL)
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && style != Style::Plain && !text.is_empty() {
            format!("{}{text}\u{1b}[0m", style.code())
        } else {
            text.to_owned()
        }
    }

    /// A sentence in lines; `first` columns of the first one are taken, and `rest` of the others.
    fn broken(&self, text: &str, first: usize, rest: usize) -> Vec<String> {
        let Some(columns) = self.width else { return vec![text.to_owned()] };
        let mut lines = Vec::new();
        let (mut line, mut left) = (String::new(), columns.saturating_sub(first));
        for word in text.split(' ') {
            let word = match line.is_empty() {
                true => word.to_owned(),
                false => format!(" {word}"),
            };
            let taken = width(&word);
            if taken > left && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                left = columns.saturating_sub(rest);
                line.push_str(word.trim_start());
                left = left.saturating_sub(width(&line));
            } else {
                line.push_str(&word);
                left = left.saturating_sub(taken);
            }
        }
        lines.push(line);
        lines
    }

    /// The file as the reader of the diagnostic finds it.
    fn file(&self, place: &Place) -> String {
        inert(&self.folder.join(place.file()).display().to_string()).into_owned()
    }

    /// `registers.xlsx:Holding!B4`, or `registers.csv:4:12 (B4)`.
    fn location(&self, place: &Place) -> String {
        let mut text = self.file(place);
        if let Some(sheet) = place.sheet() {
            let _ = write!(text, ":{}", inert(sheet));
        }
        match (place.span, place.cell()) {
            (Some(span), name) => {
                let _ = write!(text, ":{}:{}", span.line, span.column);
                if let Some(name) = name.filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) {
                    let _ = write!(text, " ({name})");
                }
            }
            (None, Some(name)) => {
                let mark = if place.sheet().is_some() { '!' } else { ':' };
                let _ = write!(text, "{mark}{name}");
            }
            (None, None) => {}
        }
        text
    }

    fn arrow(&self, gutter: usize, location: &str, found: Option<&str>, text: &mut String) {
        // What stands there is cut, the place never: editors and terminals open it.
        let room = match self.width {
            Some(columns) => columns.saturating_sub(gutter.saturating_add(9)).saturating_sub(width(location)).max(8),
            None => usize::MAX,
        };
        let line = match found {
            Some("") => format!("{location}: empty"),
            Some(found) => format!("{location}: “{}”", cut(&inert(found), room)),
            None => location.to_owned(),
        };
        let _ = writeln!(text, "{}{} {line}", " ".repeat(gutter.saturating_add(1)), self.paint(Style::Frame, "-->"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{Origin, Source};

    fn place(sheet: &str, cell: &str, found: &str) -> Place {
        Place::from(Source::named("a.xlsx", Some(sheet), cell).unwrap()).holds(found)
    }

    fn drawn(diagnostic: &Diagnostic) -> String {
        Renderer::new().width(60).one(diagnostic, &Sources::default())
    }

    #[test]
    fn a_run_of_cells_is_named_as_a_range() {
        let mut error = Diagnostic::error("E0307", "no number");
        for row in (2..=501).chain([700]).chain(702..=703) {
            error = error.at(place("Holding", &format!("C{row}"), "x"));
        }
        let text = drawn(&error);
        // The first are drawn, even where only what stands there is known.
        assert!(text.contains("\n 2 | x\n   | ^\n"), "{text}");
        assert!(text.contains("\n  --> and C5:C501, C700, C702:C703\n"), "{text}");
    }

    #[test]
    fn what_is_too_much_is_counted() {
        let mut error = Diagnostic::error("E0307", "no number");
        for row in 0..200 {
            error = error.at(place("Holding", &format!("C{}", row * 2 + 1), "x"));
        }
        let text = drawn(&error);
        assert!(text.contains("and 167 more"), "{text}");
        assert!(text.lines().all(|line| width(line) <= 60), "{text}");

        let mut note = Diagnostic::note("N0109", "sheets");
        for sheet in 0..100 {
            note = note.at(Arc::new(Origin { file: "a.xlsx".to_owned(), sheet: Some(format!("S{sheet}")) }).place());
        }
        let text = drawn(&note);
        assert_eq!(text.lines().count(), 14, "{text}");
        assert!(text.ends_with("\n  --> and 88 more\n"), "{text}");
    }

    #[test]
    fn what_stands_there_is_said_in_a_list() {
        let note = ["A1", "C1", "D1", "E1", "F1", "G1", "H1"]
            .iter()
            .fold(Diagnostic::note("N0109", "unused"), |note, cell| note.at(place("S", cell, "He\u{1b}ad")));
        assert!(drawn(&note).contains("\n      A1 “He␛ad”, C1 “He␛ad”, "), "{}", drawn(&note));
    }
}

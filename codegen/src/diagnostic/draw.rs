//! Diagnostics as a person reads them: the row drawn with the cell marked, in the columns a terminal has.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::explain::explain;
use super::sources::{Content, Shown};
use super::visible::{columns, copied, cut, inert, line, push, width};
use super::{Diagnostic, Diagnostics, Place, Severity, Sources, Span};
use crate::source::{At, column_letters};

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
}

/// Columns of drawings where nobody says how many there are.
const USUAL: usize = 100;
/// Fewer than these do not hold a cell and its row's number.
const FEWEST: usize = 24;
/// Rows of one diagnostic that are drawn; the places of the others are listed.
const DRAWN: usize = 3;
/// Places that are listed; whole columns count as one.
const LISTED: usize = 40;
/// Files and sheets that are named.
const PARTS: usize = 12;
/// From this number of diagnostics on, a list says how often each code came up.
const SUMMED_UP: usize = 10;
/// Columns that a neighbour of the cell gets at most.
const NEIGHBOUR: usize = 24;

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
        Self { folder: PathBuf::new(), width: None, colour: false, least: Severity::Note }
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

    /// All of them. Notes come first and errors last, each by place: what stops the work is nearest to the prompt. Where
    /// there are many, a list of their codes follows.
    #[must_use]
    pub fn all(&self, diagnostics: &Diagnostics, sources: &Sources) -> String {
        let mut shown: Vec<&Diagnostic> = diagnostics.iter().filter(|one| one.severity <= self.least).collect();
        shown.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
        let mut text = String::new();
        for diagnostic in &shown {
            text.push_str(&self.one(diagnostic, sources));
            text.push('\n');
        }
        if shown.len() >= SUMMED_UP {
            text.push_str(&self.summary(&shown));
        }
        text
    }

    /// How often each code came up, and how often in the same words.
    fn summary(&self, diagnostics: &[&Diagnostic]) -> String {
        let mut codes: BTreeMap<(Severity, &str), (usize, &str)> = BTreeMap::new();
        for diagnostic in diagnostics {
            let (count, _) = codes
                .entry((diagnostic.severity, diagnostic.code))
                .and_modify(|(_, message)| *message = common(message, &diagnostic.message))
                .or_insert((0, &diagnostic.message));
            *count = count.saturating_add(1);
        }
        let mut text = String::new();
        let digits = codes.values().map(|(count, _)| count.to_string().len()).max().unwrap_or_default();
        for ((severity, code), (count, message)) in codes.iter().rev() {
            let count = format!("{count:digits$}");
            let message = inert(message.trim());
            let room = self.columns().saturating_sub(width(&count).saturating_add(10));
            let _ = writeln!(text, "{count} × {} {}", self.paint(Style::of(*severity), code), cut(&message, room));
        }
        text.push('\n');
        text
    }

    /// One of them in one line that begins with its place: `registers.csv:4:12 (B4): error[E0307]: …`
    #[must_use]
    pub fn line(&self, diagnostic: &Diagnostic) -> String {
        let place = diagnostic.places.first().map(|place| format!("{}: ", self.location(place))).unwrap_or_default();
        format!("{place}{}[{}]: {}", diagnostic.severity, diagnostic.code, line(&diagnostic.message))
    }

    /// One of them with its place in the first line, for where a compiler points into other files.
    #[must_use]
    pub fn placed(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        let mut text = self.line(diagnostic);
        text.push('\n');
        self.body(diagnostic, sources, true, &mut text);
        text
    }

    /// One of them, ending in a line break.
    #[must_use]
    pub fn one(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        let mut text = String::new();
        let head = format!("{}[{}]", diagnostic.severity, diagnostic.code);
        let indent = head.len().saturating_add(2);
        let lines = self.broken(&line(&diagnostic.message), indent, 4);
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
        self.body(diagnostic, sources, false, &mut text);
        text
    }

    /// What follows the message. Where it begins with the place, that is not named again.
    fn body(&self, diagnostic: &Diagnostic, sources: &Sources, placed: bool, text: &mut String) {
        // What nobody has to look at is named in few lines.
        let rows = if diagnostic.severity == Severity::Note { 0 } else { DRAWN };
        let parts = parts(&diagnostic.places, sources, rows);
        let numbers = parts.iter().flat_map(|part| &part.drawn).filter_map(|place| row_of(place));
        let gutter = numbers.map(|number| number.to_string().len()).max().unwrap_or(1);
        for (index, part) in parts.iter().take(PARTS).enumerate() {
            if let Some(first) = part.drawn.first() {
                if index > 0 || !placed {
                    self.arrow(gutter, &self.location(first), None, text);
                }
                self.drawing(gutter, &part.drawn, sources, Style::of(diagnostic.severity), text);
            }
            self.listed(gutter, &part.listed, !part.drawn.is_empty(), text);
        }
        let hidden: usize =
            parts.iter().skip(PARTS).map(|part| part.drawn.len().saturating_add(part.listed.len())).sum();
        if hidden > 0 {
            self.arrow(gutter, &format!("and {hidden} more"), None, text);
        }
        self.remark(gutter, "expected", diagnostic.expected.as_deref(), text);
        // Whoever found it knows best what to do about it; where it says nothing, the code's explanation does.
        let remedy = || match diagnostic.severity {
            Severity::Note => None,
            Severity::Error | Severity::Warning => explain(diagnostic.code)?.remedy(),
        };
        let help = diagnostic.help.clone().or_else(remedy);
        self.remark(gutter, "help", help.as_deref(), text);
        self.offer(gutter, diagnostic.manifest.as_deref(), text);
    }

    /// What is to be copied into the manifest: its lines stay whole, however narrow the terminal.
    fn offer(&self, gutter: usize, manifest: Option<&str>, text: &mut String) {
        let Some(manifest) = manifest else { return };
        let before = " ".repeat(gutter.saturating_add(2));
        let _ =
            writeln!(text, "{before}{} {}:", self.paint(Style::Frame, "="), self.paint(Style::Help, "in the manifest"));
        for line in copied(manifest) {
            let line = format!("{before}  {line}");
            let _ = writeln!(text, "{}", line.trim_end());
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

    /// Places that are not drawn: one below the other while they are few, then their cells only.
    fn listed(&self, gutter: usize, places: &[&Place], more: bool, text: &mut String) {
        if !more && places.len() <= 6 || places.len() <= 1 {
            for place in places {
                self.arrow(gutter, &self.location(place), place.found.as_deref(), text);
            }
            return;
        }
        let Some(first) = places.first() else { return };
        // Alone, a list says what stands there; below a drawing the reader has seen what is meant.
        let names = if more { ranges(places) } else { named(places) };
        let hidden: usize = names.iter().skip(LISTED).map(|(_, count)| count).sum();
        let mut list: Vec<String> = names.into_iter().take(LISTED).map(|(name, _)| name).collect();
        if hidden > 0 {
            list.push(format!("and {hidden} more"));
        }
        let list = list.join(", ");
        let (lead, indent) = match more {
            true => {
                let before = " ".repeat(gutter.saturating_add(1));
                (format!("{before}{} and ", self.paint(Style::Frame, "-->")), gutter.saturating_add(9))
            }
            false => {
                let name = Place { at: At::Whole, span: None, ..(*first).clone() };
                self.arrow(gutter, &self.location(&name), None, text);
                let indent = gutter.saturating_add(5);
                (" ".repeat(indent), indent)
            }
        };
        for (index, line) in self.broken(&list, indent, indent).into_iter().enumerate() {
            let _ = match index {
                0 => writeln!(text, "{lead}{line}"),
                _ => writeln!(text, "{}{line}", " ".repeat(indent)),
            };
        }
    }

    /// The rows of places in one sheet or text.
    fn drawing(&self, gutter: usize, places: &[&Place], sources: &Sources, style: Style, text: &mut String) {
        let frame = Frame { renderer: self, gutter, style };
        frame.line("", "", text);
        match places.first().and_then(|place| sources.content(place)) {
            Some(Content::Sheet { table, .. }) => frame.sheet(places, table.as_ref(), sources, text),
            Some(Content::Manifest(lines)) => {
                frame.lines(places, |number| lines.line(number).map(str::to_owned), |_| None, text);
            }
            Some(Content::Csv { raw, table }) => {
                frame.lines(
                    places,
                    |number| raw.text.line(number).map(str::to_owned),
                    |place| headed(place, table.as_ref(), sources),
                    text,
                );
            }
            None => {
                let found = |number| places.iter().find(|place| row_of(place) == Some(number))?.found.clone();
                frame.lines(places, found, |_| None, text);
            }
        }
    }
}

/// What the column of a cell is headed with.
fn headed(place: &Place, table: &dyn Shown, sources: &Sources) -> Option<String> {
    let (row, column) = (place.row()?, place.column()?);
    let header = sources.header(&place.origin, row).filter(|header| *header < row)?;
    let heading = table.cells(header).get(column)?;
    (!heading.is_empty()).then(|| format!("in column “{heading}”"))
}

/// The cells of a row as the vendor's file holds them.
fn row_in(table: &dyn Shown, number: u32) -> Cow<'_, [String]> {
    let mut cells = Cow::Borrowed(table.cells(number));
    for ((_, column), corrected) in table.corrected().range((number, 0)..=(number, usize::MAX)) {
        if let Some(cell) = cells.to_mut().get_mut(*column) {
            cell.clone_from(&corrected.printed);
        }
    }
    cells
}

/// The part of both texts that is the same at their beginnings, up to a whole word.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    match same {
        None => one,
        Some(at) => one.get(..at).and_then(|same| Some(same.rsplit_once(' ')?.0)).unwrap_or_default(),
    }
}

/// Places in one file and sheet.
#[derive(Default)]
struct Part<'a> {
    drawn: Vec<&'a Place>,
    listed: Vec<&'a Place>,
}

/// Places by file and sheet, those that follow each other together; so many rows are drawn.
fn parts<'a>(places: &'a [Place], sources: &Sources, rows: usize) -> Vec<Part<'a>> {
    let mut left = rows;
    let same = |one: &Place, other: &Place| one.origin == other.origin;
    let groups = places.chunk_by(same).map(|group| {
        let mut part = Part::default();
        let mut drawn = BTreeSet::new();
        for place in group {
            let can_be = sources.content(place).is_some() || place.found.is_some();
            match row_of(place).filter(|row| can_be && (drawn.contains(row) || drawn.len() < left)) {
                Some(row) => {
                    drawn.insert(row);
                    part.drawn.push(place);
                }
                None => part.listed.push(place),
            }
        }
        left = left.saturating_sub(drawn.len());
        part
    });
    groups.collect()
}

/// Row of a sheet, or line of a text.
fn row_of(place: &Place) -> Option<u32> {
    match place.span {
        Some(span) => Some(span.line),
        None => place.row(),
    }
}

/// The cells' names, with what stands there.
fn named(places: &[&Place]) -> Vec<(String, usize)> {
    fn found(place: &Place) -> Option<&str> {
        place.found.as_deref().filter(|found| !found.is_empty())
    }
    if !places.iter().any(|place| found(place).is_some()) {
        return ranges(places);
    }
    let mut named = Vec::new();
    for place in places {
        let (mut name, count) = ranges(&[place]).pop().unwrap_or_default();
        if let Some(found) = found(place) {
            // Writing to a string cannot fail.
            let _ = write!(name, " “{}”", cut(&inert(found), NEIGHBOUR));
        }
        named.push((name, count));
    }
    named
}

/// The cells' names, neighbours below each other as one: `C2:C501`; with the number of cells in each.
fn ranges(places: &[&Place]) -> Vec<(String, usize)> {
    let mut ranges: Vec<(Option<usize>, u32, u32)> = Vec::new();
    let mut others = Vec::new();
    for place in places {
        let Some(row) = place.row() else {
            let name = place.cell().unwrap_or_else(|| place.file().to_owned());
            others.push((inert(&name).into_owned(), 1));
            continue;
        };
        let column = place.column();
        // Of a row of a text its line is named, as everywhere.
        let row = place.span.filter(|_| column.is_none()).map_or(row, |span| span.line);
        match ranges.last_mut() {
            Some((known, _, last)) if *known == column && (last.checked_add(1) == Some(row) || *last == row) => {
                *last = row;
            }
            _ => ranges.push((column, row, row)),
        }
    }
    let named = ranges.into_iter().map(|(column, first, last)| {
        let letters = column.map(column_letters).unwrap_or_default();
        let count = usize::try_from(last.abs_diff(first)).unwrap_or(usize::MAX).saturating_add(1);
        let name = match (count, column) {
            (1, _) => format!("{letters}{first}"),
            (_, Some(_)) => format!("{letters}{first}:{letters}{last}"),
            (_, None) => format!("{first}–{last}"),
        };
        (name, count)
    });
    named.chain(others).collect()
}

/// The lines of a drawing, with the numbers of the rows before them.
struct Frame<'a> {
    renderer: &'a Renderer,
    gutter: usize,
    style: Style,
}

/// A character as it is shown, and the columns it takes.
struct Glyph {
    shown: String,
    width: usize,
}

impl Frame<'_> {
    fn line(&self, number: &str, content: &str, text: &mut String) {
        let gutter = self.gutter;
        let frame = self.renderer.paint(Style::Frame, &format!(" {number:>gutter$} |"));
        let _ = match content.is_empty() {
            true => writeln!(text, "{frame}"),
            false => writeln!(text, "{frame} {content}"),
        };
    }

    /// Columns left for what stands in the file.
    fn room(&self) -> usize {
        self.renderer.columns().saturating_sub(self.gutter.saturating_add(4)).max(8)
    }

    /// A line of carets, what they are about behind them as far as there is room.
    fn carets(&self, marks: &[(usize, usize)], label: Option<String>, text: &mut String) {
        let mut line = String::new();
        for (from, length) in marks {
            let gap = from.saturating_sub(width(&line));
            line.push_str(&" ".repeat(gap));
            line.push_str(&"^".repeat((*length).max(1)));
        }
        let left = self.room().saturating_sub(width(&line).saturating_add(1));
        if let Some(label) = label.filter(|_| left >= 8) {
            line.push(' ');
            line.push_str(&cut(&inert(&label), left));
        }
        let indent = line.len().saturating_sub(line.trim_start().len());
        let (blank, line) = line.split_at_checked(indent).unwrap_or_default();
        self.line("", &format!("{blank}{}", self.renderer.paint(self.style, line)), text);
    }

    /// Lines of a text.
    fn lines(
        &self,
        places: &[&Place],
        line: impl Fn(u32) -> Option<String>,
        about: impl Fn(&Place) -> Option<String>,
        text: &mut String,
    ) {
        let mut rows: BTreeMap<u32, Vec<&Place>> = BTreeMap::new();
        for place in places {
            if let Some(row) = row_of(place) {
                rows.entry(row).or_default().push(place);
            }
        }
        for (number, places) in rows {
            let content = line(number).unwrap_or_default();
            let content = content.trim_end();
            let glyphs = glyphs(content);
            let length = glyphs.len();
            let mut spans: Vec<(usize, usize)> = places
                .iter()
                .map(|place| match place.span {
                    Some(Span { column, length: characters, .. }) => {
                        let from = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1).min(length);
                        let to = from.saturating_add(usize::try_from(characters).unwrap_or(usize::MAX)).min(length);
                        (from, to)
                    }
                    None => (content.chars().take_while(|character| character.is_whitespace()).count(), length),
                })
                .collect();
            spans.sort_unstable();
            spans.dedup();
            let first = spans.first().copied().unwrap_or_default();
            let (from, to) = window(&glyphs, first, self.room());
            let shown: String =
                glyphs.iter().skip(from).take(to.saturating_sub(from)).map(|glyph| glyph.shown.as_str()).collect();
            let before = if from > 0 { "…" } else { "" };
            let after = if to < length { "…" } else { "" };
            self.line(&number.to_string(), &format!("{before}{shown}{after}"), text);
            let columns = |from: usize, to: usize| -> usize {
                glyphs.iter().skip(from).take(to.saturating_sub(from)).map(|glyph| glyph.width).sum()
            };
            let marks: Vec<(usize, usize)> = spans
                .iter()
                .filter(|(begin, _)| *begin >= from && *begin <= to)
                .map(|(begin, end)| {
                    let start = columns(from, *begin).saturating_add(width(before));
                    (start, columns(*begin, (*end).min(to)).saturating_add(usize::from(*end > to)))
                })
                .collect();
            self.carets(&marks, label(&places, content, &about), text);
        }
    }

    /// Rows of a sheet, with the letters of the columns and the header above them.
    fn sheet(&self, places: &[&Place], table: &dyn Shown, sources: &Sources, text: &mut String) {
        let mut rows: BTreeMap<u32, Vec<&Place>> = BTreeMap::new();
        let mut targets = Vec::new();
        for place in places {
            let Some(row) = place.row() else { continue };
            rows.entry(row).or_default().push(place);
            targets.extend(place.column().filter(|column| !targets.contains(column)));
        }
        let first = rows.keys().next().copied().unwrap_or_default();
        let header = places
            .first()
            .and_then(|place| sources.header(&place.origin, first))
            .filter(|header| !rows.contains_key(header));
        let drawn: Vec<u32> = header.into_iter().chain(rows.keys().copied()).collect();
        let columns = self.chosen(&targets, &drawn, table);
        let letters = |column: usize, _: usize| column_letters(column);
        self.row("", &columns, letters, Style::Frame, text);
        for number in drawn {
            let cells = row_in(table, number);
            let shown = |column: usize, width: usize| shown(&cells, column, width);
            self.row(&number.to_string(), &columns, shown, Style::Plain, text);
            let Some(places) = rows.get(&number) else { continue };
            let marked: Vec<Option<usize>> = places.iter().map(|place| place.column()).collect();
            let mut marks = Vec::new();
            let mut at = 0usize;
            for (index, (column, columns_of)) in columns.list.iter().enumerate() {
                at = at.saturating_add(columns.gap(index));
                let length = width(&shown(*column, *columns_of));
                // A row as a whole is marked wherever something stands.
                if marked.contains(&Some(*column)) || marked.contains(&None) && length > 0 {
                    marks.push((at, length));
                }
                at = at.saturating_add(*columns_of);
            }
            let content = marked.iter().flatten().filter_map(|column| cells.get(*column)).cloned().collect::<Vec<_>>();
            self.carets(&marks, label(places, &content.join(" "), |_| None), text);
        }
    }

    fn row(
        &self,
        number: &str,
        columns: &Columns,
        content: impl Fn(usize, usize) -> String,
        style: Style,
        text: &mut String,
    ) {
        let mut line = String::new();
        for (index, (column, columns_of)) in columns.list.iter().enumerate() {
            line.push_str(columns.separator(index));
            let shown = content(*column, *columns_of);
            line.push_str(&shown);
            line.push_str(&" ".repeat(columns_of.saturating_sub(width(&shown))));
        }
        let line = if columns.more { format!("{line} …") } else { line.trim_end().to_owned() };
        self.line(number, &self.renderer.paint(style, &line), text);
    }

    /// The columns that are drawn: those of the places, and as many beside them as there is room for.
    fn chosen(&self, targets: &[usize], rows: &[u32], table: &dyn Shown) -> Columns {
        let cells: Vec<Cow<'_, [String]>> = rows.iter().map(|row| row_in(table, *row)).collect();
        let count = cells
            .iter()
            .map(|cells| cells.len())
            .chain(targets.iter().map(|target| target.saturating_add(1)))
            .max()
            .unwrap_or_default();
        let room = self.room().saturating_sub(4);
        let needed = |column: usize, most: usize| {
            let widest = cells.iter().map(|cells| width(&shown(cells, column, most))).max().unwrap_or_default();
            widest.max(column_letters(column).len())
        };
        let mut chosen: BTreeMap<usize, usize> = BTreeMap::new();
        // Every column costs what separates it from the next one.
        let cost = |columns: usize| columns.saturating_add(3);
        let mut left = room;
        let share = room.checked_div(targets.len().min(DRAWN)).unwrap_or(room).saturating_sub(3).max(8);
        // A row as a whole is shown from its beginning.
        for target in if targets.is_empty() { &[0] } else { targets } {
            let columns = needed(*target, share);
            if chosen.is_empty() || cost(columns) <= left {
                chosen.insert(*target, columns);
                left = left.saturating_sub(cost(columns));
            }
        }
        let centre = targets.first().copied().unwrap_or_default();
        let (mut below, mut above) = (Some(centre), Some(centre));
        while below.is_some() || above.is_some() {
            below = below.and_then(|column| column.checked_sub(1));
            above = above.and_then(|column| column.checked_add(1)).filter(|column| *column < count);
            for side in [&mut below, &mut above] {
                let Some(column) = side.filter(|column| !chosen.contains_key(column)) else { continue };
                let columns = needed(column, NEIGHBOUR);
                match left.checked_sub(cost(columns)) {
                    Some(rest) => {
                        chosen.insert(column, columns);
                        left = rest;
                    }
                    None => *side = None,
                }
            }
        }
        let more = chosen.keys().next_back().is_some_and(|last| last.saturating_add(1) < count);
        Columns { list: chosen.into_iter().collect(), more }
    }
}

/// The columns of a drawing, each with the width it has there.
struct Columns {
    list: Vec<(usize, usize)>,
    /// Whether the rows go on to the right.
    more: bool,
}

impl Columns {
    /// What stands before a column: a bar, with `…` where columns are left out.
    fn separator(&self, index: usize) -> &'static str {
        let before = index.checked_sub(1).and_then(|before| self.list.get(before)).map(|(column, _)| *column);
        let column = self.list.get(index).map_or(0, |(column, _)| *column);
        match before {
            None if column == 0 => "",
            None => "… ",
            Some(before) if before.checked_add(1) == Some(column) => " | ",
            Some(_) => " … ",
        }
    }

    fn gap(&self, index: usize) -> usize {
        width(self.separator(index))
    }
}

/// A cell in so many columns.
fn shown(cells: &[String], column: usize, columns_at_most: usize) -> String {
    cells.get(column).map(|text| cut(&inert(text), columns_at_most).into_owned()).unwrap_or_default()
}

fn glyphs(text: &str) -> Vec<Glyph> {
    text.chars()
        .map(|character| {
            let mut shown = String::new();
            push(&mut shown, character);
            let width = shown.chars().map(columns).sum();
            Glyph { shown, width }
        })
        .collect()
}

/// The part of a line that is shown: all of it, or what is around the mark, as far as there is room.
fn window(glyphs: &[Glyph], (begin, end): (usize, usize), room: usize) -> (usize, usize) {
    let all: usize = glyphs.iter().map(|glyph| glyph.width).sum();
    if all <= room {
        return (0, glyphs.len());
    }
    // Two for the signs that something is left out.
    let mut left = room.saturating_sub(2);
    let (mut from, mut to) = (begin, begin);
    let take = |index: usize, left: &mut usize| {
        let rest = glyphs.get(index).and_then(|glyph| left.checked_sub(glyph.width));
        rest.map(|rest| *left = rest).is_some()
    };
    while to < end && take(to, &mut left) {
        to = to.saturating_add(1);
    }
    loop {
        let before = from.checked_sub(1).filter(|index| take(*index, &mut left));
        from = before.unwrap_or(from);
        let after = take(to, &mut left);
        to = to.saturating_add(usize::from(after));
        if before.is_none() && !after {
            return (from, to);
        }
    }
}

/// What is said behind the carets: what the diagnostic found there, where the row does not show it already.
fn label(places: &[&Place], content: &str, about: impl Fn(&Place) -> Option<String>) -> Option<String> {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    let mut found: Vec<&str> = Vec::new();
    for text in places.iter().filter_map(|place| place.found.as_deref()) {
        if !text.is_empty() && !squeezed(content).contains(&squeezed(text)) && !found.contains(&text) {
            found.push(text);
        }
    }
    let about = match places {
        [place] => about(place),
        _ => None,
    };
    let found = (!found.is_empty()).then(|| format!("“{}”", found.join("”, “")));
    let empty = || match places {
        [place] if place.found.as_deref() == Some("") => Some("empty".to_owned()),
        _ => None,
    };
    match (found.or_else(empty), about) {
        (Some(found), Some(about)) => Some(format!("{found} {about}")),
        (found, about) => found.or(about),
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
        assert!(text.contains("and 157 more"), "{text}");
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

    #[test]
    fn a_line_is_cut_around_what_is_marked() {
        let text: String = std::iter::repeat_n("温度", 60).collect();
        let units = glyphs(&text);
        let (from, to) = window(&units, (50, 52), 40);
        assert!(from <= 50 && to >= 52);
        assert!(units.iter().skip(from).take(to - from).map(|glyph| glyph.width).sum::<usize>() <= 38);
        // All of it where it fits, and as much of a long mark as fits.
        assert_eq!(window(&units, (50, 52), 400), (0, 120));
        assert_eq!(window(&units, (10, 120), 40).0, 10);
    }

    #[test]
    fn messages_of_one_code_are_summed_up_in_the_words_they_share() {
        assert_eq!(
            common("two registers are both `a` in Rust", "two registers are both `b` in Rust"),
            "two registers are both"
        );
        assert_eq!(common("the same", "the same"), "the same");
        assert_eq!(common("one", "other"), "");
    }
}

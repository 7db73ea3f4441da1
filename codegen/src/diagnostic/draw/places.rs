//! The places of diagnostics: which rows are drawn, and how the others are listed.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use super::lines::Frame;
use super::{NEIGHBOUR, Renderer, Style};
use crate::diagnostic::sources::{Content, Shown};
use crate::diagnostic::visible::{cut, inert};
use crate::diagnostic::{Folded, Place, Sources};
use crate::source::{At, column_letters};

/// Places that are listed; whole columns count as one.
const LISTED: usize = 30;
/// Others of one cause that are shown with what stands there.
const FEW: usize = 3;
/// Files and sheets that are named.
const PARTS: usize = 12;
/// Of those, the ones whose cells are named.
const NAMED: usize = 4;

impl Renderer {
    /// The places of a diagnostic, those that are drawn and those that are listed.
    pub(super) fn parts(
        &self,
        gutter: usize,
        parts: &[Part<'_>],
        placed: bool,
        sources: &Sources,
        style: Style,
        text: &mut String,
    ) {
        for (index, part) in parts.iter().take(PARTS).enumerate() {
            if let Some(first) = part.drawn.first() {
                if index > 0 || !placed {
                    self.arrow(gutter, &self.location(first), None, text);
                }
                self.drawing(gutter, &part.drawn, sources, style, text);
            }
            self.listed(gutter, &part.listed, (!part.drawn.is_empty(), index < NAMED), text);
        }
        let hidden: usize =
            parts.iter().skip(PARTS).map(|part| part.drawn.len().saturating_add(part.listed.len())).sum();
        if hidden > 0 {
            self.arrow(gutter, &format!("and {hidden} more"), None, text);
        }
    }

    /// Where the others of one cause are.
    pub(super) fn others(&self, gutter: usize, folded: &Folded<'_>, text: &mut String) {
        let Some(first) = folded.first.places.first() else { return };
        if folded.others.len() <= FEW {
            for place in folded.others.iter().filter_map(|one| one.places.first()) {
                self.arrow(gutter, &format!("and {}", self.location(place)), place.found.as_deref(), text);
            }
            return;
        }
        // Several may begin with the same place: what is shown is what each adds.
        let mut known: HashSet<&Place> = folded.first.places.iter().collect();
        let added = folded.others.iter().filter_map(|one| {
            let added = one.places.iter().find(|place| !known.contains(place)).or(one.places.first());
            added.inspect(|place| {
                known.insert(place);
            })
        });
        let mut places: Vec<&Place> = added.collect();
        places.sort_by_key(|place| place.origin != first.origin);
        let sheets: Vec<&[&Place]> = places.chunk_by(|one, other| one.origin == other.origin).collect();
        for (index, places) in sheets.iter().take(NAMED).enumerate() {
            let Some(one) = places.first() else { continue };
            let count = places.len();
            let lead = match one.origin == first.origin {
                true => format!("and {count} more: "),
                false => {
                    let whole = Place { at: At::Whole, span: None, found: None, ..(*one).clone() };
                    format!("and {count} in {}: ", self.location(&whole))
                }
            };
            let most = if index == 0 { LISTED } else { LISTED / 4 };
            self.arrow_list(gutter, &lead, &limited(ranges(places), most), text);
        }
        let hidden: usize = sheets.iter().skip(NAMED).map(|places| places.len()).sum();
        if hidden > 0 {
            self.arrow(gutter, &format!("and {hidden} more in other sheets"), None, text);
        }
    }

    /// Places that are not drawn: one below the other while they are few, then their cells only.
    fn listed(&self, gutter: usize, places: &[&Place], (more, are_named): (bool, bool), text: &mut String) {
        if !more && places.len() <= 6 || places.len() <= 1 {
            for place in places {
                self.arrow(gutter, &self.location(place), place.found.as_deref(), text);
            }
            return;
        }
        let Some(first) = places.first() else { return };
        let whole = Place { at: At::Whole, span: None, found: None, ..(*first).clone() };
        if !are_named {
            self.arrow(gutter, &format!("{}: {} places", self.location(&whole), places.len()), None, text);
            return;
        }
        // Alone, a list says what stands there; below a drawing the reader has seen what is meant.
        if more {
            self.arrow_list(gutter, "and ", &limited(ranges(places), LISTED), text);
        } else {
            self.arrow(gutter, &self.location(&whole), None, text);
            let indent = gutter.saturating_add(5);
            for line in self.broken(&limited(named(places), LISTED), indent, indent) {
                let _ = writeln!(text, "{}{line}", " ".repeat(indent));
            }
        }
    }

    /// A list behind an arrow.
    fn arrow_list(&self, gutter: usize, lead: &str, list: &str, text: &mut String) {
        let indent = gutter.saturating_add(5);
        for (index, line) in self.broken(&format!("{lead}{list}"), indent, indent.saturating_add(4)).iter().enumerate()
        {
            let _ = match index {
                0 => {
                    writeln!(text, "{}{} {line}", " ".repeat(gutter.saturating_add(1)), self.paint(Style::Frame, "-->"))
                }
                _ => writeln!(text, "{}{line}", " ".repeat(indent.saturating_add(4))),
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

/// Places in one file and sheet.
#[derive(Default)]
pub(super) struct Part<'a> {
    pub(super) drawn: Vec<&'a Place>,
    pub(super) listed: Vec<&'a Place>,
}

/// Places by file and sheet, those that follow each other together; so many rows are drawn.
pub(super) fn parts<'a>(places: &'a [Place], sources: &Sources, rows: usize) -> Vec<Part<'a>> {
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
pub(super) fn row_of(place: &Place) -> Option<u32> {
    match place.span {
        Some(span) => Some(span.line),
        None => place.row(),
    }
}

/// So many names, and how many cells the others are.
fn limited(names: Vec<(String, usize)>, most: usize) -> String {
    let hidden: usize = names.iter().skip(most).map(|(_, count)| count).sum();
    let mut list: Vec<String> = names.into_iter().take(most).map(|(name, _)| name).collect();
    if hidden > 0 {
        list.push(format!("and {hidden} more"));
    }
    list.join(", ")
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
    let mut places = places.to_vec();
    // Cells of one column together, which the order of rows mixes.
    places.sort_by_key(|place| place.column());
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

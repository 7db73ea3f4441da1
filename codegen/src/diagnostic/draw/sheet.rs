//! Rows of a sheet, with the letters of the columns and the header above them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::lines::{Frame, label};
use super::{DRAWN, NEIGHBOUR, Style};
use crate::diagnostic::sources::Shown;
use crate::diagnostic::visible::{cut, inert, width};
use crate::diagnostic::{Place, Sources};
use crate::source::column_letters;

impl Frame<'_> {
    /// Rows of a sheet, with the letters of the columns and the header above them.
    pub(super) fn sheet(&self, places: &[&Place], table: &dyn Shown, sources: &Sources, text: &mut String) {
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

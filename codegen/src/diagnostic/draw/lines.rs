//! Lines of a text, with carets below what is wrong in them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::places::row_of;
use super::{Renderer, Style};
use crate::diagnostic::visible::{columns, cut, inert, push, width};
use crate::diagnostic::{Place, Span};

/// The lines of a drawing, with the numbers of the rows before them.
pub(super) struct Frame<'a> {
    pub(super) renderer: &'a Renderer,
    pub(super) gutter: usize,
    pub(super) style: Style,
}

/// A character as it is shown, and the columns it takes.
struct Glyph {
    shown: String,
    width: usize,
}

impl Frame<'_> {
    pub(super) fn line(&self, number: &str, content: &str, text: &mut String) {
        let gutter = self.gutter;
        let frame = self.renderer.paint(Style::Frame, &format!(" {number:>gutter$} |"));
        let _ = match content.is_empty() {
            true => writeln!(text, "{frame}"),
            false => writeln!(text, "{frame} {content}"),
        };
    }

    /// Columns left for what stands in the file.
    pub(super) fn room(&self) -> usize {
        self.renderer.columns().saturating_sub(self.gutter.saturating_add(4)).max(8)
    }

    /// A line of carets, what they are about behind them as far as there is room.
    pub(super) fn carets(&self, marks: &[(usize, usize)], label: Option<String>, text: &mut String) {
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
    pub(super) fn lines(
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
pub(super) fn label(places: &[&Place], content: &str, about: impl Fn(&Place) -> Option<String>) -> Option<String> {
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
    use super::*;

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
}

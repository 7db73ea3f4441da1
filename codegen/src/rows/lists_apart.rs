//! Lists of values among limits, and limits among lists: vendors keep both in one column. And lists with a column for each
//! value.

use super::Cell;
use crate::cells::reading::Reading;
use crate::cells::{lists, packed};
use crate::columns::Meaning;
use crate::spelling::normalised;

/// The columns for the label of a value each are one list: `0 = Off`, `1 = On`.
pub(super) fn join(cells: &mut Vec<(Meaning, Cell)>) {
    let labels = cells.iter().filter_map(|(meaning, cell)| match meaning {
        Meaning::ValueLabel(code) if !cell.text.is_empty() => Some((*code, cell)),
        _ => None,
    });
    let mut labels: Vec<(i64, &Cell)> = labels.collect();
    labels.sort_by_key(|(code, _)| *code);
    let Some((_, first)) = labels.first() else { return };
    let lines: Vec<String> = labels.iter().map(|(code, cell)| format!("{code} = {}", normalised(&cell.text))).collect();
    let list = Cell { text: lines.join("\n"), ..(*first).clone() };
    match cells.iter_mut().find(|(meaning, _)| *meaning == Meaning::Values) {
        Some((_, values)) if values.text.is_empty() => *values = list,
        // Two lists of a row are one, in which a code that stands twice is an error.
        Some((_, values)) => values.text = format!("{}\n{}", values.text, list.text),
        None => cells.push((Meaning::Values, list)),
    }
}

/// A column of limits lists the values of a row that has some, and a column of values has the limits of one that has none.
pub(super) fn tell(cells: &mut [(Meaning, Cell)]) {
    let is_range = |text: &str| packed::range(text).is_ok_and(|range| range.min.is_some() && range.max.is_some());
    // What follows the range is reported there.
    let is_limited = |text: &str| is_range(text) || text.split_once(" or ").is_some_and(|(first, _)| is_range(first));
    let is_list = |text: &str| {
        let read = lists::read(text, lists::Style::Cell);
        !is_limited(text) && read.and_then(Reading::value).is_some_and(|list| list.before.is_empty())
    };
    move_cell(cells, Meaning::Range, Meaning::Values, is_list);
    move_cell(cells, Meaning::Values, Meaning::Range, is_limited);
}

/// Has a cell say what its column does not, where no other cell of the row says that.
fn move_cell(cells: &mut [(Meaning, Cell)], from: Meaning, to: Meaning, is_other: impl Fn(&str) -> bool) {
    let place = |meaning: Meaning| cells.iter().position(|(of, _)| *of == meaning);
    let (Some(at), other) = (place(from), place(to)) else { return };
    let is_free = other.and_then(|other| cells.get(other)).is_none_or(|(_, cell)| cell.text.is_empty());
    if !is_free || !cells.get(at).is_some_and(|(_, cell)| is_other(&cell.text)) {
        return;
    }
    let Some((meaning, cell)) = cells.get_mut(at) else { return };
    match other {
        None => *meaning = to,
        Some(other) => {
            let moved = Cell { text: std::mem::take(&mut cell.text), ..*cell };
            if let Some((_, free)) = cells.get_mut(other) {
                *free = moved;
            }
        }
    }
}

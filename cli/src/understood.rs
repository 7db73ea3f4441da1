//! How tables were understood, for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use modbus_bindgen::{Understood, UnderstoodSheet};

/// Each table: its columns, the rows that are used, and the rows that are not, with the reasons.
pub(crate) fn text(understood: &Understood) -> String {
    let mut text = String::new();
    for sheet in &understood.sheets {
        // Writing to a string cannot fail.
        let _ = write_sheet(&mut text, sheet);
    }
    text
}

fn write_sheet(text: &mut String, sheet: &UnderstoodSheet) -> std::fmt::Result {
    let name = sheet.sheet.as_ref().map_or_else(|| sheet.file.clone(), |name| format!("{}, sheet {name}", sheet.file));
    writeln!(text, "{name}: header in row {}", sheet.header)?;
    if let Some(table) = &sheet.table {
        writeln!(text, "  {table}")?;
    }
    let shown = |header: &str| header.split_whitespace().collect::<Vec<_>>().join(" ");
    let width = |value: &str| value.chars().count();
    let headers = sheet.columns.iter().map(|column| width(&shown(&column.header))).max().unwrap_or(0).min(30);
    let meanings = sheet.columns.iter().map(|column| width(column.meaning.unwrap_or("-"))).max().unwrap_or(0);
    for column in &sheet.columns {
        let header = shown(&column.header);
        let samples: Vec<String> = column.samples.iter().map(|sample| cut(sample)).collect();
        writeln!(
            text,
            "  {:>3}  {header:<headers$}  {:<meanings$}  {}: {}",
            column.column,
            column.meaning.unwrap_or("-"),
            column.how,
            samples.join(" | ")
        )?;
    }
    writeln!(text, "  rows used: {} ({})", sheet.used.len(), ranges(&sheet.used))?;
    let mut reasons: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (row, why) in &sheet.skipped {
        reasons.entry(why.as_str()).or_default().push(*row);
    }
    for (why, rows) in reasons {
        writeln!(text, "  rows not used: {} ({}): {why}", rows.len(), ranges(&rows))?;
    }
    writeln!(text)
}

/// A cell in one line, shortened if it is long.
fn cut(sample: &str) -> String {
    const LONGEST: usize = 24;
    let line = sample.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// `3, 5–17`
fn ranges(rows: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*row) => *last = *row,
            _ => ranges.push((*row, *row)),
        }
    }
    let shown =
        ranges.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}–{last}") });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn rows_are_listed_as_ranges() {
        assert_eq!(super::ranges(&[1, 3, 4, 5, 9]), "1, 3–5, 9");
        assert_eq!(super::ranges(&[]), "");
        assert_eq!(super::cut("a\n  b"), "a b");
    }
}

//! Lists of values on sheets without registers, which the cells of registers name.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Found;
use crate::cells::lists::{self, Style};
use crate::cells::reading::Reading;
use crate::columns::Meaning;
use crate::columns::recognise::Column;
use crate::rows::list_key;
use crate::sheet::{Grid, GridRow};
use crate::spelling::normalised;

/// A sheet with lists, by the headers of its columns.
#[derive(Debug, Clone)]
pub(super) struct ListSheet {
    pub(super) sheet: String,
    /// Keys of a `[[list]]`: the name, then code and label of a row for each value, or whole lists in a cell.
    pub(super) columns: Keys,
    /// Cells of registers that name one of its lists.
    pub(super) references: usize,
}

/// Keys of a section with their texts.
type Keys = Vec<(&'static str, String)>;

/// Rows that are looked at for a header.
const HEADERS: usize = 12;

/// The sheets with lists that registers name. A column whose cells name them is the one of values.
pub(super) fn find(grids: &[Arc<Grid>], tables: &mut [Found]) -> Vec<ListSheet> {
    let mut sheets = Vec::new();
    for grid in grids {
        let is_table = tables.iter().any(|found| *found.grid.origin == *grid.origin);
        let Some(sheet) = grid.origin.sheet.as_ref().filter(|_| !is_table) else { continue };
        let named = (0..grid.rows.len().min(HEADERS)).find_map(|place| lists_below(grid, place, tables));
        let Some((columns, names)) = named else { continue };
        let references = refer(tables, &names, sheet);
        sheets.push(ListSheet { sheet: sheet.clone(), columns, references });
    }
    sheets
}

/// The headers and the names of lists, where this row is the header of some that registers name.
fn lists_below(grid: &Grid, place: usize, tables: &[Found]) -> Option<(Keys, BTreeSet<String>)> {
    let header = grid.rows.get(place)?;
    let rows = grid.rows.get(place.saturating_add(1)..)?;
    let columns: Vec<usize> = (0..header.cells.len()).filter(|column| !text(header, *column).is_empty()).collect();
    let names_of = |column: usize| -> BTreeSet<String> {
        rows.iter().map(|row| text(row, column)).filter(|name| !name.is_empty()).map(list_key).collect()
    };
    let named = columns.iter().map(|column| (*column, names_of(*column)));
    let (name, names) =
        named.max_by_key(|(_, names)| count(tables, names)).filter(|(_, names)| count(tables, names) > 0)?;
    let others = columns.into_iter().filter(|column| *column != name);
    let filled = |column: usize| rows.iter().map(move |row| text(row, column)).filter(|cell| !cell.is_empty());
    let title = |key: &'static str, column: usize| (key, text(header, column).to_owned());
    let is_code =
        |column: &usize| filled(*column).count() > 1 && filled(*column).all(|cell| lists::codes(cell).is_some());
    if let Some(code) = others.clone().find(is_code) {
        let has_label =
            |column: &usize| rows.iter().all(|row| text(row, code).is_empty() || !text(row, *column).is_empty());
        let label = others.filter(|column| *column != code).find(has_label)?;
        return Some((vec![title("name", name), title("code", code), title("label", label)], names));
    }
    let is_list =
        |cell: &str| matches!(lists::read(cell, Style::Values), Some(Reading::Value(list)) if !list.entries.is_empty());
    let values = others.into_iter().find(|column| filled(*column).next().is_some() && filled(*column).all(is_list))?;
    Some((vec![title("name", name), title("values", values)], names))
}

fn text(row: &GridRow, column: usize) -> &str {
    row.cells.get(column).map(|cell| cell.trim()).unwrap_or_default()
}

/// Cells of registers that are one of these names.
fn count(tables: &[Found], names: &BTreeSet<String>) -> usize {
    let columns = tables.iter().flat_map(|found| found.table.columns.iter().map(move |column| (found, column)));
    columns.filter(|(_, column)| may_name(column)).map(|(found, column)| hits(found, column, names).0).sum()
}

/// Whether a column may name a list: that of values or bits, one without a use, the names of the registers.
fn may_name(column: &Column) -> bool {
    matches!(
        column.meaning,
        None | Some(
            Meaning::Values
                | Meaning::Bits
                | Meaning::Remark
                | Meaning::Detail(_)
                | Meaning::Description
                | Meaning::Label
        )
    )
}

/// How many cells of a column are one of the names, and how many are filled.
fn hits(found: &Found, column: &Column, names: &BTreeSet<String>) -> (usize, usize) {
    let cells = found.grid.rows.iter().filter(|row| found.has(row.number)).map(|row| text(row, column.index));
    let cells: Vec<String> = cells.map(|cell| list_key(&normalised(cell))).filter(|cell| !cell.is_empty()).collect();
    (cells.iter().filter(|cell| names.contains(*cell)).count(), cells.len())
}

/// Gives the column whose cells mostly name lists its meaning, and counts the cells that name one.
fn refer(tables: &mut [Found], names: &BTreeSet<String>, sheet: &str) -> usize {
    for found in tables.iter_mut() {
        let is_open = |column: &Column| matches!(column.meaning, None | Some(Meaning::Remark | Meaning::Detail(_)));
        let has_values = found.table.column(Meaning::Values).is_some();
        let most = found.table.columns.iter().position(|column| {
            let (hits, filled) = hits(found, column, names);
            !has_values && is_open(column) && hits > 0 && hits.saturating_mul(2) >= filled
        });
        if let Some(column) = most.and_then(|place| found.table.columns.get_mut(place)) {
            (column.meaning, column.doubt, column.may_be) = (Some(Meaning::Values), None, None);
            column.how = format!("its cells name lists of the sheet “{sheet}”");
        }
    }
    count(tables, names)
}

#[cfg(test)]
#[cfg(feature = "workbooks")]
mod tests {
    use rust_xlsxwriter::Workbook;

    use crate::init::{check, propose};

    fn proposed(registers: &[[&str; 4]], lists: &[&[&str]]) -> (String, crate::Loaded) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("meter.xlsx");
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("Holding registers").unwrap();
        for (row, cells) in (0..).zip(registers) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write(row, column, *cell).unwrap();
            }
        }
        let sheet = book.add_worksheet().set_name("Enumerations").unwrap();
        for (row, cells) in (0..).zip(lists) {
            for (column, cell) in (0..).zip(*cells) {
                sheet.write(row, column, *cell).unwrap();
            }
        }
        book.save(&path).unwrap();
        let proposal = propose(&path, "meter.xlsx").unwrap_or_else(|loaded| panic!("{}", loaded.diagnostics));
        let loaded = check(&folder.path().join("device.toml"), &proposal);
        (proposal.text, loaded)
    }

    const REGISTERS: [[&str; 4]; 4] = [
        ["Address", "Name", "Type", "Enum"],
        ["0", "Operating mode", "uint16", "Modes"],
        ["1", "Mode of zone 2", "uint16", "Modes"],
        ["2", "Flow", "uint16", ""],
    ];

    #[test]
    fn a_sheet_of_lists_is_found_by_the_cells_that_name_them() {
        let rows: [&[&str]; 5] = [
            &["Enum", "Value", "Text"],
            &["Modes", "0", "Off"],
            &["", "1", "On"],
            &["Fan", "0", "Low"],
            &["", "1", "High"],
        ];
        let cells: [&[&str]; 3] = [&["Enum", "Values"], &["Modes", "0=Off, 1=On"], &["Fan", "0=Low, 1=High"]];
        for lists in [rows.as_slice(), cells.as_slice()] {
            let (text, loaded) = proposed(&REGISTERS, lists);
            assert!(text.contains("[[list]]") && text.contains("values = \"Enum\""), "{text}");
            let device = loaded.device.unwrap_or_else(|| panic!("{text}\n{}", loaded.diagnostics));
            let kinds: Vec<String> = device.points.iter().map(|point| format!("{:?}", point.kind)).collect();
            assert_eq!(kinds, ["Enum(\"Modes\")", "Enum(\"Modes\")", "Integer"], "{text}");
        }
    }

    #[test]
    fn a_sheet_that_no_register_names_is_none() {
        let (text, _) = proposed(&REGISTERS, &[&["Revision", "Date"], &["1.0", "2024"], &["1.1", "2025"]]);
        assert!(!text.contains("[[list]]"), "{text}");
    }
}

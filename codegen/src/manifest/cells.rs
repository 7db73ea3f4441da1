//! `[[cell]]`: what a cell of the vendor's table should say.

use super::reader::Section;
use crate::diagnostic::Diagnostic;
use crate::sheet::{self, CellCorrection, RowChange, RowCorrection};
use crate::source::cells_at;

pub(super) fn read(root: &Section<'_>) -> Vec<CellCorrection> {
    let mut cells = Vec::new();
    for section in root.sections("cell").into_iter().filter(|section| !section.is_left_open()) {
        let file = section.filled_string("file", FILE);
        section.require("file", FILE);
        let sheet = section.string("sheet").map(|sheet| sheet.value);
        let cell = section.required_string("cell", CELL);
        let at = cell.as_ref().and_then(|cell| {
            let at = cells_at(&cell.value);
            let at = at.filter(|cells| cells.iter().all(|(row, column)| sheet::has_place(*row, *column)));
            if at.is_none() {
                section.wrong_key("cell", CELL);
            }
            at
        });
        section.require(
            "expect",
            "expect = \"…\": what the cell holds now, so that a new revision of the table is noticed",
        );
        section.require("value", "the correct text: value = \"…\"");
        let (expect, value) = (section.scalar("expect"), section.scalar("value"));
        let reason = section.required_string("reason", "why the printed text is wrong");
        let place = section.place().clone();
        section.finish();
        if let (Some(file), Some(at), Some(expect), Some(value), Some(reason)) = (file, at, expect, value, reason) {
            let (expect, reason) = (expect.value, reason.value);
            cells.extend(at.into_iter().map(|(row, column)| CellCorrection {
                file: file.clone(),
                sheet: sheet.clone(),
                row,
                column,
                expect: expect.clone(),
                value: value.clone(),
                reason: reason.clone(),
                place: place.clone(),
            }));
        }
    }
    cells
}

/// `[[row]]`
pub(super) fn rows(root: &Section<'_>) -> Vec<RowCorrection> {
    let mut rows = Vec::new();
    for section in root.sections("row").into_iter().filter(|section| !section.is_left_open()) {
        let file = section.required_string("file", FILE);
        let sheet = section.string("sheet").map(|sheet| sheet.value);
        section.require("row", "row = 17: the row as the spreadsheet counts");
        let row = section.integer("row", 1..=1_048_576).and_then(|row| u32::try_from(row).ok());
        section.require("expect", "expect = { \"Header\" = \"text\" }: every filled cell of the row, as it is now");
        let expect = section.section("expect").map(|expect| expect.string_entries());
        let (has_set, has_shift) = (section.has("set"), section.has("shift"));
        let set = section.section("set").map(|set| RowChange::Set(set.string_entries()));
        let shift = section.integer("shift", -9..=9).filter(|by| *by != 0).and_then(|by| i8::try_from(by).ok());
        let change = set.or_else(|| shift.map(RowChange::Shift)).filter(|_| has_set != has_shift);
        if change.is_none() {
            section.report(
                Diagnostic::error("E0202", "[[row]] needs either `set` or `shift`")
                    .at(section.place().clone())
                    .expected(
                        "set = { \"Header\" = \"text\" }, or shift = 1 for cells that stand one column too far right",
                    ),
            );
        }
        let reason = section.required_string("reason", "why the printed text is wrong");
        let place = section.place().clone();
        section.finish();
        if let (Some(file), Some(row), Some(expect), Some(change), Some(reason)) = (file, row, expect, change, reason) {
            let expect = expect.into_iter().map(|(name, text)| (name, text.value)).collect();
            rows.push(RowCorrection { file, sheet, row, expect, change, reason: reason.value, place });
        }
    }
    rows
}

const FILE: &str = "the file, as a [[sheet]] names it: \"registers.csv\"";
const CELL: &str = "a cell as spreadsheets name it, or several: \"C17\", \"C3, C7:C9\"";

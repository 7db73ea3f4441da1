//! `[[cell]]`: what a cell of the vendor's table should say.

use super::reader::Section;
use crate::sheet::{self, CellCorrection};
use crate::source::cell_at;

pub(super) fn read(root: &Section<'_>) -> Vec<CellCorrection> {
    let mut cells = Vec::new();
    for section in root.sections("cell").into_iter().filter(|section| !section.is_left_open()) {
        let file = section.filled_string("file", FILE);
        section.require("file", FILE);
        let sheet = section.string("sheet").map(|sheet| sheet.value);
        let cell = section.required_string("cell", CELL);
        let at = cell.as_ref().and_then(|cell| {
            let at = cell_at(&cell.value);
            let at = at.filter(|(row, column)| sheet::has_place(*row, *column));
            if at.is_none() {
                section.wrong_key("cell", CELL);
            }
            at
        });
        section.require(
            "expect",
            "expect = \"…\": what the cell holds now, so that a new revision of the table is noticed",
        );
        section.require("value", "what holds instead: value = \"…\"");
        let (expect, value) = (section.scalar("expect"), section.scalar("value"));
        let reason = section.required_string("reason", "why what stands there does not hold");
        let place = section.place().clone();
        section.finish();
        if let (Some(file), Some((row, column)), Some(expect), Some(value), Some(reason)) =
            (file, at, expect, value, reason)
        {
            let (expect, reason) = (expect.value, reason.value);
            cells.push(CellCorrection { file, sheet, row, column, expect, value, reason, place });
        }
    }
    cells
}

const FILE: &str = "the file, as a [[sheet]] names it: \"registers.csv\"";
const CELL: &str = "a cell as spreadsheets name it: \"C17\"";

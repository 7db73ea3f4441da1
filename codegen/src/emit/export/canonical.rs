//! The canonical table: every key of the model has a column, and reading it back gives the same model.
//!
//! What is no key of a point travels beside the rows: in lines `#device.name=…` at the top of the CSV file, in the sheet
//! `Device` of the workbook.

pub(crate) mod beside;
pub(crate) mod cells;
pub(crate) mod columns;
pub(super) mod csv;
#[cfg(feature = "xlsx")]
pub(super) mod xlsx;

use std::collections::BTreeSet;

use serde_json::Value;

use self::columns::Column;
use crate::emit::json;
use crate::emit::language;
use crate::model::{Device, Table};

/// The sheet of a workbook that holds what is no key of a point.
pub(crate) const DEVICE_SHEET: &str = "Device";

/// A device as rows of cells.
struct Canonical {
    /// Key and text of what stands beside the rows.
    beside: Vec<(String, String)>,
    columns: Vec<Column>,
    /// The table of each row, and its cells.
    rows: Vec<(Table, Vec<String>)>,
}

impl Canonical {
    fn new(device: &Device) -> Self {
        let model: Value = json::value(device);
        let columns = columns::all(&languages(device));
        let points = model.get("points").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let rows = device.points.iter().zip(points).map(|(point, keys)| {
            let cells = columns.iter().map(|column| cells::of_point(column, point, device, keys));
            (point.table, cells.collect())
        });
        let rows = rows.collect();
        Self { beside: beside::lines(device, &model), rows, columns }
    }

    fn header(&self) -> Vec<String> {
        self.columns.iter().map(Column::header).collect()
    }
}

/// The languages besides the one that is displayed: those of the device, and any other that a text has.
fn languages(device: &Device) -> Vec<String> {
    let first = language::first(device);
    let points = device.points.iter().flat_map(|point| &point.translations);
    let labels = device.types.iter().flat_map(|of| &of.labels).flat_map(|label| &label.translations);
    let used: BTreeSet<&str> = points.chain(labels).map(|(language, _)| language.as_str()).collect();
    let listed = device.languages.iter().map(String::as_str).filter(|language| *language != first);
    let mut all: Vec<String> = listed.map(str::to_owned).collect();
    for language in used.into_iter().filter(|language| *language != first) {
        if !all.iter().any(|known| known == language) {
            all.push(language.to_owned());
        }
    }
    all
}

//! Models of `SunSpec` as JSON, as their repository has them: a table with the columns of the workbook that holds the same.
//!
//! It promises rows in the order of that workbook: a group, its points with the symbols of each below it, then the groups in
//! it. Addresses are counted from the model's own begin, and in a group within the model from that of the group.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::content::{Cells, Content};
use super::limits::{Budget, Fault};
use super::{Grid, Kind, Origin};
use crate::diagnostic::{Diagnostic, Place, said};

const COLUMNS: [&str; 16] = [
    "Address Offset",
    "Group Offset",
    "Name",
    "Value",
    "Count",
    "Type",
    "Size",
    "Scale Factor",
    "Units",
    "RW Access (RW)",
    "Mandatory (M)",
    "Static (S)",
    "Label",
    "Description",
    "Detailed Description",
    "Standards",
];

/// Groups within groups: the models that exist have three levels.
const DEEPEST: usize = 16;

/// Reads a model.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Grid, Diagnostic> {
    let refused = |why: String| {
        Diagnostic::error("E0101", said!("{file} cannot be read as a SunSpec model: {why}", file, why = &why))
            .at(Place::of_file(file))
            .expected("a JSON object with `id` and `group`, as the repository of SunSpec's models has it")
            .help("if it is something else, export the table as CSV or as a workbook")
    };
    let model: Value = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
    let group = model.get("group").filter(|group| group.get("points").is_some());
    let group = group.ok_or_else(|| refused("it has no `group` with `points`".to_owned()))?;
    let mut rows = Rows::default();
    let read = rows.header().and_then(|()| rows.group(group, "", 0));
    read.map_err(|fault| fault.of_file(file, refused))?;
    let Rows { cells, mut budget, .. } = rows;
    let content = cells.content(Vec::new(), &mut budget).map_err(|fault| fault.of_file(file, refused))?;
    let Content { rows, unsaved, struck, merged } = content;
    let origin = Arc::new(Origin { file: file.to_owned(), sheet: None });
    Ok(Grid { origin, rows, unsaved, corrected: BTreeMap::new(), struck, merged, raw: None })
}

/// The rows so far.
#[derive(Default)]
struct Rows {
    cells: Cells,
    budget: Budget,
    row: u32,
}

impl Rows {
    fn header(&mut self) -> Result<(), Fault> {
        let names = COLUMNS.iter().map(|name| (*name, Value::from(*name))).collect::<Vec<_>>();
        self.add(&names)
    }

    /// One row, by the names of its columns.
    fn add(&mut self, cells: &[(&str, Value)]) -> Result<(), Fault> {
        self.row = self.row.saturating_add(1);
        for (name, value) in cells {
            let Some(column) = COLUMNS.iter().position(|known| known == name) else { continue };
            match value {
                Value::String(text) => self.cells.set(self.row, column, text, Kind::Text, &mut self.budget)?,
                Value::Number(number) => {
                    self.cells.set(self.row, column, &number.to_string(), Kind::Number, &mut self.budget)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A group, its points, and the groups in it.
    fn group(&mut self, group: &Value, path: &str, depth: usize) -> Result<(), Fault> {
        if depth > DEEPEST {
            return Err(Fault::broken("its groups are nested too deeply"));
        }
        let name = text_of(group, "name")?;
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        let mut cells = texts(group);
        cells.extend([("Name", Value::from(path.as_str())), ("Type", "group".into()), ("Count", of(group, "count"))]);
        self.add(&cells)?;
        let offset = if depth == 0 { "Address Offset" } else { "Group Offset" };
        let mut at = 0_u64;
        for point in list(group, "points") {
            let size = point.get("size").and_then(Value::as_u64);
            let size = size.filter(|size| (1..=u64::from(u16::MAX)).contains(size));
            let name = text_of(point, "name")?;
            let size = size.ok_or_else(|| Fault::broken(format!("the point {name} has no size in registers")))?;
            self.point(point, &name, (offset, at), size)?;
            at = at.saturating_add(size);
        }
        list(group, "groups").try_for_each(|inner| self.group(inner, &path, depth.saturating_add(1)))
    }

    fn point(&mut self, point: &Value, name: &str, (offset, at): (&str, u64), size: u64) -> Result<(), Fault> {
        let kind = text_of(point, "type")?;
        let mut cells = texts(point);
        cells.extend([
            (offset, Value::from(at)),
            ("Name", name.into()),
            ("Value", of(point, "value")),
            ("Type", kind.as_str().into()),
            ("Scale Factor", of(point, "sf")),
            ("Units", of(point, "units")),
            ("RW Access (RW)", of(point, "access")),
            ("Mandatory (M)", of(point, "mandatory")),
            ("Static (S)", of(point, "static")),
        ]);
        // The others say it with their type.
        if kind == "string" {
            cells.push(("Size", size.into()));
        }
        // What can only be read is left blank in the workbook.
        cells.retain(|(column, value)| *column != "RW Access (RW)" || value.as_str() == Some("RW"));
        cells.retain(|(column, value)| !column.ends_with("(M)") || value.as_str() == Some("M"));
        cells.retain(|(column, value)| !column.ends_with("(S)") || value.as_str() == Some("S"));
        self.add(&cells)?;
        for symbol in list(point, "symbols") {
            let mut cells = texts(symbol);
            cells.extend([("Name", Value::from(text_of(symbol, "name")?)), ("Value", of(symbol, "value"))]);
            self.add(&cells)?;
        }
        Ok(())
    }
}

/// What people read of a group, a point or a symbol.
fn texts(of_what: &Value) -> Vec<(&'static str, Value)> {
    let keys = [("Label", "label"), ("Description", "desc"), ("Detailed Description", "detail")];
    keys.into_iter().map(|(column, key)| (column, of(of_what, key))).collect()
}

fn of(value: &Value, key: &str) -> Value {
    value.get(key).cloned().unwrap_or(Value::Null)
}

fn text_of(value: &Value, key: &str) -> Result<String, Fault> {
    let text = value.get(key).and_then(Value::as_str);
    text.map(str::to_owned).ok_or_else(|| Fault::broken(format!("a group, a point or a symbol has no `{key}`")))
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

//! The canonical table, read back.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::beside::Beside;
use super::point;
use super::types::Types;
use super::values::Keys;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::emit::export::DEVICE_SHEET;
use crate::emit::export::cells;
use crate::emit::export::columns::{self, Column};
use crate::model::{Array, Detect, Device, Element, Group, Point};
use crate::names;
use crate::sheet::{Grid, GridRow, Library, Reading, TextForm};
use crate::source::files;

/// How canonical text files begin.
const BEGINNINGS: [&str; 3] = ["#format=", "\"#format=", "id,group,array,label,"];

/// What came of looking for a canonical table.
pub(crate) enum Canonical {
    /// The file is another table.
    None,
    /// What is wrong with it has been said.
    Wrong,
    /// Its device, which has not been checked.
    Device(Box<Device>),
}

/// The device of a canonical table.
pub(crate) fn read(path: &Path, library: &mut Library, diagnostics: &mut Diagnostics) -> Canonical {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let Some(sheets) = sheets(path, &file, library) else { return Canonical::None };
    let mut table =
        Table { beside: Vec::new(), points: Vec::new(), types: Types::default(), detect: None, is_wrong: false };
    for sheet in &sheets {
        table.beside.extend(sheet.beside.iter().cloned());
    }
    let lines: Vec<(String, String)> = table.beside.iter().map(|line| (line.key.clone(), line.text.clone())).collect();
    let places: Vec<Place> = table.beside.iter().map(|line| line.place.clone()).collect();
    let mut wrong = Vec::new();
    let beside = Beside::new(&lines, &mut |index, expected| wrong.push((index, expected)));
    for (index, expected) in wrong {
        table.is_wrong = true;
        let place = places.get(index).cloned().unwrap_or_else(|| Place::of_file(file.as_str()));
        diagnostics.push(
            Diagnostic::error("E0152", "a line about the device cannot be read")
                .at(place)
                .expected(expected)
                .help("export the table again, or write the line as `export` does"),
        );
    }
    for sheet in &sheets {
        for row in sheet.rows() {
            table.row(sheet, row, &beside, diagnostics);
        }
    }
    table.device(&file, beside).map_or(Canonical::Wrong, |device| Canonical::Device(Box::new(device)))
}

/// A sheet with the canonical header.
struct Sheet {
    grid: Arc<Grid>,
    header: u32,
    columns: Vec<Column>,
    beside: Vec<Line>,
}

/// A line about the device.
#[derive(Clone)]
struct Line {
    key: String,
    text: String,
    place: Place,
}

impl Sheet {
    fn rows(&self) -> impl Iterator<Item = &GridRow> {
        self.grid.rows.iter().filter(|row| row.number > self.header)
    }
}

/// The sheets of a file, where it is canonical.
fn sheets(path: &Path, file: &str, library: &mut Library) -> Option<Vec<Sheet>> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    // What is wrong with a file that is none is said by whoever reads it then.
    let mut ignored = Diagnostics::default();
    let asked = Place::of_file(file);
    if matches!(extension.as_str(), "csv" | "tsv" | "txt" | "tab") {
        // A file that cannot be read is none of ours.
        let begin = files::read(path, 64).ok()?;
        let begin = String::from_utf8_lossy(&begin);
        if !BEGINNINGS.iter().any(|known| begin.trim_start_matches('\u{feff}').starts_with(known)) {
            return None;
        }
        let text = TextForm { delimiter: Some(b','), ..TextForm::default() };
        let reading = Reading { text, ..Reading::default() };
        let grid = library.sheet(file, None, &reading, &asked, &mut ignored)?;
        return sheet(grid).map(|sheet| vec![sheet]);
    }
    let reading = Reading::default();
    let names = library.names(file, &reading, &asked, &mut ignored)?;
    if !names.iter().any(|name| name == DEVICE_SHEET) {
        return None;
    }
    let grids = names.iter().filter_map(|name| library.sheet(file, Some(name), &reading, &asked, &mut ignored));
    let grids: Vec<Arc<Grid>> = grids.collect();
    let mut found: Vec<Sheet> = grids.iter().filter_map(|grid| sheet(Arc::clone(grid))).collect();
    let device = grids.iter().find(|grid| grid.origin.sheet.as_deref() == Some(DEVICE_SHEET))?;
    let first = found.first_mut()?;
    first.beside = device.rows.iter().skip(1).map(|row| pair(device, row)).collect();
    Some(found)
}

/// A line of the sheet about the device: key and text in a cell each.
fn pair(grid: &Grid, row: &GridRow) -> Line {
    let cell = |column| grid.text(row.number, column).to_owned();
    Line { key: cell(0), text: cell(1), place: Place::from(grid.origin.cell(row.number, 1)).holds(cell(1)) }
}

/// A grid with the canonical header.
fn sheet(grid: Arc<Grid>) -> Option<Sheet> {
    let (header, columns) = grid.rows.iter().find_map(|row| Some((row.number, columns::recognise(&row.cells)?)))?;
    let above = grid.rows.iter().take_while(|row| row.number < header);
    let line = |row: &GridRow| {
        let text = grid.text(row.number, 0);
        let (key, value) = text.strip_prefix('#')?.split_once('=')?;
        let place = Place::from(grid.origin.cell(row.number, 0)).holds(text);
        Some(Line { key: key.to_owned(), text: value.to_owned(), place })
    };
    let beside = above.filter_map(line).collect();
    Some(Sheet { grid, header, columns, beside })
}

/// What has been read so far.
struct Table {
    beside: Vec<Line>,
    points: Vec<Point>,
    types: Types,
    is_wrong: bool,
    /// As the first point has it that is of some variants only.
    detect: Option<Detect>,
}

impl Table {
    fn row(&mut self, sheet: &Sheet, row: &GridRow, beside: &Beside, diagnostics: &mut Diagnostics) {
        let cell = |column: usize| sheet.grid.origin.cell(row.number, column);
        let place = |column: usize| Place::from(cell(column)).holds(sheet.grid.text(row.number, column));
        let column_of = |key: &str| sheet.columns.iter().position(|column| column.key == key).unwrap_or_default();
        let mut values = Map::new();
        let mut wrong: Vec<(usize, String)> = Vec::new();
        for (index, column) in sheet.columns.iter().enumerate() {
            let text = sheet.grid.text(row.number, index);
            if text.is_empty() {
                continue;
            }
            match cells::read(column.form, text) {
                Ok(value) => insert(&mut values, column, value),
                Err(expected) => wrong.push((index, expected.to_owned())),
            }
        }
        if let Some(beyond) = row.cells.iter().skip(sheet.columns.len()).position(|cell| !cell.is_empty()) {
            wrong.push((beyond.saturating_add(sheet.columns.len()), "nothing beyond the last column".to_owned()));
        }
        let mut keys = Keys::new(&values);
        let detect = keys.read("detect", "JSON, as `export` writes it", |value| Detect::deserialize(value).ok());
        self.detect = self.detect.take().or(detect);
        let point = if wrong.is_empty() {
            let source = cell(column_of("id"));
            point::point(&mut keys, beside, &source, cell(column_of("label")))
        } else {
            None
        };
        wrong.extend(keys.wrong.iter().map(|wrong| (column_of(wrong.key), wrong.expected.to_owned())));
        if let Some(point) = point.filter(|_| wrong.is_empty()) {
            match self.types.add(&point, &values, beside) {
                Ok(()) => self.points.push(point),
                Err((key, expected)) => wrong.push((column_of(key), expected)),
            }
        }
        for (index, expected) in wrong {
            self.is_wrong = true;
            let key = sheet.columns.get(index).map_or_else(String::new, Column::header);
            diagnostics.push(
                Diagnostic::error("E0151", said!("`{key}` cannot be read", key)).at(place(index)).expected(expected),
            );
        }
    }

    /// The device, where nothing was wrong.
    fn device(self, file: &str, beside: Beside) -> Option<Device> {
        if self.is_wrong {
            return None;
        }
        let stem = Path::new(file).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = beside.text("name").unwrap_or(stem);
        let type_name = beside.text("type_name").unwrap_or_else(|| names::pascal(&name));
        let types = self.types.finish(&beside);
        let mut variants = beside.variants.clone();
        for variant in self.points.iter().flat_map(|point| &point.variants) {
            if !variants.contains(variant) {
                variants.push(variant.clone());
            }
        }
        Some(Device {
            type_name,
            manufacturer: beside.text("manufacturer"),
            document: beside.text("document"),
            description: beside.text("description"),
            groups: groups(&beside, &self.points),
            arrays: arrays(&beside, &self.points),
            languages: beside.languages,
            link: beside.link?,
            reserved: beside.reserved,
            types,
            variants,
            detect: self.detect,
            points: self.points,
            inputs: Vec::new(),
            name,
        })
    }
}

/// Puts the value of a cell under its key; those of several languages into one object.
fn insert(values: &mut Map<String, Value>, column: &Column, value: Value) {
    let Some(language) = &column.language else {
        values.insert(column.key.to_owned(), value);
        return;
    };
    let entry = values.entry(column.key).or_insert_with(|| Value::Object(Map::new()));
    let Some(object) = entry.as_object_mut() else { return };
    match value {
        // Codes and labels.
        Value::Array(pairs) => {
            object.insert(language.clone(), Value::Array(pairs));
        }
        text => {
            object.insert(language.clone(), text);
        }
    }
}

/// The groups that points are in: those named beside the rows, then the others as rows have them.
fn groups(beside: &Beside, points: &[Point]) -> Vec<Group> {
    let is_used = |title: &str| points.iter().any(|point| point.group.as_deref() == Some(title));
    let mut groups: Vec<Group> = beside.groups.iter().filter(|group| is_used(&group.title)).cloned().collect();
    for title in points.iter().filter_map(|point| point.group.as_ref()) {
        if !groups.iter().any(|group| group.title == *title) {
            groups.push(Group::from(title.clone()));
        }
    }
    groups
}

/// The arrays, with an element for each number that points have.
fn arrays(beside: &Beside, points: &[Point]) -> Vec<Array> {
    let mut numbers: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    let mut order = Vec::new();
    for place in points.iter().filter_map(|point| point.array.as_ref()) {
        if !numbers.contains_key(place.array.as_str()) {
            order.push(place.array.as_str());
        }
        numbers.entry(&place.array).or_default().push(place.element);
    }
    let known = beside.arrays.iter().map(|array| array.name.as_str()).filter(|name| numbers.contains_key(name));
    let fresh = order.iter().copied().filter(|name| !beside.arrays.iter().any(|array| array.name == *name));
    let all: Vec<&str> = known.chain(fresh).collect();
    let made = all.into_iter().map(|name| {
        let mut array = beside.arrays.iter().find(|array| array.name == name).cloned().unwrap_or_else(|| {
            let label = name.replace('_', " ");
            let number_type = format!("{}No", names::pascal(name));
            Array { name: name.to_owned(), label, translations: Vec::new(), number_type, elements: Vec::new() }
        });
        let mut used = numbers.get(name).cloned().unwrap_or_default();
        used.sort_unstable();
        used.dedup();
        let label = array.label.clone();
        let known = std::mem::take(&mut array.elements);
        array.elements = used
            .into_iter()
            .map(|number| {
                known.iter().find(|element| element.number == number).cloned().unwrap_or_else(|| Element {
                    number,
                    name: format!("N{number}"),
                    label: format!("{label} {number}"),
                })
            })
            .collect();
        array
    });
    made.collect()
}

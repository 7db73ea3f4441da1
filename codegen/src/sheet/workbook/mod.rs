//! XLSX, XLS, XLSB and ODS workbooks.

mod number;
mod ods;
mod package;
mod records;
mod runs;
#[cfg(test)]
mod tests;
mod xls;
mod xlsb;
mod xlsx;
mod xml;

use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Once};
use std::time::Duration;
use std::{panic, thread};

use calamine::{Data, Dimensions, Range};

use self::number::Format;
use self::package::Package;
use super::content::{Cells, Content};
use super::limits::{self, Budget, Fault};
use super::merged::Region;
use super::{Grid, Kind, Origin, Sheet, Tab};
use crate::diagnostic::{Diagnostic, Place, said};

/// A sheet as a format's reader gives it.
struct Read {
    name: String,
    hidden: bool,
    grid: Result<Content, Fault>,
}

/// Every sheet of the workbook, in its order.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Vec<Tab>, Diagnostic> {
    let owned = bytes.to_vec();
    let sheets =
        apart(TIME, move || sheets(&owned)).and_then(|sheets| limits::check_sheets(sheets.len()).map(|()| sheets));
    let sheets = sheets.map_err(|fault| fault.of_file(file, |why| no_workbook(file, bytes, &why)))?;
    let tab = |Read { name, hidden, grid }: Read| {
        let origin = Arc::new(Origin { file: file.to_owned(), sheet: Some(name.clone()) });
        let sheet: Sheet = match grid {
            Ok(Content { rows, unsaved, struck, merged }) => {
                Ok(Arc::new(Grid { origin, rows, unsaved, corrected: BTreeMap::new(), struck, merged, raw: None }))
            }
            Err(fault) => Err(fault.of_sheet(file, origin.place())),
        };
        Tab { name, hidden, sheet }
    };
    Ok(sheets.into_iter().map(tab).collect())
}

/// The name of the thread whose panics are no news.
const READER: &str = "modbus-bindgen workbook";

/// Bytes of its stack: formulas lie within formulas, and calamine goes into each.
const STACK: usize = 32 << 20;

/// How long a workbook may take: some hundred times as long as a large one does.
const TIME: Duration = Duration::from_secs(120);

/// Reads on a thread of its own. calamine takes what a file says for granted, and panics or goes round in a circle where that
/// is nonsense: this is an error of the file, not of the program that reads it. A thread that takes too long is left alone.
fn apart<T: Send + 'static>(
    time: Duration,
    read: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    static QUIET: Once = Once::new();
    // The hook prints a message before a panic can be caught. There is one for all threads, so that it is asked which
    // thread it is; for all others the one that was there before stays.
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if thread::current().name() != Some(READER) {
                before(panic);
            }
        }));
    });
    let (sender, receiver) = channel();
    let reader = thread::Builder::new().name(READER.to_owned()).stack_size(STACK);
    reader.spawn(move || sender.send(read())).map_err(Fault::broken)?;
    receiver.recv_timeout(time).unwrap_or_else(|error| match error {
        RecvTimeoutError::Timeout => Err(Fault::too_large(
            format!("reading it takes longer than {} s", time.as_secs()),
            format!("at most {} s", time.as_secs()),
        )),
        RecvTimeoutError::Disconnected => Err(Fault::broken("it is damaged and cannot be read")),
    })
}

/// A place as grids count: the row from one, the column from zero.
fn at((row, column): (u32, u32)) -> (u32, usize) {
    (row.saturating_add(1), usize::try_from(column).unwrap_or(usize::MAX))
}

/// What a cell shows in a number format, and what it is held as.
fn shown(value: Data, format: &Format, since_1904: bool) -> (String, Kind) {
    let number = |number: f64| match number.is_finite() {
        true => format.show(number, since_1904),
        false => (number.to_string(), Kind::Text),
    };
    match value {
        Data::Int(value) => match value.to_string().parse() {
            Ok(value) => number(value),
            Err(_) => (value.to_string(), Kind::Number),
        },
        Data::Float(value) => number(value),
        Data::String(text) => (text, Kind::Text),
        Data::Bool(value) => (value.to_string(), Kind::Truth),
        Data::DateTime(value) if value.is_duration() => Format::Duration.show(value.as_f64(), since_1904),
        Data::DateTime(value) => Format::Date.show(value.as_f64(), since_1904),
        Data::DateTimeIso(text) => (text.replacen('T', " ", 1), Kind::Date),
        Data::DurationIso(text) => (text, Kind::Date),
        Data::Error(error) => (error.to_string(), Kind::Failure),
        Data::Empty => (String::new(), Kind::Blank),
    }
}

/// Sets the cells of a whole sheet; `told` is what is said of a formula whose result is not there.
fn fill(
    cells: &mut Cells,
    range: &Range<Data>,
    formulas: &Range<String>,
    told: impl Fn(&str) -> &str,
    since_1904: bool,
    budget: &mut Budget,
) -> Result<(), Fault> {
    let from = |start: Option<(u32, u32)>, (row, column): (usize, usize)| {
        let (first_row, first_column) = start.unwrap_or_default();
        let row = first_row.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        (row, first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX)))
    };
    for (row, column, value) in range.used_cells() {
        let (row, column) = at(from(range.start(), (row, column)));
        let (text, kind) = shown(value.clone(), &Format::default(), since_1904);
        cells.set(row, column, &text, kind, budget)?;
    }
    for (row, column, formula) in formulas.used_cells() {
        let place = from(formulas.start(), (row, column));
        if matches!(range.get_value(place), None | Some(Data::Empty)) {
            let (row, column) = at(place);
            cells.set_unsaved(row, column, told(formula), budget)?;
        }
    }
    Ok(())
}

/// Merged cells as calamine gives them.
fn regions(merged: &[Dimensions]) -> Vec<Region> {
    let region = |merged: &Dimensions| {
        let ((first_row, first_column), (last_row, last_column)) = (at(merged.start), at(merged.end));
        Region { first_row, last_row, first_column, last_column }
    };
    merged.iter().filter(|merged| merged.start != merged.end).map(region).collect()
}

fn sheets(bytes: &[u8]) -> Result<Vec<Read>, Fault> {
    if bytes.starts_with(super::content::COMPOUND) {
        return xls::read(bytes);
    }
    if !bytes.starts_with(super::content::ZIP) {
        return Err(Fault::broken("it is neither a ZIP file nor an Excel 97 file"));
    }
    let mut package = Package::open(bytes)?;
    package.measure()?;
    if package.has("content.xml") {
        ods::read(bytes, &mut package)
    } else if package.has("xl/workbook.bin") {
        xlsb::read(bytes, &mut package)
    } else {
        xlsx::read(bytes, &mut package)
    }
}

fn no_workbook(file: &str, bytes: &[u8], why: &str) -> Diagnostic {
    let begin = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begin: String = String::from_utf8_lossy(begin).trim().chars().take(60).collect();
    let place =
        match begin.chars().any(|character| character.is_control() && character != '\t' || character == '\u{fffd}') {
            true => Place::of_file(file),
            // Text tells what the file is instead.
            false => Place::of_file(file).holds(begin),
        };
    Diagnostic::error("E0102", said!("{file} is not a workbook: {why}", file, why))
        .at(place)
        .expected("an XLSX, XLS, XLSB or ODS workbook, or a file that ends in .csv, .tsv or .txt")
        .help(
            "open it in a spreadsheet program and save it as XLSX; a download page saved by mistake looks like this \
               too",
        )
}

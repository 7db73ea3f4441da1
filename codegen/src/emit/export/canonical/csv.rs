//! The canonical table as a text file: UTF-8 without a mark, commas, CRLF.

use super::Canonical;
use crate::emit::export::Exported;
use crate::model::Device;

pub(in crate::emit::export) fn table(device: &Device) -> Exported {
    let canonical = Canonical::new(device);
    let mut text = String::new();
    for (key, value) in &canonical.beside {
        record(&mut text, [format!("#{key}={value}")].iter());
    }
    record(&mut text, canonical.header().iter());
    for (_, cells) in &canonical.rows {
        record(&mut text, cells.iter());
    }
    Exported { contents: text.into_bytes(), unsaid: Vec::new() }
}

/// One record. Quotation marks stand around what needs them only.
fn record<'a>(text: &mut String, cells: impl Iterator<Item = &'a String>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            text.push(',');
        }
        let trims = cell.starts_with(char::is_whitespace) || cell.ends_with(char::is_whitespace);
        if trims || cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

//! One module for each target.

mod cells;
mod codec;
mod csv;
mod filter;
mod load;
mod manifest;
mod simulator;
mod workbook_bytes;
mod workbook_cells;
mod workbook_parts;

/// All of them by name.
pub const ALL: [(&str, fn(&[u8])); 10] = [
    ("cells", cells::run),
    ("codec", codec::run),
    ("csv", csv::run),
    ("filter", filter::run),
    ("load", load::run),
    ("manifest", manifest::run),
    ("simulator", simulator::run),
    ("workbook_bytes", workbook_bytes::run),
    ("workbook_cells", workbook_cells::run),
    ("workbook_parts", workbook_parts::run),
];

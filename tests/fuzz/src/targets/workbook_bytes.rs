//! A workbook of any kind, byte by byte.

pub fn run(bytes: &[u8]) {
    crate::files::load(crate::files::manifest("registers.xlsx").as_bytes(), ("registers.xlsx", bytes));
}

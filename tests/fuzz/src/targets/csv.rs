//! A CSV file, with a manifest that gives all columns a meaning.

pub fn run(bytes: &[u8]) {
    crate::files::load(crate::files::manifest("registers.csv").as_bytes(), ("registers.csv", bytes));
}

//! A manifest and its CSV file together.

use crate::files::{DIVIDER, load, load_table};

pub fn run(bytes: &[u8]) {
    match bytes.iter().position(|byte| *byte == DIVIDER) {
        Some(at) => load(&bytes[..at], ("registers.csv", &bytes[at + 1..])),
        None => load_table("registers.csv", bytes),
    }
}

//! The parts of an XLSX workbook, out of which a whole one is made: its XML is reached without first guessing checksums.

use crate::files::{DIVIDER, FRAME, PARTS, load, manifest, zipped};

pub fn run(bytes: &[u8]) {
    let frame = FRAME.iter().map(|(name, text)| (*name, text.as_bytes()));
    let parts = PARTS.into_iter().zip(bytes.split(|byte| *byte == DIVIDER));
    let workbook = zipped(frame.chain(parts));
    load(manifest("registers.xlsx").as_bytes(), ("registers.xlsx", &workbook));
}

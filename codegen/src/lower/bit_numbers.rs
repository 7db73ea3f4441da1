//! How a sheet numbers bits: as the manifest says, or else the header of the bits.

use std::sync::Arc;

use super::Register;
use crate::cells::bit_numbering::{BIT_NUMBERINGS, BitNumbering};
use crate::columns::{Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, said};
use crate::manifest::{Manifest, SheetEntry};
use crate::source::Origin;

/// As the manifest says, or else the header; where the header says otherwise, or says it alone, that is told.
pub(super) fn settled(
    entry: &SheetEntry,
    manifest: &Manifest,
    columns: &Columns,
    origin: &Arc<Origin>,
    diagnostics: &mut Diagnostics,
) -> BitNumbering {
    let stated = entry.bit_numbering.or(manifest.bit_numbering);
    let printed = [Meaning::Bit, Meaning::Bits].into_iter().find_map(|meaning| {
        let header = columns.header(meaning)?;
        Some((header, BitNumbering::of_header(&header.value)?))
    });
    let (Some((header, printed)), is_stated) = (printed, stated) else { return stated.unwrap_or_default() };
    let (word, how) = (printed.key(), printed.says());
    let place = || header.place.clone().holds(&header.value);
    if is_stated.is_none() && printed != BitNumbering::default() {
        diagnostics.push(
            Diagnostic::note("N0341", said!("the header says that {how}, so bits were read that way", how)).at(place()),
        );
    } else if is_stated.is_some_and(|stated| stated != printed) {
        diagnostics.push(
            Diagnostic::warning("W0342", said!("the header says that {how}", how))
                .at(place())
                .at(entry.place.clone())
                .expected(format!("bit_numbering = \"{word}\", or none"))
                .help("the header may be wrong: switch on what one of the bits stands for, and read the register")
                .manifest(Entry::sheet(origin).one_of("bit_numbering", BIT_NUMBERINGS.map(|(word, _)| word))),
        );
    }
    stated.unwrap_or(printed)
}

/// Reports rows about bits of a value of several registers that are numbered from the most significant bit: of the value, or
/// of one of its registers, is what nothing says.
pub(super) fn report_wide(register: &Register, diagnostics: &mut Diagnostics) {
    let is_msb_first = register.facts.iter().any(|fact| fact.bit_numbering.is_msb_first());
    let has_rows = register.bit_range.is_some() || register.listed.iter().any(|listed| listed.is_bit);
    if !is_msb_first || !has_rows || register.width <= 1 || register.misread {
        return;
    }
    let message = said!(
        "{register} has {size} bits, and its rows number bits from the most significant one of a register",
        register = register.name(),
        size = register.width.saturating_mul(16)
    );
    diagnostics.push(
        register
            .description_places()
            .into_iter()
            .fold(Diagnostic::error("E0468", message), Diagnostic::at)
            .expected("rows about bits of single registers")
            .help("give each of its registers a row and a type of 16 bits"),
    );
}

//! Takes out the warnings and notes that the manifest allows.

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity};
use crate::manifest::{Allow, Registers};
use crate::model::{Device, Source, Table};

/// Takes out what is allowed; names what allows nothing, where that does not follow from errors.
///
/// A place is about the registers that its row describes. It is allowed where all of them are: what is said of a row is
/// said of every register in it.
pub(crate) fn apply(allows: &[Allow], device: &Device, diagnostics: &mut Diagnostics) {
    if allows.is_empty() {
        return;
    }
    let rows = Rows::of(device);
    let mut used = vec![false; allows.len()];
    diagnostics.retain(|diagnostic| {
        if diagnostic.severity == Severity::Error {
            return true;
        }
        for (allow, used) in allows.iter().zip(&mut used).filter(|(allow, _)| allow.code.value == diagnostic.code) {
            let before = diagnostic.places.len();
            match &allow.registers {
                None => {
                    *used = true;
                    return false;
                }
                Some(registers) => diagnostic.places.retain(|place| !rows.are_about(place, registers)),
            }
            if diagnostic.places.len() < before {
                *used = true;
                // What is left is where else in the manifest it comes from.
                if !diagnostic.places.iter().any(|place| rows.knows(place)) {
                    return false;
                }
            }
        }
        true
    });
    if diagnostics.has_errors() {
        return;
    }
    for (allow, _) in allows.iter().zip(used).filter(|(_, used)| !used) {
        let code = &allow.code;
        let of = allow.registers.as_ref().map(|registers| format!(" about {registers}")).unwrap_or_default();
        diagnostics.push(
            Diagnostic::warning("W0261", format!("this allows nothing: there is no {}{of}", code.value))
                .at(code.place.clone().holds(&code.value))
                .expected("a warning or a note that is there")
                .help("drop the [[allow]]; where its row describes several registers, name all of them"),
        );
    }
}

/// File, sheet and number.
type Row = (String, Option<String>, u32);

/// The registers that rows describe.
struct Rows(HashMap<Row, Vec<(Table, u16)>>);

impl Rows {
    fn of(device: &Device) -> Self {
        let mut rows: HashMap<Row, Vec<_>> = HashMap::new();
        for point in &device.points {
            for source in &point.sources {
                let Some(row) = source_row(source) else { continue };
                let registers = rows.entry((source.file.clone(), source.sheet.clone(), row)).or_default();
                registers.extend(point.words.iter().map(|word| (point.table, *word)));
            }
        }
        Self(rows)
    }

    fn at(&self, place: &Place) -> Option<&Vec<(Table, u16)>> {
        self.0.get(&(place.file.clone(), place.sheet.clone(), place.row()?))
    }

    fn knows(&self, place: &Place) -> bool {
        self.at(place).is_some()
    }

    fn are_about(&self, place: &Place, registers: &Registers) -> bool {
        self.at(place)
            .is_some_and(|described| described.iter().all(|(table, address)| registers.contains(*table, *address)))
    }
}

fn source_row(source: &Source) -> Option<u32> {
    Place::from(source.clone()).row()
}

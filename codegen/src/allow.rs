//! Takes out the warnings and notes that the manifest allows.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Place, Severity, said};
use crate::manifest::Allow;
use crate::model::{Device, Table};
use crate::source::Origin;

/// Takes out what is allowed; names what allows nothing, where that does not follow from errors.
///
/// A place is about the registers that its row describes. It is allowed where all of them are: what is said of a row is
/// said of every register in it.
pub(crate) fn apply(allows: &[Allow], device: &Device, diagnostics: &mut Diagnostics) {
    if allows.is_empty() {
        return;
    }
    let rows = Rows::of(device);
    let mut by_code: HashMap<&str, Vec<(usize, &Allow)>> = HashMap::new();
    for (index, allow) in allows.iter().enumerate() {
        by_code.entry(&allow.code.value).or_default().push((index, allow));
    }
    let mut used = BTreeSet::new();
    diagnostics.retain(|diagnostic| {
        let Some(allows) = by_code.get(diagnostic.code).filter(|_| diagnostic.severity != Severity::Error) else {
            return true;
        };
        // There may be an entry for each of thousands of places: what each is about is looked up once.
        let mut places: Vec<(Place, Option<&Described>)> = std::mem::take(&mut diagnostic.places)
            .into_iter()
            .map(|place| {
                let described = rows.at(&place);
                (place, described)
            })
            .collect();
        let mut stays = true;
        for (index, allow) in allows {
            let before = places.len();
            match &allow.registers {
                None => stays = false,
                Some(registers) => places.retain(|(_, described)| {
                    !described.is_some_and(|of| of.iter().all(|(table, address)| registers.contains(*table, *address)))
                }),
            }
            if !stays || places.len() < before {
                used.insert(*index);
                // What is left is where else in the manifest it comes from.
                stays &= places.iter().any(|(_, described)| described.is_some());
            }
            if !stays {
                break;
            }
        }
        diagnostic.places = places.into_iter().map(|(place, _)| place).collect();
        stays
    });
    if diagnostics.has_errors() {
        return;
    }
    for (_, allow) in allows.iter().enumerate().filter(|(index, _)| !used.contains(index)) {
        let code = &allow.code;
        let of = allow.registers.as_ref().map(|registers| format!(" about {registers}")).unwrap_or_default();
        diagnostics.push(
            Diagnostic::warning("W0261", said!("unused `[[allow]]`: no {code}{of}", code = &code.value, of))
                .at(code.place.clone().holds(&code.value))
                .expected("a warning or a note that is there")
                .help("delete the [[allow]]; if the row describes several registers, name all of them"),
        );
    }
}

/// File, sheet and number.
type Row = (Arc<Origin>, u32);

/// The registers that rows describe.
struct Rows(HashMap<Row, Described>);

/// What a row describes.
type Described = Vec<(Table, u16)>;

impl Rows {
    fn of(device: &Device) -> Self {
        let mut rows: HashMap<Row, Vec<_>> = HashMap::new();
        for point in &device.points {
            for source in &point.sources {
                let registers = rows.entry((Arc::clone(&source.origin), source.row)).or_default();
                // A value of several words is called by its first address.
                registers.extend(point.words.iter().min().map(|word| (point.table, *word)));
            }
        }
        Self(rows)
    }

    fn at(&self, place: &Place) -> Option<&Described> {
        self.0.get(&(Arc::clone(&place.origin), place.row()?))
    }
}

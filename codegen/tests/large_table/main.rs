//! A table of 100,000 rows with 500 mistakes in it: each is said once, where it is, and nothing else is.

#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "what goes wrong here is to fail the test")]

use std::collections::BTreeSet;

use modbus_bindgen::diagnostic::{Renderer, Severity};

use table::FAULTS;

mod table;

#[test]
fn each_of_500_mistakes_in_100_000_rows_is_said_once_and_nothing_else() {
    let (folder, expected) = table::folder(100_000, 500);
    let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
    assert_eq!(expected.len(), 500);
    let mut said = Vec::new();
    for diagnostic in &loaded.diagnostics {
        assert_eq!(diagnostic.severity, Severity::Error, "{diagnostic}");
        for place in &diagnostic.places {
            assert_eq!(place.file(), "registers.csv");
            let cell = place.cell().unwrap();
            // The place in the text is that of the cell.
            let (span, found) = (place.span.unwrap(), place.found.clone().unwrap());
            assert!(cell.ends_with(&span.line.to_string()), "{cell}: {span:?}");
            assert_eq!(usize::try_from(span.length).unwrap(), found.chars().count(), "{cell}");
            said.push((diagnostic.code.to_owned(), cell));
        }
    }
    assert_eq!(said.len(), 500);
    assert_eq!(said.into_iter().collect::<BTreeSet<_>>(), expected);

    // One message for each cause, by the first of its places.
    let causes: Vec<_> =
        loaded.diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.places.len())).collect();
    assert_eq!(causes.len(), FAULTS.len(), "{causes:?}");
    assert!(causes.iter().all(|(_, places)| *places == 500 / FAULTS.len()), "{causes:?}");
    let lines: Vec<u32> =
        loaded.diagnostics.iter().filter_map(|diagnostic| Some(diagnostic.places.first()?.span?.line)).collect();
    assert!(lines.is_sorted(), "{lines:?}");
    let text = loaded.render(&Renderer::new().width(80));
    assert!(text.lines().count() < 130, "{text}");
}

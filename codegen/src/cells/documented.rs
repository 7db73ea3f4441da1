//! The spellings that `docs/tables.md` lists are read as it says.

use super::address::{self, AddressCell, Style};
use super::reading::Reading;
use super::{bits, lists, number, order, packed, types, words};

const PAGE: &str = include_str!("../../../docs/tables.md");

fn address(text: &str) -> Option<AddressCell> {
    address::parse(text, Style::default()).ok().filter(|cell| cell.zero_based().is_ok())
}

/// Whether a cell of this kind is understood; `None` for a kind this test does not know.
fn understood(kind: &str, text: &str) -> Option<bool> {
    let is_range = |cell: &AddressCell| cell.zero_based().is_ok_and(|registers| registers.first < registers.last);
    Some(match kind {
        "address" => address(text).is_some_and(|cell| !is_range(&cell) && cell.bits.is_none() && cell.marks.is_empty()),
        "range of addresses" => address(text).is_some_and(|cell| is_range(&cell)),
        "bits of an address" => address(text).is_some_and(|cell| cell.bits.is_some()),
        "marked address" => address(text).is_some_and(|cell| !cell.marks.is_empty()),
        "de facto address" => address::parse(text, Style::default()).is_ok_and(|cell| cell.de_facto().is_ok()),
        "bit" => bits::parse(text).is_ok(),
        "Modbus table" => words::table(text).is_ok(),
        "access" => words::access(text).is_some(),
        "yes or no" => words::yes(text).is_some(),
        "type" => types::parse(text).is_ok(),
        "order" => order::parse(text).is_ok(),
        "number" => number::number(text).is_ok(),
        "number with a unit" => number::quantity(text).is_ok_and(|quantity| !quantity.unit.is_empty()),
        "range" => packed::range(text).is_ok(),
        "list of values" => is_list(text, false),
        "list of bits" => is_list(text, true),
        "packed limits" => packed::packed(text).is_ok(),
        _ => return None,
    })
}

/// In a column for lists.
fn is_list(text: &str, bits: bool) -> bool {
    let style = if bits { lists::Style::Bits } else { lists::Style::Values };
    lists::read(text, style).and_then(Reading::value).is_some_and(|list| list.is_bits == bits && list.before.is_empty())
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_spelling_of_the_page_is_read_or_refused_as_it_says() {
    let table = PAGE.split_once("| cell | understood | refused |\n|---|---|---|\n").unwrap().1;
    let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(rows.len(), 17, "a row that is added needs its parser here");
    let mut examples = 0;
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [kind, read, refused] = cells.as_slice() else { panic!("{row}") };
        for (cell, is) in [(read, true), (refused, false)] {
            for example in quoted(cell) {
                examples += 1;
                assert_eq!(understood(kind, example), Some(is), "{kind}: {example}");
            }
        }
    }
    assert!(examples > 150, "{examples}");
}

//! Ways in for the fuzz targets (`tests/fuzz`) to what has no public interface; no part of the library.

use crate::cells::lists::Style;
use crate::cells::order::Order;
use crate::cells::reading::Reading;
use crate::cells::{address, bits, formula, lists, order, quantity, text, types, words};
use crate::manifest::Registers;
use crate::names;
use crate::ratio::Ratio;
use crate::spelling;

/// How many rows the first sheet of a file holds, of which nothing is understood.
#[must_use]
pub fn rows(folder: &std::path::Path, file: &str) -> usize {
    crate::sheet::rows(folder, file)
}

/// Every parser of a cell, and what holds of what it finds.
///
/// # Panics
///
/// Where a parser does, or finds what cannot be.
pub fn cells(cell: &str) {
    addresses(cell);
    numbers(cell);
    lists(cell);
    identifiers(cell);
    texts(cell);
    types(cell);
    let _ = (words::access(cell), words::signed(cell), words::yes(cell), words::table(cell));
}

fn addresses(cell: &str) {
    for style in 0u8..8 {
        let style = address::Style { hex: style & 1 != 0, prefixed: style & 2 != 0, both: style & 4 != 0 };
        let Ok(read) = address::parse(cell, style) else { continue };
        assert!(read.bits.is_none_or(|(low, high)| low <= high), "{read:?}");
        for registers in [read.zero_based(), read.one_based()].into_iter().flatten() {
            assert!(registers.first <= registers.last, "{registers:?}");
            assert!(registers.first <= registers.last);
        }
        if let Ok((_, first, last)) = read.de_facto() {
            assert!(first <= last);
        }
        let _ = read.is_decimal();
    }
    if let Ok((low, high)) = bits::parse(cell) {
        assert!(low <= high);
    }
    if let Ok(address) = address::protocol(cell) {
        assert_eq!(address::range(cell), Ok((address, address)), "one address is a range of one");
    }
    if let Ok((first, last)) = address::range(cell) {
        assert!(first <= last);
    }
    if let Ok((table, address)) = address::de_facto(cell) {
        let again = address::to_de_facto(table, address, cell).to_string();
        let again = if table == crate::model::Table::Coil { format!("{again:0>6}") } else { again };
        assert_eq!(address::de_facto(&again), Ok((table, address)), "{again}");
    }
    if let Ok(registers) = Registers::parse(cell) {
        assert_eq!(Registers::parse(&registers.to_string()), Ok(registers.clone()));
        assert_eq!(Registers::parse(&registers.selector()), Ok(registers));
    }
}

fn numbers(cell: &str) {
    if let Ok(number) = cell.parse::<Ratio>() {
        assert!(number.denominator() > 0);
        assert_eq!(number.to_string().parse(), Ok(number), "{number}");
    }
    if let Some((scale, unit)) = quantity::factor(cell) {
        assert!(scale.denominator() > 0);
        assert!(unit.len() <= cell.len());
    }
    if let Some((scale, _)) = formula::linear(cell) {
        assert!(scale != Ratio::ZERO, "a value that depends on nothing");
    }
    if let Some(Some(digits)) = quantity::format(cell) {
        assert!(digits < 19);
    }
}

fn types(cell: &str) {
    if let Ok(read) = types::parse(cell) {
        // No number is longer; an address of IPv6 is.
        let most = if read.kind == types::TypeKind::Address { 128 } else { 64 };
        assert!(read.bits.is_none_or(|bits| (1..=most).contains(&bits)), "{read:?}");
        assert!(read.byte.is_none_or(|(low, high)| low <= high), "{read:?}");
    }
    if let Ok(read) = order::parse(cell) {
        assert!(Order::ALL.contains(&(read.key(), read)));
        assert_eq!(order::parse(read.key()), Ok(read));
    }
}

fn lists(cell: &str) {
    for style in [Style::Values, Style::Bits, Style::Cell, Style::Prose] {
        let Some(Reading::Value(list)) = lists::read(cell, style) else { continue };
        let stands = spelling::normalised(&lists::narrow(cell));
        for (code, label) in &list.entries {
            assert!(!list.is_bits || *code >= 0);
            assert!(stands.contains(label.as_str()), "{label:?} does not stand there");
        }
    }
    assert!(cell.contains(lists::cut(cell)));
}

fn identifiers(cell: &str) {
    let snake = names::snake(cell);
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    assert!(snake.chars().all(is_part), "{snake}");
    assert!(!snake.starts_with(|c: char| c.is_ascii_digit() || c == '_'), "{snake}");
    assert_eq!(names::snake(&snake), snake, "a name is its own name");
    let pascal = names::pascal(cell);
    assert!(pascal.chars().all(|c| c.is_ascii_alphanumeric()), "{pascal}");
    assert!(!pascal.starts_with(|c: char| !c.is_ascii_uppercase()), "{pascal}");
    assert_eq!(pascal.is_empty(), snake.is_empty());
    let _ = (names::is_keyword(&snake), names::is_keyword(cell));
}

fn texts(cell: &str) {
    let normalised = spelling::normalised(cell);
    assert_eq!(spelling::normalised(&normalised), normalised);
    let _ = spelling::lines(cell);
    let (rest, marks) = text::without_footnotes(cell);
    assert!(marks.iter().all(|mark| cell.contains(mark.as_str())));
    assert!(rest.len() <= normalised.len());
    let (before, after) = cell.split_at_checked(cell.len().div_ceil(2)).unwrap_or((cell, ""));
    let _ = (text::without_mark(before, after), text::without_unit(before, after));
}

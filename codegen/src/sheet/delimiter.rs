//! What separates the cells of a text file, found by looking at its beginning.

/// As much of a file as is looked at.
const BEGINNING: usize = 256 << 10;

/// Separators, the most usual one first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the first line of Excel says, `sep=;`, and how long that line is.
pub(super) fn stated(text: &str) -> Option<(u8, usize)> {
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    let statement = line.trim_matches('"');
    let (key, value) = statement.split_at_checked(4)?;
    match (key.eq_ignore_ascii_case("sep="), value.as_bytes()) {
        (true, [separator]) => Some((*separator, line.len())),
        _ => None,
    }
}

/// The separator that divides most lines into the same number of cells; a comma where none divides any.
///
/// Neither the preamble of a table decides it nor a list in a cell: those have another number of them in every line.
pub(super) fn find(text: &str) -> u8 {
    let end = (0..=BEGINNING.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let beginning = text.get(..end).unwrap_or(text);
    let scores = CANDIDATES.map(|separator| (score(beginning, end < text.len(), separator), separator));
    let best = scores.into_iter().reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map_or(b',', |(_, separator)| separator)
}

/// How well a separator fits: whether it divides all lines alike, as a list in a cell does not divide the header; then how
/// often it separates something, no line counting for more than the usual one, times the share of the lines that are
/// alike.
fn score(beginning: &str, cut: bool, separator: u8) -> (bool, usize) {
    let reader = &mut csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(separator);
    let records = reader.from_reader(beginning.as_bytes()).into_records().flatten();
    let filled = records.filter(|record| record.iter().any(|cell| !cell.trim().is_empty()));
    // How often each line is divided.
    let mut divided: Vec<usize> = filled.map(|record| record.len().saturating_sub(1)).collect();
    if cut {
        divided.pop();
    }
    let mut sorted = divided.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len().div_euclid(2)).copied().unwrap_or_default();
    let sum = divided.iter().fold(0usize, |sum, count| sum.saturating_add((*count).min(usual)));
    let most = sorted.chunk_by(|count, next| count == next).map(<[usize]>::len).max().unwrap_or_default();
    let alike = usual > 0 && divided.len() > 1 && most == divided.len();
    (alike, sum.saturating_mul(most).saturating_mul(1_000).checked_div(divided.len()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_separator_divides_lines_alike() {
        for (text, separator) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b;c\n1;0,1;\n2;0,01;x, y\n", b';'),
            ("a\tb\tc\n1\t0,1\tx;y\n", b'\t'),
            ("a|b|c\n1|2|x, y, z\n", b'|'),
            // Lists in cells, quoted and not.
            ("Address,Name,Values\n1,Mode,0=Off;1=On;2=Auto\n2,State,0=a;1=b;2=c;3=d;4=e;5=f\n3,x,\n", b','),
            ("Address;Values\n1;\"0,1,2,3\"\n2;\"1,2,3,4,5,6\"\n", b';'),
            // A long one in every line but the header.
            ("Address,Name,Values\n1,Mode,0=a;1=b;2=c;3=d;4=e;5=f;6=g\n2,State,0=a;1=b;2=c;3=d;4=e;5=f;6=g\n", b','),
            // A preamble in prose.
            ("Modbus map, rev. 2, July 2024, all models, all firmwares\n\nAddress;Name\n1;a\n2;b\n3;c\n", b';'),
            // Trailing and lacking ones.
            ("a;b;c;;;\n1;2;3;;;\n4;5\n6;7;8\n", b';'),
            ("one column\nof text\n", b','),
            ("", b','),
            ("a\tb\n", b'\t'),
        ] {
            assert_eq!(char::from(find(text)), char::from(separator), "{text}");
        }
    }

    #[test]
    fn excel_states_it_in_the_first_line() {
        assert_eq!(stated("sep=;\na;b"), Some((b';', 5)));
        assert_eq!(stated("SEP=\t\r\na"), Some((b'\t', 5)));
        assert_eq!(stated("\"sep=|\"\na|b"), Some((b'|', 7)));
        assert_eq!(stated("sep=ab\n"), None);
        assert_eq!(stated("separator;b"), None);
        assert_eq!(stated("°°"), None);
    }
}

//! The records of an XLS workbook, gone through before calamine reads them.
//!
//! It assumes nothing of them. What it lets pass costs calamine no more memory and time than the limits allow: a number
//! that is larger than what follows it, a cell beyond the last column, sheets that lie in each other and texts that are
//! cut off are refused, and what calamine does not need to read is taken out, which is the claimed sizes of sheets, the
//! tokens of formulas and the names of cells.

use super::limits::{self, Areas, Budget, Fault};

/// Records of the workbook and of its sheets.
const NONE: u16 = 0x0000;
const FORMULA: u16 = 0x0006;
const EOF: u16 = 0x000a;
const NAME: u16 = 0x0018;
const PASSWORD: u16 = 0x002f;
const CONTINUE: u16 = 0x003c;
const SHEET: u16 = 0x0085;
const RKS: u16 = 0x00bd;
const RICH_TEXT: u16 = 0x00d6;
const MERGED: u16 = 0x00e5;
const TEXTS: u16 = 0x00fc;
const SHARED_TEXT: u16 = 0x00fd;
const SIZE: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const TEXT: u16 = 0x0204;
const TRUTH: u16 = 0x0205;
const RESULT: u16 = 0x0207;
const RK: u16 = 0x027e;
const BEGIN: u16 = 0x0809;

/// Cells of the versions before Excel 5, which calamine passes over.
const OLD_CELLS: [u16; 6] = [0x0002, 0x0003, 0x0004, 0x0005, 0x0206, 0x0406];
/// Bytes in a character of a text, once it is read: at most.
const WIDTH: usize = 3;
/// Columns of a sheet.
const COLUMNS: usize = 256;
/// Records that one of shared texts goes on in: as many as a file has room for, if they are not short.
const CONTINUED: usize = 16_384;

/// A workbook that can be read.
pub(super) struct Passed {
    pub(super) stream: Vec<u8>,
    /// Why a sheet is not read, for each in the order of the workbook; one that is refused is empty in the stream.
    pub(super) refused: Vec<Option<Fault>>,
}

/// Goes through a workbook.
pub(super) fn pass(mut stream: Vec<u8>) -> Result<Passed, Fault> {
    let Globals { listed, texts, has_flags, end, mut patches } = globals(&stream)?;
    let mut taken = vec![(0, end)];
    let mut refused = Vec::new();
    let mut walk = Walk { texts, has_flags, budget: Budget::default(), areas: Areas::default() };
    let nowhere = u32::try_from(stream.len()).unwrap_or(u32::MAX);
    for Listed { field, begin, is_worksheet } in listed {
        let before = patches.len();
        let fault = match is_worksheet {
            true => walk.sheet(&stream, begin, &mut patches).map(|end| taken.push((begin, end))).err(),
            false => None,
        };
        if fault.is_some() {
            patches.truncate(before);
        }
        if fault.is_some() || !is_worksheet {
            let [low, high] = [nowhere & 0xffff, nowhere >> 16].map(|half| u16::try_from(half).unwrap_or_default());
            patches.extend([(field, low), (field.saturating_add(2), high)]);
        }
        refused.push(fault);
    }
    taken.sort_unstable();
    if taken.windows(2).any(|pair| matches!(pair, [(_, end), (begin, _)] if end > begin)) {
        return Err(Fault::broken("two of its sheets lie in each other"));
    }
    for (at, word) in patches {
        if let Some(bytes) = stream.get_mut(at..).and_then(|bytes| bytes.first_chunk_mut()) {
            *bytes = word.to_le_bytes();
        }
    }
    Ok(Passed { stream, refused })
}

/// Where a word is to be another.
type Patches = Vec<(usize, u16)>;

/// A sheet as the workbook lists it.
struct Listed {
    /// Where it says where the sheet begins.
    field: usize,
    begin: usize,
    is_worksheet: bool,
}

/// What comes before the sheets.
struct Globals {
    listed: Vec<Listed>,
    /// How long each shared text is.
    texts: Vec<u16>,
    /// Whether texts say how wide their characters are, as they do since Excel 97.
    has_flags: bool,
    end: usize,
    patches: Patches,
}

fn globals(stream: &[u8]) -> Result<Globals, Fault> {
    let mut globals =
        Globals { listed: Vec::new(), texts: Vec::new(), has_flags: true, end: stream.len(), patches: Vec::new() };
    let mut records = Records { stream, at: 0 };
    while let Some(Record { kind, at, data, continued }) = records.next()? {
        match kind {
            PASSWORD if word(data, 0)? != 0 => return Err(Fault::broken("it is protected with a password")),
            BEGIN => {
                globals.has_flags = !matches!(
                    (word(data, 0)?, data.get(2..4)),
                    (0x0002 | 0x0007 | 0x0200 | 0x0300 | 0x0400 | 0x0500, _) | (0, Some([0x00, 0x10]))
                );
            }
            SHEET => {
                let begin = u32::from(word(data, 0)?) | u32::from(word(data, 2)?) << 16;
                let begin = usize::try_from(begin).unwrap_or(usize::MAX);
                let is_worksheet = word(data, 4)? >> 8 == 0;
                globals.listed.push(Listed { field: at, begin, is_worksheet });
                limits::check_sheets(globals.listed.len())?;
            }
            // They stand in formulas only.
            NAME => globals.patches.push((at.saturating_sub(HEAD), NONE)),
            TEXTS => globals.texts = texts(data, &continued)?,
            EOF => {
                globals.end = records.at;
                break;
            }
            _ => {}
        }
    }
    Ok(globals)
}

/// The lengths of the shared texts.
fn texts(first: &[u8], continued: &[&[u8]]) -> Result<Vec<u16>, Fault> {
    if continued.len() > CONTINUED {
        return Err(Fault::too_large(
            format!("shared texts in {} records", continued.len()),
            format!("at most {CONTINUED} records"),
        ));
    }
    let cut = || Fault::broken("its shared texts are cut off");
    let mut continued = continued.iter();
    let mut data = first.get(8..).ok_or_else(cut)?;
    let mut budget = Budget::default();
    let mut texts = Vec::new();
    loop {
        if data.is_empty() {
            let Some(next) = continued.next() else { return Ok(texts) };
            data = next;
        }
        budget.cells(1)?;
        if data.is_empty() {
            texts.push(0);
            continue;
        }
        let length = word(data, 0)?;
        let (flags, mut rest) = data.get(2..).and_then(<[u8]>::split_first).ok_or_else(cut)?;
        let mut after = 0u64;
        if flags & 8 != 0 {
            after = u64::from(word(rest, 0)?).saturating_mul(4);
            rest = rest.get(2..).ok_or_else(cut)?;
        }
        if flags & 4 != 0 {
            let more = u32::from(word(rest, 0)?) | u32::from(word(rest, 2)?) << 16;
            after = after.saturating_add(more.into());
            rest = rest.get(4..).ok_or_else(cut)?;
        }
        data = rest;
        let (mut left, mut is_wide) = (usize::from(length), flags & 1 != 0);
        loop {
            let width = if is_wide { 2 } else { 1 };
            let here = left.min(data.chunks_exact(width).len());
            data = data.get(here.saturating_mul(width)..).unwrap_or_default();
            left = left.saturating_sub(here);
            if left == 0 {
                break;
            }
            let (flags, rest) = continued.next().and_then(|next| next.split_first()).ok_or_else(cut)?;
            (data, is_wide) = (rest, flags & 1 != 0);
        }
        let mut after = usize::try_from(after).unwrap_or(usize::MAX);
        while after > 0 {
            if data.is_empty() {
                data = continued.next().ok_or_else(cut)?;
            }
            let here = after.min(data.len());
            data = data.get(here..).unwrap_or_default();
            after = after.saturating_sub(here);
        }
        texts.push(length);
    }
}

/// Goes through the sheets.
struct Walk {
    texts: Vec<u16>,
    has_flags: bool,
    budget: Budget,
    areas: Areas,
}

impl Walk {
    /// Goes through a sheet, to where it ends.
    fn sheet(&mut self, stream: &[u8], begin: usize, patches: &mut Patches) -> Result<usize, Fault> {
        if begin >= stream.len() {
            return Err(Fault::broken("it lies beyond the end of the file"));
        }
        let mut records = Records { stream, at: begin };
        let (mut values, mut formulas) = (Area::default(), Area::default());
        // Where the formula stands whose result comes next.
        let mut last = (0, 0);
        let (mut has_begun, mut depth) = (false, 0usize);
        while let Some(Record { kind, at, data, .. }) = records.next()? {
            if depth > 0 {
                match kind {
                    BEGIN => depth = depth.saturating_add(1),
                    EOF => depth = depth.saturating_sub(1),
                    _ => {}
                }
                continue;
            }
            sized(data, least(kind))?;
            let place = || Ok::<_, Fault>((word(data, 0)?, word(data, 2)?));
            match kind {
                // Charts lie within sheets.
                BEGIN if has_begun => depth = 1,
                BEGIN => has_begun = true,
                EOF => break,
                SIZE => patches.push((at.saturating_sub(HEAD), NONE)),
                NUMBER | TRUTH | RK => values.take(place()?)?,
                TEXT | RICH_TEXT => {
                    values.take(place()?)?;
                    self.text(data.get(6..).unwrap_or_default())?;
                }
                SHARED_TEXT => {
                    values.take(place()?)?;
                    let number = u32::from(word(data, 6)?) | u32::from(word(data, 8)?) << 16;
                    let text = self.texts.get(usize::try_from(number).unwrap_or(usize::MAX));
                    // calamine takes such a cell for blank.
                    let length = text.ok_or_else(|| Fault::broken(format!("it has no shared text {number}")))?;
                    self.budget.texts(usize::from(*length).saturating_mul(WIDTH), 1, 1)?;
                }
                RKS => {
                    let (row, first) = place()?;
                    let count = data.len().wrapping_div(6).saturating_sub(1);
                    let last = usize::from(first).saturating_add(count).saturating_sub(1);
                    let said = word(data, data.len().saturating_sub(2))?;
                    if !data.len().is_multiple_of(6) || usize::from(said) != last {
                        return Err(Fault::broken("numbers in a row of it do not say in which columns they stand"));
                    }
                    self.budget.cells(count)?;
                    values.take((row, first))?;
                    values.take((row, said))?;
                }
                RESULT => {
                    values.take(last)?;
                    self.text(data)?;
                }
                FORMULA => {
                    last = place()?;
                    values.take(last)?;
                    formulas.take(last)?;
                    // The length of its tokens, which can make a text of any length.
                    patches.push((at.saturating_add(20), 0));
                }
                MERGED => {
                    let count = usize::from(word(data, 0)?);
                    sized(data, count.saturating_mul(8).saturating_add(2))?;
                    self.budget.cells(count)?;
                }
                _ if OLD_CELLS.contains(&kind) => {
                    return Err(Fault::broken("it has cells of a version before Excel 5, which are not read"));
                }
                _ => {}
            }
            if matches!(kind, NUMBER | TRUTH | RK | TEXT | RICH_TEXT | SHARED_TEXT | RESULT | FORMULA) {
                self.budget.cells(1)?;
            }
        }
        self.areas.take(values.places())?;
        self.areas.take(formulas.places())?;
        Ok(records.at)
    }

    /// A text with its length before it.
    fn text(&mut self, data: &[u8]) -> Result<(), Fault> {
        let length = usize::from(word(data, 0)?);
        let held = match (self.has_flags, data.get(2..).unwrap_or_default()) {
            (true, [flags, text @ ..]) if flags & 1 != 0 => text.len().wrapping_div(2),
            (true, [_, text @ ..]) | (false, text) => text.len(),
            (true, []) => 0,
        };
        if length > held {
            return Err(Fault::broken("a text of it is cut off, or goes on where it is not read"));
        }
        self.budget.texts(length.saturating_mul(WIDTH), 1, 1)
    }
}

/// From the first row and column to the last.
#[derive(Default)]
struct Area(Option<[u16; 4]>);

impl Area {
    /// Takes a place in.
    fn take(&mut self, (row, column): (u16, u16)) -> Result<(), Fault> {
        if usize::from(column) >= COLUMNS {
            let letters = crate::source::column_letters(column.into());
            return Err(Fault::too_large(
                format!("a cell in column {letters}"),
                format!("at most {COLUMNS} columns in an XLS workbook"),
            ));
        }
        let [top, bottom, left, right] = self.0.unwrap_or([row, row, column, column]);
        self.0 = Some([top.min(row), bottom.max(row), left.min(column), right.max(column)]);
        Ok(())
    }

    fn places(&self) -> usize {
        self.0.map_or(0, |[top, bottom, left, right]| {
            let count = |first: u16, last: u16| usize::from(last.saturating_sub(first)).saturating_add(1);
            count(top, bottom).saturating_mul(count(left, right))
        })
    }
}

/// Bytes before the data of a record: its kind and its length.
const HEAD: usize = 4;

/// Goes from record to record.
struct Records<'s> {
    stream: &'s [u8],
    at: usize,
}

struct Record<'s> {
    kind: u16,
    /// Where its data begins.
    at: usize,
    data: &'s [u8],
    /// The data of the records that it goes on in.
    continued: Vec<&'s [u8]>,
}

impl<'s> Records<'s> {
    /// The next record with those that it goes on in.
    fn next(&mut self) -> Result<Option<Record<'s>>, Fault> {
        if self.at >= self.stream.len() {
            return Ok(None);
        }
        let (kind, at, data) = self.one()?;
        let mut continued = Vec::new();
        while let Some([low, high, _, _, _, ..]) = self.stream.get(self.at..)
            && u16::from_le_bytes([*low, *high]) == CONTINUE
        {
            continued.push(self.one()?.2);
        }
        Ok(Some(Record { kind, at, data, continued }))
    }

    fn one(&mut self) -> Result<(u16, usize, &'s [u8]), Fault> {
        let rest = self.stream.get(self.at..).unwrap_or_default();
        let (kind, length) = (word(rest, 0)?, usize::from(word(rest, 2)?));
        let end = HEAD.saturating_add(length);
        let data = rest.get(HEAD..end).ok_or_else(|| Fault::broken("it ends in the middle of a record"))?;
        let at = self.at.saturating_add(HEAD);
        self.at = self.at.saturating_add(end);
        Ok((kind, at, data))
    }
}

/// Bytes that a record has at least.
fn least(kind: u16) -> usize {
    match kind {
        MERGED => 2,
        TEXT | RICH_TEXT => 6,
        TRUTH => 8,
        RK | SHARED_TEXT => 10,
        RKS => 12,
        NUMBER => 14,
        FORMULA => 22,
        _ => 0,
    }
}

fn sized(data: &[u8], least: usize) -> Result<(), Fault> {
    match data.len() < least {
        true => Err(Fault::broken("a record of it is too short")),
        false => Ok(()),
    }
}

fn word(data: &[u8], at: usize) -> Result<u16, Fault> {
    let word = data.get(at..).and_then(|data| data.first_chunk());
    word.map(|word| u16::from_le_bytes(*word)).ok_or_else(|| Fault::broken("a record of it is too short"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::arithmetic_side_effects, reason = "what goes wrong here is to fail the test")]

    use super::super::{Kind, Tab, compound, workbook};
    use super::*;
    use crate::diagnostic::Diagnostic;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn cell(kind: u16, row: u16, column: u16, value: &[u8]) -> Vec<u8> {
        record(kind, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0, 0], value].concat())
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        cell(NUMBER, row, column, &7.0f64.to_le_bytes())
    }

    fn text(text: &str) -> Vec<u8> {
        [&u16::try_from(text.len()).unwrap().to_le_bytes()[..], &[0], text.as_bytes()].concat()
    }

    /// A formula with these tokens; its result is a text that comes next.
    fn formula(row: u16, column: u16, tokens: &[u8]) -> Vec<u8> {
        let length = u16::try_from(tokens.len()).unwrap().to_le_bytes();
        cell(FORMULA, row, column, &[&[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0][..], &length, tokens].concat())
    }

    fn begin() -> Vec<u8> {
        record(BEGIN, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    /// Sheets of these records, and records before them.
    fn stream(globals: &[Vec<u8>], sheets: &[(&str, &[Vec<u8>])]) -> Vec<u8> {
        let globals = [begin(), globals.concat()].concat();
        let listed: usize = sheets.iter().map(|(name, _)| 12 + name.len()).sum();
        let mut at = globals.len() + listed + 4;
        let (mut stream, mut bodies) = (globals, Vec::new());
        for (name, cells) in sheets {
            let body = [begin(), cells.concat(), record(EOF, &[])].concat();
            let at_here = u32::try_from(at).unwrap().to_le_bytes();
            let length = u8::try_from(name.len()).unwrap();
            stream.extend(record(SHEET, &[&at_here[..], &[0, 0, length, 0], name.as_bytes()].concat()));
            at += body.len();
            bodies.extend(body);
        }
        stream.extend(record(EOF, &[]));
        stream.extend(bodies);
        stream
    }

    fn open(stream: Vec<u8>) -> Result<Vec<Tab>, Diagnostic> {
        workbook::read("t.xls", &compound::wrap("Workbook", stream))
    }

    /// What is said of each sheet: what stands in it, or why it is not read.
    fn told(globals: &[Vec<u8>], sheets: &[(&str, &[Vec<u8>])]) -> Vec<String> {
        let told = |tab: &Tab| match &tab.sheet {
            Ok(grid) => {
                let cells = grid.rows.iter().flat_map(|row| {
                    let cells = row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
                    cells.map(|(column, cell)| format!("{}={cell}", grid.origin.cell(row.number, column).cell()))
                });
                let unsaved = grid
                    .unsaved
                    .iter()
                    .map(|((row, column), text)| format!("{}{text}", grid.origin.cell(*row, *column).cell()));
                cells.chain(unsaved).collect::<Vec<_>>().join(" ")
            }
            Err(error) => format!("{} {}", error.code, error.message),
        };
        match open(stream(globals, sheets)) {
            Ok(tabs) => tabs.iter().map(told).collect(),
            Err(error) => vec![format!("{} {}", error.code, error.message)],
        }
    }

    /// What is said of the only sheet.
    fn told_of(cells: &[Vec<u8>]) -> String {
        let [told] = told(&[], &[("S", cells)]).try_into().unwrap();
        told
    }

    #[test]
    fn every_cell_is_read() {
        let rks = [&0u16.to_le_bytes()[..], &1u16.to_le_bytes(), &[0, 0, 30, 0, 0, 0], &[0, 0, 34, 0, 0, 0], &[2, 0]];
        let texts =
            record(TEXTS, &[&[2, 0, 0, 0, 9, 0, 0, 0][..], &text("shared"), &[7, 0, 0, b'i', b'n', b' ']].concat());
        let goes_on = record(CONTINUE, &[&[1][..], &[b't', 0, b'w', 0, b'o', 0, 0xb0, 0]].concat());
        let rich = [&[1, 0, 0x0d, 2, 0, 5, 0, 0, 0, b'r', 0][..], &[0; 13]].concat();
        let texts = [texts, goes_on, record(CONTINUE, &rich)].concat();
        let sheet = [
            number(0, 0),
            record(RKS, &rks.concat()),
            cell(SHARED_TEXT, 1, 0, &1u32.to_le_bytes()),
            cell(SHARED_TEXT, 1, 1, &2u32.to_le_bytes()),
            cell(TEXT, 1, 2, &text("own")),
            cell(TRUTH, 1, 3, &[1, 0]),
            cell(TRUTH, 1, 4, &[0x2a, 1]),
            // A chart: what looks like a cell in it is none.
            begin(),
            number(9, 9),
            record(EOF, &[]),
            formula(2, 0, &[]),
            record(RESULT, &text("ab")),
            formula(2, 1, &[0x1e, 7, 0]),
        ];
        let told = told(&[texts], &[("S", &sheet), ("T", &[number(65_535, 19), number(0, 0)])]);
        assert_eq!(told, ["A1=7 B1=7 C1=8 A2=in two° B2=r C2=own D2=true E2=#N/A A3=ab B3=…", "A1=7 T65536=7"]);
        let tabs = open(stream(&[], &[("S", &[cell(TRUTH, 0, 0, &[0x2a, 1])])])).unwrap();
        assert_eq!(tabs[0].sheet.as_ref().unwrap().rows[0].kind(0), Kind::Failure);
    }

    #[test]
    fn what_a_workbook_claims_is_not_believed() {
        // The size of a sheet: in every form, and in one that there is not.
        for size in [vec![0xff; 14], vec![0xff; 10], vec![0xff; 16], [vec![9], vec![0; 13]].concat(), vec![1; 3]] {
            assert_eq!(told_of(&[record(SIZE, &size), number(0, 0)]), "A1=7");
        }
        // More shared texts than there are, and none.
        let texts = |count: u8| record(TEXTS, &[&[count; 8][..], &text("a")].concat());
        let shared = [cell(SHARED_TEXT, 0, 0, &0u32.to_le_bytes())];
        for count in [0, 1, 0xff] {
            assert_eq!(told(&[texts(count)], &[("S", &shared)]), ["A1=a"]);
        }
        let absent = [cell(SHARED_TEXT, 0, 0, &1u32.to_le_bytes())];
        let broken = "E0108 a sheet of t.xls cannot be read:";
        assert_eq!(told(&[texts(9)], &[("S", &absent)]), [format!("{broken} it has no shared text 1")]);
        // A text of 65,535 characters in thirteen bytes.
        let long = cell(TEXT, 0, 0, &[0xff, 0xff, 0, b'a']);
        let cut = format!("{broken} a text of it is cut off, or goes on where it is not read");
        assert_eq!(told_of(&[long]), cut);
        assert_eq!(told_of(&[formula(0, 0, &[]), record(RESULT, &[2, 0, 1, b'a', 0])]), cut);
        assert_eq!(
            told_of(&[record(MERGED, &[9, 0, 0, 0, 0, 0, 0, 0, 1, 0])]),
            format!("{broken} a record of it is too short")
        );
        assert_eq!(told_of(&[record(NUMBER, &[0; 9])]), format!("{broken} a record of it is too short"));
        for (first, last) in [(5u16, 4u16), (5, 6), (0xffff, 0)] {
            let rks = [&[0, 0][..], &first.to_le_bytes(), &[0; 6], &last.to_le_bytes()].concat();
            let why = "numbers in a row of it do not say in which columns they stand";
            assert_eq!(told_of(&[record(RKS, &rks)]), format!("{broken} {why}"));
        }
        assert_eq!(
            told_of(&[record(0x0003, &[0; 15])]),
            format!("{broken} it has cells of a version before Excel 5, which are not read")
        );
        assert_eq!(told_of(&[vec![3, 2, 0xff, 0xff, 0]]), format!("{broken} it ends in the middle of a record"));
    }

    #[test]
    fn shared_texts_that_are_cut_off_are_refused() {
        let head = [0; 8];
        let cut = ["E0102 t.xls is no workbook: its shared texts are cut off".to_owned()];
        for data in [
            &[9, 0, 0, b'a'][..],
            &[0xff, 0xff, 1, b'a', 0],
            &[1, 0, 8, 9, 0, b'a'],
            &[1, 0, 4, 0xff, 0xff, 0xff, 0xff, b'a'],
        ] {
            assert_eq!(told(&[record(TEXTS, &[&head[..], data].concat())], &[]), cut, "{data:?}");
        }
        // It goes on in a record that does not say how wide its characters are.
        let goes_on = [record(TEXTS, &[&head[..], &[9, 0, 0, b'a']].concat()), record(CONTINUE, &[])].concat();
        assert_eq!(told(&[goes_on, number(0, 0)], &[]), cut);
        let short = ["E0102 t.xls is no workbook: a record of it is too short".to_owned()];
        for data in [&[9][..], &[1, 0, 8, 9], &[1, 0, 4, 9, 9, 9]] {
            assert_eq!(told(&[record(TEXTS, &[&head[..], data].concat())], &[]), short, "{data:?}");
        }
        let many = [record(TEXTS, &head), record(CONTINUE, &[]).repeat(20_000)].concat();
        assert_eq!(told(&[many, number(0, 0)], &[]), ["E0120 more than is read: shared texts in 20000 records"]);
    }

    #[test]
    fn cells_that_lie_too_far_apart_are_refused_where_they_are() {
        let columns = "E0120 more than is read: a cell in column";
        assert_eq!(told_of(&[number(0, 256)]), format!("{columns} IW"));
        assert_eq!(told_of(&[number(0, 65_535)]), format!("{columns} CRXP"));
        let wide = [&[0, 0, 0xff, 0][..], &[0; 12], &[0, 1]].concat();
        assert_eq!(told_of(&[record(RKS, &wide)]), format!("{columns} IW"));
        // A whole sheet is read. Two of them are not, and those that are small are.
        let whole: &[Vec<u8>] = &[number(0, 0), number(65_535, 255)];
        let sheets: Vec<(String, &[Vec<u8>])> = (0..50).map(|at| (format!("S{at}"), whole)).collect();
        let mut sheets: Vec<_> = sheets.iter().map(|(name, cells)| (name.as_str(), *cells)).collect();
        let small = [number(0, 0)];
        sheets.push(("small", &small));
        let passed = pass(stream(&[], &sheets)).unwrap();
        let refused: Vec<_> = passed.refused.iter().map(Option::is_some).collect();
        assert_eq!(refused, [vec![false], vec![true; 49], vec![false]].concat());
        // Formulas take as much room again.
        let formulas: &[Vec<u8>] = &[formula(0, 0, &[]), formula(65_535, 159, &[])];
        assert!(pass(stream(&[], &[("S", formulas)])).unwrap().refused[0].is_some());
        // One text in many cells.
        let text = record(TEXTS, &[&[0; 8][..], &text(&"x".repeat(60_000))].concat());
        let cells = vec![cell(SHARED_TEXT, 0, 0, &0u32.to_le_bytes()); 1_500];
        assert_eq!(told(&[text], &[("S", &cells)]), ["E0120 more than is read: more than 256 MiB of text"]);
    }

    #[test]
    fn sheets_that_lie_in_each_other_are_refused() {
        let plain = stream(&[], &[("S", &[number(0, 0)]), ("T", &[number(1, 1)])]);
        let fields: Vec<_> =
            plain.windows(2).enumerate().filter(|(_, two)| *two == [0x85, 0]).map(|(at, _)| at + 4).collect();
        let [first, second] = fields[..] else { panic!("{fields:?}") };
        let with = |field: usize, begin: u32| {
            let mut bytes = plain.clone();
            bytes[field..field + 4].copy_from_slice(&begin.to_le_bytes());
            bytes
        };
        let begin = u32::from_le_bytes(*plain[first..].first_chunk().unwrap());
        let lie = "t.xls is no workbook: two of its sheets lie in each other";
        for begin in [0, begin, begin + 20] {
            assert_eq!(open(with(second, begin)).unwrap_err().message, lie);
        }
        let tabs = open(with(second, 0xffff_ff00)).unwrap();
        let error = tabs[1].sheet.as_ref().unwrap_err();
        assert_eq!(error.message, "a sheet of t.xls cannot be read: it lies beyond the end of the file");
        assert!(tabs[0].sheet.as_ref().is_ok_and(|grid| grid.text(1, 0) == "7"));
        let twice = told(&[], &[("S", &[number(0, 0)]), ("S", &[number(1, 1)])]);
        assert!(twice[1].ends_with("it is there twice"), "{twice:?}");
        let many = vec![("S", &[][..]); 1_001];
        assert_eq!(told(&[], &many), ["E0120 more than is read: 1001 sheets"]);
    }

    #[test]
    fn a_password_is_told() {
        let told = told(&[record(PASSWORD, &[1, 0, 1, 0])], &[("S", &[vec![7; 40]])]);
        assert_eq!(told, ["E0102 t.xls is no workbook: it is protected with a password"]);
    }

    #[test]
    fn what_formulas_and_names_make_is_not_made() {
        // A name of 255 characters, 1,600 times in a formula, and what moves it at every token.
        let name = [&[0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &[0], &[b'n'; 255]].concat();
        let tokens = [[0x23, 1, 0, 0, 0].repeat(1_600), vec![0x12; 57_000]].concat();
        let formulas: Vec<_> = (0..100).map(|row| formula(row, 0, &tokens)).collect();
        let start = std::time::Instant::now();
        let told = told(&[record(NAME, &name)], &[("S", &formulas)]);
        assert!(told[0].starts_with("A1=… A2=… "), "{told:?}");
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}

//! The records of an XLS workbook, gone through before calamine reads them.
//!
//! calamine reads all sheets at opening, takes room for each from its first cell to its last, and believes lengths. What passes
//! here costs it no more memory than the limits allow. What calamine does not need is taken out: the claimed sizes of sheets,
//! the tokens of formulas, and the names of cells. Records that are merely too short make calamine panic, which is caught.

use super::super::limits::{self, Budget, Fault};

/// Records of the workbook and of its sheets.
pub(super) const NONE: u16 = 0x0000;
pub(super) const FORMULA: u16 = 0x0006;
pub(super) const EOF: u16 = 0x000a;
pub(super) const NAME: u16 = 0x0018;
pub(super) const PASSWORD: u16 = 0x002f;
pub(super) const CONTINUE: u16 = 0x003c;
pub(super) const SHEET: u16 = 0x0085;
pub(super) const RKS: u16 = 0x00bd;
pub(super) const RICH_TEXT: u16 = 0x00d6;
pub(super) const MERGED: u16 = 0x00e5;
pub(super) const TEXTS: u16 = 0x00fc;
pub(super) const SHARED_TEXT: u16 = 0x00fd;
pub(super) const SIZE: u16 = 0x0200;
pub(super) const NUMBER: u16 = 0x0203;
pub(super) const TEXT: u16 = 0x0204;
pub(super) const TRUTH: u16 = 0x0205;
pub(super) const RESULT: u16 = 0x0207;
pub(super) const ROW: u16 = 0x0208;
pub(super) const RK: u16 = 0x027e;
pub(super) const BEGIN: u16 = 0x0809;
/// Cells of the versions before Excel 5, which calamine passes over.
const OLD_CELLS: [u16; 6] = [0x0002, 0x0003, 0x0004, 0x0005, 0x0206, 0x0406];
/// Bytes in a character of a text, once it is read: at most.
const WIDTH: usize = 3;
/// Columns of a sheet.
const COLUMNS: u16 = 256;
/// Places from the first cell to the last one of a sheet, of all sheets together: somewhat more than one sheet has.
const AREA: usize = 20_000_000;
/// Records that the shared texts go on in: as many as a file has room for, if they are not short.
const CONTINUED: usize = 16_384;

/// A workbook that can be read.
pub(super) struct Passed {
    pub(super) stream: Vec<u8>,
    /// The sheets in the order of the workbook; one that is refused is empty in the stream.
    pub(super) sheets: Vec<Result<HiddenRows, Fault>>,
}

/// Counted from one.
pub(super) type HiddenRows = Vec<u32>;

/// Where a word is to be another.
type Patches = Vec<(usize, u16)>;

/// Goes through a workbook.
pub(super) fn pass(mut stream: Vec<u8>) -> Result<Passed, Fault> {
    let mut walk = Walk::default();
    let listed = walk.globals(&stream)?;
    let mut sheets = Vec::new();
    let nowhere = u32::try_from(stream.len()).unwrap_or(u32::MAX);
    for (field, begin, is_worksheet) in listed {
        let before = walk.patches.len();
        let sheet = if is_worksheet { walk.sheet(&stream, begin) } else { Ok(HiddenRows::new()) };
        if sheet.is_err() || !is_worksheet {
            walk.patches.truncate(before);
            let [low, high] = [nowhere & 0xffff, nowhere >> 16].map(|half| u16::try_from(half).unwrap_or_default());
            walk.patches.extend([(field, low), (field.saturating_add(2), high)]);
        }
        sheets.push(sheet);
    }
    walk.taken.sort_unstable();
    if walk.taken.windows(2).any(|pair| matches!(pair, [(_, end), (begin, _)] if end > begin)) {
        return Err(Fault::broken("two sheets overlap in the file"));
    }
    for (at, word) in walk.patches {
        if let Some(bytes) = stream.get_mut(at..).and_then(|bytes| bytes.first_chunk_mut()) {
            *bytes = word.to_le_bytes();
        }
    }
    Ok(Passed { stream, sheets })
}

/// What has been seen of a workbook.
#[derive(Default)]
struct Walk {
    /// How long each shared text is.
    texts: Vec<u16>,
    /// Whether texts do not say how wide their characters are, as before Excel 97.
    is_old: bool,
    budget: Budget,
    area: usize,
    patches: Patches,
    /// From where to where something was read.
    taken: Vec<(usize, usize)>,
}

impl Walk {
    /// Goes through what comes before the sheets. For each of them: where it says where it begins, that, and whether it is
    /// one of cells.
    fn globals(&mut self, stream: &[u8]) -> Result<Vec<(usize, usize, bool)>, Fault> {
        let mut listed = Vec::new();
        let mut records = Records { stream, at: 0 };
        while let Some(Record { kind, at, data, continued }) = records.next()? {
            match kind {
                // What follows is encrypted.
                PASSWORD if word(data, 0)? != 0 => return Err(Fault::broken("it is protected with a password")),
                BEGIN => {
                    let version = word(data, 0)?;
                    self.is_old = matches!(version, 0x0002 | 0x0007 | 0x0200 | 0x0300 | 0x0400 | 0x0500)
                        || version == 0 && data.get(2..4) == Some(&[0x00, 0x10]);
                }
                SHEET => {
                    listed.push((at, number(data, 0)?, word(data, 4)? >> 8 == 0));
                    limits::check_sheets(listed.len())?;
                }
                // They stand in formulas only.
                NAME => self.patches.push((at.saturating_sub(HEAD), NONE)),
                TEXTS => self.texts = texts(data, &continued)?,
                EOF => break,
                _ => {}
            }
        }
        self.taken.push((0, records.at));
        Ok(listed)
    }

    /// Goes through a sheet, to where it ends.
    fn sheet(&mut self, stream: &[u8], begin: usize) -> Result<HiddenRows, Fault> {
        if begin >= stream.len() {
            return Err(Fault::broken("it lies beyond the end of the file"));
        }
        if self.taken.iter().any(|(from, to)| (*from..*to).contains(&begin)) {
            return Err(Fault::broken("it overlaps with another sheet"));
        }
        let mut records = Records { stream, at: begin };
        let (mut values, mut formulas, mut hidden) = (Area::default(), Area::default(), HiddenRows::new());
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
            let place = || Ok::<_, Fault>((word(data, 0)?, word(data, 2)?));
            match kind {
                // Charts lie within sheets.
                BEGIN if has_begun => depth = 1,
                BEGIN => has_begun = true,
                EOF => break,
                SIZE => self.patches.push((at.saturating_sub(HEAD), NONE)),
                ROW if word(data, 12)? & 0x20 != 0 => hidden.push(u32::from(word(data, 0)?).saturating_add(1)),
                NUMBER | TRUTH | RK => values.take(place()?)?,
                TEXT | RICH_TEXT => {
                    values.take(place()?)?;
                    self.text(data.get(6..).unwrap_or_default())?;
                }
                SHARED_TEXT => {
                    values.take(place()?)?;
                    // calamine takes a cell whose text is not there for blank.
                    let text = number(data, 6)?;
                    let length = self.texts.get(text).ok_or_else(|| Fault::broken(format!("no shared text {text}")))?;
                    self.budget.texts(usize::from(*length).saturating_mul(WIDTH), 1, 1)?;
                }
                RKS => {
                    let (row, first) = place()?;
                    let count = u16::try_from(data.len().wrapping_div(6)).unwrap_or(u16::MAX).saturating_sub(1);
                    self.budget.cells(count.into())?;
                    values.take((row, first))?;
                    values.take((row, first.saturating_add(count).saturating_sub(1)))?;
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
                    self.patches.push((at.saturating_add(20), 0));
                    if data.len() < 22 {
                        return Err(Fault::broken("a formula is cut off"));
                    }
                }
                MERGED => {
                    let count = usize::from(word(data, 0)?);
                    self.budget.cells(count)?;
                    if data.len() < count.saturating_mul(8).saturating_add(2) {
                        return Err(Fault::broken("its merged cells are cut off"));
                    }
                }
                _ if OLD_CELLS.contains(&kind) => {
                    return Err(Fault::broken("it has cells of a version before Excel 5, which are not read"));
                }
                _ => {}
            }
            self.budget.cells(1)?;
        }
        let area = self.area.saturating_add(values.places()).saturating_add(formulas.places());
        if area > AREA {
            return Err(Fault::too_large(
                format!("cells so far apart that more than {AREA} lie between them"),
                format!("at most {AREA} from the first to the last row and column, of all sheets together"),
            ));
        }
        self.area = area;
        self.taken.push((begin, records.at));
        Ok(hidden)
    }

    /// A text with its length before it. calamine shortens one that is cut off, and takes room for its length.
    fn text(&mut self, data: &[u8]) -> Result<(), Fault> {
        let length = usize::from(word(data, 0)?);
        let held = match (self.is_old, data.get(2..).unwrap_or_default()) {
            (false, [flags, text @ ..]) if flags & 1 != 0 => text.len().wrapping_div(2),
            (false, [_, text @ ..]) | (true, text) => text.len(),
            (false, []) => 0,
        };
        if length > held {
            return Err(Fault::broken("a text is cut off, or goes on where it is not read"));
        }
        self.budget.texts(length.saturating_mul(WIDTH), 1, 1)
    }
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
        let Some(flags) = data.get(2) else { return Err(cut()) };
        let (length, runs, more) = (word(data, 0)?, flags & 8 != 0, flags & 4 != 0);
        let mut is_wide = flags & 1 != 0;
        let mut head = 3usize;
        let mut after = 0usize;
        if runs {
            after = usize::from(word(data, head)?).saturating_mul(4);
            head = head.saturating_add(2);
        }
        if more {
            after = after.saturating_add(number(data, head)?);
            head = head.saturating_add(4);
        }
        data = data.get(head..).ok_or_else(cut)?;
        let mut left = usize::from(length);
        loop {
            let held = if is_wide { data.len().wrapping_div(2) } else { data.len() };
            let here = left.min(held);
            data = data.get(here.saturating_mul(if is_wide { 2 } else { 1 })..).unwrap_or_default();
            left = left.saturating_sub(here);
            if left == 0 {
                break;
            }
            let (flags, rest) = continued.next().and_then(|next| next.split_first()).ok_or_else(cut)?;
            (data, is_wide) = (rest, flags & 1 != 0);
        }
        while after > data.len() {
            after = after.saturating_sub(data.len());
            data = continued.next().ok_or_else(cut)?;
        }
        data = data.get(after..).unwrap_or_default();
        texts.push(length);
    }
}

/// From the first row and column to the last.
#[derive(Default)]
struct Area(Option<[u16; 4]>);

impl Area {
    /// Takes a place in.
    fn take(&mut self, (row, column): (u16, u16)) -> Result<(), Fault> {
        if column >= COLUMNS {
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

fn word(data: &[u8], at: usize) -> Result<u16, Fault> {
    let word = data.get(at..).and_then(|data| data.first_chunk());
    word.map(|word| u16::from_le_bytes(*word)).ok_or_else(|| Fault::broken("a record is too short"))
}

fn number(data: &[u8], at: usize) -> Result<usize, Fault> {
    let number = u32::from(word(data, at)?) | u32::from(word(data, at.saturating_add(2))?) << 16;
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

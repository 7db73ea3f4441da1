//! The compound file that an XLS workbook is ([MS-CFB]): streams, whose sectors lie anywhere in the file.

use super::limits::Fault;
use super::records::Data;

/// How every compound file begins.
pub(super) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Streams up to this size lie in sectors of 64 bytes within a stream of their own.
const SMALL: usize = 4096;
const SMALL_SECTOR: usize = 64;

/// Bytes of an entry of the directory.
const ENTRY: usize = 128;

/// The stream with the first of these names that there is.
pub(super) fn stream(bytes: &[u8], names: &[&str]) -> Result<Option<Vec<u8>>, Fault> {
    let file = File::new(bytes)?;
    let directory = file.chain(file.directory, usize::MAX)?;
    let entries: Vec<Entry> = directory.chunks_exact(ENTRY).map(Entry::new).collect::<Result<_, _>>()?;
    let found = names.iter().find_map(|name| entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)));
    let Some(entry) = found else { return Ok(None) };
    if entry.size >= SMALL {
        return file.chain(entry.start, entry.size).map(Some);
    }
    let root = entries.first().ok_or_else(|| Fault::broken("its directory is empty"))?;
    let container = file.chain(root.start, root.size)?;
    let table = file.chain(file.small_table, usize::MAX)?;
    let next = |sector: usize| number_at(&table, sector);
    let sector = |index: usize| container.get(index.checked_mul(SMALL_SECTOR)?..)?.chunks(SMALL_SECTOR).next();
    chain(entry.start, entry.size, container.len().div_ceil(SMALL_SECTOR), sector, next).map(Some)
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
}

impl Entry {
    fn new(bytes: &[u8]) -> Result<Self, Fault> {
        let mut data = Data(bytes);
        let name = data.take(64)?;
        let length = usize::from(data.u16()?).saturating_sub(2);
        let (pairs, _) = name.get(..length).unwrap_or_default().as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        data.skip(50)?;
        let start = data.u32()?;
        let size = usize::try_from(data.u32()?).unwrap_or(usize::MAX);
        Ok(Self { name: String::from_utf16_lossy(&units), start, size })
    }
}

struct File<'f> {
    bytes: &'f [u8],
    sector: usize,
    /// The sector after each.
    table: Vec<u8>,
    directory: u32,
    small_table: u32,
}

impl<'f> File<'f> {
    fn new(bytes: &'f [u8]) -> Result<Self, Fault> {
        let mut header = Data(bytes);
        header.skip(30)?;
        let sector = match header.u16()? {
            9 => 512,
            12 => 4096,
            other => return Err(Fault::broken(format!("its sectors have 2^{other} bytes"))),
        };
        header.skip(16)?;
        let directory = header.u32()?;
        header.skip(8)?;
        let small_table = header.u32()?;
        header.skip(4)?;
        let mut further = header.u32()?;
        header.skip(4)?;
        let mut file = Self { bytes, sector, table: Vec::new(), directory, small_table };
        // The table's own sectors are listed in the header, and then in a chain of sectors that end with the next one.
        let mut listed = header.take(109usize.saturating_mul(4))?;
        for _ in 0..=file.count() {
            for number in listed.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)) {
                if let Some(part) = file.at(number) {
                    file.table.extend_from_slice(part);
                }
            }
            let Some((rest, next)) = file.at(further).and_then(|sector| sector.split_last_chunk::<4>()) else { break };
            (listed, further) = (rest, u32::from_le_bytes(*next));
        }
        Ok(file)
    }

    /// How many sectors the file has.
    fn count(&self) -> usize {
        self.bytes.len().div_ceil(self.sector)
    }

    /// A sector; none for the numbers that mean an end. The last one may be cut off.
    fn at(&self, number: u32) -> Option<&'f [u8]> {
        let offset = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector)?;
        self.bytes.get(offset..)?.chunks(self.sector).next()
    }

    fn chain(&self, start: u32, size: usize) -> Result<Vec<u8>, Fault> {
        let sector = |index: usize| self.at(u32::try_from(index).ok()?);
        chain(start, size, self.count(), sector, |sector| number_at(&self.table, sector))
    }
}

fn number_at(table: &[u8], index: usize) -> Option<u32> {
    table.as_chunks::<4>().0.get(index).map(|number| u32::from_le_bytes(*number))
}

/// Joins the sectors of a stream, which cannot be more than there are.
fn chain<'s>(
    start: u32,
    size: usize,
    count: usize,
    sector: impl Fn(usize) -> Option<&'s [u8]>,
    next: impl Fn(usize) -> Option<u32>,
) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut number = usize::try_from(start).ok();
    for _ in 0..=count {
        let Some((at, part)) = number.and_then(|number| Some((number, sector(number)?))) else {
            bytes.truncate(size);
            return Ok(bytes);
        };
        bytes.extend_from_slice(part);
        if bytes.len() >= size {
            bytes.truncate(size);
            return Ok(bytes);
        }
        number = next(at).and_then(|next| usize::try_from(next).ok());
    }
    Err(Fault::broken("its sectors go round in a circle"))
}

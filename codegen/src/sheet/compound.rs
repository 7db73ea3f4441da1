//! The compound file that an XLS workbook lies in: streams in chains of sectors, as on a disk.
//!
//! calamine follows a chain for as long as the file says, which is for ever where it goes round in a circle. So the one
//! stream that matters is taken out here, with bounds, and given to calamine in a compound file that is made anew.

use super::limits::Fault;

/// Begins every compound file.
pub(super) const MAGIC: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Ends a chain; a sector of the table of chains; none.
const END: u32 = 0xffff_fffe;
const TABLE: u32 = 0xffff_fffd;
const FREE: u32 = 0xffff_ffff;
/// Numbers from here on are no sectors.
const RESERVED: u32 = 0xffff_fffa;

/// Bytes of a sector of a short stream, and up to which length a stream is one.
const SHORT: usize = 64;
const LONG_FROM: usize = 4096;
/// Bytes of an entry of the directory.
const ENTRY: usize = 128;

/// The sectors of a file, and which one follows which.
struct Sectors<'b> {
    bytes: &'b [u8],
    size: usize,
    next: Vec<u32>,
}

impl Sectors<'_> {
    fn sector(&self, number: u32) -> Option<&[u8]> {
        let start = index(number).checked_mul(self.size)?;
        let end = start.checked_add(self.size)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// At most so many bytes of a chain.
    fn chain(&self, first: u32, length: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut number = first;
        // No chain is longer than all sectors together, however many the table lists.
        for _ in 0..=self.bytes.len().div_ceil(self.size) {
            if number == END {
                return Ok(bytes);
            }
            let beyond = || Fault::broken(format!("its sector {number} lies beyond its end"));
            let sector = self.sector(number).ok_or_else(beyond)?;
            let left = length.saturating_sub(bytes.len());
            bytes.extend_from_slice(sector.get(..left).unwrap_or(sector));
            if bytes.len() >= length {
                return Ok(bytes);
            }
            number = *self.next.get(index(number)).ok_or_else(beyond)?;
        }
        Err(Fault::broken("its sectors follow each other in a circle"))
    }
}

/// The first of these streams that the file has.
pub(super) fn stream(bytes: &[u8], names: &[&str]) -> Result<Option<Vec<u8>>, Fault> {
    let cut = || Fault::broken("it ends in its first sector");
    let header = bytes.get(..512).ok_or_else(cut)?;
    let size = match word(header, 30) {
        9 => 512,
        12 => 4096,
        other => return Err(Fault::broken(format!("it claims to have sectors of 2^{other} bytes"))),
    };
    if word(header, 32) != 6 {
        return Err(Fault::broken("its short sectors do not have 64 bytes"));
    }
    let bytes = bytes.get(size..).ok_or_else(cut)?;
    let long = Sectors { bytes, size, next: table(header, bytes, size)? };
    let directory = long.chain(double(header, 48), usize::MAX)?;
    let (entries, _) = directory.as_chunks::<ENTRY>();
    let found = names.iter().find_map(|name| entries.iter().find(|entry| is_named(&entry[..], name)));
    let Some(entry) = found else { return Ok(None) };
    let length = |entry: &[u8]| {
        let high = if size == 4096 { double(entry, 124) } else { 0 };
        usize::try_from(u64::from(high) << 32 | u64::from(double(entry, 120))).unwrap_or(usize::MAX)
    };
    let first = |entry: &[u8]| double(entry, 116);
    let (begin, wanted) = (first(&entry[..]), length(&entry[..]));
    if wanted >= LONG_FROM {
        return long.chain(begin, wanted).map(Some);
    }
    let Some(root) = entries.first() else { return Ok(None) };
    let within = long.chain(first(&root[..]), length(&root[..]))?;
    let next = numbers(&long.chain(double(header, 60), index(double(header, 64)).saturating_mul(size))?).collect();
    Sectors { bytes: &within, size: SHORT, next }.chain(begin, wanted).map(Some)
}

/// Which sector follows which.
fn table(header: &[u8], bytes: &[u8], size: usize) -> Result<Vec<u32>, Fault> {
    // No more sectors are taken for those of the table than there are.
    let most = bytes.len().div_ceil(size);
    let plain = Sectors { bytes, size, next: Vec::new() };
    let beyond = |number: u32| Fault::broken(format!("its sector {number} lies beyond its end"));
    let mut listed: Vec<u32> = numbers(header.get(76..).unwrap_or_default()).collect();
    let mut number = double(header, 68);
    for count in 0.. {
        if number >= RESERVED {
            break;
        }
        if count > most {
            return Err(Fault::broken("its sectors follow each other in a circle"));
        }
        listed.extend(numbers(plain.sector(number).ok_or_else(|| beyond(number))?));
        number = listed.pop().unwrap_or(END);
    }
    listed.retain(|number| *number < RESERVED);
    if listed.len() > most {
        return Err(Fault::broken("the table of its sectors is larger than the file"));
    }
    let mut next = Vec::new();
    for number in listed {
        next.extend(numbers(plain.sector(number).ok_or_else(|| beyond(number))?));
    }
    Ok(next)
}

fn is_named(entry: &[u8], name: &str) -> bool {
    let (units, _) = entry.get(..64).unwrap_or_default().as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0);
    units.map(|unit| u8::try_from(unit).unwrap_or_default().to_ascii_lowercase()).eq(name.to_ascii_lowercase().bytes())
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number))
}

fn word(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(0, |word| u16::from_le_bytes(*word))
}

fn double(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map_or(0, |double| u32::from_le_bytes(*double))
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A compound file that holds this stream alone.
pub(super) fn wrap(name: &str, mut stream: Vec<u8>) -> Vec<u8> {
    // Sectors of 4096 bytes: with them the header has room for the table of any file that is read.
    const SIZE: usize = 4096;
    // A shorter one would lie in short sectors. What comes after the last record is not looked at.
    let length = stream.len().max(LONG_FROM);
    let data = length.div_ceil(SIZE);
    // The directory, the table, the stream.
    let tables = data.saturating_add(2).div_ceil(SIZE / 4 - 1);
    let first = tables.saturating_add(1);
    stream.resize(data.saturating_mul(SIZE), 0);

    let number = |index: usize| u32::try_from(index).unwrap_or(FREE);
    let mut file = Vec::with_capacity(stream.len().saturating_add(first.saturating_add(1).saturating_mul(SIZE)));
    file.extend(MAGIC);
    file.extend([0; 16]);
    // Versions, byte order, sizes of sectors as powers of two.
    file.extend([0x3e, 4, 0xfffe, 12, 6].into_iter().flat_map(u16::to_le_bytes));
    file.extend([0; 6]);
    // Sectors of the directory and of the table, where the directory begins, how short a stream is long; no short
    // sectors, no more of the table than there is room for.
    let header = [1, number(tables), 0, 0, number(LONG_FROM), END, 0, END, 0];
    file.extend(header.into_iter().flat_map(u32::to_le_bytes));
    file.extend((1..first).flat_map(|table| number(table).to_le_bytes()));
    file.resize(512, 0xff);
    file.resize(SIZE, 0);

    // The root has no sectors of its own, but has to name one.
    for (name, kind, child, first, length) in [("Root Entry", 5, 1, 0, 0), (name, 2, FREE, number(first), length)] {
        let end = file.len().saturating_add(ENTRY);
        let begin = file.len();
        file.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        let bytes = file.len().saturating_sub(begin).saturating_add(2);
        file.resize(begin.saturating_add(64), 0);
        file.extend(u16::try_from(bytes).unwrap_or_default().to_le_bytes());
        file.extend([kind, 1]);
        file.extend([FREE, FREE, child].into_iter().flat_map(u32::to_le_bytes));
        file.resize(end.saturating_sub(12), 0);
        file.extend(first.to_le_bytes());
        file.extend(u64::try_from(length).unwrap_or_default().to_le_bytes());
    }
    file.resize(SIZE.saturating_mul(2), 0);

    let end = file.len().saturating_add(tables.saturating_mul(SIZE));
    file.extend(END.to_le_bytes());
    file.extend((0..tables).flat_map(|_| TABLE.to_le_bytes()));
    file.extend((1..data).flat_map(|next| number(first.saturating_add(next)).to_le_bytes()));
    file.extend(END.to_le_bytes());
    file.resize(end, 0xff);
    file.append(&mut stream);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_comes_out_as_it_went_in() {
        for length in [0, 1, 4095, 4096, 4097, 8192, 5_000_000] {
            let stream: Vec<u8> = (0..length).map(|at: usize| u8::try_from(at % 251).unwrap()).collect();
            let file = wrap("Workbook", stream.clone());
            let mut read = self::stream(&file, &["Book", "WORKBOOK"]).unwrap().unwrap();
            assert!(read.len() == length.max(4096) && read.split_off(length).iter().all(|byte| *byte == 0));
            assert_eq!(read, stream);
            assert_eq!(self::stream(&file, &["Book"]), Ok(None));
        }
    }

    #[test]
    fn a_chain_that_has_no_end_is_refused() {
        let file = wrap("Workbook", vec![7; 10_000]);
        let refused = |at: usize, number: u32| {
            let mut file = file.clone();
            file[at..at + 4].copy_from_slice(&number.to_le_bytes());
            match stream(&file, &["Workbook"]) {
                Err(Fault::Broken(why)) => why,
                other => panic!("{other:?}"),
            }
        };
        // The table begins in the third sector: directory, table, stream.
        let circle = "its sectors follow each other in a circle";
        assert_eq!(refused(2 * 4096, 0), circle);
        assert_eq!(refused(2 * 4096, 7_000), "its sector 7000 lies beyond its end");
        assert_eq!(refused(48, 99), "its sector 99 lies beyond its end");
        // The list of the table's own sectors goes on in itself.
        assert_eq!(refused(68, 3), "its sector 117901063 lies beyond its end");
        assert_eq!(refused(68, 0), circle);
        assert_eq!(refused(30, 31), "it claims to have sectors of 2^31 bytes");
        let mut looped = file.clone();
        let length = 4096 + 128 + 120;
        looped[length..length + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        let last = 2 * 4096 + 4 * 4;
        looped[last..last + 4].copy_from_slice(&2u32.to_le_bytes());
        assert_eq!(stream(&looped, &["Workbook"]), Err(Fault::broken(circle)));
        // The last sector holds the end of the stream.
        for length in (0..=3 * 4096).step_by(61) {
            let read = stream(&file[..length], &["Workbook"]);
            assert!(read.map_or(true, |read| read.is_none_or(|read| read.len() < 10_000)), "{length}");
        }
    }
}

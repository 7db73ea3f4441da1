//! The ZIP file that an XLSX, XLSB or ODS workbook is.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use zip::ZipArchive;

use super::super::limits::{self, Fault};

/// Marks the error that ends the reading of a part that is too large.
const TOO_LARGE: &str = "the workbook is too large when decompressed";

/// The parts of a workbook.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// By name in lower case with `/`: some programs write other cases, or `\`.
    names: BTreeMap<String, usize>,
    /// Bytes that may still be inflated.
    left: Rc<Cell<u64>>,
}

impl<'a> Package<'a> {
    /// Opens it, if all its parts together are not too large.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Fault> {
        Self::bounded(bytes, limits::INFLATED)
    }

    fn bounded(bytes: &'a [u8], limit: u64) -> Result<Self, Fault> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(Fault::broken)?;
        let mut names = BTreeMap::new();
        let mut size = 0u64;
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index).map_err(Fault::broken)?;
            size = size.saturating_add(part.size());
            let name = part.name().map_err(Fault::broken)?;
            if names.insert(key(&name), index).is_some() {
                // Another reader may take the other.
                return Err(Fault::broken(format!("duplicate part “{name}”")));
            }
        }
        // What the directory says is checked first, and not believed: the reading is bounded, too.
        if size > limit {
            return Err(limits::inflated());
        }
        Ok(Self { zip, names, left: Rc::new(Cell::new(limit)) })
    }

    /// Decompresses every part once, so that what reads them without bounds needs none.
    pub(super) fn measure(&mut self) -> Result<(), Fault> {
        let left = self.left.get();
        for index in 0..self.zip.len() {
            // A part that cannot be read harms who reads it.
            let Ok(part) = self.zip.by_index(index) else { continue };
            let mut part = Bounded { inner: part, left: Rc::clone(&self.left) };
            if let Err(error) = io::copy(&mut part, &mut io::sink())
                && let large @ Fault::TooLarge(..) = fault(&error)
            {
                return Err(large);
            }
        }
        self.left.set(left);
        Ok(())
    }

    /// Refuses a part with more tags than this: what reads it takes room for each.
    pub(super) fn check_tags(&mut self, name: &str, limit: usize) -> Result<(), Fault> {
        let Some(mut part) = self.part(name)? else { return Ok(()) };
        let mut count = 0usize;
        loop {
            let bytes = part.fill_buf().map_err(|error| fault(&error))?;
            if bytes.is_empty() {
                return Ok(());
            }
            count = count.saturating_add(bytes.split(|byte| *byte == b'<').count()).saturating_sub(1);
            if count > limit {
                return Err(Fault::too_large(format!("more than {limit} tags in {name}"), format!("at most {limit}")));
            }
            let length = bytes.len();
            part.consume(length);
        }
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains_key(&key(name))
    }

    /// A part, as a stream that ends with an error where too much comes out of it.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<impl BufRead + use<'_, 'a>>, Fault> {
        let Some(index) = self.names.get(&key(name)) else { return Ok(None) };
        let part = self.zip.by_index(*index).map_err(Fault::broken)?;
        Ok(Some(BufReader::new(Bounded { inner: part, left: Rc::clone(&self.left) })))
    }
}

/// The fault behind an error of a part's stream.
pub(super) fn fault(error: &io::Error) -> Fault {
    match error.to_string().contains(TOO_LARGE) {
        true => limits::inflated(),
        false => Fault::broken(error),
    }
}

fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

struct Bounded<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let left = self.left.get().checked_sub(u64::try_from(count).unwrap_or(u64::MAX));
        self.left.set(left.ok_or_else(|| io::Error::other(TOO_LARGE))?);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;

    use super::*;

    /// A package with one part of so many blanks.
    fn blanks(count: usize) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("A\\Part.xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(&vec![b' '; count]).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn parts_are_found_however_their_names_are_written() {
        let bytes = blanks(3);
        let mut package = Package::open(&bytes).unwrap();
        assert!(package.has("a/part.xml") && !package.has("a/other.xml"));
        let mut text = String::new();
        package.part("/a/part.XML").unwrap().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "   ");
        assert!(package.part("b.xml").unwrap().is_none());
    }

    #[test]
    fn what_inflates_to_too_much_is_refused_whatever_is_declared() {
        let bytes = blanks(100_000);
        assert!(bytes.len() < 1_000);
        assert_eq!(Package::bounded(&bytes, 99_999).err(), Some(limits::inflated()));
        // The size stands after the checksum in both headers; it is made a lie.
        let declared = 100_000u32.to_le_bytes();
        let mut lying = bytes.clone();
        for at in 0..lying.len() - 4 {
            if lying[at..at + 4] == declared {
                lying[at..at + 4].copy_from_slice(&9u32.to_le_bytes());
            }
        }
        assert_ne!(bytes, lying);
        let mut package = Package::bounded(&lying, 99_999).unwrap();
        let mut text = Vec::new();
        let error = package.part("a/part.xml").unwrap().unwrap().read_to_end(&mut text).unwrap_err();
        assert!(text.len() < 100_000);
        assert!(error.to_string() == TOO_LARGE || text.len() <= 9, "{error}");
        // Of several readings together.
        let mut package = Package::bounded(&bytes, 150_000).unwrap();
        assert!(package.part("a/part.xml").unwrap().unwrap().read_to_end(&mut Vec::new()).is_ok());
        let error = package.part("a/part.xml").unwrap().unwrap().read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(fault(&error), limits::inflated());
    }
}

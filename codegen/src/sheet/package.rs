//! The ZIP file that an XLSX, XLSB or ODS workbook is.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use zip::ZipArchive;

use super::limits::{self, Fault};

/// Marks the error that ends the reading of a part that is too large.
const TOO_LARGE: &str = "larger than is read";

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
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(Fault::broken)?;
        let mut names = BTreeMap::new();
        let mut size = 0u64;
        for index in 0..zip.len() {
            let part = zip.by_index_raw(index).map_err(Fault::broken)?;
            size = size.saturating_add(part.size());
            let name = part.name().map_err(Fault::broken)?;
            names.insert(key(&name), index);
        }
        // What the directory says is checked first, and not believed: the reading is bounded, too.
        if size > limits::INFLATED {
            return Err(limits::inflated());
        }
        Ok(Self { zip, names, left: Rc::new(Cell::new(limits::INFLATED)) })
    }

    /// Whether it has this part.
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

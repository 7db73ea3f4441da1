//! What the records of XLS and XLSB workbooks have in common.

use super::limits::Fault;

/// What a formula gives that has failed, by its code.
const FAILURES: [(u8, &str); 8] = [
    (0x00, "#NULL!"),
    (0x07, "#DIV/0!"),
    (0x0f, "#VALUE!"),
    (0x17, "#REF!"),
    (0x1d, "#NAME?"),
    (0x24, "#NUM!"),
    (0x2a, "#N/A"),
    (0x2b, "#GETTING_DATA"),
];

/// The text of a failure; [MS-XLS] has the same codes.
pub(super) fn failure(code: u8) -> &'static str {
    FAILURES.iter().find(|(known, _)| *known == code).map_or("#VALUE!", |(_, text)| text)
}

/// A number in 30 bits: an integer, or the upper half of a fraction, and whether it is meant in hundredths.
pub(super) fn rk(word: u32) -> f64 {
    let number = match word & 2 != 0 {
        true => f64::from(word.cast_signed() >> 2),
        false => f64::from_bits(u64::from(word & !3) << 32),
    };
    if word & 1 == 0 { number } else { number / 100.0 }
}

/// The rest of a record.
pub(super) struct Data<'d>(pub(super) &'d [u8]);

impl<'d> Data<'d> {
    /// The next so many bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&'d [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(|| Fault::broken("a record is too short"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn skip(&mut self, count: usize) -> Result<(), Fault> {
        self.take(count).map(|_| ())
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let taken = self.take(N)?;
        taken.try_into().map_err(Fault::broken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Fault> {
        self.array().map(u8::from_le_bytes)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Fault> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    /// A text in UTF-16 with its length before it; none where the length says so.
    pub(super) fn text(&mut self) -> Result<String, Fault> {
        let length = self.u32()?;
        if length == u32::MAX {
            return Ok(String::new());
        }
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX).saturating_mul(2))?;
        let (pairs, _) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
        Ok(String::from_utf16_lossy(&units))
    }
}

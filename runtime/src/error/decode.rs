//! Errors of decoding words.

use core::fmt;

use crate::error::InvalidRequest;
use crate::point::table::Table;

/// Why words cannot be decoded as a point's type.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// There are more or fewer words than the point's request reads.
    WordCount {
        /// How many there are.
        words: usize,
        /// How many the request reads.
        expected: u16,
    },
    /// The words mean that there is no value, and the point's type cannot express that.
    NotFitted,
    /// The words are not text in the point's encoding.
    Encoding,
    /// Their meaning depends on another register, which has to be read and given with them.
    NeedsRegister {
        /// Its table.
        table: Table,
        /// Its address.
        address: u16,
    },
    /// The description of the point has invalid words or bits.
    Point(InvalidRequest),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WordCount { words, expected } => write!(f, "{words} words, but the point's request reads {expected}"),
            Self::NotFitted => f.write_str("the device says that there is no value"),
            Self::Encoding => f.write_str("the device sent bytes that are not in the text's encoding"),
            Self::NeedsRegister { table, address } => {
                write!(f, "the meaning of the words depends on {table} {address}; read it and use `decode_with`")
            }
            Self::Point(reason) => reason.fmt(f),
        }
    }
}

impl core::error::Error for DecodeError {}

//! Words that give no value.

use core::fmt;

use crate::error::InvalidRequest;
use crate::point::table::Table;

/// Why words give no value of a point's type.
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
    /// They say that there is no value, and the point's type has no place for that.
    NotFitted,
    /// They are not in the text's encoding.
    Encoding,
    /// What they mean depends on another register, which has to be read and given with them.
    NeedsRegister {
        /// Its table.
        table: Table,
        /// Its address.
        address: u16,
    },
    /// The point is described with words or bits that cannot be.
    Point(InvalidRequest),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WordCount { words, expected } => write!(f, "{words} words, but the point's request reads {expected}"),
            Self::NotFitted => f.write_str("the device says that there is no value"),
            Self::Encoding => f.write_str("what the device sent is not in the text's encoding"),
            Self::NeedsRegister { table, address } => {
                write!(f, "what the words mean depends on {table} {address}: read it and give it with `decode_with`")
            }
            Self::Point(reason) => reason.fmt(f),
        }
    }
}

impl core::error::Error for DecodeError {}

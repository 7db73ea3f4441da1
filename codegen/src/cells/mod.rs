//! What one cell says: a reader for each meaning of a column.
//!
//! Readers are functions of a text; they know nothing of columns, rows or manifests. A reader takes the whole text, or
//! says what it could not read.

pub(crate) mod absence_phrase;
pub(crate) mod address;
pub(crate) mod around_phrase;
pub(crate) mod bit_numbering;
pub(crate) mod bits;
pub(crate) mod decimals;
#[cfg(test)]
mod documented;
pub(crate) mod formula;
pub(crate) mod lists;
pub(crate) mod marks;
pub(crate) mod number;
mod once;
pub(crate) mod order;
pub(crate) mod packed;
pub(crate) mod phrase;
pub(crate) mod quantity;
pub(crate) mod reading;
pub(crate) mod scale_phrase;
pub(crate) mod text;
pub(crate) mod types;
pub(crate) mod units;
pub(crate) mod unread;
pub(crate) mod value_phrase;
pub(crate) mod word_phrase;
pub(crate) mod words;

//! Which column of a sheet means what: from the manifest, or from well-known headers that the cells bear out.

mod content;
mod dictionary;
pub(crate) mod header;
pub(crate) mod meaning;
pub(crate) mod recognise;

pub(crate) use self::content::report as report_misfit;
pub(crate) use self::meaning::{Columns, Key, Meaning};

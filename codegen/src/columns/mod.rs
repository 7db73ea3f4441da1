//! Which column of a sheet means what: from the manifest, or from well-known headers that the cells bear out.

pub(crate) mod base;
mod content;
mod dictionary;
pub(crate) mod header;
pub(crate) mod meaning;
mod others;
pub(crate) mod recognise;

pub(crate) use self::base::counts_from_one;
pub(crate) use self::content::{name_tables, own, report as report_misfit};
pub(crate) use self::dictionary::{Announced, announced};
pub(crate) use self::meaning::{Columns, Key, Meaning};

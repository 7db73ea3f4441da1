//! Where things come from: files, sheets, rows and cells, as numbers.
//!
//! The ground of all stages. A place is kept through every one of them, so that an error in the last still names the
//! cell.

pub(crate) mod files;
mod place;
pub(crate) mod text;

#[cfg(feature = "workbooks")]
pub(crate) use self::place::cell_at;
pub use self::place::{At, Origin, Place, Source, Span};
pub(crate) use self::place::{Corrected, Located, cells_at, column_letters, name_cells};
pub(crate) use self::text::Text;

//! Typed Rust from a vendor's Modbus register table.
//!
//! Build scripts use [`Builder`]. [`load()`] reads a manifest, and [`emit`] makes every output from the [`model`].
//!
//! A table goes through these stages. Each is a module that calls only those to its left, and all of them keep the
//! place of every cell:
//!
//! ```text
//! file ──sheet──▶ Grid ──columns──▶ Columns ──rows──▶ Rows ──lower──▶ Device ──check──▶ Device ──emit──▶ Rust | Markdown | JSON
//! ```

#![forbid(unsafe_code)]

mod allow;
mod builder;
mod cells;
pub mod change;
mod check;
mod columns;
mod correct;
pub mod diagnostic;
pub mod diff;
pub mod emit;
#[cfg(feature = "fix")]
pub mod fix;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod import;
pub mod init;
mod load;
pub mod lock;
mod lower;
mod manifest;
pub mod model;
mod names;
pub mod output;
pub mod ratio;
pub mod read_json;
mod rows;
#[cfg_attr(not(feature = "workbooks"), allow(dead_code, reason = "what only workbooks have"))]
mod sheet;
pub mod source;
mod spelling;
pub mod suggest;
mod understood;

pub use self::builder::{Builder, Error};
pub use self::load::{Loaded, load, load_with};
pub use self::understood::{Understood, UnderstoodColumn, UnderstoodSheet};

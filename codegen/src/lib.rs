//! Typed Rust from a vendor's Modbus register table.
//!
//! A table goes through stages, each a module that calls only to its right, and every cell keeps its place through
//! all of them:
//!
//! ```text
//! file ──sheet──▶ Grid ──table──▶ Rows ──lower──▶ Device ──check──▶ Device ──emit──▶ Rust | Markdown | JSON
//! ```

#![forbid(unsafe_code)]

mod allow;
mod builder;
mod check;
mod correct;
pub mod diagnostic;
pub mod emit;
mod files;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod init;
mod load;
mod lower;
mod manifest;
pub mod model;
mod names;
pub mod output;
pub mod ratio;
mod sheet;
pub mod suggest;
mod table;
mod understood;

pub use self::builder::{Builder, Error};
pub use self::load::{Loaded, load};
pub use self::understood::{Understood, UnderstoodColumn, UnderstoodSheet};

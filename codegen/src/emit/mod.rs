//! Outputs made from the model. Each only reads the device; none of them can fail, because the checks ran before.
//!
//! The same device gives the same bytes on every machine.

pub mod json;
pub mod markdown;
mod path;
pub mod rust;

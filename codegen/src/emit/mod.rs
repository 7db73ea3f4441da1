//! Outputs made from the model. Each only reads the device; none of them can fail, because the checks ran before.
//!
//! The same device gives the same bytes on every machine.

mod addresses;
pub mod export;
pub mod html;
mod item;
pub mod json;
mod language;
pub mod markdown;
mod path;
pub mod rust;
mod wire;
mod words;

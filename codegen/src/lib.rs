//! Typed Rust from a vendor's Modbus register table.

#![forbid(unsafe_code)]

pub mod diagnostic;
pub mod model;
pub mod ratio;

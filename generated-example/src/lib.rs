//! Vendor devices generated from `register-specs/`, one module for each.
//!
//! `examples/` shows how they are used; `cargo run --example read_heat_pump` needs no device.

#![forbid(unsafe_code)]

/// Thermia Genesis heat pumps: Mega, Atlas, Calibra, Diplomat.
pub mod thermia_genesis {
    modbus_bindgen_runtime::include_device!("thermia_genesis");
}

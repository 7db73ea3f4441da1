//! Vendor devices generated from `register-specs/`, one module for each, and what is written by hand on top of them.
//!
//! `examples/` shows how they are used; `cargo run --example read_heat_pump` needs no device.

#![forbid(unsafe_code)]

pub mod ctc_alarms;
pub mod floor_heating;
#[cfg(test)]
mod simulated;

/// Thermia Genesis heat pumps: Mega, Atlas, Calibra, Diplomat.
pub mod thermia_genesis {
    modbus_bindgen_runtime::include_device!("thermia_genesis");
}

/// CTC heat pumps and tanks: `EcoLogic`, `EcoZenith`, `EcoHeat`, `GSi`.
pub mod ctc_bms {
    modbus_bindgen_runtime::include_device!("ctc_bms");
}

/// Alpha direct Balance Switch, which balances floor heating.
pub mod alpha_balance_switch {
    modbus_bindgen_runtime::include_device!("alpha_balance_switch");
}

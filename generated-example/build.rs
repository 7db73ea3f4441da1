//! Generates the devices from their tables; an error in a table is an error of the build, with file, sheet and cell.

use modbus_bindgen::Builder;

fn main() -> Result<(), modbus_bindgen::Error> {
    for device in ["thermia-genesis", "ctc-bms", "alpha-balance-switch"] {
        Builder::new(format!("../register-specs/{device}/device.toml")).name(device.replace('-', "_")).generate()?;
    }
    Ok(())
}

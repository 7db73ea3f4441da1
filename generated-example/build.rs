//! Generates the devices from their tables; an error in a table is an error of the build, with file, sheet and cell.

use modbus_bindgen::Builder;

fn main() -> Result<(), modbus_bindgen::Error> {
    Builder::new("../register-specs/thermia-genesis/device.toml").name("thermia_genesis").generate()
}

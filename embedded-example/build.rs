//! Generates the points of a heat pump, without the handle that needs `std`.

fn main() -> Result<(), modbus_bindgen::Error> {
    modbus_bindgen::Builder::new("../register-specs/thermia-genesis/device.toml").points_only().generate()
}

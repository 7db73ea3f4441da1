//! Every parser of a cell.

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    modbus_bindgen::fuzzing::cells(text);
}

//! What stands between tokio-modbus and the stream, on a line on which anything happens.

pub fn run(bytes: &[u8]) {
    modbus_bindgen_runtime::fuzzing::filter(bytes);
}

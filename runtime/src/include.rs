//! Including what a build script generated.

/// Includes the file that `modbus_bindgen::Builder` wrote in the build script: `include_device!("device")` for
/// `device.toml`, or the name given with `Builder::name`. Put each device into a separate module.
///
/// ```ignore
/// pub mod pump {
///     modbus_bindgen_runtime::include_device!("device");
/// }
/// ```
#[macro_export]
macro_rules! include_device {
    ($name:literal) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", $name, ".rs"));
    };
}

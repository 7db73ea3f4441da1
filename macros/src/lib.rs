//! `device!`: typed Rust from a vendor's Modbus register table, in one line and without a build script.
//!
//! The runtime re-exports it with its feature `macros`. It generates the same code as `modbus_bindgen::Builder`.

#![forbid(unsafe_code)]

mod expand;

use proc_macro::TokenStream;

/// Generates a device's Rust in place from its manifest: `device!("registers/device.toml")`.
///
/// `device!("registers/device.toml", points_only)` leaves out the handle of the device and its readings, for programs
/// without `std`.
///
/// The path is relative to the folder of the package that calls the macro. Put each device into a separate module.
/// Editing the manifest or one of the files it names compiles the caller again. Errors in the table are compile errors
/// at the path.
#[proc_macro]
pub fn device(input: TokenStream) -> TokenStream {
    let arguments = syn::parse_macro_input!(input as expand::Arguments);
    expand::device(&arguments.path, arguments.parts).into()
}

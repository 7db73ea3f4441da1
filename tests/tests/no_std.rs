//! Points without `std`: `points_only` code, and the example's masters, in a crate that would not compile with it.

use integration_tests::scratch::{Scratch, dependency, manifest, workspace};
use modbus_bindgen::emit;
use modbus_bindgen::emit::rust::Parts;

/// The language items of `std` would collide with this one: rustc's error E0152.
const PANICS_BY_ITSELF: &str = "
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
";

/// All that a program without `std` does with a point.
const USED: &str = "
use modbus_bindgen_runtime::point::Request;

pub fn ask() -> Request {
    thermia_genesis::points::OUTDOOR_TEMPERATURE.read_request()
}

pub fn outdoor_temperature(words: &[u16]) -> Option<f64> {
    thermia_genesis::points::OUTDOOR_TEMPERATURE.decode(words).ok().flatten()
}

pub fn set_comfort_wheel(value: f64) -> Option<Request> {
    thermia_genesis::points::COMFORT_WHEEL_SETTING.write_request(value).ok()
}
";

fn package(dependencies: &str, library: &str) -> Scratch {
    let scratch = Scratch::new("no-std", "2024", &format!("[dependencies]\n{dependencies}"));
    scratch.write("src/lib.rs", &format!("#![no_std]\n{library}{PANICS_BY_ITSELF}"));
    scratch
}

fn runtime(options: &str) -> String {
    format!("modbus-bindgen-runtime = {{ path = '{}'{options} }}\n", workspace().join("runtime").display())
}

/// A package with the points of all three devices.
fn devices(options: &str) -> Scratch {
    let names = ["thermia_genesis", "ctc_bms", "alpha_balance_switch"];
    let modules = names.iter().map(|name| format!("pub mod {name};\n")).collect::<Vec<_>>().concat();
    let scratch = package(&runtime(options), &format!("{modules}{USED}"));
    for name in names {
        let loaded = modbus_bindgen::load(&manifest(&name.replace('_', "-")));
        let device = loaded.device.expect("a device without errors");
        scratch.write(&format!("src/{name}.rs"), &emit::rust::source_of(&device, Parts::Points));
    }
    scratch
}

#[test]
fn points_only_code_of_every_device_compiles_without_std_and_without_a_warning() {
    let scratch = devices(", default-features = false");
    scratch.succeeds(&["clippy", "--quiet", "--", "-D", "warnings"], &[]);
    let scratch = devices(", default-features = false, features = ['serde']");
    scratch.succeeds(&["check", "--quiet"], &[]);
}

#[test]
fn the_check_finds_std_where_it_is() {
    let said = devices("").fails(&["check", "--quiet"]);
    assert!(said.contains("E0152"), "{said}");
}

#[test]
fn the_masters_of_the_example_need_no_std() {
    let dependencies = dependency("embedded-example", "embedded-example", "");
    package(&dependencies, "pub use embedded_example::with_rmodbus;\n").succeeds(&["check", "--quiet"], &[]);
}

//! Devices that other programs play, and packages that cargo compiles, for the tests of this package.
//!
//! A test that needs such a program returns early where it is not installed, and fails with `CI=true`.

#![forbid(unsafe_code)]

pub mod exports;
pub mod oracle;
pub mod process;
pub mod pymodbus;
pub mod scratch;
pub mod serial;

use std::process::{Command, Stdio};

/// The Python that has pymodbus: `PEERS_PYTHON`, or the one on the path.
#[must_use]
pub fn python() -> String {
    std::env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Whether a program can be run; says so where it cannot, and fails in CI.
///
/// # Panics
///
/// With `CI=true`, where the program is missing.
#[must_use]
pub fn available(what: &str, program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let runs = status.is_ok_and(|status| status.success());
    assert!(runs || !in_ci(), "{what} is missing; .ci/run installs it");
    if !runs {
        eprintln!("skipped: {what} is not installed");
    }
    runs
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

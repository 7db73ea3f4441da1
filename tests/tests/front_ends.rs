//! The build script's front end and the command line give the same bytes. That the macro gives the same tokens is
//! tested in its own package, where its tokens can be seen.

use std::fs;

use integration_tests::scratch::{Scratch, manifest, modbus_bindgen as program, workspace};
use modbus_bindgen::{Builder, emit};

#[test]
fn builder_and_command_line_write_the_same_file() {
    for device in ["thermia-genesis", "ctc-bms", "alpha-balance-switch"] {
        let folder = tempfile::tempdir().unwrap();
        let manifest = manifest(device);
        Builder::new(&manifest).name("built").out_dir(folder.path()).generate().unwrap();
        let built = fs::read_to_string(folder.path().join("built.rs")).unwrap();

        let output = program(folder.path(), &["generate", manifest.to_str().unwrap(), "--out", "called.rs"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let called = fs::read_to_string(folder.path().join("called.rs")).unwrap();
        assert!(built == called, "{device}: the two files differ");

        let device = modbus_bindgen::load(&manifest).device.unwrap();
        assert!(built == emit::rust::source(&device), "the emitter gives another file");
    }
}

#[test]
fn a_written_package_builds() {
    let manifest = manifest("thermia-genesis");
    let scratch = Scratch::new("placeholder", "2024", "");
    // Files that are not generated stay, so the placeholder's has to go first.
    fs::remove_file(scratch.path().join("Cargo.toml")).unwrap();
    let runtime = workspace().join("runtime");
    let arguments =
        ["generate", manifest.to_str().unwrap(), "--crate", ".", "--runtime-path", runtime.to_str().unwrap()];
    let output = program(scratch.path(), &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // Whoever formats all of a workspace changes nothing in it.
    scratch.succeeds(&["fmt"], &[]);
    let output = program(scratch.path(), &[&arguments[..], &["--check"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    scratch.succeeds(
        &["clippy", "--quiet", "--all-targets", "--all-features", "--", "-D", "warnings", "-D", "missing_docs"],
        &[],
    );
    let (said, _) = scratch.succeeds(&["run", "--quiet", "--example", "read_all", "--features", "simulator"], &[]);
    assert!(said.lines().count() > 200 && said.contains("Outdoor temperature: "), "{said}");
    scratch.succeeds(&["doc", "--quiet", "--no-deps", "--features", "serde"], &[("RUSTDOCFLAGS", "-D warnings")]);
}

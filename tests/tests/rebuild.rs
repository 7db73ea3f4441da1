//! Editing the workbook or the manifest leads to a rebuild in which the change is seen, through each front end; and
//! where nothing was edited, nothing is built.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;

use integration_tests::scratch::{Scratch, dependency, manifest, modbus_bindgen};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const MAIN: &str = "fn main() {
    println!(\"{} {}\", device::DEVICE.name, device::points::OUTDOOR_TEMPERATURE.info().label());
    println!(\"{:?}\", device::DEVICE.points().map(|point| point.label()).find(|label| label.starts_with(\"Outside\")));
}
";

/// A package with the Thermia table in it.
fn package(name: &str, dependencies: &str) -> Scratch {
    let scratch = Scratch::new(name, "2024", dependencies);
    fs::create_dir(scratch.path().join("registers")).unwrap();
    let from = manifest("thermia-genesis");
    for file in ["device.toml", "registers.xlsx"] {
        fs::copy(from.with_file_name(file), scratch.path().join("registers").join(file)).unwrap();
    }
    scratch
}

fn runtime(features: &str) -> String {
    dependency("modbus-bindgen-runtime", "runtime", features)
}

/// Replaces a text in all sheets of the workbook.
fn edit_workbook(path: &Path, from: &str, to: &str) {
    let mut workbook = ZipArchive::new(Cursor::new(fs::read(path).unwrap())).unwrap();
    let mut edited = ZipWriter::new(Cursor::new(Vec::new()));
    let mut replaced = 0;
    for index in 0..workbook.len() {
        let mut part = workbook.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        let name = part.name().unwrap().into_owned();
        if name.starts_with("xl/worksheets/") {
            let text = String::from_utf8(bytes).unwrap();
            replaced += text.matches(from).count();
            bytes = text.replace(from, to).into_bytes();
        }
        edited.start_file(name, SimpleFileOptions::default()).unwrap();
        edited.write_all(&bytes).unwrap();
    }
    assert!(replaced > 0, "{from} is not in the workbook");
    fs::write(path, edited.finish().unwrap().into_inner()).unwrap();
}

/// Runs the package before and after edits; `generate` is what a person does after each.
fn follow(scratch: &Scratch, generate: impl Fn()) {
    let run = || {
        generate();
        scratch.succeeds(&["run"], &[]).0
    };
    assert_eq!(run(), "Thermia Genesis Outdoor temperature\nNone\n");
    generate();
    let (_, said) = scratch.succeeds(&["build"], &[]);
    assert!(!said.contains("Compiling"), "nothing was edited:\n{said}");

    let description = "<t>Alarm active, Class: A</t>";
    edit_workbook(&scratch.path().join("registers/registers.xlsx"), description, "<t>Outside alarm</t>");
    assert_eq!(run(), "Thermia Genesis Outdoor temperature\nSome(\"Outside alarm\")\n");

    let manifest = scratch.read("registers/device.toml");
    scratch.write("registers/device.toml", &manifest.replace("name = \"Thermia Genesis\"", "name = \"Thermia Mega\""));
    assert_eq!(run(), "Thermia Mega Outdoor temperature\nSome(\"Outside alarm\")\n");
}

#[test]
fn build_script() {
    let builder = dependency("modbus-bindgen", "codegen", "");
    let dependencies = format!("[dependencies]\n{}\n[build-dependencies]\n{builder}", runtime(""));
    let scratch = package("built", &dependencies);
    scratch.write(
        "build.rs",
        "fn main() -> Result<(), modbus_bindgen::Error> {
    modbus_bindgen::Builder::new(\"registers/device.toml\").generate()
}
",
    );
    let module = "mod device {\n    modbus_bindgen_runtime::include_device!(\"device\");\n}\n\n";
    scratch.write("src/main.rs", &format!("{module}{MAIN}"));
    follow(&scratch, || {});

    scratch.write("registers/registers.xlsx", "no workbook");
    let said = scratch.fails(&["build"]);
    assert!(said.contains("registers.xlsx") && said.contains("device.toml"), "{said}");
}

#[test]
fn procedural_macro() {
    let scratch = package("expanded", &format!("[dependencies]\n{}", runtime("\"macros\"")));
    let module = "mod device {\n    modbus_bindgen_runtime::device!(\"registers/device.toml\");\n}\n\n";
    scratch.write("src/main.rs", &format!("{module}{MAIN}"));
    follow(&scratch, || {});

    // Twice the same address with another meaning: the error is at the path, and begins with the cell.
    let workbook = scratch.path().join("registers/registers.xlsx");
    edit_workbook(&workbook, "<v>10001</v>", "<v>10002</v>");
    let said = scratch.fails(&["build"]);
    assert!(said.contains("error: registers/registers.xlsx:3.2 Read Digital!"), "{said}");
    assert!(said.contains("src/main.rs:2:37"), "{said}");
}

#[test]
fn command_line() {
    let scratch = package("called", &format!("[dependencies]\n{}", runtime("")));
    scratch.write("src/main.rs", &format!("mod device;\n\n{MAIN}"));
    let call = ["generate", "registers/device.toml", "--out", "src/device.rs"];
    let check = || modbus_bindgen(scratch.path(), &[&call[..], &["--check"]].concat());
    follow(&scratch, || {
        assert!(modbus_bindgen(scratch.path(), &call).status.success());
        assert!(check().status.success());
    });
    let manifest = scratch.read("registers/device.toml");
    scratch.write("registers/device.toml", &manifest.replace("name = \"Thermia Mega\"", "name = \"Thermia Atlas\""));
    assert_eq!(check().status.code(), Some(1));
}

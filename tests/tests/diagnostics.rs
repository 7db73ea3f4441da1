//! What cargo and the compiler show of a table that is at fault: the drawing, in lines that belong together.

use integration_tests::scratch::{Scratch, dependency};

const MANIFEST: &str = r#"format = 1

[device]
name = "Acme Meter"

[columns]
address = "Address"
description = "Name"
divisor = "Scale"

[[sheet]]
file = "registers.csv"
table = "holding_register"
"#;

const TABLE: &str = "Address,Name,Scale\n0,Supply temperature,ten\n1,Vorlauf 温度,0\n2,\"Starts,\nin all\",1\n";

/// A package with a table that holds two errors and a warning.
fn package(name: &str, dependencies: &str) -> Scratch {
    let scratch = Scratch::new(name, "2024", dependencies);
    scratch.write("registers/device.toml", MANIFEST);
    scratch.write("registers/registers.csv", TABLE);
    scratch
}

fn runtime(features: &str) -> String {
    dependency("modbus-bindgen-runtime", "runtime", features)
}

#[test]
fn build_script() {
    let builder = dependency("modbus-bindgen", "codegen", "");
    let scratch = package("faulty", &format!("[dependencies]\n{}\n[build-dependencies]\n{builder}", runtime("")));
    scratch.write(
        "build.rs",
        "fn main() -> Result<(), modbus_bindgen::Error> {
    modbus_bindgen::Builder::new(\"registers/device.toml\").generate()
}
",
    );
    scratch.write("src/lib.rs", "modbus_bindgen_runtime::include_device!(\"device\");\n");
    let said = scratch.fails(&["build"]);
    // Every line is one of cargo's own, so that its prefix is before each and the drawing stays in shape.
    let drawn = [
        "error[E0310]: this scale is not a number",
        "  --> registers/registers.csv:2:22 (C2)",
        "   |",
        " 2 | 0,Supply temperature,ten",
        "   |                      ^^^ in column “Scale”",
        "   = expected: what the value is multiplied by before it is sent: 1, 10, 100 …",
        "   = help: give the number that is meant in the [[cell]] shown",
        "   = in the manifest:",
        "     [[cell]]",
        "     file = \"registers.csv\"",
        "     cell = \"C2\"",
        "     expect = \"ten\"",
    ]
    .map(|line| format!("error: faulty@0.1.0: {line}\n"));
    assert!(said.contains(&drawn.concat()), "{said}");
    let cell =
        "error: faulty@0.1.0:  3 | 1,Vorlauf 温度,0\nerror: faulty@0.1.0:    |                ^ in column “Scale”\n";
    assert!(said.contains(cell), "{said}");
    // What comes last repeats where to look.
    let last = "no code was generated from registers/device.toml: 2 errors
    registers/registers.csv:2:22 (C2): error[E0310]: this scale is not a number
    registers/registers.csv:3:14 (C3): error[E0309]: this scale is 0
";
    assert!(said.contains(last), "{said}");

    // Where nothing is wrong but something unclear, cargo shows the warning and goes on.
    scratch.write("registers/registers.csv", "Address,Name,Scale\n0,Supply temperature,10\n");
    let (_, said) = scratch.succeeds(&["build"], &[]);
    assert!(said.contains("warning: faulty@0.1.0: warning[W0622]: "), "{said}");
    assert!(said.contains("warning: faulty@0.1.0:  2 | 0,Supply temperature,10\n"), "{said}");
}

#[test]
fn procedural_macro() {
    let scratch = package("faulty-macro", &format!("[dependencies]\n{}", runtime("\"macros\"")));
    scratch.write("src/lib.rs", "modbus_bindgen_runtime::device!(\"registers/device.toml\");\n");
    let said = scratch.fails(&["build"]);
    // The compiler indents what follows the first line, all of it alike.
    let drawn = "error: registers/registers.csv:2:22 (C2): error[E0310]: this scale is not a number
          |
        2 | 0,Supply temperature,ten
          |                      ^^^ in column “Scale”
          = expected: what the value is multiplied by before it is sent: 1, 10, 100 …
          = help: give the number that is meant in the [[cell]] shown
          = in the manifest:
            [[cell]]
            file = \"registers.csv\"
            cell = \"C2\"
            expect = \"ten\"
";
    assert!(said.contains(drawn), "{said}");
    assert!(said.contains(" --> src/lib.rs:1:33"), "the path is marked:\n{said}");
}

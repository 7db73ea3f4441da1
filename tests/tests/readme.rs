//! The program and the test of README's tutorial, as they are printed.

use std::fs;

use integration_tests::scratch::{Scratch, dependency, workspace};

/// The first block of README that begins with this line, without its indentation.
fn block(first: &str) -> String {
    let readme = fs::read_to_string(workspace().join("README.md")).unwrap();
    let lines: Vec<&str> = readme.lines().collect();
    let at = lines.iter().position(|line| line.trim_start() == first).expect(first);
    let indentation = lines[at].len() - lines[at].trim_start().len();
    let block = lines[at..].iter().take_while(|line| line.trim() != "```");
    block.flat_map(|line| [line.get(indentation..).unwrap_or_default(), "\n"]).collect()
}

#[test]
fn the_tutorial_compiles_and_its_test_passes() {
    let runtime = dependency("modbus-bindgen-runtime", "runtime", "'simulator'");
    let codegen = dependency("modbus-bindgen", "codegen", "");
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    let scratch =
        Scratch::new("tutorial", "2024", &format!("[dependencies]\n{runtime}{tokio}\n[build-dependencies]\n{codegen}"));
    scratch.write("registers/registers.csv", &block("Address,Name,Type,Unit,Scale,Access,Min,Max,Values"));
    scratch.write("registers/device.toml", &block("format = 1"));
    scratch.write("build.rs", &block("fn main() -> Result<(), modbus_bindgen::Error> {"));
    scratch.write("src/main.rs", &(block("use std::error::Error;") + &block("#[cfg(test)]")));
    let (said, _) = scratch.succeeds(&["test", "--quiet"], &[]);
    assert!(said.contains("1 passed"), "{said}");
}

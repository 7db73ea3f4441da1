//! The documentation page in a real browser: search, links, decoder, languages, print, accessibility.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use integration_tests::available;
use integration_tests::scratch::{manifest, modbus_bindgen as program, workspace};

/// The page of a manifest, in the folder.
fn page(manifest: &Path, folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(format!("{name}.html"));
    let arguments = ["docs", &manifest.to_string_lossy(), "--format", "html", "--out", &path.to_string_lossy()];
    let written = program(folder, &arguments);
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    path
}

#[test]
fn pages_work_in_a_browser() {
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !available("chromium", &chromium, &["--version"])
        || !available("playwright-core", "node", &["-e", "require('playwright-core'); require('axe-core')"])
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let devices = ["thermia-genesis", "ctc-bms", "alpha-balance-switch"];
    let mut pages: Vec<PathBuf> = devices.iter().map(|device| page(&manifest(device), folder.path(), device)).collect();
    let vectors = workspace().join("tests/fixtures/vectors");
    for set in ["modbus", "sunspec"] {
        pages.push(page(&vectors.join(format!("{set}.toml")), folder.path(), set));
    }
    let checked = Command::new("node").arg(workspace().join("tests/page/check.js")).args(&pages).output().unwrap();
    assert!(
        checked.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&checked.stdout),
        String::from_utf8_lossy(&checked.stderr)
    );
}

#[test]
fn the_page_of_a_large_device_is_small() {
    let folder = tempfile::tempdir().unwrap();
    let path = page(&manifest("ctc-bms"), folder.path(), "ctc");
    let bytes = fs::metadata(path).unwrap().len();
    assert!(bytes < 600_000, "{bytes} bytes");
}

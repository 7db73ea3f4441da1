//! Copies of the repository's tables that can be edited: text files beside a manifest.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _};
use modbus_bindgen::Loaded;
use modbus_bindgen::diff::{Diff, diff};
use tempfile::TempDir;

/// A copy of a device's tables.
pub(crate) struct Copy {
    folder: TempDir,
}

pub(crate) fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs")
}

impl Copy {
    /// Of a device of the repository; of a workbook each sheet becomes a file.
    pub(crate) fn of(device: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in fs::read_dir(specs().join(device)).unwrap() {
            let path = file.unwrap().path();
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        let copy = Self { folder };
        if copy.path("registers.xlsx").exists() {
            copy.divide();
        }
        copy
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Replaces what stands in a file once.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) -> &Self {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{file} holds {from:?} once");
        fs::write(&path, text.replace(from, to)).unwrap();
        self
    }

    /// Changes a file as a whole.
    pub(crate) fn change(&self, file: &str, change: impl Fn(&str) -> String) -> &Self {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(&text)).unwrap();
        self
    }

    pub(crate) fn load(&self) -> Loaded {
        let loaded = modbus_bindgen::load(&self.path("device.toml"));
        assert!(loaded.device.is_some(), "{}", loaded.diagnostics);
        loaded
    }

    /// The sheets of the workbook as text files, and a manifest that names those.
    fn divide(&self) {
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(self.path("registers.xlsx")).unwrap();
        let mut manifest = fs::read_to_string(self.path("device.toml")).unwrap();
        for name in book.sheet_names() {
            let range = book.worksheet_range(&name).unwrap();
            let (last, end) = range.end().unwrap();
            let mut text = String::new();
            for row in 0..=last {
                let cells = (0..=end).map(|column| match range.get_value((row, column)) {
                    None | Some(Data::Empty) => String::new(),
                    Some(cell) => format!("\"{}\"", cell.to_string().replace('"', "\"\"")),
                });
                writeln!(text, "{}", cells.collect::<Vec<_>>().join(",")).unwrap();
            }
            fs::write(self.path(&format!("{name}.csv")), text).unwrap();
            for key in ["name", "sheet"] {
                let named = format!("file = \"registers.xlsx\"\n{key} = \"{name}\"\n");
                manifest = manifest.replace(&named, &format!("file = \"{name}.csv\"\n"));
            }
        }
        fs::remove_file(self.path("registers.xlsx")).unwrap();
        fs::write(self.path("device.toml"), manifest).unwrap();
    }
}

pub(crate) fn compared(old: &Loaded, new: &Loaded) -> Diff {
    diff(old.revision().unwrap(), new.revision().unwrap())
}

/// A line for each change: severity, check and identifier.
pub(crate) fn lines(diff: &Diff) -> Vec<String> {
    let line = |change: &modbus_bindgen::diff::Change| {
        let id = change.id.as_deref().unwrap_or(&change.label);
        format!("{} {} {id}", change.severity, change.check.name())
    };
    diff.changes.iter().map(line).collect()
}

//! Files outside the manifest's folder: a manifest from elsewhere is not to read what it was not given.

use std::path::{Component, Path};

use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, said};

/// Refuses a file that does not lie in the folder or below it, by its path or through a link.
pub(super) fn check(folder: &Path, file: &str) -> Result<(), Diagnostic> {
    let refused = |why: &str| {
        Diagnostic::error("E0121", said!("{file} {why}", file, why))
            .expected("a file in the manifest's folder, or in a folder below it")
            .help("copy it there, or say outside_files = true in [device] if you trust this manifest")
            .manifest(Entry::table(["device"]).with("outside_files", Value::Open(vec![Value::Flag(true)])))
    };
    let mut depth = 0usize;
    for component in Path::new(file).components() {
        match component {
            Component::Normal(_) => depth = depth.saturating_add(1),
            Component::CurDir => {}
            Component::ParentDir => {
                depth = depth.checked_sub(1).ok_or_else(|| refused("lies outside the manifest's folder"))?;
            }
            Component::RootDir | Component::Prefix(_) => return Err(refused("is an absolute path")),
        }
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // A file that is not there is another error.
    let (Ok(real), Ok(folder)) = (folder.join(file).canonicalize(), folder.canonicalize()) else { return Ok(()) };
    if real.starts_with(folder) { Ok(()) } else { Err(refused("is a link that leads out of the manifest's folder")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_in_the_folder_is_read() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("device");
        std::fs::create_dir_all(folder.join("tables")).unwrap();
        for file in ["device/a.csv", "device/tables/b.csv", "secret.csv"] {
            std::fs::write(outer.path().join(file), "x").unwrap();
        }
        for file in ["a.csv", "./a.csv", "tables/b.csv", "tables/../a.csv", "tables/missing.csv", "missing/../a.csv"] {
            assert!(check(&folder, file).is_ok(), "{file}");
        }
        let absolute = folder.join("a.csv");
        for file in ["../secret.csv", "tables/../../secret.csv", "../device/a.csv", absolute.to_str().unwrap()] {
            assert_eq!(check(&folder, file).unwrap_err().code, "E0121", "{file}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_does_not_lead_out() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("device");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(outer.path().join("secret.csv"), "x").unwrap();
        std::fs::write(folder.join("a.csv"), "x").unwrap();
        std::os::unix::fs::symlink("../secret.csv", folder.join("out.csv")).unwrap();
        std::os::unix::fs::symlink("a.csv", folder.join("in.csv")).unwrap();
        assert_eq!(check(&folder, "out.csv").unwrap_err().code, "E0121");
        assert!(check(&folder, "in.csv").is_ok());
    }
}

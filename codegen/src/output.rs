//! Writes files only when they change, and completely or not at all.
//!
//! A file that is written without need causes needless builds; a partly written file, because the disk is full or the
//! program was stopped, is worse than none. A killed run may leave a temporary file, whose name nothing takes for a
//! table or a source; a later run removes it.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::time::Duration;

use crate::source::files;

/// Whether the file at `path` differs from `contents`; a missing file does.
///
/// # Errors
///
/// If the file exists and cannot be read.
pub fn differs(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<bool> {
    let contents = contents.as_ref();
    let length = u64::try_from(contents.len()).unwrap_or(u64::MAX);
    match fs::metadata(path) {
        Ok(there) if there.is_file() && there.len() != length => Ok(true),
        Ok(_) => Ok(files::read(path, length)? != contents),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Writes `contents` to `path` if they differ, and creates its folders; returns whether the file was written. It is
/// written to a temporary file, which is then moved. If `path` is a link, its target is written.
///
/// # Errors
///
/// If the file or its folder cannot be written, or `path` is not a file. The file then keeps its contents.
pub fn write(path: &Path, contents: impl AsRef<[u8]>) -> io::Result<bool> {
    let contents = contents.as_ref();
    // A file that cannot be read may differ; writing it reports what is wrong.
    if !differs(path, contents).unwrap_or(true) {
        return Ok(false);
    }
    // Moving would replace the link or the device itself.
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    if let Ok(there) = fs::metadata(path) {
        files::check(&there)?;
    }
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    remove_stale(folder);
    let mut file = temporary(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    if let Ok(there) = fs::metadata(path) {
        fs::set_permissions(file.path(), there.permissions())?;
    }
    file.persist(path)?;
    Ok(true)
}

/// How temporary files are named: `.modbus-bindgen-x3Fp9q.tmp`.
const TEMPORARY: (&str, &str) = (".modbus-bindgen-", ".tmp");

/// A temporary file that is older than this does not belong to a running process.
const WRITING: Duration = Duration::from_secs(3600);

/// Removes temporary files of killed runs. One that cannot be removed does no harm.
fn remove_stale(folder: &Path) {
    let is_ours = |name: &OsStr| {
        let inner = name.to_str().and_then(|name| name.strip_prefix(TEMPORARY.0)?.strip_suffix(TEMPORARY.1));
        inner.is_some_and(|inner| inner.len() == RANDOM && inner.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    let is_old = |entry: &fs::DirEntry| {
        let there = entry.metadata().ok().filter(fs::Metadata::is_file);
        let age = there.and_then(|there| there.modified().ok()?.elapsed().ok());
        age.is_some_and(|age| age > WRITING)
    };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_ours(&entry.file_name()) && is_old(&entry) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Letters that tell one temporary file from another.
const RANDOM: usize = 6;

/// A temporary file with the permissions of a normal one, by the user's umask; by default it would be private.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1).rand_bytes(RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_only_what_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").join("b.rs");
        assert!(write(&path, "one").unwrap());
        assert!(!write(&path, "one").unwrap());
        assert!(!differs(&path, "one").unwrap());
        assert!(differs(&path, "two").unwrap());
        assert!(write(&path, "two").unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn what_a_killed_run_left_is_removed_by_a_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let old = std::time::SystemTime::now() - 2 * WRITING;
        let leave = |name: &str, age: Option<std::time::SystemTime>| {
            let file = fs::File::create(folder.path().join(name)).unwrap();
            if let Some(time) = age {
                file.set_modified(time).unwrap();
            }
        };
        leave(".modbus-bindgen-x3Fp9q.tmp", Some(old));
        leave(".modbus-bindgen-a1B2c3.tmp", None);
        leave(".modbus-bindgen-notes.tmp", Some(old));
        leave("x3Fp9q.tmp", Some(old));
        write(&folder.path().join("a.rs"), "one").unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".modbus-bindgen-a1B2c3.tmp", ".modbus-bindgen-notes.tmp", "a.rs", "x3Fp9q.tmp"]);
        let name = temporary(folder.path()).unwrap().path().file_name().unwrap().to_owned();
        assert_eq!(name.len(), TEMPORARY.0.len() + RANDOM + TEMPORARY.1.len(), "{name:?}");
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_is_written() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rs");
        fs::write(&path, "as the shell does it").unwrap();
        let usual = fs::metadata(&path).unwrap().permissions().mode();
        fs::remove_file(&path).unwrap();
        write(&path, "one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode(), usual);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&path, "two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640, "what was set stays");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_what_is_no_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("b.rs"), folder.path().join("a.rs"));
        fs::write(&target, "before").unwrap();
        std::os::unix::fs::symlink("b.rs", &link).unwrap();
        assert!(write(&link, "after").unwrap());
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "after");
        let socket = folder.path().join("socket");
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        assert_eq!(write(&socket, "").unwrap_err().to_string(), "it is a pipe or a device, not a file");
        assert!(!fs::metadata(&socket).unwrap().is_file());
    }

    #[test]
    fn a_folder_in_its_place_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.rs");
        fs::create_dir(&path).unwrap();
        assert!(differs(&path, "").is_err());
        assert!(write(&path, "").is_err());
        assert!(path.is_dir());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }
}

//! Packages that exist for one test only, compiled by cargo against this workspace.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// The workspace's folder.
#[must_use]
pub fn workspace() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap()
}

/// A vendor's manifest in the workspace.
#[must_use]
pub fn manifest(device: &str) -> PathBuf {
    workspace().join("register-specs").join(device).join("device.toml")
}

/// The target folder all scratch packages share, within that of the test, so that dependencies are compiled once.
#[must_use]
pub fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    // target/debug/deps/test
    test.ancestors().nth(3).unwrap().join("tmp").join("scratch")
}

/// A package in a folder of its own.
pub struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// A package called `name` with these lines after `[package]` and its name, version and edition.
    #[must_use]
    pub fn new(name: &str, edition: &str, rest: &str) -> Self {
        // The same in every run, so that what cargo builds of it replaces what is there; no two tests have one in common.
        let mut hasher = DefaultHasher::new();
        (std::env::current_exe().unwrap(), std::thread::current().name(), name).hash(&mut hasher);
        let folder = std::env::temp_dir().join(format!("modbus-bindgen-{name}-{:016x}", hasher.finish()));
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir(&folder).unwrap();
        let scratch = Self { folder };
        scratch.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n{rest}\n[workspace]\n"
            ),
        );
        fs::copy(workspace().join("Cargo.lock"), scratch.path().join("Cargo.lock")).unwrap();
        if let Some(packages) = packages() {
            let directory = format!("[source.packages]\ndirectory = '{}'\n", packages.display());
            scratch.write(
                ".cargo/config.toml",
                &format!("[source.crates-io]\nreplace-with = \"packages\"\n\n{directory}"),
            );
        }
        scratch
    }

    /// Its folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Writes a file, with its folders.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// What a file holds.
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Runs cargo in the package.
    #[must_use]
    pub fn cargo(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(self.path())
            .env("CARGO_TARGET_DIR", target())
            .env_remove("RUSTFLAGS")
            // Nobody debugs them or builds them again after a change, and it is most of what is written.
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }

    /// Runs cargo; what it prints on stdout and stderr where it succeeds.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "that it succeeds is often all a test wants to know")]
    pub fn succeeds(&self, arguments: &[&str], environment: &[(&str, &str)]) -> (String, String) {
        let output = self.cargo(arguments, environment);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "cargo {arguments:?} failed:\n{said}");
        (String::from_utf8(output.stdout).unwrap(), said)
    }

    /// Runs cargo; what it says on stderr where it fails.
    #[must_use]
    #[track_caller]
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.cargo(arguments, &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "cargo {arguments:?} succeeded:\n{said}");
        said
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left is only in the way of the next run, which removes it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A folder with this workspace's packages as they would be published, and all they need: `tests/packages.sh` makes it.
fn packages() -> Option<PathBuf> {
    std::env::var_os("MODBUS_BINDGEN_PACKAGES").map(PathBuf::from)
}

/// A dependency on a package of this workspace, for a manifest.
#[must_use]
pub fn dependency(name: &str, folder: &str, features: &str) -> String {
    if packages().is_some() {
        return format!("{name} = {{ version = '{}', features = [{features}] }}\n", env!("CARGO_PKG_VERSION"));
    }
    format!("{name} = {{ path = '{}', features = [{features}] }}\n", workspace().join(folder).display())
}

/// The folder with the workspace's program, and its examples in `examples`. They are built with the features that README's
/// test command has, for which they are there already.
#[must_use]
#[track_caller]
pub fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        // target/debug/deps/test
        let target = test.ancestors().nth(3).unwrap();
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--workspace", "--all-features", "--locked", "--bins", "--examples"])
            .arg("--manifest-path")
            .arg(workspace().join("Cargo.toml"))
            .env("CARGO_TARGET_DIR", target)
            .status();
        assert!(built.unwrap().success(), "the workspace is not built");
        target.join("debug")
    })
}

/// The program, built as part of this workspace.
#[must_use]
pub fn modbus_bindgen(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(built().join("modbus-bindgen")).args(arguments).current_dir(folder).output().unwrap()
}

/// What an example of the workspace prints.
#[must_use]
#[track_caller]
pub fn example(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(built().join("examples").join(name)).args(arguments).output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

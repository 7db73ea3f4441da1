//! The story of `docs/revisions.md` with a real table: locked, revised, compared, generated anew.

#![expect(clippy::unwrap_used, reason = "a test that fails says so by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A repository with the tables of a device in it.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs/alpha-balance-switch");
        fs::create_dir_all(this.path("registers")).unwrap();
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap().path();
            fs::copy(&file, this.path("registers").join(file.file_name().unwrap())).unwrap();
        }
        this
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(identity).args(arguments).current_dir(self.0.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(&self) {
        self.git(&["init", "-q", "-b", "main"]);
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "Registers"]);
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let program = env!("CARGO_BIN_EXE_modbus-bindgen");
        let Output { status, stdout, stderr } =
            Command::new(program).args(arguments).current_dir(self.0.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from}");
        fs::write(self.path(file), text.replace(from, to)).unwrap();
    }

    fn revise(&self) {
        self.edit("registers/details.csv", "0=none;1=even;2=odd", "0=none;1=odd;2=even");
        self.edit(
            "registers/details.csv",
            "17,Minor software version,read,u16,1,,",
            "17,Minor software version,read,u16,1,%,",
        );
        self.edit(
            "registers/details.csv",
            "2=ManualOpen;3=Input Simulation",
            "2=ManualOpen;3=Input Simulation;4=Antifreeze",
        );
        self.edit("registers/details.csv", "Status of boiler", "State of the boiler");
    }
}

const MANIFEST: &str = "registers/device.toml";
const OLD: &str = "git:HEAD:registers/device.toml";

#[test]
fn the_page_shows_what_diff_says() {
    let repository = Repository::new();
    repository.commit();
    repository.revise();
    let (status, text, errors) = repository.run(&["diff", OLD, MANIFEST]);
    assert_eq!((status, errors.as_str()), (0, ""));
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/revisions.md")).unwrap();
    assert!(page.contains(&text), "docs/revisions.md does not show this:\n{text}");
    let (status, json, _) = repository.run(&["diff", OLD, MANIFEST, "--format", "json", "--fail-on", "major"]);
    assert_eq!(status, 1);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["format"], &json["bump"]), (&1.into(), &"major".into()));
    let changes = json["changes"].as_array().unwrap();
    let swapped = changes.iter().find(|change| change["check"] == "values_swapped").unwrap();
    assert_eq!(swapped["id"], "parity");
    assert_eq!(swapped["old"]["values"], serde_json::json!({"1": "even", "2": "odd"}));
    assert_eq!(swapped["witness"], "raw 1: even, then odd");
    let (_, markdown, _) = repository.run(&["diff", OLD, MANIFEST, "--format", "md"]);
    assert!(markdown.starts_with("# Register changes\n\n4 changes, version bump: **major**."), "{markdown}");
    assert_eq!(repository.run(&["diff", MANIFEST, MANIFEST]).1, "no changes\n");
}

#[test]
fn a_revision_that_does_not_load_names_the_old_points() {
    let repository = Repository::new();
    repository.commit();
    repository.edit(
        "registers/details.csv",
        "16,Major software version,read,u16",
        "16,Major software version,read,oops",
    );
    let (status, out, errors) = repository.run(&["diff", OLD, MANIFEST]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(errors.contains("this row was holding register 16, major_software_version"), "{errors}");
    let (status, _, errors) = repository.run(&["diff", "git:nowhere:registers/device.toml", MANIFEST]);
    assert_eq!(status, 2, "{errors}");
    let (status, _, errors) = repository.run(&["diff", "git:HEAD:registers/nothing.toml", MANIFEST]);
    assert_eq!(status, 1, "{errors}");
}

#[test]
fn a_model_of_before_is_compared() {
    let repository = Repository::new();
    assert_eq!(repository.run(&["export", MANIFEST, "--format", "json", "--out", "old.json"]).0, 0);
    assert_eq!(repository.run(&["diff", "old.json", MANIFEST]).1, "no changes\n");
    repository.revise();
    let (_, text, _) = repository.run(&["diff", "old.json", MANIFEST]);
    assert!(text.ends_with("bump: major\n"), "{text}");
}

#[test]
fn the_lock_is_written_checked_and_brought_up_to_date() {
    let repository = Repository::new();
    let (status, _, errors) = repository.run(&["lock", MANIFEST, "--check"]);
    assert_eq!(status, 1, "{errors}");
    assert_eq!(repository.run(&["lock", MANIFEST]).0, 0);
    assert_eq!(repository.run(&["lock", MANIFEST, "--check"]).0, 0);
    assert_eq!(repository.run(&["generate", MANIFEST, "--out", "device.rs"]).0, 0);
    assert_eq!(repository.run(&["generate", MANIFEST, "--out", "device.rs", "--check"]).0, 0);
    // A corrected label.
    repository.edit("registers/details.csv", "Status of boiler", "State of the boiler");
    let (status, _, errors) = repository.run(&["lock", MANIFEST, "--check"]);
    assert_eq!(status, 1);
    assert!(errors.contains("status_of_boiler"), "{errors}");
    let (status, _, errors) = repository.run(&["generate", MANIFEST, "--out", "device.rs", "--check"]);
    assert_eq!(status, 1);
    assert!(errors.contains("patch  renamed: holding register 63, status_of_boiler"), "{errors}");
    assert!(errors.contains("device.rs differs"), "{errors}");
    assert_eq!(repository.run(&["generate", MANIFEST, "--out", "device.rs"]).0, 0);
    assert_eq!(repository.run(&["lock", MANIFEST, "--check"]).0, 0);
    assert!(fs::read_to_string(repository.path("device.rs")).unwrap().contains("fn status_of_boiler("));
    // An edit by hand.
    repository.edit("device.rs", "fn status_of_boiler(", "fn boiler(");
    let (status, _, errors) = repository.run(&["generate", MANIFEST, "--out", "device.rs", "--check"]);
    assert_eq!(status, 1);
    let has = |mark: char, code: &str| errors.lines().any(|line| line.starts_with(mark) && line.contains(code));
    assert!(has('-', "pub fn boiler(") && has('+', "pub fn status_of_boiler("), "{errors}");
    // New identifiers are asked for.
    assert_eq!(repository.run(&["lock", MANIFEST, "--rename", "no_such_point"]).0, 1);
    assert_eq!(repository.run(&["lock", MANIFEST, "--rename", "status_of_boiler"]).0, 0);
    let lock = fs::read_to_string(repository.path("registers/device.lock")).unwrap();
    assert!(
        lock.contains("\tstate_of_the_boiler\t") && lock.contains("removed\tholding 63\tstatus_of_boiler\t"),
        "{lock}"
    );
}

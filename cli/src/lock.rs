//! `lock`: identifiers that stay when the vendor's labels change.

use std::path::Path;

use modbus_bindgen::diagnostic::Severity;
use modbus_bindgen::lock::{self, Rename, Use};
use modbus_bindgen::{diff, output as files};

use crate::args::LockArgs;
use crate::failure::Failure;
use crate::input::Input;
use crate::{input, output, report};

/// The most items that are not in the lock file to be listed.
const SHOWN: usize = 20;

pub(crate) fn run(args: &LockArgs) -> Result<(), Failure> {
    let rename = match &args.rename {
        None => Rename::None,
        Some(ids) if ids.is_empty() => Rename::All,
        Some(ids) => Rename::Ids(ids.clone()),
    };
    let how = Use { accept_moves: !args.check, rename };
    let loaded = modbus_bindgen::load_with(&args.manifest, &how);
    report::print(&args.manifest, &loaded, Severity::Warning);
    let Some(device) = &loaded.device else {
        input::say_errors(&args.manifest, &loaded.diagnostics);
        return Err(Failure::Input);
    };
    if let (Rename::Ids(ids), Some(old)) = (&how.rename, &loaded.lock)
        && let Some(unknown) = ids.iter().find(|id| !old.has(id))
    {
        return Err(Failure::Message(format!("the lock has no identifier `{unknown}`; nothing was written")));
    }
    let new = lock::updated(device, loaded.lock.as_ref());
    let path = lock::path(&args.manifest);
    let shown = path.display();
    if args.check {
        let Some(old) = &loaded.lock else {
            return Err(Failure::Message(format!("{shown} does not exist; `modbus-bindgen lock` writes it")));
        };
        let missing = new.missing_in(old);
        for line in missing.iter().take(SHOWN) {
            output::say(&format!("not in {shown}: {}", line.replace('\t', " ")));
        }
        return match missing.len() {
            0 => Ok(()),
            count => Err(Failure::Message(format!(
                "{shown} does not contain {}; `modbus-bindgen lock` updates it",
                input::counted(count, "public item")
            ))),
        };
    }
    if let Some(old) = &loaded.lock {
        let changes = lock::changes(old, device);
        if !changes.changes.is_empty() {
            output::show(&diff::text(&changes))?;
        }
    }
    write(&path, &new.text())
}

/// Brings the lock that a manifest has up to date.
pub(crate) fn update(input: &Input) -> Result<(), Failure> {
    match &input.lock {
        Some(old) => write(&lock::path(&input.manifest), &lock::updated(&input.device, Some(old)).text()),
        None => Ok(()),
    }
}

/// Whether the lock is up to date; if it is not, prints what changed since it was written.
pub(crate) fn compare(input: &Input) -> bool {
    let Some(old) = &input.lock else { return true };
    let missing = lock::updated(&input.device, Some(old)).missing_in(old);
    if missing.is_empty() {
        return true;
    }
    let path = lock::path(&input.manifest);
    let changes = lock::changes(old, &input.device);
    if changes.changes.is_empty() {
        for line in missing.iter().take(SHOWN) {
            output::say(&format!("not in {}: {}", path.display(), line.replace('\t', " ")));
        }
    } else {
        output::say(diff::text(&changes).trim_end());
    }
    output::say(&format!("error: {} is not up to date", path.display()));
    false
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = files::write(path, text)
        .map_err(|error| Failure::Message(format!("{} cannot be written: {error}", path.display())))?;
    if written {
        output::say(&format!("{} was written", path.display()));
    }
    Ok(())
}

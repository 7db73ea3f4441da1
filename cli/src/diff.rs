//! `diff`: what a new revision of a table changes.

use std::path::Path;

use modbus_bindgen::diff::{self, Diff, Severity};

use crate::args::{DiffArgs, DiffFormat, FailOn};
use crate::failure::Failure;
use crate::revision::Read;
use crate::{output, revision};

pub(crate) fn run(args: &DiffArgs) -> Result<(), Failure> {
    // Both are read before one of them fails: one run shows everything.
    let (old, new) = (revision::read(&args.old), revision::read(&args.new));
    let (old, new) = (old?, new?);
    let (Some(before), Some(now)) = (old.revision(), new.revision()) else {
        say_lost(&args.old, &old, &new);
        return Err(Failure::Input);
    };
    let changes = diff::diff(before, now);
    match args.format {
        DiffFormat::Text => output::show(&diff::text(&changes))?,
        DiffFormat::Md => output::show(&diff::markdown(&changes))?,
        DiffFormat::Json => output::print(&diff::json(&changes))?,
    }
    fail(&changes, args.fail_on)
}

/// Names the old points that stood where the new table cannot be read.
fn say_lost(name: &Path, old: &Read, new: &Read) {
    let (Read::Loaded(old), Read::Loaded(new)) = (old, new) else { return };
    for lost in old.lost_in(new) {
        let point = lost.point;
        output::say(&format!(
            "{}: in {} this row was {} {}, {} ({}), at {}",
            lost.place,
            name.display(),
            point.table,
            point.address(),
            point.id,
            point.label,
            lost.cell
        ));
    }
}

/// Says which changes are too severe.
fn fail(changes: &Diff, least: Option<FailOn>) -> Result<(), Failure> {
    let Some(least) = least.map(severity) else { return Ok(()) };
    match changes.changes.iter().filter(|change| change.severity >= least).count() {
        0 => Ok(()),
        count => Err(Failure::Message(format!(
            "{} at least {least} (--fail-on {least})",
            if count == 1 { "1 change is".to_owned() } else { format!("{count} changes are") }
        ))),
    }
}

fn severity(of: FailOn) -> Severity {
    match of {
        FailOn::Patch => Severity::Patch,
        FailOn::Minor => Severity::Minor,
        FailOn::Major => Severity::Major,
    }
}

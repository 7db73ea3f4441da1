//! The changes as a vendor's changelog: by table, in the order of addresses, a line each.

use std::fmt::Write as _;

use super::words;
use crate::diff::{Change, Check, Diff};
use crate::model::Table;

/// Markdown, with a line feed at the end.
#[must_use]
pub fn markdown(diff: &Diff) -> String {
    let mut text = "# Register changes\n\n".to_owned();
    // Writing to a string cannot fail.
    let _ = match diff.changes.len() {
        0 => writeln!(text, "No changes."),
        count => writeln!(text, "{}, version bump: **{}**.", words::counted(count, "change"), diff.bump_name()),
    };
    let device: Vec<&Change> = diff.changes.iter().filter(|change| change.table.is_none()).collect();
    section(&mut text, "Device", &device);
    for table in Table::ALL {
        let of_table: Vec<&Change> = diff.changes.iter().filter(|change| change.table == Some(table)).collect();
        section(&mut text, table.title(), &of_table);
    }
    text
}

fn section(text: &mut String, title: &str, changes: &[&Change]) {
    if changes.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {title}\n\n");
    let mut rest = changes;
    while let Some(first) = rest.first() {
        let run = run(rest);
        let (these, others) = rest.split_at(run.max(1));
        let _ = match these {
            [_] => line(text, first),
            these => lines(text, these),
        };
        rest = others;
    }
}

/// How many changes at the begin are points added, or removed, at addresses that follow each other.
fn run(changes: &[&Change]) -> usize {
    let address = |change: &Change| change.address.or(change.new_address);
    let is_listed = |change: &Change| matches!(change.check, Check::Added | Check::Removed);
    let next = |pair: &[&Change]| match pair {
        [one, other] => {
            one.check == other.check
                && is_listed(one)
                && one.severity == other.severity
                && address(one).and_then(|at| at.checked_add(last(one))) == address(other)
        }
        _ => false,
    };
    changes.windows(2).take_while(|pair| next(pair)).count().saturating_add(1)
}

/// How many registers a point takes.
fn last(change: &Change) -> u16 {
    let words = change.old.get("words").or(change.new.get("words")).and_then(|words| words.as_array()).map(Vec::len);
    words.and_then(|count| u16::try_from(count).ok()).unwrap_or(1)
}

fn line(text: &mut String, change: &Change) -> std::fmt::Result {
    write!(text, "- {}{}", subject(change), escaped(&words::what(change)))?;
    if let Some(witness) = &change.witness {
        write!(text, " ({})", escaped(witness))?;
    }
    if let Some(reason) = &change.reason {
        write!(text, " — {}", escaped(reason))?;
    }
    writeln!(text, " · `{}`, {}", change.check.name(), change.severity)
}

/// Points that were added or removed together.
fn lines(text: &mut String, changes: &[&Change]) -> std::fmt::Result {
    let (Some(first), Some(end)) = (changes.first(), changes.last()) else { return Ok(()) };
    let from = first.address.or(first.new_address).unwrap_or_default();
    let to = end.address.or(end.new_address).unwrap_or_default().saturating_add(last(end)).saturating_sub(1);
    writeln!(text, "- **{from}–{to}**: {} · `{}`, {}", words::what(first), first.check.name(), first.severity)?;
    changes.iter().try_for_each(|change| {
        let address = change.address.or(change.new_address).unwrap_or_default();
        writeln!(text, "  - {address}: “{}”, `{}`", escaped(&change.label), change.id.as_deref().unwrap_or_default())
    })
}

/// Address, label and identifier, before what happened.
fn subject(change: &Change) -> String {
    let label = escaped(&change.label);
    match (change.address.or(change.new_address), &change.id) {
        (Some(address), Some(id)) => {
            let place = match (change.check, change.points.len().checked_sub(1)) {
                (Check::BlockMoved, Some(more)) if more > 0 => format!("**{address} and {more} more**"),
                _ => format!("**{address}**"),
            };
            format!("{place} “{label}”, `{id}`: ")
        }
        _ => format!("“{label}”: "),
    }
}

/// Text that is no markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '&' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    crate::diagnostic::inert(&escaped).into_owned()
}

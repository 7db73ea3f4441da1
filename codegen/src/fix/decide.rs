//! `# DECIDE:`: what only a person can say, as lines that are to be completed.

use super::Work;
use super::trial::Trial;
use crate::diagnostic::{Diagnostic, Entry, Folded, Renderer, Severity, inert};
use crate::manifest::DECIDE;

/// Entries of one cause that are written out; the others are like them.
const SHOWN: usize = 10;

impl Work {
    /// Adds what is left to decide about errors, each once; how many questions there are.
    pub(super) fn decide(&mut self, trial: &Trial) -> usize {
        let mut count = 0usize;
        for folded in trial.diagnostics.folded() {
            if folded.first.severity != Severity::Error || folded.offer.entries().iter().all(Entry::is_complete) {
                continue;
            }
            count = count.saturating_add(1);
            let block = block(&folded);
            if !self.text.contains(&block) {
                let line = if self.text.ends_with('\n') { "" } else { "\n" };
                self.text = format!("{}{line}{block}", self.text);
            }
        }
        count
    }

    /// Takes out what was left to decide about these, as it was written.
    pub(super) fn decided(text: &str, folded: &Folded<'_>) -> String {
        text.replacen(&block(folded), "", 1)
    }
}

/// The question, and the entries that answer it as comments: a line for each value that may be meant.
fn block(folded: &Folded<'_>) -> String {
    let entries = folded.offer.entries();
    let mut lines = vec![String::new(), format!("{DECIDE} {}", question(folded.first, folded.others.len()))];
    for (index, entry) in entries.iter().take(SHOWN).enumerate() {
        if index > 0 {
            lines.push("#".to_owned());
        }
        lines.extend(entry.lines().into_iter().map(|line| match line.starts_with('#') {
            true => line,
            false => format!("# {line}"),
        }));
    }
    match entries.len().saturating_sub(SHOWN) {
        0 => {}
        more => lines.push(format!("# and {more} more entries like these")),
    }
    lines.join("\n") + "\n"
}

/// Where it is, and what is wrong, in one line.
fn question(first: &Diagnostic, others: usize) -> String {
    let place = Renderer::new().line(&Folded::one(first));
    let more = if others > 0 { format!(" (and {others} more)") } else { String::new() };
    inert(&format!("{place}{more}")).into_owned()
}

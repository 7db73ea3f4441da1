//! `# DECIDE:`: what `init` could not know and nobody has decided yet.

use super::reader::Document;
use crate::diagnostic::{Diagnostic, fault, said};
use crate::source::Text;

/// Begins a comment of `init`; the question follows, and the setting it is about stands in the next line.
pub(crate) const DECIDE: &str = "# DECIDE:";

/// A comment is nothing to TOML: what is still a guess would be taken for what somebody has looked at.
pub(super) fn report(document: &Document<'_>, text: &Text) {
    let mut lines = text.as_str().split_inclusive('\n').scan(0usize, |begin, line| {
        let start = *begin;
        *begin = begin.saturating_add(line.len());
        Some((start, line.trim_end()))
    });
    let mut next = lines.next();
    while let Some((start, line)) = next {
        next = lines.next();
        let Some(question) = line.trim_start().strip_prefix(DECIDE) else { continue };
        let (start, setting) = next.filter(|(_, setting)| !setting.trim().is_empty()).unwrap_or((start, line));
        document.report(
            Diagnostic::warning("W0213", said!("not decided yet: {question}", question = fault(question.trim())))
                .at(document.line(Some(start..start.saturating_add(setting.len()))))
                .expected("what the vendor's document says, or what reading the device tells")
                .help("correct the lines below the comment # DECIDE, then delete the comment; `check --fix=ask` asks"),
        );
    }
}

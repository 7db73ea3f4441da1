//! Prints diagnostics for people: to stderr, in the width and with the colours of the terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Diagnostic, Folded, Renderer, Severity, Sources};

use crate::output;

/// Prints the diagnostics of a manifest that are at least this severe to stderr. Terminals get colours: `NO_COLOR` and
/// `CLICOLOR=0` turn them off, `CLICOLOR_FORCE=1` turns them on.
pub(crate) fn print(manifest: &Path, loaded: &Loaded, least: Severity) {
    print_all(manifest, loaded, least, false);
}

/// The same; if `unfolded`, each separately, otherwise those of one cause together.
pub(crate) fn print_all(manifest: &Path, loaded: &Loaded, least: Severity, unfolded: bool) {
    show(&loaded.render(&renderer(manifest).least(least).unfolded(unfolded)));
}

/// Prints diagnostics of one cause to stderr.
pub(crate) fn print_one(manifest: &Path, folded: &Folded<'_>, sources: &Sources) {
    show(&renderer(manifest).folded(folded, sources));
}

fn renderer(manifest: &Path) -> Renderer {
    let colour = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let renderer = Renderer::new().beside(manifest).colour(colour);
    columns().into_iter().fold(renderer, Renderer::width)
}

fn show(text: &str) {
    // If stderr is closed, nothing can be done.
    let _ = write!(AutoStream::auto(io::stderr()), "{text}");
}

/// Says how to create a manifest, where one is needed and there is none.
pub(crate) fn point_to_init<'a>(mut loaded: impl Iterator<Item = (&'a Path, &'a Loaded)>, least: Severity) {
    if let Some(step) = loaded.find_map(|(path, loaded)| loaded.first_step(path, least)) {
        output::say(&step);
    }
}

/// Names the command that explains the worst diagnostic.
pub(crate) fn point_to_explanations<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) {
    let Some(worst) = diagnostics.min_by_key(|diagnostic| diagnostic.severity) else { return };
    if worst.severity != Severity::Note {
        output::say(&format!("for an explanation with examples, run `modbus-bindgen check --explain {}`", worst.code));
    }
}

/// The width of the terminal that stderr goes to; `COLUMNS` overrides it.
fn columns() -> Option<usize> {
    let wish = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let terminal = || {
        let (width, _) = terminal_size::terminal_size_of(io::stderr())?;
        Some(usize::from(width.0)).filter(|_| io::stderr().is_terminal())
    };
    wish.or_else(terminal)
}

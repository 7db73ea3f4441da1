//! What is wrong with a table, for people: on stderr, in the width and with the colours of the terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::{Diagnostic, Folded, Renderer, Severity, Sources};

use crate::output;

/// Draws the diagnostics of a manifest that are at least so severe on stderr. Colours are for terminals: `NO_COLOR` and `CLICOLOR=0` take them away,
/// `CLICOLOR_FORCE=1` brings them.
pub(crate) fn print(manifest: &Path, loaded: &Loaded, least: Severity) {
    print_all(manifest, loaded, least, false);
}

/// The same; each by itself where that is asked for, those of one cause together otherwise.
pub(crate) fn print_all(manifest: &Path, loaded: &Loaded, least: Severity, unfolded: bool) {
    show(&loaded.render(&renderer(manifest).least(least).unfolded(unfolded)));
}

/// Draws diagnostics of one cause on stderr.
pub(crate) fn print_one(manifest: &Path, folded: &Folded<'_>, sources: &Sources) {
    show(&renderer(manifest).folded(folded, sources));
}

fn renderer(manifest: &Path) -> Renderer {
    let colour = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    let renderer = Renderer::new().beside(manifest).colour(colour);
    columns().into_iter().fold(renderer, Renderer::width)
}

fn show(text: &str) {
    // Where stderr is closed, nobody is there to be told.
    let _ = write!(AutoStream::auto(io::stderr()), "{text}");
}

/// Says how a manifest is begun, where one is asked for and there is none.
pub(crate) fn point_to_init<'a>(mut loaded: impl Iterator<Item = (&'a Path, &'a Loaded)>, least: Severity) {
    if let Some(step) = loaded.find_map(|(path, loaded)| loaded.first_step(path, least)) {
        output::say(&step);
    }
}

/// Says where more is said about what was shown.
pub(crate) fn point_to_explanations<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) {
    let Some(worst) = diagnostics.min_by_key(|diagnostic| diagnostic.severity) else { return };
    if worst.severity != Severity::Note {
        output::say(&format!("`modbus-bindgen check --explain {}` explains it, with examples", worst.code));
    }
}

/// Columns of the terminal; `COLUMNS` says it where stderr is none, and where it is a person's wish.
fn columns() -> Option<usize> {
    let wish = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    let terminal = || {
        let (width, _) = terminal_size::terminal_size_of(io::stderr())?;
        Some(usize::from(width.0)).filter(|_| io::stderr().is_terminal())
    };
    wish.or_else(terminal)
}

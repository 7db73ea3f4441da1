//! `check --fix`: writes the entries that resolve diagnostics into manifests, and shows what changed.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::path::PathBuf;

use modbus_bindgen::diagnostic::{Folded, Offer, inert};
use modbus_bindgen::fix::{self, Answer, Fixed, Question, Refused};
use modbus_bindgen::output::write;

use crate::args::{CheckArgs, FixMode};
use crate::failure::Failure;
use crate::input::counted;
use crate::{output, report};

/// Fixes every manifest, and returns the paths to check afterwards: a table may have a manifest now.
pub(crate) fn run(args: &CheckArgs, mode: FixMode) -> Result<Vec<PathBuf>, Failure> {
    if mode == FixMode::Ask && !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::Usage("--fix=ask needs a terminal; --fix asks nothing".to_owned()));
    }
    let mut changed = Vec::new();
    let mut paths = Vec::new();
    for manifest in &args.manifests {
        let mut ask = ask;
        let asked: Option<fix::Ask<'_>> = match mode {
            FixMode::Certain => None,
            FixMode::Ask => Some(&mut ask),
        };
        match fix::fix(manifest, asked) {
            Ok(fixed) => {
                if fixed.is_changed() {
                    save(&fixed)?;
                    changed.push(format!(
                        "{}: {} written, {} left to decide",
                        fixed.path.display(),
                        match fixed.written {
                            1 => "1 entry".to_owned(),
                            count => format!("{count} entries"),
                        },
                        fixed.open
                    ));
                }
                paths.push(if fixed.before.is_some() || fixed.is_changed() { fixed.path } else { manifest.clone() });
            }
            // What is wrong with it is said when it is checked.
            Err(Refused::Unreadable) => paths.push(manifest.clone()),
            Err(Refused::Canonical) => {
                output::say(&format!(
                    "{}: a table in the canonical form has no manifest; edit its cells",
                    manifest.display()
                ));
                paths.push(manifest.clone());
            }
            Err(Refused::ManifestExists(path)) => {
                return Err(Failure::Message(format!(
                    "{} has a manifest, {}; run `check --fix` on the manifest",
                    manifest.display(),
                    path.display()
                )));
            }
        }
    }
    match changed.len() {
        0 => output::say("no file was changed"),
        count => {
            output::say(&format!("{} changed:", counted(count, "file")));
            for line in changed {
                output::say(&format!("  {line}"));
            }
        }
    }
    Ok(paths)
}

/// Writes a manifest, and shows the lines that are new.
fn save(fixed: &Fixed) -> Result<(), Failure> {
    let path = fixed.path.display().to_string();
    let before = fixed.before.as_deref().unwrap_or_default();
    let lines = similar::TextDiff::from_lines(before, fixed.text.as_str());
    let old = if fixed.before.is_some() { path.as_str() } else { "/dev/null" };
    output::show(&lines.unified_diff().context_radius(2).header(old, &path).to_string())?;
    write(&fixed.path, &fixed.text)
        .map(|_| ())
        .map_err(|error| Failure::Message(format!("{path} cannot be written: {error}")))
}

/// Puts a question on the terminal, until there is an answer.
fn ask(question: &Question<'_>) -> Answer {
    match &question.problem {
        Some(problem) => output::say(&inert(problem)),
        None => show(question),
    }
    loop {
        output::prompt("answer: ");
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line) {
            Ok(1..) => {}
            // The terminal was closed: there are no more answers.
            Ok(0) | Err(_) => return Answer::Stop,
        }
        match line.trim() {
            "" | "s" | "S" | "skip" => return Answer::Skip,
            "q" | "Q" | "quit" => return Answer::Stop,
            number if number.parse::<usize>().is_ok_and(|it| (1..=question.readings.len()).contains(&it)) => {
                return Answer::Reading(number.parse::<usize>().unwrap_or_default().saturating_sub(1));
            }
            // A number is one of the list, if it does not say that it is the value itself.
            text if question.takes_text && text.parse::<usize>().is_err() => {
                return Answer::Text(text.strip_prefix('=').unwrap_or(text).trim().to_owned());
            }
            _ => output::say(&help(question)),
        }
    }
}

/// The row, the entry and what each reading gives.
fn show(question: &Question<'_>) {
    // The entry follows.
    let about = Folded { offer: Offer::default(), ..question.about.clone() };
    report::print_one(question.manifest, &about, question.sources);
    output::say("the entry to complete:");
    question.entry.lines().for_each(|line| output::say(&format!("    {line}")));
    for (index, reading) in question.readings.iter().enumerate() {
        let number = index.saturating_add(1);
        for (at, line) in reading.value.lines().enumerate() {
            let lead = if at == 0 { format!("{number:>3}) ") } else { "     ".to_owned() };
            output::say(&format!("{lead}{line}"));
        }
        reading.gives.iter().for_each(|line| output::say(&format!("       gives {line}")));
    }
    output::say(&help(question));
}

fn help(question: &Question<'_>) -> String {
    let mut ways = Vec::new();
    match question.readings.len() {
        0 => {}
        1 => ways.push("1".to_owned()),
        count => ways.push(format!("1 to {count}")),
    }
    if question.takes_text {
        let what = match question.key.as_str() {
            "values" => "a list of values such as 0=Off;1=On".to_owned(),
            key => format!("another {key} (=1 is the value 1)"),
        };
        ways.push(what);
    }
    ways.push("s to skip, q to stop asking".to_owned());
    ways.join(", ")
}

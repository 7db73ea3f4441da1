//! Questions that a person answers.

use std::path::Path;

use super::trial::Trial;
use super::{Ask, Work, edit};
use crate::diagnostic::entry::{Section, Value};
use crate::diagnostic::{Entry, Folded, Severity, Sources};
use crate::model::{Kind, Limit, Point};

/// Why an entry holds that a person has chosen.
const CHOSEN: &str = "answered (check --fix=ask)";

/// Something only a person can say.
#[derive(Debug)]
pub struct Question<'a> {
    /// What is wrong, and where.
    pub about: &'a Folded<'a>,
    /// What was read, to show it.
    pub sources: &'a Sources,
    /// The manifest, to name files beside it.
    pub manifest: &'a Path,
    /// The entry that is to be completed, as TOML.
    pub entry: String,
    /// The key that is asked for.
    pub key: String,
    /// What it may be.
    pub readings: Vec<Reading>,
    /// Whether another text than those can be given.
    pub takes_text: bool,
    /// What was wrong with the answer before.
    pub problem: Option<String>,
}

/// A value that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// As TOML.
    pub value: String,
    /// What comes of the registers in the rows that are asked about.
    pub gives: Vec<String>,
}

/// What a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// One of the readings, counted from zero.
    Reading(usize),
    /// Another value.
    Text(String),
    /// Not now.
    Skip,
    /// No more questions.
    Stop,
}

/// What came of a question.
enum Put {
    /// The manifest with the answer, and what comes of it.
    Settled(String, Box<Trial>),
    Skipped,
    Stopped,
}

impl Work {
    /// Asks until everything is answered, or nothing more is to be asked.
    pub(super) fn ask(&mut self, mut trial: Trial, ask: Ask<'_>) -> Trial {
        loop {
            let folded = trial.diagnostics.folded();
            let next = folded.iter().find_map(|folded| Some((folded, self.next(folded)?)));
            let Some((folded, entry)) = next else { return trial };
            match self.put(&trial, folded, &entry, ask) {
                Put::Settled(text, next) => {
                    // Of several decisions that are the same, the next has the number of this one now.
                    if matches!(entry.section(), Section::Decision(..)) {
                        self.open.remove(&entry);
                    }
                    self.text = Self::decided(&text, folded);
                    self.written = self.written.saturating_add(1);
                    trial = self.settle(Some(*next));
                }
                Put::Skipped => {}
                Put::Stopped => return trial,
            }
        }
    }

    /// The next entry for a cause that is to be asked about.
    fn next(&self, folded: &Folded<'_>) -> Option<Entry> {
        if folded.first.severity == Severity::Note {
            return None;
        }
        let entries = folded.offer.entries().iter().map(Entry::alone);
        entries
            .filter(|entry| !self.open.contains(entry))
            .find(|entry| !entry.is_complete() || self.tried.contains(entry))
    }

    /// Puts a question until it is answered so that it settles something.
    fn put(
        &mut self,
        trial: &Trial,
        about: &Folded<'_>,
        entry: &Entry,
        ask: &mut dyn FnMut(&Question<'_>) -> Answer,
    ) -> Put {
        self.open.insert(entry.clone());
        let (key, candidates) = match entry.question() {
            Some((key, readings)) => {
                let of = |reading: &(String, Value)| (reading.clone(), entry.clone().answered(reading.clone()));
                (key.to_owned(), readings.iter().map(of).collect::<Vec<_>>())
            }
            // It has one answer, which changes what the table means.
            None => (String::new(), vec![((String::new(), Value::Flag(true)), entry.clone())]),
        };
        let readings = candidates.iter().map(|((key, value), entry)| Reading {
            value: match (entry.question(), key.as_str()) {
                (None, "") => entry.to_string(),
                _ => format!("{key} = {value}"),
            },
            gives: self.gives(trial, about, entry),
        });
        let mut question = Question {
            about,
            sources: &trial.sources,
            manifest: &self.path.clone(),
            entry: entry.to_string(),
            takes_text: !key.is_empty() && key != crate::diagnostic::entry::OPEN,
            readings: readings.collect(),
            key,
            problem: None,
        };
        loop {
            let chosen = match ask(&question) {
                Answer::Stop => return Put::Stopped,
                Answer::Skip => return Put::Skipped,
                Answer::Reading(index) => candidates.get(index).map(|(_, entry)| entry.clone()),
                Answer::Text(text) => entry.typed(&text).map(|answer| entry.clone().answered(answer)),
            };
            let Some(chosen) = chosen else {
                question.problem = Some("this is not one of the answers".to_owned());
                continue;
            };
            match self.attempt(trial, about, &[chosen], CHOSEN) {
                Ok((text, next)) => return Put::Settled(text, Box::new(next)),
                Err(why) => {
                    let why = why.unwrap_or_else(|| "the problem is the same as before".to_owned());
                    question.problem = Some(format!("this does not solve it: {why}"));
                }
            }
        }
    }

    /// What comes of the registers in the rows that are asked about.
    fn gives(&self, trial: &Trial, about: &Folded<'_>, entry: &Entry) -> Vec<String> {
        let Some(text) = edit::with(&self.text, entry, CHOSEN, &trial.understood) else { return Vec::new() };
        let next = Trial::of(&self.path, &text);
        let rows: Vec<_> = about.first.places.iter().filter_map(|place| Some((&place.origin, place.row()?))).collect();
        let is_there = |point: &&Point| point.sources.iter().any(|source| rows.contains(&(&source.origin, source.row)));
        let points = next.device.iter().flat_map(|device| &device.points).filter(is_there);
        let given: Vec<String> = points.take(GIVEN).map(summary).collect();
        if !given.is_empty() {
            return given;
        }
        let in_row =
            |place: &crate::diagnostic::Place| place.row().is_some_and(|row| rows.contains(&(&place.origin, row)));
        let errors = next.diagnostics.iter().filter(|one| one.severity == Severity::Error);
        let error =
            errors.filter(|one| one.places.iter().any(in_row)).map(|one| format!("{}: {}", one.code, one.message));
        error.take(1).collect()
    }
}

/// Points that are shown for a reading.
const GIVEN: usize = 3;

/// A point in a line: `set_point: holding 3, u16 × 0.1 °C`.
fn summary(point: &Point) -> String {
    let words: Vec<String> = point.words.iter().map(u16::to_string).collect();
    let kind = match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) => format!(", {name}"),
        _ => String::new(),
    };
    let scale = if point.scale == crate::ratio::Ratio::ONE { String::new() } else { format!(" × {}", point.scale) };
    let offset = if point.offset == crate::ratio::Ratio::ZERO { String::new() } else { format!(" + {}", point.offset) };
    let unit = point.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let is_limited = |limits: &&crate::model::Limits| limits.min.is_some() || limits.max.is_some();
    let limits = point.limits.as_ref().filter(is_limited).map(|limits| {
        let end = |limit: Option<Limit>| limit.map_or_else(String::new, |limit| limit.to_string());
        format!(", from {} to {}", end(limits.min), end(limits.max))
    });
    let limits = limits.unwrap_or_default();
    format!("{}: {} {}, {}{scale}{offset}{unit}{kind}{limits}", point.id, point.table, words.join(", "), point.raw)
}

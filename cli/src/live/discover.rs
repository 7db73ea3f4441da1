//! `discover`: who answers on a line or at a host, and which table fits.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{ArgGroup, Args};
use modbus_bindgen::diagnostic::inert_json;
use modbus_bindgen_runtime::{
    Bus, BusBuilder, DeviceInfo, ImageCell, Parity, PointInfo, Role, RtuSettings, Table, Unit,
};
use serde_json::{Value, json};

use super::args::{LiveFormat, ParityArg, seconds};
use super::connect::{self, PORT, SERIAL, Way};
use super::fit::{self, Fit};
use super::progress::Progress;
use super::recorder::Recorder;
use super::verify::scan::ask;
use super::{block_on, device, show};
use crate::failure::Failure;
use crate::input::{self, counted};
use crate::output;

#[derive(Debug, Args)]
#[command(
    before_help = "Example: modbus-bindgen discover registers/*.toml --rtu /dev/ttyUSB0 --units 1-20",
    group = ArgGroup::new("place").required(true)
)]
pub(crate) struct DiscoverArgs {
    /// Manifests or tables that may fit the devices
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifests: Vec<PathBuf>,

    /// Search at this host
    #[arg(long, value_name = "HOST[:PORT]", group = "place")]
    pub(crate) tcp: Option<String>,

    /// Search on this serial port
    #[arg(long, value_name = "PATH", group = "place")]
    pub(crate) rtu: Option<String>,

    /// Unit ids to ask
    #[arg(long, value_name = "RANGE,…", default_value = "1-247", value_delimiter = ',', value_parser = units)]
    pub(crate) units: Vec<Units>,

    /// Speeds to try; default: those of the manifests, or the usual ones
    #[arg(long, value_name = "RATE,…", value_delimiter = ',', conflicts_with = "tcp",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) baud: Vec<u32>,

    /// Parities to try; default: even and none
    #[arg(long, value_name = "PARITY,…", value_delimiter = ',', conflicts_with = "tcp")]
    pub(crate) parity: Vec<ParityArg>,

    /// How long a unit may take to answer, not counting the time on the line
    #[arg(long, value_name = "SECONDS", default_value = "0.3", value_parser = seconds)]
    pub(crate) timeout: Duration,

    /// How long the whole search may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) limit: Duration,

    /// Print in a format for programs
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<LiveFormat>,
}

/// Unit ids, from and to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Units(u8, u8);

fn units(text: &str) -> Result<Units, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let id = |text: &str| text.trim().parse::<u8>().ok().filter(|id| *id > 0);
    match (id(first), id(last)) {
        (Some(first), Some(last)) if first <= last => Ok(Units(first, last)),
        _ => Err("expected unit ids from 1 to 255, as 1-247 or 3".to_owned()),
    }
}

/// A table that a device may be of.
struct Candidate {
    manifest: String,
    info: &'static DeviceInfo,
    /// What is asked to see whether it fits.
    sample: Vec<&'static PointInfo>,
}

/// So many points are enough to tell tables apart.
const SAMPLE: usize = 40;

/// So many are asked before the others.
const FIRST: usize = 8;

/// The part of the time that looking for units may take; the rest is for comparing them with tables.
const SEARCH_SHARE: u32 = 70;

/// Between two requests, so that others on the line are not crowded out.
const PAUSE: Duration = Duration::from_millis(10);

/// Unit ids that are asked first.
const LIKELY: std::ops::RangeInclusive<u8> = 1..=10;

impl Candidate {
    fn load(path: &Path) -> Result<Self, Failure> {
        let model = input::load_to_use(path)?;
        let info = device::device(&model, None);
        let own = |info: &&PointInfo| info.unit_id().is_none() && info.role() == Role::Value;
        let readable = |info: &&PointInfo| info.access().is_readable() && !info.has_read_side_effect();
        let all: Vec<&'static PointInfo> = info.points().filter(own).filter(readable).collect();
        // Evenly over the table.
        let step = all.len().div_ceil(SAMPLE).max(1);
        let sample = all.into_iter().step_by(step).collect();
        Ok(Self { manifest: path.display().to_string(), info, sample })
    }

    /// How many points fit, and how many were asked. A few of them first: a device of another kind is not bothered with
    /// the rest.
    async fn compare(&self, unit: &Unit) -> (usize, usize) {
        let step = self.sample.len().div_ceil(FIRST).max(1);
        let (first, rest): (Vec<_>, Vec<_>) =
            self.sample.iter().enumerate().partition(|(at, _)| at.is_multiple_of(step));
        let points = |list: Vec<(usize, &&'static PointInfo)>| list.into_iter().map(|(_, info)| *info).collect();
        let (fits, asked) = self.compare_some(unit, points(first)).await;
        if fits.saturating_mul(2) < asked {
            return (fits, asked);
        }
        let (more, more_asked) = self.compare_some(unit, points(rest)).await;
        (fits.saturating_add(more), asked.saturating_add(more_asked))
    }

    async fn compare_some(&self, unit: &Unit, points: Vec<&'static PointInfo>) -> (usize, usize) {
        if points.is_empty() {
            return (0, 0);
        }
        let recorder = Recorder::of_points(self.info, points.iter().copied());
        // It answers none of what this table has.
        let Ok(image) = recorder.record_quietly(unit).await else { return (0, points.len()) };
        let fits = points.iter().map(|info| fit::of(&image, self.info, info)).filter(|fit| *fit != Fit::NotAsked);
        fits.fold((0_usize, 0_usize), |(good, asked), fit| {
            (good.saturating_add(usize::from(fit == Fit::Fits)), asked.saturating_add(1))
        })
    }
}

/// A unit that answered.
struct Found {
    unit: u8,
    line: Option<RtuSettings>,
    /// How the candidates fit, the best first.
    scores: Vec<Score>,
}

struct Score {
    candidate: usize,
    fits: usize,
    asked: usize,
}

/// What was found, and how far it went.
struct Outcome {
    found: Vec<Found>,
    asked: usize,
    is_complete: bool,
    /// Every unit id is answered: the host is the device itself.
    answers_all: bool,
    begin: Instant,
}

pub(crate) fn run(args: &DiscoverArgs) -> Result<(), Failure> {
    let candidates: Vec<Candidate> =
        args.manifests.iter().map(|path| Candidate::load(path)).collect::<Result<_, _>>()?;
    let outcome = block_on(search(args, &candidates))?;
    let endpoint = args.tcp.as_deref().or(args.rtu.as_deref()).unwrap_or_default();
    match args.format {
        None => output::show(&text(&outcome, &candidates, endpoint))?,
        Some(LiveFormat::Json) => {
            let text = serde_json::to_string_pretty(&json(&outcome, &candidates, endpoint));
            let text = text.map_err(|error| Failure::Message(error.to_string()))?;
            output::print(&format!("{}\n", inert_json(&text)))?;
        }
    }
    if outcome.found.is_empty() {
        let asked = counted(outcome.asked, "request");
        return Err(Failure::Message(format!("no device answered on {endpoint}: {asked} sent")));
    }
    Ok(())
}

/// Unit ids, those first that devices leave the factory with.
fn ids(args: &DiscoverArgs, candidates: &[Candidate]) -> (Vec<u8>, Vec<u8>) {
    let wanted: BTreeSet<u8> = args.units.iter().flat_map(|Units(first, last)| *first..=*last).collect();
    let stated: BTreeSet<u8> = candidates.iter().map(|candidate| candidate.info.link.unit_id).collect();
    wanted.into_iter().partition(|id| stated.contains(id) || LIKELY.contains(id))
}

/// Line settings, those first that the tables state.
fn lines(args: &DiscoverArgs, candidates: &[Candidate]) -> Vec<RtuSettings> {
    let mut lines: Vec<RtuSettings> = candidates.iter().filter_map(|candidate| candidate.info.link.rtu).collect();
    let mut rates: Vec<u32> = args.baud.clone();
    if rates.is_empty() {
        // As devices leave the factory, then the usual ones, then what else they can be set to.
        rates.extend(lines.iter().map(|line| line.baud_rate));
        rates.extend([19_200, 9_600, 38_400, 57_600, 115_200]);
        rates.extend(candidates.iter().flat_map(|candidate| candidate.info.link.baud_rates));
    }
    let parities: Vec<Parity> = match args.parity.as_slice() {
        [] => vec![Parity::Even, Parity::None],
        given => given.iter().copied().map(Parity::from).collect(),
    };
    for baud_rate in rates {
        lines.extend(parities.iter().map(|parity| RtuSettings { baud_rate, parity: *parity, ..SERIAL }));
    }
    lines.retain(|line| {
        (args.baud.is_empty() || args.baud.contains(&line.baud_rate))
            && (args.parity.is_empty() || parities.contains(&line.parity))
    });
    let mut known = Vec::new();
    for line in lines {
        if !known.contains(&line) {
            known.push(line);
        }
    }
    known
}

fn builder(args: &DiscoverArgs) -> BusBuilder {
    Bus::builder()
        .response_timeout(args.timeout)
        // The next request goes to another unit: a late reply is not taken for its reply.
        .reply_delay_max(PAUSE)
        .request_delay(PAUSE)
        .put_back_max(Duration::ZERO)
        .retries(0)
}

async fn search(args: &DiscoverArgs, candidates: &[Candidate]) -> Result<Outcome, Failure> {
    let begin = Instant::now();
    let search_time = args.limit.checked_mul(SEARCH_SHARE).and_then(|time| time.checked_div(100)).unwrap_or(args.limit);
    let search_end = begin.checked_add(search_time).unwrap_or(begin);
    let end = begin.checked_add(args.limit).unwrap_or(begin);
    let mut outcome = Outcome { found: Vec::new(), asked: 0, is_complete: true, answers_all: false, begin };
    let (likely, others) = ids(args, candidates);
    let ways: Vec<(Way, Option<RtuSettings>)> = match (&args.tcp, &args.rtu) {
        (Some(host), _) => {
            let port = candidates.iter().find_map(|candidate| candidate.info.link.tcp_port).unwrap_or(PORT);
            vec![(Way::Tcp(connect::with_port(host, port)), None)]
        }
        (None, path) => {
            let path = path.clone().unwrap_or_default();
            lines(args, candidates).into_iter().map(|line| (Way::Rtu(path.clone(), line), Some(line))).collect()
        }
    };
    let mut progress = Progress::new("asking units", likely.len().saturating_add(others.len()));
    let first = candidates.first().and_then(|candidate| candidate.sample.first());
    let question = first.map_or((Table::HoldingRegister, 0), |info| (info.table(), info.address()));
    let mut chosen: Option<usize> = None;
    let mut last_failure = None;
    let mut opened = false;
    // First the likely ids by every setting; then the others, by the setting at which somebody answered.
    for (pass, ids) in [&likely, &others].into_iter().enumerate() {
        for (number, (way, line)) in ways.iter().enumerate() {
            let is_skipped = chosen.is_some_and(|chosen| chosen != number) || ids.is_empty();
            if is_skipped {
                continue;
            }
            let bus = match way.connect_with(builder(args)).await {
                Ok(bus) => bus,
                // A port may not have every parity.
                Err(failure) => {
                    last_failure = Some(failure);
                    continue;
                }
            };
            opened = true;
            for id in ids {
                if Instant::now() >= search_end {
                    outcome.is_complete = false;
                    break;
                }
                outcome.asked = outcome.asked.saturating_add(1);
                let cell = ask(&bus.unit(*id), question.0, question.1).await?;
                progress.step();
                // A gateway says so of units that do not answer it.
                if matches!(cell, ImageCell::Silent | ImageCell::Exception(10 | 11)) {
                    continue;
                }
                chosen = Some(number);
                outcome.found.push(Found { unit: *id, line: *line, scores: Vec::new() });
            }
            let is_one_device = || ids.iter().all(|id| outcome.found.iter().any(|found| found.unit == *id));
            if line.is_none() && pass == 0 && ids.len() >= 5 && is_one_device() {
                outcome.answers_all = answers_unlikely(&bus, question).await?;
            }
            bus.close().await;
        }
        if outcome.answers_all {
            break;
        }
    }
    drop(progress);
    if let (false, Some(failure)) = (opened, last_failure) {
        return Err(failure);
    }
    if outcome.answers_all {
        let stated = candidates.first().map_or(1, |candidate| candidate.info.link.unit_id);
        let kept = outcome.found.iter().position(|found| found.unit == stated).unwrap_or(0);
        outcome.found = outcome.found.into_iter().nth(kept).into_iter().collect();
    }
    if let Some((way, _)) = chosen.and_then(|chosen| ways.get(chosen))
        && !candidates.is_empty()
    {
        compare(args, way, candidates, &mut outcome, end).await?;
    }
    Ok(outcome)
}

/// Whether unit ids are answered that nobody gives a device.
async fn answers_unlikely(bus: &Bus, (table, address): (Table, u16)) -> Result<bool, Failure> {
    for id in [246, 199, 173] {
        if matches!(ask(&bus.unit(id), table, address).await?, ImageCell::Silent | ImageCell::Exception(10 | 11)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How the tables fit those that were found.
async fn compare(
    args: &DiscoverArgs,
    way: &Way,
    candidates: &[Candidate],
    outcome: &mut Outcome,
    end: Instant,
) -> Result<(), Failure> {
    // A device that answered is given the time that it usually gets.
    let bus = way.connect_with(builder(args).response_timeout(args.timeout.max(Duration::from_secs(1)))).await?;
    let mut progress = Progress::new("comparing", outcome.found.len().saturating_mul(candidates.len()));
    for found in &mut outcome.found {
        for (number, candidate) in candidates.iter().enumerate() {
            let left = end.saturating_duration_since(Instant::now());
            let unit = bus.unit(found.unit).with_device(candidate.info);
            match tokio::time::timeout(left, candidate.compare(&unit)).await {
                Ok((fits, asked)) => found.scores.push(Score { candidate: number, fits, asked }),
                Err(_) => outcome.is_complete = false,
            }
            progress.step();
        }
        let share = |score: &Score| score.fits.saturating_mul(1_000).checked_div(score.asked).unwrap_or(0);
        found.scores.sort_by_key(|score| std::cmp::Reverse((share(score), score.fits)));
    }
    bus.close().await;
    Ok(())
}

fn text(outcome: &Outcome, candidates: &[Candidate], endpoint: &str) -> String {
    let mut text = format!("{endpoint}\n");
    for found in &outcome.found {
        let line = found.line.map(|line| format!(", {}", connect::settings_text(line))).unwrap_or_default();
        let whatever = if outcome.answers_all { " (it answers whatever the unit id)" } else { "" };
        let _ = writeln!(text, "  unit {}{line}{whatever}", found.unit);
        let rows: Vec<[String; 3]> = found
            .scores
            .iter()
            .filter_map(|score| {
                let candidate = candidates.get(score.candidate)?;
                let fits = format!("{} of {} points fit", score.fits, score.asked);
                Some([candidate.info.name.to_owned(), fits, candidate.manifest.clone()])
            })
            .collect();
        for row in show::columns(&rows) {
            let _ = writeln!(text, "    {row}");
        }
    }
    let (asked, time) = (counted(outcome.asked, "unit"), outcome.begin.elapsed());
    let _ = writeln!(text, "{asked} asked, {time:.1?}");
    if !outcome.is_complete {
        text.push_str("the time ran out before all were asked; --limit allows more, --units asks fewer\n");
    }
    text
}

fn json(outcome: &Outcome, candidates: &[Candidate], endpoint: &str) -> Value {
    let score = |score: &Score| {
        let candidate = candidates.get(score.candidate)?;
        let (manifest, device) = (&candidate.manifest, candidate.info.name);
        Some(json!({"manifest": manifest, "device": device, "fits": score.fits, "asked": score.asked}))
    };
    let found = outcome.found.iter().map(|found| {
        json!({
            "unit": found.unit,
            "line": found.line.map(connect::settings_text),
            "tables": found.scores.iter().filter_map(score).collect::<Vec<_>>(),
        })
    });
    json!({
        "format": 1,
        "endpoint": endpoint,
        "found": found.collect::<Vec<_>>(),
        "answers_all": outcome.answers_all,
        "asked": outcome.asked,
        "complete": outcome.is_complete,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_ids_are_ranges() {
        assert_eq!((units("1-247"), units("3")), (Ok(Units(1, 247)), Ok(Units(3, 3))));
        for text in ["", "0", "5-3", "256", "a-b"] {
            assert!(units(text).is_err(), "{text}");
        }
    }
}

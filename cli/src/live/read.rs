//! `read`: values from a device.

use std::fmt::Write as _;
use std::time::Duration;

use modbus_bindgen::diagnostic::{inert_json, inert_lines};
use modbus_bindgen_runtime::{Absence, DeviceInfo, PointInfo, Snapshot, Unit};
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval};

use super::args::{LiveFormat, ReadArgs};
use super::connect::{self, Way};
use super::plan::{self, UnitPlan};
use super::select::{self, Selected};
use super::show::{self, Json};
use super::{block_on, load};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(args: &ReadArgs) -> Result<(), Failure> {
    let (_, device) = load(&args.manifest)?;
    let selected = select::to_read(device, &args.points)?;
    if args.plan {
        return block_on(async { show_plan(args, device, &selected) });
    }
    let way = Way::required(&args.link, device)?;
    block_on(async {
        let bus = way.connect(&args.link, device).await?;
        let reading = Reading {
            device,
            endpoint: way.endpoint(),
            unit: connect::unit(&bus, &args.link, device),
            selected: &selected,
            format: args.format,
        };
        match args.watch {
            Some(period) => reading.watch(period).await,
            None => reading.once().await,
        }
    })
}

/// What is read, and how it is shown.
struct Reading<'a> {
    device: &'a DeviceInfo,
    endpoint: &'a str,
    unit: Unit,
    selected: &'a [Selected],
    format: Option<LiveFormat>,
}

impl Reading<'_> {
    async fn read(&self) -> Result<Snapshot, Failure> {
        let points = self.selected.iter().map(|selected| selected.info);
        self.unit.read_points(points).await.map_err(|error| Failure::Message(error.to_string()))
    }

    async fn once(&self) -> Result<(), Failure> {
        let snapshot = self.read().await?;
        match self.format {
            None => output::show(&self.text(&snapshot))?,
            Some(LiveFormat::Json) => {
                let text = serde_json::to_string_pretty(&self.json(&snapshot)).map_err(unprintable)?;
                output::print(&format!("{}\n", inert_json(&text)))?;
            }
        }
        self.all_named_are_there(&snapshot)
    }

    /// Reads until interrupted, or until nobody reads what is printed. A device that is away for a while may come back.
    async fn watch(&self, period: Duration) -> Result<(), Failure> {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            ticks.tick().await;
            let text = match (self.read().await, self.format) {
                (Ok(snapshot), None) => inert_lines(&format!("{}\n{}\n", show::now(), self.text(&snapshot))),
                (Ok(snapshot), Some(LiveFormat::Json)) => {
                    let text = serde_json::to_string(&self.json(&snapshot)).map_err(unprintable)?;
                    format!("{}\n", inert_json(&text))
                }
                (Err(Failure::Message(message)), _) => {
                    output::say(&format!("{} {message}", show::now()));
                    continue;
                }
                (Err(other), _) => return Err(other),
            };
            if !output::print_while_read(&text)? {
                return Ok(());
            }
        }
    }

    fn text(&self, snapshot: &Snapshot) -> String {
        let rows: Vec<[String; 4]> = self.selected.iter().map(|selected| row(snapshot, selected.info)).collect();
        let mut text = format!("{} at {}, unit {}\n", self.device.name, self.endpoint, self.unit.id());
        let mut group = None;
        for (selected, line) in self.selected.iter().zip(show::columns(&rows)) {
            if group != Some(selected.info.group()) {
                group = Some(selected.info.group());
                let title = selected.info.group();
                // Writing to a string cannot fail.
                let _ = if title.is_empty() { writeln!(text) } else { writeln!(text, "\n{title}") };
            }
            let _ = writeln!(text, "  {line}");
        }
        text
    }

    fn json<'a>(&'a self, snapshot: &Snapshot) -> Report<'a> {
        let point = |selected: &Selected| {
            let info = selected.info;
            Json::new(info, snapshot.value(info).as_ref(), snapshot.absence(info)).with_raw(snapshot.raw(info))
        };
        Report {
            time: show::now(),
            device: self.device.name,
            endpoint: self.endpoint,
            unit: self.unit.id(),
            points: self.selected.iter().map(point).collect(),
        }
    }

    /// Whoever asks for a point by name wants to know when the device has none.
    fn all_named_are_there(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        let mut missing = Vec::new();
        for info in self.selected.iter().filter(|selected| selected.is_named).map(|selected| selected.info) {
            match snapshot.absence(info) {
                None | Some(Absence::NotFitted) => {}
                Some(absence) => missing.push(format!("{}: {absence}", info.id())),
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(Failure::Message(missing.join("; "))) }
    }
}

/// Label, value, address and identifier.
fn row(snapshot: &Snapshot, info: &PointInfo) -> [String; 4] {
    let value = match (snapshot.value(info), snapshot.absence(info)) {
        (Some(value), _) => show::value(info, &value),
        // What the code means is long, and stands in the message of a point that is asked for by name.
        (None, Some(Absence::Refused(exception))) => format!("(refused, exception {})", exception.code.code()),
        (None, Some(absence)) => format!("({absence})"),
        (None, None) => "(no value)".to_owned(),
    };
    [info.label().to_owned(), value, show::address(info), info.id().to_owned()]
}

#[derive(Serialize)]
struct Report<'a> {
    time: String,
    device: &'a str,
    endpoint: &'a str,
    unit: u8,
    points: Vec<Json<'a>>,
}

/// The requests that reading the points takes, for each unit.
fn show_plan(args: &ReadArgs, device: &'static DeviceInfo, selected: &[Selected]) -> Result<(), Failure> {
    let (link, plans) = plan::by_unit(&args.link, device, selected);
    let text = match args.format {
        None => plans
            .iter()
            .map(|UnitPlan { id, plan, asks, alone }| {
                let mut text = format!("unit {id}, {link}: {plan}");
                if *alone > 0 {
                    let _ = writeln!(text, "and {alone} by themselves, because reading them changes the device");
                }
                if *asks {
                    text.push_str("and before, once, which of the points the device has\n");
                }
                text
            })
            .collect::<Vec<_>>()
            .join("\n"),
        Some(LiveFormat::Json) => {
            let plans: Vec<JsonPlan> = plans.iter().map(|unit| JsonPlan::new(unit.id, &unit.plan)).collect();
            format!("{}\n", serde_json::to_string_pretty(&plans).map_err(unprintable)?)
        }
    };
    output::show(&text)
}

#[derive(Serialize)]
struct JsonPlan {
    unit: u8,
    bytes: u64,
    milliseconds: f64,
    requests: Vec<JsonRequest>,
}

#[derive(Serialize)]
struct JsonRequest {
    function: u8,
    address: u16,
    count: u16,
}

impl JsonPlan {
    fn new(unit: u8, plan: &modbus_bindgen_runtime::Plan) -> Self {
        let request = |request: &modbus_bindgen_runtime::PlannedRequest| JsonRequest {
            function: request.table().read_function(),
            address: request.address(),
            count: request.count(),
        };
        Self {
            unit,
            bytes: plan.bytes(),
            milliseconds: plan.expected_time().as_secs_f64() * 1000.0,
            requests: plan.requests().iter().map(request).collect(),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over")]
fn unprintable(error: serde_json::Error) -> Failure {
    Failure::Message(error.to_string())
}

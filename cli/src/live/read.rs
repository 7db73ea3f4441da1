//! `read`: values from a device, or from a recorded one.

use std::fmt::Write as _;
use std::path::Path;

use modbus_bindgen::diagnostic::inert_json;
use modbus_bindgen_runtime::{AnyValue, DeviceInfo, PointInfo, Unit};
use serde::Serialize;
use serde_json::Value;

use super::args::{ReadArgs, ReadFormat};
use super::connect::{self, Way};
use super::image::{self, PointReading};
use super::plan::{self, UnitPlan};
use super::select::{self, Selected};
use super::show::{self, Json};
use super::watch;
use super::{Loaded, block_on, interruption, load, progress, run as run_until_done, variant};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(args: &ReadArgs) -> Result<(), Failure> {
    let loaded = load(&args.device)?;
    if args.plan {
        let device = variant::first(loaded).info;
        let selected = select::to_read(device, &args.points)?;
        return block_on(async { show_plan(args, device, &selected) });
    }
    if let Some(path) = &args.link.image {
        return from_image(args, loaded, path);
    }
    if !loaded.has_variants() {
        // Nobody is asked where nothing can be.
        select::to_read(loaded.info, &args.points)?;
    }
    let way = Way::required(&args.link, loaded.info)?;
    let reading = async {
        let bus = way.connect(&args.link, loaded.info).await?;
        let loaded = variant::of_device(loaded, &bus, &args.link).await?;
        let unit = connect::unit(&bus, &args.link, loaded.info);
        let reading = Reading {
            device: loaded.info,
            place: format!("{} at {}, unit {}", loaded.info.name, way.endpoint(), unit.id()),
            endpoint: way.endpoint().to_owned(),
            unit: unit.id(),
            selected: select::to_read(loaded.info, &args.points)?,
            format: args.format,
        };
        match args.watch {
            Some(period) => watch::watch(&reading, &unit, period).await,
            None => {
                let values = reading.read(&unit, true).await?;
                reading.print(&values)?;
                bus.close().await;
                reading.all_named_are_there(&values)
            }
        }
    };
    match args.watch {
        None => block_on(reading),
        Some(_) => run_until_done(async {
            tokio::select! {
                biased;
                // Which is how it ends.
                () = interruption() => Ok(()),
                result = reading => result,
            }
        }),
    }
}

fn from_image(args: &ReadArgs, loaded: Loaded, path: &Path) -> Result<(), Failure> {
    let image = image::read(path, loaded.info)?;
    let loaded = variant::of_image(loaded, &image)?;
    let device = loaded.info;
    let when = if image.recorded().is_empty() { String::new() } else { format!(" recorded {}", image.recorded()) };
    let unit = device.link.unit_id;
    let reading = Reading {
        device,
        place: format!("{} in {},{when} unit {unit}", device.name, path.display()).replace(",  ", ", "),
        endpoint: path.display().to_string(),
        unit,
        selected: select::to_read(device, &args.points)?,
        format: args.format,
    };
    let values: Vec<PointReading> =
        reading.selected.iter().map(|selected| PointReading::of_image(&image, device, selected.info)).collect();
    reading.print(&values)?;
    reading.all_named_are_there(&values)
}

/// What is read, and how it is shown.
pub(super) struct Reading {
    pub(super) device: &'static DeviceInfo,
    /// The device and where it is, for people.
    pub(super) place: String,
    endpoint: String,
    unit: u8,
    pub(super) selected: Vec<Selected>,
    pub(super) format: ReadFormat,
}

impl Reading {
    /// One reading for each point, in their order.
    pub(super) async fn read(&self, unit: &Unit, shows_progress: bool) -> Result<Vec<PointReading>, Failure> {
        let points = || self.selected.iter().map(|selected| selected.info);
        let reading = async { unit.read_points(points()).await };
        let snapshot = if shows_progress {
            progress::over(reading, "reading", unit.plan(points()).expected_time()).await
        } else {
            reading.await
        };
        let snapshot = snapshot.map_err(|error| Failure::Message(error.to_string()))?;
        Ok(points().map(|info| PointReading::of_snapshot(&snapshot, info)).collect())
    }

    fn print(&self, values: &[PointReading]) -> Result<(), Failure> {
        match self.format {
            ReadFormat::Table => output::show(&self.text(values)),
            ReadFormat::Json => {
                let text = serde_json::to_string_pretty(&self.json(values)).map_err(unprintable)?;
                output::print(&format!("{}\n", inert_json(&text)))
            }
            ReadFormat::Csv => output::show(&format!("{}{}", self.csv_header(), self.csv_line(values))),
        }
    }

    pub(super) fn text(&self, values: &[PointReading]) -> String {
        let mut rows: Vec<[String; 4]> =
            self.selected.iter().zip(values).map(|(selected, value)| row(selected.info, value)).collect();
        align_decimals(&mut rows, values);
        let lines = match output::room() {
            Some(room) => show::columns_within(&rows, room.saturating_sub(2)),
            None => show::columns(&rows),
        };
        let mut text = format!("{}\n", self.place);
        let mut group = None;
        for (selected, line) in self.selected.iter().zip(lines) {
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

    pub(super) fn json<'a>(&'a self, values: &[PointReading]) -> Report<'a> {
        let points = self.selected.iter().zip(values);
        Report {
            time: show::now(),
            device: self.device.name,
            endpoint: &self.endpoint,
            unit: self.unit,
            points: points.map(|(selected, value)| Json::read(selected.info, value)).collect(),
        }
    }

    /// `time,outdoor_temperature,…`
    pub(super) fn csv_header(&self) -> String {
        let ids = self.selected.iter().map(|selected| csv_cell(selected.info.id()));
        format!("time,{}\n", ids.collect::<Vec<_>>().join(","))
    }

    pub(super) fn csv_line(&self, values: &[PointReading]) -> String {
        let cells = self.selected.iter().zip(values).map(|(selected, reading)| {
            let value = reading.value.as_ref().map(|value| show::json_value(selected.info, value));
            csv_cell(&match value {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text,
                Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
                Some(other) => other.to_string(),
            })
        });
        format!("{},{}\n", show::now(), cells.collect::<Vec<_>>().join(","))
    }

    /// Whoever asks for a point by name wants to know when the device has none.
    fn all_named_are_there(&self, values: &[PointReading]) -> Result<(), Failure> {
        let named = self.selected.iter().zip(values).filter(|(selected, _)| selected.is_named);
        let missing: Vec<String> = named
            .filter_map(|(selected, reading)| {
                let lack = reading.lack.as_ref().filter(|lack| !lack.is_answer())?;
                Some(format!("{}: {}", selected.info.id(), lack.reason))
            })
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(Failure::Message(missing.join("; "))) }
    }
}

/// In quotes where a program would take it apart (RFC 4180).
fn csv_cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// The value, or why there is none.
pub(super) fn cell(info: &PointInfo, reading: &PointReading) -> String {
    match (&reading.value, &reading.lack) {
        (Some(value), _) => show::value(info, value),
        (None, Some(lack)) => format!("({})", lack.short),
        (None, None) => "(no value)".to_owned(),
    }
}

/// Label, value, address and identifier.
fn row(info: &PointInfo, reading: &PointReading) -> [String; 4] {
    [info.label().to_owned(), cell(info, reading), show::address(info), info.id().to_owned()]
}

/// Numbers stand with their decimal points below each other; texts begin where the column does.
fn align_decimals(rows: &mut [[String; 4]], values: &[PointReading]) {
    /// A counter with more digits moves nothing.
    const LONGEST: usize = 7;
    let whole = |text: &str| text.find(|sign: char| !sign.is_ascii_digit() && sign != '-').unwrap_or(text.len());
    let is_number = |reading: &PointReading| matches!(reading.value, Some(AnyValue::Number(_) | AnyValue::Integer(_)));
    let mut numbers: Vec<&mut String> =
        rows.iter_mut().zip(values).filter(|(_, value)| is_number(value)).map(|([_, cell, ..], _)| cell).collect();
    let widest = numbers.iter().map(|cell| whole(cell)).filter(|digits| *digits <= LONGEST).max().unwrap_or_default();
    for cell in &mut numbers {
        let before = widest.saturating_sub(whole(cell));
        cell.insert_str(0, &" ".repeat(before));
    }
}

#[derive(Serialize)]
pub(super) struct Report<'a> {
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
        ReadFormat::Table | ReadFormat::Csv => plans
            .iter()
            .map(|UnitPlan { id, plan, asks, alone, too_long }| {
                let mut text = format!("unit {id}, {link}: {plan}");
                if !too_long.is_empty() {
                    let ids: Vec<&str> = too_long.iter().map(|info| info.id()).collect();
                    let _ = writeln!(text, "longer than a request, and never read: {}", ids.join(", "));
                }
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
        ReadFormat::Json => {
            let plans: Vec<JsonPlan> = plans.iter().map(JsonPlan::new).collect();
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
    /// Points that have more registers than one request takes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    too_long: Vec<&'static str>,
}

#[derive(Serialize)]
struct JsonRequest {
    function: u8,
    address: u16,
    count: u16,
}

impl JsonPlan {
    fn new(unit: &UnitPlan) -> Self {
        let plan = &unit.plan;
        let request = |request: &modbus_bindgen_runtime::PlannedRequest| JsonRequest {
            function: request.table().read_function(),
            address: request.address(),
            count: request.count(),
        };
        Self {
            unit: unit.id,
            bytes: plan.bytes(),
            milliseconds: plan.expected_time().as_secs_f64() * 1000.0,
            requests: plan.requests().iter().map(request).collect(),
            too_long: unit.too_long.iter().map(|info| info.id()).collect(),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is mapped over")]
pub(super) fn unprintable(error: serde_json::Error) -> Failure {
    Failure::Message(error.to_string())
}

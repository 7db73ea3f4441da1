//! `verify`: a table against a device, or against a recorded one.

mod certain;
mod evidence;
mod finding;
mod learn;
mod report;
mod scale;
pub(crate) mod scan;
mod shifted;
mod suspects;
#[cfg(test)]
#[expect(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "a test that fails says so by panicking; numbers are small"
)]
mod tests;

use std::path::Path;
use std::time::Duration;

use clap::{Args, ValueEnum};
use modbus_bindgen::diagnostic::inert_json;
use modbus_bindgen_runtime::{Bus, DeviceImage, DeviceInfo, ImageCell};

use self::finding::{Certainty, Finding};
use self::learn::Learnt;
use self::report::Report;
use self::scan::ScanRange;
use super::args::{DeviceArgs, LinkArgs};
use super::connect::{self, Way};
use super::recorder::Recorder;
use super::{Loaded, block_on, image, load, show, variant};
use crate::failure::Failure;
use crate::output;

/// What is suspected has to hold after this time, too.
const BETWEEN_READINGS: Duration = Duration::from_millis(500);

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen verify registers/device.toml --tcp 192.168.1.40 --format md")]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,

    #[command(flatten)]
    pub(crate) link: LinkArgs,

    /// Also read addresses that the table does not list, one at a time: 0-200, or holding 0-200,input 0-99
    #[arg(long, value_name = "RANGE", value_delimiter = ',', value_parser = scan::range, conflicts_with = "image")]
    pub(crate) scan: Vec<ScanRange>,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: VerifyFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyFormat {
    /// For people
    Text,
    /// For the vendor, in Markdown
    Md,
    /// For programs
    Json,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<(), Failure> {
    let loaded = load(&args.device)?;
    let report = match &args.link.image {
        Some(path) => of_image(loaded, path)?,
        None => {
            let way = Way::required(&args.link, loaded.info)?;
            block_on(of_device(args, loaded, &way))?
        }
    };
    match args.format {
        VerifyFormat::Text => output::show(&report.text())?,
        VerifyFormat::Md => output::show(&report.markdown())?,
        VerifyFormat::Json => {
            let text = serde_json::to_string_pretty(&report.json());
            let text = text.map_err(|error| Failure::Message(error.to_string()))?;
            output::print(&format!("{}\n", inert_json(&text)))?;
        }
    }
    if report.count(Certainty::Certain) > 0 { Err(Failure::Input) } else { Ok(()) }
}

fn of_image(loaded: Loaded, path: &Path) -> Result<Report, Failure> {
    let image = image::read(path, loaded.info)?;
    let loaded = variant::of_image(loaded, &image)?;
    let time = image.recorded().to_owned();
    let findings = compare(&[&image], loaded.info);
    Ok(Report {
        device: loaded.info,
        endpoint: path.display().to_string(),
        time,
        points: asked(&image, loaded.info),
        readings: 1,
        findings,
        learnt: Learnt::default(),
        scanned: None,
        probed: 0,
    })
}

async fn of_device(args: &VerifyArgs, loaded: Loaded, way: &Way) -> Result<Report, Failure> {
    let bus = way.connect_with(connect::patient(&args.link, loaded.info)).await?;
    let loaded = variant::of_device(loaded, &bus, &args.link).await?;
    let device = loaded.info;
    let unit = connect::unit(&bus, &args.link, device);
    let recorder = Recorder::of_all(device);
    let mut first = recorder.record(&unit, "reading").await?;
    let probes = probe(&mut first, device, &bus, unit.id()).await?;
    tokio::time::sleep(BETWEEN_READINGS).await;
    let mut second = recorder.record(&unit, "reading again").await?;
    for (unit, table, address, cell) in probes.iter() {
        second.set(unit, table, address, cell.clone());
    }
    let bare = bus.unit(unit.id());
    let mut learnt = learn::learn(&second, device, &bare).await;
    let scanned = match args.scan.as_slice() {
        [] => None,
        ranges => Some(scan::scan(ranges, device, &bus, unit.id()).await?),
    };
    learnt.proposals.extend(scanned.as_ref().and_then(|scanned| learn::gaps(scanned, device)));
    bus.close().await;
    Ok(Report {
        device,
        endpoint: format!("{}, unit {}", way.endpoint(), unit.id()),
        time: show::now(),
        points: asked(&second, device),
        readings: 2,
        findings: compare(&[&first, &second], device),
        learnt,
        scanned,
        probed: probes.iter().count(),
    })
}

/// Asks the neighbours of what fails at the end of a block; what they hold is in the image afterwards.
async fn probe(
    image: &mut DeviceImage,
    device: &'static DeviceInfo,
    bus: &Bus,
    home: u8,
) -> Result<DeviceImage, Failure> {
    let mut found = DeviceImage::new(device.name);
    for (unit, table, address) in shifted::probes(&evidence::seen(image, device), device) {
        let id = if unit == device.link.unit_id { home } else { unit };
        let cell = scan::ask(&bus.unit(id), table, address).await?;
        found.set(unit, table, address, cell.clone());
        image.set(unit, table, address, cell);
    }
    Ok(found)
}

/// How many points were asked.
fn asked(image: &DeviceImage, device: &'static DeviceInfo) -> usize {
    let seen = evidence::seen(image, device);
    let is_asked = |one: &&evidence::Seen| !matches!(one.held, image::Held::NotRecorded | image::Held::Skipped(_));
    seen.iter().filter(is_asked).count()
}

/// What readings show: what is certain in any of them, and what is suspected in all.
fn compare(readings: &[&DeviceImage], device: &'static DeviceInfo) -> Vec<Finding> {
    let mut certain: Vec<Finding> = Vec::new();
    let mut suspected: Option<Vec<Finding>> = None;
    for image in readings.iter().rev() {
        let seen = evidence::seen(image, device);
        // A device that was busy once is not one that refuses.
        let is_busy = |finding: &Finding| {
            let (Some(info), true) = (finding.points.first(), finding.kind == "refused") else { return false };
            let unit = image::unit_of(device, info);
            matches!(image.get(unit, info.table(), info.address()), Some(ImageCell::Exception(5 | 6)))
        };
        for finding in certain::find(&seen, device) {
            if !certain.iter().any(|known| known.is_again(&finding)) && !is_busy(&finding) {
                certain.push(finding);
            }
        }
        let found = suspects::find(&seen, image, device);
        suspected = Some(match suspected {
            None => found,
            Some(last) => last.into_iter().filter(|one| found.iter().any(|other| one.is_again(other))).collect(),
        });
    }
    let place = |finding: &Finding| finding.points.first().map(|info| (info.unit_id(), info.table(), info.address()));
    let mut findings: Vec<Finding> = certain.into_iter().chain(suspected.unwrap_or_default()).collect();
    findings.sort_by_key(|finding| (finding.certainty, place(finding)));
    findings
}

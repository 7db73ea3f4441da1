//! `restore`: settings of a recorded device, back.

use std::path::PathBuf;

use clap::Args;
use modbus_bindgen_runtime::{
    Access, AnyValue, Assignment, DeviceImage, DeviceInfo, PointInfo, Role, Unit, WriteError,
};

use super::args::{DeviceArgs, LinkArgs};
use super::connect::{self, Way};
use super::fit::{self, Fit, Misfit};
use super::image::{self, PointReading};
use super::progress::Progress;
use super::recorder::Recorder;
use super::{Loaded, ask, interruption, load, run as run_until_done, show, variant, write};
use crate::failure::Failure;
use crate::input::counted;
use crate::output;

#[derive(Debug, Args)]
#[command(
    before_help = "Example: modbus-bindgen restore registers/device.toml device.json --tcp 192.168.1.40 --dry-run"
)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,

    /// File that the record command wrote
    #[arg(value_name = "IMAGE")]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) link: LinkArgs,

    /// Show the differences, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Write without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

pub(crate) fn run(args: &RestoreArgs) -> Result<(), Failure> {
    let loaded = load(&args.device)?;
    let way = Way::required(&args.link, loaded.info)?;
    if !args.yes && !args.dry_run && !ask::somebody_is_there() {
        return Err(Failure::Usage("there is no terminal to ask on: --yes writes, --dry-run shows".to_owned()));
    }
    let image = image::read(&args.file, loaded.info)?;
    run_until_done(async {
        let connected = async {
            let bus = way.connect_with(connect::patient(&args.link, loaded.info)).await?;
            let loaded = variant::of_device(loaded, &bus, &args.link).await?;
            let unit = connect::unit(&bus, &args.link, loaded.info);
            let plan = Plan::new(&loaded, &image, &unit).await?;
            if plan.show(args)? && !args.dry_run && (args.yes || ask::yes(&plan.question(way.endpoint())).await?) {
                return Ok(Some((bus, loaded, unit, plan)));
            }
            Ok(None)
        };
        let ready = tokio::select! {
            biased;
            () = interruption() => return Err(Failure::Interrupted),
            ready = connected => ready?,
        };
        let Some((bus, loaded, unit, plan)) = ready else { return Ok(()) };
        let result = plan.write(&loaded, &unit).await;
        bus.close().await;
        result
    })
}

/// A setting that differs.
struct Change {
    info: &'static PointInfo,
    now: Option<AnyValue>,
    wanted: AnyValue,
}

/// What is to be written.
struct Plan {
    changes: Vec<Change>,
    /// Settings that differ and are not restored, with the reason.
    left_out: Vec<(&'static PointInfo, String)>,
    /// Settings that are as they were.
    same: usize,
}

/// What a restore may write: never commands, never what is read only.
fn is_setting(info: &PointInfo) -> bool {
    info.access() == Access::ReadWrite && info.role() == Role::Value && !info.has_read_side_effect()
}

/// Whether a device holds a point as it was recorded.
fn is_same(info: &PointInfo, one: &PointReading, other: &PointReading) -> bool {
    let raw = |reading: &PointReading| info.raw_value(reading.raw.as_deref().unwrap_or_default());
    match (raw(one), raw(other)) {
        // Other points may share the words.
        (Some(one), Some(other)) => one == other,
        _ => one.raw == other.raw,
    }
}

async fn now(
    device: &'static DeviceInfo,
    unit: &Unit,
    points: impl Iterator<Item = &'static PointInfo>,
    what: &str,
) -> Result<DeviceImage, Failure> {
    Recorder::of_points(device, points).record(unit, what).await
}

impl Plan {
    async fn new(loaded: &Loaded, image: &DeviceImage, unit: &Unit) -> Result<Self, Failure> {
        let device = loaded.info;
        let settings: Vec<&'static PointInfo> = device.points().filter(|info| is_setting(info)).collect();
        let mut plan = Self { changes: Vec::new(), left_out: Vec::new(), same: 0 };
        if settings.is_empty() {
            return Ok(plan);
        }
        let found = now(device, unit, settings.iter().copied(), "comparing").await?;
        for info in settings {
            let wanted = PointReading::of_image(image, device, info);
            let held = PointReading::of_image(&found, device, info);
            // What was not recorded, or is not there, is nothing to restore.
            let Some(value) = wanted.value.clone() else { continue };
            if held.raw.is_some() && is_same(info, &wanted, &held) {
                plan.same = plan.same.saturating_add(1);
                continue;
            }
            match reason_against(info, image, device, &value, &held) {
                Some(reason) => plan.left_out.push((info, reason)),
                None => plan.changes.push(Change { info, now: held.value, wanted: value }),
            }
        }
        Ok(plan)
    }

    /// Shows what differs; whether there is something to write.
    fn show(&self, args: &RestoreArgs) -> Result<bool, Failure> {
        let file = args.file.display();
        for (info, reason) in &self.left_out {
            output::say(&format!("{} is not restored: {reason}", info.id()));
        }
        if self.changes.is_empty() {
            output::show(&format!("nothing to restore: {} as in {file}\n", counted(self.same, "setting")))?;
            return Ok(false);
        }
        let rows: Vec<[String; 4]> = self
            .changes
            .iter()
            .map(|change| write::change(change.info, change.now.as_ref(), &show::value(change.info, &change.wanted)))
            .collect();
        output::show(&write::changes(&rows))?;
        if args.dry_run {
            output::say("nothing was written");
        }
        Ok(true)
    }

    fn question(&self, endpoint: &str) -> String {
        format!("Write {} to {endpoint}?", counted(self.changes.len(), "setting"))
    }

    /// Writes one after the other, so that it is known at any time what was written, and reads them back.
    async fn write(&self, loaded: &Loaded, unit: &Unit) -> Result<(), Failure> {
        let mut progress = Progress::new("restoring", self.changes.len());
        let mut written: Vec<&Change> = Vec::new();
        let mut refused = 0_usize;
        let mut ending = std::pin::pin!(interruption());
        for change in &self.changes {
            let assignment = Assignment::any(change.info, change.wanted.clone());
            let result = tokio::select! {
                biased;
                () = &mut ending => {
                    self.say_how_far(&written, Some(change));
                    return Err(Failure::Interrupted);
                }
                result = unit.write([assignment]) => result,
            };
            match result {
                Ok(()) => written.push(change),
                Err(error) => match error.error() {
                    // The others can be written all the same.
                    WriteError::Invalid { .. } | WriteError::Refused { .. } => {
                        refused = refused.saturating_add(1);
                        output::say(&format!("error: {}", error.error()));
                    }
                    WriteError::NotSent { .. } | WriteError::OutcomeUnknown { .. } => {
                        drop(progress);
                        self.say_how_far(&written, None);
                        return Err(Failure::Message(error.error().to_string()));
                    }
                },
            }
            progress.step();
        }
        drop(progress);
        let kept = read_back(loaded, unit, &written).await?;
        let all = counted(self.changes.len(), "setting");
        output::show(&format!("{kept} of {all} written and read back\n"))?;
        write::remind(&loaded.model, written.iter().map(|change| change.info));
        if refused > 0 || kept < written.len() { Err(Failure::Input) } else { Ok(()) }
    }

    fn say_how_far(&self, written: &[&Change], in_flight: Option<&Change>) {
        let ids = |changes: &mut dyn Iterator<Item = &Change>| {
            let ids: Vec<&str> = changes.map(|change| change.info.id()).collect();
            if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
        };
        let is_in = |list: &[&Change], change: &Change| list.iter().any(|one| std::ptr::eq(one.info, change.info));
        output::say(&format!("written: {}", ids(&mut written.iter().copied())));
        if let Some(change) = in_flight {
            output::say(&format!("may or may not have been written: {}", change.info.id()));
        }
        let in_flight: Vec<&Change> = in_flight.into_iter().collect();
        let mut rest = self.changes.iter().filter(|change| !is_in(written, change) && !is_in(&in_flight, change));
        output::say(&format!("not written: {}", ids(&mut rest)));
    }
}

/// Why a setting that differs is not written.
fn reason_against(
    info: &'static PointInfo,
    image: &DeviceImage,
    device: &'static DeviceInfo,
    value: &AnyValue,
    held: &PointReading,
) -> Option<String> {
    let lack = held.lack.as_ref().filter(|lack| !lack.is_answer());
    if let Some(lack) = lack {
        return Some(format!("the device has no such setting now ({})", lack.short));
    }
    if let Fit::Misfits(misfit) = fit::of(image, device, info) {
        match misfit {
            Misfit::UnknownCode(code) => {
                return Some(format!("the image holds code {code}, which the table does not list"));
            }
            Misfit::UnknownBits(_) => return Some("the image holds bits that the table does not list".to_owned()),
            _ => {}
        }
    }
    write::check(info, value).err().map(|error| error.to_string())
}

/// How many are held as they were written; says which are not.
async fn read_back(loaded: &Loaded, unit: &Unit, written: &[&Change]) -> Result<usize, Failure> {
    if written.is_empty() {
        return Ok(0);
    }
    let device = loaded.info;
    let found = now(device, unit, written.iter().map(|change| change.info), "reading back").await?;
    let mut kept = 0_usize;
    for change in written {
        let reading = PointReading::of_image(&found, device, change.info);
        if reading.value.as_ref() == Some(&change.wanted) {
            kept = kept.saturating_add(1);
            continue;
        }
        let holds = match (&reading.value, &reading.lack) {
            (Some(value), _) => show::value(change.info, value),
            (None, Some(lack)) => format!("({})", lack.short),
            (None, None) => "nothing".to_owned(),
        };
        let wanted = show::value(change.info, &change.wanted);
        output::say(&format!("error: {} holds {holds} after {wanted} was written", change.info.id()));
    }
    Ok(kept)
}

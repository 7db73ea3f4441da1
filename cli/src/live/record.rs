//! `record`: everything a device holds, into a file.

use std::path::PathBuf;

use clap::Args;
use modbus_bindgen::output as files;
use modbus_bindgen_runtime::{DeviceImage, ImageCell};

use super::args::{DeviceArgs, LinkArgs};
use super::connect::{self, Way};
use super::recorder::Recorder;
use super::{block_on, load, show, variant};
use crate::failure::Failure;
use crate::input::counted;
use crate::output;

#[derive(Debug, Args)]
#[command(before_help = "Example: modbus-bindgen record registers/device.toml --tcp 192.168.1.40 --out device.json")]
pub(crate) struct RecordArgs {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,

    #[command(flatten)]
    pub(crate) link: LinkArgs,

    /// Write this file
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

pub(crate) fn run(args: &RecordArgs) -> Result<(), Failure> {
    let loaded = load(&args.device)?;
    let way = Way::required(&args.link, loaded.info)?;
    loaded.model.inputs.iter().try_for_each(|read| output::refuse_input(&args.out, read))?;
    let image = block_on(async {
        let bus = way.connect_with(connect::patient(&args.link, loaded.info)).await?;
        let loaded = variant::of_device(loaded, &bus, &args.link).await?;
        let unit = connect::unit(&bus, &args.link, loaded.info);
        let mut image = Recorder::of_all(loaded.info).record(&unit, "recording").await?;
        image.set_recorded(show::now());
        bus.close().await;
        Ok(image)
    })?;
    let path = args.out.display();
    files::write(&args.out, image.to_json())
        .map_err(|error| Failure::Message(format!("{path} cannot be written: {error}")))?;
    output::show(&format!("{path}: {}\n", summary(&image)))
}

/// `312 addresses, 14 refused, 2 silent`
fn summary(image: &DeviceImage) -> String {
    let (mut words, mut refused, mut silent, mut skipped) = (0_usize, 0_usize, 0_usize, 0_usize);
    for (.., cell) in image.iter() {
        let count = match cell {
            ImageCell::Exception(_) => &mut refused,
            ImageCell::Silent => &mut silent,
            ImageCell::Skipped(_) => &mut skipped,
            _ => &mut words,
        };
        *count = count.saturating_add(1);
    }
    let mut said = match words {
        1 => "1 address".to_owned(),
        _ => format!("{words} addresses"),
    };
    for (count, what) in [(refused, "refused"), (silent, "silent"), (skipped, "skipped")] {
        if count > 0 {
            said = format!("{said}, {count} {what}");
        }
    }
    let units = image.units().len();
    if units > 1 { format!("{said}, of {}", counted(units, "unit")) } else { said }
}

//! Tables that tell models or firmwares apart: which of them a device is.

use modbus_bindgen::model::Device;
use modbus_bindgen_runtime::{self as rt, Bus, DeviceImage};

use super::args::LinkArgs;
use super::fit::{self, Fit};
use super::recorder::Recorder;
use super::{Loaded, connect, device};
use crate::failure::Failure;
use crate::output;

/// The device with the points that a variant has.
pub(crate) fn select(model: &Device, name: &str) -> Device {
    let mut selected = model.clone();
    selected.points.retain(|point| point.variants.is_empty() || point.variants.iter().any(|variant| variant == name));
    selected.variants = vec![name.to_owned()];
    selected
}

/// The table of the variant that a device is, found out from it where the command line does not say.
pub(super) async fn of_device(loaded: Loaded, bus: &Bus, link: &LinkArgs) -> Result<Loaded, Failure> {
    if !loaded.has_variants() {
        return Ok(loaded);
    }
    if let Some(detect) = &loaded.model.detect {
        let (table, register) = (device::table(detect.table), detect.address);
        let asked = rt::Detect { table, register, cases: &[] };
        let raw = connect::unit(bus, link, loaded.info).read_detecting(&asked, None).await;
        let raw = raw.map_err(|error| Failure::Message(format!("{error}; --variant says which variant it is")))?;
        return told(loaded, raw);
    }
    let is_specific = |id: &str| loaded.model_of(id).is_some_and(|point| !point.variants.is_empty());
    let specific = loaded.info.points().filter(|info| is_specific(info.id()));
    let recorder = Recorder::of_points(loaded.info, specific);
    let image = recorder.record(&connect::unit(bus, link, loaded.info), "finding out the variant").await?;
    of_image(loaded, &image)
}

/// The same for a recorded one.
pub(super) fn of_image(loaded: Loaded, image: &DeviceImage) -> Result<Loaded, Failure> {
    if !loaded.has_variants() {
        return Ok(loaded);
    }
    if let Some(detect) = &loaded.model.detect {
        let unit = loaded.info.link.unit_id;
        if let Some(raw) = image.word(unit, device::table(detect.table), detect.address) {
            return told(loaded, raw);
        }
    }
    let mut scored: Vec<(Score, &str)> =
        loaded.model.variants.iter().map(|name| (score(&loaded, name, image), name.as_str())).collect();
    // The fewest points that do not fit, then the most that do.
    scored.sort_by_key(|(score, _)| (score.misfits, std::cmp::Reverse(score.fits)));
    let chosen = match scored.as_slice() {
        [(best, name), (second, other), ..] if best == second => {
            return Err(Failure::Usage(format!(
                "{} fits the device as well as {other}; --variant says which of {} it is",
                name,
                loaded.model.variants.join(", ")
            )));
        }
        [(best, name), ..] => {
            let Score { fits, misfits } = best;
            let said = format!("{fits} of its own registers fit, {misfits} do not");
            output::say(&format!("variant {name}: {said}; --variant chooses another"));
            (*name).to_owned()
        }
        [] => return Ok(loaded),
    };
    Ok(loaded.of_variant(&chosen))
}

/// The table of the variant that a raw value of the register of `[detect]` tells.
fn told(loaded: Loaded, raw: u16) -> Result<Loaded, Failure> {
    let Some(detect) = &loaded.model.detect else { return Ok(loaded) };
    let holds = format!("{} {} holds {raw}", detect.table, detect.address);
    let Some(case) = detect.cases.iter().find(|case| (case.min..=case.max).contains(&raw)) else {
        let known: Vec<String> =
            detect.cases.iter().map(|case| format!("{} to {} mean {}", case.min, case.max, case.variant)).collect();
        return Err(Failure::Message(format!(
            "the variant of the device is not known: {holds}; {}; --variant says which it is to be taken for",
            known.join(", ")
        )));
    };
    let name = case.variant.clone();
    output::say(&format!("variant {name}: {holds}; --variant chooses another"));
    Ok(loaded.of_variant(&name))
}

/// The table of the first variant, for what plays a device or sends nothing.
pub(super) fn first(loaded: Loaded) -> Loaded {
    match loaded.model.variants.first().filter(|_| loaded.has_variants()) {
        Some(first) => {
            output::say(&format!("variant {first}; --variant chooses of {}", loaded.model.variants.join(", ")));
            loaded.of_variant(first)
        }
        None => loaded,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Score {
    fits: usize,
    misfits: usize,
}

/// How the registers that not every variant has fit those of a device.
fn score(loaded: &Loaded, name: &str, image: &DeviceImage) -> Score {
    let mut score = Score { fits: 0, misfits: 0 };
    let variant = loaded.of_variant(name);
    for info in variant.info.points() {
        if variant.model_of(info.id()).is_none_or(|point| point.variants.is_empty()) {
            continue;
        }
        match fit::of(image, variant.info, info) {
            Fit::Fits => score.fits = score.fits.saturating_add(1),
            Fit::Misfits(_) => score.misfits = score.misfits.saturating_add(1),
            Fit::NotAsked => {}
        }
    }
    score
}

//! Points that answer one register later or earlier than the table says.

use std::collections::BTreeSet;

use modbus_bindgen_runtime::{DeviceImage, DeviceInfo, Kind, PointInfo, Table};

use super::super::fit::{self, Fit};
use super::super::image::{Held, unit_of};
use super::evidence::Seen;
use super::finding::{Finding, Proposal, ids, place};

/// An address: unit id, table, address.
pub(super) type Place = (u8, Table, u16);

/// Points whose addresses follow each other.
struct Run<'a> {
    unit: u8,
    table: Table,
    seen: Vec<&'a Seen>,
}

impl Run<'_> {
    fn first(&self) -> u16 {
        self.seen.iter().map(|one| one.info.address()).min().unwrap_or_default()
    }

    fn last(&self) -> u16 {
        self.seen.iter().filter_map(|one| one.info.span()).map(|(_, last)| last).max().unwrap_or_default()
    }

    fn points(&self) -> Vec<&'static PointInfo> {
        self.seen.iter().map(|one| one.info).collect()
    }

    /// Whether it fails at its beginning only, or at its end only; a single point does both.
    fn fails(&self) -> (bool, bool) {
        let is_failure = |one: &&Seen| matches!(one.held, Held::Exception(_) | Held::Silent);
        let failing = self.seen.iter().filter(|one| is_failure(one)).count();
        let (first, last) = (self.seen.first().is_some_and(is_failure), self.seen.last().is_some_and(is_failure));
        match self.seen.len() {
            1 => (first, last),
            all if failing.saturating_mul(2) <= all => (first && !last, last && !first),
            _ => (false, false),
        }
    }
}

fn runs<'a>(seen: &'a [Seen], device: &DeviceInfo) -> Vec<Run<'a>> {
    let mut runs: Vec<Run<'a>> = Vec::new();
    for one in seen.iter().filter(|one| !matches!(one.held, Held::NotRecorded | Held::Skipped(_))) {
        let (unit, table) = (unit_of(device, one.info), one.info.table());
        match runs.last_mut() {
            Some(run)
                if (run.unit, run.table) == (unit, table) && one.info.address() <= run.last().saturating_add(1) =>
            {
                run.seen.push(one);
            }
            _ => runs.push(Run { unit, table, seen: vec![one] }),
        }
    }
    runs
}

/// All that a table knows of: points, also those that are only written, and reserved addresses.
pub(super) fn listed(device: &DeviceInfo) -> BTreeSet<Place> {
    let of_points = device.points().flat_map(|info| {
        let limits = info.limit_registers().into_iter().flat_map(|limits| [limits.min, limits.max, limits.step]);
        let beside = limits.flatten().chain(info.scale_register()).map(|address| (info.table(), address));
        let bit = info.available_if().map(|bit| (bit.table, bit.register));
        let lists = info.values_if().iter().map(|list| (list.table, list.register));
        let own = info.words().iter().map(|word| (info.table(), *word));
        let unit = unit_of(device, info);
        own.chain(beside)
            .chain(bit)
            .chain(lists)
            .map(move |(table, address)| (unit, table, address))
            .collect::<Vec<_>>()
    });
    let unit = device.link.unit_id;
    let reserved = device.reserved.iter();
    let reserved = reserved.flat_map(|(table, first, last)| (*first..=*last).map(move |at| (unit, *table, at)));
    of_points.chain(reserved).collect()
}

/// Which addresses beside the table would show that a run is shifted: next to one that fails at an end.
pub(super) fn probes(seen: &[Seen], device: &DeviceInfo) -> Vec<Place> {
    let listed = listed(device);
    let mut probes = Vec::new();
    for run in runs(seen, device) {
        let (first_fails, last_fails) = run.fails();
        // The one beyond has to be missing, or the device simply has more than the table lists.
        let after = [1, 2].map(|by| run.last().checked_add(by).filter(|_| first_fails));
        let before = [1, 2].map(|by| run.first().checked_sub(by).filter(|_| last_fails));
        let both = after.into_iter().chain(before).flatten();
        probes.extend(both.map(|address| (run.unit, run.table, address)));
    }
    probes.retain(|place| !listed.contains(place));
    probes
}

/// What one reading shows. The image holds what the probes brought, too.
pub(super) fn find(seen: &[Seen], image: &DeviceImage, device: &'static DeviceInfo) -> Vec<Finding> {
    let listed = listed(device);
    let runs = runs(seen, device);
    let mut earlier = 0_usize;
    let mut findings = Vec::new();
    for run in &runs {
        // An address that is in no table and answers, where the one beyond it does not, or is another point's.
        let is_there = |address: Option<u16>, beyond: Option<u16>| {
            let address = address.filter(|address| !listed.contains(&(run.unit, run.table, *address)))?;
            let word = |address: u16| image.word(run.unit, run.table, address);
            let is_more = |beyond: u16| word(beyond).is_some() && !listed.contains(&(run.unit, run.table, beyond));
            if beyond.is_some_and(is_more) { None } else { Some((address, word(address)?)) }
        };
        let (first_fails, last_fails) = run.fails();
        let after = is_there(run.last().checked_add(1), run.last().checked_add(2)).filter(|_| first_fails);
        let before = is_there(run.first().checked_sub(1), run.first().checked_sub(2)).filter(|_| last_fails);
        let (direction, how) = match (after, before) {
            (Some((address, word)), _) => {
                let (table, refused) = (run.table, run.first());
                ("later", format!("{refused} is not, and {table} {address}, which is in no table, holds {word}"))
            }
            (None, Some((address, word))) => {
                let (table, refused) = (run.table, run.last());
                ("earlier", format!("{refused} is not, and {table} {address}, which is in no table, holds {word}"))
            }
            (None, None) => match by_values(run, image, device) {
                Some((direction, count)) => {
                    (direction, format!("{count} values do not fit where the table has them, and all fit there"))
                }
                None => continue,
            },
        };
        earlier = earlier.saturating_add(usize::from(direction == "earlier"));
        let points = run.points();
        let why = format!("{} ({}): one register {direction}: {how}", place(device, &points), ids(&points));
        let why = why.replace(" is not, and", " does not answer, and");
        let raw = run.seen.iter().find_map(|one| one.words());
        findings.push(Finding::suspected("off_by_one", points, why).with_raw(raw));
    }
    // All of the document's addresses, it seems.
    if earlier > 0 && earlier.saturating_mul(2) >= runs.len() {
        let key = || Proposal::Key { section: "device", key: "numbering", value: "\"one_based\"".to_owned() };
        findings = findings.into_iter().map(|finding| finding.proposing(key())).collect();
    }
    findings
}

/// Whether a point says much about its words: codes, bits, limits, texts.
fn is_telling(info: &PointInfo) -> bool {
    let is_listed = matches!(info.kind(), Kind::Enum | Kind::Flags | Kind::Conditional) && !info.table().is_bit();
    is_listed || info.limits().is_some() || info.kind() == Kind::Text
}

/// A run in which everything answers: whether its values fit only when they are taken one register later or earlier.
fn by_values(run: &Run<'_>, image: &DeviceImage, device: &'static DeviceInfo) -> Option<(&'static str, usize)> {
    let telling: Vec<&'static PointInfo> = run.points().into_iter().filter(|info| is_telling(info)).collect();
    let misfits = |image: &DeviceImage| {
        telling.iter().filter(|info| matches!(fit::of(image, device, info), Fit::Misfits(_))).count()
    };
    let here = misfits(image);
    if telling.len() < 3 || here < 2 {
        return None;
    }
    let shifted = |by: i32| {
        let mut shifted = image.clone();
        for address in run.first()..=run.last() {
            let from = u16::try_from(i32::from(address).saturating_add(by)).ok()?;
            // At the end of the run there may be nothing that was read.
            if let Some(cell) = image.get(run.unit, run.table, from) {
                shifted.set(run.unit, run.table, address, cell.clone());
            }
        }
        Some(shifted)
    };
    // The one at the end stays as it is, and may misfit.
    let fits_there = |by: i32| shifted(by).is_some_and(|image| misfits(&image) <= here.saturating_sub(2).min(1));
    if fits_there(1) {
        Some(("later", here))
    } else if fits_there(-1) {
        Some(("earlier", here))
    } else {
        None
    }
}

//! Devices that are played: those that fit are left alone, and what is planted is found.

use std::path::Path;

use modbus_bindgen_runtime::{
    Decimal, DeviceImage, DeviceInfo, ImageCell, Kind, Labelled, Limits, PointInfo, RawType, Role, Simulator, Table,
};

use super::super::args::DeviceArgs;
use super::super::{Loaded, load};
use super::{Finding, compare, image};

fn devices() -> Vec<Loaded> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs");
    let load = |name: &str| {
        let manifest = folder.join(name).join("device.toml");
        load(&DeviceArgs { manifest, variant: None, lang: None }).unwrap()
    };
    ["thermia-genesis", "ctc-bms", "alpha-balance-switch"].map(load).into()
}

#[test]
fn nothing_is_said_of_a_device_that_fits() {
    for loaded in devices() {
        for seed in 1..=100 {
            let image = Simulator::plausible(loaded.info, seed).to_image();
            let findings = compare(&[&image], loaded.info);
            assert!(findings.is_empty(), "{} {seed}: {findings:#?}", loaded.info.name);
        }
    }
}

/// A device to plant things in.
struct Garden {
    info: &'static DeviceInfo,
    image: DeviceImage,
    points: Vec<&'static PointInfo>,
}

/// What was planted: the kind, and the point it has to be found at.
type Planted = (&'static str, &'static PointInfo);

impl Garden {
    fn new(info: &'static DeviceInfo, seed: u64) -> Self {
        let is_shown = |point: &&PointInfo| point.access().is_readable() && point.role() == Role::Value;
        let points = info.points().filter(is_shown).filter(|point| !point.has_read_side_effect()).collect();
        Self { info, image: Simulator::plausible(info, seed).to_image(), points }
    }

    fn unit(&self, point: &PointInfo) -> u8 {
        image::unit_of(self.info, point)
    }

    fn words(&self, point: &PointInfo) -> Vec<u16> {
        let word = |address: &u16| self.image.word(self.unit(point), point.table(), *address).unwrap();
        point.words().iter().map(word).collect()
    }

    fn set(&mut self, point: &PointInfo, cells: impl IntoIterator<Item = ImageCell>) {
        let unit = self.unit(point);
        for (address, cell) in point.words().iter().zip(cells) {
            self.image.set(unit, point.table(), *address, cell);
        }
    }

    fn word(&mut self, point: &PointInfo, word: u16) {
        self.set(point, [ImageCell::Word(word)]);
    }

    /// One of the points for which something can be planted.
    fn pick(&self, seed: usize, is_fit: impl Fn(&PointInfo) -> bool) -> Option<&'static PointInfo> {
        let fit: Vec<&'static PointInfo> =
            self.points.iter().copied().filter(|point| is_fit(point) && !is_shared(&self.points, point)).collect();
        fit.get((seed * 7) % fit.len().max(1)).copied()
    }
}

/// Whether its words are others', too, or those in which the device says something.
fn is_shared(points: &[&'static PointInfo], point: &PointInfo) -> bool {
    let says = points.iter().any(|other| {
        let bit = other.available_if().is_some_and(|bit| point.words().contains(&bit.register));
        let lists = other.values_if().iter().any(|list| point.words().contains(&list.register));
        bit || lists
    });
    let overlaps = |other: &&&PointInfo| {
        other.table() == point.table() && other.words().iter().any(|word| point.words().contains(word))
    };
    says || points.iter().filter(overlaps).count() > 1
}

fn is_single(point: &PointInfo) -> bool {
    point.words().len() == 1 && point.bits().is_none() && !point.table().is_bit() && !point.byte_swapped()
}

fn is_number(point: &PointInfo) -> bool {
    matches!(point.kind(), Kind::Integer | Kind::Scaled)
}

fn is_signed(point: &PointInfo) -> bool {
    matches!(point.raw(), RawType::I16 | RawType::I32)
}

/// Plants something, where the table has a point for it.
fn plant(garden: &mut Garden, kind: &str, seed: usize) -> Option<Planted> {
    match kind {
        "refused" | "silent" => {
            let point = garden.pick(seed, |point| !point.is_optional() && is_single(point))?;
            let cell = if kind == "refused" { ImageCell::Exception(2) } else { ImageCell::Silent };
            garden.set(point, [cell]);
            Some((if kind == "refused" { "refused" } else { "silent" }, point))
        }
        "unknown_code" => {
            let point = garden.pick(seed, |point| is_single(point) && point.kind() == Kind::Enum)?;
            let most = point.values().iter().map(Labelled::number).max()?;
            garden.word(point, u16::try_from(most + 1 + seed as i64 % 50).ok()?);
            Some(("unknown_code", point))
        }
        "unknown_bit" => {
            let unlisted =
                |point: &PointInfo| (0..16).find(|bit| !point.values().iter().any(|flag| flag.number() == *bit));
            let point = garden.pick(seed, |point| {
                is_single(point)
                    && point.kind() == Kind::Flags
                    && unlisted(point).is_some()
                    && !point.values().is_empty()
            })?;
            garden.word(point, 1 << unlisted(point)?);
            Some(("unknown_bit", point))
        }
        "outside_limits" => {
            let limit = |point: &PointInfo| point.limits().and_then(Limits::max).map(Decimal::to_f64);
            let point = garden.pick(seed, |point| is_single(point) && is_number(point) && limit(point).is_some())?;
            let scale = point.scale();
            let raw = ((limit(point)? * scale.div() as f64 - scale.add() as f64) / scale.mul() as f64) as i64 + 3;
            let raw = i16::try_from(raw).ok()?;
            garden.word(point, raw.cast_unsigned());
            Some(("outside_limits", point))
        }
        "swapped_words" => {
            let point = garden.pick(seed, |point| {
                let is_integer = matches!(point.raw(), RawType::U32 | RawType::I32);
                point.words().len() == 2 && (is_integer || point.raw() == RawType::F32) && is_number(point)
            })?;
            let words = garden.words(point);
            garden.set(point, words.into_iter().rev().map(ImageCell::Word));
            Some(("swapped_words", point))
        }
        "sign" => {
            let may = |point: &PointInfo| matches!(point.unit(), "°C" | "K" | "W" | "kW" | "A");
            let point =
                garden.pick(seed, |point| is_single(point) && is_number(point) && !is_signed(point) && may(point))?;
            garden.word(point, 65_486);
            Some(("sign", point))
        }
        "not_available" => {
            let point = garden.pick(seed, |point| {
                let is_known = point.not_available().iter().any(|raw| [32_767, -32_768, 32_768].contains(raw));
                is_single(point) && is_number(point) && !point.unit().is_empty() && !is_known
            })?;
            garden.word(point, if seed.is_multiple_of(2) { 0x8000 } else { 0x7FFF });
            Some(("not_available", point))
        }
        "text" => {
            let point = garden.pick(seed, |point| point.raw() == RawType::Text)?;
            let count = point.words().len();
            // No word begins with a NUL, at which a text ends.
            garden.set(point, vec![ImageCell::Word(if seed.is_multiple_of(2) { 0xFFFF } else { 0x0707 }); count]);
            Some(("text", point))
        }
        "scale" => {
            let free = |point: &PointInfo| is_single(point) && is_number(point) && point.limits().is_none();
            let usual = |point: &PointInfo| matches!(point.unit(), "°C" | "V" | "bar");
            let point = garden.pick(seed, |point| free(point) && usual(point))?;
            let peers = garden.points.iter().filter(|other| other.unit() == point.unit() && is_number(other)).count();
            let word = garden.words(point)[0].checked_mul(10).filter(|word| peers > 3 && *word < 0x8000)?;
            garden.word(point, word);
            Some(("scale", point))
        }
        _ => shift(garden, seed),
    }
}

/// A block of which everything answers one register later.
fn shift(garden: &mut Garden, seed: usize) -> Option<Planted> {
    let points = garden.points.clone();
    let block: Vec<&'static PointInfo> = points
        .iter()
        .copied()
        .filter(|point| point.table() == Table::HoldingRegister || point.table() == Table::InputRegister)
        .skip(seed * 3)
        .collect();
    let mut sorted = block;
    sorted.sort_by_key(|point| (point.unit_id(), point.table(), point.address()));
    let run = sorted
        .chunk_by(|one, next| {
            let last = one.span().map_or(0, |(_, last)| last);
            (one.unit_id(), one.table()) == (next.unit_id(), next.table()) && next.address() <= last + 1
        })
        .find(|run| run.len() >= 3 && (run[0].address() == 0 || !is_listed(&points, run[0], -1)))?;
    let (first, last) = (run[0], run[run.len() - 1]);
    let end = last.span()?.1.checked_add(1)?;
    if is_listed(&points, last, 1) || is_listed(&points, last, 2) || run.iter().any(|p| is_shared(&points, p)) {
        return None;
    }
    let unit = garden.unit(first);
    for address in (first.address()..end).rev() {
        let cell = garden.image.get(unit, first.table(), address)?.clone();
        garden.image.set(unit, first.table(), address + 1, cell);
    }
    garden.image.set(unit, first.table(), first.address(), ImageCell::Exception(2));
    Some(("off_by_one", first))
}

fn is_listed(points: &[&'static PointInfo], point: &PointInfo, by: i32) -> bool {
    let (first, last) = point.span().unwrap();
    let address = if by < 0 { i32::from(first) + by } else { i32::from(last) + by };
    let has = |other: &&PointInfo| {
        other.table() == point.table() && other.words().iter().any(|word| i32::from(*word) == address)
    };
    points.iter().any(has)
}

#[test]
fn what_is_planted_is_found() {
    let kinds = [
        "refused",
        "silent",
        "unknown_code",
        "unknown_bit",
        "outside_limits",
        "swapped_words",
        "sign",
        "not_available",
        "text",
        "scale",
        "off_by_one",
    ];
    let (mut planted, mut missed) = (0, Vec::new());
    for loaded in devices() {
        for kind in kinds {
            for seed in 0..12 {
                let mut garden = Garden::new(loaded.info, seed + 1);
                let Some((expected, point)) = plant(&mut garden, kind, usize::try_from(seed).unwrap()) else {
                    continue;
                };
                let findings = compare(&[&garden.image], loaded.info);
                let is_it = |finding: &Finding| {
                    finding.kind == expected && finding.points.iter().any(|found| std::ptr::eq(*found, point))
                };
                planted += 1;
                if !findings.iter().any(is_it) {
                    let others: Vec<&str> = findings.iter().map(|finding| finding.why.as_str()).collect();
                    missed.push(format!(
                        "{} {kind} at {} {:?}: {others:?}",
                        loaded.info.name,
                        point.id(),
                        garden.words(point)
                    ));
                }
            }
        }
    }
    assert!(planted > 150, "{planted}");
    assert!(missed.is_empty(), "{} of {planted}: {missed:#?}", missed.len());
}

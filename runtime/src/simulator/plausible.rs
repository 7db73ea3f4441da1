//! Values that a device of the kind could hold: settings at their default or inside their limits, measurements that fit
//! their unit and drift, counters that count.

use std::time::Duration;

use tokio::time::Instant;

use super::image::{Image, Side};
use super::rng::Rng;
use crate::device::DeviceInfo;
use crate::point::any::AnyValue;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::scale::Scale;
use crate::point::table::{Access, Role};
use crate::point::value::Value;
use crate::point::{Kind, PointInfo, RawType};

/// How often values move.
const BEAT: Duration = Duration::from_secs(1);

/// After a pause without requests, so many beats are made up for.
const MOST_BEATS: u32 = 60;

/// A counter counts once in so many beats.
const COUNT_EVERY: u64 = 10;

/// What values of a unit are like: from, to, and whether they count upwards.
fn usual(unit: &str) -> (f64, f64, bool) {
    match unit {
        "°C" => (18.0, 45.0, false),
        "°F" => (65.0, 113.0, false),
        "K" | "bar" | "kW" | "kVA" | "kvar" | "MW" => (2.0, 8.0, false),
        "%" => (20.0, 80.0, false),
        "V" => (226.0, 234.0, false),
        "A" => (3.0, 9.0, false),
        "Hz" => (49.9, 50.1, false),
        "W" | "VA" | "var" | "mA" | "mV" => (500.0, 2_000.0, false),
        "rpm" | "1/min" | "ppm" => (900.0, 1_800.0, false),
        "kWh" | "kVAh" | "kvarh" | "h" => (2_000.0, 8_000.0, true),
        "Wh" | "VAh" | "varh" => (20_000.0, 60_000.0, true),
        "MWh" | "m³" => (20.0, 80.0, true),
        "" => (1.0, 6.0, false),
        _ => (10.0, 40.0, false),
    }
}

/// A value that moves by itself.
#[derive(Debug)]
struct Moving {
    info: &'static PointInfo,
    raw: i128,
    lowest: i128,
    highest: i128,
    counts: bool,
}

/// What moves, and by which chance.
#[derive(Debug)]
pub(super) struct Motion {
    rng: Rng,
    moving: Vec<Moving>,
    beats: u64,
    last: Instant,
}

/// Gives every point that can be read a value.
pub(super) fn fill(image: &mut Image, device: &'static DeviceInfo, seed: u64) -> Motion {
    let mut rng = Rng::new(seed);
    let mut moving = Vec::new();
    for info in device.points().filter(|info| info.access().is_readable()) {
        if image.is_said(info) {
            continue;
        }
        let (words, range) = start(image, info, &mut rng);
        if let Some(words) = words {
            image.put(info, Side::Read, &words);
        }
        let moves = info.access() == Access::Read && info.role() == Role::Value && info.bits().is_none();
        moving.extend(range.filter(|_| moves));
    }
    Motion { rng, moving, beats: 0, last: Instant::now() }
}

impl Motion {
    /// Moves what moves for the time that has passed.
    pub(super) fn advance(&mut self, image: &mut Image) {
        let passed = self.last.elapsed().as_secs().checked_div(BEAT.as_secs()).unwrap_or(0);
        if passed == 0 {
            return;
        }
        self.last = Instant::now();
        for _ in 0..u32::try_from(passed).unwrap_or(u32::MAX).min(MOST_BEATS) {
            self.beats = self.beats.wrapping_add(1);
            for moving in &mut self.moving {
                moving.beat(self.beats, &mut self.rng);
            }
        }
        for moving in &self.moving {
            if let Some(words) = words_of_raw(moving.info, moving.raw) {
                image.put(moving.info, Side::Read, &words);
            }
        }
    }
}

impl Moving {
    fn beat(&mut self, beats: u64, rng: &mut Rng) {
        let next = if self.counts {
            let counts = beats.is_multiple_of(COUNT_EVERY);
            self.raw.saturating_add(i128::from(counts))
        } else {
            // A two-hundredth of what is usual, so that a temperature drifts by a tenth or two.
            let most = self.highest.saturating_sub(self.lowest).checked_div(200).unwrap_or(0).max(1);
            let span = u64::try_from(most.saturating_mul(2).saturating_add(1)).unwrap_or(3);
            self.raw.saturating_add(i128::from(rng.below(span))).saturating_sub(most)
        };
        let is_free = |raw: &i128| !is_special(self.info, *raw);
        self.raw = Some(next.clamp(self.lowest, self.highest)).filter(is_free).unwrap_or(self.raw);
    }
}

fn is_special(info: &PointInfo, raw: i128) -> bool {
    let listed = || info.values().iter().any(|special| i128::from(special.number()) == raw);
    info.not_available().contains(&raw) || (info.kind() == Kind::Special && listed())
}

/// The words a point starts with, and how it moves from there.
fn start(image: &Image, info: &'static PointInfo, rng: &mut Rng) -> (Option<Vec<u16>>, Option<Moving>) {
    let default = || info.default_text().and_then(|text| AnyValue::parse(info, text).ok());
    if let Some(words) = default().and_then(|value| AnyValue::encode(value, info).ok()) {
        return (Some(words), None);
    }
    let code = |code: Option<i64>| (code.and_then(|code| codec::encode_code(info, code).ok()), None);
    match info.kind() {
        Kind::Bool | Kind::Flags => (None, None),
        Kind::Enum => code(info.values().first().map(crate::Labelled::number)),
        Kind::Conditional => {
            let unit = info.unit_id();
            let case = Context::of(info, |(table, address)| image.get((unit, table, address), Side::Read)).case();
            let list = case.and_then(|case| info.values_if().get(case));
            code(list.and_then(|list| list.values.first()).map(crate::Labelled::number))
        }
        Kind::Text => (text(info), None),
        Kind::Bytes => {
            let byte = |rng: &mut Rng| u16::try_from(rng.below(0x100)).unwrap_or_default();
            (Some(info.words().iter().map(|_| byte(rng) << 8 | byte(rng)).collect()), None)
        }
        Kind::Integer | Kind::Scaled | Kind::Special => number(info, rng),
    }
}

/// As much of a text as there is room for.
fn text(info: &PointInfo) -> Option<Vec<u16>> {
    let whole = "Simulated";
    (1..=whole.len()).rev().find_map(|length| String::encode(whole.get(..length)?.to_owned(), info).ok())
}

fn number(info: &'static PointInfo, rng: &mut Rng) -> (Option<Vec<u16>>, Option<Moving>) {
    let (usual_low, usual_high, counts) = usual(info.unit());
    let limit = |limit: Option<crate::Decimal>| limit.map(crate::Decimal::to_f64);
    let (min, max) = info.limits().map_or((None, None), |limits| (limit(limits.min()), limit(limits.max())));
    let (low, high) = inside((usual_low, usual_high), min, max);
    let scale = info.scale();
    if info.raw().is_float() {
        // Rounded to thousandths, as meters show them.
        let value = (low + (high - low) * rng.unit()) * 1000.0;
        let value = (value.round() / 1000.0).clamp(low, high);
        return (codec::encode_number(info, value, Context::NONE).ok(), None);
    }
    let (raw_min, raw_max) = info.raw_range();
    let (one, other) = (raw_of(scale, low), raw_of(scale, high));
    let (mut lowest, mut highest) = (one.min(other).clamp(raw_min, raw_max), one.max(other).clamp(raw_min, raw_max));
    if info.unit().is_empty() && info.kind() == Kind::Scaled && info.limits().is_none() {
        // Nothing is known but that it is a number: a small raw one is what fits all.
        (lowest, highest) = (1.clamp(raw_min, raw_max), 6.clamp(raw_min, raw_max));
    }
    // The device counts in steps of its own.
    let step = info.limits().and_then(crate::Limits::step).map(|step| (step.to_f64() / scale.step()).round());
    let step = step.map_or(1, |step| raw_of(Scale::ONE, step)).max(1);
    let span = highest.saturating_sub(lowest).checked_div(step).unwrap_or(0).saturating_add(1);
    let steps = i128::from(rng.below(u64::try_from(span).unwrap_or(u64::MAX)));
    let mut raw = lowest.saturating_add(steps.saturating_mul(step));
    for _ in 0..=info.not_available().len().saturating_add(info.values().len()) {
        if is_special(info, raw) {
            raw = raw.saturating_add(step);
        }
    }
    let raw = if raw > highest { lowest } else { raw };
    if is_special(info, raw) {
        return (None, None);
    }
    let highest = if counts { raw_max.min(raw.saturating_mul(4)).max(raw) } else { highest };
    (words_of_raw(info, raw), Some(Moving { info, raw, lowest, highest, counts }))
}

/// What is usual as far as it is allowed; a quarter of what is allowed where it is not.
fn inside((low, high): (f64, f64), min: Option<f64>, max: Option<f64>) -> (f64, f64) {
    let (from, to) = (min.map_or(low, |min| low.max(min)), max.map_or(high, |max| high.min(max)));
    match (min, max) {
        _ if from <= to => (from, to),
        (Some(min), Some(max)) => (min + (max - min) * 0.25, min + (max - min) * 0.5),
        (Some(min), None) => (min, min + (high - low)),
        (None, Some(max)) => (max - (high - low), max),
        (None, None) => (low, high),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it saturates, and is clamped")]
fn raw_of(scale: Scale, value: f64) -> i128 {
    scale.unapply(value).round() as i128
}

fn words_of_raw(info: &PointInfo, raw: i128) -> Option<Vec<u16>> {
    codec::encode_code(info, i64::try_from(raw).ok()?).ok().filter(|_| info.raw() != RawType::Bool)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_usual_gives_way_to_limits() {
        assert_eq!(inside((18.0, 45.0), Some(20.0), None), (20.0, 45.0));
        assert_eq!(inside((18.0, 45.0), Some(50.0), Some(90.0)), (60.0, 70.0));
        assert_eq!(inside((18.0, 45.0), None, Some(10.0)), (-17.0, 10.0));
        assert_eq!(inside((18.0, 45.0), Some(100.0), None), (100.0, 127.0));
    }
}

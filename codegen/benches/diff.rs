//! How long two revisions of 10,000 points take to be compared: with themselves, and with every tenth point changed.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what fails here ends the benchmark"
)]

use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use modbus_bindgen::diff::{Revision, diff};
use modbus_bindgen::model::{Device, Kind};

/// A device of so many points that are unlike each other.
fn device(count: u16) -> Device {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../register-specs/alpha-balance-switch/device.toml");
    let mut device = modbus_bindgen::load(&manifest).device.unwrap();
    let template =
        device.points.iter().find(|point| point.kind == Kind::Integer && point.array.is_none()).unwrap().clone();
    device.points = (0..count)
        .map(|at| {
            let mut point = template.clone();
            point.label = format!("Channel {at} of rack {}", at / 16);
            point.id = format!("channel_{at}_of_rack_{}", at / 16);
            point.words = vec![at];
            point
        })
        .collect();
    device
}

fn revisions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("10,000 points");
    group.sample_size(10);
    let old = device(10_000);
    group.bench_function("same", |bencher| bencher.iter(|| diff(Revision::of(&old), Revision::of(&old))));
    let mut new = old.clone();
    for at in (0..10_000).step_by(10) {
        new.points[at].unit = Some("kW".to_owned());
    }
    for point in new.points.iter_mut().skip(5_000) {
        point.words[0] += 7;
    }
    group.bench_function("changed", |bencher| bencher.iter(|| diff(Revision::of(&old), Revision::of(&new))));
    let mut foreign = old.clone();
    for (at, point) in foreign.points.iter_mut().enumerate() {
        point.label = format!("Kanal {at} im Schrank");
        point.id = format!("kanal_{at}_im_schrank");
    }
    group.bench_function("another language", |bencher| {
        bencher.iter(|| diff(Revision::of(&old), Revision::of(&foreign)));
    });
    group.finish();
}

criterion_group!(benches, revisions);
criterion_main!(benches);

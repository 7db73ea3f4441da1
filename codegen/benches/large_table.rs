//! How long tables with mistakes take to be read and checked, and what is said about them to be drawn: both are to grow
//! with the table and not with its square.
#![expect(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "what fails here ends the benchmark")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use modbus_bindgen::diagnostic::Renderer;

#[path = "../tests/large_table/table.rs"]
mod table;

fn large_tables(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rows");
    group.sample_size(10);
    for rows in [1_500, 6_000, 24_000] {
        let (folder, _) = table::folder(rows, rows / 4);
        let manifest = folder.path().join("device.toml");
        group.throughput(Throughput::Elements(u64::try_from(rows).unwrap()));
        group
            .bench_function(BenchmarkId::new("load", rows), |bencher| bencher.iter(|| modbus_bindgen::load(&manifest)));
        let loaded = modbus_bindgen::load(&manifest);
        let renderer = Renderer::new().width(80);
        group.bench_function(BenchmarkId::new("draw", rows), |bencher| bencher.iter(|| loaded.render(&renderer)));
    }
    group.finish();
}

criterion_group!(benches, large_tables);
criterion_main!(benches);

//! How long large tables take to be read and checked, and how much memory.
//!
//! Tables without mistakes are compared with what Python's `csv.DictReader` takes to read 10,000 rows ten times, in this run
//! on this machine. Of tables with mistakes, what is said about them is drawn, too: all is to grow with the table and not with
//! its square. With the feature `fuzzing`, the reading alone is measured, too.
#![expect(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "what fails here ends the benchmark")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use modbus_bindgen::diagnostic::Renderer;

#[path = "../tests/large_table/table.rs"]
mod table;

/// Names the manifest that a second process loads to tell how much memory that takes.
const MEMORY: &str = "MEMORY_OF";

const YARDSTICK: &str = "
import csv, sys, time
start = time.perf_counter()
for _ in range(10):
    with open(sys.argv[1], newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
print(len(rows), time.perf_counter() - start)
";

fn tables_with_mistakes(criterion: &mut Criterion) {
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

/// The shortest of some runs: what else the machine does makes them only longer.
fn shortest(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    std::iter::repeat_n((), runs).map(time).min().unwrap()
}

/// Seconds that Python takes; none where there is no Python.
fn yardstick(table: &Path) -> Option<f64> {
    let output = Command::new("python3").args(["-c", YARDSTICK]).arg(table).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (rows, seconds) = text.trim().split_once(' ')?;
    assert_eq!(rows, "10000");
    seconds.parse().ok()
}

/// KiB that this process has had at most.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// KiB that loading takes in a process of its own.
fn memory(manifest: &Path) -> u64 {
    let output = Command::new(std::env::current_exe().unwrap()).env(MEMORY, manifest).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "for a person to read")]
fn tables_without_mistakes() {
    let mut python = None;
    for (registers, runs) in [(1_000, 10), (10_000, 5), (100_000, 2)] {
        let folder = table::good_folder(registers);
        let manifest = folder.path().join("device.toml");
        let time = shortest(runs, || {
            let loaded = modbus_bindgen::load(&manifest);
            assert!(loaded.device.is_some_and(|device| device.points.len() == registers));
        });
        if registers == 10_000 {
            python = yardstick(&folder.path().join("registers.csv")).map(|seconds| (seconds, time));
        }
        println!(
            "{registers:>7} registers: load and check {:>8.1} ms, {:>5.1} µs a register, {:>5.2} KiB a point",
            time.as_secs_f64() * 1e3,
            time.as_secs_f64() * 1e6 / registers as f64,
            memory(&manifest) as f64 / registers as f64,
        );
        #[cfg(feature = "fuzzing")]
        {
            let csv = shortest(runs, || {
                assert_eq!(modbus_bindgen::fuzzing::rows(folder.path(), "registers.csv"), registers + 1);
            });
            println!("        reading the CSV file: {:>5.2} µs a row", csv.as_secs_f64() * 1e6 / registers as f64);
            let workbook = folder.path().join("registers.xlsx");
            table::write_xlsx(&folder.path().join("registers.csv"), &workbook);
            let xlsx = shortest(runs, || {
                assert_eq!(modbus_bindgen::fuzzing::rows(folder.path(), "registers.xlsx"), registers + 1);
            });
            let calamine = shortest(runs, || {
                use calamine::Reader as _;
                let mut book: calamine::Xlsx<_> = calamine::open_workbook(&workbook).unwrap();
                assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().height(), registers + 1);
            });
            println!(
                "        reading the XLSX file: {:>5.2} µs a row; calamine alone {:>5.2}",
                xlsx.as_secs_f64() * 1e6 / registers as f64,
                calamine.as_secs_f64() * 1e6 / registers as f64,
            );
        }
    }
    match python {
        Some((seconds, time)) => println!(
            "  yardstick: csv.DictReader reads the 10,000 rows ten times in {:.1} ms; load and check takes {:.2} of that",
            seconds * 1e3,
            time.as_secs_f64() / seconds,
        ),
        None => println!("  yardstick: there is no python3"),
    }
}

criterion_group!(benches, tables_with_mistakes);

fn main() {
    if let Some(manifest) = std::env::var_os(MEMORY) {
        let before = peak();
        let loaded = modbus_bindgen::load(manifest.as_ref());
        println!("{}", peak().saturating_sub(before));
        drop(loaded);
        return;
    }
    tables_without_mistakes();
    benches();
    Criterion::default().configure_from_args().final_summary();
}

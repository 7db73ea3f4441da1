//! The time of a whole Thermia snapshot over a line of 19,200 baud 8E1, against the computed optimum.
//!
//! `cargo bench -p integration-tests --bench serial_speed`

#[path = "../tests/paced/mod.rs"]
mod paced;

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;

use self::paced::{Paced, optimum, t35};

fn snapshot(criterion: &mut Criterion) {
    // The pacer waits actively, so that it must not be where the bus runs.
    let runtime = Runtime::new().unwrap();
    let optimum = optimum();
    let (mut snapshots, mut total) = (0_u32, Duration::ZERO);
    let (mut requests, mut silent, mut shortest) = (0_usize, Duration::ZERO, Duration::MAX);
    let mut group = criterion.benchmark_group("thermia at 19200 8E1");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(30));
    group.bench_function("snapshot", |bencher| {
        bencher.iter_custom(|iterations| {
            runtime.block_on(async {
                let line = Paced::new();
                let begun = Instant::now();
                for _ in 0..iterations {
                    assert_eq!(line.pump.read_all().await.unwrap().absent().iter().count(), 0);
                }
                let took = begun.elapsed();
                snapshots += u32::try_from(iterations).unwrap();
                total += took;
                let traffic = line.end().await;
                assert_eq!(traffic.bytes, iterations * optimum.bytes());
                requests += traffic.requests.len();
                silent += traffic.silent;
                shortest = shortest.min(traffic.silence.unwrap());
                took
            })
        });
    });
    group.finish();
    if let Some(mean) = total.checked_div(snapshots) {
        let optimum = optimum.expected_time();
        let more = 100.0 * (mean.as_secs_f64() / optimum.as_secs_f64() - 1.0);
        println!("a snapshot takes {mean:.3?} on average; the computed optimum is {optimum:.3?} ({more:+.1} %)");
        let average = silent / u32::try_from(requests).unwrap();
        println!("silence between frames: {average:.3?} on average, {shortest:.3?} at least; t3.5 is {:.3?}", t35());
    }
}

criterion_group!(benches, snapshot);
criterion_main!(benches);

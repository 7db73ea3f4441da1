//! What the runtime costs: a transaction compared with bare tokio-modbus, decoding a snapshot, planning.
//!
//! `taskset -c 0 cargo bench -p modbus-bindgen-runtime` pins both ends to one core; on two the figures of every client are
//! those of the wake-ups between them.
#![expect(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "what fails here ends the benchmark")]

use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use modbus_bindgen_runtime::{
    Bus, Cost, DeviceInfo, Gaps, Kind, LinkInfo, Parity, Plan, Point, PointInfo, PointSpec, RawType, RtuSettings,
    Scale, Snapshot, Unit,
};
use tokio::runtime::Runtime;
use tokio_modbus::Slave;
use tokio_modbus::client::{Context, Reader as _, tcp};

/// Answers every read of registers with their addresses, on threads of its own.
fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            thread::spawn(move || serve(connection.unwrap()));
        }
    });
    address
}

fn serve(mut connection: TcpStream) {
    connection.set_nodelay(true).unwrap();
    let mut request = [0; 12];
    while connection.read_exact(&mut request).is_ok() {
        let [id_high, id_low, _, _, _, _, unit, function, high, low, _, count] = request;
        let first = u16::from_be_bytes([high, low]);
        let mut reply = vec![id_high, id_low, 0, 0, 0, 3 + 2 * count, unit, function, 2 * count];
        reply.extend((0..u16::from(count)).flat_map(|n| first.wrapping_add(n).to_be_bytes()));
        if connection.write_all(&reply).is_err() {
            return;
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

async fn bare(address: SocketAddr) -> Context {
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    tcp::attach_slave(stream, Slave(1))
}

/// The time of so many transactions of each, in turns.
async fn in_turns(bare: &mut Context, unit: &Unit, count: u16, transactions: u32) -> [Duration; 2] {
    let begun = Instant::now();
    for _ in 0..transactions {
        black_box(bare.read_holding_registers(100, count).await.unwrap().unwrap());
    }
    let first = begun.elapsed();
    let begun = Instant::now();
    for _ in 0..transactions {
        black_box(unit.read_holding(100, count).await.unwrap());
    }
    [first, begun.elapsed()]
}

fn transactions(criterion: &mut Criterion) {
    let (runtime, address) = (runtime(), server());
    let mut context = runtime.block_on(bare(address));
    let unit = runtime.block_on(Bus::tcp(address)).unwrap().unit(1);
    for count in [1, 125] {
        // Interleaved, because the machine's own mood changes from one second to the next.
        let mut added: Vec<f64> = (0..15)
            .map(|_| {
                let [bare, ours] = runtime.block_on(in_turns(&mut context, &unit, count, 2_000));
                (ours.as_secs_f64() - bare.as_secs_f64()) / 2_000.0 * 1e6
            })
            .collect();
        added.sort_by(f64::total_cmp);
        let median = added.get(7).unwrap();
        println!("{count} registers: the runtime adds {median:.2} µs to bare tokio-modbus (median of 15 rounds)");
    }
    let mut group = criterion.benchmark_group("transaction");
    for count in [1_u16, 125] {
        group.bench_with_input(BenchmarkId::new("bare", count), &count, |bencher, count| {
            bencher.iter_custom(|iterations| {
                runtime.block_on(async {
                    let begun = Instant::now();
                    for _ in 0..iterations {
                        black_box(context.read_holding_registers(100, *count).await.unwrap().unwrap());
                    }
                    begun.elapsed()
                })
            });
        });
        group.bench_with_input(BenchmarkId::new("bus", count), &count, |bencher, count| {
            bencher.iter_custom(|iterations| {
                runtime.block_on(async {
                    let begun = Instant::now();
                    for _ in 0..iterations {
                        black_box(unit.read_holding(100, *count).await.unwrap());
                    }
                    begun.elapsed()
                })
            });
        });
    }
    group.finish();
}

fn points(count: u16, step: u16) -> Vec<&'static PointInfo> {
    let spec = PointSpec { raw: RawType::I16, kind: Kind::Scaled, scale: Scale::new(1, 0, 100), ..PointSpec::DEFAULT };
    (0..count).map(|index| PointInfo::new(spec).with_words(vec![index * step]).leak()).collect()
}

fn decode(points: &[Point<f64>], snapshot: &Snapshot) -> f64 {
    points.iter().filter_map(|point| snapshot.get(*point)).sum()
}

fn decoding(criterion: &mut Criterion) {
    let runtime = runtime();
    let infos = points(262, 1);
    let snapshot = runtime.block_on(async {
        let bus = Bus::tcp(server()).await.unwrap();
        bus.unit(1).read_points(infos.iter().copied()).await.unwrap()
    });
    let points: Vec<Point<f64>> = infos.into_iter().map(Point::new).collect();
    criterion.bench_function("decode 262 points", |bencher| {
        bencher.iter(|| black_box(decode(black_box(&points), &snapshot)));
    });
}

fn planning(criterion: &mut Criterion) {
    let line = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };
    let infos: &'static [&'static PointInfo] = points(10_000, 6).leak();
    let device = DeviceInfo {
        name: "",
        manufacturer: "",
        document: "",
        link: LinkInfo { rtu: Some(line), gaps: Gaps::UpTo(10), ..LinkInfo::DEFAULT },
        reserved: &[],
        points: vec![infos].leak(),
    };
    let cost = Cost::rtu(&line, Duration::from_millis(10));
    criterion.bench_function("plan 10,000 points", |bencher| {
        bencher.iter(|| black_box(Plan::new(infos.iter().copied(), Some(&device), cost)));
    });
}

criterion_group!(benches, transactions, decoding, planning);
criterion_main!(benches);

//! A bus on a socket for a long time, with connections that are reset, callers that go away, and a unit that answers wrongly.
//! Nothing grows: neither memory, nor tasks, nor descriptors.
//!
//! `cargo bench -p modbus-bindgen-runtime --bench soak` takes ten seconds, with `-- 600` ten minutes. On Linux only.
#![expect(clippy::arithmetic_side_effects, clippy::unwrap_used, reason = "what fails here ends the benchmark")]

use std::future::IntoFuture;
use std::time::{Duration, Instant};

use modbus_bindgen_runtime::Bus;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

/// Unit 2 answers as unit 0, unit 3 not at all, all others with the address of each register. The connection is reset after
/// a while.
async fn serve(mut stream: TcpStream, requests: u32) {
    stream.set_nodelay(true).unwrap();
    let mut request = [0; 12];
    for _ in 0..requests {
        if stream.read_exact(&mut request).await.is_err() {
            return;
        }
        let [id_high, id_low, _, _, _, _, unit, function, high, low, _, count] = request;
        let answers_as = match unit {
            2 => 0,
            3 => continue,
            unit => unit,
        };
        let first = u16::from_be_bytes([high, low]);
        let mut reply = vec![id_high, id_low, 0, 0, 0, 3 + 2 * count, answers_as, function, 2 * count];
        reply.extend((0..u16::from(count)).flat_map(|n| first.wrapping_add(n).to_be_bytes()));
        if stream.write_all(&reply).await.is_err() {
            return;
        }
    }
    // What was not read makes closing it a reset.
    let _ = timeout(Duration::from_millis(100), stream.readable()).await;
}

/// Reads until the end; how often that succeeded.
async fn read(bus: Bus, unit: u8, end: Instant) -> u64 {
    let (mut right, mut turn) = (0, 0_u16);
    while Instant::now() < end {
        turn = turn.wrapping_add(1) % 10_000;
        let reading = bus.unit(unit).read_holding(turn, 5).into_future();
        // One caller in seven goes away after a moment.
        let patience = if turn % 7 == 0 { Duration::from_micros(50) } else { Duration::from_secs(30) };
        match timeout(patience, reading).await {
            Ok(Ok(words)) => {
                assert!(words.iter().copied().eq(turn..turn + 5), "a wrong value: {words:?} at {turn}");
                right += 1;
            }
            Ok(Err(_)) => sleep(Duration::from_millis(5)).await,
            Err(_) => {}
        }
    }
    right
}

/// Resident kilobytes, descriptors and tasks.
fn used() -> [usize; 3] {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().split(' ').next()?.parse().ok());
    let descriptors = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    [resident.unwrap_or(0), descriptors, Handle::current().metrics().num_alive_tasks()]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let seconds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(10);
    let end = Instant::now() + Duration::from_secs(seconds);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut requests = 1000;
        while let Ok((stream, _)) = listener.accept().await {
            requests = requests % 5000 + 777;
            tokio::spawn(serve(stream, requests));
        }
    });
    let bus = Bus::builder().response_timeout(Duration::from_millis(200)).tcp(address).await.unwrap();
    let readers: Vec<_> = [1, 1, 1, 2, 3, 4].map(|unit| tokio::spawn(read(bus.clone(), unit, end))).into();
    let warm = Duration::from_secs(seconds) / 5;
    sleep(warm).await;
    let before = used();
    sleep(end.saturating_duration_since(Instant::now()).saturating_sub(Duration::from_millis(500))).await;
    let after = used();
    let mut right = 0;
    for reader in readers {
        right += reader.await.unwrap();
    }
    println!("{right} right values in {seconds} s, none wrong");
    println!("kB, descriptors, tasks: {before:?} after {warm:?}, {after:?} at the end");
    assert!(after[0] < before[0] + 2048, "memory grows");
    assert!(after[1] <= before[1] + 2 && after[2] <= before[2] + 2, "descriptors or tasks grow");
}

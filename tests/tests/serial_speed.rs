//! A whole snapshot over a serial line that is as slow as a real one: what is sent equals the plan, and the silence
//! between frames is kept.
//!
//! A pseudo-terminal passes bytes on at once, so a pacer between bus and device holds them back: a request is on the line
//! for as long as 19,200 baud 8E1 take, the device turns around, and the reply comes byte by byte.

use std::time::{Duration, Instant};

use generated_example::thermia_genesis::{DEVICE, ThermiaGenesis};
use modbus_bindgen_runtime::{Bus, Cost, Parity, Plan, RtuSettings, Simulator, Table};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::sleep;
use tokio_serial::SerialStream;

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

/// As the plan assumes it.
const TURNAROUND: Duration = Duration::from_millis(10);

/// Bytes of a request that reads.
const REQUEST: usize = 8;

/// What went over the line.
#[derive(Debug, Default)]
struct Traffic {
    /// Function, address, count.
    requests: Vec<(u8, u16, u16)>,
    bytes: u64,
    /// The shortest time between the end of a reply and the beginning of the next request.
    silence: Option<Duration>,
    /// All of them together.
    silent: Duration,
}

/// Carries requests and replies at the speed of the line, until the bus ends.
async fn pace(mut bus: SerialStream, mut device: DuplexStream) -> Traffic {
    let character = LINE.character_time();
    let mut traffic = Traffic::default();
    let mut free_since: Option<Instant> = None;
    let mut first = [0];
    while bus.read_exact(&mut first).await.is_ok() {
        let begun = Instant::now();
        let mut request = [0; REQUEST];
        request[0] = first[0];
        bus.read_exact(&mut request[1..]).await.unwrap();
        if let Some(free_since) = free_since {
            let silence = begun - free_since;
            traffic.silent += silence;
            traffic.silence = Some(traffic.silence.map_or(silence, |shortest| shortest.min(silence)));
        }
        let word = |at: usize| u16::from_be_bytes([request[at], request[at + 1]]);
        traffic.requests.push((request[1], word(2), word(4)));

        sleep_until(begun + 8 * character + t35() + TURNAROUND).await;
        device.write_all(&request).await.unwrap();
        let mut head = [0; 3];
        device.read_exact(&mut head).await.unwrap();
        let mut reply = head.to_vec();
        reply.resize(usize::from(head[2]) + 5, 0);
        device.read_exact(&mut reply[3..]).await.unwrap();
        traffic.bytes += u64::try_from(REQUEST + reply.len()).unwrap();

        let reply_begun = Instant::now();
        for (byte, passed) in reply.iter().zip(1..) {
            sleep_until(reply_begun + passed * character).await;
            // Before it is written: what this program is kept from doing after that is not the bus's haste. One long delay
            // before it hides one silence that is too short, never all of them.
            free_since = Some(Instant::now());
            bus.write_all(&[*byte]).await.unwrap();
        }
    }
    traffic
}

/// Tokio's timer is right to a millisecond, which is two characters.
async fn sleep_until(instant: Instant) {
    let left = instant.saturating_duration_since(Instant::now());
    if let Some(most) = left.checked_sub(Duration::from_millis(2)) {
        sleep(most).await;
    }
    while Instant::now() < instant {
        tokio::task::yield_now().await;
    }
}

/// The silence between frames.
fn t35() -> Duration {
    LINE.character_time().mul_f64(3.5)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_takes_what_its_plan_says() {
    let (ours, line) = SerialStream::pair().unwrap();
    let (to_device, device) = duplex(1024);
    let pacer = tokio::spawn(pace(line, to_device));
    let simulator = Simulator::new(&DEVICE);
    let serving = tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_rtu(device, 1).await }
    });
    let bus = Bus::builder().retries(0).stream_rtu(ours, LINE);
    let pump = ThermiaGenesis::new(bus.unit(1));

    let readable = DEVICE.points().filter(|info| info.access().is_readable());
    let plan = Plan::new(readable, Some(&DEVICE), Cost::rtu(&LINE, TURNAROUND));
    let begun = Instant::now();
    let readings = pump.read_all().await.unwrap();
    let took = begun.elapsed();
    assert_eq!(readings.absent().iter().count(), 0);
    bus.close().await;
    drop(bus);
    drop(pump);
    let traffic = pacer.await.unwrap();
    serving.await.unwrap().unwrap();

    let planned: Vec<(u8, u16, u16)> = plan
        .requests()
        .iter()
        .map(|request| {
            let function = match request.table() {
                Table::Coil => 1,
                Table::DiscreteInput => 2,
                Table::HoldingRegister => 3,
                Table::InputRegister => 4,
            };
            (function, request.address(), request.count())
        })
        .collect();
    assert_eq!(traffic.requests, planned);
    assert_eq!(traffic.bytes, plan.bytes());
    let silence = traffic.silence.unwrap();
    assert!(silence >= t35(), "{silence:?} between frames, at least {:?}", t35());
    println!(
        "{} requests, {} bytes in {took:.3?}; planned {:.3?} ({:+.1} %); silence {silence:.3?} or more, {:.3?} on average, t3.5 {:.3?}",
        planned.len(),
        traffic.bytes,
        plan.expected_time(),
        100.0 * (took.as_secs_f64() / plan.expected_time().as_secs_f64() - 1.0),
        traffic.silent / u32::try_from(planned.len() - 1).unwrap(),
        t35(),
    );
    // A line faster than it can be would prove nothing.
    assert!(took > plan.expected_time().mul_f64(0.97), "{took:?}");
}

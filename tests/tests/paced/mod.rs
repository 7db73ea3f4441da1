//! A serial line as slow as a real one, with a Thermia Genesis at its end.
//!
//! A pseudo-terminal passes bytes on at once, so a pacer between bus and device holds them back: a request is on the line
//! for as long as 19,200 baud 8E1 take, the device turns around, and the reply comes byte by byte.

use std::time::{Duration, Instant};

use generated_example::thermia_genesis::{DEVICE, ThermiaGenesis};
use modbus_bindgen_runtime::{Bus, Cost, Parity, Plan, RtuSettings, Simulator};
use serial2_tokio::SerialPort;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::sleep;

pub const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

/// As the plan assumes it.
pub const TURNAROUND: Duration = Duration::from_millis(10);

/// Bytes of a request that reads.
const REQUEST: usize = 8;

/// What went over the line.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Function, address, count.
    pub requests: Vec<(u8, u16, u16)>,
    pub bytes: u64,
    /// The shortest time between the end of a reply and the beginning of the next request.
    pub silence: Option<Duration>,
    /// All of them together.
    pub silent: Duration,
}

/// Carries requests and replies at the speed of the line, until the bus ends.
async fn pace(mut bus: SerialPort, mut device: DuplexStream) -> Traffic {
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
pub fn t35() -> Duration {
    LINE.character_time().mul_f64(3.5)
}

/// A heat pump at the end of the line.
pub struct Paced {
    pub pump: ThermiaGenesis,
    bus: Bus,
    traffic: JoinHandle<Traffic>,
}

impl Paced {
    /// Lays the line.
    pub fn new() -> Self {
        let (line, mut ours) = SerialPort::pair().unwrap();
        let mut settings = ours.get_configuration().unwrap();
        settings.set_raw();
        ours.set_configuration(&settings).unwrap();
        let (to_device, device) = duplex(1024);
        let traffic = tokio::spawn(pace(line, to_device));
        let simulator = Simulator::new(&DEVICE);
        tokio::spawn(async move { simulator.serve_rtu(device, 1).await });
        let bus = Bus::builder().retries(0).stream_rtu(ours, LINE);
        Self { pump: ThermiaGenesis::new(bus.unit(1)), bus, traffic }
    }

    /// What went over the line.
    pub async fn end(self) -> Traffic {
        self.bus.close().await;
        drop((self.bus, self.pump));
        self.traffic.await.unwrap()
    }
}

/// The cheapest way to read all of it, computed.
pub fn optimum() -> Plan {
    let readable = DEVICE.points().filter(|info| info.access().is_readable());
    Plan::new(readable, Some(&DEVICE), Cost::rtu(&LINE, TURNAROUND))
}

//! What good units get while others on the bus are silent, what callers with a deadline get, and what a unit that answers
//! wrongly costs its neighbour. The clock is simulated: minutes pass in seconds.
//!
//! `cargo bench -p modbus-bindgen-runtime --bench silent_units` takes some of the cases, with `-- --long` all of them.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what fails here ends the benchmark"
)]

use std::collections::BTreeMap;
use std::future::IntoFuture;
use std::time::Duration;

use modbus_bindgen_runtime::bus::BusBuilder;
use modbus_bindgen_runtime::device::{Parity, RtuSettings};
use modbus_bindgen_runtime::{Bus, Unit};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{Instant, sleep, timeout_at};

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

const UNITS: u8 = 240;

/// How many registers each reading has.
const COUNT: u16 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Silence {
    Mute,
    /// Exception 11 after half a second.
    Exception11,
}

/// Which units are silent, and how: so many of all, spread over them.
#[derive(Debug, Clone, Copy)]
struct Silent(u8, Silence);

impl Silent {
    fn is(self, unit: u8) -> bool {
        u32::from(unit) * u32::from(self.0) % u32::from(UNITS) < u32::from(self.0)
    }
}

fn reply_to(function: u8) -> Vec<u8> {
    let count = u8::try_from(COUNT * 2).unwrap();
    let mut pdu = vec![function, count];
    pdu.resize(usize::from(count) + 2, 7);
    pdu
}

/// A gateway that answers in 2 ms.
async fn gateway(mut stream: DuplexStream, silent: Silent) {
    let mut request = [0; 12];
    while stream.read_exact(&mut request).await.is_ok() {
        let (unit, function) = (request[6], request[7]);
        let pdu = match silent.1 {
            _ if !silent.is(unit) => {
                sleep(Duration::from_millis(2)).await;
                reply_to(function)
            }
            Silence::Mute => continue,
            Silence::Exception11 => {
                sleep(Duration::from_millis(500)).await;
                vec![function | 0x80, 11]
            }
        };
        let length = u8::try_from(pdu.len() + 1).unwrap();
        let frame = [&request[..4], &[0, length, unit], &pdu].concat();
        if stream.write_all(&frame).await.is_err() {
            return;
        }
    }
}

fn with_crc(mut frame: Vec<u8>) -> Vec<u8> {
    let crc = frame.iter().fold(0xFFFF_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xA001 } else { crc >> 1 })
    });
    frame.extend(crc.to_le_bytes());
    frame
}

/// Units on a line as slow as it is, that take 10 ms to begin their answer.
async fn line(mut stream: DuplexStream, silent: Silent) {
    let character = LINE.character_time();
    let mut request = [0; 8];
    while stream.read_exact(&mut request).await.is_ok() {
        let (unit, function) = (request[0], request[1]);
        sleep(character * 8 + Duration::from_millis(10)).await;
        let pdu = match silent.1 {
            _ if !silent.is(unit) => reply_to(function),
            Silence::Mute => continue,
            Silence::Exception11 => {
                sleep(Duration::from_millis(500)).await;
                vec![function | 0x80, 11]
            }
        };
        let frame = with_crc([&[unit], &pdu[..]].concat());
        sleep(character * u32::try_from(frame.len()).unwrap()).await;
        if stream.write_all(&frame).await.is_err() {
            return;
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Tcp,
    Serial,
}

impl Link {
    fn bus(self, builder: BusBuilder, silent: Silent) -> Bus {
        let (ours, theirs) = duplex(4096);
        match self {
            Self::Tcp => {
                tokio::spawn(gateway(theirs, silent));
                builder.stream_tcp(ours)
            }
            Self::Serial => {
                tokio::spawn(line(theirs, silent));
                builder.stream_rtu(ours, LINE)
            }
        }
    }

    /// How often each unit is to be read.
    const fn period(self) -> Duration {
        match self {
            Self::Tcp => Duration::from_secs(1),
            Self::Serial => Duration::from_secs(10),
        }
    }
}

/// Readings of a unit, in the first two minutes and in the two after them.
async fn poll(unit: Unit, period: Duration) -> (u8, [u32; 2]) {
    let begun = Instant::now();
    let halves = [begun + Duration::from_secs(120), begun + Duration::from_secs(240)];
    let mut counts = [0; 2];
    // Each has a phase of its own.
    let mut next = begun + period * u32::from(unit.id()) / 256;
    while next < halves[1] {
        tokio::time::sleep_until(next).await;
        let reading = unit.read_holding(100, COUNT).into_future();
        if matches!(timeout_at(halves[1], reading).await, Ok(Ok(_))) {
            counts[usize::from(Instant::now() > halves[0])] += 1;
        }
        while next <= Instant::now() {
            next += period;
        }
    }
    (unit.id(), counts)
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

fn readings(link: Link, builder: &BusBuilder, silent: Silent) -> BTreeMap<u8, [u32; 2]> {
    runtime().block_on(async {
        let bus = link.bus(builder.clone(), silent);
        let polls: Vec<_> = (1..=UNITS).map(|id| tokio::spawn(poll(bus.unit(id), link.period()))).collect();
        let mut counts = BTreeMap::new();
        for poll in polls {
            let (unit, count) = poll.await.unwrap();
            counts.insert(unit, count);
        }
        counts
    })
}

fn silent_units(link: Link, response_timeout: Duration, counts: &[u8]) {
    let builder = Bus::builder().response_timeout(response_timeout);
    let best = readings(link, &builder, Silent(0, Silence::Mute));
    for count in counts {
        for silence in [Silence::Mute, Silence::Exception11] {
            let silent = Silent(*count, silence);
            let seen = readings(link, &builder, silent);
            let share = |half: usize| {
                let of = |all: &BTreeMap<u8, [u32; 2]>| -> u32 {
                    all.iter().filter(|(unit, _)| !silent.is(**unit)).map(|(_, counts)| counts[half]).sum()
                };
                100.0 * f64::from(of(&seen)) / f64::from(of(&best))
            };
            println!(
                "{link:?}, timeout {response_timeout:?}, {count} of {UNITS} silent ({silence:?}): \
                 good units get {:.0} % in the first two minutes, then {:.0} %",
                share(0),
                share(1)
            );
        }
    }
}

fn deadlines() {
    for patience in [None, Some(Duration::from_millis(200))] {
        let answers: u32 = runtime().block_on(async {
            let bus = Link::Serial.bus(Bus::builder(), Silent(0, Silence::Mute));
            let end = Instant::now() + Duration::from_secs(20);
            let callers: Vec<_> = (0..10)
                .map(|_| {
                    let unit = bus.unit(1);
                    tokio::spawn(async move {
                        let mut answers = 0;
                        while Instant::now() < end {
                            let reading = unit.read_holding(100, COUNT);
                            let reading = match patience {
                                Some(patience) => reading.timeout(patience),
                                None => reading,
                            };
                            answers += u32::from(reading.await.is_ok());
                        }
                        answers
                    })
                })
                .collect();
            let mut all = 0;
            for caller in callers {
                all += caller.await.unwrap();
            }
            all
        });
        println!(
            "ten callers at 19,200 baud, each with {patience:?}: {:.1} answers a second",
            f64::from(answers) / 20.0
        );
    }
}

fn main() {
    let is_long = std::env::args().any(|argument| argument == "--long");
    let counts: &[u8] = if is_long { &[5, 40, 120] } else { &[40] };
    let ms = Duration::from_millis;
    silent_units(Link::Tcp, ms(1000), counts);
    silent_units(Link::Serial, ms(250), counts);
    if is_long {
        silent_units(Link::Tcp, ms(500), counts);
        silent_units(Link::Serial, ms(1000), counts);
    }
    deadlines();
}

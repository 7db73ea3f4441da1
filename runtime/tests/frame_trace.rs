//! What a trace shows of a transaction. Alone in its binary: whether anybody listens is kept for all threads together.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use modbus_bindgen_runtime::{Bus, Parity, RtuSettings};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

const RECEIVED: [u8; 16] = [0xFF, 0xFF, 2, 0x83, 2, 0x30, 0xF1, 1, 3, 4, 0, 100, 0, 101, 0x7B, 0xC7];

/// Keeps the events about frames, each as one line.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.0 = format!("{value:?}{}", self.0),
            name => write!(self.0, " {name}={value:?}").unwrap(),
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "modbus_bindgen_runtime::frames"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn every_frame_is_shown_in_hexadecimal_and_in_words() {
    let listener = Listener::default();
    let _listening = tracing::subscriber::set_default(listener.clone());
    let (ours, mut theirs) = duplex(1024);
    tokio::spawn(async move {
        theirs.read_exact(&mut [0; 8]).await.unwrap();
        theirs.write_all(&RECEIVED).await.unwrap();
        // Until the bus ends.
        let _ = theirs.read_u8().await;
    });
    let bus = Bus::builder().stream_rtu(ours, LINE);
    assert_eq!(bus.unit(1).read_holding(100, 2).await.unwrap(), [100, 101]);
    let lines = listener.0.lock().unwrap().clone();
    assert_eq!(
        lines,
        [
            "sent frame=01 03 00 64 00 02 85 D4 request=unit 1: read 2 holding registers from 100",
            "received bytes=FF FF 02 83 02 30 F1 01 03 04 00 64 00 65 7B C7",
            "dropped: it answers something else reply=unit 2: exception 2 to function 3",
            "skipped before the reply bytes=FF FF 02 83 02 30 F1",
            "accepted reply=unit 1: 100 101",
        ]
    );
}

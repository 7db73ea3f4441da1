//! pymodbus with its fault hooks: replies that are missing, late, cut, corrupted, doubled, from somebody else.

use std::time::Duration;

use integration_tests::pymodbus::{self, Image, Server};
use integration_tests::serial;
use modbus_bindgen_runtime::{
    Bus, BusBuilder, Parity, ReadErrorKind, RtuSettings, Table, TransactionError, Unit, WriteError,
};

const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::None, data_bits: 8, stop_bits: 1 };

/// How long a reply is waited for.
const PATIENCE: Duration = Duration::from_millis(400);

fn image() -> Image {
    (0..200_u16).map(|address| ((Table::HoldingRegister, address), address + 1000)).collect()
}

fn settings() -> BusBuilder {
    Bus::builder().retries(0).response_timeout(PATIENCE)
}

async fn read(unit: &Unit, address: u16) -> Result<Vec<u16>, TransactionError> {
    match unit.read_holding(address, 2).await {
        Ok(words) => {
            assert_eq!(words, [address + 1000, address + 1001], "a wrong value");
            Ok(words)
        }
        Err(error) => match error.kind() {
            ReadErrorKind::Transaction(error) => Err(error.clone()),
            other => panic!("{other:?}"),
        },
    }
}

/// The first request that is sent succeeds.
async fn works_again(unit: &Unit, what: &str) {
    for address in [50, 52] {
        let result = loop {
            match read(unit, address).await {
                // A new connection on which nothing worked yet is made again after a pause.
                Err(TransactionError::Transport { sent: false, .. }) => tokio::time::sleep(PATIENCE / 10).await,
                result => break result,
            }
        };
        assert!(result.is_ok(), "after {what}: {result:?}");
    }
}

async fn endure(unit: &Unit, server: &mut Server, faults: &[(&str, bool)]) {
    works_again(unit, "nothing").await;
    for (how, is_harmless) in faults {
        server.spoil(how);
        let result = read(unit, 100).await;
        assert_eq!(result.is_ok(), *is_harmless, "{how}: {result:?}");
        works_again(unit, how).await;

        server.spoil(how);
        let written = unit.write_register(120, 1120).await;
        assert_eq!(written.is_ok(), *is_harmless, "{how}: {written:?}");
        assert!(!matches!(written, Err(WriteError::NotSent { .. } | WriteError::Refused { .. })), "{how}: {written:?}");
        works_again(unit, how).await;
    }
    server.delay(PATIENCE / 4);
    assert!(read(unit, 100).await.is_ok());
    server.delay(PATIENCE * 3 / 2);
    let late = read(unit, 100).await;
    assert!(matches!(late, Err(TransactionError::Timeout { .. })), "{late:?}");
    works_again(unit, "a late reply").await;
    server.refuse(Table::HoldingRegister, &[100], 6);
    let busy = read(unit, 100).await.unwrap_err();
    assert_eq!(busy.exception().map(|exception| exception.code.code()), Some(6));
    works_again(unit, "a refusal").await;
}

#[tokio::test]
async fn over_tcp() {
    if !pymodbus::available() {
        return;
    }
    let mut server = Server::tcp(&image());
    let bus = settings().tcp(format!("127.0.0.1:{}", server.port)).await.unwrap();
    let faults = [
        ("missing", false),
        ("corrupt", false),
        ("cut", false),
        ("twice", true),
        ("noise", false),
        ("another unit", false),
        ("a long header", false),
    ];
    endure(&bus.unit(1), &mut server, &faults).await;
}

#[tokio::test]
async fn on_a_serial_line() {
    if !pymodbus::available() || !serial::available() {
        return;
    }
    let line = serial::Line::new();
    let mut server = Server::rtu(&image(), &line.a());
    let bus = settings().rtu(line.b(), LINE).await.unwrap();
    let faults = [("missing", false), ("corrupt", false), ("cut", false), ("twice", true), ("noise", true)];
    endure(&bus.unit(1), &mut server, &faults).await;
}

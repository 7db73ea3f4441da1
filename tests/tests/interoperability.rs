//! The runtime against other people's Modbus: libmodbus as server and, as mbpoll, as client, and Node's modbus-serial as
//! both; over TCP, over serial lines, and RTU over TCP. pymodbus has its own tests, in `thermia.rs` and `pymodbus_faults.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use integration_tests::process::{Running, output};
use integration_tests::{available, serial};
use modbus_bindgen_runtime::{Bus, DeviceInfo, ExceptionCode, LinkInfo, Parity, RtuSettings, Simulator, Table, Unit};
use serde_json::{Value, json};
use serial2_tokio::SerialPort;
use tokio::net::TcpListener;

/// Without parity, which a pseudo-terminal does not have.
const LINE: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::None, data_bits: 8, stop_bits: 1 };

static DEVICE: DeviceInfo =
    DeviceInfo { name: "", manufacturer: "", document: "", link: LinkInfo::DEFAULT, reserved: &[], points: &[] };

/// A simulator with a few addresses in every table.
fn simulator() -> Simulator {
    let simulator = Simulator::new(&DEVICE);
    simulator.set_raw(Table::HoldingRegister, 100, &[213, 65_000, 0]);
    simulator.set_raw(Table::InputRegister, 7, &[7]);
    simulator.set_raw(Table::Coil, 3, &[0, 0, 1]);
    simulator.set_raw(Table::DiscreteInput, 3, &[1, 0]);
    simulator
}

/// What every server here must let itself be read and written.
async fn exercise(unit: &Unit) {
    assert_eq!(unit.read_holding(100, 3).await.unwrap(), [1100, 1101, 1102]);
    assert_eq!(unit.read_input(0, 125).await.unwrap(), (0..125).collect::<Vec<u16>>());
    assert_eq!(unit.read_coils(3, 3).await.unwrap(), [true, false, true]);
    assert_eq!(unit.read_discrete_inputs(4, 9).await.unwrap().len(), 9);
    unit.write_register(100, 42).await.unwrap();
    unit.write_registers(101, [43, 44]).await.unwrap();
    assert_eq!(unit.read_holding(100, 3).await.unwrap(), [42, 43, 44]);
    unit.write_coil(4, true).await.unwrap();
    unit.write_coils(5, [false, true]).await.unwrap();
    assert_eq!(unit.read_coils(3, 4).await.unwrap(), [true, true, false, true]);
    let error = unit.read_holding(199, 2).await.unwrap_err();
    assert_eq!(error.exception().map(|exception| exception.code), Some(ExceptionCode::IllegalDataAddress), "{error}");
    assert_eq!(unit.read_holding(102, 1).await.unwrap(), [44]);
}

fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// A folder with the compiled server in it.
fn libmodbus_server() -> Option<(tempfile::TempDir, PathBuf)> {
    if !available("gcc", "gcc", &["--version"]) || !available("libmodbus-dev", "pkg-config", &["--exists", "libmodbus"])
    {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("server");
    let flags = output(Command::new("pkg-config").args(["--cflags", "--libs", "libmodbus"]));
    let source = peers().join("libmodbus_server.c");
    let warnings = output(Command::new("gcc").arg("-o").arg(&program).arg(source).args(flags.split_whitespace()));
    assert_eq!(warnings, "");
    Some((folder, program))
}

#[tokio::test(flavor = "multi_thread")]
async fn libmodbus_as_server_over_tcp() {
    let Some((_folder, program)) = libmodbus_server() else { return };
    let mut server = Running::start(Command::new(program).arg("tcp"));
    let bus = Bus::tcp(format!("127.0.0.1:{}", server.line())).await.unwrap();
    exercise(&bus.unit(1)).await;
    bus.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn libmodbus_as_server_on_a_serial_line() {
    let Some((_folder, program)) = libmodbus_server() else { return };
    if !serial::available() {
        return;
    }
    let line = serial::Line::new();
    let mut server = Running::start(Command::new(program).args(["rtu", &line.a()]));
    assert_eq!(server.line(), "ready");
    let bus = Bus::rtu(line.b(), LINE).await.unwrap();
    exercise(&bus.unit(1)).await;
}

fn mbpoll_is_available() -> bool {
    available("mbpoll", "mbpoll", &["-V"])
}

/// Runs mbpoll once; the values it prints.
async fn mbpoll(
    link: Vec<String>,
    table: &'static str,
    first: u16,
    count: u16,
    write: &'static [&'static str],
) -> Vec<String> {
    tokio::task::spawn_blocking(move || {
        let mut command = Command::new("mbpoll");
        command.args(["-0", "-1", "-a", "1", "-o", "2", "-t", table, "-r", &first.to_string()]);
        if write.is_empty() {
            command.args(["-c", &count.to_string()]);
        }
        let text = output(command.args(link).args(write));
        let values = text.lines().filter(|line| line.starts_with('['));
        // `[101]:   65000 (-536)`
        values.filter_map(|line| Some(line.split_once(':')?.1.split_whitespace().next()?.to_owned())).collect()
    })
    .await
    .unwrap()
}

/// The link comes last on its command line, but before what is written.
async fn poll_with_mbpoll(link: Vec<String>, simulator: &Simulator) {
    let read = |table, first, count| mbpoll(link.clone(), table, first, count, &[]);
    assert_eq!(read("4", 100, 3).await, ["213", "65000", "0"]);
    assert_eq!(read("3", 7, 1).await, ["7"]);
    assert_eq!(read("0", 3, 3).await, ["0", "0", "1"]);
    assert_eq!(read("1", 3, 2).await, ["1", "0"]);
    mbpoll(link.clone(), "4", 100, 1, &["42"]).await;
    mbpoll(link.clone(), "4", 101, 2, &["43", "44"]).await;
    mbpoll(link.clone(), "0", 3, 1, &["1"]).await;
    mbpoll(link.clone(), "0", 4, 2, &["1", "0"]).await;
    assert_eq!(simulator.raw(Table::HoldingRegister, 100, 3), Some(vec![42, 43, 44]));
    assert_eq!(simulator.raw(Table::Coil, 3, 3), Some(vec![1, 1, 0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn mbpoll_as_client_over_tcp() {
    if !mbpoll_is_available() {
        return;
    }
    let simulator = simulator();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_tcp(listener).await }
    });
    let link = ["-m", "tcp", "-p", &port.to_string(), "127.0.0.1"].map(str::to_owned);
    poll_with_mbpoll(link.to_vec(), &simulator).await;
    serving.abort();
}

/// One end of a line made by socat.
fn open(path: &str) -> SerialPort {
    SerialPort::open(path, LINE.baud_rate).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn mbpoll_as_client_on_a_serial_line() {
    if !mbpoll_is_available() || !serial::available() {
        return;
    }
    let simulator = simulator();
    let wire = serial::Line::new();
    let port = open(&wire.a());
    let serving = tokio::spawn({
        let simulator = simulator.clone();
        async move { simulator.serve_rtu(port, 1).await }
    });
    let link = ["-m", "rtu", "-b", "19200", "-P", "none", &wire.b()].map(str::to_owned);
    poll_with_mbpoll(link.to_vec(), &simulator).await;
    serving.abort();
}

fn modbus_serial() -> Option<Command> {
    available("modbus-serial", "node", &["-e", "require('modbus-serial')"]).then(|| {
        let mut command = Command::new("node");
        command.arg(peers().join("modbus_serial.js"));
        command
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn modbus_serial_as_server() {
    let Some(mut node) = modbus_serial() else { return };
    let mut server = Running::start(node.arg("server"));
    let bus = Bus::builder().response_timeout(Duration::from_secs(5)).tcp(format!("127.0.0.1:{}", server.line())).await;
    exercise(&bus.unwrap().unit(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn modbus_serial_as_client() {
    for how in ["client", "rtu-over-tcp"] {
        let Some(mut node) = modbus_serial() else { return };
        let simulator = simulator();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn({
            let simulator = simulator.clone();
            async move {
                if how == "client" {
                    simulator.serve_tcp(listener).await;
                } else {
                    let (connection, _) = listener.accept().await.unwrap();
                    let _ = simulator.serve_rtu(connection, 1).await;
                }
            }
        });
        let seen = tokio::task::spawn_blocking(move || output(node.args([how, &port.to_string()]))).await.unwrap();
        let expected = json!({
            "holding": [213, 65_000],
            "input": [7],
            "coils": [false, false, true],
            "inputs": [true, false],
            "refused": 2,
        });
        assert_eq!(serde_json::from_str::<Value>(&seen).unwrap(), expected, "{how}");
        assert_eq!(simulator.raw(Table::HoldingRegister, 100, 3), Some(vec![42, 43, 44]));
        assert_eq!(simulator.raw(Table::Coil, 3, 3), Some(vec![1, 1, 0]));
        serving.abort();
    }
}

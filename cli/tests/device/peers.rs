//! Other people's clients against `simulate`: mbpoll, pymodbus and Node's modbus-serial, over TCP and on a serial line.

use super::*;
use serde_json::json;

/// Four tables of a few addresses, for what `tests/peers/modbus_serial.js` asks.
const PEERS: &str = "\
Address,Table,Name,Type,Access
100,holding,Holding A,u16,rw
101,holding,Holding B,u16,rw
102,holding,Holding C,u16,rw
7,input,Input,u16,r
3,coil,Coil A,bool,rw
4,coil,Coil B,bool,rw
5,coil,Coil C,bool,rw
3,discrete,Discrete A,bool,r
4,discrete,Discrete B,bool,r
";

/// Whether a program is there; with `CI=true` it has to be.
fn is_there(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = status.is_ok_and(|status| status.success());
    let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(is_there || !in_ci, "{program} is missing; .ci/run installs it");
    if !is_there {
        eprintln!("skipped: {program} is not installed");
    }
    is_there
}

fn bench() -> Bench {
    let bench = Bench::new();
    fs::write(bench.path("peers.csv"), PEERS).unwrap();
    let image = json!({"format": 1, "device": "peers", "units": {"1": {
        "coil": {"3": 0, "4": 0, "5": 1}, "discrete_input": {"3": 1, "4": 0}, "input_register": {"7": 7},
        "holding_register": {"100": 213, "101": 65_000, "102": 0}
    }}});
    bench.write_image("peers.json", &image);
    bench
}

#[track_caller]
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn mbpoll(link: &[&str], table: &str, first: &str, more: &[&str]) -> Vec<String> {
    let mut command = Command::new("mbpoll");
    command.args(["-0", "-1", "-a", "1", "-o", "2", "-t", table, "-r", first]);
    if more.first() == Some(&"-c") {
        command.args(more).args(link);
    } else {
        command.args(link).args(more);
    }
    let text = output(&mut command);
    let values = text.lines().filter(|line| line.starts_with('['));
    values.filter_map(|line| Some(line.split_once(':')?.1.split_whitespace().next()?.to_owned())).collect()
}

fn poll(link: &[&str]) {
    assert_eq!(mbpoll(link, "4", "100", &["-c", "3"]), ["213", "65000", "0"]);
    assert_eq!(mbpoll(link, "3", "7", &["-c", "1"]), ["7"]);
    assert_eq!(mbpoll(link, "0", "3", &["-c", "3"]), ["0", "0", "1"]);
    assert_eq!(mbpoll(link, "1", "3", &["-c", "2"]), ["1", "0"]);
    mbpoll(link, "4", "100", &["42"]);
    mbpoll(link, "4", "101", &["43", "44"]);
    mbpoll(link, "0", "3", &["1", "1"]);
    assert_eq!(mbpoll(link, "4", "100", &["-c", "3"]), ["42", "43", "44"]);
    assert_eq!(mbpoll(link, "0", "3", &["-c", "3"]), ["1", "1", "1"]);
}

#[test]
fn mbpoll_over_tcp() {
    if !is_there("mbpoll", &["-V"]) {
        return;
    }
    let bench = bench();
    let device = bench.simulate("peers.csv", &["--image", "peers.json"]);
    let (host, port) = device.address.split_once(':').unwrap();
    poll(&["-m", "tcp", "-p", port, host]);
}

/// Two ends of a serial line.
struct Line {
    socat: Child,
}

impl Line {
    fn new(bench: &Bench) -> Self {
        let end = |name: &str| format!("pty,raw,echo=0,link={}", bench.path(name).display());
        let socat = Command::new("socat").args([end("a"), end("b")]).spawn().unwrap();
        while !(bench.path("a").exists() && bench.path("b").exists()) {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Self { socat }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = self.socat.kill();
        let _ = self.socat.wait();
    }
}

fn simulate_rtu(bench: &Bench) -> Simulated {
    // A pseudo-terminal has no parity.
    let arguments = ["simulate", "peers.csv", "--rtu", "a", "--parity", "none", "--image", "peers.json"];
    let mut child = bench.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "peers on a, 19200 8N1, unit 1\n");
    Simulated { child, address: "b".to_owned(), first_line: line, out }
}

#[test]
fn mbpoll_and_ours_on_a_serial_line() {
    if !is_there("mbpoll", &["-V"]) || !is_there("socat", &["-V"]) {
        return;
    }
    let bench = bench();
    let _line = Line::new(&bench);
    let _device = simulate_rtu(&bench);
    poll(&["-m", "rtu", "-b", "19200", "-P", "none", bench.path("b").to_str().unwrap()]);
    let link = ["--rtu", "b", "--parity", "none"];
    let text = bench.succeeds(&[&["read", "peers.csv", "holding_a"], &link[..]].concat());
    assert!(text.contains("  42  holding register 100  holding_a\n"), "{text}");
    let report = bench.succeeds(&[&["verify", "peers.csv"], &link[..]].concat());
    assert!(report.contains("The device fits its table."), "{report}");
    bench.succeeds(&[&["record", "peers.csv", "--out", "again.json"], &link[..]].concat());
    assert_eq!(bench.image("again.json")["units"]["1"]["holding_register"], json!({"100": 42, "101": 43, "102": 44}));
    let out = bench.succeeds(&[
        "discover",
        "peers.csv",
        "--rtu",
        "b",
        "--parity",
        "none",
        "--units",
        "1-3",
        "--timeout",
        "0.1",
    ]);
    assert!(out.contains("  unit 1, 19200 8N1\n    peers  9 of 9 points fit"), "{out}");
}

#[test]
fn pymodbus_over_tcp_and_on_a_serial_line() {
    let python = std::env::var("PEERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    if !is_there(&python, &["-c", "import pymodbus, serial"]) || !is_there("socat", &["-V"]) {
        return;
    }
    let bench = bench();
    let script = "
import sys
from pymodbus.client import ModbusTcpClient, ModbusSerialClient
kind, at = sys.argv[1:]
client = ModbusTcpClient('127.0.0.1', port=int(at)) if kind == 'tcp' else ModbusSerialClient(at, baudrate=19200)
assert client.connect()
assert client.read_holding_registers(100, count=3, device_id=1).registers == [213, 65000, 0]
assert client.read_input_registers(7, count=1, device_id=1).registers == [7]
assert client.read_coils(3, count=3, device_id=1).bits[:3] == [False, False, True]
assert client.read_discrete_inputs(3, count=2, device_id=1).bits[:2] == [True, False]
assert not client.write_register(100, 42, device_id=1).isError()
assert not client.write_registers(101, [43, 44], device_id=1).isError()
assert not client.write_coil(3, True, device_id=1).isError()
assert not client.write_coils(4, [True, False], device_id=1).isError()
assert client.read_holding_registers(100, count=3, device_id=1).registers == [42, 43, 44]
assert client.read_holding_registers(5000, count=1, device_id=1).exception_code == 2
assert client.write_register(103, 1, device_id=1).exception_code == 2
print('ok')
";
    let device = bench.simulate("peers.csv", &["--image", "peers.json"]);
    let port = device.address.rsplit(':').next().unwrap();
    assert_eq!(output(Command::new(&python).args(["-c", script, "tcp", port])), "ok\n");
    let _line = Line::new(&bench);
    let _device = simulate_rtu(&bench);
    let end = bench.path("b");
    assert_eq!(output(Command::new(&python).args(["-c", script, "rtu", end.to_str().unwrap()])), "ok\n");
}

#[test]
fn modbus_serial_over_tcp() {
    if !is_there("node", &["-e", "require('modbus-serial')"]) {
        return;
    }
    let bench = bench();
    let device = bench.simulate("peers.csv", &["--image", "peers.json"]);
    let port = device.address.rsplit(':').next().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/peers/modbus_serial.js");
    let seen = output(Command::new("node").arg(script).args(["client", port]));
    let expected = json!({
        "holding": [213, 65_000], "input": [7], "coils": [false, false, true], "inputs": [true, false], "refused": 2
    });
    assert_eq!(serde_json::from_str::<Value>(&seen).unwrap(), expected);
}

/// Clients that talk nonsense or never read do not keep others from being served.
#[test]
fn hostile_clients_do_not_disturb_others() {
    use std::io::Write as _;
    use std::net::TcpStream;
    let bench = bench();
    let device = bench.simulate("peers.csv", &["--image", "peers.json"]);
    let mut hostile: Vec<TcpStream> = Vec::new();
    for number in 0..200_u8 {
        let mut client = TcpStream::connect(&device.address).unwrap();
        let bytes: Vec<u8> = match number % 4 {
            0 => vec![0xFF; 300],
            // The beginning of a request.
            1 => vec![0, 1, 0, 0, 0, 6, 1],
            // Requests whose replies nobody reads.
            2 => [0, 1, 0, 0, 0, 6, 1, 3, 0, 100, 0, 3].repeat(2_000),
            _ => Vec::new(),
        };
        client.set_write_timeout(Some(std::time::Duration::from_millis(50))).unwrap();
        // It may be dropped, or never be read.
        let _ = client.write_all(&bytes);
        hostile.push(client);
    }
    for _ in 0..10 {
        let text = bench.succeeds(&["read", "peers.csv", "holding_a", "--tcp", &device.address]);
        assert!(text.contains("  213  "), "{text}");
    }
    drop(hostile);
}

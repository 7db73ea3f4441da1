//! A device played by pymodbus: `tests/peers/pymodbus_server.py`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use modbus_bindgen_runtime::Table;
use serde_json::{Value, json};

/// Values by table and address; addresses that are not in it answer exception 2.
pub type Image = BTreeMap<(Table, u16), u16>;

/// One request the server received: function, address, count.
pub type Logged = (u8, u16, u16);

/// A running server; it ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// TCP port on 127.0.0.1; 0 on a serial line.
    pub port: u16,
}

/// Whether pymodbus is installed.
#[must_use]
pub fn available() -> bool {
    crate::available("pymodbus", &crate::python(), &["-c", "import pymodbus, serial"])
}

impl Server {
    /// Serves the image as unit 1 over TCP on a free port.
    #[must_use]
    pub fn tcp(image: &Image) -> Self {
        Self::start(image, &[])
    }

    /// Serves the image as unit 1 on a serial line, RTU.
    #[must_use]
    pub fn rtu(image: &Image, path: &str) -> Self {
        Self::start(image, &["--rtu", path])
    }

    fn start(image: &Image, arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/pymodbus_server.py");
        let mut child = Command::new(crate::python())
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let mut server = Self { child, input, output, port: 0 };
        let ready = server.exchange(&json!({ "unit": 1, "image": tables(image) }));
        server.port = ready["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or_default();
        server
    }

    fn exchange(&mut self, command: &Value) -> Value {
        let input = self.input.as_mut().expect("standard input is open");
        writeln!(input, "{command}").expect("the server reads its standard input");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the server answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("the server answered {line:?}: {error}"))
    }

    /// The requests since the last call.
    pub fn log(&mut self) -> Vec<Logged> {
        serde_json::from_value(self.exchange(&json!({ "do": "log" }))).expect("a list of requests")
    }

    /// The server's own memory.
    pub fn memory(&mut self) -> Image {
        let answer = self.exchange(&json!({ "do": "memory" }));
        let mut image = Image::new();
        for table in TABLES {
            let values: BTreeMap<u16, u16> =
                serde_json::from_value(answer[key(table)].clone()).expect("addresses and values");
            image.extend(values.into_iter().map(|(address, value)| ((table, address), value)));
        }
        image
    }

    /// Changes what addresses hold.
    pub fn set(&mut self, image: &Image) {
        for table in TABLES {
            let values: BTreeMap<String, u16> = image
                .iter()
                .filter(|((of, _), _)| *of == table)
                .map(|((_, address), value)| (address.to_string(), *value))
                .collect();
            self.exchange(&json!({ "do": "set", "table": key(table), "values": values }));
        }
    }

    /// Makes addresses answer an exception.
    pub fn refuse(&mut self, table: Table, addresses: &[u16], exception: u8) {
        self.exchange(&json!({ "do": "refuse", "table": key(table), "addresses": addresses, "exception": exception }));
    }

    /// Spoils the next reply: `missing`, `corrupt`, `cut`, `twice`, `noise` (before it), `another unit` or, over TCP,
    /// `a long header`.
    pub fn spoil(&mut self, how: &str) {
        self.exchange(&json!({ "do": "spoil", "how": how }));
    }

    /// Holds the next reply back.
    pub fn delay(&mut self, delay: std::time::Duration) {
        self.exchange(&json!({ "do": "spoil", "delay": delay.as_secs_f64() }));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server ends with its standard input; a server that hangs is ended.
        drop(self.input.take());
        for _ in 0..50 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const TABLES: [Table; 4] = [Table::Coil, Table::DiscreteInput, Table::InputRegister, Table::HoldingRegister];

fn key(table: Table) -> &'static str {
    match table {
        Table::Coil => "coil",
        Table::DiscreteInput => "discrete_input",
        Table::InputRegister => "input_register",
        Table::HoldingRegister => "holding_register",
    }
}

fn tables(image: &Image) -> Value {
    let mut tables = serde_json::Map::new();
    for table in TABLES {
        let values: serde_json::Map<String, Value> = image
            .iter()
            .filter(|((of, _), _)| *of == table)
            .map(|((_, address), value)| (address.to_string(), json!(value)))
            .collect();
        tables.insert(key(table).to_owned(), values.into());
    }
    tables.into()
}

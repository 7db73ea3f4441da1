//! The example `mqtt_gateway` between a simulated heat pump and a real mosquitto, both of which go away and come back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener as StdListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use generated_example::thermia_genesis::{DEVICE, OperationalMode, points};
use integration_tests::scratch::built;
use modbus_bindgen_runtime::Simulator;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Longer than it takes with every processor busy.
const PATIENCE: Duration = Duration::from_secs(90);

/// A program that is ended when this is dropped.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    StdListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn broker(folder: &Path, port: u16) -> Process {
    let settings = folder.join("mosquitto.conf");
    fs::write(&settings, format!("listener {port} 127.0.0.1\nallow_anonymous true\n")).unwrap();
    let quiet = Command::new("mosquitto").arg("-c").arg(settings).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let process = Process(quiet.unwrap());
    let end = Instant::now() + PATIENCE;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "mosquitto does not listen");
        thread::sleep(Duration::from_millis(50));
    }
    process
}

/// A pump on this port; it and its connections end with the runtime.
fn serve(pump: &Simulator, port: u16) -> Runtime {
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", port))).unwrap();
    let pump = pump.clone();
    runtime.spawn(async move { pump.serve_tcp(listener).await });
    runtime
}

/// Everything that is published, as it comes.
struct Subscriber {
    _process: Process,
    lines: Receiver<String>,
    seen: BTreeMap<String, String>,
}

impl Subscriber {
    fn new(port: u16) -> Self {
        let mut process = Command::new("mosquitto_sub")
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-F", "%t\t%p", "-t", "#"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { _process: Process(process), lines, seen: BTreeMap::new() }
    }

    /// Waits until a topic holds something.
    #[track_caller]
    fn wait_for(&mut self, topic: &str, is_it: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(payload) = self.seen.get(topic).filter(|payload| is_it(payload)) {
                return payload.clone();
            }
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("{topic} holds {:?}; there are {} topics", self.seen.get(topic), self.seen.len())
            };
            let (topic, payload) = line.split_once('\t').unwrap();
            self.seen.insert(topic.to_owned(), payload.to_owned());
        }
    }
}

fn publish(port: u16, topic: &str, payload: &str) {
    let status = Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-t", topic, "-m", payload])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn broker_and_device_come_and_go() {
    let found = "command -v mosquitto && command -v mosquitto_sub && command -v mosquitto_pub";
    if !integration_tests::available("mosquitto", "sh", &["-c", found]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (broker_port, device_port) = (free_port(), free_port());
    let pump = Simulator::new(&DEVICE);
    pump.set(points::OUTDOOR_TEMPERATURE, -5.25).unwrap();
    let mut mosquitto = broker(folder.path(), broker_port);
    let mut subscriber = Subscriber::new(broker_port);
    // The device is not there yet.
    let _gateway = Process(
        Command::new(built().join("examples").join("mqtt_gateway"))
            .args(["--tcp", &format!("127.0.0.1:{device_port}"), "--broker", &format!("127.0.0.1:{broker_port}")])
            .args(["--every", "1"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    thread::sleep(Duration::from_secs(2));
    let device = serve(&pump, device_port);

    let id = |id: &str| id.to_owned();
    let outdoor = format!("modbus/heat_pump/state/{}", points::OUTDOOR_TEMPERATURE.info().id());
    let mode = points::OPERATIONAL_MODE.info().id();
    subscriber.wait_for(&outdoor, |value| value == "-5.25");
    subscriber.wait_for("modbus/heat_pump/available", |value| value == "online");

    // What Home Assistant is told leads to the topics that are used.
    let config = format!("homeassistant/sensor/modbus_heat_pump_{}/config", points::OUTDOOR_TEMPERATURE.info().id());
    let config: Value = serde_json::from_str(&subscriber.wait_for(&config, |_| true)).unwrap();
    assert_eq!(config["state_topic"], outdoor);
    assert_eq!(config["unit_of_measurement"], "°C");
    let config: Value = serde_json::from_str(
        &subscriber.wait_for(&format!("homeassistant/select/modbus_heat_pump_{mode}/config"), |_| true),
    )
    .unwrap();
    assert_eq!(config["command_topic"], format!("modbus/heat_pump/set/{mode}"));
    let option = config["options"][0].as_str().unwrap().to_owned();

    // A value that is set is written, read back and published; one the device does not take is an error.
    publish(broker_port, config["command_topic"].as_str().unwrap(), &option);
    subscriber.wait_for(&format!("modbus/heat_pump/state/{mode}"), |value| value == option);
    assert_eq!(pump.get(points::OPERATIONAL_MODE).map(|mode: OperationalMode| mode.to_string()), Some(id(&option)));
    publish(broker_port, &format!("modbus/heat_pump/set/{mode}"), "no such mode");
    subscriber.wait_for(&format!("modbus/heat_pump/error/{mode}"), |error| error.contains("no such mode"));

    // The broker comes back without a memory, and is told everything anew.
    drop(mosquitto);
    pump.set(points::OUTDOOR_TEMPERATURE, 7.5).unwrap();
    thread::sleep(Duration::from_secs(3));
    subscriber.seen.clear();
    mosquitto = broker(folder.path(), broker_port);
    subscriber.wait_for(&outdoor, |value| value == "7.5");
    subscriber.wait_for(&format!("homeassistant/select/modbus_heat_pump_{mode}/config"), |_| true);

    // The device goes away and comes back.
    device.shutdown_background();
    subscriber.wait_for("modbus/heat_pump/available", |value| value == "offline");
    pump.set(points::OUTDOOR_TEMPERATURE, 8.0).unwrap();
    let _device = serve(&pump, device_port);
    subscriber.wait_for("modbus/heat_pump/available", |value| value == "online");
    subscriber.wait_for(&outdoor, |value| value == "8");
    drop(mosquitto);
}

//! A device to try procedures on.

use modbus_bindgen_runtime::{Bus, DeviceInfo, Simulator, Unit};
use tokio::net::TcpListener;

/// A simulated device, and the unit to reach it.
pub(crate) async fn simulated(device: &'static DeviceInfo) -> (Simulator, Unit) {
    let simulator = Simulator::new(device);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = simulator.clone();
    tokio::spawn(async move { serving.serve_tcp(listener).await });
    let bus = Bus::tcp(address).await.unwrap();
    (simulator, bus.unit(1))
}

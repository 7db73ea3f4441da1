//! What the examples' command lines have in common: which device to talk to.

use std::error::Error;

use clap::Args;
use modbus_bindgen_runtime::{Bus, DeviceInfo, InvalidValue, Parity, RtuSettings, Simulator, Unit};
use tokio::net::TcpListener;

/// The device; a simulated one unless --tcp or --rtu is given.
#[derive(Args)]
pub(crate) struct Connection {
    /// Talk to the device at this address; the port is 502 unless given
    #[arg(long, value_name = "HOST[:PORT]", conflicts_with = "rtu")]
    tcp: Option<String>,

    /// Talk to the device on this serial line
    #[arg(long, value_name = "PATH")]
    rtu: Option<String>,

    /// Unit id of the device, instead of the factory setting
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=247))]
    unit: Option<u8>,

    /// Speed of the serial line in bits per second, instead of the factory setting
    #[arg(long)]
    baud: Option<u32>,

    /// Parity of the serial line: even, odd or none
    #[arg(long, value_parser = parity)]
    parity: Option<Parity>,
}

fn parity(text: &str) -> Result<Parity, String> {
    match text {
        "even" => Ok(Parity::Even),
        "odd" => Ok(Parity::Odd),
        "none" => Ok(Parity::None),
        _ => Err("even, odd or none".to_owned()),
    }
}

/// What the Modbus specification proposes for a device whose document says nothing.
const SPECIFIED: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

impl Connection {
    /// Connects, and says where to. A simulated device is served on a free port of 127.0.0.1 for as long as the program
    /// runs, with the values that `fill` gives it.
    pub(crate) async fn open(
        &self,
        device: &'static DeviceInfo,
        fill: impl FnOnce(&Simulator) -> Result<(), InvalidValue>,
    ) -> Result<(Unit, String), Box<dyn Error>> {
        let unit = self.unit.unwrap_or(device.link.unit_id);
        let (bus, place) = match (&self.tcp, &self.rtu) {
            (Some(address), _) => (Bus::tcp(address).await?, address.clone()),
            (None, Some(path)) => (Bus::rtu(path, self.settings(device)?).await?, path.clone()),
            (None, None) => {
                let simulator = Simulator::new(device);
                fill(&simulator)?;
                let listener = TcpListener::bind("127.0.0.1:0").await?;
                let address = listener.local_addr()?;
                tokio::spawn(async move { simulator.serve_tcp(listener).await });
                (Bus::tcp(address).await?, format!("{address}, simulated"))
            }
        };
        Ok((bus.unit(unit), format!("{} at {place}, unit {unit}", device.name)))
    }

    fn settings(&self, device: &DeviceInfo) -> Result<RtuSettings, String> {
        let factory = device.link.rtu.unwrap_or(SPECIFIED);
        let baud_rate = self.baud.unwrap_or(factory.baud_rate);
        let speeds = device.link.baud_rates;
        if !speeds.is_empty() && !speeds.contains(&baud_rate) {
            return Err(format!("the device can be set to {speeds:?} bits per second"));
        }
        Ok(RtuSettings { baud_rate, parity: self.parity.unwrap_or(factory.parity), ..factory })
    }
}

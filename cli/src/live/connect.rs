//! The bus a device is on.

use std::net::{IpAddr, SocketAddr};

use modbus_bindgen_runtime::{Bus, BusBuilder, DeviceInfo, Parity, RtuSettings, Unit};

use super::args::LinkArgs;
use crate::failure::Failure;

/// What a serial line is set to where neither manifest nor command line says so (Modbus over Serial Line V1.02, section
/// 2.5.1).
const SERIAL: RtuSettings = RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

/// The port of Modbus TCP.
const PORT: u16 = 502;

/// The way to a device.
pub(crate) enum Way {
    Tcp(String),
    Rtu(String, RtuSettings),
}

impl Way {
    /// What the command line says, completed from the manifest; `None` where it does not say.
    pub(crate) fn of(args: &LinkArgs, device: &DeviceInfo) -> Option<Self> {
        match (&args.tcp, &args.rtu) {
            (Some(host), _) => Some(Self::Tcp(with_port(host, device.link.tcp_port.unwrap_or(PORT)))),
            (None, Some(path)) => Some(Self::Rtu(path.clone(), settings(args, device))),
            (None, None) => None,
        }
    }

    /// The same, an error where the command line does not say.
    pub(crate) fn required(args: &LinkArgs, device: &DeviceInfo) -> Result<Self, Failure> {
        Self::of(args, device)
            .ok_or_else(|| Failure::Usage("where is the device? --tcp HOST[:PORT] or --rtu PATH says so".to_owned()))
    }

    /// For people: `192.168.1.40:502`, `/dev/ttyUSB0`.
    pub(crate) fn endpoint(&self) -> &str {
        match self {
            Self::Tcp(endpoint) | Self::Rtu(endpoint, _) => endpoint,
        }
    }

    /// Connects.
    pub(crate) async fn connect(&self, args: &LinkArgs) -> Result<Bus, Failure> {
        let bus = match self {
            Self::Tcp(host) => builder(args).tcp(host).await,
            Self::Rtu(path, settings) => builder(args).rtu(path.as_str(), *settings).await,
        };
        bus.map_err(|error| Failure::Message(error.to_string()))
    }
}

/// A bus that plans as on the way there, and is connected to nothing; with the link it plans for, for people.
pub(crate) fn planning_only(args: &LinkArgs, device: &DeviceInfo) -> (Bus, String) {
    let serial = match Way::of(args, device) {
        Some(Way::Rtu(_, settings)) => Some(settings),
        Some(Way::Tcp(_)) => None,
        // Nothing is said: as the device can be reached.
        None => device.link.rtu.filter(|_| device.link.tcp_port.is_none()).map(|_| settings(args, device)),
    };
    match serial {
        Some(line) => {
            let parity = match line.parity {
                Parity::None => 'N',
                Parity::Odd => 'O',
                Parity::Even => 'E',
            };
            let said = format!("{} {}{parity}{}", line.baud_rate, line.data_bits, line.stop_bits);
            (builder(args).stream_rtu(tokio::io::empty(), line), said)
        }
        None => (builder(args).stream_tcp(tokio::io::empty()), "TCP".to_owned()),
    }
}

/// The device on a bus.
pub(crate) fn unit(bus: &Bus, args: &LinkArgs, device: &'static DeviceInfo) -> Unit {
    bus.unit(args.unit.unwrap_or(device.link.unit_id)).with_device(device)
}

fn builder(args: &LinkArgs) -> BusBuilder {
    match args.timeout {
        Some(timeout) => Bus::builder().response_timeout(timeout),
        None => Bus::builder(),
    }
}

fn settings(args: &LinkArgs, device: &DeviceInfo) -> RtuSettings {
    let known = device.link.rtu.unwrap_or(SERIAL);
    RtuSettings {
        baud_rate: args.baud.unwrap_or(known.baud_rate),
        parity: args.parity.map_or(known.parity, Parity::from),
        stop_bits: args.stop_bits.unwrap_or(known.stop_bits),
        ..known
    }
}

/// The address with the port, where it has none.
fn with_port(host: &str, port: u16) -> String {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return SocketAddr::new(address, port).to_string();
    }
    match host.rsplit_once(':') {
        Some(_) => host.to_owned(),
        None => format!("{host}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_added_where_there_is_none() {
        for (host, expected) in [
            ("192.168.1.40", "192.168.1.40:1502"),
            ("192.168.1.40:502", "192.168.1.40:502"),
            ("pump.local", "pump.local:1502"),
            ("pump.local:5020", "pump.local:5020"),
            ("::1", "[::1]:1502"),
            ("[::1]", "[::1]:1502"),
            ("[::1]:502", "[::1]:502"),
        ] {
            assert_eq!(with_port(host, 1502), expected);
        }
    }
}

//! The bus a device is on.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use modbus_bindgen_runtime::{Bus, BusBuilder, DeviceInfo, LinkInfo, Parity, RtuSettings, Unit};

use super::args::LinkArgs;
use crate::failure::Failure;

/// What a serial line is set to where neither manifest nor command line says so (Modbus over Serial Line V1.02, section
/// 2.5.1).
pub(crate) const SERIAL: RtuSettings =
    RtuSettings { baud_rate: 19_200, parity: Parity::Even, data_bits: 8, stop_bits: 1 };

/// The port of Modbus TCP.
pub(crate) const PORT: u16 = 502;

/// The way to a device that is there.
pub(crate) enum Way {
    Tcp(String),
    Rtu(String, RtuSettings),
    RtuOverTcp(String, RtuSettings),
}

impl Way {
    /// What the command line says, completed from the manifest; `None` where it does not say.
    pub(crate) fn of(args: &LinkArgs, device: &DeviceInfo) -> Option<Self> {
        match (&args.tcp, &args.rtu, &args.rtu_over_tcp) {
            (Some(host), ..) => Some(Self::Tcp(with_port(host, device.link.tcp_port.unwrap_or(PORT)))),
            (_, Some(path), _) => Some(Self::Rtu(path.clone(), settings(args, device))),
            (.., Some(host)) => Some(Self::RtuOverTcp(with_port(host, PORT), settings(args, device))),
            _ => None,
        }
    }

    /// The same, an error where the command line does not say, or names an image and the command needs a device.
    pub(crate) fn required(args: &LinkArgs, device: &DeviceInfo) -> Result<Self, Failure> {
        if args.image.is_some() {
            return Err(Failure::Usage("--image is a recorded device; this command needs a real one".to_owned()));
        }
        Self::of(args, device).ok_or_else(|| {
            let ways = "--tcp HOST[:PORT], --rtu PATH or --rtu-over-tcp HOST:PORT";
            Failure::Usage(format!("where is the device? State it with {ways}"))
        })
    }

    /// For people: `192.168.1.40:502`, `/dev/ttyUSB0`.
    pub(crate) fn endpoint(&self) -> &str {
        match self {
            Self::Tcp(endpoint) | Self::Rtu(endpoint, _) | Self::RtuOverTcp(endpoint, _) => endpoint,
        }
    }

    /// Connects.
    pub(crate) async fn connect(&self, args: &LinkArgs, device: &DeviceInfo) -> Result<Bus, Failure> {
        self.connect_with(builder(args, device)).await
    }

    /// Connects with settings of the command's own.
    pub(crate) async fn connect_with(&self, builder: BusBuilder) -> Result<Bus, Failure> {
        let bus = match self {
            Self::Tcp(host) => builder.tcp(host).await,
            Self::Rtu(path, settings) => builder.rtu(path.as_str(), *settings).await,
            Self::RtuOverTcp(host, settings) => builder.rtu_over_tcp(host, *settings).await,
        };
        bus.map_err(|error| Failure::Message(error.to_string()))
    }
}

/// A bus that plans as on the way there, and is connected to nothing; with the link it plans for, for people.
pub(crate) fn planning_only(args: &LinkArgs, device: &DeviceInfo) -> (Bus, String) {
    let serial = match Way::of(args, device) {
        Some(Way::Rtu(_, settings) | Way::RtuOverTcp(_, settings)) => Some(settings),
        Some(Way::Tcp(_)) => None,
        // Nothing is said: as the device can be reached.
        None => device.link.rtu.filter(|_| device.link.tcp_port.is_none()).map(|_| settings(args, device)),
    };
    match serial {
        Some(line) => (builder(args, device).stream_rtu(tokio::io::empty(), line), settings_text(line)),
        None => (builder(args, device).stream_tcp(tokio::io::empty()), "TCP".to_owned()),
    }
}

/// The device on a bus.
pub(crate) fn unit(bus: &Bus, args: &LinkArgs, device: &'static DeviceInfo) -> Unit {
    let unit = bus.unit(args.unit.unwrap_or(device.link.unit_id));
    unit.with_device(match args.gaps {
        None => device,
        // It stays for the rest of the program, as the device itself does.
        Some(gaps) => {
            let link = LinkInfo { gaps, ..device.link.clone() };
            Box::leak(Box::new(DeviceInfo { link, ..device.clone() }))
        }
    })
}

/// What the command line says about connections, completed from the manifest.
pub(crate) fn builder(args: &LinkArgs, device: &DeviceInfo) -> BusBuilder {
    let mut builder = Bus::builder().link(&device.link);
    if let Some(timeout) = args.timeout {
        builder = builder.response_timeout(timeout);
    }
    if let Some(retries) = args.retries {
        builder = builder.retries(retries);
    }
    if let Some(ids) = args.accept_unit_ids {
        builder = builder.accept_unit_ids(ids);
    }
    if args.ignore_transaction_ids {
        builder = builder.ignore_transaction_ids();
    }
    if let Some(time) = args.turnaround_ms {
        builder = builder.turnaround(Duration::from_millis(time.into()));
    }
    builder
}

/// The same, for what asks for everything: a unit that is silent for a while is asked again all the same.
pub(crate) fn patient(args: &LinkArgs, device: &DeviceInfo) -> BusBuilder {
    builder(args, device).put_back_max(Duration::ZERO)
}

/// The serial settings.
pub(crate) fn settings(args: &LinkArgs, device: &DeviceInfo) -> RtuSettings {
    let known = device.link.rtu.unwrap_or(SERIAL);
    RtuSettings {
        baud_rate: args.baud.unwrap_or(known.baud_rate),
        parity: args.parity.map_or(known.parity, Parity::from),
        stop_bits: args.stop_bits.unwrap_or(known.stop_bits),
        ..known
    }
}

/// `19200 8E1`
pub(crate) fn settings_text(line: RtuSettings) -> String {
    let parity = match line.parity {
        Parity::None => 'N',
        Parity::Odd => 'O',
        Parity::Even => 'E',
    };
    format!("{} {}{parity}{}", line.baud_rate, line.data_bits, line.stop_bits)
}

/// The address with the port, where it has none.
pub(crate) fn with_port(host: &str, port: u16) -> String {
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

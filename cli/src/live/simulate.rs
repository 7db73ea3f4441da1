//! `simulate`: the device without the device.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, ArgGroup, Args};
use modbus_bindgen::output as files;
use modbus_bindgen_runtime::{Faults, LoggedRequest, Simulator, Table};
use tokio::net::TcpListener;

use super::args::{DeviceArgs, LinkArgs, ParityArg};
use super::connect::{self, PORT};
use super::{image, interruption, load, run as run_until_done, show, variant};
use crate::failure::Failure;
use crate::output;

#[derive(Debug, Args)]
#[command(
    before_help = "Example: modbus-bindgen simulate registers/device.toml --tcp 127.0.0.1:5020 -v",
    group = ArgGroup::new("served").required(true)
)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    pub(crate) device: DeviceArgs,

    /// Serve Modbus TCP here; default port: the manifest's, or 502; port 0 is a free one
    #[arg(long, value_name = "HOST[:PORT]", group = "served")]
    pub(crate) tcp: Option<String>,

    /// Serve RTU on this serial port, with the manifest's settings unless others are given
    #[arg(long, value_name = "PATH", group = "served")]
    pub(crate) rtu: Option<String>,

    /// Bits per second of the serial port
    #[arg(long, value_name = "RATE", conflicts_with = "tcp", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) baud: Option<u32>,

    /// Parity of the serial port
    #[arg(long, value_name = "PARITY", conflicts_with = "tcp")]
    pub(crate) parity: Option<ParityArg>,

    /// Stop bits of the serial port
    #[arg(long, value_name = "N", conflicts_with = "tcp", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(crate) stop_bits: Option<u8>,

    /// Unit ids, each a separate device; default: the manifest's
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pub(crate) unit: Vec<u8>,

    /// Start with the values of this recorded device; they stay as they are until they are written
    #[arg(long, value_name = "FILE")]
    pub(crate) image: Option<PathBuf>,

    /// Record the values at the end into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Faults and their probabilities: late=0.1,drop=0.05,corrupt=0.01,exception=0.02,misfit=0.01; late=0.1:2 is late
    /// by 2 seconds instead of 1.5
    #[arg(long, value_name = "FAULT=P,…", value_parser = faults)]
    pub(crate) fault: Option<Faults>,

    /// Seed of the values and faults: the same number gives the same ones
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Print a line for each request
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub(crate) verbose: bool,
}

pub(crate) fn run(args: &SimulateArgs) -> Result<(), Failure> {
    let loaded = variant::first(load(&args.device)?);
    if let Some(file) = &args.record {
        loaded.model.inputs.iter().try_for_each(|read| output::refuse_input(file, read))?;
    }
    let device = loaded.info;
    let simulator = match &args.image {
        Some(path) => Simulator::recorded(device, &image::read(path, device)?),
        None => Simulator::plausible(device, args.seed),
    };
    let home = args.unit.first().copied().unwrap_or(device.link.unit_id);
    args.unit.iter().skip(1).for_each(|unit| simulator.copy_to_unit(*unit));
    if let Some(faults) = args.fault {
        simulator.set_faults(faults, args.seed);
    }
    if args.verbose {
        simulator.on_request(|request, pdu| {
            // Where nobody reads it, the device goes on.
            let _ = output::show(&format!("{} {}\n", show::now(), line(request, pdu)));
        });
    }
    let units = match args.unit.as_slice() {
        [] | [_] => format!("unit {home}"),
        units => format!("units {}", units.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")),
    };
    run_until_done(async {
        tokio::select! {
            biased;
            () = interruption() => Ok(()),
            result = serve(args, &simulator, home, &units) => result,
        }
    })?;
    if let Some(path) = &args.record {
        let mut image = simulator.to_image();
        image.set_recorded(show::now());
        files::write(path, image.to_json())
            .map_err(|error| Failure::Message(format!("{} cannot be written: {error}", path.display())))?;
    }
    Ok(())
}

async fn serve(args: &SimulateArgs, simulator: &Simulator, home: u8, units: &str) -> Result<(), Failure> {
    let device = simulator.device();
    let failed = |place: &str, error: std::io::Error| Failure::Message(format!("cannot serve on {place}: {error}"));
    if let Some(host) = &args.tcp {
        let address = connect::with_port(host, device.link.tcp_port.unwrap_or(PORT));
        let listener = TcpListener::bind(&address).await.map_err(|error| failed(&address, error))?;
        let local = listener.local_addr().map_err(|error| failed(&address, error))?;
        output::show(&format!("{} on {local}, {units}\n", device.name))?;
        simulator.serve_tcp(listener).await;
    }
    if let Some(path) = &args.rtu {
        let given = LinkArgs { baud: args.baud, parity: args.parity, stop_bits: args.stop_bits, ..LinkArgs::default() };
        let settings = connect::settings(&given, device);
        let said = connect::settings_text(settings);
        let serving = simulator.serve_port(path, settings, home);
        let ready = async {
            output::show(&format!("{} on {path}, {said}, {units}\n", device.name))?;
            std::future::pending::<Result<(), Failure>>().await
        };
        tokio::select! {
            // The port is opened before it is said to be.
            biased;
            served = serving => {
                served.map_err(|error| failed(path, error))?;
                return Err(Failure::Message(format!("{path} was closed at the other end")));
            }
            said = ready => said?,
        }
    }
    Ok(())
}

/// `unit 1 read holding registers 0 to 4`, `unit 1 write holding register 2: 215; refused, exception 2`
fn line(request: LoggedRequest, pdu: &[u8]) -> String {
    let LoggedRequest { unit, function, address, count, refused, is_answered, .. } = request;
    let (verb, table) = match function {
        1 => ("read", Table::Coil),
        2 => ("read", Table::DiscreteInput),
        3 => ("read", Table::HoldingRegister),
        4 => ("read", Table::InputRegister),
        5 | 15 => ("write", Table::Coil),
        6 | 16 => ("write", Table::HoldingRegister),
        other => {
            let end = refused.map(|code| format!("; refused, exception {}", code.code())).unwrap_or_default();
            return format!("unit {unit} function {other}{end}");
        }
    };
    let place = match count {
        0 | 1 => format!("{table} {address}"),
        _ => format!("{table}s {address} to {}", u32::from(address).saturating_add(count.into()).saturating_sub(1)),
    };
    let words = |bytes: &[u8]| {
        let (pairs, _) = bytes.as_chunks::<2>();
        pairs.iter().map(|pair| u16::from_be_bytes(*pair).to_string()).collect::<Vec<_>>().join(" ")
    };
    let values = match pdu {
        [5, _, _, value, _] => format!(": {}", u8::from(*value != 0)),
        [6, _, _, value @ ..] => format!(": {}", words(value)),
        [15, _, _, _, _, _, bits @ ..] => {
            let bits = bits.iter().flat_map(|byte| (0..8).map(move |bit| (byte >> bit & 1).to_string()));
            format!(": {}", bits.take(count.into()).collect::<Vec<_>>().join(" "))
        }
        [16, _, _, _, _, _, values @ ..] => format!(": {}", words(values)),
        _ => String::new(),
    };
    let end = match refused {
        Some(code) => format!("; refused, exception {}", code.code()),
        None if !is_answered => "; not answered".to_owned(),
        None => String::new(),
    };
    format!("unit {unit} {verb} {place}{values}{end}")
}

/// `late=0.1:2,drop=5%`
fn faults(text: &str) -> Result<Faults, String> {
    let mut faults = Faults::NONE;
    for part in text.split(',') {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("`{part}`: expected FAULT=PROBABILITY"))?;
        let (value, seconds) = match value.split_once(':') {
            Some((value, seconds)) if name == "late" => (value, Some(seconds)),
            _ => (value, None),
        };
        let number = match value.strip_suffix('%') {
            Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
            None => value.parse(),
        };
        let number = number.ok().filter(|number| (0.0..=1.0).contains(number));
        let number = number.ok_or_else(|| format!("`{part}`: expected a probability from 0 to 1, or 0% to 100%"))?;
        let field = match name {
            "late" => &mut faults.late,
            "drop" => &mut faults.drop,
            "corrupt" => &mut faults.corrupt,
            "exception" => &mut faults.exception,
            "misfit" => &mut faults.misfit,
            other => return Err(format!("no fault `{other}`: known faults: late, drop, corrupt, exception, misfit")),
        };
        *field = number;
        if let Some(seconds) = seconds {
            let seconds = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            faults.lateness = seconds.ok_or_else(|| format!("`{part}`: expected seconds after the colon"))?;
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_probabilities() {
        let read = faults("late=0.1:2,drop=5%,corrupt=0,misfit=1").unwrap();
        let expected = Faults { late: 0.1, lateness: Duration::from_secs(2), drop: 0.05, misfit: 1.0, ..Faults::NONE };
        assert_eq!(read, expected);
        for text in ["", "late", "late=", "late=2", "drop=-0.1", "drop=NaN", "loss=0.1", "drop=0.1:3", "late=0.1:soon"]
        {
            assert!(faults(text).is_err(), "{text}");
        }
    }
}

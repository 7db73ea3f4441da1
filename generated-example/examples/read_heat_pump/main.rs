//! Reads everything a Thermia Genesis heat pump tells.
//!
//! Without arguments it starts a simulated pump on 127.0.0.1 and reads that one over TCP.

mod simulated;
mod table;

use std::error::Error;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use clap::Parser;
use generated_example::thermia_genesis::ThermiaGenesis;
use modbus_bindgen_runtime::{Bus, Parity, RtuSettings};

/// Reads a Thermia Genesis heat pump; a simulated one, unless --tcp or --rtu names a real one.
#[derive(Parser)]
struct Arguments {
    /// Read the pump at this address; the port is 502 unless given
    #[arg(long, value_name = "HOST[:PORT]", conflicts_with = "rtu")]
    tcp: Option<String>,

    /// Read the pump on this serial line
    #[arg(long, value_name = "PATH")]
    rtu: Option<String>,

    /// Unit id of the pump
    #[arg(long, default_value_t = ThermiaGenesis::UNIT_ID, value_parser = clap::value_parser!(u8).range(1..=247))]
    unit: u8,

    /// Speed of the serial line, bits per second
    #[arg(long, default_value_t = ThermiaGenesis::RTU_DEFAULTS.baud_rate, value_parser = baud_rate)]
    baud: u32,

    /// Parity of the serial line: even, odd or none
    #[arg(long, default_value = "even", value_parser = parity)]
    parity: Parity,

    /// Print the readings as JSON
    #[arg(long)]
    json: bool,
}

fn baud_rate(text: &str) -> Result<u32, String> {
    let speeds = ThermiaGenesis::BAUD_RATES;
    text.parse().ok().filter(|speed| speeds.contains(speed)).ok_or_else(|| format!("the pump can be set to {speeds:?}"))
}

fn parity(text: &str) -> Result<Parity, String> {
    match text {
        "even" => Ok(Parity::Even),
        "odd" => Ok(Parity::Odd),
        "none" => Ok(Parity::None),
        _ => Err("even, odd or none".to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let (bus, place) = match (&arguments.tcp, &arguments.rtu) {
        (Some(address), _) => (Bus::tcp(address).await?, address.clone()),
        (None, Some(path)) => {
            let settings =
                RtuSettings { baud_rate: arguments.baud, parity: arguments.parity, ..ThermiaGenesis::RTU_DEFAULTS };
            (Bus::rtu(path, settings).await?, path.clone())
        }
        (None, None) => {
            let address = simulated::start().await?;
            (Bus::tcp(address).await?, format!("{address}, simulated"))
        }
    };
    let pump = ThermiaGenesis::new(bus.unit(arguments.unit));
    let text = if arguments.json {
        let readings = pump.read_all().await?;
        serde_json::to_string_pretty(&readings)? + "\n"
    } else {
        let snapshot = pump.read_all().snapshot().await?;
        table::of(&format!("Thermia Genesis at {place}, unit {}", arguments.unit), &snapshot)
    };
    bus.close().await;
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads it has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

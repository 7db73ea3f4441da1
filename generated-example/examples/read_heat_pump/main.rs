//! Reads everything a Thermia Genesis heat pump tells.
//!
//! Without arguments it starts a simulated pump on 127.0.0.1 and reads that one over TCP.

#[path = "../common/connection.rs"]
mod connection;
#[path = "../common/output.rs"]
mod output;
mod simulated;
#[path = "../common/table.rs"]
mod table;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use generated_example::thermia_genesis::{DEVICE, ThermiaGenesis};

/// Reads a Thermia Genesis heat pump; a simulated one, unless --tcp or --rtu names a real one.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    connection: connection::Connection,

    /// Print the readings as JSON
    #[arg(long)]
    json: bool,
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
    let (unit, place) = arguments.connection.open(&DEVICE, simulated::fill).await?;
    let bus = unit.bus().clone();
    let pump = ThermiaGenesis::new(unit);
    let text = if arguments.json {
        let readings = pump.read_all().await?;
        serde_json::to_string_pretty(&readings)? + "\n"
    } else {
        table::of(&place, &pump.read_all().snapshot().await?)
    };
    bus.close().await;
    Ok(output::print(&text)?)
}

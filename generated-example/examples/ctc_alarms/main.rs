//! Shows the active alarms and information texts of a CTC heat pump, with what the device says of each.
//!
//! Without arguments it starts a simulated device on 127.0.0.1 and reads that one over TCP.

#[path = "../common/connection.rs"]
mod connection;
#[path = "../common/output.rs"]
mod output;
mod simulated;

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Parser;
use generated_example::ctc_alarms::Alarms;
use generated_example::ctc_bms::{CtcBms, DEVICE};

/// Shows the alarms of a CTC heat pump; of a simulated one, unless --tcp or --rtu names a real one.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    connection: connection::Connection,

    /// Reset the alarms after showing them
    #[arg(long)]
    reset: bool,
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
    let mut alarms = Alarms::new(CtcBms::new(unit));
    let counts = alarms.counts().await?;
    let mut text = format!("{place}: active alarms {}, information texts {}\n", counts.alarms, counts.infos);
    if counts.alarms > 0 || counts.infos > 0 {
        text.push('\n');
        for reference in alarms.active().await? {
            let message = alarms.message(reference).await?;
            let heat_pump = message.heat_pump.map(|no| no.to_string()).unwrap_or_default();
            let number = message.number.unwrap_or_default();
            writeln!(text, "  {:<10}  {heat_pump:<3}  {number:<4}  {}", reference.to_string(), message.text)?;
        }
    }
    if arguments.reset {
        alarms.reset().await?;
        text.push_str("\nreset\n");
    }
    bus.close().await;
    Ok(output::print(&text)?)
}

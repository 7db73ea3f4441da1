//! Shows what an Alpha direct Balance Switch does for a floor heating: its rooms, their outputs, and its state.
//!
//! Without arguments it starts a simulated device on 127.0.0.1 and reads that one over TCP.

#[path = "../common/connection.rs"]
mod connection;
#[path = "../common/output.rs"]
mod output;
mod simulated;
#[path = "../common/table.rs"]
mod table;

use std::error::Error;
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Parser;
use generated_example::alpha_balance_switch::{
    AlphaDirectBalanceSwitch, AlphaDirectBalanceSwitchReadings, DEVICE, InputNo, OutputNo, OutputRoom, Outputs,
};

/// Shows the state of a floor heating; of a simulated one, unless --tcp or --rtu names a real one.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    connection: connection::Connection,

    /// Show every register
    #[arg(long)]
    all: bool,
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
    let switch = AlphaDirectBalanceSwitch::new(unit);
    let text = if arguments.all {
        table::of(&place, &switch.read_all().snapshot().await?)
    } else {
        state(&place, &switch.read_all().await?)?
    };
    bus.close().await;
    Ok(output::print(&text)?)
}

fn state(place: &str, readings: &AlphaDirectBalanceSwitchReadings) -> Result<String, std::fmt::Error> {
    let mut text = format!("{place}\n\nState\n");
    let state = [
        ("Device type", shown(readings.device_type.as_ref())),
        ("Mode", shown(readings.active_mode)),
        ("Heating or cooling", shown(readings.heating_cooling_mode)),
        ("Pump", shown(readings.status_of_pump)),
        ("Boiler", shown(readings.status_of_boiler)),
        ("Dew point", shown(readings.status_of_dew_point_sensor)),
    ];
    for (name, value) in state {
        writeln!(text, "  {name:<18}  {value}")?;
    }
    text.push_str("\nRooms\n");
    for room in InputNo::ALL {
        let demand = shown(readings.input(room).pwm);
        let outputs: Vec<String> = OutputNo::ALL
            .into_iter()
            .filter(|no| readings.output(*no).room == Some(OutputRoom::Value(room.number())))
            .map(|no| output(readings, no))
            .collect();
        let outputs = if outputs.is_empty() { "no outputs".to_owned() } else { outputs.join(", ") };
        writeln!(text, "  Room {}  demand {demand:>3} %  {outputs}", room.number())?;
    }
    Ok(text)
}

/// `output 3 at 40 %`, and what is special about it.
fn output(readings: &AlphaDirectBalanceSwitchReadings, no: OutputNo) -> String {
    let flag = Outputs::from_no(no);
    let is_in = |flags: Option<Outputs>| flags.is_some_and(|flags| flags.contains(flag));
    let blocked = if is_in(readings.block_cooling) { ", no cooling" } else { "" };
    let balanced = if is_in(readings.outputs_in_load_balancing) { "" } else { ", not balanced" };
    format!("output {} at {} %{balanced}{blocked}", no.number(), shown(readings.output(no).state))
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "not known".to_owned(), |value| value.to_string())
}

//! Publishes a heat pump to an MQTT broker, with discovery for Home Assistant, and takes values to write from it.
//!
//! One process for each device: forty devices are forty of these, and whatever is behind the broker sees them all. The
//! broker and the device may go away and come back, in any order.
//!
//! | topic | holds |
//! |---|---|
//! | `PREFIX/available` | `online` while device and broker are both there, `offline` otherwise; retained |
//! | `PREFIX/state/ID` | a value, as people read it; empty where there is none; retained |
//! | `PREFIX/set/ID` | a value to be written, as it would be printed; a command takes any text |
//! | `PREFIX/error/ID` | why a value was not written |
//! | `homeassistant/…/config` | what Home Assistant needs to show it; retained |

mod broker;
#[path = "../common/connection.rs"]
mod connection;
mod discovery;
mod gateway;
#[path = "../read_heat_pump/simulated.rs"]
mod simulated;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use generated_example::thermia_genesis::DEVICE;
use modbus_bindgen_runtime::Unit;

/// Publishes a heat pump to an MQTT broker; a simulated one, unless --tcp or --rtu names a real one.
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    connection: connection::Connection,

    /// The MQTT broker
    #[arg(long, value_name = "HOST[:PORT]", default_value = "127.0.0.1:1883")]
    broker: String,

    /// What topics begin with; each device needs its own
    #[arg(long, default_value = "modbus/heat_pump")]
    prefix: String,

    /// Seconds from one reading to the next
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
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
    let client_id = arguments.prefix.replace('/', "-");
    let (client, incoming) = broker::connect(&arguments.broker, &client_id, &arguments.prefix)?;
    let gateway = gateway::Gateway::new(&DEVICE, client.clone(), incoming.is_there.clone(), &arguments.prefix);
    let every = Duration::from_secs(arguments.every);
    tokio::select! {
        () = serve(arguments, gateway, incoming, every) => {}
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    broker::say_goodbye(&client, &arguments.prefix).await;
    Ok(())
}

/// Connects to the device, as often as it takes, and serves it. Once a bus was made it makes its connections itself.
async fn serve(arguments: &Arguments, mut gateway: gateway::Gateway, mut incoming: broker::Incoming, every: Duration) {
    let unit: Unit = loop {
        match arguments.connection.open(&DEVICE, simulated::fill).await {
            Ok((unit, place)) => {
                println!("{place}, every {} s, to {} on {}", every.as_secs(), arguments.prefix, arguments.broker);
                break unit;
            }
            Err(error) => eprintln!("device: {error}"),
        }
        tokio::time::sleep(every).await;
    };
    gateway.run(&unit, &mut incoming, every).await;
}

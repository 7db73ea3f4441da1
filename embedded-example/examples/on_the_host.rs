//! Both masters on the host: they read and write a simulated heat pump over TCP.

use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use embedded_example::pump::points;
use embedded_example::{LONGEST_FRAME, NoReply, Wire, with_modbus_core, with_rmodbus};
use generated_example::thermia_genesis::ThermiaGenesis;
use modbus_bindgen_runtime::Simulator;

/// A socket; on a microcontroller this is the driver of its port.
struct Socket(TcpStream);

impl Wire for Socket {
    fn exchange(&mut self, request: &[u8], reply: &mut [u8; LONGEST_FRAME]) -> Result<usize, NoReply> {
        self.0.write_all(request).map_err(|_| NoReply)?;
        // The simulator answers in one piece.
        self.0.read(reply).map_err(|_| NoReply)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::of::<ThermiaGenesis>();
    simulator.set(points::OUTDOOR_TEMPERATURE, -5.2)?;
    simulator.set(points::COMFORT_WHEEL_SETTING, 20.0)?;
    let mut socket = Socket(TcpStream::connect(simulator.tcp().await?)?);

    println!("outdoors {:?} °C", with_rmodbus::read(&mut socket, 1, points::OUTDOOR_TEMPERATURE)?);
    println!("outdoors {:?} °C", with_modbus_core::read(&mut socket, 1, points::OUTDOOR_TEMPERATURE)?);
    with_rmodbus::write(&mut socket, 1, points::COMFORT_WHEEL_SETTING, 21.5)?;
    println!("comfort wheel {} °C", with_modbus_core::read(&mut socket, 1, points::COMFORT_WHEEL_SETTING)?);
    Ok(())
}

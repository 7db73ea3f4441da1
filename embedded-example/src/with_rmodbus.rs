//! rmodbus: it makes the frame from function, address and values, and gives back words or bits.

use alloc::vec::Vec;

use modbus_bindgen_runtime::point::{Point, Readable, Value, Writable};
use rmodbus::client::ModbusRequest;
use rmodbus::{ErrorKind, ModbusProto};

use crate::{Error, LONGEST_FRAME, Wire};

/// Reads a point of a unit.
///
/// # Errors
///
/// As [`Error`] says.
pub fn read<T: Value, A: Readable>(wire: &mut impl Wire, unit: u8, point: Point<T, A>) -> Result<T, Error> {
    let wanted = point.read_request();
    let (address, count) = (wanted.address, wanted.count);
    let mut master = ModbusRequest::new(unit, ModbusProto::TcpUdp);
    let mut request: Vec<u8> = Vec::new();
    match wanted.function {
        1 => master.generate_get_coils(address, count, &mut request),
        2 => master.generate_get_discretes(address, count, &mut request),
        3 => master.generate_get_holdings(address, count, &mut request),
        _ => master.generate_get_inputs(address, count, &mut request),
    }
    .map_err(not_understood)?;
    let mut reply = [0; LONGEST_FRAME];
    let length = wire.exchange(&request, &mut reply)?;
    let reply = reply.get(..length).unwrap_or_default();
    let words: Vec<u16> = if wanted.function <= 2 {
        let mut bits: Vec<bool> = Vec::new();
        master.parse_bool(reply, &mut bits).map_err(not_understood)?;
        bits.into_iter().map(u16::from).collect()
    } else {
        let mut words = Vec::new();
        master.parse_u16(reply, &mut words).map_err(not_understood)?;
        words
    };
    Ok(point.decode(&words)?)
}

/// Writes a point of a unit.
///
/// # Errors
///
/// As [`Error`] says.
pub fn write<T: Value, A: Writable>(
    wire: &mut impl Wire,
    unit: u8,
    point: Point<T, A>,
    value: T::Present,
) -> Result<(), Error> {
    let wanted = point.write_request(value)?;
    let (address, values) = (wanted.address, wanted.values());
    let first = values.first().copied().unwrap_or_default();
    let mut master = ModbusRequest::new(unit, ModbusProto::TcpUdp);
    let mut request: Vec<u8> = Vec::new();
    match wanted.function {
        5 => master.generate_set_coil(address, first != 0, &mut request),
        6 => master.generate_set_holding(address, first, &mut request),
        15 => {
            let bits: Vec<bool> = values.iter().map(|value| *value != 0).collect();
            master.generate_set_coils_bulk(address, &bits, &mut request)
        }
        _ => master.generate_set_holdings_bulk(address, values, &mut request),
    }
    .map_err(not_understood)?;
    let mut reply = [0; LONGEST_FRAME];
    let length = wire.exchange(&request, &mut reply)?;
    master.parse_ok(reply.get(..length).unwrap_or_default()).map_err(not_understood)
}

fn not_understood(_: ErrorKind) -> Error {
    Error::Reply
}

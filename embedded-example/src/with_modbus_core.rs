//! modbus-core: it takes a PDU as it is, and gives back words or bits without allocating.

use alloc::vec::Vec;

use modbus_bindgen_runtime::point::{self, Point, Readable, Value, Writable};
use modbus_core::tcp::{Header, RequestAdu, client};
use modbus_core::{Request, RequestPdu, Response};

use crate::{Error, LONGEST_FRAME, Wire};

/// Reads a point of a unit.
///
/// # Errors
///
/// As [`Error`] says.
pub fn read<T: Value, A: Readable>(wire: &mut impl Wire, unit: u8, point: Point<T, A>) -> Result<T, Error> {
    let request = point.read_request();
    let mut reply = [0; LONGEST_FRAME];
    let words = match exchange(wire, unit, &request, &mut reply)? {
        Response::ReadCoils(bits) | Response::ReadDiscreteInputs(bits) => {
            // Eight in each byte: those beyond the last that was asked for are filled up.
            let bit = |place: u16| bits.get(place.into()).map(u16::from);
            (0..request.count).map(bit).collect::<Option<Vec<u16>>>()
        }
        Response::ReadInputRegisters(words) | Response::ReadHoldingRegisters(words) => {
            (0..words.len()).map(|place| words.get(place)).collect()
        }
        _ => None,
    };
    Ok(point.decode(&words.ok_or(Error::Reply)?)?)
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
    let mut reply = [0; LONGEST_FRAME];
    exchange(wire, unit, &point.write_request(value)?, &mut reply).map(|_| ())
}

fn exchange<'a>(
    wire: &mut impl Wire,
    unit: u8,
    request: &point::Request,
    reply: &'a mut [u8; LONGEST_FRAME],
) -> Result<Response<'a>, Error> {
    let pdu = request.pdu();
    let request = Request::try_from(pdu.as_slice()).map_err(|_| Error::Reply)?;
    let hdr = Header { transaction_id: 1, unit_id: unit };
    let mut frame = [0; LONGEST_FRAME];
    let adu = RequestAdu { hdr, pdu: RequestPdu(request) };
    let length = client::encode_request(adu, &mut frame).map_err(|_| Error::Reply)?;
    let length = wire.exchange(frame.get(..length).unwrap_or_default(), reply)?;
    let answer = client::decode_response(reply.get(..length).unwrap_or_default()).map_err(|_| Error::Reply)?;
    let answer = answer.filter(|answer| answer.hdr == hdr).ok_or(Error::Reply)?;
    answer.pdu.0.map_err(|_| Error::Reply)
}

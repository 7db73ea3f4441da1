//! Which bytes answer which request: CRC, lengths and the fit of a reply (Modbus Application Protocol V1.1b3,
//! section 6; Modbus over Serial Line V1.02, section 2.5.1).
//!
//! Everything here is plain byte logic. A PDU is the function code and what follows it, without unit id, CRC or MBAP.

use std::fmt;

/// The longest PDU the protocol allows.
pub(crate) const MAX_PDU: usize = 253;

/// The bit that turns a function code into that of an exception.
const EXCEPTION_BIT: u8 = 0x80;

const CRC_TABLE: [u16; 256] = crc_table();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler, for the indices 0 to 255"
)]
const fn crc_table() -> [u16; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < table.len() {
        let mut crc = index as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xA001 } else { crc >> 1 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}

/// The CRC-16 of a serial frame. It is sent low byte first.
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        let [low, high] = crc.to_le_bytes();
        u16::from(high) ^ CRC_TABLE.get(usize::from(low ^ byte)).copied().unwrap_or_default()
    })
}

/// Splits a serial frame into unit id and PDU, if its CRC is right.
pub(crate) fn open_rtu(frame: &[u8]) -> Option<(u8, &[u8])> {
    let (body, crc) = frame.split_last_chunk::<2>()?;
    let (unit, pdu) = body.split_first()?;
    (crc16(body).to_le_bytes() == *crc).then_some((*unit, pdu))
}

/// A serial frame: unit id, PDU, CRC.
pub(crate) fn seal_rtu(unit: u8, pdu: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(pdu.len().saturating_add(3));
    frame.push(unit);
    frame.extend_from_slice(pdu);
    let crc = crc16(&frame);
    frame.extend_from_slice(&crc.to_le_bytes());
    frame
}

/// How long a serial frame is, as far as its first bytes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// This many bytes, CRC included.
    Bytes(usize),
    /// More bytes are needed to say.
    Unclear,
    /// No frame that answers anything this runtime sends begins like this.
    NoFrame,
}

/// The length of the serial frame that begins with `bytes`, if it is a reply.
pub(crate) fn rtu_reply_length(bytes: &[u8]) -> Length {
    match (bytes.get(1), bytes.get(2)) {
        (None, _) | (Some(1..=4), None) => Length::Unclear,
        // Unit, function, byte count and CRC come on top.
        (Some(1..=4), Some(&count)) => Length::Bytes(usize::from(count).saturating_add(5)),
        (Some(5 | 6 | 15 | 16), _) => Length::Bytes(8),
        (Some(function), _) if function & EXCEPTION_BIT != 0 => Length::Bytes(5),
        (Some(_), _) => Length::NoFrame,
    }
}

/// The reply that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    function: u8,
    body: Body,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Body {
    /// A byte count and as many bytes.
    Data(u8),
    /// Address and value, or address and count, as they were sent.
    Confirmation([u8; 4]),
}

impl Expected {
    /// What answers the request with this PDU. None for what this runtime never sends.
    pub(crate) fn of(pdu: &[u8]) -> Option<Self> {
        let (&function, rest) = pdu.split_first()?;
        let fields = *rest.first_chunk::<4>()?;
        let [_, _, high, low] = fields;
        let count = u16::from_be_bytes([high, low]);
        let body = match function {
            1 | 2 => Body::Data(u8::try_from(count.div_ceil(8)).ok()?),
            3 | 4 => Body::Data(u8::try_from(count.checked_mul(2)?).ok()?),
            5 | 6 | 15 | 16 => Body::Confirmation(fields),
            _ => return None,
        };
        Some(Self { function, body })
    }

    /// How many bytes of data the reply carries, if it carries data.
    pub(crate) const fn data_bytes(&self) -> Option<u8> {
        match self.body {
            Body::Data(count) => Some(count),
            Body::Confirmation(_) => None,
        }
    }

    /// Whether the reply repeats the whole request, as functions 5 and 6 have it.
    pub(crate) const fn repeats_request(&self) -> bool {
        matches!(self.function, 5 | 6)
    }

    /// Whether `function` can stand in the reply, as an exception or not.
    pub(crate) const fn is_function(&self, function: u8) -> bool {
        function & !EXCEPTION_BIT == self.function
    }

    /// The PDU of the reply that confirms a write.
    pub(crate) fn confirmation(&self) -> Option<Vec<u8>> {
        match self.body {
            Body::Data(_) => None,
            Body::Confirmation(fields) => {
                let mut pdu = vec![self.function];
                pdu.extend_from_slice(&fields);
                Some(pdu)
            }
        }
    }

    /// Whether `pdu` answers the request, with an exception or not.
    pub(crate) fn check(&self, pdu: &[u8]) -> Result<(), Misfit> {
        let fits = match pdu {
            [function, _] if *function == self.function | EXCEPTION_BIT => true,
            [function, count, data @ ..] if *function == self.function && matches!(self.body, Body::Data(_)) => {
                self.body == Body::Data(*count) && data.len() == usize::from(*count)
            }
            [function, fields @ ..] if *function == self.function => {
                fields.first_chunk::<4>().is_some_and(|fields| self.body == Body::Confirmation(*fields))
                    && fields.len() == 4
            }
            _ => false,
        };
        if fits { Ok(()) } else { Err(Misfit::new(self.to_string(), describe(pdu))) }
    }
}

/// `function 3 with 8 bytes of data`, `function 6 confirming address 116, value 2130`
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.body {
            Body::Data(count) => write!(f, "function {} with {count} bytes of data", self.function),
            Body::Confirmation([address_high, address_low, value_high, value_low]) => {
                let what = if matches!(self.function, 15 | 16) { "count" } else { "value" };
                let address = u16::from_be_bytes([*address_high, *address_low]);
                let value = u16::from_be_bytes([*value_high, *value_low]);
                write!(f, "function {} confirming address {address}, {what} {value}", self.function)
            }
        }
    }
}

/// A reply in words.
pub(crate) fn describe(pdu: &[u8]) -> String {
    match pdu {
        [] => "an empty reply".to_owned(),
        [function, code] if function & EXCEPTION_BIT != 0 => {
            format!("exception {code} to function {}", function & !EXCEPTION_BIT)
        }
        [function @ 1..=4, count, data @ ..] if data.len() == usize::from(*count) => {
            format!("function {function} with {count} bytes of data")
        }
        [function @ 1..=4, count, data @ ..] => {
            format!("function {function} that announces {count} bytes of data and has {}", data.len())
        }
        [function @ (5 | 6 | 15 | 16), fields @ ..] if fields.len() == 4 => {
            let fields = fields.first_chunk().copied().unwrap_or_default();
            Expected { function: *function, body: Body::Confirmation(fields) }.to_string()
        }
        [function, ..] => format!("function {function} in {} bytes", pdu.len()),
    }
}

/// A complete reply that does not answer the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// What would have fitted.
    pub(crate) expected: String,
    /// What came.
    pub(crate) got: String,
    /// What can be done about it.
    pub(crate) help: Option<&'static str>,
    /// Whether it is no longer known where the next frame begins, so that the connection is of no more use.
    pub(crate) out_of_step: bool,
}

impl Misfit {
    pub(crate) const fn new(expected: String, got: String) -> Self {
        Self { expected, got, help: None, out_of_step: false }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.expected, self.got)
    }
}

impl std::error::Error for Misfit {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_of_the_specification_and_of_real_frames() {
        // Modbus over Serial Line V1.02, 6.2.2: the CRC of 02 07 is sent as 41 12.
        assert_eq!(crc16(&[0x02, 0x07]).to_le_bytes(), [0x41, 0x12]);
        assert_eq!(seal_rtu(1, &[3, 0, 0, 0, 10]), [1, 3, 0, 0, 0, 10, 0xC5, 0xCD]);
        assert_eq!(open_rtu(&[1, 3, 0, 0, 0, 10, 0xC5, 0xCD]), Some((1, &[3, 0, 0, 0, 10][..])));
        assert_eq!(open_rtu(&[1, 3, 0, 0, 0, 11, 0xC5, 0xCD]), None);
        assert_eq!(open_rtu(&[1]), None);
        assert_eq!(open_rtu(&[0xFF, 0xFF]), None, "a CRC over nothing is no frame");
    }

    #[test]
    fn what_each_function_expects() {
        let data = |pdu: &[u8]| Expected::of(pdu).and_then(|expected| expected.data_bytes());
        assert_eq!(data(&[1, 0, 0, 0, 1]), Some(1));
        assert_eq!(data(&[2, 0, 0, 0x07, 0xD0]), Some(250));
        assert_eq!(data(&[3, 0, 0, 0, 125]), Some(250));
        assert_eq!(data(&[4, 0, 0, 0, 2]), Some(4));
        assert_eq!(Expected::of(&[3, 0, 0, 0, 128]), None, "a reply could not state its length");
        assert_eq!(Expected::of(&[4, 0, 0, 0xFF, 0xFF]), None);
        assert_eq!(Expected::of(&[7]), None);
        assert_eq!(Expected::of(&[6, 0, 1]), None);
    }

    #[test]
    fn only_what_answers_the_request_fits() {
        let read = Expected::of(&[3, 0, 5, 0, 2]).unwrap();
        assert_eq!(read.check(&[3, 4, 1, 2, 3, 4]), Ok(()));
        assert_eq!(read.check(&[0x83, 2]), Ok(()));
        for pdu in [&[][..], &[3], &[3, 2, 1, 2], &[3, 4, 1, 2], &[4, 4, 1, 2, 3, 4], &[0x84, 2], &[0x83, 2, 0]] {
            assert!(read.check(pdu).is_err(), "{pdu:?}");
        }
        let write = Expected::of(&[16, 0, 5, 0, 2, 4, 1, 2, 3, 4]).unwrap();
        assert_eq!(write.check(&[16, 0, 5, 0, 2]), Ok(()));
        for pdu in [&[16, 0, 6, 0, 2][..], &[16, 0, 5, 0, 1], &[16, 0, 5, 0], &[16, 0, 5, 0, 2, 0], &[6, 0, 5, 0, 2]] {
            assert!(write.check(pdu).is_err(), "{pdu:?}");
        }
    }

    #[test]
    fn a_misfit_says_what_was_expected_and_what_came() {
        let read = Expected::of(&[3, 0, 5, 0, 4]).unwrap();
        assert_eq!(
            read.check(&[3, 4, 1, 2, 3, 4]).unwrap_err().to_string(),
            "expected function 3 with 8 bytes of data, got function 3 with 4 bytes of data"
        );
        let write = Expected::of(&[6, 0, 116, 8, 82]).unwrap();
        assert_eq!(
            write.check(&[6, 0, 117, 8, 82]).unwrap_err().to_string(),
            "expected function 6 confirming address 116, value 2130, got function 6 confirming address 117, value 2130"
        );
    }

    #[test]
    fn lengths_of_serial_replies() {
        assert_eq!(rtu_reply_length(&[1]), Length::Unclear);
        assert_eq!(rtu_reply_length(&[1, 3]), Length::Unclear);
        assert_eq!(rtu_reply_length(&[1, 3, 4]), Length::Bytes(9));
        assert_eq!(rtu_reply_length(&[1, 16]), Length::Bytes(8));
        assert_eq!(rtu_reply_length(&[1, 0x83]), Length::Bytes(5));
        assert_eq!(rtu_reply_length(&[1, 0x42]), Length::NoFrame);
    }
}

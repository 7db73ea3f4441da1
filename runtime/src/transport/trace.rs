//! Frames as a trace shows them: in hexadecimal and in words.
//!
//! Nothing here is called unless somebody listens: `tracing` formats a field only when its event is wanted.

use std::fmt;

use super::frame::describe;
use crate::point::table::Table;

/// The target of all events about frames, so that they can be switched on by themselves.
pub(crate) const FRAMES: &str = "modbus_bindgen_runtime::frames";

/// `01 03 00 64 00 02 85 D4`
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { " " };
            write!(f, "{separator}{byte:02X}")?;
        }
        Ok(())
    }
}

/// Who is asked, and what: unit id and PDU. None of what is not a frame.
pub(crate) struct Asked<'a>(pub(crate) Option<(u8, &'a [u8])>);

/// `unit 1: read 2 holding registers from 100`, `unit 1: write holding register 116 := 2130`
impl fmt::Display for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((unit, pdu)) = self.0 else { return f.write_str("no frame") };
        write!(f, "unit {unit}: ")?;
        let Some(([function, high, low, count_high, count_low], data)) = pdu.split_first_chunk::<5>() else {
            return Hex(pdu).fmt(f);
        };
        let address = u16::from_be_bytes([*high, *low]);
        // Of functions 5 and 6, the value.
        let count = u16::from_be_bytes([*count_high, *count_low]);
        // A byte count comes before them.
        let values = data.get(1..).unwrap_or_default();
        let read = |table: Table| format!("read {count} {} from {address}", table.noun(count));
        match function {
            1 => f.write_str(&read(Table::Coil)),
            2 => f.write_str(&read(Table::DiscreteInput)),
            3 => f.write_str(&read(Table::HoldingRegister)),
            4 => f.write_str(&read(Table::InputRegister)),
            5 => write!(f, "write coil {address} := {}", u8::from(count != 0)),
            6 => write!(f, "write holding register {address} := {count}"),
            15 => write!(f, "write {count} coils from {address} := {}", Bits(values, count)),
            16 => write!(f, "write {count} holding registers from {address} := {}", Words(values)),
            _ => Hex(pdu).fmt(f),
        }
    }
}

/// Who answered, and what: unit id and PDU. None of what is not a frame.
pub(crate) struct Answered<'a>(pub(crate) Option<(u8, &'a [u8])>);

/// `unit 1: 100 101`, `unit 1: exception 2 to function 3`
impl fmt::Display for Answered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((unit, pdu)) = self.0 else { return f.write_str("no frame") };
        write!(f, "unit {unit}: ")?;
        match pdu {
            [1 | 2, _, data @ ..] => Bits(data, u16::try_from(data.len().saturating_mul(8)).unwrap_or(u16::MAX)).fmt(f),
            [3 | 4, _, data @ ..] => Words(data).fmt(f),
            _ => f.write_str(&describe(pdu)),
        }
    }
}

/// Bits in the order of their addresses.
struct Bits<'a>(&'a [u8], u16);

impl fmt::Display for Bits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1));
        bits.take(usize::from(self.1)).try_for_each(|bit| write!(f, "{bit}"))
    }
}

struct Words<'a>(&'a [u8]);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (words, rest) = self.0.as_chunks::<2>();
        for (position, word) in words.iter().enumerate() {
            let separator = if position == 0 { "" } else { " " };
            write!(f, "{separator}{}", u16::from_be_bytes(*word))?;
        }
        if rest.is_empty() { Ok(()) } else { f.write_str(" and half a register") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_in_words() {
        for (pdu, words) in [
            (&[3, 0, 100, 0, 2][..], "unit 1: read 2 holding registers from 100"),
            (&[2, 0, 7, 0, 1], "unit 1: read 1 discrete input from 7"),
            (&[5, 0, 7, 0xFF, 0], "unit 1: write coil 7 := 1"),
            (&[6, 0, 116, 8, 82], "unit 1: write holding register 116 := 2130"),
            (&[15, 0, 5, 0, 3, 1, 5], "unit 1: write 3 coils from 5 := 101"),
            (&[16, 0, 5, 0, 2, 4, 0, 7, 1, 0], "unit 1: write 2 holding registers from 5 := 7 256"),
            (&[0x2B, 0x0E], "unit 1: 2B 0E"),
        ] {
            assert_eq!(Asked(Some((1, pdu))).to_string(), words);
        }
        assert_eq!(Asked(None).to_string(), "no frame");
    }

    #[test]
    fn replies_in_words() {
        for (pdu, words) in [
            (&[3, 4, 0, 100, 1, 0][..], "unit 1: 100 256"),
            (&[4, 3, 0, 100, 1], "unit 1: 100 and half a register"),
            (&[1, 1, 5], "unit 1: 10100000"),
            (&[0x83, 2], "unit 1: exception 2 to function 3"),
            (&[6, 0, 116, 8, 82], "unit 1: function 6 confirming address 116, value 2130"),
            (&[], "unit 1: an empty reply"),
        ] {
            assert_eq!(Answered(Some((1, pdu))).to_string(), words);
        }
    }
}

//! Addresses as vendors write them.

use crate::model::Table;

/// Why a cell is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAddress {
    /// Not a number at all.
    NotANumber,
    /// A number no Modbus table has.
    OutOfRange,
}

/// A zero-based protocol address: `30`, `0x1E`.
pub(crate) fn protocol(text: &str) -> Result<u16, NoAddress> {
    let number = number(text).ok_or(NoAddress::NotANumber)?;
    u16::try_from(number).map_err(|_| NoAddress::OutOfRange)
}

/// A de facto number with the table in its first digit: `1`, `10002`, `30001`, `40001`, `400001`
/// (Modicon Modbus protocol reference guide, PI-MBUS-300).
pub(crate) fn de_facto(text: &str) -> Result<(Table, u16), NoAddress> {
    let number = number(text).ok_or(NoAddress::NotANumber)?;
    // Five digits leave four for the number within the table, six leave five.
    let size = if number >= 100_000 || text.trim().len() == 6 { 100_000 } else { 10_000 };
    let table = match number.checked_div(size) {
        Some(0) => Table::Coil,
        Some(1) => Table::DiscreteInput,
        Some(3) => Table::InputRegister,
        Some(4) => Table::HoldingRegister,
        _ => return Err(NoAddress::OutOfRange),
    };
    let address = number.checked_rem(size).and_then(|number| number.checked_sub(1)).ok_or(NoAddress::OutOfRange)?;
    Ok((table, u16::try_from(address).map_err(|_| NoAddress::OutOfRange)?))
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocol_addresses() {
        assert_eq!(protocol("30"), Ok(30));
        assert_eq!(protocol("0x1E"), Ok(30));
        assert_eq!(protocol("65535"), Ok(65535));
        assert_eq!(protocol("65536"), Err(NoAddress::OutOfRange));
        for text in ["", "x", "-1", "1.5", "0x", "0x+1", "+1", "3o"] {
            assert_eq!(protocol(text), Err(NoAddress::NotANumber), "{text}");
        }
    }

    #[test]
    fn de_facto_numbers_name_the_table() {
        for (text, table, address) in [
            ("4", Table::Coil, 3),
            ("00001", Table::Coil, 0),
            ("10001", Table::DiscreteInput, 0),
            ("30320", Table::InputRegister, 319),
            ("40001", Table::HoldingRegister, 0),
            ("400001", Table::HoldingRegister, 0),
            ("465536", Table::HoldingRegister, 65535),
            ("000017", Table::Coil, 16),
        ] {
            assert_eq!(de_facto(text), Ok((table, address)), "{text}");
        }
        for text in ["0", "10000", "20001", "50001", "465537", "40000"] {
            assert_eq!(de_facto(text), Err(NoAddress::OutOfRange), "{text}");
        }
        assert_eq!(de_facto("4x0001"), Err(NoAddress::NotANumber));
    }
}

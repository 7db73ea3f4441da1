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

/// An address, or the first and the last of a range: `0 – 7`, `0x0014 - 0x001F`, `65010…65059`.
pub(crate) fn range(text: &str) -> Result<(u16, u16), NoAddress> {
    let separator = ["…", "...", "–", "—", "-", "~", " to "].into_iter().find(|separator| text.contains(separator));
    let Some((first, last)) = separator.and_then(|separator| text.split_once(separator)) else {
        return protocol(text).map(|address| (address, address));
    };
    let (first, last) = (protocol(first)?, protocol(last)?);
    if first <= last { Ok((first, last)) } else { Err(NoAddress::OutOfRange) }
}

/// A de facto number with the table in its first digit: `1`, `10002`, `30001`, `40001`, `400001`
/// (Modicon Modbus protocol reference guide, PI-MBUS-300).
pub(crate) fn de_facto(text: &str) -> Result<(Table, u16), NoAddress> {
    let number = number(text).ok_or(NoAddress::NotANumber)?;
    let size = if number >= 100_000 || has_six_digits(text) { 100_000 } else { 10_000 };
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

/// Five digits leave four for the number within the table, six leave five. Hexadecimal ones are counted by nobody.
fn has_six_digits(text: &str) -> bool {
    let text = text.trim();
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The de facto number of a register, with as many digits as the one that stands in its place.
pub(crate) fn to_de_facto(table: Table, address: u16, instead_of: &str) -> u32 {
    let (digit, number) = (
        match table {
            Table::Coil => 0u32,
            Table::DiscreteInput => 1,
            Table::InputRegister => 3,
            Table::HoldingRegister => 4,
        },
        u32::from(address).saturating_add(1),
    );
    let long = number >= 10_000 || has_six_digits(instead_of) || instead_of.trim().len() > 6;
    digit.saturating_mul(if long { 100_000 } else { 10_000 }).saturating_add(number)
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok(),
        // A number with too many digits is one all the same.
        None if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(text.parse().unwrap_or(u64::MAX))
        }
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
        assert_eq!(protocol("99999999999999999999999"), Err(NoAddress::OutOfRange));
        for text in ["", "x", "-1", "1.5", "0x", "0x+1", "+1", "3o"] {
            assert_eq!(protocol(text), Err(NoAddress::NotANumber), "{text}");
        }
    }

    #[test]
    fn ranges() {
        for text in ["20 – 31", "20-31", "0x0014 – 0x001F", "20…31", "20~31", "20 to 31"] {
            assert_eq!(range(text), Ok((20, 31)), "{text}");
        }
        assert_eq!(range("20"), Ok((20, 20)));
        assert_eq!(range("31-20"), Err(NoAddress::OutOfRange));
        assert_eq!(range("-20"), Err(NoAddress::NotANumber));
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
            ("0x9C41", Table::HoldingRegister, 0),
        ] {
            assert_eq!(de_facto(text), Ok((table, address)), "{text}");
        }
        for text in ["0", "10000", "20001", "50001", "465537", "40000"] {
            assert_eq!(de_facto(text), Err(NoAddress::OutOfRange), "{text}");
        }
        assert_eq!(de_facto("4x0001"), Err(NoAddress::NotANumber));
    }
}

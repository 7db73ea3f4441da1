//! How a document numbers the bits of a register: from which end, and from which number on.

/// From which end bits are numbered, and from which number on. The tool's own numbers are the default, and those of the
/// Modbus specification: the least significant bit is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct BitNumbering {
    is_from_one: bool,
    is_msb_first: bool,
}

/// The words of `bit_numbering`.
pub(crate) const BIT_NUMBERINGS: [(&str, BitNumbering); 4] = [
    ("lsb_0", BitNumbering { is_from_one: false, is_msb_first: false }),
    ("lsb_1", BitNumbering { is_from_one: true, is_msb_first: false }),
    ("msb_0", BitNumbering { is_from_one: false, is_msb_first: true }),
    ("msb_1", BitNumbering { is_from_one: true, is_msb_first: true }),
];

impl BitNumbering {
    /// Its word in the manifest.
    pub(crate) fn key(self) -> &'static str {
        BIT_NUMBERINGS.into_iter().find(|(_, numbering)| *numbering == self).map_or("lsb_0", |(word, _)| word)
    }

    /// As people say it: `bit 1 is the least significant one`.
    pub(crate) fn says(self) -> String {
        let (first, end) = (u8::from(self.is_from_one), if self.is_msb_first { "most" } else { "least" });
        format!("bit {first} is the {end} significant one")
    }

    /// Whether the most significant bit has the lowest number.
    pub(crate) fn is_msb_first(self) -> bool {
        self.is_msb_first
    }

    /// The bit with this number of a value of so many bits, the least significant being 0; none where there is none.
    pub(crate) fn bit(self, printed: i64, size: u16) -> Option<i64> {
        let from_zero = printed.checked_sub(i64::from(self.is_from_one))?;
        if !self.is_msb_first {
            return (from_zero >= 0).then_some(from_zero);
        }
        let last = i64::from(size).checked_sub(1)?;
        last.checked_sub(from_zero).filter(|bit| (0..=last).contains(bit))
    }

    /// What a header says: `Bit (1 = LSB)`, `Bit no. (MSB = 0)`, `Bit (LSB: bit 1)`; none where it says nothing, and where
    /// it says two things.
    pub(crate) fn of_header(header: &str) -> Option<Self> {
        let text = ENDS.into_iter().fold(header.to_lowercase(), |text, (long, short)| text.replace(long, short));
        // `LSB is bit 1` says what `LSB 1` does.
        let words = text.split(|sign: char| !sign.is_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !["", "bit", "is"].contains(word)).collect();
        let mut told: Option<Self> = None;
        let mut rest = words.as_slice();
        while let [one, after @ ..] = rest {
            rest = after;
            let Some((other, after)) = after.split_first() else { break };
            let found = numbered(one, other).or_else(|| numbered(other, one));
            let Some(found) = found else { continue };
            if told.is_some_and(|told| told != found) {
                return None;
            }
            (told, rest) = (Some(found), after);
        }
        told
    }
}

/// What documents call the ends of a register.
const ENDS: [(&str, &str); 2] = [("least significant", "lsb"), ("most significant", "msb")];

/// What a number beside an end says.
fn numbered(end: &str, number: &str) -> Option<BitNumbering> {
    let (is_msb_first, is_from_one) = match (end, number) {
        ("lsb", "0") | ("msb", "15") => (false, false),
        ("lsb", "1") | ("msb", "16") => (false, true),
        ("msb", "0") | ("lsb", "15") => (true, false),
        ("msb", "1") | ("lsb", "16") => (true, true),
        _ => return None,
    };
    Some(BitNumbering { is_from_one, is_msb_first })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_say_it() {
        for (header, expected) in [
            ("Bit (1 = LSB)", Some("lsb_1")),
            ("Bit (LSB=1)", Some("lsb_1")),
            ("Bit (LSB is bit 1)", Some("lsb_1")),
            ("Bit no. (bit 0 = LSB)", Some("lsb_0")),
            ("Bit (0=MSB)", Some("msb_0")),
            ("Bit, MSB = 1", Some("msb_1")),
            ("Bit (16 = MSB)", Some("lsb_1")),
            ("Bit (15 = most significant bit)", Some("lsb_0")),
            ("Bit (0 = LSB, 15 = MSB)", Some("lsb_0")),
            ("Bit", None),
            ("Bit (LSB first)", None),
            ("Bit 0 / 1", None),
        ] {
            assert_eq!(BitNumbering::of_header(header).map(BitNumbering::key), expected, "{header}");
        }
    }

    #[test]
    fn numbers_are_bits() {
        let of = |word: &str| BIT_NUMBERINGS.into_iter().find(|(known, _)| *known == word).unwrap().1;
        assert_eq!(of("lsb_0").bit(3, 16), Some(3));
        assert_eq!(
            (of("lsb_1").bit(1, 16), of("lsb_1").bit(16, 16), of("lsb_1").bit(0, 16)),
            (Some(0), Some(15), None)
        );
        assert_eq!(
            (of("msb_0").bit(0, 16), of("msb_0").bit(15, 16), of("msb_0").bit(16, 16)),
            (Some(15), Some(0), None)
        );
        assert_eq!(
            (of("msb_1").bit(1, 32), of("msb_1").bit(32, 32), of("msb_1").bit(0, 32)),
            (Some(31), Some(0), None)
        );
    }
}

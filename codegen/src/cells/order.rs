//! Orders of words and of the bytes in them, as vendors write them.

use super::unread::Unread;

/// How a value of several bytes lies in its registers. A is its most significant byte; 64 bits follow the same pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// High word first, high byte first: what Modbus says of 16 bits, continued.
    Abcd,
    /// Low word first.
    Cdab,
    /// High word first, the bytes of each word swapped.
    Badc,
    /// Low word first, the bytes of each word swapped.
    Dcba,
}

impl Order {
    /// The words [`Self::parse`] gives, as a manifest writes them.
    pub(crate) const ALL: [(&'static str, Self); 4] =
        [("ABCD", Self::Abcd), ("CDAB", Self::Cdab), ("BADC", Self::Badc), ("DCBA", Self::Dcba)];

    /// As a manifest writes it: `CDAB`.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Abcd => "ABCD",
            Self::Cdab => "CDAB",
            Self::Badc => "BADC",
            Self::Dcba => "DCBA",
        }
    }

    /// Whether the register with the lowest address holds the least significant word.
    pub(crate) fn is_low_word_first(self) -> bool {
        matches!(self, Self::Cdab | Self::Dcba)
    }

    /// Whether the two bytes of every word are swapped.
    pub(crate) fn is_byte_swapped(self) -> bool {
        matches!(self, Self::Badc | Self::Dcba)
    }
}

/// `ABCD`, `CD AB`, `GHEFCDAB`, `big endian`, `low word first`, `MSW first`, `byte swap`.
pub(crate) fn parse(text: &str) -> Result<Order, Unread> {
    if !super::words::is_plain(text) {
        return Err(Unread::nothing("is no order of words and bytes"));
    }
    let words: String = super::words::folded(text);
    let order = match words.as_str() {
        "abcd"
        | "abcdefgh"
        | "ab"
        | "bigendian"
        | "be"
        | "highwordfirst"
        | "mswfirst"
        | "mostsignificantwordfirst"
        | "hiwordfirst"
        | "highlow"
        | "hilo"
        | "normal"
        | "msrfirst"
        | "highregisterfirst"
        | "mswlsw"
        | "hwlw"
        | "bigendianbigendian"
        | "motorola" => Order::Abcd,
        "cdab"
        | "ghefcdab"
        | "lowwordfirst"
        | "lswfirst"
        | "leastsignificantwordfirst"
        | "lowordfirst"
        | "lowhigh"
        | "lohi"
        | "wordswap"
        | "wordswapped"
        | "swappedwords"
        | "swapwords"
        | "swapped"
        | "swap"
        | "lsrfirst"
        | "lowregisterfirst"
        | "lswmsw"
        | "lwhw"
        | "littleendianwordorder"
        | "bigendianwordswap"
        | "bigendianwordswapped"
        | "littleendianbyteswap"
        | "littleendianbyteswapped"
        | "midlittleendian" => Order::Cdab,
        "badc"
        | "badcfehg"
        | "ba"
        | "byteswap"
        | "byteswapped"
        | "swappedbytes"
        | "swapbytes"
        | "bigendianbyteswap"
        | "bigendianbyteswapped"
        | "midbigendian" => Order::Badc,
        "dcba" | "hgfedcba" | "byteandwordswap" | "wordandbyteswap" | "byteandwordswapped" | "wordandbyteswapped" => {
            Order::Dcba
        }
        "littleendian" | "le" | "intel" => {
            return Err(Unread::unclear(
                "is DCBA to some vendors and CDAB, low word first with the bytes as usual, to most",
            ));
        }
        "0123" | "1032" | "2301" | "3210" => {
            return Err(Unread::unclear(
                "numbers the bytes from the most or from the least significant one, vendors differ",
            )
            .meaning(match words.as_str() {
                "1032" => "CDAB where byte 0 is the least significant, BADC where it is the most",
                "2301" => "BADC where byte 0 is the least significant, CDAB where it is the most",
                "0123" => "DCBA where byte 0 is the least significant, ABCD where it is the most",
                _ => "ABCD where byte 0 is the least significant, DCBA where it is the most",
            }));
        }
        other => {
            let near = crate::suggest::nearest(other, ["abcd", "cdab", "badc", "dcba", "bigendian", "lowwordfirst"]);
            let error = Unread::nothing("is no order of words and bytes");
            return Err(match near {
                Some(near) if near.len() == 4 => error.meaning(near.to_uppercase()),
                Some(near) => error.meaning(near),
                None => error,
            });
        }
    };
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::unread::Why;

    #[test]
    fn orders_as_vendors_write_them() {
        for (order, texts) in [
            (
                Order::Abcd,
                &["ABCD", "AB CD", "ABCDEFGH", "big endian", "Big-Endian", "MSW first", "High word first"][..],
            ),
            (
                Order::Cdab,
                &["CDAB", "CD AB", "cd-ab", "GHEFCDAB", "GH EF CD AB", "Low word first", "LSW first", "word swap"],
            ),
            (Order::Badc, &["BADC", "BA DC", "BADCFEHG", "byte swap", "Byte-swapped"]),
            (Order::Dcba, &["DCBA", "DC BA", "HGFEDCBA"]),
        ] {
            for text in texts {
                assert_eq!(parse(text), Ok(order), "{text}");
            }
        }
        for (letters, order) in Order::ALL {
            assert_eq!(parse(letters), Ok(order));
        }
        assert_eq!(
            Order::ALL.map(|(_, order)| (order.is_low_word_first(), order.is_byte_swapped())),
            [(false, false), (true, false), (false, true), (true, true)]
        );
    }

    #[test]
    fn what_has_two_readings_is_refused() {
        for text in ["little endian", "1-0-3-2", "3-2-1-0", "0 1 2 3", "2301"] {
            assert_eq!(parse(text).map_err(|unread| unread.why), Err(Why::Unclear), "{text}");
        }
        assert_eq!(parse("CDBA").unwrap_err().why, Why::Nothing);
        assert_eq!(parse("ABDC").unwrap_err().meant.as_deref(), Some("ABCD"));
        assert_eq!(parse("yes").unwrap_err().meant, None);
    }
}

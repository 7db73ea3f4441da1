//! Tests: types as vendors write them: a kind, and as much of size, sign and order as the cell says.

use super::*;

fn read(text: &str) -> TypeCell {
    parse(text).unwrap_or_else(|unread| panic!("{text}: {unread:?}"))
}

fn integer(bits: Option<u8>, signed: Option<bool>) -> (TypeKind, Option<u8>, Option<bool>) {
    (TypeKind::Integer, bits, signed)
}

fn check_integers(bits: Option<u8>, signed: Option<bool>, texts: &[&str]) {
    for text in texts {
        let cell = read(text);
        assert_eq!((cell.kind, cell.bits, cell.signed), integer(bits, signed), "{text}");
        assert_eq!((cell.order, cell.length, cell.byte), (None, None, None), "{text}");
    }
}

#[test]
fn integers() {
    for (bits, signed, texts) in [
        (
            Some(16),
            Some(false),
            &[
                "uint16",
                "UINT16",
                "U16",
                "UInt16",
                "uint16_t",
                "INT16U",
                "U_INT16",
                "unsigned int16",
                "WORD",
                "word",
                "unsigned 16 bit",
                "16-bit unsigned integer",
                "Unsigned Short",
                "u16 ",
                "USHORT",
                "UINT (16)",
                "UINT (16 bit)",
                "unsigned integer 16 bit",
                "U_WORD",
                "Ganzzahl 16 Bit ohne Vorzeichen",
                "entier non signé 16 bits",
                "heltal 16 bit utan tecken",
                "geheel getal 16 bit zonder teken",
                "Unsigned16",
                "16 bits unsigned",
                "UINT16 (1 register)",
                "Unsigned 2 bytes",
                "uint-16",
                "uint 16",
            ][..],
        ),
        (
            Some(16),
            Some(true),
            &[
                "int16",
                "S16",
                "I16",
                "INT16S",
                "sint16",
                "SHORT",
                "short int",
                "signed 16 bit",
                "16-bit signed integer",
                "Int16",
                "signed word",
                "16 bit two's complement",
                "S_WORD",
                "Signed16",
                "int 16 bit",
                "Ganzzahl mit Vorzeichen 16 Bit",
                "entier signé 16 bits",
                "signed integer (16 bit)",
            ],
        ),
    ] {
        check_integers(bits, signed, texts);
    }
}

#[test]
fn integers_of_other_sizes() {
    for (bits, signed, texts) in [
        (
            Some(32),
            Some(false),
            &[
                "uint32",
                "U32",
                "UDINT",
                "DWORD",
                "INT32U",
                "ulong",
                "unsigned long",
                "double word",
                "Doppelwort",
                "2 words unsigned",
            ][..],
        ),
        (
            Some(32),
            Some(true),
            &["int32", "S32", "DINT", "INT32S", "long", "signed long", "long int", "I32", "S_DWORD"],
        ),
        (Some(64), Some(false), &["uint64", "U64", "ULINT", "LWORD", "QWORD", "INT64U"]),
        (Some(64), Some(true), &["int64", "S64", "LINT", "long long"]),
        (Some(48), Some(false), &["uint48", "U48"]),
        (Some(8), Some(false), &["uint8", "U8", "USINT", "BYTE", "unsigned char", "uint8_t"]),
        (Some(8), Some(true), &["int8", "S8", "signed char"]),
        (None, Some(false), &["UINT", "unsigned int", "UNSIGNED INT", "unsigned", "Unsigned Integer", "vorzeichenlos"]),
        (None, Some(true), &["INT", "signed", "Signed int"]),
        (None, None, &["Integer", "Ganzzahl", "Heltal", "entier", "geheel getal"]),
        (Some(16), None, &["16 bit", "16-bit", "16 bit integer", "1 register"]),
        (Some(32), None, &["Integer 32", "2 registers", "32 bits"]),
    ] {
        check_integers(bits, signed, texts);
    }
}

#[test]
fn other_kinds() {
    for (kind, bits, texts) in [
        (TypeKind::Float, None, &["float", "FLOAT", "floating point", "Gleitkomma", "IEEE 754", "flyttal"][..]),
        (
            TypeKind::Float,
            Some(32),
            &["float32", "REAL", "32-bit float", "IEEE754 float 32", "F32", "FP32", "single", "float (32 bit)"],
        ),
        (TypeKind::Float, Some(64), &["double", "float64", "LREAL", "F64", "64 bit float", "double precision"]),
        (TypeKind::Bool, Some(1), &["bool", "BOOLEAN", "bit", "1 bit", "Booléen", "uint1"]),
        (TypeKind::Flags, Some(16), &["bitfield16", "uint16 bitfield", "16 bit bitmap", "Bitfield (16)"]),
        (TypeKind::Flags, None, &["bitfield", "Bit field", "bit-field", "Bitmask", "flags"]),
        (TypeKind::Flags, Some(32), &["bitfield32"]),
        (TypeKind::BitSet, None, &["bits", "bitset"]),
        (TypeKind::Enum, Some(16), &["enum16", "uint16 enum", "enum (uint16)"]),
        (TypeKind::Enum, None, &["enum", "Enumeration"]),
        (TypeKind::Bcd, Some(16), &["BCD16", "16 bit BCD", "unsigned BCD 16"]),
        (TypeKind::Bcd, None, &["BCD"]),
        (
            TypeKind::SignMagnitude,
            Some(16),
            &[
                "INT16 (sign + magnitude)",
                "INT16 (sign+magnitude)",
                "16 bit sign/magnitude",
                "16-bit sign and magnitude",
                "int16 sign-magnitude",
                "INT16, bit 15 = sign",
                "signed 16-bit (MSB = sign)",
                "signed 16-bit, most significant bit is the sign",
                "WORD (sign in bit 15)",
                "bit 15 = sign, bits 14..0 = value",
                "Vorzeichen und Betrag, 16 Bit",
                "INT16 signé et valeur absolue, bit 15 = signe",
                "int16_sign_magnitude",
            ],
        ),
        (TypeKind::SignMagnitude, Some(32), &["INT32 (sign & magnitude)", "sign bit 31", "32 bit signed magnitude"]),
        (TypeKind::SignMagnitude, Some(48), &["INT48 sign-magnitude"]),
        (TypeKind::SignMagnitude, Some(64), &["sign-magnitude 64 bit", "INT64, bit 63 = sign"]),
        (TypeKind::SignMagnitude, Some(8), &["int8 sign-magnitude", "int8, bit 7 = sign"]),
        (TypeKind::SignMagnitude, None, &["sign-magnitude", "Sign & Magnitude", "sign/magnitude", "MSB = sign"]),
        (TypeKind::Modulo10000, None, &["MOD10K", "Mod10", "modulo 10000", "Modulo 10,000", "INT (mod 10k)"]),
        (TypeKind::Modulo10000, Some(32), &["INT32-M10K", "uint32 (Mod10k)", "Mod10k, 2 registers", "Mod10 (32 bit)"]),
        (TypeKind::Modulo10000, Some(48), &["UINT48 (modulo 10000)", "INT48-M10K", "3 registers modulo 10 000"]),
        (TypeKind::Modulo10000, Some(64), &["INT64-M10K", "u64 mod10000", "MOD10K (4 registers)"]),
        (TypeKind::Accumulator, Some(32), &["acc32"]),
        (TypeKind::ScaleFactor, None, &["sunssf"]),
        (TypeKind::Bytes, None, &["rawhex", "hex", "raw", "bytes", "octet", "byte array"]),
        (TypeKind::Address, Some(32), &["ipaddr32", "IPv4", "IP address"]),
        (TypeKind::Address, Some(128), &["ipv6addr"]),
        (TypeKind::Address, Some(48), &["eui48"]),
        (TypeKind::Reserved, None, &["pad", "reserved", "Reserviert", "not used"]),
        (TypeKind::Group, None, &["group"]),
    ] {
        for text in texts {
            let cell = read(text);
            assert_eq!((cell.kind, cell.bits), (kind, bits), "{text}");
        }
    }
}

#[test]
fn texts_have_the_length_they_are_printed_with() {
    for (text, length) in [
        ("STR32", Some(32)),
        ("string[8]", Some(8)),
        ("String(8)", Some(8)),
        ("string (8)", Some(8)),
        ("char[16]", Some(16)),
        ("ASCII 16", Some(16)),
        ("string", None),
        ("ASCII", None),
        ("16 bytes string", Some(16)),
        ("UTF-8", None),
        ("UTF8", None),
        ("Zeichenkette", None),
        ("chaîne de caractères", None),
    ] {
        let cell = read(text);
        assert_eq!((cell.kind, cell.length, cell.bits), (TypeKind::Text, length, None), "{text}");
    }
    assert_eq!(read("bytes[6]").length, Some(6));
}

#[test]
fn orders_and_bytes() {
    for (text, order) in [
        ("int32be", Order::Abcd),
        ("uint16be", Order::Abcd),
        ("floatbe", Order::Abcd),
        ("float (CDAB)", Order::Cdab),
        ("S32 (swapped)", Order::Cdab),
        ("uint32sw", Order::Cdab),
        ("float32 low word first", Order::Cdab),
        ("float big endian", Order::Abcd),
        ("UINT64 GHEFCDAB", Order::Cdab),
    ] {
        assert_eq!(read(text).order, Some(order), "{text}");
    }
    for (text, byte) in [("HB", (8, 15)), ("low byte", (0, 7)), ("uint8 high byte", (8, 15)), ("LB (unsigned)", (0, 7))]
    {
        let cell = read(text);
        assert_eq!((cell.kind, cell.bits, cell.byte), (TypeKind::Integer, Some(8), Some(byte)), "{text}");
    }
}

#[test]
fn what_is_misspelt_gets_a_suggestion() {
    for (text, meant) in [
        ("unit32", "uint32"),
        ("in16", "int16"),
        ("unit16", "uint16"),
        ("uint_32x", "uint32"),
        ("flaot32", "float32"),
        ("strng", "string"),
        ("unsinged", "unsigned"),
    ] {
        let unread = parse(text).unwrap_err();
        assert_eq!((unread.why, unread.meant.as_deref()), (Why::Nothing, Some(meant)), "{text}");
    }
    for text in ["uint16 / uint16", "int16 (", "string[8_]", ") uint16", "int / 16", "uint16; int16"] {
        assert_eq!(parse(text).unwrap_err().why, Why::Nothing, "{text}");
    }
    for text in ["", "kWh", "°C", "V", "Temperature", "16", "s", "U", "F", "R/W", "0.1", "-", "S&M", "magnitude", "mod"]
    {
        let unread = parse(text).unwrap_err();
        assert_eq!((unread.why, unread.meant), (Why::Nothing, None), "{text}");
    }
}

#[test]
fn what_is_said_of_the_sign_of_other_encodings() {
    for (text, signed) in [
        ("INT64-M10K", Some(true)),
        ("UINT48 (modulo 10000)", Some(false)),
        ("unsigned MOD10K", Some(false)),
        ("signed MOD10K", Some(true)),
        ("MOD10K", None),
        ("48 bit MOD10K", None),
        ("sign-magnitude", Some(true)),
        ("WORD, bit 15 = sign", Some(true)),
        ("16 bit sign/magnitude", Some(true)),
    ] {
        assert_eq!(read(text).signed, signed, "{text}");
    }
    assert_eq!(read("INT32 sign-magnitude CDAB").order, Some(Order::Cdab));
    assert_eq!(read("high byte sign-magnitude").byte, Some((8, 15)));
}

#[test]
fn what_has_two_readings_is_refused() {
    for text in [
        "SINT",
        "uint16 string",
        "float int",
        "int16 uint32",
        "date",
        "DATETIME",
        "little endian float",
        "uint16[4]",
        "signed unsigned",
        "word 32",
        "INT (1)",
        "UINT (1)",
        "INT[1]",
        "int 1",
        "INT(1)",
        "bit 1",
        "BOOL16",
        "bool8",
        "raw16",
        "raw32",
        "hex8",
        "HEX4",
        "hex[4]",
        "BCD8",
        "8 bit BCD",
        "int16 (U16)",
        "U16 (int16)",
        "DINT (U32)",
        "ABCD CDAB",
        "uint16 signed",
        "Ganzzahl int16",
        "dword integer",
        "unsigned float32",
        "uint16 swapped",
        "UINT16 (sign + magnitude)",
        "unsigned 16 bit, bit 15 = sign",
        "INT32, bit 15 = sign",
        "INT16 two's complement, sign + magnitude",
        "float32 sign-magnitude",
        "BCD sign-magnitude",
        "sign-magnitude modulo 10000",
        "BCD MOD10K",
        "enum16, bit 15 = sign",
    ] {
        assert_eq!(parse(text).unwrap_err().why, Why::Unclear, "{text}");
    }
    for text in ["uint24", "float16", "int128", "uint12", "string[0]", "INT16-M10K", "bit 14 = sign", "bit 0 = sign"] {
        assert_eq!(parse(text).unwrap_err().why, Why::OutOfRange, "{text}");
    }
}

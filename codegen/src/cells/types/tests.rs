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
    for text in ["", "kWh", "°C", "V", "Temperature", "16", "s", "U", "F", "R/W", "0.1", "-"] {
        let unread = parse(text).unwrap_err();
        assert_eq!((unread.why, unread.meant), (Why::Nothing, None), "{text}");
    }
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
        "ABCD CDAB",
        "uint16 signed",
        "Ganzzahl int16",
        "dword integer",
        "unsigned float32",
        "uint16 swapped",
    ] {
        assert_eq!(parse(text).unwrap_err().why, Why::Unclear, "{text}");
    }
    for text in ["uint24", "float16", "int128", "uint12", "string[0]"] {
        assert_eq!(parse(text).unwrap_err().why, Why::OutOfRange, "{text}");
    }
}

//! Tests: addresses as vendors write them: decimal, hexadecimal, de facto, ranges, bits, footnote marks.

use super::*;

fn cell(text: &str) -> AddressCell {
    parse(text, Style::default()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn refused(text: &str) -> Unread {
    match parse(text, Style::default()) {
        Ok(cell) => panic!("{text}: {cell:?}"),
        Err(unread) => unread,
    }
}

fn registers(text: &str) -> (u16, u16) {
    let registers = cell(text).zero_based().unwrap_or_else(|error| panic!("{text}: {error:?}"));
    assert_eq!(registers.table, None, "{text}");
    (registers.first, registers.last)
}

#[test]
fn single_addresses() {
    for text in [
        "20",
        "0x14",
        "0X14",
        "0x0014",
        "0014h",
        "14H",
        "$14",
        "&H14",
        "16#14",
        "14 hex",
        "H'14'",
        " 20 ",
        "00020",
        "20 (0x14)",
        "0x14 (20)",
        "0014h / 20",
        "0x14 = 20",
        "Register 20",
        "Reg. 20",
        "Addr 20",
        "No. 20",
    ] {
        assert_eq!(registers(text), (20, 20), "{text}");
        assert!(cell(text).bits.is_none() && cell(text).marks.is_empty(), "{text}");
    }
    assert_eq!(registers("65535"), (65535, 65535));
    assert_eq!(registers("0x0180"), (384, 384));
    for text in ["40 001", "40\u{a0}001", "40\u{202f}001", "40'001", "40’001"] {
        assert_eq!(registers(text), (40001, 40001), "{text}");
    }
    assert!(cell("40001").is_decimal() && !cell("0x14").is_decimal());
}

#[test]
fn what_is_no_register() {
    for text in ["65536", "99999999999999999999999", "0x10000"] {
        assert_eq!(cell(text).zero_based().map_err(|unread| unread.why), Err(Why::OutOfRange), "{text}");
    }
    for text in
        ["", "x", "-1", "0x", "0x+1", "+1", "3o", "Measured values", "3 Phase", "reserved", "1.x", "40001.", "n/a"]
    {
        assert_eq!(refused(text).why, Why::Nothing, "{text}");
    }
}

#[test]
fn ranges() {
    for text in [
        "20 – 31",
        "20-31",
        "0x0014 – 0x001F",
        "20…31",
        "20...31",
        "20..31",
        "20~31",
        "20～31",
        "20 to 31",
        "20 bis 31",
        "20 till 31",
        "20 t/m 31",
        "20 à 31",
        "0x14-1F",
        "0014-001Fh",
        "0x0014~0x001F",
        "20 − 31",
        "20 To 31",
    ] {
        assert_eq!(registers(text), (20, 31), "{text}");
    }
    for text in ["40001/40002", "40001, 40002", "40001,40002", "40001+40002", "40001 & 40002", "40001\n40002"] {
        assert_eq!(registers(text), (40001, 40002), "{text}");
    }
    assert_eq!(registers("65010…65059"), (65010, 65059));
    assert_eq!(registers("0x1500~0x16FF"), (0x1500, 0x16FF));
    assert_eq!(refused("31-20").why, Why::OutOfRange);
    assert_eq!(refused("40001-02").meant.as_deref(), Some("40001 – 40002"));
    assert_eq!(refused("5,6").meant.as_deref(), Some("5 – 6"));
    assert_eq!(refused("40,001").meant.as_deref(), Some("40001"));
    for text in ["1/0", "40001, 40005", "62500,3", "40002/40001", "40001:05", "-20"] {
        assert!(parse(text, Style::default()).is_err(), "{text}");
    }
}

#[test]
fn bits_of_registers() {
    for (text, bits) in [
        ("62500.3", (3, 3)),
        ("62500.03", (3, 3)),
        ("62500.15", (15, 15)),
        ("62500.10", (10, 10)),
        ("62500 Bit 3", (3, 3)),
        ("62500 bit3", (3, 3)),
        ("62500 b7", (7, 7)),
        ("62500[3]", (3, 3)),
        ("62500 (bit 3)", (3, 3)),
        ("62500, Bit 3", (3, 3)),
        ("62500.b3", (3, 3)),
        ("62500.Bit3", (3, 3)),
        ("62500.0-3", (0, 3)),
        ("62500.0 – 62500.3", (0, 3)),
        ("62500 bit 0..3", (0, 3)),
        ("62500 bits 7-4", (4, 7)),
        ("62500 D0", (0, 0)),
        ("62500 high byte", (8, 15)),
        ("62500 (low byte)", (0, 7)),
        ("62500 HB", (8, 15)),
        ("0xF424.3", (3, 3)),
        ("F424h.3", (3, 3)),
    ] {
        assert_eq!((registers(text), cell(text).bits), ((62500, 62500), Some(bits)), "{text}");
    }
    assert_eq!(cell("40001-40002 bit 17").bits, Some((17, 17)));
    assert_eq!(refused("40.001").meant.as_deref(), Some("40001"));
    assert_eq!(refused("62500.64").why, Why::OutOfRange);
    assert_eq!(refused("62500.0003").why, Why::Nothing);
    assert!(parse("62500.3 – 62501.2", Style::default()).is_err());
}

#[test]
fn marks_are_kept_apart() {
    for (text, marks) in [
        ("40001*", vec!["*"]),
        ("40001 **", vec!["**"]),
        ("40001 *1", vec!["*1"]),
        ("*40001", vec!["*"]),
        ("40001¹", vec!["¹"]),
        ("40001 1)", vec!["1)"]),
        ("40001*1 †", vec!["*1", "†"]),
    ] {
        assert_eq!(registers(text), (40001, 40001), "{text}");
        assert_eq!(cell(text).marks, marks, "{text}");
    }
    assert_eq!(refused("*").why, Why::Nothing);
}

#[test]
fn a_table_in_the_cell() {
    for (text, table, address) in [
        ("4x0001", Table::HoldingRegister, 0),
        ("4X00001", Table::HoldingRegister, 0),
        ("4:0001", Table::HoldingRegister, 0),
        ("3x00013", Table::InputRegister, 12),
        ("1x0010", Table::DiscreteInput, 9),
        ("40021 (20)", Table::HoldingRegister, 20),
        ("4x0021 (20)", Table::HoldingRegister, 20),
        ("400051 (0032)", Table::HoldingRegister, 50),
        ("HR 100", Table::HoldingRegister, 100),
        ("IR5", Table::InputRegister, 5),
    ] {
        let registers = cell(text).zero_based().unwrap();
        assert_eq!((registers.table, registers.first), (Some(table), address), "{text}");
    }
    assert!(parse("40021 (21)", Style::default()).is_err());
    let column = Style::of(false, ["0x0001", "4x0001"]);
    assert!(column.prefixed);
    let coil = parse("0x0011", column).unwrap().zero_based().unwrap();
    assert_eq!((coil.table, coil.first), (Some(Table::Coil), 10));
    assert!(!Style::of(false, ["0x0001", "0x4001", "31"]).prefixed);
    assert_eq!(cell("4x0001 – 4x0010").de_facto().unwrap(), (Table::HoldingRegister, 0, 9));
    assert_eq!(cell("4x0001-0010").de_facto().unwrap(), (Table::HoldingRegister, 0, 9));
    assert_eq!(cell("7").one_based().unwrap().first, 6);
    assert!(cell("0").one_based().is_err());
}

#[test]
fn hexadecimal_columns() {
    let hex = Style { hex: true, ..Style::default() };
    for (text, addresses) in
        [("0014", (20, 20)), ("1F", (31, 31)), ("0x14", (20, 20)), ("0014-001F", (20, 31)), ("14h", (20, 20))]
    {
        let registers = parse(text, hex).unwrap().zero_based().unwrap();
        assert_eq!((registers.first, registers.last), addresses, "{text}");
    }
    let both = Style { both: true, ..Style::default() };
    for text in ["20 (14)", "20 (0x14)", "14 (20)", "20/14", "0x14 / 20", "0014 (20)", "20"] {
        let registers = parse(text, both).and_then(|cell| cell.zero_based());
        assert_eq!(registers.map(|registers| registers.first), Ok(20), "{text}");
    }
    assert!(parse("20 (15)", both).is_err() && parse("20 (0x15)", both).is_err());
    assert_eq!(refused("1F").meant.as_deref(), Some("0x1F"));
    assert_eq!(refused("00A0").meant.as_deref(), Some("0x00A0"));
}

#[test]
fn protocol_addresses() {
    assert_eq!(protocol("30"), Ok(30));
    assert_eq!(protocol("0x1E"), Ok(30));
    assert_eq!(protocol("65536"), Err(NoAddress::OutOfRange));
    for text in ["", "x", "-1", "1.5", "0x", "0x+1", "+1", "3o", "4x0001", "30*", "3-4"] {
        assert_eq!(protocol(text), Err(NoAddress::NotANumber), "{text}");
    }
    assert_eq!(range("20"), Ok((20, 20)));
    assert_eq!(range("31-20"), Err(NoAddress::OutOfRange));
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
        ("400 001", Table::HoldingRegister, 0),
        ("465536", Table::HoldingRegister, 65535),
        ("000017", Table::Coil, 16),
        ("0x9C41", Table::HoldingRegister, 0),
        ("4x0001", Table::HoldingRegister, 0),
    ] {
        assert_eq!(de_facto(text), Ok((table, address)), "{text}");
    }
    for text in ["0", "10000", "20001", "50001", "465537", "40000"] {
        assert_eq!(de_facto(text), Err(NoAddress::OutOfRange), "{text}");
    }
    assert_eq!(cell("40001 to 40010").de_facto().unwrap(), (Table::HoldingRegister, 0, 9));
    assert_eq!(cell("30010.3").de_facto().unwrap(), (Table::InputRegister, 9, 9));
    assert!(cell("39999-40001").de_facto().is_err());
}

#[test]
fn names_of_tables_before_de_facto_numbers() {
    let of = |text: &str| parse(text, Style::default()).unwrap().de_facto().unwrap();
    assert_eq!(of("HR40011"), (Table::HoldingRegister, 10, 10));
    assert_eq!(of("HR 40011-40012"), (Table::HoldingRegister, 10, 11));
    assert_eq!(of("IR30011 to 30012"), (Table::InputRegister, 10, 11));
    assert_eq!(of("HR 11"), (Table::HoldingRegister, 10, 10));
    assert!(parse("4x40011", Style::default()).is_err());
    for text in ["10-11 (2)", "10..13 [4]", "0x0B-0x0C (11-12)", "40011-40012 (2)"] {
        assert!(parse(text, Style::default()).is_err(), "{text}");
    }
    for (text, found) in [
        ("40011", Some(10)),
        ("40011-40012", Some(10)),
        ("HR 40011", Some(10)),
        ("Register 40011", Some(10)),
        ("HR 11", None),
        ("0x9C4B", None),
    ] {
        assert_eq!(like_de_facto(text).map(|(_, address)| address), found, "{text}");
    }
}

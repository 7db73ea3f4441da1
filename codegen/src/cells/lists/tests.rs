//! Lists as vendors write them, and what is none.

use std::fmt::Write as _;

use super::*;

/// What comes of a text: `name: 0 Off, 1 On`, `? the rest`, or nothing.
fn shown(text: &str, style: Style) -> String {
    match read(text, style) {
        None => String::new(),
        Some(Reading::Ambiguous { why, .. }) => format!("? {why}"),
        Some(Reading::Unreadable { rest, .. }) => format!("? {rest}"),
        Some(Reading::Value(list)) => {
            let entries: Vec<String> = list.entries.iter().map(|(code, label)| format!("{code} {label}")).collect();
            let before = if list.before.is_empty() { String::new() } else { format!("{}: ", list.before) };
            let bits = if list.is_bits { "bits " } else { "" };
            let default = list.default.map(|code| format!(" (default {code})")).unwrap_or_default();
            format!("{before}{bits}{}{default}", entries.join(" / "))
        }
    }
}

/// Each text with what comes of it; `?` stands for whatever doubt.
fn check(style: Style, cases: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in cases {
        let found = shown(text, style);
        let is_doubt = *expected == "?" && found.starts_with('?');
        if found != *expected && !is_doubt {
            let _ = writeln!(wrong, "{text:?}\n    gives    {found}\n    and not  {expected}");
        }
    }
    assert!(wrong.is_empty(), "{style:?}\n{wrong}");
}

fn all(style: Style, texts: &[&str], expected: &str) {
    let cases: Vec<(&str, &str)> = texts.iter().map(|text| (*text, expected)).collect();
    check(style, &cases);
}

const OFF_ON: &str = "0 Off / 1 On";

#[test]
fn signs() {
    let texts = [
        "0: Off, 1: On",
        "0=Off;1=On",
        "0 = Off / 1 = On",
        "0: Off | 1: On",
        "0:Off/1:On;",
        "0=Off 1=On",
        "0:Off\n1:On",
        "0 = Off - 1 = On",
        "0=Off;\n1=On;",
        "0: Off,\n1: On",
        "0x0000: Off, 0x0001: On",
        "0x00=Off 0x01=On",
        "0000h: Off; 0001h: On",
        "0x0 = Off\n0x1 = On",
        "0x00: Off, 1: On",
        "(0: Off, 1: On)",
        "[0=Off; 1=On]",
        "0：Off；1：On",
        "00=Off; 01=On",
    ];
    for style in [Style::Values, Style::Bits, Style::Cell, Style::Prose] {
        if style != Style::Bits {
            all(style, &texts, OFF_ON);
        }
        check(style, &[("0=Off", "0 Off"), ("0: Class A-, 1: Class B/C", "0 Class A- / 1 Class B/C")]);
    }
    check(
        Style::Values,
        &[
            ("1=Ein 0=Aus", "1 Ein / 0 Aus"),
            ("1=On, 0=Off", "1 On / 0 Off"),
            ("0=Off 1=On; 2=Auto", "0 Off / 1 On / 2 Auto"),
            ("0=Disable heater, 2=PT1000: fitted", "0 Disable heater / 2 PT1000: fitted"),
            ("0=Open;1=", "0 Open / 1 "),
            ("3=-;4=On", "3 - / 4 On"),
            ("0x0200=Off", "512 Off"),
            ("-1: Fault, 0=Off", "?"),
            ("-1: Fault, 0: Off 2 - 3: Reserved", "-1 Fault / 0 Off / 2 Reserved / 3 Reserved"),
            ("0..2=Off, 3=On", "0 Off / 1 Off / 2 Off / 3 On"),
            ("0 to 2: Off; 3: On", "0 Off / 1 Off / 2 Off / 3 On"),
            ("0x00: Off, 0x02-0x03: On", "0 Off / 2 On / 3 On"),
            ("0: Off, 1: On, 1: Auto", "0 Off / 1 On / 1 Auto"),
            ("0/1: off; 2/3: on", "0 off / 1 off / 2 on / 3 on"),
            ("0,1 = off; 2,3 = on", "0 off / 1 off / 2 on / 3 on"),
            ("0=Auto;1,2=Off", "0 Auto / 1 Off / 2 Off"),
            ("0 or 1: off; 2: on", "0 off / 1 off / 2 on"),
            ("0: Off ; 1: Starting...", "0 Off / 1 Starting"),
            ("Mode: 0: Off, 1: On", "Mode: 0 Off / 1 On"),
            ("Mode (0: Off, 1: On)", "Mode: 0 Off / 1 On"),
            ("24h: daily, 48h: every other day", ""),
        ],
    );
}

#[test]
fn a_name_may_stand_before_the_list_of_a_description() {
    check(
        Style::Prose,
        &[
            ("Smart grid. 1: EVU, 4: Normal", "Smart grid: 1 EVU / 4 Normal"),
            ("Selected mode for valve 1, 0:Heat, 1:Cool", "Selected mode for valve 1: 0 Heat / 1 Cool"),
            (
                "1: Manual operation, 8: Passive Cooling 98: Standby 99: No demand",
                "1 Manual operation / 8 Passive Cooling / 98 Standby / 99 No demand",
            ),
            ("Modus: 0..2=Aus, 3=Ein", "Modus: 0 Aus / 1 Aus / 2 Aus / 3 Ein"),
            ("Modus - 0 … 2: Aus 3: Ein", "Modus: 0 Aus / 1 Aus / 2 Aus / 3 Ein"),
            ("Modus (0...2: Aus, 3: Ein)", "Modus: 0 Aus / 1 Aus / 2 Aus / 3 Ein"),
            ("Mode [0: Off, 1: On (eco)]", "Mode: 0 Off / 1 On (eco)"),
            ("Mode (0 - Off, 1 - On)", "Mode: 0 Off / 1 On"),
            ("Mode: 0 - Off, 1 - On", "Mode: 0 Off / 1 On"),
            ("Mode: 0x0A: Heat, 0x0B: Cool", "Mode: 10 Heat / 11 Cool"),
            ("Operating mode: Off (0), On (1)", "Operating mode: 0 Off / 1 On"),
            ("Axis reference, char. 1:\n1977 = Var\n1978 = Power", "Axis reference, char. 1: 1977 Var / 1978 Power"),
            ("Phase (L1)\n5 = L1-N\n6 = L2-N", "Phase (L1): 5 L1-N / 6 L2-N"),
            ("Fault 3.\n1 = none, 2.5 A\n2 = 10 A", "Fault 3: 1 none, 2.5 A / 2 10 A"),
            ("Relay:\n51 = Closed\n311 = Open", "Relay: 51 Closed / 311 Open"),
            ("Zone:\n1 = UTC+04:30\n2 = UTC-09:00", "Zone: 1 UTC+04:30 / 2 UTC-09:00"),
            (
                "Zone:\n9500 = (UTC+04:30) Kabul\n9534 = (UTC) Dublin",
                "Zone: 9500 (UTC+04:30) Kabul / 9534 (UTC) Dublin",
            ),
            ("Start:\n1 = 08:00 (summer)\n2 = 09:30 (winter)", "Start: 1 08:00 (summer) / 2 09:30 (winter)"),
            ("Ratio:\n1 = 1:10\n2 = 1:100", "Ratio: 1 1:10 / 2 1:100"),
            (
                "01:WIFI 03:LAN 04 / 05: WIFI of a module 06 / 07: LAN",
                "1 WIFI / 3 LAN / 4 WIFI of a module / 5 WIFI of a module / 6 LAN / 7 LAN",
            ),
            ("1: Zone 1 / 2: Zone 2", "1 Zone 1 / 2 Zone 2"),
            ("Only for (0:Single phase 1:3P3W  2:3P4W)", "Only for: 0 Single phase / 1 3P3W / 2 3P4W"),
            ("Mode (0=Off, 1=On) of the pump", "?"),
            ("Group 1: Mode, Group 2: Mode", "?"),
            ("Mode 0 or 1: off, 2: on", "?"),
        ],
    );
}

#[test]
fn thousands_may_be_set_apart() {
    check(
        Style::Values,
        &[
            ("1 000=Off", "1000 Off"),
            ("140=Off;1 000=On", "140 Off / 1000 On"),
            ("0=On|65'535=None", "0 On / 65535 None"),
            ("0: Zone 1 100: On", "0 Zone 1 / 100 On"),
            ("0: 9600 100: On", "0 9600 / 100 On"),
            ("0=1,100=2", "0 1 / 100 2"),
        ],
    );
    for style in [Style::Values, Style::Prose] {
        all(style, &["1,000=Off;2=On", "1 000-2 000=On;1=Off", "-1 000=Off;1=On", "140=Off;1,000=On"], "?");
    }
}

#[test]
fn a_dash_is_a_sign_where_every_part_has_one() {
    let texts = [
        "0 - Off, 1 - On",
        "0-Off,1-On",
        "0 – Off\n1 – On",
        "0 - Off; 1 - On;",
        "0 - Off / 1 - On",
        "0 - Off | 1 - On",
        "0x00 - Off, 0x01 - On",
        "[0-Off; 1-On]",
    ];
    for style in [Style::Values, Style::Cell, Style::Prose] {
        all(style, &texts, OFF_ON);
        check(style, &[("0 - Off, slow\n1-3 - On\n255 - Error", "0 Off, slow / 1 On / 2 On / 3 On / 255 Error")]);
    }
    check(Style::Values, &[("1) Auto\n2) Manual", "1 Auto / 2 Manual")]);
}

#[test]
fn a_blank_is_a_sign_in_a_column_or_by_line() {
    all(Style::Prose, &["0 Off\n1 On"], OFF_ON);
    check(
        Style::Values,
        &[("0 Off, 1 On", OFF_ON), ("5 Heat\n3 Cool", "5 Heat / 3 Cool"), ("0x00 Stop\n0x01 Run", "0 Stop / 1 Run")],
    );
    all(Style::Prose, &["0 Off, 1 On", "2 pumps\n3 fans", "0 Off 1 On"], "");
    all(
        Style::Values,
        &["0 Off 1 On", "1 On, 0 Off", "10 V, 20 mA", "10 min delay, 20 min pause", "0 Off, on, 2 Auto"],
        "",
    );
}

#[test]
fn a_code_may_stand_behind() {
    let texts = ["Off (0), On (1)", "Off=0, On=1", "Off: 0, On: 1", "Off = 0\nOn = 1", "Off(0) / On(1)"];
    for style in [Style::Values, Style::Cell] {
        all(style, &texts, OFF_ON);
    }
    check(Style::Values, &[("On (1), Off (0)", "1 On / 0 Off")]);
    all(Style::Prose, &["Operating mode Off (0), On (1)"], "");
    all(
        Style::Values,
        &["min=0, max=100", "Default: 0, Step: 1", "Off=0, On=0", "Off (0), On", "Off: 0, On: 1, 2"],
        "",
    );
}

#[test]
fn bits() {
    let texts = [
        "b0:Pump b1:Fan",
        "b0=Pump, b1=Fan",
        "D0: Pump; D1: Fan",
        "B0 = Pump\nB1 = Fan",
        "bit0 Pump bit1 Fan",
        "Bit 0 - Pump, Bit 1 - Fan",
        "Bit0-Pump\nBit1-Fan",
        "b0 Pump\nb1 Fan",
        "Bit 0: Pump Bit 1: Fan",
        "(Bit 0=Pump, Bit 1=Fan)",
    ];
    for style in [Style::Values, Style::Bits, Style::Prose, Style::Cell] {
        all(style, &texts, "bits 0 Pump / 1 Fan");
    }
    check(
        Style::Prose,
        &[
            ("Bit 0 Pump\nBit 3-5 reserved\nBit 15 Fan", "bits 0 Pump / 3 reserved / 4 reserved / 5 reserved / 15 Fan"),
            ("Bit 0: Pump Bit 1-2: Reserved Bit 3: Fan", "bits 0 Pump / 1 Reserved / 2 Reserved / 3 Fan"),
            ("Bit0: A\nBit1-Bit3: Reserved", "bits 0 A / 1 Reserved / 2 Reserved / 3 Reserved"),
            ("Bit0: A\nBit1~Bit2: Reserved", "bits 0 A / 1 Reserved / 2 Reserved"),
            ("Bit0: A\nBit1 to Bit2: Reserved", "bits 0 A / 1 Reserved / 2 Reserved"),
            ("b0: A\nb1-b2: reserved", "bits 0 A / 1 reserved / 2 reserved"),
            ("Bit 0: Pump 2 Bit 1: Error 12: fan", "bits 0 Pump 2 / 1 Error 12: fan"),
            ("Bit 0 (LSB): A; Bit 1: B; Bit 15 (MSB): C", "bits 0 A / 1 B / 15 C"),
            ("B1: Brine pump", ""),
            ("Class B0, class B1", ""),
            ("see bit 3 of status, bit 4 of alarm", ""),
            ("bit 0 means cooling, bit 1 is set by the pump", ""),
            ("bit 1 counts cooling while bit 0 lasts", ""),
        ],
    );
    let doubtful = [
        "b0: Pump D1: Fan",
        "b0: Pump, b0: Fan",
        "Bit 0: Pump, 1: Fan",
        "Bit 0=Pump; Bit 1=Valve; Bit 4-7=Stage",
        "Bit 0=Pump; Bit 1=Valve; Bit 4..7=Stage",
        "Bit 15 (LSB): A; Bit 14: B; Bit 0 (MSB): C",
        "Bit 1 (LSB): A; Bit 2: B",
        "Bit 0 = MSB: A; Bit 1: B",
        "Bit0=input 1,....",
        "(Bit1=input 1,....)",
        "Bit0=alarm 1, Bit1=alarm 2, etc.",
        "Bit 0: 0=off, 1=on; Bit 1: Pump",
        "1=on, 0=off. Bit0=K4,Bit1=K3",
    ];
    for style in [Style::Values, Style::Bits, Style::Prose] {
        all(style, &doubtful, "?");
    }
    check(
        Style::Bits,
        &[
            ("0=Pump;1=Fan", "0 Pump / 1 Fan"),
            ("0 - Pump, 1 - Fan", "0 Pump / 1 Fan"),
            ("Pump (0), Fan (1)", "0 Pump / 1 Fan"),
            ("00=Pump;01=Fan;02=Valve", "0 Pump / 1 Fan / 2 Valve"),
            ("01=Pump;02=Fan;03=Valve", "1 Pump / 2 Fan / 3 Valve"),
            ("1=Pump;2=Fan", "1 Pump / 2 Fan"),
            ("10=Pump;11=Fan", "10 Pump / 11 Fan"),
        ],
    );
    all(
        Style::Bits,
        &[
            "00000001=Pump;00000010=Fan",
            "0000000000000001=Pump;0000000000000010=Fan",
            "01=Pump;10=Fan",
            "01=Pump;02=Fan",
            "01=A;02=B;08=C;10=D",
            "1=A;2=B;4=C;8=D;10=E",
            "8=A;10=B",
            "00=A;01=B;10=C",
            "0001=Pump",
        ],
        "?",
    );
    all(
        Style::Bits,
        &["0x0001: Pump, 0x0002: Fan", "0x01 - Pump, 0x04 - Fan", "1 - Pump, 2 - Fan, 4 - Door", "0001h=Pump"],
        "?",
    );
}

#[test]
fn codes_of_values_beside_words_of_bits_are_no_list() {
    let texts = [
        "bit0- bit5 stands for period1-period6, bit7-bit15 reserved;\n0: disable\n1: enable",
        "Each nibble is one phase: 0: off 1: on",
        "Bits 0-7: channel 1-8; 0=ok, 1=alarm",
        "Each bit: 0=off, 1=on",
        "bit 0 = pump 1, bit 1 = pump 2; 0: stopped 1: running",
        "Bits 0..3 heat pump A1-A4. 0 = no, 1 = yes",
        "High byte: 0=off 1=on; low byte: 0=auto 1=manual",
        "per phase: 0: open, 1: closed",
        "Period1: 0:NONE 1:charge 2:discharge; Period2 same as Period1",
        "Mode A: 0: off 1: on; Mode B: 0: low 1: high",
    ];
    all(Style::Values, &texts, "?");
}

#[test]
fn numbers_in_labels_are_text_where_nothing_else_is_possible() {
    check(
        Style::Values,
        &[
            (
                "0=No error;1=Error 1: phase lost; 7-8=BMS, 2: none;",
                "0 No error / 1 Error 1: phase lost / 7 BMS, 2: none / 8 BMS, 2: none",
            ),
            ("0: 10:00 Uhr; 1: 12:30 Uhr", "0 10:00 Uhr / 1 12:30 Uhr"),
            ("0: 10:00 Uhr 1: 12:30 Uhr", "0 10:00 Uhr / 1 12:30 Uhr"),
            ("0:10:00,1:12:30", "0 10:00 / 1 12:30"),
            ("0=10:00; 1=12:30", "0 10:00 / 1 12:30"),
            ("0: 1:1 Regelung, 1: 2:1 Regelung", "0 1:1 Regelung / 1 2:1 Regelung"),
            ("0 = Zeit 10:15 / 1 = Zeit 11:20", "0 Zeit 10:15 / 1 Zeit 11:20"),
            ("0=Aus;1=IP 10.0.0.1:502", "0 Aus / 1 IP 10.0.0.1:502"),
            ("0: Aus; 1: Ein bis 22:00", "0 Aus / 1 Ein bis 22:00"),
            ("0=Aus; 1=Ein (wenn P12=3)", "0 Aus / 1 Ein (wenn P12=3)"),
            ("0:Single phase 1:3P3W", "0 Single phase / 1 3P3W"),
            ("0: 9600, 1: 19200, 2: 115200", "0 9600 / 1 19200 / 2 115200"),
            ("0:9600,1:19200", "0 9600 / 1 19200"),
            ("0: Zone 1, 1: Zone 2", "0 Zone 1 / 1 Zone 2"),
            ("0: 1,5, 1: 2,5", "0 1,5 / 1 2,5"),
            ("0: 10/20, 1: 20/30", "0 10/20 / 1 20/30"),
            ("0: 1.5 mm, 1: 2.5 mm", "0 1.5 mm / 1 2.5 mm"),
            ("0:Aus, 1:Ein, 2: 400V", "0 Aus / 1 Ein / 2 400V"),
            ("0:-380V,1:-400V", "0 -380V / 1 -400V"),
            ("0=Eco,1=Normal,10=Normal+", "0 Eco / 1 Normal / 10 Normal+"),
            ("1:1", ""),
            ("10:00", ""),
            ("16:9 format", ""),
        ],
    );
}

#[test]
fn what_is_left_over_is_in_doubt() {
    let texts = [
        "0=Aus 1=Ein (nur wenn Reg. 12=3)",
        "0=Aus; 1=Ein (nur wenn Reg. 12=3)",
        "0=Aus, 1=Ein wenn Reg 12=Aktiv",
        "0:Off,1:On,2:Mode 3:1",
        "0: Zone 1: left, 1: Zone 2: right",
        "0=Off 2=On 1=Auto",
        "0: Off, 1: On (slow, 2: fast)",
        "#0=Aus #1=Ein",
        "0=Aus; 1=Ein; >1=frei",
        "-1=Down, +1=Up",
        "0=Aus|1=Ein|3",
        "0=Aus, 1=Ein, 2",
        "0=Aus; 1=Ein; 2..=Auto",
        "0=Aus; 1=Ein; A=Auto",
        "0=Aus 1=Ein A=Auto",
        "0=Aus; 1=Ein; 10h=Test",
        "0=Aus; 1=Ein; sonst reserviert",
        "0: Aus, 1: Ein, Default: 5",
        "0: off, 1: on, default: see page 7",
        "0,1=Off, 2=On",
        "Modus: 0, 1 = Aus, 2 = Ein",
        "Modus 0/1/2: Aus, 3: Ein",
        "0=Auto, 1, 2=Off",
        "Modus (0, 1: Aus)",
        "9-7: x; 1: y",
        "0 - Monday, ... , 6 - Sunday",
        "0 – Sun, …, 6 – Sat",
        "0 = off, 1 = low, ..., 5 = max",
        ">=1: on, 0: off",
        "1: PV1, 2: PV2, etc.",
        "0: off, 1: on, other: reserved",
        "n=0: off, n=1: on",
        "0: off, >0: on",
        "0 = off, 1 = on, and so on",
        "<2: off, 2: on",
        "0: off; 1: on; 2, 3",
        "0: off, 1: on, 2",
        "0 = off, 1 = on, else error",
        "0: off ... 5: max",
        "from 1: on; 0: off",
        "0=off;1=on;≥2=fault",
        "0: low,1- medium,2- high",
        "0=50 Hz,1-60 Hz",
        "0: 110V 1: 220V 2- 380V",
        "0: off (1) on",
        "0:-380V,1- 400V,2- 480V",
        "max 0=Off; 1=On",
        "7; 0=Off; 1=On",
        "= 0=Off",
        "-0=Off;1=On",
        "(3)0=Off",
        "0x00: Off, 0x02, 0x03: On",
        "I = closed, 0 = open.",
        "1 and 3: on; 0, 2: off",
        "0=Auto, 1=Off, Default=1=x",
        "0=Off 1=On default 0",
        "0=Off; 1=On Default: 0",
        "0: Aus, 1: Ein Werkseinstellung 1",
    ];
    all(Style::Values, &texts, "?");
}

#[test]
fn a_default_may_stand_behind() {
    for text in
        ["0:off,1:on,default:0", "0: off, 1: on, default 0", "0=off; 1=on (default: 0)", "0=off\n1=on\nDefault = 0"]
    {
        check(Style::Values, &[(text, "0 off / 1 on (default 0)")]);
    }
    check(
        Style::Values,
        &[
            ("0:Disable (default) 1:Low", "0 Disable / 1 Low (default 0)"),
            ("0=off, 1=on [Default]", "0 off / 1 on (default 1)"),
            ("0=off (default), 1=on (default)", "0 off (default) / 1 on (default)"),
            ("0=off (default), 1=on, default: 1", "?"),
            ("0=off (default), 1=on, default: 0", "0 off / 1 on (default 0)"),
        ],
    );
    check(Style::Values, &[("0: Off, 1: default 2", "0 Off / 1 default 2")]);
    check(Style::Values, &[("0: Off, 1: undef 2", "0 Off / 1 undef 2")]);
}

#[test]
fn codes_of_zeros_and_ones_are_binary_where_they_count_so() {
    check(
        Style::Values,
        &[
            ("00=Off; 01=On; 10=Error; 11=n/a", "0 Off / 1 On / 2 Error / 3 n/a"),
            ("0000: none 0001: A 0010: B 1111: all", "0 none / 1 A / 2 B / 15 all"),
            ("00=Off; 01=On; 02=Auto", "0 Off / 1 On / 2 Auto"),
            ("0=Off; 1=On; 10=Auto", "0 Off / 1 On / 10 Auto"),
            ("10=Off; 11=On", "10 Off / 11 On"),
            ("00=Off; 11=On", "?"),
        ],
    );
}

#[test]
fn what_is_no_list_does_not_become_one() {
    let texts = [
        "0-100",
        "0 - 65535",
        "0-1",
        "0…100",
        "0 to 100",
        "L1-N",
        "L1-N, L2-N",
        "0-10 V",
        "0-10 V, 4-20 mA",
        "0-10 Volt, 4-20 mA",
        "2024-11-20",
        "01-Jan-2024, 02-Feb-2024",
        "1 Jan 2024, 2 Feb 2024",
        "3-phase, 4-wire",
        "2-pipe, 4-pipe",
        "3-phase",
        "0 - Off",
        "0 Off",
        "Off (0)",
        "Pump 1, pump 2",
        "1 - 5, 6 - 10",
        "0 - Off, 1 - On\n2",
        "0 - Off, 0 - On",
        "0 - Zone 1 - left, 1 - right",
        "°C",
        "0.1 kWh",
        "1/min",
        "V, A, W",
        "Number of pumps (1), see note (2)",
        "Pump speed, 0 is stopped, 100 is full",
        "12h, 24h",
        "10-12-14",
        "V DC",
        "",
        "m3",
        "IP 192.168.0.1, port 502",
    ];
    all(Style::Cell, &texts, "");
    all(Style::Prose, &texts, "");
    assert!(texts.iter().all(|text| !is_list(text)));
    all(
        Style::Values,
        &["0-100", "0 - 65535", "0-10 V, 4-20 mA", "2-pipe, 4-pipe", "3-phase, 4-wire", "0 to 100, 200 to 300"],
        "",
    );
    for text in ["Mode 0=Off", "1 = 0.1 bar", "0 - Off, 1: 5", "+49 123 - 456, 7 - x"] {
        assert!(!is_list(text), "{text}");
    }
    for text in ["0=Open;1=Closed", "1=Send values", "0: Off, 1: On", "0 - Off, 1 - On"] {
        assert!(is_list(text), "{text}");
    }
    assert_eq!(listed("0x0001: Pump"), None);
}

#[test]
fn a_list_is_read_as_it_was_made_or_not_at_all() {
    const LABELS: [&str; 22] = [
        "Off",
        "On",
        "10:00 Uhr",
        "1:1 mix",
        "Mode 3:1",
        "Zone 2",
        "Auto (P12=3)",
        "Auto (Reg. 12=3)",
        "3 x 400 V",
        "2.5 A",
        "bis 22:00",
        "Fehler 7",
        "Stufe 1-2",
        "PT1000",
        "L1: lost",
        "Zone 1: left",
        "see 12",
        "(frei)",
        "50 %",
        "A=B",
        "0x10",
        "v1.2: new",
    ];
    let mut state = 7u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 16).unwrap() % below
    };
    let (mut read_lists, mut left) = (0, 0);
    for _ in 0..60_000 {
        let divider = ["; ", ";", "|", " | ", ", ", " / ", "\n", " "][random(8)];
        let sign = [": ", ":", "=", " = "][random(4)];
        let mut code = i64::try_from(random(2)).unwrap();
        let mut made = Vec::new();
        for _ in 0..random(4) + 2 {
            // Nothing divides these but the codes.
            let labels = if divider == " " { &LABELS[..15] } else { &LABELS[..] };
            made.push((code, labels[random(labels.len())].to_owned()));
            code += [1i64, 1, 1, 2, 9][random(5)];
        }
        let parts: Vec<String> = made.iter().map(|(code, label)| format!("{code}{sign}{label}")).collect();
        let text = parts.join(divider);
        match read(&text, Style::Values) {
            Some(Reading::Value(list)) => {
                assert_eq!(list.entries, made, "{text:?}");
                read_lists += 1;
            }
            _ => left += 1,
        }
    }
    assert!(read_lists > left, "{read_lists} lists were read, {left} were not");
}

#[test]
fn codes_before_dashes_that_only_blanks_divide() {
    check(
        Style::Values,
        &[
            ("0-Off 1-On", OFF_ON),
            ("0 - Off 1 - On", OFF_ON),
            ("1-Heat 2-Cool 3-Heat and cool", "1 Heat / 2 Cool / 3 Heat and cool"),
            ("1-Off 2-Mode 3 3-Other", ""),
            ("1-Off 3-On", ""),
            ("2-pipe 4-pipe", ""),
        ],
    );
    check(Style::Prose, &[("0-Off 1-On", OFF_ON), ("3-phase 4-wire", "")]);
}

#[test]
fn one_bit_is_a_list_in_a_column() {
    check(Style::Bits, &[("Bit 0 Pump", "bits 0 Pump"), ("Bit 3 - Pump", "bits 3 Pump")]);
    check(Style::Prose, &[("Bit 0 Pump", ""), ("Bit 3 is reserved", "")]);
}

#[test]
fn states_of_a_bit_are_in_its_label() {
    check(
        Style::Bits,
        &[
            ("Bit 0: Lock (0: shut; 1: open)\nBit 1: Fan", "bits 0 Lock (0: shut; 1: open) / 1 Fan"),
            ("Bit 0: Lock (0: shut, 1: open), Bit 1: Fan", "bits 0 Lock (0: shut, 1: open) / 1 Fan"),
            ("Bit 0: Lock (default), Bit 1: Fan", "bits 0 Lock (default) / 1 Fan"),
            ("Bit 0: Lock (A, 2: open), Bit 1: Fan", "?"),
            ("Bit 0: Lock, 1: open", "?"),
        ],
    );
}

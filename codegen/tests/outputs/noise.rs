//! What a change of the table changes in the code: the lines about the rows that changed, and no others.

use std::fmt::Write as _;

use modbus_bindgen::emit::rust;

const MANIFEST: &str = "format = 1
[device]
name = \"Big\"
order = \"ABCD\"
[columns]
address = \"Address\"
description = \"Name\"
type = \"Type\"
factor = \"Factor\"
unit = \"Unit\"
values = \"Values\"
group = \"Group\"
[[array]]
name = \"pump\"
label = \"Pump\"
pattern = \"Pump {n}\"
[[sheet]]
file = \"registers.csv\"
table = \"holding_register\"
";

/// Numbers, wide ones, enums that are equal and enums that differ, in groups of which one is divided by address, and an array.
fn rows() -> Vec<String> {
    let row = |at: u16| {
        let (address, group) = (at * 2, if at < 150 { "Large".to_owned() } else { format!("Small {}", at / 20) });
        let rest = match at % 4 {
            0 => "int16,0.1,°C,".to_owned(),
            1 => "uint16,1,W,".to_owned(),
            2 => "uint32,0.01,kWh,".to_owned(),
            _ => format!("enum16,,,0=Off;1=On;2=Auto {}", at / 8),
        };
        format!("{address},Point {at} value,{rest},{group}")
    };
    let of_pump = |at: u16| {
        let (what, rest) =
            if at.is_multiple_of(2) { ("speed", "uint16,1,%,") } else { ("state", "enum16,,,0=Off;1=On") };
        format!("{},Pump {}: {what},{rest},Pumps", 2000 + at, at / 2 + 1)
    };
    (0..250).map(row).chain((0..10).map(of_pump)).collect()
}

fn code(rows: &[String]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "Address,Name,Type,Factor,Unit,Values,Group\n".to_owned();
    for row in rows {
        writeln!(table, "{row}").unwrap();
    }
    std::fs::write(folder.path().join("registers.csv"), table).unwrap();
    std::fs::write(folder.path().join("device.toml"), MANIFEST).unwrap();
    let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
    assert!(loaded.device.is_some(), "{}", loaded.diagnostics);
    rust::source(&loaded.device.unwrap()).lines().map(str::to_owned).collect()
}

#[test]
fn another_order_of_rows_changes_nothing() {
    let rows = rows();
    let backwards: Vec<String> = rows.iter().rev().cloned().collect();
    let (code, other) = (code(&rows), code(&backwards));
    let differs: Vec<_> = code.iter().zip(&other).filter(|(one, other)| one != other).take(3).collect();
    assert!(code == other, "{differs:#?}");
}

#[test]
fn a_new_row_adds_lines_about_itself() {
    let rows = rows();
    let before = code(&rows);
    for (place, row) in [
        (0, "1000,Brand new value,int16,0.1,°C,,Large"),
        (0, "9,Brand new value,enum16,,,0=Off;1=Brand new,Large"),
        (120, "305,Brand new value,uint16,1,W,,Small 7"),
        (250, "1001,Brand new value,uint16,1,W,,Brand new"),
    ] {
        let mut rows = rows.clone();
        rows.insert(place, row.to_owned());
        let after = code(&rows);
        let mut rest = after.iter();
        let lost = before.iter().find(|line| !rest.any(|new| new == *line));
        assert_eq!(lost, None, "{row}");
        assert!(after.len() > before.len());
    }
}

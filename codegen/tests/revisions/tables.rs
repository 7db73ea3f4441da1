//! Revisions of the three devices' tables, and what changed in each.

use modbus_bindgen::diff::{Diff, text};

use crate::copies::{Copy, compared, lines};

/// Compares a device with a revision of it.
fn assert_changes(device: &str, revise: impl Fn(&Copy), expected: &[&str], bump: &str) -> Diff {
    let (old, new) = (Copy::of(device), Copy::of(device));
    revise(&new);
    let diff = compared(&old.load(), &new.load());
    assert_eq!(
        (lines(&diff), diff.bump_name()),
        (expected.iter().map(|line| (*line).to_owned()).collect(), bump),
        "{}",
        text(&diff)
    );
    diff
}

fn witnesses(diff: &Diff) -> Vec<&str> {
    diff.changes.iter().filter_map(|change| change.witness.as_deref()).collect()
}

const CTC: &str = "ctc-bms";
const ADBS: &str = "alpha-balance-switch";
const THERMIA: &str = "thermia-genesis";

/// A row of the CTC table at another address, with the visibility bit that belongs to it; these have no limits.
pub(crate) fn moved(text: &str, addresses: std::ops::RangeInclusive<u16>, by: u16) -> String {
    let line = |line: &str| {
        let cells: Vec<&str> = line.trim_end().split(';').collect();
        let address = cells.first().and_then(|cell| cell.parse::<u16>().ok());
        let Some(address) = address.filter(|address| addresses.contains(address)) else { return line.to_owned() };
        let mut cells: Vec<String> = cells.into_iter().map(str::to_owned).collect();
        let (address, bits) = (address + by, address + by - 61500);
        cells[0] = address.to_string();
        cells[8] = (62500 + bits / 16).to_string();
        cells[9] = (bits % 16).to_string();
        format!("{}\n", cells.join(";"))
    };
    text.split_inclusive('\n').map(line).collect()
}

#[test]
fn a_block_shifted_by_one() {
    let diff = assert_changes(
        CTC,
        |new| {
            new.change("registers.csv", |text| moved(text, 62280..=62284, 1));
        },
        &["major block_moved exhaust_fan_speed_percent"],
        "major",
    );
    let change = &diff.changes[0];
    assert_eq!((change.by, change.points.len()), (Some(1), 5));
    assert_eq!(change.old_cells.len(), 5);
}

#[test]
fn a_block_moved_by_a_constant_and_one_register_out_of_another() {
    assert_changes(
        CTC,
        |new| {
            new.change("registers.csv", |text| moved(text, 62250..=62252, 40));
            new.change("registers.csv", |text| moved(text, 62281..=62281, 18));
        },
        &["major block_moved ext_buffer_tank_upper_b41", "major moved highest_measured_co2"],
        "major",
    );
}

#[test]
fn labels_of_two_codes_are_swapped() {
    let diff = assert_changes(
        ADBS,
        |new| {
            new.edit("details.csv", "0=none;1=even;2=odd", "0=none;1=odd;2=even");
        },
        &["major values_swapped parity"],
        "major",
    );
    assert_eq!(witnesses(&diff), ["raw 1: even, then odd"]);
}

#[test]
fn codes_get_another_meaning_in_several_enums() {
    let diff = assert_changes(
        ADBS,
        |new| {
            new.edit("details.csv", "1=pump on", "1=dry run protection");
            new.edit("details.csv", "1=boiler on", "1=dry run protection");
        },
        &["major value_relabelled status_of_pump", "major value_relabelled status_of_boiler"],
        "major",
    );
    assert_eq!(witnesses(&diff)[0], "raw 1: pump on, then dry run protection");
}

#[test]
fn an_address_is_used_for_another_quantity() {
    assert_changes(
        CTC,
        |new| {
            new.edit(
                "registers.csv",
                "Högsta luftfuktighet;Highest measured humidity;1;R;;;;62548;14;1",
                "Drifttid fläkt;Fan operation;1;R;;;;62548;14;0,1",
            );
            new.edit("registers.csv", "Börvärde nedre tank;Setpoint lower tank;", "Larmkod;Alarm number;");
        },
        &["major unresolved setpoint_lower_tank", "major address_reused highest_measured_humidity"],
        "major",
    );
}

#[test]
fn a_scale_becomes_a_tenth() {
    let diff = assert_changes(
        CTC,
        |new| {
            new.edit("registers.csv", "filter maintenance;1;R;;;;62548;15;1", "filter maintenance;1;R;;;;62548;15;0,1");
            new.edit(
                "registers.csv",
                ";Outdoor temperature;1;R;;;;62531;4;0,1",
                ";Outdoor temperature;1;R;;;;62531;4;0,01",
            );
        },
        &["major rescaled outdoor_temperature", "major rescaled days_until_filter_maintenance"],
        "major",
    );
    assert_eq!(witnesses(&diff), ["raw 2150: 215.0 °C, then 21.50 °C", "raw 2150: 2150 d, then 215.0 d"]);
}

#[test]
fn codes_bits_and_limits() {
    assert_changes(
        ADBS,
        |new| {
            new.edit(
                "details.csv",
                "0=Normal;1=FirstOpen;2=ManualOpen;3=Input Simulation",
                "0=Normal;1=First open;2=ManualOpen;4=Boost",
            );
            new.edit("details.csv", ";6=Input 7;7=Input 8,", ";6=Input 7,");
            new.edit("details.csv", ",1,1,247,initialisation,", ",2,1,100,initialisation,");
        },
        &[
            "minor value_added active_mode",
            "major value_removed active_mode",
            "patch value_relabelled active_mode",
            "major limit_narrowed modbus_address",
            "minor default_changed modbus_address",
            "major bit_removed inputs_in_load_balancing",
        ],
        "major",
    );
}

#[test]
fn rows_come_and_go_and_labels_change() {
    assert_changes(
        CTC,
        |new| {
            new.edit(
                "registers.csv",
                "62284;Status: Nattsvalka;Ventilation night cooling status;1;R;;;;62549;0;1",
                "62285;Antal starter;Number of starts;1;R;;;;62549;1;1",
            );
            new.edit("registers.csv", ";Maximum time hot water;", ";Max time hot water;");
            new.edit("registers.csv", ";Current DHW capacity in percent;1;R;", ";Current DHW capacity, percent;1;R;");
            new.edit("registers.csv", "Högsta CO2;", "Högsta uppmätta CO2;");
        },
        &[
            "major renamed maximum_time_hot_water",
            "major renamed current_dhw_capacity_in_percent",
            "patch text_changed highest_measured_co2",
            "major removed ventilation_night_cooling_status",
            "minor added number_of_starts",
        ],
        "major",
    );
}

#[test]
fn types_units_and_access() {
    let diff = assert_changes(
        ADBS,
        |new| {
            new.edit("registers.csv", "45,0x002D,R / W,", "45,0x002D,R,");
            new.edit("details.csv", "45,Command parameter,read_write,", "45,Command parameter,read,");
            new.edit("details.csv", "16,Major software version,read,u16,1,,", "16,Major software version,read,i16,1,,");
            new.edit(
                "details.csv",
                "17,Minor software version,read,u16,1,,",
                "17,Minor software version,read,u16,1,%,",
            );
        },
        &[
            "major retyped major_software_version",
            "major unit_changed minor_software_version",
            "major access_narrowed command_parameter",
        ],
        "major",
    );
    assert_eq!(witnesses(&diff), ["raw 65336: 65336, then -200", "raw 2150: 2150, then 2150 %"]);
}

#[test]
fn a_workbook_of_many_sheets() {
    assert_changes(
        THERMIA,
        |new| {
            for file in ["3.3 Read Analog.csv", "4.1 Heat pump unit.csv", "5.1 Heating system.csv"] {
                new.change(file, |text| text.replace("\"Outdoor temperature\"", "\"Outdoor temp. sensor\""));
            }
            new.edit("device.toml", "group = \"Tap water\"", "group = \"Domestic hot water\"");
            new.edit("device.toml", "port = 502", "port = 503");
        },
        &["major renamed Tap water", "minor link_changed link", "major renamed outdoor_temperature"],
        "major",
    );
}

#[test]
fn a_row_with_shifted_columns_is_broken_and_not_rescaled() {
    let table = |row: &str| {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "Address,Name,Type,Access,Scale,Default,Step,Order number,Drawing\n4,Level,uint16,R/W,1,1,1,A7,B1\n{row}\n"
        );
        std::fs::write(folder.path().join("registers.csv"), text).unwrap();
        std::fs::write(
            folder.path().join("device.toml"),
            "format = 1\n[device]\nname = \"Meter\"\n[columns]\naddress = \"Address\"\nlabel = \"Name\"\ntype = \"Type\"\n\
             access = \"Access\"\nfactor = \"Scale\"\ndefault = \"Default\"\nstep = \"Step\"\n[[sheet]]\n\
             file = \"registers.csv\"\ntable = \"holding_register\"\n",
        )
        .unwrap();
        let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
        assert!(loaded.device.is_some(), "{}", loaded.diagnostics);
        loaded
    };
    let old = table("5,Power,uint16,R/W,10,20,10,A8,B2");
    let changed = compared(&old, &table("5,Power,uint16,R/W,100,200,100,A8,B2"));
    assert_eq!(lines(&changed)[0], "major rescaled power");
    let broken = compared(&old, &table("5,Power,uint16,R/W,,10,20,10,A8,B2"));
    assert_eq!(lines(&broken), ["major row_broken power"], "{}", text(&broken));
}

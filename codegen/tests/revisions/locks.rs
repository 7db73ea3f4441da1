//! Locks: what they record, what they keep, and what they refuse.

use modbus_bindgen::lock::{self, Rename, Use};
use modbus_bindgen::{Loaded, emit};

use crate::copies::Copy;

const DEVICES: [&str; 3] = ["thermia-genesis", "ctc-bms", "alpha-balance-switch"];

/// A copy of a device, locked as it is.
fn locked(device: &str) -> Copy {
    let copy = Copy::of(device);
    write(&copy);
    copy
}

/// Writes the lock of a copy.
fn write(copy: &Copy) {
    let how = Use { accept_moves: true, rename: Rename::None };
    let loaded = modbus_bindgen::load_with(&copy.path("device.toml"), &how);
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    std::fs::write(copy.path("device.lock"), lock::updated(&device, loaded.lock.as_ref()).text()).unwrap();
}

fn codes(loaded: &Loaded) -> Vec<&str> {
    loaded.diagnostics.iter().map(|diagnostic| diagnostic.code).filter(|code| code.get(1..3) == Some("07")).collect()
}

fn load(copy: &Copy) -> Loaded {
    modbus_bindgen::load(&copy.path("device.toml"))
}

fn text(copy: &Copy) -> String {
    std::fs::read_to_string(copy.path("device.lock")).unwrap()
}

#[test]
fn a_lock_changes_nothing_and_is_written_the_same_again() {
    for device in DEVICES {
        let before = Copy::of(device).load();
        let copy = locked(device);
        let after = copy.load();
        assert_eq!(codes(&after), [""; 0], "{device}");
        let source = |loaded: &Loaded| emit::rust::source(loaded.device.as_ref().unwrap());
        assert!(source(&before) == source(&after), "{device}: the code is another");
        let first = text(&copy);
        write(&copy);
        assert_eq!(text(&copy), first);
        let changes = lock::changes(after.lock.as_ref().unwrap(), after.device.as_ref().unwrap());
        assert_eq!(changes.changes, [], "{device}");
    }
}

#[test]
fn a_label_changes_and_the_identifier_stays() {
    let copy = locked("ctc-bms");
    copy.edit("registers.csv", ";Maximum time hot water;", ";Max time hot water;");
    let loaded = load(&copy);
    assert_eq!(codes(&loaded), ["N0707"], "{}", loaded.diagnostics);
    let has = |loaded: &Loaded, id: &str| loaded.device.as_ref().unwrap().points.iter().any(|point| point.id == id);
    assert!(has(&loaded, "maximum_time_hot_water") && !has(&loaded, "max_time_hot_water"));
    write(&copy);
    assert!(text(&copy).contains("\tmaximum_time_hot_water\ti16\t1\t-\tread_write\t\"Max time hot water\""));
    let how = Use { accept_moves: true, rename: Rename::Ids(vec!["maximum_time_hot_water".to_owned()]) };
    let renamed = modbus_bindgen::load_with(&copy.path("device.toml"), &how);
    assert!(has(&renamed, "max_time_hot_water"), "{}", renamed.diagnostics);
    let lock = lock::updated(renamed.device.as_ref().unwrap(), renamed.lock.as_ref());
    assert!(lock.text().contains("removed\tholding 61505\tmaximum_time_hot_water\t"), "never given to another");
}

#[test]
fn an_array_keeps_its_name() {
    let copy = locked("alpha-balance-switch");
    let before = emit::rust::source(copy.load().device.as_ref().unwrap());
    copy.edit("device.toml", "name = \"output\"", "name = \"actuator\"");
    let loaded = load(&copy);
    let device = loaded.device.as_ref().unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    assert!(device.points.iter().all(|point| !point.id.contains("actuator")));
    assert!(emit::rust::source(device) == before);
}

#[test]
fn a_value_keeps_its_name_and_no_other_meaning() {
    let copy = locked("alpha-balance-switch");
    copy.edit("details.csv", "1=FirstOpen;2=ManualOpen;3=Input", "1=First opening;2=ManualOpen;3=Input");
    let loaded = load(&copy);
    let device = loaded.device.as_ref().unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    let mode = device.value_type("ActiveMode").unwrap();
    assert_eq!((mode.labels[1].name.as_str(), mode.labels[1].label.as_str()), ("FirstOpen", "First opening"));
    copy.edit("details.csv", "0=none;1=even;2=odd", "0=none;1=odd;2=even");
    let loaded = load(&copy);
    assert_eq!(codes(&loaded), ["E0705"], "{}", loaded.diagnostics);
    assert!(loaded.diagnostics.to_string().contains("value⇥holding 49⇥1⇥Odd⇥\"odd\""), "{}", loaded.diagnostics);
}

#[test]
fn a_block_that_moved_is_one_error_and_one_command_settles_it() {
    let copy = locked("ctc-bms");
    copy.change("registers.csv", |text| crate::tables::moved(text, 62280..=62284, 1));
    let loaded = load(&copy);
    assert_eq!(codes(&loaded), ["E0704"], "{}", loaded.diagnostics);
    write(&copy);
    let loaded = load(&copy);
    assert_eq!(codes(&loaded), [""; 0], "{}", loaded.diagnostics);
    assert!(text(&copy).contains("point\tholding 62281\texhaust_fan_speed_percent\t"));
}

#[test]
fn an_address_with_another_meaning_is_an_error_until_the_lock_says_so() {
    let copy = locked("ctc-bms");
    copy.edit("registers.csv", "Börvärde nedre tank;Setpoint lower tank;", "Larmkod;Alarm number;");
    let loaded = load(&copy);
    assert_eq!(codes(&loaded), ["E0703"], "{}", loaded.diagnostics);
    let help = loaded.diagnostics.iter().find_map(|one| one.help.clone()).unwrap();
    let lines: Vec<&str> = help.lines().filter(|line| line.contains('\t')).collect();
    assert_eq!(lines.len(), 2, "{help}");
    // As a terminal shows them.
    let lines: Vec<String> = lines.iter().map(|line| line.replace('\t', "⇥")).collect();
    copy.change("device.lock", |text| {
        let line = text.lines().find(|line| line.contains("\tsetpoint_lower_tank\t")).unwrap();
        text.replace(line, &lines.join("\n"))
    });
    let loaded = load(&copy);
    assert_eq!(codes(&loaded), [""; 0], "{}", loaded.diagnostics);
    // The identifier is not given to another register.
    copy.edit("registers.csv", ";Ventilation night cooling status;", ";Setpoint lower tank;");
    let loaded = load(&copy);
    assert!(codes(&loaded).contains(&"E0703") || codes(&loaded).contains(&"E0706"), "{}", loaded.diagnostics);
}

#[test]
fn a_removed_identifier_is_not_given_again() {
    let copy = locked("ctc-bms");
    copy.change("registers.csv", |text| {
        text.split_inclusive('\n').filter(|line| !line.starts_with("62284;")).collect()
    });
    write(&copy);
    assert!(text(&copy).contains("removed\tholding 62284\tventilation_night_cooling_status\t"));
    copy.change("registers.csv", |text| {
        format!("{}\n62290;Nattsvalka;Ventilation night cooling status;1;R;;;;62549;6;1\n", text.trim_end())
    });
    assert_eq!(codes(&load(&copy)), ["E0706"]);
    // The same register may come back.
    copy.change("registers.csv", |text| {
        text.replace("62290;Nattsvalka", "62284;Nattsvalka").replace(";62549;6;1", ";62549;0;1")
    });
    let loaded = load(&copy);
    assert_eq!(codes(&loaded), [""; 0], "{}", loaded.diagnostics);
}

#[test]
fn a_new_row_renames_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |file: &str| folder.path().join(file);
    let manifest = "format = 1\n[device]\nname = \"Meter\"\nsame_names = \"address\"\n[columns]\naddress = \"Address\"\n\
                    description = \"Name\"\ntype = \"Type\"\nvalues = \"Values\"\n[values]\nshared = true\n[[sheet]]\n\
                    file = \"registers.csv\"\ntable = \"input_register\"\n";
    let old = "Address,Name,Type,Values\n9,Version,uint16,\n10,Power,int16,\n\
               12,Mode 2,uint16,0=Off;1=On;3=Fault;4=Fault\n13,Aux,uint16,0=Off;1=On;3=Fault;4=Fault\n";
    std::fs::write(path("device.toml"), manifest).unwrap();
    std::fs::write(path("registers.csv"), old).unwrap();
    let loaded = modbus_bindgen::load(&path("device.toml"));
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    std::fs::write(path("device.lock"), lock::updated(&device, None).text()).unwrap();
    let new = old.replace("12,Mode 2", "11,Mode,uint16,0=Off;1=On;3=Fault;4=Fault\n12,Mode 2") + "20,Power,int16,\n";
    std::fs::write(path("registers.csv"), new).unwrap();
    let loaded = modbus_bindgen::load(&path("device.toml"));
    let now = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    for point in &device.points {
        let same = now.points.iter().find(|other| other.words == point.words).unwrap();
        assert_eq!((&same.id, same.kind.type_name()), (&point.id, point.kind.type_name()));
    }
    assert_eq!(now.points.len(), device.points.len() + 2);
}

#[test]
fn branches_that_merge_line_by_line() {
    let copy = locked("alpha-balance-switch");
    let lock = text(&copy);
    // Both sides added the same lines, in any order.
    let (header, lines) = lock.split_once('\n').unwrap();
    let reversed: Vec<&str> = lines.lines().rev().collect();
    std::fs::write(copy.path("device.lock"), format!("{header}\n{lines}{}\n", reversed.join("\n"))).unwrap();
    assert_eq!(codes(&load(&copy)), [""; 0]);
    write(&copy);
    assert_eq!(text(&copy), lock);
}

#[test]
fn a_canonical_table_is_loaded_with_its_lock() {
    let loaded = Copy::of("ctc-bms").load();
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("pump.csv");
    let options = emit::export::Options::default();
    let text = emit::export::export(loaded.device.as_ref().unwrap(), emit::export::Target::Csv, &options);
    std::fs::write(&table, text.contents).unwrap();
    let first = modbus_bindgen::load(&table);
    let device = first.device.unwrap_or_else(|| panic!("{}", first.diagnostics));
    let id = device.points.iter().find(|point| point.array.is_none()).unwrap().id.clone();
    std::fs::write(folder.path().join("pump.lock"), lock::updated(&device, None).text()).unwrap();
    let locked = modbus_bindgen::load(&table);
    assert!(locked.lock.is_some() && codes(&locked).is_empty(), "{}", locked.diagnostics);
    // Somebody else's identifier in the table; the lock keeps its own.
    let text = std::fs::read_to_string(&table).unwrap();
    let changed: String = text
        .lines()
        .map(|line| match line.strip_prefix(&format!("{id},")) {
            Some(rest) => format!("another_identifier,{rest}\r\n"),
            None => format!("{line}\r\n"),
        })
        .collect();
    assert!(changed.contains("another_identifier,"));
    std::fs::write(&table, changed).unwrap();
    let kept = modbus_bindgen::load(&table).device.unwrap();
    assert!(kept.points.iter().any(|point| point.id == id));
}

//! What `init` proposes for real tables, with its questions answered, gives the model that the manifests of the repository give.
//!
//! Answers are what a person who knows the device would say: a line that is taken as proposed, one that is replaced, and entries
//! that `check` offers with the value filled in. Sample tables are not in the repository: where `shared/sample-tables` does not
//! stand beside it, those are not tried.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "what goes wrong here is to fail the test"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use modbus_bindgen::model::{Device, Kind, Point};
use modbus_bindgen::{fix, init};

/// A table, what a person answers, and what is to come of it.
struct Case {
    /// Below the repository or `shared`.
    table: &'static str,
    /// The manifest that says it all.
    reference: &'static str,
    /// Lines of the proposal, and what they become.
    replaced: &'static [(&'static str, &'static str)],
    /// Entries that are added, one answer each.
    added: &'static [&'static str],
    /// How many things a person decides, lines that stay as they are included; and lines of the manifest.
    answers: usize,
    lines: usize,
    /// What the reference says of a point and the table does not: prose of the vendor's document.
    beyond: &'static [&'static str],
    /// Points that come of it, and those of the reference that stand in files of its own.
    points: usize,
    elsewhere: usize,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Straight to the terminal: what a passing test prints in the usual way is swallowed.
fn tell(text: &str) {
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{text}").unwrap();
}

/// Where a point is: its words, bits and models.
type Key = (String, Vec<u16>, Option<(u8, u8)>, Vec<String>);

/// Where the reference tells services apart as variants, addresses do, too.
fn key(point: &Point, case: &Case) -> Key {
    let variants = if case.beyond.contains(&"variants") { Vec::new() } else { point.variants.clone() };
    (point.table.to_string(), point.words.clone(), point.bit_range, variants)
}

/// What a wrong value would come of, and what is shown of it, by name.
fn said(device: &Device, point: &Point) -> BTreeMap<&'static str, String> {
    let labels = match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) | Kind::Special(name) => {
            device.value_type(name).unwrap().labels.iter().map(|label| (label.code, label.label.clone())).collect()
        }
        _ => Vec::new(),
    };
    BTreeMap::from([
        ("raw", format!("{:?}", point.raw)),
        ("scale", format!("{} {} {:?}", point.scale, point.offset, point.scale_register)),
        ("unit", format!("{:?}", point.unit)),
        ("access", format!("{:?}", point.access)),
        ("limits", format!("{:?}", point.limits)),
        ("not available", format!("{:?}", point.not_available)),
        ("bytes swapped", format!("{:?}", point.byte_swapped)),
        ("unit id", format!("{:?}", point.unit_id)),
        ("values", format!("{labels:?}")),
    ])
}

fn tried(case: &Case) {
    let table = repository().join(case.table);
    if !table.exists() {
        tell(&format!("{} is not there; nothing was tried", case.table));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let name = table.file_name().unwrap().to_str().unwrap();
    std::fs::copy(&table, folder.path().join(name)).unwrap();
    let proposal =
        init::propose(&folder.path().join(name), name).unwrap_or_else(|loaded| panic!("{}", loaded.diagnostics));
    let manifest = folder.path().join("device.toml");
    std::fs::write(&manifest, &proposal.text).unwrap();
    // What has one answer only needs no person.
    let mut text = fix::fix(&manifest, None).unwrap().text;
    let mut answers = proposal.decisions.len();
    for (line, answer) in case.replaced {
        assert!(text.contains(line), "{line}\n{text}");
        text = text.replace(line, answer);
    }
    for entry in case.added {
        text.push_str(entry);
        answers += 1;
    }
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("# DECIDE")).collect();
    std::fs::write(&manifest, lines.join("\n")).unwrap();
    let loaded = modbus_bindgen::load(&manifest);
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    let reference = repository().join(case.reference);
    let mut right = modbus_bindgen::load(&reference);
    if right.device.is_none() {
        // It stands beside no copy of the table.
        let beside = folder.path().join("reference.toml");
        std::fs::copy(&reference, &beside).unwrap();
        right = modbus_bindgen::load(&beside);
    }
    let right = right.device.unwrap_or_else(|| panic!("{}", right.diagnostics));
    let found: BTreeMap<Key, &Point> = device.points.iter().map(|point| (key(point, case), point)).collect();
    let mut missing = 0;
    for point in &right.points {
        let Some(own) = found.get(&key(point, case)) else {
            missing += 1;
            continue;
        };
        let (own, expected) = (said(&device, own), said(&right, point));
        for (what, expected) in expected {
            assert!(
                case.beyond.contains(&what) || own[what] == expected,
                "{}: {what} of {} is {}, and not {expected}",
                case.table,
                point.label,
                own[what]
            );
        }
    }
    let count = lines.iter().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
    tell(&format!("{name}: {} points, {answers} answers, {count} lines", device.points.len()));
    assert_eq!((device.points.len(), missing), (case.points, case.elsewhere), "{}", case.table);
    assert_eq!((answers, count), (case.answers, case.lines), "{}", case.table);
}

#[test]
fn sunspec() {
    tried(&Case {
        table: "../shared/sample-tables/sunspec-models.xlsx",
        reference: "codegen/tests/sample-tables/sunspec-models.toml",
        replaced: &[
            ("# count = \"Count\"", "repeats = \"Count\""),
            ("table = \"holding_register\"", "table = \"holding_register\"\nbase = 40002"),
        ],
        added: &[],
        answers: 3,
        lines: 25,
        beyond: &[],
        points: 3763,
        elsewhere: 0,
    });
}

#[test]
fn goodwe() {
    tried(&Case {
        table: "../shared/sample-tables/goodwe-holding-registers.tsv",
        reference: "codegen/tests/sample-tables/goodwe.toml",
        replaced: &[],
        added: &[
            "\n[[override]]\nregisters = \"holding 36010-36013\"\nfield = \"formula\"\n\
             expect = [\"x < 1 ? - ( x * 0.01 + 1 ) : 1 - x * 0.01\"]\nvalue = \"x\"\nreason = \"leading and lagging\"\n",
            "\n[[override]]\nregisters = \"holding 39057\"\nfield = \"type\"\nexpect = [\"uint32be\"]\nvalue = \"reserved\"\n\
             reason = \"it reaches into the next\"\n",
        ],
        answers: 2,
        lines: 31,
        beyond: &[],
        points: 478,
        elsewhere: 0,
    });
}

/// A code that is listed twice, in the offered entry.
const DCDC: &str = r#"
[[override]]
registers = "holding 4113"
field = "unit"
expect = ["12=High battery temperature;13=High battery voltage;14=Low battery voltage;15=VBat exceeds $CPB;21=High alternator temperature;22=Alternator overspeed;24=Internal error;41=High field FET temperature;42=Sensor missing;43=Low VAlt;44=High Voltage offset;45=VAlt exceeds $CPB;51-52=Battery disconnect request;53=Battery instance out of range;54=Too many BMSes;55=AEBus fault;56=Too many Victron devices;58-61=Battery requested disconnection;91=BMS lost;92=Forced idle;201=DCDC converter fail;201-207=DCDC error"]
value = "12=High battery temperature;13=High battery voltage;14=Low battery voltage;15=VBat exceeds $CPB;21=High alternator temperature;22=Alternator overspeed;24=Internal error;41=High field FET temperature;42=Sensor missing;43=Low VAlt;44=High Voltage offset;45=VAlt exceeds $CPB;51-52=Battery disconnect request;53=Battery instance out of range;54=Too many BMSes;55=AEBus fault;56=Too many Victron devices;58-61=Battery requested disconnection;91=BMS lost;92=Forced idle;201=DCDC converter fail;202-207=DCDC error"
reason = "201 is listed alone and in a range"
"#;

#[test]
fn victron() {
    tried(&Case {
        table: "../shared/sample-tables/victron-ccgx.xlsx",
        reference: "codegen/tests/sample-tables/victron-ccgx.toml",
        replaced: &[],
        added: &[
            "\n[[override]]\nregisters = \"holding 781\"\nfield = \"label\"\nexpect = [\"\"]\nvalue = \"Alarm\"\nreason = \"its path\"\n",
            DCDC,
        ],
        answers: 5,
        lines: 34,
        beyond: &["variants", "limits"],
        points: 949,
        elsewhere: 0,
    });
}

/// Units, and lists that stand in prose, are not in the table; nor is what the document says of alarms.
#[test]
fn ctc() {
    tried(&Case {
        table: "register-specs/ctc-bms/registers.csv",
        reference: "register-specs/ctc-bms/device.toml",
        replaced: &[],
        added: &["\n[[override]]\nregisters = \"holding 62005\"\nfield = \"description\"\nexpect = [\"\"\"\nStatus\n\
             EcoHeat 400/EcoZenith 250: 0=HP upper, 1=HP lower, 2=Add, 3=HP + Add\nGSi/EcoZenith 350: 0=HS, 1= DHW, 2= Pool, \
             3= Från\nEcoZenith 550/EcoLogic: 0=DHW, 1=HS, 2=Overtemp, 3=Ved, 4=DHW/HS, 5=Från\"\"\"]\nvalue = \"Status\"\n\
             reason = \"its list depends on the model\"\n"],
        answers: 7,
        lines: 32,
        beyond: &["unit", "values"],
        points: 419,
        elsewhere: 72,
    });
}

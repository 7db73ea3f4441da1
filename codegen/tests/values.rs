//! What cells say of a value, as the model has it.

#![expect(clippy::unwrap_used, reason = "what goes wrong here is to fail the test")]

use std::fmt::Write as _;
use std::path::Path;

use modbus_bindgen::emit;
use modbus_bindgen::model::{Device, Kind, Limit, Packing, Point, RawType};

/// The device of a table whose columns are called as the manifest calls them.
fn device(conventions: &str, table: &str, rest: &str) -> Device {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = format!("format = 1\n[device]\nname = \"Meter\"\n{conventions}\n[columns]\n");
    for column in table.lines().next().unwrap().split('|') {
        writeln!(manifest, "{column} = \"{column}\"").unwrap();
    }
    writeln!(manifest, "[[sheet]]\nfile = \"registers.csv\"\ntable = \"holding_register\"\n{rest}").unwrap();
    std::fs::write(folder.path().join("device.toml"), manifest).unwrap();
    std::fs::write(folder.path().join("registers.csv"), table).unwrap();
    let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
    assert!(loaded.device.is_some(), "{}", loaded.diagnostics);
    loaded.device.unwrap()
}

fn point<'a>(device: &'a Device, id: &str) -> &'a Point {
    device.points.iter().find(|point| point.id == id).unwrap()
}

fn integer(bits: u8, signed: bool) -> RawType {
    RawType::Integer { bits, signed }
}

#[test]
fn widths_orders_and_bytes() {
    let device = device(
        "order = \"CDAB\"",
        "address|label|type|count|order\n\
         0|a|uint|2|\n\
         2|b|uint|3|\n\
         5|c|uint|4|ABCD\n\
         9|d|float64||DCBA\n\
         13|e|bcd32||\n\
         15|f|int16||BADC\n\
         16|g|uint8||\n\
         17|h|high byte||\n\
         18|i|bool||\n\
         19|j|string|4|\n\
         23|k|string|4|BA\n\
         27|l|ipaddr||\n\
         29|m|eui48||\n\
         33|n|bitfield32be||\n\
         35|o|int32|6|\n\
         41|p|acc64||\n\
         45|q|rawhex|3|\n\
         48|r|string[4]|4|\n",
        "",
    );
    for (id, words, raw) in [
        ("a", vec![1, 0], integer(32, false)),
        ("b", vec![4, 3, 2], integer(48, false)),
        ("c", vec![5, 6, 7, 8], integer(64, false)),
        ("d", vec![12, 11, 10, 9], RawType::Float { bits: 64 }),
        ("e", vec![14, 13], RawType::Bcd { digits: 8 }),
        ("f", vec![15], integer(16, true)),
        ("l", vec![27, 28], RawType::Bytes),
        ("m", vec![29, 30, 31, 32], RawType::Bytes),
        ("n", vec![33, 34], integer(32, false)),
        ("o[1]", vec![36, 35], integer(32, true)),
        ("o[3]", vec![40, 39], integer(32, true)),
        ("p", vec![44, 43, 42, 41], integer(64, false)),
        ("q", vec![45, 46, 47], RawType::Bytes),
    ] {
        let point = point(&device, id);
        assert_eq!((&point.words, point.raw), (&words, raw), "{id}");
    }
    let swapped: Vec<&str> =
        device.points.iter().filter(|point| point.byte_swapped).map(|point| point.id.as_str()).collect();
    assert_eq!(swapped, ["d", "f"]);
    let bits: Vec<_> = device.points.iter().filter_map(|point| Some((point.id.as_str(), point.bit_range?))).collect();
    assert_eq!(bits, [("g", (0, 7)), ("h", (8, 15)), ("i", (0, 0))]);
    assert_eq!((&point(&device, "i").kind, &point(&device, "n").kind), (&Kind::Bool, &Kind::BitSet));
    let packing = |id| match point(&device, id).raw {
        RawType::Text { packing, .. } => Some((packing, point(&device, id).words.clone())),
        _ => None,
    };
    assert_eq!(packing("j"), Some((Packing::TwoHighFirst, vec![19, 20, 21, 22])), "what the device says is of numbers");
    assert_eq!(packing("k"), Some((Packing::TwoLowFirst, vec![23, 24, 25, 26])));
    assert_eq!(packing("r"), Some((Packing::One, vec![48, 49, 50, 51])));
}

#[test]
fn scales_in_every_form() {
    let device = device(
        "offset = \"before\"",
        "address|label|type|factor|divisor|exponent|decimals|format|formula|offset|unit\n\
         0|a|u16|0,1||||||| V\n\
         1|b|u16||100||||||\n\
         2|c|u16||-10||||||Ah\n\
         3|d|u16||0.1||||||W\n\
         4|e|u16|||-3|||||\n\
         5|f|u16||||2||||\n\
         6|g|u16|||||FIX3|||\n\
         7|h|u16|||||TEMP|||°C\n\
         8|i|u16||||||x / 50||s\n\
         9|j|u16|1|||||(x - 400) * 0.1|0|°C\n\
         10|k|u16|0.1||||||-400|°C\n\
         11|l|u16|||||||-40|°C\n\
         12|m|u16|||||||| 0.1 kWh\n\
         13|n|u16|x0.01|||||||A\n\
         14|o|u16|0.1 Hz|||||||\n\
         15|p|float32be|||||||| V\n\
         17|q|u16|1/3|||||||\n",
        "",
    );
    for (id, scale, offset, unit) in [
        ("a", "0.1", "0", "V"),
        ("b", "0.01", "0", ""),
        ("c", "-0.1", "0", "Ah"),
        ("d", "10", "0", "W"),
        ("e", "0.001", "0", ""),
        ("f", "0.01", "0", ""),
        ("g", "0.001", "0", ""),
        ("h", "0.1", "0", "°C"),
        ("i", "0.02", "0", "s"),
        ("j", "0.1", "-40", "°C"),
        ("k", "0.1", "-40", "°C"),
        ("l", "1", "-40", "°C"),
        ("m", "0.1", "0", "kWh"),
        ("n", "0.01", "0", "A"),
        ("o", "0.1", "0", "Hz"),
        ("p", "1", "0", "V"),
        ("q", "1/3", "0", ""),
    ] {
        let point = point(&device, id);
        let unit = (!unit.is_empty()).then(|| unit.to_owned());
        assert_eq!((point.scale.to_string(), point.offset.to_string()), (scale.to_owned(), offset.to_owned()), "{id}");
        assert_eq!((&point.unit, &point.kind), (&unit, &Kind::Scaled), "{id}");
    }
}

#[test]
fn ranges_limit_what_they_mean() {
    let device = device(
        "",
        "address|label|type|range|factor\n\
         0|a|u16|0 to 100|\n\
         1|b|i16|0 to 6553.5|0.1\n\
         2|c|u16|0~1.0;Unit:0.01,default:0.7|\n\
         3|d|u16|0 to -6553.6|-0.1\n\
         4|e|i16|-32768 to 32767|\n\
         5|f|i16|-40…90 °C|\n",
        "",
    );
    let limits = |id| {
        let limits = point(&device, id).limits.as_ref()?;
        let text = |limit: Option<Limit>| limit.map_or_else(String::new, |limit| limit.to_string());
        Some(format!("{}…{}", text(limits.min), text(limits.max)))
    };
    let found: Vec<Option<String>> = ["a", "b", "c", "d", "e", "f"].into_iter().map(limits).collect();
    assert_eq!(
        found,
        [Some("0…100"), None, Some("0…1"), None, None, Some("-40…90")].map(|text| text.map(str::to_owned))
    );
    let packed = point(&device, "c");
    assert_eq!((packed.scale.to_string().as_str(), packed.default.as_deref()), ("0.01", Some("0.7")));
    assert_eq!(point(&device, "f").unit.as_deref(), Some("°C"));
}

#[test]
fn scales_in_registers() {
    let device = device(
        "order = \"ABCD\"\nnot_available = \"sunspec\"",
        "address|label|type|scale_register\n\
         0|W|int16|W_SF\n\
         1|W_SF|sunssf|\n\
         2|Wh|acc32|5\n\
         4|Hz|uint16|-2\n\
         5|Wh_SF|sunssf|\n",
        "",
    );
    let scale = |id| {
        let point = point(&device, id);
        (point.scale_register, point.scale.to_string(), point.kind.clone())
    };
    assert_eq!(scale("w"), (Some(1), "1".to_owned(), Kind::Scaled));
    assert_eq!(scale("wh"), (Some(5), "1".to_owned(), Kind::Scaled));
    assert_eq!(scale("hz"), (None, "0.01".to_owned(), Kind::Scaled));
    assert_eq!(scale("w_sf"), (None, "1".to_owned(), Kind::Integer));
}

/// `SunSpec` Device Information Model Specification 1.1, values of points that are not implemented.
#[test]
fn what_sunspec_does_not_implement() {
    let device = device(
        "order = \"ABCD\"\nnot_available = \"sunspec\"",
        "address|label|type|values|not_available\n\
         0|a|int16||\n\
         1|b|uint16||\n\
         2|c|acc32||\n\
         4|d|int32||\n\
         6|e|uint32||\n\
         8|f|int64||\n\
         12|g|uint64||\n\
         16|h|enum16|1=On;2=Off|\n\
         17|i|bitfield32||\n\
         19|j|float32||\n\
         21|k|float64||\n\
         25|l|sunssf||\n\
         26|m|string[8]||\n\
         30|n|int16||0x7FFF\n\
         31|o|enum16|1=On;65535=Off|\n",
        "",
    );
    for (id, raw) in [
        ("a", vec![-32768]),
        ("b", vec![0xFFFF]),
        ("c", vec![0]),
        ("d", vec![-0x8000_0000]),
        ("e", vec![0xFFFF_FFFF]),
        ("f", vec![-0x8000_0000_0000_0000]),
        ("g", vec![0xFFFF_FFFF_FFFF_FFFF]),
        ("h", vec![0xFFFF]),
        ("i", vec![0xFFFF_FFFF, 0x8000_0000]),
        ("j", vec![0x7FC0_0000]),
        ("k", vec![0x7FF8_0000_0000_0000]),
        ("l", vec![-32768]),
        ("m", vec![]),
        ("n", vec![0x7FFF]),
        ("o", vec![]),
    ] {
        assert_eq!(point(&device, id).not_available, raw, "{id}");
    }
}

#[test]
fn lists_become_types() {
    let device = device(
        "",
        "address|label|type|unit|values|group\n\
         0|Relay|uint16|0=Open;1=Closed||A\n\
         1|Set point|int16|°C|140=Off|A\n\
         2|Mode|int16||-1=Fault;0=Off;1=On;2=-;3=Reserved|A\n\
         3|Error|uint16|0=None;5=Wrong count;10=Wrong count;255=Unknown||A\n",
        "",
    );
    assert_eq!(point(&device, "relay").kind, Kind::Enum("Relay".to_owned()));
    assert_eq!(point(&device, "relay").unit, None);
    assert_eq!(point(&device, "set_point").kind, Kind::Special("SetPoint".to_owned()));
    let names = |name| {
        let labels = &device.value_type(name).unwrap().labels;
        labels.iter().map(|label| (label.code, label.name.clone())).collect::<Vec<_>>()
    };
    let named = |list: &[(i64, &str)]| list.iter().map(|(code, name)| (*code, (*name).to_owned())).collect::<Vec<_>>();
    assert_eq!(names("Mode"), named(&[(-1, "Fault"), (0, "Off"), (1, "On")]));
    assert_eq!(names("Error"), named(&[(0, "None"), (5, "WrongCount5"), (10, "WrongCount10"), (255, "Unknown255")]));
}

#[test]
fn a_corrected_cell_is_named_with_what_it_held() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/good_cell");
    let device = modbus_bindgen::load(&folder.join("device.toml")).device.unwrap();
    let speed = point(&device, "speed_of_pump");
    let corrected: Vec<_> =
        speed.corrections.iter().map(|of| (of.field.as_str(), of.printed.concat(), &*of.value)).collect();
    assert_eq!(
        corrected,
        [
            ("address", "l".to_owned(), "1"),
            ("divisor", "#REF!".to_owned(), "1"),
            ("description", "Pump\n  speed".to_owned(), "Speed of pump")
        ]
    );
    let source = emit::rust::source(&device);
    assert!(source.contains("Corrected `address`: the table prints “l”, read as “1”. An l for a 1"), "{source}");
    let page = emit::markdown::markdown(&device, None);
    assert!(page.contains("| holding register 1 | address | l | 1 |"), "{page}");
    let json = emit::json::json(&device);
    assert!(json.contains("\"cell\": \"A3\""), "{json}");
}

#[test]
fn what_one_half_of_a_pair_says_of_its_values_holds_of_both() {
    for cells in ["A (MSB)||R\n1|A (LSB)|0xFFFFFFFF|", "A (MSB)|4294967295|R\n1|A (LSB)||R"] {
        let table = format!("address|description|not_available|access\n0|{cells}\n");
        let rest =
            "[pairs]\nhigh = \"(MSB)\"\nlow = \"(LSB)\"\n[[rule]]\nset = { signed = false }\nreason = \"Counters.\"\n";
        assert_eq!(point(&device("", &table, rest), "a").not_available, [0xFFFF_FFFF], "{cells}");
    }
}

#[test]
fn addresses_of_other_registers_are_counted_as_those_of_the_rows() {
    let table = "address|label|type|scale_register|min_register|visible_register|visible_bit\n\
                 101|a|uint16||110|120|3\n102|b|int16||||\n103|c|uint16|102|||\n";
    for (lines, first) in [("numbering = \"one_based\"\n", 100), ("base = 1000\n", 1101)] {
        let device = device("", table, lines);
        let a = point(&device, "a");
        assert_eq!(a.words, [first], "{lines}");
        assert_eq!(a.limits.as_ref().unwrap().min, Some(Limit::Register(first + 9)), "{lines}");
        assert_eq!(a.available_if.unwrap().register, first + 19, "{lines}");
        assert_eq!(point(&device, "c").scale_register, Some(first + 1), "{lines}");
    }
}

#[test]
fn blocks_begin_at_the_base_of_their_sheet() {
    let table = "address|group_offset|repeats|label|type\n\
                 |||first|group\n|0||a|uint16\n|1||b|uint32\n\
                 ||2|second|group\n|0||c|uint16\n";
    let device = device("order = \"ABCD\"", table, "base = 40000\n");
    let words: Vec<(&str, &[u16])> = device.points.iter().map(|at| (at.id.as_str(), at.words.as_slice())).collect();
    let expected: [(&str, &[u16]); 4] =
        [("a", &[40000]), ("b", &[40001, 40002]), ("second[1].c", &[40003]), ("second[2].c", &[40004])];
    assert_eq!(words, expected);
}

#[test]
fn a_block_of_an_array_may_have_values_whose_words_nothing_counts() {
    let table = "address|label|type\n10|a|uint32\n12|b|uint16\n";
    let rest = "[[array]]\nname = \"pump\"\nregisters = \"holding 10-12\"\nstride = 10\ncount = 2\n";
    let device = device("order = \"ABCD\"", table, rest);
    assert_eq!(point(&device, "pump[2].a").words, [20, 21]);
}

#[test]
fn steps_are_distances_and_reach_the_code() {
    let table = "address|label|type|factor|min|max|step\n\
                 0|a|int16|-0.1|-300|100|5\n1|b|int16|0.5|2||4\n2|c|uint16|1/3|3|30|1\n";
    let device = device("limits = \"raw\"", table, "");
    let code = modbus_bindgen::emit::rust::source(&device).split_whitespace().collect::<String>().replace(",)", ")");
    let of = |mantissa: &str, digits: u8| format!("rt::Decimal::new({mantissa},{digits})");
    // -0.1 × 100 is the lowest value.
    let falls = format!("rt::Limits::new(Some({}),Some({})).with_step({})", of("-10", 0), of("30", 0), of("5", 1));
    let open = format!("rt::Limits::new(Some({}),None).with_step({})", of("1", 0), of("2", 0));
    // Thirds are no decimals: such a step is not checked.
    let thirds = format!("rt::Limits::new(Some({}),Some({}))", of("1", 0), of("10", 0));
    for expected in [falls, open, format!(".limited({thirds})")] {
        assert!(code.contains(&expected), "{expected} is not in {code}");
    }
}

#[test]
fn raw_limits_have_the_scale_of_a_rule() {
    let table = "address|label|type|range\n104|setpoint|int16|50-400\n";
    let rule = "[[rule]]\nregisters = \"holding 104\"\nset = { factor = 0.1 }\nreason = \"x 10\"\n";
    let device = device("limits = \"raw\"", table, rule);
    let limits = point(&device, "setpoint").limits.as_ref().unwrap();
    let text = |limit: Option<Limit>| limit.unwrap().to_string();
    assert_eq!((text(limits.min), text(limits.max)), ("5".to_owned(), "40".to_owned()));
}

#[test]
fn a_packed_default_is_in_the_unit_where_the_column_counts_raw_values() {
    let table = "address|label|type|range|default\n0|a|u16|0~1.0;Unit:0.01,default:0.7|70\n";
    let device = device("limits = \"raw\"", table, "");
    assert_eq!(point(&device, "a").default.as_deref(), Some("0.7"));
}

#[test]
fn what_is_said_of_a_block_holds_of_all_its_elements() {
    let table = "address|label|type|scale_register\n10|sf|int16|\n11|a|uint16|10\n12|state||\n";
    let rest = "[[array]]\nname = \"pump\"\nregisters = \"holding 10-12\"\nstride = 10\ncount = 2\n\
                [enums.State]\nregisters = \"holding 12\"\nexpect = [\"state\"]\nreason = \"Prose.\"\nvalues = { 0 = \"Off\", 1 = \"On\" }\n";
    let device = device("", table, rest);
    for (element, first) in [(1, 10), (2, 20)] {
        assert_eq!(point(&device, &format!("pump[{element}].a")).scale_register, Some(first));
        let state = point(&device, &format!("pump[{element}].state"));
        assert_eq!((state.words.as_slice(), &state.kind), (&[first + 2][..], &Kind::Enum("State".to_owned())));
    }
}

#[test]
fn numbers_of_a_workbook_are_never_in_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let columns = "[columns]\naddress = \"A\"\nlabel = \"N\"\nfactor = \"F\"\n";
    let manifest = format!("format = 1\n[device]\nname = \"Meter\"\n{columns}");
    let cell = "[[cell]]\nfile = \"a.xlsx\"\ncell = \"C4\"\nexpect = \"1.000\"\nvalue = \"2.250\"\nreason = \"r\"\n";
    let manifest = format!("{manifest}[[sheet]]\nfile = \"a.xlsx\"\ntable = \"holding_register\"\n{cell}");
    std::fs::write(folder.path().join("device.toml"), manifest).unwrap();
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["A", "N", "F"]).unwrap();
    sheet.write_column(1, 0, [0, 1, 2]).unwrap();
    sheet.write_column(1, 1, ["Flow", "Level", "Gas"]).unwrap();
    sheet.write_string(1, 2, "0,5").unwrap().write_number(2, 2, 1.125).unwrap().write_string(3, 2, "1.000").unwrap();
    workbook.save(folder.path().join("a.xlsx")).unwrap();
    let loaded = modbus_bindgen::load(&folder.path().join("device.toml"));
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    let scales: Vec<String> = device.points.iter().map(|point| point.scale.to_string()).collect();
    assert_eq!(scales, ["0.5", "1.125", "2.25"], "one that the manifest corrects is in no doubt either");
}

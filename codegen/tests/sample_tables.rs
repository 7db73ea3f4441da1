//! Public tables of other vendors, unchanged, against what an independent reading of the same workbooks says.
//!
//! The files are not in the repository: where `shared/sample-tables` does not stand beside it, nothing is tested. The
//! expectations are read from the cells with calamine by the rules of each document, not by anything of the generator.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what goes wrong here is to fail the test"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _};
use modbus_bindgen::model::{Access, Device, Kind, Point, Table};

/// What a row of a document says.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    words: Vec<u16>,
    raw: String,
    /// value = raw × this, as numerator and denominator.
    scale: (i64, i64),
    scale_register: Option<u16>,
    unit: Option<String>,
    access: Access,
    values: BTreeMap<i64, String>,
    label: String,
    variants: Vec<String>,
    /// `None` where the document says nothing of it.
    not_available: Option<Vec<i128>>,
}

/// By sheet and row, the elements of an array one after the other.
type Rows = BTreeMap<(String, u32), Vec<Row>>;

/// Straight to the terminal: what a passing test prints in the usual way is swallowed.
fn tell(text: &str) {
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{text}").unwrap();
}

/// The sample, where it is there.
fn sample(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/sample-tables").join(name);
    if path.exists() {
        return Some(path);
    }
    tell(&format!("{name} is not there; nothing was tested"));
    None
}

/// The device of a manifest beside a copy of its sample, with more lines at the end of the manifest.
fn load(sample: &Path, manifest: &str, more: &str) -> Device {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(sample, folder.path().join(sample.file_name().unwrap())).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample-tables").join(manifest);
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.lines().count() <= 40, "{manifest} has more than 40 lines");
    let path = folder.path().join("device.toml");
    std::fs::write(&path, format!("{text}{more}")).unwrap();
    let loaded = modbus_bindgen::load(&path);
    assert!(loaded.device.is_some(), "{}", loaded.diagnostics);
    loaded.device.unwrap()
}

fn said(device: &Device, point: &Point) -> Row {
    let labels = |name: &str| device.value_type(name).unwrap().labels.as_slice();
    let values = match &point.kind {
        Kind::Enum(name) | Kind::Flags(name) => {
            labels(name).iter().map(|value| (value.code, value.label.clone())).collect()
        }
        Kind::Special(name) => {
            point.specials.iter().copied().zip(labels(name).iter().map(|value| value.label.clone())).collect()
        }
        _ => BTreeMap::new(),
    };
    assert_eq!((point.table, point.byte_swapped, point.bit_range), (Table::HoldingRegister, false, None));
    assert_eq!(point.offset.numerator(), 0);
    Row {
        words: point.words.clone(),
        raw: point.raw.to_string(),
        scale: (point.scale.numerator(), point.scale.denominator()),
        scale_register: point.scale_register,
        unit: point.unit.clone(),
        access: point.access,
        values,
        label: point.label.clone(),
        variants: point.variants.clone(),
        not_available: Some(point.not_available.clone()),
    }
}

/// The points of a device by the row they come from.
fn found(device: &Device) -> Rows {
    let mut rows = Rows::new();
    for point in &device.points {
        assert_eq!(point.sources.len(), 1, "{}: no two rows are about one register", point.id);
        let source = &point.sources[0];
        let key = (source.sheet().unwrap().to_owned(), source.row);
        rows.entry(key).or_default().push(said(device, point));
    }
    for elements in rows.values_mut() {
        elements.sort_by_key(|row| row.words.clone());
    }
    rows
}

/// Fails with every row in which the two differ.
fn compare(mut found: Rows, expected: Rows) {
    let count: usize = expected.values().map(Vec::len).sum();
    let mut text = String::new();
    for (key, mut expected) in expected {
        let mut found = found.remove(&key).unwrap_or_default();
        for row in &mut expected {
            // A unit has one spelling; the 2 of CO2 is raised in Victron's workbook.
            let unit = row.unit.as_ref().map(|unit| unit.replace('^', "").replace("m2", "m²").replace("m3", "m³"));
            let unit = unit.map(|unit| unit.replace("Degrees celsius", "°C"));
            row.unit = unit;
            row.label = row.label.replace("CO2 ", "CO² ");
        }
        for (found, expected) in found.iter_mut().zip(&mut expected) {
            if expected.not_available.is_none() {
                found.not_available = None;
            }
        }
        if found != expected {
            let _ = writeln!(text, "{key:?}\n  found    {found:?}\n  expected {expected:?}");
        }
    }
    for (key, found) in found {
        let _ = writeln!(text, "{key:?}\n  found    {found:?}\n  expected nothing");
    }
    assert!(text.is_empty(), "\n{text}");
    tell(&format!("{count} points"));
}

/// The cells of a sheet as text, by row and column counted from zero.
struct Cells(calamine::Range<Data>);

impl Cells {
    fn get(&self, row: u32, column: u32) -> String {
        match self.0.get_value((row, column)) {
            None | Some(Data::Empty) => String::new(),
            // Numbers are written without a fraction where they have none: 0.1, 10.
            Some(Data::Float(number)) => number.to_string(),
            Some(other) => other.to_string().trim().to_owned(),
        }
    }

    fn rows(&self) -> std::ops::RangeInclusive<u32> {
        1..=self.0.end().unwrap().0
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A decimal number as a fraction in lowest terms.
fn fraction(text: &str) -> (i64, i64) {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let denominator = 10i64.pow(decimals.len().try_into().unwrap());
    let numerator: i64 = format!("{whole}{decimals}").parse().unwrap();
    let mut divisor = (numerator.abs(), denominator);
    while divisor.1 != 0 {
        divisor = (divisor.1, divisor.0 % divisor.1);
    }
    (numerator / divisor.0, denominator / divisor.0)
}

/// Columns of Victron's “Field list”: service, description, address, type, divisor, range, path, writable, unit.
mod victron {
    pub(crate) const SERVICE: u32 = 0;
    pub(crate) const DESCRIPTION: u32 = 1;
    pub(crate) const ADDRESS: u32 = 2;
    pub(crate) const TYPE: u32 = 3;
    pub(crate) const DIVISOR: u32 = 4;
    pub(crate) const PATH: u32 = 6;
    pub(crate) const WRITABLE: u32 = 7;
    pub(crate) const UNIT: u32 = 8;
    pub(crate) const REMARKS: u32 = 9;
}

/// `0: no fix, 1: fix`; nothing of a remark that says anything else.
fn values_of_remark(remark: &str) -> Option<BTreeMap<i64, String>> {
    let parts = remark.split(", ").map(|part| part.split_once(": "));
    let values = parts.map(|part| part.and_then(|(code, label)| Some((code.parse().ok()?, label.to_owned()))));
    values.collect::<Option<BTreeMap<i64, String>>>().filter(|values| values.len() > 1)
}

/// `0=Open;1=Closed`, with ranges: `51-52=Disconnect request`. What is reserved means nothing, and one comma stands where
/// a semicolon should (row 529).
fn values_of_unit(unit: &str) -> Option<BTreeMap<i64, String>> {
    let mut values = BTreeMap::new();
    let unit = unit.replace("only,2=", "only;2=");
    for part in unit.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (codes, label) = part.split_once('=')?;
        let (first, last) = match codes.trim().split_once('-') {
            Some((first, last)) if !first.is_empty() => (first.parse().ok()?, last.parse().ok()?),
            _ => (codes.trim().parse().ok()?, codes.trim().parse().ok()?),
        };
        for code in first..=last {
            // A code that is listed alone and in a range is what it says alone.
            values.entry(code).or_insert_with(|| folded(label.trim_end_matches(['.', ' '])));
        }
    }
    values.retain(|_, label| !label.eq_ignore_ascii_case("reserved"));
    (!values.is_empty()).then_some(values)
}

#[test]
fn victrons_registers_are_what_the_workbook_says() {
    let Some(path) = sample("victron-ccgx.xlsx") else { return };
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook(&path).unwrap();
    let cells = Cells(workbook.worksheet_range("Field list").unwrap());
    let mut expected = Rows::new();
    let mut reserved: Vec<(u16, u16)> = Vec::new();
    for row in cells.rows().skip(1) {
        let get = |column| cells.get(row, column);
        let address = get(victron::ADDRESS);
        let (first, last) = address.split_once('-').unwrap_or((&address, &address));
        let (first, last): (u16, u16) = (first.parse().unwrap(), last.parse().unwrap());
        if get(victron::DESCRIPTION) == "RESERVED" || get(victron::PATH) == "RESERVED" {
            reserved.push((first, last));
            continue;
        }
        let kind = get(victron::TYPE).to_lowercase();
        let (words, raw) = match kind.as_str() {
            "uint16" => (1, "u16"),
            "int16" | "in16" => (1, "i16"),
            "uint32" | "unit32" => (2, "u32"),
            "int32" => (2, "i32"),
            "uint64" => (4, "u64"),
            // As many registers, of two characters each: string[6] is “12 characters”.
            text => (text.strip_prefix("string[").unwrap().trim_end_matches(']').parse().unwrap(), "string"),
        };
        assert_eq!(first, last, "row {}", row + 1);
        let divisor = get(victron::DIVISOR);
        let (numerator, denominator) = if divisor.is_empty() { (1, 1) } else { fraction(&divisor) };
        let scale = (denominator * numerator.signum(), numerator.abs());
        let unit = get(victron::UNIT);
        let remarked = || values_of_remark(&get(victron::REMARKS)).filter(|_| unit.is_empty());
        let values = values_of_unit(&unit).or_else(remarked);
        let service = get(victron::SERVICE).strip_prefix("com.victronenergy.").unwrap().to_owned();
        let expected_row = Row {
            words: (first..first + words).collect(),
            raw: raw.to_owned(),
            scale,
            scale_register: None,
            unit: (values.is_none() && !unit.is_empty()).then(|| folded(&unit)),
            access: if get(victron::WRITABLE) == "yes" { Access::ReadWrite } else { Access::Read },
            values: values.unwrap_or_default(),
            label: folded(&get(victron::DESCRIPTION)).trim_end_matches('.').to_owned(),
            variants: vec![service],
            not_available: Some(Vec::new()),
        };
        expected.insert(("Field list".to_owned(), row + 1), vec![expected_row]);
    }
    let device = load(&path, "victron-ccgx.toml", "");
    assert_eq!((expected.len(), reserved.len()), (950, 52));
    for (first, last) in reserved {
        for address in first..=last {
            let is_reserved = device.reserved.iter().any(|range| (range.first..=range.last).contains(&address));
            let is_used = device.points.iter().any(|point| point.words.contains(&address));
            assert!(is_reserved != is_used, "{address} is reserved, or a part of a longer value");
        }
    }
    compare(found(&device), expected);
}

/// Columns of a sheet of `SunSpec`'s workbook.
mod sunspec {
    pub(crate) const ADDRESS: u32 = 0;
    pub(crate) const OFFSET: u32 = 1;
    pub(crate) const NAME: u32 = 2;
    pub(crate) const VALUE: u32 = 3;
    pub(crate) const COUNT: u32 = 4;
    pub(crate) const TYPE: u32 = 5;
    pub(crate) const SIZE: u32 = 6;
    pub(crate) const SCALE: u32 = 7;
    pub(crate) const UNIT: u32 = 8;
    pub(crate) const ACCESS: u32 = 9;
}

/// Registers, raw type and values that mean “not implemented”, of `SunSpec`'s Device Information Model Specification.
fn of_type(kind: &str) -> (u16, &'static str, Option<Vec<i128>>) {
    match kind {
        "uint16" | "enum16" => (1, "u16", Some(vec![0xFFFF])),
        "int16" => (1, "i16", Some(vec![-0x8000])),
        "sunssf" => (1, "i16", None),
        "bitfield16" | "count" | "acc16" => (1, "u16", None),
        "uint32" => (2, "u32", Some(vec![0xFFFF_FFFF])),
        "acc32" => (2, "u32", Some(vec![0])),
        "enum32" | "bitfield32" => (2, "u32", None),
        "int32" => (2, "i32", Some(vec![-0x8000_0000])),
        "float32" => (2, "f32", None),
        "uint64" | "acc64" => (4, "u64", None),
        "int64" => (4, "i64", None),
        "ipaddr" => (2, "bytes", None),
        "ipv6addr" => (8, "bytes", None),
        "eui48" => (4, "bytes", None),
        "pad" => (1, "", None),
        other => unreachable!("{other}"),
    }
}

/// A point or a group of points of a model.
#[derive(Debug)]
enum Node {
    Point { row: u32, offset: u16, symbols: BTreeMap<i64, String> },
    Group { name: String, count: String, nodes: Vec<Node> },
}

/// The model of a sheet: groups lie in those whose names theirs begin with.
fn model(cells: &Cells) -> Vec<Node> {
    let mut open: Vec<(String, String, Vec<Node>)> = vec![(String::new(), String::new(), Vec::new())];
    let close = |open: &mut Vec<(String, String, Vec<Node>)>| {
        let (name, count, nodes) = open.pop().unwrap();
        open.last_mut().unwrap().2.push(Node::Group { name, count, nodes });
    };
    for row in cells.rows() {
        let get = |column| cells.get(row, column);
        let name = get(sunspec::NAME);
        let offset =
            Some(get(sunspec::ADDRESS)).filter(|text| !text.is_empty()).unwrap_or_else(|| get(sunspec::OFFSET));
        if ["group", "sync"].contains(&get(sunspec::TYPE).as_str()) {
            while open.len() > 1 && !name.starts_with(&format!("{}.", open.last().unwrap().0)) {
                close(&mut open);
            }
            open.push((name, get(sunspec::COUNT), Vec::new()));
        } else if let Ok(offset) = offset.parse() {
            open.last_mut().unwrap().2.push(Node::Point { row, offset, symbols: BTreeMap::new() });
        } else if let (true, Some(Node::Point { symbols, .. })) =
            (offset.is_empty() && !get(sunspec::VALUE).is_empty(), open.last_mut().unwrap().2.last_mut())
        {
            // What is only called reserved means nothing.
            if name != "RESERVED" {
                symbols.insert(get(sunspec::VALUE).parse().unwrap(), name);
            }
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().unwrap().2
}

/// Lays out the points of a model from an address on.
struct Layout<'a> {
    sheet: &'a str,
    cells: &'a Cells,
    /// How often each group that the device counts is there.
    repeats: u16,
    rows: Rows,
    /// Addresses of the points by name: those of each open group, the innermost last.
    scopes: Vec<BTreeMap<String, u16>>,
}

impl Layout<'_> {
    fn size(&self, row: u32) -> u16 {
        match self.cells.get(row, sunspec::TYPE).as_str() {
            "string" => self.cells.get(row, sunspec::SIZE).parse().unwrap(),
            kind => of_type(kind).0,
        }
    }

    /// The address behind the nodes.
    fn nodes(&mut self, nodes: &[Node], start: u16, path: &str) -> u16 {
        let mut end = start;
        let names = nodes.iter().filter_map(|node| match node {
            Node::Point { row, offset, .. } => Some((self.cells.get(*row, sunspec::NAME), start + offset)),
            Node::Group { .. } => None,
        });
        self.scopes.push(names.collect());
        for node in nodes {
            match node {
                Node::Point { row, offset, symbols } => {
                    self.point(*row, start + offset, symbols, path);
                    end = end.max(start + offset + self.size(*row));
                }
                Node::Group { name, count, nodes } => end = self.group(name, count, nodes, end, path),
            }
        }
        self.scopes.pop();
        end
    }

    fn group(&mut self, name: &str, count: &str, nodes: &[Node], start: u16, path: &str) -> u16 {
        let own = name.rsplit('.').next().unwrap();
        let is_array = !count.is_empty();
        let is_nested = path.contains('[');
        let mut end = start;
        for element in 1..=if is_array { self.repeats } else { 1 } {
            // The outermost array is one; what lies in it has its name within an element.
            let path = match (is_array, is_nested) {
                _ if name == own => String::new(),
                (true, false) => format!("{}[{element}]", name.replace('.', " ")),
                (true, true) => format!("{path} {own} {element}"),
                (false, _) => format!("{path} {own}"),
            };
            end = self.nodes(nodes, end, &path);
        }
        end
    }

    fn point(&mut self, row: u32, address: u16, symbols: &BTreeMap<i64, String>, path: &str) {
        let get = |column| self.cells.get(row, column);
        let kind = get(sunspec::TYPE);
        let (words, raw, not_available) =
            if kind == "string" { (self.size(row), "string", None) } else { of_type(&kind) };
        if kind == "pad" || get(sunspec::NAME) == "Reserved" {
            return;
        }
        let scale = get(sunspec::SCALE);
        let (mut exponent, mut scale_register) = (0, None);
        if let Ok(number) = scale.parse::<i32>() {
            exponent = number;
        } else if !scale.is_empty() {
            let mut scopes = self.scopes.iter().rev();
            scale_register = Some(*scopes.find_map(|scope| scope.get(&scale)).unwrap());
        }
        let power = 10i64.pow(exponent.unsigned_abs());
        let unit = folded(&get(sunspec::UNIT));
        // `mppt module[1]` displays as an element does: `mppt module 1: DCA`.
        let name = get(sunspec::NAME);
        let label = match path.split_once('[') {
            None if path.is_empty() => name,
            None => format!("{}: {name}", path.trim()),
            Some((array, rest)) => {
                let (element, rest) = rest.split_once(']').unwrap();
                let rest = if rest.is_empty() { String::new() } else { format!("{}: ", rest.trim()) };
                format!("{array} {element}: {rest}{name}")
            }
        };
        let found = Row {
            words: (address..address + words).collect(),
            raw: raw.to_owned(),
            scale: if exponent < 0 { (1, power) } else { (power, 1) },
            scale_register,
            unit: (!unit.is_empty()).then_some(unit),
            access: if get(sunspec::ACCESS) == "RW" { Access::ReadWrite } else { Access::Read },
            values: symbols.clone(),
            label,
            variants: vec![self.sheet.to_owned()],
            not_available,
        };
        self.rows.entry((self.sheet.to_owned(), row + 1)).or_default().push(found);
    }
}

fn sunspec_models(path: &Path, repeats: u16, limited_to: Option<&[&str]>) -> Rows {
    let mut workbook: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let mut expected = Rows::new();
    for sheet in workbook.sheet_names() {
        if sheet == "Index" || limited_to.is_some_and(|sheets| !sheets.contains(&sheet.as_str())) {
            continue;
        }
        let cells = Cells(workbook.worksheet_range(&sheet).unwrap());
        let scopes = Vec::new();
        let mut layout = Layout { sheet: &sheet, cells: &cells, repeats, rows: Rows::new(), scopes };
        layout.nodes(&model(&cells), 40002, "");
        expected.extend(layout.rows);
    }
    for elements in expected.values_mut() {
        elements.sort_by_key(|row| row.words.clone());
    }
    expected
}

#[test]
fn the_models_of_sunspec_are_what_the_workbook_says() {
    let Some(path) = sample("sunspec-models.xlsx") else { return };
    let device = load(&path, "sunspec-models.toml", "");
    assert_eq!(device.variants.len(), 112);
    compare(found(&device), sunspec_models(&path, 1, None));
}

#[test]
fn groups_of_sunspec_repeat_as_often_as_the_manifest_says() {
    let Some(path) = sample("sunspec-models.xlsx") else { return };
    let groups = ["NCrv", "NCrvSet", "NPt", "NStr", "NMod", "\"mppt.module\""];
    let mut repeats = "\n[repeats]\n".to_owned();
    for group in groups {
        let _ = writeln!(repeats, "{group} = 3");
    }
    let device = load(&path, "sunspec-models.toml", &repeats);
    let sheets = ["160", "705", "706", "707", "708", "709", "710", "712", "803", "804"];
    let mut found = found(&device);
    found.retain(|(sheet, _), _| sheets.contains(&sheet.as_str()));
    compare(found, sunspec_models(&path, 3, Some(&sheets)));
}

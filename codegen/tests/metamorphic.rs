//! A cell that is accepted, with something put before, behind or inside it: the model changes accordingly, or an error or
//! a warning names the cell. A model that is the same without a word is a reader that does not read to the end.
//!
//! The cells are those of `metamorphic/cells.txt`, of the devices of this repository, the examples of `docs/tables.md`,
//! the case folders and other vendors' tables, one for each form of a cell; they stand in tables of a few rows, each
//! below the header its meaning has. `ACCEPT=1` collects them anew (what is put beside them is chosen by the cell's text
//! alone, so that cells that are added change nothing of the others).
//!
//! Not counted, and printed with how often: additions that say the same once more, and marks that are documented.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what goes wrong here is to fail the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use modbus_bindgen::Loaded;
use modbus_bindgen::diagnostic::Severity;
use modbus_bindgen::model::{Device, Point};

#[path = "metamorphic/harvest.rs"]
mod harvest;
#[path = "metamorphic/mutants.rs"]
mod mutants;

use mutants::{Addition, Mutant};

/// How many mutants of each meaning are still read as if nothing had been added. A figure may only become smaller: the
/// test fails where fewer are, too, and says how many. Those that are 0 go.
const SILENT: &[(&str, usize)] = &[];

/// How the cells of a meaning are put into a table: the other columns and what they hold, and lines of `[device]` and
/// `[[sheet]]`.
struct Table {
    meaning: &'static str,
    others: &'static [(&'static str, &'static str)],
    device: &'static str,
    sheet: &'static str,
    /// Whether the cell is the register's own address, so that no other column says one.
    is_address: bool,
}

const HOLDING: &str = "table = \"holding_register\"";

const fn table(meaning: &'static str, others: &'static [(&'static str, &'static str)]) -> Table {
    Table { meaning, others, device: "", sheet: HOLDING, is_address: false }
}

const fn addressed(meaning: &'static str, sheet: &'static str) -> Table {
    Table { meaning, others: &[("type", "uint16")], device: "", sheet, is_address: true }
}

const INT16: (&str, &str) = ("type", "int16");
const UINT16: (&str, &str) = ("type", "uint16");

const TABLES: &[Table] = &[
    addressed("address", HOLDING),
    addressed("de_facto", ""),
    table("address_again", &[UINT16]),
    table("last_address", &[UINT16]),
    table("table", &[UINT16]),
    table("unit_id", &[UINT16]),
    table("bit", &[]),
    table("type", &[]),
    table("order", &[("type", "uint32")]),
    table("count", &[UINT16]),
    table("size_in_bits", &[("type", "uint")]),
    table("size_in_bytes", &[("type", "uint")]),
    table("signed", &[("count", "1")]),
    table("access", &[UINT16]),
    table("readable", &[UINT16, ("writable", "yes")]),
    table("writable", &[UINT16, ("readable", "yes")]),
    table("unit", &[INT16]),
    table("factor", &[INT16]),
    table("divisor", &[INT16]),
    table("exponent", &[INT16]),
    table("decimals", &[INT16]),
    table("format", &[INT16]),
    Table { device: "offset = \"after\"", ..table("offset", &[INT16]) },
    table("formula", &[INT16]),
    table("scale_register", &[INT16]),
    table("range", &[INT16]),
    table("min", &[INT16, ("max", "30000")]),
    table("max", &[INT16, ("min", "-30000")]),
    table("step", &[INT16, ("min", "-30000")]),
    table("default", &[INT16]),
    table("not_available", &[UINT16]),
    table("values", &[UINT16]),
    table("bits", &[UINT16]),
    table("min_register", &[UINT16]),
    table("max_register", &[UINT16]),
    table("step_register", &[UINT16]),
    table("visible_register", &[UINT16, ("visible_bit", "1")]),
    table("visible_bit", &[UINT16, ("visible_register", "9")]),
    table("variant", &[UINT16]),
];

/// Rows of one table whose cells are changed at once: few among many, so that a column stays what it is.
const AT_ONCE: usize = 6;

/// Rows of a table at least: the same cells again where a meaning has fewer.
const ROWS: usize = 12;

impl Table {
    /// Loads cells, the first of them in row 2, and below them some that are accepted.
    fn load(&self, cells: &[&str], context: &[String]) -> Loaded {
        let folder = tempfile::tempdir().unwrap();
        let mut columns = vec!["label"];
        if !self.is_address {
            columns.insert(0, "address");
        }
        columns.push(self.meaning);
        columns.extend(self.others.iter().map(|(column, _)| *column));
        let mut manifest =
            format!("format = 1\n[device]\nname = \"Mutants\"\ntext_size = \"characters\"\n{}\n", self.device);
        if self.meaning != "order" {
            manifest.push_str("order = \"ABCD\"\n");
        }
        manifest.push_str("limits = \"unit\"\n[columns]\n");
        for column in &columns {
            writeln!(manifest, "{column} = \"{column}\"").unwrap();
        }
        write!(manifest, "[[sheet]]\nfile = \"registers.csv\"\n").unwrap();
        if self.meaning != "table" {
            writeln!(manifest, "{}", self.sheet).unwrap();
        }
        let mut text = columns.join(",") + "\n";
        // An address cannot stand there twice.
        let again = if self.is_address { 0 } else { ROWS.saturating_sub(cells.len()) };
        for (row, cell) in
            (2..).zip(cells.iter().copied().chain(context.iter().map(String::as_str).cycle().take(again)))
        {
            let mut line = vec![format!("P{row}"), cell.replace('"', "\"\"")];
            if !self.is_address {
                line.insert(0, (row * 200).to_string());
            }
            line.extend(self.others.iter().map(|(_, cell)| (*cell).to_owned()));
            writeln!(text, "\"{}\"", line.join("\",\"")).unwrap();
        }
        std::fs::write(folder.path().join("device.toml"), manifest).unwrap();
        std::fs::write(folder.path().join("registers.csv"), text).unwrap();
        modbus_bindgen::load(&folder.path().join("device.toml"))
    }

    /// The column of the cells, as diagnostics name it.
    fn column(&self) -> char {
        if self.is_address { 'B' } else { 'C' }
    }

    /// What is said of each row: of the cell itself, or of another cell in it.
    fn said(&self, loaded: &Loaded) -> BTreeMap<usize, Said> {
        let mut said: BTreeMap<usize, Said> = BTreeMap::new();
        for diagnostic in loaded.diagnostics.iter().filter(|one| one.severity < Severity::Note) {
            for place in &diagnostic.places {
                let place = place.to_string();
                let Some(cell) = place.strip_prefix("registers.csv:").and_then(|rest| rest.split(": ").next()) else {
                    continue;
                };
                let (column, row) = cell.split_at(cell.find(|c: char| c.is_ascii_digit()).unwrap_or(0));
                let Ok(row) = row.parse::<usize>() else { continue };
                let of = said.entry(row).or_default();
                match column == self.column().to_string() {
                    true => of.of_cell = true,
                    // W0622, of a sign that nobody states, is said of whatever has none.
                    false => of.of_row |= diagnostic.code != "W0622",
                }
                of.is_error |= diagnostic.severity == Severity::Error;
            }
        }
        said
    }
}

/// What is said of a row.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    of_cell: bool,
    of_row: bool,
    is_error: bool,
}

/// Everything the model says of the points of a row but what they are called and where it stands.
fn facts(device: &Device, row: usize) -> String {
    let own = format!("p{row}");
    let mut facts = String::new();
    let is_own = |point: &&Point| point.id == own || point.id.starts_with(&format!("{own}["));
    for point in device.points.iter().filter(is_own) {
        let list = point.kind.type_name().and_then(|name| device.value_type(name));
        let list: Vec<_> = list.into_iter().flat_map(|of| &of.labels).map(|one| (one.code, &one.label)).collect();
        let kind = format!("{:?}", point.kind);
        let kind = kind.split('(').next().unwrap_or_default();
        let _ = write!(
            facts,
            "{:?} {:?} {:?} {:?} {} {:?} {kind} {list:?} {} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            point.table,
            point.words,
            point.access,
            point.raw,
            point.byte_swapped,
            point.bit_range,
            point.scale,
            point.offset,
            point.scale_register,
            point.unit,
            point.limits,
            point.default,
            point.available_if,
            point.specials,
            point.values_if,
            point.not_available,
            point.unit_id,
            point.variants,
            (&point.role, point.read_side_effect, &point.persistent, point.optional, point.keep_alive_s),
        );
    }
    // An address is its own row's where it is not the cell under test.
    facts.replace(&(row * 200).to_string(), "own")
}

/// The cells of a meaning that are accepted together, and what each says.
fn accepted(table: &Table, cells: Vec<String>) -> (Vec<String>, Vec<String>) {
    let mut cells = cells;
    loop {
        let loaded = table.load(&cells.iter().map(String::as_str).collect::<Vec<_>>(), &cells);
        let said = table.said(&loaded);
        let facts = |row| loaded.device.as_ref().map(|device| facts(device, row)).unwrap_or_default();
        let is_kept = |row: usize| !said.contains_key(&row) && (loaded.device.is_none() || !facts(row).is_empty());
        let kept: Vec<String> =
            (2..).zip(&cells).filter(|(row, _)| is_kept(*row)).map(|(_, cell)| cell.clone()).collect();
        if kept.len() == cells.len() {
            assert!(loaded.device.is_some() || cells.is_empty(), "{}:\n{}", table.meaning, loaded.diagnostics);
            let facts = (2..).take(cells.len()).map(facts).collect();
            return (cells, facts);
        }
        cells = kept;
    }
}

/// What came of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// An error or a warning names the cell.
    Named,
    /// An error or a warning names another cell of its row.
    NamedInRow,
    /// The model says something else.
    Changed,
    /// A rule exempts it.
    Exempt(&'static str),
    /// The same model, and nothing said.
    Silent(&'static str),
}

/// Tries some mutants of different rows at once.
fn outcomes(table: &Table, cells: &[String], originals: &[String], batch: &[&Mutant]) -> Vec<Outcome> {
    let mut outcomes: Vec<Option<Outcome>> = vec![None; batch.len()];
    loop {
        let mut texts: Vec<&str> = cells.iter().map(String::as_str).collect();
        for (mutant, _) in batch.iter().zip(&outcomes).filter(|(_, outcome)| outcome.is_none()) {
            texts[mutant.cell] = &mutant.text;
        }
        let loaded = table.load(&texts, cells);
        let said = table.said(&loaded);
        let mut is_stuck = true;
        for (mutant, outcome) in batch.iter().zip(&mut outcomes).filter(|(_, outcome)| outcome.is_none()) {
            let row = mutant.cell + 2;
            let of = said.get(&row).copied().unwrap_or_default();
            *outcome = match &loaded.device {
                _ if of.of_cell => Some(Outcome::Named),
                _ if of.of_row => Some(Outcome::NamedInRow),
                Some(device) => Some(judged(table, mutant, cells, originals, &facts(device, row))),
                None => None,
            };
            is_stuck &= outcome.is_none();
        }
        if outcomes.iter().all(Option::is_some) {
            return outcomes.into_iter().flatten().collect();
        }
        // Errors elsewhere hide the device: each by itself, or named nowhere at all.
        if is_stuck {
            let open: Vec<usize> = (0..batch.len()).filter(|index| outcomes[*index].is_none()).collect();
            for index in open {
                outcomes[index] = Some(match batch.len() {
                    1 => Outcome::NamedInRow,
                    _ => self::outcomes(table, cells, originals, &[batch[index]])[0],
                });
            }
        }
    }
}

/// What a model without a word about the cell amounts to.
fn judged(table: &Table, mutant: &Mutant, cells: &[String], originals: &[String], found: &str) -> Outcome {
    let original = &originals[mutant.cell];
    // Facts of another row, with the addresses of this one.
    let of_other = |other: usize| originals[other].as_str();
    let added = mutant.addition;
    if found == original {
        return match mutants::exemption(table.meaning, mutant, &cells[mutant.cell]) {
            Some(rule) => Outcome::Exempt(rule),
            None if matches!(added, Addition::Cell(other) if of_other(other) == original) => {
                Outcome::Exempt("the same fact twice")
            }
            None => Outcome::Silent("nothing changed"),
        };
    }
    if let Addition::Cell(other) = added
        && of_other(other) == found
        && cells[other] != mutant.text
    {
        if let Some(rule) = mutants::agreement(table.meaning, mutant, found, original) {
            return Outcome::Exempt(rule);
        }
        return Outcome::Silent("only what was added is read");
    }
    // Codes and labels that are new have all that was added in them.
    let list = mutants::list(found);
    if list.is_some() && list != mutants::list(original) {
        let known = mutants::digits(&cells[mutant.cell]);
        let in_list = list.map(mutants::digits).unwrap_or_default();
        let of_text = mutants::digits(&mutant.text);
        if !of_text.iter().all(|number| known.contains(number) || in_list.contains(number)) {
            return Outcome::Silent("a number that was added is nowhere in the model");
        }
    }
    if table.meaning == "unit"
        && let Some(unit) = mutants::unit(found)
        && mutants::unit(original).as_ref() != Some(&unit)
        && mutants::is_odd_unit(&unit)
    {
        return Outcome::Silent("it is taken for a part of the unit");
    }
    Outcome::Changed
}

/// Every mutant of a meaning, as original and mutant, and what came of it.
fn tried_of(table: &Table, kept: &str) -> Vec<(String, Outcome)> {
    let (cells, originals) = accepted(table, harvest::of(kept, table.meaning));
    let mutants = mutants::of(table.meaning, &cells);
    let mut tried = Vec::new();
    let mut left: Vec<&Mutant> = mutants.iter().collect();
    while !left.is_empty() {
        let (mut batch, mut later): (Vec<&Mutant>, Vec<&Mutant>) = (Vec::new(), Vec::new());
        for mutant in left {
            let is_free = batch.len() < AT_ONCE && batch.iter().all(|other| other.cell != mutant.cell);
            if is_free { batch.push(mutant) } else { later.push(mutant) }
        }
        for (mutant, outcome) in batch.iter().zip(outcomes(table, &cells, &originals, &batch)) {
            tried.push((format!("{:?}\t{:?}", cells[mutant.cell], mutant.text), outcome));
        }
        left = later;
    }
    tried
}

#[test]
fn nothing_in_a_cell_is_passed_over() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/metamorphic/cells.txt");
    if std::env::var_os("ACCEPT").is_some() {
        std::fs::write(&path, harvest::cells()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (next, tried) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || {
        while let Some(table) = TABLES.get(next.fetch_add(1, Ordering::Relaxed)) {
            let of_meaning = tried_of(table, &kept);
            tried.lock().unwrap().insert(table.meaning, of_meaning);
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let tried = tried.into_inner().unwrap();
    let total: usize = tried.values().map(Vec::len).sum();
    let (mut silent, mut counts) = (BTreeMap::new(), BTreeMap::<Outcome, usize>::new());
    let mut report = String::new();
    for (meaning, line, outcome) in tried.iter().flat_map(|(meaning, of)| of.iter().map(move |(a, b)| (meaning, a, b)))
    {
        *counts.entry(*outcome).or_default() += 1;
        if let Outcome::Silent(why) = outcome {
            *silent.entry(*meaning).or_default() += 1;
            let _ = writeln!(report, "{meaning}\t{line}\t{why}");
        }
    }
    let mut terminal = std::io::stderr();
    writeln!(terminal, "{total} mutants").unwrap();
    for (outcome, count) in &counts {
        writeln!(terminal, "  {count:5}  {outcome:?}").unwrap();
    }
    let allowed: BTreeMap<&str, usize> = SILENT.iter().copied().collect();
    if silent != allowed {
        let meanings: BTreeSet<&str> = silent.keys().chain(allowed.keys()).copied().collect();
        let mut differences = String::new();
        for meaning in meanings {
            let [now, before] = [&silent, &allowed].map(|of| of.get(meaning).copied().unwrap_or_default());
            let what = if now > before { "more than allowed" } else { "fewer: write this figure into SILENT" };
            if now != before {
                let _ = writeln!(differences, "    (\"{meaning}\", {now}),  // {before}: {what}");
            }
        }
        let of_more = |line: &&str| {
            let meaning = line.split('\t').next().unwrap_or_default();
            silent.get(meaning) > allowed.get(meaning)
        };
        let list = report.lines().filter(of_more).collect::<Vec<_>>().join("\n");
        assert!(silent == allowed, "silent mutants:\n{list}\n{differences}");
    }
    if std::env::var_os("SHOW").is_some() {
        terminal.write_all(report.as_bytes()).unwrap();
    }
}

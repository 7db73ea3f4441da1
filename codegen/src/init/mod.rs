//! A first manifest for a table nobody has described yet, from looking at the file.
//!
//! What headers, cells and the text around the table say is written down with the evidence; what `check` then says of it
//! decides on the rest, and what nothing decides is marked as a thing a person has to.

mod around;
mod lists;
mod parts;
mod refused;
mod relations;
mod settle;
mod write;

use std::path::Path;
use std::sync::Arc;

use self::parts::Part;
use self::settle::Settings;
use crate::cells::address::{self, Style};
use crate::columns::Meaning;
use crate::columns::recognise::{self, Column, Doubt, Recognised};
use crate::diagnostic::{Diagnostics, Place, Sources};
use crate::load::{self, Loaded};
use crate::sheet::{Grid, GridRow, HeaderRows, Library, Reading};

/// A proposed manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// TOML.
    pub text: String,
    /// What a person has to decide; each is marked in the text.
    pub decisions: Vec<String>,
}

/// Looks at a spreadsheet or CSV file. `as_file` is how the manifest is to name it.
///
/// # Errors
///
/// Where the file cannot be read, or nothing in it looks like a table of registers.
pub fn propose(path: &Path, as_file: &str) -> Result<Proposal, Box<Loaded>> {
    let mut diagnostics = Diagnostics::default();
    let mut library = Library::new(path.parent().unwrap_or(Path::new("")), false);
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let grids = grids(&file, &mut library, &mut diagnostics);
    let mut tables = tables(&grids);
    if tables.is_empty() {
        let mut sources = Sources::default();
        library.show(&mut sources);
        let nothing = load::load(path);
        // What is wrong with the file itself, or that no header is known.
        let diagnostics = if diagnostics.has_errors() { diagnostics } else { nothing.diagnostics };
        return Err(Box::new(Loaded { device: None, diagnostics, sources, ..nothing }));
    }
    share_columns(&mut tables);
    relations::tell(&mut tables);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let name = around::title(&grids, &tables, &stem).unwrap_or(stem);
    let mut facts = around::facts(&grids, &tables);
    facts.extend(relations::of_sunspec(&tables));
    let lists = lists::find(&grids, &mut tables);
    let mut settings = Settings::new(&name, &tables, facts, lists);
    settings.settle(path, &file, &mut tables);
    Ok(write::manifest(&settings, as_file, &tables))
}

/// What is said of a proposal, as if it stood at this path.
#[must_use]
pub fn check(manifest: &Path, proposal: &Proposal) -> Loaded {
    load::load_text(manifest, &proposal.text)
}

/// A table of the file.
struct Found {
    grid: Arc<Grid>,
    table: Recognised,
    /// The rows of its header.
    header: HeaderRows,
    /// Its rows by the Modbus table that titles between them announce; empty where none does.
    parts: Vec<Part>,
    /// Whether its sheet has further tables.
    is_one_of_several: bool,
}

impl Found {
    /// Whether a row belongs to it.
    fn has(&self, row: u32) -> bool {
        row > self.table.row && self.table.end.is_none_or(|end| row < end)
    }

    /// Its headers, as they tell tables apart.
    fn headers(&self) -> Vec<&str> {
        self.table.columns.iter().map(|column| column.header.as_str()).collect()
    }
}

/// Every sheet of the file that can be read.
fn grids(file: &str, library: &mut Library, diagnostics: &mut Diagnostics) -> Vec<Arc<Grid>> {
    let (reading, asked) = (Reading::default(), Place::of_file(file));
    let Some(names) = library.names(file, &reading, &asked, diagnostics) else { return Vec::new() };
    let sheets: Vec<Option<String>> = if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
    let mut grids = Vec::new();
    for sheet in &sheets {
        let mut ignored = Diagnostics::default();
        let said = if sheets.len() == 1 { &mut *diagnostics } else { &mut ignored };
        grids.extend(library.sheet(file, sheet.as_deref(), &reading, &asked, said));
    }
    grids
}

/// Every table that is recognised; where there is none, one that is guessed.
fn tables(grids: &[Arc<Grid>]) -> Vec<Found> {
    let mut found = Vec::new();
    for grid in grids {
        let tables = recognise::tables(grid);
        let is_one_of_several = tables.len() > 1;
        found.extend(tables.into_iter().map(|table| {
            let (mut table, header) = with_second_row(grid, table);
            recognise::guess_name(grid, &mut table);
            Found { parts: parts::of(grid, &table), grid: grid.clone(), table, header, is_one_of_several }
        }));
    }
    if found.is_empty() {
        let guesses = grids.iter().filter_map(|grid| {
            let table = recognise::guess(grid)?;
            let (parts, header) = (parts::of(grid, &table), HeaderRows::one(table.row));
            Some(Found { parts, grid: grid.clone(), table, header, is_one_of_several: false })
        });
        // The longest is the likeliest.
        found.extend(guesses.max_by_key(|found| found.grid.rows.len()));
    }
    found
}

/// A table, and the rows of its header: two where the one below the first holds no register and tells more columns together
/// with it.
fn with_second_row(grid: &Grid, table: Recognised) -> (Recognised, HeaderRows) {
    let first = HeaderRows::one(table.row);
    let both = HeaderRows { first: table.row, last: table.row.saturating_add(1) };
    let is_headers = |row: &GridRow| {
        let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
        let is_header = |cell: &String| {
            let is_address = || address::parse(cell, Style::default()).is_ok();
            cell.chars().any(char::is_alphabetic) && !cell.contains('=') && !is_address()
        };
        filled.clone().count() > 1 && filled.all(is_header)
    };
    let columns = |table: &Recognised| table.columns.iter().filter(|column| column.meaning.is_some()).count();
    let is_within = table.end.is_none_or(|end| both.last < end);
    let second = grid.row(both.last).filter(|row| is_within && is_headers(row));
    let together = second.and_then(|_| recognise::table_at(grid, both, table.end));
    match together.filter(|together| columns(together) > columns(&table)) {
        Some(together) => (together, both),
        None => (table, first),
    }
}

/// Tables with the same headers have the same columns: what the cells of one leave open those of another may say, and what
/// is in doubt in one is in all of them.
fn share_columns(tables: &mut [Found]) {
    for place in 0..tables.len() {
        let Some(headers) = tables.get(place).map(|found| found.headers().join("\n")) else { continue };
        let alike: Vec<usize> = (0..tables.len())
            .filter(|at| tables.get(*at).is_some_and(|found| found.headers().join("\n") == headers))
            .collect();
        if alike.first() != Some(&place) || alike.len() < 2 {
            continue;
        }
        let count = tables.get(place).map_or(0, |found| found.table.columns.len());
        let best: Vec<Option<Column>> = (0..count)
            .map(|at| {
                let columns = alike.iter().filter_map(|one| {
                    let found = tables.get(*one)?;
                    let column = found.table.columns.get(at)?;
                    let filled = found.grid.rows.iter().filter(|row| found.has(row.number));
                    let filled =
                        filled.filter(|row| row.cells.get(column.index).is_some_and(|cell| !cell.is_empty())).count();
                    // A question first, then a meaning, then nothing; each from the table that says most.
                    Some(((column.doubt.is_some(), column.meaning.is_some(), filled), column))
                });
                // Where the cells of some tables tell what a size counts, those of the others need not.
                let sized = |column: &Column| column.doubt.is_none() && column.meaning.is_some_and(is_size);
                let sizes: Vec<&Column> =
                    columns.clone().map(|(_, column)| column).filter(|column| sized(column)).collect();
                let best = columns.max_by_key(|(rank, _)| *rank).map(|(_, column)| column)?;
                let is_open = matches!(best.doubt, Some(Doubt::Size(_)));
                let told = sizes.first().filter(|first| sizes.iter().all(|column| column.meaning == first.meaning));
                Some(told.filter(|_| is_open).map_or(best, |told| *told).clone())
            })
            .collect();
        for one in alike {
            let Some(found) = tables.get_mut(one) else { continue };
            for (column, best) in found.table.columns.iter_mut().zip(&best) {
                if let Some(best) = best {
                    *column = Column { index: column.index, ..best.clone() };
                }
            }
        }
    }
}

/// Whether a column says how long values are.
fn is_size(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Count | Meaning::SizeInBits | Meaning::SizeInBytes)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::manifest::DECIDE;

    fn proposed(file: &str, table: &str) -> (Proposal, Loaded) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), table).unwrap();
        let proposal =
            propose(&folder.path().join(file), file).unwrap_or_else(|loaded| panic!("{}", loaded.diagnostics));
        let loaded = check(&folder.path().join("device.toml"), &proposal);
        (proposal, loaded)
    }

    #[test]
    fn a_clean_table_leaves_nothing_to_decide() {
        let (proposal, loaded) = proposed(
            "holding_registers.csv",
            "Address,Name,Type,Unit,Resolution,Access\n0,Flow,int16,°C,0.1,R\n1,Mode,uint16,,1,R/W\n",
        );
        assert_eq!(proposal.decisions, Vec::<String>::new());
        assert!(!proposal.text.contains(DECIDE), "{}", proposal.text);
        assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics);
        assert_eq!(loaded.device.map(|device| device.points.len()), Some(2));
        assert!(
            proposal.text.contains("factor = \"Resolution\"  # by its header: column E, 0.1 | 1"),
            "{}",
            proposal.text
        );
    }

    #[test]
    fn what_cannot_be_known_is_to_decide() {
        let (proposal, loaded) =
            proposed("pump.csv", "Register;Name;Type;Scale\n40001;Flow;int16;10\n40002;Mode;uint16;1\n");
        assert_eq!(proposal.decisions.len(), 2, "{:?}", proposal.decisions);
        assert!(proposal.text.contains("de_facto = \"Register\"") && proposal.text.contains("divisor = \"Scale\""));
        assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics);
    }

    #[test]
    fn dashes_speak_against_no_column() {
        let mut table = "Address;Name;Type;Faktor;Offset\n".to_owned();
        for (address, blank) in ["-", "n/a", "none", "–", "-", "-", "-", "keine"].into_iter().enumerate() {
            let _ = writeln!(table, "{address};Value {address};uint16;{blank};{blank}");
        }
        table.push_str("8;Level;uint16;0,1;-\n9;Flow;uint16;-;-40\n");
        let (proposal, loaded) = proposed("holding_registers.csv", &table);
        assert_eq!(proposal.decisions, Vec::<String>::new());
        assert!(loaded.diagnostics.is_empty(), "{}", loaded.diagnostics);
        let points = loaded.device.unwrap().points;
        let scales: Vec<String> =
            points.iter().map(|point| format!("{} {}", point.scale.to_f64(), point.offset.to_f64())).collect();
        assert_eq!(scales, [vec!["1 0"; 8], vec!["0.1 0", "1 -40"]].concat());
    }

    #[test]
    fn a_column_that_may_change_values_is_to_decide() {
        let table = "Address;Name;Type;Factor;Offset;Length;Accuracy\n\
                     0;Flow;int16;1,5;text;one;1 %\n\
                     1;Mode;uint16;0,1;text;one;± 2 %\n\
                     2;Power;uint16;1/10;-40;one;± 2 %\n";
        let (proposal, loaded) = proposed("holding_registers.csv", table);
        for line in ["factor = \"Factor\"", "# offset = \"Offset\"", "# count = \"Length\"", "# factor = \"Accuracy\""]
        {
            let lines: Vec<&str> = proposal.text.lines().collect();
            let at = lines.iter().position(|one| *one == line).unwrap_or_else(|| panic!("{}", proposal.text));
            assert!(lines[at - 1].starts_with(DECIDE), "{}", proposal.text);
        }
        assert_eq!(proposal.decisions.len(), 4, "{:?}", proposal.decisions);
        assert!(!loaded.diagnostics.has_errors(), "{}", loaded.diagnostics);
    }

    #[test]
    fn the_english_column_stands_beside_the_chinese() {
        let (proposal, loaded) = proposed(
            "holding_registers.csv",
            "序号,寄存器地址,名称,Name,数据类型,单位,倍率,Kram\n1,100,电网电压,Grid voltage,U16,V,0.1,0.1\n\
             2,101,电网频率,Grid frequency,U16,Hz,0.01,1\n3,102,功率,Power,S16,W,1,1\n",
        );
        for line in ["address = \"寄存器地址\"", "description = \"Name\"", "factor = \"倍率\"", "# factor = \"Kram\""]
        {
            assert!(proposal.text.contains(line), "{line}\n{}", proposal.text);
        }
        // What looks like a second scale is asked about.
        assert_eq!(proposal.decisions.len(), 1, "{:?}", proposal.decisions);
        let points = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics)).points;
        let points: Vec<_> = points.iter().map(|point| (point.id.as_str(), point.scale.to_f64())).collect();
        assert_eq!(points, [("grid_voltage", 0.1), ("grid_frequency", 0.01), ("power", 1.0)]);
    }

    #[test]
    fn headers_nobody_knows_are_guessed_by_their_cells() {
        let (proposal, loaded) = proposed(
            "inputs.csv",
            "Kram;Foo;Bar;Baz\nx;100;Vorlauftemperatur;int16\nx;101;Druck;uint16\nx;104;Leistung;uint16\n",
        );
        for line in ["address = \"Foo\"", "description = \"Bar\"", "type = \"Baz\""] {
            assert!(proposal.text.contains(line), "{}", proposal.text);
        }
        assert_eq!(loaded.device.map(|device| device.points.len()), Some(3));
    }

    #[test]
    fn titles_that_announce_modbus_tables_divide_the_rows() {
        let (proposal, loaded) = proposed(
            "pump.csv",
            "Reg.,Description,Format,EU\n\"Input registers\n(function 4)\",,,\n0,Flow,int16,°C\n1,Return flow,int16,°C\n\
             Holding registers,,,\n0,Set point,int16,°C\n",
        );
        assert_eq!(proposal.decisions, Vec::<String>::new());
        for lines in ["rows = \"3-4\"\ntable = \"input_register\"", "rows = \"6-6\"\ntable = \"holding_register\""] {
            assert!(proposal.text.contains(lines), "{}", proposal.text);
        }
        let points = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics)).points;
        let points: Vec<_> = points.iter().map(|point| (point.label.as_str(), point.table.to_string())).collect();
        assert_eq!(points.len(), 3);
        assert!(points.contains(&("Flow", "input register".to_owned())), "{points:?}");
        assert!(points.contains(&("Set point", "holding register".to_owned())), "{points:?}");
        // No row is said to be left out that the other entry reads.
        let left_out: Vec<_> = loaded.diagnostics.iter().filter(|one| one.code == "N0361").collect();
        assert_eq!(left_out.iter().map(|one| one.places.len()).collect::<Vec<_>>(), [2], "{}", loaded.diagnostics);
    }

    #[test]
    fn titles_of_groups_announce_no_modbus_table() {
        let table = "Reg.,Description,Format,EU\nInputs,,,\n0,Outdoor,int16,°C\nDigital inputs,,,\n1,Filter,uint16,\n\
                     Coils,,,\n2,Coil temperature,int16,°C\nAlarms,,,\n3,Alarm word,uint16,\n";
        let (proposal, _) = proposed("holding_registers.csv", table);
        assert!(!proposal.text.contains("rows ="), "{}", proposal.text);
        // Beside titles that do, coils are those of the machine where a number stands below.
        let table = table.replace("Inputs,,,", "Holding registers (FC 3),,,") + "Coils,,,\n0,Reset,,\n";
        let (proposal, loaded) = proposed("unit.csv", &table);
        let parts: Vec<&str> = proposal.text.lines().filter(|line| line.starts_with("rows =")).collect();
        assert_eq!(parts, ["rows = \"3-9\"", "rows = \"11-11\""], "{}", proposal.text);
        let points = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics)).points;
        let coils: Vec<&str> =
            points.iter().filter(|point| point.table.is_bit()).map(|point| point.label.as_str()).collect();
        assert_eq!(coils, ["Reset"]);
    }

    #[test]
    fn a_first_row_of_words_is_no_second_header() {
        let (_, loaded) =
            proposed("holding_registers.csv", "Addr,Desc,Kind\n0x0010,Setpoint,int16\n0x0011,Mode,uint16\n");
        assert_eq!(loaded.device.map(|device| device.points.len()), Some(2));
    }

    #[test]
    fn columns_with_the_label_of_a_value_each_are_one_list() {
        let table =
            "Address,Signal,Type,State text 0,State text 1,Unit\n0,Alarm,bool,Normal,Alarm,\n1,Door,bool,Shut,Open,\n";
        let (proposal, loaded) = proposed("coils.csv", table);
        let line = "values = { 0 = \"State text 0\", 1 = \"State text 1\" }";
        assert!(proposal.text.contains(line), "{}", proposal.text);
        // Two lines of a name are no labels of 1 and 2.
        let (other, _) =
            proposed("coils.csv", &table.replace("State text 0", "Text 1").replace("State text 1", "Text 2"));
        assert!(!other.text.contains("values = {"), "{}", other.text);
        let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
        let labels = |name: &str| -> Vec<String> {
            let labels = device.value_type(name).map(|of| of.labels.iter()).into_iter().flatten();
            labels.map(|label| format!("{}={}", label.code, label.label)).collect()
        };
        assert_eq!(
            (labels("Alarm"), labels("Door")),
            (vec!["0=Normal".into(), "1=Alarm".into()], vec!["0=Shut".into(), "1=Open".into()])
        );
    }

    #[test]
    fn models_are_told_by_a_column_of_names_or_by_marks() {
        let table = "Model,Address,Name,Type\nS,0,Outdoor temperature,int16\nL,10,Outdoor temperature,int16\n\
                     \"S, L\",20,Mode,int16\nAll models,21,Alarm,int16\n";
        let (proposal, loaded) = proposed("holding_registers.csv", table);
        assert!(proposal.text.contains("variant = \"Model\""), "{}", proposal.text);
        assert!(proposal.text.contains("same_names = \"variant\""), "{}", proposal.text);
        let points = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics)).points;
        let found: Vec<String> =
            points.iter().map(|point| format!("{} {}", point.id, point.variants.join("+"))).collect();
        assert_eq!(found, ["outdoor_temperature_s S", "outdoor_temperature_l L", "mode S+L", "alarm "]);

        let table =
            "Address,Name,Type,Model S,Model L,Logged\n0,Flow,int16,x,x,x\n1,Level,int16,,x,\n2,Fan,int16,x,,\n";
        let (proposal, loaded) = proposed("holding_registers.csv", table);
        let variants = "variants = { \"Model S\" = \"Model S\", \"Model L\" = \"Model L\" }";
        assert!(proposal.text.contains(variants), "{}", proposal.text);
        let points = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics)).points;
        let found: Vec<String> = points.iter().map(|point| point.variants.join("+")).collect();
        assert_eq!(found, ["Model L+Model S", "Model L", "Model S"]);

        // A version is no model, and a name of each register none of a few.
        for header in ["Available from", "Model number"] {
            let table = format!("{header},Address,Name,Type\n1.0,0,Flow,int16\n1.2,1,Level,int16\n1.3,2,Fan,int16\n");
            let (proposal, _) = proposed("holding_registers.csv", &table);
            assert!(!proposal.text.contains("variant"), "{}", proposal.text);
        }
    }

    #[test]
    fn what_is_no_table_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notes.csv"), "Some notes\nabout nothing\n").unwrap();
        let loaded = propose(&folder.path().join("notes.csv"), "notes.csv").unwrap_err();
        assert!(loaded.diagnostics.iter().any(|diagnostic| diagnostic.code == "E0331"), "{}", loaded.diagnostics);
        assert!(propose(&folder.path().join("missing.csv"), "missing.csv").is_err());
    }
}

//! A first manifest for a table nobody has described yet, from looking at the file.
//!
//! What headers and cells say is written down with the evidence; what they do not say is guessed, and marked as a thing a
//! person has to decide.

mod refused;

use std::fmt::Write as _;
use std::path::Path;

use crate::columns::Meaning;
use crate::columns::recognise::{self, Column, Doubt, GUESSED, Recognised};
use crate::diagnostic::{Diagnostics, Place, Sources, inert, toml_string as quoted};
use crate::load::{self, Loaded};
use crate::manifest::DECIDE;
use crate::names;
use crate::sheet::{Grid, Library, Reading};
use crate::source::column_letters;

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
    let mut tables = tables(&file, &mut library, &mut diagnostics);
    if tables.is_empty() {
        let mut sources = Sources::default();
        library.show(&mut sources);
        let nothing = load::load(path);
        // What is wrong with the file itself, or that no header is known.
        let diagnostics = if diagnostics.has_errors() { diagnostics } else { nothing.diagnostics };
        return Err(Box::new(Loaded { device: None, diagnostics, sources, ..nothing }));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    // What check refuses is no proposal.
    loop {
        let loaded = check(&path.with_file_name("device.toml"), &written(&name, &file, &tables));
        if !refused::take_back(&mut tables, &loaded) {
            break;
        }
    }
    Ok(written(&name, as_file, &tables))
}

fn written(name: &str, file: &str, tables: &[Found]) -> Proposal {
    let mut writer = Writer { text: String::new(), decisions: Vec::new() };
    // Writing to a string cannot fail.
    let _ = writer.write(name, file, tables);
    Proposal { text: writer.text, decisions: writer.decisions }
}

/// What is said of a proposal, as if it stood at this path.
#[must_use]
pub fn check(manifest: &Path, proposal: &Proposal) -> Loaded {
    load::load_text(manifest, &proposal.text)
}

/// A table of the file.
struct Found {
    grid: std::sync::Arc<Grid>,
    table: Recognised,
    /// Whether its sheet has further tables.
    is_one_of_several: bool,
}

/// Every table that is recognised; where there is none, one that is guessed.
fn tables(file: &str, library: &mut Library, diagnostics: &mut Diagnostics) -> Vec<Found> {
    let (reading, asked) = (Reading::default(), Place::of_file(file));
    let Some(names) = library.names(file, &reading, &asked, diagnostics) else { return Vec::new() };
    let sheets: Vec<Option<String>> = if names.is_empty() { vec![None] } else { names.into_iter().map(Some).collect() };
    let mut grids = Vec::new();
    for sheet in &sheets {
        let mut ignored = Diagnostics::default();
        let said = if sheets.len() == 1 { &mut *diagnostics } else { &mut ignored };
        grids.extend(library.sheet(file, sheet.as_deref(), &reading, &asked, said));
    }
    let mut found = Vec::new();
    for grid in &grids {
        let tables = recognise::tables(grid);
        let is_one_of_several = tables.len() > 1;
        found.extend(tables.into_iter().map(|table| Found { grid: grid.clone(), table, is_one_of_several }));
    }
    if found.is_empty() {
        let guesses = grids.iter().filter_map(|grid| {
            Some(Found { grid: grid.clone(), table: recognise::guess(grid)?, is_one_of_several: false })
        });
        // The longest is the likeliest.
        found.extend(guesses.max_by_key(|found| found.grid.rows.len()));
    }
    found
}

struct Writer {
    text: String,
    decisions: Vec<String>,
}

impl Writer {
    fn write(&mut self, name: &str, file: &str, tables: &[Found]) -> std::fmt::Result {
        writeln!(
            self.text,
            "# Proposed by `modbus-bindgen init` from {}: what is behind a # is the evidence.",
            inert(file)
        )?;
        writeln!(self.text, "[device]")?;
        writeln!(self.text, "name = {}", quoted(name))?;
        let mut sets: Vec<(String, &Found)> = Vec::new();
        let mut entries: Vec<(String, Vec<&Found>)> = Vec::new();
        for found in tables {
            let same = sets.iter().find(|(_, other)| headers(other) == headers(found)).map(|(set, _)| set.clone());
            let set = same.unwrap_or_else(|| {
                let sheet = found.grid.origin.sheet.as_deref().map(names::snake).filter(|name| !name.is_empty());
                let base = sheet.unwrap_or_else(|| "registers".to_owned());
                let taken = |name: &String| sets.iter().any(|(set, _)| set == name);
                let numbered = (2u32..).map(|number| format!("{base}_{number}"));
                let name = std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(base);
                sets.push((name.clone(), found));
                name
            });
            let alike = |(of, others): &&mut (String, Vec<&Found>)| {
                *of == set
                    && others.iter().all(|other| !other.is_one_of_several && other.table.table == found.table.table)
            };
            match entries.iter_mut().filter(|_| !found.is_one_of_several).find(alike) {
                Some((_, others)) => others.push(found),
                None => entries.push((set, vec![found])),
            }
        }
        for (set, alike) in entries {
            self.sheet(file, &alike, &set)?;
        }
        let several = sets.len() > 1;
        for (set, found) in sets {
            writeln!(self.text)?;
            match several {
                true => writeln!(self.text, "[column_sets.{set}]")?,
                false => writeln!(self.text, "[columns]")?,
            }
            for column in &found.table.columns {
                self.column(found, column)?;
            }
        }
        let lines = self.text.lines().filter(|line| several || !line.starts_with(ONLY_SET));
        // Strings are inert already; what stands behind a # is not.
        let lines: Vec<_> = lines.map(|line| inert(line.trim_start_matches(ONLY_SET))).collect();
        self.text = lines.join("\n") + "\n";
        Ok(())
    }

    fn sheet(&mut self, file: &str, alike: &[&Found], set: &str) -> std::fmt::Result {
        writeln!(self.text, "\n[[sheet]]")?;
        writeln!(self.text, "file = {}", quoted(file))?;
        let names: Vec<String> =
            alike.iter().filter_map(|found| found.grid.origin.sheet.as_deref()).map(quoted).collect();
        match names.as_slice() {
            [] => {}
            [name] => writeln!(self.text, "name = {name}")?,
            names => writeln!(self.text, "names = [{}]", names.join(", "))?,
        }
        let Some(found) = alike.first() else { return Ok(()) };
        if found.is_one_of_several {
            writeln!(self.text, "header = {}  # the sheet holds several tables", found.table.row)?;
        }
        let says = |meaning| found.table.column(meaning).is_some();
        if says(Meaning::Table) || says(Meaning::DeFacto) {
            // Every row says it.
        } else if let Some((table, how)) = &found.table.table {
            writeln!(self.text, "table = {}  # {how}", quoted(&table.to_string().replace(' ', "_")))?;
        } else {
            self.decide(
                "table = \"holding_register\"",
                "nothing says which Modbus table it is: coil, discrete_input, input_register or holding_register",
                found,
            )?;
        }
        writeln!(self.text, "{ONLY_SET}columns = {}", quoted(set))
    }

    fn column(&mut self, found: &Found, column: &Column) -> std::fmt::Result {
        let header = column.header.split_whitespace().collect::<Vec<_>>().join(" ");
        let samples = samples(found, column);
        let key = column.meaning.map(Meaning::key);
        match (&column.doubt, key) {
            (Some(Doubt::Scale(sample)), _) => self.decide(
                &format!("{} = {}", recognise::likely_scale(&header).key(), quoted(&header)),
                &format!("does {sample} divide the raw value (divisor), multiply it (factor), or is it a power of ten (exponent)? {samples}"),
                found,
            ),
            (Some(Doubt::Size(_)), _) => self.decide(
                &format!("# count = {}", quoted(&header)),
                &format!("does it count registers (count), bytes (size_in_bytes) or bits (size_in_bits)? {samples}"),
                found,
            ),
            (Some(Doubt::Same(meaning, _)), _) => self.decide(
                &format!("# {} = {}", meaning.key(), quoted(&header)),
                &format!("another column may be the same; which of them is it? {samples}"),
                found,
            ),
            (Some(Doubt::Unread(meaning, _)), _) => self.decide(
                &format!("# {} = {}", meaning.key(), quoted(&header)),
                &format!("the header says that it changes values, and most cells do not say how: take the # away, or this line out where it does not matter: {samples}"),
                found,
            ),
            (Some(Doubt::Misfit(meaning, looks, _)), key) => self.decide(
                &match key {
                    Some(key) => format!("{key} = {}", quoted(&header)),
                    None => format!("# {} = {}", meaning.key(), quoted(&header)),
                },
                &format!("the header says {}, and its cells look like {}: {samples}", meaning.key(), looks.name()),
                found,
            ),
            (Some(Doubt::Refused(meaning, message)), _) => self.decide(
                &format!("# {} = {}", meaning.key(), quoted(&header)),
                &format!("the header says it is the {}, and its cells say {message}: {samples}", meaning.key()),
                found,
            ),
            (Some(Doubt::DeFacto(sample)), _) => self.decide(
                &format!("de_facto = {}", quoted(&header)),
                &format!("is {sample} a de facto number, 40001 being the first holding register, or an address (address, and table in [[sheet]])?"),
                found,
            ),
            (None, Some(key)) if column.how == GUESSED => {
                self.decide(&format!("{key} = {}", quoted(&header)), &format!("guessed from its cells: {samples}"), found)
            }
            (None, Some(key)) => writeln!(self.text, "{key} = {}  # {}: {samples}", quoted(&header), column.how),
            (None, None) if column.may_be.is_some() => {
                let key = column.may_be.map(Meaning::key).unwrap_or_default();
                self.decide(
                    &format!("# {key} = {}", quoted(&header)),
                    &format!("not used, though the header may say that it changes values ({}): is it the {key}? {samples}", column.how),
                    found,
                )
            }
            (None, None) => writeln!(self.text, "# not used: {} ({}): {samples}", quoted(&header), column.how),
        }
    }

    fn decide(&mut self, line: &str, why: &str, found: &Found) -> std::fmt::Result {
        writeln!(self.text, "{DECIDE} {why}\n{line}")?;
        let sheet = found.grid.origin.sheet.as_ref().map(|sheet| format!("sheet {sheet}: ")).unwrap_or_default();
        self.decisions.push(format!("{sheet}{}: {why}", line.trim_start_matches("# ")));
        Ok(())
    }
}

/// Stands before the set of columns of a sheet, which a manifest with one set does not name.
const ONLY_SET: &str = "\u{1}";

fn headers(found: &Found) -> Vec<(Option<Meaning>, &str)> {
    found.table.columns.iter().map(|column| (column.meaning, column.header.as_str())).collect()
}

/// A few cells of a column, in a line.
fn samples(found: &Found, column: &Column) -> String {
    let below = |number: u32| number > found.table.row && found.table.end.is_none_or(|end| number < end);
    let mut samples: Vec<String> = Vec::new();
    for row in found.grid.rows.iter().filter(|row| below(row.number)) {
        let cell = row.cells.get(column.index).map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "));
        let cell =
            cell.map(|cell| cell.chars().filter(|character| !character.is_control()).take(24).collect::<String>());
        if let Some(cell) = cell.filter(|cell| !cell.is_empty() && !samples.contains(cell)) {
            samples.push(cell);
        }
        if samples.len() == 3 {
            break;
        }
    }
    let letters = column_letters(column.index);
    if samples.is_empty() {
        format!("column {letters}, blank")
    } else {
        format!("column {letters}, {}", samples.join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn what_is_no_table_is_said() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notes.csv"), "Some notes\nabout nothing\n").unwrap();
        let loaded = propose(&folder.path().join("notes.csv"), "notes.csv").unwrap_err();
        assert!(loaded.diagnostics.iter().any(|diagnostic| diagnostic.code == "E0331"), "{}", loaded.diagnostics);
        assert!(propose(&folder.path().join("missing.csv"), "missing.csv").is_err());
    }
}

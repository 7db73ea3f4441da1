//! The proposed manifest as text: short, each line with its evidence, each open question above the line it is about.

use std::fmt::Write as _;
use std::path::Path;

use super::parts::Part;
use super::settle::{Setting, Settings};
use super::{Found, Proposal};
use crate::columns::recognise::{self, Column, Doubt, GUESSED};
use crate::columns::{self, Meaning};
use crate::diagnostic::{inert, toml_string as quoted};
use crate::manifest::{DECIDE, SCHEMA};
use crate::names;
use crate::sheet::HeaderRows;
use crate::source::column_letters;

/// The manifest of these tables of a file.
pub(super) fn manifest(settings: &Settings, file: &str, tables: &[Found]) -> Proposal {
    let mut writer = Writer { settings, text: String::new(), decisions: Vec::new() };
    // Writing to a string cannot fail.
    let _ = writer.write(file, tables);
    Proposal { text: writer.text, decisions: writer.decisions }
}

struct Writer<'a> {
    settings: &'a Settings,
    text: String,
    decisions: Vec<String>,
}

impl Writer<'_> {
    fn write(&mut self, file: &str, tables: &[Found]) -> std::fmt::Result {
        writeln!(self.text, "#:schema {SCHEMA}")?;
        writeln!(self.text, "# Proposed by `modbus-bindgen init` from {}: the evidence follows each #.", inert(file))?;
        writeln!(self.text, "[device]")?;
        writeln!(self.text, "name = {}", quoted(&self.settings.name))?;
        self.device(file, tables)?;
        self.link()?;
        let mut sets: Vec<(String, &Found)> = Vec::new();
        let mut entries: Vec<(String, Vec<&Found>)> = Vec::new();
        for found in tables {
            let same = sets.iter().find(|(_, other)| other.headers() == found.headers()).map(|(set, _)| set.clone());
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
                *of == set && others.iter().all(|other| !stands_alone(other) && other.table.table == found.table.table)
            };
            match entries.iter_mut().filter(|_| !stands_alone(found)).find(alike) {
                Some((_, others)) => others.push(found),
                None => entries.push((set, vec![found])),
            }
        }
        for (set, alike) in entries {
            match alike.as_slice() {
                [found] if !found.parts.is_empty() => {
                    for part in &found.parts {
                        self.sheet(file, &alike, Some(part), &set)?;
                    }
                }
                _ => self.sheet(file, &alike, None, &set)?,
            }
        }
        self.lists(file)?;
        let several = sets.len() > 1;
        for (set, found) in sets {
            writeln!(self.text)?;
            match several {
                true => writeln!(self.text, "[column_sets.{set}]")?,
                false => writeln!(self.text, "[columns]")?,
            }
            self.columns(found)?;
        }
        let lines = self.text.lines().filter(|line| several || !line.starts_with(ONLY_SET));
        // Strings are inert already; what stands behind a # is not.
        let lines: Vec<_> = lines.map(|line| inert(line.trim_start_matches(ONLY_SET))).collect();
        self.text = lines.join("\n") + "\n";
        Ok(())
    }

    /// What holds of the whole device.
    fn device(&mut self, file: &str, tables: &[Found]) -> std::fmt::Result {
        let settings = self.settings;
        let mut languages: Vec<&str> = Vec::new();
        for column in tables.iter().flat_map(|found| &found.table.columns) {
            match column.language {
                // The first one is the one that names are made of.
                Some(language) if column.meaning.is_some() && !languages.contains(&language) => {
                    languages.insert(0, language);
                }
                Some(language) if !languages.contains(&language) => languages.push(language),
                _ => {}
            }
        }
        if !languages.is_empty() && languages != ["en"] {
            let languages: Vec<String> = languages.into_iter().map(quoted).collect();
            writeln!(self.text, "languages = [{}]", languages.join(", "))?;
        }
        if file.starts_with("../") || Path::new(file).is_absolute() {
            writeln!(self.text, "outside_files = true")?;
        }
        let keys = [
            (settings.has(Setting::Grouped), "names = \"grouped\""),
            (settings.has(Setting::FirstPhrases), "long_names = \"first_phrase\"  # descriptions are sentences"),
            (settings.has(Setting::SameNamesOfVariants), "same_names = \"variant\"  # names repeat in other models"),
            (settings.has(Setting::SameNames), "same_names = \"address\"  # names repeat"),
        ];
        for (_, line) in keys.into_iter().filter(|(is_set, _)| *is_set) {
            writeln!(self.text, "{line}")?;
        }
        for fact in settings.facts.iter().filter(|fact| fact.section == "device") {
            writeln!(self.text, "{} = {}  # {}", fact.key, fact.value, fact.evidence)?;
        }
        for open in &settings.open {
            self.ask(&format!("{} = {}", open.key, quoted(open.value)), open.question, "")?;
        }
        if let Some(pairs) = &settings.pairs {
            writeln!(self.text)?;
            self.ask(pairs, "do these marks name the high and the low word of one 32-bit value? Without [pairs] each is a 16-bit register", "")?;
        }
        if settings.has(Setting::InDescription) {
            writeln!(self.text, "\n[values]\nin_description = \"anywhere\"  # descriptions list values")?;
        }
        Ok(())
    }

    /// What the text around the tables says of the link.
    fn link(&mut self) -> std::fmt::Result {
        for section in ["link", "link.rtu", "link.tcp"] {
            let facts = self.settings.facts.iter().filter(|fact| fact.section == section);
            for (index, fact) in facts.enumerate() {
                if index == 0 {
                    writeln!(self.text, "\n[{section}]")?;
                }
                writeln!(self.text, "{} = {}  # {}", fact.key, fact.value, fact.evidence)?;
            }
        }
        Ok(())
    }

    /// The columns of a set; those without a use in a line, so that the rest stays short.
    fn columns(&mut self, found: &Found) -> std::fmt::Result {
        let unused = |column: &&Column| {
            column.meaning.is_none() && column.doubt.is_none() && column.may_be.is_none() && column.language.is_none()
        };
        let is_alone = |column: &&Column| !unused(column) && column.language.is_none() && !is_one_of_several(column);
        for column in found.table.columns.iter().filter(is_alone) {
            self.column(found, column)?;
        }
        let label = |column: &Column| match column.meaning {
            Some(Meaning::ValueLabel(code)) => Some(format!("{code} = {}", quoted(&column.header))),
            _ => None,
        };
        let labels: Vec<String> = found.table.columns.iter().filter_map(label).collect();
        if !labels.is_empty() {
            writeln!(self.text, "values = {{ {} }}  # their headers name raw values", labels.join(", "))?;
        }
        let models = found.table.columns.iter().filter(|column| is_of_model(column));
        let models: Vec<String> = models.map(|column| quoted(&column.header)).collect();
        if !models.is_empty() {
            let entries: Vec<String> = models.iter().map(|header| format!("{header} = {header}")).collect();
            writeln!(
                self.text,
                "variants = {{ {} }}  # their headers name models, and their cells are marks",
                entries.join(", ")
            )?;
        }
        let languages: Vec<(&str, String)> =
            found.table.columns.iter().filter_map(|column| Some((column.language?, quoted(&column.header)))).collect();
        match languages.as_slice() {
            [] => {}
            [(_, header)] => writeln!(self.text, "description = {header}")?,
            several => {
                let entries: Vec<String> = several.iter().map(|(code, header)| format!("{code} = {header}")).collect();
                writeln!(self.text, "description = {{ {} }}  # headers name the languages", entries.join(", "))?;
            }
        }
        let names: Vec<String> =
            found.table.columns.iter().filter(unused).map(|column| quoted(&column.header)).collect();
        if !names.is_empty() {
            writeln!(self.text, "# not used: {}", names.join(", "))?;
        }
        Ok(())
    }

    fn sheet(&mut self, file: &str, alike: &[&Found], part: Option<&Part>, set: &str) -> std::fmt::Result {
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
        let HeaderRows { first, last } = found.header;
        if first != last {
            writeln!(self.text, "header = [{first}, {last}]  # its second row holds no register")?;
        } else if found.is_one_of_several {
            writeln!(self.text, "header = {first}  # the sheet holds several tables")?;
        }
        if let Some(Part { rows: (first, last), .. }) = part {
            writeln!(self.text, "rows = \"{first}-{last}\"")?;
        }
        if self.settings.has(Setting::Titles) {
            writeln!(self.text, "titles = \"groups\"  # rows of a single text")?;
        }
        if found.grid.origin.sheet.is_some() {
            let keys = [
                (self.settings.has(Setting::Variants), "variant = true  # sheets repeat addresses"),
                (self.settings.has(Setting::Groups), "group = true"),
            ];
            for (_, line) in keys.into_iter().filter(|(is_set, _)| *is_set) {
                writeln!(self.text, "{line}")?;
            }
        }
        let says = |meaning| found.table.column(meaning).is_some();
        let addresses = found.table.column(Meaning::Address).map(|column| column.index);
        let rows = found.grid.rows.iter().filter(|row| found.has(row.number));
        let cells = rows.filter_map(|row| row.cells.get(addresses?)).map(String::as_str);
        if says(Meaning::Table) || says(Meaning::DeFacto) || columns::name_tables(cells) {
            // Every row says it.
        } else if let Some((table, title)) = part.and_then(|part| part.announced.as_ref()) {
            let table = quoted(&table.to_string().replace(' ', "_"));
            writeln!(self.text, "table = {table}  # the title “{title}” says so")?;
        } else if let Some((table, how)) = &found.table.table {
            writeln!(self.text, "table = {}  # {how}", quoted(&table.to_string().replace(' ', "_")))?;
        } else if let Some(fact) = self.settings.facts.iter().find(|fact| fact.section == "sheet") {
            writeln!(self.text, "{} = {}  # {}", fact.key, fact.value, fact.evidence)?;
        } else {
            self.decide(
                "table = \"holding_register\"",
                "nothing says which Modbus table it is: coil, discrete_input, input_register or holding_register",
                found,
            )?;
        }
        writeln!(self.text, "{ONLY_SET}columns = {}", quoted(set))
    }

    /// Sheets with lists that registers refer to.
    fn lists(&mut self, file: &str) -> std::fmt::Result {
        for list in &self.settings.lists {
            writeln!(self.text, "\n[[list]]  # {} cells name its lists", list.references)?;
            writeln!(self.text, "file = {}", quoted(file))?;
            writeln!(self.text, "sheet = {}", quoted(&list.sheet))?;
            for (key, header) in &list.columns {
                writeln!(self.text, "{key} = {}", quoted(header))?;
            }
        }
        Ok(())
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
                &format!("the header says that it changes values, and most cells do not say how: remove the #, or delete this line if it does not matter: {samples}"),
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
            (None, None) => Ok(()),
        }
    }

    fn decide(&mut self, line: &str, why: &str, found: &Found) -> std::fmt::Result {
        let sheet = found.grid.origin.sheet.as_ref().map(|sheet| format!("sheet {sheet}: ")).unwrap_or_default();
        self.ask(line, why, &sheet)
    }

    fn ask(&mut self, line: &str, why: &str, sheet: &str) -> std::fmt::Result {
        writeln!(self.text, "{DECIDE} {why}\n{line}")?;
        self.decisions.push(format!("{sheet}{}: {why}", line.trim_start_matches("# ")));
        Ok(())
    }
}

/// Whether a table has `[[sheet]]` entries of its own.
fn stands_alone(found: &Found) -> bool {
    found.is_one_of_several || !found.parts.is_empty()
}

/// Whether a column is named together with others of its kind.
fn is_one_of_several(column: &Column) -> bool {
    is_of_model(column) || matches!(column.meaning, Some(Meaning::ValueLabel(_)))
}

/// Whether a column says of one model which rows it has.
fn is_of_model(column: &Column) -> bool {
    matches!(column.meaning, Some(Meaning::InVariant(_)))
}

/// Stands before the set of columns of a sheet, which a manifest with one set does not name.
const ONLY_SET: &str = "\u{1}";

/// A few cells of a column, in a line.
fn samples(found: &Found, column: &Column) -> String {
    let mut samples: Vec<String> = Vec::new();
    for row in found.grid.rows.iter().filter(|row| found.has(row.number)) {
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

//! The sheets of the vendor's files, each with the entry of the manifest that says how it is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Read;
use super::accesses;
use super::addresses::Styles;
use super::bases;
use super::bit_numbers;
use super::doubts;
use super::facts::{self, Lost, Placed, Room, Sheet};
use super::lines;
use super::recognised;
use crate::columns::{self, Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::manifest::{Manifest, SheetEntry};
use crate::rows::{self, Line, Row};
use crate::sheet::{Grid, Library};
use crate::source::Origin;
use crate::spelling::normalised;
use crate::spelling::wildcard;
use crate::suggest;

/// Reads every sheet the manifest names.
pub(super) fn read(manifest: &Manifest, library: &mut Library, diagnostics: &mut Diagnostics) -> Read {
    let mut read = Read::default();
    let mut repeats: BTreeSet<String> = BTreeSet::new();
    let mut room = Room::default();
    let is_type = |text: &str| manifest.aliases.iter().any(|alias| alias.word.eq_ignore_ascii_case(&normalised(text)));
    let (mut named_reserved, mut padded) = (Vec::new(), BTreeSet::new());
    for entry in &manifest.sheets {
        let Some(names) = names(entry, manifest, library, diagnostics) else {
            read.unread = true;
            continue;
        };
        // Rules that leave rows out of none of the sheets.
        let mut idle: Option<BTreeSet<usize>> = None;
        for name in names {
            let grid = library.sheet(&entry.file.value, name.as_deref(), &entry.reading, &entry.place, diagnostics);
            let Some(grid) = grid else {
                read.unread = true;
                continue;
            };
            let parts = recognised::parts(entry, manifest, &grid, diagnostics);
            read.unread |= parts.is_empty();
            for part in parts {
                let (entry, columns) = (part.entry.as_ref(), part.columns.as_ref());
                let Some(rows) = rows::rows(&grid, columns, &entry.layout, &is_type, diagnostics) else {
                    read.unread = true;
                    continue;
                };
                let unused: BTreeSet<usize> = rows.idle.iter().copied().collect();
                idle = Some(idle.map_or(unused.clone(), |idle| idle.intersection(&unused).copied().collect()));
                let mut understood = recognised::understood(&part, &grid, &rows);
                doubts::around::report(&rows, columns, entry, manifest, diagnostics);
                read.lost.extend(rows.lost.into_iter().map(|row| Lost { row, candidates: Vec::new() }));
                read.lacking |= rows.lacking;
                let sheet = sheet(entry, manifest, columns, &grid, &rows.lines, rows.lacking, diagnostics);
                let is_placed = !bases::report(&of_rows(&rows.lines), columns, diagnostics);
                read.unread |= !is_placed;
                if !is_placed {
                    read.understood.push(understood);
                    continue;
                }
                let lines::Read { items, lost } = lines::read(rows.lines, entry, diagnostics);
                read.lost.extend(lost.into_iter().map(|row| Lost { row, candidates: Vec::new() }));
                let placed = facts::place(items, &sheet, &mut room, diagnostics);
                let Placed { facts, lost, reserved, variants, repeats: used, .. } = placed;
                recognised::use_rows(&mut understood, &facts);
                read.understood.push(understood);
                named_reserved.extend(placed.named_reserved);
                padded.extend(placed.padded);
                read.facts.extend(facts);
                read.lost.extend(lost);
                read.reserved.extend(reserved);
                repeats.extend(used);
                for variant in variants {
                    if !read.variants.contains(&variant) {
                        read.variants.push(variant);
                    }
                }
            }
        }
        report_idle(entry, &idle.unwrap_or_default(), diagnostics);
    }
    // What another row gives the type of what is reserved needs no note.
    named_reserved.retain(|(table, address, _)| !padded.contains(&(*table, *address)));
    name_reserved(named_reserved.into_iter().map(|(.., place)| place).collect(), diagnostics);
    if !read.unread && !read.lacking {
        report_repeats(manifest, &repeats, diagnostics);
    }
    read
}

/// The sheets an entry is about; none where the file has none such, which is reported.
fn names(
    entry: &SheetEntry,
    manifest: &Manifest,
    library: &mut Library,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Option<String>>> {
    if entry.names.is_empty() {
        return Some(vec![None]);
    }
    let is_pattern = |name: &str| name.contains('*');
    // A name is asked for as it is, so that the nearest is suggested where it is misspelt.
    let mut found: Vec<Option<String>> = Vec::new();
    let exact = entry.names.iter().filter(|name| !is_pattern(&name.value));
    found.extend(exact.map(|name| Some(name.value.clone())));
    if found.len() == entry.names.len() {
        return Some(found);
    }
    let known = library.names(&entry.file.value, &entry.reading, &entry.place, diagnostics)?;
    let of_others = |sheet: &str| {
        let others = manifest.sheets.iter().filter(|other| other.file.value == entry.file.value);
        others.flat_map(|other| &other.names).any(|name| !is_pattern(&name.value) && name.value == sheet)
    };
    for name in &entry.names {
        let matching = known.iter().filter(|sheet| is_pattern(&name.value) && wildcard(&name.value, sheet));
        let matching: Vec<&String> = matching.collect();
        if is_pattern(&name.value) && matching.is_empty() {
            report_none(entry, &name.value, "has no sheet like", &known, diagnostics);
            return None;
        }
        for sheet in matching.into_iter().filter(|sheet| entry.covers(Some(sheet)) && !of_others(sheet)) {
            if !found.contains(&Some(sheet.clone())) {
                found.push(Some(sheet.clone()));
            }
        }
    }
    for name in &entry.except {
        if !known.iter().any(|sheet| wildcard(&name.value, sheet)) {
            report_none(entry, &name.value, "has no sheet to except like", &known, diagnostics);
        }
    }
    Some(found)
}

fn report_none(entry: &SheetEntry, name: &str, has: &str, known: &[String], diagnostics: &mut Diagnostics) {
    let file = &entry.file.value;
    diagnostics.push(
        Diagnostic::error("E0220", said!("{file} {has} “{name}”", file, has, name))
            .at(entry.place.clone().holds(name))
            .expected("the names of sheets of the workbook; * matches anything")
            .help(suggest::nearest_of("sheet", name, known.iter().map(String::as_str))),
    );
}

/// What is known of a sheet before its rows are placed.
fn sheet<'a>(
    entry: &'a SheetEntry,
    manifest: &'a Manifest,
    columns: &Columns,
    grid: &Grid,
    lines: &[Line],
    lacking: bool,
    diagnostics: &mut Diagnostics,
) -> Sheet<'a> {
    let rows = of_rows(lines);
    Sheet {
        entry,
        manifest,
        name: grid.origin.sheet.clone(),
        lacking,
        one_based: one_based(entry, manifest, columns, &grid.origin, diagnostics),
        bit_numbering: bit_numbers::settled(entry, manifest, columns, &grid.origin, diagnostics),
        styles: Styles::of(&rows, columns),
        marks: accesses::marks(&rows),
        codes_write: accesses::codes_write(&rows),
    }
}

fn of_rows(lines: &[Line]) -> Vec<&Row> {
    let rows = lines.iter().filter_map(|line| match line {
        Line::Row(row) => Some(row),
        Line::Title(..) | Line::LeftOut(..) => None,
    });
    rows.collect()
}

/// Whether addresses are counted from one: as the manifest says, or else the header, `Register (1-based)`.
fn one_based(
    entry: &SheetEntry,
    manifest: &Manifest,
    columns: &Columns,
    origin: &Arc<Origin>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let stated = entry.one_based.or(manifest.one_based);
    let header = columns.header(Meaning::Address);
    let printed = header.and_then(|header| Some((header, columns::counts_from_one(&header.value)?)));
    let (Some((header, printed)), is_stated) = (printed, stated) else { return stated.unwrap_or_default() };
    let from = if printed { "one" } else { "zero" };
    if is_stated.is_none() && printed {
        diagnostics.push(
            Diagnostic::note(
                "N0377",
                "the header says that addresses are counted from one, so they were read that way",
            )
            .at(header.place.clone().holds(&header.value)),
        );
    } else if is_stated.is_some_and(|stated| stated != printed) {
        diagnostics.push(
            Diagnostic::warning("W0376", said!("the header says that addresses are counted from {from}", from))
                .at(header.place.clone().holds(&header.value))
                .at(entry.place.clone())
                .expected(format!("numbering = \"{from}_based\", or none"))
                .help(
                    "reading the device tells whether the header is wrong: if it is, the value is in the next register",
                )
                .manifest(Entry::sheet(origin).one_of("numbering", ["zero_based", "one_based"])),
        );
    }
    stated.unwrap_or(printed)
}

/// Names the rows that are taken to be about nothing.
fn name_reserved(places: Vec<Place>, diagnostics: &mut Diagnostics) {
    let count = places.len();
    if count > 0 {
        let rows = if count == 1 { "a row says".to_owned() } else { format!("{count} rows say") };
        let note = Diagnostic::note("N0371", said!("{rows} that addresses are reserved; these are not points", rows));
        diagnostics.push(places.into_iter().fold(note, Diagnostic::at));
    }
}

/// Reports rules of `skip` that leave nothing out.
fn report_idle(entry: &SheetEntry, idle: &BTreeSet<usize>, diagnostics: &mut Diagnostics) {
    for (column, texts) in idle.iter().filter_map(|rule| entry.layout.skip.get(*rule)) {
        diagnostics.push(
            Diagnostic::error("E0223", said!("`skip` matches no row in the column “{column}”", column))
                .at(entry.place.clone().holds(texts.join(", ")))
                .expected("the text in the rows to leave out; * matches anything")
                .help("drop it if a new revision of the table has dropped the rows"),
        );
    }
}

/// Reports entries of `[repeats]` that no block bears out.
fn report_repeats(manifest: &Manifest, used: &BTreeSet<String>, diagnostics: &mut Diagnostics) {
    for (key, _) in manifest.repeats.iter().filter(|(key, _)| !used.contains(&key.value)) {
        diagnostics.push(
            Diagnostic::error(
                "E0222",
                said!("no block of rows has the name or the count “{value}”", value = &key.value),
            )
            .at(key.place.clone().holds(&key.value))
            .expected("the name of a block that repeats, or what its column `repeats` says")
            .help(suggest::nearest_of("block", &key.value, used.iter().map(String::as_str))),
        );
    }
}

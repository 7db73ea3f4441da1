//! Further ways for an entry to name registers: `labels` and `ids`, patterns with `*`; and `expect`, what their rows print.
//!
//! Which points have a label or an identifier is known only once rows have become points. Until then an entry that names
//! them so is about no register; then its registers are filled in, and the rows become points again. Where several ways are
//! given, all must hold.

use std::collections::BTreeSet;

use super::Manifest;
use super::allows::Allow;
use super::arrays::ArraySource;
use super::reader::Section;
use super::registers::Registers;
use super::types::ValueList;
use crate::change::matches;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::model::{Device, Point};
use crate::spelling::normalised;

/// How an entry names registers, besides their addresses alone.
#[derive(Debug)]
pub(crate) struct Selector {
    /// The entry.
    place: Place,
    /// How messages call it: `[[note]]`.
    what: String,
    registers: Option<Registers>,
    labels: Vec<String>,
    ids: Vec<String>,
    /// All texts that the rows print where the label comes from.
    expect: Option<Vec<String>>,
}

/// The further ways that an entry has.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ways {
    pub(super) labels: bool,
    pub(super) expect: bool,
}

/// Reads `ids`, and of `labels` and `expect` what the entry can have; whether it names points.
pub(super) fn read(section: &Section<'_>, registers: Option<&Registers>, ways: Ways) -> bool {
    let texts = |key: &'static str| {
        let found = section.filled_strings(key, "a pattern, * for anything, or a list of them").unwrap_or_default();
        found.into_iter().map(|text| text.value).collect::<Vec<_>>()
    };
    let labels = if ways.labels { texts("labels") } else { Vec::new() };
    // Of an array a table of identifiers is about its members.
    let ids = if section.holds_table("ids") { Vec::new() } else { texts("ids") };
    let expect = ways.expect.then(|| section.strings("expect")).flatten();
    let names_points = !labels.is_empty() || !ids.is_empty();
    if names_points || expect.is_some() {
        section.add_selector(Selector {
            place: section.place().clone(),
            what: section.name().to_owned(),
            registers: registers.cloned(),
            labels,
            ids,
            expect,
        });
    }
    names_points
}

impl Selector {
    fn names_points(&self) -> bool {
        !self.labels.is_empty() || !self.ids.is_empty()
    }

    /// The registers of the points that it names; none where there are none, which is reported.
    fn registers_of(&self, device: &Device, diagnostics: &mut Diagnostics) -> Option<Registers> {
        let points = device.points.iter().filter(|point| self.selects(point));
        let ranges: BTreeSet<_> = points.map(|point| (point.table, point.address(), point.last_address())).collect();
        if ranges.is_empty() {
            let named: Vec<&str> = self.labels.iter().chain(&self.ids).map(String::as_str).collect();
            diagnostics.push(
                Diagnostic::error("E0402", said!("{what} matches nothing: no point has this name", what = &self.what))
                    .at(self.place.clone().holds(named.join(", ")))
                    .expected("labels or identifiers of the vendor's table, * for anything")
                    .help("`modbus-bindgen docs` and `export` list them"),
            );
            return None;
        }
        Some(Registers { ranges: ranges.into_iter().collect() })
    }

    fn selects(&self, point: &Point) -> bool {
        let label = normalised(&point.label).to_lowercase();
        let is_label = |pattern: &String| matches(&normalised(pattern).to_lowercase(), &label);
        (self.labels.is_empty() || self.labels.iter().any(is_label))
            && (self.ids.is_empty() || self.ids.iter().any(|pattern| matches(pattern, &point.id)))
            && self.registers.as_ref().is_none_or(|of| of.contains(point.table, point.address()))
    }
}

impl Manifest {
    /// Whether some entries name registers by their labels or identifiers.
    pub(crate) fn names_points(&self) -> bool {
        self.selectors.iter().any(Selector::names_points)
    }

    /// Fills in the registers of entries that name them by label or identifier. What is allowed is looked up when all else is
    /// done.
    pub(crate) fn resolve(&mut self, device: &Device, diagnostics: &mut Diagnostics) {
        let selectors = std::mem::take(&mut self.selectors);
        let is_allowed = |selector: &&Selector| self.allows.iter().any(|allow| allow.place == selector.place);
        let of_entries: Vec<&Selector> = selectors.iter().filter(|of| of.names_points() && !is_allowed(of)).collect();
        for selector in of_entries {
            let Some(registers) = selector.registers_of(device, diagnostics) else { continue };
            for entry in self.entries(&selector.place) {
                entry.clone_from(&registers);
            }
        }
        self.selectors = selectors;
    }

    /// What is allowed, with the registers of entries that name them by label or identifier.
    pub(crate) fn allowed(&self, device: &Device, diagnostics: &mut Diagnostics) -> Vec<Allow> {
        let mut allows = self.allows.clone();
        for allow in &mut allows {
            let selector = self.selectors.iter().find(|of| of.place == allow.place && of.names_points());
            if let Some(registers) = selector.and_then(|of| of.registers_of(device, diagnostics)) {
                allow.registers = Some(registers);
            }
        }
        allows
    }

    /// The registers of the entry at this place.
    fn entries(&mut self, place: &Place) -> Vec<&mut Registers> {
        let overrides = self.overrides.iter_mut().map(|entry| (&entry.place, &mut entry.registers));
        let notes = self.notes.iter_mut().map(|entry| (&entry.place, &mut entry.registers));
        let cases = self.values_if.iter_mut().map(|entry| (&entry.place, &mut entry.registers));
        let rules = self.rules.iter_mut().filter_map(|entry| Some((&entry.place, entry.registers.as_mut()?)));
        let types = self.types.iter_mut().filter_map(|entry| match &mut entry.list {
            ValueList::Inline { registers, .. } | ValueList::Given { registers, .. } => Some((&entry.place, registers)),
            ValueList::Footnote(_) => None,
        });
        let arrays = self.arrays.iter_mut().filter_map(|entry| match &mut entry.source {
            ArraySource::Range { registers, .. } | ArraySource::Block { registers, .. } => {
                Some((&entry.place, registers))
            }
            ArraySource::Pattern(_) | ArraySource::Members { .. } => None,
        });
        let all = overrides.chain(notes).chain(cases).chain(rules).chain(types).chain(arrays);
        all.filter(|(of, _)| *of == place).map(|(_, registers)| registers).collect()
    }

    /// Reports entries whose rows do not print what they expect.
    pub(crate) fn report_stale(&self, device: &Device, diagnostics: &mut Diagnostics) {
        for selector in &self.selectors {
            let Some(expect) = &selector.expect else { continue };
            let points: Vec<&Point> = device.points.iter().filter(|point| selector.selects(point)).collect();
            let texts =
                |texts: &mut dyn Iterator<Item = &String>| texts.map(|text| normalised(text)).collect::<BTreeSet<_>>();
            let expected = texts(&mut expect.iter());
            let printed = texts(&mut points.iter().flat_map(|point| &point.selection.printed));
            if expected == printed || points.is_empty() {
                continue;
            }
            let mut error = Diagnostic::error(
                "E0416",
                said!("{what} is stale: its rows print something else", what = &selector.what),
            )
            .at(selector.place.clone());
            for point in points
                .iter()
                .filter(|point| point.selection.printed.iter().any(|text| !expected.contains(&normalised(text))))
            {
                let cell = point.named_at.as_ref().or(point.sources.first());
                error = error.at(cell.cloned().map(Place::from).unwrap_or_default().holds(&point.label));
            }
            diagnostics.push(
                error
                    .expected(format!("“{}”", expect.join("”, “")))
                    .help("check whether the entry still holds, then update `expect` or drop the entry"),
            );
        }
    }
}

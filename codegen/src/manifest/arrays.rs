//! `[[array]]`: families of registers that repeat.

use super::languages::texts;
use super::reader::Section;
use super::registers::{self, Registers};
use super::selectors::Ways;
use crate::diagnostic::{Diagnostic, Place, said};
use crate::names;
use crate::source::Located;

/// `[[array]]`.
#[derive(Debug)]
pub(crate) struct ArrayEntry {
    /// Identifier: `heat_pump`.
    pub(crate) name: Located<String>,
    /// Display name of the family in each of the device's languages; empty where none is given.
    pub(crate) labels: Vec<String>,
    /// Rust name of an element, with its number as `{n}`: `A{n}`.
    pub(crate) element: Option<String>,
    /// Display name of an element, likewise, in each of the device's languages; empty where none is given.
    pub(crate) element_labels: Vec<String>,
    /// Identifiers within an element that the names do not give, by name.
    pub(crate) ids: Vec<(String, Located<String>)>,
    pub(crate) source: ArraySource,
    pub(crate) place: Place,
}

/// Which registers are members.
#[derive(Debug)]
pub(crate) enum ArraySource {
    /// Those whose name begins with this, the element's number as `{n}`: `Heat pump {n} (A{n})`. One pattern for each
    /// of the device's languages.
    Pattern(Vec<String>),
    /// Ranges of registers, an element each: by label, with the name within the element.
    Members {
        members: Vec<(String, Located<String>)>,
        /// The vendor's number of the first element.
        first: u16,
    },
    /// One range of registers, which are the elements.
    Range {
        registers: Registers,
        /// The vendor's number of the first element.
        first: u16,
    },
    /// Registers that are the first element; those of the others lie `stride` addresses further on each.
    Block {
        registers: Registers,
        stride: u16,
        count: u16,
        /// The vendor's number of the first element.
        first: u16,
    },
}

impl ArrayEntry {
    /// The patterns, where it has some.
    pub(crate) fn patterns(&self) -> &[String] {
        match &self.source {
            ArraySource::Pattern(patterns) => patterns,
            ArraySource::Members { .. } | ArraySource::Range { .. } | ArraySource::Block { .. } => &[],
        }
    }
}

pub(super) fn read(root: &Section<'_>, languages: &[String]) -> Vec<ArrayEntry> {
    let mut arrays: Vec<ArrayEntry> = Vec::new();
    for section in root.sections("array") {
        let name = section.required_string("name", "the array's name in snake case: \"heat_pump\"");
        let labels = texts(&section, "label", languages);
        let element_labels = texts(&section, "element_label", languages);
        let element = section.filled_string("element", "the Rust name of an element: \"A{n}\"").map(|text| text.value);
        let ids = ids(&section);
        let place = section.place().clone();
        let source = source(&section, languages);
        section.finish();
        let is_name = |element: &str| {
            let first = element.replace("{n}", "1");
            element.contains("{n}") && names::pascal(&first) == first && !names::is_keyword(&first)
        };
        if element.as_deref().is_some_and(|element| !is_name(element)) {
            section.wrong_key("element", "a Rust name with the element's number as {n}: \"A{n}\"");
        }
        let (Some(name), Some(source)) = (name, source) else { continue };
        if names::snake(&name.value) != name.value || names::is_keyword(&name.value) {
            section.wrong_key("name", "a name in snake case: \"heat_pump\"");
        } else if let Some(other) = arrays.iter().find(|other| other.name.value == name.value) {
            section.report(
                Diagnostic::error("E0208", said!("“{value}” is listed twice", value = name.value))
                    .at(other.place.clone())
                    .at(place)
                    .expected("each array once"),
            );
        } else {
            arrays.push(ArrayEntry { name, labels, element, element_labels, ids, source, place });
        }
    }
    arrays
}

/// `ids = { "Type" = "model_type" }`
fn ids(section: &Section<'_>) -> Vec<(String, Located<String>)> {
    // A text or a list of texts names registers.
    if section.holds("ids") && !section.holds_table("ids") {
        return Vec::new();
    }
    let Some(ids) = section.section("ids") else { return Vec::new() };
    let entries = ids.string_entries();
    for (name, id) in &entries {
        if names::snake(&id.value) != id.value || id.value.is_empty() {
            ids.wrong_key(name, "an identifier in snake case: \"model_type\"");
        }
    }
    entries
}

/// Reports a block whose elements overlap, or that leaves the addresses there are.
fn check_block(section: &Section<'_>, registers: &Registers, stride: u16, count: u16) {
    let first = registers.ranges.iter().map(|(_, first, _)| *first).min().unwrap_or_default();
    let last = registers.ranges.iter().map(|(.., last)| *last).max().unwrap_or_default();
    if last.saturating_sub(first) >= stride && count > 1 {
        section.wrong_key("stride", "at least as many addresses as the registers of an element take");
    }
    let span = u32::from(stride).saturating_mul(u32::from(count.saturating_sub(1)));
    if u32::from(last).saturating_add(span) > u32::from(u16::MAX) {
        section.wrong_key("count", "elements that end at 65535 or before");
    }
}

/// `[repeats]`: `"mppt.module" = 4`
pub(super) fn repeats(root: &Section<'_>) -> Vec<(Located<String>, u16)> {
    let Some(section) = root.section("repeats") else { return Vec::new() };
    section.counts("how often the block repeats, at least once")
}

fn source(section: &Section<'_>, languages: &[String]) -> Option<ArraySource> {
    let pattern = section.has("pattern").then(|| texts(section, "pattern", languages));
    let members = section.section("members").map(|members| members.string_entries());
    let names_points = section.holds("labels") || section.holds("ids") && !section.holds_table("ids");
    let selected = match section.holds("registers") || names_points {
        true => registers::selected(section, Ways { labels: true, expect: true }),
        false => None,
    };
    let first = section.integer("first", 0..=65535).and_then(|first| u16::try_from(first).ok());
    let small = |key| section.integer(key, 1..=65535).and_then(|number| u16::try_from(number).ok());
    let block = (section.has("stride") || section.has("count")).then(|| (small("stride"), small("count")));
    if let Some((stride, count)) = block {
        section.require("stride", "the number of addresses from one element to the next");
        section.require("count", "how many elements there are");
        if pattern.is_some() || members.is_some() {
            section.wrong_key("stride", "registers beside it, those of the first element");
        }
        let (registers, stride, count) = (selected?, stride?, count?);
        check_block(section, &registers, stride, count);
        return Some(ArraySource::Block { registers, stride, count, first: first.unwrap_or(1) });
    }
    let lacks_number = |pattern: &String| !pattern.is_empty() && !pattern.contains("{n}");
    match (pattern, members, selected, first) {
        (Some(pattern), None, None, None) => {
            if pattern.iter().any(lacks_number) || pattern.first().is_none_or(String::is_empty) {
                section.wrong_key(
                    "pattern",
                    "the beginning of the names, with {n} for the element's number: \"Heat pump {n}\"",
                );
            }
            Some(ArraySource::Pattern(pattern))
        }
        (None, Some(members), None, first) => Some(ArraySource::Members { members, first: first.unwrap_or(1) }),
        (None, None, Some(registers), first) => Some(ArraySource::Range { registers, first: first.unwrap_or(1) }),
        // A key that could not be read has been reported.
        (None, None, None, _) if section.has("registers") || section.has("members") => None,
        _ => {
            section.report(
                Diagnostic::error("E0209", "it is not clear which registers are members of this array")
                    .at(section.place().clone())
                    .expected(
                        "pattern = \"Heat pump {n}\"; or members = { \"Room of output\" = \"Room\" }, or registers, \
                         each with the number of the `first` element where that is not 1",
                    ),
            );
            None
        }
    }
}

//! `[values]`, `[[values_if]]` and `[arithmetic]`: what lists in descriptions mean, and how columns hang together.

use super::languages::texts;
use super::reader::{CodedValue, Section};
use super::registers::{self, Registers};
use super::selectors::Ways;
use crate::diagnostic::{Diagnostic, Place, said};
use crate::model::Table;
use crate::source::Located;

/// `[[values_if]]`: which enum a register has depends on another register.
#[derive(Debug)]
pub(crate) struct ValuesIf {
    pub(crate) name: Located<String>,
    pub(crate) registers: Registers,
    /// The register that decides, a single one.
    pub(crate) when: Registers,
    pub(crate) cases: Vec<Case>,
    pub(crate) expect: Option<Vec<String>>,
    pub(crate) place: Place,
}

/// One enum of several, and when it holds.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: Located<String>,
    /// Display name in each language.
    pub(crate) labels: Vec<String>,
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) values: Vec<(i64, CodedValue)>,
}

/// `[values]`: where lists of values stand, and what makes them one type.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) in_description: InDescription,
    /// Whether registers that list the same values have one type.
    pub(crate) shared: bool,
}

/// Where descriptions list values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum InDescription {
    #[default]
    Never,
    /// Below the first line, which is the name.
    Below,
    /// Wherever two values or more are listed.
    Anywhere,
}

/// `[arithmetic]`: columns that follow from the address.
#[derive(Debug, Default)]
pub(crate) struct Arithmetic {
    pub(crate) limits: Option<LimitArithmetic>,
    pub(crate) visibility: Option<VisibilityArithmetic>,
}

/// Limit registers lie in rows, one row for each address.
#[derive(Debug)]
pub(crate) struct LimitArithmetic {
    /// The address that has the first row.
    pub(crate) address: u16,
    /// Registers of the first row.
    pub(crate) max: Option<u16>,
    pub(crate) min: Option<u16>,
    pub(crate) step: Option<u16>,
    /// Registers in each row.
    pub(crate) stride: u16,
}

/// Visibility bits lie in a row, one for each address.
#[derive(Debug)]
pub(crate) struct VisibilityArithmetic {
    /// The address that has the first bit.
    pub(crate) address: u16,
    /// The register with the first bit.
    pub(crate) register: u16,
}

pub(super) fn read(root: &Section<'_>) -> Lists {
    let Some(section) = root.section("values") else { return Lists::default() };
    let in_description = match section.holds_string("in_description") {
        true => section.word("in_description", &[("anywhere", InDescription::Anywhere)]),
        false => section.flag("in_description").map(|is| if is { InDescription::Below } else { InDescription::Never }),
    };
    let shared = section.flag("shared").unwrap_or_default();
    section.finish();
    Lists { in_description: in_description.unwrap_or_default(), shared }
}

pub(super) fn values_if(root: &Section<'_>, languages: &[String]) -> Vec<ValuesIf> {
    let mut found = Vec::new();
    for section in root.sections("values_if") {
        let name = section.required_string("name", "the Rust name of the type: \"Status\"");
        let registers = registers::required(&section, Ways { labels: true, expect: false });
        section.require("when", "when = \"holding 65000\": the register that decides");
        let when = registers::read_key(&section, "when");
        if when.as_ref().is_some_and(|when| !matches!(when.ranges.as_slice(), [(_, first, last)] if first == last)) {
            section.wrong_key("when", "the one register that decides: \"holding 65000\"");
        }
        section.required_string("reason", "why the values are here and not in the vendor's table");
        let expect = section.strings("expect");
        let cases: Vec<Case> = section.sections("case").iter().filter_map(|case| read_case(case, languages)).collect();
        if !section.has("case") {
            section.require("case", "[[values_if.case]] with name, min, max and values");
        }
        let place = section.place().clone();
        section.finish();
        report_overlaps(&section, &cases);
        if let (Some(name), Some(registers), Some(when)) = (name, registers, when) {
            found.push(ValuesIf { name, registers, when, cases, expect, place });
        }
    }
    found
}

fn read_case(section: &Section<'_>, languages: &[String]) -> Option<Case> {
    const RANGE: &str = "the lowest and the highest value of the register that decides: min = 0, max = 1999";
    let name = section.required_string("name", "the Rust name of this case");
    let labels = texts(section, "label", languages);
    section.require("min", RANGE);
    section.require("max", RANGE);
    let (min, max) = (section.integer("min", 0..=65535), section.integer("max", 0..=65535));
    section.require("values", "the values of this case: values = { 0 = \"Off\" }");
    let values = section.section("values").map(|values| values.coded_entries(languages)).unwrap_or_default();
    section.finish();
    let (min, max) = (min?, max?);
    if max < min {
        section.wrong_key("max", RANGE);
    }
    Some(Case { name: name?, labels, min, max, values })
}

/// One value of the register that decides means one case.
fn report_overlaps(section: &Section<'_>, cases: &[Case]) {
    for (index, case) in cases.iter().enumerate() {
        let overlaps = |other: &&Case| other.min <= case.max && case.min <= other.max;
        if let Some(other) = cases.iter().take(index).find(overlaps) {
            section.report(
                Diagnostic::error(
                    "E0212",
                    said!("the cases {other} and {case} overlap", other = &other.name.value, case = &case.name.value),
                )
                .at(other.name.place.clone().holds(format!("{}–{}", other.min, other.max)))
                .at(case.name.place.clone().holds(format!("{}–{}", case.min, case.max)))
                .expected("ranges that do not overlap"),
            );
        }
    }
}

pub(super) fn arithmetic(root: &Section<'_>) -> Arithmetic {
    const NUMBER: &str = "an address, 0 to 65535";
    let mut arithmetic = Arithmetic::default();
    let Some(section) = root.section("arithmetic") else { return arithmetic };
    let number = |section: &Section<'_>, key: &str| {
        section.integer(key, 0..=65535).and_then(|number| u16::try_from(number).ok())
    };
    let required = |section: &Section<'_>, key: &'static str| {
        section.require(key, NUMBER);
        number(section, key)
    };
    if let Some(limits) = section.section("limits") {
        let (address, stride) = (required(&limits, "address"), required(&limits, "stride"));
        let (max, min, step) = (number(&limits, "max"), number(&limits, "min"), number(&limits, "step"));
        limits.finish();
        arithmetic.limits =
            address.zip(stride).map(|(address, stride)| LimitArithmetic { address, max, min, step, stride });
    }
    if let Some(visibility) = section.section("visibility") {
        let (address, register) = (required(&visibility, "address"), required(&visibility, "register"));
        visibility.finish();
        arithmetic.visibility =
            address.zip(register).map(|(address, register)| VisibilityArithmetic { address, register });
    }
    section.finish();
    arithmetic
}

impl ValuesIf {
    /// The register that decides.
    pub(crate) fn decides(&self) -> Option<(Table, u16)> {
        self.when.ranges.first().map(|(table, address, _)| (*table, *address))
    }
}

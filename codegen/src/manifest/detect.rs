//! `[detect]`: the register that tells which variant a device is.

use super::reader::Section;
use super::registers;
use crate::diagnostic::{Diagnostic, said};
use crate::model::Table;
use crate::source::Located;

/// `[detect]`.
#[derive(Debug)]
pub(crate) struct DetectEntry {
    pub(crate) table: Table,
    pub(crate) address: u16,
    pub(crate) cases: Vec<DetectedVariant>,
}

/// Values of the register, and the variant they tell.
#[derive(Debug)]
pub(crate) struct DetectedVariant {
    pub(crate) min: u16,
    pub(crate) max: u16,
    pub(crate) variant: Located<String>,
}

const RANGE: &str = "the lowest and the highest register value of this variant: min = 100, max = 199";

pub(super) fn read(root: &Section<'_>) -> Option<DetectEntry> {
    let section = root.section("detect")?;
    section.required_string("register", "the register that identifies the variant: register = \"input 5\"");
    let registers = registers::read_key(&section, "register");
    let register = registers.as_ref().map(|registers| registers.ranges.as_slice());
    let register = match register {
        Some([(table, first, last)]) if first == last => Some((*table, *first)),
        Some(_) => {
            section.wrong_key("register", "the one register that identifies the variant: \"input 5\"");
            None
        }
        None => None,
    };
    section.require("cases", "cases = [{ min = 100, max = 199, variant = \"S\" }, …]");
    let cases: Vec<DetectedVariant> = section.sections("cases").iter().filter_map(case).collect();
    section.finish();
    report_overlaps(&section, &cases);
    let (table, address) = register?;
    Some(DetectEntry { table, address, cases })
}

fn case(section: &Section<'_>) -> Option<DetectedVariant> {
    section.require("min", RANGE);
    section.require("max", RANGE);
    let bound = |key| section.integer(key, 0..=65535).and_then(|value| u16::try_from(value).ok());
    let (min, max) = (bound("min"), bound("max"));
    let variant = section.required_string("variant", "the variant, as the table calls it");
    section.finish();
    let (min, max) = (min?, max?);
    if max < min {
        section.wrong_key("max", RANGE);
    }
    Some(DetectedVariant { min, max, variant: variant? })
}

/// One value tells one variant.
fn report_overlaps(section: &Section<'_>, cases: &[DetectedVariant]) {
    let shown = |case: &DetectedVariant| case.variant.place.clone().holds(format!("{}–{}", case.min, case.max));
    for (index, case) in cases.iter().enumerate() {
        let overlaps = |other: &&DetectedVariant| other.min <= case.max && case.min <= other.max;
        if let Some(other) = cases.iter().take(index).find(overlaps) {
            let names = format!("{} and {}", other.variant.value, case.variant.value);
            section.report(
                Diagnostic::error("E0212", said!("the cases of {names} overlap", names = &names))
                    .at(shown(other))
                    .at(shown(case))
                    .expected("ranges that do not overlap"),
            );
        }
    }
}

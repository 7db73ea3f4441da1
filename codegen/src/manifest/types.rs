//! `[enums.…]`, `[flags.…]` and `[specials.…]`: where the values of a type are listed.

use super::reader::{CodedValue, Section};
use super::registers::{self, Registers};
use super::selectors::Ways;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::ValueForm;
use crate::source::Located;

/// `[enums.Name]`, `[flags.Name]` or `[specials.Name]`.
#[derive(Debug)]
pub(crate) struct TypeEntry {
    pub(crate) name: Located<String>,
    pub(crate) form: ValueForm,
    pub(crate) description: Option<String>,
    pub(crate) list: ValueList,
    pub(crate) place: Place,
}

/// Where the values of a type are listed.
#[derive(Debug)]
pub(crate) enum ValueList {
    /// In the footnote with this mark; the rows that bear it have the type.
    Footnote(Located<String>),
    /// In the description of these registers, or in a column for them; some of the labels corrected.
    Inline { registers: Registers, labels: Vec<(i64, CodedValue)> },
    /// Here, for these registers, because of this reason.
    Given { registers: Registers, values: Vec<(i64, CodedValue)>, expect: Vec<String> },
}

pub(super) fn read(root: &Section<'_>, languages: &[String]) -> Vec<TypeEntry> {
    let mut types = Vec::new();
    for (key, form) in [("enums", ValueForm::Enum), ("flags", ValueForm::Flags), ("specials", ValueForm::Special)] {
        let Some(parent) = root.section(key) else { continue };
        for (name, section) in parent.named_sections() {
            let place = section.place().clone();
            let description = section.string("description").map(|text| text.value);
            let list = value_list(&section, languages);
            section.finish();
            if let Some(list) = list {
                types.push(TypeEntry { name, form, description, list, place });
            }
        }
    }
    types
}

fn value_list(section: &Section<'_>, languages: &[String]) -> Option<ValueList> {
    let footnote = section.string("footnote");
    // Labels that correct a list are a table, patterns of labels a list.
    let corrects = section.has("labels") && !section.holds_list("labels");
    let ways = Ways { labels: !corrects && section.holds("labels"), expect: !section.has("values") };
    let registers = registers::selected(section, ways);
    let inline = section.flag("inline").unwrap_or(false);
    let values = section.section("values").map(|values| values.coded_entries(languages));
    let mut labels = Vec::new();
    if corrects {
        section.required_string("reason", "why the printed labels are wrong");
        labels = section.section("labels").map(|labels| labels.coded_entries(languages)).unwrap_or_default();
        if !inline {
            section.wrong_key("labels", "labels that correct a printed list, with inline = true");
        }
    }
    let mut expect = None;
    if section.has("values") {
        section.required_string("reason", "why the values are here and not in the vendor's table");
        expect = section.strings("expect");
        section.require(
            "expect",
            "expect = [\"…\"]: the descriptions the table prints now, so that a new revision of the table is noticed",
        );
    }
    // A key that is there and could not be read has been reported, and is no question of where the values are.
    let misread = (section.has("footnote") && footnote.is_none())
        || (section.has("registers") && registers.is_none())
        || (section.has("values") && (values.is_none() || expect.is_none()));
    if misread {
        return None;
    }
    match (footnote, registers, inline, values) {
        (Some(mark), None, false, None) => Some(ValueList::Footnote(mark)),
        (None, Some(registers), true, None) => Some(ValueList::Inline { registers, labels }),
        (None, Some(registers), false, Some(values)) => {
            Some(ValueList::Given { registers, values, expect: expect.unwrap_or_default() })
        }
        _ => {
            section.report(
                Diagnostic::error("E0205", "it is not clear where the values of this type are listed")
                    .at(section.place().clone())
                    .expected(
                        "footnote = \"*1\"; or registers with inline = true; or registers with values and a reason",
                    ),
            );
            None
        }
    }
}

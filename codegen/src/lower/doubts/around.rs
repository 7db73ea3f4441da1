//! Texts around a table that say how its rows are read, where nothing reads them: titles, footnotes, what stands above.

use crate::cells::around_phrase::Told;
use crate::cells::order::Order;
use crate::cells::word_phrase::Said;
use crate::columns::base::Base;
use crate::columns::{Columns, Meaning};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::{Manifest, SheetEntry};
use crate::rows::Rows;

/// Warns of texts that say what no column and no entry of the manifest says.
pub(in crate::lower) fn report(
    rows: &Rows,
    columns: &Columns,
    sheet: &SheetEntry,
    manifest: &Manifest,
    diagnostics: &mut Diagnostics,
) {
    let has = |any: &[Meaning]| rows.columns.iter().any(|(meaning, _)| any.contains(meaning));
    for around in &rows.around {
        let warning = match around.told {
            Told::Scale if !rows.columns.iter().any(|(meaning, _)| meaning.is_scale()) => Diagnostic::warning(
                "W0480",
                "a text outside the rows may say how values are scaled, but nothing reads it there",
            )
            .expected("the scale in a column of its own, or in a [[rule]]")
            .help("give the registers it is about a factor in a [[rule]]; if it is no scale, [[allow]] silences the warning"),
            Told::Hexadecimal if columns.base(Meaning::Address) == Base::Unsaid => Diagnostic::warning(
                "W0496",
                "a text outside the rows says that addresses are hexadecimal, but their digits are read as decimal",
            )
            .expected("`notation` beside the header of the addresses in [columns]")
            .help("address = { header = \"…\", notation = \"hexadecimal\" }, or \"decimal\" if they are"),
            Told::OneBased if sheet.one_based.or(manifest.one_based).is_none() && !has(&[Meaning::DeFacto]) => Diagnostic::warning(
                "W0496",
                "a text outside the rows says that addresses are counted from one, but they are read as they stand",
            )
            .expected("numbering = \"one_based\" in [device] or the [[sheet]], or \"zero_based\"")
            .help("read a register whose value you know: one of the two addresses has it"),
            Told::Recounted => Diagnostic::warning(
                "W0496",
                "the header says that addresses are counted in another way, but they are read as they stand",
            )
            .expected("zero-based addresses of registers")
            .help("read a register whose value you know; if the addresses are right, [[allow]] silences the warning"),
            Told::Order(order) if is_other(order, sheet, manifest) => Diagnostic::warning(
                "W0492",
                "a text outside the rows states another word order than the one in which values are read",
            )
            .expected("`order` in [device] or the [[sheet]] as the text states it")
            .help("the wrong order gives wrong values: compare one that you know"),
            Told::BaseAddress if sheet.base == 0 => Diagnostic::warning(
                "W0496",
                "a text outside the rows names a base address, but nothing is added to the addresses",
            )
            .expected("`base` in the [[sheet]], if the rows state addresses relative to it")
            .help("if the rows state whole addresses, [[allow]] silences the warning"),
            Told::Absence(raw)
                if !has(&[Meaning::NotAvailable]) && manifest.rules.iter().all(|rule| rule.not_available.is_none()) =>
            {
                Diagnostic::warning(
                    "W0485",
                    "a text outside the rows seems to say which raw value means “no value”, but it is not applied",
                )
                .expected("a column for it, or `not_available` in a [[rule]]")
                .help(format!(
                    "the raw value is returned like any other. If it means “no value”, say so in a [[rule]]: \
                     set = {{ not_available = [{raw}] }}. If it is a value, silence the warning with [[allow]]"
                ))
            }
            Told::UnitId(unit)
                if unit != sheet.unit_id.unwrap_or(manifest.link.unit_id) && !has(&[Meaning::UnitId]) =>
            {
                said_of_rows(&format!("unit id {unit}"))
                    .help("read these rows by a [[sheet]] of their own, with `rows` and `unit_id`")
            }
            Told::Unit if manifest.rules.iter().all(|rule| rule.unit.is_none()) => said_of_rows("a unit")
                .help("set = { unit = \"…\" } in a [[rule]]; without it values have none"),
            Told::Clause(told) if !is_said(told, &has, sheet, manifest) => said_of_rows(told.name())
            .help(match told {
                Said::ReadOnly => "access = \"read\" in the [[sheet]], or an [[override]] of `access`",
                Said::Signed(_) => "set = { signed = true } or false in a [[rule]]",
                Said::Bcd | Said::Float | Said::Double => "set = { type = \"…\" } in a [[rule]]",
            }),
            _ => continue,
        };
        diagnostics.merge(warning.at(around.place.clone()));
    }
}

/// A text says something of the rows below it that nothing reads there.
fn said_of_rows(told: &str) -> Diagnostic {
    Diagnostic::warning(
        "W0497",
        said!("a text outside the rows says “{told}”, but no column does, and nothing reads it there", told),
    )
    .expected("a column for it, an entry that says it of these registers, or [[allow]]")
}

/// Whether a text states another order than the manifest. Where the manifest states none, values say so.
fn is_other(told: Option<Order>, sheet: &SheetEntry, manifest: &Manifest) -> bool {
    let stated = sheet.order.or(manifest.conventions.order);
    stated.is_some_and(|stated| told.map_or(stated == Order::Abcd, |told| told != stated))
}

/// Whether a column or the manifest says it of the rows.
fn is_said(told: Said, has: &dyn Fn(&[Meaning]) -> bool, sheet: &SheetEntry, manifest: &Manifest) -> bool {
    match told {
        Said::ReadOnly => {
            let is_of_table =
                sheet.table.is_some_and(|table| !table.is_writable() || manifest.access.contains_key(&table));
            has(&[Meaning::Access, Meaning::Readable, Meaning::Writable]) || sheet.access.is_some() || is_of_table
        }
        Said::Signed(_) => {
            has(&[Meaning::Type, Meaning::Signed]) || manifest.rules.iter().any(|rule| rule.signed.is_some())
        }
        Said::Bcd | Said::Float | Said::Double => {
            has(&[Meaning::Type, Meaning::Count, Meaning::SizeInBits, Meaning::SizeInBytes])
                || manifest.rules.iter().any(|rule| rule.type_word.is_some())
        }
    }
}

//! Somebody says of every number whether it is signed; where nobody does, unsigned is taken and a warning says so.

use super::{Subject, place};
use crate::diagnostic::entry::{Entry, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::model::Signedness;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let assumed: Vec<_> =
        subject.device.points.iter().filter(|point| point.signedness == Signedness::Assumed).collect();
    if !assumed.is_empty() {
        let mut diagnostic =
            Diagnostic::warning("W0622", "nothing says whether a number is signed; unsigned was assumed");
        let registers = assumed.iter().flat_map(|point| point.selection.registers.clone()).collect();
        for point in assumed {
            diagnostic = diagnostic.at(place(point));
        }
        let rule = Entry::rule(registers, "signed", vec![Value::Flag(false), Value::Flag(true)]);
        diagnostics.push(
            diagnostic
                .expected("a [[rule]] with set = { signed = … } that covers them")
                .help("a negative value read as unsigned is 65536 too high: check which of them can go below zero")
                .manifest(Entry::merged([&rule])),
        );
    }
    let mut rules: Vec<(&str, usize, usize)> = Vec::new();
    for point in &subject.device.points {
        let Signedness::Rule(reason) = &point.signedness else { continue };
        let (signed, unsigned) = if point.raw.is_signed() { (1, 0) } else { (0, 1) };
        match rules.iter_mut().find(|(known, ..)| known == reason) {
            Some((_, all_signed, all_unsigned)) => {
                *all_signed = all_signed.saturating_add(signed);
                *all_unsigned = all_unsigned.saturating_add(unsigned);
            }
            None => rules.push((reason, signed, unsigned)),
        }
    }
    for (reason, signed, unsigned) in rules {
        let (count, how) = if signed > 0 { (signed, "signed") } else { (unsigned, "unsigned") };
        diagnostics.push(Diagnostic::note(
            "N0623",
            said!(
                "{count} {numbers} taken as {how} by a rule: {reason}",
                count,
                numbers = if count == 1 { "number is" } else { "numbers are" },
                how,
                reason
            ),
        ));
    }
}

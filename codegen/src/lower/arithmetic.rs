//! Columns that follow from the address, where the manifest says how; a row that breaks it is a warning.

use super::Register;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::manifest::Manifest;
use crate::model::Limit;

pub(super) fn check(registers: &[Register], manifest: &Manifest, diagnostics: &mut Diagnostics) {
    for register in registers {
        check_limits(register, manifest, diagnostics);
        check_visibility(register, manifest, diagnostics);
    }
}

fn check_limits(register: &Register, manifest: &Manifest, diagnostics: &mut Diagnostics) {
    let (Some(rule), Some(limits)) = (&manifest.arithmetic.limits, &register.limits) else { return };
    let Some(row) = register.address.checked_sub(rule.address).and_then(|index| index.checked_mul(rule.stride)) else {
        return;
    };
    for (meaning, name, first, limit) in [
        (Meaning::MaxRegister, "max", rule.max, limits.max),
        (Meaning::MinRegister, "min", rule.min, limits.min),
        (Meaning::StepRegister, "step", rule.step, limits.step),
    ] {
        let expected = first.and_then(|first| first.checked_add(row));
        let (Some(Limit::Register(printed)), Some(expected)) = (limit, expected) else { continue };
        if printed != expected {
            warn(register, meaning, &format!("{name} register"), expected, diagnostics);
        }
    }
}

fn check_visibility(register: &Register, manifest: &Manifest, diagnostics: &mut Diagnostics) {
    let (Some(rule), Some(printed)) = (&manifest.arithmetic.visibility, register.available_if) else { return };
    let Some(index) = register.address.checked_sub(rule.address) else { return };
    let (words, bit) = (index.wrapping_shr(4), index & 15);
    let Some(expected) = rule.register.checked_add(words) else { return };
    if printed.register != expected {
        warn(register, Meaning::VisibleRegister, "visibility register", expected, diagnostics);
    } else if u16::from(printed.bit) != bit {
        warn(register, Meaning::VisibleBit, "visibility bit", bit, diagnostics);
    }
}

fn warn(register: &Register, meaning: Meaning, what: &str, expected: u16, diagnostics: &mut Diagnostics) {
    let message =
        said!("the {what} of {register} breaks the arithmetic of its column", what, register = register.name());
    let warning = Diagnostic::warning("W0408", message);
    diagnostics.push(
        register
            .places(meaning)
            .into_iter()
            .fold(warning, Diagnostic::at)
            .expected(format!("{expected}, according to [arithmetic]"))
            .help("the printed value was used; compare it with the device"),
    );
}

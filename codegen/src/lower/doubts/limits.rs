//! What printed limits say of the value beside its limits: that it has decimals, or that it is signed.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lower::Register;
use crate::lower::forms::Form;
use crate::lower::limits::has_digits_of_type;
use crate::ratio::Ratio;

/// Warns where limits have decimals and nothing scales the value, and where they are those of a signed number and the type
/// is unsigned.
pub(super) fn report(registers: &[Register], diagnostics: &mut Diagnostics) {
    for register in registers.iter().filter(|register| !register.table.is_bit() && register.bit_range.is_none()) {
        let signed = match register.form() {
            None => None,
            Some(Form::Number { signed, .. }) => signed,
            Some(_) => continue,
        };
        let is_scaled = register.scale != Ratio::ONE || register.scale_cell.is_some() || register.scaled_by.is_some();
        let is_listed = !register.values.is_empty() || !register.bits.is_empty() || !register.listed.is_empty();
        for fact in &register.facts {
            let limits = fact.row.limits_printed();
            let has_decimals = |text: &str| fact.row.says_no_scale() && crate::rows::has_decimals(text);
            if let Some((_, place)) = limits.iter().find(|(text, _)| !is_scaled && !is_listed && has_decimals(text)) {
                diagnostics.merge(
                    Diagnostic::warning("W0495", "limits have decimals, but nothing says how the value is scaled")
                        .at(place.clone())
                        .expected("a scale, such as 0.1 where limits have one decimal")
                        .help(
                            "if the device sends tenths, give the registers factor = 0.1 in a [[rule]]; if it \
                               sends whole numbers, [[allow]] silences the warning",
                        ),
                );
            }
            // Such a range is no limit, and is not compared with the type elsewhere.
            let is_signed = |text: &str| text.starts_with(['-', '−']) && has_digits_of_type(text);
            if let Some((_, place)) = limits.iter().find(|(text, _)| signed == Some(false) && is_signed(text)) {
                diagnostics.merge(
                    Diagnostic::warning("W0494", "the range is that of a signed number, but the type is unsigned")
                        .at(place.clone())
                        .expected("a signed type, or a range without negative numbers")
                        .help("correct the type with an [[override]] of `type`, or the range by a [[cell]]"),
                );
            }
        }
    }
}

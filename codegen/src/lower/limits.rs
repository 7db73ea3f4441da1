//! Limits out of their own columns, or out of one cell with the scale, the unit and the default in it.

use super::Register;
use super::forms::Form;
use super::settle::{Settler, decimal, distinct};
use super::stated::{Scaling, Statement};
use crate::cells::packed::{self, Packed};
use crate::cells::units;
use crate::cells::unread::{Unread, Why};
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, fault, said};
use crate::manifest::LimitsAre;
use crate::model::{Limit, Limits};
use crate::ratio::Ratio;
use crate::spelling::normalised;

/// What a cell that packs limits with other things says.
#[derive(Default)]
pub(super) struct Packing {
    pub(super) packed: Packed,
    /// Of the scale.
    pub(super) statement: Option<Statement>,
}

impl Settler<'_> {
    /// The cell with the range. One that is not understood limits nothing, and is reported.
    pub(super) fn range(&mut self, form: Option<Form>, unit: &mut String) -> Packing {
        let text = self.column("range", Meaning::Range, normalised);
        // The range of a text is its length, which is compared with its type.
        if matches!(form, Some(Form::Text { .. })) {
            return Packing::default();
        }
        if text.is_empty() {
            return self.packed_unit(unit);
        }
        let clear = match self.clear("range", Meaning::Range, &text) {
            Ok(clear) => clear,
            // Of two numbers in brackets the comma between them divides no thousands.
            Err(_) if packed::is_interval(&text) => text.clone(),
            Err(_) if says_type(&text) => return Packing::default(),
            // The scale may be what is in doubt.
            Err(doubt) if packed::names_scale(&text) => {
                self.report_doubt("range", Meaning::Range, &text, &doubt);
                return Packing::default();
            }
            Err(doubt) => {
                let sign = doubt.sign.key();
                let warning = said!("the {sign} in this range may separate thousands, so the range is ignored", sign);
                let warning = Diagnostic::warning("W0458", warning).at(self.place_of("range", Meaning::Range, &text));
                self.diagnostics.merge(doubt.explain(warning));
                return Packing::default();
            }
        };
        let packed = match packed::packed(&clear) {
            Ok(packed) => packed,
            Err(_) if says_type(&text) => return Packing::default(),
            // The scale may be what is not understood.
            Err(unread) if packed::names_scale(&text) => {
                self.report_packed("range", Meaning::Range, &text, &unread);
                return Packing::default();
            }
            Err(unread) => {
                let place = self.place_of("range", Meaning::Range, &text);
                let says = match unread.why {
                    Why::Nothing => "is not understood",
                    Why::Unclear | Why::OutOfRange => &unread.says,
                };
                // Merged, since one way to write a range stands in many rows.
                self.diagnostics.merge(
                    Diagnostic::warning("W0458", said!("this range {says} and is ignored", says = fault(says)))
                        .at(place)
                        .expected("0 to 100, -40…90 °C, or 0~1.0;Unit:0.01,default:0.7"),
                );
                return Packing::default();
            }
        };
        let found = match &packed.range {
            Some(range) if packed.unit.is_empty() => &range.unit,
            _ => &packed.unit,
        };
        if unit.is_empty() {
            *unit = units::canonical(found);
        } else if units::is_unit(found) && units::is_unit(unit) && units::canonical(found) != units::canonical(unit) {
            let message = said!("the range is in {found}, and the value in {unit}", found, unit = unit.as_str());
            let place = self.place_of("range", Meaning::Range, &text);
            // Merged, since a vendor writes it so throughout.
            self.diagnostics.merge(
                Diagnostic::warning("W0434", message).at(place).expected("one unit for the value and its range").help(
                    "the numbers of the range are taken in the unit of the value; correct one by an [[override]]",
                ),
            );
        }
        let statement = packed.scale.map(|scale| Statement::new("range", Meaning::Range, text, scale));
        Packing { packed, statement }
    }

    /// A unit with limits, a scale or a default beside it. What is not understood of it may be the scale, so it is an
    /// error.
    fn packed_unit(&mut self, unit: &mut String) -> Packing {
        if !packed::is_packed(unit) {
            return Packing::default();
        }
        let text = std::mem::take(unit);
        let clear = match self.clear("unit", Meaning::Unit, &text) {
            Ok(clear) => clear,
            Err(doubt) => {
                self.report_doubt("unit", Meaning::Unit, &text, &doubt);
                return Packing::default();
            }
        };
        match packed::packed(&clear) {
            Ok(packed) => {
                let ranged = packed.range.as_ref().map(|range| range.unit.as_str());
                let found = if packed.unit.is_empty() { ranged.unwrap_or_default() } else { packed.unit.as_str() };
                *unit = units::canonical(found);
                let statement = packed.scale.map(|scale| Statement::new("unit", Meaning::Unit, text, scale));
                Packing { packed, statement }
            }
            Err(unread) => {
                self.report_packed("unit", Meaning::Unit, &text, &unread);
                Packing::default()
            }
        }
    }

    /// Reports a cell that holds several things, one of which is not understood.
    fn report_packed(&mut self, field: &str, meaning: Meaning, text: &str, unread: &Unread) {
        let place = self.place_of(field, meaning, text);
        let says = match unread.why {
            Why::Nothing => format!("holds more than a {field}, but not all of it is understood"),
            Why::Unclear | Why::OutOfRange => unread.says.clone(),
        };
        // Merged, since one way to write a unit stands in many rows.
        self.diagnostics.merge(
            Diagnostic::in_cell("E0464", said!("this cell {says}", says = fault(says)))
                .at(place)
                .expected("a unit, or a unit with a range, a scale and a default: V;0~1000.0;Unit:0.1,default:0.7")
                .help(format!(
                    "give the {field} in an [[override]] of `{field}`, and what else the cell says in others"
                )),
        );
    }

    /// The limits in the unit, and those that count raw values as they are printed.
    pub(super) fn limits(&mut self, scaling: &Scaling) -> (Option<Limits>, Option<Limits>) {
        let packed = &scaling.packed;
        let range = packed.range.clone().unwrap_or_default();
        let min = self.limit("min_register", Meaning::MinRegister, "min", Meaning::Min, range.min);
        let max = self.limit("max_register", Meaning::MaxRegister, "max", Meaning::Max, range.max);
        let step = self.limit("step_register", Meaning::StepRegister, "step", Meaning::Step, packed.step);
        let (min, max) = without_type(min, max);
        let is_raw = self.manifest.conventions.limits == Some(LimitsAre::Raw);
        let printed = [min, max, step].iter().any(Option::is_some).then_some(Limits { min, max, step });
        match printed {
            Some(raw) if is_raw && packed.scale.is_none() => (from_raw(&raw, scaling.scale, scaling.offset), Some(raw)),
            printed => (printed, None),
        }
    }

    /// The default of its own column, of the cell that packs one, or of its list. Two numbers that differ are reported.
    pub(super) fn default(&mut self, register: &mut Register, packed: &Packed) {
        let listed = register.default_of_list().map(|code| code.to_string()).unwrap_or_default();
        // A cell that packs a default has it in the unit, whatever the column counts.
        let is_raw = self.manifest.conventions.limits == Some(LimitsAre::Raw);
        // Who corrects the cell, or overrides it, has seen it.
        let mut corrected = self.facts.iter().flat_map(|fact| fact.row.corrections());
        let is_given = self.find("default").is_some() || corrected.any(|of| of.field == Meaning::Default.key());
        let packing = [Meaning::Range, Meaning::Unit];
        let listing = [register.values_from];
        for (meanings, other, counts_alike) in [(&packing[..], &packed.default, !is_raw), (&listing[..], &listed, true)]
        {
            if register.default.is_empty() {
                register.default.clone_from(other);
            }
            let is_compared = counts_alike && !is_given;
            let numbers = decimal(&register.default).zip(decimal(other));
            let Some((one, other)) = numbers.filter(|(one, other)| one != other && is_compared) else { continue };
            let message = said!(
                "the default of {name} is {one} in one column and {other} in another",
                name = &self.name,
                one,
                other
            );
            let places = std::iter::once(&Meaning::Default).chain(meanings);
            let places = places.flat_map(|meaning| distinct(self.facts, *meaning)).map(|printed| printed.place);
            self.diagnostics.push(
                places
                    .fold(Diagnostic::error("E0459", message), Diagnostic::at)
                    .expected("the same default in both")
                    .help("an [[override]] of `default` says which one is right"),
            );
        }
    }

    /// A limit that a register holds, or one that the table prints in a column for it or in a range.
    fn limit(
        &mut self,
        register: &str,
        held: Meaning,
        field: &'static str,
        meaning: Meaning,
        ranged: Option<Ratio>,
    ) -> Option<Limit> {
        if let Some(address) = self.address(register, held) {
            return Some(Limit::Register(address));
        }
        let own = self.number(field, meaning, "a number in the register's unit");
        if let (Some(own), Some(ranged)) = (own, ranged)
            && own != ranged
        {
            let error = Diagnostic::error(
                "E0459",
                said!(
                    "the {field} of {name} is {own} in one column and {ranged} in another",
                    field,
                    name = &self.name,
                    own,
                    ranged
                ),
            );
            let places = [meaning, Meaning::Range].into_iter().flat_map(|meaning| distinct(self.facts, meaning));
            let places = places.map(|printed| printed.place);
            self.diagnostics.push(
                places
                    .fold(error, Diagnostic::at)
                    .expected("the same limit in both")
                    .help(format!("leave one of the columns out of [columns], or correct it: field = \"{field}\"")),
            );
        }
        own.or(ranged).map(Limit::Value)
    }
}

/// Limits that count raw values, in the unit of the value. A number that does not fit limits nothing. Registers that hold
/// limits count raw values always; which of them is the lowest one is said in raw values here, too.
fn from_raw(raw: &Limits, scale: Ratio, offset: Ratio) -> Option<Limits> {
    let value = |limit: Option<Limit>, offset: Ratio| match limit? {
        Limit::Value(raw) => raw.times(scale)?.plus(offset).map(Limit::Value),
        held @ Limit::Register(_) => Some(held),
    };
    let falls = scale < Ratio::ZERO;
    let step = value(raw.step, Ratio::ZERO).and_then(|step| match step {
        // A step is a distance, whichever way the value goes.
        Limit::Value(step) if falls => step.negated().map(Limit::Value),
        step => Some(step),
    });
    // Where raw steps are counted from.
    let first = match raw.min {
        None => Some(offset),
        min => value(min, offset).and_then(Limit::value),
    };
    let (min, max) = (value(raw.min, offset), value(raw.max, offset));
    // A scale below zero turns the ends round.
    let (min, max) = if falls { (max, min) } else { (min, max) };
    let (min, step) = counted(min, step, first);
    [min, max, step].iter().any(Option::is_some).then_some(Limits { min, max, step })
}

/// Steps that are counted from the lowest value, where they are raw ones counted from `first`: the lowest value is one that
/// they reach. Where no lowest value says so they are no limit, since what is right must not be refused.
fn counted(min: Option<Limit>, step: Option<Limit>, first: Option<Ratio>) -> (Option<Limit>, Option<Limit>) {
    let lowest = match min {
        None => Ratio::ZERO,
        Some(Limit::Value(lowest)) => lowest,
        // Steps from a register on are not checked.
        Some(Limit::Register(_)) => return (min, step),
    };
    let Some(width) = step.and_then(Limit::value) else { return (min, step) };
    let between = |first: Ratio| first.plus(lowest.negated()?)?.times(width.inverse()?);
    let Some((first, steps)) = first.and_then(|first| Some((first, between(first)?))) else { return (min, None) };
    if steps.denominator() == 1 {
        return (min, step);
    }
    let reached = steps.numerator().checked_div_euclid(steps.denominator());
    let reached = reached.and_then(|steps| first.plus(Ratio::new(steps, 1)?.times(width)?.negated()?));
    match (min, reached) {
        (Some(_), Some(reached)) => (Some(Limit::Value(reached)), step),
        _ => (min, None),
    }
}

/// Limits without those that are only the range of a type, which vendors print on every row: of the type the row has, of
/// another, one too high, or a power of ten beside it; or 0 and 0. They would limit nothing, or what is right.
fn without_type(min: Option<Limit>, max: Option<Limit>) -> (Option<Limit>, Option<Limit>) {
    let ends_type = |limit: Option<Limit>| limit.and_then(Limit::value).is_some_and(is_end_of_type);
    let is_zero = |limit: Option<Limit>| limit.and_then(Limit::value) == Some(Ratio::ZERO);
    match (ends_type(min), ends_type(max)) {
        (true, true) => (None, None),
        // 0 and 0 stand where the vendor's tool has no limits.
        (false, false) if is_zero(min) && is_zero(max) => (None, None),
        (false, true) => (min.filter(|_| !is_zero(min)), None),
        (true, false) => (None, max.filter(|_| !is_zero(max))),
        (false, false) => (min, max),
    }
}

/// Ends of the ranges of types.
const ENDS: [u64; 8] = [
    i16::MAX as u64,
    u16::MAX as u64,
    i32::MAX as u64,
    u32::MAX as u64,
    0x7FFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF,
    i64::MAX as u64,
    u64::MAX,
];

/// Whether the digits of a number are those with which a type ends, or nearly: 6553.5, 65536, 42949672.95, 6553.3.
fn is_end_of_type(number: Ratio) -> bool {
    has_digits_of_type(&number.to_string())
}

pub(super) fn has_digits_of_type(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0').trim_end_matches('0');
    // One more than the last of 64 bits is as often printed as that.
    let Ok(value) = digits.parse::<u128>() else { return false };
    let near = |end: u128| end.abs_diff(value).saturating_mul(1000) <= end;
    !text.contains('/') && ENDS.iter().any(|end| end.to_string().len() == digits.len() && near(u128::from(*end)))
}

/// Whether a range that cannot be read says no more than a type does: `0 to -6553.6`, `0 to 18446744073709551615`.
fn says_type(text: &str) -> bool {
    packed::ends(text).is_some_and(|[one, other]| has_digits_of_type(other) && (one == "0" || has_digits_of_type(one)))
}

impl Register {
    /// Limits that count raw values, after a rule has said how they are scaled.
    pub(super) fn rescale_limits(&mut self) {
        if let Some(raw) = &self.raw_limits {
            self.limits = from_raw(raw, self.scale, self.offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn raw_steps_count_from_the_lowest_raw_value() {
        let raw = |min: &str, max: &str, step: &str, scale: &str, offset: &str| {
            let limit = |text: &str| match text.strip_prefix('@') {
                Some(address) => Some(Limit::Register(address.parse().unwrap())),
                None => (!text.is_empty()).then(|| Limit::Value(ratio(text))),
            };
            let raw = Limits { min: limit(min), max: limit(max), step: limit(step) };
            let limits = from_raw(&raw, ratio(scale), ratio(offset)).unwrap();
            [limits.min, limits.max, limits.step]
                .map(|limit| limit.map_or_else(String::new, |limit| limit.to_string()))
                .join(" ")
        };
        assert_eq!(raw("0", "100", "7", "0.1", "0"), "0 10 0.7");
        // 98 is the last raw value that a step from 0 on reaches.
        assert_eq!(raw("0", "100", "7", "-0.1", "0"), "-9.8 0 0.7");
        assert_eq!(raw("0", "100", "5", "-0.1", "40"), "30 40 0.5");
        // From raw 0 on, which is no multiple of the step in the unit.
        assert_eq!(raw("", "100", "5", "0.5", "7"), " 57 ");
        assert_eq!(raw("", "100", "5", "0.5", "5"), " 55 2.5");
        assert_eq!(raw("3", "", "5", "-1", "0"), " -3 ");
        // Registers trade places as numbers do; from them on nothing is counted here.
        assert_eq!(raw("@7", "@8", "5", "-0.1", "0"), "register 8 register 7 0.5");
        assert_eq!(raw("@7", "100", "5", "-0.1", "0"), "-10 register 7 ");
        assert_eq!(raw("@7", "100", "5", "0.1", "0"), "register 7 10 0.5");
    }

    #[test]
    fn ends_of_types_are_seen() {
        for text in [
            "65535",
            "65536",
            "6553.5",
            "655.35",
            "6553500",
            "655350",
            "-3276.8",
            "32767",
            "-32768",
            "327.67",
            "42949672.95",
            "42949672.96",
            "-2147483648",
            "-214.7483648",
            "4294967295",
            "6553.3",
            "-0.32768",
        ] {
            assert!(is_end_of_type(ratio(text)), "{text}");
        }
        for text in ["0", "100", "255", "40000", "65000", "500", "32000", "1000", "144284", "0.7", "1/3", "327", "6.5"]
        {
            assert!(!is_end_of_type(ratio(text)), "{text}");
        }
        assert!(says_type("0 to 18446744073709551615") && !says_type("0 to 18446744073709"));
        assert!(says_type("0 to -6553.6") && says_type("- 2147483648 to 2147483647") && !says_type("o to 500"));
        assert!(says_type("0...18446744073709551615") && says_type("0-18446744073709551615"));
        for text in ["0 to 6553.5 (optional)", "niet 0 to 65535", "0 > ...65535", "0 to approx 65535", "0 to 65535 –"]
        {
            assert!(!says_type(text), "{text}");
        }
    }

    #[test]
    fn ranges_of_types_limit_nothing() {
        let limit = |text: &str| (!text.is_empty()).then(|| Limit::Value(ratio(text)));
        for (min, max, kept_min, kept_max) in [
            ("0", "65536", "", ""),
            ("-3276.8", "3276.7", "", ""),
            ("5", "65535", "5", ""),
            ("-32768", "100", "", "100"),
            ("0", "100", "0", "100"),
            ("", "65535", "", ""),
            ("0", "0", "", ""),
        ] {
            assert_eq!(without_type(limit(min), limit(max)), (limit(kept_min), limit(kept_max)), "{min} {max}");
        }
    }
}

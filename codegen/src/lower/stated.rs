//! What the cells of a row say of its value: type, size, order, scale and offset.

use super::forms::{self, TypeWord};
use super::scale_registers::ScaleCell;
use super::settle::{Printed, Settler, decimal, distinct};
use crate::cells::decimals::is_unclear;
use crate::cells::lists;
use crate::cells::order::Order;
use crate::cells::packed::Packed;
use crate::cells::reading::Reading;
use crate::cells::types::{self, TypeCell, TypeKind};
use crate::cells::units;
use crate::cells::unread::Why;
use crate::cells::{formula, quantity};
use crate::columns::Meaning;
use crate::diagnostic::Entry;
use crate::diagnostic::{Diagnostic, Place, fault, said};
use crate::manifest::OffsetIs;
use crate::ratio::Ratio;
use crate::spelling::normalised;

/// How a raw value becomes the value: × scale + offset.
pub(super) struct Scaling {
    pub(super) scale: Ratio,
    pub(super) offset: Ratio,
    /// The register that holds the power of ten.
    pub(super) cell: Option<ScaleCell>,
    /// What stands with the scale in the cell of the range.
    pub(super) packed: Packed,
}

/// What one cell says of the scale.
pub(super) struct Statement {
    field: &'static str,
    meaning: Meaning,
    text: String,
    scale: Ratio,
    /// Said by a formula.
    offset: Option<Ratio>,
}

impl Statement {
    pub(super) fn new(field: &'static str, meaning: Meaning, text: String, scale: Ratio) -> Self {
        Self { field, meaning, text, scale, offset: None }
    }
}

impl Settler<'_> {
    /// The type, with the text that names it. What a vendor misspells is what the manifest says it is.
    pub(super) fn type_word(&mut self) -> (String, Option<TypeWord>) {
        let text = self.column("type", Meaning::Type, |text| normalised(text).to_lowercase());
        if text.is_empty() {
            return (text, None);
        }
        let aliases = &self.manifest.aliases;
        if let Some(alias) = aliases.iter().find(|alias| alias.word.eq_ignore_ascii_case(&text)) {
            let place = self.place_of("type", Meaning::Type, &text);
            // Merged, since a vendor misspells a word more than once.
            self.diagnostics.merge(
                Diagnostic::note(
                    "N0523",
                    said!("“{word}” was read as {alias}, as [types] says", word = &alias.word, alias = &alias.text),
                )
                .at(place),
            );
            return (text, Some(alias.means.clone().into()));
        }
        match types::parse(&text) {
            Ok(cell) => {
                let is_open = cell.bits.is_none()
                    && matches!(cell.kind, TypeKind::BitSet | TypeKind::Flags | TypeKind::Enum)
                    && self.find("type").is_some();
                // An override that says what the bits mean leaves their number as the table prints it.
                let bits = if is_open { self.printed_bits() } else { cell.bits };
                (text, Some(TypeCell { bits, ..cell }.into()))
            }
            Err(unread) => {
                self.misread = true;
                let place = self.place_of("type", Meaning::Type, &text);
                let entry = Entry::table(["types"]);
                let entry = match &unread.meant {
                    Some(meant) => entry.text(&text, meant),
                    None => entry.open(&text),
                };
                let says = match unread.why {
                    Why::Nothing => "is not understood",
                    Why::Unclear | Why::OutOfRange => &unread.says,
                };
                self.diagnostics.merge(
                    Diagnostic::in_cell("E0319", said!("this type {says}", says = fault(says)))
                        .at(place)
                        .expected(types::EXPECTED)
                        .help("define the word in [types]")
                        .manifest(entry),
                );
                (text, None)
            }
        }
    }

    /// The size of the type that the rows print, where they agree on it.
    fn printed_bits(&self) -> Option<u8> {
        let mut sizes =
            self.facts.iter().filter_map(|fact| forms::of_row(&fact.row, self.manifest)).map(|cell| cell.bits);
        let first = sizes.next().flatten()?;
        sizes.all(|bits| bits == Some(first)).then_some(first)
    }

    /// The list of values, out of its own column or out of the unit's, and the column it stands in.
    pub(super) fn values(&mut self, unit: &mut String) -> (String, Meaning) {
        let values = self.column("values", Meaning::Values, normalised);
        if !values.is_empty() || !lists::is_list(unit) {
            return (values, Meaning::Values);
        }
        (std::mem::take(unit), Meaning::Unit)
    }

    /// The order of words and bytes that the row states, in its column or behind its type.
    pub(super) fn order(&mut self, word: Option<TypeWord>) -> Option<Order> {
        let parse = |text: &str| crate::cells::order::parse(text).ok();
        let expected = "ABCD, CDAB, BADC or DCBA, A being the most significant byte";
        let stated = self.parsed("order", Meaning::Order, parse, expected);
        let behind = word.and_then(|word| word.order);
        if let (Some(stated), Some(behind)) = (stated, behind)
            && stated != behind
        {
            let error = Diagnostic::error(
                "E0454",
                said!(
                    "the type of {name} says {behind}, and its order {stated}",
                    name = &self.name,
                    behind = behind.key(),
                    stated = stated.key()
                ),
            );
            let places = [Meaning::Type, Meaning::Order].into_iter().flat_map(|meaning| distinct(self.facts, meaning));
            let places = places.map(|printed| printed.place);
            let printed: Vec<String> =
                distinct(self.facts, Meaning::Order).into_iter().map(|printed| printed.text).collect();
            // Where the other one is right, an override of `type` says so.
            let readings = [behind.key().to_owned()];
            self.diagnostics.push(
                places
                    .fold(error, Diagnostic::at)
                    .expected("the same order, or an override of `order` or `type`")
                    .manifest(Entry::correction(&self.selection, "order", &printed, &readings)),
            );
        }
        stated.or(behind)
    }

    /// The size of the value in bits.
    pub(super) fn size_in_bits(&mut self) -> Option<u32> {
        let number = |text: &str| text.parse::<u32>().ok().filter(|size| (1..=65_536).contains(size));
        let bits = self.parsed("size_in_bits", Meaning::SizeInBits, number, "a number of bits: 16, 32 …");
        let bytes = self.parsed("size_in_bytes", Meaning::SizeInBytes, number, "a number of bytes: 2, 4 …");
        bits.or_else(|| bytes.and_then(|bytes| bytes.checked_mul(8)))
    }

    /// value = raw × scale + offset, out of every cell that says something of it; cells that contradict each other are
    /// reported. The unit is taken out of a cell that holds both.
    pub(super) fn scaling(&mut self, word: Option<TypeWord>, unit: &mut String) -> Scaling {
        let packing = self.range(word.map(|word| word.form), unit);
        let cell = self.scale_cell();
        let (scale, offset) = self.scale_and_offset(unit, packing.statement, cell.as_ref());
        Scaling { scale, offset, cell: cell.filter(|cell| cell.exponent().is_none()), packed: packing.packed }
    }

    fn scale_and_offset(
        &mut self,
        unit: &mut String,
        packed: Option<Statement>,
        cell: Option<&ScaleCell>,
    ) -> (Ratio, Ratio) {
        let mut said: Vec<Statement> = packed.into_iter().collect();
        for (field, meaning) in [("factor", Meaning::Factor), ("divisor", Meaning::Divisor)] {
            said.extend(self.factor(field, meaning, unit));
        }
        for (field, meaning) in [("exponent", Meaning::Exponent), ("decimals", Meaning::Decimals)] {
            said.extend(self.power(field, meaning));
        }
        if let Some((cell, exponent)) = cell.and_then(|cell| Some((cell, cell.exponent()?))) {
            let scale = Ratio::power_of_ten(exponent).unwrap_or(Ratio::ONE);
            said.push(Statement::new("scale_register", Meaning::ScaleRegister, cell.text.clone(), scale));
        }
        said.extend(self.format());
        said.extend(self.formula());
        said.extend(self.unit_with_scale(unit));
        let offset = self.offset();
        // A factor of 1 that a column prints on every row says nothing beside a formula.
        if said.iter().any(|one| one.offset.is_some()) {
            said.retain(|one| one.offset.is_some() || one.scale != Ratio::ONE);
        }
        let Some(first) = said.first() else {
            return (Ratio::ONE, offset.unwrap_or(Ratio::ZERO));
        };
        let formula = said.iter().find_map(|one| one.offset);
        let contradicting = said.iter().find(|one| one.scale != first.scale);
        if let Some(other) = contradicting {
            let error = Diagnostic::error(
                "E0455",
                said!(
                    "the cells of {name} contradict each other: × {scale} by {field}, × {scale2} by {field2}",
                    name = &self.name,
                    scale = first.scale,
                    field = first.field,
                    scale2 = other.scale,
                    field2 = other.field
                ),
            );
            let places = [self.stated_at(first), self.stated_at(other)];
            self.diagnostics.push(places.into_iter().fold(error, Diagnostic::at).expected("one scale").help(format!(
                "leave one of the columns out of [columns], or correct it: field = \"{}\"",
                other.field
            )));
        }
        let scale = first.scale;
        (scale, self.placed_offset(scale, offset, formula))
    }

    /// The offset as it is added after scaling.
    fn placed_offset(&mut self, scale: Ratio, stated: Option<Ratio>, formula: Option<Ratio>) -> Ratio {
        let stated = stated.filter(|offset| *offset != Ratio::ZERO);
        let place = |settler: &Self| settler.cell_of("offset", Meaning::Offset);
        let Some(offset) = stated else { return formula.unwrap_or(Ratio::ZERO) };
        let after = match self.manifest.conventions.offset {
            _ if scale == Ratio::ONE => Some(offset),
            Some(OffsetIs::After) => Some(offset),
            Some(OffsetIs::Before) => offset.times(scale),
            None => {
                let error =
                    Diagnostic::error("E0456", "nothing says whether offsets are added before or after scaling");
                let at = place(self);
                // Merged, since a vendor means the same everywhere.
                self.diagnostics.merge(
                    error
                        .at(at)
                        .expected(
                            "offset = \"after\" in [device]: raw × scale + offset; or \"before\": (raw + \
                                   offset) × scale",
                        )
                        .help("check with an example from the vendor, or with a value you know")
                        .manifest(Entry::table(["device"]).one_of("offset", ["after", "before"])),
                );
                Some(offset)
            }
        };
        if let (Some(after), Some(formula)) = (after, formula)
            && after != formula
        {
            let error = Diagnostic::error(
                "E0455",
                said!(
                    "the cells of {name} contradict each other: + {after} by offset, + {formula} by formula",
                    name = &self.name,
                    after,
                    formula
                ),
            );
            let places = [place(self), self.cell_of("formula", Meaning::Formula)];
            self.diagnostics.push(places.into_iter().fold(error, Diagnostic::at).expected("one offset"));
        }
        after.unwrap_or(offset)
    }

    fn offset(&mut self) -> Option<Ratio> {
        self.number("offset", Meaning::Offset, "a number that is added to the value: 0, -40, 273.15")
    }

    /// A factor or divisor, which may bear a unit.
    fn factor(&mut self, field: &'static str, meaning: Meaning, unit: &mut String) -> Option<Statement> {
        // Rows that write one number in several ways agree, but not where it can be read in two.
        let same = |text: &str| match decimal(text) {
            Some(number) if !is_unclear(text) => number.to_string(),
            _ => normalised(text),
        };
        let text = self.column(field, meaning, same);
        if text.is_empty() {
            return None;
        }
        let clear = match self.clear(field, meaning, &text) {
            Ok(clear) => clear,
            Err(doubt) => {
                self.report_doubt(field, meaning, &text, &doubt);
                return None;
            }
        };
        if self.is_percentage(field, meaning, &text, &clear) {
            let place = self.place_of(field, meaning, &text);
            // Merged, since a column is formatted as one.
            self.diagnostics.merge(
                Diagnostic::in_cell("E0310", "this scale may be a number shown as a percentage")
                    .at(place)
                    .expected("a number such as 0.1, or one with the unit % as text")
                    .help("0.1 shown as 10% may mean 0.1, or 10 with a unit: compare with a value you know"),
            );
            return None;
        }
        let quantity = match self.overriding_ratio(field) {
            Some(number) => Ok((number, String::new())),
            None => quantity::read_factor(&clear),
        };
        let (code, is) = match &quantity {
            // Whether the device multiplies by it, or whoever reads does.
            Ok(_) if meaning == Meaning::Divisor && quantity::is_multiplied(&text) => {
                ("E0310", "multiplies, in a column of divisors")
            }
            Ok((number, found)) if number.numerator() != 0 => {
                if unit.is_empty() {
                    *unit = units::canonical(found);
                } else if !found.is_empty() && units::canonical(unit) != units::canonical(found) {
                    self.report_two_units(field, meaning, &text, unit);
                    return None;
                }
                // `/10` in a column of divisors divides, as `10` does.
                let divides = text.trim_start_matches(['x', 'X', ' ']).starts_with(['/', '÷', ':'])
                    || quantity::is_equation(&text);
                if meaning != Meaning::Divisor || divides {
                    return Some(Statement::new(field, meaning, text, *number));
                }
                self.report_small_divisor(*number, &text);
                return Some(Statement::new(field, meaning, text, number.inverse()?));
            }
            Ok(_) => ("E0309", "is 0"),
            Err(unread) => ("E0310", unread.says.as_str()),
        };
        let expected = match meaning {
            Meaning::Divisor => "what the value is multiplied by before it is sent: 1, 10, 100 …",
            _ => "what the raw value is multiplied by: 1, 0.1, 0.01 …",
        };
        let place = self.place_of(field, meaning, &text);
        self.diagnostics.push(Diagnostic::in_cell(code, said!("this scale {is}", is)).at(place).expected(expected));
        None
    }

    /// Reports a scale in another unit than the column of units says.
    fn report_two_units(&mut self, field: &'static str, meaning: Meaning, text: &str, unit: &str) {
        let places = [self.place_of(field, meaning, text), self.place_of("unit", Meaning::Unit, unit)];
        let error = Diagnostic::error("E0479", "the scale and the register have different units");
        let error = places.into_iter().filter(|place| !place.file().is_empty()).fold(error, Diagnostic::at);
        self.diagnostics.push(
            error
                .expected("one unit, or a scale without one")
                .help(format!("correct one of them: field = \"{field}\" or field = \"unit\"")),
        );
    }

    /// Whether a scale may be a number that is shown as a percentage: `10%` is 0.1, or ten percent a step. Nobody writes
    /// `0.1 %` for a thousandth.
    fn is_percentage(&self, field: &str, meaning: Meaning, text: &str, clear: &str) -> bool {
        if !text.ends_with('%') || quantity::is_equation(text) || self.find(field).is_some() {
            return false;
        }
        let cells = self.facts.iter().filter_map(|fact| fact.row.get(meaning));
        let mut shown = cells.filter(|cell| cell.is_percentage).map(|cell| normalised(&cell.text));
        let number = quantity::factor(clear).map(|(number, _)| number);
        number.is_some_and(|number| number >= Ratio::ONE) || shown.any(|shown| shown == text)
    }

    /// A power of ten, or a number of decimals.
    fn power(&mut self, field: &'static str, meaning: Meaning) -> Option<Statement> {
        let exponent = |text: &str| {
            let text = text.replace('−', "-");
            let digits = text.strip_prefix("10^").unwrap_or(&text);
            let inner = digits.strip_prefix('(').and_then(|digits| digits.strip_suffix(')')).unwrap_or(digits);
            let number = inner.parse::<i64>().ok()?;
            let is_decimals = meaning == Meaning::Decimals;
            let is_possible = if is_decimals { (0..=9).contains(&number) } else { (-9..=9).contains(&number) };
            is_possible.then_some(if is_decimals { number.checked_neg()? } else { number })
        };
        let expected = match meaning {
            Meaning::Decimals => "how many decimals the raw value has, 0 to 9; 10 and 100 are divisors",
            _ => "a power of ten, -9 to 9; 10 and 100 are factors",
        };
        let exponent = self.parsed(field, meaning, exponent, expected)?;
        let text = self.cell_of(field, meaning).found.unwrap_or_default();
        Some(Statement::new(field, meaning, text, Ratio::power_of_ten(exponent)?))
    }

    /// How a value is shown, where that says its scale: `FIX2`, `TEMP`.
    fn format(&mut self) -> Option<Statement> {
        let text = self.column("format", Meaning::Format, |text| normalised(text).to_lowercase());
        if text.is_empty() {
            return None;
        }
        let alias = self.manifest.formats.iter().find(|alias| normalised(&alias.word).eq_ignore_ascii_case(&text));
        match quantity::format(alias.map_or(&text, |alias| &alias.means)) {
            Some(decimals) => {
                let scale = Ratio::power_of_ten(i64::from(decimals?).checked_neg()?)?;
                Some(Statement::new("format", Meaning::Format, text, scale))
            }
            None => {
                self.misread = true;
                let place = self.place_of("format", Meaning::Format, &text);
                self.diagnostics.merge(
                    Diagnostic::in_cell("E0319", "this format is not understood")
                        .at(place)
                        .expected(quantity::FORMATS)
                        .help("[formats] of the manifest says what a word means: \"0.00\" = \"FIX2\""),
                );
                None
            }
        }
    }

    /// A formula, as far as it is linear.
    fn formula(&mut self) -> Option<Statement> {
        let text = self.column("formula", Meaning::Formula, normalised);
        if text.is_empty() {
            return None;
        }
        let clear = match self.clear("formula", Meaning::Formula, &text) {
            Ok(clear) => clear,
            Err(doubt) => {
                self.report_doubt("formula", Meaning::Formula, &text, &doubt);
                return None;
            }
        };
        let Some((scale, offset)) = formula::linear(&clear) else {
            let place = self.place_of("formula", Meaning::Formula, &text);
            // Merged, since one formula stands in several rows.
            self.diagnostics.merge(
                Diagnostic::error("E0457", "this formula is not a scale and an offset")
                    .at(place)
                    .expected(
                        "a formula of the raw value such as x / 10, x * 0.1 - 40 or (x - 400) * 0.1; in 1,000 a comma \
                         may divide thousands",
                    )
                    .help("an override of `formula` to \"x\" gives the raw value, for the caller to compute with"),
            );
            return None;
        };
        Some(Statement { field: "formula", meaning: Meaning::Formula, text, scale, offset: Some(offset) })
    }

    /// The cell of the unit, which may say a scale as well: `0.1 °C`, `°C/10`. What is not read whole is a warning.
    fn unit_with_scale(&mut self, unit: &mut String) -> Option<Statement> {
        let text = unit.clone();
        let clear = match self.clear("unit", Meaning::Unit, &text) {
            Ok(clear) => clear,
            Err(doubt) => {
                self.report_doubt("unit", Meaning::Unit, &text, &doubt);
                return None;
            }
        };
        let warning = match units::read(&clear) {
            Reading::Value(cell) => {
                *unit = cell.unit;
                return Some(Statement::new("unit", Meaning::Unit, text, cell.scale?));
            }
            Reading::Ambiguous { readings, why } => {
                let message = said!("this unit {why}, and was taken as it stands", why = fault(why));
                let printed = std::slice::from_ref(&text);
                let entry = Entry::correction(&self.selection, "unit", printed, &readings);
                let warning = Diagnostic::warning("W0463", message).manifest(entry);
                match readings.is_empty() {
                    true => warning.help("an override of `unit` and `factor` says what is meant"),
                    false => warning.help(format!(
                        "an override of `unit` says what is meant: {}",
                        readings.iter().map(|reading| format!("“{reading}”")).collect::<Vec<_>>().join(" or ")
                    )),
                }
            }
            // An override says what is meant.
            Reading::Unreadable { .. } if self.find("unit").is_some() => return None,
            Reading::Unreadable { rest, .. } => {
                let what = if rest == clear { String::new() } else { format!(": “{rest}” is not understood") };
                Diagnostic::warning("W0478", said!("this is not a unit{what}", what)).help(
                    "an override or a rule that sets `unit` says what is meant; [columns] may name another column",
                )
            }
        };
        let place = self.place_of("unit", Meaning::Unit, &text);
        // Merged, since one unit stands in many rows.
        self.diagnostics.merge(warning.at(place).expected("a unit, or a scale before it: 0.1 °C; °C/10"));
        None
    }

    fn stated_at(&self, statement: &Statement) -> Place {
        self.place_of(statement.field, statement.meaning, &statement.text)
    }

    /// The first filled cell of a column, or the override that replaces it.
    fn cell_of(&self, field: &str, meaning: Meaning) -> Place {
        if let Some(entry) = self.find(field) {
            return entry.place.clone().holds(entry.field.value());
        }
        let filled = |printed: &Printed| !printed.text.is_empty();
        distinct(self.facts, meaning).into_iter().find(filled).map(|printed| printed.place).unwrap_or_default()
    }
}

//! Registers that hold the power of ten of others, by address or by name.

use super::Register;
use super::pairs::Joined;
use super::settle::{self, Settler};
use crate::cells::address;
use crate::columns::Meaning;
use crate::diagnostic::{Diagnostic, Diagnostics, Place, said};
use crate::ratio::Ratio;
use crate::spelling::normalised;
use crate::suggest;

/// A cell that names a register, its address, or the power itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScaleCell {
    pub(super) text: String,
    place: Place,
    /// The address that stands there.
    pub(super) address: Option<u16>,
    /// Whether a small number is no address: a table of `SunSpec` names registers.
    is_power: bool,
}

impl ScaleCell {
    /// The power itself: `-2`. Numbers from 0 on are addresses, but in a table of `SunSpec` or in an
    /// override.
    pub(super) fn exponent(&self) -> Option<i64> {
        let number = self.text.replace('−', "-").parse::<i64>().ok()?;
        (-10..=10).contains(&number).then_some(number).filter(|number| *number < 0 || self.is_power)
    }
}

impl Settler<'_> {
    pub(super) fn scale_cell(&mut self) -> Option<ScaleCell> {
        let text = self.column("scale_register", Meaning::ScaleRegister, normalised);
        let place = self.place_of("scale_register", Meaning::ScaleRegister, &text);
        let table = self.facts.first().map(|fact| fact.table);
        let has = |address: u16| table.is_some_and(|table| self.described.has(table, address));
        // A manifest names registers by the addresses of the protocol.
        let is_given = self.find("scale_register").is_some();
        let shift = if is_given { 0 } else { self.shift(Meaning::ScaleRegister) };
        let address = address::protocol(&text).ok().and_then(|address| settle::shifted(address, shift));
        let is_there = address.is_some_and(has);
        let number = text.parse::<u16>().ok();
        let is_small = shift > 0 && number.is_some_and(|number| number <= 10);
        // SunSpec's models name registers by their names, and their scales are powers otherwise.
        let is_of_blocks = self.facts.iter().any(|fact| fact.row.get(Meaning::GroupOffset).is_some());
        if is_small && is_there && !is_of_blocks {
            self.misread = true;
            // Merged, since many registers have the scale of one.
            self.diagnostics.merge(
                Diagnostic::error("E0467", said!("nothing says whether {text} is an address or a power of ten", text))
                    .at(place)
                    .expected("the name of the register, or a negative power of ten")
                    .help("decide it with an override of `scale_register`: the protocol address, or the power"),
            );
            return None;
        }
        let is_power = number.is_some() && (is_of_blocks || is_given) && (is_small || !is_there);
        let is_said = !text.is_empty();
        is_said.then_some(ScaleCell { text, place, address, is_power })
    }
}

/// Finds the register of every cell; a name is looked for in the element of the array, then in the sheet.
pub(super) fn resolve(joined: &mut [Joined], diagnostics: &mut Diagnostics) {
    let mut found: Vec<(usize, u16)> = Vec::new();
    for (index, one) in joined.iter().enumerate() {
        let register = &one.register;
        let Some(cell) = &register.scale_cell else { continue };
        if (register.scale, register.offset) != (Ratio::ONE, Ratio::ZERO) {
            let error = Diagnostic::error(
                "E0460",
                said!("{register} has both a scale and a scale register", register = register.name()),
            );
            let columns = [Meaning::Factor, Meaning::Divisor, Meaning::Exponent, Meaning::Offset];
            let stated = columns.into_iter().flat_map(|meaning| register.filled(meaning));
            let places = stated.chain([cell.place.clone()]);
            diagnostics.push(places.fold(error, Diagnostic::at).expected("one of them"));
            continue;
        }
        if let Some(address) = cell.address {
            found.push((index, address));
            continue;
        }
        match named(register, &cell.text, joined).as_slice() {
            [address] => found.push((index, *address)),
            [] => {
                let names = joined.iter().filter(|other| near(register, &other.register));
                let names: Vec<String> = names.flat_map(|other| names_of(&other.register)).collect();
                // Merged, since many registers have the scale of one.
                diagnostics.merge(
                    Diagnostic::error("E0461", said!("no nearby register is called “{cell}”", cell = &cell.text))
                        .at(cell.place.clone())
                        .expected(
                            "the name or the address of a register that holds the scale, or a power of ten from -10 \
                             to -1",
                        )
                        .help(suggest::nearest_of("name", &cell.text, names.iter().map(String::as_str))),
                );
            }
            several => {
                let several: Vec<String> = several.iter().map(u16::to_string).collect();
                diagnostics.merge(
                    Diagnostic::error(
                        "E0461",
                        said!(
                            "several registers are called “{cell}”: {several}",
                            cell = &cell.text,
                            several = several.join(", ")
                        ),
                    )
                    .at(cell.place.clone())
                    .expected("the name of one register, or an override of `scale_register` with its address"),
                );
            }
        }
    }
    for (index, address) in found {
        if let Some(one) = joined.get_mut(index) {
            one.register.scaled_by = Some(address);
        }
    }
}

/// The registers of this name: those of the same element of an array before those of the sheet, those of the same group
/// before the others.
fn named(register: &Register, name: &str, joined: &[Joined]) -> Vec<u16> {
    let others = joined.iter().map(|other| &other.register);
    let called: Vec<&Register> =
        others.filter(|other| near(register, other) && names_of(other).iter().any(|known| known == name)).collect();
    let element = |of: &Register| of.place.as_ref().map(|place| (place.array.clone(), place.element));
    let same_element = |other: &&&Register| element(register).is_some() && element(other) == element(register);
    let same_group = |other: &&&Register| other.group == register.group && other.place.is_none();
    let outside = |other: &&&Register| other.place.is_none();
    let addresses = |chosen: Vec<&&Register>| -> Vec<u16> { chosen.into_iter().map(|one| one.address).collect() };
    let steps: [&dyn Fn(&&&Register) -> bool; 4] = [&same_element, &same_group, &outside, &|_| true];
    let found = steps.into_iter().map(|step| addresses(called.iter().filter(step).collect()));
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

/// Whether a name of one can be meant in a row of the other.
fn near(register: &Register, other: &Register) -> bool {
    let sheet = |of: &Register| of.facts.first().map(|fact| fact.row.start().origin);
    other.table == register.table && other.meets(register) && sheet(other) == sheet(register)
}

/// Everything its rows call it.
fn names_of(register: &Register) -> Vec<String> {
    let named = |meaning: Meaning| matches!(meaning, Meaning::Label | Meaning::Description | Meaning::Detail(_));
    let cells = register.facts.iter().flat_map(|fact| fact.row.texts(named));
    cells.map(|text| normalised(&text)).filter(|text| !text.is_empty()).collect()
}

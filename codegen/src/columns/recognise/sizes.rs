//! Columns of numbers that change values: sizes, factors and divisors, and those that are not used.

use std::collections::BTreeSet;

use super::addresses::style;
use super::{Candidate, Doubt, Recogniser};
use crate::cells::unread::Why;
use crate::cells::{address, number, order, quantity, text, types, units, words};
use crate::columns::Meaning;
use crate::columns::content::fits;
use crate::columns::dictionary::{self, Claim};
use crate::ratio::Ratio;

impl Recogniser {
    /// Sizes: in registers, bytes or bits, whichever the types or the distances between the addresses bear out.
    pub(super) fn sizes(&mut self) {
        for place in self.with(Claim::Size) {
            let Some(candidate) = self.candidates.get(place).filter(|one| !rises(one)) else { continue };
            if !self.taken(Meaning::Type) && candidate.bears_out(Meaning::Type) && !candidate.bears_out(Meaning::Count)
            {
                self.set(place, Meaning::Type, "its cells are types");
                continue;
            }
            let sizes = [Meaning::Count, Meaning::SizeInBits, Meaning::SizeInBytes];
            if sizes.into_iter().any(|meaning| self.taken(meaning)) {
                continue;
            }
            if !candidate.bears_out(Meaning::Count) {
                // Zero registers are none.
                let is_zero = candidate.filled().all(|(_, cell)| cell == "0");
                if candidate.is_plain() && !is_zero && !self.repeats_types(candidate) {
                    self.misread(place, Meaning::Count);
                }
                continue;
            }
            match self.size_of(candidate) {
                Some((meaning, how)) => self.set(place, meaning, how),
                None => {
                    let sample = candidate.filled().next().map(|(_, cell)| cell.clone()).unwrap_or_default();
                    // Of a header that may as well be a name nothing is asked.
                    if !candidate.claims(Claim::Name) {
                        self.doubt(place, Doubt::Size(sample));
                    }
                }
            }
        }
    }

    fn size_of(&self, candidate: &Candidate) -> Option<(Meaning, &'static str)> {
        const UNITS: [(Meaning, u32); 3] = [(Meaning::Count, 16), (Meaning::SizeInBytes, 8), (Meaning::SizeInBits, 1)];
        let number = |cell: &str| cell.trim().parse::<u32>().ok();
        let types = self.find(Meaning::Type);
        let mut by_type = [0usize; 3];
        for (row, cell) in &candidate.cells {
            let bits = types
                .and_then(|types| types.in_row(*row))
                .and_then(|text| types::parse(text).ok())
                .and_then(|cell| cell.bits);
            let (Some(bits), Some(size)) = (bits.filter(|bits| *bits >= 16), number(cell)) else { continue };
            for (votes, (_, unit)) in by_type.iter_mut().zip(UNITS) {
                *votes = votes.saturating_add(usize::from(size.saturating_mul(unit) == u32::from(bits)));
            }
        }
        if let Some(meaning) = most(by_type, UNITS) {
            return Some((meaning, "its numbers are the sizes of the types"));
        }
        let addresses = self.find(Meaning::Address).or_else(|| self.find(Meaning::DeFacto))?;
        let style = style(addresses);
        let mut by_distance = [0usize; 3];
        for pair in addresses.cells.windows(2) {
            let [(row, one), (_, next)] = pair else { continue };
            let at = |text: &str| {
                address::parse(text, style).ok()?.zero_based().ok().map(|registers| u32::from(registers.first))
            };
            let (Some(one), Some(next), Some(size)) = (at(one), at(next), candidate.in_row(*row).and_then(number))
            else {
                continue;
            };
            let distance = next.saturating_sub(one);
            for (votes, (_, unit)) in by_distance.iter_mut().zip(UNITS) {
                let registers = size.saturating_mul(unit).div_ceil(16);
                let exact = size.saturating_mul(unit) >= 16;
                *votes = votes.saturating_add(usize::from(exact && registers == distance));
            }
        }
        if let Some(meaning) = most(by_distance, UNITS) {
            return Some((meaning, "its numbers are the distances between the addresses"));
        }
        // One register is the only size of 1.
        let all_one = candidate.filled().all(|(_, cell)| cell == "1");
        all_one.then_some((Meaning::Count, "every row is about one register"))
    }

    /// Factors and divisors; where the cells do not tell them apart, a person has to.
    pub(super) fn scales(&mut self) {
        for place in self.with(Claim::Scale) {
            let Some(candidate) = self.candidates.get(place) else { continue };
            let is_certain = candidate.is_plain() && !is_about_accuracy(&candidate.column.header);
            let other = [Meaning::Factor, Meaning::Divisor].into_iter().find_map(|meaning| {
                let of = |one: &Candidate| one.column.meaning == Some(meaning);
                self.candidates.iter().position(of).map(|other| (meaning, other))
            });
            if let Some((meaning, other)) = other {
                if is_certain && !self.repeats_scale(candidate, meaning, other) {
                    self.doubt(place, Doubt::Same(meaning, other));
                }
                continue;
            }
            let cells: Vec<&str> = candidate.filled().map(|(_, cell)| cell.as_str()).collect();
            // No value is divided or multiplied by -3.
            if are_exponents(&cells) && !self.taken(Meaning::Exponent) {
                self.set(place, Meaning::Exponent, "its numbers are powers of ten");
                continue;
            }
            let is_gain = words::plain(&candidate.column.header).contains("gain");
            let numbers: Vec<(Ratio, &str)> =
                candidate.filled().filter_map(|(_, cell)| Some((quantity::factor(cell)?.0, cell.as_str()))).collect();
            let filled = candidate.filled().count();
            let texts = filled.saturating_sub(numbers.len());
            if filled == 0 {
                continue;
            }
            // Where most cells are texts it may be something else; a scale is not left out for all that.
            if texts.saturating_mul(2) > filled {
                let is_scale = is_certain
                    || !is_about_accuracy(&candidate.column.header)
                        && candidate.filled().any(|(_, cell)| number::number(cell).is_ok());
                let formats = candidate.bears_out(Meaning::Format);
                let names: BTreeSet<&str> = self
                    .candidates
                    .iter()
                    .filter(|one| one.claims(Claim::Name))
                    .flat_map(|one| one.cells.iter().map(|(_, cell)| cell.as_str()))
                    .collect();
                let registers = candidate.filled().filter(|(_, cell)| names.contains(cell.as_str())).count();
                if formats && !self.taken(Meaning::Format) {
                    self.set(place, Meaning::Format, "its cells are formats");
                } else if registers.saturating_mul(2) > filled {
                    self.set(place, Meaning::ScaleRegister, "its cells are names of registers");
                } else if is_scale {
                    self.misread(place, Meaning::Factor);
                }
                continue;
            }
            // `0.1 °C` is what one step of the raw value is, and then `10 rpm` is; a bare 10 may be a divisor.
            let has_unit = |cell: &str| quantity::factor(cell).is_some_and(|(_, unit)| units::is_unit(&unit));
            let are_steps = numbers.iter().any(|(number, cell)| *number < Ratio::ONE && has_unit(cell))
                && numbers.iter().all(|(number, cell)| *number <= Ratio::ONE || has_unit(cell));
            if are_steps {
                self.set(place, Meaning::Factor, "its units say what one step of the raw value is");
                continue;
            }
            let above = numbers.iter().find(|(number, _)| *number > Ratio::ONE);
            let below = numbers.iter().find(|(number, _)| *number < Ratio::ONE);
            // A power of ten has no decimals: beside 0.1 a 0 is a slip, which is reported at its cell.
            let has_fraction = numbers.iter().any(|(number, _)| number.denominator() != 1);
            let negative =
                numbers.iter().find(|(number, _)| number.numerator() < 0 || number.numerator() == 0 && !has_fraction);
            match (above, below, negative) {
                (None, _, None) => self.set(place, Meaning::Factor, "none of its numbers is above 1"),
                (_, None, None) if is_gain => {
                    self.set(place, Meaning::Divisor, "a gain is what the value is multiplied by before it is sent");
                }
                (one, _, other) => {
                    let sample = other.or(one).map(|(_, cell)| (*cell).to_owned()).unwrap_or_default();
                    self.doubt(place, Doubt::Scale(sample));
                }
            }
        }
    }

    /// Whether a second column of scales says no more than the first: the same ones, or as divisors, or 1.
    fn repeats_scale(&self, candidate: &Candidate, meaning: Meaning, other: usize) -> bool {
        let Some(other) = self.candidates.get(other) else { return false };
        candidate.filled().all(|(row, cell)| {
            let Some((scale, _)) = quantity::factor(cell) else { return false };
            let used = other.in_row(*row).filter(|cell| !text::is_nothing(cell)).map_or(Some(Ratio::ONE), |cell| {
                let (used, _) = quantity::factor(cell)?;
                if meaning == Meaning::Divisor { used.inverse() } else { Some(used) }
            });
            scale == Ratio::ONE || used.is_some_and(|used| scale == used || scale.inverse() == Some(used))
        })
    }

    /// Whether sizes written as words, `16 bit`, are those of the types beside them.
    fn repeats_types(&self, candidate: &Candidate) -> bool {
        let Some(types) = self.find(Meaning::Type) else { return false };
        candidate.filled().all(|(row, cell)| {
            let bits = types.in_row(*row).and_then(|text| types::parse(text).ok()?.bits);
            bits.is_some() && said_bits(cell) == bits.map(u32::from)
        })
    }

    /// What would change the values, and what is not used for want of cells that bear it out: left out without a word, every
    /// value would be read without it.
    pub(super) fn unread(&mut self) {
        for place in 0..self.candidates.len() {
            let Some(candidate) = self.candidates.get(place).filter(|candidate| {
                candidate.is_free() && candidate.column.doubt.is_none() && candidate.column.how.is_empty()
            }) else {
                continue;
            };
            let Some(heading) = &candidate.heading else { continue };
            let filled = candidate.filled().count();
            let meanings: Vec<Meaning> = heading
                .claims
                .iter()
                .filter_map(|claim| match claim {
                    Claim::Is(meaning) | Claim::MayBe(meaning) => Some(*meaning),
                    Claim::Scale | Claim::Size | Claim::Name => None,
                })
                .collect();
            let is_told = |meaning: &Meaning| !matches!(meaning, Meaning::Offset | Meaning::Count) || !rises(candidate);
            for meaning in meanings.into_iter().filter(is_told) {
                let telling = candidate.filled().filter(|(_, cell)| tells(meaning, cell)).count();
                let taken = self.candidates.iter().position(|one| one.column.meaning == Some(meaning));
                // A few words are types, and a few numbers are counts, in columns of other things.
                let is_common = matches!(
                    meaning,
                    Meaning::Type | Meaning::Signed | Meaning::Count | Meaning::SizeInBits | Meaning::SizeInBytes
                );
                let needed = if is_common { filled.div_ceil(4) } else { 1 };
                // Codes of types that the document explains elsewhere: `T3`, `T6`.
                let are_codes = meaning == Meaning::Type && filled >= 3 && are_codes(candidate);
                let is_said = are_codes
                    || meaning == Meaning::Offset
                        && filled > 0
                        && dictionary::heading(&candidate.column.header).is_some()
                        && !self.is_column_of_addresses(place);
                match taken {
                    None if telling > 0 && telling >= needed || is_said => {
                        self.misread(place, meaning);
                        break;
                    }
                    Some(other)
                        if meaning != Meaning::Type
                            && telling.saturating_mul(10) >= filled.saturating_mul(7)
                            && telling > 0
                            && !self.repeats(candidate, other) =>
                    {
                        self.doubt(place, Doubt::Same(meaning, other));
                        break;
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether a column says in its rows what another one says, or nothing.
    fn repeats(&self, candidate: &Candidate, other: usize) -> bool {
        let Some(other) = self.candidates.get(other) else { return false };
        candidate
            .filled()
            .all(|(row, cell)| other.in_row(*row).is_some_and(|one| words::plain(one) == words::plain(cell)))
    }

    /// A column whose header says what its cells do not bear out.
    fn misread(&mut self, place: usize, meaning: Meaning) {
        let Some(candidate) = self.candidates.get(place) else { return };
        let strange: Vec<(u32, String)> =
            candidate.filled().filter(|(_, cell)| !tells(meaning, cell)).take(3).cloned().collect();
        if candidate.filled().next().is_some() {
            self.doubt(place, Doubt::Unread(meaning, strange));
        }
    }
}

/// Whether the cells of a column are whole numbers, each higher than the one above.
pub(super) fn rises(candidate: &Candidate) -> bool {
    const FEW: usize = 3;
    let numbers: Option<Vec<Ratio>> = candidate.filled().map(|(_, cell)| number::number(cell).ok()).collect();
    let numbers = numbers.unwrap_or_default();
    let mut pairs = numbers.iter().zip(numbers.iter().skip(1));
    numbers.len() >= FEW
        && numbers.iter().all(|number| number.denominator() == 1)
        && pairs.all(|(one, next)| one < next)
}

/// Whether cells are short words with a digit, several rows having the same.
fn are_codes(candidate: &Candidate) -> bool {
    const LONGEST: usize = 6;
    let cells: Vec<&str> = candidate.filled().map(|(_, cell)| cell.as_str()).collect();
    let is_code = |cell: &&str| {
        let has = |is: fn(&u8) -> bool| cell.bytes().any(|byte| is(&byte));
        cell.len() <= LONGEST
            && cell.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_alphabetic)
    };
    let distinct: BTreeSet<&str> = cells.iter().copied().collect();
    cells.iter().all(is_code) && distinct.len() < cells.len()
}

/// Whether a cell says something of this meaning that changes what a value is.
pub(super) fn tells(meaning: Meaning, cell: &str) -> bool {
    let number = || number::number(cell).ok();
    match meaning {
        Meaning::Type => types::parse(cell).is_ok(),
        Meaning::Factor | Meaning::Divisor => match quantity::read_factor(cell) {
            Ok((scale, _)) => scale != Ratio::ONE,
            Err(unread) => unread.why == Why::Unclear,
        },
        Meaning::Exponent | Meaning::Decimals | Meaning::Offset => {
            number().is_some_and(|number| number.numerator() != 0)
        }
        Meaning::Format => quantity::format(cell).flatten().is_some() || quantity::is_pattern(cell),
        Meaning::NotAvailable => cell.contains(|sign: char| sign.is_ascii_digit()),
        Meaning::Order => order::parse(cell).is_ok(),
        Meaning::Signed => words::signed(cell).is_some(),
        // `Read only` above `yes` and `no`.
        Meaning::Access | Meaning::Writable => words::yes(cell).is_some() || words::access(cell).is_some(),
        Meaning::Count | Meaning::SizeInBits | Meaning::SizeInBytes => fits(meaning, cell) == Some(true),
        _ => false,
    }
}

/// Whether cells are powers of ten and one of them a fraction, as scales are: `1`, `0.1`, `0.01`; or numbers behind signs of
/// multiplication and division: `x10`, `/100`.
pub(super) fn are_scales(cells: &[&str]) -> bool {
    let is_operation = |cell: &&str| cell.starts_with(['x', 'X', '*', '×', '/', '÷']);
    let is_bare = |cell: &&str| number::number(cell).is_ok_and(|number| number == Ratio::ONE);
    if cells.iter().any(is_operation)
        && cells.iter().all(|cell| is_bare(cell) || is_operation(cell) && quantity::factor(cell).is_some())
    {
        return true;
    }
    let numbers: Option<Vec<Ratio>> = cells.iter().map(|cell| number::number(cell).ok()).collect();
    let is_power = |number: &Ratio| (-6..=6).any(|power| Ratio::power_of_ten(power) == Some(*number));
    numbers.is_some_and(|numbers| {
        let distinct: BTreeSet<(i64, i64)> =
            numbers.iter().map(|number| (number.numerator(), number.denominator())).collect();
        // `1`, `10`, `1`: what counts up has other numbers, too.
        let is_scaled = numbers.iter().any(|number| number.denominator() != 1) || distinct.len() > 1;
        numbers.len() > 1 && numbers.iter().all(is_power) && is_scaled
    })
}

/// Whether cells are small powers, as exponents of ten are: `-2`, `-1`, `0`, several rows having the same. A factor may be
/// -1, where a value falls as its raw value rises, but then none is 0.
pub(super) fn are_exponents(cells: &[&str]) -> bool {
    const FEW: usize = 3;
    let numbers: Option<Vec<Ratio>> = cells.iter().map(|cell| number::number(cell).ok()).collect();
    let is_small = |number: &Ratio| number.denominator() == 1 && (-6..=3).contains(&number.numerator());
    numbers.is_some_and(|numbers| {
        let distinct: BTreeSet<_> = numbers.iter().map(|number| number.numerator()).collect();
        numbers.len() >= FEW
            && distinct.len() < numbers.len()
            && numbers.iter().all(is_small)
            && (distinct.iter().any(|number| *number < -1) || distinct.contains(&-1) && distinct.contains(&0))
    })
}

/// Whether a header of scales may as well be about how exact a value is, or how much it counts.
fn is_about_accuracy(header: &str) -> bool {
    let header = words::plain(header);
    ["accura", "precis", "genauig", "weight", "ratio", "multiple"].iter().any(|word| header.contains(word))
}

/// The bits of a size that is written as words: `16 bit`, `2 words`.
fn said_bits(cell: &str) -> Option<u32> {
    let (size, unit) = number::leading(cell).ok()??;
    let size = u32::try_from(size.numerator()).ok().filter(|_| size.denominator() == 1)?;
    let unit = words::folded(unit);
    let bits = match unit.trim_end_matches('s') {
        "bit" => 1,
        "byte" | "octet" => 8,
        "word" | "register" | "reg" | "mot" | "wort" => 16,
        _ => return None,
    };
    size.checked_mul(bits)
}

/// The meaning with clearly the most votes.
fn most(votes: [usize; 3], units: [(Meaning, u32); 3]) -> Option<Meaning> {
    let best = votes.into_iter().max().filter(|best| *best > 0)?;
    let mut winners = votes.into_iter().zip(units).filter(|(votes, _)| *votes == best);
    let (_, (meaning, _)) = winners.next()?;
    winners.next().is_none().then_some(meaning)
}

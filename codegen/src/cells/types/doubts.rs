//! Types with a number that may count several things, `hex8`, `BOOL16`, `INT (1)`, and with two types that contradict each
//! other, `int16 (U16)`.

use super::words::Effect;
use super::{Reading, TypeKind};
use crate::cells::unread::Unread;

/// Whether types that name their size say that they are signed.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// `int16`, `DINT`
    word: Option<bool>,
    /// `U16`
    letter: Option<bool>,
}

impl Reading {
    /// Notes what words say of the sign where they name a whole type, as a number does behind them.
    pub(super) fn pair(&mut self, words: &[(&'static str, Effect)], has_size: bool) -> Result<(), Unread> {
        for (word, effect) in words {
            match effect {
                Effect::Integer(bits, Some(signed)) if bits.is_some() || has_size => {
                    self.complete.word = Some(*signed);
                }
                Effect::Letter(signed) if has_size => self.complete.letter = Some(*signed),
                Effect::Kind(TypeKind::Bytes) if ["raw", "rawhex", "hex", "blob"].contains(word) => {
                    self.uncounted = Some("bits, bytes, registers or digits");
                }
                Effect::Kind(TypeKind::Bool) if ["bit", "flag"].contains(word) => {
                    self.uncounted = Some("bits, or be the number of one");
                }
                _ => {}
            }
        }
        // `word (S16)` says that a register holds it.
        match (self.complete.word, self.complete.letter) {
            (Some(true), Some(false)) => Err(Unread::unclear("names two types, one signed and one unsigned")),
            _ => Ok(()),
        }
    }

    /// Refuses a number without a unit that may count several things.
    pub(super) fn check_number(&self, bracket: Option<(char, u16)>) -> Result<(), Unread> {
        let mut numbers = self.numbers.iter().copied().chain(bracket.map(|(_, number)| number));
        if let Some(what) = self.uncounted.filter(|_| numbers.clone().next().is_some()) {
            return Err(Unread::unclear(format!("has a number that may count {what}")));
        }
        match self.kind {
            Some(TypeKind::Bool) => match numbers.find(|number| *number > 1) {
                Some(number) => {
                    let says = format!("may be one truth value in {number} bits, or {number} of them");
                    Err(Unread::unclear(says))
                }
                None => Ok(()),
            },
            Some(TypeKind::Integer) | None if numbers.any(|number| number == 1) => {
                Err(Unread::unclear("has a 1 that may count bits, bytes or registers"))
            }
            _ => Ok(()),
        }
    }
}

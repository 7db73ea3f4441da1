//! What single cells say, by the readers of their meanings: whoever works with rows sees that, and reads nothing.

use std::ops::RangeInclusive;

use super::{Cell, Row};
use crate::cells::lists::{self, List};
use crate::cells::reading::Reading;
use crate::cells::types::{self, TypeKind};
use crate::cells::unread::Unread;
use crate::cells::words::{Permitted, TableCell};
use crate::cells::{bits, number, text, words};
use crate::columns::Meaning;
use crate::model::Access;
use crate::ratio::Ratio;

impl Cell {
    /// What may be done with a register: `R/W`, function codes.
    pub(crate) fn access(&self) -> Option<Permitted> {
        words::access(&self.text)
    }

    /// The same in words only: where a column says yes or no, `1` is no function code.
    pub(crate) fn worded_access(&self) -> Option<Access> {
        words::worded_access(&self.text)
    }

    /// The access at the begin of a sentence.
    pub(crate) fn access_before_text(&self) -> Option<Access> {
        words::access_before_text(&self.text)
    }

    /// `yes`, `X`, `0`.
    pub(crate) fn yes(&self) -> Option<bool> {
        words::yes(&self.text)
    }

    /// The Modbus table, by its name or by function codes.
    pub(crate) fn table(&self) -> Result<TableCell, Unread> {
        words::table(&self.text)
    }

    /// Whether it names no model, so that all are meant.
    pub(crate) fn names_no_model(&self) -> bool {
        words::names_no_model(&self.text)
    }

    /// The lowest and the highest bit.
    pub(crate) fn bits(&self) -> Result<(u8, u8), Unread> {
        bits::parse(&self.text)
    }

    /// Whether a word names half of a register: `high byte`.
    pub(crate) fn names_half(&self) -> bool {
        bits::names_half(&self.text)
    }

    /// The values or bits that it lists, and nothing else.
    pub(crate) fn listed(&self) -> Option<Reading<List>> {
        lists::listed(&self.text)
    }

    /// The codes it holds, and whether they are those of bits.
    pub(crate) fn codes(&self) -> Option<(RangeInclusive<i64>, bool)> {
        lists::codes(&self.text)
    }

    /// The kind of the type that it names.
    pub(crate) fn type_kind(&self) -> Option<TypeKind> {
        types::parse(&self.text).ok().map(|read| read.kind)
    }

    /// A number, with nothing beside it.
    pub(crate) fn number(&self) -> Option<Ratio> {
        number::number(&self.text).ok()
    }

    /// Whether it says that there is nothing to say: `-`.
    pub(crate) fn is_blank(&self) -> bool {
        text::is_blank(&self.text)
    }

    /// The same, or a word for it: `none`.
    pub(crate) fn is_nothing(&self) -> bool {
        text::is_nothing(&self.text)
    }
}

impl Row {
    /// Whether it is about nothing: its name, or another cell where it has none, says that it is reserved.
    pub(crate) fn says_reserved(&self) -> bool {
        match self.name() {
            Some(name) => words::is_reserved(name) || ["-", "–", "—"].contains(&name.trim()),
            None => self.meanings().map(|(_, cell)| cell.text.as_str()).chain(self.others()).any(words::is_reserved),
        }
    }

    /// What it is called.
    fn name(&self) -> Option<&str> {
        let named = [Meaning::Label, Meaning::Description].into_iter().find_map(|meaning| self.filled(meaning));
        named.map(|cell| cell.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_there_is_no_unit() {
        let said =
            |text: &str| super::super::said(Meaning::Unit, Cell { text: text.to_owned(), ..Cell::default() }).text;
        assert_eq!(["nA", "NA", "none", "-", "A"].map(said), ["nA", "", "", "", "A"]);
    }
}

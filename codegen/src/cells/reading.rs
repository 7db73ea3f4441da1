//! What came of reading a cell: a fact, a doubt, or what could not be read, and never a fact for a part of the text.

/// What a reader makes of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reading<T> {
    /// Every character of the text says this.
    Value(T),
    /// It can be read in several ways.
    Ambiguous {
        /// Each of the ways, as a person would write it clearly.
        readings: Vec<String>,
        /// Why nobody can tell, to follow the name of the cell: `may be a scale`.
        why: String,
    },
    /// It is nothing of the kind, or holds something else as well.
    Unreadable {
        /// What is read.
        expected: &'static str,
        /// The part of the text that is not understood.
        rest: String,
    },
}

impl<T> Reading<T> {
    /// One that can be read in several ways.
    pub(crate) fn ambiguous(why: impl Into<String>, readings: impl IntoIterator<Item = String>) -> Self {
        Self::Ambiguous { readings: readings.into_iter().collect(), why: why.into() }
    }

    /// One that cannot be read.
    pub(crate) fn unreadable(expected: &'static str, rest: impl Into<String>) -> Self {
        Self::Unreadable { expected, rest: rest.into() }
    }

    /// The fact, where there is one.
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Ambiguous { .. } | Self::Unreadable { .. } => None,
        }
    }
}

//! Why a cell is not understood.

/// What is known of a cell that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) why: Why,
    /// What is wrong with it, to follow the name of the cell: `is no number`, `may be bit 1 or bit 10`.
    pub(crate) says: String,
    /// What was probably meant. It is shown and never applied.
    pub(crate) meant: Option<String>,
}

/// In which way a cell is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is nothing of the kind: a name in a column of addresses.
    Nothing,
    /// It is of the kind, and can be read in more than one way, or contradicts itself.
    Unclear,
    /// It is understood, and there is no such thing: register 70000.
    OutOfRange,
}

impl Unread {
    /// Something else altogether.
    pub(crate) fn nothing(says: impl Into<String>) -> Self {
        Self { why: Why::Nothing, says: says.into(), meant: None }
    }

    /// Of the kind, but not clear.
    pub(crate) fn unclear(says: impl Into<String>) -> Self {
        Self { why: Why::Unclear, says: says.into(), meant: None }
    }

    /// Clear, but impossible.
    pub(crate) fn out_of_range(says: impl Into<String>) -> Self {
        Self { why: Why::OutOfRange, says: says.into(), meant: None }
    }

    /// The same, with what was probably meant.
    pub(crate) fn meaning(mut self, meant: impl Into<String>) -> Self {
        self.meant = Some(meant.into());
        self
    }
}

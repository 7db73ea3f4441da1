//! The meanings a column can have, and the headers that a manifest gives them.

use super::base::{self, Base};
use crate::sheet::Reading;
use crate::source::{Located, Place};

/// What a column says of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Meaning {
    /// Zero-based protocol address, or a range of them.
    Address,
    /// The last address of a range that begins with [`Meaning::Address`].
    LastAddress,
    /// The same address in another notation.
    AddressAgain,
    /// Number with the table in its first digit.
    DeFacto,
    /// Modbus table, by its name or by function codes.
    Table,
    UnitId,
    /// Offset within a block of rows.
    GroupOffset,
    /// How often a block of rows repeats, or the name of the register that says it.
    Repeats,
    /// Number of a bit of the register, or a range of them.
    Bit,
    Unit,
    /// What the value is multiplied by before it is sent.
    Divisor,
    /// What the raw value is multiplied by.
    Factor,
    /// Power of ten of the factor.
    Exponent,
    /// How many decimals the raw value has.
    Decimals,
    /// How a value is to be shown, which implies its scale: `FIX2`.
    Format,
    /// What is added after scaling.
    Offset,
    /// Name or address of the register that holds the power of ten.
    ScaleRegister,
    /// How the value follows from the raw value: `x * 0.1 - 40`.
    Formula,
    /// The register's name and what the vendor says of it, in the first language.
    Description,
    /// The same in a further language, by its place in the device's languages.
    Translation(usize),
    /// A short name of our own, beside the vendor's description.
    Label,
    Group,
    Access,
    /// Whether it can be read.
    Readable,
    /// Whether it can be written.
    Writable,
    Signed,
    Type,
    /// Order of the words and of the bytes in them: `CDAB`.
    Order,
    /// How many registers a row is about.
    Count,
    /// The same in bits.
    SizeInBits,
    /// The same in bytes.
    SizeInBytes,
    Values,
    /// The label of one raw value: `State text 1`.
    ValueLabel(i64),
    Bits,
    /// Raw value or bit of the register above, in a row of its own.
    Code,
    /// Raw values that mean that there is no value.
    NotAvailable,
    Default,
    /// Lowest and highest value in one cell.
    Range,
    Min,
    Max,
    Step,
    /// Address of the register that holds the lowest value.
    MinRegister,
    MaxRegister,
    StepRegister,
    /// Address of the register whose bit says whether the device has the point.
    VisibleRegister,
    VisibleBit,
    /// Command that makes a written value survive a restart.
    Persistent,
    Remark,
    /// Models or firmwares that have it, by name.
    Variant,
    /// Whether the model or firmware has it that the column is about, by its place in [`ColumnSets::variants`].
    InVariant(usize),
    /// Kept for the documentation, by its place in [`ColumnSets::details`].
    Detail(usize),
}

impl Meaning {
    /// Whether addresses stand in its cells, which may be written in two bases.
    pub(crate) fn is_address(self) -> bool {
        matches!(self, Self::Address | Self::LastAddress | Self::AddressAgain)
    }

    /// Whether it says how a value is scaled, the unit aside.
    pub(crate) fn is_scale(self) -> bool {
        matches!(
            self,
            Self::Factor
                | Self::Divisor
                | Self::Exponent
                | Self::Decimals
                | Self::Format
                | Self::Formula
                | Self::ScaleRegister
        )
    }

    /// Whether numbers with decimals stand in its cells, alone or with other things.
    pub(crate) fn is_number(self) -> bool {
        matches!(
            self,
            Self::Factor
                | Self::Divisor
                | Self::Offset
                | Self::Min
                | Self::Max
                | Self::Step
                | Self::Range
                | Self::Default
                | Self::Unit
                | Self::Formula
        )
    }

    /// Whether its cells may hold any text.
    pub(crate) fn is_text(self) -> bool {
        matches!(
            self,
            Self::Unit
                | Self::Description
                | Self::Translation(_)
                | Self::Label
                | Self::Group
                | Self::Values
                | Self::ValueLabel(_)
                | Self::Bits
                | Self::Default
                | Self::Persistent
                | Self::Remark
                | Self::Variant
                | Self::Detail(_)
        )
    }
}

impl Meaning {
    /// The key of `[columns]` that names a column with it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Translation(_) => "description in a further language",
            Self::Detail(_) => "details",
            Self::InVariant(_) => "variants",
            Self::ValueLabel(_) => "values",
            meaning => KEYS.iter().find(|(_, known)| *known == meaning).map_or("", |(key, _)| key),
        }
    }
}

/// The keys of `[columns]` that name a column each.
pub(crate) const KEYS: [(&str, Meaning); 46] = [
    ("address", Meaning::Address),
    ("last_address", Meaning::LastAddress),
    ("address_again", Meaning::AddressAgain),
    ("de_facto", Meaning::DeFacto),
    ("table", Meaning::Table),
    ("unit_id", Meaning::UnitId),
    ("group_offset", Meaning::GroupOffset),
    ("repeats", Meaning::Repeats),
    ("bit", Meaning::Bit),
    ("unit", Meaning::Unit),
    ("divisor", Meaning::Divisor),
    ("factor", Meaning::Factor),
    ("exponent", Meaning::Exponent),
    ("decimals", Meaning::Decimals),
    ("format", Meaning::Format),
    ("offset", Meaning::Offset),
    ("scale_register", Meaning::ScaleRegister),
    ("formula", Meaning::Formula),
    ("label", Meaning::Label),
    ("group", Meaning::Group),
    ("access", Meaning::Access),
    ("readable", Meaning::Readable),
    ("writable", Meaning::Writable),
    ("signed", Meaning::Signed),
    ("type", Meaning::Type),
    ("order", Meaning::Order),
    ("count", Meaning::Count),
    ("size_in_bits", Meaning::SizeInBits),
    ("size_in_bytes", Meaning::SizeInBytes),
    ("values", Meaning::Values),
    ("bits", Meaning::Bits),
    ("code", Meaning::Code),
    ("not_available", Meaning::NotAvailable),
    ("default", Meaning::Default),
    ("range", Meaning::Range),
    ("min", Meaning::Min),
    ("max", Meaning::Max),
    ("step", Meaning::Step),
    ("min_register", Meaning::MinRegister),
    ("max_register", Meaning::MaxRegister),
    ("step_register", Meaning::StepRegister),
    ("visible_register", Meaning::VisibleRegister),
    ("visible_bit", Meaning::VisibleBit),
    ("persistent", Meaning::Persistent),
    ("remark", Meaning::Remark),
    ("variant", Meaning::Variant),
];

/// Header of the column that has each meaning.
#[derive(Debug, Default, Clone)]
pub(crate) struct Columns {
    pub(crate) headers: Vec<(Meaning, Located<String>)>,
    /// How the digits of columns of addresses are to be read, where the manifest says it.
    pub(crate) notations: Vec<(Meaning, Base)>,
    /// Whether they were recognised by well-known headers: what is not used has been weighed.
    pub(crate) are_recognised: bool,
}

impl Columns {
    /// Whether a column has this meaning.
    pub(crate) fn has(&self, wanted: Meaning) -> bool {
        self.headers.iter().any(|(meaning, _)| *meaning == wanted)
    }

    /// The header of the column with this meaning, the first of several.
    pub(crate) fn header(&self, wanted: Meaning) -> Option<&Located<String>> {
        self.headers.iter().find(|(meaning, _)| *meaning == wanted).map(|(_, header)| header)
    }

    /// How the digits of a column of addresses are to be read: as the manifest says, or its header.
    pub(crate) fn base(&self, meaning: Meaning) -> Base {
        let stated = self.notations.iter().find(|(of, _)| *of == meaning).map(|(_, base)| *base);
        stated.unwrap_or_else(|| self.header(meaning).map_or(Base::Unsaid, |header| base::base(&header.value)))
    }
}

/// A sheet with lists of values, which registers refer to by name.
#[derive(Debug)]
pub(crate) struct ListSheet {
    pub(crate) file: String,
    pub(crate) sheet: Option<String>,
    pub(crate) reading: Reading,
    /// Header of the column with the names of the lists, or of the registers that have them.
    pub(crate) name: Located<String>,
    pub(crate) columns: ListColumns,
    pub(crate) place: Place,
}

/// How a sheet lists values, by the headers of its columns.
#[derive(Debug)]
pub(crate) enum ListColumns {
    /// A row for each value.
    Rows { code: Located<String>, label: Located<String> },
    /// A list in one cell: `0=Off, 1=On`.
    Cell(Located<String>),
}

/// The sheet that holds the table key and the footnotes.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) file: String,
    pub(crate) sheet: Option<String>,
    /// Header of the column that holds the marks.
    pub(crate) mark: Located<String>,
    /// Header of the column that holds what they mean.
    pub(crate) text: Located<String>,
    /// Detail column whose cells the plain marks explain.
    pub(crate) legend: Option<String>,
    pub(crate) place: Place,
}

//! Types as lowering tells them apart: what a type cell says, with the sizes that go with it.

use crate::cells::order::Order;
use crate::cells::types::{self, TypeCell, TypeKind};
use crate::columns::Meaning;
use crate::manifest::Manifest;
use crate::rows::Row;
use crate::spelling::normalised;

/// What a type cell, a rule or an override says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeWord {
    pub(super) form: Form,
    /// Order of words and bytes, where the word ends with one: `uint32be`.
    pub(super) order: Option<Order>,
    /// The bits of the register that it is, where it is one of its bytes.
    pub(super) byte: Option<(u8, u8)>,
    /// The same where the word names it: `high byte`, and not `uint8`.
    pub(super) named_byte: Option<(u8, u8)>,
}

/// The type itself. Sizes are in bits, and there is none where the word says nothing of it: `uint`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Number {
        bits: Option<u8>,
        signed: Option<bool>,
    },
    /// IEEE 754.
    Float {
        bits: Option<u8>,
    },
    /// Decimal digits of four bits.
    Bcd {
        bits: Option<u8>,
    },
    /// The most significant bit is the sign.
    SignMagnitude {
        bits: Option<u8>,
    },
    /// 0 to 9999 in each register.
    Modulo10000 {
        bits: Option<u8>,
        signed: Option<bool>,
    },
    /// What only grows; a preset says that 0 of it is no value.
    Accumulator {
        bits: Option<u8>,
    },
    /// One of a list of values.
    Enum {
        bits: Option<u8>,
    },
    /// Bits with names.
    Flags {
        bits: Option<u8>,
    },
    /// Bits without names.
    BitSet {
        bits: Option<u8>,
    },
    /// A truth value, in one bit.
    Bool,
    /// A power of ten that scales other registers.
    ScaleFactor,
    /// A text of this size, which counts characters or registers.
    Text {
        size: Option<u16>,
    },
    /// Bytes as they lie; how many, where the word says it.
    Bytes {
        bytes: Option<u16>,
    },
    /// An address of a network, bytes as they lie.
    Address {
        bytes: Option<u16>,
    },
    /// No point, but an address that a block may cross.
    Reserved,
    /// The head of the rows below.
    Group,
}

impl From<TypeCell> for TypeWord {
    fn from(cell: TypeCell) -> Self {
        let bits = cell.bits;
        let form = match cell.kind {
            TypeKind::Bool => Form::Bool,
            // A byte of which nothing is said is what bytes are.
            TypeKind::Integer => Form::Number { bits, signed: cell.signed.or(cell.byte.map(|_| false)) },
            TypeKind::Accumulator => Form::Accumulator { bits },
            TypeKind::Float => Form::Float { bits },
            TypeKind::Bcd => Form::Bcd { bits },
            TypeKind::SignMagnitude => Form::SignMagnitude { bits },
            TypeKind::Modulo10000 => Form::Modulo10000 { bits, signed: cell.signed },
            TypeKind::Text => Form::Text { size: cell.length },
            TypeKind::Bytes => Form::Bytes { bytes: cell.length },
            TypeKind::Enum => Form::Enum { bits },
            TypeKind::Flags => Form::Flags { bits },
            TypeKind::BitSet => Form::BitSet { bits },
            TypeKind::ScaleFactor => Form::ScaleFactor,
            // Two bytes of padding stand before the six of a hardware address (SunSpec `eui48`).
            TypeKind::Address => {
                Form::Address { bytes: bits.map(|bits| if bits == 48 { 8 } else { u16::from(bits).wrapping_div(8) }) }
            }
            TypeKind::Reserved => Form::Reserved,
            TypeKind::Group => Form::Group,
        };
        let is_byte = bits == Some(8)
            && matches!(
                cell.kind,
                TypeKind::Integer | TypeKind::SignMagnitude | TypeKind::Enum | TypeKind::Flags | TypeKind::BitSet
            );
        Self { form, order: cell.order, byte: cell.byte.or(is_byte.then_some((0, 7))), named_byte: cell.byte }
    }
}

impl Form {
    /// Bits of one value, where the word says it; what is smaller than a register takes one.
    pub(super) fn bits(self) -> Option<u8> {
        match self {
            Self::Number { bits, .. }
            | Self::Float { bits }
            | Self::Bcd { bits }
            | Self::SignMagnitude { bits }
            | Self::Modulo10000 { bits, .. }
            | Self::Accumulator { bits }
            | Self::Enum { bits }
            | Self::Flags { bits }
            | Self::BitSet { bits } => bits,
            Self::Bool => Some(1),
            Self::ScaleFactor => Some(16),
            Self::Text { .. } | Self::Bytes { .. } | Self::Address { .. } | Self::Reserved | Self::Group => None,
        }
    }

    /// Whether the order of words matters: not to what lies as it is read.
    pub(super) fn is_number(self) -> bool {
        !matches!(self, Self::Text { .. } | Self::Bytes { .. } | Self::Address { .. } | Self::Reserved | Self::Group)
    }

    /// Whether a list of values beside it says what its numbers mean.
    pub(super) fn is_integer(self) -> bool {
        matches!(
            self,
            Self::Number { .. }
                | Self::Accumulator { .. }
                | Self::Bcd { .. }
                | Self::SignMagnitude { .. }
                | Self::Modulo10000 { .. }
        )
    }

    /// What it says of the sign.
    pub(super) fn signed(self) -> Option<bool> {
        match self {
            Self::Number { signed, .. } | Self::Modulo10000 { signed, .. } => signed,
            Self::Accumulator { .. } | Self::Bcd { .. } => Some(false),
            Self::ScaleFactor | Self::SignMagnitude { .. } => Some(true),
            _ => None,
        }
    }
}
/// What the type of a row says, an alias of the manifest read as what it means; `None` where nothing is understood.
pub(super) fn of_row(row: &Row, manifest: &Manifest) -> Option<TypeCell> {
    let text = normalised(&row.filled(Meaning::Type)?.text);
    let alias = manifest.aliases.iter().find(|alias| alias.word.eq_ignore_ascii_case(&text));
    alias.map(|alias| alias.means.clone()).or_else(|| types::parse(&text).ok())
}

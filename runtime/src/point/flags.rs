//! Flag sets: the bits of a register, with or without names.

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::ops::{BitAnd, BitOr, Not};

use crate::error::InvalidValue;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::form::Form;
use crate::point::value::Value;
use crate::point::{Labelled, PointInfo};

mod sealed {
    pub trait Sealed {}
}

/// The unsigned integer that holds a flag set: `u8` to `u64`.
pub trait Bits:
    sealed::Sealed
    + Copy
    + Default
    + Eq
    + Into<u64>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + Not<Output = Self>
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// The low bits of `bits`.
    fn truncate(bits: u64) -> Self;
}

macro_rules! bits {
    ($($integer:ident)*) => {$(
        impl sealed::Sealed for $integer {}
        impl Bits for $integer {
            #[inline]
            fn truncate(bits: u64) -> Self {
                Self::try_from(bits & u64::from(Self::MAX)).unwrap_or_default()
            }
        }
    )*};
}

bits!(u8 u16 u32 u64);

/// Named bits of a register. [`flag_set!`](crate::flag_set) makes one. Bits without a name are kept as the device sent them.
pub trait FlagSet: Copy + Send + 'static {
    /// The integer that holds the set.
    type Bits: Bits;

    /// The bits with names: number (0 is the least significant) and label.
    const FLAGS: &'static [Labelled];

    /// The set with these bits.
    fn from_bits(bits: Self::Bits) -> Self;

    /// All bits of the set.
    fn bits(self) -> Self::Bits;

    /// What the device's document calls the bits that are set, least significant first, in one of its languages (`sv`), or
    /// in its first one where there is no label in this; `bit 5` for one without a name.
    #[must_use]
    fn labels_in(self, language: &str) -> Vec<String> {
        let set = |bit: &u32| self.bits().into().unbounded_shr(*bit) & 1 == 1;
        let label = |bit: u32| match named(Self::FLAGS, bit) {
            Some(flag) => flag.label_in(language).to_owned(),
            None => FlagName::Bit(bit).to_string(),
        };
        (0..u64::BITS).filter(set).map(label).collect()
    }
}

/// Bits of a register that the device's document does not name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct BitSet<B>(B);

impl<B: Bits> BitSet<B> {
    /// The set with these bits.
    #[inline]
    #[must_use]
    pub const fn new(bits: B) -> Self {
        Self(bits)
    }

    /// All bits.
    #[inline]
    #[must_use]
    pub const fn bits(self) -> B {
        self.0
    }

    /// Whether a bit is set; 0 is the least significant. Bits the register does not have are not.
    #[must_use]
    pub fn is_set(self, bit: u32) -> bool {
        Into::<u64>::into(self.0).checked_shr(bit).is_some_and(|shifted| shifted & 1 == 1)
    }
}

impl<B: Bits> Value for BitSet<B> {
    type Present = Self;

    #[inline]
    fn decode(info: &PointInfo, words: &[u16]) -> Option<Self> {
        decode_bits(info, words).map(|bits| Self(B::truncate(bits)))
    }

    fn encode(value: Self, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        encode_flag_set(value.0.into(), info)
    }

    #[inline]
    fn from_present(present: Option<Self>) -> Option<Self> {
        present
    }
}

/// `bit 0, bit 3`, or `none`
impl<B: Bits> fmt::Display for BitSet<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format_flag_set(&[], self.0.into(), f)
    }
}

/// `BitSet(bit 0, bit 3)`
impl<B: Bits> fmt::Debug for BitSet<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BitSet({self})")
    }
}

#[cfg(feature = "serde")]
impl<B: Bits> serde::Serialize for BitSet<B> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_flag_set(&[], self.0.into(), serializer)
    }
}

/// The raw value's bits; a signed raw type's sign bit is a bit like any other.
#[inline]
pub(crate) fn decode_bits(info: &PointInfo, words: &[u16]) -> Option<u64> {
    codec::integer(info, words)?;
    u64::try_from(codec::pattern(info, words)?).ok()
}

/// The form of flag sets.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum FlagSetForm {}

impl<F: FlagSet> Form<F> for FlagSetForm {
    #[inline]
    fn decode(info: &PointInfo, words: &[u16], _: Context) -> Option<F> {
        decode_bits(info, words).map(|bits| F::from_bits(F::Bits::truncate(bits)))
    }

    fn encode(value: F, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        encode_flag_set(value.bits().into(), info)
    }
}

/// The words for bits.
pub(crate) fn encode_flag_set(bits: u64, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
    let (min, max) = info.raw_range();
    let raw = i128::from(bits);
    // The top bit of a signed raw type makes the number negative. `max - min` is at most 64 bits wide.
    let width = max.saturating_sub(min);
    let raw = if raw > max && raw <= width { raw.saturating_sub(width).saturating_sub(1) } else { raw };
    codec::encode_integer(info, raw)
}

fn named(flags: &[Labelled], bit: u32) -> Option<&Labelled> {
    flags.iter().find(|flag| flag.number() == i64::from(bit))
}

/// Label of a set bit.
pub(crate) enum FlagName<'a> {
    Label(&'a str),
    Bit(u32),
}

impl fmt::Display for FlagName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Label(label) => f.write_str(label),
            Self::Bit(bit) => write!(f, "bit {bit}"),
        }
    }
}

/// The bits that are set, by name, least significant first.
pub(crate) fn names(flags: &[Labelled], bits: u64) -> impl Iterator<Item = FlagName<'_>> {
    (0..u64::BITS).filter(move |bit| bits.unbounded_shr(*bit) & 1 == 1).map(move |bit| match named(flags, bit) {
        Some(flag) => FlagName::Label(flag.label()),
        None => FlagName::Bit(bit),
    })
}

/// For [`flag_set!`](crate::flag_set).
#[doc(hidden)]
pub fn format_flag_set(flags: &[Labelled], bits: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if bits == 0 {
        return f.write_str("none");
    }
    for (position, name) in names(flags, bits).enumerate() {
        let separator = if position == 0 { "" } else { ", " };
        write!(f, "{separator}{name}")?;
    }
    Ok(())
}

/// For [`flag_set!`](crate::flag_set).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn serialize_flag_set<S: serde::Serializer>(
    flags: &[Labelled],
    bits: u64,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(names(flags, bits).map(|name| name.to_string()))
}

/// Makes a flag set over the bits of an integer, with a constant for each bit that has a name:
/// `pub const DEFROST: Self = Self::bit(1, "Defrost", ("sv", "Avfrostning"));` gives its number and what the device's document
/// calls it, in further languages too. It is a [`Value`](crate::Value) and a [`FlagSet`], and has `bits`, `contains`, `empty`
/// and `is_empty`, `|`, `&` and `!`, `Display` (the labels), `Debug` (`Name(labels)`), and with the runtime's feature `serde`
/// `Serialize` (a list of labels, `bit 5` for one without).
#[macro_export]
macro_rules! flag_set {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident($bits:ty);

        impl $of:ident {
            $(
                $(#[$flag_meta:meta])*
                $flag_vis:vis const $flag:ident: Self =
                    Self::bit($number:literal, $label:literal $(, $translation:expr)* $(,)?);
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        $vis struct $name($bits);

        impl $crate::FlagSet for $name {
            type Bits = $bits;

            const FLAGS: &'static [$crate::Labelled] =
                &[$($crate::Labelled::new($number, $label).translated(&[$($translation),*])),*];

            #[inline]
            fn from_bits(bits: $bits) -> Self {
                Self(bits)
            }

            #[inline]
            fn bits(self) -> $bits {
                self.0
            }
        }

        impl $crate::expansion::Formed for $name {
            type Form = $crate::expansion::FlagSetForm;
        }

        impl $name {
            $(
                $(#[$flag_meta])*
                $flag_vis const $flag: Self = Self(1 << $number);
            )*

            /// No bit set.
            #[inline]
            #[must_use]
            pub fn empty() -> Self {
                <Self as $crate::FlagSet>::from_bits(::core::default::Default::default())
            }

            /// All bits, those without a name too.
            #[inline]
            #[must_use]
            pub fn bits(self) -> <Self as $crate::FlagSet>::Bits {
                <Self as $crate::FlagSet>::bits(self)
            }

            /// Whether all bits of `other` are set.
            #[inline]
            #[must_use]
            pub fn contains(self, other: Self) -> bool {
                self.bits() & other.bits() == other.bits()
            }

            /// Whether no bit is set.
            #[inline]
            #[must_use]
            pub fn is_empty(self) -> bool {
                ::core::convert::Into::<u64>::into(self.bits()) == 0
            }
        }

        impl ::core::ops::BitOr for $name {
            type Output = Self;

            #[inline]
            fn bitor(self, other: Self) -> Self {
                <Self as $crate::FlagSet>::from_bits(self.bits() | other.bits())
            }
        }

        impl ::core::ops::BitAnd for $name {
            type Output = Self;

            #[inline]
            fn bitand(self, other: Self) -> Self {
                <Self as $crate::FlagSet>::from_bits(self.bits() & other.bits())
            }
        }

        impl ::core::ops::Not for $name {
            type Output = Self;

            #[inline]
            fn not(self) -> Self {
                <Self as $crate::FlagSet>::from_bits(!self.bits())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::expansion::format_flag_set(
                    <Self as $crate::FlagSet>::FLAGS,
                    ::core::convert::Into::<u64>::into(self.bits()),
                    f,
                )
            }
        }

        /// `Name(labels)`
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, "{}({self})", ::core::stringify!($name))
            }
        }

        $crate::serialize_flag_set_where_wanted!($name);
    };
}

//! Arrays of points: heat pumps 1 to 10, heating systems 1 to 4.

use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::error::InvalidValue;

/// The number of an element of an array. [`element_number!`](crate::element_number) makes one.
pub trait ElementNumber: Copy + Eq + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// All elements, ascending.
    const ALL: &'static [Self];

    /// The vendor's number for it.
    fn number(self) -> u16;

    /// Its index in [`ElementNumber::ALL`].
    fn index(self) -> usize;
}

/// A number that none of an array's elements has.
#[derive(Clone, PartialEq, Eq)]
pub struct NoSuchElement {
    array: &'static str,
    number: u16,
    first: u16,
    last: u16,
}

impl NoSuchElement {
    fn of<E: ElementNumber>(array: &'static str, number: u16) -> Self {
        let number_of = |element: Option<&E>| element.map_or(0, |element| element.number());
        Self { array, number, first: number_of(E::ALL.first()), last: number_of(E::ALL.last()) }
    }

    /// The number.
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }
}

impl fmt::Display for NoSuchElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { array, number, first, last } = self;
        write!(f, "there is no {array} {number}; the device's document has {first} to {last}")
    }
}

impl core::error::Error for NoSuchElement {}

/// Makes an enum of an array's elements: `A3 = 3` is a variant and the vendor's number, ascending. It has a constant `ALL` and a
/// method `number`, and is an [`ElementNumber`] with `Display` (the name: `A3`), `TryFrom<u16>` (the vendor's number;
/// [`NoSuchElement`] for others), `FromStr` (the name or the number), `From` into `u16`, and with the runtime's feature `serde`
/// `Serialize` (the vendor's number).
#[macro_export]
macro_rules! element_number {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $number:literal),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$variant_meta])* $variant),* }

        impl $name {
            /// All elements, ascending.
            $vis const ALL: [Self; <[Self]>::len(&[$(Self::$variant),*])] = [$(Self::$variant),*];

            /// The vendor's number.
            #[must_use]
            $vis const fn number(self) -> u16 {
                match self {
                    $(Self::$variant => $number,)*
                }
            }
        }

        impl $crate::ElementNumber for $name {
            const ALL: &'static [Self] = &$name::ALL;

            #[inline]
            fn number(self) -> u16 {
                $name::number(self)
            }

            #[inline]
            fn index(self) -> usize {
                self as usize
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(&$crate::expansion::format!("{self:?}"))
            }
        }

        impl ::core::convert::TryFrom<u16> for $name {
            type Error = $crate::NoSuchElement;

            #[inline]
            fn try_from(number: u16) -> ::core::result::Result<Self, $crate::NoSuchElement> {
                $crate::expansion::element_of(::core::stringify!($name), number)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::InvalidValue> {
                $crate::expansion::parse_element(text)
            }
        }

        impl ::core::convert::From<$name> for u16 {
            #[inline]
            fn from(element: $name) -> u16 {
                element.number()
            }
        }

        $crate::serialize_where_wanted!($name, serialize_element);
    };
}

/// For [`element_number!`](crate::element_number).
#[doc(hidden)]
pub fn element_of<E: ElementNumber>(array: &'static str, number: u16) -> Result<E, NoSuchElement> {
    let found = E::ALL.iter().copied().find(|element| element.number() == number);
    found.ok_or_else(|| NoSuchElement::of::<E>(array, number))
}

/// For [`element_number!`](crate::element_number).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn serialize_element<E: ElementNumber, S: serde::Serializer>(element: E, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(element.number())
}

/// For [`element_number!`](crate::element_number).
#[doc(hidden)]
pub fn parse_element<E: ElementNumber>(text: &str) -> Result<E, InvalidValue> {
    let number = text.trim().parse::<u16>().ok();
    let is_meant = |element: &&E| Some(element.number()) == number || element.to_string() == text.trim();
    E::ALL.iter().find(is_meant).copied().ok_or_else(|| {
        let names: Vec<String> = E::ALL.iter().map(ToString::to_string).collect();
        InvalidValue::NotUnderstood { text: text.to_owned(), expected: names.join(", ") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    crate::element_number! {
        enum HeatPumpNo {
            A2 = 2,
            A5 = 5,
        }
    }

    #[test]
    fn a_number_outside_the_array_is_a_typed_error() {
        assert_eq!(HeatPumpNo::try_from(5), Ok(HeatPumpNo::A5));
        let error = HeatPumpNo::try_from(3).unwrap_err();
        assert_eq!(error.number(), 3);
        assert_eq!(error.to_string(), "there is no HeatPumpNo 3; the device's document has 2 to 5");
        assert_eq!((" A5".parse(), "2".parse()), (Ok(HeatPumpNo::A5), Ok(HeatPumpNo::A2)));
        let error = "A3".parse::<HeatPumpNo>().unwrap_err();
        assert_eq!(error.to_string(), "“A3” is not understood here; expected A2, A5");
        assert_eq!(u16::from(HeatPumpNo::A5), 5);
        assert_eq!(ElementNumber::index(HeatPumpNo::A5), 1);
        assert_eq!(format!("{:>4}", HeatPumpNo::A2), "  A2");
    }
}

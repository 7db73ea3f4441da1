//! Enums whose codes have a meaning that another register decides.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::InvalidValue;
use crate::point::codec;
use crate::point::context::Context;
use crate::point::enumeration::{NAMED, UnknownCode, code_of, label_of};
use crate::point::form::Form;
use crate::point::{Labelled, PointInfo};

/// One of several enums; another register decides which. [`conditional_enumeration!`](crate::conditional_enumeration)
/// makes one.
///
/// Cases are numbered as in [`PointInfo::values_if`].
pub trait ConditionalEnumeration: Copy + Send + 'static {
    /// The codes of each case, with their labels.
    const CASES: &'static [&'static [Labelled]];

    /// The variant of a code that a case lists.
    fn from_case(case: usize, code: i64) -> Option<Self>;

    /// The variant that keeps a code that is not listed, or whose case is not known.
    fn from_unknown(code: UnknownCode) -> Self;

    /// Case and code. Where several cases are the same enum, the first of them.
    ///
    /// # Errors
    ///
    /// A code that is not listed.
    fn code(self) -> Result<(usize, i64), UnknownCode>;

    /// What the device's document calls it; `None` for a code it does not list.
    #[must_use]
    fn label(self) -> Option<&'static str> {
        let (case, code) = self.code().ok()?;
        label_of(Self::CASES.get(case)?, code)
    }

    /// The label in a language of the device's document (`sv`), or in its first language if there is none; `None` for a
    /// code that is not listed.
    #[must_use]
    fn label_in(self, language: &str) -> Option<&'static str> {
        let (case, code) = self.code().ok()?;
        Self::CASES.get(case)?.iter().find(|value| value.number() == code).map(|value| value.label_in(language))
    }
}

/// The form of enums out of several.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum ConditionalForm {}

impl<E: ConditionalEnumeration> Form<E> for ConditionalForm {
    fn decode(info: &PointInfo, words: &[u16], context: Context) -> Option<E> {
        let code = code_of(info, words)?;
        let listed = context.case().and_then(|case| E::from_case(case, code));
        Some(listed.unwrap_or_else(|| E::from_unknown(UnknownCode::new(code))))
    }

    fn case(value: &E) -> Option<usize> {
        value.code().ok().map(|(case, _)| case)
    }

    fn encode(value: E, info: &PointInfo) -> Result<Vec<u16>, InvalidValue> {
        match value.code() {
            Ok((_, code)) => codec::encode_integer(info, i128::from(code)),
            Err(unknown) => Err(InvalidValue::UnknownCode(unknown.code())),
        }
    }
}

/// For [`conditional_enumeration!`](crate::conditional_enumeration).
#[doc(hidden)]
pub fn format_conditional<E: ConditionalEnumeration>(value: E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.code() {
        Ok(_) => f.pad(value.label().unwrap_or_default()),
        Err(unknown) => f.pad(&format!("unknown ({unknown})")),
    }
}

/// For [`conditional_enumeration!`](crate::conditional_enumeration): the value as `Debug` shows it (`Eco(Off)`), or the one with
/// this label in any language, without regard to case, or with this code, where that is one code of one meaning.
#[doc(hidden)]
pub fn parse_conditional<E: ConditionalEnumeration + fmt::Debug>(text: &str) -> Result<E, InvalidValue> {
    let trimmed = text.trim();
    let lower = trimmed.to_lowercase();
    let listed = || {
        let cases = E::CASES.iter().enumerate();
        cases.flat_map(|(case, values)| {
            values.iter().filter_map(move |value| Some((E::from_case(case, value.number())?, value)))
        })
    };
    let is_meant = |(_, value): &(E, &Labelled)| {
        let mut labels = value.labels().map(|(_, label)| label).chain([value.label()]);
        labels.any(|label| label.trim().to_lowercase() == lower) || trimmed.parse() == Ok(value.number())
    };
    if let Some((value, _)) = listed().find(|(value, _)| format!("{value:?}") == trimmed) {
        return Ok(value);
    }
    let mut meant = listed().filter(is_meant);
    let says = |value: &Labelled| (value.number(), value.label());
    match meant.next() {
        Some((value, of)) if meant.all(|(_, other)| says(other) == says(of)) => Ok(value),
        found => {
            let which: Vec<String> = match found {
                Some(_) => listed().filter(is_meant).map(|(value, _)| format!("{value:?}")).collect(),
                None => listed().take(NAMED).map(|(value, _)| format!("{value:?}")).collect(),
            };
            let expected = format!("one of {}, a label or a code of one meaning", which.join(", "));
            Err(InvalidValue::NotUnderstood { text: text.to_owned(), expected })
        }
    }
}

/// For [`conditional_enumeration!`](crate::conditional_enumeration).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn deserialize_conditional<'de, E, D>(deserializer: D) -> Result<E, D::Error>
where
    E: ConditionalEnumeration + fmt::Debug,
    D: serde::Deserializer<'de>,
{
    crate::serialize::text_or_integer(deserializer, |text| parse_conditional(text))
}

/// For [`conditional_enumeration!`](crate::conditional_enumeration).
#[cfg(feature = "serde")]
#[doc(hidden)]
pub fn serialize_conditional<E: ConditionalEnumeration, S: serde::Serializer>(
    value: E,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match value.code() {
        Ok(_) => serializer.serialize_str(value.label().unwrap_or_default()),
        Err(unknown) => serializer.serialize_i64(unknown.code()),
    }
}

/// Makes an enum out of several: `Eco(EcoStatus)` is a variant and the enum of its codes, in the order of the cases. A variant
/// `Unknown` keeps any other code. It is a [`Value`](crate::Value) and a [`ConditionalEnumeration`], and has `Display` (the
/// label, or `unknown (17)`), `FromStr` (as `Debug` shows it, or a label or a code that means one thing), and with the
/// runtime's feature `serde` `Serialize` (the label, or the number of an unknown code) and `Deserialize` (what `FromStr` takes,
/// or the number of a code).
#[macro_export]
macro_rules! conditional_enumeration {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident($list:ty)),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant($list),)*
            /// A code the table does not list, or of a product it does not list; only decoding makes it.
            Unknown($crate::UnknownCode),
        }

        const _: () = {
            enum Case { $($variant),* }

            impl $crate::ConditionalEnumeration for $name {
                const CASES: &'static [&'static [$crate::Labelled]] =
                    &[$(<$list as $crate::Enumeration>::VALUES),*];

                fn from_case(case: usize, code: i64) -> ::core::option::Option<Self> {
                    $(
                        if case == Case::$variant as usize {
                            return <$list as $crate::Enumeration>::from_code(code).map(Self::$variant);
                        }
                    )*
                    ::core::option::Option::None
                }

                #[inline]
                fn from_unknown(code: $crate::UnknownCode) -> Self {
                    Self::Unknown(code)
                }

                fn code(self) -> ::core::result::Result<(usize, i64), $crate::UnknownCode> {
                    let (case, code) = match self {
                        $(Self::$variant(value) => (Case::$variant as usize, $crate::Enumeration::code(value)),)*
                        Self::Unknown(code) => return ::core::result::Result::Err(code),
                    };
                    code.map(|code| (case, code))
                }
            }
        };

        impl $crate::expansion::Formed for $name {
            type Form = $crate::expansion::ConditionalForm;
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::InvalidValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, $crate::InvalidValue> {
                $crate::expansion::parse_conditional(text)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::expansion::format_conditional(*self, f)
            }
        }

        $crate::serialize_where_wanted!($name, serialize_conditional, deserialize_conditional);
    };
}

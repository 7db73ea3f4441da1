//! `Serialize` and `Deserialize` for generated types, where the feature `serde` is on.
//!
//! The feature is looked at here and not in the macros that generated code calls: there it would mean a feature of the
//! user's crate.

#[cfg(feature = "serde")]
use alloc::format;
#[cfg(feature = "serde")]
use core::fmt;

#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde;

#[cfg(feature = "serde")]
use crate::error::InvalidValue;

#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_enumeration_where_wanted {
    ($name:ident) => {
        impl $crate::expansion::serde::Serialize for $name {
            fn serialize<S: $crate::expansion::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::expansion::serialize_enumeration(*self, serializer)
            }
        }

        impl<'de> $crate::expansion::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::expansion::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::expansion::deserialize_enumeration(deserializer)
            }
        }
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_enumeration_where_wanted {
    ($name:ident) => {};
}

#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_flag_set_where_wanted {
    ($name:ident) => {
        impl $crate::expansion::serde::Serialize for $name {
            fn serialize<S: $crate::expansion::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::expansion::serialize_flag_set(
                    <Self as $crate::FlagSet>::FLAGS,
                    ::core::convert::Into::<u64>::into(self.bits()),
                    serializer,
                )
            }
        }
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_flag_set_where_wanted {
    ($name:ident) => {};
}

#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_where_wanted {
    ($name:ident, $serialize:ident, $deserialize:ident) => {
        $crate::serialize_where_wanted!($name, $serialize);

        impl<'de> $crate::expansion::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::expansion::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::expansion::$deserialize(deserializer)
            }
        }
    };
    ($name:ident, $serialize:ident) => {
        impl $crate::expansion::serde::Serialize for $name {
            fn serialize<S: $crate::expansion::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::expansion::$serialize(*self, serializer)
            }
        }
    };
}

#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_where_wanted {
    ($name:ident, $serialize:ident $(, $deserialize:ident)?) => {};
}

/// A value out of a text, or of a whole number that stands for its text.
#[cfg(feature = "serde")]
pub(crate) fn text_or_integer<'de, T, D: serde::Deserializer<'de>>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, InvalidValue>,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(Parsed {
        parse,
        expected: "a label, a name or a code that the device's document lists",
        fractions: false,
    })
}

/// A value out of a text, or of a number that stands for its text.
#[cfg(feature = "serde")]
pub(crate) fn text_or_number<'de, T, D: serde::Deserializer<'de>>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, InvalidValue>,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(Parsed {
        parse,
        expected: "a number, or the label or the name of a special value",
        fractions: true,
    })
}

/// Reads what a text says.
#[cfg(feature = "serde")]
struct Parsed<P> {
    parse: P,
    expected: &'static str,
    /// Whether numbers that are not whole are understood.
    fractions: bool,
}

#[cfg(feature = "serde")]
impl<T, P: Fn(&str) -> Result<T, InvalidValue>> serde::de::Visitor<'_> for Parsed<P> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&format!("{number}"))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&format!("{number}"))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<T, E> {
        match self.fractions {
            true => self.visit_str(&format!("{number}")),
            false => Err(E::invalid_type(serde::de::Unexpected::Float(number), &self)),
        }
    }
}

/// Lists the fields of readings. With the runtime's feature `serde` they serialise as a map of these fields, a missing
/// value as null; without it this is nothing.
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! impl_readings {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::expansion::serde::Serialize for $name {
            fn serialize<S: $crate::expansion::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                const FIELDS: &[&str] = &[$($crate::expansion::field_name(::core::stringify!($field))),*];
                let mut map = $crate::expansion::serde::Serializer::serialize_map(
                    serializer,
                    ::core::option::Option::Some(FIELDS.len()),
                )?;
                // Arrays of any length have a method of this name of their own.
                #[allow(unused_imports, reason = "fields that are all arrays do not need it")]
                use $crate::expansion::FieldValue as _;
                $($crate::expansion::serde::ser::SerializeMap::serialize_entry(
                    &mut map,
                    const { $crate::expansion::field_name(::core::stringify!($field)) },
                    &$crate::expansion::Field(&self.$field).value(),
                )?;)*
                $crate::expansion::serde::ser::SerializeMap::end(map)
            }
        }
    };
}

/// Lists the fields of readings. With the runtime's feature `serde` they serialise as a map of these fields, a missing
/// value as null; without it this is nothing.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! impl_readings {
    ($name:ident { $($field:ident),* $(,)? }) => {};
}

/// A field's name without the `r#` of one that is a keyword.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[must_use]
pub const fn field_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', ..] => field.split_at(2).1,
        _ => field,
    }
}

/// A field of readings on its way to be serialised: serde knows arrays of up to 32 elements, and devices have more.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct Field<'a, T>(pub &'a T);

#[cfg(feature = "serde")]
impl<'a, T: serde::Serialize, const N: usize> Field<'a, [T; N]> {
    /// The array as a list.
    #[must_use]
    pub const fn value(self) -> &'a [T] {
        self.0
    }
}

/// What is no array.
#[cfg(feature = "serde")]
#[doc(hidden)]
pub trait FieldValue<'a, T> {
    /// The field itself.
    fn value(self) -> &'a T;
}

#[cfg(feature = "serde")]
impl<'a, T: serde::Serialize> FieldValue<'a, T> for Field<'a, T> {
    fn value(self) -> &'a T {
        self.0
    }
}

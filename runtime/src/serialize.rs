//! `Serialize` and `Deserialize` for generated types, where the feature `serde` is on.
//!
//! The feature is looked at here and not in the macros that generated code calls: there it would mean a feature of the
//! user's crate.

#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde;

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
    ($name:ident, $serialize:ident) => {};
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
                #[allow(unused_imports)]
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

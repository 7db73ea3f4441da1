//! What is known of a register, and the typed handle to it.
//!
//! [`PointInfo`] is untyped; planner, codecs and bus work on it. [`Point`] is the thin typed wrapper that generated code
//! names. Both are made in constants, so a generated device costs nothing at start.

mod access;
pub(crate) mod any;
pub(crate) mod bytes;
pub(crate) mod codec;
pub(crate) mod condition;
pub(crate) mod conditional;
pub(crate) mod context;
pub(crate) mod element;
pub(crate) mod enumeration;
pub(crate) mod flags;
mod info;
mod kind;
pub(crate) mod limits;
mod raw_type;
pub(crate) mod scale;
mod spec;
pub(crate) mod special;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod value;

use core::fmt;
use core::marker::PhantomData;

pub use self::access::{AccessMarker, ReadOnly, ReadWrite, Readable, Trigger, Writable, WriteOnly};
pub use self::info::PointInfo;
pub use self::kind::{Kind, Labelled};
pub(crate) use self::raw_type::MOST_BCD_WORDS;
pub use self::raw_type::{BitRange, RawType};
pub use self::spec::PointSpec;

/// Typed handle to a point: what it is read as (`T`) and whether it can be written (`A`). A reference, so it is copied
/// freely.
pub struct Point<T, A = ReadOnly> {
    info: &'static PointInfo,
    marker: PhantomData<fn() -> (T, A)>,
}

impl<T, A> Point<T, A> {
    /// A handle that reads `info` as `T`.
    #[inline]
    #[must_use]
    pub const fn new(info: &'static PointInfo) -> Self {
        Self { info, marker: PhantomData }
    }

    /// What is known of the point.
    #[inline]
    #[must_use]
    pub const fn info(self) -> &'static PointInfo {
        self.info
    }
}

impl<T, A> Clone for Point<T, A> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, A> Copy for Point<T, A> {}

impl<T, A> fmt::Debug for Point<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.info, f)
    }
}

//! Typed handles to registers, their descriptions, and the conversion of words to values and back.
//!
//! [`PointInfo`] is untyped; planner, codecs and bus work on it. [`Point`] is the thin typed wrapper that generated code
//! uses. Both are constants, so a generated device costs nothing at start. All of this is available without the feature
//! `std`:
//!
//! ```
//! use modbus_bindgen_runtime::point::{Kind, Point, PointInfo, PointSpec, RawType, ReadWrite, Scale};
//!
//! const OUTDOOR_TEMPERATURE: Point<f64, ReadWrite> = Point::new(&PointInfo::new(PointSpec {
//!     label: "Outdoor temperature",
//!     words: &[13],
//!     raw: RawType::I16,
//!     kind: Kind::Scaled,
//!     scale: Scale::divided_by(10),
//!     unit: "°C",
//!     ..PointSpec::DEFAULT
//! }));
//!
//! // The request of a master, and the value in the reply.
//! assert_eq!(OUTDOOR_TEMPERATURE.read_request().pdu(), [3, 0, 13, 0, 1]);
//! assert_eq!(OUTDOOR_TEMPERATURE.decode(&[0xFFCE])?, -5.0);
//! assert_eq!(OUTDOOR_TEMPERATURE.write_request(21.5)?.pdu(), [6, 0, 13, 0, 215]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
pub(crate) mod any;
mod build;
pub(crate) mod bytes;
pub(crate) mod codec;
pub(crate) mod condition;
pub(crate) mod conditional;
pub(crate) mod context;
pub(crate) mod element;
pub(crate) mod enumeration;
pub(crate) mod flags;
pub(crate) mod form;
mod info;
mod kind;
pub(crate) mod limits;
mod raw_type;
mod request;
pub(crate) mod scale;
mod spec;
pub(crate) mod special;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod value;

use core::fmt;
use core::marker::PhantomData;

pub use self::access::{AccessMarker, ReadOnly, ReadWrite, Readable, Trigger, Writable, WriteOnly};
pub use self::any::AnyValue;
pub use self::condition::{AvailableIf, LimitRegisters, ValuesIf};
pub use self::conditional::ConditionalEnumeration;
pub use self::context::Context;
pub use self::element::ElementNumber;
pub use self::enumeration::{Enumeration, UnknownCode};
pub use self::flags::{BitSet, Bits, FlagSet};
pub use self::info::PointInfo;
pub use self::kind::{Kind, Labelled};
pub use self::limits::{Decimal, Limits};
pub use self::raw_type::{BitRange, RawType};
pub(crate) use self::raw_type::{MODULUS, MOST_NUMBER_WORDS};
pub use self::request::Request;
pub use self::scale::{Neighbours, Scale};
pub use self::spec::PointSpec;
pub use self::special::{SpecialOrNumber, SpecialParts};
pub use self::table::{Access, Role, Table};
pub use self::text::{Encoding, Packing, TextInfo};
pub use self::value::Value;

/// Typed handle to a point: the type of its value (`T`), and whether it can be written (`A`). It is a reference, so it
/// is `Copy`.
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

    /// The handles of an array's elements.
    #[must_use]
    pub const fn each<const N: usize>(infos: &'static [PointInfo; N]) -> [Self; N] {
        let mut points = [Self::new(&PointInfo::NOTHING); N];
        let (mut infos, mut rest): (&[PointInfo], &mut [Self]) = (infos, &mut points);
        while let (Some((info, infos_left)), Some((point, points_left))) = (infos.split_first(), rest.split_first_mut())
        {
            *point = Self::new(info);
            (infos, rest) = (infos_left, points_left);
        }
        points
    }

    /// The handles of an array's elements, where not every element has the point.
    #[must_use]
    pub const fn some<const N: usize>(infos: &'static [Option<PointInfo>; N]) -> [Option<Self>; N] {
        let mut points = [None; N];
        let (mut infos, mut rest): (&[Option<PointInfo>], &mut [Option<Self>]) = (infos, &mut points);
        while let (Some((info, infos_left)), Some((point, points_left))) = (infos.split_first(), rest.split_first_mut())
        {
            if let Some(info) = info {
                *point = Some(Self::new(info));
            }
            (infos, rest) = (infos_left, points_left);
        }
        points
    }

    /// The description of the point.
    #[inline]
    #[must_use]
    pub const fn info(self) -> &'static PointInfo {
        self.info
    }
}

impl<T: Value, A> Point<T, A> {
    /// The factory setting, according to the document; `None` if the document does not say, or the point cannot hold
    /// it.
    #[must_use]
    pub fn default_value(self) -> Option<T::Present> {
        let value = AnyValue::parse(self.info, self.info.default_text()?).ok()?;
        T::decode(self.info, &AnyValue::encode(value, self.info).ok()?)
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

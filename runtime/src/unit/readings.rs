//! The macros that make structs of readings, from their fields and the points that these are read from.

use crate::point::value::Value;
use crate::point::{Point, PointInfo, Readable};
use crate::unit::snapshot::{ElementReadings, Readings, Snapshot};

/// What a field of readings is read from.
#[derive(Debug, Clone, Copy)]
pub enum List {
    /// A point, or those of an array.
    Points(&'static [Option<&'static PointInfo>]),
    /// Readings.
    Part(&'static [&'static [&'static PointInfo]]),
    /// Readings of the elements of an array.
    Elements(&'static [&'static [Option<&'static PointInfo>]]),
}

/// How many points lists hold.
#[must_use]
pub const fn count(commands: &[&'static PointInfo], lists: &[List]) -> usize {
    flatten_into(commands, lists, &mut [])
}

/// The points of lists, after commands that can be read.
#[must_use]
pub const fn flatten<const N: usize>(
    commands: &'static [&'static PointInfo],
    lists: &[List],
) -> [&'static PointInfo; N] {
    let mut points = [&PointInfo::NOTHING; N];
    flatten_into(commands, lists, &mut points);
    points
}

/// Puts as many points as there is room for, and says how many there are.
const fn flatten_into(
    commands: &[&'static PointInfo],
    mut lists: &[List],
    mut room: &mut [&'static PointInfo],
) -> usize {
    let mut count = 0_usize;
    (count, room) = put(commands, count, room);
    while let Some((list, rest)) = lists.split_first() {
        match list {
            List::Points(points) => (count, room) = put_some(points, count, room),
            List::Part(parts) => {
                let mut parts = *parts;
                while let Some((points, rest)) = parts.split_first() {
                    (count, room) = put(points, count, room);
                    parts = rest;
                }
            }
            List::Elements(fields) => {
                let mut fields = *fields;
                while let Some((points, rest)) = fields.split_first() {
                    (count, room) = put_some(points, count, room);
                    fields = rest;
                }
            }
        }
        lists = rest;
    }
    count
}

/// How many there are now, and the room that is left.
type Put<'a> = (usize, &'a mut [&'static PointInfo]);

/// All at once: one by one, each point would add some microseconds to compiling generated code.
const fn put<'a>(points: &[&'static PointInfo], count: usize, room: &'a mut [&'static PointInfo]) -> Put<'a> {
    let count = count.saturating_add(points.len());
    match room.split_at_mut_checked(points.len()) {
        Some((places, rest)) => {
            places.copy_from_slice(points);
            (count, rest)
        }
        None => (count, &mut []),
    }
}

const fn put_some<'a>(
    mut points: &[Option<&'static PointInfo>],
    count: usize,
    room: &'a mut [&'static PointInfo],
) -> Put<'a> {
    let mut put = (count, room);
    while let Some((point, rest)) = points.split_first() {
        if let Some(point) = point {
            put = put_one(point, put);
        }
        points = rest;
    }
    put
}

const fn put_one<'a>(point: &'static PointInfo, (count, room): Put<'a>) -> Put<'a> {
    let room = match room.split_first_mut() {
        Some((place, rest)) => {
            *place = point;
            rest
        }
        None => &mut [],
    };
    (count.saturating_add(1), room)
}

/// The points of an array, which has so many.
#[must_use]
pub const fn present<const N: usize>(points: &[Option<&'static PointInfo>]) -> [&'static PointInfo; N] {
    let mut present = [&PointInfo::NOTHING; N];
    put_some(points, 0, &mut present);
    present
}

/// A handle, or those of an array: what a field of readings is read from.
#[derive(Debug, Clone, Copy)]
pub struct Handle<P>(pub P);

impl<T, A> Handle<Point<T, A>> {
    /// What it reads.
    #[must_use]
    pub const fn infos(self) -> [Option<&'static PointInfo>; 1] {
        [Some(self.0.info())]
    }
}

impl<T: Value, A: Readable> Handle<Point<T, A>> {
    /// The value.
    #[must_use]
    pub fn reading(self, snapshot: &Snapshot) -> Option<T::Present> {
        snapshot.get(self.0)
    }
}

impl<T, A, const N: usize> Handle<[Point<T, A>; N]> {
    /// What its elements read.
    #[must_use]
    pub const fn infos(self) -> [Option<&'static PointInfo>; N] {
        let mut infos = [None; N];
        let mut points: &[Point<T, A>] = &self.0;
        let mut rest: &mut [Option<&'static PointInfo>] = &mut infos;
        while let (Some((point, points_left)), Some((info, infos_left))) =
            (points.split_first(), rest.split_first_mut())
        {
            *info = Some(point.info());
            (points, rest) = (points_left, infos_left);
        }
        infos
    }
}

impl<T: Value, A: Readable, const N: usize> Handle<[Point<T, A>; N]> {
    /// The values of all elements.
    #[must_use]
    pub fn reading(self, snapshot: &Snapshot) -> [Option<T::Present>; N] {
        self.0.map(|point| snapshot.get(point))
    }

    /// The value of one element.
    #[must_use]
    pub fn element(&self, snapshot: &Snapshot, element: usize) -> Option<T::Present> {
        snapshot.get(*self.0.get(element)?)
    }
}

impl<T, A, const N: usize> Handle<[Option<Point<T, A>>; N]> {
    /// What its elements read.
    #[must_use]
    pub const fn infos(self) -> [Option<&'static PointInfo>; N] {
        let mut infos = [None; N];
        let mut points: &[Option<Point<T, A>>] = &self.0;
        let mut rest: &mut [Option<&'static PointInfo>] = &mut infos;
        while let (Some((point, points_left)), Some((info, infos_left))) =
            (points.split_first(), rest.split_first_mut())
        {
            if let Some(point) = point {
                *info = Some(point.info());
            }
            (points, rest) = (points_left, infos_left);
        }
        infos
    }
}

impl<T: Value, A: Readable, const N: usize> Handle<[Option<Point<T, A>>; N]> {
    /// The values of all elements.
    #[must_use]
    pub fn reading(self, snapshot: &Snapshot) -> [Option<T::Present>; N] {
        self.0.map(|point| snapshot.get(point?))
    }

    /// The value of one element.
    #[must_use]
    pub fn element(&self, snapshot: &Snapshot, element: usize) -> Option<T::Present> {
        snapshot.get((*self.0.get(element)?)?)
    }
}

/// A field of readings that is readings itself.
pub trait Part: Sized {
    /// What it is read from.
    const LIST: List;

    /// The values out of what was read.
    fn part(snapshot: &Snapshot) -> Self;
}

impl<R: Readings> Part for R {
    const LIST: List = List::Part(R::POINTS);

    #[inline]
    fn part(snapshot: &Snapshot) -> Self {
        R::decode(snapshot)
    }
}

impl<R: ElementReadings, const N: usize> Part for [R; N] {
    const LIST: List = List::Elements(R::POINTS);

    fn part(snapshot: &Snapshot) -> Self {
        core::array::from_fn(|element| R::decode(snapshot, element))
    }
}

/// Makes a struct of readings: each field with the point that it is read from, or without one where it is readings itself.
///
/// ```
/// use modbus_bindgen_runtime::point::{Point, PointInfo, RawType, Scale};
/// use modbus_bindgen_runtime::unit::Readings;
///
/// const INDOOR: Point<u16> = Point::new(&PointInfo::input_register("indoor", &[13]));
///
/// modbus_bindgen_runtime::readings! {
///     pub struct Temperatures {
///         pub indoor: Option<u16> = INDOOR,
///     }
/// }
///
/// assert_eq!(Temperatures::POINTS[0][0].address(), 13);
/// ```
#[macro_export]
macro_rules! readings {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty = $point:path),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }

        const _: () = {
            const COUNT: usize = <[&str]>::len(&[$(::core::stringify!($field)),*]);
            // A static: the compiler goes through all that a constant refers to, again for each constant that refers to it.
            static POINTS: [&'static $crate::PointInfo; COUNT] = [$($point.info()),*];

            impl $crate::Readings for $name {
                const POINTS: &'static [&'static [&'static $crate::PointInfo]] = &[&POINTS];

                #[inline]
                fn decode(snapshot: &$crate::Snapshot) -> Self {
                    Self { $($field: snapshot.get($point),)* }
                }
            }
        };

        $crate::impl_readings!($name { $($field),* });
    };
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }

        const _: () = {
            const LISTS: &[$crate::expansion::List] = &[$(<$type as $crate::expansion::Part>::LIST),*];
            static POINTS: [&'static $crate::PointInfo; $crate::expansion::count(&[], LISTS)] =
                $crate::expansion::flatten(&[], LISTS);

            impl $crate::Readings for $name {
                const POINTS: &'static [&'static [&'static $crate::PointInfo]] = &[&POINTS];

                #[inline]
                fn decode(snapshot: &$crate::Snapshot) -> Self {
                    Self { $($field: $crate::Readings::decode(snapshot),)* }
                }
            }
        };

        $crate::impl_readings!($name { $($field),* });
    };
}

/// Makes the struct of all readings of a device, which also says which points have no value, and why. Each field is a
/// struct of readings, or is read from a point or the points of an array. The constant `COMMANDS` lists commands that
/// can be read.
#[macro_export]
macro_rules! all_readings {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty $(= $point:path)?),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
            absences_: $crate::Absences,
        }

        impl $name {
            /// All points that are read.
            const LIST: &'static [&'static $crate::PointInfo] = {
                const LISTS: &[$crate::expansion::List] = &[$($crate::reading_of!(list $type $(, $point)?)),*];
                static POINTS: [&'static $crate::PointInfo; $crate::expansion::count($name::COMMANDS, LISTS)] =
                    $crate::expansion::flatten($name::COMMANDS, LISTS);
                &POINTS
            };

            /// Which points have no value, and why.
            #[must_use]
            pub fn absent(&self) -> &$crate::Absences {
                &self.absences_
            }
        }

        impl $crate::Readings for $name {
            const POINTS: &'static [&'static [&'static $crate::PointInfo]] = &[Self::LIST];

            #[inline]
            fn decode(snapshot: &$crate::Snapshot) -> Self {
                Self {
                    $($field: $crate::reading_of!(value snapshot, $type $(, $point)?),)*
                    absences_: snapshot.absences(),
                }
            }
        }

        $crate::impl_readings!($name { $($field),* });
    };
}

/// For [`all_readings!`](crate::all_readings).
#[doc(hidden)]
#[macro_export]
macro_rules! reading_of {
    (list $type:ty) => {
        <$type as $crate::expansion::Part>::LIST
    };
    (list $type:ty, $point:path) => {
        $crate::expansion::List::Points(&$crate::expansion::Handle($point).infos())
    };
    (value $snapshot:ident, $type:ty) => {
        $crate::expansion::Part::part($snapshot)
    };
    (value $snapshot:ident, $type:ty, $point:path) => {
        $crate::expansion::Handle($point).reading($snapshot)
    };
}

/// Makes the struct of the readings of one element of an array: each field with the handles of all elements.
#[macro_export]
macro_rules! element_readings {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty = $points:path),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $($(#[$field_meta])* $field_vis $field: $type,)*
        }

        impl $crate::ElementReadings for $name {
            const POINTS: &'static [&'static [::core::option::Option<&'static $crate::PointInfo>]] =
                &[$(&$crate::expansion::Handle($points).infos()),*];

            fn decode(snapshot: &$crate::Snapshot, element: usize) -> Self {
                Self { $($field: $crate::expansion::Handle($points).element(snapshot, element),)* }
            }
        }

        $crate::impl_readings!($name { $($field),* });
    };
}

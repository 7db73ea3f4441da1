//! How a point may be used, at compile time.

mod sealed {
    pub trait Sealed {}
}

/// How a `Point` may be used, at compile time: [`ReadOnly`], [`ReadWrite`], [`WriteOnly`] or [`Trigger`].
pub trait AccessMarker: sealed::Sealed + Send + Sync + 'static {}

/// Points that have a value to read.
#[diagnostic::on_unimplemented(
    message = "this point cannot be read",
    label = "a point whose access is `{Self}` has no value to read"
)]
pub trait Readable: AccessMarker {}

/// Points that take a value.
#[diagnostic::on_unimplemented(
    message = "this point cannot be written",
    label = "a point whose access is `{Self}` takes no value"
)]
pub trait Writable: AccessMarker {}

macro_rules! access_markers {
    ($($(#[$doc:meta])* $name:ident: $($usable:ident)?, $($and:ident)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}
        impl sealed::Sealed for $name {}
        impl AccessMarker for $name {}
        $(impl $usable for $name {})?
        $(impl $and for $name {})?
    )*};
}

access_markers! {
    /// Marks a point that is only read.
    ReadOnly: Readable,;
    /// Marks a point that is read and written.
    ReadWrite: Readable, Writable;
    /// Marks a point that is only written.
    WriteOnly:, Writable;
    /// Marks a command: written with its trigger value, never read back.
    Trigger:,;
}

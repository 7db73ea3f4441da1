//! The owner of a connection.

/// Handle to the task that owns a connection.
#[derive(Debug, Clone)]
pub struct Bus {}

/// Settings of a [`Bus`].
#[derive(Debug, Clone)]
pub struct BusBuilder {}

//! One device on a bus.

use crate::bus::Bus;

/// What a unit refused before.
#[derive(Debug, Default)]
pub(crate) struct UnitMemory {}

/// One device on a bus: typed and raw access.
#[derive(Debug, Clone)]
pub struct Unit {
    bus: Bus,
    id: u8,
}

impl Unit {
    pub(crate) fn new(bus: Bus, id: u8) -> Self {
        Self { bus, id }
    }
}

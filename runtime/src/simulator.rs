//! A device without the device.

//! Errors of detecting the variant of a device.

use core::fmt;

use crate::device::Detect;
use crate::error::ReadError;

/// The variant of a device could not be detected.
#[derive(Clone)]
#[non_exhaustive]
pub enum DetectError {
    /// The register that tells it could not be read.
    Read(ReadError),
    /// The value of the register matches no variant.
    Unknown {
        /// The value.
        raw: u16,
        /// The register, and the variants that its values mean.
        detect: Detect,
    },
}

impl fmt::Display for DetectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "the variant of the device is not known: {error}"),
            Self::Unknown { raw, detect } => {
                write!(
                    f,
                    "the variant of the device is not known: {} {} holds {raw}; ",
                    detect.table, detect.register
                )?;
                for (index, case) in detect.cases.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{} to {} mean {}", case.min, case.max, case.variant)?;
                }
                Ok(())
            }
        }
    }
}

impl core::error::Error for DetectError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Read(error) => Some(error),
            Self::Unknown { .. } => None,
        }
    }
}

//! How the variant of a device is detected.

#[cfg(doc)]
use super::Device;
use super::Table;

/// The register that tells which variant a device is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Detect {
    /// Its table.
    pub table: Table,
    /// Its address.
    #[serde(rename = "register")]
    pub address: u16,
    /// The values and their variants; any other value is an unknown variant.
    pub cases: Vec<DetectCase>,
}

/// Values of the register of [`Detect`], and the variant they tell.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DetectCase {
    /// The lowest of them.
    pub min: u16,
    /// The highest of them.
    pub max: u16,
    /// One of [`Device::variants`].
    pub variant: String,
}

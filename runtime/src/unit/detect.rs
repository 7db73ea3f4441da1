//! Detecting the variant of a device.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::time::Duration;

use crate::device::{Detect, Device};
use crate::error::DetectError;
use crate::unit::Unit;
use crate::unit::read::RequestFuture;

/// Asks a device which variant it is, and returns its handle. Generated code creates it:
/// `AcmeMeter::detect(bus.unit(1))`.
#[must_use = "nothing is read until it is awaited"]
pub struct DetectDevice<D> {
    unit: Unit,
    detect: &'static Detect,
    timeout: Option<Duration>,
    device: PhantomData<fn() -> D>,
}

impl<D: Device> DetectDevice<D> {
    /// For generated code.
    #[doc(hidden)]
    pub fn new(unit: Unit, detect: &'static Detect) -> Self {
        Self { unit, detect, timeout: None, device: PhantomData }
    }

    /// Gives up after this time, which includes waiting for its turn, all attempts and the pauses between them.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl<D: Device> IntoFuture for DetectDevice<D> {
    type Output = Result<D, DetectError>;
    type IntoFuture = RequestFuture<D, DetectError>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { unit, detect, timeout, .. } = self;
            let unit = D::at(unit).as_ref().clone();
            let raw = unit.read_detecting(detect, timeout).await.map_err(DetectError::Read)?;
            match detect.variant(raw) {
                Some(variant) => Ok(D::at(unit.with_variant(variant))),
                None => Err(DetectError::Unknown { raw, detect: *detect }),
            }
        })
    }
}

impl<D> fmt::Debug for DetectDevice<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DetectDevice").field(self.detect).finish()
    }
}

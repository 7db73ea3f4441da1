//! A device that is there: reading its values and writing them.

pub(crate) mod args;
mod connect;
mod device;
pub(crate) mod plan;
pub(crate) mod read;
pub(crate) mod select;
mod show;
pub(crate) mod write;

use std::future::Future;
use std::path::Path;

use modbus_bindgen::model::Device;
use modbus_bindgen_runtime::DeviceInfo;

use crate::failure::Failure;
use crate::input;

/// The device of a manifest, as the generator and as the runtime know it.
fn load(manifest: &Path) -> Result<(Device, &'static DeviceInfo), Failure> {
    let model = input::load_to_use(manifest)?;
    let info = device::device(&model);
    Ok((model, info))
}

/// Waits for what talks to the device.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::Message(format!("cannot start: {error}")))?.block_on(future)
}

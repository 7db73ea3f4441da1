//! A device that is there, was recorded, or is played: reading, writing, comparing it with its table.

pub(crate) mod args;
mod ask;
mod connect;
mod device;
pub(crate) mod discover;
mod fit;
mod image;
pub(crate) mod plan;
mod progress;
pub(crate) mod read;
pub(crate) mod record;
mod recorder;
pub(crate) mod restore;
pub(crate) mod select;
mod show;
pub(crate) mod simulate;
mod variant;
pub(crate) mod verify;
mod watch;
pub(crate) mod write;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;

use modbus_bindgen::model::Device;
use modbus_bindgen::suggest;
use modbus_bindgen_runtime::DeviceInfo;

use self::args::DeviceArgs;
use crate::failure::Failure;
use crate::input;

/// The device of a manifest, as the generator and as the runtime know it.
struct Loaded {
    /// With the points of the variant that is named, or of all.
    model: Device,
    info: &'static DeviceInfo,
    /// The language of labels, where one was asked for.
    language: Option<String>,
}

impl Loaded {
    /// The points that a variant has.
    fn of_variant(&self, name: &str) -> Self {
        let model = variant::select(&self.model, name);
        let info = device::device(&model, self.language.as_deref());
        Self { model, info, language: self.language.clone() }
    }

    /// Whether the table tells models or firmwares apart, and none was chosen.
    fn has_variants(&self) -> bool {
        self.model.variants.len() > 1
    }

    fn model_of(&self, id: &str) -> Option<&modbus_bindgen::model::Point> {
        self.model.points.iter().find(|point| point.id == id)
    }
}

fn load(args: &DeviceArgs) -> Result<Loaded, Failure> {
    let model = input::load_to_use(&args.manifest)?;
    if let Some(language) = args.lang.as_ref().filter(|language| !model.languages.contains(language)) {
        let known = if model.languages.is_empty() { "none".to_owned() } else { model.languages.join(", ") };
        return Err(Failure::Usage(format!("{} has no labels in {language}; languages: {known}", model.name)));
    }
    let model = match &args.variant {
        None => model,
        Some(name) if model.variants.contains(name) => variant::select(&model, name),
        Some(name) if model.variants.is_empty() => {
            return Err(Failure::Usage(format!("the table of {} has no variants, so there is no {name}", model.name)));
        }
        Some(name) => {
            let nearest = suggest::nearest(name, model.variants.iter().map(String::as_str));
            let help = nearest.map(|nearest| format!("; nearest: {nearest}")).unwrap_or_default();
            let known = model.variants.join(", ");
            return Err(Failure::Usage(format!("{} has no variant {name}{help}; variants: {known}", model.name)));
        }
    };
    let info = device::device(&model, args.lang.as_deref());
    Ok(Loaded { model, info, language: args.lang.clone() })
}

/// What a recorded device held, as `read` shows it, by identifier; for pages. Without what was not recorded.
pub(crate) fn recorded_values(
    model: &Device,
    language: Option<&str>,
    file: &Path,
) -> Result<BTreeMap<String, String>, Failure> {
    let info = device::device(model, language);
    let recorded = image::read(file, info)?;
    let readings = info.points().map(|point| (point, image::PointReading::of_image(&recorded, info, point)));
    let shown = readings
        .filter(|(_, reading)| reading.value.is_some() || reading.lack.as_ref().is_some_and(image::Lack::is_said));
    Ok(shown.map(|(point, reading)| (point.id().to_owned(), read::cell(point, &reading))).collect())
}

/// Waits for what talks to the device, or until somebody interrupts it.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    run(async {
        tokio::select! {
            biased;
            () = interruption() => Err(Failure::Interrupted),
            result = future => result,
        }
    })
}

/// The same, for what ends by being interrupted, and does so itself.
fn run<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Message(format!("cannot start: {error}")))?;
    let result = runtime.block_on(future);
    // A question that nobody answered may still wait for its line; everything else ends, and ports are closed.
    runtime.shutdown_background();
    result
}

/// Until Ctrl-C, or until the process is asked to end.
async fn interruption() {
    #[cfg(unix)]
    {
        let terminated = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

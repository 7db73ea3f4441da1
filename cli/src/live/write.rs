//! `write`: values to a device.

use modbus_bindgen::diagnostic::inert_json;
use modbus_bindgen::model::{Device, Role};
use modbus_bindgen_runtime::{AnyValue, Assignment, DeviceInfo, PointInfo};

use super::args::{LiveFormat, WriteArgs};
use super::connect::{self, Way};
use super::show::{self, Json};
use super::{block_on, load, select};
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(args: &WriteArgs) -> Result<(), Failure> {
    let (model, device) = load(&args.manifest)?;
    let values = assignments(&model, device, &args.assignments)?;
    let way = Way::required(&args.link, device)?;
    block_on(async {
        let bus = way.connect(&args.link).await?;
        let unit = connect::unit(&bus, &args.link, device);
        let assignments = values.iter().map(|(info, value)| Assignment::any(info, value.clone()));
        // A value that the device does not take is no fault of how the command is written.
        unit.write(assignments).await.map_err(|error| Failure::Message(error.to_string()))
    })?;
    match args.format {
        None => output::show(&text(&values))?,
        Some(LiveFormat::Json) => {
            let written: Vec<Json<'_>> =
                values.iter().map(|(info, value)| Json::new(info, Some(value), None)).collect();
            let text = serde_json::to_string_pretty(&written).map_err(|error| Failure::Message(error.to_string()))?;
            output::print(&format!("{}\n", inert_json(&text)))?;
        }
    }
    remind(&model, &values);
    Ok(())
}

type Values = Vec<(&'static PointInfo, AnyValue)>;

/// What the arguments say: a point and its value, or a command that takes none.
fn assignments(model: &Device, device: &DeviceInfo, arguments: &[String]) -> Result<Values, Failure> {
    let mut values = Values::new();
    let mut arguments = arguments.iter();
    while let Some(name) = arguments.next() {
        let info = select::to_write(device, name)?;
        let role = model.points.iter().find(|point| point.id == *name).map(|point| point.role);
        let value = match (role, arguments.as_slice()) {
            (Some(Role::Command { trigger: Some(trigger) }), _) => AnyValue::Integer(trigger.into()),
            (_, []) => return Err(Failure::Usage(format!("which value is {name} to have?"))),
            (_, [text, ..]) => {
                arguments.next();
                AnyValue::parse(info, text).map_err(|error| Failure::Message(format!("{name}: {error}")))?
            }
        };
        values.push((info, value));
    }
    Ok(values)
}

fn text(values: &Values) -> String {
    let rows: Vec<[String; 4]> = values
        .iter()
        .map(|(info, value)| {
            let value = match info.role() {
                modbus_bindgen_runtime::Role::Command => "(given)".to_owned(),
                modbus_bindgen_runtime::Role::Value => show::value(info, value),
            };
            [info.label().to_owned(), value, show::address(info), info.id().to_owned()]
        })
        .collect();
    show::columns(&rows).join("\n") + "\n"
}

/// What is to be done after writing, for the value to stay.
fn remind(model: &Device, values: &Values) {
    for (info, _) in values {
        let point = model.points.iter().find(|point| point.id == info.id());
        if let Some(seconds) = info.keep_alive_s() {
            output::say(&format!("note: {} has to be written again at least every {seconds} s", info.id()));
        }
        if let Some(command) = point.and_then(|point| point.persistent.as_deref()) {
            output::say(&format!("note: {} survives a restart only after the command {command}", info.id()));
        }
    }
}

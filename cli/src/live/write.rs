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
        let bus = way.connect(&args.link, device).await?;
        let unit = connect::unit(&bus, &args.link, device);
        let assignments = values.iter().map(Given::assignment);
        // A value that the device does not take is no fault of how the command is written.
        unit.write(assignments).await.map_err(|error| Failure::Message(error.to_string()))
    })?;
    match args.format {
        None => output::show(&text(&values))?,
        Some(LiveFormat::Json) => {
            let written: Vec<Json<'_>> =
                values.iter().map(|given| Json::new(given.info, Some(&given.value), None)).collect();
            let text = serde_json::to_string_pretty(&written).map_err(|error| Failure::Message(error.to_string()))?;
            output::print(&format!("{}\n", inert_json(&text)))?;
        }
    }
    remind(&model, &values);
    Ok(())
}

type Values = Vec<Given>;

/// What a point is given.
struct Given {
    info: &'static PointInfo,
    value: AnyValue,
    is_trigger: bool,
}

impl Given {
    fn assignment(&self) -> Assignment {
        // The raw value of a trigger may be one that a number of the point could not be.
        if self.is_trigger { Assignment::trigger(self.info) } else { Assignment::any(self.info, self.value.clone()) }
    }
}

/// What the arguments say: a point and its value, or a command that takes none.
fn assignments(model: &Device, device: &DeviceInfo, arguments: &[String]) -> Result<Values, Failure> {
    let mut values = Values::new();
    let mut arguments = arguments.iter();
    while let Some(name) = arguments.next() {
        let info = select::to_write(device, name)?;
        let role = model.points.iter().find(|point| point.id == *name).map(|point| point.role);
        let given = match (role, arguments.as_slice()) {
            (Some(Role::Command { trigger: Some(trigger) }), rest) => {
                // Whoever also says what the table calls it means the same.
                if rest.first().is_some_and(|text| is_trigger(device, info, trigger, text)) {
                    arguments.next();
                }
                Given { info, value: AnyValue::Integer(trigger.into()), is_trigger: true }
            }
            (_, []) => return Err(Failure::Usage(format!("which value is {name} to have?"))),
            (_, [text, ..]) => {
                arguments.next();
                let value =
                    AnyValue::parse(info, text).map_err(|error| Failure::Message(format!("{name}: {error}")))?;
                Given { info, value, is_trigger: false }
            }
        };
        values.push(given);
    }
    Ok(values)
}

/// Whether a text after the name of a command is the value that gives it, and not the next point.
fn is_trigger(device: &DeviceInfo, info: &PointInfo, trigger: i64, text: &str) -> bool {
    if device.points().any(|point| point.id() == text) {
        return false;
    }
    match AnyValue::parse(info, text) {
        Ok(AnyValue::Code { code, .. }) => code == trigger,
        Ok(AnyValue::Integer(value)) => value == i128::from(trigger),
        Ok(AnyValue::Bool(value)) => i64::from(value) == trigger,
        _ => false,
    }
}

fn text(values: &Values) -> String {
    let rows: Vec<[String; 4]> = values
        .iter()
        .map(|Given { info, value, is_trigger }| {
            let value = if *is_trigger { "(given)".to_owned() } else { show::value(info, value) };
            [info.label().to_owned(), value, show::address(info), info.id().to_owned()]
        })
        .collect();
    show::columns(&rows).join("\n") + "\n"
}

/// What is to be done after writing, for the value to stay.
fn remind(model: &Device, values: &Values) {
    for Given { info, .. } in values {
        let point = model.points.iter().find(|point| point.id == info.id());
        if let Some(seconds) = info.keep_alive_s() {
            output::say(&format!("note: {} has to be written again at least every {seconds} s", info.id()));
        }
        if let Some(command) = point.and_then(|point| point.persistent.as_deref()) {
            output::say(&format!("note: {} survives a restart only after the command {command}", info.id()));
        }
    }
}

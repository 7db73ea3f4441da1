//! `export`: the model for other tools.

use modbus_bindgen::emit;
use modbus_bindgen::emit::export::{Exported, Options, Target};
use modbus_bindgen::model::Device;
use modbus_bindgen::suggest;

use crate::args::{ExportArgs, ExportFormat, TargetArgs};
use crate::failure::Failure;
use crate::live::select;
use crate::{input, output};

pub(crate) fn run(args: &ExportArgs) -> Result<(), Failure> {
    let mut inputs = input::load(std::slice::from_ref(&args.manifest))?;
    for input in &mut inputs {
        check_language(&input.device, args)?;
        keep(&mut input.device, &args.points)?;
    }
    let options = Options { host: args.host.clone(), name: args.name.clone(), language: args.lang.clone() };
    let target = TargetArgs { out: args.out.clone(), out_dir: None };
    inputs.iter().try_for_each(|input| {
        let made = match kind(args.format) {
            Kind::Json => {
                let contents = emit::json::json(&input.device).into_bytes();
                Exported { contents, unsaid: Vec::new() }
            }
            Kind::Workbook => {
                let made = emit::export::xlsx(&input.device);
                made.map_err(|error| Failure::Message(format!("cannot create the workbook: {error}")))?
            }
            Kind::Text(target) => emit::export::export(&input.device, target, &options),
        };
        match (String::from_utf8(made.contents.clone()), &args.out) {
            (Ok(text), _) => output::deliver(std::slice::from_ref(input), &target, args.check, "", |_| text.clone())?,
            (Err(_), Some(path)) => output::bytes(path, &made.contents, input, args.check)?,
            (Err(_), None) => return Err(Failure::Usage("a workbook needs --out".to_owned())),
        }
        say_unsaid(&made);
        Ok(())
    })
}

/// How a format is made.
enum Kind {
    Json,
    Workbook,
    Text(Target),
}

fn kind(format: ExportFormat) -> Kind {
    match format {
        ExportFormat::Json => Kind::Json,
        ExportFormat::Xlsx => Kind::Workbook,
        ExportFormat::Csv => Kind::Text(Target::Csv),
        ExportFormat::ModbusConnection => Kind::Text(Target::ModbusConnection),
        ExportFormat::HomeAssistant => Kind::Text(Target::HomeAssistant),
        ExportFormat::Esphome => Kind::Text(Target::Esphome),
        ExportFormat::Telegraf => Kind::Text(Target::Telegraf),
        ExportFormat::Loxone => Kind::Text(Target::Loxone),
        ExportFormat::Wot => Kind::Text(Target::Wot),
    }
}

/// Says what the format cannot express, so that it is only in comments.
fn say_unsaid(made: &Exported) {
    let counts: Vec<String> = made.counts().iter().map(|(topic, count)| format!("{topic} ({count})")).collect();
    if !counts.is_empty() {
        output::say(&format!("this format cannot express these; they are in comments only: {}", counts.join(", ")));
    }
}

fn check_language(device: &Device, args: &ExportArgs) -> Result<(), Failure> {
    let Some(language) = &args.lang else { return Ok(()) };
    if device.languages.is_empty() || device.languages.contains(language) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{} has no labels in “{language}”; known: {}",
        device.name,
        device.languages.join(", ")
    )))
}

/// Leaves out the points that were not asked for, and arrays and groups of which nothing is left.
fn keep(device: &mut Device, names: &[String]) -> Result<(), Failure> {
    if names.is_empty() {
        return Ok(());
    }
    for name in names {
        if !device.points.iter().any(|point| select::is_meant(&point.id, name)) {
            let ids = device.points.iter().map(|point| point.id.as_str());
            let help =
                suggest::nearest(name, ids).map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"));
            return Err(Failure::Usage(format!("{} has no point {name}{help}", device.name)));
        }
    }
    device.points.retain(|point| names.iter().any(|name| select::is_meant(&point.id, name)));
    let points = &device.points;
    device.groups.retain(|group| points.iter().any(|point| point.group.as_ref() == Some(&group.title)));
    for array in &mut device.arrays {
        let has = |number: u16| {
            let of = points.iter().filter_map(|point| point.array.as_ref());
            of.into_iter().any(|place| place.array == array.name && place.element == number)
        };
        let kept = array.elements.iter().map(|element| has(element.number)).collect::<Vec<_>>();
        let mut kept = kept.into_iter();
        array.elements.retain(|_| kept.next().unwrap_or_default());
    }
    device.arrays.retain(|array| !array.elements.is_empty());
    Ok(())
}

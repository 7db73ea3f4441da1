//! `write`: values to a device.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use modbus_bindgen::diagnostic::inert_json;
use modbus_bindgen::model::{Device, Role};
use modbus_bindgen_runtime::{
    AnyValue, Assignment, DeviceInfo, InvalidValue, LoggedRequest, Point, PointInfo, ReadWrite, Simulator, Unit,
};
use serde::Serialize;

use super::args::{LiveFormat, WriteArgs};
use super::connect::{self, Way};
use super::show::{self, Json};
use super::{Loaded, ask, block_on, load, select, variant};
use crate::failure::Failure;
use crate::input::counted;
use crate::output;

pub(crate) fn run(args: &WriteArgs) -> Result<(), Failure> {
    let loaded = load(&args.device)?;
    if args.dry_run {
        let loaded = variant::first(loaded);
        let values = checked(&loaded, args)?;
        return block_on(dry_run(loaded.info, &values, args.format));
    }
    let way = Way::required(&args.link, loaded.info)?;
    if !loaded.has_variants() {
        // Nobody is asked where nothing can be written.
        checked(&loaded, args)?;
    }
    block_on(async {
        let bus = way.connect(&args.link, loaded.info).await?;
        let loaded = variant::of_device(loaded, &bus, &args.link).await?;
        let unit = connect::unit(&bus, &args.link, loaded.info);
        let values = checked(&loaded, args)?;
        let before = current(&unit, &values).await;
        if !args.yes && ask::somebody_is_there() {
            output::say(table(&values, &before).trim_end());
            let question = format!("Write {} to {}?", counted(values.len(), "value"), way.endpoint());
            if !ask::yes(&question).await? {
                return Err(Failure::Message("nothing was written".to_owned()));
            }
        }
        let assignments = values.iter().map(Given::assignment);
        // A value that the device does not take is no fault of how the command is written.
        unit.write(assignments).await.map_err(|error| Failure::Message(error.to_string()))?;
        let after = current(&unit, &values).await;
        bus.close().await;
        print(&values, &before, args.format)?;
        for (given, held) in values.iter().zip(&after) {
            if let Some(held) = held.as_ref().filter(|held| **held != given.value) {
                let (id, held) = (given.info.id(), show::value(given.info, held));
                let written = show::value(given.info, &given.value);
                output::say(&format!("warning: {id} holds {held} after {written} was written"));
            }
        }
        remind(&loaded.model, values.iter().map(|given| given.info));
        Ok(())
    })
}

/// What the arguments say, by what the table says of it.
fn checked(loaded: &Loaded, args: &WriteArgs) -> Result<Values, Failure> {
    let values = assignments(&loaded.model, loaded.info, &args.assignments)?;
    for given in values.iter().filter(|given| !given.is_trigger) {
        check(given.info, &given.value)
            .map_err(|error| Failure::Message(format!("cannot write {}: {error}", given.info.id())))?;
    }
    Ok(values)
}

/// Whether the table allows a value. What the device itself says about it, only the device knows.
pub(super) fn check(info: &'static PointInfo, value: &AnyValue) -> Result<(), InvalidValue> {
    let point = Point::<AnyValue, ReadWrite>::new(info);
    let request = match point.write_request(value.clone()) {
        // It shares its words with others, whose bits are read before it is written.
        Err(InvalidValue::OtherBits) => {
            let count = info.span().map_or(0, |(first, last)| last.saturating_sub(first).saturating_add(1));
            point.write_request_over(value.clone(), &vec![0; count.into()])
        }
        request => request,
    };
    match request {
        Ok(_) | Err(InvalidValue::NoScale { .. } | InvalidValue::Request(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// What the device holds now, of those points that it can be asked for; `None` where it does not say.
async fn current(unit: &Unit, values: &Values) -> Vec<Option<AnyValue>> {
    let can_be_asked = |info: &&PointInfo| {
        info.access().is_readable()
            && info.role() == modbus_bindgen_runtime::Role::Value
            && !info.has_read_side_effect()
    };
    let asked: Vec<&'static PointInfo> = values.iter().map(|given| given.info).filter(can_be_asked).collect();
    if asked.is_empty() {
        return vec![None; values.len()];
    }
    // Where it does not answer, writing says so.
    let snapshot = unit.read_points(asked.iter().copied()).await.ok();
    let value = |given: &Given| snapshot.as_ref().filter(|_| can_be_asked(&given.info))?.value(given.info);
    values.iter().map(value).collect()
}

fn print(values: &Values, before: &[Option<AnyValue>], format: Option<LiveFormat>) -> Result<(), Failure> {
    match format {
        None => output::show(&table(values, before)),
        Some(LiveFormat::Json) => {
            let written: Vec<Json<'_>> = values
                .iter()
                .zip(before)
                .map(|(given, before)| {
                    Json::value(given.info, Some(&given.value)).with_before(given.info, before.as_ref())
                })
                .collect();
            json(&written)
        }
    }
}

fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Failure::Message(error.to_string()))?;
    output::print(&format!("{}\n", inert_json(&text)))
}

/// A request that would be sent.
#[derive(Debug, Serialize)]
struct DryRequest {
    unit: u8,
    function: u8,
    address: u16,
    /// One for each address; a coil is 0 or 1.
    words: Vec<u16>,
    /// The PDU in hexadecimal.
    pdu: String,
}

impl DryRequest {
    fn new(request: LoggedRequest, pdu: &[u8]) -> Self {
        let words = |bytes: &[u8]| {
            let (pairs, _) = bytes.as_chunks::<2>();
            pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
        };
        let words = match pdu {
            [5, _, _, high, _] => vec![u16::from(*high != 0)],
            [15, _, _, _, _, _, bits @ ..] => {
                let bits = bits.iter().flat_map(|byte| (0..8).map(move |bit| u16::from(byte >> bit & 1)));
                bits.take(request.count.into()).collect()
            }
            [6, _, _, rest @ ..] | [16, _, _, _, _, _, rest @ ..] => words(rest),
            _ => Vec::new(),
        };
        let pdu = pdu.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
        Self { unit: request.unit, function: request.function, address: request.address, words, pdu }
    }
}

/// Writes to a device that is played, and shows what it was sent.
async fn dry_run(device: &'static DeviceInfo, values: &Values, format: Option<LiveFormat>) -> Result<(), Failure> {
    let simulator = Simulator::new(device);
    let sent: Arc<Mutex<Vec<DryRequest>>> = Arc::default();
    let log = Arc::clone(&sent);
    simulator.on_request(move |request, pdu| {
        if matches!(request.function, 5 | 6 | 15 | 16) {
            log.lock().unwrap_or_else(PoisonError::into_inner).push(DryRequest::new(request, pdu));
        }
    });
    let unit = simulator.bus().unit(device.link.unit_id).with_device(device);
    let written = unit.write(values.iter().map(Given::assignment)).await;
    written.map_err(|error| Failure::Message(error.to_string()))?;
    let sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
    if format.is_some() {
        return json(&*sent);
    }
    output::show(&table(values, &vec![None; values.len()]))?;
    let mut text = String::from("\nnothing was sent; it would be\n");
    for request in sent.iter() {
        let words: Vec<String> = request.words.iter().map(|word| format!("0x{word:04X}")).collect();
        let DryRequest { unit, function, address, pdu, .. } = request;
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "  unit {unit}, function {function}, address {address}: {} (PDU {pdu})", words.join(" "));
    }
    if values.iter().any(|given| given.info.bits().is_some()) {
        text.push_str("the other bits of a shared register are read before, and stay as they are\n");
    }
    output::show(&text)
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

/// What is written, and what was there before.
fn table(values: &Values, before: &[Option<AnyValue>]) -> String {
    let rows = values.iter().zip(before).map(|(Given { info, value, is_trigger }, before)| {
        let value = if *is_trigger { "(given)".to_owned() } else { show::value(info, value) };
        change(info, before.as_ref(), &value)
    });
    changes(&rows.collect::<Vec<_>>())
}

/// Label, value before, value after, address and identifier.
pub(super) fn change(info: &PointInfo, before: Option<&AnyValue>, after: &str) -> [String; 4] {
    let value = match before {
        Some(before) => format!("{} → {after}", show::value(info, before)),
        None => after.to_owned(),
    };
    [info.label().to_owned(), value, show::address(info), info.id().to_owned()]
}

pub(super) fn changes(rows: &[[String; 4]]) -> String {
    let lines = match output::room() {
        Some(room) => show::columns_within(rows, room),
        None => show::columns(rows),
    };
    lines.join("\n") + "\n"
}

/// What is to be done after writing, for the values to stay.
pub(super) fn remind(model: &Device, written: impl Iterator<Item = &'static PointInfo>) {
    for info in written {
        let point = model.points.iter().find(|point| point.id == info.id());
        if let Some(seconds) = info.keep_alive_s() {
            output::say(&format!("note: {} must be written again at least every {seconds} s", info.id()));
        }
        if let Some(command) = point.and_then(|point| point.persistent.as_deref()) {
            output::say(&format!("note: {} survives a restart only after the command {command}", info.id()));
        }
    }
}

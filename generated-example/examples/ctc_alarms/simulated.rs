//! A heat pump in trouble, without the heat pump.

use generated_example::ctc_bms::points;
use modbus_bindgen_runtime::{BitSet, InvalidValue, Simulator};

/// The register that selects a text.
const SELECTION: u16 = 65_100;

/// Two alarms and an information text. As a real device does, it fills its text buffer when a text is selected.
pub(crate) fn fill(device: &Simulator) -> Result<(), InvalidValue> {
    device.set(points::SUM_OF_ACTIVE_ALARMS_AND_INFOS, 0x0102)?;
    for (word, bits) in points::ALARM_BUFFER.into_iter().zip([0x8000, 0x0001]) {
        device.set(word, BitSet::new(bits))?;
    }
    for (word, bits) in points::INFO_BUFFER.into_iter().zip([0x0008]) {
        device.set(word, BitSet::new(bits))?;
    }
    device.on_write(|device, request| {
        if request.address == SELECTION
            && let Some(selected) = device.get(points::SELECT_TEXT)
        {
            // Every text here fits the buffer, and none has a character it could not hold.
            let _ = device.set(points::TEXT_BUFFER, text(selected).to_owned());
        }
    });
    Ok(())
}

fn text(selected: u16) -> &'static str {
    match selected {
        15 => "[E063] Kommunik.fel relakort",
        16 => "[A1][E013] Evaporatorfel",
        10_003 => "[I008] Tariff, VP från.",
        _ => "",
    }
}

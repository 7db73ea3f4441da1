//! A heat pump in trouble, without the heat pump.

use generated_example::ctc_bms::points;
use modbus_bindgen_runtime::{BitSet, InvalidValue, Simulator};

/// Two alarms and an information text. A real device fills its text buffer when a text is selected; this one says the
/// same of each.
pub(crate) fn fill(device: &Simulator) -> Result<(), InvalidValue> {
    device.set(points::SUM_OF_ACTIVE_ALARMS_AND_INFOS, 0x0102)?;
    for (word, bits) in points::ALARM_BUFFER.into_iter().zip([0x8000, 0x0001]) {
        device.set(word, BitSet::new(bits))?;
    }
    for (word, bits) in points::INFO_BUFFER.into_iter().zip([0x0008]) {
        device.set(word, BitSet::new(bits))?;
    }
    device.set(points::TEXT_BUFFER, "[A1][E063] Kommunik.fel relakort".to_owned())
}

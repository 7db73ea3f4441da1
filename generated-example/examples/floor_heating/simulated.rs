//! A floor heating on a cool morning, without the floor.

use generated_example::alpha_balance_switch::{
    HeatingCoolingMode, Inputs, OutputRoom, Outputs, StatusOfBoiler, StatusOfDewPointSensor, StatusOfPump, points,
};
use modbus_bindgen_runtime::{InvalidValue, Simulator};

/// Five rooms on eight outputs; the last output has no room.
pub(crate) fn fill(device: &Simulator) -> Result<(), InvalidValue> {
    device.set(points::DEVICE_TYPE, "ADBS24 M".to_owned())?;
    device.set(points::HEATING_COOLING_MODE, HeatingCoolingMode::Heating)?;
    device.set(points::STATUS_OF_PUMP, StatusOfPump::PumpOn)?;
    device.set(points::STATUS_OF_BOILER, StatusOfBoiler::BoilerOn)?;
    device.set(points::STATUS_OF_DEW_POINT_SENSOR, StatusOfDewPointSensor::MonitoringTheDewPointIsActive)?;
    for (room, number) in points::output::ROOM.into_iter().zip([1, 1, 2, 2, 3, 4, 5, 5]) {
        device.set(room, OutputRoom::Value(number))?;
    }
    for (state, percent) in points::output::STATE.into_iter().zip([60, 60, 25, 25, 0, 100, 45, 45]) {
        device.set(state, percent)?;
    }
    for (pwm, percent) in points::input::PWM.into_iter().zip([60, 25, 0, 100, 45]) {
        device.set(pwm, percent)?;
    }
    device.set(points::BLOCK_COOLING, Outputs::OUTPUT_6)?;
    // Nothing and everything are not balanced.
    device.set(points::INPUTS_IN_LOAD_BALANCING, Inputs::INPUT_1 | Inputs::INPUT_2 | Inputs::INPUT_5)?;
    let balanced = [Outputs::OUTPUT_1, Outputs::OUTPUT_2, Outputs::OUTPUT_3, Outputs::OUTPUT_4, Outputs::OUTPUT_7];
    device.set(points::OUTPUTS_IN_LOAD_BALANCING, balanced.into_iter().fold(Outputs::OUTPUT_8, |all, one| all | one))
}

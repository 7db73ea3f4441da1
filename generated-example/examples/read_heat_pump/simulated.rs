//! A heat pump on a winter day, without the heat pump.

use generated_example::thermia_genesis::{Demand, OperationalMode, RunningDemands, SmartGridMode, points};
use modbus_bindgen_runtime::{InvalidValue, Simulator, Table};

/// The values it tells.
pub(crate) fn fill(pump: &Simulator) -> Result<(), InvalidValue> {
    pump.set(points::OPERATIONAL_MODE, OperationalMode::OnAuto)?;
    pump.set(points::CURRENTLY_RUNNING_FIRST_PRIORITISED_DEMAND, Demand::Heat)?;
    for idle in [
        points::CURRENTLY_RUNNING_SECOND_PRIORITISED_DEMAND,
        points::CURRENTLY_RUNNING_THIRD_PRIORITISED_DEMAND,
        points::QUEUED_DEMAND_FIRST_PRIORITY,
        points::QUEUED_DEMAND_SECOND_PRIORITY,
        points::QUEUED_DEMAND_THIRD_PRIORITY,
        points::QUEUED_DEMAND_FOURTH_PRIORITY,
        points::QUEUED_DEMAND_FIFTH_PRIORITY,
    ] {
        pump.set(idle, Demand::NoDemand)?;
    }
    pump.set(points::CURRENT_SMART_GRID_MODE, SmartGridMode::Normal)?;
    pump.set(points::CURRENTLY_RUNNING_DEMANDS, RunningDemands::HEAT)?;
    pump.set(points::ENABLE_HEAT, true)?;
    pump.set(points::ENABLE_TAP_WATER, true)?;
    pump.set(points::HEATING_SEASON_WINTER_ACTIVE, true)?;
    pump.set(points::OUTDOOR_TEMPERATURE, -5.0)?;
    pump.set(points::BRINE_IN_TEMPERATURE, 1.8)?;
    pump.set(points::BRINE_OUT_TEMPERATURE, -1.4)?;
    pump.set(points::CONDENSER_IN_TEMPERATURE, 33.6)?;
    pump.set(points::CONDENSER_OUT_TEMPERATURE, 38.9)?;
    pump.set(points::DISCHARGE_PIPE_TEMPERATURE, 71.3)?;
    pump.set(points::SYSTEM_SUPPLY_LINE_TEMPERATURE, 38.7)?;
    pump.set(points::SYSTEM_RETURN_LINE_TEMPERATURE, 33.5)?;
    pump.set(points::TAP_WATER_TOP_TEMPERATURE, 52.4)?;
    pump.set(points::TAP_WATER_LOWER_TEMPERATURE, 47.1)?;
    pump.set(points::COMPRESSOR_SPEED, 3450)?;
    pump.set(points::COMPRESSOR_CURRENT_GEAR, 5.0)?;
    pump.set(points::COMPRESSOR_OPERATING_HOURS, 133_417)?;
    pump.set(points::LOW_PRESSURE_SIDE_PRESSURE, 6.82)?;
    pump.set(points::HIGH_PRESSURE_SIDE_PRESSURE, 23.15)?;
    pump.set(points::ELECTRIC_METER_L1_CURRENT, 6.41)?;
    pump.set(points::ELECTRIC_METER_L1_0_VOLTAGE, 231.7)?;
    pump.set(points::ELECTRIC_METER_KWH_TOTAL, 71_204.6)?;
    pump.set(points::START_TEMPERATURE_TAP_WATER, 46.0)?;
    pump.set(points::STOP_TEMPERATURE_TAP_WATER, 53.5)?;
    pump.set(points::BRINE_OUT_LOW_ALARM_LIMIT, -9.0)?;
    // This pump has no room sensor and no expansion module: the sensors of the one read 20000, the other's registers
    // are not there at all.
    for sensor in [points::ROOM_TEMPERATURE_SENSOR.info(), points::BUFFER_TANK_TEMPERATURE.info()] {
        pump.set_raw(sensor.table(), sensor.address(), &[20_000]);
    }
    for pool in [points::POOL_SUPPLY_LINE_TEMPERATURE.info(), points::POOL_RETURN_LINE_TEMPERATURE.info()] {
        pump.hole(Table::InputRegister, pool.address());
    }
    Ok(())
}

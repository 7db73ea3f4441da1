use thermia_genesis::{ThermiaGenesis, points};

fn write(pump: &ThermiaGenesis) {
    drop(pump.write([points::FIXED_SYSTEM_SUPPLY_SET_POINT.to(21.5)]));
    drop(pump.write([points::OUTDOOR_TEMPERATURE.to(21.5)])); //~ E0599: the method `to` exists
}

fn main() {}

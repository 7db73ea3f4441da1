use thermia_genesis::{ThermiaGenesis, points};

fn write(pump: &ThermiaGenesis) {
    drop(pump.unit().write_point(points::FIXED_SYSTEM_SUPPLY_SET_POINT, 21.5));
    drop(pump.unit().write_point(points::OUTDOOR_TEMPERATURE, 21.5)); //~ E0277: this point cannot be written
}

fn main() {}

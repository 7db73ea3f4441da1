use thermia_genesis::{ThermiaGenesis, points};

fn read(pump: &ThermiaGenesis) {
    drop(pump.read((points::OUTDOOR_TEMPERATURE,)));
    drop(pump.read((points::RESET_ALL_ALARMS,))); //~ E0277: this point cannot be read
}

fn main() {}

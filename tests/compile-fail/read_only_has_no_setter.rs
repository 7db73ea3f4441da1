use thermia_genesis::ThermiaGenesis;

fn set(pump: &ThermiaGenesis) {
    drop(pump.outdoor_temperature());
    drop(pump.set_outdoor_temperature(21.5)); //~ E0599: no method named `set_outdoor_temperature`
}

fn main() {}

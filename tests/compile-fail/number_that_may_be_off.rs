use thermia_genesis::ctc_bms::{CtcBms, HeatingSystemNo, OffOrValue};

fn set(ctc: &CtcBms) {
    let system = ctc.heating_system(HeatingSystemNo::S1);
    drop(system.set_min_primary_flow(OffOrValue::Value(20.0)));
    drop(system.set_min_primary_flow(20.0)); //~ E0308: mismatched types
}

fn main() {}

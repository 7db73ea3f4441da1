use thermia_genesis::ctc_bms::{CtcBms, HeatPumpNo, HeatingSystemNo};

fn elements(ctc: &CtcBms) {
    drop(ctc.heat_pump(HeatPumpNo::A10));
    drop(ctc.heat_pump(HeatPumpNo::A11)); //~ E0599: named `A11` found for enum `HeatPumpNo`
    drop(ctc.heat_pump(HeatingSystemNo::S1)); //~ E0308: mismatched types
}

fn main() {}

use thermia_genesis::HgwReadings;

fn main() {
    let _ = HgwReadings {}; //~ E0639: non-exhaustive
}

//! A manifest, with a table that has the headers manifests ask for.

use crate::files::load;

const TABLE: &str = "Address,Description,Units,Scale,Values,Type\n\
    0,Flow temperature,°C,10,,i16\n\
    1,Mode *1,,,0=Off;1=On,\n\
    2,Energy (MSB),kWh,1,,\n\
    3,Energy (LSB),kWh,1,,\n\
    4,Heat pump 1: Status,,,0=Off 1=On,enum\n\
    5,Heat pump 2: Status,,,0=Off 1=On,enum\n\
    10-14,Alarm,,,,u16\n\
    20-27,Name,,,,string(16)\n";

pub fn run(bytes: &[u8]) {
    load(bytes, ("registers.csv", TABLE.as_bytes()));
}

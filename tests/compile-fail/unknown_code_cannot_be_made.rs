use modbus_bindgen_runtime::UnknownCode;
use thermia_genesis::OperationalMode;

fn main() {
    let _ = OperationalMode::Unknown(UnknownCode(17)); //~ E0423: private
}

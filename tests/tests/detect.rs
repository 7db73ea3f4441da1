//! A device whose firmware register tells its model: generated, asked, and read as what it is.

use integration_tests::scratch::{Scratch, dependency};

const MANIFEST: &str = r#"format = 1

[device]
name = "Acme Boiler"

[detect]
register = "input 5"
cases = [{ min = 100, max = 199, variant = "S" }, { min = 200, max = 255, variant = "L" }]

[columns]
address = "Address"
label = "Name"
type = "Type"
access = "Access"

[columns.variants]
S = "Boiler S"
L = "Boiler L"

[[sheet]]
file = "registers.csv"
table = "input_register"
"#;

const TABLE: &str = "\
Address,Name,Type,Access,Boiler S,Boiler L
0,Flow temperature,i16,R,X,X
1,Pump speed,u16,R,X,
2,Second pump speed,u16,R,,X
5,Firmware,u16,R,X,X
";

const PROGRAM: &str = r#"
modbus_bindgen_runtime::include_device!("device");

#[cfg(test)]
mod tests {
    use modbus_bindgen_runtime::error::DetectError;
    use modbus_bindgen_runtime::{Absence, ReadErrorKind, Simulator};

    use super::{AcmeBoiler, points};

    #[tokio::test]
    async fn the_register_chooses_the_variant() {
        let simulator = Simulator::of::<AcmeBoiler>();
        simulator.set(points::PUMP_SPEED, 40).unwrap();
        simulator.set(points::SECOND_PUMP_SPEED, 60).unwrap();
        for (firmware, variant, has, lacks) in [
            (120, "S", points::PUMP_SPEED, points::SECOND_PUMP_SPEED),
            (255, "L", points::SECOND_PUMP_SPEED, points::PUMP_SPEED),
        ] {
            simulator.set(points::FIRMWARE, firmware).unwrap();
            let boiler = AcmeBoiler::detect(simulator.bus().unit(1)).await.unwrap();
            assert_eq!(boiler.variant(), Some(variant));
            assert!(boiler.unit().read_point(has).await.is_ok());
            let error = boiler.unit().read_point(lacks).await.unwrap_err();
            assert!(matches!(error.kind(), ReadErrorKind::NotVisible), "{error}");
            // All that it has, and nothing else is asked for.
            let before = simulator.requests().len();
            let snapshot = boiler.unit().read_points(AcmeBoiler::all()).await.unwrap();
            assert_eq!(snapshot.absence(lacks.info()), Some(Absence::NotVisible));
            assert_eq!(snapshot.absence(has.info()), None);
            let asked: Vec<_> = simulator.requests()[before..].iter().map(|asked| (asked.address, asked.count)).collect();
            let lacking = lacks.info().words()[0];
            assert!(asked.iter().all(|(first, count)| !(*first..first + count).contains(&lacking)), "{asked:?}");
            let all = boiler.read_all().await.unwrap();
            assert_eq!((all.pump_speed.is_some(), all.second_pump_speed.is_some()), (variant == "S", variant == "L"));
        }
    }

    #[tokio::test]
    async fn what_no_case_has_is_an_error_with_the_raw_value() {
        let simulator = Simulator::of::<AcmeBoiler>();
        simulator.set(points::FIRMWARE, 700).unwrap();
        let error = AcmeBoiler::detect(simulator.bus().unit(1)).await.unwrap_err();
        assert!(matches!(error, DetectError::Unknown { raw: 700, .. }), "{error}");
        assert_eq!(
            error.to_string(),
            "the variant of the device is not known: input register 5 holds 700; 100 to 199 mean S, 200 to 255 mean L"
        );
        // A handle that was not asked reads what all variants have, and the others.
        let boiler = AcmeBoiler::new(simulator.bus().unit(1));
        assert_eq!(boiler.variant(), None);
        assert!(boiler.pump_speed().await.is_ok() && boiler.second_pump_speed().await.is_ok());
    }

    impl AcmeBoiler {
        fn all() -> impl Iterator<Item = &'static modbus_bindgen_runtime::PointInfo> {
            super::DEVICE.points()
        }
    }
}
"#;

#[test]
fn a_test_device_is_detected() {
    let runtime = dependency("modbus-bindgen-runtime", "runtime", "'simulator'");
    let codegen = dependency("modbus-bindgen", "codegen", "");
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
    let scratch =
        Scratch::new("boiler", "2024", &format!("[dependencies]\n{runtime}{tokio}\n[build-dependencies]\n{codegen}"));
    scratch.write("registers/registers.csv", TABLE);
    scratch.write("registers/device.toml", MANIFEST);
    scratch.write(
        "build.rs",
        "fn main() -> Result<(), modbus_bindgen::Error> {\n    \
         modbus_bindgen::Builder::new(\"registers/device.toml\").generate()\n}\n",
    );
    scratch.write("src/lib.rs", PROGRAM);
    let (said, _) = scratch.succeeds(&["test", "--quiet"], &[]);
    assert!(said.contains("2 passed"), "{said}");
}

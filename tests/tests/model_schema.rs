//! The exported model is what its JSON Schema says, and the schema lets nothing else pass.

use integration_tests::scratch::{manifest, workspace};
use jsonschema::Validator;
use modbus_bindgen::emit;
use serde_json::{Value, json};

fn schema() -> Validator {
    let text = std::fs::read_to_string(workspace().join("docs/model.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("the schema itself: {error}"));
    jsonschema::validator_for(&schema).unwrap()
}

fn model() -> Value {
    let loaded = modbus_bindgen::load(&manifest("thermia-genesis"));
    let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
    serde_json::from_str(&emit::json::json(&device)).unwrap()
}

#[test]
fn every_device_of_the_repository_fits() {
    let schema = schema();
    let folders = std::fs::read_dir(workspace().join("register-specs")).unwrap();
    for folder in folders {
        let path = folder.unwrap().path().join("device.toml");
        if !path.is_file() {
            continue;
        }
        let loaded = modbus_bindgen::load(&path);
        let device = loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics));
        let model: Value = serde_json::from_str(&emit::json::json(&device)).unwrap();
        let errors: Vec<String> =
            schema.iter_errors(&model).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

#[test]
fn every_field_of_the_model_fits() {
    let schema = schema();
    for name in ["families", "values"] {
        let path = workspace().join(format!("codegen/tests/expected/{name}.json"));
        let model: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let errors: Vec<String> =
            schema.iter_errors(&model).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn what_it_does_not_describe_is_refused() {
    let schema = schema();
    let good = model();
    assert!(schema.is_valid(&good));
    for (place, value) in [
        ("/format", json!(2)),
        ("/extra", json!(true)),
        ("/device/extra", json!(true)),
        ("/link/gaps", json!("always")),
        ("/link/rtu/extra", json!(1)),
        ("/points/0/extra", json!(1)),
        ("/points/0/id", json!("Not An Id")),
        ("/points/0/address", json!(65536)),
        ("/points/0/words", json!([])),
        ("/points/0/access", json!("none")),
        ("/points/0/scale", json!(0.01)),
        ("/points/0/optional", json!(false)),
        ("/points/0/sources/0/row", json!(3)),
    ] {
        let mut bad = good.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value);
        assert!(!schema.is_valid(&bad), "{place}");
    }
}

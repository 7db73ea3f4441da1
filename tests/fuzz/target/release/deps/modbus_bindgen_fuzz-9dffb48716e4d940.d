/work/wt/hour/tests/fuzz/target/release/deps/modbus_bindgen_fuzz-9dffb48716e4d940.d: src/main.rs src/files.rs src/seeds.rs src/targets/mod.rs src/targets/cells.rs src/targets/codec.rs src/targets/csv.rs src/targets/filter.rs src/targets/load.rs src/targets/manifest.rs src/targets/simulator.rs src/targets/workbook_bytes.rs src/targets/workbook_cells.rs src/targets/workbook_parts.rs

/work/wt/hour/tests/fuzz/target/release/deps/libmodbus_bindgen_fuzz-9dffb48716e4d940.rmeta: src/main.rs src/files.rs src/seeds.rs src/targets/mod.rs src/targets/cells.rs src/targets/codec.rs src/targets/csv.rs src/targets/filter.rs src/targets/load.rs src/targets/manifest.rs src/targets/simulator.rs src/targets/workbook_bytes.rs src/targets/workbook_cells.rs src/targets/workbook_parts.rs

src/main.rs:
src/files.rs:
src/seeds.rs:
src/targets/mod.rs:
src/targets/cells.rs:
src/targets/codec.rs:
src/targets/csv.rs:
src/targets/filter.rs:
src/targets/load.rs:
src/targets/manifest.rs:
src/targets/simulator.rs:
src/targets/workbook_bytes.rs:
src/targets/workbook_cells.rs:
src/targets/workbook_parts.rs:

# env-dep:CARGO_MANIFEST_DIR=/work/wt/hour/tests/fuzz

/work/wt/hour/tests/fuzz/target/release/deps/pin_project_lite-f0b364bbde51f931.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.17/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libpin_project_lite-f0b364bbde51f931.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.17/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/pin-project-lite-0.2.17/src/lib.rs:

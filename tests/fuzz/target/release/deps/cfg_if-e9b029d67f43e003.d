/work/wt/hour/tests/fuzz/target/release/deps/cfg_if-e9b029d67f43e003.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libcfg_if-e9b029d67f43e003.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/cfg-if-1.0.5/src/lib.rs:

/work/wt/hour/tests/fuzz/target/release/deps/futures_sink-e29a09bca54b4427.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/futures-sink-0.3.34/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libfutures_sink-e29a09bca54b4427.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/futures-sink-0.3.34/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/futures-sink-0.3.34/src/lib.rs:

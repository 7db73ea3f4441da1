/work/wt/hour/tests/fuzz/target/release/deps/libfuzzer_sys-e536df8f8da57edb.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/libfuzzer-sys-0.4.13/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/liblibfuzzer_sys-e536df8f8da57edb.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/libfuzzer-sys-0.4.13/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/libfuzzer-sys-0.4.13/src/lib.rs:

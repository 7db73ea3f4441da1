/work/wt/hour/tests/fuzz/target/release/deps/strsim-0eae79dbee313ee6.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/strsim-0.11.1/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libstrsim-0eae79dbee313ee6.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/strsim-0.11.1/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/strsim-0.11.1/src/lib.rs:

/work/wt/hour/tests/fuzz/target/release/deps/codepage-a8ae0b447629fc4a.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/codepage-0.1.3/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libcodepage-a8ae0b447629fc4a.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/codepage-0.1.3/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/codepage-0.1.3/src/lib.rs:

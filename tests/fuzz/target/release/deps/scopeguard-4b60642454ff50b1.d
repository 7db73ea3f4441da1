/work/wt/hour/tests/fuzz/target/release/deps/scopeguard-4b60642454ff50b1.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scopeguard-1.2.0/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libscopeguard-4b60642454ff50b1.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scopeguard-1.2.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/scopeguard-1.2.0/src/lib.rs:

/work/wt/hour/tests/fuzz/target/release/deps/fnv-40b4737ab8f3d66a.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/fnv-1.0.7/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libfnv-40b4737ab8f3d66a.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/fnv-1.0.7/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/fnv-1.0.7/lib.rs:

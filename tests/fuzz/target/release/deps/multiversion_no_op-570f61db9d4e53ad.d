/work/wt/hour/tests/fuzz/target/release/deps/multiversion_no_op-570f61db9d4e53ad.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/multiversion_no_op-1.0.0/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libmultiversion_no_op-570f61db9d4e53ad.so: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/multiversion_no_op-1.0.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/multiversion_no_op-1.0.0/src/lib.rs:

/work/wt/hour/tests/fuzz/target/release/deps/debug_unsafe-b63dcf2f6f76a2d8.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/option.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/slice.rs

/work/wt/hour/tests/fuzz/target/release/deps/libdebug_unsafe-b63dcf2f6f76a2d8.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/option.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/slice.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/option.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/debug_unsafe-0.1.4/src/slice.rs:

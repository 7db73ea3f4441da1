/work/wt/hour/tests/fuzz/target/release/deps/web_time-e3774f21d6f79d6a.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/web-time-1.1.0/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libweb_time-e3774f21d6f79d6a.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/web-time-1.1.0/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/web-time-1.1.0/src/lib.rs:

/work/wt/hour/tests/fuzz/target/release/deps/serial2_tokio-5a3625c6f1534751.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/inner/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/inner/unix.rs

/work/wt/hour/tests/fuzz/target/release/deps/libserial2_tokio-5a3625c6f1534751.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/inner/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/inner/unix.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/inner/mod.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-tokio-0.1.26/src/inner/unix.rs:

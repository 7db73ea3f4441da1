/work/wt/hour/tests/fuzz/target/release/deps/serial2-1f628bf440fe03bc.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/unix/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/into_settings.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/serial_port.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/settings.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/os.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/unix/linux/mod.rs

/work/wt/hour/tests/fuzz/target/release/deps/libserial2-1f628bf440fe03bc.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/unix/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/into_settings.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/serial_port.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/settings.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/os.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/unix/linux/mod.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/mod.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/unix/mod.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/into_settings.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/serial_port.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/settings.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/os.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serial2-0.2.39/src/sys/unix/linux/mod.rs:

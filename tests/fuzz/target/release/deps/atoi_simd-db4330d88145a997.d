/work/wt/hour/tests/fuzz/target/release/deps/atoi_simd-db4330d88145a997.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/error.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/fallback.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/fb_32.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/fb_64.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/short.rs

/work/wt/hour/tests/fuzz/target/release/deps/libatoi_simd-db4330d88145a997.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/error.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/fallback.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/mod.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/fb_32.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/fb_64.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/short.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/error.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/fallback.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/mod.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/fb_32.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/linker/fb_64.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/atoi_simd-0.18.1/src/short.rs:

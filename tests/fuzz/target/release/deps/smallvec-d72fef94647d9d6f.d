/work/wt/hour/tests/fuzz/target/release/deps/smallvec-d72fef94647d9d6f.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.5/src/lib.rs

/work/wt/hour/tests/fuzz/target/release/deps/libsmallvec-d72fef94647d9d6f.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.5/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/smallvec-1.16.5/src/lib.rs:

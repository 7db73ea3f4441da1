//! The fuzz targets, in one program so that it is linked once; docs/fuzzing.md says how they are run.
//!
//! `FUZZ_TARGET` names the target. With `FUZZ_SEEDS` inputs to begin with are written into that folder instead.

#![no_main]

mod files;
mod seeds;
mod targets;

use std::path::Path;
use std::process::exit;
use std::sync::OnceLock;

static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
            seeds::write(Path::new(&folder));
            exit(0);
        }
        let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
        let Some((_, target)) = targets::ALL.iter().find(|(known, _)| *known == name) else {
            eprintln!("FUZZ_TARGET has to be one of {}", targets::ALL.map(|(name, _)| name).join(", "));
            exit(2);
        };
        TARGET.get_or_init(|| *target);
    },
    |bytes: &[u8]| {
        if let Some(target) = TARGET.get() {
            target(bytes);
        }
    }
);

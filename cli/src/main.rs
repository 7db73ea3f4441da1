//! `modbus-bindgen`: typed Rust, documentation and data from a vendor's Modbus register table.
//!
//! Exit status 0: success. 1: error in the input or the device, or `--check` found a difference. 2: error in the
//! command line.

#![forbid(unsafe_code)]

mod args;
mod check;
mod diff;
mod docs;
mod export;
mod failure;
mod fix;
mod generate;
mod init;
mod input;
mod live;
mod lock;
mod output;
mod package;
mod packaging;
mod report;
mod revision;
mod sarif;
mod understood;

use std::process::ExitCode;

use clap::Parser as _;
use modbus_bindgen::diagnostic::inert_lines;

use crate::args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| refuse(&error));
    let done = match cli.command {
        Command::Generate(args) => generate::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Lock(args) => lock::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Docs(args) => docs::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Read(args) => live::read::run(&args),
        Command::Write(args) => live::write::run(&args),
        Command::Verify(args) => live::verify::run(&args),
        Command::Record(args) => live::record::run(&args),
        Command::Restore(args) => live::restore::run(&args),
        Command::Simulate(args) => live::simulate::run(&args),
        Command::Discover(args) => live::discover::run(&args),
        Command::Completions(args) => packaging::completions(&args),
        Command::Man(args) => packaging::man(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints a command line error, help or the version. The text can contain arguments: control characters in them are
/// escaped, and the colours are lost then.
fn refuse(error: &clap::Error) -> ! {
    let plain = error.render().to_string();
    let shown = inert_lines(&plain);
    if shown == plain {
        error.exit();
    }
    output::say(shown.trim_end());
    std::process::exit(error.exit_code())
}

//! Why a command did not do what it was asked, and the exit status that says so.

use std::process::ExitCode;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use modbus_bindgen::diagnostic::inert_lines;

use crate::args::Cli;
use crate::output;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is at fault, or `--check` found a difference; what is wrong has been said.
    Input,
    /// The same; this says what is wrong.
    Message(String),
    /// The command line is at fault.
    Usage(String),
}

impl Failure {
    /// Says what is wrong, if that has not been done.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Input => ExitCode::FAILURE,
            Self::Message(message) => {
                output::say(&format!("error: {message}"));
                ExitCode::FAILURE
            }
            Self::Usage(message) => Cli::command().error(ErrorKind::ArgumentConflict, inert_lines(&message)).exit(),
        }
    }
}

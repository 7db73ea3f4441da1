//! Why a command did not do what it was asked, and the exit status that says so.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use modbus_bindgen::diagnostic::inert_lines;

use crate::args::Cli;
use crate::output;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error in the input, or `--check` found a difference; it has been reported already.
    Input,
    /// The same, with the message still to be printed.
    Message(String),
    /// The user interrupted it.
    Interrupted,
    /// An error in the command line.
    Usage(String),
}

impl Failure {
    /// Prints what is wrong, if that has not been done.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Input => ExitCode::FAILURE,
            Self::Message(message) => {
                output::say(&format!("error: {message}"));
                ExitCode::FAILURE
            }
            Self::Interrupted => {
                // Terminals show a ^C where the cursor is.
                output::say(if std::io::stderr().is_terminal() { "\ninterrupted" } else { "interrupted" });
                // What shells report for a program that SIGINT ended.
                ExitCode::from(130)
            }
            Self::Usage(message) => {
                // The usage of the command that was called is what helps.
                let mut all = Cli::command();
                all.build();
                let called = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
                let command = called.and_then(|name| all.find_subcommand_mut(name).cloned());
                let error = command.unwrap_or(all).error(ErrorKind::ArgumentConflict, inert_lines(&message));
                error.exit()
            }
        }
    }
}

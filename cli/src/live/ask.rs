//! Questions on the terminal.

use std::io::{self, IsTerminal as _};

use modbus_bindgen::diagnostic::inert_lines;

use crate::failure::Failure;
use crate::output;

/// Whether somebody is there to be asked.
pub(crate) fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks; whether the answer is yes. No answer is none.
pub(crate) async fn yes(question: &str) -> Result<bool, Failure> {
    output::prompt(&format!("{} [y/N] ", inert_lines(question)));
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    let answer = answer.await.map_err(|error| Failure::Message(error.to_string()))?;
    let answer = answer.map_err(|error| Failure::Message(format!("the answer cannot be read: {error}")))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

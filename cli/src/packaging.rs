//! `completions` and `man`: what packagers install along with the program.

use clap::CommandFactory as _;

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::failure::Failure;
use crate::output;

pub(crate) fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "modbus-bindgen", &mut script);
    output::print(&String::from_utf8_lossy(&script))
}

pub(crate) fn man(args: &ManArgs) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Message(format!("the manual cannot be written: {error}"));
    if let Some(folder) = &args.out_dir {
        std::fs::create_dir_all(folder).map_err(failed)?;
        return clap_mangen::generate_to(Cli::command(), folder).map_err(failed);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(failed)?;
    output::print(&String::from_utf8_lossy(&page))
}

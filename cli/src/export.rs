//! `export`: the model for other tools.

use modbus_bindgen::emit;

use crate::args::{ExportArgs, ExportFormat, TargetArgs};
use crate::failure::Failure;
use crate::{input, output};

pub(crate) fn run(args: &ExportArgs) -> Result<(), Failure> {
    let inputs = input::load(std::slice::from_ref(&args.manifest))?;
    let target = TargetArgs { out: args.out.clone(), out_dir: None };
    match args.format {
        ExportFormat::Json => {
            output::deliver(&inputs, &target, args.check, "json", |input| emit::json::json(&input.device))
        }
    }
}

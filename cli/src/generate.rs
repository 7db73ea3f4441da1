//! `generate`: Rust from manifests.

use modbus_bindgen::emit;

use crate::args::GenerateArgs;
use crate::failure::Failure;
use crate::{input, output, package};

pub(crate) fn run(args: &GenerateArgs) -> Result<(), Failure> {
    output::one_each(&args.manifests, &args.target)?;
    let inputs = input::load(&args.manifests)?;
    match (&args.package, inputs.as_slice()) {
        (Some(folder), [input]) => {
            let files = package::files(&input.device, folder, args.runtime_path.as_deref())?;
            output::files(&files, &inputs, args.check)
        }
        _ => output::deliver(&inputs, &args.target, args.check, "rs", |input| emit::rust::source(&input.device)),
    }
}

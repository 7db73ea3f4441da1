//! `generate`: Rust from manifests.

use modbus_bindgen::emit;
use modbus_bindgen::emit::rust::Parts;

use crate::args::GenerateArgs;
use crate::failure::Failure;
use crate::{input, output, package};

pub(crate) fn run(args: &GenerateArgs) -> Result<(), Failure> {
    output::one_each(&args.manifests, &args.target)?;
    let inputs = input::load(&args.manifests)?;
    let parts = if args.points_only { Parts::Points } else { Parts::All };
    match (&args.package, inputs.as_slice()) {
        (Some(folder), [input]) => {
            let files = package::files(&input.device, parts, folder, args.runtime_path.as_deref())?;
            output::files(&files, &inputs, args.check)
        }
        _ => output::deliver(&inputs, &args.target, args.check, "rs", |input| {
            emit::rust::source_of(&input.device, parts)
        }),
    }
}

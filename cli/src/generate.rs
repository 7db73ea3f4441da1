//! `generate`: Rust from manifests.

use modbus_bindgen::emit;
use modbus_bindgen::emit::rust::Parts;

use crate::args::GenerateArgs;
use crate::failure::Failure;
use crate::input::Input;
use crate::{input, lock, output, package};

pub(crate) fn run(args: &GenerateArgs) -> Result<(), Failure> {
    output::one_each(&args.manifests, &args.target)?;
    let inputs = input::load(&args.manifests)?;
    let is_written = args.package.is_some() || args.target.out.is_some() || args.target.out_dir.is_some();
    if args.check {
        // What changed is said before what differs because of it.
        let locked = inputs.iter().filter(|input| !lock::compare(input)).count() == 0;
        let same = deliver(args, &inputs);
        return same.and(if locked { Ok(()) } else { Err(Failure::Input) });
    }
    deliver(args, &inputs)?;
    // Only what was generated is locked.
    if is_written { inputs.iter().try_for_each(lock::update) } else { Ok(()) }
}

fn deliver(args: &GenerateArgs, inputs: &[Input]) -> Result<(), Failure> {
    let parts = if args.points_only { Parts::Points } else { Parts::All };
    match (&args.package, inputs) {
        (Some(folder), [input]) => {
            let files = package::files(&input.device, parts, folder, args.runtime_path.as_deref())?;
            output::files(&files, inputs, args.check)
        }
        _ => {
            output::deliver(inputs, &args.target, args.check, "rs", |input| emit::rust::source_of(&input.device, parts))
        }
    }
}

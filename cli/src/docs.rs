//! `docs`: register tables for people.

use modbus_bindgen::emit;

use crate::args::{DocsArgs, DocsFormat};
use crate::failure::Failure;
use crate::{input, output};

pub(crate) fn run(args: &DocsArgs) -> Result<(), Failure> {
    output::one_each(&args.manifests, &args.target)?;
    let inputs = input::load(&args.manifests)?;
    match args.format {
        DocsFormat::Md => {
            output::deliver(&inputs, &args.target, args.check, "md", |input| emit::markdown::markdown(&input.device))
        }
    }
}

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
            let page = |input: &input::Input| emit::markdown::markdown(&input.device, args.lang.as_deref());
            output::deliver(&inputs, &args.target, args.check, "md", page)
        }
    }
}

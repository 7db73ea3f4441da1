//! `docs`: register tables for people.

use std::collections::BTreeMap;
use std::path::Path;

use modbus_bindgen::emit::{self, html};

use crate::args::{DocsArgs, DocsFormat};
use crate::failure::Failure;
use crate::{input, live, output};

pub(crate) fn run(args: &DocsArgs) -> Result<(), Failure> {
    output::one_each(&args.manifests, &args.target)?;
    let inputs = input::load(&args.manifests)?;
    let language = args.lang.as_deref();
    let values = match (&args.values, inputs.as_slice()) {
        (None, _) => None,
        (Some(image), [input]) => Some(live::recorded_values(&input.device, language, image)?),
        (Some(_), _) => return Err(Failure::Usage("--values takes one manifest".to_owned())),
    };
    match args.format {
        DocsFormat::Md => output::deliver(&inputs, &args.target, args.check, "md", |input| match &values {
            None => emit::markdown::markdown(&input.device, language),
            Some(values) => emit::markdown::markdown_with_values(&input.device, language, values),
        }),
        DocsFormat::Html => {
            let plans = inputs.iter().map(|input| Ok((input.manifest.as_path(), live::plan::for_page(&input.device)?)));
            let plans: BTreeMap<&Path, html::Plan> = plans.collect::<Result<_, Failure>>()?;
            output::deliver(&inputs, &args.target, args.check, "html", |input| {
                let plan = plans.get(input.manifest.as_path());
                html::html(&input.device, &html::Options { language, plan, changes: None, values: values.as_ref() })
            })
        }
    }
}

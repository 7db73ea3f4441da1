//! `docs`: register tables for people.

use std::collections::BTreeMap;
use std::path::Path;

use modbus_bindgen::diff;
use modbus_bindgen::emit::{self, html};

use crate::args::{DocsArgs, DocsFormat};
use crate::failure::Failure;
use crate::{input, live, output, revision};

pub(crate) fn run(args: &DocsArgs) -> Result<(), Failure> {
    output::one_each(&args.manifests, &args.target)?;
    if args.since.is_some() && args.format != DocsFormat::Html {
        return Err(Failure::Usage("--since needs --format html; `diff` lists the changes".to_owned()));
    }
    let changes = match (&args.since, args.manifests.as_slice()) {
        (None, _) => None,
        (Some(old), [manifest]) => Some(changes(old, manifest)?),
        (Some(_), _) => return Err(Failure::Usage("--since takes one manifest".to_owned())),
    };
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
                let changes = changes.as_ref();
                html::html(&input.device, &html::Options { language, plan, changes, values: values.as_ref() })
            })
        }
    }
}

/// What changed since an older table.
fn changes(old: &Path, new: &Path) -> Result<html::Changes, Failure> {
    let (before, now) = (revision::read(old)?, revision::read(new)?);
    let (Some(before), Some(now)) = (before.revision(), now.revision()) else { return Err(Failure::Input) };
    Ok(diff::page(&diff::diff(before, now), &old.display().to_string()))
}

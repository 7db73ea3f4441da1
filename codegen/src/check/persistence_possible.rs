//! What makes a value survive a restart is a command of the device.

use super::{Subject, error};
use crate::diagnostic::{Diagnostics, said};
use crate::model::Role;
use crate::suggest;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    let commands: Vec<String> = device
        .points
        .iter()
        .flat_map(|point| match point.role {
            Role::Command { trigger: Some(_) } => vec![point.id.clone()],
            Role::Command { trigger: None } => {
                super::triggers(device, point).into_iter().map(|(name, ..)| name).collect()
            }
            Role::Value => Vec::new(),
        })
        .collect();
    for point in &device.points {
        let Some(command) = point.persistent.as_ref().filter(|command| !commands.contains(command)) else { continue };
        // Merged, since many values survive by the same command.
        diagnostics.merge(
            error("E0628", said!("there is no command `{command}`", command), point)
                .expected("a command of the device, as its method is called")
                .help(suggest::nearest_of("command", command, commands.iter().map(String::as_str))),
        );
    }
}

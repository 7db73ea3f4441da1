//! A value is no longer than the largest request of the device: its registers are read, and written, in one request.

use super::{Subject, place};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::model::Point;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let link = &subject.device.link;
    for (what, key, most, used) in [
        ("read", "max_read_registers", link.max_read_registers, is_read as fn(&Point) -> bool),
        ("written", "max_write_registers", link.max_write_registers, is_written),
    ] {
        let is_long = |point: &&Point| !point.table.is_bit() && point.words.len() > usize::from(most);
        let long: Vec<&Point> = subject.device.points.iter().filter(|point| used(point)).filter(is_long).collect();
        if long.is_empty() {
            continue;
        }
        let are = if long.len() == 1 { "a value is" } else { "values are" };
        let message =
            said!("{are} longer than the largest request, {most} registers, and never {what}", are, most, what);
        diagnostics.push(
            long.into_iter()
                .fold(Diagnostic::warning("W0635", message), |warning, point| warning.at(place(point)))
                .expected(format!("values of at most {most} registers, or a larger {key} in [link]"))
                .help("the registers of a value are one request, since the device may change them between two"),
        );
    }
}

fn is_read(point: &Point) -> bool {
    point.access.reads()
}

fn is_written(point: &Point) -> bool {
    point.access.writes()
}

//! Every label gives a Rust name that can be a method beside the ones every device and every element of an array has.

use std::collections::BTreeSet;

use super::type_names_distinct::PRELUDE;
use super::{Subject, error, rename};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Device, Limits, Point, Role};
use crate::names;

/// Methods every generated device has.
const METHODS: [&str; 6] = ["new", "unit", "read", "write", "read_all", "absent"];

/// Methods every element of an array with members has.
const ELEMENT_METHODS: [&str; 4] = ["new", "unit", "read", "no"];

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    let name = names::pascal(&device.name);
    if PRELUDE.contains(&name.as_str()) || !name.is_empty() && names::is_keyword(&name) {
        diagnostics.push(
            Diagnostic::error("E0612", format!("`{name}`, the device in Rust, is a name of Rust's own"))
                .at(subject.manifest.name.place.clone().holds(&device.name))
                .expected("a name in [device] that is no word of Rust")
                .help("with the vendor's name before it, it is one"),
        );
    } else if name.is_empty() {
        diagnostics.push(
            Diagnostic::error("E0612", "the device's name gives no Rust name")
                .at(subject.manifest.name.place.clone().holds(&device.name))
                .expected("a name with letters in [device]"),
        );
    }
    let mut scopes: Vec<Scope<'_>> = vec![Scope::of_device(device)];
    scopes.extend(device.arrays.iter().map(|array| Scope::of_element(device, &array.name)));
    for scope in scopes {
        let of = if scope.of_element { "an element" } else { "the device" };
        for (name, point) in &scope.names {
            let name = name.as_str();
            let (code, message, expected) = if name.is_empty() && point.description.is_empty() && point.label.is_empty()
            {
                ("E0613", "a register has no description".to_owned(), "its name in this cell")
            } else if name.is_empty() {
                ("E0613", format!("“{}” gives no Rust name", point.label), "a label with letters or digits")
            } else if begins_with_digit(name, point, scope.of_element) {
                let label = if scope.of_element { member_label(point) } else { &point.label };
                let message = format!("“{label}” gives no Rust name: none begins with a digit");
                ("E0613", message, "a label that begins with a letter: “Stage 2” for “2nd stage”")
            } else if names::is_keyword(name) {
                ("E0614", format!("`{name}` is a keyword of Rust"), "another label")
            } else if scope.methods.contains(name) {
                ("E0615", format!("`{name}` is the name of another method of {of}"), "another label")
            } else {
                continue;
            };
            // Merged, since the elements of an array share the names of their members.
            let help = if scope.of_element { rename_member(point) } else { rename(point) };
            diagnostics.merge(error(code, message, point).expected(expected).help(help));
        }
    }
}

/// Names that are methods of one type.
struct Scope<'a> {
    of_element: bool,
    /// Those that labels give, each with the point it comes from.
    names: Vec<(String, &'a Point)>,
    /// Those that are made beside them.
    methods: BTreeSet<String>,
}

impl<'a> Scope<'a> {
    fn of_device(device: &'a Device) -> Self {
        let mut scope = Self { of_element: false, names: Vec::new(), methods: methods(&METHODS) };
        let mut arrays: BTreeSet<&str> = BTreeSet::new();
        scope.methods.extend(device.groups.iter().map(|group| format!("read_{}", names::snake(group))));
        for point in &device.points {
            match &point.array {
                None => scope.add(&point.id, point, device),
                Some(place) if arrays.insert(&place.array) => scope.names.push((place.array.clone(), point)),
                Some(_) => {}
            }
        }
        scope
    }

    fn of_element(device: &'a Device, array: &str) -> Self {
        let mut scope = Self { of_element: true, names: Vec::new(), methods: methods(&ELEMENT_METHODS) };
        for point in &device.points {
            // The element itself has the name of its array.
            if let Some(place) =
                point.array.as_ref().filter(|place| place.array == array && !place.member_label.is_empty())
            {
                scope.add(&place.member, point, device);
            }
        }
        scope
    }

    fn add(&mut self, name: &str, point: &'a Point, device: &Device) {
        self.names.push((name.to_owned(), point));
        if point.access.writes() && point.role == Role::Value {
            self.methods.insert(format!("set_{name}"));
        }
        if point.limits.as_ref().is_some_and(Limits::in_registers) {
            self.methods.insert(format!("{name}_limits"));
        }
        // A command that takes one of a list of values is a method for each of them.
        self.names.extend(super::triggers(device, point).into_iter().map(|trigger| (trigger, point)));
    }
}

/// Whether the label begins with a digit and is where the name comes from.
fn begins_with_digit(name: &str, point: &Point, of_element: bool) -> bool {
    let label = if of_element { member_label(point) } else { &point.label };
    names::begins_with_digit(label)
        && names::snake(label) == name
        && !point.corrections.iter().any(|correction| correction.field == "id")
}

fn member_label(point: &Point) -> &str {
    point.array.as_ref().map(|place| place.member_label.as_str()).unwrap_or_default()
}

/// How a member of an array gets another name.
fn rename_member(point: &Point) -> String {
    let member = member_label(point);
    format!("give it another identifier in its [[array]]: ids = {{ {} = \"…\" }}", toml::Value::from(member))
}

fn methods(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

//! Every label gives a Rust name that can be a method beside the ones every device and every element of an array has.

use std::collections::BTreeSet;

use super::type_names_distinct::PRELUDE;
use super::{Subject, array_renamed, device_renamed, member_renamed, place, renamed, value_renamed};
use crate::diagnostic::{Diagnostic, Diagnostics, said};
use crate::model::{Array, ArrayPlace, Device, Limits, Point, Role, ValueLabel, ValueType};
use crate::names;

/// Methods every generated device has.
const METHODS: [&str; 6] = ["new", "unit", "read", "write", "read_all", "absent"];

/// Further ones of a device that tells its variant.
const DETECTING: [&str; 2] = ["detect", "variant"];

/// Methods every element of an array with members has.
const ELEMENT_METHODS: [&str; 4] = ["new", "unit", "read", "no"];

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    check_device(subject, diagnostics);
    let mut scopes: Vec<Scope<'_>> = vec![Scope::of_device(device)];
    scopes.extend(device.arrays.iter().map(|array| Scope::of_element(device, &array.name)));
    for scope in scopes {
        for item in &scope.items {
            let (name, label) = (item.name.as_str(), item.label());
            let is_register = matches!(item.of, Of::Point);
            let (code, message, expected) =
                if name.is_empty() && label.is_empty() && item.point.description.is_empty() && is_register {
                    ("E0613", "a register has no description".into(), "its name in this cell")
                } else if name.is_empty() {
                    let message = said!("“{label}” cannot be made into a Rust name", label);
                    ("E0613", message, "a label with letters or digits, of the Latin alphabet")
                } else if item.begins_with_digit() {
                    let message = said!("“{label}” cannot be a Rust name: it begins with a digit", label);
                    ("E0613", message, "a label that begins with a letter: “Stage 2” for “2nd stage”")
                } else if names::is_keyword(name) {
                    ("E0614", said!("`{name}` is a keyword of Rust", name), "another label")
                } else if scope.methods.contains(name) {
                    (
                        "E0615",
                        said!("`{name}` is the name of another method of {of}", name, of = &scope.of),
                        "another label",
                    )
                } else {
                    continue;
                };
            let at = match item.of {
                Of::Array(array) => place(item.point).holds(&array.label),
                Of::Point | Of::Member(_) | Of::Value(..) => place(item.point),
            };
            let error = Diagnostic::error(code, message).at(at).expected(expected);
            // Merged, since the elements of an array share the names of their members.
            diagnostics.merge(match item.of {
                Of::Point if label.is_empty() && item.point.description.is_empty() => {
                    renamed(error, item.point).help("give it a name, or leave out the row with `skip` in the [[sheet]]")
                }
                Of::Point => renamed(error, item.point),
                Of::Array(array) => array_renamed(error, subject, array),
                Of::Member(place) => member_renamed(error, place),
                Of::Value(value_type, label) => value_renamed(error, value_type, label),
            });
        }
    }
}

fn check_device(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let device = subject.device;
    let text = subject.manifest.names.device(&device.name);
    let name = device.type_name.as_str();
    let (message, expected) = if name.is_empty() {
        ("the device's name cannot be made into a Rust name".into(), "a name with letters of the Latin alphabet")
    } else if names::begins_with_digit(text) {
        let message = said!("“{text}” cannot be a Rust name: it begins with a digit", text);
        (message, "a name that begins with a letter")
    } else if PRELUDE.contains(&name) || names::is_keyword(name) {
        (
            said!("the device's Rust name, `{name}`, is already used by Rust", name),
            "a name that begins with the vendor's",
        )
    } else {
        return;
    };
    let error = Diagnostic::error("E0612", message)
        .at(subject.manifest.name.place.clone().holds(&device.name))
        .expected(expected);
    diagnostics.push(device_renamed(error, device));
}

/// Names that are methods of one type.
struct Scope<'a> {
    /// What has them.
    of: &'static str,
    /// Those that labels give.
    items: Vec<Item<'a>>,
    /// Those that are made beside them.
    methods: BTreeSet<String>,
}

/// A name, and what it comes from.
struct Item<'a> {
    name: String,
    of: Of<'a>,
    point: &'a Point,
}

/// What has a name.
enum Of<'a> {
    Point,
    Array(&'a Array),
    Member(&'a ArrayPlace),
    /// One of the values of a command.
    Value(&'a ValueType, &'a ValueLabel),
}

impl<'a> Scope<'a> {
    fn of_device(device: &'a Device) -> Self {
        let mut scope = Self { of: "the device", items: Vec::new(), methods: methods(&METHODS) };
        if device.detect.is_some() {
            scope.methods.extend(methods(&DETECTING));
        }
        let mut arrays: BTreeSet<&str> = BTreeSet::new();
        scope.methods.extend(device.groups.iter().map(|group| format!("read_{}", names::snake(&group.name))));
        for point in &device.points {
            match &point.array {
                None => scope.add(Item { name: point.id.clone(), of: Of::Point, point }, device),
                Some(place) if arrays.insert(&place.array) => {
                    let array = device.arrays.iter().find(|array| array.name == place.array);
                    let of = array.map_or(Of::Point, Of::Array);
                    scope.items.push(Item { name: place.array.clone(), of, point });
                }
                Some(_) => {}
            }
        }
        scope
    }

    fn of_element(device: &'a Device, array: &str) -> Self {
        let mut scope = Self { of: "an element", items: Vec::new(), methods: methods(&ELEMENT_METHODS) };
        for point in &device.points {
            // The element itself has the name of its array.
            if let Some(place) =
                point.array.as_ref().filter(|place| place.array == array && !place.member_label.is_empty())
            {
                scope.add(Item { name: place.member.clone(), of: Of::Member(place), point }, device);
            }
        }
        scope
    }

    fn add(&mut self, item: Item<'a>, device: &'a Device) {
        let Item { name, point, .. } = &item;
        if point.access.writes() && point.role == Role::Value {
            self.methods.insert(format!("set_{name}"));
        }
        if point.limits.as_ref().is_some_and(Limits::in_registers) {
            self.methods.insert(format!("{name}_limits"));
        }
        let point = *point;
        self.items.push(item);
        // A command that takes one of a list of values is a method for each of them.
        let triggers = super::triggers(device, point);
        self.items.extend(triggers.into_iter().map(|(name, of, label)| Item { name, of: Of::Value(of, label), point }));
    }
}

impl Item<'_> {
    /// What gives the name.
    fn label(&self) -> &str {
        match self.of {
            Of::Point => &self.point.label,
            Of::Array(array) => &array.label,
            Of::Member(place) => &place.member_label,
            Of::Value(_, label) => &label.label,
        }
    }

    /// Whether the label begins with a digit and is where the name comes from. That of a value gets an N.
    fn begins_with_digit(&self) -> bool {
        let label = self.label();
        let is_made_so =
            self.name.strip_prefix('n').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
        is_made_so
            && !matches!(self.of, Of::Value(..))
            && names::begins_with_digit(label)
            && names::snake(label) == self.name
            && !self.point.corrections.iter().any(|correction| correction.field == "id")
    }
}

fn methods(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

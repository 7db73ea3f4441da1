//! A Python module for `modbus-connection`, the library that device integrations of Home Assistant are built on: a class
//! for each table and group, enums, flags, and a method for each value that can be written.

mod classes;
mod field;
mod types;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use self::classes::{Class, classes};
use self::field::Helper;
use super::facts::Ledger;
use super::names;
use super::text::{line, quoted};
use super::{Exported, Options};
use crate::model::{Device, Gaps};

/// What the module needs besides the library, in the order of [`Helper`].
const OPEN_ENUM: &str = include_str!("modbus_connection/open_enum.py");
const LIMITS: &str = include_str!("modbus_connection/limits.py");
const EXACT_FIELD: &str = include_str!("modbus_connection/exact_field.py");

pub(super) fn module(device: &Device, options: &Options) -> Exported {
    let mut ledger = Ledger::default();
    let mut helpers = BTreeSet::new();
    // Names that the module uses itself.
    let own = ["Any", "Fraction", "IntEnum", "IntFlag", "POINTS", "annotations", "math", "struct"];
    let mut taken: BTreeSet<String> = own.iter().chain(&types::KEYWORDS).map(|name| (*name).to_owned()).collect();
    let device_class = types::free(&mut taken, &device.type_name);
    let types = types::types(device, options, &mut taken, &mut helpers);
    let (classes, left_out) = classes(device, options, &mut taken, &types, &mut ledger, &mut helpers);
    let mut body = String::new();
    for text in types.sources() {
        body.push_str(text);
    }
    for class in &classes {
        write_class(&mut body, class, device);
    }
    write_device(&mut body, device, options, &device_class, &classes);
    let text = format!("{}{}{body}", head(device, options, &left_out), imports(&helpers));
    Exported::new(text, ledger)
}

fn head(device: &Device, options: &Options, left_out: &[String]) -> String {
    let mut text = format!("# {}.\n", super::mark(device));
    for why in left_out {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {why}");
    }
    let about = device.description.as_deref().or(device.document.as_deref()).unwrap_or_default();
    let about = if about.is_empty() { String::new() } else { format!(" {}", doc(about)) };
    let _ = writeln!(text, "\"\"\"{}.{about}\"\"\"\n", doc(names::device(device, options)));
    text
}

/// A text in a documentation string.
fn doc(text: &str) -> String {
    line(text).replace('\\', "\\\\").replace('"', "'")
}

fn imports(helpers: &BTreeSet<Helper>) -> String {
    let has = |helper| helpers.contains(&helper);
    let mut text = "from __future__ import annotations\n\n".to_owned();
    if has(Helper::ExactField) {
        text.push_str("import math\nimport struct\n");
    }
    let enums: Vec<&str> = [(Helper::OpenEnum, "IntEnum"), (Helper::Flags, "IntFlag")]
        .into_iter()
        .filter_map(|(helper, name)| has(helper).then_some(name))
        .collect();
    if !enums.is_empty() {
        let _ = writeln!(text, "from enum import {}", enums.join(", "));
    }
    if has(Helper::Limits) || has(Helper::ExactField) {
        text.push_str("from fractions import Fraction\n");
    }
    text.push_str("from typing import Any\n\nfrom modbus_connection import model as _model\n");
    for (helper, source) in [(Helper::OpenEnum, OPEN_ENUM), (Helper::Limits, LIMITS), (Helper::ExactField, EXACT_FIELD)]
    {
        if has(helper) {
            let _ = write!(text, "\n\n{source}");
        }
    }
    text
}

fn write_class(body: &mut String, class: &Class, device: &Device) {
    let _ = write!(body, "\n\nclass {}(_model.Component):\n    \"\"\"{}\"\"\"\n", class.name, doc(&class.about));
    let _ = writeln!(body, "\n    register_space = \"{}\"", class.space);
    let link = &device.link;
    let gap = if let Gaps::UpTo(gap) = link.gaps { gap } else { 0 };
    let span = if class.is_bits { link.max_read_bits } else { link.max_read_registers };
    let _ = writeln!(body, "    max_gap = {gap}\n    max_span = {span}\n");
    for field in &class.fields {
        for comment in &field.comments {
            let _ = writeln!(body, "    # {comment}");
        }
        let _ = writeln!(body, "    {} = {}", field.name, field.declaration);
    }
    for field in &class.fields {
        if let Some(setter) = &field.setter {
            let _ = write!(body, "\n{setter}");
        }
    }
}

fn write_device(body: &mut String, device: &Device, options: &Options, name: &str, classes: &[Class]) {
    let home = device.link.unit_id;
    let _ = write!(
        body,
        "\n\nclass {name}(_model.Device):\n    \"\"\"{}\n\n    ``variant`` adds what only that model has to what is \
         polled.\n    \"\"\"\n\n    def __init__(\n        self, connection: Any, unit_id: int = {home}, variant: str | \
         None = None\n    ) -> None:\n        unit = connection.for_unit(unit_id)\n        super().__init__(unit)\n        \
         self.polled: list[str] = []\n",
        doc(&format!("{}.", names::device(device, options))),
    );
    for class in classes {
        let unit = class.unit_id.map_or_else(|| "unit".to_owned(), |unit| format!("connection.for_unit({unit})"));
        let indent = if class.is_polled && !class.variants.is_empty() { "            " } else { "        " };
        match &class.elements {
            None => {
                let _ = writeln!(body, "        self.{} = {}({unit})", class.attribute, class.name);
            }
            Some(elements) => {
                let numbers: Vec<String> = elements.iter().map(u16::to_string).collect();
                let _ = writeln!(
                    body,
                    "        self.{} = {{\n            number: {}({unit}, index)\n            for index, number in \
                     enumerate([{}], 1)\n        }}",
                    class.attribute,
                    class.name,
                    numbers.join(", ")
                );
                let _ = writeln!(
                    body,
                    "        for number, element in self.{0}.items():\n            setattr(self, f\"{0}_{{number}}\", \
                     element)",
                    class.attribute
                );
            }
        }
        if class.is_polled {
            if !class.variants.is_empty() {
                let variants: Vec<String> = class.variants.iter().map(|variant| quoted(variant)).collect();
                let _ = writeln!(body, "        if variant in [{}]:", variants.join(", "));
            }
            let _ = match &class.elements {
                None => writeln!(body, "{indent}self.polled.append(\"{}\")", class.attribute),
                Some(_) => {
                    writeln!(
                        body,
                        "{indent}self.polled.extend(f\"{0}_{{number}}\" for number in self.{0})",
                        class.attribute
                    )
                }
            };
        }
    }
    body.push_str(
        "\n    async def async_update(self) -> Any:\n        \"\"\"Read all that can be polled; the report names what \
         failed.\"\"\"\n        return await self.async_poll(self.polled)\n",
    );
    body.push_str(
        "\n\n#: Component and field of each point, by its identifier.\nPOINTS: dict[str, tuple[str, str]] = {\n",
    );
    for class in classes {
        for (id, attribute, field) in &class.points {
            let _ = writeln!(body, "    {}: (\"{attribute}\", \"{field}\"),", quoted(id));
        }
    }
    body.push_str("}\n");
}

//! A point as a row: its cells, what the script has to know of it, and its details. End tags that HTML does not need are left
//! out: of a page with thousands of rows they are a tenth.

use std::fmt::Write as _;

use super::columns::{Column, NAME};
use super::text::text;
use super::{Page, map};
use crate::emit::item::{Item, Part};
use crate::model::{Access, Element, Kind, Packing, Point, RawType, Role, Table};
use crate::ratio::Ratio;

impl Page<'_> {
    /// The row of a point; of an array, `element` says where it belongs.
    pub(super) fn row(
        &self,
        columns: &[&Column],
        point: &Point,
        item: &Item<'_>,
        element: Option<(&Part<'_>, &Element)>,
        out: &mut String,
    ) {
        let first = self.first_at.contains(point.id.as_str());
        // Writing to a string cannot fail.
        let _ = write!(out, "<tr id=\"{}\"{}>", text(&point.id), self.data(point));
        for column in columns {
            if column.header == NAME {
                self.name_cell(point, item, element, first, out);
                continue;
            }
            let anchor = (column.header == "Address" && first).then(|| map::anchor(point.table, point.address()));
            let anchor = anchor.map(|anchor| format!(" id=\"{anchor}\"")).unwrap_or_default();
            let _ = write!(out, "<td{}{anchor}>{}", column.attributes, (column.cell)(self, point));
        }
        out.push_str("<td><details><summary aria-label=\"Details\"></summary><div class=\"d\">");
        self.details(point, item, element, out);
        out.push_str("</div></details>");
    }

    fn name_cell(
        &self,
        point: &Point,
        item: &Item<'_>,
        element: Option<(&Part<'_>, &Element)>,
        first: bool,
        out: &mut String,
    ) {
        let label = match element {
            Some((part, _)) if part.is_bare() => self.full_label(point),
            _ => self.languages.label(item.label, item.translations.iter().copied()),
        };
        let anchor = match first {
            true => format!(" id=\"{}\"", map::classic_anchor(point.table, point.address())),
            false => String::new(),
        };
        let _ = write!(out, "<th scope=\"row\"{anchor}>{label}");
        if let Some(id) = point.unit_id {
            let _ = write!(out, " <span class=\"tag\">unit {id}</span>");
        }
        for variant in &point.variants {
            let _ = write!(out, " <span class=\"tag\">{}</span>", text(variant));
        }
        for change in self.changes.get(point.id.as_str()).into_iter().flatten() {
            let _ = write!(out, " <span class=\"tag new\">{}</span>", text(&change.kind));
        }
    }

    /// What the script filters by and decodes with; what is usual is left out.
    fn data(&self, point: &Point) -> String {
        let words: Vec<String> = point.words.iter().map(ToString::to_string).collect();
        let mut out = format!(" data-t=\"{}\" data-w=\"{}\"", table_key(point.table), words.join(" "));
        let mut attribute = |name: &str, value: &str| {
            let _ = write!(out, " data-{name}=\"{}\"", text(value));
        };
        attribute("a", access_key(point));
        match point.raw {
            RawType::Bool => {}
            RawType::Integer { bits, signed } => attribute("r", &format!("{}{bits}", if signed { 'i' } else { 'u' })),
            RawType::Float { bits } => attribute("r", &format!("f{bits}")),
            RawType::Bcd { digits } => attribute("r", &format!("d{digits}")),
            RawType::SignMagnitude { bits } => attribute("r", &format!("s{bits}")),
            RawType::Modulo10000 { bits, signed } => {
                attribute("r", &format!("{}{bits}", if signed { 'n' } else { 'm' }));
            }
            RawType::Bytes => attribute("r", "bytes"),
            RawType::Text { encoding, packing } => {
                attribute("r", "text");
                attribute("e", encoding.key());
                attribute(
                    "p",
                    match packing {
                        Packing::TwoHighFirst => "2",
                        Packing::TwoLowFirst => "2l",
                        Packing::One => "1",
                    },
                );
            }
        }
        if matches!(point.kind, Kind::Scaled | Kind::Special(_)) {
            if point.scale != Ratio::ONE {
                attribute("s", &fraction(point.scale));
            }
            if point.offset != Ratio::ZERO {
                attribute("o", &fraction(point.offset));
            }
        }
        if point.kind == Kind::Bool && point.raw != RawType::Bool {
            attribute("k", "b");
        }
        if let Some(register) = point.scale_register {
            attribute("z", &register.to_string());
        }
        if point.byte_swapped {
            attribute("x", "1");
        }
        if let Some((low, high)) = point.bit_range {
            attribute("b", &format!("{low} {high}"));
        }
        if let Some(unit) = &point.unit {
            attribute("u", unit);
        }
        if !point.not_available.is_empty() {
            let raw: Vec<String> = point.not_available.iter().map(ToString::to_string).collect();
            attribute("n", &raw.join(" "));
        }
        if let Some(id) = point.unit_id {
            attribute("i", &id.to_string());
        }
        if !point.variants.is_empty() {
            let known = self.device.variants.iter().enumerate();
            let having = known.filter(|(_, name)| point.variants.contains(name)).map(|(index, _)| index.to_string());
            attribute("v", &having.collect::<Vec<_>>().join(" "));
        }
        if self.changes.contains_key(point.id.as_str()) {
            attribute("c", "1");
        }
        out
    }
}

/// `h` for holding registers.
pub(super) fn table_key(table: Table) -> &'static str {
    match table {
        Table::Coil => "c",
        Table::DiscreteInput => "d",
        Table::InputRegister => "i",
        Table::HoldingRegister => "h",
    }
}

fn access_key(point: &Point) -> &'static str {
    match (point.role, point.access) {
        (Role::Command { .. }, _) => "c",
        (Role::Value, Access::Read) => "r",
        (Role::Value, Access::Write) => "w",
        (Role::Value, Access::ReadWrite) => "rw",
    }
}

fn fraction(ratio: Ratio) -> String {
    format!("{}/{}", ratio.numerator(), ratio.denominator())
}

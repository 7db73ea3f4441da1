//! How readings are divided into structs.
//!
//! A struct of thousands of fields takes rustc minutes; structs of at most [`LIMIT`] fields take it no time that
//! grows faster than their number. Groups become structs, larger groups are divided by Modbus table, and larger
//! tables by address, at round ones: a point that is added changes no other part than its own.

use std::collections::BTreeMap;

use super::names;
use crate::emit::item::{Family, Item, is_in_readings};
use crate::model::{Device, Point, Role, Table, UNGROUPED};

/// Fields of one struct of readings, at most.
pub(super) const LIMIT: usize = 100;

/// Addresses of one part, at most: each a multiple of the next.
const SPANS: [u16; 9] = [10_000, 5000, 1000, 500, 100, 50, 10, 5, 1];

/// The structs of readings, and what is in none of them.
pub(super) struct Layout<'a> {
    /// The points of no array, by address.
    pub(super) singles: Vec<&'a Point>,
    /// All readings but those of arrays.
    pub(super) top: Node<'a>,
    /// The arrays.
    pub(super) families: Vec<Family<'a>>,
    /// Commands that can be read: reading everything asks whether the device has them.
    pub(super) commands: Vec<Item<'a>>,
    /// Points of no array that are in no readings: they cannot be read, or reading them changes the device.
    pub(super) apart: Vec<Item<'a>>,
}

/// One struct.
pub(super) struct Node<'a> {
    /// Its name: `HeatPumpUnitReadings`.
    pub(super) type_name: String,
    /// What is in it, for people: `“Heat pump unit”`.
    pub(super) title: String,
    /// The title of the group that it is.
    pub(super) group: Option<&'a str>,
    /// Its fields.
    pub(super) members: Members<'a>,
}

/// The fields of a struct.
pub(super) enum Members<'a> {
    /// One for each point.
    Points(Vec<&'a Point>),
    /// One for each part, by name.
    Nodes(Vec<(String, Node<'a>)>),
}

impl<'a> Layout<'a> {
    /// Divides the readable points of a device.
    pub(super) fn of(device: &'a Device) -> Self {
        let mut points: Vec<&Point> = device.points.iter().collect();
        points.sort_by(|one, other| order(one).cmp(&order(other)));
        let families = Family::of(device, &points);
        points.retain(|point| point.array.is_none());
        let (values, rest): (Vec<&Point>, Vec<&Point>) = points.iter().partition(|point| is_in_readings(point));
        let (commands, apart): (Vec<&Point>, Vec<&Point>) =
            rest.into_iter().partition(|point| point.role != Role::Value && point.access.reads());
        let device_name = device.type_name.clone();
        let type_name = format!("{device_name}Readings");
        let title = "every readable point".to_owned();
        let members = if device.groups.is_empty() {
            divided(&device_name, &title, values)
        } else {
            Members::Nodes(groups(device, &values))
        };
        Self {
            singles: points,
            top: Node { type_name, title, group: None, members },
            families,
            commands: commands.into_iter().map(Item::single).collect(),
            apart: apart.into_iter().map(Item::single).collect(),
        }
    }
}

/// What points are ordered by.
fn order(point: &Point) -> (Table, u16, u8, u8, Option<u8>, &str) {
    let bit = point.bit_range.map_or(0, |(low, _)| low);
    let access = u8::from(point.access.writes()).saturating_mul(2).saturating_sub(u8::from(point.access.reads()));
    (point.table, point.address(), bit, access, point.unit_id, &point.id)
}

impl<'a> Node<'a> {
    /// The structs within it, itself last, so that each comes after what it is made of.
    pub(super) fn walk(&self, visit: &mut impl FnMut(&Node<'a>)) {
        if let Members::Nodes(nodes) = &self.members {
            for (_, node) in nodes {
                node.walk(visit);
            }
        }
        visit(self);
    }
}

fn groups<'a>(device: &'a Device, values: &[&'a Point]) -> Vec<(String, Node<'a>)> {
    let mut groups: Vec<(&str, &str)> =
        device.groups.iter().map(|group| (group.title.as_str(), group.name.as_str())).collect();
    if !groups.iter().any(|(title, _)| *title == UNGROUPED) {
        groups.push((UNGROUPED, UNGROUPED));
    }
    let places: BTreeMap<&str, usize> =
        groups.iter().enumerate().map(|(place, (title, _))| (*title, place)).rev().collect();
    let mut members: Vec<Vec<&Point>> = groups.iter().map(|_| Vec::new()).collect();
    for &point in values {
        let place = places.get(point.group.as_deref().unwrap_or(UNGROUPED));
        if let Some(group) = place.and_then(|place| members.get_mut(*place)) {
            group.push(point);
        }
    }
    let mut groups: Vec<((&str, &str), Vec<&Point>)> =
        groups.into_iter().zip(members).filter(|(_, points)| !points.is_empty()).collect();
    groups.sort_by(|(_, one), (_, other)| {
        one.first().map(|first| order(first)).cmp(&other.first().map(|first| order(first)))
    });
    let node = |((title, name), points)| {
        let (field, name) = (names::field_name(name), names::type_name(name));
        let quoted = format!("“{title}”");
        let members = divided(&name, &quoted, points);
        (field, Node { type_name: format!("{name}Readings"), title: quoted, group: Some(title), members })
    };
    groups.into_iter().map(node).collect()
}

/// The points themselves where they are few, else parts by Modbus table, else by address.
fn divided<'a>(name: &str, title: &str, points: Vec<&'a Point>) -> Members<'a> {
    if points.len() <= LIMIT {
        return Members::Points(points);
    }
    let tables = Table::ALL.into_iter().map(|table| {
        let of_table: Vec<&Point> = points.iter().copied().filter(|point| point.table == table).collect();
        (table, of_table)
    });
    let mut nodes = Vec::new();
    for (table, of_table) in tables {
        let field = names::field_name(table.title());
        let type_name = format!("{name}{}", names::type_name(table.title()));
        if of_table.len() > LIMIT {
            nodes.extend(ranges(&type_name, &field, table, title, of_table));
        } else if !of_table.is_empty() {
            let title = format!("the {} of {title}", table.title().to_lowercase());
            nodes.push((field, Node { type_name, title, group: None, members: Members::Points(of_table) }));
        }
    }
    Members::Nodes(nodes)
}

fn ranges<'a>(name: &str, field: &str, table: Table, title: &str, points: Vec<&'a Point>) -> Vec<(String, Node<'a>)> {
    let noun = table.title().to_lowercase();
    let node = |(first, last, points): (u16, u16, Vec<&'a Point>)| {
        let title = format!("the {noun} {first} to {last} of {title}");
        let type_name = format!("{name}From{first}");
        (format!("{field}_from_{first}"), Node { type_name, title, group: None, members: Members::Points(points) })
    };
    spans(points, &SPANS).into_iter().map(node).collect()
}

/// The points by the first span of addresses that has few enough of them; points at one address stay together.
fn spans<'a>(points: Vec<&'a Point>, lengths: &[u16]) -> Vec<(u16, u16, Vec<&'a Point>)> {
    let Some((&length, shorter)) = lengths.split_first() else { return Vec::new() };
    let mut found: Vec<(u16, u16, Vec<&Point>)> = Vec::new();
    for point in points {
        let within = point.address().checked_rem(length).unwrap_or_default();
        let first = point.address().saturating_sub(within);
        match found.last_mut() {
            Some((known, _, points)) if *known == first => points.push(point),
            _ => found.push((first, first.saturating_add(length).saturating_sub(1), vec![point])),
        }
    }
    let divided = |(first, last, points): (u16, u16, Vec<&'a Point>)| {
        if points.len() > LIMIT && !shorter.is_empty() { spans(points, shorter) } else { vec![(first, last, points)] }
    };
    found.into_iter().flat_map(divided).collect()
}

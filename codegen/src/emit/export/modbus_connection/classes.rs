//! The classes of a module: one for each table and group, and for each array whose elements lie at even distances.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Options;
use super::super::facts::{self, Ledger};
use super::super::names;
use super::super::text::line;
use super::field::{self, Field, Helper, Strides};
use super::types::{self, KEYWORDS, Types};
use crate::model::{Device, Point, Role, Table};
use crate::names::{pascal, snake};

/// A class, as it is written.
pub(super) struct Class {
    pub(super) name: String,
    /// What the device calls it.
    pub(super) attribute: String,
    pub(super) about: String,
    pub(super) space: &'static str,
    pub(super) is_bits: bool,
    pub(super) fields: Vec<Field>,
    pub(super) unit_id: Option<u8>,
    pub(super) variants: Vec<String>,
    /// The numbers of an array's elements, each an instance.
    pub(super) elements: Option<Vec<u16>>,
    pub(super) is_polled: bool,
    /// Identifier, attribute of the device and field of every point.
    pub(super) points: Vec<(String, String, String)>,
}

/// What the points of a class have in common.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    unit_id: Option<u8>,
    variants: Vec<String>,
    table: Table,
    is_polled: bool,
    group: Option<String>,
    array: Option<String>,
    elements: Vec<u16>,
    /// Whether the elements are instances of one class, or this class is one element.
    is_even: bool,
}

/// A member of a class: the points of all its instances, in their order.
type Member<'a> = Vec<&'a Point>;

/// Attributes and methods that components have already.
const RESERVED: [&str; 17] = [
    "add_update_listener",
    "async_read_raw",
    "async_update",
    "async_update_repeating_groups",
    "coil_ranges",
    "declared_fields",
    "discrete_ranges",
    "max_gap",
    "max_span",
    "modbus_unit",
    "notify",
    "register_ranges",
    "register_space",
    "resolved_fields",
    "restrict_fields",
    "scale_in_block",
    "write",
];

pub(super) fn classes(
    device: &Device,
    options: &Options,
    taken: &mut BTreeSet<String>,
    types: &Types,
    ledger: &mut Ledger,
    helpers: &mut BTreeSet<Helper>,
) -> (Vec<Class>, Vec<String>) {
    let mut left_out = Vec::new();
    let mut attributes = BTreeSet::new();
    let mut list = Vec::new();
    for (key, members) in grouped(device) {
        let made = class(device, options, types, ledger, helpers, &key, &members, &mut left_out);
        let Some((fields, names)) = made else { continue };
        let words = words(device, &key);
        let attribute = types::free(&mut attributes, &snake(&words.join(" ")));
        let name = types::free(taken, &format!("{}{}", device.type_name, pascal(&words.join(" "))));
        let mut points = Vec::new();
        for (member, field) in names {
            for point in member {
                let element = point.array.as_ref().filter(|_| key.is_even).map(|place| place.element);
                let attribute = element.map_or_else(|| attribute.clone(), |element| format!("{attribute}_{element}"));
                points.push((point.id.clone(), attribute, field.clone()));
            }
        }
        list.push(Class {
            name,
            attribute,
            about: about(&key),
            space: if key.table == Table::InputRegister { "input" } else { "holding" },
            is_bits: key.table.is_bit(),
            fields,
            unit_id: key.unit_id,
            variants: key.variants.clone(),
            elements: key.is_even.then(|| key.elements.clone()),
            is_polled: key.is_polled,
            points,
        });
    }
    (list, left_out)
}

/// The words a class is named by: unit id, models, group or array, table.
fn words(device: &Device, key: &Key) -> Vec<String> {
    let mut words = Vec::new();
    words.extend(key.unit_id.map(|unit| format!("unit {unit}")));
    words.extend(key.variants.iter().cloned());
    words.extend(key.group.as_ref().map(|title| {
        let group = device.groups.iter().find(|group| group.title == *title);
        group.map_or_else(|| title.clone(), |group| group.name.clone())
    }));
    if let Some(array) = &key.array {
        words.push(array.replace('_', " "));
        if let ([element], false) = (key.elements.as_slice(), key.is_even) {
            words.push(element.to_string());
        }
    }
    words.push(key.table.title().to_owned());
    if !key.is_polled {
        words.push("not polled".to_owned());
    }
    words
}

fn about(key: &Key) -> String {
    let mut text = key.table.title().to_owned();
    if let Some(array) = &key.array {
        text = format!("{text} of {}", array.replace('_', " "));
        let elements: Vec<String> = key.elements.iter().map(u16::to_string).collect();
        text = format!("{text} {}", elements.join(", "));
    }
    if let Some(group) = &key.group {
        text = format!("{group}: {text}");
    }
    if !key.variants.is_empty() {
        text = format!("{text}; only {}", key.variants.join(", "));
    }
    if key.is_polled { format!("{text}.") } else { format!("{text}: written, or read when asked for; never polled.") }
}

/// The points by class, in the order of the table.
fn grouped(device: &Device) -> Vec<(Key, Vec<Member<'_>>)> {
    let mut order: Vec<Key> = Vec::new();
    let mut groups: BTreeMap<Key, Vec<Member<'_>>> = BTreeMap::new();
    let mut arrays: BTreeMap<(Key, String), Member<'_>> = BTreeMap::new();
    let mut array_order = Vec::new();
    for point in &device.points {
        let key = Key {
            unit_id: point.unit_id.filter(|unit| *unit != device.link.unit_id),
            variants: point.variants.clone(),
            table: point.table,
            is_polled: point.access.reads() && point.role == Role::Value && !point.read_side_effect,
            group: point.group.clone(),
            array: point.array.as_ref().map(|place| place.array.clone()),
            elements: Vec::new(),
            is_even: false,
        };
        match &point.array {
            None => place(&mut order, &mut groups, key, vec![point]),
            Some(of) => {
                let family = (key, of.member.clone());
                if !arrays.contains_key(&family) {
                    array_order.push(family.clone());
                }
                arrays.entry(family).or_default().push(point);
            }
        }
    }
    for family in array_order {
        let Some(mut member) = arrays.remove(&family) else { continue };
        let element = |point: &Point| point.array.as_ref().map_or(0, |place| place.element);
        member.sort_by_key(|point| element(point));
        let elements: Vec<u16> = member.iter().map(|point| element(point)).collect();
        if strides(&member).is_some() {
            place(&mut order, &mut groups, Key { elements, is_even: true, ..family.0 }, member);
            continue;
        }
        for point in member {
            let key = Key { elements: vec![element(point)], ..family.0.clone() };
            place(&mut order, &mut groups, key, vec![point]);
        }
    }
    order.into_iter().filter_map(|key| groups.remove_entry(&key)).collect()
}

fn place<'a>(order: &mut Vec<Key>, groups: &mut BTreeMap<Key, Vec<Member<'a>>>, key: Key, member: Member<'a>) {
    if !groups.contains_key(&key) {
        order.push(key.clone());
    }
    groups.entry(key).or_default().push(member);
}

/// The distances of the elements, where they are the same from each to the next and nothing else differs.
fn strides(member: &[&Point]) -> Option<Strides> {
    let (first, second) = (member.first()?, member.get(1));
    let distance = |from: u16, to: u16| i32::from(to).checked_sub(i32::from(from));
    let register = |point: &Point| point.scale_register.unwrap_or_default();
    let field = second.map_or(Some(0), |second| distance(first.address(), second.address()))?;
    let scale_register = second.map_or(Some(0), |second| distance(register(first), register(second)))?;
    let is_even = member.windows(2).all(|pair| {
        let [one, next] = pair else { return false };
        distance(one.address(), next.address()) == Some(field)
            && distance(register(one), register(next)) == Some(scale_register)
    });
    let shape = |point: &Point| {
        let words: Vec<u16> = point.words.iter().map(|word| word.abs_diff(point.address())).collect();
        (
            (words, point.raw, point.byte_swapped, point.bit_range, point.kind.clone(), point.role),
            (point.scale, point.offset, point.scale_register.is_some(), point.access),
            (point.limits.clone(), point.not_available.clone(), point.specials.clone(), point.values_if.clone()),
        )
    };
    let is_alike = member.iter().all(|point| shape(point) == shape(first));
    // An element that lies on the first would have no distance.
    let is_apart = member.len() == 1 || field != 0;
    (is_even && is_alike && is_apart).then_some(Strides { field, scale_register })
}

/// Fields of a class and the names of its members; `None` where nothing is left of it.
#[expect(clippy::too_many_arguments, clippy::type_complexity, reason = "what a class is made of, in one place")]
fn class<'a>(
    device: &Device,
    options: &Options,
    types: &Types,
    ledger: &mut Ledger,
    helpers: &mut BTreeSet<Helper>,
    key: &Key,
    members: &'a [Member<'a>],
    left_out: &mut Vec<String>,
) -> Option<(Vec<Field>, Vec<(&'a Member<'a>, String)>)> {
    let mut fields = Vec::new();
    let mut known = Vec::new();
    let mut taken: BTreeSet<String> = RESERVED.iter().chain(&KEYWORDS).map(|name| (*name).to_owned()).collect();
    let mut declared = Vec::new();
    for member in members {
        let Some(first) = member.first() else { continue };
        let strides = strides(member).filter(|_| key.is_even).unwrap_or_default();
        match field::declare(device, first, options, types, strides, helpers) {
            Ok(made) => {
                let base = base(first);
                let wanted = if is_trigger(first) { format!("{base}_command") } else { base.clone() };
                declared.push((member, made, free(&mut taken, wanted), base));
            }
            Err(why) => left_out.extend(member.iter().map(|point| ledger.left_out(point, why))),
        }
    }
    for (member, made, name, base) in declared {
        let first = member.first()?;
        let mut comments = vec![about_point(first, options)];
        for (index, point) in member.iter().enumerate() {
            let facts = facts::facts(device, point, options.language.as_deref());
            let rest = ledger.rest(point, facts, &made.said);
            // Every element is counted; what is the same of all is said once.
            if index == 0 {
                comments.extend(rest.into_iter().map(|text| format!("  {text}")));
            } else {
                let more = rest.into_iter().map(|text| format!("  {text}"));
                comments.extend(
                    more.filter(|text| !comments.contains(text))
                        .collect::<Vec<_>>()
                        .into_iter()
                        .map(|text| format!("  {}:{text}", point.id)),
                );
            }
        }
        let setter = made.is_writable.then(|| {
            let method = free_method(&mut taken, first, &base);
            field::setter(first, &name, &method, &made.value, options)
        });
        fields.push(Field { name: name.clone(), declaration: made.text, comments, setter });
        known.push((member, name));
    }
    if fields.is_empty() { None } else { Some((fields, known)) }
}

/// Whether it is written by a method without a value.
fn is_trigger(point: &Point) -> bool {
    matches!(point.role, Role::Command { trigger: Some(_) })
}

fn base(point: &Point) -> String {
    match &point.array {
        Some(place) if place.member.is_empty() => place.array.clone(),
        Some(place) => names::flat(&place.member),
        None => names::flat(&point.id),
    }
}

/// A name that is not taken, with underscores behind it where it was.
fn free(taken: &mut BTreeSet<String>, mut name: String) -> String {
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    name
}

/// What follows `set_`, or the name of a command.
fn free_method(taken: &mut BTreeSet<String>, point: &Point, base: &str) -> String {
    if is_trigger(point) {
        return free(taken, base.to_owned());
    }
    let mut name = base.to_owned();
    while !taken.insert(format!("set_{name}")) {
        name.push('_');
    }
    name
}

fn about_point(point: &Point, options: &Options) -> String {
    let unit = point.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    let optional = if point.description.is_empty() || point.description == point.label {
        String::new()
    } else {
        format!(": {}", point.description)
    };
    line(&format!("{}{unit}{optional}", names::label(point, options)))
}

//! A point, or the points of an array's elements that go by one name: what is one constant in Rust and one row in a table.

use std::collections::BTreeMap;

use super::language;
use crate::model::{Array, Device, Point, Role};

/// A point, or the points of an array's elements that go by one name.
pub(crate) struct Item<'a> {
    /// The point; of an array, that of the first element that has it.
    pub(crate) point: &'a Point,
    /// Display name, without the element's.
    pub(crate) label: &'a str,
    /// The display name in further languages.
    pub(crate) translations: Vec<(&'a str, &'a str)>,
    /// Where it is part of an array.
    pub(crate) part: Option<Part<'a>>,
}

/// The points of an array that go by one name.
pub(crate) struct Part<'a> {
    pub(crate) array: &'a Array,
    /// Identifier within the element; empty where the element is the point itself.
    pub(crate) member: &'a str,
    /// By element.
    pub(crate) points: Vec<Option<&'a Point>>,
}

impl<'a> Part<'a> {
    /// Whether an element is no more than this point.
    pub(crate) fn is_bare(&self) -> bool {
        self.member.is_empty()
    }

    /// Whether some element does not have it.
    pub(crate) fn is_sparse(&self) -> bool {
        self.points.contains(&None)
    }

    /// Its display name in a further language: what the elements' have in common.
    fn member_in(&self, language: &str) -> &'a str {
        let translations = self.points.iter().flatten().map(|point| &point.translations);
        let texts = translations.filter_map(|known| known.iter().find(|(other, _)| other == language));
        let texts: Vec<&str> = texts.map(|(_, text)| text.as_str()).collect();
        match texts.as_slice() {
            // Nothing to compare it with.
            [only] => only.rsplit_once(": ").map_or(*only, |(_, member)| member),
            texts => language::common_end(texts),
        }
    }
}

/// An array with its points by name.
pub(crate) struct Family<'a> {
    pub(crate) array: &'a Array,
    pub(crate) items: Vec<Item<'a>>,
}

impl<'a> Family<'a> {
    /// The arrays of a device that have points, in the order of its table.
    pub(crate) fn all(device: &'a Device) -> Vec<Self> {
        let points: Vec<&Point> = device.points.iter().collect();
        let mut families = Self::of(device, &points);
        families.sort_by_key(|family| device.arrays.iter().position(|array| array.name == family.array.name));
        families
    }

    /// The arrays that have some of these points, in the order of their first ones.
    pub(crate) fn of(device: &'a Device, points: &[&'a Point]) -> Vec<Self> {
        let mut families: Vec<(&Array, Vec<&Point>)> = Vec::new();
        let mut known: BTreeMap<&str, Option<usize>> = BTreeMap::new();
        for &point in points {
            let Some(place) = &point.array else { continue };
            let index = *known.entry(&place.array).or_insert_with(|| {
                let array = device.arrays.iter().find(|array| array.name == place.array)?;
                families.push((array, Vec::new()));
                families.len().checked_sub(1)
            });
            if let Some((_, points)) = index.and_then(|index| families.get_mut(index)) {
                points.push(point);
            }
        }
        families.into_iter().map(|(array, points)| Self { array, items: items(&points, array) }).collect()
    }

    /// What the struct of an element has methods for.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(|item| !item.is_bare())
    }
}

/// The points of an array by name, in their order.
fn items<'a>(points: &[&'a Point], array: &'a Array) -> Vec<Item<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let numbers = array.elements.iter().enumerate().rev();
    let elements: BTreeMap<_, usize> = numbers.map(|(index, element)| (element.number, index)).collect();
    for &point in points {
        let Some(place) = point.array.as_ref() else { continue };
        let index = elements.get(&place.element).copied();
        let known = *known.entry(&place.member).or_insert(parts.len());
        if known == parts.len() {
            let points = array.elements.iter().map(|_| None).collect();
            parts.push(Part { array, member: &place.member, points });
        }
        let slot = index.and_then(|index| parts.get_mut(known)?.points.get_mut(index));
        if let Some(slot) = slot {
            *slot = Some(point);
        }
    }
    parts.into_iter().filter_map(Item::of_array).collect()
}

impl<'a> Item<'a> {
    /// A point of no array.
    pub(crate) fn single(point: &'a Point) -> Self {
        let translations = point.translations.iter().map(|(language, text)| (language.as_str(), text.as_str()));
        Self { point, label: &point.label, translations: translations.collect(), part: None }
    }

    fn of_array(part: Part<'a>) -> Option<Self> {
        let point = part.points.iter().flatten().next().copied()?;
        let array = part.array;
        let translations = if part.is_bare() {
            array.translations.iter().map(|(language, text)| (language.as_str(), text.as_str())).collect()
        } else {
            let languages = point.translations.iter().map(|(language, _)| language.as_str());
            languages.map(|language| (language, part.member_in(language))).collect()
        };
        let label = point.array.as_ref().map(|place| place.member_label.as_str()).filter(|label| !label.is_empty());
        Some(Self { point, label: label.unwrap_or(&array.label), translations, part: Some(part) })
    }

    /// Whether an element is no more than this point.
    pub(crate) fn is_bare(&self) -> bool {
        self.part.as_ref().is_some_and(Part::is_bare)
    }

    /// Whether some element of its array does not have it.
    pub(crate) fn is_sparse(&self) -> bool {
        self.part.as_ref().is_some_and(Part::is_sparse)
    }

    /// Whether it is a value that reading everything reads.
    pub(crate) fn is_in_readings(&self) -> bool {
        is_in_readings(self.point)
    }

    /// What its methods and fields are called.
    pub(crate) fn name(&self) -> &str {
        match &self.part {
            None => &self.point.id,
            Some(part) if part.is_bare() => &part.array.name,
            Some(part) => part.member,
        }
    }

    /// All its points.
    pub(crate) fn points(&self) -> Vec<&'a Point> {
        match &self.part {
            None => vec![self.point],
            Some(part) => part.points.iter().flatten().copied().collect(),
        }
    }

    /// What the vendor calls it, in all languages.
    pub(crate) fn printed_names(&self) -> impl Iterator<Item = &str> {
        let translated = self.translations.iter().map(|(_, text)| *text);
        let printed = std::iter::once(self.label).chain(translated);
        printed.chain(self.point.aliases.iter().map(String::as_str))
    }
}

/// Whether a point is a value that reading everything reads: it can be read, and reading it changes nothing.
pub(crate) fn is_in_readings(point: &Point) -> bool {
    point.role == Role::Value && point.access.reads() && !point.read_side_effect
}

/// The controls of bidirectional text, which rustc refuses in sources and which move the text around
/// them on a page.
pub(super) fn is_directional(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

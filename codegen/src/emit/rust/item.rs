//! What one constant of the module `points` stands for: a point, or the same point of every element of an array.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::names;
use crate::model::{Array, Device, Point, Role};

/// A point, or the points of an array's elements that go by one name.
pub(super) struct Item<'a> {
    /// The point; of an array, that of the first element that has it.
    pub(super) point: &'a Point,
    /// Display name, without the element's.
    pub(super) label: &'a str,
    /// The display name in further languages.
    pub(super) translations: Vec<(&'a str, &'a str)>,
    /// Where it is part of an array.
    pub(super) part: Option<Part<'a>>,
}

/// The points of an array that go by one name.
pub(super) struct Part<'a> {
    pub(super) array: &'a Array,
    /// Identifier within the element; empty where the element is the point itself.
    pub(super) member: &'a str,
    /// By element.
    pub(super) points: Vec<Option<&'a Point>>,
}

impl Part<'_> {
    /// Whether an element is no more than this point.
    pub(super) fn is_bare(&self) -> bool {
        self.member.is_empty()
    }

    /// Whether some element does not have it.
    pub(super) fn is_sparse(&self) -> bool {
        self.points.contains(&None)
    }
}

/// An array with its points by name.
pub(super) struct Family<'a> {
    pub(super) array: &'a Array,
    pub(super) items: Vec<Item<'a>>,
}

impl<'a> Family<'a> {
    /// The arrays of a device that have points.
    pub(super) fn all(device: &'a Device) -> Vec<Self> {
        let families = device.arrays.iter().map(|array| Self { array, items: items(device, array) });
        families.filter(|family| !family.items.is_empty()).collect()
    }

    /// What the struct of an element has methods for.
    pub(super) fn members(&self) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(|item| !item.is_bare())
    }

    /// Whether its elements have a struct.
    pub(super) fn has_struct(&self) -> bool {
        self.members().next().is_some()
    }

    /// Name of the struct of an element.
    pub(super) fn struct_name(&self) -> String {
        names::type_name(&self.array.name)
    }

    /// Name of the struct of an element's readings, where it has any.
    pub(super) fn readings_name(&self) -> Option<String> {
        let is_read = self.members().any(Item::is_in_readings);
        is_read.then(|| format!("{}Readings", self.struct_name()))
    }
}

/// The points of an array by name, in the order of the vendor's table.
fn items<'a>(device: &'a Device, array: &'a Array) -> Vec<Item<'a>> {
    let mut parts: Vec<Part<'a>> = Vec::new();
    for point in &device.points {
        let Some(place) = point.array.as_ref().filter(|place| place.array == array.name) else { continue };
        let index = array.elements.iter().position(|element| element.number == place.element);
        let known = parts.iter().position(|part| part.member == place.member).unwrap_or(parts.len());
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
    pub(super) fn single(point: &'a Point) -> Self {
        let translations = point.translations.iter().map(|(language, text)| (language.as_str(), text.as_str()));
        Self { point, label: &point.label, translations: translations.collect(), part: None }
    }

    fn of_array(part: Part<'a>) -> Option<Self> {
        let point = part.points.iter().flatten().next().copied()?;
        let array = part.array;
        let translations = if part.is_bare() { &array.translations } else { &point.translations };
        let translations = translations.iter().map(|(language, text)| {
            // “Värmepump 1 (A1): Läge” says of which element it is, as the label in the first language does.
            let member = text.split_once(": ").filter(|_| point.label.contains(": ") && !part.is_bare());
            (language.as_str(), member.map_or(text.as_str(), |(_, member)| member))
        });
        let translations = translations.collect();
        let label = point.array.as_ref().map(|place| place.member_label.as_str()).filter(|label| !label.is_empty());
        Some(Self { point, label: label.unwrap_or(&array.label), translations, part: Some(part) })
    }

    /// Whether its methods take the number of an element.
    pub(super) fn is_bare(&self) -> bool {
        self.part.as_ref().is_some_and(Part::is_bare)
    }

    /// Whether some element of its array does not have it.
    pub(super) fn is_sparse(&self) -> bool {
        self.part.as_ref().is_some_and(Part::is_sparse)
    }

    /// Whether it is a value that reading everything reads.
    pub(super) fn is_in_readings(&self) -> bool {
        is_in_readings(self.point)
    }

    /// What its methods and fields are called.
    pub(super) fn name(&self) -> &str {
        match &self.part {
            None => &self.point.id,
            Some(part) if part.is_bare() => &part.array.name,
            Some(part) => part.member,
        }
    }

    /// What its constant is called.
    pub(super) fn constant(&self) -> String {
        names::constant_name(self.name())
    }

    /// The name of the constant with its modules, for links of the documentation.
    pub(super) fn link(&self) -> String {
        let constant = names::ident(&self.constant());
        match self.module() {
            Some(module) => format!("points::{module}::{constant}"),
            None => format!("points::{constant}"),
        }
    }

    /// The module within `points`, where it has one.
    fn module(&self) -> Option<Ident> {
        let part = self.part.as_ref().filter(|part| !part.is_bare())?;
        Some(names::ident(&part.array.name))
    }

    /// The constant, outside the module `points`.
    pub(super) fn path(&self) -> TokenStream {
        let constant = names::ident(&self.constant());
        match self.module() {
            Some(module) => quote! { points::#module::#constant },
            None => quote! { points::#constant },
        }
    }

    /// The handle that a method works on.
    pub(super) fn handle(&self) -> TokenStream {
        let path = self.path();
        match &self.part {
            None => path,
            Some(part) if part.is_bare() => quote! { #path[no as usize] },
            Some(_) => quote! { #path[self.no as usize] },
        }
    }

    /// The parameter that says which element.
    pub(super) fn parameter(&self) -> Option<TokenStream> {
        let part = self.part.as_ref().filter(|part| part.is_bare())?;
        let number = names::ident(&part.array.number_type);
        Some(quote! { no: #number })
    }

    /// The static descriptions, outside the module `points`, by element; none for those that do not have it.
    pub(super) fn infos(&self) -> Vec<Option<TokenStream>> {
        let Some(part) = &self.part else {
            let path = self.path();
            return vec![Some(quote! { #path.info() })];
        };
        let descriptions = names::ident(&self.descriptions());
        let scope = self.module().map(|module| quote! { #module:: });
        let mut place = 0_usize;
        let mut infos = Vec::new();
        for point in &part.points {
            infos.push(point.map(|_| {
                let index = names::count(place);
                place = place.saturating_add(1);
                quote! { &points::#scope #descriptions[#index] }
            }));
        }
        infos
    }

    /// The static that describes the points of an array. No name from a table ends in an underscore.
    pub(super) fn descriptions(&self) -> String {
        format!("{}_", self.constant())
    }

    /// All its points.
    pub(super) fn points(&self) -> Vec<&'a Point> {
        match &self.part {
            None => vec![self.point],
            Some(part) => part.points.iter().flatten().copied().collect(),
        }
    }

    /// What the vendor calls it, in all languages.
    pub(super) fn printed_names(&self) -> impl Iterator<Item = &str> {
        let translated = self.translations.iter().map(|(_, text)| *text);
        let printed = std::iter::once(self.label).chain(translated);
        printed.chain(self.point.aliases.iter().map(String::as_str))
    }
}

/// Whether a point is a value that reading everything reads: it can be read, and reading it changes nothing.
pub(super) fn is_in_readings(point: &Point) -> bool {
    point.role == Role::Value && point.access.reads() && !point.read_side_effect
}

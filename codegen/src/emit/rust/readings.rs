//! The structs that many values are read into.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::layout::{Layout, Members, Node};
use super::{docs, markup, names, points};
use crate::emit::item::{Family, Item};
use crate::model::Device;

/// All structs of readings; each after those it is made of.
pub(super) fn tokens(device: &Device, layout: &Layout<'_>) -> TokenStream {
    let mut parts = TokenStream::new();
    if let Members::Nodes(nodes) = &layout.top.members {
        for (_, node) in nodes {
            node.walk(&mut |node| parts.extend(part(node)));
        }
    }
    parts.extend(layout.families.iter().map(|family| element(layout, family)));
    let top = top(device, layout);
    quote! { #parts #top }
}

/// The slices of points of a struct and all that is in it.
pub(super) fn lists(node: &Node<'_>) -> TokenStream {
    match &node.members {
        Members::Points(_) => {
            let name = names::ident(&node.type_name);
            quote! { #name::LIST, }
        }
        Members::Nodes(nodes) => nodes.iter().map(|(_, node)| lists(node)).collect(),
    }
}

/// The same, from within the struct.
fn own_lists(node: &Node<'_>) -> TokenStream {
    match node.members {
        Members::Points(_) => quote! { Self::LIST, },
        Members::Nodes(_) => lists(node),
    }
}

fn part(node: &Node<'_>) -> TokenStream {
    let docs = docs::line(&format!("Readings of {}.", markup::escaped(&node.title)));
    let aliases = docs::aliases(node.type_name.trim_end_matches("Readings"), node.group);
    let quiet = super::quiet(&quote! { clippy::struct_field_names });
    let name = names::ident(&node.type_name);
    let (fields, names) = fields(node);
    let decoded = decoded(node);
    let list = list(node);
    let lists = own_lists(node);
    quote! {
        #docs
        #aliases
        #quiet
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #fields
        }

        #list

        // As long as the vendor's list.
        #[allow(clippy::too_many_lines)]
        impl rt::Readings for #name {
            const POINTS: &'static [&'static [&'static rt::PointInfo]] = &[#lists];

            #[inline]
            fn decode(snapshot: &rt::Snapshot) -> Self {
                Self { #decoded }
            }
        }

        rt::impl_readings!(#name { #(#names),* });
    }
}

/// The struct of all readings. Its own field ends in an underscore, as no name from a table does.
fn top(device: &Device, layout: &Layout<'_>) -> TokenStream {
    let node = &layout.top;
    let docs = docs::line(&format!("Readings of {} of {}.", node.title, markup::escaped(&device.name)));
    let quiet = super::quiet(&quote! { clippy::struct_field_names });
    let name = names::ident(&node.type_name);
    let (fields, mut names) = fields(node);
    let decoded = decoded(node);
    let list = list(node);
    let lists = own_lists(node);
    let commands = infos(&layout.commands);
    let arrays = Arrays::of(layout);
    names.extend(arrays.names);
    let (array_fields, array_decoded, array_methods) = (arrays.fields, arrays.decoded, arrays.methods);
    let indexed = super::indexed(layout);
    let array_lists = array_lists(layout);
    let bare = bare(layout);
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #fields
            #array_fields
            absences_: rt::Absences,
        }

        #list

        // As `quiet` has it; of private items nobody uses all.
        #[allow(#indexed dead_code, unreachable_pub)]
        impl #name {
            /// Commands that can be read, which says whether the device has them.
            const COMMANDS: &'static [&'static rt::PointInfo] = &[#commands];

            #bare

            /// Which points have no value, and why.
            #[must_use]
            pub fn absent(&self) -> &rt::Absences {
                &self.absences_
            }

            #array_methods
        }

        // As long as the vendor's list.
        #[allow(#indexed clippy::too_many_lines)]
        impl rt::Readings for #name {
            const POINTS: &'static [&'static [&'static rt::PointInfo]] = &[Self::COMMANDS, #lists #array_lists];

            #[inline]
            fn decode(snapshot: &rt::Snapshot) -> Self {
                Self { #decoded #array_decoded absences_: snapshot.absences() }
            }
        }

        rt::impl_readings!(#name { #(#names),* });
    }
}

/// The points of a struct that has some itself.
fn list(node: &Node<'_>) -> TokenStream {
    let Members::Points(members) = &node.members else { return TokenStream::new() };
    let quiet = super::quiet(&quote! {});
    let name = names::ident(&node.type_name);
    let members: Vec<Item<'_>> = members.iter().copied().map(Item::single).collect();
    let infos = infos(&members);
    quote! {
        #quiet
        impl #name {
            const LIST: &'static [&'static rt::PointInfo] = &[#infos];
        }
    }
}

/// The descriptions of points, separated by commas.
fn infos<'a>(items: impl IntoIterator<Item = &'a Item<'a>>) -> TokenStream {
    let infos = items.into_iter().flat_map(Item::infos).flatten();
    quote! { #(#infos),* }
}

/// The slices of points of the arrays.
pub(super) fn array_lists(layout: &Layout<'_>) -> TokenStream {
    let everything = names::ident(&layout.top.type_name);
    let bare = bare_items(layout).next().map(|_| quote! { #everything::BARE, });
    let elements = layout.families.iter().filter_map(|family| {
        let name = names::ident(&family.readings_name()?);
        let places = (0..family.array.elements.len()).map(names::count);
        Some(quote! { #(<#name as rt::ElementReadings>::POINTS[#places],)* })
    });
    quote! { #bare #(#elements)* }
}

/// Arrays whose elements are one value.
fn bare_items<'a>(layout: &'a Layout<'a>) -> impl Iterator<Item = &'a Item<'a>> {
    let items = layout.families.iter().flat_map(|family| &family.items);
    items.filter(|item| item.is_bare() && item.is_in_readings())
}

fn bare(layout: &Layout<'_>) -> TokenStream {
    let mut items = bare_items(layout).peekable();
    if items.peek().is_none() {
        return TokenStream::new();
    }
    let infos = infos(items);
    quote! {
        /// Arrays whose elements are one value.
        const BARE: &'static [&'static rt::PointInfo] = &[#infos];
    }
}

/// What the struct of all readings has for arrays.
#[derive(Default)]
struct Arrays {
    fields: TokenStream,
    names: Vec<Ident>,
    decoded: TokenStream,
    methods: TokenStream,
}

impl Arrays {
    fn of(layout: &Layout<'_>) -> Self {
        let mut arrays = Self::default();
        for family in &layout.families {
            arrays.elements(family);
        }
        for item in bare_items(layout) {
            arrays.values(item);
        }
        arrays
    }

    /// A struct for each element.
    fn elements(&mut self, family: &Family<'_>) {
        let Some(readings) = family.readings_name() else { return };
        let docs = docs::line(&format!("Readings of each of {}.", markup::quoted(&family.array.label)));
        let field = names::ident(&family.array.name);
        let readings = names::ident(&readings);
        let number = names::ident(&family.array.number_type);
        let count = names::count(family.array.elements.len());
        let places = (0..family.array.elements.len()).map(names::count);
        let method_docs = docs::line(&format!("Readings of one of {}.", markup::quoted(&family.array.label)));
        self.fields.extend(quote! { #docs pub #field: [#readings; #count], });
        self.decoded.extend(quote! { #field: [#(rt::ElementReadings::decode(snapshot, #places)),*], });
        self.methods.extend(quote! {
            #method_docs
            #[must_use]
            #[inline]
            pub fn #field(&self, no: #number) -> &#readings {
                &self.#field[no as usize]
            }
        });
        self.names.push(field);
    }

    /// A value for each element.
    fn values(&mut self, item: &Item<'_>) {
        let Some(part) = &item.part else { return };
        let docs = docs::line(&docs::summary(item));
        let field = names::ident(item.name());
        let value = points::written_type(item.point, &TokenStream::new());
        let count = names::count(part.points.len());
        let path = item.path();
        let places = (0..part.points.len()).map(names::count);
        let values = places.map(|place| get(item, &quote! { #path[#place] }));
        self.fields.extend(quote! { #docs pub #field: [Option<#value>; #count], });
        self.decoded.extend(quote! { #field: [#(#values),*], });
        self.names.push(field);
    }
}

/// The value of a point of an array, in a snapshot.
fn get(item: &Item<'_>, handle: &TokenStream) -> TokenStream {
    if item.is_sparse() {
        quote! { #handle.and_then(|point| snapshot.get(point)) }
    } else {
        quote! { snapshot.get(#handle) }
    }
}

/// The readings of one element of an array.
fn element(layout: &Layout<'_>, family: &Family<'_>) -> TokenStream {
    let indexed = super::indexed(layout);
    let Some(readings) = family.readings_name() else { return TokenStream::new() };
    let docs = docs::line(&format!("Readings of one of {}.", markup::quoted(&family.array.label)));
    let quiet = super::quiet(&quote! { clippy::struct_field_names });
    let name = names::ident(&readings);
    let members: Vec<&Item<'_>> = family.members().filter(|item| item.is_in_readings()).collect();
    let names: Vec<Ident> = members.iter().map(|item| names::ident(item.name())).collect();
    let fields = members.iter().zip(&names).map(|(item, name)| {
        let docs = docs::line(&docs::summary(item));
        let value = points::written_type(item.point, &TokenStream::new());
        quote! { #docs pub #name: Option<#value>, }
    });
    let decoded = members.iter().zip(&names).map(|(item, name)| {
        let path = item.path();
        let value = get(item, &quote! { #path[element] });
        quote! { #name: #value, }
    });
    let by_member: Vec<Vec<Option<TokenStream>>> = members.iter().map(|item| item.infos()).collect();
    let lists = (0..family.array.elements.len()).map(|element| {
        let infos = by_member.iter().filter_map(|infos| infos.get(element).cloned().flatten());
        quote! { &[#(#infos),*] }
    });
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields)*
        }

        // As long as the vendor's list.
        #[allow(#indexed clippy::too_many_lines)]
        impl rt::ElementReadings for #name {
            const POINTS: &'static [&'static [&'static rt::PointInfo]] = &[#(#lists),*];

            fn decode(snapshot: &rt::Snapshot, element: usize) -> Self {
                Self { #(#decoded)* }
            }
        }

        rt::impl_readings!(#name { #(#names),* });
    }
}

fn fields(node: &Node<'_>) -> (TokenStream, Vec<Ident>) {
    match &node.members {
        Members::Points(members) => {
            let names: Vec<Ident> = members.iter().map(|point| names::ident(&point.id)).collect();
            let fields = members.iter().zip(&names).map(|(point, name)| {
                let docs = docs::line(&docs::summary(&Item::single(point)));
                let value = points::written_type(point, &TokenStream::new());
                quote! { #docs pub #name: Option<#value>, }
            });
            (fields.collect(), names)
        }
        Members::Nodes(nodes) => {
            let names: Vec<Ident> = nodes.iter().map(|(name, _)| names::ident(name)).collect();
            let fields = nodes.iter().zip(&names).map(|((_, node), name)| {
                let docs = docs::line(&format!("Readings of {}.", markup::escaped(&node.title)));
                let value = names::ident(&node.type_name);
                quote! { #docs pub #name: #value, }
            });
            (fields.collect(), names)
        }
    }
}

fn decoded(node: &Node<'_>) -> TokenStream {
    match &node.members {
        Members::Points(members) => members
            .iter()
            .map(|point| {
                let name = names::ident(&point.id);
                let path = Item::single(point).path();
                quote! { #name: snapshot.get(#path), }
            })
            .collect(),
        Members::Nodes(nodes) => nodes
            .iter()
            .map(|(name, _)| {
                let name = names::ident(name);
                quote! { #name: rt::Readings::decode(snapshot), }
            })
            .collect(),
    }
}

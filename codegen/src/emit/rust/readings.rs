//! The structs that many values are read into.

use proc_macro2::TokenStream;
use quote::quote;

use super::layout::{Layout, Members, Node};
use super::sink::Sink;
use super::{docs, markup, names, points};
use crate::emit::item::{Family, Item};
use crate::model::{Device, Point};

/// All structs of readings; each after those it is made of.
pub(super) fn items(device: &Device, layout: &Layout<'_>, sink: &mut impl Sink) {
    if let Members::Nodes(nodes) = &layout.top.members {
        for (_, node) in nodes {
            node.walk(&mut |node| sink.item(part(node)));
        }
    }
    for family in &layout.families {
        element(family, sink);
    }
    top(device, layout, sink);
}

fn part(node: &Node<'_>) -> TokenStream {
    let docs = docs::line(&format!("Readings of {}.", markup::escaped(&node.title)));
    let aliases = docs::aliases(node.type_name.trim_end_matches("Readings"), node.group);
    let name = names::ident(&node.type_name);
    let fields = fields(node);
    quote! {
        rt::readings! {
            #docs
            #aliases
            pub struct #name {
                #fields
            }
        }
    }
}

fn fields(node: &Node<'_>) -> TokenStream {
    match &node.members {
        Members::Points(members) => members.iter().map(|point| value(point)).collect(),
        Members::Nodes(nodes) => nodes
            .iter()
            .map(|(name, node)| {
                let (name, value) = (names::ident(name), names::ident(&node.type_name));
                quote! { pub #name: #value, }
            })
            .collect(),
    }
}

/// A point's field.
fn value(point: &Point) -> TokenStream {
    let item = Item::single(point);
    let docs = docs::field(&item);
    let (name, path) = (names::ident(&point.id), item.path());
    let value = points::written_type(point, &TokenStream::new());
    quote! { #docs pub #name: Option<#value> = #path, }
}

/// The struct of all readings.
fn top(device: &Device, layout: &Layout<'_>, sink: &mut impl Sink) {
    let node = &layout.top;
    let docs = docs::line(&format!("Readings of {} of {}.", node.title, markup::escaped(&device.name)));
    let name = names::ident(&node.type_name);
    let fields = fields(node);
    let elements = layout.families.iter().filter_map(elements);
    let arrays = layout.families.iter().flat_map(|family| &family.items).filter_map(array);
    sink.item(quote! {
        rt::all_readings! {
            #docs
            pub struct #name {
                #fields
                #(#elements)*
                #(#arrays)*
            }
        }
    });
    let commands = layout.commands.iter().map(Item::path);
    sink.open(quote! { impl #name });
    sink.member(quote! {
        /// Commands that are read only to find out whether the device has them.
        const COMMANDS: &'static [&'static rt::PointInfo] = &[#(#commands.info()),*];
    });
    for family in &layout.families {
        method(family, sink);
    }
    sink.close();
}

/// The field with a struct for each element of an array.
fn elements(family: &Family<'_>) -> Option<TokenStream> {
    let readings = names::ident(&family.readings_name()?);
    let docs = docs::line(&format!("Readings of each element of {}.", markup::quoted(&family.array.label)));
    let (field, count) = (names::ident(&family.array.name), names::count(family.array.elements.len()));
    Some(quote! { #docs pub #field: [#readings; #count], })
}

/// The field with a value for each element of an array.
fn array(item: &Item<'_>) -> Option<TokenStream> {
    let part = item.part.as_ref().filter(|part| part.is_bare() && item.is_in_readings())?;
    let docs = docs::field(item);
    let (field, path, count) = (names::ident(item.name()), item.path(), names::count(part.points.len()));
    let value = points::written_type(item.point, &TokenStream::new());
    Some(quote! { #docs pub #field: [Option<#value>; #count] = #path, })
}

/// The method that gives the struct of an element.
fn method(family: &Family<'_>, sink: &mut impl Sink) {
    let Some(readings) = family.readings_name() else { return };
    let docs = docs::line(&format!("Readings of one element of {}.", markup::quoted(&family.array.label)));
    let (field, readings) = (names::ident(&family.array.name), names::ident(&readings));
    let number = names::ident(&family.array.number_type);
    sink.member(quote! {
        #docs
        #[must_use]
        #[inline]
        pub fn #field(&self, no: #number) -> &#readings {
            &self.#field[no as usize]
        }
    });
}

/// The readings of one element of an array.
fn element(family: &Family<'_>, sink: &mut impl Sink) {
    let Some(readings) = family.readings_name() else { return };
    let docs = docs::line(&format!("Readings of one element of {}.", markup::quoted(&family.array.label)));
    let name = names::ident(&readings);
    let fields = family.members().filter(|item| item.is_in_readings()).map(|item| {
        let docs = docs::field(item);
        let (name, path) = (names::ident(item.name()), item.path());
        let value = points::written_type(item.point, &TokenStream::new());
        quote! { #docs pub #name: Option<#value> = #path, }
    });
    sink.item(quote! {
        rt::element_readings! {
            #docs
            pub struct #name {
                #(#fields)*
            }
        }
    });
}

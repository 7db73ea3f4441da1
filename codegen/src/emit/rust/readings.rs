//! The structs that many values are read into.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::layout::{Layout, Members, Node};
use super::{docs, markup, names, points};
use crate::model::{Device, Point};

/// All structs of readings; each after those it is made of.
pub(super) fn tokens(device: &Device, layout: &Layout<'_>) -> TokenStream {
    let mut parts = TokenStream::new();
    if let Members::Nodes(nodes) = &layout.top.members {
        for (_, node) in nodes {
            node.walk(&mut |node| parts.extend(part(node)));
        }
    }
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
        Members::Points(_) => quote! { Self::LIST },
        Members::Nodes(_) => lists(node),
    }
}

fn part(node: &Node<'_>) -> TokenStream {
    let docs = docs::line(&format!("Readings of {}.", markup::escaped(&node.title)));
    let quiet = super::quiet(&quote! { clippy::struct_field_names });
    let name = names::ident(&node.type_name);
    let (fields, names) = fields(node);
    let decoded = decoded(node);
    let list = list(node);
    let lists = own_lists(node);
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #fields
        }

        #list

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
    let (fields, names) = fields(node);
    let decoded = decoded(node);
    let list = list(node);
    let lists = own_lists(node);
    let commands = infos(&layout.commands);
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct #name {
            #fields
            absences_: rt::Absences,
        }

        #list

        #[allow(dead_code, unreachable_pub)]
        impl #name {
            /// Commands that can be read, which says whether the device has them.
            const COMMANDS: &'static [&'static rt::PointInfo] = &[#commands];

            /// Which points have no value, and why.
            #[must_use]
            pub fn absent(&self) -> &rt::Absences {
                &self.absences_
            }
        }

        #[allow(clippy::too_many_lines)]
        impl rt::Readings for #name {
            const POINTS: &'static [&'static [&'static rt::PointInfo]] = &[Self::COMMANDS, #lists];

            #[inline]
            fn decode(snapshot: &rt::Snapshot) -> Self {
                Self { #decoded absences_: snapshot.absences() }
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
    let infos = infos(members);
    quote! {
        #quiet
        impl #name {
            const LIST: &'static [&'static rt::PointInfo] = &[#infos];
        }
    }
}

/// The descriptions of points, separated by commas.
pub(super) fn infos(points: &[&Point]) -> TokenStream {
    let paths = points.iter().map(|point| points::path(point));
    quote! { #(#paths.info()),* }
}

fn fields(node: &Node<'_>) -> (TokenStream, Vec<Ident>) {
    match &node.members {
        Members::Points(members) => {
            let names: Vec<Ident> = members.iter().map(|point| names::ident(&point.id)).collect();
            let fields = members.iter().zip(&names).map(|(point, name)| {
                let docs = docs::line(&docs::summary(point));
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
                let path = points::path(point);
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

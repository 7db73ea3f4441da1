//! Arrays: the number of an element, and the struct that an element is.

use proc_macro2::TokenStream;
use quote::quote;

use super::layout::Layout;
use super::sink::Sink;
use super::{accessors, docs, markup, names};
use crate::emit::item::Family;
use crate::model::{Array, Device};

/// Numbers and elements of all arrays. Arrays may share the type of their numbers.
pub(super) fn items(device: &Device, layout: &Layout<'_>, sink: &mut impl Sink) {
    numbers(layout, sink);
    for family in layout.families.iter().filter(|family| family.has_struct()) {
        element(device, family, sink);
    }
}

/// The numbers of the elements of all arrays.
pub(super) fn numbers(layout: &Layout<'_>, sink: &mut impl Sink) {
    let mut known: Vec<&str> = Vec::new();
    for array in layout.families.iter().map(|family| family.array) {
        if !known.contains(&array.number_type.as_str()) {
            known.push(&array.number_type);
            sink.item(number(array));
        }
    }
}

fn number(array: &Array) -> TokenStream {
    let docs =
        docs::line(&format!("Which of {}.{}", markup::quoted(&array.label), docs::translated(&array.translations)));
    let name = names::ident(&array.number_type);
    let variants = array.elements.iter().map(|element| {
        let docs = docs::label(&element.label, &element.name);
        let (variant, number) = (names::ident(&element.name), names::integer(element.number.into()));
        quote! { #docs #variant = #number, }
    });
    quote! {
        rt::element_number! {
            #docs
            pub enum #name {
                #(#variants)*
            }
        }
    }
}

fn element(device: &Device, family: &Family<'_>, sink: &mut impl Sink) {
    let array = family.array;
    let docs = docs::line(&format!(
        "One element of {}.{}",
        markup::quoted(&array.label),
        docs::translated(&array.translations)
    ));
    let aliases = docs::aliases(&family.struct_name(), docs::labels(&array.label, &array.translations));
    let name = names::ident(&family.struct_name());
    let number = names::ident(&array.number_type);
    sink.item(quote! {
        #docs
        #aliases
        #[derive(Debug, Clone)]
        pub struct #name {
            unit: rt::Unit,
            no: #number,
        }
    });
    sink.open(quote! { impl #name });
    sink.member(quote! {
        /// The number of this element.
        #[must_use]
        #[inline]
        pub const fn no(&self) -> #number {
            self.no
        }
    });
    if let Some(readings) = family.readings_name() {
        let readings = names::ident(&readings);
        sink.member(quote! {
            /// Reads every readable point of this element, in the fewest requests.
            #[inline]
            pub fn read(&self) -> rt::ReadElement<#readings> {
                self.unit.read_element(self.no as usize)
            }
        });
    }
    for item in family.members() {
        accessors::members(device, item, sink);
    }
    sink.close();
}

//! Arrays: the number of an element, and the struct that an element is.

use proc_macro2::TokenStream;
use quote::quote;

use super::layout::Layout;
use super::{accessors, docs, markup, names};
use crate::emit::item::Family;
use crate::model::{Array, Device};

/// Numbers and elements of all arrays. Arrays may share the type of their numbers.
pub(super) fn tokens(device: &Device, layout: &Layout<'_>) -> TokenStream {
    let numbers = numbers(layout);
    let with_struct = layout.families.iter().filter(|family| family.has_struct());
    let elements = with_struct.map(|family| element(device, layout, family));
    quote! { #numbers #(#elements)* }
}

/// The numbers of the elements of all arrays.
pub(super) fn numbers(layout: &Layout<'_>) -> TokenStream {
    let mut known: Vec<&str> = Vec::new();
    let mut parts = TokenStream::new();
    for array in layout.families.iter().map(|family| family.array) {
        if !known.contains(&array.number_type.as_str()) {
            known.push(&array.number_type);
            parts.extend(number(array));
        }
    }
    parts
}

fn number(array: &Array) -> TokenStream {
    let docs =
        docs::line(&format!("Which of {}.{}", markup::quoted(&array.label), docs::translated(&array.translations)));
    let quiet = super::quiet(&quote! { clippy::enum_variant_names, clippy::upper_case_acronyms });
    let name = names::ident(&array.number_type);
    let variants: Vec<_> = array.elements.iter().map(|element| names::ident(&element.name)).collect();
    let variant_docs =
        array.elements.iter().map(|element| docs::line(&format!("{}.", markup::escaped(&element.label))));
    let numbers = array.elements.iter().map(|element| names::integer(element.number.into()));
    let count = names::count(array.elements.len());
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name {
            #(#variant_docs #variants,)*
        }

        #quiet
        impl #name {
            /// All there are, ascending.
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            /// The vendor's number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self {
                    #(Self::#variants => #numbers,)*
                }
            }
        }

        rt::impl_element_number!(#name);
    }
}

fn element(device: &Device, layout: &Layout<'_>, family: &Family<'_>) -> TokenStream {
    let array = family.array;
    let docs =
        docs::line(&format!("One of {}.{}", markup::quoted(&array.label), docs::translated(&array.translations)));
    let aliases = docs::aliases(&family.struct_name(), docs::labels(&array.label, &array.translations));
    let quiet = super::quiet(&quote! {});
    let indexed = super::indexed(layout);
    let quiet_names = super::quiet(&quote! { #indexed clippy::should_implement_trait, clippy::wrong_self_convention });
    let name = names::ident(&family.struct_name());
    let number = names::ident(&array.number_type);
    let readings = family.readings_name().map(|readings| {
        let readings = names::ident(&readings);
        quote! {
            /// Reads all that can be read of this one, in the fewest requests.
            #[inline]
            pub fn read(&self) -> rt::ReadElement<#readings> {
                self.unit.read_element(self.no as usize)
            }
        }
    });
    let accessors = family.members().map(|item| accessors::tokens(device, item));
    quote! {
        #docs
        #aliases
        #quiet
        #[derive(Debug, Clone)]
        pub struct #name {
            unit: rt::Unit,
            no: #number,
        }

        #quiet_names
        impl #name {
            /// Which one it is.
            #[must_use]
            #[inline]
            pub const fn no(&self) -> #number {
                self.no
            }

            #readings
            #(#accessors)*
        }
    }
}

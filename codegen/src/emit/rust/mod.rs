//! Typed Rust from the model.
//!
//! A register becomes a typed constant; what it does is written once, in the runtime. All that is generated names the
//! runtime as `rt`, contains no inner attributes and no `cfg`, and has no warning under clippy's pedantic lints and rustdoc,
//! in a public module or a private one, in editions 2021 and 2024: what would raise one is allowed in one place, the module
//! that all is in.
//!
//! The order depends on addresses, names and codes, and on no position in a table; no position stands in the code. So a row
//! that is inserted changes no line that is about other points.

mod accessors;
mod arrays;
mod detect;
mod device;
mod docs;
mod handles;
mod layout;
mod markup;
mod names;
mod points;
mod readings;
mod sink;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use self::layout::Layout;
use self::sink::{Sink, Text, Tokens};
use crate::model::{Device, ValueLabel};

/// The version of the agreement between generated code and runtime. The runtime refuses to compile with another.
const AGREEMENT: u32 = 3;

/// Which parts of the code are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Parts {
    /// All.
    #[default]
    All,
    /// Points and types, and what the table says of the link: without the handle of the device and its readings, which need
    /// the runtime's feature `std`.
    Points,
}

/// The items of the device, to be put into a module.
#[must_use]
pub fn tokens(device: &Device) -> TokenStream {
    tokens_of(device, Parts::All)
}

/// Some of the items of the device, to be put into a module.
#[must_use]
pub fn tokens_of(device: &Device, parts: Parts) -> TokenStream {
    let mut tokens = Tokens::default();
    items(device, parts, &mut tokens);
    tokens.finish()
}

/// Makes the items, one after the other.
fn items(device: &Device, parts: Parts, sink: &mut impl Sink) {
    let layout = Layout::of(device);
    let agreement = names::integer(AGREEMENT.into());
    // Lints that a private module would raise, since nobody uses all of it, and those of names that follow the table. What has
    // no documentation has a name that says all. An element's number is its place in the arrays, so there is no other index.
    // What documentation quotes is the vendor's text: a product called AeroVent is not code that lacks backticks.
    sink.open(quote! {
        #[allow(
            dead_code, missing_docs, unreachable_pub, clippy::as_conversions, clippy::doc_markdown,
            clippy::enum_variant_names, clippy::indexing_slicing, clippy::redundant_static_lifetimes, clippy::should_implement_trait,
            clippy::struct_field_names, clippy::too_many_lines, clippy::upper_case_acronyms,
            clippy::wrong_self_convention,
            reason = "nobody uses all of it, and names and texts follow the vendor's table"
        )]
        mod generated
    });
    sink.item(quote! { use ::modbus_bindgen_runtime as rt; });
    sink.item(quote! { const _: () = rt::assert_generated_for(#agreement); });
    let handle = |sink: &mut _| match parts {
        Parts::All => {
            device::items(device, &layout, sink);
            arrays::items(device, &layout, sink);
        }
        Parts::Points => {
            device::link_module(device, sink);
            arrays::numbers(&layout, sink);
        }
    };
    let points = |sink: &mut _| {
        points::items(device, &layout, parts, sink);
        types::items(device, sink);
        if parts == Parts::All {
            readings::items(device, &layout, sink);
        }
    };
    sink.both(&handle, &points);
    sink.close();
    // A private module may use none of what it passes on, and then nobody can reach it.
    sink.item(quote! { #[allow(unreachable_pub, unused_imports, reason = "a private module may use none of it")] pub use generated::*; });
}

/// A type that the code defines beside those of [`Device::types`] and the device's own.
pub(crate) struct MadeType {
    /// Its name.
    pub(crate) name: String,
    /// What it is for: `the readings of “Heat pump unit”`.
    pub(crate) purpose: String,
    /// What it is named after.
    pub(crate) of: MadeOf,
}

/// What a type is named after.
pub(crate) enum MadeOf {
    /// The array of this name.
    Array(String),
    /// The group of this title.
    Group(String),
    /// The device.
    Rest,
}

/// The name of a flag as a constant.
pub(crate) fn flag_name(label: &ValueLabel) -> String {
    // The label says where a number begins, which the type's name does not: OUTPUT_5, not OUTPUT5.
    let is_of_label = names::type_name(&label.label) == label.name;
    names::constant_name(if is_of_label { &label.label } else { &label.name })
}

/// The types that the code defines for arrays and readings; the checks see to it that their names differ.
pub(crate) fn made_types(device: &Device) -> Vec<MadeType> {
    let layout = Layout::of(device);
    let mut made: Vec<MadeType> = Vec::new();
    for family in &layout.families {
        let label = &family.array.label;
        let of_array = |name: String, what: &str| {
            let of = MadeOf::Array(family.array.name.clone());
            MadeType { name, purpose: format!("{what} of “{label}”"), of }
        };
        // Arrays may share the type of their numbers.
        if !made.iter().any(|known| known.name == family.array.number_type) {
            made.push(of_array(family.array.number_type.clone(), "the number"));
        }
        if family.has_struct() {
            made.push(of_array(family.struct_name(), "an element"));
        }
        made.extend(family.readings_name().map(|name| of_array(name, "the readings")));
    }
    layout.top.walk(&mut |node| {
        let purpose = format!("the readings of {}", node.title);
        let of = node.group.map_or(MadeOf::Rest, |title| MadeOf::Group(title.to_owned()));
        made.push(MadeType { name: node.type_name.clone(), purpose, of });
    });
    made
}

/// The same items as a formatted file.
#[must_use]
pub fn source(device: &Device) -> String {
    source_of(device, Parts::All)
}

/// Some of the items as a formatted file.
#[must_use]
pub fn source_of(device: &Device, parts: Parts) -> String {
    let inputs: Vec<String> = super::path::inputs(device).iter().map(|input| markup::one_line(input)).collect();
    let mut text = Text::after(format!(
        "// @generated by modbus-bindgen {} from {}. Do not edit; edit those files and generate again.\n\n",
        env!("CARGO_PKG_VERSION"),
        inputs.join(", "),
    ));
    items(device, parts, &mut text);
    text.finish()
}

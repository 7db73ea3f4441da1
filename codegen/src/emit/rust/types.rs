//! Enums, flag sets, numbers with special values, and enums out of several.

use proc_macro2::TokenStream;
use quote::quote;

use super::sink::Sink;
use super::{docs, markup, names, points};
use crate::model::{ConditionalValues, Device, Kind, Point, Translations, ValueForm, ValueLabel, ValueType};

/// The enums and flag sets, by name.
pub(super) fn items(device: &Device, sink: &mut impl Sink) {
    let mut types: Vec<&ValueType> = device.types.iter().collect();
    types.sort_by(|one, other| one.name.cmp(&other.name));
    for value_type in types {
        sink.item(match value_type.form {
            ValueForm::Enum => enumeration(value_type),
            ValueForm::Flags => flag_set(value_type),
            ValueForm::Special => special(device, value_type),
            ValueForm::Conditional => conditional(device, value_type),
        });
    }
}

/// By code: the runtime looks for codes in ascending order.
fn by_code(value_type: &ValueType) -> Vec<&ValueLabel> {
    let mut labels: Vec<&ValueLabel> = value_type.labels.iter().collect();
    labels.sort_by_key(|label| label.code);
    labels
}

/// A label and its translations, to be given to a macro.
fn labels(label: &str, translations: &Translations) -> TokenStream {
    let label = names::text(label);
    let translations = translations.iter().map(|(language, text)| {
        let text = names::text(text);
        quote! { , (#language, #text) }
    });
    quote! { #label #(#translations)* }
}

fn enumeration(value_type: &ValueType) -> TokenStream {
    let docs = docs::value_type(value_type);
    let name = names::ident(&value_type.name);
    let variants = by_code(value_type).into_iter().map(|label| {
        let docs = label_docs(label, &label.name, &label.code.to_string());
        let (variant, code) = (names::ident(&label.name), names::integer(label.code.into()));
        let labels = labels(&label.label, &label.translations);
        quote! { #docs #variant = (#code, #labels), }
    });
    quote! {
        rt::enumeration! {
            #docs
            pub enum #name {
                #(#variants)*
            }
        }
    }
}

fn flag_set(value_type: &ValueType) -> TokenStream {
    let docs = docs::value_type(value_type);
    let name = names::ident(&value_type.name);
    let bits = points::integer(value_type.raw, false);
    let flags = by_code(value_type).into_iter().map(|label| {
        let flag = super::flag_name(label);
        let docs = label_docs(label, &flag, &format!("bit {}", label.code));
        let (flag, bit) = (names::ident(&flag), names::integer(label.code.into()));
        let labels = labels(&label.label, &label.translations);
        quote! { #docs pub const #flag: Self = Self::bit(#bit, #labels); }
    });
    quote! {
        rt::flag_set! {
            #docs
            pub struct #name(#bits);

            impl #name {
                #(#flags)*
            }
        }
    }
}

fn special(device: &Device, value_type: &ValueType) -> TokenStream {
    let docs = docs::value_type(value_type);
    let name = names::ident(&value_type.name);
    let (number, more) = if device.special_is_whole(&value_type.name) {
        (points::integer(value_type.raw, value_type.raw.is_signed()), quote! { #[derive(Eq, Hash)] })
    } else {
        (quote! { f64 }, TokenStream::new())
    };
    let variants = value_type.labels.iter().map(|label| {
        let docs = docs::translated_label(&label.label, &label.translations, &label.name);
        let aliases = docs::aliases(&label.name, docs::labels(&label.label, &label.translations));
        let variant = names::ident(&label.name);
        let labels = labels(&label.label, &label.translations);
        quote! { #docs #aliases #variant = (#labels), }
    });
    quote! {
        rt::special! {
            #docs
            #more
            pub enum #name {
                Value(#number),
                #(#variants)*
            }
        }
    }
}

/// The labels of the type and the lists of its points go by the same places.
fn conditional(device: &Device, value_type: &ValueType) -> TokenStream {
    let is_of_it = |point: &&Point| matches!(&point.kind, Kind::Conditional(name) if *name == value_type.name);
    let lists = device.points.iter().find(is_of_it).map(|point| point.values_if.as_slice()).unwrap_or_default();
    let cases: Vec<(&ValueLabel, &ConditionalValues)> = value_type.labels.iter().zip(lists).collect();
    let docs = docs::value_type(value_type);
    let name = names::ident(&value_type.name);
    let variants = cases.iter().map(|(label, list)| {
        let translated = docs::translated(&label.translations);
        let when = format!("where {} {} is {} to {}", list.table, list.register, list.min, list.max);
        let docs = docs::line(&format!("{}: {when}.{translated}", markup::escaped(&label.label)));
        let aliases = docs::aliases(&label.name, docs::labels(&label.label, &label.translations));
        let (variant, list) = (names::ident(&label.name), names::ident(&list.type_name));
        quote! { #docs #aliases #variant(#list), }
    });
    quote! {
        rt::conditional_enumeration! {
            #docs
            pub enum #name {
                #(#variants)*
            }
        }
    }
}

fn label_docs(label: &ValueLabel, item: &str, number: &str) -> TokenStream {
    let translated = docs::translated(&label.translations);
    let docs = docs::line(&format!("{} ({number}).{translated}", markup::escaped(&label.label)));
    let aliases = docs::aliases(item, docs::labels(&label.label, &label.translations));
    quote! { #docs #aliases }
}

//! Enums, flag sets, numbers with special values, and enums out of several.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, markup, names, points};
use crate::model::{ConditionalValues, Device, Kind, Point, ValueForm, ValueLabel, ValueType};

/// The enums and flag sets, in the order the table first uses them.
pub(super) fn tokens(device: &Device) -> TokenStream {
    device
        .types
        .iter()
        .map(|value_type| match value_type.form {
            ValueForm::Enum => enumeration(value_type),
            ValueForm::Flags => flag_set(value_type),
            ValueForm::Special => special(device, value_type),
            ValueForm::Conditional => conditional(device, value_type),
        })
        .collect()
}

/// The labels in further languages, in the order of the list; the first language's where there is none in another.
fn translations(labels: &[ValueLabel]) -> TokenStream {
    let mut languages: Vec<&str> = Vec::new();
    for (language, _) in labels.iter().flat_map(|label| &label.translations) {
        if !languages.contains(&language.as_str()) {
            languages.push(language);
        }
    }
    if languages.is_empty() {
        return TokenStream::new();
    }
    let lists = languages.iter().map(|language| {
        let texts = labels.iter().map(|label| {
            let translated = label.translations.iter().find(|(known, _)| known == language);
            names::text(translated.map_or(&label.label, |(_, text)| text))
        });
        quote! { (#language, &[#(#texts),*]) }
    });
    quote! { const TRANSLATIONS: rt::Translations = &[#(#lists),*]; }
}

fn enumeration(value_type: &ValueType) -> TokenStream {
    let translations = translations(&value_type.labels);
    let docs = docs::attributes(&docs::value_type(value_type));
    let quiet = super::quiet(&quote! { clippy::enum_variant_names, clippy::upper_case_acronyms });
    let name = names::ident(&value_type.name);
    let variants: Vec<_> = value_type.labels.iter().map(|label| names::ident(&label.name)).collect();
    let codes: Vec<_> = value_type.labels.iter().map(|label| names::integer(label.code.into())).collect();
    let printed: Vec<_> = value_type.labels.iter().map(|label| names::text(&label.label)).collect();
    let variant_docs = value_type.labels.iter().map(|label| label_docs(label, &label.name, &label.code.to_string()));
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variant_docs #variants,)*
            /// A code the table does not list; only decoding makes it.
            Unknown(rt::UnknownCode),
        }

        // As long as the vendor's list.
        #[allow(clippy::too_many_lines)]
        impl rt::Enumeration for #name {
            const VALUES: &'static [rt::Labelled] = &[#(rt::Labelled::new(#codes, #printed)),*];

            #translations

            fn from_code(code: i64) -> Option<Self> {
                match code {
                    #(#codes => Some(Self::#variants),)*
                    _ => None,
                }
            }

            fn from_unknown(code: rt::UnknownCode) -> Self {
                Self::Unknown(code)
            }

            fn code(self) -> Result<i64, rt::UnknownCode> {
                match self {
                    #(Self::#variants => Ok(#codes),)*
                    Self::Unknown(code) => Err(code),
                }
            }
        }

        rt::impl_enumeration!(#name);
    }
}

fn flag_set(value_type: &ValueType) -> TokenStream {
    let docs = docs::attributes(&docs::value_type(value_type));
    let quiet = super::quiet(&quote! {});
    let name = names::ident(&value_type.name);
    let bits = points::integer(value_type.raw, false);
    let translations = translations(&value_type.labels);
    let flags = value_type.labels.iter().map(|label| {
        let flag = super::flag_name(label);
        let docs = label_docs(label, &flag, &format!("bit {}", label.code));
        let flag = names::ident(&flag);
        let bit = names::integer(label.code.into());
        quote! { #docs pub const #flag: Self = Self(1 << #bit); }
    });
    let numbers = value_type.labels.iter().map(|label| names::integer(label.code.into()));
    let printed = value_type.labels.iter().map(|label| names::text(&label.label));
    quote! {
        #docs
        #quiet
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct #name(#bits);

        #quiet
        impl #name {
            #(#flags)*
        }

        impl rt::FlagSet for #name {
            type Bits = #bits;

            const FLAGS: &'static [rt::Labelled] = &[#(rt::Labelled::new(#numbers, #printed)),*];

            #translations

            fn from_bits(bits: #bits) -> Self {
                Self(bits)
            }

            fn bits(self) -> #bits {
                self.0
            }
        }

        rt::impl_flag_set!(#name);
    }
}

fn special(device: &Device, value_type: &ValueType) -> TokenStream {
    let docs = docs::attributes(&docs::value_type(value_type));
    let quiet = super::quiet(&quote! { clippy::enum_variant_names, clippy::upper_case_acronyms });
    let name = names::ident(&value_type.name);
    let (number, more) = if device.special_is_whole(&value_type.name) {
        (points::integer(value_type.raw, value_type.raw.is_signed()), quote! { , Eq, Hash })
    } else {
        (quote! { f64 }, TokenStream::new())
    };
    let variants: Vec<_> = value_type.labels.iter().map(|label| names::ident(&label.name)).collect();
    let variant_docs = value_type.labels.iter().map(|label| {
        let docs = docs::line(&format!("{}.{}", markup::escaped(&label.label), docs::translated(&label.translations)));
        let aliases = docs::aliases(&label.name, docs::labels(&label.label, &label.translations));
        quote! { #docs #aliases }
    });
    let places: Vec<_> = (0..value_type.labels.len()).map(names::count).collect();
    let printed = value_type.labels.iter().map(|label| names::text(&label.label));
    let translations = translations(&value_type.labels);
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, Copy, PartialEq #more)]
        #[non_exhaustive]
        pub enum #name {
            #(#variant_docs #variants,)*
            /// A number, in the point's unit.
            Value(#number),
        }

        impl rt::SpecialOrNumber for #name {
            const SPECIALS: &'static [&'static str] = &[#(#printed),*];

            #translations

            type Number = #number;

            fn special(index: usize) -> Option<Self> {
                match index {
                    #(#places => Some(Self::#variants),)*
                    _ => None,
                }
            }

            fn number(value: #number) -> Self {
                Self::Value(value)
            }

            fn parts(self) -> rt::SpecialParts<#number> {
                match self {
                    #(Self::#variants => rt::SpecialParts::Special(#places),)*
                    Self::Value(value) => rt::SpecialParts::Number(value),
                }
            }
        }

        rt::impl_special!(#name);
    }
}

/// The labels of the type and the lists of its points go by the same places.
fn conditional(device: &Device, value_type: &ValueType) -> TokenStream {
    let is_of_it = |point: &&Point| matches!(&point.kind, Kind::Conditional(name) if *name == value_type.name);
    let lists = device.points.iter().find(is_of_it).map(|point| point.values_if.as_slice()).unwrap_or_default();
    let cases: Vec<(&ValueLabel, &ConditionalValues)> = value_type.labels.iter().zip(lists).collect();
    let docs = docs::attributes(&docs::value_type(value_type));
    let quiet = super::quiet(&quote! { clippy::enum_variant_names, clippy::upper_case_acronyms });
    let name = names::ident(&value_type.name);
    let variants: Vec<_> = cases.iter().map(|(label, _)| names::ident(&label.name)).collect();
    let enums: Vec<_> = cases.iter().map(|(_, list)| names::ident(&list.type_name)).collect();
    let places: Vec<_> = (0..cases.len()).map(names::count).collect();
    let is_translated = |name: &str| {
        let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
        labels.iter().any(|label| !label.translations.is_empty())
    };
    let translations = cases.iter().any(|(_, list)| is_translated(&list.type_name)).then(|| {
        quote! {
            const TRANSLATIONS: &'static [rt::Translations] = &[#(<#enums as rt::Enumeration>::TRANSLATIONS),*];
        }
    });
    let variant_docs = cases.iter().map(|(label, list)| {
        let translated = docs::translated(&label.translations);
        let when = format!("where {} {} is {} to {}", list.table, list.register, list.min, list.max);
        let docs = docs::line(&format!("{}: {when}.{translated}", markup::escaped(&label.label)));
        let aliases = docs::aliases(&label.name, docs::labels(&label.label, &label.translations));
        quote! { #docs #aliases }
    });
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variant_docs #variants(#enums),)*
            /// A code the table does not list, or of a product it does not list; only decoding makes it.
            Unknown(rt::UnknownCode),
        }

        impl rt::ConditionalEnumeration for #name {
            const CASES: &'static [&'static [rt::Labelled]] = &[#(<#enums as rt::Enumeration>::VALUES),*];

            #translations

            fn from_case(case: usize, code: i64) -> Option<Self> {
                match case {
                    #(#places => <#enums as rt::Enumeration>::from_code(code).map(Self::#variants),)*
                    _ => None,
                }
            }

            fn from_unknown(code: rt::UnknownCode) -> Self {
                Self::Unknown(code)
            }

            fn code(self) -> Result<(usize, i64), rt::UnknownCode> {
                match self {
                    #(Self::#variants(value) => rt::Enumeration::code(value).map(|code| (#places, code)),)*
                    Self::Unknown(code) => Err(code),
                }
            }
        }

        rt::impl_conditional_enumeration!(#name);
    }
}

fn label_docs(label: &ValueLabel, item: &str, number: &str) -> TokenStream {
    let translated = docs::translated(&label.translations);
    let docs = docs::line(&format!("{} ({number}).{translated}", markup::escaped(&label.label)));
    let aliases = docs::aliases(item, docs::labels(&label.label, &label.translations));
    quote! { #docs #aliases }
}

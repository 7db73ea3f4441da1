//! Enums and flag sets.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, markup, names, points};
use crate::model::{Device, ValueForm, ValueLabel, ValueType};

/// The enums and flag sets, in the order the table first uses them.
pub(super) fn tokens(device: &Device) -> TokenStream {
    device
        .types
        .iter()
        .map(|value_type| match value_type.form {
            ValueForm::Enum => enumeration(value_type),
            ValueForm::Flags => flag_set(value_type),
            ValueForm::Special | ValueForm::Conditional => TokenStream::new(),
        })
        .collect()
}

fn enumeration(value_type: &ValueType) -> TokenStream {
    let docs = docs::attributes(&docs::value_type(value_type));
    let quiet = super::quiet(&quote! { clippy::enum_variant_names, clippy::upper_case_acronyms });
    let name = names::ident(&value_type.name);
    let variants: Vec<_> = value_type.labels.iter().map(|label| names::ident(&label.name)).collect();
    let codes: Vec<_> = value_type.labels.iter().map(|label| names::integer(label.code.into())).collect();
    let printed: Vec<_> = value_type.labels.iter().map(|label| &label.label).collect();
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

        #[allow(clippy::too_many_lines)]
        impl rt::Enumeration for #name {
            const VALUES: &'static [rt::Labelled] = &[#(rt::Labelled::new(#codes, #printed)),*];

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
    let flags = value_type.labels.iter().map(|label| {
        let flag = names::constant_name(&label.name);
        let docs = label_docs(label, &flag, &format!("bit {}", label.code));
        let flag = names::ident(&flag);
        let bit = names::integer(label.code.into());
        quote! { #docs pub const #flag: Self = Self(1 << #bit); }
    });
    let numbers = value_type.labels.iter().map(|label| names::integer(label.code.into()));
    let printed = value_type.labels.iter().map(|label| &label.label);
    quote! {
        #docs
        #quiet
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct #name(#bits);

        #quiet
        impl #name {
            #(#flags)*
        }

        impl rt::FlagSet for #name {
            type Bits = #bits;

            const FLAGS: &'static [rt::Labelled] = &[#(rt::Labelled::new(#numbers, #printed)),*];

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

fn label_docs(label: &ValueLabel, item: &str, number: &str) -> TokenStream {
    let docs = docs::line(&format!("{} ({number}).", markup::escaped(&label.label)));
    let aliases = docs::aliases(item, [label.label.as_str()]);
    quote! { #docs #aliases }
}

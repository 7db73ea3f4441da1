//! What stands for a point, or for the points of an array, in the code.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::names;
use crate::emit::item::{Family, Item};

impl Family<'_> {
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

impl Item<'_> {
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
}

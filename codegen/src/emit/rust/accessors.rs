//! What can be done with a point, as methods of the device or of an element of an array.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::sink::Sink;
use super::{docs, names, points};
use crate::emit::item::Item;
use crate::model::{Device, Kind, Limits, Role, ValueLabel};

/// The methods.
pub(super) fn members(device: &Device, item: &Item<'_>, sink: &mut impl Sink) {
    match item.point.role {
        Role::Command { trigger } => command(device, item, trigger, sink),
        Role::Value => value(device, item, sink),
    }
}

fn value(device: &Device, item: &Item<'_>, sink: &mut impl Sink) {
    let handle = item.handle();
    let method = names::ident(item.name());
    let parameter = item.parameter().map(|parameter| quote! { , #parameter });
    if item.point.access.reads() {
        let docs = docs::line(&docs::accessor(item));
        let aliases = docs::aliases(item.name(), item.printed_names());
        let value = points::value_type(item.point, &TokenStream::new());
        let read = if item.is_sparse() {
            quote! { read_point_of }
        } else {
            quote! { read_point }
        };
        sink.member(quote! {
            #docs
            #aliases
            #[inline]
            pub fn #method(&self #parameter) -> rt::Read<#value> {
                self.unit.#read(#handle)
            }
        });
    }
    if item.point.limits.as_ref().is_some_and(Limits::in_registers) {
        let docs = docs::line(&docs::limits(item));
        let method = format_ident!("{}_limits", item.name());
        sink.member(quote! {
            #docs
            #[inline]
            pub fn #method(&self #parameter) -> rt::ReadLimits {
                self.unit.read_limits(#handle)
            }
        });
    }
    if item.point.access.writes() {
        setters(device, item, sink);
    }
}

fn setters(device: &Device, item: &Item<'_>, sink: &mut impl Sink) {
    let handle = item.handle();
    let parameter = item.parameter().map(|parameter| quote! { , #parameter });
    let value = points::written_type(item.point, &TokenStream::new());
    let write = if item.is_sparse() {
        quote! { write_point_of }
    } else {
        quote! { write_point }
    };
    let docs = docs::line(&docs::setter(item));
    let method = format_ident!("set_{}", item.name());
    sink.member(quote! {
        #docs
        #[inline]
        pub fn #method(&self #parameter, value: #value) -> rt::Write {
            self.unit.#write(#handle, value)
        }
    });
    let persistent = item.point.persistent.as_deref();
    if let Some((command, keep)) = persistent.and_then(|command| Some((command, given(device, command)?))) {
        let docs = docs::line(&docs::persistent_setter(item, command));
        let method = format_ident!("set_{}_persistently", item.name());
        sink.member(quote! {
            #docs
            #[inline]
            pub fn #method(&self #parameter, value: #value) -> rt::WriteSequence {
                self.unit.#write(#handle, value).then(#keep)
            }
        });
    }
}

fn command(device: &Device, item: &Item<'_>, trigger: Option<i64>, sink: &mut impl Sink) {
    if !item.point.access.writes() {
        return;
    }
    let handle = item.handle();
    let method = names::ident(item.name());
    let docs = docs::line(&docs::command(item));
    let aliases = docs::aliases(item.name(), item.printed_names());
    let parameter = item.parameter().map(|parameter| quote! { , #parameter });
    if trigger.is_some() {
        let pull = if item.is_sparse() {
            quote! { trigger_of }
        } else {
            quote! { trigger }
        };
        sink.member(quote! {
            #docs
            #aliases
            #[inline]
            pub fn #method(&self #parameter) -> rt::Write {
                self.unit.#pull(#handle)
            }
        });
        return;
    }
    let value = points::written_type(item.point, &TokenStream::new());
    sink.member(quote! {
        #docs
        #aliases
        #[inline]
        pub fn #method(&self #parameter, value: #value) -> rt::Write {
            self.unit.command(#handle, value)
        }
    });
    for (method, label) in command_values(device, item) {
        let docs = docs::line(&docs::command_value(item, &label.label));
        let aliases = docs::aliases(&method.to_string(), docs::labels(&label.label, &label.translations));
        let variant = names::ident(&label.name);
        sink.member(quote! {
            #docs
            #aliases
            #[inline]
            pub fn #method(&self #parameter) -> rt::Write {
                self.unit.command(#handle, #value::#variant)
            }
        });
    }
}

/// The values of a command that is one out of a list, each with the name of its method. The one that says that it is
/// no command has none.
fn command_values<'a>(device: &'a Device, item: &Item<'_>) -> Vec<(Ident, &'a ValueLabel)> {
    let Kind::Enum(name) = &item.point.kind else { return Vec::new() };
    let labels = device.value_type(name).map(|list| list.labels.as_slice()).unwrap_or_default();
    let commands = labels.iter().filter(|label| !is_no_command(label));
    commands.map(|label| (names::ident(&names::field_name(&label.name)), label)).collect()
}

fn is_no_command(label: &ValueLabel) -> bool {
    label.code == 0 && ["No command", "None", "No action"].iter().any(|none| names::same(none, &label.label))
}

/// The call that gives a command of the device, by the name of its method.
fn given(device: &Device, method: &str) -> Option<TokenStream> {
    let mut commands =
        device.points.iter().filter(|point| point.array.is_none() && point.access.writes()).map(Item::single);
    commands.find_map(|item| {
        let Role::Command { trigger } = item.point.role else { return None };
        let handle = item.handle();
        if trigger.is_some() {
            return (item.name() == method).then(|| quote! { self.unit.trigger(#handle) });
        }
        let value = points::written_type(item.point, &TokenStream::new());
        let mut values = command_values(device, &item).into_iter();
        let (_, label) = values.find(|(name, _)| *name == method)?;
        let variant = names::ident(&label.name);
        Some(quote! { self.unit.command(#handle, #value::#variant) })
    })
}

//! The device's handle: its accessors, and what the table says of its link.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::layout::{Layout, Members};
use super::{accessors, docs, markup, names, points, readings};
use crate::emit::item::Item;
use crate::model::{AcceptUnitIds, Device, Gaps, Parity, Rtu, WriteFunctions};

/// The handle and the static description.
pub(super) fn tokens(device: &Device, layout: &Layout<'_>) -> TokenStream {
    let docs = docs::attributes(&docs::device(device));
    let aliases = docs::aliases(&device.type_name, [device.name.as_str()]);
    let quiet = super::quiet(&quote! {});
    let indexed = super::indexed(layout);
    let quiet_names = super::quiet(&quote! { #indexed clippy::should_implement_trait, clippy::wrong_self_convention });
    let name = names::ident(&device.type_name);
    let constants = constants(device);
    let everything = names::ident(&layout.top.type_name);
    let groups = groups(layout);
    let single = device.points.iter().filter(|point| point.array.is_none()).map(Item::single);
    let single: TokenStream = single.map(|item| accessors::tokens(device, &item)).collect();
    let elements = elements(layout);
    let bare = layout.families.iter().flat_map(|family| &family.items).filter(|item| item.is_bare());
    let bare: TokenStream = bare.map(|item| accessors::tokens(device, item)).collect();
    let apart = apart(layout);
    let description = description(device, layout);
    quote! {
        #docs
        #aliases
        #quiet
        #[derive(Debug, Clone)]
        pub struct #name {
            unit: rt::Unit,
        }

        #quiet_names
        impl #name {
            #constants
            #apart

            /// Addresses the device through `unit`.
            #[must_use]
            #[inline]
            pub fn new(unit: rt::Unit) -> Self {
                Self { unit: unit.with_device(&DEVICE) }
            }

            /// The unit, for raw access.
            #[must_use]
            #[inline]
            pub fn unit(&self) -> &rt::Unit {
                &self.unit
            }

            /// Reads a tuple of points in the fewest requests.
            #[inline]
            pub fn read<S: rt::PointSet>(&self, points: S) -> rt::ReadSet<S> {
                self.unit.read(points)
            }

            /// Writes assignments (`points::X.to(21.5)`); neighbours share a request.
            #[inline]
            pub fn write(&self, assignments: impl IntoIterator<Item = rt::Assignment>) -> rt::WriteSet {
                self.unit.write(assignments)
            }

            /// Reads every readable point, in the fewest requests.
            #[inline]
            pub fn read_all(&self) -> rt::ReadGroup<#everything> {
                self.unit.read_group()
            }

            #groups
            #single
            #elements
            #bare
        }

        impl AsRef<rt::Unit> for #name {
            fn as_ref(&self) -> &rt::Unit {
                &self.unit
            }
        }

        impl rt::Device for #name {
            const INFO: &'static rt::DeviceInfo = &DEVICE;

            fn at(unit: rt::Unit) -> Self {
                Self::new(unit)
            }
        }

        #description
    }
}

/// What the table says of the link, where there is no handle that has it.
pub(super) fn link_module(device: &Device) -> TokenStream {
    // The same constants stand in the handle, where it is needed.
    let quiet = super::quiet(&quote! { clippy::redundant_static_lifetimes });
    let used = device.link.rtu.is_some().then(|| quote! { use super::rt; });
    let constants = constants(device);
    quote! {
        /// What the table says of the device's link.
        #quiet
        pub mod link {
            #used

            #constants
        }
    }
}

fn constants(device: &Device) -> TokenStream {
    let mut constants = TokenStream::new();
    if let Some(rtu) = &device.link.rtu {
        let settings = settings(rtu);
        let rates = rtu.baud_rates.iter().map(|&rate| names::integer(rate.into()));
        constants.extend(quote! {
            /// Serial settings the device leaves the factory with.
            pub const RTU_DEFAULTS: rt::RtuSettings = #settings;

            /// Speeds the device can be set to, in bits per second.
            pub const BAUD_RATES: &'static [u32] = &[#(#rates),*];
        });
    }
    if let Some(port) = device.link.tcp_port {
        let port = names::integer(port.into());
        constants.extend(quote! {
            /// TCP port of the device.
            pub const TCP_PORT: u16 = #port;
        });
    }
    let unit_id = names::integer(device.link.unit_id.into());
    quote! {
        #constants

        /// Unit id the device leaves the factory with.
        pub const UNIT_ID: u8 = #unit_id;
    }
}

fn settings(rtu: &Rtu) -> TokenStream {
    let baud_rate = names::integer(rtu.baud_rate.into());
    let parity = match rtu.parity {
        Parity::None => quote! { None },
        Parity::Even => quote! { Even },
        Parity::Odd => quote! { Odd },
    };
    let data_bits = Literal::u8_unsuffixed(rtu.data_bits);
    let stop_bits = Literal::u8_unsuffixed(rtu.stop_bits);
    quote! {
        rt::RtuSettings {
            baud_rate: #baud_rate,
            parity: rt::Parity::#parity,
            data_bits: #data_bits,
            stop_bits: #stop_bits,
        }
    }
}

/// `read_heat_pump_unit`, one for each part of the readings.
fn groups(layout: &Layout<'_>) -> TokenStream {
    let Members::Nodes(nodes) = &layout.top.members else { return TokenStream::new() };
    nodes
        .iter()
        .map(|(field, node)| {
            let docs = docs::line(&format!("Reads all of {}.", markup::escaped(&node.title)));
            let aliases = docs::aliases(field, node.group);
            let method = format_ident!("read_{field}");
            let readings = names::ident(&node.type_name);
            quote! {
                #docs
                #aliases
                #[inline]
                pub fn #method(&self) -> rt::ReadGroup<#readings> {
                    self.unit.read_group()
                }
            }
        })
        .collect()
}

/// `heat_pump(no)`, one for each array whose elements have a struct.
fn elements(layout: &Layout<'_>) -> TokenStream {
    let families = layout.families.iter().filter(|family| family.has_struct());
    families
        .map(|family| {
            let array = family.array;
            let docs = docs::line(&format!("One of {}.", markup::quoted(&array.label)));
            let aliases = docs::aliases(&array.name, docs::labels(&array.label, &array.translations));
            let method = names::ident(&array.name);
            let (number, element) = (names::ident(&array.number_type), names::ident(&family.struct_name()));
            quote! {
                #docs
                #aliases
                #[must_use]
                #[inline]
                pub fn #method(&self, no: #number) -> #element {
                    #element { unit: self.unit.clone(), no }
                }
            }
        })
        .collect()
}

/// The points that are in no readings.
fn apart(layout: &Layout<'_>) -> TokenStream {
    let infos = apart_infos(layout);
    if infos.is_empty() {
        return TokenStream::new();
    }
    quote! {
        /// Points that are in no readings: they cannot be read, or reading them changes the device.
        const APART: &'static [&'static rt::PointInfo] = &[#(#infos),*];
    }
}

fn apart_infos(layout: &Layout<'_>) -> Vec<TokenStream> {
    let of_arrays = layout.families.iter().flat_map(|family| &family.items).filter(|item| !item.is_in_readings());
    layout.apart.iter().chain(of_arrays).flat_map(Item::infos).flatten().collect()
}

fn description(device: &Device, layout: &Layout<'_>) -> TokenStream {
    let quiet = super::quiet(&super::indexed(layout));
    let handle = names::ident(&device.type_name);
    let name = names::text(&device.name);
    let manufacturer = names::text(device.manufacturer.as_deref().unwrap_or_default());
    let document = names::text(device.document.as_deref().unwrap_or_default());
    let link = link(device, &quote! { #handle });
    let reserved = device.reserved.iter().map(|reserved| {
        let table = points::table(reserved.table);
        let (first, last) = (names::integer(reserved.first.into()), names::integer(reserved.last.into()));
        quote! { (#table, #first, #last) }
    });
    let everything = names::ident(&layout.top.type_name);
    let apart = if apart_infos(layout).is_empty() {
        TokenStream::new()
    } else {
        quote! { #handle::APART, }
    };
    let lists = readings::lists(&layout.top);
    let arrays = readings::array_lists(layout);
    quote! {
        /// What the table says of the device and its link.
        #quiet
        pub static DEVICE: rt::DeviceInfo = rt::DeviceInfo {
            name: #name,
            manufacturer: #manufacturer,
            document: #document,
            link: #link,
            reserved: &[#(#reserved),*],
            points: &[#everything::COMMANDS, #apart #lists #arrays],
        };
    }
}

fn link(device: &Device, handle: &TokenStream) -> TokenStream {
    let link = &device.link;
    let unit_id = Literal::u8_unsuffixed(link.unit_id);
    let (first, last) = (Literal::u8_unsuffixed(link.unit_ids.0), Literal::u8_unsuffixed(link.unit_ids.1));
    let (rtu, baud_rates) = match &link.rtu {
        Some(_) => (quote! { Some(#handle::RTU_DEFAULTS) }, quote! { #handle::BAUD_RATES }),
        None => (quote! { None }, quote! { &[] }),
    };
    let tcp_port = if link.tcp_port.is_some() {
        quote! { Some(#handle::TCP_PORT) }
    } else {
        quote! { None }
    };
    let registers = names::integer(link.max_read_registers.into());
    let bits = names::integer(link.max_read_bits.into());
    let written_registers = names::integer(link.max_write_registers.into());
    let written_bits = names::integer(link.max_write_bits.into());
    let write_functions = match link.write_functions {
        WriteFunctions::Any => quote! { ANY },
        WriteFunctions::Multiple => quote! { MULTIPLE_ONLY },
        WriteFunctions::Single => quote! { SINGLE_ONLY },
    };
    let gaps = match link.gaps {
        Gaps::Never => quote! { Never },
        Gaps::UpTo(count) => {
            let count = names::integer(count.into());
            quote! { UpTo(#count) }
        }
        Gaps::Learn => quote! { Learn },
    };
    // What the runtime has a default for that hardly any device needs to differ from.
    let mut further = TokenStream::new();
    match &link.accept_unit_ids {
        AcceptUnitIds::Asked => {}
        AcceptUnitIds::Any => further.extend(quote! { accept_unit_ids: rt::UnitIds::ANY, }),
        AcceptUnitIds::Listed(ids) => {
            let ids = ids.iter().map(|id| Literal::u8_unsuffixed(*id));
            further.extend(quote! { accept_unit_ids: rt::UnitIds::of(&[#(#ids),*]), });
        }
    }
    let is_all =
        link.accept_unit_ids != AcceptUnitIds::Asked && link.ignore_transaction_ids && link.turnaround_ms.is_some();
    let default = if is_all {
        quote! {}
    } else {
        quote! { ..rt::LinkInfo::DEFAULT }
    };
    if link.ignore_transaction_ids {
        further.extend(quote! { ignore_transaction_ids: true, });
    }
    if let Some(time) = link.turnaround_ms {
        let time = names::integer(time.into());
        further.extend(quote! { turnaround: Some(::core::time::Duration::from_millis(#time)), });
    }
    quote! {
        rt::LinkInfo {
            unit_id: #unit_id,
            unit_ids: (#first, #last),
            rtu: #rtu,
            baud_rates: #baud_rates,
            tcp_port: #tcp_port,
            max_read_registers: #registers,
            max_read_bits: #bits,
            max_write_registers: #written_registers,
            max_write_bits: #written_bits,
            write_functions: rt::WriteFunctions::#write_functions,
            gaps: rt::Gaps::#gaps,
            #further
            #default
        }
    }
}

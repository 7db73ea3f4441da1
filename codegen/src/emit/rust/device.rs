//! The device's handle: its accessors, and what the table says of its link.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::layout::{Layout, Members};
use super::sink::Sink;
use super::{accessors, detect, docs, markup, names, points};
use crate::emit::item::Item;
use crate::model::{AcceptUnitIds, Device, Gaps, Parity, Rtu, WriteFunctions};

/// The handle and the static description.
pub(super) fn items(device: &Device, layout: &Layout<'_>, sink: &mut impl Sink) {
    let docs = docs::attributes(&docs::device(device));
    let aliases = docs::aliases(&device.type_name, [device.name.as_str()]);
    let name = names::ident(&device.type_name);
    sink.item(quote! {
        #docs
        #aliases
        #[derive(Debug, Clone)]
        pub struct #name {
            unit: rt::Unit,
        }
    });
    sink.open(quote! { impl #name });
    constants(device, &mut |constant| sink.member(constant));
    everything(layout, sink);
    detect::members(device, sink);
    groups(layout, sink);
    for &point in &layout.singles {
        accessors::members(device, &Item::single(point), sink);
    }
    elements(layout, sink);
    for item in layout.families.iter().flat_map(|family| &family.items).filter(|item| item.is_bare()) {
        accessors::members(device, item, sink);
    }
    sink.close();
    sink.item(quote! {
        impl AsRef<rt::Unit> for #name {
            fn as_ref(&self) -> &rt::Unit {
                &self.unit
            }
        }
    });
    sink.item(quote! {
        impl rt::Device for #name {
            const INFO: &'static rt::DeviceInfo = &DEVICE;

            fn at(unit: rt::Unit) -> Self {
                Self::new(unit)
            }
        }
    });
    sink.item(description(device, layout));
}

/// What every handle has.
fn everything(layout: &Layout<'_>, sink: &mut impl Sink) {
    let everything = names::ident(&layout.top.type_name);
    sink.member(quote! {
        /// The handle of the device at `unit`.
        #[must_use]
        #[inline]
        pub fn new(unit: rt::Unit) -> Self {
            Self { unit: unit.with_device(&DEVICE) }
        }
    });
    sink.member(quote! {
        /// The unit, for raw access.
        #[must_use]
        #[inline]
        pub fn unit(&self) -> &rt::Unit {
            &self.unit
        }
    });
    sink.member(quote! {
        /// Reads a tuple of points in the fewest requests.
        #[inline]
        pub fn read<S: rt::PointSet>(&self, points: S) -> rt::ReadSet<S> {
            self.unit.read(points)
        }
    });
    sink.member(quote! {
        /// Writes assignments (`points::X.to(21.5)`); neighbours share a request.
        #[inline]
        pub fn write(&self, assignments: impl IntoIterator<Item = rt::Assignment>) -> rt::WriteSet {
            self.unit.write(assignments)
        }
    });
    sink.member(quote! {
        /// Reads every readable point, in the fewest requests.
        #[inline]
        pub fn read_all(&self) -> rt::ReadGroup<#everything> {
            self.unit.read_group()
        }
    });
}

/// What the table says of the link, where there is no handle that has it.
pub(super) fn link_module(device: &Device, sink: &mut impl Sink) {
    sink.open(quote! {
        /// What the table says about the device's link.
        pub mod link
    });
    if device.link.rtu.is_some() {
        sink.item(quote! { use super::rt; });
    }
    // The same constants stand in the handle, where they are needed with all they say.
    constants(device, &mut |constant| sink.item(constant));
    sink.close();
}

fn constants(device: &Device, put: &mut dyn FnMut(TokenStream)) {
    if let Some(rtu) = &device.link.rtu {
        let settings = settings(rtu);
        put(quote! {
            /// Factory serial settings of the device.
            pub const RTU_DEFAULTS: rt::RtuSettings = #settings;
        });
        let rates = rtu.baud_rates.iter().map(|&rate| names::integer(rate.into()));
        put(quote! {
            /// Speeds the device can be set to, in bits per second; empty if its table names none.
            pub const BAUD_RATES: &'static [u32] = &[#(#rates),*];
        });
    }
    if let Some(port) = device.link.tcp_port {
        let port = names::integer(port.into());
        put(quote! {
            /// TCP port of the device.
            pub const TCP_PORT: u16 = #port;
        });
    }
    let unit_id = names::integer(device.link.unit_id.into());
    put(quote! {
        /// Factory unit id of the device.
        pub const UNIT_ID: u8 = #unit_id;
    });
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
fn groups(layout: &Layout<'_>, sink: &mut impl Sink) {
    let Members::Nodes(nodes) = &layout.top.members else { return };
    for (field, node) in nodes {
        let docs = docs::line(&format!("Reads all of {}.", markup::escaped(&node.title)));
        let aliases = docs::aliases(field, node.group);
        let method = format_ident!("read_{field}");
        let readings = names::ident(&node.type_name);
        sink.member(quote! {
            #docs
            #aliases
            #[inline]
            pub fn #method(&self) -> rt::ReadGroup<#readings> {
                self.unit.read_group()
            }
        });
    }
}

/// `heat_pump(no)`, one for each array whose elements have a struct.
fn elements(layout: &Layout<'_>, sink: &mut impl Sink) {
    for family in layout.families.iter().filter(|family| family.has_struct()) {
        let array = family.array;
        let docs = docs::line(&format!("One element of {}.", markup::quoted(&array.label)));
        let aliases = docs::aliases(&array.name, docs::labels(&array.label, &array.translations));
        let method = names::ident(&array.name);
        let (number, element) = (names::ident(&array.number_type), names::ident(&family.struct_name()));
        sink.member(quote! {
            #docs
            #aliases
            #[must_use]
            #[inline]
            pub fn #method(&self, no: #number) -> #element {
                #element { unit: self.unit.clone(), no }
            }
        });
    }
}

/// The points that are in no readings: they cannot be read, or reading them changes the device.
fn apart(layout: &Layout<'_>) -> TokenStream {
    let single = layout.apart.iter().map(Item::path);
    let single = (!layout.apart.is_empty()).then(|| quote! { &[#(#single.info()),*], });
    let of_arrays = layout.families.iter().flat_map(|family| &family.items).filter(|item| !item.is_in_readings());
    let of_arrays = of_arrays.map(|item| {
        let (path, count) = (item.path(), names::count(item.points().len()));
        quote! { &rt::expansion::present::<#count>(&rt::expansion::Handle(#path).infos()), }
    });
    quote! { #single #(#of_arrays)* }
}

fn description(device: &Device, layout: &Layout<'_>) -> TokenStream {
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
    let apart = apart(layout);
    quote! {
        /// What the table says about the device and its link.
        pub static DEVICE: rt::DeviceInfo = rt::DeviceInfo {
            name: #name,
            manufacturer: #manufacturer,
            document: #document,
            link: #link,
            reserved: &[#(#reserved),*],
            points: &[#everything::LIST, #apart],
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
    let write_functions = write_functions(link.write_functions);
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
            write_functions: #write_functions,
            gaps: rt::Gaps::#gaps,
            #further
            #default
        }
    }
}

/// Which functions write.
pub(super) fn write_functions(functions: WriteFunctions) -> TokenStream {
    match functions {
        WriteFunctions::Any => quote! { rt::WriteFunctions::ANY },
        WriteFunctions::Multiple => quote! { rt::WriteFunctions::MULTIPLE_ONLY },
        WriteFunctions::Single => quote! { rt::WriteFunctions::SINGLE_ONLY },
    }
}

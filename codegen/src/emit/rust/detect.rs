//! The variant of a device: what tells it, and the handle of a device that was asked.

use quote::quote;

use super::sink::Sink;
use super::{docs, markup, names, points};
use crate::model::Device;

/// What the handle has besides; nothing where no register tells the variant.
pub(super) fn members(device: &Device, sink: &mut impl Sink) {
    let Some(detect) = &device.detect else { return };
    let (table, register) = (points::table(detect.table), names::integer(detect.address.into()));
    let cases = detect.cases.iter().map(|case| {
        let (min, max) = (names::integer(case.min.into()), names::integer(case.max.into()));
        let variant = names::text(&case.variant);
        quote! { rt::DetectCase { min: #min, max: #max, variant: #variant } }
    });
    let variants: Vec<String> = detect.cases.iter().map(|case| markup::quoted(&case.variant)).collect();
    let asks = docs::line(&format!(
        "Reads {} {}, which tells the variant ({}), and gives the handle of this variant. What the variant does \
         not have is then `ReadErrorKind::NotVisible`.",
        detect.table,
        detect.address,
        variants.join(", ")
    ));
    sink.member(quote! {
        /// The register that tells the variant, and the variants that its values mean.
        pub const DETECT: rt::Detect = rt::Detect { table: #table, register: #register, cases: &[#(#cases),*] };
    });
    sink.member(quote! {
        #asks
        #[inline]
        pub fn detect(unit: rt::Unit) -> rt::DetectDevice<Self> {
            rt::DetectDevice::new(unit, &Self::DETECT)
        }
    });
    sink.member(quote! {
        /// The detected variant; `None` if the device was not asked.
        #[must_use]
        #[inline]
        pub fn variant(&self) -> Option<&'static str> {
            self.unit.variant()
        }
    });
}

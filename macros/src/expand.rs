//! Expands the path of a manifest to the device's items.

use std::path::{Path, PathBuf};

use modbus_bindgen::diagnostic::{Diagnostics, Renderer, Severity, Sources};
use modbus_bindgen::emit;
use modbus_bindgen::emit::rust::Parts;
use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token};

/// The arguments of the macro.
pub(crate) struct Arguments {
    pub(crate) path: LitStr,
    pub(crate) parts: Parts,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.parse()?;
        let mut parts = Parts::All;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let option: Ident = input.parse()?;
            if option != "points_only" {
                return Err(syn::Error::new(option.span(), "the only option is `points_only`"));
            }
            parts = Parts::Points;
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { path, parts })
    }
}

/// The items of the device at `path`, or one error on the literal that lists all errors.
pub(crate) fn device(path: &LitStr, parts: Parts) -> TokenStream {
    let Some(package) = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        return error(
            path,
            "CARGO_MANIFEST_DIR is not set: device! needs it to find the manifest; compile the package with cargo",
        );
    };
    let loaded = modbus_bindgen::load(&package.join(path.value()));
    let mut tokens = match &loaded.device {
        Some(device) => emit::rust::tokens_of(device, parts),
        None => {
            let message = message(&loaded.diagnostics, &loaded.sources, Path::new(&path.value()));
            let step = loaded.first_step(Path::new(&path.value()), Severity::Error).map(|step| format!("\n\n{step}"));
            error(path, &(message + &step.unwrap_or_default()))
        }
    };
    tokens.extend(loaded.inputs.iter().filter(|input| input.is_file()).map(|input| tracked(path, &package, input)));
    tokens
}

/// Makes the compiler track the file, so that editing it compiles the caller again. As bytes, since a workbook is
/// binary.
fn tracked(path: &LitStr, package: &Path, input: &Path) -> TokenStream {
    let Some(file) = package.join(input).to_str().map(str::to_owned) else {
        return error(path, &format!("{}: cannot track changes of a path that is not UTF-8", input.display()));
    };
    quote_spanned! { path.span() => const _: &[u8] = ::core::include_bytes!(#file); }
}

fn error(path: &LitStr, message: &str) -> TokenStream {
    quote_spanned! { path.span() => ::core::compile_error!(#message); }
}

/// All errors, each beginning with its cell: a span cannot point into a spreadsheet, but terminals and editors turn
/// `file:sheet!cell` into a link.
fn message(diagnostics: &Diagnostics, sources: &Sources, manifest: &Path) -> String {
    let renderer = Renderer::new().beside(manifest);
    let folded = diagnostics.folded();
    let errors = folded.iter().filter(|folded| folded.first.severity == Severity::Error);
    let texts: Vec<String> = errors.map(|error| renderer.placed(error, sources)).collect();
    texts.join("\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use modbus_bindgen::diagnostic::{Diagnostic, Place};

    use super::*;

    /// The build script's file, comment aside, is the macro's tokens formatted; what the macro adds is the tracking of
    /// the files it read.
    #[test]
    fn gives_the_tokens_of_the_other_front_ends() {
        for (folder, files) in [
            ("thermia-genesis", &["device.toml", "registers.xlsx"][..]),
            ("ctc-bms", &["device.toml", "registers.csv", "alarms.csv"]),
            ("alpha-balance-switch", &["device.toml", "registers.csv", "details.csv"]),
        ] {
            let manifest = format!("../register-specs/{folder}/device.toml");
            let tokens = device(&LitStr::new(&manifest, proc_macro2::Span::call_site()), Parts::All);
            let mut expanded: syn::File = syn::parse2(tokens).unwrap();
            let tracking = expanded.items.split_off(expanded.items.len().saturating_sub(files.len()));
            let tracked = quote::quote! { #(#tracking)* }.to_string();
            for file in files {
                assert!(tracked.contains("include_bytes") && tracked.contains(file), "{tracked}");
            }

            let package = Path::new(env!("CARGO_MANIFEST_DIR"));
            let loaded = modbus_bindgen::load(&package.join(manifest)).device.unwrap();
            let built: syn::File = syn::parse_str(&emit::rust::source(&loaded)).unwrap();
            let (expanded, built) = (plain(&expanded), plain(&built));
            let differs = expanded.bytes().zip(built.bytes()).position(|(one, other)| one != other);
            let shown =
                |text: &str| differs.map(|at| text.chars().skip(at.saturating_sub(60)).take(120).collect::<String>());
            assert!(expanded == built, "{folder}: {:?} is not {:?}", shown(&expanded), shown(&built));
        }
    }

    /// Without blanks, and commas that the formatter adds: it leaves the tokens within the braces of a macro as they are.
    fn plain(file: &syn::File) -> String {
        let text: String = prettyplease::unparse(file).split_whitespace().collect();
        text.replace(",}", "}").replace(",)", ")").replace(",]", "]")
    }

    #[test]
    fn the_only_option_is_points_only() {
        let parts = |text: &str| syn::parse_str::<Arguments>(text).map(|arguments| arguments.parts);
        assert_eq!(parts("\"device.toml\"").unwrap(), Parts::All);
        assert_eq!(parts("\"device.toml\", points_only").unwrap(), Parts::Points);
        assert_eq!(parts("\"device.toml\", pointsonly").unwrap_err().to_string(), "the only option is `points_only`");
    }

    #[test]
    fn a_message_begins_with_its_cell() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(Diagnostic::warning("W0001", "not shown"));
        let place = |cell: &str| {
            Place::from(
                modbus_bindgen::source::Source::named("meter.xlsx", Some("Holding"), cell).expect("the name of a cell"),
            )
        };
        let error = Diagnostic::error("E0107", "no number").at(place("D17")).at(place("E17")).expected("an address");
        let error = error.help("correct it");
        diagnostics.push(error);
        assert_eq!(
            message(&diagnostics, &Sources::default(), Path::new("meter/device.toml")),
            "meter/meter.xlsx:Holding!D17: error[E0107]: no number
  --> meter/meter.xlsx:Holding!D17
  --> meter/meter.xlsx:Holding!E17
   = expected: an address
   = help: correct it"
        );
    }
}

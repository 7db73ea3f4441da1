//! Generated code is held to the strictest lints, in a public module and a private one, in both editions, whatever the
//! vendor writes.

use std::fmt::Write as _;

use integration_tests::scratch::{Scratch, dependency, manifest, target, workspace};
use modbus_bindgen::emit;
use modbus_bindgen::model::{Correction, Detect, DetectCase, Device, Source, Table};

/// What vendors write, and what they could.
const HOSTILE: [&str; 25] = [
    "*/ end of comment /* and \" quotes ' of \\ both kinds \\\" kinds",
    "`code` and ``` fence and [link] and [ref][points::X] and [text](https://example.com)",
    "<b>bold</b> <script>alert(1)</script> <not closed & &amp; &#x41;",
    "# heading\n## another\n\n    indented code\n\n```rust\nfail!()\n```",
    "- item\n- item\n\n1. one\n2) two\n\n> quote\n\n---\n\n| a | b |\n|---|---|\n",
    "\u{202E}reversed\u{202C} and \u{2066}isolated\u{2069}, \u{0}\u{7}\u{1b}[31mred",
    "CamelCaseWord, snake_case_word, a::path::to, call(), SoC, kWh, ΔT, m³/h, €/kWh, PT1000, L1-N, IPv4, OAuth2",
    "https://example.com/a_b?c=d and mailto:somebody@example.com and www.example.com",
    "=cmd|' /C calc'!A0",
    "#[doc(hidden)] //! inner /// outer #![allow(warnings)]",
    "$x^2$ ~~struck~~ **bold** __strong__ *emphasis* _too_ [^1] [ ] [x] ![image](x.png)",
    "{} {0} {{}} %s %n ${HOME} $(whoami) r#\"raw\"# concat!()",
    "a\r\nb\rc\u{2028}d\u{85}e\tf\u{a0}g",
    "SW_TurnOff, A*BcDe|FgHi, SoC/SoH [AbCd]",
    "k\u{2126}, 20 \u{212A}, Gro\u{308}\u{DF}e, \u{FA10}",
    "…… ... .. -- --- “quoted” ‘single’ «angle» \u{1F525} 温度 температура °C µ Ω",
    "\"",
    "[^1]: note\n[x]: javascript:alert(1)\n~~~\nfail!()\n~~~\n\n\tfail!()",
    "]]> <![CDATA[ <!-- --> <?php ?> &#x1b; &lt; {{x}} {% y %}",
    "zero\u{200B}width so\u{AD}ft \u{FEFF}mark \u{2060}\u{180E}\u{200D} \u{FFFE}\u{FFFF}\u{FDD0}\u{10FFFF}\u{E0041}",
    "r##\"raw\"## b'x' c\"x\" 'a \\u{41} \\n \\x41 \\\\\" ${} \\",
    "0. zero\n+ plus\n* star\n=====\n***\nSetext\n---",
    "`` ` ``` unequal ````",
    "#!/bin/sh",
    "@SUM(1+1)*cmd|' /C calc'!A0",
];

const DEVICES: [&str; 3] = ["thermia-genesis", "ctc-bms", "alpha-balance-switch"];

const PEDANTIC: [&str; 8] =
    ["-D", "warnings", "-W", "clippy::pedantic", "-W", "unreachable_pub", "-W", "rust_2018_idioms"];

fn load(device: &str) -> Device {
    let loaded = modbus_bindgen::load(&manifest(device));
    loaded.device.unwrap_or_else(|| panic!("{}", loaded.diagnostics))
}

fn thermia() -> Device {
    load("thermia-genesis")
}

/// The device with every text that is not a name replaced.
fn hostile(mut device: Device) -> Device {
    let long = "long `*_ ".repeat(1_200);
    let mut texts = HOSTILE.iter().copied().chain([long.as_str()]).cycle();
    let mut text = || texts.next().unwrap_or_default().to_owned();
    device.inputs = (0..HOSTILE.len()).map(|_| text().into()).collect();
    device.variants = vec![text(), text()];
    let case = |variant: &String| DetectCase { min: 0, max: 0, variant: variant.clone() };
    device.detect =
        Some(Detect { table: Table::Coil, address: 65_535, cases: device.variants.iter().map(case).collect() });
    // Signs that are no part of the name a group gives.
    let signs = " */ `` ](/) \u{202E} {} #[ \\ \" <!-- \n//!";
    device.groups.iter_mut().for_each(|group| group.title.push_str(signs));
    device.manufacturer = Some(text());
    device.document = Some(text());
    device.description = Some(text());
    for value_type in &mut device.types {
        value_type.description = text();
        if let Some(source) = &mut value_type.source {
            *source = Source::named(&text(), Some(&text()), &source.cell()).unwrap();
        }
        for label in &mut value_type.labels {
            label.label = text();
            label.translations = vec![("sv".to_owned(), text()), ("x-y".to_owned(), text())];
        }
    }
    for array in &mut device.arrays {
        array.label = text();
        array.translations = vec![("sv".to_owned(), text())];
        array.elements.iter_mut().for_each(|element| element.label = text());
    }
    for point in &mut device.points {
        point.label = text();
        point.group.iter_mut().for_each(|group| group.push_str(signs));
        point.variants = vec![text()];
        point.translations = vec![("sv".to_owned(), text()), ("de".to_owned(), text())];
        point.default = Some(text());
        if let Some(place) = &mut point.array {
            place.member_label = text();
        }
        point.description = text();
        point.aliases = vec![text(), text(), point.label.clone()];
        point.notes = vec![text(), text()];
        point.details = vec![(text(), text())];
        point.unit = Some(text());
        point.corrections = vec![Correction {
            field: text(),
            printed: vec![text(), String::new()],
            value: text(),
            reason: text(),
            cell: Source::named(&text(), Some(&text()), "B2"),
        }];
        for source in &mut point.sources {
            *source = Source::named(&text(), Some(&text()), &source.cell()).unwrap();
        }
    }
    device
}

/// Devices as the emitter's own tests expect them: one with arrays, two languages, and limits and visibility that the
/// device itself holds; one with each raw type, order and packing.
fn expected() -> [String; 2] {
    ["families", "values"]
        .map(|name| std::fs::read_to_string(workspace().join(format!("codegen/tests/expected/{name}.rs"))).unwrap())
}

/// What is linted: every device as its vendor wrote it and with hostile texts, by the name of its module.
fn sources() -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for name in DEVICES {
        let (module, device) = (name.replace('-', "_"), load(name));
        sources.push((format!("{module}_hostile"), emit::rust::source(&hostile(device.clone()))));
        sources.push((module, emit::rust::source(&device)));
    }
    sources.extend(["families", "values"].map(str::to_owned).into_iter().zip(expected()));
    sources
}

/// A package with each source in a public module of its library and in a private one of its program.
fn write_package(scratch: &Scratch, edition: &str, sources: &[(String, String)]) {
    let runtime = dependency("modbus-bindgen-runtime", "runtime", "");
    let features = "[features]\nserde = [\"modbus-bindgen-runtime/serde\"]\n";
    let package = format!("[package]\nname = \"linted_{edition}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n");
    scratch.write(&format!("{edition}/Cargo.toml"), &format!("{package}\n{features}\n[dependencies]\n{runtime}"));
    let mut library = "//! Devices.\n#![deny(missing_docs)]\n".to_owned();
    let (mut modules, mut used) = (String::new(), String::new());
    for (module, source) in sources {
        scratch.write(&format!("{edition}/src/{module}.rs"), source);
        let _ = write!(library, "\n/// A device.\npub mod {module};\n");
        let _ = writeln!(modules, "mod {module};");
        // Nobody uses what a private module holds.
        let (_, handle) = source.split_once("pub struct ").unwrap();
        let (handle, _) = handle.split_once(' ').unwrap();
        let _ = writeln!(used, "    println!(\"{{}}\", {module}::{handle}::UNIT_ID);");
    }
    scratch.write(&format!("{edition}/src/lib.rs"), &library);
    scratch.write(
        &format!("{edition}/src/main.rs"),
        &format!("//! Devices, used a little.\n\n{modules}\nfn main() {{\n{used}}}\n"),
    );
}

#[test]
fn has_no_warning_in_either_edition() {
    let sources = sources();
    let scratch = Scratch::new("linted", "2024", "");
    scratch.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"2021\", \"2024\"]\n");
    for edition in ["2021", "2024"] {
        write_package(&scratch, edition, &sources);
    }
    for features in [&[][..], &["--features", "serde"]] {
        let clippy = ["clippy", "--quiet", "--workspace", "--lib", "--bins"];
        scratch.succeeds(&[&clippy[..], features, &["--"], &PEDANTIC].concat(), &[]);
    }
    for private in [&[][..], &["--document-private-items"]] {
        let doc = ["doc", "--quiet", "--workspace", "--no-deps", "--lib"];
        scratch.succeeds(&[&doc[..], private].concat(), &[("RUSTDOCFLAGS", "-D warnings")]);
    }
}

/// What the vendor wrote is shown as it stands, not drawn as what it could mean.
#[test]
fn is_documented_with_the_vendors_text() {
    let mut device = thermia();
    device.points.truncate(1);
    device.points.iter_mut().for_each(|point| point.notes = HOSTILE.iter().map(ToString::to_string).collect());
    device.name = "Documented".to_owned();
    let rest = format!("[dependencies]\n{}", dependency("modbus-bindgen-runtime", "runtime", ""));
    let scratch = Scratch::new("documented", "2024", &rest);
    scratch.write("src/lib.rs", &emit::rust::source(&device));
    scratch.succeeds(&["doc", "--quiet", "--no-deps"], &[]);
    let pages = target().join("doc").join("documented").join("points");
    let page = std::fs::read_to_string(pages.join("constant.RESET_ALL_ALARMS.html")).unwrap();
    for text in [
        "&lt;b&gt;bold&lt;/b&gt; &lt;script&gt;alert(1)&lt;/script&gt;",
        "# heading ## another indented code ```rust fail!() ```",
        "- item - item 1. one 2) two &gt; quote --- | a | b |",
        "**bold** __strong__ *emphasis* _too_ [^1] [ ] [x] ![image](x.png)",
        "`code` and ``` fence and [link] and [ref][points::X] and [text](https://example.com)",
        "U+202Ereversed",
        "=cmd|’ /C calc’!A0",
        "温度 температура °C µ Ω",
    ] {
        assert!(page.contains(text), "{text}\n{page}");
    }
    for drawn in ["<script>alert", "<strong>bold", "<em>emphasis", "href=\"https://example.com\"", "<del>"] {
        assert!(!page.contains(drawn), "{drawn}\n{page}");
    }
}

#[test]
fn is_the_same_every_time() {
    assert!(emit::rust::source(&thermia()) == emit::rust::source(&thermia()));
}

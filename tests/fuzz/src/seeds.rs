//! What the targets begin with: `seeds/<target>/…` out of the case folders and the vendors' tables, and `words.dict` out
//! of the words that manifests and tables are made of.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{DIVIDER, HEADERS, SEED_PARTS};

/// A larger file teaches little and costs much.
const LARGEST: usize = 20_000;

struct Seeds {
    folder: PathBuf,
}

impl Seeds {
    fn add(&self, target: &str, name: &str, bytes: &[u8]) {
        let folder = self.folder.join("seeds").join(target);
        fs::create_dir_all(&folder).expect("a folder for seeds");
        fs::write(folder.join(name), &bytes[..bytes.len().min(LARGEST)]).expect("a seed");
    }
}

/// Writes them into a folder.
pub fn write(folder: &Path) {
    let seeds = Seeds { folder: folder.to_path_buf() };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut words: BTreeSet<String> = HEADERS.iter().map(|header| (*header).to_owned()).collect();
    let cases = ["codegen/tests/cases", "register-specs"].map(|place| root.join(place));
    for case in cases.iter().flat_map(|place| fs::read_dir(place).expect("the cases")) {
        let case = case.expect("a case").path();
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Ok(manifest) = fs::read(case.join("device.toml")) else { continue };
        seeds.add("manifest", &name, &manifest);
        words.extend(words_of(&String::from_utf8_lossy(&manifest)));
        if let Ok(table) = fs::read(case.join("registers.csv")) {
            seeds.add("csv", &name, &table);
            seeds.add("load", &name, &[&manifest[..], &[DIVIDER], &table].concat());
            let table = String::from_utf8_lossy(&table);
            for (row, line) in table.lines().enumerate().take(12) {
                for (column, cell) in line.split([',', ';']).enumerate() {
                    seeds.add("cells", &format!("{name}_{row}_{column}"), cell.as_bytes());
                }
            }
        }
        if let Ok(workbook) = fs::read(case.join("registers.xlsx")) {
            seeds.add("workbook_bytes", &name, &workbook);
        }
    }
    seeds.add("workbook_parts", "small", SEED_PARTS.join("\0").as_bytes());
    binary(&seeds);

    let mut dictionary = String::new();
    for word in words.iter().filter(|word| (2..40).contains(&word.len())) {
        let bytes = word.bytes().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "\\x{byte:02x}");
            text
        });
        let _ = writeln!(dictionary, "\"{bytes}\"");
    }
    fs::write(seeds.folder.join("words.dict"), dictionary).expect("the dictionary");
}

/// Keys, words in quotation marks and signs.
fn words_of(manifest: &str) -> impl Iterator<Item = String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '*' | '[' | ']');
    manifest.split(move |c| !is_part(c)).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// Requests with their answers, and points of each kind.
fn binary(seeds: &Seeds) {
    for (name, settings, request, reply) in [
        ("tcp_read", 1_u8, &[3_u8, 0, 5, 0, 2][..], &[3_u8, 4, 1, 2, 3, 4][..]),
        ("tcp_refused", 1, &[3, 0, 5, 0, 2], &[0x83, 2]),
        ("rtu_read", 0, &[4, 0, 5, 0, 1], &[4, 2, 1, 2]),
        ("rtu_coils", 0, &[1, 0, 5, 0, 9], &[1, 2, 1, 1]),
        ("rtu_write", 2, &[6, 0, 1, 0, 7], &[6, 0, 1, 0, 7]),
        ("rtu_write_several", 2, &[16, 0, 1, 0, 2, 4, 0, 7, 0, 8], &[16, 0, 1, 0, 2]),
    ] {
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("a short frame");
        let steps = [&[settings, 0, 1, length(request)], request, &[2, 255, 4, 1, length(reply)], reply, &[7]].concat();
        seeds.add("filter", name, &steps);
        seeds.add("filter", &format!("{name}_twice"), &[&steps[..], &steps[1..]].concat());
        seeds.add("simulator", name, request);
    }
    for raw in 0..14_u8 {
        for kind in 0..6_u8 {
            seeds.add("codec", &format!("{raw}_{kind}"), &[&[raw, kind, 4][..], &[1; 60], &[raw; 40]].concat());
        }
    }
    seeds.add("workbook_cells", "some", &[7; 400]);
}

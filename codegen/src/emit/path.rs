//! Paths as outputs print them: relative to the manifest, with `/`, so that no output depends on where it was made.

use std::path::{Component, Path};

use crate::model::Device;

/// The files the device was read from, manifest first, as outputs name them.
pub(crate) fn inputs(device: &Device) -> Vec<String> {
    let Some(manifest) = device.inputs.first() else { return Vec::new() };
    let folder = manifest.parent().unwrap_or(Path::new(""));
    device.inputs.iter().map(|input| relative(folder, input)).collect()
}

/// `path` as seen from `folder`; only its name where one of them is absolute and the other is not.
fn relative(folder: &Path, path: &Path) -> String {
    let from: Vec<Component<'_>> = folder.components().filter(|part| *part != Component::CurDir).collect();
    let to: Vec<Component<'_>> = path.components().filter(|part| *part != Component::CurDir).collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let (up, down) = (from.iter().skip(shared), to.iter().skip(shared));
    // What is left of either side must be plain names, or the way from one to the other is not known from here.
    if !up.clone().chain(down.clone()).all(|part| matches!(part, Component::Normal(_))) {
        return path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    }
    let up = up.map(|_| "..".to_owned());
    let parts: Vec<String> = up.chain(down.map(|part| part.as_os_str().to_string_lossy().into_owned())).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_to_get_from_the_manifest_to_a_file() {
        for (folder, path, text) in [
            ("specs", "specs/device.toml", "device.toml"),
            ("", "device.toml", "device.toml"),
            ("./specs", "specs/tables/a.csv", "tables/a.csv"),
            ("specs/a", "specs/b/t.xlsx", "../b/t.xlsx"),
            ("/x/specs", "/x/specs/t.xlsx", "t.xlsx"),
            ("specs", "/x/t.xlsx", "t.xlsx"),
        ] {
            assert_eq!(relative(Path::new(folder), Path::new(path)), text, "{folder} to {path}");
        }
    }
}

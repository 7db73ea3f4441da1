//! The rooms of the source: each uses only those before it, and none is larger than it should be.
//!
//! What a file uses is read from its `use` lines and from paths that begin with `crate::`. ARCHITECTURE.md shows the
//! rooms. The lists below hold what is not so yet; an entry that is no longer needed fails the test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "what goes wrong here is to fail the test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The rooms, in their order; those of one line may use each other in one direction. What is not named stands to the right.
const ORDER: &[&[&str]] = &[
    &["source", "model", "ratio", "names", "suggest", "spelling", "change"],
    &["diagnostic", "understood"],
    &["sheet"],
    // Readers know nothing of columns; what a column means is borne out by them.
    &["cells"],
    &["columns"],
    &["manifest"],
    &["rows"],
    &["lower"],
    &["check"],
    &["emit"],
];

/// Files that use a room to the right of theirs.
const BACK: &[(&str, &str)] = &[("check/type_names_distinct.rs", "emit")];

/// Pairs of rooms that use each other.
const CIRCLES: &[(&str, &str)] = &[];

/// Functions and modules of `cells` that `lower` uses: it is to see what cells say, and not to read them.
const READERS: &[(&str, &str)] = &[
    ("lower/absent.rs", "cells::marks"),
    ("lower/addresses.rs", "cells::address"),
    ("lower/families.rs", "cells::lists"),
    ("lower/forms.rs", "cells::types"),
    ("lower/label.rs", "cells::lists"),
    ("lower/label.rs", "cells::lists::cut"),
    ("lower/label.rs", "cells::text::without_footnotes"),
    ("lower/label.rs", "cells::text::without_mark"),
    ("lower/label.rs", "cells::text::without_unit"),
    ("lower/limits.rs", "cells::packed"),
    ("lower/limits.rs", "cells::units"),
    ("lower/lists.rs", "cells::lists"),
    ("lower/pairs.rs", "cells::text::without_mark"),
    ("lower/points.rs", "cells::packed"),
    ("lower/points/kinds.rs", "cells::words"),
    ("lower/scale_registers.rs", "cells::address"),
    ("lower/settle.rs", "cells::address"),
    ("lower/settle.rs", "cells::number"),
    ("lower/settle.rs", "cells::units"),
    ("lower/settle.rs", "cells::words"),
    ("lower/settle/columns.rs", "cells::decimals"),
    ("lower/settle/columns.rs", "cells::lists"),
    ("lower/stated.rs", "cells::decimals::is_unclear"),
    ("lower/stated.rs", "cells::formula"),
    ("lower/stated.rs", "cells::lists"),
    ("lower/stated.rs", "cells::order::parse"),
    ("lower/stated.rs", "cells::quantity"),
    ("lower/stated.rs", "cells::types"),
    ("lower/stated.rs", "cells::units"),
    ("lower/types.rs", "cells::lists"),
];

/// Files that have 500 lines or more.
const LONG: &[&str] = &["columns/dictionary.rs"];

/// Lines that a file has at most.
const MOST: usize = 499;

/// A source file: its path below `src`, its modules, its text without unit tests.
struct File {
    path: String,
    modules: Vec<String>,
    text: String,
    lines: usize,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut Vec::new(), &mut files);
    assert!(files.len() > 100, "the files are found");
    files
}

fn collect(folder: &Path, modules: &mut Vec<String>, files: &mut Vec<File>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            modules.push(stem);
            collect(&path, modules, files);
            modules.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") && stem != "tests" {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut own = modules.clone();
            if !["mod", "lib"].contains(&stem.as_str()) {
                own.push(stem.clone());
            }
            let name = format!("{stem}.rs");
            let path = modules.iter().chain([&name]).map(String::as_str).collect::<Vec<_>>().join("/");
            let lines = text.lines().count();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            files.push(File { path, modules: own, text, lines });
        }
    }
}

/// The whole paths that a file uses, from the root of the crate.
fn used(file: &File) -> BTreeSet<Vec<String>> {
    let mut used = BTreeSet::new();
    let code: String = file
        .text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| line.to_owned() + "\n")
        .collect();
    for item in &syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path)).items {
        if let syn::Item::Use(item) = item {
            leaves(&item.tree, &mut Vec::new(), &mut |path| {
                used.extend(resolved(&file.modules, path));
            });
        }
    }
    for path in code.split("crate::").skip(1) {
        let path = path.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).next().unwrap();
        let path = path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        // A tree in braces is among the `use` lines.
        if !path.is_empty() && !code.contains(&format!("use crate::{}::{{", path.join("::"))) {
            used.insert(path);
        }
    }
    used
}

fn leaves(tree: &syn::UseTree, path: &mut Vec<String>, found: &mut dyn FnMut(&[String])) {
    let mut with = |name: String, found: &mut dyn FnMut(&[String])| {
        path.push(name);
        found(path);
        path.pop();
    };
    match tree {
        syn::UseTree::Path(of) => {
            path.push(of.ident.to_string());
            leaves(&of.tree, path, found);
            path.pop();
        }
        syn::UseTree::Name(of) if of.ident == "self" => found(path),
        syn::UseTree::Name(of) => with(of.ident.to_string(), found),
        syn::UseTree::Rename(of) => with(of.ident.to_string(), found),
        syn::UseTree::Glob(_) => found(path),
        syn::UseTree::Group(of) => of.items.iter().for_each(|tree| leaves(tree, path, found)),
    }
}

/// A path from the root of the crate, where it is one of the crate.
fn resolved(modules: &[String], path: &[String]) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        "self" => modules.to_vec(),
        "super" => modules[..modules.len() - 1].to_vec(),
        _ => return None,
    };
    for part in rest {
        if part == "super" {
            base.pop();
        } else {
            base.push(part.clone());
        }
    }
    Some(base)
}

/// The room a path leads into, and its place in the order.
fn room(path: &[String]) -> Option<(&str, usize)> {
    let name = path.first()?.as_str();
    Some((name, ORDER.iter().position(|rooms| rooms.contains(&name)).unwrap_or(ORDER.len())))
}

/// Compares what is there with the list of what is allowed.
fn same<T: Ord + std::fmt::Debug + Copy>(what: &str, found: &BTreeSet<T>, allowed: &[T]) {
    let allowed: BTreeSet<T> = allowed.iter().copied().collect();
    let new: Vec<&T> = found.difference(&allowed).collect();
    let lines: Vec<String> = new.iter().map(|one| format!("    {one:?},")).collect();
    assert!(new.is_empty(), "{what}:\n{}", lines.join("\n"));
    let gone: Vec<&T> = allowed.difference(found).collect();
    assert!(gone.is_empty(), "{what}: these are gone, take them out of the list: {gone:?}");
}

#[test]
fn no_arrow_goes_back_and_no_circle_joins_rooms() {
    let files = files();
    let paths: Vec<(&File, BTreeSet<Vec<String>>)> = files.iter().map(|file| (file, used(file))).collect();
    let (mut back, mut arrows) = (BTreeSet::new(), BTreeMap::<(&str, &str), &str>::new());
    for (file, used) in &paths {
        // The root names every room.
        let Some((own, place)) = room(&file.modules) else { continue };
        for (other, of_other) in used.iter().filter_map(|path| room(path)).filter(|(other, _)| *other != own) {
            arrows.entry((own, other)).or_insert(&file.path);
            if of_other > place {
                back.insert((file.path.as_str(), other));
            }
        }
    }
    assert!(arrows.len() > 20, "the uses are found");
    same("a room to the right is used", &back, BACK);
    let circles: BTreeSet<(&str, &str)> =
        arrows.keys().copied().filter(|(one, other)| one < other && arrows.contains_key(&(other, one))).collect();
    same("two rooms use each other", &circles, CIRCLES);
}

#[test]
fn lower_reads_no_cell() {
    let files = files();
    let mut names = BTreeSet::new();
    for file in files.iter().filter(|file| file.modules.first().is_some_and(|room| room == "lower")) {
        for path in used(file).into_iter().filter(|path| path.first().is_some_and(|room| room == "cells")) {
            let leaf = path.last().unwrap();
            // Types and constants are what cells say; functions and modules read them.
            if leaf.starts_with(|c: char| c.is_lowercase()) {
                names.insert((file.path.clone(), path.join("::")));
            }
        }
    }
    let readers = names.iter().map(|(file, path)| (file.as_str(), path.as_str())).collect();
    same("lower uses what reads cells", &readers, READERS);
}

#[test]
fn files_are_short() {
    let files = files();
    let long: BTreeSet<&str> = files.iter().filter(|file| file.lines > MOST).map(|file| file.path.as_str()).collect();
    same("a file is too long", &long, LONG);
}

/// What the first test sees in a file it would not see otherwise.
#[test]
fn uses_are_read_in_every_form() {
    let text = "use crate::cells::{number::{self, Quantity}, words};\nuse super::super::emit;\nuse super::forms::Form;\n\
                // crate::check in a comment\nfn f() { crate::load::load(); }\n";
    let file = File {
        path: "lower/x.rs".to_owned(),
        modules: vec!["lower".to_owned(), "x".to_owned()],
        text: text.to_owned(),
        lines: 0,
    };
    let found: Vec<String> = used(&file).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        found,
        ["cells::number", "cells::number::Quantity", "cells::words", "emit", "load::load", "lower::forms::Form"]
    );
    assert_eq!(room(&["emit".to_owned()]), Some(("emit", 9)));
    assert_eq!(room(&["load".to_owned()]), Some(("load", 10)));
}

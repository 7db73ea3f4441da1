//! An exported model, read back: what `export --format json` printed, of this version or an older one.
//!
//! Everything that the form holds is taken over. What it does not hold is made of what it does, as far as anything depends
//! on it: names in Rust of labels, groups in the order of their points. Cells are those that were printed; there are no
//! tables to look at.

mod form;
mod point;
mod types;

use std::fmt;
use std::path::Path;

use self::form::Document;
use self::types::Types;
use crate::model::{Array, Device, Element, Group, Reserved};
use crate::names;

/// The largest version of the form that is read.
const NEWEST: u64 = 2;

/// Why a text is no exported model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAModel(String);

impl fmt::Display for NotAModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotAModel {}

impl NotAModel {
    fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// Whether a path names an exported model.
#[must_use]
pub fn is_model(path: &Path) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|of| of.eq_ignore_ascii_case("json"))
}

/// The device that a text describes.
///
/// # Errors
///
/// Where the text is no model, of a version that is not known, or a model with a value that cannot be.
pub fn device(text: &str) -> Result<Device, NotAModel> {
    let version: form::Version = serde_json::from_str(text).map_err(NotAModel::new)?;
    if !(1..=NEWEST).contains(&version.format) {
        return Err(NotAModel(format!("format {} is not known (1 to {NEWEST} are)", version.format)));
    }
    let document: Document = serde_json::from_str(text).map_err(NotAModel::new)?;
    let mut types = Types::default();
    let languages = languages(&document);
    let points = document
        .points
        .iter()
        .map(|of| point::point(of, &mut types).map_err(|why| NotAModel(format!("point “{}”: {why}", of.id))))
        .collect::<Result<Vec<_>, _>>()?;
    let mut groups: Vec<Group> = Vec::new();
    for title in points.iter().filter_map(|point| point.group.as_ref()) {
        if !groups.iter().any(|group| group.title == *title) {
            groups.push(Group::from(title.clone()));
        }
    }
    let mut variants: Vec<String> = Vec::new();
    for variant in points.iter().flat_map(|point| &point.variants) {
        if !variants.contains(variant) {
            variants.push(variant.clone());
        }
    }
    let reserved = document.reserved.iter();
    Ok(Device {
        type_name: names::pascal(&document.device.name),
        name: document.device.name,
        manufacturer: document.device.manufacturer,
        document: document.device.document,
        description: document.device.description,
        languages,
        link: document.link.into(),
        reserved: reserved.map(|of| Reserved { table: of.table, first: of.first, last: of.last }).collect(),
        types: types.finish(),
        groups,
        variants,
        detect: document.points.iter().find_map(|point| point.detect.clone()),
        arrays: arrays(&document.points),
        points,
        inputs: Vec::new(),
    })
}

/// The languages of the labels, the first one at the head.
fn languages(document: &Document) -> Vec<String> {
    let mut languages: Vec<String> = Vec::new();
    for (language, _) in document.points.iter().flat_map(|point| &point.labels.0) {
        if !languages.contains(language) {
            languages.push(language.clone());
        }
    }
    if languages.is_empty() {
        languages.push("en".to_owned());
    }
    languages
}

/// Arrays with the elements that points name.
fn arrays(points: &[form::Point]) -> Vec<Array> {
    let mut arrays: Vec<Array> = Vec::new();
    for place in points.iter().filter_map(|point| point.array.as_ref()) {
        let at = arrays.iter().position(|array| array.name == place.name).unwrap_or_else(|| {
            arrays.push(Array {
                name: place.name.clone(),
                label: place.name.replace('_', " "),
                translations: Vec::new(),
                number_type: format!("{}No", names::pascal(&place.name)),
                elements: Vec::new(),
            });
            arrays.len().saturating_sub(1)
        });
        let Some(array) = arrays.get_mut(at) else { continue };
        if !array.elements.iter().any(|element| element.number == place.index) {
            array.elements.push(Element {
                number: place.index,
                name: format!("N{}", place.index),
                label: format!("{} {}", array.label, place.index),
            });
        }
    }
    for array in &mut arrays {
        array.elements.sort_by_key(|element| element.number);
    }
    arrays
}

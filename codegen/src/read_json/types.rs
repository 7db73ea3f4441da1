//! The enums and flag sets of a model, which in JSON stand at each point that has them.

use std::collections::{BTreeMap, HashMap};

use super::form::ByLanguage;
use crate::model::{RawType, ValueForm, ValueLabel, ValueType};
use crate::names;

/// The types made so far.
#[derive(Default)]
pub(super) struct Types {
    list: Vec<ValueType>,
    /// By name as it is printed, and what the list holds: points of one name may have lists of their own.
    places: HashMap<String, Vec<usize>>,
}

impl Types {
    /// The name of a type of this form with these labels.
    pub(super) fn add(&mut self, name: &str, form: ValueForm, raw: RawType, labels: Vec<ValueLabel>) -> String {
        let places = self.places.entry(name.to_owned()).or_default();
        let known = places.iter().filter_map(|at| self.list.get(*at));
        if let Some(known) = known.into_iter().find(|known| known.form == form && known.labels == labels) {
            return known.name.clone();
        }
        // One name stands for one list in a device; special values may have codes of their own at each point, and what
        // decides conditional values has no name in the form.
        let name = if places.is_empty() { name.to_owned() } else { format!("{name}{}", places.len()) };
        places.push(self.list.len());
        self.list.push(ValueType { name: name.clone(), description: String::new(), form, raw, labels, source: None });
        name
    }

    pub(super) fn finish(self) -> Vec<ValueType> {
        self.list
    }
}

/// Labels by code, ascending; the code that is no number, where there is one.
pub(super) fn labels(
    texts: &BTreeMap<String, String>,
    translations: &BTreeMap<String, ByLanguage>,
) -> Result<Vec<ValueLabel>, String> {
    let label = |(code, text): (&String, &String)| {
        Ok(ValueLabel {
            code: code.parse().map_err(|_| code.clone())?,
            name: names::pascal(text),
            label: text.clone(),
            translations: translations.get(code).map(ByLanguage::further).unwrap_or_default(),
        })
    };
    let mut labels = texts.iter().map(label).collect::<Result<Vec<_>, String>>()?;
    labels.sort_by_key(|label| label.code);
    Ok(labels)
}

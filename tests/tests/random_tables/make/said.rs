//! What is said of a row besides its kind: visibility, and what the manifest adds to it or corrects.

use super::super::device::{Entry, Row, quoted};
use super::super::facts::{Exact, Fact, Meaning, Raw};
use super::super::texts;
use super::{Maker, OTHER_UNIT};

fn rule(registers: &str, set: &str) -> String {
    format!("[[rule]]\nregisters = \"{registers}\"\nset = {{ {set} }}\nreason = \"So it is.\"\n")
}

fn corrected(registers: &str, field: &str, expect: &str, value: &str) -> String {
    format!(
        "[[override]]\nregisters = \"{registers}\"\nfield = \"{field}\"\nexpect = [{}]\nvalue = {value}\nreason = \"Known.\"\n",
        quoted(expect)
    )
}

fn is_number(fact: &Fact) -> bool {
    matches!(fact.meaning, Meaning::Number { .. }) && fact.table > 1
}

fn is_filled(row: &Row, key: &str) -> bool {
    row.get(key).is_some_and(|cell| !cell.is_empty())
}

impl Maker {
    /// Says more of a row: an alias for its type, a correction, a rule, a visibility bit.
    pub(super) fn decorated(&mut self, sheet: usize, mut row: Row, mut fact: Fact) -> (Row, Fact, Entry) {
        let mut entry = Entry::default();
        row.entry("description").or_insert_with(|| fact.printed.clone());
        if self.random.percent(6) {
            fact.optional = true;
            row.insert("description", format!("{} {}", fact.printed, super::OPTIONAL));
        }
        if fact.table > 1 && self.random.percent(8) {
            let register = self.addresses(sheet, 1)[0];
            let bit = u8::try_from(self.random.below(16)).unwrap();
            row.insert("visible_register", self.shown(sheet, register).to_string());
            row.insert("visible_bit", bit.to_string());
            fact.visible = Some((register, bit));
        }
        match self.random.below(3) {
            0 => self.correct(sheet, &mut row, &mut fact, &mut entry),
            1 => self.add(sheet, &row, &mut fact, &mut entry),
            _ => {}
        }
        (row, fact, entry)
    }

    /// Puts something else into a cell and corrects it.
    fn correct(&mut self, sheet: usize, row: &mut Row, fact: &mut Fact, entry: &mut Entry) {
        let registers = self.selector(sheet, fact);
        match self.random.below(7) {
            0 if is_filled(row, "type") => {
                let word = format!("Vendor{}", self.number);
                entry.aliases.push((word.clone(), row.insert("type", word.clone()).unwrap()));
                if is_number(fact) && !row.contains_key("not_available") && self.random.percent(50) {
                    fact.not_available = vec![123];
                    entry.manifest = format!(
                        "[[rule]]\ntypes = [\"{word}\"]\nset = {{ not_available = [123] }}\nreason = \"So it is.\"\n"
                    );
                }
            }
            1 => {
                let given = [
                    "divisor",
                    "factor",
                    "type",
                    "order",
                    "values",
                    "bits",
                    "step",
                    "exponent",
                    "decimals",
                    "format",
                    "formula",
                    "offset",
                    "range",
                    "min",
                    "max",
                    "not_available",
                    "unit",
                    "scale_register",
                    "persistent",
                ];
                let given: Vec<_> = given.into_iter().filter(|key| is_filled(row, key)).collect();
                if !given.is_empty() {
                    let field = self.random.pick(&given);
                    let wrong = match field {
                        "type" => "float32",
                        "order" => "DCBA",
                        "values" | "bits" => "0=Wrong; 1=Right",
                        "format" => "FIX3",
                        "formula" => "x / 7",
                        "range" => "1 to 3",
                        "unit" => "0.5 kvar",
                        _ => "7",
                    };
                    let right = row.insert(field, wrong.to_owned()).unwrap();
                    entry.manifest = corrected(&registers, field, wrong, &quoted(&right));
                }
            }
            2 if (fact.reads, fact.writes) == (true, true)
                && !self.device.style.marks_access
                && !self.device.style.names_table =>
            {
                row.insert("access", "R".to_owned());
                entry.manifest = corrected(&registers, "access", "R", "\"read/write\"");
            }
            3 if is_number(fact) && !row.contains_key("not_available") => {
                fact.not_available = vec![77];
                entry.manifest = corrected(&registers, "not_available", "", "\"77\"");
            }
            4 => {
                // Names and details.
                let (field, key) =
                    self.random.pick(&[("description", "description"), ("label_sv", "sv"), ("position", "position")]);
                match field {
                    "description" => {
                        let right = row.insert("description", "Misspelt".to_owned()).unwrap();
                        entry.manifest = corrected(&registers, field, "Misspelt", &quoted(&right));
                    }
                    "label_sv" if self.device.is_bilingual => {
                        row.insert(key, "Felstavat".to_owned());
                        entry.manifest = corrected(&registers, field, "Felstavat", "\"Rätt stavat\"");
                        fact.translated = Some("Rätt stavat".to_owned());
                    }
                    "position" => {
                        row.insert(key, "1".to_owned());
                        entry.manifest = corrected(&registers, field, "1", "\"2\"");
                    }
                    _ => {}
                }
            }
            5 if !is_filled(row, "unit") && is_number(fact) => {
                entry.manifest = corrected(&registers, "unit", "", "\"kvar\"");
            }
            _ => {
                let printed = self.random.below(100);
                let default = printed.to_string();
                // Two defaults that differ are an error where nobody has looked at them.
                let is_packed = row.get("range").is_some_and(|range| range.contains("default"));
                let wrong = self.random.percent(30) || is_packed;
                row.insert("default", if wrong { "1000".to_owned() } else { default.clone() });
                if wrong {
                    entry.manifest = corrected(&registers, "default", "1000", &quoted(&default));
                }
                // Where limits count raw values what is printed does, too; an override is in the unit.
                let is_raw = self.raw_limits && !wrong;
                fact.default = Some(if is_raw { fact.printed_raw(printed) } else { default });
            }
        }
    }

    /// Says in the manifest what no cell says.
    fn add(&mut self, sheet: usize, row: &Row, fact: &mut Fact, entry: &mut Entry) {
        let registers = self.selector(sheet, fact);
        let description = row["description"].clone();
        let is_limited = ["min", "max", "range", "step"].into_iter().any(|key| row.contains_key(key));
        entry.manifest = match self.random.below(9) {
            0 if is_number(fact) && !is_filled(row, "order") => {
                fact.words.sort_unstable_by(|one, other| other.cmp(one));
                fact.byte_swapped = true;
                rule(&registers, "order = \"DCBA\"")
            }
            1 if is_number(fact) && !is_limited && fact.writes && fact.raw != Raw::Float => {
                fact.limits = [Some(Exact(2, 1)), Some(Exact(90, 1)), None];
                corrected(&registers, "limits", &description, "{ min = \"2\", max = \"90\" }")
            }
            2 => {
                fact.optional = true;
                rule(&registers, "optional = true")
            }
            3 if fact.writes => {
                fact.keep_alive = Some(300);
                match self.random.percent(50) {
                    true => rule(&registers, "keep_alive_s = 300"),
                    false => corrected(&registers, "keep_alive_s", &description, "300"),
                }
            }
            4 if fact.reads => {
                fact.side_effect = true;
                corrected(&registers, "read_side_effect", &description, "true")
            }
            5 => {
                let id = format!("given_id_{}", self.number);
                corrected(&registers, "id", &description, &quoted(&id))
            }
            6 => {
                let label = self.plain_name();
                // Where there are columns for both, it is one of them.
                let expect = if self.device.style.has_labels { "" } else { &description };
                corrected(&registers, "label", expect, &quoted(&label))
            }
            7 if sheet != OTHER_UNIT => {
                let note = format!("Note {}", texts::remark(&mut self.random));
                format!("[[note]]\nregisters = \"{registers}\"\ntext = {}\n", quoted(&note))
            }
            _ => match &mut fact.meaning {
                Meaning::Text(_, is_latin) => {
                    *is_latin = true;
                    rule(&registers, "encoding = \"iso-8859-1\"")
                }
                _ => return,
            },
        };
    }
}

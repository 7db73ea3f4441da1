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
        match self.random.below(5) {
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
                let given = ["divisor", "factor", "type", "order", "values", "bits", "step"];
                let given: Vec<_> = given.into_iter().filter(|key| is_filled(row, key)).collect();
                if !given.is_empty() {
                    let field = self.random.pick(&given);
                    let wrong = match field {
                        "type" => "float32",
                        "order" => "DCBA",
                        "values" | "bits" => "0=Wrong; 1=Right",
                        _ => "7",
                    };
                    let right = row.insert(field, wrong.to_owned()).unwrap();
                    entry.manifest = corrected(&registers, field, wrong, &quoted(&right));
                }
            }
            2 if (fact.reads, fact.writes) == (true, true) => {
                row.insert("access", "R".to_owned());
                entry.manifest = corrected(&registers, "access", "R", "\"read/write\"");
            }
            3 if is_number(fact) && !row.contains_key("not_available") => {
                fact.not_available = vec![77];
                entry.manifest = corrected(&registers, "not_available", "", "\"77\"");
            }
            _ => {
                let default = self.random.below(100).to_string();
                row.insert("default", default.clone());
                fact.default = Some(default);
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
                rule(&registers, "keep_alive_s = 300")
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
                corrected(&registers, "label", &description, &quoted(&label))
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

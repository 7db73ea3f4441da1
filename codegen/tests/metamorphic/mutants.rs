//! What is put beside a cell, where, and what of it says nothing new.

/// A cell with something added.
#[derive(Debug)]
pub(crate) struct Mutant {
    /// Which of the cells.
    pub(crate) cell: usize,
    /// What stands there now.
    pub(crate) text: String,
    /// What was put there.
    pub(crate) added: String,
    pub(crate) addition: Addition,
    position: Position,
}

/// What is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addition {
    Digits,
    /// Another of the accepted cells.
    Cell(usize),
    Word,
    Sign,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Before,
    Behind,
    Inside,
}

const DIGITS: [&str; 32] = [
    "7", "0.5", "10", "x10", "(3)", "1e3", "42", "[2]", "0", "1", "100", "0x10", "10h", "-1", "1/2", "5%", "2x", "×2",
    "*3", "²", "½", "3)", "#2", "no. 4", "100 000", "1,5", "1.5 V", "16#FF", "2nd", "1..3", "0-9", "٣",
];
const WORDS: [&str; 40] = [
    "max",
    "or",
    "approx",
    "nominal",
    "see",
    "times",
    "not",
    "from",
    "oder",
    "bis",
    "siehe",
    "ca.",
    "voir",
    "ou",
    "sauf",
    "utan",
    "eller",
    "niet",
    "nur",
    "only",
    "except",
    "default",
    "signed",
    "unsigned",
    "big",
    "low",
    "hex",
    "bit",
    "read",
    "write",
    "per",
    "kW",
    "word",
    "swapped",
    "no",
    "yes",
    "reserved",
    "if",
    "model B",
    "(optional)",
];
const SIGNS: [&str; 34] = [
    "-", "+", "*", "?", "~", "<", ">", "!", "/", "=", "±", "#", "%", "&", "|", "^", "$", "@", "…", ":", ";", ",", ".",
    "'", "(", ")", "[", "°", "→", "≈", "≤", "_", "–", "\\",
];
const JOINTS: [&str; 8] = ["", " ", ", ", "; ", " / ", " ", "-", "\n"];

/// How often each kind of addition is put at each position.
const ROUNDS: [&str; 4] = ["first", "second", "third", "fourth"];

/// A number that depends on the texts only (FNV-1a), the same on every machine.
fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn pick<T>(of: &[T], hash: u64) -> &T {
    let index = usize::try_from(hash % u64::try_from(of.len()).unwrap()).unwrap();
    &of[index]
}

/// Every cell with every kind of addition at every position; which one is chosen by the cell's text.
pub(crate) fn of(meaning: &str, cells: &[String]) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for round in ROUNDS {
        for position in [Position::Before, Position::Behind, Position::Inside] {
            for kind in ["digits", "cell", "word", "sign"] {
                for (cell, original) in cells.iter().enumerate() {
                    let of = |what: &str| hash(&[meaning, original, kind, &format!("{position:?}"), round, what]) >> 7;
                    let (added, addition) = match kind {
                        "digits" => ((*pick(&DIGITS, of("text"))).to_owned(), Addition::Digits),
                        "word" => ((*pick(&WORDS, of("text"))).to_owned(), Addition::Word),
                        "sign" => ((*pick(&SIGNS, of("text"))).to_owned(), Addition::Sign),
                        _ => {
                            // The one whose text hashes lowest with this one, so that others that are added rarely change it.
                            let others = (0..cells.len()).filter(|other| *other != cell);
                            let other = others.min_by_key(|other| hash(&[original, &cells[*other], round]));
                            let Some(other) = other else { continue };
                            (cells[other].clone(), Addition::Cell(other))
                        }
                    };
                    let joint = *pick(&JOINTS, of("joint"));
                    let text = match position {
                        Position::Before => format!("{added}{joint}{original}"),
                        Position::Behind => format!("{original}{joint}{added}"),
                        Position::Inside => {
                            let places: Vec<usize> = original.char_indices().map(|(at, _)| at).skip(1).collect();
                            if places.is_empty() {
                                continue;
                            }
                            let (head, tail) = original.split_at(*pick(&places, of("place")));
                            format!("{head}{joint}{added}{joint}{tail}")
                        }
                    };
                    mutants.push(Mutant { cell, text, added, addition, position });
                }
            }
        }
    }
    mutants
}

/// The numbers in a text, without leading zeros; hexadecimal ones as the model has them.
pub(crate) fn digits(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let of_word = |word: &str| -> Vec<String> {
        match word.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok()) {
            Some(number) => vec![number.to_string()],
            None => word.split(|c: char| !c.is_ascii_digit()).map(str::to_owned).collect(),
        }
    };
    let numbers = words.flat_map(of_word).filter(|number| !number.is_empty());
    numbers.map(|number| number.trim_start_matches('0').to_owned()).collect()
}

/// The list among the facts of a point, where it has one.
pub(crate) fn list(facts: &str) -> Option<&str> {
    let (_, rest) = facts.split_once("[(")?;
    rest.split_once(")]").map(|(list, _)| list)
}

/// The unit among the facts of a point.
pub(crate) fn unit(facts: &str) -> Option<String> {
    let (_, rest) = facts.split_once("Some(\"")?;
    rest.split_once("\")").map(|(unit, _)| unit.to_owned())
}

/// Whether a unit holds what none does: digits but those of squares, cubes and `1/min`, and signs.
pub(crate) fn is_odd_unit(unit: &str) -> bool {
    let known = ["m2", "m3", "m²", "m³", "1/", "100km", "100 km", "CO2", "CO₂"];
    let rest = known.iter().fold(unit.to_owned(), |unit, known| unit.replace(known, "m"));
    rest.chars().any(|c| c.is_ascii_digit() || "+*?~<>!=;,×[]".contains(c))
        || rest.trim().starts_with(['-', '/'])
        || rest.trim().ends_with(['-', '/'])
}

/// Why a model may say what the added cell says by itself.
pub(crate) fn agreement(meaning: &str, mutant: &Mutant, found: &str, original: &str) -> Option<&'static str> {
    let table = |facts: &str| facts.split(' ').next().map(str::to_owned);
    if meaning == "bits" && matches!(mutant.addition, Addition::Cell(_)) && mutant.text.contains("reserved") {
        return Some("bits that are reserved, which have no name");
    }
    if meaning == "table" && matches!(mutant.addition, Addition::Cell(_)) && table(found) == table(original) {
        return Some("two names of one Modbus table");
    }
    if let Addition::Cell(_) = mutant.addition
        && mutant.text.trim_end_matches('0') == mutant.added
    {
        return Some("a zero behind the decimals");
    }
    is_fraction(meaning, mutant).then_some("a fraction, whose value is that of one part")
}

/// Whether two numbers with a slash between them are read as a fraction.
fn is_fraction(meaning: &str, mutant: &Mutant) -> bool {
    let is_number = ["factor", "divisor", "offset", "min", "max", "default", "step"].contains(&meaning);
    is_number
        && mutant.text.matches('/').count() == 1
        && matches!(mutant.addition, Addition::Cell(_) | Addition::Digits)
}

/// Why an addition that changes nothing need not.
pub(crate) fn exemption(meaning: &str, mutant: &Mutant, original: &str) -> Option<&'static str> {
    let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
    let (text, original) = (plain(&mutant.text), plain(original));
    let is_number = |text: &str| text.chars().next().is_some_and(|c| c.is_ascii_digit() || c == '.');
    if text == original {
        return Some("the same text");
    }
    if text.strip_prefix('+') == Some(&original) && is_number(&original) {
        return Some("a plus before a number");
    }
    if meaning == "bits" && matches!(mutant.addition, Addition::Cell(_)) && mutant.text.contains("reserved") {
        return Some("bits that are reserved, which have no name");
    }
    if meaning == "table" && matches!(mutant.addition, Addition::Cell(_)) && mutant.position != Position::Inside {
        return Some("two names of one Modbus table");
    }
    if is_fraction(meaning, mutant) {
        return Some("a fraction, whose value is that of one part");
    }
    if meaning == "factor" && text.strip_prefix(['*', 'x']) == Some(&original) {
        return Some("a sign of multiplication before a factor");
    }
    let is_behind = mutant.position == Position::Behind;
    let of_address = ["address", "address_again", "de_facto", "last_address"].contains(&meaning);
    let is_mark = mutant.added == "*" || mutant.added == "²" && (of_address || meaning == "access");
    if is_mark && is_behind && (of_address || ["access", "type", "unit"].contains(&meaning)) {
        return Some("a footnote mark, as docs/tables.md has it");
    }
    let may_end = [",", ";", "."].contains(&mutant.added.as_str()) && is_behind;
    if may_end && ["values", "bits", "unit", "range", "table", "type", "access"].contains(&meaning) {
        return Some("one divider or full stop behind all, as docs/tables.md has it");
    }
    let (above, list) = mutant.text.split_once('\n').unwrap_or_default();
    let is_name = above == mutant.added && mutant.addition == Addition::Word && plain(list) == original;
    if is_name && ["values", "bits", "unit"].contains(&meaning) {
        return Some("a name in a line above a list, which it describes");
    }
    if original.starts_with('.') && text == format!("0{original}") {
        return Some("a zero before the decimal point");
    }
    if meaning == "type" && ["signed", "unsigned"].contains(&mutant.added.as_str()) {
        return Some("the sign of a type once more");
    }
    if meaning == "bits" && mutant.added == "#" {
        return Some("the sign of a number before the number of a bit");
    }
    let codes = ["01", "1", "2", "3", "4", "5", "6", "10", "16"];
    let mut added = mutant.added.split(|c: char| !c.is_ascii_digit()).map(|code| code.trim_start_matches('0'));
    let is_code = mutant.addition == Addition::Digits && added.all(|code| code.is_empty() || codes.contains(&code));
    if is_code && (meaning == "table" || meaning == "access" && original.contains("fc")) {
        return Some("a function code that says the same");
    }
    if mutant.added == "0" {
        return Some("a zero before a number");
    }
    if of_address && is_behind && mutant.added == "*3" {
        return Some("a footnote mark, as docs/tables.md has it");
    }
    if original == "-" && text.chars().all(|c| c == '-') {
        return Some("several dashes in place of one");
    }
    let is_before = mutant.position == Position::Before;
    if meaning == "divisor" && is_before && mutant.added == "/" || meaning == "unit" && is_before && mutant.added == "*"
    {
        return Some("a sign before a scale that says what it is");
    }
    if ["type", "unit"].contains(&meaning) && mutant.added == "bit" && is_behind {
        return Some("what a size or a scale counts");
    }
    if meaning == "formula" && mutant.addition == Addition::Word && original.contains('=') && text.ends_with("=x/10") {
        return Some("the name of what is computed");
    }
    None
}

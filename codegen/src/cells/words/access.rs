//! Words for what may be done with a register.

use super::plain;
use super::table::{Permitted, function_codes};
use crate::cells::phrase::{self, Word};
use crate::model::Access;

/// `R`, `R/W`, `RO`, `read only`, `Lesen/Schreiben`, `Läs`, `03/06/16`; footnote marks on it do not matter. What names
/// reading or writing twice is none.
pub(crate) fn access(text: &str) -> Option<Permitted> {
    let bare = text.trim().trim_end_matches(['*', '†', '¹', '²', '³', ' ']);
    // An abbreviation beside `Rd`; in capitals it may be write and read.
    if bare == "Wr" {
        return Some(Access::Write.into());
    }
    if let Some(access) = marked_columns(bare) {
        return Some(access.into());
    }
    let plain = plain(bare);
    let words = phrase::words(&plain)?;
    let named = worded(&words).map(Permitted::from);
    named.or_else(|| function_codes(bare).ok().map(|(_, permits)| permits)).or_else(|| beside_codes(bare))
}

/// `R/-`, `-/W`: a place for each.
fn marked_columns(text: &str) -> Option<Access> {
    let (read, write) = text.split_once('/')?;
    let is_none = |text: &str| ["-", "–", "—"].contains(&text.trim());
    match (worded_access(read), worded_access(write)) {
        (Some(Access::Read), None) if is_none(write) => Some(Access::Read),
        (None, Some(Access::Write)) if is_none(read) => Some(Access::Write),
        _ => None,
    }
}

/// `R/W (FC03/06)`: a word and function codes that say the same.
fn beside_codes(text: &str) -> Option<Permitted> {
    let (word, codes) = text.strip_suffix(')')?.split_once('(')?;
    let (_, permits) = function_codes(codes.trim()).ok()?;
    (worded_access(word.trim()) == Some(permits.access)).then_some(permits)
}

/// The access at the begin of a sentence, where a column holds both: `R/W Set point`. What follows is the sentence's.
pub(crate) fn access_before_text(text: &str) -> Option<Access> {
    let ends = text.match_indices(char::is_whitespace).map(|(end, _)| end).chain([text.len()]);
    let begins: Vec<&str> = ends.filter_map(|end| text.get(..end)).take(LONGEST).collect();
    begins.into_iter().rev().find_map(worded_access)
}

/// So many words an access has at most: `read / write`.
const LONGEST: usize = 3;

/// The same without function codes: where a column says yes or no, `1` is no function.
pub(crate) fn worded_access(text: &str) -> Option<Access> {
    access(text).map(|permits| permits.access).filter(|_| !text.contains(|sign: char| sign.is_ascii_digit()))
}

/// What a word says of reading and of writing.
enum Says {
    Read,
    Write,
    Both,
    /// `only`
    Only,
    /// `and`
    And,
    /// What the cell is about.
    Access,
}

fn worded(words: &[Word<'_>]) -> Option<Access> {
    let (mut reads, mut writes, mut only, mut named) = (0u8, 0u8, 0u8, 0u8);
    // `RO` says so itself.
    let is_said = words
        .iter()
        .any(|word| word.text.len() > 4 && word.text.ends_with("only") || ["ro", "wo"].contains(&word.text));
    let is_end = |at: usize| at == 0 || at.saturating_add(1) == words.len();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| words.get(at)).map(|word| word.text);
        match says(word, before)? {
            Says::Read => reads = reads.saturating_add(1),
            Says::Write => writes = writes.saturating_add(1),
            Says::Both => (reads, writes) = (reads.saturating_add(1), writes.saturating_add(1)),
            Says::Only => only = only.saturating_add(1),
            Says::And if is_end(at) || words.iter().skip(at).take(2).any(|word| word.sign != Some(' ')) => return None,
            Says::And => {}
            Says::Access if !is_end(at) => return None,
            Says::Access => named = named.saturating_add(1),
        }
    }
    match (reads, writes) {
        _ if only > 1 || named > 1 || only > 0 && is_said || only == 1 && reads.saturating_add(writes) > 1 => None,
        (1, 0) => Some(Access::Read),
        (0, 1) => Some(Access::Write),
        (1, 1) => Some(Access::ReadWrite),
        _ => None,
    }
}

fn says(word: &Word<'_>, before: Option<&str>) -> Option<Says> {
    Some(match word.text {
        "o" if matches!(before, Some("r" | "w")) && word.sign.is_some_and(|sign| "/.".contains(sign)) => Says::Only,
        "s" | "e" if before == Some("l") => Says::Write,
        "wr" if before == Some("rd") => Says::Write,
        "only" | "nur" | "seule" | "seulement" | "endast" | "alleen" | "sola" | "solo" | "tylko" | "pouze"
        | "apenas" | "somente" | "kun" => Says::Only,
        "and" | "und" | "et" | "och" | "en" | "y" | "i" | "og" => Says::And,
        "e" if matches!(before, Some("lettura" | "leitura")) => Says::And,
        "access" => Says::Access,
        "r" | "ro" | "rd" | "read" | "readonly" | "readable" | "get" | "lesen" | "nurlesen" | "lesend" | "lecture"
        | "lectureseule" | "las" | "lasa" | "endastlas" | "lasning" | "lezen" | "alleenlezen" | "l" | "lettura"
        | "solalettura" | "lectura" | "sololectura" | "leitura" | "odczyt" | "tylkoodczyt" | "cteni" | "laes"
        | "les" | "nurlesbar" | "lesbar" | "只读" | "读" => Says::Read,
        "w" | "wo" | "write" | "writeonly" | "writable" | "writeable" | "set" | "schreiben" | "nurschreiben"
        | "ecriture" | "ecritureseule" | "skriv" | "skriva" | "skrivning" | "schrijven" | "alleenschrijven"
        | "scrittura" | "escritura" | "escrita" | "zapis" | "schreibend" | "schreibbar" | "只写" | "写" => {
            Says::Write
        }
        "rw" | "wr" | "rdwr" | "wrrd" | "readwrite" | "writeread" | "getset" | "ls" | "le" | "lesenschreiben"
        | "lesenundschreiben" | "lectureecriture" | "lectureetecriture" | "lasskriv" | "lasochskriv" | "lasaskriva"
        | "lezenschrijven" | "lezenenschrijven" | "readandwrite" | "读写" | "可读写" | "可读可写"
        | "letturascrittura" | "lecturaescritura" | "leituraescrita" | "odczytzapis" => Says::Both,
        _ => return None,
    })
}

//! From the bytes of a text file to its text.
//!
//! A file that is not UTF-8 says nowhere what it is. Western European text in Windows-1252, of which ISO 8859-1 is a part,
//! is taken for that, with a note; anything that reads oddly so is not guessed at, since a wrong guess spoils every name.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::csv::line_number;
use crate::diagnostic::{Diagnostic, Diagnostics, Entry, Place, said};
use crate::source::At;

/// The text of a file, without its byte order mark.
pub(super) fn text<'b>(
    file: &str,
    bytes: &'b [u8],
    declared: Option<&'static Encoding>,
    diagnostics: &mut Diagnostics,
) -> Result<Cow<'b, str>, Diagnostic> {
    let text = decoded(file, bytes, declared, diagnostics)?;
    // Some programs fill the rest of a block up.
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end_matches(['\0', '\u{1a}'])),
        Cow::Owned(text) => Cow::Owned(text.trim_end_matches(['\0', '\u{1a}']).to_owned()),
    };
    match text.find('\0') {
        Some(offset) => Err(Diagnostic::error("E0123", "the text contains a NUL character")
            .at(place(file, text.as_bytes(), offset))
            .expected("text")
            .help("export the table again: this file is damaged, or not text at all")),
        None => Ok(text),
    }
}

fn decoded<'b>(
    file: &str,
    bytes: &'b [u8],
    declared: Option<&'static Encoding>,
    diagnostics: &mut Diagnostics,
) -> Result<Cow<'b, str>, Diagnostic> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decode(file, bytes.get(length..).unwrap_or_default(), encoding);
    }
    if let Some(encoding) = declared {
        return decode(file, bytes, encoding);
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        let text = decode(file, bytes, encoding)?;
        diagnostics.push(taken(file, encoding.name(), Place::of_file(file)));
        return Ok(text);
    }
    let Err(error) = std::str::from_utf8(bytes) else { return decode(file, bytes, UTF_8) };
    // A file with some of its letters in UTF-8 is a damaged one.
    let (good, _) = bytes.split_at(error.valid_up_to());
    let text = (good.is_ascii() && !has_utf_8(bytes)).then(|| WINDOWS_1252.decode_without_bom_handling(bytes).0);
    let Some(text) = text.filter(|text| !is_odd(text) && !bytes.iter().any(|byte| UNUSED.contains(byte))) else {
        return Err(unreadable(file, bytes, error.valid_up_to(), "UTF-8"));
    };
    // The bytes from 80 to 9F are where the two differ.
    let name = if bytes.iter().any(|byte| (0x80..0xa0).contains(byte)) { "Windows-1252" } else { "ISO 8859-1" };
    let first = text.find(|character: char| !character.is_ascii()).unwrap_or_default();
    diagnostics.push(taken(file, name, place(file, text.as_bytes(), first)));
    Ok(Cow::Owned(text.into_owned()))
}

/// What Windows-1252 gives no meaning to.
const UNUSED: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

fn taken(file: &str, name: &str, place: Place) -> Diagnostic {
    Diagnostic::note("N0122", said!("{file} is not UTF-8, and was read as {name}", file, name))
        .at(place)
        .help("if its letters look wrong, say encoding = \"…\" in [[sheet]], or save it as “CSV UTF-8”")
}

fn decode<'b>(file: &str, bytes: &'b [u8], encoding: &'static Encoding) -> Result<Cow<'b, str>, Diagnostic> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut piece = [0; 4096];
        let mut offset = 0usize;
        // Where the first character is that cannot be read.
        loop {
            let rest = bytes.get(offset..).unwrap_or_default();
            let (result, read, _) = decoder.decode_to_utf8_without_replacement(rest, &mut piece, true);
            offset = offset.saturating_add(read);
            match result {
                encoding_rs::DecoderResult::OutputFull => {}
                encoding_rs::DecoderResult::InputEmpty => break,
                encoding_rs::DecoderResult::Malformed(length, after) => {
                    offset = offset.saturating_sub(usize::from(length)).saturating_sub(usize::from(after));
                    break;
                }
            }
        }
        unreadable(file, bytes, offset, encoding.name())
    })
}

fn unreadable(file: &str, bytes: &[u8], offset: usize, expected: &str) -> Diagnostic {
    Diagnostic::error("E0106", said!("{file} is not {expected} text", file, expected))
        .at(place(file, bytes, offset))
        .expected(expected)
        .help(
            "save the file as “CSV UTF-8”, or say in [[sheet]] what it is: encoding = \"windows-1252\", \"utf-16le\", \
             \"gbk\", \"shift_jis\", \"macintosh\", …",
        )
        .manifest(Entry::sheet(&Place::of_file(file).origin).one_of("encoding", ENCODINGS))
}

/// Encodings that are offered: what spreadsheet programs write, the likeliest first.
const ENCODINGS: [&str; 5] = ["windows-1252", "macintosh", "gbk", "shift_jis", "utf-16le"];

/// The line around an offset.
fn place(file: &str, bytes: &[u8], offset: usize) -> Place {
    let begin = bytes.get(..offset).and_then(|before| before.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')));
    let rest = bytes.get(begin.map_or(0, |end| end.saturating_add(1))..).unwrap_or_default();
    let line = rest.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let shown: String = String::from_utf8_lossy(line).trim().chars().take(200).collect();
    let shown = shown.replace('\0', "␀");
    Place { at: At::Row(line_number(bytes, offset)), ..Place::of_file(file) }.holds(shown)
}

/// UTF-16 without its mark: in a table nearly every character is below 256, so that every second byte is zero.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes.get(..bytes.len().min(4096)).unwrap_or_default().as_chunks::<2>().0;
    let half = pairs.len().div_euclid(2);
    let zeros = |at: usize| pairs.iter().filter(|pair| pair.get(at) == Some(&0)).count();
    match (zeros(0), zeros(1)) {
        _ if half < 4 => None,
        (0, low) if low > half => Some(UTF_16LE),
        (high, 0) if high > half => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether a character beyond ASCII is written in UTF-8 somewhere.
fn has_utf_8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// Whether a text that was read as Windows-1252 looks as if it were in another encoding.
fn is_odd(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let is_letter = |character: Option<&char>| character.is_some_and(char::is_ascii_alphabetic);
    let odd = characters.windows(3).any(|window| {
        let [before, character, after] = window else { return false };
        match character {
            // A capital or a quotation mark in the middle of a word: ä, ö, ü of Macintosh and DOS.
            'Š' | 'Ž' | 'Ÿ' => before.is_ascii_lowercase() || is_letter(Some(before)) && after.is_ascii_lowercase(),
            '„' | '”' | '‚' | 'š' | '\u{81}' => {
                is_letter(Some(before)) && is_letter(Some(after)) && *character != 'š'
            }
            // °C of DOS.
            'ø' => *after == 'C' && !is_letter(Some(before)),
            _ => false,
        }
    });
    // ° of Macintosh, and where the signs of Chinese begin.
    odd || characters.contains(&'¡') || has_run(&characters)
}

/// Four characters in a row beyond ASCII that are not the same: letters of another script.
fn has_run(characters: &[char]) -> bool {
    characters.windows(4).any(|window| {
        window.iter().all(|character| !character.is_ascii())
            && window.iter().any(|character| Some(character) != window.first())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], declared: Option<&'static Encoding>) -> (Result<String, &'static str>, Vec<String>) {
        let mut diagnostics = Diagnostics::default();
        let text = text("t.csv", bytes, declared, &mut diagnostics);
        let notes = diagnostics.iter().map(|note| note.message.to_string()).collect();
        (text.map(Cow::into_owned).map_err(|error| error.code), notes)
    }

    #[test]
    fn western_text_is_read_whatever_it_is_in() {
        for (bytes, text, note) in [
            (&b"a,\xc2\xb0C\n"[..], "a,°C\n", None),
            (b"\xef\xbb\xbfa,\xc2\xb0C\n", "a,°C\n", None),
            (b"\xff\xfea\0,\0\xb0\0C\0", "a,°C", None),
            (b"\xfe\xff\0a\0,\0\xb0\0C", "a,°C", None),
            (b"a,\xb0C,W\xe4rmepumpe", "a,°C,Wärmepumpe", Some("ISO 8859-1")),
            (b"a,5\x966 \x80,\xb0C", "a,5–6 €,°C", Some("Windows-1252")),
            (b"a;b;c;d;e;f;g;h\n".map(|byte| [byte, 0]).as_flattened(), "a;b;c;d;e;f;g;h\n", Some("UTF-16LE")),
            (b"a;b;c;d;e;f;g;h\n".map(|byte| [0, byte]).as_flattened(), "a;b;c;d;e;f;g;h\n", Some("UTF-16BE")),
            (b"a,b\n\0\0\0\x1a", "a,b\n", None),
            (b"cr\xe9\xe9e \xb1\xb0C", "créée ±°C", Some("ISO 8859-1")),
        ] {
            let (read, notes) = read(bytes, None);
            assert_eq!(read.as_deref(), Ok(text));
            assert_eq!(notes.len(), usize::from(note.is_some()), "{text}: {notes:?}");
            assert!(notes.iter().all(|found| found.contains(note.unwrap())), "{text}: {notes:?}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_guessed() {
        for (what, bytes) in [
            ("damaged UTF-8", &b"a,\xc2\xb0C\nb,\xb0C"[..]),
            ("Chinese", b"\xb5\xd8\xd6\xb7,a"),
            ("a Chinese degree", b"a,\xa1\xe6"),
            ("Cyrillic", b"\xc0\xe4\xf0\xe5\xf1"),
            ("Japanese", b"\x81\x8e"),
            ("a degree of Macintosh", b"a,\xa1C"),
            ("an umlaut of Macintosh", b"W\x8armepumpe"),
            ("an umlaut of DOS", b"W\x84rmepumpe"),
            ("a degree of DOS", b"a,\xf8C"),
        ] {
            assert_eq!(read(bytes, None).0, Err("E0106"), "{what}");
        }
        assert_eq!(read(b"a\0b", None).0, Err("E0123"));
    }

    #[test]
    fn what_is_declared_is_taken() {
        for (name, bytes, text) in [
            ("gbk", &b"\xb5\xd8\xd6\xb7,\xa1\xe6"[..], "地址,℃"),
            ("macintosh", b"W\x8arme \xa1C", "Wärme °C"),
            ("windows-1251", b"\xc0\xe4\xf0\xe5\xf1", "Адрес"),
            ("iso-8859-1", b"\xb0C", "°C"),
            ("utf-16le", b"a\0", "a"),
        ] {
            let encoding = Encoding::for_label(name.as_bytes());
            assert_eq!(read(bytes, encoding), (Ok(text.to_owned()), Vec::new()), "{name}");
        }
        assert_eq!(read(b"a,\xb0C", Some(UTF_8)).0, Err("E0106"));
        assert_eq!(read(b"a,\xff\xff", Encoding::for_label(b"gbk")).0, Err("E0106"));
    }
}

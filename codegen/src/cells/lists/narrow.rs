//! The signs of a list as one keyboard has them.

use std::borrow::Cow;

/// Signs as wide as a Chinese character, as their narrow ones, and an arrow behind a code as the sign it stands for:
/// `0 => Off`.
pub(crate) fn narrow(text: &str) -> Cow<'_, str> {
    const ARROWS: [&str; 4] = ["=>", "->", "→", "⇒"];
    let mut narrow = narrow_signs(text);
    for arrow in ARROWS {
        if !narrow.contains(arrow) {
            continue;
        }
        let mut parts = narrow.split(arrow);
        let mut plain = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let word = plain.trim_end().rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default();
            let is_behind_code = word.starts_with(|sign: char| sign.is_ascii_digit());
            plain.push_str(if is_behind_code { "=" } else { arrow });
            plain.push_str(part);
        }
        narrow = Cow::Owned(plain);
    }
    narrow
}

fn narrow_signs(text: &str) -> Cow<'_, str> {
    const SIGNS: [(char, char); 8] =
        [('：', ':'), ('；', ';'), ('，', ','), ('＝', '='), ('、', ','), ('～', '~'), ('（', '('), ('）', ')')];
    if !text.contains(SIGNS.map(|(wide, _)| wide)) {
        return Cow::Borrowed(text);
    }
    let narrow = |sign: char| SIGNS.iter().find(|(wide, _)| *wide == sign).map_or(sign, |(_, narrow)| *narrow);
    Cow::Owned(text.chars().map(narrow).collect())
}

//! One spelling of texts, whoever has written them: cells, headers, names and patterns of a manifest. Nothing is read.

/// White space folded to single blanks, none before a closing parenthesis; one sign for degrees and one for hyphens.
pub(crate) fn normalised(text: &str) -> String {
    if is_normal(text) {
        return text.to_owned();
    }
    let mut folded = String::with_capacity(text.len());
    let mut is_apart = false;
    for character in text.chars() {
        if character.is_whitespace() {
            is_apart = !folded.is_empty();
            continue;
        }
        let (sign, unit) = match character {
            'º' => ('°', None),
            '℃' => ('°', Some('C')),
            '℉' => ('°', Some('F')),
            '\u{2010}' | '\u{2011}' => ('-', None),
            other => (other, None),
        };
        let is_one = sign == ')' || sign == 'C' && folded.ends_with('°');
        if std::mem::take(&mut is_apart) && !is_one {
            folded.push(' ');
        }
        folded.push(sign);
        folded.extend(unit);
    }
    folded
}

/// Whether a text is plain ASCII with nothing to fold, as most cells are.
fn is_normal(text: &str) -> bool {
    let mut before = b' ';
    for byte in text.bytes() {
        let is_apart = before == b' ' && (byte == b' ' || byte == b')');
        if !byte.is_ascii() || byte < b' ' || is_apart {
            return false;
        }
        before = byte;
    }
    before != b' '
}

/// [`normalised`] within each line; empty lines are left out.
pub(crate) fn lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(normalised).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Whether a text is what a pattern says, `*` standing for anything; case does not matter.
pub(crate) fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else { return text.is_empty() };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sign_for_each_meaning() {
        assert_eq!(normalised("Max\u{a0}flow  º C , 0\u{2010}10V"), "Max flow °C , 0-10V");
        assert_eq!(normalised("0.1 ℃"), "0.1 °C");
        assert_eq!(lines(" Mode \n\n0 =  Off\r\n1=On"), "Mode\n0 = Off\n1=On");
    }

    #[test]
    fn wildcards() {
        for (pattern, text, matches) in [
            ("*temp*", "Outdoor temperature", true),
            ("outdoor*", "Outdoor temperature", true),
            ("*ture", "Outdoor temperature", true),
            ("temp", "temperature", false),
            ("*diff*stop*", "Start diff", false),
            ("", "", true),
            ("*", "anything", true),
        ] {
            assert_eq!(wildcard(pattern, text), matches, "{pattern}");
        }
    }
}

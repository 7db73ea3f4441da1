//! What is wrong, as data: a sentence with gaps, and the facts that fill them.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::model::{RawType, Table};
use crate::ratio::Ratio;

/// A sentence about what is wrong. Messages of one cause have the same sentence and differ in their facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Message {
    sentence: Cow<'static, str>,
    facts: Vec<(&'static str, Fact)>,
}

/// What a message says of one occurrence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A name, a value as the table prints it, or words of it.
    Text(String),
    /// A number, such as an address or a count.
    Number(i128),
    /// Words of ours that tell one cause from another.
    Kind(String),
}

/// Words of ours in a message that tell one cause from another.
pub(crate) fn fault(words: impl Into<String>) -> Fact {
    Fact::Kind(words.into())
}

impl Message {
    /// A sentence whose gaps, `{name}`, are filled with facts. [`said!`] makes one, and checks that they fit.
    pub(crate) fn new(sentence: &'static str, facts: Vec<(&'static str, Fact)>) -> Self {
        Self { sentence: Cow::Borrowed(sentence), facts }
    }

    /// What is said, by the names of the gaps.
    #[must_use]
    pub fn facts(&self) -> &[(&'static str, Fact)] {
        &self.facts
    }

    /// What every message of this cause has in common; none of a sentence that was written for one occurrence.
    pub(super) fn sentence(&self) -> Option<&'static str> {
        match self.sentence {
            Cow::Borrowed(sentence) => Some(sentence),
            Cow::Owned(_) => None,
        }
    }

    /// The words in it that tell one cause from another.
    pub(super) fn kinds(&self) -> Vec<&str> {
        let kinds = self.facts.iter().filter_map(|(_, fact)| match fact {
            Fact::Kind(words) => Some(words.as_str()),
            Fact::Text(_) | Fact::Number(_) => None,
        });
        kinds.collect()
    }

    fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|(of, _)| *of == name).map(|(_, fact)| fact)
    }
}

/// How many gaps a sentence has.
pub(crate) const fn gaps(sentence: &str) -> usize {
    let mut bytes = sentence.as_bytes();
    let mut count = 0usize;
    while let [first, rest @ ..] = bytes {
        if *first == b'{' {
            count = count.saturating_add(1);
        }
        bytes = rest;
    }
    count
}

/// A [`Message`]: `said!("{count} registers are called “{name}”", count, name = register.name())`.
macro_rules! said {
    (@fact $name:ident) => {
        $crate::diagnostic::Fact::from($name)
    };
    (@fact $name:ident = $value:expr) => {
        $crate::diagnostic::Fact::from($value)
    };
    ($sentence:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const { assert!(
            $crate::diagnostic::message::gaps($sentence) == [$(stringify!($name)),*].len(),
            "a gap without a fact, or a fact without a gap",
        ) };
        $crate::diagnostic::Message::new(
            $sentence,
            vec![$((stringify!($name), $crate::diagnostic::said!(@fact $name $(= $value)?))),*],
        )
    }};
}

pub(crate) use said;

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.facts.is_empty() {
            return f.write_str(&self.sentence);
        }
        for (index, part) in self.sentence.split('{').enumerate() {
            match part.split_once('}').filter(|_| index > 0) {
                Some((name, rest)) => {
                    match self.fact(name) {
                        Some(fact) => fact.fmt(f)?,
                        None => f.write_str(name)?,
                    }
                    f.write_str(rest)?;
                }
                None => f.write_str(part)?,
            }
        }
        Ok(())
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<&'static str> for Message {
    fn from(sentence: &'static str) -> Self {
        Self { sentence: Cow::Borrowed(sentence), facts: Vec::new() }
    }
}

impl From<String> for Message {
    fn from(sentence: String) -> Self {
        Self { sentence: Cow::Owned(sentence), facts: Vec::new() }
    }
}

impl PartialEq<&str> for Message {
    fn eq(&self, text: &&str) -> bool {
        let shown = self.to_string();
        shown == *text
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Kind(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Cow<'_, str>> for Fact {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl<T: fmt::Display + ?Sized> From<&T> for Fact {
    fn from(text: &T) -> Self {
        Self::Text(text.to_string())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl From<$number> for Fact {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

numbers!(u8 u16 u32 u64 i8 i16 i32 i64 i128);

macro_rules! shown {
    ($($of:ty)*) => {
        $(impl From<$of> for Fact {
            fn from(of: $of) -> Self {
                Self::Text(of.to_string())
            }
        })*
    };
}

shown!(RawType Ratio Table);

impl From<usize> for Fact {
    fn from(count: usize) -> Self {
        // No platform of Rust's has a wider one.
        Self::Number(i128::try_from(count).unwrap_or(i128::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_fill_the_gaps() {
        let (name, count) = ("{a}", 3u16);
        let message = said!("{count} are called “{name}”: {list}", count, name, list = ["x", "y"].join(", "));
        assert_eq!(message, "3 are called “{a}”: x, y");
        assert_eq!(message.facts().first(), Some(&("count", Fact::Number(3))));
        assert_eq!(message.sentence(), Some("{count} are called “{name}”: {list}"));
        // What a file says is no gap.
        assert_eq!(Message::from("{name}".to_owned()), "{name}");
        assert_eq!(Message::from("{name}".to_owned()).sentence(), None);
    }
}

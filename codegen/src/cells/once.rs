//! A text that many cells hold is read once: a column of 10,000 types has ten different ones.

use std::cell::RefCell;
use std::collections::HashMap;
use std::thread::LocalKey;

/// What was read of texts so far. A reader knows nothing but its text, so that what it gave once holds for the next cell, too.
pub(crate) type Known<T> = RefCell<HashMap<Box<str>, T>>;

/// Texts that are kept; a column that has more of them is one of names or numbers, and reading them again costs less than
/// to keep them.
const MOST: usize = 512;

/// What a reader gives for a text: what it gave before, or what it gives now.
pub(crate) fn once<T: Clone>(known: &'static LocalKey<Known<T>>, text: &str, read: impl FnOnce(&str) -> T) -> T {
    if let Some(given) = known.with_borrow(|known| known.get(text).cloned()) {
        return given;
    }
    let given = read(text);
    known.with_borrow_mut(|known| {
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(text.into(), given.clone());
    });
    given
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        static LENGTHS: Known<usize> = Known::default();
    }

    #[test]
    fn reads_each_text_once_and_keeps_few() {
        let times = Cell::new(0);
        let length = |text: &str| {
            once(&LENGTHS, text, |text| {
                times.set(times.get() + 1);
                text.len()
            })
        };
        assert_eq!((length("uint16"), length("uint16"), length("u"), times.get()), (6, 6, 1, 2));
        for number in 0..2 * MOST {
            assert_eq!(length(&number.to_string()), number.to_string().len());
        }
        assert!(LENGTHS.with_borrow(|known| known.len() <= MOST), "what is kept is bounded");
    }
}

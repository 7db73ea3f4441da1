//! What somebody who misspelt a word probably meant.

/// The nearest of the words, if one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing takes room for every pair of letters. What is so long was not misspelt.
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let letters = Letters::of(&lower);
    words
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .filter_map(|candidate| {
            let most = word.chars().count().max(candidate.chars().count()).saturating_add(1) / 3;
            let other = candidate.to_lowercase();
            // Thousands of names are compared with thousands of words: most have other letters, which is soon seen.
            let may_be = letters.differences(&Letters::of(&other)) <= most;
            let distance = may_be.then(|| strsim::damerau_levenshtein(&lower, &other))?;
            (distance <= most).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How often a word has each letter; letters that agree in their lowest bits count as one.
struct Letters([u8; 64]);

impl Letters {
    fn of(word: &str) -> Letters {
        let mut counts = [0u8; 64];
        for letter in word.chars() {
            if let Some(count) = counts.get_mut((u32::from(letter) & 63) as usize) {
                *count = count.saturating_add(1);
            }
        }
        Letters(counts)
    }

    /// Letters to be changed, added or removed at least: no more than the distance of the words.
    fn differences(&self, other: &Letters) -> usize {
        let beyond = |one: &[u8; 64], other: &[u8; 64]| -> usize {
            one.iter().zip(other).map(|(one, other)| usize::from(one.saturating_sub(*other))).sum()
        };
        beyond(&self.0, &other.0).max(beyond(&other.0, &self.0))
    }
}

/// A sentence that suggests the nearest word, or lists them all.
#[must_use]
pub fn nearest_of<'a>(what: &str, word: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    match nearest(word, words.iter().copied()) {
        Some(nearest) => format!("the nearest {what} is “{nearest}”"),
        None if words.is_empty() => format!("there is no {what}"),
        None => {
            let more = words.len().saturating_sub(LISTED);
            let listed = words.iter().take(LISTED).copied().collect::<Vec<_>>().join(", ");
            if more == 0 { format!("known names: {listed}") } else { format!("known names: {listed} and {more} more") }
        }
    }
}

/// Words that are listed; no section of a manifest has more keys.
const LISTED: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_is_near_and_nothing_else() {
        assert_eq!(nearest("De Facto Adress", ["Address", "De Facto Address", "Scale"]), Some("De Facto Address"));
        assert_eq!(nearest("Scale", ["Units", "Description"]), None);
        let long = "x".repeat(1_000_000);
        assert_eq!(nearest(&long, [long.as_str()]), None);
        let many = vec!["unlike"; 100];
        assert!(nearest_of("word", "x", many).ends_with("unlike and 20 more"));
    }
}

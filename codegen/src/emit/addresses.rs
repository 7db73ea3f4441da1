//! Addresses as people read them.

/// Runs of addresses that follow each other, ascending.
pub(crate) fn runs(addresses: impl IntoIterator<Item = u16>) -> Vec<(u16, u16)> {
    let mut sorted: Vec<u16> = addresses.into_iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for address in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(address) => *last = address,
            _ => runs.push((address, address)),
        }
    }
    runs
}

/// Runs with a word or a sign between first and last: `62017–62026`, `100 to 109`.
pub(crate) fn ranges(addresses: impl IntoIterator<Item = u16>, to: &str) -> Vec<String> {
    let range = |(first, last)| if first == last { format!("{first}") } else { format!("{first}{to}{last}") };
    runs(addresses).into_iter().map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_one_range() {
        assert_eq!(ranges([3, 1, 2, 9, 2, 65_535], "–"), ["1–3", "9", "65535"]);
        assert!(ranges([], "–").is_empty());
    }
}

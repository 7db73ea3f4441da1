//! What `diff` says of revisions of real tables, and of random models with edits that are known.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails says so by panicking")]
#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "numbers of a test are small")]

mod copies;
mod locks;
mod random;
mod same;
mod tables;

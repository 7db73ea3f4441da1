//! The list of changes for people, for a changelog, and for programs.

mod json;
mod markdown;
mod text;
mod words;

pub use self::json::json;
pub use self::markdown::markdown;
pub use self::text::text;

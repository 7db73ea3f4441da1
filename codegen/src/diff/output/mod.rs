//! The list of changes for people, for a changelog, and for programs.

mod json;
mod markdown;
mod page;
mod text;
mod words;

pub use self::json::json;
pub use self::markdown::markdown;
pub use self::page::page;
pub use self::text::text;

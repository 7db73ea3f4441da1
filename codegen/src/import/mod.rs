//! Tables whose cells are the model's own keys, read straight into the model: no column is guessed and no cell
//! interpreted.

mod beside;
mod canonical;
mod kinds;
mod link;
mod point;
mod types;
mod values;

pub(crate) use self::canonical::{Canonical, read};

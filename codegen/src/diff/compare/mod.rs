//! What differs between the two revisions of one point, a family of changes in each file.

mod access;
mod limits;
mod texts;
mod values;
mod wire;

use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) use self::values::is_other as has_other_values;
pub(super) use self::wire::order;
use super::severity::Circumstances;
use super::{Axis, Check};
use crate::model::{Device, Point, Table};

/// A point in both revisions.
pub(super) struct Pair<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    /// Whether it has another address, table or unit id.
    pub(super) is_moved: bool,
    pub(super) context: &'a Context,
}

/// A point and its device.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) device: &'a Device,
    pub(super) point: &'a Point,
}

/// What is known of the whole revisions.
#[derive(Default)]
pub(super) struct Context {
    /// Where registers of the old revision are in the new one.
    pub(super) registers: HashMap<(Table, u16), (Table, u16)>,
    /// Languages that both have.
    pub(super) languages: HashSet<String>,
    /// Columns of details that both have.
    pub(super) details: HashSet<String>,
    /// Whether a lock keeps the identifiers of the new revision.
    pub(super) is_locked: bool,
    /// Groups that were renamed as a whole, old and new title: told once.
    pub(super) groups: HashSet<(Option<String>, Option<String>)>,
}

/// One thing that differs.
pub(super) struct Found {
    pub(super) check: Check,
    pub(super) axis: Vec<Axis>,
    /// Keys of the model as JSON that it is about, as far as they differ.
    pub(super) keys: Vec<&'static str>,
    /// Of keys with codes or bits only these.
    pub(super) codes: Option<BTreeSet<i64>>,
    pub(super) circumstances: Circumstances,
    pub(super) witness: Option<String>,
}

impl Found {
    pub(super) fn new(check: Check, axis: &[Axis], keys: &[&'static str]) -> Self {
        Self {
            check,
            axis: axis.to_vec(),
            keys: keys.to_vec(),
            codes: None,
            circumstances: Circumstances::default(),
            witness: None,
        }
    }

    fn witness(mut self, witness: Option<String>) -> Self {
        self.witness = witness;
        self
    }
}

impl Pair<'_> {
    /// All that differs but for the place.
    pub(super) fn differences(&self) -> Vec<Found> {
        let mut found = Vec::new();
        texts::compare(self, &mut found);
        wire::compare(self, &mut found);
        access::compare(self, &mut found);
        values::compare(self, &mut found);
        limits::compare(self, &mut found);
        for one in &mut found {
            one.circumstances.is_locked = self.context.is_locked;
            one.circumstances.is_written = self.old.point.access.writes() || self.new.point.access.writes();
        }
        found
    }

    /// Whether a register that is named by the old point is the one the new point names: the same, one that moved, or one
    /// that is no point and moves with those that name it.
    fn follows(&self, old: (Table, u16), new: (Table, u16)) -> bool {
        old == new
            || match self.context.registers.get(&old) {
                Some(now) => *now == new,
                None => self.is_moved,
            }
    }
}

//! A set of unit ids.

use core::fmt;

/// A set of unit ids: those that a device may answer as, other than the one that was asked.
///
/// ```
/// # use modbus_bindgen_runtime::UnitIds;
/// assert!(UnitIds::of(&[0, 255]).contains(255) && UnitIds::ANY.contains(7) && !UnitIds::NONE.contains(0));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct UnitIds([u64; 4]);

impl UnitIds {
    /// None.
    pub const NONE: Self = Self([0; 4]);
    /// All 256.
    pub const ANY: Self = Self([u64::MAX; 4]);

    /// The set of these ids.
    #[must_use]
    pub const fn of(ids: &[u8]) -> Self {
        let mut set = Self::NONE;
        let mut rest = ids;
        while let [id, more @ ..] = rest {
            let [first, second, third, fourth] = &mut set.0;
            let part = match *id >> 6 {
                0 => first,
                1 => second,
                2 => third,
                _ => fourth,
            };
            *part |= 1 << (*id & 63);
            rest = more;
        }
        set
    }

    /// Whether `id` is in the set.
    #[must_use]
    pub fn contains(self, id: u8) -> bool {
        self.0.get(usize::from(id >> 6)).is_some_and(|part| part >> (id & 63) & 1 == 1)
    }
}

impl fmt::Debug for UnitIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::ANY {
            return f.write_str("any");
        }
        f.debug_set().entries((0..=u8::MAX).filter(|id| self.contains(*id))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_id_is_itself_only() {
        for id in 0..=u8::MAX {
            let set = UnitIds::of(&[id]);
            assert!((0..=u8::MAX).all(|other| set.contains(other) == (other == id)));
        }
        assert_eq!(format!("{:?} {:?}", UnitIds::of(&[255, 0, 64]), UnitIds::ANY), "{0, 64, 255} any");
    }
}

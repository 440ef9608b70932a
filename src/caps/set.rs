//! A set of capabilities.

use super::Cap;
use crate::flags::operators;
use core::{fmt, ops};

/// A set of capabilities: a plain value of 64 bits. Those without a name are kept.
///
/// ```
/// use butter::caps::{Cap, CapSet};
/// let set = CapSet::from([Cap::KILL, Cap::CHOWN]);
/// assert!(set.contains(Cap::KILL) && !set.contains(Cap::SYS_ADMIN));
/// assert_eq!(format!("{set:?}"), "{CAP_CHOWN, CAP_KILL}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct CapSet(u64);

impl CapSet {
    /// No capability.
    #[inline]
    pub const fn empty() -> CapSet {
        CapSet(0)
    }

    /// Every capability, those that there are not yet as well.
    #[inline]
    pub const fn all() -> CapSet {
        CapSet(u64::MAX)
    }

    /// By its bits: bit `n` is capability `n`, as `/proc/PID/status` shows them.
    #[inline]
    pub const fn from_bits(bits: u64) -> CapSet {
        CapSet(bits)
    }

    /// The bits.
    #[inline]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The set with this capability too.
    #[inline]
    #[must_use]
    pub const fn with(self, cap: Cap) -> CapSet {
        CapSet(self.0 | 1 << cap.number())
    }

    /// The set without this capability.
    #[inline]
    #[must_use]
    pub const fn without(self, cap: Cap) -> CapSet {
        CapSet(self.0 & !(1 << cap.number()))
    }

    /// Whether the capability is in it.
    #[inline]
    pub const fn contains(self, cap: Cap) -> bool {
        self.0 & 1 << cap.number() != 0
    }

    /// Whether every capability of `other` is in it.
    #[inline]
    pub const fn contains_all(self, other: CapSet) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether no capability is in it.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many capabilities are in it.
    #[inline]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The capabilities, in the order of their numbers.
    #[inline]
    pub const fn iter(self) -> Iter {
        Iter { rest: self }
    }
}

operators! { CapSet, BitOr bitor BitOrAssign bitor_assign |, BitAnd bitand BitAndAssign bitand_assign & }

impl ops::Sub for CapSet {
    type Output = CapSet;
    #[inline]
    fn sub(self, other: CapSet) -> CapSet {
        CapSet(self.0 & !other.0)
    }
}

impl ops::Not for CapSet {
    type Output = CapSet;
    #[inline]
    fn not(self) -> CapSet {
        CapSet(!self.0)
    }
}

impl From<Cap> for CapSet {
    #[inline]
    fn from(cap: Cap) -> CapSet {
        CapSet::empty().with(cap)
    }
}

impl<const N: usize> From<[Cap; N]> for CapSet {
    #[inline]
    fn from(caps: [Cap; N]) -> CapSet {
        CapSet::from_iter(caps)
    }
}

impl FromIterator<Cap> for CapSet {
    #[inline]
    fn from_iter<I: IntoIterator<Item = Cap>>(caps: I) -> CapSet {
        caps.into_iter().fold(CapSet::empty(), CapSet::with)
    }
}

impl IntoIterator for CapSet {
    type Item = Cap;
    type IntoIter = Iter;
    #[inline]
    fn into_iter(self) -> Iter {
        self.iter()
    }
}

/// The capabilities of a [`CapSet`], in the order of their numbers.
#[derive(Clone, Debug)]
pub struct Iter {
    rest: CapSet,
}

impl Iterator for Iter {
    type Item = Cap;

    #[inline]
    fn next(&mut self) -> Option<Cap> {
        // 64 if there is none.
        let cap = Cap::new(self.rest.0.trailing_zeros() as u8)?;
        self.rest = self.rest.without(cap);
        Some(cap)
    }
}

impl fmt::Debug for CapSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

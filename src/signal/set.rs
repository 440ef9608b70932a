//! A set of signals, as the kernel has it.

use super::Signal;
use core::{fmt, ops};

const WORD: usize = usize::BITS as usize;
const WORDS: usize = (Signal::MAX as usize).div_ceil(WORD);

/// A set of signals: a plain value, of the kernel's size and word order.
///
/// ```
/// use butter::signal::{Signal, SigSet};
/// let set = SigSet::from_iter([Signal::INT, Signal::TERM]);
/// assert!(set.contains(Signal::INT) && !set.contains(Signal::HUP));
/// assert_eq!(format!("{set:?}"), "{SIGINT, SIGTERM}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct SigSet([usize; WORDS]);

impl SigSet {
    /// The size that the calls want to be told, in bytes.
    pub(crate) const SIZE: usize = size_of::<SigSet>();

    /// No signal.
    #[inline]
    pub const fn empty() -> SigSet {
        SigSet([0; WORDS])
    }

    /// Every signal. A libc uses some of those from 32 to 34 between its threads: in a program that has one, a thread
    /// that blocks them for long can hold up `setuid` in all of them.
    #[inline]
    pub const fn all() -> SigSet {
        SigSet([usize::MAX; WORDS])
    }

    /// The word of a signal, and its bit in it.
    #[inline]
    const fn place(signal: Signal) -> (usize, usize) {
        let index = signal.number() as usize - 1;
        (index / WORD, 1 << (index % WORD))
    }

    /// The set with this signal too.
    #[inline]
    #[must_use]
    pub const fn with(mut self, signal: Signal) -> SigSet {
        let (word, bit) = SigSet::place(signal);
        self.0[word] |= bit;
        self
    }

    /// The set without this signal.
    #[inline]
    #[must_use]
    pub const fn without(mut self, signal: Signal) -> SigSet {
        let (word, bit) = SigSet::place(signal);
        self.0[word] &= !bit;
        self
    }

    /// Whether the signal is in it.
    #[inline]
    pub const fn contains(&self, signal: Signal) -> bool {
        let (word, bit) = SigSet::place(signal);
        self.0[word] & bit != 0
    }

    /// Whether no signal is in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        *self == SigSet::empty()
    }

    /// How many signals are in it.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The signals, in the order of their numbers.
    #[inline]
    pub fn iter(&self) -> Iter {
        Iter { set: *self, next: 1 }
    }

    #[inline]
    fn zip(mut self, other: SigSet, operation: impl Fn(usize, usize) -> usize) -> SigSet {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word = operation(*word, other);
        }
        self
    }
}

impl ops::BitOr for SigSet {
    type Output = SigSet;
    #[inline]
    fn bitor(self, other: SigSet) -> SigSet {
        self.zip(other, |a, b| a | b)
    }
}

impl ops::BitAnd for SigSet {
    type Output = SigSet;
    #[inline]
    fn bitand(self, other: SigSet) -> SigSet {
        self.zip(other, |a, b| a & b)
    }
}

impl ops::Sub for SigSet {
    type Output = SigSet;
    #[inline]
    fn sub(self, other: SigSet) -> SigSet {
        self.zip(other, |a, b| a & !b)
    }
}

impl ops::Not for SigSet {
    type Output = SigSet;
    #[inline]
    fn not(self) -> SigSet {
        SigSet::all() - self
    }
}

impl From<Signal> for SigSet {
    #[inline]
    fn from(signal: Signal) -> SigSet {
        SigSet::empty().with(signal)
    }
}

impl<const N: usize> From<[Signal; N]> for SigSet {
    #[inline]
    fn from(signals: [Signal; N]) -> SigSet {
        SigSet::from_iter(signals)
    }
}

impl FromIterator<Signal> for SigSet {
    #[inline]
    fn from_iter<I: IntoIterator<Item = Signal>>(signals: I) -> SigSet {
        signals.into_iter().fold(SigSet::empty(), SigSet::with)
    }
}

impl IntoIterator for SigSet {
    type Item = Signal;
    type IntoIter = Iter;
    #[inline]
    fn into_iter(self) -> Iter {
        self.iter()
    }
}

/// The signals of a [`SigSet`], in the order of their numbers.
#[derive(Clone, Debug)]
pub struct Iter {
    set: SigSet,
    next: u8,
}

impl Iterator for Iter {
    type Item = Signal;

    fn next(&mut self) -> Option<Signal> {
        while let Some(signal) = Signal::new(self.next) {
            self.next += 1;
            if self.set.contains(signal) {
                return Some(signal);
            }
        }
        None
    }
}

impl fmt::Debug for SigSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

//! A filter that is compiled.

use super::{Instruction, listing::Listing};
use core::fmt;
use core::ops::Deref;

/// A program of `N` instructions, made by [`Policy::compile`](super::Policy::compile). It is a slice of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Program<const N: usize>(pub(super) [Instruction; N]);

impl<const N: usize> Program<N> {
    /// The instructions.
    #[inline]
    pub const fn instructions(&self) -> &[Instruction] {
        &self.0
    }
}

impl<const N: usize> Deref for Program<N> {
    type Target = [Instruction];

    #[inline]
    fn deref(&self) -> &[Instruction] {
        &self.0
    }
}

impl<const N: usize> AsRef<[Instruction]> for Program<N> {
    #[inline]
    fn as_ref(&self) -> &[Instruction] {
        &self.0
    }
}

/// A line for each instruction: see [`Listing`].
impl<const N: usize> fmt::Display for Program<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Listing(&self.0).fmt(f)
    }
}

impl<const N: usize> fmt::Debug for Program<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Program").field(&&self.0[..]).finish()
    }
}

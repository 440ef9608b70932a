//! What a register of a system call holds.

use super::word::{self, Word};

/// An argument of a system call: an integer or a pointer, as wide as a register.
///
/// A pointer stays one until it is an operand of the instruction, so that the compiler knows what the kernel may touch.
/// Signed integers are sign-extended, unsigned ones zero-extended.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Arg(pub(super) Word);

impl From<usize> for Arg {
    #[inline(always)]
    fn from(value: usize) -> Self {
        Arg(word::from_usize(value))
    }
}

impl From<isize> for Arg {
    #[inline(always)]
    fn from(value: isize) -> Self {
        Arg(word::from_isize(value))
    }
}

impl From<u32> for Arg {
    #[inline(always)]
    fn from(value: u32) -> Self {
        Arg::from(value as usize)
    }
}

impl From<i32> for Arg {
    #[inline(always)]
    fn from(value: i32) -> Self {
        Arg::from(value as isize)
    }
}

// Where a register has 32 bits these take two: see `Args`.
#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
impl From<u64> for Arg {
    #[inline(always)]
    fn from(value: u64) -> Self {
        Arg(word::from_u64(value))
    }
}

#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
impl From<i64> for Arg {
    #[inline(always)]
    fn from(value: i64) -> Self {
        Arg::from(value as u64)
    }
}

impl<T> From<*const T> for Arg {
    #[inline(always)]
    fn from(pointer: *const T) -> Self {
        Arg(word::from_pointer(pointer.cast_mut().cast()))
    }
}

impl<T> From<*mut T> for Arg {
    #[inline(always)]
    fn from(pointer: *mut T) -> Self {
        Arg(word::from_pointer(pointer.cast()))
    }
}

//! What a register of a system call holds.

use core::ptr;

/// An argument of a system call: an integer or a pointer, as wide as a register.
///
/// A pointer stays one until it is an operand of the instruction, so that the compiler knows what the kernel may touch.
/// Signed integers are sign-extended, unsigned ones zero-extended.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Arg(pub(super) *mut ());

impl From<usize> for Arg {
    #[inline(always)]
    fn from(value: usize) -> Self {
        Arg(ptr::without_provenance_mut(value))
    }
}

impl From<isize> for Arg {
    #[inline(always)]
    fn from(value: isize) -> Self {
        Arg::from(value as usize)
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

// On a 32-bit machine these do not fit a register: the calls that take them are wrapped by hand.
#[cfg(target_pointer_width = "64")]
impl From<u64> for Arg {
    #[inline(always)]
    fn from(value: u64) -> Self {
        Arg::from(value as usize)
    }
}

#[cfg(target_pointer_width = "64")]
impl From<i64> for Arg {
    #[inline(always)]
    fn from(value: i64) -> Self {
        Arg::from(value as isize)
    }
}

impl<T> From<*const T> for Arg {
    #[inline(always)]
    fn from(pointer: *const T) -> Self {
        Arg(pointer.cast_mut().cast())
    }
}

impl<T> From<*mut T> for Arg {
    #[inline(always)]
    fn from(pointer: *mut T) -> Self {
        Arg(pointer.cast())
    }
}

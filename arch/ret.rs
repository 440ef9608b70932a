//! What a system call gives back, and the tests that its callers need: each asks for one and pays for one.

use super::word::{self, Word};
use crate::errno::{Errno, Result};
use crate::fd::{FromRawFd, OwnedFd, RawFd};

/// The result of a system call as it came: a value, or minus the number of an error (-4095 to -1).
#[derive(Clone, Copy, Debug)]
#[must_use]
#[repr(transparent)]
pub struct Ret(pub(super) Word);

impl Ret {
    /// The register as it is, for a call that cannot fail.
    #[inline(always)]
    pub fn value(self) -> usize {
        word::to_usize(self.0)
    }

    /// The register as a pointer, as `mmap` gives it, or the error.
    ///
    /// # Errors
    ///
    /// The error of the call.
    #[inline(always)]
    pub fn pointer(self) -> Result<*mut ()> {
        if self.value() > -4096isize as usize { Err(self.errno()) } else { Ok(word::to_pointer(self.0)) }
    }

    /// The value, or the error.
    ///
    /// # Errors
    ///
    /// The error of the call.
    #[inline(always)]
    pub fn result(self) -> Result<usize> {
        self.pointer().map(<*mut ()>::addr)
    }

    /// For a call that gives a small number that is never negative: a count, a descriptor, a process id.
    #[inline(always)]
    pub(crate) fn int(self) -> Result<i32> {
        let value = self.value() as i32;
        if value < 0 { Err(self.errno()) } else { Ok(value) }
    }

    /// For a call that gives a number of bytes, at most `isize::MAX`.
    #[inline(always)]
    pub(crate) fn size(self) -> Result<usize> {
        if (self.value() as isize) < 0 { Err(self.errno()) } else { Ok(self.value()) }
    }

    /// For a call that gives a place in a file, which may have more bits than a `usize`.
    #[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
    #[inline(always)]
    pub(crate) fn position(self) -> Result<u64> {
        let value = word::to_u64(self.0);
        if value > -4096_i64 as u64 { Err(self.errno()) } else { Ok(value) }
    }

    /// For a call that gives nothing but success: its register is already a `Result<()>`.
    #[inline(always)]
    pub(crate) fn unit(self) -> Result<()> {
        match Errno::new(self.value().wrapping_neg() as u16) {
            None => Ok(()),
            Some(errno) => Err(errno),
        }
    }

    /// For a call that moves `whole` bytes or fails.
    #[inline(always)]
    pub(crate) fn exactly(self, whole: usize) -> Result<()> {
        if self.value() == whole {
            return Ok(());
        }
        // A short count is no error number. The kernel gives none here, but a descriptor may not be what it was said
        // to be, and then the answer is that it is the wrong kind.
        if (self.value() as isize) < 0 { Err(self.errno()) } else { Err(Errno::EINVAL) }
    }

    /// For a call that makes a descriptor.
    ///
    /// # Safety
    ///
    /// On success the value is an open descriptor that nobody else owns.
    #[inline(always)]
    pub(crate) unsafe fn fd(self) -> Result<OwnedFd> {
        // SAFETY: the caller's promise.
        self.int().map(|fd| unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
    }

    /// The error of a call that has failed.
    #[inline(always)]
    fn errno(self) -> Errno {
        let number = self.value().wrapping_neg() as u16;
        // SAFETY: every caller has seen a negative value, which is -4095 to -1 by the kernel's promise.
        unsafe { Errno::new_unchecked(number) }
    }
}

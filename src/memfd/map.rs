//! A sealed file as memory.

use super::{Memfd, Seals};
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd};
use crate::mapping::Mapping;
use core::ops::Deref;
use core::{fmt, slice};

/// The content of a [`Memfd`] that can no longer change, as bytes: see [`Memfd::map`].
pub struct Map(Mapping);

impl Map {
    pub(super) fn new(memfd: &Memfd, len: usize) -> Result<Map> {
        if !memfd.seals()?.contains(Seals::WRITE | Seals::SHRINK) {
            return Err(Errno::EPERM);
        }
        // The last byte is there, and cannot go away.
        let last = len.checked_sub(1).ok_or(Errno::EINVAL)?;
        if fd::pread(memfd, &mut [0], last as u64)?.is_empty() {
            return Err(Errno::EINVAL);
        }
        Mapping::file(memfd.as_fd(), len).map(Map)
    }
}

impl Deref for Map {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: `len` bytes of the file are mapped, and by its seals it neither gets shorter nor changes.
        unsafe { slice::from_raw_parts(self.0.memory, self.0.len) }
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Map").field("len", &self.len()).finish_non_exhaustive()
    }
}

//! Memory to give away.

use crate::errno::Result;
use crate::mapping::Mapping;
use core::ops::{Deref, DerefMut};
use core::{fmt, slice};

/// Pages of memory that nobody else has, to be filled and given away: see [`PipeWriter::give`](super::PipeWriter::give).
///
/// It is what is left of them, as bytes.
pub struct Pages {
    /// Pages that were given away stay where they are needed when it is unmapped.
    mapping: Mapping,
    /// What was given away and is never touched again: start <= mapping.len.
    start: usize,
}

impl Pages {
    /// As many bytes of zeros, at the start of a page.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: the process has locked what it maps (`mlockall`), and may not lock as much.
    /// - `EINVAL`: of no bytes.
    /// - `ENOMEM`: there is no memory or no room in the address space for it, or the process has as many mappings as it may.
    #[inline]
    pub fn new(len: usize) -> Result<Pages> {
        Ok(Pages { mapping: Mapping::anonymous(len)?, start: 0 })
    }

    /// Leaves the first `given` bytes behind.
    pub(super) fn leave(&mut self, given: usize) {
        self.start = self.start.saturating_add(given).min(self.mapping.len);
    }
}

impl Deref for Pages {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: `start..len` is ours alone, and initialised.
        unsafe { slice::from_raw_parts(self.mapping.memory.add(self.start), self.mapping.len - self.start) }
    }
}

impl DerefMut for Pages {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: `start..len` is ours alone, and initialised.
        unsafe { slice::from_raw_parts_mut(self.mapping.memory.add(self.start), self.mapping.len - self.start) }
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("len", &self.len()).finish_non_exhaustive()
    }
}

//! Memory that the kernel maps for us.

use crate::abi::mman::{MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, PROT_READ, PROT_WRITE};
use crate::errno::Result;
use crate::fd::{AsRawFd, BorrowedFd};
use core::ptr;

/// A mapping at a place where nothing was before; unmapped when dropped.
pub(crate) struct Mapping {
    /// Of `len` bytes, ours alone to unmap.
    pub(crate) memory: *mut u8,
    pub(crate) len: usize,
}

// SAFETY: it owns its memory, as a box does.
unsafe impl Send for Mapping {}
// SAFETY: the same.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Zeros, to read and write, that nobody else has.
    #[inline]
    pub(crate) fn anonymous(len: usize) -> Result<Mapping> {
        map(len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1)
    }

    /// The first bytes of a file, to read.
    #[inline]
    pub(crate) fn file(fd: BorrowedFd<'_>, len: usize) -> Result<Mapping> {
        map(len, PROT_READ, MAP_SHARED, fd.as_raw_fd())
    }
}

#[inline]
fn map(len: usize, protection: u32, flags: u32, fd: i32) -> Result<Mapping> {
    let anywhere = ptr::null_mut::<u8>();
    #[cfg(not(target_arch = "s390x"))]
    // SAFETY: the kernel chooses a place where nothing is.
    let ret = unsafe { call!(MMAP2, anywhere, len, protection, flags, fd, 0_usize) };
    #[cfg(target_arch = "s390x")]
    let ret = {
        let arguments = [anywhere.addr(), len, protection as usize, flags as usize, fd as usize, 0];
        // SAFETY: the same. The six arguments stand in memory here, and the kernel reads them.
        unsafe { call!(MMAP, &raw const arguments) }
    };
    Ok(Mapping { memory: ret.pointer()?.cast(), len })
}

impl Drop for Mapping {
    #[inline]
    fn drop(&mut self) {
        // The kernel maps huge pages only as whole ones, beyond what was asked for, and unmaps nothing else of them: the
        // shortest length that it takes is that of the mapping. Other pages are unmapped by the first.
        for bits in 12..usize::BITS - 1 {
            let Some(len) = self.len.checked_next_multiple_of(1 << bits) else { return };
            // SAFETY: nothing borrows it any more, and it reaches as far.
            if unsafe { call_readonly!(MUNMAP, self.memory, len) }.unit().is_ok() {
                return;
            }
        }
    }
}

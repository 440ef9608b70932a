//! Room on a disk for memory.

use crate::abi::swap as abi;
use crate::errno::Result;
use crate::flags::flags;
use crate::path::PathArg;

flags! {
    /// How a swap area is used.
    SwapFlags: u32 {
        /// Its blocks are discarded, for a device that likes to know what is free: once the whole of it, when it is switched on,
        /// and each page before it is used again, unless one of the other two says which of these.
        #[doc(alias = "SWAP_FLAG_DISCARD")]
        const DISCARD = abi::SWAP_FLAG_DISCARD;
        /// With `DISCARD`: only the whole of it, when it is switched on. Since Linux 3.11.
        #[doc(alias = "SWAP_FLAG_DISCARD_ONCE")]
        const DISCARD_ONCE = abi::SWAP_FLAG_DISCARD_ONCE;
        /// With `DISCARD`: only each page before it is used again. Since Linux 3.11.
        #[doc(alias = "SWAP_FLAG_DISCARD_PAGES")]
        const DISCARD_PAGES = abi::SWAP_FLAG_DISCARD_PAGES;
    }
}

impl SwapFlags {
    /// The area has this priority, 0 to 32,767, which is taken for what is more. Those of a higher one are full before others are
    /// used, and those of the same take turns. An area without a priority of its own comes after all that have one, and after
    /// those that were there before it.
    #[doc(alias = "SWAP_FLAG_PREFER")]
    #[must_use]
    pub const fn priority(self, priority: u16) -> SwapFlags {
        let priority =
            if priority as u32 > abi::SWAP_FLAG_PRIO_MASK { abi::SWAP_FLAG_PRIO_MASK } else { priority as u32 };
        SwapFlags(self.0 & !abi::SWAP_FLAG_PRIO_MASK | abi::SWAP_FLAG_PREFER | priority)
    }
}

/// Lets the kernel put memory of programs into a block device, or a file on one. It has been prepared by `mkswap(8)`, and a
/// file has no holes.
///
/// ```no_run
/// use butter::system::{self, SwapFlags};
///
/// system::swapon(c"/swapfile", SwapFlags::DISCARD.priority(5))?;
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// Those [of every path](crate::fs#errors-of-every-path), and
///
/// - `EACCES`: the file may not be read and written.
/// - `EBUSY`: it is a swap area already, or the device is in use.
/// - `EINVAL`: a flag that this kernel does not know; neither a block device nor a file; not prepared, or for pages of another
///   size; a file with holes, or on a file system that has no swap files, as `tmpfs`.
/// - `EISDIR`: a directory.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the kernel was built without swapping.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the first user namespace; or there are as many areas as there can be, some 23
///   to 32.
/// - `EROFS`: the file system is read only.
/// - `ETXTBSY`: the file is a program that is being executed.
pub fn swapon(path: impl PathArg, flags: SwapFlags) -> Result<()> {
    // SAFETY: the kernel reads the path up to its NUL.
    path.with_c_str(|path| unsafe { call_readonly!(SWAPON, path.as_ptr(), flags.bits()) }.unit())
}

/// Brings back into memory what the kernel has put into a swap area, and does not use it any more. It may take a while.
///
/// # Errors
///
/// Those [of every path](crate::fs#errors-of-every-path), and
///
/// - `EACCES`, `EISDIR`, `EROFS`: it cannot be a swap area that is in use.
/// - `EINTR`: a signal came. The area is in use as before.
/// - `EINVAL`: not a swap area that is in use.
/// - `ENOMEM`: there is not as much memory as has been put there.
/// - `ENOSYS`: the kernel was built without swapping.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the first user namespace.
pub fn swapoff(path: impl PathArg) -> Result<()> {
    // SAFETY: the kernel reads the path up to its NUL.
    path.with_c_str(|path| unsafe { call_readonly!(SWAPOFF, path.as_ptr()) }.unit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_leaves_the_other_flags_alone() {
        assert_eq!(SwapFlags::empty().priority(0).bits(), 0x8000);
        assert_eq!(SwapFlags::DISCARD.priority(5).bits(), 0x1_8005);
        assert_eq!(SwapFlags::DISCARD.priority(5).priority(2).bits(), 0x1_8002);
        assert_eq!((SwapFlags::empty().priority(0x7fff) | SwapFlags::DISCARD_ONCE).bits(), 0x2_ffff);
    }

    #[test]
    fn a_priority_beyond_the_highest_is_the_highest() {
        assert_eq!(SwapFlags::empty().priority(0x8000), SwapFlags::empty().priority(0x7fff));
        assert_eq!(SwapFlags::empty().priority(u16::MAX).bits(), 0xffff);
    }
}

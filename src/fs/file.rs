//! An open file: its length, its lock, its way to the disk.

use crate::abi::falloc;
use crate::abi::fcntl as abi;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;

/// Makes the file this long: what is beyond is cut off, what is added are zeros.
///
/// # Errors
///
/// - `EBADF`, `EINVAL`: the descriptor is not open for writing; not a regular file; or a length beyond 63 bits.
/// - `EFBIG`: longer than the file system or `RLIMIT_FSIZE` allows. The latter also is a `SIGXFSZ`.
/// - `EINTR`: a signal handler ran while it waited.
/// - `EIO`: the disk cannot be written.
/// - `EPERM`: a seal or an attribute of the file forbids it.
/// - `ETXTBSY`: it is executed.
#[doc(alias = "ftruncate64")]
#[inline]
pub fn ftruncate(fd: impl AsFd, length: u64) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FTRUNCATE64, fd.as_fd().as_raw_fd(), length) }.unit()
}

flags! {
    /// What [`fallocate`] does with a range of a file. None of these: it gets room on the disk, and the file is as long if it was
    /// shorter.
    FallocateMode: u32 {
        /// The file does not become longer.
        #[doc(alias = "FALLOC_FL_KEEP_SIZE")]
        const KEEP_SIZE = falloc::FALLOC_FL_KEEP_SIZE;
        /// It becomes a hole, with `KEEP_SIZE`. Since Linux 2.6.38.
        #[doc(alias = "FALLOC_FL_PUNCH_HOLE")]
        const PUNCH_HOLE = falloc::FALLOC_FL_PUNCH_HOLE;
        /// It is taken out, and what is behind it moves there. Since Linux 3.15.
        #[doc(alias = "FALLOC_FL_COLLAPSE_RANGE")]
        const COLLAPSE_RANGE = falloc::FALLOC_FL_COLLAPSE_RANGE;
        /// It becomes zeros. Since Linux 3.15.
        #[doc(alias = "FALLOC_FL_ZERO_RANGE")]
        const ZERO_RANGE = falloc::FALLOC_FL_ZERO_RANGE;
        /// A hole is put in front of it. Since Linux 4.1.
        #[doc(alias = "FALLOC_FL_INSERT_RANGE")]
        const INSERT_RANGE = falloc::FALLOC_FL_INSERT_RANGE;
        /// It is shared with no other file any more. Since Linux 4.17.
        #[doc(alias = "FALLOC_FL_UNSHARE_RANGE")]
        const UNSHARE_RANGE = falloc::FALLOC_FL_UNSHARE_RANGE;
        /// Zeros are written to it. Since Linux 6.17.
        #[doc(alias = "FALLOC_FL_WRITE_ZEROES")]
        const WRITE_ZEROES = falloc::FALLOC_FL_WRITE_ZEROES;
    }
}

/// Gives a range of the file room on the disk, or takes it.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open for writing.
/// - `EFBIG`: beyond what the file system or `RLIMIT_FSIZE` allows.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: a length of 0; a length or an offset beyond 63 bits; to collapse or insert, also: not in whole blocks, or up to
///   the end.
/// - `EIO`: the disk cannot be written.
/// - `ENODEV`, `ESPIPE`: not a regular file or a directory.
/// - `ENOSPC`: there is no room.
/// - `EOPNOTSUPP`, `ENOSYS`: the file system does not have it, or not this mode; `PUNCH_HOLE` without `KEEP_SIZE`.
/// - `EPERM`: a seal or an attribute of the file forbids it.
/// - `ETXTBSY`: to collapse or insert, and it is executed or used as swap.
#[inline]
pub fn fallocate(fd: impl AsFd, mode: FallocateMode, offset: u64, length: u64) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FALLOCATE, fd.as_fd().as_raw_fd(), mode.bits(), offset, length) }.unit()
}

flags! {
    /// What [`flock`] does.
    Lock: u32 {
        /// Several may have it at the same time.
        #[doc(alias = "LOCK_SH")]
        const SHARED = abi::LOCK_SH;
        /// Nobody else may.
        #[doc(alias = "LOCK_EX")]
        const EXCLUSIVE = abi::LOCK_EX;
        /// It is given up.
        #[doc(alias = "LOCK_UN")]
        const UNLOCK = abi::LOCK_UN;
        /// It does not wait: `EAGAIN`.
        #[doc(alias = "LOCK_NB")]
        const NONBLOCK = abi::LOCK_NB;
    }
}

/// Locks the file, against others who lock it so: one of the first three. The lock belongs to the open file description, and is
/// given up when its last descriptor is closed. To change one into the other gives it up in between.
///
/// # Errors
///
/// - `EAGAIN`: with `NONBLOCK`: another has it.
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran while it waited.
/// - `EINVAL`: not one of the first three.
/// - `ENOLCK`: the kernel has no memory for it.
#[inline]
pub fn flock(fd: impl AsFd, lock: Lock) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FLOCK, fd.as_fd().as_raw_fd(), lock.bits()) }.unit()
}

/// Writes what the file holds in memory to its device, its data and all metadata, and waits until that is done.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran while it waited.
/// - `EDQUOT`, `EIO`, `ENOSPC`: something could not be written; also earlier, if no call on this file description has told of
///   it yet.
/// - `EINVAL`, `EROFS`: not on a disk.
#[inline]
pub fn fsync(fd: impl AsFd) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FSYNC, fd.as_fd().as_raw_fd()) }.unit()
}

/// [`fsync`] without the metadata that is not needed to find the data, such as times.
///
/// # Errors
///
/// Those of [`fsync`].
#[inline]
pub fn fdatasync(fd: impl AsFd) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FDATASYNC, fd.as_fd().as_raw_fd()) }.unit()
}

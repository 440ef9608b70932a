//! Descriptors as such: duplicated, replaced, closed, closed over `exec`.

use super::{AsFd, AsRawFd, IntoRawFd, OwnedFd, RawFd};
use crate::abi::close_range as abi;
use crate::abi::fcntl::*;
use crate::arch::fcntl::O_CLOEXEC;
use crate::errno::Result;
use crate::flags::flags;

flags! {
    /// How a descriptor is duplicated. It is closed over `exec` unless asked otherwise.
    DupFlags: u32 {
        /// It stays open over `exec`. (The kernel's flag, `O_CLOEXEC`, is given unless this is.)
        #[doc(alias = "O_CLOEXEC")]
        const NO_CLOEXEC = O_CLOEXEC;
    }
}

flags! {
    /// What is done with a range of descriptors.
    CloseRangeFlags: u32 {
        /// First give the thread a table of descriptors of its own, if it shares one.
        #[doc(alias = "CLOSE_RANGE_UNSHARE")]
        const UNSHARE = abi::CLOSE_RANGE_UNSHARE;
        /// Close them over `exec` instead of now. Since Linux 5.11.
        #[doc(alias = "CLOSE_RANGE_CLOEXEC")]
        const CLOEXEC = abi::CLOSE_RANGE_CLOEXEC;
    }
}

/// A second descriptor of the same open file: the two share where it stands and whether it waits. It has the lowest number
/// that is free, and is closed over `exec`.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EMFILE`: the process has as many descriptors as it may.
#[doc(alias = "dup2")]
#[inline]
pub fn dup(fd: impl AsFd) -> Result<OwnedFd> {
    dupfd(fd, 0, DupFlags::empty())
}

/// [`dup`] to the lowest number that is free and not below `lowest`.
///
/// # Errors
///
/// Those of [`dup`], and
///
/// - `EINVAL`: `lowest` is beyond the limit of descriptors.
#[doc(alias = "F_DUPFD")]
#[doc(alias = "F_DUPFD_CLOEXEC")]
#[inline]
pub fn dupfd(fd: impl AsFd, lowest: u32, flags: DupFlags) -> Result<OwnedFd> {
    let command = if flags.contains(DupFlags::NO_CLOEXEC) { F_DUPFD } else { F_DUPFD_CLOEXEC };
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), command, lowest).fd() }
}

/// Closes what `to` is and makes it a second descriptor of `fd`'s open file, in one step: nobody sees the number free. If
/// closing says an error it is lost.
///
/// ```
/// use butter::{fd::{self, DupFlags}, pipe::Pipe};
///
/// let pipe = Pipe::new()?;
/// let mut log = fd::dup(std::io::stderr())?;
/// fd::dup3(&pipe.writer, &mut log, DupFlags::empty())?;
/// fd::write(&log, b"to the pipe")?;
/// assert_eq!(pipe.reader.read(&mut [0; 100])?, b"to the pipe");
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EBADF`: `fd` is not open.
/// - `EBUSY`: another thread is just opening a file under this number.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: both are the same number; a flag that this kernel does not know.
#[inline]
pub fn dup3(fd: impl AsFd, to: &mut OwnedFd, flags: DupFlags) -> Result<()> {
    // SAFETY: `to` is exclusively ours, and stays an open descriptor.
    unsafe { dup3_raw(fd, to.as_raw_fd(), flags) }.map(|fd| _ = fd.into_raw_fd())
}

/// [`dup3`] to a number that need not be open: for a child that arranges the descriptors of the program that it is to
/// execute.
///
/// # Errors
///
/// Those of [`dup3`], and
///
/// - `EBADF`: `to` is beyond the limit of descriptors.
///
/// # Safety
///
/// If the number is open, its descriptor is the caller's to close, and nobody uses it afterwards for what it was.
#[inline]
pub unsafe fn dup3_raw(fd: impl AsFd, to: RawFd, flags: DupFlags) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer; the rest is the caller's promise.
    unsafe { call_readonly!(DUP3, fd.as_fd().as_raw_fd(), to, flags.bits() ^ O_CLOEXEC).fd() }
}

/// Whether two descriptors are of the same open file: duplicated one from the other, or inherited. Two that were opened
/// one by one are not, whatever the file. Since Linux 6.10.
///
/// ```
/// use butter::fd;
///
/// let (one, two) = (std::fs::File::open("/")?, std::fs::File::open("/")?);
/// match fd::dupfd_query(&one, &two) {
///     Ok(same) => assert!(!same && fd::dupfd_query(&one, &one.try_clone()?)?),
///     Err(errno) => assert_eq!(errno, butter::Errno::EINVAL, "an older kernel"),
/// }
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// - `EBADF`: one is not open.
/// - `EINVAL`: this kernel cannot tell.
#[doc(alias = "F_DUPFD_QUERY")]
#[inline]
pub fn dupfd_query(fd: impl AsFd, other: impl AsFd) -> Result<bool> {
    // SAFETY: the call has no pointer.
    let same = unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_DUPFD_QUERY, other.as_fd().as_raw_fd()) };
    same.int().map(|same| same == 1)
}

/// Whether the file was made when this descriptor was opened with `O_CREAT`, and not found. Since Linux 6.12.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: this kernel cannot tell.
#[doc(alias = "F_CREATED_QUERY")]
#[inline]
pub fn created_query(fd: impl AsFd) -> Result<bool> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_CREATED_QUERY, 0) }.int().map(|created| created == 1)
}

/// Whether the descriptor is closed over `exec`.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
#[doc(alias = "FD_CLOEXEC")]
#[doc(alias = "F_GETFD")]
#[inline]
pub fn is_cloexec(fd: impl AsFd) -> Result<bool> {
    // SAFETY: the call has no pointer.
    let flags = unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_GETFD, 0) }.int()?;
    Ok(flags & FD_CLOEXEC != 0)
}

/// Sets whether the descriptor is closed over `exec`. It is a matter of this descriptor alone, not of its duplicates.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
#[doc(alias = "FD_CLOEXEC")]
#[doc(alias = "F_SETFD")]
#[inline]
pub fn set_cloexec(fd: impl AsFd, cloexec: bool) -> Result<()> {
    // The flag is the only one, so none is lost.
    let flags = if cloexec { FD_CLOEXEC } else { 0 };
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_SETFD, flags) }.unit()
}

/// Closes a descriptor and gives the error, which a drop does not. It is closed in any case.
///
/// # Errors
///
/// - `EINTR`: a signal handler ran.
/// - `EDQUOT`, `EIO`, `ENOSPC`: what was written before could not be stored; few file systems tell so late.
#[inline]
pub fn close(fd: OwnedFd) -> Result<()> {
    // SAFETY: nobody else owns it, and it is not dropped.
    unsafe { call_readonly!(CLOSE, fd.into_raw_fd()) }.unit()
}

/// Closes every descriptor from `first` up to `last`, of those that are open; `u32::MAX` is a fine `last`. With
/// [`CLOEXEC`](CloseRangeFlags::CLOEXEC) they are only marked: [`set_cloexec_range`] is the safe way to that. Since Linux
/// 5.9.
///
/// # Errors
///
/// - `EINVAL`: `first` is beyond `last`; a flag that this kernel does not know.
/// - `EMFILE`: [`UNSHARE`](CloseRangeFlags::UNSHARE), and the process has more descriptors than it may.
/// - `ENOMEM`: `UNSHARE`, and the kernel has no memory for it.
///
/// # Safety
///
/// Unless they are only marked: of each descriptor in the range that is open, nobody uses it any more, and nobody will
/// close it, not even by dropping what owns it. A library may have some that the program does not know of. With `UNSHARE`
/// this is about the calling thread alone.
#[inline]
pub unsafe fn close_range(first: u32, last: u32, flags: CloseRangeFlags) -> Result<()> {
    // SAFETY: the call has no pointer; the rest is the caller's promise.
    unsafe { call_readonly!(CLOSE_RANGE, first, last, flags.bits()) }.unit()
}

/// Has every descriptor from `first` up to `last` closed over `exec`, of those that are open: what a program does that is
/// about to execute another and does not know what it inherited. Since Linux 5.11.
///
/// # Errors
///
/// - `EINVAL`: `first` is beyond `last`; or this kernel is too old.
#[doc(alias = "CLOSE_RANGE_CLOEXEC")]
#[inline]
pub fn set_cloexec_range(first: u32, last: u32) -> Result<()> {
    // SAFETY: nothing is closed.
    unsafe { close_range(first, last, CloseRangeFlags::CLOEXEC) }
}

//! File descriptors: who owns one, and the calls that any of them takes.
//!
//! With the feature `std` the types are those of `std::os::fd`; without it, twins under the same names. An object owns
//! its descriptor and closes it when dropped; a call borrows one.
//!
//! See `read(2)`, `write(2)`, `pread(2)`, `readv(2)`, `lseek(2)`, `dup(2)`, `fcntl(2)`, `close_range(2)`, `ioctl(2)`.

#[cfg(feature = "std")]
pub use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

#[cfg(feature = "std")]
pub use std::io::{IoSlice, IoSliceMut};

#[cfg(not(feature = "std"))]
mod own;
#[cfg(not(feature = "std"))]
mod slice;
#[cfg(not(feature = "std"))]
pub use own::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
#[cfg(not(feature = "std"))]
pub use slice::{IoSlice, IoSliceMut};

mod duplicate;
mod open;
mod owner;
mod position;

pub use duplicate::{
    CloseRangeFlags, DupFlags, close, close_range, created_query, dup, dup3, dup3_raw, dupfd, dupfd_query, is_cloexec,
    set_cloexec, set_cloexec_range,
};
pub use open::OpenFlags;
pub use owner::{Lease, Owner, lease, owner, set_async, set_lease, set_owner, set_signal, signal};
pub use position::{RwFlags, Whence, lseek, pread, preadv, preadv2, pwrite, pwritev, pwritev2, readv, writev};

use crate::abi::fcntl::{AT_FDCWD, F_GETFL, F_SETFL};
use crate::abi::uio::iovec;
use crate::arch;
use crate::buffer::Buffer;
use crate::errno::Result;
use core::mem::MaybeUninit;

/// The current working directory, where a call wants the directory that a relative path starts from.
#[doc(alias = "AT_FDCWD")]
// SAFETY: the number is no descriptor, so nobody can close it.
pub const CWD: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(AT_FDCWD) };

// Both are promised by `std`, and so by its twins here.
const _: () =
    assert!(size_of::<IoSlice<'_>>() == size_of::<iovec>() && size_of::<IoSliceMut<'_>>() == size_of::<iovec>());

/// Reads once, as much as there is and fits, and gives the bytes that were read; none at the end of a file.
///
/// # Errors
///
/// - `EAGAIN`: nothing is there, and the descriptor is non-blocking.
/// - `EBADF`: the descriptor is not open for reading.
/// - `EINTR`: a signal handler ran before anything was read.
/// - `EINVAL`: the object cannot be read, or the buffer is too small for what it gives.
/// - `EIO`, `EISDIR` and what else the object says.
#[inline]
pub fn read<'b>(fd: impl AsFd, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    let mut buffer = buffer.into();
    buffer.read(fd)?;
    Ok(buffer.into_filled())
}

/// Reads a number of 64 bits, from a descriptor that gives nothing else.
#[inline]
pub(crate) fn read_u64(fd: impl AsFd) -> Result<u64> {
    let mut value = MaybeUninit::<u64>::uninit();
    // SAFETY: the kernel writes at most 8 bytes.
    unsafe { call!(READ, fd.as_fd().as_raw_fd(), value.as_mut_ptr(), size_of::<u64>()) }.exactly(size_of::<u64>())?;
    // SAFETY: the kernel has written all 8.
    Ok(unsafe { value.assume_init() })
}

/// Writes once and gives how many of the bytes were taken.
///
/// # Errors
///
/// - `EAGAIN`: there is no room, and the descriptor is non-blocking.
/// - `EBADF`: the descriptor is not open for writing.
/// - `EINTR`: a signal handler ran before anything was written.
/// - `EINVAL`: the object cannot be written, or not this much or little.
/// - `EPIPE`: nobody reads the other end. The process also gets a `SIGPIPE`.
/// - `EDQUOT`, `EFBIG`, `EIO`, `ENOSPC`, `EPERM` and what else the object says.
#[inline]
pub fn write(fd: impl AsFd, bytes: &[u8]) -> Result<usize> {
    // SAFETY: the kernel reads `bytes.len()` bytes, all of which are there.
    unsafe { call_readonly!(WRITE, fd.as_fd().as_raw_fd(), bytes.as_ptr(), bytes.len()) }.size()
}

/// How many bytes a read would give now.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`, `ENOTTY`: the object does not count what it has.
#[doc(alias = "FIONREAD")]
pub fn buffered(fd: impl AsFd) -> Result<u32> {
    let mut bytes = MaybeUninit::<i32>::uninit();
    // SAFETY: the kernel writes one `int`.
    unsafe { call!(IOCTL, fd.as_fd().as_raw_fd(), arch::ioctls::FIONREAD, bytes.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { bytes.assume_init() } as u32)
}

/// Says whether a call on the descriptor's open file description gives `EAGAIN` instead of waiting. Descriptors that
/// were duplicated from it or inherited share the setting.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
#[doc(alias = "O_NONBLOCK")]
pub fn set_nonblocking(fd: impl AsFd, nonblocking: bool) -> Result<()> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the call has no pointer.
    let flags = unsafe { call_readonly!(FCNTL64, fd, F_GETFL, 0) }.int()? as u32;
    let changed = match nonblocking {
        true => flags | arch::fcntl::O_NONBLOCK,
        false => flags & !arch::fcntl::O_NONBLOCK,
    };
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, fd, F_SETFL, changed) }.unit()
}

/// Whether a call on the descriptor gives `EAGAIN` instead of waiting.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
pub fn is_nonblocking(fd: impl AsFd) -> Result<bool> {
    // SAFETY: the call has no pointer.
    let flags = unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_GETFL, 0) }.int()?;
    Ok(flags as u32 & arch::fcntl::O_NONBLOCK != 0)
}

/// What every object over one descriptor has: it prints as `Name(fd 3)`, compares and hashes by its descriptor (two
/// open objects are equal only if they are the same one), and gives the descriptor away.
macro_rules! object {
    ($object:ident) => {
        impl $crate::fd::AsFd for $object {
            #[inline]
            fn as_fd(&self) -> $crate::fd::BorrowedFd<'_> {
                self.fd.as_fd()
            }
        }

        impl $crate::fd::AsRawFd for $object {
            #[inline]
            fn as_raw_fd(&self) -> $crate::fd::RawFd {
                self.fd.as_raw_fd()
            }
        }

        impl $crate::fd::IntoRawFd for $object {
            #[inline]
            fn into_raw_fd(self) -> $crate::fd::RawFd {
                self.fd.into_raw_fd()
            }
        }

        impl From<$object> for $crate::fd::OwnedFd {
            #[inline]
            fn from(object: $object) -> Self {
                object.fd
            }
        }

        impl core::fmt::Debug for $object {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{}(fd {})", stringify!($object), $crate::fd::AsRawFd::as_raw_fd(self))
            }
        }

        impl PartialEq for $object {
            fn eq(&self, other: &Self) -> bool {
                $crate::fd::AsRawFd::as_raw_fd(self) == $crate::fd::AsRawFd::as_raw_fd(other)
            }
        }

        impl Eq for $object {}

        impl core::hash::Hash for $object {
            fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
                $crate::fd::AsRawFd::as_raw_fd(self).hash(state);
            }
        }
    };
}

/// For an object that is nothing but its descriptor: it is made from any descriptor. One of another kind does no harm:
/// its calls give `EINVAL`.
macro_rules! object_from_fd {
    ($object:ident) => {
        impl From<$crate::fd::OwnedFd> for $object {
            #[inline]
            fn from(fd: $crate::fd::OwnedFd) -> Self {
                Self { fd }
            }
        }
    };
}

pub(crate) use {object, object_from_fd};

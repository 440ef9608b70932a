//! Reading and writing at a position, of several pieces of memory, and with flags; and where a file stands.

use super::{AsFd, AsRawFd, IoSlice, IoSliceMut};
use crate::abi::fs as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::flags::flags;

flags! {
    /// How one call reads or writes, whatever the descriptor is set to. The kernel refuses with `EOPNOTSUPP` what it, the
    /// file or the direction does not have.
    RwFlags: u32 {
        /// Poll for the end of it, where the device can: on files opened with `O_DIRECT`. Since Linux 4.6.
        #[doc(alias = "RWF_HIPRI")]
        const HIPRI = abi::RWF_HIPRI;
        /// Writes: return when the data are on the disk. Since Linux 4.7.
        #[doc(alias = "RWF_DSYNC")]
        const DSYNC = abi::RWF_DSYNC;
        /// Writes: return when the data and all that belongs to the file are on the disk. Since Linux 4.7.
        #[doc(alias = "RWF_SYNC")]
        const SYNC = abi::RWF_SYNC;
        /// Do not wait for a disk or anything else: give `EAGAIN`. Since Linux 4.14.
        #[doc(alias = "RWF_NOWAIT")]
        const NOWAIT = abi::RWF_NOWAIT;
        /// Writes: append, wherever the position is. Since Linux 4.16.
        #[doc(alias = "RWF_APPEND")]
        const APPEND = abi::RWF_APPEND;
        /// Writes: do not append, though the file was opened to. Since Linux 6.9.
        #[doc(alias = "RWF_NOAPPEND")]
        const NOAPPEND = abi::RWF_NOAPPEND;
        /// Writes: all of it or nothing gets on the disk, whatever happens in between. For files opened with `O_DIRECT` whose
        /// `statx` tells how large such a write may be. Since Linux 6.11.
        #[doc(alias = "RWF_ATOMIC")]
        const ATOMIC = abi::RWF_ATOMIC;
        /// Keep in the page cache only what was there before. Since Linux 6.14.
        #[doc(alias = "RWF_DONTCACHE")]
        const DONTCACHE = abi::RWF_DONTCACHE;
        /// Writes: no `SIGPIPE` if nobody reads the other end, but `EPIPE` alone. Since Linux 6.18.
        #[doc(alias = "RWF_NOSIGNAL")]
        const NOSIGNAL = abi::RWF_NOSIGNAL;
    }
}

/// [`read`](super::read) at a position, in bytes from the start: where the file stands neither matters nor changes.
///
/// ```
/// use butter::fd;
/// # let path = std::env::temp_dir().join(format!("butter-doc-pread-{}", std::process::id()));
/// # std::fs::write(&path, "one, two")?;
/// let file = std::fs::File::open(&path)?;
/// # std::fs::remove_file(&path)?;
/// assert_eq!(fd::pread(&file, &mut [0; 100], 5)?, b"two");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`read`](super::read), and
///
/// - `EINVAL`: a position beyond 63 bits.
/// - `ESPIPE`: a pipe, a socket or a terminal, which has no positions.
#[doc(alias = "pread64")]
#[inline]
pub fn pread<'b>(fd: impl AsFd, buffer: impl Into<Buffer<'b>>, position: u64) -> Result<&'b mut [u8]> {
    let mut buffer = buffer.into();
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the kernel writes at most `capacity` bytes and says how many.
    unsafe { buffer.fill(|memory, capacity| call!(PREAD64, fd, memory, capacity, position).size()) }?;
    Ok(buffer.into_filled())
}

/// [`write`](super::write) at a position, in bytes from the start: where the file stands neither matters nor changes. A
/// file that was opened to append is appended to all the same.
///
/// # Errors
///
/// Those of [`write`](super::write), and
///
/// - `EINVAL`: a position beyond 63 bits.
/// - `ESPIPE`: a pipe, a socket or a terminal, which has no positions.
#[doc(alias = "pwrite64")]
#[inline]
pub fn pwrite(fd: impl AsFd, bytes: &[u8], position: u64) -> Result<usize> {
    // SAFETY: the kernel reads `bytes.len()` bytes, all of which are there.
    unsafe { call_readonly!(PWRITE64, fd.as_fd().as_raw_fd(), bytes.as_ptr(), bytes.len(), position) }.size()
}

/// [`read`](super::read) into several pieces of memory, one after the other; gives how many bytes in all.
///
/// # Errors
///
/// Those of [`read`](super::read), and
///
/// - `EINVAL`: more than 1,024 pieces.
#[inline]
pub fn readv(fd: impl AsFd, memory: &mut [IoSliceMut<'_>]) -> Result<usize> {
    // SAFETY: the kernel writes into the pieces, each as long as it says.
    unsafe { call!(READV, fd.as_fd().as_raw_fd(), memory.as_mut_ptr(), memory.len()) }.size()
}

/// [`write`](super::write) of several pieces of memory, one after the other; gives how many bytes were taken in all.
///
/// # Errors
///
/// Those of [`write`](super::write), and
///
/// - `EINVAL`: more than 1,024 pieces.
#[inline]
pub fn writev(fd: impl AsFd, memory: &[IoSlice<'_>]) -> Result<usize> {
    // SAFETY: the kernel reads the pieces, each as long as it says.
    unsafe { call_readonly!(WRITEV, fd.as_fd().as_raw_fd(), memory.as_ptr(), memory.len()) }.size()
}

/// [`readv`] at a position, as [`pread`] reads. Since Linux 2.6.30.
///
/// # Errors
///
/// Those of [`readv`] and [`pread`].
#[inline]
pub fn preadv(fd: impl AsFd, memory: &mut [IoSliceMut<'_>], position: u64) -> Result<usize> {
    let (fd, count, memory) = (fd.as_fd().as_raw_fd(), memory.len(), memory.as_mut_ptr());
    let (low, high) = halves(position);
    // SAFETY: the kernel writes into the pieces, each as long as it says.
    match X32 {
        false => unsafe { call!(PREADV, fd, memory, count, low, high) },
        true => unsafe { call!(PREADV, fd, memory, count, position) },
    }
    .size()
}

/// [`writev`] at a position, as [`pwrite`] writes. Since Linux 2.6.30.
///
/// # Errors
///
/// Those of [`writev`] and [`pwrite`].
#[inline]
pub fn pwritev(fd: impl AsFd, memory: &[IoSlice<'_>], position: u64) -> Result<usize> {
    let (fd, count, memory) = (fd.as_fd().as_raw_fd(), memory.len(), memory.as_ptr());
    let (low, high) = halves(position);
    // SAFETY: the kernel reads the pieces, each as long as it says.
    match X32 {
        false => unsafe { call_readonly!(PWRITEV, fd, memory, count, low, high) },
        true => unsafe { call_readonly!(PWRITEV, fd, memory, count, position) },
    }
    .size()
}

/// [`preadv`] with flags; without a position it reads where the file stands, and moves it. Since Linux 4.6.
///
/// ```
/// use butter::Errno;
/// use butter::fd::{self, IoSliceMut, RwFlags};
///
/// let pipe = butter::pipe::Pipe::new()?;
/// let mut memory = [0; 10];
/// // A read of the pipe would wait.
/// let read = fd::preadv2(&pipe.reader, &mut [IoSliceMut::new(&mut memory)], None, RwFlags::NOWAIT);
/// assert_eq!(read, Err(Errno::EAGAIN));
/// # Ok::<(), Errno>(())
/// ```
///
/// # Errors
///
/// Those of [`preadv`], and
///
/// - `EAGAIN`: [`NOWAIT`](RwFlags::NOWAIT), and it would have to wait.
/// - `EOPNOTSUPP`: a flag that this kernel, or this file, does not have, or not for reading.
#[inline]
pub fn preadv2(fd: impl AsFd, memory: &mut [IoSliceMut<'_>], position: Option<u64>, flags: RwFlags) -> Result<usize> {
    let (fd, count, memory) = (fd.as_fd().as_raw_fd(), memory.len(), memory.as_mut_ptr());
    let (position, flags) = (or_none(position)?, flags.bits());
    let (low, high) = halves(position);
    // SAFETY: the kernel writes into the pieces, each as long as it says.
    match X32 {
        false => unsafe { call!(PREADV2, fd, memory, count, low, high, flags) },
        true => unsafe { call!(PREADV2, fd, memory, count, position, flags) },
    }
    .size()
}

/// [`pwritev`] with flags; without a position it writes where the file stands, and moves it. Since Linux 4.6.
///
/// # Errors
///
/// Those of [`pwritev`], and
///
/// - `EAGAIN`: [`NOWAIT`](RwFlags::NOWAIT), and it would have to wait.
/// - `EINVAL`: [`ATOMIC`](RwFlags::ATOMIC), and it is too large, too small or not aligned; [`APPEND`](RwFlags::APPEND) and
///   [`NOAPPEND`](RwFlags::NOAPPEND) together.
/// - `EOPNOTSUPP`: a flag that this kernel, or this file, does not have.
/// - `EPERM`: [`NOAPPEND`](RwFlags::NOAPPEND), and the file is one that can only be appended to.
#[inline]
pub fn pwritev2(fd: impl AsFd, memory: &[IoSlice<'_>], position: Option<u64>, flags: RwFlags) -> Result<usize> {
    let (fd, count, memory) = (fd.as_fd().as_raw_fd(), memory.len(), memory.as_ptr());
    let (position, flags) = (or_none(position)?, flags.bits());
    let (low, high) = halves(position);
    // SAFETY: the kernel reads the pieces, each as long as it says.
    match X32 {
        false => unsafe { call_readonly!(PWRITEV2, fd, memory, count, low, high, flags) },
        true => unsafe { call_readonly!(PWRITEV2, fd, memory, count, position, flags) },
    }
    .size()
}

/// These calls alone are told the position in two words also where one has room for it, the low one first; the kernel shifts the
/// other out then. Only on x32 they are not.
#[inline]
const fn halves(position: u64) -> (usize, usize) {
    (position as usize, (position >> 32) as usize)
}

/// Where there is no second word, and the flags come in its place.
const X32: bool = cfg!(all(target_arch = "x86_64", target_pointer_width = "32"));

/// No position is -1 to the kernel, which so must not be given as one.
#[inline]
fn or_none(position: Option<u64>) -> Result<u64> {
    match position {
        None => Ok(u64::MAX),
        Some(u64::MAX) => Err(Errno::EINVAL),
        Some(position) => Ok(position),
    }
}

/// What an offset of [`lseek`] counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Whence {
    /// The start of the file.
    #[doc(alias = "SEEK_SET")]
    Start = abi::SEEK_SET,
    /// Where it stands.
    #[doc(alias = "SEEK_CUR")]
    Current = abi::SEEK_CUR,
    /// The end of the file.
    #[doc(alias = "SEEK_END")]
    End = abi::SEEK_END,
    /// The start, and then on to the next byte that is not in a hole. Since Linux 3.1.
    #[doc(alias = "SEEK_DATA")]
    Data = abi::SEEK_DATA,
    /// The start, and then on to the next hole; the end of the file is one. Since Linux 3.1.
    #[doc(alias = "SEEK_HOLE")]
    Hole = abi::SEEK_HOLE,
}

/// Sets where a file stands, in bytes, and gives it as counted from the start. All descriptors that were duplicated from
/// it or inherited share that.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: it would be before the start, beyond the largest size of a file, or beyond the end of a device.
/// - `ENXIO`: [`Data`](Whence::Data) or [`Hole`](Whence::Hole), and the offset is beyond the end; `Data`, and no more follow.
/// - `ESPIPE`: a pipe, a socket or a terminal, which has no positions.
#[doc(alias = "llseek")]
pub fn lseek(fd: impl AsFd, offset: i64, whence: Whence) -> Result<u64> {
    seek::lseek(fd.as_fd().as_raw_fd(), offset, whence as u32)
}

#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
mod seek {
    use crate::Result;

    pub(super) fn lseek(fd: i32, offset: i64, whence: u32) -> Result<u64> {
        // SAFETY: the call has no pointer.
        unsafe { call_readonly!(LSEEK, fd, offset, whence) }.position()
    }
}

#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
mod seek {
    use crate::Result;
    use core::mem::MaybeUninit;

    pub(super) fn lseek(fd: i32, offset: i64, whence: u32) -> Result<u64> {
        let ((low, high), mut position) = (super::halves(offset as u64), MaybeUninit::<u64>::uninit());
        // SAFETY: the kernel writes 8 bytes.
        unsafe { call!(_LLSEEK, fd, high, low, position.as_mut_ptr(), whence) }.unit()?;
        // SAFETY: the call succeeded, so the kernel has written them.
        Ok(unsafe { position.assume_init() })
    }
}

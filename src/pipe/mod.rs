//! Pipes, and what moves bytes through them without a copy: splice, tee, vmsplice, sendfile, copy_file_range.
//!
//! ```
//! use butter::pipe::{self, Pipe, SpliceFlags};
//!
//! let (here, there) = (Pipe::new()?, Pipe::new()?);
//! here.writer.write(b"one, two")?;
//! // The bytes are there twice, and nobody has copied them.
//! assert_eq!(pipe::tee(&here.reader, &there.writer, 100, SpliceFlags::empty())?, 8);
//! assert_eq!(there.reader.read(&mut [0; 100])?, b"one, two");
//! assert_eq!(here.reader.read(&mut [0; 100])?, b"one, two");
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! # What to know
//!
//! - **A pipe holds pages.** A splice from a file puts its pages into the pipe, not a copy of them: whoever reads the pipe
//!   later sees what the file has by then. [`sendfile`] from a file to a pipe or a socket is the same.
//! - **Short counts** are the rule: a call moves what is there and has room. [`Relay`] is the loop around them.
//! - **Who waits.** [`NONBLOCK`](SpliceFlags::NONBLOCK) is about the pipes. A file or a socket at the other end waits or
//!   not as it is set itself; since Linux 5.1 a descriptor that is non-blocking makes the call so.
//! - **What cannot splice** says `EINVAL`: a file that was opened to append, and kinds of file whose driver has no way to do
//!   it.
//! - A pipe holds 16 pages unless [`set_size`] changes that, up to `/proc/sys/fs/pipe-max-size`, 1 MiB.
//!
//! See `pipe(2)`, `pipe(7)`, `splice(2)`, `tee(2)`, `vmsplice(2)`, `sendfile(2)`, `copy_file_range(2)`.

mod object;
mod pages;
mod relay;

pub use object::{Pipe, PipeReader, PipeWriter};
pub use pages::Pages;
pub use relay::{Output, Relay};

use crate::abi::fcntl::{F_GETPIPE_SZ, F_SETPIPE_SZ};
use crate::abi::splice as abi;
use crate::arch::fcntl as arch;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, FromRawFd, IoSlice, OwnedFd};
use crate::flags::flags;
use core::mem::MaybeUninit;

flags! {
    /// How a pipe is made. Both ends are closed over `exec` unless asked otherwise.
    PipeFlags: u32 {
        /// Neither end waits: it gives `EAGAIN`.
        #[doc(alias = "O_NONBLOCK")]
        const NONBLOCK = arch::O_NONBLOCK;
        /// A pipe of packets: a read gives what one write put in, at most 4,096 bytes of it, and what does not fit in the
        /// reader's buffer is lost. Since Linux 3.4.
        #[doc(alias = "O_DIRECT")]
        const DIRECT = arch::O_DIRECT;
        /// A pipe for the kernel's notifications about keys. Since Linux 5.8.
        #[doc(alias = "O_NOTIFICATION_PIPE")]
        const NOTIFICATION = arch::O_EXCL;
        /// The descriptors stay open over `exec`. (The kernel's flag, `O_CLOEXEC`, is given unless this is.)
        #[doc(alias = "O_CLOEXEC")]
        const NO_CLOEXEC = arch::O_CLOEXEC;
    }
}

flags! {
    /// How bytes are moved.
    SpliceFlags: u32 {
        /// Move pages rather than copy them, where the kernel can. A hint, which does nothing in most cases.
        #[doc(alias = "SPLICE_F_MOVE")]
        const MOVE = abi::SPLICE_F_MOVE;
        /// Do not wait for a pipe: give `EAGAIN`.
        #[doc(alias = "SPLICE_F_NONBLOCK")]
        const NONBLOCK = abi::SPLICE_F_NONBLOCK;
        /// More will follow, so that a socket may wait with a packet that is not full.
        #[doc(alias = "SPLICE_F_MORE")]
        const MORE = abi::SPLICE_F_MORE;
        /// To `vmsplice`: the pages are the kernel's from now on.
        #[doc(alias = "SPLICE_F_GIFT")]
        const GIFT = abi::SPLICE_F_GIFT;
    }
}

/// Makes a pipe, and gives the end to read from and the end to write to. Since Linux 2.6.27.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows; or the user has as many pages in pipes as
///   `pipe-user-pages-hard` allows.
/// - `ENOPKG`: [`NOTIFICATION`](PipeFlags::NOTIFICATION), and the kernel was built without it.
#[doc(alias = "pipe")]
#[inline]
pub fn pipe2(flags: PipeFlags) -> Result<(OwnedFd, OwnedFd)> {
    let mut fds = MaybeUninit::<[i32; 2]>::uninit();
    // SAFETY: the kernel writes two numbers.
    unsafe { call!(PIPE2, fds.as_mut_ptr(), flags.bits() ^ arch::O_CLOEXEC) }.unit()?;
    // SAFETY: the call succeeded, so both are written, and are new descriptors.
    unsafe {
        let [reader, writer] = fds.assume_init();
        Ok((OwnedFd::from_raw_fd(reader), OwnedFd::from_raw_fd(writer)))
    }
}

/// How many bytes a pipe can hold: so many if its pages are full ones. Since Linux 2.6.35.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open, or not a pipe.
#[doc(alias = "F_GETPIPE_SZ")]
#[inline]
pub fn size(pipe: impl AsFd) -> Result<usize> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, pipe.as_fd().as_raw_fd(), F_GETPIPE_SZ, 0) }.size()
}

/// Makes a pipe larger or smaller, and gives what it can hold now: at least `bytes`, as the number of its pages is a power
/// of two. Since Linux 2.6.35.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open, or not a pipe.
/// - `EBUSY`: it holds more than that now; or it is for notifications.
/// - `EINVAL`: more than 2 GiB.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: more than `/proc/sys/fs/pipe-max-size`, or the user has as many pages in pipes as `pipe-user-pages-soft`
///   allows; and the caller lacks `CAP_SYS_RESOURCE`.
#[doc(alias = "F_SETPIPE_SZ")]
#[inline]
pub fn set_size(pipe: impl AsFd, bytes: usize) -> Result<usize> {
    // The kernel takes an `unsigned int`, and would cut off what is beyond.
    let bytes = u32::try_from(bytes).map_err(|_| Errno::EINVAL)?;
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, pipe.as_fd().as_raw_fd(), F_SETPIPE_SZ, bytes) }.size()
}

/// Moves up to `len` bytes between a pipe and anything else, or between two pipes, without copying them through the process;
/// gives how many. None are the end: nothing is left in the pipe or file, and nobody will write more.
///
/// Without an offset the bytes come from and go to where the descriptor stands, and move it. With one, which a pipe does not
/// have, they come from or go to that place; it is moved, and the descriptor stays where it is.
///
/// ```
/// use butter::pipe::{self, Pipe, SpliceFlags};
/// # let path = std::env::temp_dir().join(format!("butter-doc-splice-{}", std::process::id()));
/// # std::fs::write(&path, "one, two")?;
/// let file = std::fs::File::open(&path)?;
/// # std::fs::remove_file(&path)?;
/// let pipe = Pipe::new()?;
/// let mut offset = 5;
/// assert_eq!(pipe::splice(&file, Some(&mut offset), &pipe.writer, None, 100, SpliceFlags::empty())?, 3);
/// assert_eq!(offset, 8);
/// assert_eq!(pipe.reader.read(&mut [0; 100])?, b"two");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// - `EAGAIN`: a pipe is empty or full, and it or the call is non-blocking; or so is a socket.
/// - `EBADF`: a descriptor is not open, or not for reading or writing.
/// - `EINTR`: a signal handler ran before anything was moved.
/// - `EINVAL`: neither is a pipe; both are the same pipe; the file cannot splice, or was opened to append; an offset for what
///   cannot seek, or beyond 63 bits; a flag that this kernel does not know.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPIPE`: nobody reads the other end. The process also gets a `SIGPIPE`.
/// - `ESPIPE`: an offset for a pipe.
/// - and what reading and writing say: `EFBIG`, `EIO`, `EISDIR`, `ENOSPC`, `EPERM`, …
#[inline]
pub fn splice(
    from: impl AsFd,
    from_offset: Option<&mut u64>,
    to: impl AsFd,
    to_offset: Option<&mut u64>,
    len: usize,
    flags: SpliceFlags,
) -> Result<usize> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    // SAFETY: each of the offsets is null or 8 bytes that the kernel reads and writes.
    unsafe { call!(SPLICE, from, pointer(from_offset), to, pointer(to_offset), len, flags.bits()) }.size()
}

/// Puts up to `len` bytes of a pipe into another one too, without copying them and without taking them from the first;
/// gives how many. It begins with the first byte of the pipe each time. None are the end: nothing is left in the pipe, and
/// nobody will write more.
///
/// # Errors
///
/// - `EAGAIN`: a pipe is empty or full, and it or the call is non-blocking.
/// - `EBADF`: a descriptor is not open, or not for reading or writing.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: one is no pipe; both are the same pipe; a flag that this kernel does not know.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPIPE`: nobody reads the other end. The process also gets a `SIGPIPE`.
#[inline]
pub fn tee(from: impl AsFd, to: impl AsFd, len: usize, flags: SpliceFlags) -> Result<usize> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(TEE, from, to, len, flags.bits()) }.size()
}

/// Puts memory into a pipe by reference, as far as there is room for it; gives how many bytes.
///
/// [`PipeWriter::vmsplice_static`] and [`PipeWriter::give`] are safe, and so is [`PipeReader::vmsplice`], the way back.
///
/// # Errors
///
/// - `EAGAIN`: the pipe is full, and the call is [`NONBLOCK`](SpliceFlags::NONBLOCK). That the pipe is so has no effect here.
/// - `EBADF`: the descriptor is not open, or not a pipe.
/// - `EINTR`: a signal handler ran before anything was moved.
/// - `EINVAL`: more than 1,024 pieces; a flag that this kernel does not know.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPIPE`: nobody reads the other end. The process also gets a `SIGPIPE`.
///
/// # Safety
///
/// - The descriptor is the end of a pipe that is written to. Given the other end, the kernel would write what the pipe holds
///   into `memory`.
/// - The pipe holds the pages themselves, and the kernel does not tell when it has done with them. Bytes in the pipe may be
///   spliced on into sockets, files and other pipes, so that they have been read by somebody says nothing. Until the last of
///   them is gone, which the caller must know from elsewhere, the memory neither changes, nor is freed for another use:
///   whoever has the bytes, maybe another process, sees every change, and what other data the memory comes to hold. To
///   unmap it is no change: the pages stay until nobody has them.
/// - With [`GIFT`](SpliceFlags::GIFT) the pages are the kernel's for ever, all of each page and not just the bytes.
///   Nothing in them may be written or even looked at: they may have become a part of a file, whose content a write would
///   change in secret. They can be moved only if memory and length are aligned to pages; otherwise they are treated as
///   without the flag.
#[inline]
pub unsafe fn vmsplice(pipe: impl AsFd, memory: &[IoSlice<'_>], flags: SpliceFlags) -> Result<usize> {
    let (pipe, count, memory) = (pipe.as_fd().as_raw_fd(), memory.len(), memory.as_ptr());
    // SAFETY: the kernel reads `count` pieces; the rest is the caller's promise.
    unsafe { call_readonly!(VMSPLICE, pipe, memory, count, flags.bits()) }.size()
}

/// Moves up to `len` bytes from a file to anything else, without copying them through the process; gives how many. None
/// are the end of the file.
///
/// Without an offset the bytes come from where the file stands, and move it. With one they come from that place; it is moved,
/// and the file stays where it is.
///
/// At most 2,147,479,552 bytes are moved, also on a machine of 64 bits. `to` need not be a socket since Linux 2.6.33.
///
/// # Errors
///
/// - `EAGAIN`: `to` has no room and is non-blocking.
/// - `EBADF`: a descriptor is not open, or not for reading or writing.
/// - `EINTR`: a signal handler ran before anything was moved.
/// - `EINVAL`: what `from` is cannot be read in this way (a socket, a pipe), or `to` not be written (a file opened to
///   append); or an offset beyond 63 bits.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EOVERFLOW`: an offset beyond the largest size of a file.
/// - `EPIPE`: nobody reads the other end. The process also gets a `SIGPIPE`.
/// - `ESPIPE`: an offset for what cannot seek.
/// - and what reading and writing say: `EFBIG`, `EIO`, `ENOSPC`, `EPERM`, …
#[doc(alias = "sendfile64")]
#[inline]
pub fn sendfile(to: impl AsFd, from: impl AsFd, offset: Option<&mut u64>, len: usize) -> Result<usize> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    // SAFETY: the offset is null or 8 bytes that the kernel reads and writes.
    unsafe { call!(SENDFILE64, to, from, pointer(offset), len) }.size()
}

/// Copies up to `len` bytes from one file to another within the kernel, perhaps by letting them share the storage; gives
/// how many. None are the end of the file, or a file that does not tell its size, as those of `/proc`. Since Linux 4.5.
///
/// The offsets are as those of [`splice`]. `flags` is 0: none is defined yet.
///
/// # Errors
///
/// - `EBADF`: a descriptor is not open, or not for reading or writing; or `to` was opened to append.
/// - `EFBIG`: beyond the largest size of a file.
/// - `EINTR`: a signal handler ran before anything was copied.
/// - `EINVAL`: one is no regular file; both are the same file and the ranges overlap; an offset beyond 63 bits; a flag.
/// - `EIO`, `EISDIR`, `ENOMEM`, `ENOSPC`, `EPERM` (a file that is immutable or sealed): as of a read and a write.
/// - `EOPNOTSUPP`: the file system cannot do it.
/// - `EOVERFLOW`: an offset and `len` together reach beyond 63 bits.
/// - `ETXTBSY`: one is in use for swap.
/// - `EXDEV`: the two are on file systems that cannot do it together: of different kinds, and before Linux 5.3 different
///   ones.
#[inline]
pub fn copy_file_range(
    from: impl AsFd,
    from_offset: Option<&mut u64>,
    to: impl AsFd,
    to_offset: Option<&mut u64>,
    len: usize,
    flags: u32,
) -> Result<usize> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    // SAFETY: each of the offsets is null or 8 bytes that the kernel reads and writes.
    unsafe { call!(COPY_FILE_RANGE, from, pointer(from_offset), to, pointer(to_offset), len, flags) }.size()
}

#[inline]
fn pointer(offset: Option<&mut u64>) -> *mut u64 {
    offset.map_or(core::ptr::null_mut(), core::ptr::from_mut)
}

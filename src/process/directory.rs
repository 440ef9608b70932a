//! Where a process is in the file system, and what its files begin with.

use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd};
use crate::path::PathArg;
use core::ffi::CStr;

/// Makes another directory the root of the calling process, from which absolute paths begin; it stays in its working directory,
/// so `chdir` follows.
///
/// # Errors
///
/// - `EACCES`: the directory, or one on the way, may not be searched.
/// - `EINVAL`: `path` contains a NUL.
/// - `EIO`: the directory cannot be read.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: `path`, or a part of it, is too long.
/// - `ENOENT`: no such directory.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTDIR`: something on the way, or the end of it, is not a directory.
/// - `EPERM`: the caller lacks `CAP_SYS_CHROOT`.
#[inline]
pub fn chroot(path: impl PathArg) -> Result<()> {
    // SAFETY: the kernel reads the path up to its NUL.
    path.with_c_str(|path| unsafe { call_readonly!(CHROOT, path.as_ptr()) }.unit())
}

/// Changes the working directory, from which relative paths begin.
///
/// # Errors
///
/// Those of [`chroot`], but for `EPERM`.
#[inline]
pub fn chdir(path: impl PathArg) -> Result<()> {
    // SAFETY: the kernel reads the path up to its NUL.
    path.with_c_str(|path| unsafe { call_readonly!(CHDIR, path.as_ptr()) }.unit())
}

/// [`chdir`] to a directory that is open.
///
/// # Errors
///
/// - `EACCES`: the directory may not be searched.
/// - `EBADF`: the descriptor is not open.
/// - `ENOTDIR`: not a directory.
#[inline]
pub fn fchdir(directory: impl AsFd) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCHDIR, directory.as_fd().as_raw_fd()) }.unit()
}

/// The working directory. If it is not below the root of the process, the path begins with `(unreachable)`.
///
/// ```
/// let mut buffer = [0; 4096];
/// let directory = butter::process::getcwd(&mut buffer)?;
/// assert_eq!(std::env::current_dir().unwrap().to_str(), directory.to_str().ok());
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `ENAMETOOLONG`: it has more than 4,095 bytes.
/// - `ENOENT`: the directory has been removed.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ERANGE`: it does not fit in the buffer.
pub fn getcwd<'b>(buffer: impl Into<Buffer<'b>>) -> Result<&'b CStr> {
    let mut buffer = buffer.into();
    // SAFETY: the kernel writes no more than the capacity, and says how many bytes.
    unsafe { buffer.fill(|memory, capacity| call!(GETCWD, memory, capacity).size()) }?;
    // It ends with a NUL and has no other.
    CStr::from_bytes_with_nul(buffer.into_filled()).map_err(|_| Errno::EINVAL)
}

/// Sets the permissions that new files do not get, in the lowest 9 bits, and gives those before.
#[inline]
pub fn umask(mask: u32) -> u32 {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(UMASK, mask) }.value() as u32
}

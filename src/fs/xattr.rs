//! Extended attributes: values with names, such as `security.capability`, `user.anything` or `trusted.overlay.opaque`.
//!
//! Of a path that is a symbolic link they are those of the file that it leads to, in the functions with an `l` those of the
//! link itself. The functions with an `at` have a directory to start from and flags instead. Since Linux 6.13.

use super::AtFlags;
use crate::abi::xattr as abi;
use crate::arch::Ret;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd};
use crate::path::PathArg;
use core::ffi::CStr;

/// Whether an attribute that is set may be there, or has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SetXattr {
    /// It may.
    #[default]
    Any,
    /// It may not: `EEXIST`.
    #[doc(alias = "XATTR_CREATE")]
    Create,
    /// It has to: `ENODATA`.
    #[doc(alias = "XATTR_REPLACE")]
    Replace,
}

impl SetXattr {
    const fn bits(self) -> u32 {
        match self {
            SetXattr::Any => 0,
            SetXattr::Create => abi::XATTR_CREATE,
            SetXattr::Replace => abi::XATTR_REPLACE,
        }
    }
}

/// Has the kernel write to the buffer. Without any room it would say how much is needed, and write nothing.
fn filled<'b>(buffer: impl Into<Buffer<'b>>, call: impl FnOnce(*mut u8, usize) -> Ret) -> Result<&'b mut [u8]> {
    let mut buffer = buffer.into();
    let fill = |memory: *mut u8, capacity: usize| {
        let length = call(memory, capacity).size()?;
        if length > capacity { Err(Errno::ERANGE) } else { Ok(length) }
    };
    // SAFETY: the kernel writes at most `capacity` bytes and says how many.
    unsafe { buffer.fill(fill) }?;
    Ok(buffer.into_filled())
}

/// What the calls with an `at` are told of a value, and its size. The kernel takes the address as an integer here.
fn arguments(value: *mut u8, size: usize, set: SetXattr) -> (abi::xattr_args, usize) {
    // No value has nearly as many bytes.
    let size = u32::try_from(size).unwrap_or(u32::MAX);
    let args = abi::xattr_args { value: value.expose_provenance() as u64, size, flags: set.bits() };
    (args, size_of::<abi::xattr_args>())
}

/// The value of an attribute. It has at most 64 KiB.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `ENODATA`: the file does not have it, or the caller may not see it.
/// - `EOPNOTSUPP`: the file system has none, or none of that kind.
/// - `ERANGE`: the buffer is too small; or the name has more than 255 bytes, or none.
pub fn getxattr<'b>(path: impl PathArg, name: &CStr, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path and the name, and writes as `filled` says.
        filled(buffer, |memory, room| unsafe { call!(GETXATTR, path.as_ptr(), name.as_ptr(), memory, room) })
    })
}

/// [`getxattr`] that does not follow a symbolic link.
///
/// # Errors
///
/// Those of [`getxattr`].
pub fn lgetxattr<'b>(path: impl PathArg, name: &CStr, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path and the name, and writes as `filled` says.
        filled(buffer, |memory, room| unsafe { call!(LGETXATTR, path.as_ptr(), name.as_ptr(), memory, room) })
    })
}

/// [`getxattr`] of a descriptor.
///
/// # Errors
///
/// Those of [`getxattr`], and
///
/// - `EBADF`: the descriptor is not open, or one of `PATH`.
pub fn fgetxattr<'b>(fd: impl AsFd, name: &CStr, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the kernel reads the name, and writes as `filled` says.
    filled(buffer, |memory, room| unsafe { call!(FGETXATTR, fd, name.as_ptr(), memory, room) })
}

/// [`getxattr`] of a path that begins at a directory, or of a descriptor. Of the flags, `SYMLINK_NOFOLLOW` and `EMPTY_PATH`. Since
/// Linux 6.13.
///
/// # Errors
///
/// Those of [`getxattr`], and
///
/// - `EBADF`: the directory is not open, and the path is relative; or it is one of `PATH`, and the path is empty.
/// - `EINVAL`: a flag that this kernel does not know.
/// - `ENOSYS`: before Linux 6.13.
pub fn getxattrat<'b>(
    directory: impl AsFd,
    path: impl PathArg,
    flags: AtFlags,
    name: &CStr,
    buffer: impl Into<Buffer<'b>>,
) -> Result<&'b mut [u8]> {
    path.with_c_str(|path| {
        let (directory, path, flags) = (directory.as_fd().as_raw_fd(), path.as_ptr(), flags.bits());
        filled(buffer, |memory, room| {
            let (args, size) = arguments(memory, room, SetXattr::Any);
            // SAFETY: the kernel reads the path, the name and the arguments, of the size that it is told, and writes as `filled` says.
            unsafe { call!(GETXATTRAT, directory, path, flags, name.as_ptr(), &raw const args, size) }
        })
    })
}

/// Sets an attribute.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `E2BIG`: the value has more than 64 KiB.
/// - `EACCES`: the file may not be written.
/// - `EDQUOT`, `ENOSPC`: there is no room for it.
/// - `EEXIST`: [`Create`](SetXattr::Create), and it is there.
/// - `EINVAL`: the value is none for this attribute.
/// - `ENODATA`: [`Replace`](SetXattr::Replace), and it is not there.
/// - `EOPNOTSUPP`: the file system has none, or none of that kind.
/// - `EPERM`: what the name begins with needs a capability (`trusted.`: `CAP_SYS_ADMIN`); a name with `user.`, of a file that
///   is neither regular nor a directory; or an attribute of the file forbids it.
/// - `ERANGE`: the name has more than 255 bytes, or none; or the value is too long for the file system.
/// - `EROFS`: the file system is read only.
pub fn setxattr(path: impl PathArg, name: &CStr, value: &[u8], set: SetXattr) -> Result<()> {
    let (name, bytes, length) = (name.as_ptr(), value.as_ptr(), value.len());
    // SAFETY: the kernel reads the path, the name and the value.
    path.with_c_str(|path| unsafe { call_readonly!(SETXATTR, path.as_ptr(), name, bytes, length, set.bits()) }.unit())
}

/// [`setxattr`] that does not follow a symbolic link.
///
/// # Errors
///
/// Those of [`setxattr`].
pub fn lsetxattr(path: impl PathArg, name: &CStr, value: &[u8], set: SetXattr) -> Result<()> {
    let (name, bytes, length) = (name.as_ptr(), value.as_ptr(), value.len());
    // SAFETY: the kernel reads the path, the name and the value.
    path.with_c_str(|path| unsafe { call_readonly!(LSETXATTR, path.as_ptr(), name, bytes, length, set.bits()) }.unit())
}

/// [`setxattr`] of a descriptor.
///
/// # Errors
///
/// Those of [`setxattr`], and
///
/// - `EBADF`: the descriptor is not open, or one of `PATH`.
pub fn fsetxattr(fd: impl AsFd, name: &CStr, value: &[u8], set: SetXattr) -> Result<()> {
    let (fd, name) = (fd.as_fd().as_raw_fd(), name.as_ptr());
    // SAFETY: the kernel reads the name and the value.
    unsafe { call_readonly!(FSETXATTR, fd, name, value.as_ptr(), value.len(), set.bits()) }.unit()
}

/// [`setxattr`] of a path that begins at a directory, or of a descriptor. Of the flags, `SYMLINK_NOFOLLOW` and `EMPTY_PATH`. Since
/// Linux 6.13.
///
/// # Errors
///
/// Those of [`setxattr`], and of [`getxattrat`] `EBADF`, `EINVAL` and `ENOSYS`.
pub fn setxattrat(
    directory: impl AsFd,
    path: impl PathArg,
    flags: AtFlags,
    name: &CStr,
    value: &[u8],
    set: SetXattr,
) -> Result<()> {
    let (args, size) = arguments(value.as_ptr().cast_mut(), value.len(), set);
    path.with_c_str(|path| {
        let (directory, path, flags) = (directory.as_fd().as_raw_fd(), path.as_ptr(), flags.bits());
        // SAFETY: the kernel reads the path, the name, the arguments, of the size that it is told, and the value.
        unsafe { call_readonly!(SETXATTRAT, directory, path, flags, name.as_ptr(), &raw const args, size) }.unit()
    })
}

/// The names of the attributes that the caller may see, each ended by a NUL. They have at most 64 KiB together.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `E2BIG`: they have more than 64 KiB.
/// - `EOPNOTSUPP`: the file system has none.
/// - `ERANGE`: the buffer is too small.
pub fn listxattr<'b>(path: impl PathArg, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path, and writes as `filled` says.
        filled(buffer, |memory, room| unsafe { call!(LISTXATTR, path.as_ptr(), memory, room) })
    })
}

/// [`listxattr`] that does not follow a symbolic link.
///
/// # Errors
///
/// Those of [`listxattr`].
pub fn llistxattr<'b>(path: impl PathArg, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path, and writes as `filled` says.
        filled(buffer, |memory, room| unsafe { call!(LLISTXATTR, path.as_ptr(), memory, room) })
    })
}

/// [`listxattr`] of a descriptor.
///
/// # Errors
///
/// Those of [`listxattr`], and
///
/// - `EBADF`: the descriptor is not open, or one of `PATH`.
pub fn flistxattr<'b>(fd: impl AsFd, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the kernel writes as `filled` says.
    filled(buffer, |memory, room| unsafe { call!(FLISTXATTR, fd, memory, room) })
}

/// [`listxattr`] of a path that begins at a directory, or of a descriptor. Of the flags, `SYMLINK_NOFOLLOW` and `EMPTY_PATH`. Since
/// Linux 6.13.
///
/// # Errors
///
/// Those of [`listxattr`], and of [`getxattrat`] `EBADF`, `EINVAL` and `ENOSYS`.
pub fn listxattrat<'b>(
    directory: impl AsFd,
    path: impl PathArg,
    flags: AtFlags,
    buffer: impl Into<Buffer<'b>>,
) -> Result<&'b mut [u8]> {
    path.with_c_str(|path| {
        let (directory, path, flags) = (directory.as_fd().as_raw_fd(), path.as_ptr(), flags.bits());
        // SAFETY: the kernel reads the path, and writes as `filled` says.
        filled(buffer, |memory, room| unsafe { call!(LISTXATTRAT, directory, path, flags, memory, room) })
    })
}

/// Removes an attribute.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EACCES`, `EOPNOTSUPP`, `EPERM`, `ERANGE`, `EROFS`: those of [`setxattr`].
/// - `ENODATA`: it is not there.
pub fn removexattr(path: impl PathArg, name: &CStr) -> Result<()> {
    // SAFETY: the kernel reads the path and the name.
    path.with_c_str(|path| unsafe { call_readonly!(REMOVEXATTR, path.as_ptr(), name.as_ptr()) }.unit())
}

/// [`removexattr`] that does not follow a symbolic link.
///
/// # Errors
///
/// Those of [`removexattr`].
pub fn lremovexattr(path: impl PathArg, name: &CStr) -> Result<()> {
    // SAFETY: the kernel reads the path and the name.
    path.with_c_str(|path| unsafe { call_readonly!(LREMOVEXATTR, path.as_ptr(), name.as_ptr()) }.unit())
}

/// [`removexattr`] of a descriptor.
///
/// # Errors
///
/// Those of [`removexattr`], and
///
/// - `EBADF`: the descriptor is not open, or one of `PATH`.
pub fn fremovexattr(fd: impl AsFd, name: &CStr) -> Result<()> {
    // SAFETY: the kernel reads the name.
    unsafe { call_readonly!(FREMOVEXATTR, fd.as_fd().as_raw_fd(), name.as_ptr()) }.unit()
}

/// [`removexattr`] of a path that begins at a directory, or of a descriptor. Of the flags, `SYMLINK_NOFOLLOW` and `EMPTY_PATH`. Since
/// Linux 6.13.
///
/// # Errors
///
/// Those of [`removexattr`], and of [`getxattrat`] `EBADF`, `EINVAL` and `ENOSYS`.
pub fn removexattrat(directory: impl AsFd, path: impl PathArg, flags: AtFlags, name: &CStr) -> Result<()> {
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path and the name.
        unsafe { call_readonly!(REMOVEXATTRAT, directory, path, flags.bits(), name.as_ptr()) }.unit()
    })
}

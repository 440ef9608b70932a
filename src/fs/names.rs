//! Names: made, removed, changed.

use super::Node;
use crate::abi::fcntl as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, RawFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::ffi::c_char;

flags! {
    /// How [`unlinkat`] removes.
    UnlinkFlags: u32 {
        /// An empty directory, and nothing else.
        #[doc(alias = "AT_REMOVEDIR")]
        #[doc(alias = "rmdir")]
        const REMOVEDIR = abi::AT_REMOVEDIR;
    }
}

flags! {
    /// How [`linkat`] understands the first path.
    LinkFlags: u32 {
        /// A symbolic link is followed.
        #[doc(alias = "AT_SYMLINK_FOLLOW")]
        const SYMLINK_FOLLOW = abi::AT_SYMLINK_FOLLOW;
        /// If the path is empty, it is the descriptor itself, which needs `CAP_DAC_READ_SEARCH`; since Linux 6.10 only if
        /// others have opened it. Since Linux 2.6.39.
        #[doc(alias = "AT_EMPTY_PATH")]
        const EMPTY_PATH = abi::AT_EMPTY_PATH;
    }
}

flags! {
    /// How [`renameat2`] renames.
    RenameFlags: u32 {
        /// Nothing is replaced: `EEXIST`.
        #[doc(alias = "RENAME_NOREPLACE")]
        const NOREPLACE = abi::RENAME_NOREPLACE;
        /// The two change places.
        #[doc(alias = "RENAME_EXCHANGE")]
        const EXCHANGE = abi::RENAME_EXCHANGE;
        /// A whiteout stays where the name was, for an overlay. Since Linux 3.18.
        #[doc(alias = "RENAME_WHITEOUT")]
        const WHITEOUT = abi::RENAME_WHITEOUT;
    }
}

/// Makes a directory with these permissions, of which the umask takes some.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EACCES`: the directory that it is to be in may not be written.
/// - `EDQUOT`, `ENOSPC`: there is no room for it.
/// - `EEXIST`: there is something of that name.
/// - `EMLINK`: the directory that it is to be in has as many as the file system allows.
/// - `EPERM`: the file system has no directories.
/// - `EROFS`: the file system is read only.
#[doc(alias = "mkdir")]
#[inline]
pub fn mkdirat(directory: impl AsFd, path: impl PathArg, mode: u32) -> Result<()> {
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path.
        unsafe { call_readonly!(MKDIRAT, directory.as_fd().as_raw_fd(), path.as_ptr(), mode) }.unit()
    })
}

/// Makes a file of any kind but a directory or a link, with these permissions, of which the umask takes some.
///
/// # Errors
///
/// Those of [`mkdirat`], and
///
/// - `EINVAL`: the number of a device is too large.
/// - `EPERM`: a device, and the caller lacks `CAP_MKNOD` in the first user namespace; or the file system does not have the kind.
#[doc(alias = "mknod")]
#[inline]
pub fn mknodat(directory: impl AsFd, path: impl PathArg, node: Node, mode: u32) -> Result<()> {
    let (kind, device) = node.to_kernel().ok_or(Errno::EINVAL)?;
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path.
        unsafe { call_readonly!(MKNODAT, directory, path, kind | mode & 0o7777, device) }.unit()
    })
}

/// Makes a symbolic link that says `target`, whatever that is.
///
/// # Errors
///
/// Those of [`mkdirat`], and
///
/// - `ENOENT`: `target` is empty.
/// - `EPERM`: the file system has no symbolic links.
#[doc(alias = "symlink")]
#[inline]
pub fn symlinkat(target: impl PathArg, directory: impl AsFd, path: impl PathArg) -> Result<()> {
    target.with_c_str(|target| {
        path.with_c_str(|path| {
            // SAFETY: the kernel reads both.
            unsafe { call_readonly!(SYMLINKAT, target.as_ptr(), directory.as_fd().as_raw_fd(), path.as_ptr()) }.unit()
        })
    })
}

/// Gives a file another name.
///
/// # Errors
///
/// Those of [`mkdirat`], and
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMLINK`: the file has as many names as the file system allows.
/// - `ENOENT`: the file has no name any more, and was not opened with `TMPFILE`; or the first path is empty, and without
///   `EMPTY_PATH` or what it needs.
/// - `EPERM`: a directory; or the file is another's and `/proc/sys/fs/protected_hardlinks` is 1; or an attribute of it forbids
///   it.
/// - `EXDEV`: the two are not in the same mount.
#[doc(alias = "link")]
#[inline]
pub fn linkat(
    from_directory: impl AsFd,
    from: impl PathArg,
    to_directory: impl AsFd,
    to: impl PathArg,
    flags: LinkFlags,
) -> Result<()> {
    two(from_directory, from, to_directory, to, |from_directory, from, to_directory, to| {
        // SAFETY: the kernel reads both paths.
        unsafe { call_readonly!(LINKAT, from_directory, from, to_directory, to, flags.bits()) }.unit()
    })
}

/// Removes a name; the file goes with the last one, when nobody has it open any more.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EACCES`: the directory that it is in may not be written.
/// - `EBUSY`: something is mounted there, or the system uses it.
/// - `EINVAL`: a flag that this kernel does not know; or `REMOVEDIR`, and the path ends with `.`.
/// - `EISDIR`: a directory, without `REMOVEDIR`.
/// - `ENOTDIR`: with `REMOVEDIR`: no directory.
/// - `ENOTEMPTY`: the directory is not empty.
/// - `EPERM`: the directory that it is in has the sticky bit, and neither belongs to the caller; or an attribute forbids it.
/// - `EROFS`: the file system is read only.
#[doc(alias = "unlink")]
#[inline]
pub fn unlinkat(directory: impl AsFd, path: impl PathArg, flags: UnlinkFlags) -> Result<()> {
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path.
        unsafe { call_readonly!(UNLINKAT, directory.as_fd().as_raw_fd(), path.as_ptr(), flags.bits()) }.unit()
    })
}

/// Renames; what has the new name is replaced. Since Linux 3.15.
///
/// # Errors
///
/// Those of [`unlinkat`], and
///
/// - `EDQUOT`, `ENOSPC`, `EMLINK`: those of [`mkdirat`].
/// - `EEXIST`: `NOREPLACE`, and there is something of that name.
/// - `EINVAL`: a directory would come to lie in itself; flags that make no sense, or that the file system does not have.
/// - `EISDIR`: a directory would be replaced by something else.
/// - `ENOENT`: `EXCHANGE`, and there is nothing of that name.
/// - `ENOTDIR`: something else would be replaced by a directory.
/// - `ENOTEMPTY`: a directory that is not empty would be replaced.
/// - `EPERM`: `WHITEOUT`, and the caller lacks `CAP_MKNOD` (before Linux 5.8).
/// - `EXDEV`: the two are not in the same mount.
#[doc(alias = "rename")]
#[inline]
pub fn renameat2(
    from_directory: impl AsFd,
    from: impl PathArg,
    to_directory: impl AsFd,
    to: impl PathArg,
    flags: RenameFlags,
) -> Result<()> {
    two(from_directory, from, to_directory, to, |from_directory, from, to_directory, to| {
        // SAFETY: the kernel reads both paths.
        unsafe { call_readonly!(RENAMEAT2, from_directory, from, to_directory, to, flags.bits()) }.unit()
    })
}

/// Makes a call with two paths and what they are relative to.
#[inline]
fn two(
    from_directory: impl AsFd,
    from: impl PathArg,
    to_directory: impl AsFd,
    to: impl PathArg,
    call: impl FnOnce(RawFd, *const c_char, RawFd, *const c_char) -> Result<()>,
) -> Result<()> {
    let (from_directory, to_directory) = (from_directory.as_fd(), to_directory.as_fd());
    from.with_c_str(|from| {
        to.with_c_str(|to| call(from_directory.as_raw_fd(), from.as_ptr(), to_directory.as_raw_fd(), to.as_ptr()))
    })
}

/// What a symbolic link says: as much as fits, so that only of less than the buffer it is known that this is all. 4,096 bytes
/// always are enough. If the path is empty, it is the link that the descriptor is (opened with `PATH` and `NOFOLLOW`).
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EINVAL`: not a symbolic link; or the buffer is empty.
/// - `ENOENT`: the path is empty, and the descriptor is no link.
#[doc(alias = "readlink")]
#[inline]
pub fn readlinkat<'b>(directory: impl AsFd, path: impl PathArg, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    let (mut buffer, directory) = (buffer.into(), directory.as_fd());
    path.with_c_str(|path| {
        let fill = |memory: *mut u8, capacity: usize| {
            let room = i32::try_from(capacity).unwrap_or(i32::MAX);
            // SAFETY: the kernel reads the path, writes at most as many bytes as there is room for, and says how many.
            unsafe { call!(READLINKAT, directory.as_raw_fd(), path.as_ptr(), memory, room) }.size()
        };
        // SAFETY: as many bytes are initialised as the kernel has written.
        unsafe { buffer.fill(fill) }
    })?;
    Ok(buffer.into_filled())
}

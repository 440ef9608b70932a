//! Permissions, owners, times.

use crate::abi::fcntl as abi;
use crate::abi::stat::{UTIME_NOW, UTIME_OMIT};
use crate::abi::time::__kernel_timespec;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use crate::path::PathArg;
use crate::time::Timespec;
use core::ptr;

flags! {
    /// How a path is understood.
    AtFlags: u32 {
        /// A symbolic link is not followed.
        #[doc(alias = "AT_SYMLINK_NOFOLLOW")]
        const SYMLINK_NOFOLLOW = abi::AT_SYMLINK_NOFOLLOW;
        /// If the path is empty, it is the descriptor itself.
        #[doc(alias = "AT_EMPTY_PATH")]
        const EMPTY_PATH = abi::AT_EMPTY_PATH;
        /// Nothing is mounted for it.
        #[doc(alias = "AT_NO_AUTOMOUNT")]
        const NO_AUTOMOUNT = abi::AT_NO_AUTOMOUNT;
        /// To [`statx`](super::statx): what a server says now.
        #[doc(alias = "AT_STATX_FORCE_SYNC")]
        const STATX_FORCE_SYNC = abi::AT_STATX_FORCE_SYNC;
        /// To [`statx`](super::statx): what is known here of a file on a server.
        #[doc(alias = "AT_STATX_DONT_SYNC")]
        const STATX_DONT_SYNC = abi::AT_STATX_DONT_SYNC;
    }
}

flags! {
    /// How [`faccessat2`] asks.
    AccessFlags: u32 {
        /// For the effective user and group, not the real ones.
        #[doc(alias = "AT_EACCESS")]
        const EACCESS = abi::AT_EACCESS;
        /// A symbolic link is not followed.
        #[doc(alias = "AT_SYMLINK_NOFOLLOW")]
        const SYMLINK_NOFOLLOW = abi::AT_SYMLINK_NOFOLLOW;
        /// If the path is empty, it is the descriptor itself.
        #[doc(alias = "AT_EMPTY_PATH")]
        const EMPTY_PATH = abi::AT_EMPTY_PATH;
    }
}

flags! {
    /// What somebody may do with a file. None of these: that it is there.
    #[doc(alias = "F_OK")]
    Access: u32 {
        /// To execute it, or to search a directory.
        #[doc(alias = "X_OK")]
        const EXECUTE = abi::X_OK;
        /// To write it.
        #[doc(alias = "W_OK")]
        const WRITE = abi::W_OK;
        /// To read it.
        #[doc(alias = "R_OK")]
        const READ = abi::R_OK;
    }
}

/// Sets the permissions of a file, and the bits for another user or group and the sticky one: `0o7777` at most. Since Linux 6.6.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `ENOSYS`: before Linux 6.6.
/// - `EOPNOTSUPP`: a symbolic link, which has no permissions.
/// - `EPERM`: the file is another's, and the caller lacks `CAP_FOWNER`; or an attribute forbids it.
/// - `EROFS`: the file system is read only.
#[doc(alias = "chmod")]
#[doc(alias = "fchmodat")]
#[inline]
pub fn fchmodat2(directory: impl AsFd, path: impl PathArg, mode: u32, flags: AtFlags) -> Result<()> {
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path.
        unsafe { call_readonly!(FCHMODAT2, directory, path, mode, flags.bits()) }.unit()
    })
}

/// Sets the owner and the group of a file; `None` leaves it as it is. The bits for another user or group are cleared.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EINVAL`: a flag that this kernel does not know; or the user or group has no number in the user namespace of the file
///   system.
/// - `EPERM`: the caller lacks `CAP_CHOWN`, without which the owner only sets a group that it is in; or an attribute forbids it.
/// - `EROFS`: the file system is read only.
#[doc(alias = "chown")]
#[doc(alias = "lchown")]
#[inline]
pub fn fchownat(
    directory: impl AsFd,
    path: impl PathArg,
    owner: Option<u32>,
    group: Option<u32>,
    flags: AtFlags,
) -> Result<()> {
    // No user and no group has the number -1.
    let (owner, group) = (owner.unwrap_or(u32::MAX), group.unwrap_or(u32::MAX));
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path.
        unsafe { call_readonly!(FCHOWNAT, directory, path, owner, group, flags.bits()) }.unit()
    })
}

/// What a time of a file is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetTime {
    /// Now.
    #[doc(alias = "UTIME_NOW")]
    Now,
    /// It stays.
    #[doc(alias = "UTIME_OMIT")]
    Omit,
    /// This, as far as the file system can hold it.
    At(Timespec),
}

impl SetTime {
    fn to_kernel(self) -> Result<__kernel_timespec> {
        Ok(match self {
            SetTime::Now => __kernel_timespec { tv_sec: 0, tv_nsec: UTIME_NOW },
            SetTime::Omit => __kernel_timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
            // So that none of the two is said by chance.
            SetTime::At(Timespec { sec, nsec: nsec @ 0..1_000_000_000 }) => {
                __kernel_timespec { tv_sec: sec, tv_nsec: nsec }
            }
            SetTime::At(_) => return Err(Errno::EINVAL),
        })
    }
}

/// Sets the times of the last access and of the last change of a file.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EACCES`: both are `Now`, and the file is another's and may not be written.
/// - `EINVAL`: the nanoseconds are a second or more, or negative; a flag that this kernel does not know.
/// - `EPERM`: a point in time, and the file is another's, and the caller lacks `CAP_FOWNER`; or an attribute forbids it.
/// - `EROFS`: the file system is read only.
#[doc(alias = "utimes")]
pub fn utimensat(
    directory: impl AsFd,
    path: impl PathArg,
    access: SetTime,
    change: SetTime,
    flags: AtFlags,
) -> Result<()> {
    let times = [access.to_kernel()?, change.to_kernel()?];
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path and two times.
        unsafe { call_readonly!(UTIMENSAT_TIME64, directory, path, times.as_ptr(), flags.bits()) }.unit()
    })
}

/// [`utimensat`] of a descriptor.
///
/// # Errors
///
/// Those of [`utimensat`], and
///
/// - `EBADF`: the descriptor is not open.
pub fn futimens(fd: impl AsFd, access: SetTime, change: SetTime) -> Result<()> {
    let times = [access.to_kernel()?, change.to_kernel()?];
    let (fd, path) = (fd.as_fd().as_raw_fd(), ptr::null::<u8>());
    // SAFETY: the kernel reads two times, and no path.
    unsafe { call_readonly!(UTIMENSAT_TIME64, fd, path, times.as_ptr(), 0) }.unit()
}

/// Whether somebody may do all of this with a file: the real user, unless a flag says otherwise. What holds now may not hold in
/// the next call. Since Linux 5.8.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EACCES`: something of it is not allowed.
/// - `EINVAL`: a bit or a flag that this kernel does not know.
/// - `ENOSYS`: before Linux 5.8.
/// - `EPERM`: to be written, and an attribute forbids it.
/// - `EROFS`: to be written, and the file system is read only.
#[doc(alias = "access")]
#[doc(alias = "faccessat")]
#[inline]
pub fn faccessat2(directory: impl AsFd, path: impl PathArg, access: Access, flags: AccessFlags) -> Result<()> {
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path.
        unsafe { call_readonly!(FACCESSAT2, directory, path, access.bits(), flags.bits()) }.unit()
    })
}

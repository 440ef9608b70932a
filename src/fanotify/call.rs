//! The calls.

use super::{InitFlags, MarkFlags, Mask, abi};
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, OpenFlags, OwnedFd};
use crate::path::PathArg;
use core::ptr;

/// Makes a group. `event_flags` are those that the files of its events are opened with: an access, and any of
/// `APPEND`, `DSYNC`, `LARGEFILE`, `NOATIME`, `NONBLOCK`, `SYNC`, `NO_CLOEXEC`. Where a register has 32 bits,
/// [`LARGEFILE`](OpenFlags::LARGEFILE) is needed for files of 2 GiB and more.
///
/// The descriptor reads events that own descriptors: [`Fanotify`](super::Fanotify) sees to these.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know, or that does not go with another:
///   - two classes;
///   - `CLASS_CONTENT` or `CLASS_PRE_CONTENT` with `REPORT_FID`, `REPORT_DIR_FID` or `REPORT_MNT`;
///   - `REPORT_NAME` without `REPORT_DIR_FID`;
///   - `REPORT_TARGET_FID` without `REPORT_FID`, `REPORT_DIR_FID` and `REPORT_NAME`;
///   - `REPORT_PIDFD` with `REPORT_TID`;
///   - `REPORT_MNT` with `REPORT_FID`, `REPORT_DIR_FID` or `REPORT_FD_ERROR`;
///   - any other flag among `event_flags`, or an access that is none.
/// - `EMFILE`: the user has as many groups as `/proc/sys/fs/fanotify/max_user_groups` allows, or the process as many
///   descriptors.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the kernel was built without it.
/// - `EPERM`: a capability is missing: see the flags.
///
/// Since Linux 2.6.37.
#[doc(alias = "fanotify_init")]
#[inline]
pub fn init(flags: InitFlags, event_flags: OpenFlags) -> Result<OwnedFd> {
    let flags = flags.bits() ^ abi::FAN_CLOEXEC;
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(FANOTIFY_INIT, flags, event_flags.to_kernel()).fd() }
}

/// Adds to a mark, takes from it, or removes all: see [`MarkFlags`]. The file has to be readable for the caller.
///
/// # Errors
///
/// - `EACCES`: the file may not be read, or a directory on the way not be searched.
/// - `EBADF`: the group's descriptor is not open, or the path is relative and the directory's is not.
/// - `EEXIST`: `EVICTABLE`, and the mark is one that is not; `IGNORED_MASK` on a mark with `IGNORE` (the other way round it
///   becomes one with `IGNORE`); `IGNORE` without `IGNORED_SURV_MODIFY` on a mark with it; `PRE_ACCESS` where there is
///   `ONDIR`, or the other way round.
/// - `EINVAL`:
///   - not a fanotify descriptor, or a flag or an event that this kernel does not know;
///   - none or more than one of `ADD`, `REMOVE` and `FLUSH`, or `FLUSH` with more than the kind of mark;
///   - an empty mask with `ADD` or `REMOVE`;
///   - a permission event in a group of class `NOTIF`, or `PRE_ACCESS` in one that is not of class `PRE_CONTENT`, or on
///     what is neither a file nor a directory, or with `ONDIR`;
///   - an event that needs handles in a group that does not report them, or on a mount; `RENAME` without `REPORT_NAME`;
///   - `FS_ERROR` on what is not a file system;
///   - events about mounts and others together, or on what is not a mount namespace, or without `REPORT_MNT`;
///   - `IGNORE` and `IGNORED_MASK` together; `IGNORE` on a mount or file system without `IGNORED_SURV_MODIFY`;
///   - `EVICTABLE` on what is not an inode;
///   - a permission event on a mount or file system that the kernel keeps for itself (pipes, sockets);
///   - a NUL inside the path.
/// - `EISDIR`: `IGNORE` without `IGNORED_SURV_MODIFY` on a directory.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENODEV`: a group that reports handles, and the file system has no id (FUSE). Since Linux 6.8 its inodes can be marked.
/// - `ENOENT`: no such file, or there is no mark to take from.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: the user has as many marks as `/proc/sys/fs/fanotify/max_user_marks` allows.
/// - `ENOSYS`: the kernel was built without it.
/// - `ENOTDIR`: `ONLYDIR`, and it is not a directory; or something on the way is not; or `RENAME`, or, with `IGNORE` or in a
///   group with `REPORT_TARGET_FID`, an event or flag that only directories have, on what is not one.
/// - `EOPNOTSUPP`: a group that reports handles, and the file system has none, or has such as open no file: mark inodes there,
///   since Linux 6.6; `PRE_ACCESS`, and the file system does not allow it.
/// - `EPERM`: a capability is missing: see the flags.
/// - `EXDEV`: a group that reports handles, and the file is on a part of the file system with an id of its own (a subvolume
///   of btrfs): mark inodes there. Or another mark of the group is on a file system with such parts.
///
/// Since Linux 2.6.37.
#[doc(alias = "fanotify_mark")]
#[inline]
pub fn mark(group: impl AsFd, flags: MarkFlags, mask: Mask, dir: impl AsFd, path: impl PathArg) -> Result<()> {
    path.with_c_str(|path| {
        let (group, dir) = (group.as_fd().as_raw_fd(), dir.as_fd().as_raw_fd());
        // SAFETY: the kernel reads the path up to its NUL.
        unsafe { call_readonly!(FANOTIFY_MARK, group, flags.bits(), mask.bits(), dir, path.as_ptr()) }.unit()
    })
}

/// [`mark`] of what a descriptor refers to: of any kind, not only a directory. (The working directory is the path `.`:
/// [`CWD`](crate::fd::CWD) alone gives `EBADF`, whatever the manual says.)
///
/// # Errors
///
/// Those of [`mark`], but for those of a path.
#[doc(alias = "fanotify_mark")]
#[inline]
pub fn mark_fd(group: impl AsFd, flags: MarkFlags, mask: Mask, fd: impl AsFd) -> Result<()> {
    let (group, fd) = (group.as_fd().as_raw_fd(), fd.as_fd().as_raw_fd());
    // SAFETY: the call has no pointer but null.
    unsafe { call_readonly!(FANOTIFY_MARK, group, flags.bits(), mask.bits(), fd, ptr::null::<u8>()) }.unit()
}

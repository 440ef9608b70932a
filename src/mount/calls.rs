//! The classic calls.

use crate::abi::mount as abi;
use crate::errno::Result;
use crate::flags::flags;
use crate::path::{OptionalPathArg, PathArg};

flags! {
    /// What [`mount`] is to do, and how what is mounted behaves.
    MountFlags: u32 {
        /// Nothing can be written.
        #[doc(alias = "MS_RDONLY")]
        const RDONLY = abi::MS_RDONLY;
        /// Set-user-id and set-group-id bits and file capabilities mean nothing when a program is executed.
        #[doc(alias = "MS_NOSUID")]
        const NOSUID = abi::MS_NOSUID;
        /// Device files cannot be opened.
        #[doc(alias = "MS_NODEV")]
        const NODEV = abi::MS_NODEV;
        /// No program can be executed.
        #[doc(alias = "MS_NOEXEC")]
        const NOEXEC = abi::MS_NOEXEC;
        /// A write ends when the bytes are on the disk, as if every file were open with `O_SYNC`. Of the file system, not
        /// of the mount.
        #[doc(alias = "MS_SYNCHRONOUS")]
        const SYNCHRONOUS = abi::MS_SYNCHRONOUS;
        /// Change the flags and the data of what is mounted on the target; with `BIND`, the flags of the mount alone.
        #[doc(alias = "MS_REMOUNT")]
        const REMOUNT = abi::MS_REMOUNT;
        /// Mandatory locks are permitted. Since Linux 5.15 it does nothing, but that the kernel logs a warning.
        #[doc(alias = "MS_MANDLOCK")]
        const MANDLOCK = abi::MS_MANDLOCK;
        /// What changes in a directory is on the disk when the call ends. Of the file system, not of the mount.
        #[doc(alias = "MS_DIRSYNC")]
        const DIRSYNC = abi::MS_DIRSYNC;
        /// Symbolic links are not followed, though they can be read. Since Linux 5.10.
        #[doc(alias = "MS_NOSYMFOLLOW")]
        const NOSYMFOLLOW = abi::MS_NOSYMFOLLOW;
        /// Access times are not kept.
        #[doc(alias = "MS_NOATIME")]
        const NOATIME = abi::MS_NOATIME;
        /// Access times of directories are not kept.
        #[doc(alias = "MS_NODIRATIME")]
        const NODIRATIME = abi::MS_NODIRATIME;
        /// Mount the source, a file or a directory, at the target too. See [`bind`](super::bind).
        #[doc(alias = "MS_BIND")]
        const BIND = abi::MS_BIND;
        /// Move the mount from the source to the target. See [`move_to`](super::move_to).
        #[doc(alias = "MS_MOVE")]
        const MOVE = abi::MS_MOVE;
        /// With `BIND` or a propagation type: for all mounts below, too.
        #[doc(alias = "MS_REC")]
        const REC = abi::MS_REC;
        /// The kernel logs less.
        #[doc(alias = "MS_SILENT")]
        const SILENT = abi::MS_SILENT;
        /// Access control lists count, where a file system leaves the choice.
        #[doc(alias = "MS_POSIXACL")]
        const POSIXACL = abi::MS_POSIXACL;
        /// Make the target private, and refuse to bind it.
        #[doc(alias = "MS_UNBINDABLE")]
        const UNBINDABLE = abi::MS_UNBINDABLE;
        /// Make the target private: mounts on it do not come from elsewhere, nor go there.
        #[doc(alias = "MS_PRIVATE")]
        const PRIVATE = abi::MS_PRIVATE;
        /// Make the target a slave: mounts on it come from its master, and do not go there.
        #[doc(alias = "MS_SLAVE")]
        const SLAVE = abi::MS_SLAVE;
        /// Make the target shared: mounts on it come from its peers, and go there.
        #[doc(alias = "MS_SHARED")]
        const SHARED = abi::MS_SHARED;
        /// Access times are kept roughly: if they are older than a day, or than the last change. It is the default.
        #[doc(alias = "MS_RELATIME")]
        const RELATIME = abi::MS_RELATIME;
        /// Each change of a file counts its version up. Of the file system, not of the mount.
        #[doc(alias = "MS_I_VERSION")]
        const I_VERSION = abi::MS_I_VERSION;
        /// Access times are kept exactly.
        #[doc(alias = "MS_STRICTATIME")]
        const STRICTATIME = abi::MS_STRICTATIME;
        /// Times are kept in memory, and written when there is something else to write, or after a day. Of the file system,
        /// not of the mount. Since Linux 4.0.
        #[doc(alias = "MS_LAZYTIME")]
        const LAZYTIME = abi::MS_LAZYTIME;
    }
}

flags! {
    /// How [`umount2`] unmounts.
    UmountFlags: u32 {
        /// Give up requests to a server that does not answer, which may lose data. Of NFS, FUSE and a few others.
        #[doc(alias = "MNT_FORCE")]
        const FORCE = abi::MNT_FORCE;
        /// Take the mount, and what is mounted below it, out of the tree at once; it ends when nobody uses it any more.
        #[doc(alias = "MNT_DETACH")]
        const DETACH = abi::MNT_DETACH;
        /// Unmount if nobody has used it since the last such call: see [`expire`](super::expire).
        #[doc(alias = "MNT_EXPIRE")]
        const EXPIRE = abi::MNT_EXPIRE;
        /// Do not follow the target if it is a symbolic link. Since Linux 2.6.34.
        #[doc(alias = "UMOUNT_NOFOLLOW")]
        const NOFOLLOW = abi::UMOUNT_NOFOLLOW;
    }
}

/// Mounts a file system, or changes or moves what is mounted: the flags say what. The source, the type and the data may be
/// `None`, as some of it means nothing: the source is a device for a file system that has one, the directory of
/// [`BIND`](MountFlags::BIND) and [`MOVE`](MountFlags::MOVE), and otherwise only a name to be shown. The data are options of
/// the file system, separated by commas; at most a page less one byte.
///
/// Functions in words: [`bind`](super::bind), [`move_to`](super::move_to), [`remount`](super::remount),
/// [`make_private`](super::make_private), …. What the kernel has to say of an error, [`FsContext`](super::FsContext) can
/// tell.
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched; a device that cannot be written, without
///   [`RDONLY`](MountFlags::RDONLY); the source is a device file on a mount with [`NODEV`](MountFlags::NODEV).
/// - `EBUSY`: the same source is mounted on top of the target already; it is in use, so that it cannot become read-only or be
///   mounted in another way.
/// - `EFAULT`: not from here.
/// - `EINVAL`: the source holds no such file system, or an option is unknown; `REMOUNT`, `MOVE` or a propagation type of
///   what is no mount; `MOVE` out of a shared mount, or of unbindable mounts into a shared one; `BIND` of
///   an unbindable mount, or, in a user namespace that is not the initial one, without `REC` of what has mounts that cover
///   something; several propagation types, or one with another flag than `REC` and `SILENT`; a NUL inside a string.
/// - `ELOOP`: too many symbolic links on the way; `MOVE` into itself, as is that of the root.
/// - `EMFILE`: the table of devices for file systems without one is full.
/// - `ENAMETOOLONG`: a path, or a part of one, is too long.
/// - `ENODEV`: the kernel has no such file system, or no type was given.
/// - `ENOENT`: no such file, or a path is empty.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: the namespace has as many mounts as `/proc/sys/fs/mount-max` allows (100,000).
/// - `ENOTBLK`: the source is no block device.
/// - `ENOTDIR`: something on the way is not a directory; the source and the target of `BIND` or `MOVE` are a directory and
///   none.
/// - `ENXIO`: there is no device for the device file.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace, or, for a file system that may
///   not be mounted by others, in the initial one; a flag that is locked is to be taken away.
/// - `EROFS`: as `EACCES`, of a device that cannot be written.
/// - and what the file system says.
#[inline]
pub fn mount(
    source: impl OptionalPathArg,
    target: impl PathArg,
    fstype: impl OptionalPathArg,
    flags: MountFlags,
    data: impl OptionalPathArg,
) -> Result<()> {
    source.with_pointer(|source| {
        target.with_c_str(|target| {
            let target = target.as_ptr();
            fstype.with_pointer(|fstype| {
                data.with_pointer(|data| {
                    // SAFETY: the kernel reads strings up to their NULs; it may look at what follows the data within a
                    // page, and makes nothing of it.
                    unsafe { call_readonly!(MOUNT, source, target, fstype, flags.bits(), data) }.unit()
                })
            })
        })
    })
}

/// Unmounts what is mounted on top of the target.
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EAGAIN`: [`EXPIRE`](UmountFlags::EXPIRE), and the mount is now marked: call again to unmount it.
/// - `EBUSY`: it is in use: a file on it is open, somebody's working directory is there, something is mounted below it.
/// - `EFAULT`: not from here.
/// - `EINVAL`: not a mount, or not one of the caller's mount namespace; the mount is locked, as it came from a namespace with
///   more privileges; `EXPIRE` with `DETACH` or `FORCE`; a flag that this kernel does not know; a NUL inside the path.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENOENT`: no such file, or the path is empty.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTDIR`: something on the way is not a directory.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace; `FORCE` without it in the
///   one that the file system was mounted in.
#[doc(alias = "umount")]
#[inline]
pub fn umount2(target: impl PathArg, flags: UmountFlags) -> Result<()> {
    // SAFETY: the kernel reads the path up to its NUL.
    target.with_c_str(|target| unsafe { call_readonly!(UMOUNT2, target.as_ptr(), flags.bits()) }.unit())
}

/// Makes a mount the root of the mount namespace, and moves what was the root to a directory below it. Every process of the
/// namespace that has the old root as its root or working directory gets the new one. To be rid of the old root, see
/// [`pivot_into`](super::pivot_into).
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EBUSY`: either directory is on the mount that is the root now.
/// - `EFAULT`: not from here.
/// - `EINVAL`: the new root is not a mount; the old root's place is not at or below it; the caller's root is not a
///   mount (it has called `chroot`), or is the initial ramfs of an older kernel; the mount of the old root's place is
///   shared, or one that the new or the old root is on; a NUL inside a path.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: a path, or a part of one, is too long.
/// - `ENOENT`: no such directory, or a path is empty, or a directory is removed.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTDIR`: either is not a directory, or something on the way is not.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace.
#[inline]
pub fn pivot_root(new_root: impl PathArg, put_old: impl PathArg) -> Result<()> {
    new_root.with_c_str(|new_root| {
        put_old.with_c_str(|put_old| {
            // SAFETY: the kernel reads both paths up to their NULs.
            unsafe { call_readonly!(PIVOT_ROOT, new_root.as_ptr(), put_old.as_ptr()) }.unit()
        })
    })
}

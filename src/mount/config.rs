//! The calls that make a file system step by step.

use super::AttrFlags;
use crate::abi::mount as abi;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::ptr;

flags! {
    /// How [`fsopen`] makes a context. It is closed over `exec` unless asked otherwise.
    FsopenFlags: u32 {
        /// The descriptor stays open over `exec`. (The kernel's flag, `FSOPEN_CLOEXEC`, is given unless this is.)
        #[doc(alias = "FSOPEN_CLOEXEC")]
        const NO_CLOEXEC = abi::FSOPEN_CLOEXEC;
    }
}

flags! {
    /// How [`fspick`] understands the path. The descriptor is closed over `exec` unless asked otherwise.
    FspickFlags: u32 {
        /// The descriptor stays open over `exec`. (The kernel's flag, `FSPICK_CLOEXEC`, is given unless this is.)
        #[doc(alias = "FSPICK_CLOEXEC")]
        const NO_CLOEXEC = abi::FSPICK_CLOEXEC;
        /// A symbolic link as the last part of the path is not followed.
        #[doc(alias = "FSPICK_SYMLINK_NOFOLLOW")]
        const SYMLINK_NOFOLLOW = abi::FSPICK_SYMLINK_NOFOLLOW;
        /// An automounter at the last part of the path is not set off.
        #[doc(alias = "FSPICK_NO_AUTOMOUNT")]
        const NO_AUTOMOUNT = abi::FSPICK_NO_AUTOMOUNT;
        /// If the path is empty, the descriptor itself is meant.
        #[doc(alias = "FSPICK_EMPTY_PATH")]
        const EMPTY_PATH = abi::FSPICK_EMPTY_PATH;
    }
}

flags! {
    /// What [`fsmount`] gives. It is closed over `exec` unless asked otherwise.
    FsmountFlags: u32 {
        /// The descriptor stays open over `exec`. (The kernel's flag, `FSMOUNT_CLOEXEC`, is given unless this is.)
        #[doc(alias = "FSMOUNT_CLOEXEC")]
        const NO_CLOEXEC = abi::FSMOUNT_CLOEXEC;
        /// A mount namespace whose root is the root file system of the kernel with the new mount on top, instead of the mount.
        /// Since Linux 7.1.
        #[doc(alias = "FSMOUNT_NAMESPACE")]
        const NAMESPACE = abi::FSMOUNT_NAMESPACE;
    }
}

/// Makes a context for a new file system of this type. Since Linux 5.2.
///
/// # Errors
///
/// - `EFAULT`: not from here.
/// - `EINVAL`: a flag that this kernel does not know; a NUL inside the type.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENODEV`: the kernel has no such file system.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace.
#[inline]
pub fn fsopen(fstype: impl PathArg, flags: FsopenFlags) -> Result<OwnedFd> {
    let flags = flags.bits() ^ abi::FSOPEN_CLOEXEC;
    // SAFETY: the kernel reads the name up to its NUL, and gives a new descriptor.
    fstype.with_c_str(|fstype| unsafe { call_readonly!(FSOPEN, fstype.as_ptr(), flags).fd() })
}

/// Makes a context for a file system that is mounted, to change its options. The path has to lead to where it is mounted. Since
/// Linux 5.2.
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EBADF`: the descriptor is not open, and the path is relative or empty.
/// - `EINVAL`: not a mount; a flag that this kernel does not know; a NUL inside the path.
/// - `ELOOP`: too many symbolic links on the way.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOENT`: no such file, or the path is empty, without `EMPTY_PATH`.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTDIR`: something on the way is not a directory.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace.
#[inline]
pub fn fspick(directory: impl AsFd, path: impl PathArg, flags: FspickFlags) -> Result<OwnedFd> {
    let (directory, flags) = (directory.as_fd().as_raw_fd(), flags.bits() ^ abi::FSPICK_CLOEXEC);
    // SAFETY: the kernel reads the path up to its NUL, and gives a new descriptor.
    path.with_c_str(|path| unsafe { call_readonly!(FSPICK, directory, path.as_ptr(), flags).fd() })
}

/// Sets an option that has no value. Since Linux 5.2, as all of `fsconfig`.
///
/// # Errors
///
/// Of all kinds of options, and of the commands where they apply:
///
/// - `EBADF`: a descriptor is not open.
/// - `EBUSY`: the context is past this step, or a step has failed.
/// - `EINVAL`: the option is unknown, its value wrong, or it takes another kind of value; an option's name or a string of more
///   than 255 bytes, or binary data of more than 1 MiB or none; not a context; a NUL inside a string. The context has a message
///   if it is the option: see [`FsContext::read_messages`](super::FsContext::read_messages).
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EOPNOTSUPP`: the file system does not take this kind of value or this command.
/// - and what the file system says.
#[doc(alias = "fsconfig")]
#[doc(alias = "FSCONFIG_SET_FLAG")]
#[inline]
pub fn fsconfig_set_flag(fs: impl AsFd, key: impl PathArg) -> Result<()> {
    let (fs, nothing) = (fs.as_fd().as_raw_fd(), ptr::null::<u8>());
    key.with_c_str(|key| {
        // SAFETY: the kernel reads the name up to its NUL.
        unsafe { call_readonly!(FSCONFIG, fs, abi::FSCONFIG_SET_FLAG, key.as_ptr(), nothing, 0) }.unit()
    })
}

/// Sets an option to a string. `source` is one: the device, or the name to be shown.
///
/// # Errors
///
/// Those of [`fsconfig_set_flag`].
#[doc(alias = "FSCONFIG_SET_STRING")]
#[inline]
pub fn fsconfig_set_string(fs: impl AsFd, key: impl PathArg, value: impl PathArg) -> Result<()> {
    set_c_strings(fs, abi::FSCONFIG_SET_STRING, key, value, 0)
}

/// Sets an option to bytes: 1 to 1,048,576 of them.
///
/// # Errors
///
/// Those of [`fsconfig_set_flag`].
#[doc(alias = "FSCONFIG_SET_BINARY")]
#[inline]
pub fn fsconfig_set_binary(fs: impl AsFd, key: impl PathArg, value: &[u8]) -> Result<()> {
    let fs = fs.as_fd().as_raw_fd();
    let length = i32::try_from(value.len()).map_err(|_| Errno::EINVAL)?;
    key.with_c_str(|key| {
        // SAFETY: the kernel reads the name up to its NUL, and as many bytes as are there.
        unsafe { call_readonly!(FSCONFIG, fs, abi::FSCONFIG_SET_BINARY, key.as_ptr(), value.as_ptr(), length) }.unit()
    })
}

/// Sets an option to what a path leads to, which begins at a directory.
///
/// # Errors
///
/// Those of [`fsconfig_set_flag`], and
///
/// - `ENAMETOOLONG`: the path is too long.
/// - `ENOENT`: the path is empty.
/// - and what the file system says of a path that leads nowhere; of ext4 it is `EINVAL`.
#[doc(alias = "FSCONFIG_SET_PATH")]
#[inline]
pub fn fsconfig_set_path(fs: impl AsFd, key: impl PathArg, directory: impl AsFd, path: impl PathArg) -> Result<()> {
    set_c_strings(fs, abi::FSCONFIG_SET_PATH, key, path, directory.as_fd().as_raw_fd())
}

/// Sets an option to what a descriptor stands for, as a path: the empty path that begins there.
///
/// # Errors
///
/// Those of [`fsconfig_set_path`].
#[doc(alias = "FSCONFIG_SET_PATH_EMPTY")]
#[inline]
pub fn fsconfig_set_path_empty(fs: impl AsFd, key: impl PathArg, fd: impl AsFd) -> Result<()> {
    set_c_strings(fs, abi::FSCONFIG_SET_PATH_EMPTY, key, c"", fd.as_fd().as_raw_fd())
}

/// Sets an option to a descriptor.
///
/// # Errors
///
/// Those of [`fsconfig_set_flag`].
#[doc(alias = "FSCONFIG_SET_FD")]
#[inline]
pub fn fsconfig_set_fd(fs: impl AsFd, key: impl PathArg, fd: impl AsFd) -> Result<()> {
    let (fs, nothing, fd) = (fs.as_fd().as_raw_fd(), ptr::null::<u8>(), fd.as_fd().as_raw_fd());
    key.with_c_str(|key| {
        // SAFETY: the kernel reads the name up to its NUL.
        unsafe { call_readonly!(FSCONFIG, fs, abi::FSCONFIG_SET_FD, key.as_ptr(), nothing, fd) }.unit()
    })
}

#[inline]
fn set_c_strings(fs: impl AsFd, command: u32, key: impl PathArg, value: impl PathArg, aux: i32) -> Result<()> {
    let fs = fs.as_fd().as_raw_fd();
    key.with_c_str(|key| {
        value.with_c_str(|value| {
            // SAFETY: the kernel reads the name and the value up to their NULs.
            unsafe { call_readonly!(FSCONFIG, fs, command, key.as_ptr(), value.as_ptr(), aux) }.unit()
        })
    })
}

/// Makes the file system, or finds the one that is there: the same device, for example, is one file system however often it is
/// mounted, and options that do not fit it are ignored.
///
/// # Errors
///
/// Those of [`fsconfig_set_flag`] and of [`mount`](super::mount()), as the file system says them. After an error the context is
/// of no more use but for its messages.
#[doc(alias = "FSCONFIG_CMD_CREATE")]
#[inline]
pub fn fsconfig_create(fs: impl AsFd) -> Result<()> {
    command(fs, abi::FSCONFIG_CMD_CREATE)
}

/// Makes the file system, and fails if it is there already. Since Linux 6.6.
///
/// # Errors
///
/// Those of [`fsconfig_create`], and
///
/// - `EBUSY`: it is there already.
/// - `EOPNOTSUPP`: this file system, or this kernel, cannot tell.
#[doc(alias = "FSCONFIG_CMD_CREATE_EXCL")]
#[inline]
pub fn fsconfig_create_excl(fs: impl AsFd) -> Result<()> {
    command(fs, abi::FSCONFIG_CMD_CREATE_EXCL)
}

/// Applies the options to the file system that was picked.
///
/// # Errors
///
/// Those of [`fsconfig_set_flag`], and
///
/// - `EBUSY`: a file is open for writing, and it is to become read-only.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace that it was mounted in.
/// - and what the file system says.
#[doc(alias = "FSCONFIG_CMD_RECONFIGURE")]
#[inline]
pub fn fsconfig_reconfigure(fs: impl AsFd) -> Result<()> {
    command(fs, abi::FSCONFIG_CMD_RECONFIGURE)
}

#[inline]
fn command(fs: impl AsFd, command: u32) -> Result<()> {
    let (fs, nothing) = (fs.as_fd().as_raw_fd(), ptr::null::<u8>());
    // SAFETY: both pointers are null, as the command wants.
    unsafe { call_readonly!(FSCONFIG, fs, command, nothing, nothing, 0) }.unit()
}

/// Mounts the file system that a context has created, without attaching the mount anywhere: [`move_mount`](super::move_mount)
/// does. What is never attached is unmounted when the descriptor is closed. Since Linux 5.2.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EBUSY`: the context has been mounted already.
/// - `EINVAL`: not a context, or nothing is created; a flag or an attribute that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace; mandatory locks without it in the
///   initial one; or the mount would show more of `proc` or `sysfs` than the namespace sees of it.
#[inline]
pub fn fsmount(fs: impl AsFd, flags: FsmountFlags, attr: AttrFlags) -> Result<OwnedFd> {
    let attr = u32::try_from(attr.bits()).map_err(|_| Errno::EINVAL)?;
    let flags = flags.bits() ^ abi::FSMOUNT_CLOEXEC;
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(FSMOUNT, fs.as_fd().as_raw_fd(), flags, attr).fd() }
}

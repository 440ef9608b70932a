//! What identifies a file on the whole system: its file system's id and its handle.

use super::{FileHandle, Handle, HandleFlags, name_to_handle_at};
use crate::abi::statfs::statfs64;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, OpenFlags, OwnedFd};
use crate::path::PathArg;
use core::mem::MaybeUninit;

/// The id of a file system, as `statfs(2)` and fanotify's events tell it. 0 if it has none.
#[doc(alias = "fsid_t")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fsid([i32; 2]);

impl Fsid {
    /// One by its numbers.
    #[inline]
    pub const fn new(val: [i32; 2]) -> Fsid {
        Fsid(val)
    }

    /// The numbers.
    #[inline]
    pub const fn val(self) -> [i32; 2] {
        self.0
    }
}

/// The id of the file system that a descriptor's file is on. A descriptor opened with [`OpenFlags::PATH`] will do.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran.
/// - `EIO`: the file system could not be read.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the file system does not tell.
#[doc(alias = "fstatfs")]
pub fn fsid(fd: impl AsFd) -> Result<Fsid> {
    let mut statfs = MaybeUninit::<statfs64>::uninit();
    // SAFETY: the kernel writes one struct.
    unsafe { fstatfs(fd.as_fd().as_raw_fd(), statfs.as_mut_ptr()) }?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(Fsid(unsafe { statfs.assume_init() }.f_fsid))
}

/// # Safety
///
/// The struct may be written.
#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
#[inline]
unsafe fn fstatfs(fd: i32, statfs: *mut statfs64) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { call!(FSTATFS, fd, statfs) }.unit()
}

/// # Safety
///
/// The struct may be written.
#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
#[inline]
unsafe fn fstatfs(fd: i32, statfs: *mut statfs64) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { call!(FSTATFS64, fd, size_of::<statfs64>(), statfs) }.unit()
}

/// What identifies a file: the id of its file system, and its handle there. Two paths with the same one lead to the same
/// file. It is plain data of 144 bytes, and the key for whoever keeps something of files: fanotify's events have it in
/// their records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fid {
    fsid: Fsid,
    handle: FileHandle,
}

impl Fid {
    /// One of its parts.
    #[inline]
    pub fn new<'h>(fsid: Fsid, handle: impl Into<Handle<'h>>) -> Fid {
        Fid { fsid, handle: FileHandle::from(handle.into()) }
    }

    /// That of an open file, the same as fanotify tells of it.
    ///
    /// # Errors
    ///
    /// Those of [`fsid`] and [`name_to_handle_at`], above all
    ///
    /// - `EOPNOTSUPP`: the file system has no handles.
    pub fn of(fd: impl AsFd) -> Result<Fid> {
        let flags = HandleFlags::EMPTY_PATH;
        let handle = match name_to_handle_at(&fd, c"", flags | HandleFlags::FID) {
            // Kernels before 6.5 do not know the flag; where they give a handle it is the same.
            Err(Errno::EINVAL) => name_to_handle_at(&fd, c"", flags),
            handle => handle,
        };
        let (handle, _) = handle?;
        Ok(Fid { fsid: fsid(fd)?, handle })
    }

    /// That of a path. If it names a symbolic link, it is that of the link.
    ///
    /// # Errors
    ///
    /// Those of `open(2)` and of [`Fid::of`].
    pub fn of_path(dir: impl AsFd, path: impl PathArg) -> Result<Fid> {
        let file = path.with_c_str(|path| {
            let flags = OpenFlags::PATH | OpenFlags::NOFOLLOW;
            // SAFETY: the kernel reads the path up to its NUL, and gives a new descriptor.
            let file: Result<OwnedFd> =
                unsafe { call_readonly!(OPENAT, dir.as_fd().as_raw_fd(), path.as_ptr(), flags.to_kernel(), 0).fd() };
            file
        })?;
        Fid::of(file)
    }

    /// The id of the file system.
    #[inline]
    pub const fn fsid(&self) -> Fsid {
        self.fsid
    }

    /// The handle.
    #[inline]
    pub const fn handle(&self) -> &FileHandle {
        &self.handle
    }
}

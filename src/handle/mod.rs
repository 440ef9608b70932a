//! File handles: the name of a file that stays the same when it is renamed.
//!
//! ```
//! use butter::fd::{CWD, OpenFlags};
//! use butter::handle::{Fid, HandleFlags, name_to_handle_at, open_by_handle_at};
//! use std::fs::{File, rename};
//!
//! # let directory = std::env::temp_dir().join(format!("butter-doc-handle-{}", std::process::id()));
//! # std::fs::create_dir(&directory)?;
//! let (old, new) = (directory.join("old"), directory.join("new"));
//! std::fs::write(&old, "what is in it")?;
//! let (handle, _mount) = name_to_handle_at(CWD, &old, HandleFlags::empty())?;
//!
//! rename(&old, &new)?;
//! let mount = File::open(&directory)?;
//! let opened = match open_by_handle_at(&mount, &handle, OpenFlags::RDONLY) {
//!     // It takes CAP_DAC_READ_SEARCH.
//!     Err(butter::Errno::EPERM) => File::open(&new)?,
//!     opened => File::from(opened?),
//! };
//! assert_eq!(std::io::read_to_string(&opened)?, "what is in it");
//!
//! // What is the same file on the same file system has the same `Fid`, and can be looked up by it.
//! assert_eq!(Fid::of(&opened)?, Fid::of_path(CWD, &new)?);
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What to know
//!
//! - A [`FileHandle`] is plain data of a fixed size: it can be stored, sent, and opened by another process, as long as
//!   the file system is the same one. A [`Handle`] is one that stands in somebody else's bytes, such as an event of
//!   fanotify.
//! - It says nothing of the file system. A [`Fid`], which is the file system's id as well, is what to look up a file by.
//! - **Not every file system has them**: of one without (`EOPNOTSUPP`) [`HandleFlags::FID`] gives a handle that identifies the
//!   file all the same, but does not open it.
//! - **A file that is gone** has a handle that is stale (`ESTALE`); its inode may be used again, its handle is not.
//! - **Not only files**: a namespace and a process have handles too. Those are opened relative to [`NSFS_ROOT`] and
//!   [`PIDFS_ROOT`].
//!
//! See `name_to_handle_at(2)`, `open_by_handle_at(2)`, `statfs(2)`.

mod fid;
mod path;

pub use fid::{Fid, Fsid, fsid};
pub use path::{FilePath, path};

use crate::abi::fcntl::AT_EMPTY_PATH;
use crate::abi::file_handle as abi;
use crate::errno::{Errno, Result};
use crate::event::{Record, field};
use crate::fd::{AsFd, AsRawFd, BorrowedFd, OpenFlags, OwnedFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::{fmt, hash, mem::offset_of};

const HEADER: usize = size_of::<abi::file_handle>();

/// The root of the file system of processes, for [`open_by_handle_at`]: a pidfd has a handle, and it opens one of the
/// same process. Since Linux 6.17.
#[doc(alias = "FD_PIDFS_ROOT")]
// SAFETY: the number is no descriptor, so nobody can close it.
pub const PIDFS_ROOT: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(abi::FD_PIDFS_ROOT) };

/// The root of the file system of namespaces, for [`open_by_handle_at`]: the handle of a file in `/proc/PID/ns` opens the
/// namespace. Since Linux 6.18.
#[doc(alias = "FD_NSFS_ROOT")]
// SAFETY: the number is no descriptor, so nobody can close it.
pub const NSFS_ROOT: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(abi::FD_NSFS_ROOT) };

flags! {
    /// Of which file a handle is wanted, and of what kind.
    HandleFlags: u32 {
        /// If the path is empty, of the descriptor itself.
        #[doc(alias = "AT_EMPTY_PATH")]
        const EMPTY_PATH = AT_EMPTY_PATH;
        /// If the path names a symbolic link, of what it points to; without, of the link.
        #[doc(alias = "AT_SYMLINK_FOLLOW")]
        const SYMLINK_FOLLOW = abi::AT_SYMLINK_FOLLOW;
        /// A handle that identifies the file, even if it cannot be opened by it: fanotify's are of this kind. Since Linux
        /// 6.5.
        #[doc(alias = "AT_HANDLE_FID")]
        const FID = abi::AT_HANDLE_FID;
        /// The mount's id is [`MountId::Unique`]. Since Linux 6.12.
        #[doc(alias = "AT_HANDLE_MNT_ID_UNIQUE")]
        const MNT_ID_UNIQUE = abi::AT_HANDLE_MNT_ID_UNIQUE;
        /// A handle that also knows the directory, so that what it opens has a path. Not with `EMPTY_PATH` and not with
        /// `FID`. Since Linux 6.13.
        #[doc(alias = "AT_HANDLE_CONNECTABLE")]
        const CONNECTABLE = abi::AT_HANDLE_CONNECTABLE;
    }
}

/// The number of a mount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MountId {
    /// The one in `/proc/self/mountinfo`. When the mount is gone, another may get it.
    Reused(i32),
    /// The one that no other mount gets as long as the system runs: `statmount(2)` takes it, and fanotify's events about
    /// mounts tell it. Since Linux 6.8.
    Unique(u64),
}

impl MountId {
    /// Of what the kernel has written: 8 bytes, or the first 4 of them.
    #[inline]
    fn of(written: u64, flags: HandleFlags) -> MountId {
        match flags.contains(HandleFlags::MNT_ID_UNIQUE) {
            true => MountId::Unique(written),
            false => MountId::Reused(i32::from_ne_bytes(field(&written.to_ne_bytes(), 0))),
        }
    }
}

/// A handle in somebody else's bytes: a number that says of what type it is, and up to 128 bytes that only the file
/// system understands.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handle<'a> {
    /// The header, and behind it as many bytes as it says.
    record: &'a [u8],
}

impl<'a> Handle<'a> {
    /// The type of the handle, as the file system numbers it. Higher bits are flags of the kernel's.
    #[inline]
    pub fn kind(&self) -> i32 {
        i32::from_ne_bytes(field(self.record, offset_of!(abi::file_handle, handle_type)))
    }

    /// What the file system knows it by: up to 128 bytes. None in an event that is about no file, such as an error of a
    /// whole file system.
    #[inline]
    pub fn bytes(&self) -> &'a [u8] {
        self.record.get(HEADER..).unwrap_or_default()
    }

    /// The whole of it as the kernel has it, to be stored: the length of [`bytes`](Self::bytes), the type, the bytes.
    /// `Handle::parse` reads it back.
    #[inline]
    pub fn record(&self) -> &'a [u8] {
        self.record
    }
}

impl<'a> Record<'a> for Handle<'a> {
    /// A handle of more than 128 bytes is none.
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Handle<'a>> {
        let header = bytes.first_chunk::<HEADER>()?;
        let length = u32::from_ne_bytes(field(header, offset_of!(abi::file_handle, handle_bytes))) as usize;
        if length > abi::MAX_HANDLE_SZ {
            return None;
        }
        let (record, rest) = bytes.split_at_checked(HEADER.saturating_add(length))?;
        *bytes = rest;
        Some(Handle { record })
    }
}

/// A handle of one's own: 136 bytes, and the longest there is fits.
#[doc(alias = "file_handle")]
#[derive(Clone, Copy)]
pub struct FileHandle {
    /// The header, which says at most 128, and the bytes.
    record: [u8; HEADER + abi::MAX_HANDLE_SZ],
}

impl FileHandle {
    /// A handle of its parts.
    ///
    /// # Errors
    ///
    /// - `EINVAL`: more than 128 bytes.
    pub fn new(kind: i32, bytes: &[u8]) -> Result<FileHandle> {
        let mut handle = FileHandle::with(bytes.len(), kind);
        let room = handle.record.get_mut(HEADER..).and_then(|room| room.get_mut(..bytes.len()));
        room.ok_or(Errno::EINVAL)?.copy_from_slice(bytes);
        Ok(handle)
    }

    /// Room for a handle of that many bytes.
    fn with(length: usize, kind: i32) -> FileHandle {
        let mut record = [0; HEADER + abi::MAX_HANDLE_SZ];
        let header = (length as u32).to_ne_bytes().into_iter().chain(kind.to_ne_bytes());
        record.iter_mut().zip(header).for_each(|(to, from)| *to = from);
        FileHandle { record }
    }

    /// The handle as it is lent.
    #[inline]
    pub fn as_handle(&self) -> Handle<'_> {
        let mut bytes = self.record.as_slice();
        // It always is one: the length is never more than there is room.
        Handle::parse(&mut bytes).unwrap_or(Handle { record: &self.record })
    }

    /// [`Handle::kind`].
    #[inline]
    pub fn kind(&self) -> i32 {
        self.as_handle().kind()
    }

    /// [`Handle::bytes`].
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.as_handle().bytes()
    }
}

impl From<Handle<'_>> for FileHandle {
    #[inline]
    fn from(handle: Handle<'_>) -> FileHandle {
        let mut record = [0; HEADER + abi::MAX_HANDLE_SZ];
        // A handle is no longer than that.
        if let Some(room) = record.get_mut(..handle.record.len()) {
            room.copy_from_slice(handle.record);
        }
        FileHandle { record }
    }
}

impl<'a> From<&'a FileHandle> for Handle<'a> {
    #[inline]
    fn from(handle: &'a FileHandle) -> Handle<'a> {
        handle.as_handle()
    }
}

impl PartialEq for FileHandle {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_handle() == other.as_handle()
    }
}

impl Eq for FileHandle {}

impl hash::Hash for FileHandle {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.as_handle().hash(state);
    }
}

impl fmt::Debug for Handle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle(type {:#x}, ", self.kind())?;
        self.bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

impl fmt::Debug for FileHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("File")?;
        self.as_handle().fmt(f)
    }
}

/// Gives the handle of a path, and the mount that the path leads to.
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EBADF`: the path is relative, and the descriptor is not open.
/// - `EINVAL`: a flag that this kernel does not know, or `CONNECTABLE` with `EMPTY_PATH` or `FID`; a NUL inside the path.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENOENT`: no such file, or the path is empty and `EMPTY_PATH` is not given.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTDIR`: something on the way is not a directory, or the descriptor is none.
/// - `EOPNOTSUPP`: the file system has no handles, or none of this kind.
/// - `EOVERFLOW`: this file has no handle, although its file system has (a mount point that would be mounted
///   automatically). It never says that there is no room: the longest handle fits.
///
/// Since Linux 2.6.39.
pub fn name_to_handle_at(dir: impl AsFd, path: impl PathArg, flags: HandleFlags) -> Result<(FileHandle, MountId)> {
    path.with_c_str(|path| {
        let dir = dir.as_fd().as_raw_fd();
        let mut handle = FileHandle::with(abi::MAX_HANDLE_SZ, 0);
        let mut id = 0_u64;
        let (record, mount) = (handle.record.as_mut_ptr(), &raw mut id);
        // SAFETY: the kernel reads the path up to its NUL and the header, and writes not more than the 128 bytes that this
        // says behind it, and an id of 4 or 8 bytes.
        unsafe { call!(NAME_TO_HANDLE_AT, dir, path.as_ptr(), record, mount, flags.bits()) }.unit()?;
        Ok((handle, MountId::of(id, flags)))
    })
}

/// Opens the file of a handle. `mount` is any file of the file system: what is opened is seen through the same mount.
///
/// It takes the capability `CAP_DAC_READ_SEARCH` of the initial user namespace. Since Linux 6.11 that of one's own user
/// namespace is enough for a directory ([`OpenFlags::DIRECTORY`]) if one also has `CAP_SYS_ADMIN` over the file system, or
/// over the mount namespace and the file is below `mount`.
///
/// # Errors
///
/// - `EBADF`: `mount` is not open.
/// - `EINVAL`: the handle has no bytes, or a type whose higher bits this kernel does not know.
/// - `ELOOP`: the file is a symbolic link, and [`OpenFlags::PATH`] is not given.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTDIR`: [`OpenFlags::DIRECTORY`], and it is not a directory.
/// - `EPERM`: the capability is missing.
/// - `ESTALE`: the file is gone, or the handle is none of this file system's, or the file system opens none.
/// - and those of `open(2)`: `EACCES`, `EISDIR`, `EROFS`, `ETXTBSY`, …
///
/// Since Linux 2.6.39.
#[inline]
pub fn open_by_handle_at<'h>(mount: impl AsFd, handle: impl Into<Handle<'h>>, flags: OpenFlags) -> Result<OwnedFd> {
    let (mount, record) = (mount.as_fd().as_raw_fd(), handle.into().record);
    // SAFETY: the kernel reads the header and as many bytes behind it as it says, all of which are there. It copies them,
    // at any alignment. What it gives is a new descriptor.
    unsafe { call_readonly!(OPEN_BY_HANDLE_AT, mount, record.as_ptr(), flags.to_kernel()).fd() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_its_parts() {
        for length in 0..=128 {
            let bytes = &[7; 128][..length];
            let handle = FileHandle::new(-3, bytes).unwrap();
            assert_eq!((handle.kind(), handle.bytes()), (-3, bytes));
            let mut record = handle.as_handle().record();
            assert_eq!(record.len(), 8 + length);
            assert_eq!(Handle::parse(&mut record).map(FileHandle::from), Some(handle));
            assert!(record.is_empty());
        }
        assert_eq!(FileHandle::new(0, &[0; 129]), Err(Errno::EINVAL));
    }

    #[test]
    fn a_mount_id_has_64_bits_or_the_first_32() {
        let written = u64::from_ne_bytes([1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(MountId::of(written, HandleFlags::MNT_ID_UNIQUE), MountId::Unique(written));
        let first = i32::from_ne_bytes([1, 2, 3, 4]);
        assert_eq!(MountId::of(written, HandleFlags::FID), MountId::Reused(first));
    }

    #[test]
    fn what_differs_is_not_equal() {
        let handle = FileHandle::new(1, b"abcd").unwrap();
        assert_ne!(handle, FileHandle::new(2, b"abcd").unwrap());
        assert_ne!(handle, FileHandle::new(1, b"abce").unwrap());
        // Not even by what stands behind its end.
        assert_ne!(handle, FileHandle::new(1, b"abcd\0\0\0\0").unwrap());
    }

    #[test]
    fn what_is_not_whole_or_too_long_is_none() {
        let handle = FileHandle::new(1, b"abcd").unwrap();
        let record = handle.as_handle().record();
        for length in 0..record.len() {
            let mut bytes = &record[..length];
            assert_eq!(Handle::parse(&mut bytes), None);
            assert_eq!(bytes.len(), length);
        }
        let mut long = [0; 8 + 129];
        long[..4].copy_from_slice(&129_u32.to_ne_bytes());
        assert_eq!(Handle::parse(&mut long.as_slice()), None);
    }
}

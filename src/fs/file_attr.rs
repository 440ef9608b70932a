//! What a file system keeps of a file beside its contents: flags, sizes of extents, a project.

use super::AtFlags;
use crate::abi::file_attr::{self as abi, file_attr};
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::mem::MaybeUninit;

flags! {
    /// Flags of a file. Which of them there are is a matter of its file system.
    XFlags: u64 {
        /// It is on the realtime volume, of XFS.
        #[doc(alias = "FS_XFLAG_REALTIME")]
        const REALTIME = abi::FS_XFLAG_REALTIME;
        /// It has got room on the disk in advance, of XFS.
        #[doc(alias = "FS_XFLAG_PREALLOC")]
        const PREALLOC = abi::FS_XFLAG_PREALLOC;
        /// It cannot be changed.
        #[doc(alias = "FS_XFLAG_IMMUTABLE")]
        const IMMUTABLE = abi::FS_XFLAG_IMMUTABLE;
        /// It can only be appended to.
        #[doc(alias = "FS_XFLAG_APPEND")]
        const APPEND = abi::FS_XFLAG_APPEND;
        /// A write returns when it is on the disk.
        #[doc(alias = "FS_XFLAG_SYNC")]
        const SYNC = abi::FS_XFLAG_SYNC;
        /// A read does not change the time of the last access.
        #[doc(alias = "FS_XFLAG_NOATIME")]
        const NOATIME = abi::FS_XFLAG_NOATIME;
        /// A backup leaves it out.
        #[doc(alias = "FS_XFLAG_NODUMP")]
        const NODUMP = abi::FS_XFLAG_NODUMP;
        /// Files made in the directory are on the realtime volume, of XFS.
        #[doc(alias = "FS_XFLAG_RTINHERIT")]
        const RTINHERIT = abi::FS_XFLAG_RTINHERIT;
        /// What is made in the directory has its project.
        #[doc(alias = "FS_XFLAG_PROJINHERIT")]
        const PROJINHERIT = abi::FS_XFLAG_PROJINHERIT;
        /// No symbolic link is made in the directory, of XFS.
        #[doc(alias = "FS_XFLAG_NOSYMLINKS")]
        const NOSYMLINKS = abi::FS_XFLAG_NOSYMLINKS;
        /// It has an extent size, of XFS.
        #[doc(alias = "FS_XFLAG_EXTSIZE")]
        const EXTSIZE = abi::FS_XFLAG_EXTSIZE;
        /// Files made in the directory have its extent size, of XFS.
        #[doc(alias = "FS_XFLAG_EXTSZINHERIT")]
        const EXTSZINHERIT = abi::FS_XFLAG_EXTSZINHERIT;
        /// It is not defragmented, of XFS.
        #[doc(alias = "FS_XFLAG_NODEFRAG")]
        const NODEFRAG = abi::FS_XFLAG_NODEFRAG;
        /// It has its own part of the disk, of XFS.
        #[doc(alias = "FS_XFLAG_FILESTREAM")]
        const FILESTREAM = abi::FS_XFLAG_FILESTREAM;
        /// It is memory that is used in place.
        #[doc(alias = "FS_XFLAG_DAX")]
        const DAX = abi::FS_XFLAG_DAX;
        /// It has an extent size for copies, of XFS.
        #[doc(alias = "FS_XFLAG_COWEXTSIZE")]
        const COWEXTSIZE = abi::FS_XFLAG_COWEXTSIZE;
        /// Its contents are verified. As read only.
        #[doc(alias = "FS_XFLAG_VERITY")]
        const VERITY = abi::FS_XFLAG_VERITY;
        /// Names in the directory have no case. As read only. Since Linux 7.1.
        #[doc(alias = "FS_XFLAG_CASEFOLD")]
        const CASEFOLD = abi::FS_XFLAG_CASEFOLD;
        /// The file system does not keep the case of names. As read only. Since Linux 7.1.
        #[doc(alias = "FS_XFLAG_CASENONPRESERVING")]
        const CASENONPRESERVING = abi::FS_XFLAG_CASENONPRESERVING;
        /// It has extended attributes, of XFS. As read only.
        #[doc(alias = "FS_XFLAG_HASATTR")]
        const HASATTR = abi::FS_XFLAG_HASATTR;
    }
}

/// What [`file_getattr`] tells and [`file_setattr`] sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct FileAttr(file_attr);

impl FileAttr {
    /// The flags.
    #[inline]
    pub const fn xflags(&self) -> XFlags {
        XFlags::from_bits(self.0.fa_xflags)
    }

    /// With these flags.
    #[inline]
    #[must_use]
    pub const fn with_xflags(mut self, flags: XFlags) -> FileAttr {
        self.0.fa_xflags = flags.bits();
        self
    }

    /// The size of an extent in bytes; 0 if the file system chooses.
    #[inline]
    pub const fn extsize(&self) -> u32 {
        self.0.fa_extsize
    }

    /// With this size of an extent.
    #[inline]
    #[must_use]
    pub const fn with_extsize(mut self, bytes: u32) -> FileAttr {
        self.0.fa_extsize = bytes;
        self
    }

    /// How many extents the file has. It is not set.
    #[inline]
    pub const fn nextents(&self) -> u32 {
        self.0.fa_nextents
    }

    /// The project, whose quota counts.
    #[inline]
    pub const fn projid(&self) -> u32 {
        self.0.fa_projid
    }

    /// With this project.
    #[inline]
    #[must_use]
    pub const fn with_projid(mut self, project: u32) -> FileAttr {
        self.0.fa_projid = project;
        self
    }

    /// The size of an extent of a copy in bytes; 0 if the file system chooses.
    #[inline]
    pub const fn cowextsize(&self) -> u32 {
        self.0.fa_cowextsize
    }

    /// With this size of an extent of a copy.
    #[inline]
    #[must_use]
    pub const fn with_cowextsize(mut self, bytes: u32) -> FileAttr {
        self.0.fa_cowextsize = bytes;
        self
    }
}

/// What the file system keeps of a file. Of the flags, `SYMLINK_NOFOLLOW` and `EMPTY_PATH`. Since Linux 6.17.
///
/// # Errors
///
/// Those [of every path](super#errors-of-every-path), and
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `ENOSYS`: before Linux 6.17.
/// - `EOPNOTSUPP`: the file system has nothing of it, or not for such a file.
#[doc(alias = "FS_IOC_FSGETXATTR")]
pub fn file_getattr(directory: impl AsFd, path: impl PathArg, flags: AtFlags) -> Result<FileAttr> {
    let mut attr = MaybeUninit::<FileAttr>::uninit();
    path.with_c_str(|path| {
        let (directory, path, size) = (directory.as_fd().as_raw_fd(), path.as_ptr(), size_of::<file_attr>());
        // SAFETY: the kernel reads the path and writes one `file_attr`, of the size that it is told.
        unsafe { call!(FILE_GETATTR, directory, path, attr.as_mut_ptr(), size, flags.bits()) }.unit()
    })?;
    // SAFETY: the call succeeded, so the kernel has written all of it.
    Ok(unsafe { attr.assume_init() })
}

/// Sets what the file system keeps of a file: what [`file_getattr`] has told, with what is to be changed. Since Linux 6.17.
///
/// # Errors
///
/// Those of [`file_getattr`], and
///
/// - `EINVAL`: a flag that this kernel does not know, or what makes no sense for the file.
/// - `EPERM`: the file is another's, and the caller lacks `CAP_FOWNER`; or `IMMUTABLE` or `APPEND` would change, and it lacks
///   `CAP_LINUX_IMMUTABLE`.
/// - `EROFS`: the file system is read only.
#[doc(alias = "FS_IOC_FSSETXATTR")]
pub fn file_setattr(directory: impl AsFd, path: impl PathArg, attr: &FileAttr, flags: AtFlags) -> Result<()> {
    let (attr, size) = (&raw const attr.0, size_of::<file_attr>());
    path.with_c_str(|path| {
        let (directory, path) = (directory.as_fd().as_raw_fd(), path.as_ptr());
        // SAFETY: the kernel reads the path and one `file_attr`, of the size that it is told.
        unsafe { call_readonly!(FILE_SETATTR, directory, path, attr, size, flags.bits()) }.unit()
    })
}

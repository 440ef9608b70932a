//! Quotas: how much of a file system a user, a group or a project has, and may have.
//!
//! ```no_run
//! use butter::fd::{CWD, OpenFlags};
//! use butter::fs;
//! use butter::system::quota::{self, Change, Kind};
//!
//! let home = fs::openat(CWD, c"/home", OpenFlags::PATH, 0)?;
//! // At most a gigabyte, and a week for what is over 900 megabytes.
//! quota::setquota(&home, Kind::User, 1000, &Change::new().block_limits(900 << 10, 1 << 20))?;
//! quota::quotaon(&home, Kind::User)?;
//! println!("{} bytes", quota::getquota(&home, Kind::User, 1000)?.curspace());
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! A file system is named by any descriptor on it, also one of `O_PATH`. It keeps its quotas in itself: `ext4` with its feature
//! `quota`, `xfs`, `f2fs`, or `tmpfs` when it was mounted with `usrquota`. Over the soft limit one may be as long as the grace
//! period lasts, over the hard limit never. Only what is in use is counted, unless the limits are enforced
//! ([`quotaon`]).
//!
//! # Errors of every call
//!
//! These may come of any call here, and are not repeated below.
//!
//! - `EBADF`: the descriptor is not open.
//! - `EINVAL`: the file system has no quotas of this kind; or the number is none in the user namespace of the caller or of the
//!   file system.
//! - `ENOSYS`: before Linux 5.14; the kernel was built without quotas; or the file system has none, or not this command.
//!
//! See `quotactl(2)`.

use crate::abi::quota as abi;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use core::{fmt, mem::MaybeUninit, ptr};

/// Whose use is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Kind {
    /// Of each user, the owner of the files.
    #[doc(alias = "USRQUOTA")]
    User = abi::USRQUOTA,
    /// Of each group.
    #[doc(alias = "GRPQUOTA")]
    Group = abi::GRPQUOTA,
    /// Of each project: see [`FileAttr::projid`](crate::fs::FileAttr::projid). Since Linux 4.1.
    #[doc(alias = "PRJQUOTA")]
    Project = abi::PRJQUOTA,
}

/// How a file system keeps its quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The first format, with numbers of 16 bits.
    #[doc(alias = "QFMT_VFS_OLD")]
    VfsOld,
    /// Numbers of 32 bits, limits of 42 bits of bytes.
    #[doc(alias = "QFMT_VFS_V0")]
    VfsV0,
    /// That of OCFS2.
    #[doc(alias = "QFMT_OCFS2")]
    Ocfs2,
    /// Limits of 64 bits.
    #[doc(alias = "QFMT_VFS_V1")]
    VfsV1,
    /// In memory, of `tmpfs`. Since Linux 6.6.
    #[doc(alias = "QFMT_SHMEM")]
    Shmem,
    /// One that has no name here.
    Other(u32),
}

impl Format {
    fn from_kernel(number: u32) -> Format {
        match number {
            abi::QFMT_VFS_OLD => Format::VfsOld,
            abi::QFMT_VFS_V0 => Format::VfsV0,
            abi::QFMT_OCFS2 => Format::Ocfs2,
            abi::QFMT_VFS_V1 => Format::VfsV1,
            abi::QFMT_SHMEM => Format::Shmem,
            other => Format::Other(other),
        }
    }
}

flags! {
    /// More about the quotas of a file system.
    InfoFlags: u32 {
        /// Root has limits too. Only with [`Format::VfsOld`].
        #[doc(alias = "DQF_ROOT_SQUASH")]
        const ROOT_SQUASH = abi::DQF_ROOT_SQUASH;
        /// They are kept in a file that no directory has. It is not set.
        #[doc(alias = "DQF_SYS_FILE")]
        const SYS_FILE = abi::DQF_SYS_FILE;
    }
}

/// What somebody has, and may have.
#[doc(alias = "if_nextdqblk")]
#[doc(alias = "if_dqblk")]
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Quota(abi::if_nextdqblk);

impl Quota {
    /// Whose it is.
    #[inline]
    pub const fn id(&self) -> u32 {
        self.0.dqb_id
    }

    /// The space that cannot be exceeded, in units of 1,024 bytes; 0 if there is no limit.
    #[inline]
    pub const fn bhardlimit(&self) -> u64 {
        self.0.dqb_bhardlimit
    }

    /// The space that can be exceeded for a time, in units of 1,024 bytes; 0 if there is no limit.
    #[inline]
    pub const fn bsoftlimit(&self) -> u64 {
        self.0.dqb_bsoftlimit
    }

    /// The space in use, in bytes.
    #[inline]
    pub const fn curspace(&self) -> u64 {
        self.0.dqb_curspace
    }

    /// The number of files that cannot be exceeded; 0 if there is no limit.
    #[inline]
    pub const fn ihardlimit(&self) -> u64 {
        self.0.dqb_ihardlimit
    }

    /// The number of files that can be exceeded for a time; 0 if there is no limit.
    #[inline]
    pub const fn isoftlimit(&self) -> u64 {
        self.0.dqb_isoftlimit
    }

    /// The number of files.
    #[inline]
    pub const fn curinodes(&self) -> u64 {
        self.0.dqb_curinodes
    }

    /// When the space has to be below its soft limit, in seconds since 1970; 0 if it is.
    #[inline]
    pub const fn btime(&self) -> u64 {
        self.0.dqb_btime
    }

    /// When the number of files has to be below its soft limit, in seconds since 1970; 0 if it is.
    #[inline]
    pub const fn itime(&self) -> u64 {
        self.0.dqb_itime
    }
}

impl fmt::Debug for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quota")
            .field("id", &self.id())
            .field("bhardlimit", &self.bhardlimit())
            .field("bsoftlimit", &self.bsoftlimit())
            .field("curspace", &self.curspace())
            .field("ihardlimit", &self.ihardlimit())
            .field("isoftlimit", &self.isoftlimit())
            .field("curinodes", &self.curinodes())
            .field("btime", &self.btime())
            .field("itime", &self.itime())
            .finish()
    }
}

/// What [`setquota`] changes: nothing but what is named.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Change(abi::if_nextdqblk);

impl Change {
    /// Nothing yet.
    pub const fn new() -> Change {
        Change(abi::if_nextdqblk {
            dqb_bhardlimit: 0,
            dqb_bsoftlimit: 0,
            dqb_curspace: 0,
            dqb_ihardlimit: 0,
            dqb_isoftlimit: 0,
            dqb_curinodes: 0,
            dqb_btime: 0,
            dqb_itime: 0,
            dqb_valid: 0,
            dqb_id: 0,
        })
    }

    /// The soft and the hard limit of the space, in units of 1,024 bytes; 0 is none.
    #[doc(alias = "QIF_BLIMITS")]
    pub const fn block_limits(mut self, soft: u64, hard: u64) -> Change {
        self.0.dqb_bsoftlimit = soft;
        self.0.dqb_bhardlimit = hard;
        self.0.dqb_valid |= abi::QIF_BLIMITS;
        self
    }

    /// The soft and the hard limit of the number of files; 0 is none.
    #[doc(alias = "QIF_ILIMITS")]
    pub const fn inode_limits(mut self, soft: u64, hard: u64) -> Change {
        self.0.dqb_isoftlimit = soft;
        self.0.dqb_ihardlimit = hard;
        self.0.dqb_valid |= abi::QIF_ILIMITS;
        self
    }

    /// The space in use, in bytes: what the file system has counted is forgotten.
    #[doc(alias = "QIF_SPACE")]
    pub const fn curspace(mut self, bytes: u64) -> Change {
        self.0.dqb_curspace = bytes;
        self.0.dqb_valid |= abi::QIF_SPACE;
        self
    }

    /// The number of files: what the file system has counted is forgotten.
    #[doc(alias = "QIF_INODES")]
    pub const fn curinodes(mut self, number: u64) -> Change {
        self.0.dqb_curinodes = number;
        self.0.dqb_valid |= abi::QIF_INODES;
        self
    }

    /// When the space has to be below its soft limit, in seconds since 1970.
    #[doc(alias = "QIF_BTIME")]
    pub const fn btime(mut self, seconds: u64) -> Change {
        self.0.dqb_btime = seconds;
        self.0.dqb_valid |= abi::QIF_BTIME;
        self
    }

    /// When the number of files has to be below its soft limit, in seconds since 1970.
    #[doc(alias = "QIF_ITIME")]
    pub const fn itime(mut self, seconds: u64) -> Change {
        self.0.dqb_itime = seconds;
        self.0.dqb_valid |= abi::QIF_ITIME;
        self
    }
}

/// What holds for everybody of a kind.
#[doc(alias = "if_dqinfo")]
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Info(abi::if_dqinfo);

impl Info {
    /// How long the space may exceed its soft limit, in seconds.
    #[inline]
    pub const fn bgrace(&self) -> u64 {
        self.0.dqi_bgrace
    }

    /// How long the number of files may exceed its soft limit, in seconds.
    #[inline]
    pub const fn igrace(&self) -> u64 {
        self.0.dqi_igrace
    }

    /// More about them.
    #[inline]
    pub const fn flags(&self) -> InfoFlags {
        InfoFlags::from_bits(self.0.dqi_flags)
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut info = f.debug_struct("Info");
        info.field("bgrace", &self.bgrace()).field("igrace", &self.igrace()).field("flags", &self.flags()).finish()
    }
}

/// What [`setinfo`] changes: nothing but what is named.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct InfoChange(abi::if_dqinfo);

impl InfoChange {
    /// Nothing yet.
    pub const fn new() -> InfoChange {
        InfoChange(abi::if_dqinfo { dqi_bgrace: 0, dqi_igrace: 0, dqi_flags: 0, dqi_valid: 0 })
    }

    /// How long the space may exceed its soft limit, in seconds.
    #[doc(alias = "IIF_BGRACE")]
    pub const fn bgrace(mut self, seconds: u64) -> InfoChange {
        self.0.dqi_bgrace = seconds;
        self.0.dqi_valid |= abi::IIF_BGRACE;
        self
    }

    /// How long the number of files may exceed its soft limit, in seconds.
    #[doc(alias = "IIF_IGRACE")]
    pub const fn igrace(mut self, seconds: u64) -> InfoChange {
        self.0.dqi_igrace = seconds;
        self.0.dqi_valid |= abi::IIF_IGRACE;
        self
    }

    /// The flags.
    #[doc(alias = "IIF_FLAGS")]
    pub const fn flags(mut self, flags: InfoFlags) -> InfoChange {
        self.0.dqi_flags = flags.bits();
        self.0.dqi_valid |= abi::IIF_FLAGS;
        self
    }
}

/// Has the limits enforced. What is in use is counted whether or not they are.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `EEXIST`: they are.
/// - `EINVAL`: what is in use is not counted, or the file system keeps its quotas in a file that has to be named, which only
///   `quotactl(2)` can do.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the first user namespace.
/// - `EROFS`: the file system is mounted read only.
#[doc(alias = "Q_QUOTAON")]
pub fn quotaon(fd: impl AsFd, kind: Kind) -> Result<()> {
    tell(fd, abi::Q_QUOTAON, kind, 0, ptr::null::<()>())
}

/// Has the limits enforced no longer.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `EEXIST`: they are not, where the file system keeps its quotas in itself; elsewhere this is no error.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the first user namespace.
/// - `EROFS`: the file system is mounted read only.
#[doc(alias = "Q_QUOTAOFF")]
pub fn quotaoff(fd: impl AsFd, kind: Kind) -> Result<()> {
    tell(fd, abi::Q_QUOTAOFF, kind, 0, ptr::null::<()>())
}

/// What the user, the group or the project of this number has, and may have.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `EPERM`: it is not the effective user of the caller, nor one of its groups, and it lacks `CAP_SYS_ADMIN` in the first
///   user namespace.
/// - `EROFS`: the file system is mounted read only.
/// - `ESRCH`: what is in use is not counted.
#[doc(alias = "Q_GETQUOTA")]
pub fn getquota(fd: impl AsFd, kind: Kind, id: u32) -> Result<Quota> {
    let mut quota = ask::<Quota>(fd, abi::Q_GETQUOTA, kind, id)?;
    // Here the kernel writes the shorter struct, and perhaps its padding.
    quota.0.dqb_id = id;
    Ok(quota)
}

/// [`getquota`] of the next number that has a quota: this one, or a higher one. Since Linux 4.6.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `ENOENT`: there is none.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the first user namespace.
/// - `EROFS`: the file system is mounted read only.
/// - `ESRCH`: what is in use is not counted.
#[doc(alias = "Q_GETNEXTQUOTA")]
pub fn getnextquota(fd: impl AsFd, kind: Kind, id: u32) -> Result<Quota> {
    ask(fd, abi::Q_GETNEXTQUOTA, kind, id)
}

/// Changes what the user, the group or the project of this number may have.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the first user namespace.
/// - `ERANGE`: more than the format can hold.
/// - `EROFS`: the file system is mounted read only.
/// - `ESRCH`: what is in use is not counted.
#[doc(alias = "Q_SETQUOTA")]
pub fn setquota(fd: impl AsFd, kind: Kind, id: u32, change: &Change) -> Result<()> {
    tell(fd, abi::Q_SETQUOTA, kind, id, &raw const change.0)
}

/// What holds for everybody of a kind.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `ESRCH`: what is in use is not counted.
#[doc(alias = "Q_GETINFO")]
pub fn getinfo(fd: impl AsFd, kind: Kind) -> Result<Info> {
    ask(fd, abi::Q_GETINFO, kind, 0)
}

/// Changes what holds for everybody of a kind.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `EINVAL`: a flag that cannot be set.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the first user namespace.
/// - `ERANGE`: more than the format can hold.
/// - `EROFS`: the file system is mounted read only.
/// - `ESRCH`: what is in use is not counted.
#[doc(alias = "Q_SETINFO")]
pub fn setinfo(fd: impl AsFd, kind: Kind, change: &InfoChange) -> Result<()> {
    tell(fd, abi::Q_SETINFO, kind, 0, &raw const change.0)
}

/// How the file system keeps its quotas.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call), and
///
/// - `ESRCH`: what is in use is not counted.
#[doc(alias = "Q_GETFMT")]
pub fn getfmt(fd: impl AsFd, kind: Kind) -> Result<Format> {
    ask(fd, abi::Q_GETFMT, kind, 0).map(Format::from_kernel)
}

/// Writes to the disk what the file system has counted.
///
/// # Errors
///
/// Those [of every call](self#errors-of-every-call).
#[doc(alias = "Q_SYNC")]
pub fn sync(fd: impl AsFd, kind: Kind) -> Result<()> {
    tell(fd, abi::Q_SYNC, kind, 0, ptr::null::<()>())
}

const fn command(command: u32, kind: Kind) -> u32 {
    command << abi::SUBCMDSHIFT | kind as u32
}

/// A command by which the kernel reads one `T`, if anything.
fn tell<T>(fd: impl AsFd, command: u32, kind: Kind, id: u32, what: *const T) -> Result<()> {
    let (fd, command) = (fd.as_fd().as_raw_fd(), self::command(command, kind));
    // SAFETY: the kernel reads the struct that belongs to the command.
    unsafe { call_readonly!(QUOTACTL_FD, fd, command, id, what) }.unit()
}

/// A command by which the kernel writes one `T`, or the first part of it.
fn ask<T>(fd: impl AsFd, command: u32, kind: Kind, id: u32) -> Result<T> {
    let (fd, command) = (fd.as_fd().as_raw_fd(), self::command(command, kind));
    let mut told = MaybeUninit::<T>::zeroed();
    // SAFETY: the kernel writes the struct that belongs to the command.
    unsafe { call!(QUOTACTL_FD, fd, command, id, told.as_mut_ptr()) }.unit()?;
    // SAFETY: all of it is numbers, which were zeros, and the kernel has written what it tells.
    Ok(unsafe { told.assume_init() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn a_change_names_what_it_changes() {
        let change = Change::new();
        assert_eq!(change.0.dqb_valid, 0);
        assert_eq!(change.block_limits(1, 2).0.dqb_valid, 0x1);
        assert_eq!(change.curspace(3).0.dqb_valid, 0x2);
        assert_eq!(change.inode_limits(4, 5).0.dqb_valid, 0x4);
        assert_eq!(change.curinodes(6).0.dqb_valid, 0x8);
        assert_eq!(change.btime(7).0.dqb_valid, 0x10);
        assert_eq!(change.itime(8).0.dqb_valid, 0x20);
        let all = change.block_limits(1, 2).curspace(3).inode_limits(4, 5).curinodes(6).btime(7).itime(8).0;
        assert_eq!((all.dqb_bsoftlimit, all.dqb_bhardlimit, all.dqb_curspace), (1, 2, 3));
        assert_eq!((all.dqb_isoftlimit, all.dqb_ihardlimit, all.dqb_curinodes), (4, 5, 6));
        assert_eq!((all.dqb_btime, all.dqb_itime, all.dqb_valid), (7, 8, 0x3f));
    }

    #[test]
    fn a_change_of_what_holds_for_all_names_what_it_changes() {
        let change = InfoChange::new();
        assert_eq!(change.bgrace(1).0.dqi_valid, 0x1);
        assert_eq!(change.igrace(2).0.dqi_valid, 0x2);
        assert_eq!(change.flags(InfoFlags::ROOT_SQUASH).0.dqi_valid, 0x4);
        let all = change.bgrace(1).igrace(2).flags(InfoFlags::ROOT_SQUASH).0;
        assert_eq!((all.dqi_bgrace, all.dqi_igrace, all.dqi_flags, all.dqi_valid), (1, 2, 1, 0x7));
    }

    #[test]
    fn every_getter_gives_its_field() {
        let quota = Quota(abi::if_nextdqblk {
            dqb_bhardlimit: 1,
            dqb_bsoftlimit: 2,
            dqb_curspace: 3,
            dqb_ihardlimit: 4,
            dqb_isoftlimit: 5,
            dqb_curinodes: 6,
            dqb_btime: 7,
            dqb_itime: 8,
            dqb_valid: 9,
            dqb_id: 10,
        });
        assert_eq!((quota.bhardlimit(), quota.bsoftlimit(), quota.curspace()), (1, 2, 3));
        assert_eq!((quota.ihardlimit(), quota.isoftlimit(), quota.curinodes()), (4, 5, 6));
        assert_eq!((quota.btime(), quota.itime(), quota.id()), (7, 8, 10));
        let info = Info(abi::if_dqinfo { dqi_bgrace: 1, dqi_igrace: 2, dqi_flags: 0x1_0000, dqi_valid: 7 });
        assert_eq!((info.bgrace(), info.igrace(), info.flags()), (1, 2, InfoFlags::SYS_FILE));
        assert_eq!(format!("{info:?}"), "Info { bgrace: 1, igrace: 2, flags: InfoFlags(SYS_FILE) }");
    }

    #[test]
    fn a_kind_stands_below_its_command() {
        assert_eq!(command(abi::Q_GETQUOTA, Kind::User), 0x8000_0700);
        assert_eq!(command(abi::Q_GETNEXTQUOTA, Kind::Project), 0x8000_0902);
        assert_eq!(command(abi::Q_SYNC, Kind::Group), 0x8000_0101);
    }

    #[test]
    fn a_format_without_a_name_keeps_its_number() {
        let named = [1, 2, 3, 4, 5].map(Format::from_kernel);
        assert_eq!(named, [Format::VfsOld, Format::VfsV0, Format::Ocfs2, Format::VfsV1, Format::Shmem]);
        assert_eq!(Format::from_kernel(6), Format::Other(6));
    }
}

//! Namespaces: what a process sees of the system, its mounts, its users, the numbers of processes, …
//!
//! ```no_run
//! use butter::namespace::{self, IdMap, Kinds};
//!
//! // A user namespace whose root is this user, and mounts that nobody else sees.
//! # let (uid, gid) = (1000, 1000);
//! namespace::unshare(Kinds::USER | Kinds::MNT)?;
//! namespace::write_uid_map(None, &[IdMap::new(0, uid, 1)])?;
//! namespace::write_setgroups(None, false)?;
//! namespace::write_gid_map(None, &[IdMap::new(0, gid, 1)])?;
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! A [`Namespace`] is one of them by a descriptor, which keeps it in being, can be entered, and can be asked:
//!
//! ```
//! use butter::namespace::{Kinds, Link, Namespace};
//!
//! let own = Namespace::open(None, Link::Uts)?;
//! assert_eq!(own.kind()?, Kinds::UTS);
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! Children in new namespaces are made by [`process::Builder`](crate::process::Builder).
//!
//! See `namespaces(7)`, `unshare(2)`, `setns(2)`, `ioctl_nsfs(2)`, `user_namespaces(7)`, `pid_namespaces(7)`,
//! `time_namespaces(7)`.

mod kinds;
mod list;
mod nsfs;
mod procfs;

pub use kinds::{Kinds, Link};
pub use list::{List, ListRequest, listns};
pub use nsfs::{
    MntNsInfo, id, kind, mnt_info, mnt_next, mnt_ns_id, mnt_prev, open_by_id, owner_uid, parent, pid_from, pid_in,
    tgid_from, tgid_in, userns,
};
pub use procfs::{IdMap, open, write_gid_map, write_projid_map, write_setgroups, write_time_offsets, write_uid_map};

use crate::abi::sched as abi;
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;
use crate::pid::Pid;

flags! {
    /// What [`unshare`] has the caller no longer share: [`Kinds`] of namespaces, which come by `From`, and these.
    UnshareFlags: u32 {
        /// The root directory, the working directory and the umask. A new mount or user namespace implies it.
        #[doc(alias = "CLONE_FS")]
        const FS = abi::CLONE_FS;
        /// Adjustments of System V semaphores that are undone at the end. A new IPC namespace implies it.
        #[doc(alias = "CLONE_SYSVSEM")]
        const SYSVSEM = abi::CLONE_SYSVSEM;
        /// Nothing, if the process has one thread only; else an error.
        #[doc(alias = "CLONE_THREAD")]
        const THREAD = abi::CLONE_THREAD;
        /// Nothing, if the signal handlers are not shared; else an error.
        #[doc(alias = "CLONE_SIGHAND")]
        const SIGHAND = abi::CLONE_SIGHAND;
        /// Nothing, if the memory is not shared; else an error.
        #[doc(alias = "CLONE_VM")]
        const VM = abi::CLONE_VM;
        /// The new mount namespace ([`Kinds::MNT`], which need not be given) is empty but for an unchangeable root, where the
        /// caller then is. Since Linux 7.1.
        #[doc(alias = "UNSHARE_EMPTY_MNTNS")]
        const EMPTY_MNTNS = abi::UNSHARE_EMPTY_MNTNS;
    }
}

impl From<Kinds> for UnshareFlags {
    #[inline]
    fn from(kinds: Kinds) -> UnshareFlags {
        UnshareFlags::from_bits(kinds.bits())
    }
}

/// Puts the calling thread into new namespaces of these kinds; its children, not itself, if they are of [`Kinds::PID`] or
/// [`Kinds::TIME`]. With [`Kinds::USER`] the caller has all capabilities in the new user namespace, which owns the others.
///
/// To share the table of descriptors no longer is [`unshare_files`], which is not safe.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know, or `CLONE_FILES`; a new user namespace in a process with several
///   threads; or `THREAD`, `SIGHAND` or `VM` of what is shared.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: as many namespaces of this kind as `/proc/sys/user` allows, or they are nested too deep (32 of pid or user).
///   Before Linux 4.9 this is `EUSERS` for user namespaces.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN`, which a user namespace alone does not need; or it is in a `chroot`, or one of
///   its ids has no number in its user namespace, and it wants a user namespace.
#[inline]
pub fn unshare(flags: impl Into<UnshareFlags>) -> Result<()> {
    let flags = flags.into().bits();
    if flags & abi::CLONE_FILES != 0 {
        return Err(Errno::EINVAL);
    }
    // SAFETY: the call has no pointer, and leaves memory and descriptors as they are.
    unsafe { call_readonly!(UNSHARE, flags) }.unit()
}

/// Gives the calling thread a table of descriptors of its own, a copy of that which it shares with the other threads.
///
/// # Errors
///
/// - `EMFILE`: the table has more descriptors than `/proc/sys/fs/nr_open` allows by now.
/// - `ENOMEM`: the kernel has no memory for it.
///
/// # Safety
///
/// From then on a number means one descriptor to this thread and another, or none, to the other threads: nothing that owns or
/// borrows a descriptor goes from the one to the others or is used by both, whether opened before or after.
#[doc(alias = "CLONE_FILES")]
#[inline]
pub unsafe fn unshare_files() -> Result<()> {
    // SAFETY: the call has no pointer; the caller's promise.
    unsafe { call_readonly!(UNSHARE, abi::CLONE_FILES) }.unit()
}

/// Puts the calling thread into a namespace; its children, not itself, if it is a pid namespace.
///
/// The descriptor is that of a namespace: `kinds` is its kind, or empty if it may be of any. Or it is a pidfd, since Linux
/// 5.8: then `kinds` are those of the namespaces of that process which are entered, all or none.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: not a namespace or a pidfd, or a namespace of another kind; a pidfd and no kind, or one that this kernel does
///   not know; a user namespace that is the caller's own, or to a process with several threads; a mount or user namespace to
///   one that shares its directories; or a pid namespace that is not below the caller's.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace that owns the namespace, or in its own; of a mount
///   namespace also `CAP_SYS_CHROOT` in its own; or it may not trace the process of the pidfd.
/// - `ESRCH`: the process of the pidfd has ended.
/// - `EUSERS`: a time namespace, and the process has several threads.
#[inline]
pub fn setns(fd: impl AsFd, kinds: Kinds) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETNS, fd.as_fd().as_raw_fd(), kinds.bits()) }.unit()
}

/// A namespace, which stays in being as long as this does.
pub struct Namespace {
    fd: OwnedFd,
}

fd::object!(Namespace);
fd::object_from_fd!(Namespace);

impl Namespace {
    /// [`open`].
    ///
    /// # Errors
    ///
    /// Those of [`open`].
    #[inline]
    pub fn open(process: impl Into<Option<Pid>>, link: Link) -> Result<Namespace> {
        open(process, link).map(Namespace::from)
    }

    /// [`setns`]: puts the calling thread into it.
    ///
    /// # Errors
    ///
    /// Those of [`setns`].
    #[inline]
    pub fn enter(&self) -> Result<()> {
        setns(self, Kinds::empty())
    }

    /// [`kind`].
    ///
    /// # Errors
    ///
    /// Those of [`kind`].
    #[inline]
    pub fn kind(&self) -> Result<Kinds> {
        kind(self)
    }

    /// [`id`].
    ///
    /// # Errors
    ///
    /// Those of [`id`].
    #[inline]
    pub fn id(&self) -> Result<u64> {
        id(self)
    }

    /// [`userns`]: the user namespace that owns it.
    ///
    /// # Errors
    ///
    /// Those of [`userns`].
    #[inline]
    pub fn userns(&self) -> Result<Namespace> {
        userns(self).map(Namespace::from)
    }

    /// [`parent`], of a user or pid namespace.
    ///
    /// # Errors
    ///
    /// Those of [`parent`].
    #[inline]
    pub fn parent(&self) -> Result<Namespace> {
        parent(self).map(Namespace::from)
    }

    /// [`owner_uid`], of a user namespace.
    ///
    /// # Errors
    ///
    /// Those of [`owner_uid`].
    #[inline]
    pub fn owner_uid(&self) -> Result<u32> {
        owner_uid(self)
    }

    /// [`pid_in`], of a pid namespace.
    ///
    /// # Errors
    ///
    /// Those of [`pid_in`].
    #[inline]
    pub fn pid_in(&self, pid: Pid) -> Result<Pid> {
        pid_in(self, pid)
    }

    /// [`pid_from`], of a pid namespace.
    ///
    /// # Errors
    ///
    /// Those of [`pid_from`].
    #[inline]
    pub fn pid_from(&self, pid: Pid) -> Result<Pid> {
        pid_from(self, pid)
    }

    /// [`mnt_info`], of a mount namespace.
    ///
    /// # Errors
    ///
    /// Those of [`mnt_info`].
    #[inline]
    pub fn mnt_info(&self) -> Result<MntNsInfo> {
        mnt_info(self)
    }

    /// [`mnt_next`]: the mount namespace that comes after this one.
    ///
    /// # Errors
    ///
    /// Those of [`mnt_next`].
    #[inline]
    pub fn mnt_next(&self) -> Result<(Namespace, MntNsInfo)> {
        mnt_next(self).map(|(fd, info)| (fd.into(), info))
    }

    /// [`mnt_prev`]: the mount namespace that comes before this one.
    ///
    /// # Errors
    ///
    /// Those of [`mnt_prev`].
    #[inline]
    pub fn mnt_prev(&self) -> Result<(Namespace, MntNsInfo)> {
        mnt_prev(self).map(|(fd, info)| (fd.into(), info))
    }
}

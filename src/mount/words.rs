//! What [`mount`](super::mount()) and its kin do, one function for each.

use super::{MountFlags, UmountFlags, mount, pivot_root, umount2};
use crate::abi::fcntl::AT_FDCWD;
use crate::arch::fcntl::{O_CLOEXEC, O_DIRECTORY, O_PATH};
use crate::errno::{Errno, Result};
use crate::fd::{AsRawFd, OwnedFd};
use crate::path::{OptionalPathArg, PathArg};

/// How far a call reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The mount alone.
    Mount,
    /// The mount and all that are mounted below it.
    Tree,
}

impl Reach {
    #[inline]
    const fn flag(self) -> MountFlags {
        match self {
            Reach::Mount => MountFlags::empty(),
            Reach::Tree => MountFlags::REC,
        }
    }
}

/// Mounts a directory or a file at another place as well. The new mount has the flags and the propagation of the source's;
/// they can be changed with [`remount_bind`] or [`mount_setattr`](super::mount_setattr).
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_BIND")]
#[inline]
pub fn bind(source: impl PathArg, target: impl PathArg, reach: Reach) -> Result<()> {
    mount(source, target, None, MountFlags::BIND | reach.flag(), None)
}

/// Moves a mount, and all that are mounted below it, to another place.
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_MOVE")]
#[inline]
pub fn move_to(source: impl PathArg, target: impl PathArg) -> Result<()> {
    mount(source, target, None, MountFlags::MOVE, None)
}

/// Changes the flags and the options of a file system that is mounted, and the flags of this mount. Flags that are not given are
/// taken away, but access times stay as they are if none is about them.
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_REMOUNT")]
#[inline]
pub fn remount(target: impl PathArg, flags: MountFlags, data: impl OptionalPathArg) -> Result<()> {
    mount(None, target, None, flags | MountFlags::REMOUNT, data)
}

/// Changes the flags of this mount alone: the file system and its other mounts stay as they are. Those that are not given are
/// taken away, but access times stay as they are if none is about them.
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_REMOUNT")]
#[inline]
pub fn remount_bind(target: impl PathArg, flags: MountFlags) -> Result<()> {
    remount(target, flags | MountFlags::BIND, None)
}

/// Makes a mount private: what is mounted on it does not come from elsewhere, nor go there.
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_PRIVATE")]
#[inline]
pub fn make_private(target: impl PathArg, reach: Reach) -> Result<()> {
    mount(None, target, None, MountFlags::PRIVATE | reach.flag(), None)
}

/// Makes a mount shared: what is mounted on it is mounted on its peers, too, and the other way round. Its peers are the mounts
/// that are copied from it from now on, by [`bind`] or with a mount namespace.
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_SHARED")]
#[inline]
pub fn make_shared(target: impl PathArg, reach: Reach) -> Result<()> {
    mount(None, target, None, MountFlags::SHARED | reach.flag(), None)
}

/// Makes a shared mount a slave of those that were its peers: what is mounted there is mounted here, too, but not the other
/// way round. One that was not shared stays as it is.
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_SLAVE")]
#[inline]
pub fn make_slave(target: impl PathArg, reach: Reach) -> Result<()> {
    mount(None, target, None, MountFlags::SLAVE | reach.flag(), None)
}

/// Makes a mount private, and one that cannot be bound.
///
/// # Errors
///
/// Those of [`mount`](super::mount()).
#[doc(alias = "MS_UNBINDABLE")]
#[inline]
pub fn make_unbindable(target: impl PathArg, reach: Reach) -> Result<()> {
    mount(None, target, None, MountFlags::UNBINDABLE | reach.flag(), None)
}

/// What came of [`expire`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub enum Expiry {
    /// The mount was in use since the last call, if there was one. It is marked: call again later.
    Retry,
    /// Nobody had used it since the last call, and it is unmounted.
    Unmounted,
}

/// Unmounts what nobody has used since the last call: the first call marks the mount, whoever uses it takes the mark away,
/// and a call that finds the mark unmounts it.
///
/// # Errors
///
/// Those of [`umount2`], but for `EAGAIN`.
#[doc(alias = "MNT_EXPIRE")]
#[inline]
pub fn expire(target: impl PathArg) -> Result<Expiry> {
    match umount2(target, UmountFlags::EXPIRE) {
        Ok(()) => Ok(Expiry::Unmounted),
        Err(Errno::EAGAIN) => Ok(Expiry::Retry),
        Err(errno) => Err(errno),
    }
}

/// Makes a mount the root of the mount namespace and of the process, and takes the old root out of the tree, with all that is
/// mounted below it. The working directory is the new root then.
///
/// No directory for the old root is needed: it is put on top of the new one (`pivot_root(".", ".")`), and unmounted from there.
/// The new root has to be a mount, and not shared, nor may what it is on be: [`bind`] a directory to itself to make it one, and
/// [`make_private`] or [`make_slave`] the whole tree before, so that the old root of the other namespaces stays.
///
/// If the new root cannot become the root, the working directory may be there all the same, and nothing else has changed.
///
/// # Errors
///
/// Those of `chdir(2)`, of [`pivot_root`] and of [`umount2`], and
///
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
pub fn pivot_into(new_root: impl PathArg) -> Result<()> {
    let flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    // SAFETY: the kernel reads the path up to its NUL, and gives a new descriptor.
    let old_root: OwnedFd = unsafe { call_readonly!(OPENAT, AT_FDCWD, c"/".as_ptr(), flags).fd() }?;
    // SAFETY: the kernel reads the path up to its NUL.
    new_root.with_c_str(|new_root| unsafe { call_readonly!(CHDIR, new_root.as_ptr()) }.unit())?;
    pivot_root(c".", c".")?;
    // The old root itself can be named no more if something else was mounted on it. From there, the path leads to what is on top:
    // one after the other, until it is the old root's turn.
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCHDIR, old_root.as_raw_fd()) }.unit()?;
    umount2(c".", UmountFlags::DETACH)?;
    while umount2(c".", UmountFlags::DETACH).is_ok() {}
    // SAFETY: as above.
    unsafe { call_readonly!(CHDIR, c"/".as_ptr()) }.unit()
}

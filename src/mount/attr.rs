//! How a mount behaves, and how that is changed.

use crate::abi::mount as abi;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::fmt;

flags! {
    /// How a mount behaves.
    AttrFlags: u64 {
        /// Nothing can be written.
        #[doc(alias = "MOUNT_ATTR_RDONLY")]
        const RDONLY = abi::MOUNT_ATTR_RDONLY;
        /// Set-user-id and set-group-id bits and file capabilities mean nothing when a program is executed.
        #[doc(alias = "MOUNT_ATTR_NOSUID")]
        const NOSUID = abi::MOUNT_ATTR_NOSUID;
        /// Device files cannot be opened.
        #[doc(alias = "MOUNT_ATTR_NODEV")]
        const NODEV = abi::MOUNT_ATTR_NODEV;
        /// No program can be executed.
        #[doc(alias = "MOUNT_ATTR_NOEXEC")]
        const NOEXEC = abi::MOUNT_ATTR_NOEXEC;
        /// Access times are not kept. This and `STRICTATIME` are values of one setting, which is the whole of `ATIME`; its
        /// default keeps access times roughly.
        #[doc(alias = "MOUNT_ATTR_NOATIME")]
        const NOATIME = abi::MOUNT_ATTR_NOATIME;
        /// Access times are kept exactly.
        #[doc(alias = "MOUNT_ATTR_STRICTATIME")]
        const STRICTATIME = abi::MOUNT_ATTR_STRICTATIME;
        /// The bits of the setting of access times.
        #[doc(alias = "MOUNT_ATTR__ATIME")]
        const ATIME = abi::MOUNT_ATTR__ATIME;
        /// Access times of directories are not kept.
        #[doc(alias = "MOUNT_ATTR_NODIRATIME")]
        const NODIRATIME = abi::MOUNT_ATTR_NODIRATIME;
        /// The owners of files are seen through the maps of a user namespace: see [`MountAttr::idmap`].
        #[doc(alias = "MOUNT_ATTR_IDMAP")]
        const IDMAP = abi::MOUNT_ATTR_IDMAP;
        /// Symbolic links are not followed. Since Linux 5.14.
        #[doc(alias = "MOUNT_ATTR_NOSYMFOLLOW")]
        const NOSYMFOLLOW = abi::MOUNT_ATTR_NOSYMFOLLOW;
    }
}

flags! {
    /// Where what is mounted on a mount goes, and comes from. To set it one bit is given; what a mount has may be `SHARED |
    /// SLAVE`.
    Propagation: u64 {
        /// It neither comes nor goes, and the mount cannot be bound.
        #[doc(alias = "MS_UNBINDABLE")]
        const UNBINDABLE = abi::MS_UNBINDABLE as u64;
        /// It neither comes nor goes.
        #[doc(alias = "MS_PRIVATE")]
        const PRIVATE = abi::MS_PRIVATE as u64;
        /// It comes from the master.
        #[doc(alias = "MS_SLAVE")]
        const SLAVE = abi::MS_SLAVE as u64;
        /// It comes from the peers, and goes to them.
        #[doc(alias = "MS_SHARED")]
        const SHARED = abi::MS_SHARED as u64;
    }
}

flags! {
    /// Which mounts [`mount_setattr`] changes.
    SetattrFlags: u32 {
        /// If the path is empty, the descriptor itself is meant.
        #[doc(alias = "AT_EMPTY_PATH")]
        const EMPTY_PATH = crate::abi::fcntl::AT_EMPTY_PATH;
        /// All that are mounted below it, too: all of them, or after an error none.
        #[doc(alias = "AT_RECURSIVE")]
        const RECURSIVE = crate::abi::fcntl::AT_RECURSIVE;
        /// A symbolic link as the last part of the path is not followed.
        #[doc(alias = "AT_SYMLINK_NOFOLLOW")]
        const SYMLINK_NOFOLLOW = crate::abi::fcntl::AT_SYMLINK_NOFOLLOW;
        /// An automounter at the last part of the path is not set off.
        #[doc(alias = "AT_NO_AUTOMOUNT")]
        const NO_AUTOMOUNT = crate::abi::fcntl::AT_NO_AUTOMOUNT;
    }
}

/// When access times are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Atime {
    /// If they are older than a day, or than the last change of the file.
    #[doc(alias = "MOUNT_ATTR_RELATIME")]
    Relatime,
    /// Never.
    Noatime,
    /// Always.
    Strictatime,
}

/// What is to change of a mount. What is not named stays as it is.
#[doc(alias = "mount_attr")]
#[derive(Clone, Copy)]
#[must_use]
pub struct MountAttr<'fd> {
    set: AttrFlags,
    clear: AttrFlags,
    propagation: Propagation,
    userns: Option<BorrowedFd<'fd>>,
}

impl<'fd> MountAttr<'fd> {
    /// Nothing.
    #[expect(clippy::new_without_default, reason = "it is a builder")]
    #[inline]
    pub const fn new() -> Self {
        let (set, clear) = (AttrFlags::empty(), AttrFlags::empty());
        MountAttr { set, clear, propagation: Propagation::empty(), userns: None }
    }

    /// Sets these. For access times see [`atime`](Self::atime).
    #[doc(alias = "attr_set")]
    #[inline]
    pub const fn set(mut self, flags: AttrFlags) -> Self {
        self.set = self.set.union(flags);
        self
    }

    /// Takes these away, before any are set. [`AttrFlags::IDMAP`] can be taken away only by
    /// [`open_tree_attr`](super::open_tree_attr).
    #[doc(alias = "attr_clr")]
    #[inline]
    pub const fn clear(mut self, flags: AttrFlags) -> Self {
        self.clear = self.clear.union(flags);
        self
    }

    /// Sets when access times are kept.
    #[inline]
    pub const fn atime(self, atime: Atime) -> Self {
        let MountAttr { set, clear, propagation, userns } = self;
        let value = match atime {
            Atime::Relatime => AttrFlags::empty(),
            Atime::Noatime => AttrFlags::NOATIME,
            Atime::Strictatime => AttrFlags::STRICTATIME,
        };
        let set = set.difference(AttrFlags::ATIME).union(value);
        MountAttr { set, clear: clear.union(AttrFlags::ATIME), propagation, userns }
    }

    /// Sets the propagation: one of the four.
    #[inline]
    pub const fn propagation(mut self, propagation: Propagation) -> Self {
        self.propagation = propagation;
        self
    }

    /// Shows the owners of files through the maps of a user namespace: what belongs to user `m` on the disk is seen as that of
    /// user `h`, if the namespace's `uid_map` has a line `m h 1`; and what `h` makes belongs to `m` on the disk. Users without
    /// a line are seen as nobody (65534), and make nothing.
    ///
    /// The mount must not have been attached anywhere yet (open it with [`OPEN_TREE_CLONE`](super::OpenTreeFlags::CLONE)), its
    /// file system has to support it, the namespace must not be the initial one, and the caller needs `CAP_SYS_ADMIN` in the
    /// user namespace that the file system was mounted in.
    #[doc(alias = "userns_fd")]
    #[doc(alias = "MOUNT_ATTR_IDMAP")]
    #[inline]
    pub const fn idmap(mut self, userns: BorrowedFd<'fd>) -> Self {
        self.userns = Some(userns);
        self.set(AttrFlags::IDMAP)
    }

    #[inline]
    pub(super) fn kernels(&self) -> abi::mount_attr {
        abi::mount_attr {
            attr_set: self.set.bits(),
            attr_clr: self.clear.bits(),
            propagation: self.propagation.bits(),
            userns_fd: self.userns.map_or(0, |fd| fd.as_raw_fd() as u64),
        }
    }
}

impl fmt::Debug for MountAttr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut attr = f.debug_struct("MountAttr");
        attr.field("set", &self.set).field("clear", &self.clear).field("propagation", &self.propagation);
        attr.field("userns", &self.userns.map(|fd| fd.as_raw_fd())).finish()
    }
}

/// Changes how a mount behaves. The path has to lead to where it is mounted. Since Linux 5.12.
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EBADF`: the descriptor is not open, and the path is relative or empty; the user namespace's is not open.
/// - `EBUSY`: [`RDONLY`](AttrFlags::RDONLY) or [`IDMAP`](AttrFlags::IDMAP), and a file on it is open for writing.
/// - `E2BIG`: not from here, as the struct has not grown.
/// - `EINVAL`: not a mount, or not one of the caller's mount namespace; a flag that this kernel does not know; several kinds of
///   propagation; access times without [`ATIME`](AttrFlags::ATIME) cleared, or a part of that; of `IDMAP`: the descriptor is
///   not that of a user namespace, the mount has been attached, its file system cannot be seen through maps or was mounted in
///   another user namespace, or the flag is to be cleared; a NUL inside the path.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENOENT`: no such file, or the path is empty, without `EMPTY_PATH`.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: the numbers of shared groups are used up.
/// - `ENOTDIR`: something on the way is not a directory.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace; a flag that is locked is to be
///   cleared; of `IDMAP`: the initial user namespace, a mount that has maps already, or the caller lacks `CAP_SYS_ADMIN` in the
///   user namespace that the file system was mounted in.
#[inline]
pub fn mount_setattr(
    directory: impl AsFd,
    path: impl PathArg,
    flags: SetattrFlags,
    attr: &MountAttr<'_>,
) -> Result<()> {
    let (directory, attr) = (directory.as_fd().as_raw_fd(), attr.kernels());
    path.with_c_str(|path| {
        let (path, attr, size) = (path.as_ptr(), &raw const attr, size_of::<abi::mount_attr>());
        // SAFETY: the kernel reads the path up to its NUL, and one struct.
        unsafe { call_readonly!(MOUNT_SETATTR, directory, path, flags.bits(), attr, size) }.unit()
    })
}

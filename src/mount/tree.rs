//! Mounts by descriptors: taken out of the tree, and put into it.

use super::{MountAttr, Reach, SetattrFlags, mount_setattr};
use crate::abi::fcntl::{AT_EMPTY_PATH, AT_NO_AUTOMOUNT, AT_RECURSIVE, AT_SYMLINK_NOFOLLOW};
use crate::abi::mount as abi;
use crate::errno::Result;
use crate::fd::{self, AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;
use crate::path::PathArg;

flags! {
    /// What [`open_tree`] opens, and how. It is closed over `exec` unless asked otherwise.
    OpenTreeFlags: u32 {
        /// Copy the mount, as a bind does, and open the copy, which is not attached anywhere. What is never attached is
        /// unmounted when the descriptor is closed.
        #[doc(alias = "OPEN_TREE_CLONE")]
        const CLONE = abi::OPEN_TREE_CLONE;
        /// Copy the mount into a mount namespace of its own, whose root is the root file system of the kernel with the copy on
        /// top, and open that namespace. Not together with `CLONE`. Since Linux 7.0.
        #[doc(alias = "OPEN_TREE_NAMESPACE")]
        const NAMESPACE = abi::OPEN_TREE_NAMESPACE;
        /// The descriptor stays open over `exec`. (The kernel's flag, `OPEN_TREE_CLOEXEC`, is given unless this is.)
        #[doc(alias = "OPEN_TREE_CLOEXEC")]
        const NO_CLOEXEC = abi::OPEN_TREE_CLOEXEC;
        /// If the path is empty, the descriptor itself is meant.
        #[doc(alias = "AT_EMPTY_PATH")]
        const EMPTY_PATH = AT_EMPTY_PATH;
        /// With `CLONE` or `NAMESPACE`: copy all that are mounted below it, too.
        #[doc(alias = "AT_RECURSIVE")]
        const RECURSIVE = AT_RECURSIVE;
        /// A symbolic link as the last part of the path is not followed.
        #[doc(alias = "AT_SYMLINK_NOFOLLOW")]
        const SYMLINK_NOFOLLOW = AT_SYMLINK_NOFOLLOW;
        /// An automounter at the last part of the path is not set off.
        #[doc(alias = "AT_NO_AUTOMOUNT")]
        const NO_AUTOMOUNT = AT_NO_AUTOMOUNT;
    }
}

flags! {
    /// How [`move_mount`] understands its paths, and what it does. Without any, symbolic links as the last parts are not
    /// followed, and automounters not set off.
    MoveMountFlags: u32 {
        /// The first path: a symbolic link as the last part is followed.
        #[doc(alias = "MOVE_MOUNT_F_SYMLINKS")]
        const F_SYMLINKS = abi::MOVE_MOUNT_F_SYMLINKS;
        /// The first path: an automounter at the last part is set off.
        #[doc(alias = "MOVE_MOUNT_F_AUTOMOUNTS")]
        const F_AUTOMOUNTS = abi::MOVE_MOUNT_F_AUTOMOUNTS;
        /// The first path: if it is empty, the descriptor itself is meant.
        #[doc(alias = "MOVE_MOUNT_F_EMPTY_PATH")]
        const F_EMPTY_PATH = abi::MOVE_MOUNT_F_EMPTY_PATH;
        /// The second path: a symbolic link as the last part is followed.
        #[doc(alias = "MOVE_MOUNT_T_SYMLINKS")]
        const T_SYMLINKS = abi::MOVE_MOUNT_T_SYMLINKS;
        /// The second path: an automounter at the last part is set off.
        #[doc(alias = "MOVE_MOUNT_T_AUTOMOUNTS")]
        const T_AUTOMOUNTS = abi::MOVE_MOUNT_T_AUTOMOUNTS;
        /// The second path: if it is empty, the descriptor itself is meant.
        #[doc(alias = "MOVE_MOUNT_T_EMPTY_PATH")]
        const T_EMPTY_PATH = abi::MOVE_MOUNT_T_EMPTY_PATH;
        /// Move nothing: give the second mount, which is private, the peers and the master of the first. Since Linux 5.15.
        #[doc(alias = "MOVE_MOUNT_SET_GROUP")]
        const SET_GROUP = abi::MOVE_MOUNT_SET_GROUP;
        /// Mount below what is on top of the target, so that it is uncovered when that is unmounted: a mount is replaced, and at
        /// no time is there none. Since Linux 6.5.
        #[doc(alias = "MOVE_MOUNT_BENEATH")]
        const BENEATH = abi::MOVE_MOUNT_BENEATH;
    }
}

/// Opens a mount, or a copy of it. Without [`CLONE`](OpenTreeFlags::CLONE) and [`NAMESPACE`](OpenTreeFlags::NAMESPACE) it is
/// what `open` with `O_PATH` gives, and needs no privilege. Since Linux 5.2.
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EBADF`: the descriptor is not open, and the path is relative or empty.
/// - `EINVAL`: a flag that this kernel does not know; `RECURSIVE` without `CLONE` or `NAMESPACE`, or those two together; of
///   either: an unbindable mount, one of another mount namespace, or, in a user namespace that is not the initial one, without
///   `RECURSIVE` of what has mounts that cover something; a NUL inside the path.
/// - `ELOOP`: too many symbolic links on the way.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOENT`: no such file, or the path is empty, without `EMPTY_PATH`.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: with `CLONE`: as many mounts as `/proc/sys/fs/mount-max` allows.
/// - `ENOTDIR`: something on the way is not a directory.
/// - `EPERM`: `CLONE` or `NAMESPACE`, and the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace.
#[inline]
pub fn open_tree(directory: impl AsFd, path: impl PathArg, flags: OpenTreeFlags) -> Result<OwnedFd> {
    let (directory, flags) = (directory.as_fd().as_raw_fd(), flags.bits() ^ abi::OPEN_TREE_CLOEXEC);
    // SAFETY: the kernel reads the path up to its NUL, and gives a new descriptor.
    path.with_c_str(|path| unsafe { call_readonly!(OPEN_TREE, directory, path.as_ptr(), flags).fd() })
}

/// [`open_tree`] and [`mount_setattr`] in one: a copy has its attributes when it is made. With
/// [`RECURSIVE`](OpenTreeFlags::RECURSIVE) all of its mounts have them, and the maps of a mount can be replaced, or taken away
/// ([`AttrFlags::IDMAP`](super::AttrFlags::IDMAP) cleared). Without [`CLONE`](OpenTreeFlags::CLONE) the mount itself is changed.
/// Since Linux 6.15.
///
/// # Errors
///
/// Those of [`open_tree`] and of [`mount_setattr`].
#[inline]
pub fn open_tree_attr(
    directory: impl AsFd,
    path: impl PathArg,
    flags: OpenTreeFlags,
    attr: &MountAttr<'_>,
) -> Result<OwnedFd> {
    let (directory, flags) = (directory.as_fd().as_raw_fd(), flags.bits() ^ abi::OPEN_TREE_CLOEXEC);
    let attr = attr.kernels();
    path.with_c_str(|path| {
        let (path, attr, size) = (path.as_ptr(), &raw const attr, size_of::<abi::mount_attr>());
        // SAFETY: the kernel reads the path up to its NUL and one struct, and gives a new descriptor.
        unsafe { call_readonly!(OPEN_TREE_ATTR, directory, path, flags, attr, size).fd() }
    })
}

/// Moves a mount, with all that are mounted below it, to another place; or attaches one that is not attached anywhere. Since
/// Linux 5.2.
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched.
/// - `EBADF`: a descriptor is not open, and its path is relative or empty.
/// - `EINVAL`: the first is not where a mount is; the two are a directory and none; it is not of the caller's mount
///   namespace, or locked, as it came from a namespace with more privileges; it is on a shared mount; unbindable
///   mounts to a shared one; a detached tree that is not opened at its top; of [`BENEATH`](MoveMountFlags::BENEATH):
///   nothing is mounted on the target, or what is mounted there is the root, or the new mount would come to be
///   beneath itself by propagation; of [`SET_GROUP`](MoveMountFlags::SET_GROUP): the second mount is not private, the
///   first is neither shared nor a slave, or they are of different file systems or show different parts of it; a flag
///   that this kernel does not know; a NUL inside a path.
/// - `ELOOP`: too many symbolic links on the way; the target is inside of what is moved, as it is of the root.
/// - `ENAMETOOLONG`: a path, or a part of one, is too long.
/// - `ENOENT`: no such file; a path is empty, without the flag for it; the target is removed.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: the namespace has as many mounts as `/proc/sys/fs/mount-max` allows.
/// - `ENOTDIR`: something on the way is not a directory.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace of its mount namespace.
#[inline]
pub fn move_mount(
    from: impl AsFd,
    from_path: impl PathArg,
    to: impl AsFd,
    to_path: impl PathArg,
    flags: MoveMountFlags,
) -> Result<()> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    from_path.with_c_str(|from_path| {
        to_path.with_c_str(|to_path| {
            let (from_path, to_path) = (from_path.as_ptr(), to_path.as_ptr());
            // SAFETY: the kernel reads both paths up to their NULs.
            unsafe { call_readonly!(MOVE_MOUNT, from, from_path, to, to_path, flags.bits()) }.unit()
        })
    })
}

/// A mount by its descriptor. As long as it has not been attached, nobody else sees it, and it is unmounted when this is
/// dropped. It serves as a directory to start a path from.
///
/// ```
/// # use butter::Errno;
/// use butter::fd::CWD;
/// use butter::mount::{AttrFlags, FsContext, Mount, MountAttr, Reach};
///
/// # fn main() -> Result<(), Errno> {
/// # match run() { Err(Errno::EPERM | Errno::ENOSYS) => Ok(()), ended => ended }
/// # }
/// # fn run() -> Result<(), Errno> {
/// let context = FsContext::new(c"tmpfs")?;
/// context.set_string(c"size", c"1m")?;
/// context.create()?;
/// let mount = context.mount(AttrFlags::NODEV)?;
/// mount.setattr(&MountAttr::new().set(AttrFlags::NOEXEC), Reach::Mount)?;
/// // mount.attach(CWD, "/mnt")?;
///
/// let copy = Mount::bind(CWD, "/usr", Reach::Tree)?;
/// copy.setattr(&MountAttr::new().set(AttrFlags::RDONLY), Reach::Tree)?;
/// // copy.attach(CWD, "/container/usr")?;
/// # Ok(())
/// # }
/// ```
pub struct Mount {
    fd: OwnedFd,
}

fd::object!(Mount);
fd::object_from_fd!(Mount);

impl Mount {
    /// Opens what is mounted at a path: to [`attach`](Self::attach) it elsewhere moves it.
    ///
    /// # Errors
    ///
    /// Those of [`open_tree`].
    #[inline]
    pub fn open(directory: impl AsFd, path: impl PathArg) -> Result<Mount> {
        open_tree(directory, path, OpenTreeFlags::empty()).map(Mount::from)
    }

    /// Copies a directory or a file, as a bind does, without attaching it.
    ///
    /// # Errors
    ///
    /// Those of [`open_tree`].
    #[doc(alias = "OPEN_TREE_CLONE")]
    #[inline]
    pub fn bind(directory: impl AsFd, path: impl PathArg, reach: Reach) -> Result<Mount> {
        let flags = match reach {
            Reach::Mount => OpenTreeFlags::CLONE,
            Reach::Tree => OpenTreeFlags::CLONE | OpenTreeFlags::RECURSIVE,
        };
        open_tree(directory, path, flags).map(Mount::from)
    }

    /// Changes how it behaves.
    ///
    /// # Errors
    ///
    /// Those of [`mount_setattr`].
    #[inline]
    pub fn setattr(&self, attr: &MountAttr<'_>, reach: Reach) -> Result<()> {
        let flags = match reach {
            Reach::Mount => SetattrFlags::EMPTY_PATH,
            Reach::Tree => SetattrFlags::EMPTY_PATH | SetattrFlags::RECURSIVE,
        };
        mount_setattr(self, c"", flags, attr)
    }

    /// Mounts it at a path, on top of what is mounted there; moves it if it is mounted already. A symbolic link as the last part
    /// of the path is not followed.
    ///
    /// # Errors
    ///
    /// Those of [`move_mount`].
    #[inline]
    pub fn attach(&self, directory: impl AsFd, path: impl PathArg) -> Result<()> {
        self.attach_with_flags(directory, path, MoveMountFlags::empty())
    }

    /// [`attach`](Self::attach) with flags for the path, or [`BENEATH`](MoveMountFlags::BENEATH).
    ///
    /// # Errors
    ///
    /// Those of [`move_mount`].
    #[inline]
    pub fn attach_with_flags(&self, directory: impl AsFd, path: impl PathArg, flags: MoveMountFlags) -> Result<()> {
        move_mount(self, c"", directory, path, flags | MoveMountFlags::F_EMPTY_PATH)
    }
}

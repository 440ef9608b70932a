//! Mounts: what is mounted where, and how.
//!
//! ```
//! # use butter::Errno;
//! use butter::fd::CWD;
//! use butter::mount::{self, AttrFlags, FsContext, Mount, MountAttr, Reach};
//!
//! # fn main() -> Result<(), Errno> {
//! # match run() { Err(Errno::EPERM | Errno::ENOSYS) => Ok(()), ended => ended }
//! # }
//! # fn run() -> Result<(), Errno> {
//! // A new file system, step by step: nobody sees it before it is attached.
//! let context = FsContext::new(c"tmpfs")?;
//! context.set_string(c"size", c"16m")?;
//! context.create()?;
//! let tmp = context.mount(AttrFlags::NOSUID | AttrFlags::NODEV)?;
//!
//! // A directory that is mounted already, to be seen read-only elsewhere.
//! let usr = Mount::bind(CWD, "/usr", Reach::Tree)?;
//! usr.setattr(&MountAttr::new().set(AttrFlags::RDONLY), Reach::Tree)?;
//!
//! # if false {
//! usr.attach(CWD, "/container/usr")?;
//! tmp.attach(CWD, "/container/tmp")?;
//! mount::pivot_into("/container")?;
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # What to know
//!
//! - **Two ways.** [`mount()`], [`umount2`] and [`pivot_root`] are there since ever; [`bind`], [`move_to`], [`remount`],
//!   [`make_private`] and their kin say in words what is meant. Since Linux 5.2 a mount is made by descriptors, before anybody
//!   can see it ([`Mount`]), its file system option by option ([`FsContext`]), and the kernel says what is wrong:
//!   [`FsContext::explain`].
//! - **Flags.** Some belong to the mount ([`AttrFlags`], which [`mount_setattr`] changes one by one), some to the file system,
//!   however often it is mounted. [`remount`] replaces both, and [`remount_bind`] those of the mount, with what it is given.
//! - **Propagation.** Many systems share all mounts, so that what a mount namespace mounts is mounted outside, too. Make the
//!   tree private or a slave in a new namespace before anything else: `make_slave("/", Reach::Tree)`.
//! - **What is mounted?** [`statfs`] tells of a file system; [`Mounts`] lists all mounts, and [`statmount`] tells of each
//!   (Linux 6.8). For older kernels there is the text: [`mountinfo`].
//! - **Privilege.** All of it needs `CAP_SYS_ADMIN` in the user namespace that owns the mount namespace, which a process that
//!   makes both has; but for looking: `statfs`, `listmount`, `statmount`, and `open_tree` without a copy.
//! - **A path names what is on top.** A mount on a mount hides it, and a call changes the one on top.
//!
//! See `mount(2)`, `umount(2)`, `pivot_root(2)`, `fsopen(2)`, `fsconfig(2)`, `fsmount(2)`, `fspick(2)`, `open_tree(2)`,
//! `open_tree_attr(2)`, `move_mount(2)`, `mount_setattr(2)`, `statmount(2)`, `listmount(2)`, `statfs(2)`,
//! `mount_namespaces(7)`.

mod attr;
mod calls;
mod config;
mod context;
mod list;
mod message;
pub mod mountinfo;
mod stat;
mod statfs;
mod tree;
mod words;

pub use attr::{Atime, AttrFlags, MountAttr, Propagation, SetattrFlags, mount_setattr};
pub use calls::{MountFlags, UmountFlags, mount, pivot_root, umount2};
pub use config::{
    FsmountFlags, FsopenFlags, FspickFlags, fsconfig_create, fsconfig_create_excl, fsconfig_reconfigure,
    fsconfig_set_binary, fsconfig_set_fd, fsconfig_set_flag, fsconfig_set_path, fsconfig_set_path_empty,
    fsconfig_set_string, fsmount, fsopen, fspick,
};
pub use context::FsContext;
pub use list::{ListmountFlags, MntIdReq, MountId, Mounts, listmount};
pub use message::{ContextError, Message, MessageKind};
pub use stat::{IdExtent, IdMap, StatMount, StatmountMask, Strings, statmount};
pub use statfs::{FsType, Statfs, StatfsFlags, fstatfs, statfs};
pub use tree::{Mount, MoveMountFlags, OpenTreeFlags, move_mount, open_tree, open_tree_attr};
pub use words::{
    Expiry, Reach, bind, expire, make_private, make_shared, make_slave, make_unbindable, move_to, pivot_into, remount,
    remount_bind,
};

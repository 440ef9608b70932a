//! Mounts: what is mounted where, and how.
//!
//! See `mount(2)`, `umount(2)`, `pivot_root(2)`, `statfs(2)`, `mount_namespaces(7)`.

mod attr;
mod calls;
mod config;
mod context;
mod list;
mod message;
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

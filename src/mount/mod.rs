//! Mounts: what is mounted where, and how.
//!
//! See `mount(2)`, `umount(2)`, `pivot_root(2)`, `statfs(2)`, `mount_namespaces(7)`.

mod calls;
mod statfs;
mod words;

pub use calls::{MountFlags, UmountFlags, mount, pivot_root, umount2};
pub use statfs::{FsType, Statfs, StatfsFlags, fstatfs, statfs};
pub use words::{
    Expiry, Reach, bind, expire, make_private, make_shared, make_slave, make_unbindable, move_to, pivot_into, remount,
    remount_bind,
};

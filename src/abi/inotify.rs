//! `linux/inotify.h`.

use super::layout;
use crate::arch::fcntl::{O_CLOEXEC, O_NONBLOCK};
use crate::arch::ioctl::iow;

/// Behind it stand `len` bytes of name.
#[repr(C)]
pub(crate) struct inotify_event {
    pub(crate) wd: i32,
    pub(crate) mask: u32,
    pub(crate) cookie: u32,
    pub(crate) len: u32,
}

layout!(inotify_event: 16 { wd: 0, mask: 4, cookie: 8, len: 12 });

pub(crate) const IN_ACCESS: u32 = 0x001;
pub(crate) const IN_MODIFY: u32 = 0x002;
pub(crate) const IN_ATTRIB: u32 = 0x004;
pub(crate) const IN_CLOSE_WRITE: u32 = 0x008;
pub(crate) const IN_CLOSE_NOWRITE: u32 = 0x010;
pub(crate) const IN_OPEN: u32 = 0x020;
pub(crate) const IN_MOVED_FROM: u32 = 0x040;
pub(crate) const IN_MOVED_TO: u32 = 0x080;
pub(crate) const IN_CREATE: u32 = 0x100;
pub(crate) const IN_DELETE: u32 = 0x200;
pub(crate) const IN_DELETE_SELF: u32 = 0x400;
pub(crate) const IN_MOVE_SELF: u32 = 0x800;

pub(crate) const IN_UNMOUNT: u32 = 0x2000;
pub(crate) const IN_Q_OVERFLOW: u32 = 0x4000;
pub(crate) const IN_IGNORED: u32 = 0x8000;

pub(crate) const IN_CLOSE: u32 = IN_CLOSE_WRITE | IN_CLOSE_NOWRITE;
pub(crate) const IN_MOVE: u32 = IN_MOVED_FROM | IN_MOVED_TO;
pub(crate) const IN_ALL_EVENTS: u32 = 0xfff;

pub(crate) const IN_ONLYDIR: u32 = 0x0100_0000;
pub(crate) const IN_DONT_FOLLOW: u32 = 0x0200_0000;
pub(crate) const IN_EXCL_UNLINK: u32 = 0x0400_0000;
pub(crate) const IN_MASK_CREATE: u32 = 0x1000_0000;
pub(crate) const IN_MASK_ADD: u32 = 0x2000_0000;
pub(crate) const IN_ISDIR: u32 = 0x4000_0000;
pub(crate) const IN_ONESHOT: u32 = 0x8000_0000;

pub(crate) const IN_CLOEXEC: u32 = O_CLOEXEC;
pub(crate) const IN_NONBLOCK: u32 = O_NONBLOCK;

pub(crate) const INOTIFY_IOC_SETNEXTWD: u32 = iow::<i32>(b'I', 0);

//! `asm-generic/poll.h`.

use super::layout;

pub(crate) const POLLIN: u16 = 0x0001;
pub(crate) const POLLPRI: u16 = 0x0002;
pub(crate) const POLLOUT: u16 = 0x0004;
pub(crate) const POLLERR: u16 = 0x0008;
pub(crate) const POLLHUP: u16 = 0x0010;
pub(crate) const POLLNVAL: u16 = 0x0020;
pub(crate) const POLLRDNORM: u16 = 0x0040;
pub(crate) const POLLRDBAND: u16 = 0x0080;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct pollfd {
    pub(crate) fd: i32,
    pub(crate) events: i16,
    pub(crate) revents: i16,
}

layout!(pollfd: 8 { fd: 0, events: 4, revents: 6 });

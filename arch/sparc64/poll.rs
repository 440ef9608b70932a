//! `asm/poll.h` of sparc.

pub(crate) const POLLWRNORM: u16 = 0x0004;
pub(crate) const POLLWRBAND: u16 = 0x0100;
pub(crate) const POLLMSG: u16 = 0x0200;
pub(crate) const POLLRDHUP: u16 = 0x0800;

//! `asm-generic/poll.h`: the bits of `poll` that some architectures have elsewhere.

pub(crate) const POLLWRNORM: u16 = 0x0100;
pub(crate) const POLLWRBAND: u16 = 0x0200;
pub(crate) const POLLMSG: u16 = 0x0400;
pub(crate) const POLLRDHUP: u16 = 0x2000;

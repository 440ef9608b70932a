//! `asm-generic/ioctls.h`: ioctl numbers from before they were put together by a rule.

pub(crate) const FIONREAD: u32 = 0x541b;
pub(crate) const TIOCSCTTY: u32 = 0x540e;
pub(crate) const TIOCGPGRP: u32 = 0x540f;
pub(crate) const TIOCSPGRP: u32 = 0x5410;
pub(crate) const TIOCNOTTY: u32 = 0x5422;
pub(crate) const TIOCGSID: u32 = 0x5429;

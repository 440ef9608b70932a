//! `asm-generic/ioctls.h`: ioctl numbers from before they were put together by a rule.

pub(crate) const FIONREAD: u32 = 0x541b;

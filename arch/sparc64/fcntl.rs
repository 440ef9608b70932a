//! `asm/fcntl.h` of sparc.

pub(crate) const O_NONBLOCK: u32 = 0x4000;
pub(crate) const O_CLOEXEC: u32 = 0x40_0000;

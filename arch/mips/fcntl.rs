//! `asm/fcntl.h` of mips.

pub(crate) const O_NONBLOCK: u32 = 0x80;
pub(crate) const O_CLOEXEC: u32 = 0o2000000;

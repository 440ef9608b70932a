//! `asm-generic/fcntl.h`: the flags that the descriptor calls take under names of their own (`EFD_CLOEXEC`, …).

pub(crate) const O_NONBLOCK: u32 = 0o4000;
pub(crate) const O_CLOEXEC: u32 = 0o2000000;

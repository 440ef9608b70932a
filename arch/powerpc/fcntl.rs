//! `asm/fcntl.h` of powerpc: flags in an order of their own.

pub(crate) use crate::arch::generic::fcntl::*;

pub(crate) const O_DIRECTORY: u32 = 0o40000;
pub(crate) const O_NOFOLLOW: u32 = 0o100000;
pub(crate) const O_LARGEFILE: u32 = 0o200000;
pub(crate) const O_DIRECT: u32 = 0o400000;
pub(crate) const O_TMPFILE: u32 = 0o20040000;

//! `asm/resource.h` of sparc.

pub(crate) use crate::arch::generic::resource::*;

pub(crate) const RLIMIT_NOFILE: u32 = 6;
pub(crate) const RLIMIT_NPROC: u32 = 7;

//! `linux/auxvec.h`, `asm/auxvec.h`, and the call of `linux/prctl.h` that gives the vector.

pub(crate) const AT_NULL: usize = 0;
pub(crate) const AT_SYSINFO_EHDR: usize = 33;

pub(crate) const PR_GET_AUXV: i32 = 0x4155_5856;

//! `asm-generic/resource.h`: the limits that some architectures number otherwise.

pub(crate) const RLIMIT_RSS: u32 = 5;
pub(crate) const RLIMIT_NPROC: u32 = 6;
pub(crate) const RLIMIT_NOFILE: u32 = 7;
pub(crate) const RLIMIT_MEMLOCK: u32 = 8;
pub(crate) const RLIMIT_AS: u32 = 9;

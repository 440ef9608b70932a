//! `linux/resource.h`. Some limits have other numbers elsewhere: see `arch`.

use super::layout;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct rlimit64 {
    pub(crate) rlim_cur: u64,
    pub(crate) rlim_max: u64,
}

layout!(rlimit64: 16 { rlim_cur: 0, rlim_max: 8 });

pub(crate) const RLIM64_INFINITY: u64 = u64::MAX;

pub(crate) const RLIMIT_CPU: u32 = 0;
pub(crate) const RLIMIT_FSIZE: u32 = 1;
pub(crate) const RLIMIT_DATA: u32 = 2;
pub(crate) const RLIMIT_STACK: u32 = 3;
pub(crate) const RLIMIT_CORE: u32 = 4;
pub(crate) const RLIMIT_LOCKS: u32 = 10;
pub(crate) const RLIMIT_SIGPENDING: u32 = 11;
pub(crate) const RLIMIT_MSGQUEUE: u32 = 12;
pub(crate) const RLIMIT_NICE: u32 = 13;
pub(crate) const RLIMIT_RTPRIO: u32 = 14;
pub(crate) const RLIMIT_RTTIME: u32 = 15;

pub(crate) const PRIO_PROCESS: u32 = 0;
pub(crate) const PRIO_PGRP: u32 = 1;
pub(crate) const PRIO_USER: u32 = 2;

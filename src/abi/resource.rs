//! `linux/resource.h`. Some limits have other numbers elsewhere: see `arch`.

use super::layout;
use super::sysinfo::kernel_long;

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

pub(crate) const RUSAGE_SELF: i32 = 0;
pub(crate) const RUSAGE_CHILDREN: i32 = -1;
pub(crate) const RUSAGE_THREAD: i32 = 1;

#[cfg(not(target_arch = "sparc64"))]
pub(crate) type kernel_suseconds = kernel_long;
#[cfg(target_arch = "sparc64")]
pub(crate) type kernel_suseconds = i32;

/// A `timeval`.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct __kernel_old_timeval {
    pub(crate) tv_sec: kernel_long,
    pub(crate) tv_usec: kernel_suseconds,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct rusage {
    pub(crate) ru_utime: __kernel_old_timeval,
    pub(crate) ru_stime: __kernel_old_timeval,
    pub(crate) ru_maxrss: kernel_long,
    pub(crate) ru_ixrss: kernel_long,
    pub(crate) ru_idrss: kernel_long,
    pub(crate) ru_isrss: kernel_long,
    pub(crate) ru_minflt: kernel_long,
    pub(crate) ru_majflt: kernel_long,
    pub(crate) ru_nswap: kernel_long,
    pub(crate) ru_inblock: kernel_long,
    pub(crate) ru_oublock: kernel_long,
    pub(crate) ru_msgsnd: kernel_long,
    pub(crate) ru_msgrcv: kernel_long,
    pub(crate) ru_nsignals: kernel_long,
    pub(crate) ru_nvcsw: kernel_long,
    pub(crate) ru_nivcsw: kernel_long,
}

#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
layout!(rusage: 144 {
    ru_utime: 0, ru_utime.tv_sec: 0, ru_utime.tv_usec: 8, ru_stime: 16, ru_stime.tv_sec: 16, ru_stime.tv_usec: 24,
    ru_maxrss: 32, ru_ixrss: 40, ru_idrss: 48, ru_isrss: 56, ru_minflt: 64, ru_majflt: 72, ru_nswap: 80, ru_inblock: 88,
    ru_oublock: 96, ru_msgsnd: 104, ru_msgrcv: 112, ru_nsignals: 120, ru_nvcsw: 128, ru_nivcsw: 136,
});
#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
layout!(rusage: 72 {
    ru_utime: 0, ru_utime.tv_sec: 0, ru_utime.tv_usec: 4, ru_stime: 8, ru_stime.tv_sec: 8, ru_stime.tv_usec: 12,
    ru_maxrss: 16, ru_ixrss: 20, ru_idrss: 24, ru_isrss: 28, ru_minflt: 32, ru_majflt: 36, ru_nswap: 40, ru_inblock: 44,
    ru_oublock: 48, ru_msgsnd: 52, ru_msgrcv: 56, ru_nsignals: 60, ru_nvcsw: 64, ru_nivcsw: 68,
});

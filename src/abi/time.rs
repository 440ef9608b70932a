//! `linux/time.h` and `linux/time_types.h`: 64-bit seconds everywhere.

use super::layout;

#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub(crate) struct __kernel_timespec {
    pub(crate) tv_sec: i64,
    pub(crate) tv_nsec: i64,
}

layout!(__kernel_timespec: 16 { tv_sec: 0, tv_nsec: 8 });

#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub(crate) struct __kernel_itimerspec {
    pub(crate) it_interval: __kernel_timespec,
    pub(crate) it_value: __kernel_timespec,
}

layout!(__kernel_itimerspec: 32 { it_interval: 0, it_value: 16 });

pub(crate) const CLOCK_REALTIME: i32 = 0;
pub(crate) const CLOCK_MONOTONIC: i32 = 1;
pub(crate) const CLOCK_PROCESS_CPUTIME_ID: i32 = 2;
pub(crate) const CLOCK_THREAD_CPUTIME_ID: i32 = 3;
pub(crate) const CLOCK_MONOTONIC_RAW: i32 = 4;
pub(crate) const CLOCK_REALTIME_COARSE: i32 = 5;
pub(crate) const CLOCK_MONOTONIC_COARSE: i32 = 6;
pub(crate) const CLOCK_BOOTTIME: i32 = 7;
pub(crate) const CLOCK_REALTIME_ALARM: i32 = 8;
pub(crate) const CLOCK_BOOTTIME_ALARM: i32 = 9;
pub(crate) const CLOCK_TAI: i32 = 11;

//! `linux/timerfd.h`.

use crate::arch::fcntl::{O_CLOEXEC, O_NONBLOCK};
use crate::arch::ioctl::iow;

pub(crate) const TFD_TIMER_ABSTIME: u32 = 1;
pub(crate) const TFD_TIMER_CANCEL_ON_SET: u32 = 2;
pub(crate) const TFD_CLOEXEC: u32 = O_CLOEXEC;
pub(crate) const TFD_NONBLOCK: u32 = O_NONBLOCK;

pub(crate) const TFD_IOC_SET_TICKS: u32 = iow::<u64>(b'T', 0);

//! `linux/eventpoll.h`.

use super::layout;
use crate::arch::fcntl::O_CLOEXEC;
use crate::arch::ioctl::{ior, iow};

pub(crate) const EPOLL_CLOEXEC: u32 = O_CLOEXEC;

pub(crate) const EPOLL_CTL_ADD: i32 = 1;
pub(crate) const EPOLL_CTL_DEL: i32 = 2;
pub(crate) const EPOLL_CTL_MOD: i32 = 3;

pub(crate) const EPOLLIN: u32 = 0x001;
pub(crate) const EPOLLPRI: u32 = 0x002;
pub(crate) const EPOLLOUT: u32 = 0x004;
pub(crate) const EPOLLERR: u32 = 0x008;
pub(crate) const EPOLLHUP: u32 = 0x010;
pub(crate) const EPOLLNVAL: u32 = 0x020;
pub(crate) const EPOLLRDNORM: u32 = 0x040;
pub(crate) const EPOLLRDBAND: u32 = 0x080;
pub(crate) const EPOLLWRNORM: u32 = 0x100;
pub(crate) const EPOLLWRBAND: u32 = 0x200;
pub(crate) const EPOLLMSG: u32 = 0x400;
pub(crate) const EPOLLRDHUP: u32 = 0x2000;
pub(crate) const EPOLL_URING_WAKE: u32 = 1 << 27;
pub(crate) const EPOLLEXCLUSIVE: u32 = 1 << 28;
pub(crate) const EPOLLWAKEUP: u32 = 1 << 29;
pub(crate) const EPOLLONESHOT: u32 = 1 << 30;
pub(crate) const EPOLLET: u32 = 1 << 31;

/// Packed on x86_64 and x32 alone, so that 32-bit programs have the same layout there.
#[derive(Clone, Copy)]
#[cfg_attr(target_arch = "x86_64", repr(C, packed))]
#[cfg_attr(not(target_arch = "x86_64"), repr(C))]
pub(crate) struct epoll_event {
    pub(crate) events: u32,
    pub(crate) data: u64,
}

// Packed, or as 64-bit integers are aligned to 4 there.
#[cfg(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86", target_arch = "x86_64"))]
layout!(epoll_event: 12 { events: 0, data: 4 });
#[cfg(not(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86", target_arch = "x86_64")))]
layout!(epoll_event: 16 { events: 0, data: 8 });

/// Linux 6.9.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct epoll_params {
    pub(crate) busy_poll_usecs: u32,
    pub(crate) busy_poll_budget: u16,
    pub(crate) prefer_busy_poll: u8,
    pub(crate) __pad: u8,
}

layout!(epoll_params: 8 { busy_poll_usecs: 0, busy_poll_budget: 4, prefer_busy_poll: 6, __pad: 7 });

pub(crate) const EPIOCSPARAMS: u32 = iow::<epoll_params>(0x8a, 1);
pub(crate) const EPIOCGPARAMS: u32 = ior::<epoll_params>(0x8a, 2);

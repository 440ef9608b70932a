//! `linux/socket.h`, of the kernel and for programs, and `linux/net.h`.

use super::layout;
use super::uio::iovec;
use crate::arch::fcntl::{O_CLOEXEC, O_NONBLOCK};

pub(crate) const AF_UNIX: i32 = 1;

pub(crate) const SOCK_SEQPACKET: u32 = 5;
pub(crate) const SOCK_CLOEXEC: u32 = O_CLOEXEC;
pub(crate) const SOCK_NONBLOCK: u32 = O_NONBLOCK;

pub(crate) const SCM_RIGHTS: i32 = 1;
pub(crate) const SCM_CREDENTIALS: i32 = 2;
pub(crate) const SCM_PIDFD: i32 = 4;

pub(crate) const MSG_PEEK: u32 = 0x02;
pub(crate) const MSG_CTRUNC: u32 = 0x08;
pub(crate) const MSG_TRUNC: u32 = 0x20;
pub(crate) const MSG_DONTWAIT: u32 = 0x40;
pub(crate) const MSG_EOR: u32 = 0x80;
pub(crate) const MSG_WAITALL: u32 = 0x100;
pub(crate) const MSG_NOSIGNAL: u32 = 0x4000;
pub(crate) const MSG_CMSG_CLOEXEC: u32 = 0x4000_0000;

#[repr(C)]
pub(crate) struct user_msghdr {
    pub(crate) msg_name: *mut u8,
    pub(crate) msg_namelen: i32,
    pub(crate) msg_iov: *mut iovec,
    pub(crate) msg_iovlen: usize,
    pub(crate) msg_control: *mut usize,
    pub(crate) msg_controllen: usize,
    pub(crate) msg_flags: u32,
}

#[cfg(target_pointer_width = "64")]
layout!(user_msghdr: 56 {
    msg_name: 0, msg_namelen: 8, msg_iov: 16, msg_iovlen: 24, msg_control: 32, msg_controllen: 40, msg_flags: 48,
});
#[cfg(target_pointer_width = "32")]
layout!(user_msghdr: 28 {
    msg_name: 0, msg_namelen: 4, msg_iov: 8, msg_iovlen: 12, msg_control: 16, msg_controllen: 20, msg_flags: 24,
});

/// Behind it stand its data, and behind them the next one, at the alignment of a word.
#[repr(C)]
pub(crate) struct cmsghdr {
    pub(crate) cmsg_len: usize,
    pub(crate) cmsg_level: i32,
    pub(crate) cmsg_type: i32,
}

#[cfg(target_pointer_width = "64")]
layout!(cmsghdr: 16 { cmsg_len: 0, cmsg_level: 8, cmsg_type: 12 });
#[cfg(target_pointer_width = "32")]
layout!(cmsghdr: 12 { cmsg_len: 0, cmsg_level: 4, cmsg_type: 8 });

#[repr(C)]
pub(crate) struct ucred {
    pub(crate) pid: i32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

layout!(ucred: 12 { pid: 0, uid: 4, gid: 8 });

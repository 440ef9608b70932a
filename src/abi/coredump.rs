//! `linux/coredump.h`: what the kernel and a server say to each other about a process whose memory is to be dumped.

use super::layout;

/// Since Linux 6.17. What a newer kernel adds comes behind these fields, and `size` counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub(crate) struct coredump_req {
    pub(crate) size: u32,
    pub(crate) size_ack: u32,
    pub(crate) mask: u64,
}

layout!(coredump_req: 16 { size: 0, size_ack: 4, mask: 8 });

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub(crate) struct coredump_ack {
    pub(crate) size: u32,
    pub(crate) spare: u32,
    pub(crate) mask: u64,
}

layout!(coredump_ack: 16 { size: 0, spare: 4, mask: 8 });

pub(crate) const COREDUMP_REQ_SIZE_VER0: usize = 16;
pub(crate) const COREDUMP_ACK_SIZE_VER0: usize = 16;

pub(crate) const COREDUMP_KERNEL: u64 = 1 << 0;
pub(crate) const COREDUMP_USERSPACE: u64 = 1 << 1;
pub(crate) const COREDUMP_REJECT: u64 = 1 << 2;
pub(crate) const COREDUMP_WAIT: u64 = 1 << 3;

pub(crate) const COREDUMP_MARK_REQACK: u32 = 0;
pub(crate) const COREDUMP_MARK_MINSIZE: u32 = 1;
pub(crate) const COREDUMP_MARK_MAXSIZE: u32 = 2;
pub(crate) const COREDUMP_MARK_UNSUPPORTED: u32 = 3;
pub(crate) const COREDUMP_MARK_CONFLICTING: u32 = 4;

//! `linux/pidfd.h`.

use super::layout;
use crate::arch::fcntl::{O_EXCL, O_NONBLOCK};
use crate::arch::ioctl::{io, iowr};

pub(crate) const PIDFD_NONBLOCK: u32 = O_NONBLOCK;
/// Since Linux 6.9.
pub(crate) const PIDFD_THREAD: u32 = O_EXCL;

// `linux/fcntl.h`. Since Linux 6.15.
pub(crate) const PIDFD_SELF_THREAD: i32 = -10000;
pub(crate) const PIDFD_SELF_THREAD_GROUP: i32 = -10001;

// Since Linux 6.9.
pub(crate) const PIDFD_SIGNAL_THREAD: u32 = 1;
pub(crate) const PIDFD_SIGNAL_THREAD_GROUP: u32 = 2;
pub(crate) const PIDFD_SIGNAL_PROCESS_GROUP: u32 = 4;

/// Since Linux 6.13, `coredump_mask` since 6.16, `coredump_signal` and `supported_mask` since 6.19.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(C)]
pub(crate) struct pidfd_info {
    pub(crate) mask: u64,
    pub(crate) cgroupid: u64,
    pub(crate) pid: u32,
    pub(crate) tgid: u32,
    pub(crate) ppid: u32,
    pub(crate) ruid: u32,
    pub(crate) rgid: u32,
    pub(crate) euid: u32,
    pub(crate) egid: u32,
    pub(crate) suid: u32,
    pub(crate) sgid: u32,
    pub(crate) fsuid: u32,
    pub(crate) fsgid: u32,
    pub(crate) exit_code: i32,
    pub(crate) coredump_mask: u32,
    pub(crate) coredump_signal: u32,
    pub(crate) coredump_code: u32,
    pub(crate) coredump_pad: u32,
    pub(crate) supported_mask: u64,
}

layout!(pidfd_info: 88 {
    mask: 0, cgroupid: 8, pid: 16, tgid: 20, ppid: 24, ruid: 28, rgid: 32, euid: 36, egid: 40, suid: 44, sgid: 48,
    fsuid: 52, fsgid: 56, exit_code: 60, coredump_mask: 64, coredump_signal: 68, coredump_code: 72, coredump_pad: 76,
    supported_mask: 80,
});

pub(crate) const PIDFD_INFO_PID: u64 = 0x01;
pub(crate) const PIDFD_INFO_CREDS: u64 = 0x02;
pub(crate) const PIDFD_INFO_CGROUPID: u64 = 0x04;
pub(crate) const PIDFD_INFO_EXIT: u64 = 0x08;
pub(crate) const PIDFD_INFO_COREDUMP: u64 = 0x10;
pub(crate) const PIDFD_INFO_SUPPORTED_MASK: u64 = 0x20;
pub(crate) const PIDFD_INFO_COREDUMP_SIGNAL: u64 = 0x40;
pub(crate) const PIDFD_INFO_COREDUMP_CODE: u64 = 0x80;

pub(crate) const PIDFD_COREDUMPED: u32 = 0x1;
pub(crate) const PIDFD_COREDUMP_SKIP: u32 = 0x2;
pub(crate) const PIDFD_COREDUMP_USER: u32 = 0x4;
pub(crate) const PIDFD_COREDUMP_ROOT: u32 = 0x8;

/// The kernel takes any size from the first, 64, on.
pub(crate) const PIDFD_GET_INFO: u32 = iowr::<pidfd_info>(0xff, 11);

// Since Linux 6.11.
pub(crate) const PIDFD_GET_CGROUP_NAMESPACE: u32 = io(0xff, 1);
pub(crate) const PIDFD_GET_IPC_NAMESPACE: u32 = io(0xff, 2);
pub(crate) const PIDFD_GET_MNT_NAMESPACE: u32 = io(0xff, 3);
pub(crate) const PIDFD_GET_NET_NAMESPACE: u32 = io(0xff, 4);
pub(crate) const PIDFD_GET_PID_NAMESPACE: u32 = io(0xff, 5);
pub(crate) const PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE: u32 = io(0xff, 6);
pub(crate) const PIDFD_GET_TIME_NAMESPACE: u32 = io(0xff, 7);
pub(crate) const PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE: u32 = io(0xff, 8);
pub(crate) const PIDFD_GET_USER_NAMESPACE: u32 = io(0xff, 9);
pub(crate) const PIDFD_GET_UTS_NAMESPACE: u32 = io(0xff, 10);

//! `linux/sched.h`.

use super::layout;

/// Intersects with the signal of `clone`: for `unshare` and `clone3` only. Since Linux 5.6.
pub(crate) const CLONE_NEWTIME: u32 = 0x0000_0080;
pub(crate) const CLONE_VM: u32 = 0x0000_0100;
pub(crate) const CLONE_FS: u32 = 0x0000_0200;
pub(crate) const CLONE_FILES: u32 = 0x0000_0400;
pub(crate) const CLONE_SIGHAND: u32 = 0x0000_0800;
/// Since Linux 5.2.
pub(crate) const CLONE_PIDFD: u32 = 0x0000_1000;
pub(crate) const CLONE_PTRACE: u32 = 0x0000_2000;
pub(crate) const CLONE_VFORK: u32 = 0x0000_4000;
pub(crate) const CLONE_PARENT: u32 = 0x0000_8000;
pub(crate) const CLONE_THREAD: u32 = 0x0001_0000;
pub(crate) const CLONE_NEWNS: u32 = 0x0002_0000;
pub(crate) const CLONE_SYSVSEM: u32 = 0x0004_0000;
pub(crate) const CLONE_SETTLS: u32 = 0x0008_0000;
pub(crate) const CLONE_PARENT_SETTID: u32 = 0x0010_0000;
pub(crate) const CLONE_CHILD_CLEARTID: u32 = 0x0020_0000;
pub(crate) const CLONE_UNTRACED: u32 = 0x0080_0000;
pub(crate) const CLONE_CHILD_SETTID: u32 = 0x0100_0000;
pub(crate) const CLONE_NEWCGROUP: u32 = 0x0200_0000;
pub(crate) const CLONE_NEWUTS: u32 = 0x0400_0000;
pub(crate) const CLONE_NEWIPC: u32 = 0x0800_0000;
pub(crate) const CLONE_NEWUSER: u32 = 0x1000_0000;
pub(crate) const CLONE_NEWPID: u32 = 0x2000_0000;
pub(crate) const CLONE_NEWNET: u32 = 0x4000_0000;
pub(crate) const CLONE_IO: u32 = 0x8000_0000;

// For `clone3` only. Since Linux 5.5, 5.7, and the rest 7.1.
pub(crate) const CLONE_CLEAR_SIGHAND: u64 = 0x01_0000_0000;
pub(crate) const CLONE_INTO_CGROUP: u64 = 0x02_0000_0000;
pub(crate) const CLONE_AUTOREAP: u64 = 0x04_0000_0000;
pub(crate) const CLONE_NNP: u64 = 0x08_0000_0000;
pub(crate) const CLONE_PIDFD_AUTOKILL: u64 = 0x10_0000_0000;
pub(crate) const CLONE_EMPTY_MNTNS: u64 = 0x20_0000_0000;

/// Since Linux 7.1. `clone` has another flag there.
pub(crate) const UNSHARE_EMPTY_MNTNS: u32 = 0x0010_0000;

/// Since Linux 5.3, `set_tid` and its size since 5.5, `cgroup` since 5.7. The kernel aligns it to 8 also where a `u64` is not.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(C, align(8))]
pub(crate) struct clone_args {
    pub(crate) flags: u64,
    pub(crate) pidfd: u64,
    pub(crate) child_tid: u64,
    pub(crate) parent_tid: u64,
    pub(crate) exit_signal: u64,
    pub(crate) stack: u64,
    pub(crate) stack_size: u64,
    pub(crate) tls: u64,
    pub(crate) set_tid: u64,
    pub(crate) set_tid_size: u64,
    pub(crate) cgroup: u64,
}

layout!(clone_args: 88 {
    flags: 0, pidfd: 8, child_tid: 16, parent_tid: 24, exit_signal: 32, stack: 40, stack_size: 48, tls: 56, set_tid: 64,
    set_tid_size: 72, cgroup: 80,
});

pub(crate) const CLONE_ARGS_SIZE_VER0: usize = 64;
pub(crate) const CLONE_ARGS_SIZE_VER1: usize = 80;
pub(crate) const CLONE_ARGS_SIZE_VER2: usize = 88;

//! `linux/signalfd.h`.

use super::layout;
use crate::arch::fcntl::{O_CLOEXEC, O_NONBLOCK};

pub(crate) const SFD_CLOEXEC: u32 = O_CLOEXEC;
pub(crate) const SFD_NONBLOCK: u32 = O_NONBLOCK;

/// `ssi_addr_lsb` since Linux 2.6.37, `ssi_syscall` and what follows since 4.20; zero before.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct signalfd_siginfo {
    pub(crate) ssi_signo: u32,
    pub(crate) ssi_errno: i32,
    pub(crate) ssi_code: i32,
    pub(crate) ssi_pid: u32,
    pub(crate) ssi_uid: u32,
    pub(crate) ssi_fd: i32,
    pub(crate) ssi_tid: u32,
    pub(crate) ssi_band: u32,
    pub(crate) ssi_overrun: u32,
    pub(crate) ssi_trapno: u32,
    pub(crate) ssi_status: i32,
    pub(crate) ssi_int: i32,
    pub(crate) ssi_ptr: u64,
    pub(crate) ssi_utime: u64,
    pub(crate) ssi_stime: u64,
    pub(crate) ssi_addr: u64,
    pub(crate) ssi_addr_lsb: u16,
    pub(crate) __pad2: u16,
    pub(crate) ssi_syscall: i32,
    pub(crate) ssi_call_addr: u64,
    pub(crate) ssi_arch: u32,
    pub(crate) __pad: [u8; 28],
}

layout!(signalfd_siginfo: 128 {
    ssi_signo: 0, ssi_errno: 4, ssi_code: 8, ssi_pid: 12, ssi_uid: 16, ssi_fd: 20, ssi_tid: 24, ssi_band: 28,
    ssi_overrun: 32, ssi_trapno: 36, ssi_status: 40, ssi_int: 44, ssi_ptr: 48, ssi_utime: 56, ssi_stime: 64,
    ssi_addr: 72, ssi_addr_lsb: 80, __pad2: 82, ssi_syscall: 84, ssi_call_addr: 88, ssi_arch: 96, __pad: 100,
});

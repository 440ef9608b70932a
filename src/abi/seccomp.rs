//! `linux/seccomp.h`.

use super::layout;
use crate::arch::ioctl::{iow, iowr};

pub(crate) const SECCOMP_MODE_DISABLED: i32 = 0;
pub(crate) const SECCOMP_MODE_STRICT: i32 = 1;
pub(crate) const SECCOMP_MODE_FILTER: i32 = 2;

pub(crate) const SECCOMP_SET_MODE_STRICT: u32 = 0;
pub(crate) const SECCOMP_SET_MODE_FILTER: u32 = 1;
pub(crate) const SECCOMP_GET_ACTION_AVAIL: u32 = 2;
pub(crate) const SECCOMP_GET_NOTIF_SIZES: u32 = 3;

pub(crate) const SECCOMP_FILTER_FLAG_TSYNC: u32 = 0x01;
pub(crate) const SECCOMP_FILTER_FLAG_LOG: u32 = 0x02;
pub(crate) const SECCOMP_FILTER_FLAG_SPEC_ALLOW: u32 = 0x04;
pub(crate) const SECCOMP_FILTER_FLAG_NEW_LISTENER: u32 = 0x08;
pub(crate) const SECCOMP_FILTER_FLAG_TSYNC_ESRCH: u32 = 0x10;
pub(crate) const SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: u32 = 0x20;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct seccomp_data {
    pub(crate) nr: i32,
    pub(crate) arch: u32,
    pub(crate) instruction_pointer: u64,
    pub(crate) args: [u64; 6],
}

layout!(seccomp_data: 64 { nr: 0, arch: 4, instruction_pointer: 8, args: 16 });

pub(crate) const SECCOMP_RET_KILL_PROCESS: u32 = 0x8000_0000;
pub(crate) const SECCOMP_RET_KILL_THREAD: u32 = 0;
pub(crate) const SECCOMP_RET_TRAP: u32 = 0x0003_0000;
pub(crate) const SECCOMP_RET_ERRNO: u32 = 0x0005_0000;
pub(crate) const SECCOMP_RET_USER_NOTIF: u32 = 0x7fc0_0000;
pub(crate) const SECCOMP_RET_TRACE: u32 = 0x7ff0_0000;
pub(crate) const SECCOMP_RET_LOG: u32 = 0x7ffc_0000;
pub(crate) const SECCOMP_RET_ALLOW: u32 = 0x7fff_0000;

pub(crate) const SECCOMP_RET_ACTION_FULL: u32 = 0xffff_0000;
pub(crate) const SECCOMP_RET_DATA: u32 = 0x0000_ffff;

/// How large this kernel has the structs: `seccomp_notif`, `seccomp_notif_resp` and `seccomp_data`.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct seccomp_notif_sizes {
    pub(crate) seccomp_notif: u16,
    pub(crate) seccomp_notif_resp: u16,
    pub(crate) seccomp_data: u16,
}

layout!(seccomp_notif_sizes: 6 { seccomp_notif: 0, seccomp_notif_resp: 2, seccomp_data: 4 });

#[repr(C)]
pub(crate) struct seccomp_notif {
    pub(crate) id: u64,
    pub(crate) pid: u32,
    pub(crate) flags: u32,
    pub(crate) data: seccomp_data,
}

layout!(seccomp_notif: 80 {
    id: 0, pid: 8, flags: 12, data: 16, data.nr: 16, data.arch: 20, data.instruction_pointer: 24, data.args: 32,
});

#[repr(C)]
pub(crate) struct seccomp_notif_resp {
    pub(crate) id: u64,
    pub(crate) val: i64,
    pub(crate) error: i32,
    pub(crate) flags: u32,
}

layout!(seccomp_notif_resp: 24 { id: 0, val: 8, error: 16, flags: 20 });

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct seccomp_notif_addfd {
    pub(crate) id: u64,
    pub(crate) flags: u32,
    pub(crate) srcfd: u32,
    pub(crate) newfd: u32,
    pub(crate) newfd_flags: u32,
}

layout!(seccomp_notif_addfd: 24 { id: 0, flags: 8, srcfd: 12, newfd: 16, newfd_flags: 20 });

pub(crate) const SECCOMP_USER_NOTIF_FLAG_CONTINUE: u32 = 1;
pub(crate) const SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP: u32 = 1;
pub(crate) const SECCOMP_ADDFD_FLAG_SETFD: u32 = 1;
pub(crate) const SECCOMP_ADDFD_FLAG_SEND: u32 = 2;

const MAGIC: u8 = b'!';

pub(crate) const SECCOMP_IOCTL_NOTIF_RECV: u32 = iowr::<seccomp_notif>(MAGIC, 0);
pub(crate) const SECCOMP_IOCTL_NOTIF_SEND: u32 = iowr::<seccomp_notif_resp>(MAGIC, 1);
pub(crate) const SECCOMP_IOCTL_NOTIF_ID_VALID: u32 = iow::<u64>(MAGIC, 2);
pub(crate) const SECCOMP_IOCTL_NOTIF_ADDFD: u32 = iow::<seccomp_notif_addfd>(MAGIC, 3);
pub(crate) const SECCOMP_IOCTL_NOTIF_SET_FLAGS: u32 = iow::<u64>(MAGIC, 4);

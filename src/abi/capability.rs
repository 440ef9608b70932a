//! `linux/capability.h`.

use super::layout;

/// 64 capabilities, in two halves. Since Linux 2.6.26.
pub(crate) const _LINUX_CAPABILITY_VERSION_3: u32 = 0x2008_0522;
pub(crate) const _LINUX_CAPABILITY_U32S_3: usize = 2;

#[repr(C)]
pub(crate) struct __user_cap_header_struct {
    pub(crate) version: u32,
    pub(crate) pid: i32,
}

layout!(__user_cap_header_struct: 8 { version: 0, pid: 4 });

#[derive(Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct __user_cap_data_struct {
    pub(crate) effective: u32,
    pub(crate) permitted: u32,
    pub(crate) inheritable: u32,
}

layout!(__user_cap_data_struct: 12 { effective: 0, permitted: 4, inheritable: 8 });

pub(crate) const CAP_CHOWN: u8 = 0;
pub(crate) const CAP_DAC_OVERRIDE: u8 = 1;
pub(crate) const CAP_DAC_READ_SEARCH: u8 = 2;
pub(crate) const CAP_FOWNER: u8 = 3;
pub(crate) const CAP_FSETID: u8 = 4;
pub(crate) const CAP_KILL: u8 = 5;
pub(crate) const CAP_SETGID: u8 = 6;
pub(crate) const CAP_SETUID: u8 = 7;
pub(crate) const CAP_SETPCAP: u8 = 8;
pub(crate) const CAP_LINUX_IMMUTABLE: u8 = 9;
pub(crate) const CAP_NET_BIND_SERVICE: u8 = 10;
pub(crate) const CAP_NET_BROADCAST: u8 = 11;
pub(crate) const CAP_NET_ADMIN: u8 = 12;
pub(crate) const CAP_NET_RAW: u8 = 13;
pub(crate) const CAP_IPC_LOCK: u8 = 14;
pub(crate) const CAP_IPC_OWNER: u8 = 15;
pub(crate) const CAP_SYS_MODULE: u8 = 16;
pub(crate) const CAP_SYS_RAWIO: u8 = 17;
pub(crate) const CAP_SYS_CHROOT: u8 = 18;
pub(crate) const CAP_SYS_PTRACE: u8 = 19;
pub(crate) const CAP_SYS_PACCT: u8 = 20;
pub(crate) const CAP_SYS_ADMIN: u8 = 21;
pub(crate) const CAP_SYS_BOOT: u8 = 22;
pub(crate) const CAP_SYS_NICE: u8 = 23;
pub(crate) const CAP_SYS_RESOURCE: u8 = 24;
pub(crate) const CAP_SYS_TIME: u8 = 25;
pub(crate) const CAP_SYS_TTY_CONFIG: u8 = 26;
pub(crate) const CAP_MKNOD: u8 = 27;
pub(crate) const CAP_LEASE: u8 = 28;
pub(crate) const CAP_AUDIT_WRITE: u8 = 29;
pub(crate) const CAP_AUDIT_CONTROL: u8 = 30;
pub(crate) const CAP_SETFCAP: u8 = 31;
pub(crate) const CAP_MAC_OVERRIDE: u8 = 32;
pub(crate) const CAP_MAC_ADMIN: u8 = 33;
pub(crate) const CAP_SYSLOG: u8 = 34;
pub(crate) const CAP_WAKE_ALARM: u8 = 35;
pub(crate) const CAP_BLOCK_SUSPEND: u8 = 36;
pub(crate) const CAP_AUDIT_READ: u8 = 37;
pub(crate) const CAP_PERFMON: u8 = 38;
pub(crate) const CAP_BPF: u8 = 39;
pub(crate) const CAP_CHECKPOINT_RESTORE: u8 = 40;

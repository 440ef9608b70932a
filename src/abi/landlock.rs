//! `linux/landlock.h`.

use super::layout;

/// `handled_access_net` since version 4 of the ABI, `scoped` since 6, the rest since 10.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct landlock_ruleset_attr {
    pub(crate) handled_access_fs: u64,
    pub(crate) handled_access_net: u64,
    pub(crate) scoped: u64,
    pub(crate) quiet_access_fs: u64,
    pub(crate) quiet_access_net: u64,
    pub(crate) quiet_scoped: u64,
}

layout!(landlock_ruleset_attr: 48 {
    handled_access_fs: 0, handled_access_net: 8, scoped: 16, quiet_access_fs: 24, quiet_access_net: 32, quiet_scoped: 40,
});

pub(crate) const LANDLOCK_CREATE_RULESET_VERSION: u32 = 0x1;
pub(crate) const LANDLOCK_CREATE_RULESET_ERRATA: u32 = 0x2;

pub(crate) const LANDLOCK_ADD_RULE_QUIET: u32 = 0x1;

pub(crate) const LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF: u32 = 0x1;
pub(crate) const LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON: u32 = 0x2;
pub(crate) const LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF: u32 = 0x4;
pub(crate) const LANDLOCK_RESTRICT_SELF_TSYNC: u32 = 0x8;

pub(crate) const LANDLOCK_RULE_PATH_BENEATH: u32 = 1;
pub(crate) const LANDLOCK_RULE_NET_PORT: u32 = 2;

#[repr(C, packed)]
pub(crate) struct landlock_path_beneath_attr {
    pub(crate) allowed_access: u64,
    pub(crate) parent_fd: i32,
}

layout!(landlock_path_beneath_attr: 12 { allowed_access: 0, parent_fd: 8 });

#[repr(C)]
pub(crate) struct landlock_net_port_attr {
    pub(crate) allowed_access: u64,
    pub(crate) port: u64,
}

layout!(landlock_net_port_attr: 16 { allowed_access: 0, port: 8 });

pub(crate) const LANDLOCK_ACCESS_FS_EXECUTE: u64 = 1 << 0;
pub(crate) const LANDLOCK_ACCESS_FS_WRITE_FILE: u64 = 1 << 1;
pub(crate) const LANDLOCK_ACCESS_FS_READ_FILE: u64 = 1 << 2;
pub(crate) const LANDLOCK_ACCESS_FS_READ_DIR: u64 = 1 << 3;
pub(crate) const LANDLOCK_ACCESS_FS_REMOVE_DIR: u64 = 1 << 4;
pub(crate) const LANDLOCK_ACCESS_FS_REMOVE_FILE: u64 = 1 << 5;
pub(crate) const LANDLOCK_ACCESS_FS_MAKE_CHAR: u64 = 1 << 6;
pub(crate) const LANDLOCK_ACCESS_FS_MAKE_DIR: u64 = 1 << 7;
pub(crate) const LANDLOCK_ACCESS_FS_MAKE_REG: u64 = 1 << 8;
pub(crate) const LANDLOCK_ACCESS_FS_MAKE_SOCK: u64 = 1 << 9;
pub(crate) const LANDLOCK_ACCESS_FS_MAKE_FIFO: u64 = 1 << 10;
pub(crate) const LANDLOCK_ACCESS_FS_MAKE_BLOCK: u64 = 1 << 11;
pub(crate) const LANDLOCK_ACCESS_FS_MAKE_SYM: u64 = 1 << 12;
pub(crate) const LANDLOCK_ACCESS_FS_REFER: u64 = 1 << 13;
pub(crate) const LANDLOCK_ACCESS_FS_TRUNCATE: u64 = 1 << 14;
pub(crate) const LANDLOCK_ACCESS_FS_IOCTL_DEV: u64 = 1 << 15;
pub(crate) const LANDLOCK_ACCESS_FS_RESOLVE_UNIX: u64 = 1 << 16;

pub(crate) const LANDLOCK_ACCESS_NET_BIND_TCP: u64 = 1 << 0;
pub(crate) const LANDLOCK_ACCESS_NET_CONNECT_TCP: u64 = 1 << 1;
pub(crate) const LANDLOCK_ACCESS_NET_BIND_UDP: u64 = 1 << 2;
pub(crate) const LANDLOCK_ACCESS_NET_CONNECT_SEND_UDP: u64 = 1 << 3;

pub(crate) const LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET: u64 = 1 << 0;
pub(crate) const LANDLOCK_SCOPE_SIGNAL: u64 = 1 << 1;

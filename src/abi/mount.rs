//! `linux/mount.h`, and of the kernel's `linux/fs.h` the flags of `umount2`.

use super::layout;
use crate::arch::fcntl::O_CLOEXEC;

pub(crate) const MS_RDONLY: u32 = 0x1;
pub(crate) const MS_NOSUID: u32 = 0x2;
pub(crate) const MS_NODEV: u32 = 0x4;
pub(crate) const MS_NOEXEC: u32 = 0x8;
pub(crate) const MS_SYNCHRONOUS: u32 = 0x10;
pub(crate) const MS_REMOUNT: u32 = 0x20;
pub(crate) const MS_MANDLOCK: u32 = 0x40;
pub(crate) const MS_DIRSYNC: u32 = 0x80;
pub(crate) const MS_NOSYMFOLLOW: u32 = 0x100;
pub(crate) const MS_NOATIME: u32 = 0x400;
pub(crate) const MS_NODIRATIME: u32 = 0x800;
pub(crate) const MS_BIND: u32 = 0x1000;
pub(crate) const MS_MOVE: u32 = 0x2000;
pub(crate) const MS_REC: u32 = 0x4000;
pub(crate) const MS_SILENT: u32 = 0x8000;
pub(crate) const MS_POSIXACL: u32 = 0x1_0000;
pub(crate) const MS_UNBINDABLE: u32 = 0x2_0000;
pub(crate) const MS_PRIVATE: u32 = 0x4_0000;
pub(crate) const MS_SLAVE: u32 = 0x8_0000;
pub(crate) const MS_SHARED: u32 = 0x10_0000;
pub(crate) const MS_RELATIME: u32 = 0x20_0000;
pub(crate) const MS_I_VERSION: u32 = 0x80_0000;
pub(crate) const MS_STRICTATIME: u32 = 0x100_0000;
pub(crate) const MS_LAZYTIME: u32 = 0x200_0000;

pub(crate) const MNT_FORCE: u32 = 0x1;
pub(crate) const MNT_DETACH: u32 = 0x2;
pub(crate) const MNT_EXPIRE: u32 = 0x4;
pub(crate) const UMOUNT_NOFOLLOW: u32 = 0x8;

pub(crate) const OPEN_TREE_CLONE: u32 = 0x1;
/// Linux 7.0.
pub(crate) const OPEN_TREE_NAMESPACE: u32 = 0x2;
pub(crate) const OPEN_TREE_CLOEXEC: u32 = O_CLOEXEC;

pub(crate) const MOVE_MOUNT_F_SYMLINKS: u32 = 0x001;
pub(crate) const MOVE_MOUNT_F_AUTOMOUNTS: u32 = 0x002;
pub(crate) const MOVE_MOUNT_F_EMPTY_PATH: u32 = 0x004;
pub(crate) const MOVE_MOUNT_T_SYMLINKS: u32 = 0x010;
pub(crate) const MOVE_MOUNT_T_AUTOMOUNTS: u32 = 0x020;
pub(crate) const MOVE_MOUNT_T_EMPTY_PATH: u32 = 0x040;
pub(crate) const MOVE_MOUNT_SET_GROUP: u32 = 0x100;
pub(crate) const MOVE_MOUNT_BENEATH: u32 = 0x200;

pub(crate) const FSOPEN_CLOEXEC: u32 = 0x1;
pub(crate) const FSPICK_CLOEXEC: u32 = 0x1;
pub(crate) const FSPICK_SYMLINK_NOFOLLOW: u32 = 0x2;
pub(crate) const FSPICK_NO_AUTOMOUNT: u32 = 0x4;
pub(crate) const FSPICK_EMPTY_PATH: u32 = 0x8;
pub(crate) const FSMOUNT_CLOEXEC: u32 = 0x1;
pub(crate) const FSMOUNT_NAMESPACE: u32 = 0x2;

pub(crate) const FSCONFIG_SET_FLAG: u32 = 0;
pub(crate) const FSCONFIG_SET_STRING: u32 = 1;
pub(crate) const FSCONFIG_SET_BINARY: u32 = 2;
pub(crate) const FSCONFIG_SET_PATH: u32 = 3;
pub(crate) const FSCONFIG_SET_PATH_EMPTY: u32 = 4;
pub(crate) const FSCONFIG_SET_FD: u32 = 5;
pub(crate) const FSCONFIG_CMD_CREATE: u32 = 6;
pub(crate) const FSCONFIG_CMD_RECONFIGURE: u32 = 7;
pub(crate) const FSCONFIG_CMD_CREATE_EXCL: u32 = 8;

pub(crate) const MOUNT_ATTR_RDONLY: u64 = 0x01;
pub(crate) const MOUNT_ATTR_NOSUID: u64 = 0x02;
pub(crate) const MOUNT_ATTR_NODEV: u64 = 0x04;
pub(crate) const MOUNT_ATTR_NOEXEC: u64 = 0x08;
pub(crate) const MOUNT_ATTR_NOATIME: u64 = 0x10;
pub(crate) const MOUNT_ATTR_STRICTATIME: u64 = 0x20;
pub(crate) const MOUNT_ATTR__ATIME: u64 = 0x70;
pub(crate) const MOUNT_ATTR_NODIRATIME: u64 = 0x80;
pub(crate) const MOUNT_ATTR_IDMAP: u64 = 0x10_0000;
pub(crate) const MOUNT_ATTR_NOSYMFOLLOW: u64 = 0x20_0000;

/// Linux 5.12.
#[repr(C)]
pub(crate) struct mount_attr {
    pub(crate) attr_set: u64,
    pub(crate) attr_clr: u64,
    pub(crate) propagation: u64,
    pub(crate) userns_fd: u64,
}

layout!(mount_attr: 32 { attr_set: 0, attr_clr: 8, propagation: 16, userns_fd: 24 });

/// Linux 6.8; `mnt_ns_id` since 6.11. `mnt_ns_fd` is also `mnt_fd`.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct mnt_id_req {
    pub(crate) size: u32,
    pub(crate) mnt_ns_fd: u32,
    pub(crate) mnt_id: u64,
    pub(crate) param: u64,
    pub(crate) mnt_ns_id: u64,
}

layout!(mnt_id_req: 32 { size: 0, mnt_ns_fd: 4, mnt_id: 8, param: 16, mnt_ns_id: 24 });

pub(crate) const MNT_ID_REQ_SIZE_VER0: u32 = 24;
pub(crate) const MNT_ID_REQ_SIZE_VER1: u32 = 32;

/// Linux 6.8; behind it stand strings, which its fields of 4 bytes point to.
#[repr(C)]
pub(crate) struct statmount {
    pub(crate) size: u32,
    pub(crate) mnt_opts: u32,
    pub(crate) mask: u64,
    pub(crate) sb_dev_major: u32,
    pub(crate) sb_dev_minor: u32,
    pub(crate) sb_magic: u64,
    pub(crate) sb_flags: u32,
    pub(crate) fs_type: u32,
    pub(crate) mnt_id: u64,
    pub(crate) mnt_parent_id: u64,
    pub(crate) mnt_id_old: u32,
    pub(crate) mnt_parent_id_old: u32,
    pub(crate) mnt_attr: u64,
    pub(crate) mnt_propagation: u64,
    pub(crate) mnt_peer_group: u64,
    pub(crate) mnt_master: u64,
    pub(crate) propagate_from: u64,
    pub(crate) mnt_root: u32,
    pub(crate) mnt_point: u32,
    pub(crate) mnt_ns_id: u64,
    pub(crate) fs_subtype: u32,
    pub(crate) sb_source: u32,
    pub(crate) opt_num: u32,
    pub(crate) opt_array: u32,
    pub(crate) opt_sec_num: u32,
    pub(crate) opt_sec_array: u32,
    pub(crate) supported_mask: u64,
    pub(crate) mnt_uidmap_num: u32,
    pub(crate) mnt_uidmap: u32,
    pub(crate) mnt_gidmap_num: u32,
    pub(crate) mnt_gidmap: u32,
    pub(crate) __spare2: [u64; 43],
}

layout!(statmount: 512 {
    size: 0, mnt_opts: 4, mask: 8, sb_dev_major: 16, sb_dev_minor: 20, sb_magic: 24, sb_flags: 32, fs_type: 36, mnt_id: 40,
    mnt_parent_id: 48, mnt_id_old: 56, mnt_parent_id_old: 60, mnt_attr: 64, mnt_propagation: 72, mnt_peer_group: 80,
    mnt_master: 88, propagate_from: 96, mnt_root: 104, mnt_point: 108, mnt_ns_id: 112, fs_subtype: 120, sb_source: 124,
    opt_num: 128, opt_array: 132, opt_sec_num: 136, opt_sec_array: 140, supported_mask: 144, mnt_uidmap_num: 152,
    mnt_uidmap: 156, mnt_gidmap_num: 160, mnt_gidmap: 164, __spare2: 168,
});

pub(crate) const STATMOUNT_SB_BASIC: u64 = 0x0001;
pub(crate) const STATMOUNT_MNT_BASIC: u64 = 0x0002;
pub(crate) const STATMOUNT_PROPAGATE_FROM: u64 = 0x0004;
pub(crate) const STATMOUNT_MNT_ROOT: u64 = 0x0008;
pub(crate) const STATMOUNT_MNT_POINT: u64 = 0x0010;
pub(crate) const STATMOUNT_FS_TYPE: u64 = 0x0020;
pub(crate) const STATMOUNT_MNT_NS_ID: u64 = 0x0040;
pub(crate) const STATMOUNT_MNT_OPTS: u64 = 0x0080;
pub(crate) const STATMOUNT_FS_SUBTYPE: u64 = 0x0100;
pub(crate) const STATMOUNT_SB_SOURCE: u64 = 0x0200;
pub(crate) const STATMOUNT_OPT_ARRAY: u64 = 0x0400;
pub(crate) const STATMOUNT_OPT_SEC_ARRAY: u64 = 0x0800;
pub(crate) const STATMOUNT_SUPPORTED_MASK: u64 = 0x1000;
pub(crate) const STATMOUNT_MNT_UIDMAP: u64 = 0x2000;
pub(crate) const STATMOUNT_MNT_GIDMAP: u64 = 0x4000;

pub(crate) const STATMOUNT_BY_FD: u32 = 0x1;

pub(crate) const LISTMOUNT_REVERSE: u32 = 0x1;
pub(crate) const LSMT_ROOT: u64 = u64::MAX;

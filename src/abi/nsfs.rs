//! `linux/nsfs.h`.

use super::layout;
use crate::arch::ioctl::{io, ior};

pub(crate) const NSIO: u8 = 0xb7;

pub(crate) const NS_GET_USERNS: u32 = io(NSIO, 0x1);
pub(crate) const NS_GET_PARENT: u32 = io(NSIO, 0x2);
pub(crate) const NS_GET_NSTYPE: u32 = io(NSIO, 0x3);
pub(crate) const NS_GET_OWNER_UID: u32 = io(NSIO, 0x4);
pub(crate) const NS_GET_MNTNS_ID: u32 = ior::<u64>(NSIO, 0x5);
pub(crate) const NS_GET_PID_FROM_PIDNS: u32 = ior::<i32>(NSIO, 0x6);
pub(crate) const NS_GET_TGID_FROM_PIDNS: u32 = ior::<i32>(NSIO, 0x7);
pub(crate) const NS_GET_PID_IN_PIDNS: u32 = ior::<i32>(NSIO, 0x8);
pub(crate) const NS_GET_TGID_IN_PIDNS: u32 = ior::<i32>(NSIO, 0x9);
pub(crate) const NS_MNT_GET_INFO: u32 = ior::<mnt_ns_info>(NSIO, 10);
pub(crate) const NS_MNT_GET_NEXT: u32 = ior::<mnt_ns_info>(NSIO, 11);
pub(crate) const NS_MNT_GET_PREV: u32 = ior::<mnt_ns_info>(NSIO, 12);
pub(crate) const NS_GET_ID: u32 = ior::<u64>(NSIO, 13);

/// Since Linux 6.12.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(C)]
pub(crate) struct mnt_ns_info {
    pub(crate) size: u32,
    pub(crate) nr_mounts: u32,
    pub(crate) mnt_ns_id: u64,
}

layout!(mnt_ns_info: 16 { size: 0, nr_mounts: 4, mnt_ns_id: 8 });

/// Since Linux 6.19.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(C)]
pub(crate) struct ns_id_req {
    pub(crate) size: u32,
    pub(crate) spare: u32,
    pub(crate) ns_id: u64,
    pub(crate) ns_type: u32,
    pub(crate) spare2: u32,
    pub(crate) user_ns_id: u64,
}

layout!(ns_id_req: 32 { size: 0, spare: 4, ns_id: 8, ns_type: 16, spare2: 20, user_ns_id: 24 });

pub(crate) const LISTNS_CURRENT_USER: u64 = u64::MAX;

/// Since Linux 6.18.
#[repr(C)]
pub(crate) struct nsfs_file_handle {
    pub(crate) ns_id: u64,
    pub(crate) ns_type: u32,
    pub(crate) ns_inum: u32,
}

layout!(nsfs_file_handle: 16 { ns_id: 0, ns_type: 8, ns_inum: 12 });

pub(crate) const FILEID_NSFS: i32 = 0xf1;

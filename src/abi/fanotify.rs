//! `linux/fanotify.h`.

use super::file_handle::__kernel_fsid_t;
use super::layout;

pub(crate) const FAN_ACCESS: u64 = 0x1;
pub(crate) const FAN_MODIFY: u64 = 0x2;
pub(crate) const FAN_ATTRIB: u64 = 0x4;
pub(crate) const FAN_CLOSE_WRITE: u64 = 0x8;
pub(crate) const FAN_CLOSE_NOWRITE: u64 = 0x10;
pub(crate) const FAN_OPEN: u64 = 0x20;
pub(crate) const FAN_MOVED_FROM: u64 = 0x40;
pub(crate) const FAN_MOVED_TO: u64 = 0x80;
pub(crate) const FAN_CREATE: u64 = 0x100;
pub(crate) const FAN_DELETE: u64 = 0x200;
pub(crate) const FAN_DELETE_SELF: u64 = 0x400;
pub(crate) const FAN_MOVE_SELF: u64 = 0x800;
pub(crate) const FAN_OPEN_EXEC: u64 = 0x1000;

pub(crate) const FAN_Q_OVERFLOW: u64 = 0x4000;
pub(crate) const FAN_FS_ERROR: u64 = 0x8000;

pub(crate) const FAN_OPEN_PERM: u64 = 0x1_0000;
pub(crate) const FAN_ACCESS_PERM: u64 = 0x2_0000;
pub(crate) const FAN_OPEN_EXEC_PERM: u64 = 0x4_0000;

pub(crate) const FAN_PRE_ACCESS: u64 = 0x10_0000;
pub(crate) const FAN_MNT_ATTACH: u64 = 0x100_0000;
pub(crate) const FAN_MNT_DETACH: u64 = 0x200_0000;

pub(crate) const FAN_EVENT_ON_CHILD: u64 = 0x800_0000;
pub(crate) const FAN_RENAME: u64 = 0x1000_0000;
pub(crate) const FAN_ONDIR: u64 = 0x4000_0000;

pub(crate) const FAN_CLOSE: u64 = FAN_CLOSE_WRITE | FAN_CLOSE_NOWRITE;
pub(crate) const FAN_MOVE: u64 = FAN_MOVED_FROM | FAN_MOVED_TO;

pub(crate) const FAN_CLOEXEC: u32 = 0x1;
pub(crate) const FAN_NONBLOCK: u32 = 0x2;
pub(crate) const FAN_CLASS_NOTIF: u32 = 0x0;
pub(crate) const FAN_CLASS_CONTENT: u32 = 0x4;
pub(crate) const FAN_CLASS_PRE_CONTENT: u32 = 0x8;
pub(crate) const FAN_UNLIMITED_QUEUE: u32 = 0x10;
pub(crate) const FAN_UNLIMITED_MARKS: u32 = 0x20;
pub(crate) const FAN_ENABLE_AUDIT: u32 = 0x40;
pub(crate) const FAN_REPORT_PIDFD: u32 = 0x80;
pub(crate) const FAN_REPORT_TID: u32 = 0x100;
pub(crate) const FAN_REPORT_FID: u32 = 0x200;
pub(crate) const FAN_REPORT_DIR_FID: u32 = 0x400;
pub(crate) const FAN_REPORT_NAME: u32 = 0x800;
pub(crate) const FAN_REPORT_TARGET_FID: u32 = 0x1000;
pub(crate) const FAN_REPORT_FD_ERROR: u32 = 0x2000;
pub(crate) const FAN_REPORT_MNT: u32 = 0x4000;
pub(crate) const FAN_REPORT_DFID_NAME: u32 = FAN_REPORT_DIR_FID | FAN_REPORT_NAME;
pub(crate) const FAN_REPORT_DFID_NAME_TARGET: u32 = FAN_REPORT_DFID_NAME | FAN_REPORT_FID | FAN_REPORT_TARGET_FID;

pub(crate) const FAN_MARK_ADD: u32 = 0x1;
pub(crate) const FAN_MARK_REMOVE: u32 = 0x2;
pub(crate) const FAN_MARK_DONT_FOLLOW: u32 = 0x4;
pub(crate) const FAN_MARK_ONLYDIR: u32 = 0x8;
pub(crate) const FAN_MARK_IGNORED_MASK: u32 = 0x20;
pub(crate) const FAN_MARK_IGNORED_SURV_MODIFY: u32 = 0x40;
pub(crate) const FAN_MARK_FLUSH: u32 = 0x80;
pub(crate) const FAN_MARK_EVICTABLE: u32 = 0x200;
pub(crate) const FAN_MARK_IGNORE: u32 = 0x400;
pub(crate) const FAN_MARK_INODE: u32 = 0x0;
pub(crate) const FAN_MARK_MOUNT: u32 = 0x10;
pub(crate) const FAN_MARK_FILESYSTEM: u32 = 0x100;
pub(crate) const FAN_MARK_MNTNS: u32 = 0x110;
pub(crate) const FAN_MARK_IGNORE_SURV: u32 = FAN_MARK_IGNORE | FAN_MARK_IGNORED_SURV_MODIFY;

pub(crate) const FANOTIFY_METADATA_VERSION: u8 = 3;

/// Behind it, from `metadata_len` on, stand the information records. `reserved` and `metadata_len` since version 3, of
/// Linux 2.6.37.
#[repr(C, align(8))]
pub(crate) struct fanotify_event_metadata {
    pub(crate) event_len: u32,
    pub(crate) vers: u8,
    pub(crate) reserved: u8,
    pub(crate) metadata_len: u16,
    pub(crate) mask: u64,
    pub(crate) fd: i32,
    pub(crate) pid: i32,
}

layout!(fanotify_event_metadata: 24 {
    event_len: 0, vers: 4, reserved: 5, metadata_len: 6, mask: 8, fd: 16, pid: 20,
});

pub(crate) const FAN_EVENT_INFO_TYPE_FID: u8 = 1;
pub(crate) const FAN_EVENT_INFO_TYPE_DFID_NAME: u8 = 2;
pub(crate) const FAN_EVENT_INFO_TYPE_DFID: u8 = 3;
pub(crate) const FAN_EVENT_INFO_TYPE_PIDFD: u8 = 4;
pub(crate) const FAN_EVENT_INFO_TYPE_ERROR: u8 = 5;
pub(crate) const FAN_EVENT_INFO_TYPE_RANGE: u8 = 6;
pub(crate) const FAN_EVENT_INFO_TYPE_MNT: u8 = 7;
pub(crate) const FAN_EVENT_INFO_TYPE_OLD_DFID_NAME: u8 = 10;
pub(crate) const FAN_EVENT_INFO_TYPE_NEW_DFID_NAME: u8 = 12;

/// `len` is that of the whole record.
#[repr(C)]
pub(crate) struct fanotify_event_info_header {
    pub(crate) info_type: u8,
    pub(crate) pad: u8,
    pub(crate) len: u16,
}

layout!(fanotify_event_info_header: 4 { info_type: 0, pad: 1, len: 2 });

/// Behind it stand a `file_handle` and, in the records with one, a name that ends with a NUL.
#[repr(C)]
pub(crate) struct fanotify_event_info_fid {
    pub(crate) hdr: fanotify_event_info_header,
    pub(crate) fsid: __kernel_fsid_t,
}

layout!(fanotify_event_info_fid: 12 { hdr: 0, hdr.info_type: 0, hdr.pad: 1, hdr.len: 2, fsid: 4, fsid.val: 4 });

#[repr(C)]
pub(crate) struct fanotify_event_info_pidfd {
    pub(crate) hdr: fanotify_event_info_header,
    pub(crate) pidfd: i32,
}

layout!(fanotify_event_info_pidfd: 8 { hdr: 0, hdr.info_type: 0, hdr.pad: 1, hdr.len: 2, pidfd: 4 });

#[repr(C)]
pub(crate) struct fanotify_event_info_error {
    pub(crate) hdr: fanotify_event_info_header,
    pub(crate) error: i32,
    pub(crate) error_count: u32,
}

layout!(fanotify_event_info_error: 12 {
    hdr: 0, hdr.info_type: 0, hdr.pad: 1, hdr.len: 2, error: 4, error_count: 8,
});

/// Since Linux 6.14.
#[repr(C)]
pub(crate) struct fanotify_event_info_range {
    pub(crate) hdr: fanotify_event_info_header,
    pub(crate) pad: u32,
    pub(crate) offset: u64,
    pub(crate) count: u64,
}

layout!(fanotify_event_info_range: 24 {
    hdr: 0, hdr.info_type: 0, hdr.pad: 1, hdr.len: 2, pad: 4, offset: 8, count: 16,
});

/// Since Linux 6.15. Where 64-bit integers are aligned to 8, four bytes stand before `mnt_id`.
#[repr(C)]
pub(crate) struct fanotify_event_info_mnt {
    pub(crate) hdr: fanotify_event_info_header,
    pub(crate) mnt_id: u64,
}

#[cfg(not(any(target_arch = "x86", target_arch = "m68k", target_arch = "csky")))]
layout!(fanotify_event_info_mnt: 16 { hdr: 0, hdr.info_type: 0, hdr.pad: 1, hdr.len: 2, mnt_id: 8 });
#[cfg(any(target_arch = "x86", target_arch = "m68k", target_arch = "csky"))]
layout!(fanotify_event_info_mnt: 12 { hdr: 0, hdr.info_type: 0, hdr.pad: 1, hdr.len: 2, mnt_id: 4 });

/// With `FAN_INFO` in `response`, information stands behind it.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct fanotify_response {
    pub(crate) fd: i32,
    pub(crate) response: u32,
}

layout!(fanotify_response: 8 { fd: 0, response: 4 });

pub(crate) const FAN_ALLOW: u32 = 0x1;
pub(crate) const FAN_DENY: u32 = 0x2;
pub(crate) const FAN_AUDIT: u32 = 0x10;
pub(crate) const FAN_INFO: u32 = 0x20;

pub(crate) const FAN_ERRNO_MASK: u32 = 0xff;
pub(crate) const FAN_ERRNO_SHIFT: u32 = 24;

pub(crate) const FAN_RESPONSE_INFO_AUDIT_RULE: u8 = 1;

/// Since Linux 6.3.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct fanotify_response_info_header {
    pub(crate) r#type: u8,
    pub(crate) pad: u8,
    pub(crate) len: u16,
}

layout!(fanotify_response_info_header: 4 { r#type: 0, pad: 1, len: 2 });

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct fanotify_response_info_audit_rule {
    pub(crate) hdr: fanotify_response_info_header,
    pub(crate) rule_number: u32,
    pub(crate) subj_trust: u32,
    pub(crate) obj_trust: u32,
}

layout!(fanotify_response_info_audit_rule: 16 {
    hdr: 0, hdr.r#type: 0, hdr.pad: 1, hdr.len: 2, rule_number: 4, subj_trust: 8, obj_trust: 12,
});

pub(crate) const FAN_NOFD: i32 = -1;
pub(crate) const FAN_NOPIDFD: i32 = FAN_NOFD;
pub(crate) const FAN_EPIDFD: i32 = -2;

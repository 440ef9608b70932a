//! `struct file_handle` and what belongs to it, of `linux/fcntl.h` and of the kernel's `fs.h` and `exportfs.h`.

use super::layout;

/// Behind it stand `handle_bytes` bytes.
#[repr(C)]
pub(crate) struct file_handle {
    pub(crate) handle_bytes: u32,
    pub(crate) handle_type: i32,
}

layout!(file_handle: 8 { handle_bytes: 0, handle_type: 4 });

pub(crate) const MAX_HANDLE_SZ: usize = 128;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct __kernel_fsid_t {
    pub(crate) val: [i32; 2],
}

layout!(__kernel_fsid_t: 8 { val: 0 });

pub(crate) const AT_SYMLINK_FOLLOW: u32 = 0x400;
pub(crate) const AT_HANDLE_FID: u32 = 0x200;
pub(crate) const AT_HANDLE_MNT_ID_UNIQUE: u32 = 0x001;
pub(crate) const AT_HANDLE_CONNECTABLE: u32 = 0x002;

pub(crate) const FD_PIDFS_ROOT: i32 = -10002;
pub(crate) const FD_NSFS_ROOT: i32 = -10003;

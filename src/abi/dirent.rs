//! `linux/dirent.h` and `linux/fs_types.h`, which only the kernel itself has.

use super::layout;

/// Behind it stand the name and a NUL, up to `d_reclen` from its start.
#[repr(C)]
pub(crate) struct linux_dirent64 {
    pub(crate) d_ino: u64,
    pub(crate) d_off: i64,
    pub(crate) d_reclen: u16,
    pub(crate) d_type: u8,
    pub(crate) d_name: [u8; 0],
}

#[cfg(not(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86")))]
layout!(linux_dirent64: 24 { d_ino: 0, d_off: 8, d_reclen: 16, d_type: 18, d_name: 19 });
// Three align a `u64` to less than its size.
#[cfg(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86"))]
layout!(linux_dirent64: 20 { d_ino: 0, d_off: 8, d_reclen: 16, d_type: 18, d_name: 19 });

pub(crate) const DT_UNKNOWN: u8 = 0;
pub(crate) const DT_FIFO: u8 = 1;
pub(crate) const DT_CHR: u8 = 2;
pub(crate) const DT_DIR: u8 = 4;
pub(crate) const DT_BLK: u8 = 6;
pub(crate) const DT_REG: u8 = 8;
pub(crate) const DT_LNK: u8 = 10;
pub(crate) const DT_SOCK: u8 = 12;
pub(crate) const DT_WHT: u8 = 14;

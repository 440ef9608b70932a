//! `asm-generic/fcntl.h`: what every architecture numbers alike.

use super::layout;

pub(crate) const O_RDONLY: u32 = 0;
pub(crate) const O_WRONLY: u32 = 1;
pub(crate) const O_RDWR: u32 = 2;

pub(crate) const F_GETFD: i32 = 1;
pub(crate) const F_SETFD: i32 = 2;
pub(crate) const F_GETFL: i32 = 3;
pub(crate) const F_SETFL: i32 = 4;
pub(crate) const F_DUPFD_CLOEXEC: i32 = 1030;

pub(crate) const FD_CLOEXEC: i32 = 1;

pub(crate) const F_DUPFD: i32 = 0;
pub(crate) const F_SETSIG: i32 = 10;
pub(crate) const F_GETSIG: i32 = 11;
pub(crate) const F_SETOWN_EX: i32 = 15;
pub(crate) const F_GETOWN_EX: i32 = 16;

pub(crate) const F_OWNER_TID: i32 = 0;
pub(crate) const F_OWNER_PID: i32 = 1;
pub(crate) const F_OWNER_PGRP: i32 = 2;

#[repr(C)]
pub(crate) struct f_owner_ex {
    pub(crate) r#type: i32,
    pub(crate) pid: i32,
}

layout!(f_owner_ex: 8 { r#type: 0, pid: 4 });

/// Since Linux 3.15, as the next two.
pub(crate) const F_OFD_GETLK: i32 = 36;
pub(crate) const F_OFD_SETLK: i32 = 37;
pub(crate) const F_OFD_SETLKW: i32 = 38;

pub(crate) const SEEK_SET: i16 = 0;

/// Where a register has 64 bits, `flock` is the same.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct flock64 {
    pub(crate) l_type: i16,
    pub(crate) l_whence: i16,
    pub(crate) l_start: i64,
    pub(crate) l_len: i64,
    pub(crate) l_pid: i32,
}

// Three align an `i64` to less than its size.
#[cfg(not(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86")))]
layout!(flock64: 32 { l_type: 0, l_whence: 2, l_start: 8, l_len: 16, l_pid: 24 });
#[cfg(any(target_arch = "csky", target_arch = "m68k", target_arch = "x86"))]
layout!(flock64: 24 { l_type: 0, l_whence: 2, l_start: 4, l_len: 12, l_pid: 20 });

pub(crate) const O_ACCMODE: u32 = 3;

// `linux/fcntl.h`.
pub(crate) const F_SETLEASE: i32 = 1024;
pub(crate) const F_GETLEASE: i32 = 1025;
pub(crate) const F_DUPFD_QUERY: i32 = 1027;
pub(crate) const F_CREATED_QUERY: i32 = 1028;
pub(crate) const F_SETPIPE_SZ: i32 = 1031;
pub(crate) const F_GETPIPE_SZ: i32 = 1032;
pub(crate) const F_ADD_SEALS: i32 = 1033;
pub(crate) const F_GET_SEALS: i32 = 1034;

pub(crate) const F_SEAL_SEAL: u32 = 0x01;
pub(crate) const F_SEAL_SHRINK: u32 = 0x02;
pub(crate) const F_SEAL_GROW: u32 = 0x04;
pub(crate) const F_SEAL_WRITE: u32 = 0x08;
pub(crate) const F_SEAL_FUTURE_WRITE: u32 = 0x10;
pub(crate) const F_SEAL_EXEC: u32 = 0x20;

pub(crate) const AT_FDCWD: i32 = -100;
pub(crate) const AT_SYMLINK_NOFOLLOW: u32 = 0x100;
pub(crate) const AT_NO_AUTOMOUNT: u32 = 0x800;
pub(crate) const AT_EMPTY_PATH: u32 = 0x1000;
pub(crate) const AT_REMOVEDIR: u32 = 0x200;
pub(crate) const AT_EACCESS: u32 = 0x200;
pub(crate) const AT_SYMLINK_FOLLOW: u32 = 0x400;
pub(crate) const AT_STATX_FORCE_SYNC: u32 = 0x2000;
pub(crate) const AT_STATX_DONT_SYNC: u32 = 0x4000;
/// Since Linux 6.14.
pub(crate) const AT_EXECVE_CHECK: u32 = 0x1_0000;

pub(crate) const AT_RECURSIVE: u32 = 0x8000;

pub(crate) const RENAME_NOREPLACE: u32 = 0x1;
pub(crate) const RENAME_EXCHANGE: u32 = 0x2;
pub(crate) const RENAME_WHITEOUT: u32 = 0x4;

pub(crate) const LOCK_SH: u32 = 1;
pub(crate) const LOCK_EX: u32 = 2;
pub(crate) const LOCK_NB: u32 = 4;
pub(crate) const LOCK_UN: u32 = 8;

// Of POSIX: `MAY_READ` and the like in `include/linux/fs.h`, which only the kernel itself has.
pub(crate) const X_OK: u32 = 1;
pub(crate) const W_OK: u32 = 2;
pub(crate) const R_OK: u32 = 4;

//! `asm/fcntl.h` of sparc.

pub(crate) const O_APPEND: u32 = 0x8;
pub(crate) const FASYNC: u32 = 0x40;
pub(crate) const O_CREAT: u32 = 0x200;
pub(crate) const O_TRUNC: u32 = 0x400;
pub(crate) const O_EXCL: u32 = 0x800;
pub(crate) const O_DSYNC: u32 = 0x2000;
pub(crate) const O_NONBLOCK: u32 = 0x4000;
pub(crate) const O_NOCTTY: u32 = 0x8000;
pub(crate) const O_DIRECTORY: u32 = 0x1_0000;
pub(crate) const O_NOFOLLOW: u32 = 0x2_0000;
pub(crate) const O_LARGEFILE: u32 = 0x4_0000;
pub(crate) const O_DIRECT: u32 = 0x10_0000;
pub(crate) const O_NOATIME: u32 = 0x20_0000;
pub(crate) const O_CLOEXEC: u32 = 0x40_0000;
pub(crate) const O_SYNC: u32 = 0x80_2000;
pub(crate) const O_PATH: u32 = 0x100_0000;
pub(crate) const O_TMPFILE: u32 = 0x201_0000;

pub(crate) const F_RDLCK: i32 = 1;
pub(crate) const F_WRLCK: i32 = 2;
pub(crate) const F_UNLCK: i32 = 3;

// `F_GETLK` and so on.
pub(crate) const GETLK: i32 = 7;
pub(crate) const SETLK: i32 = 8;
pub(crate) const SETLKW: i32 = 9;

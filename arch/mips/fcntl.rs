//! `asm/fcntl.h` of mips.

pub(crate) const O_APPEND: u32 = 0x8;
pub(crate) const O_DSYNC: u32 = 0x10;
pub(crate) const O_NONBLOCK: u32 = 0x80;
pub(crate) const O_CREAT: u32 = 0x100;
pub(crate) const O_TRUNC: u32 = 0x200;
pub(crate) const O_EXCL: u32 = 0x400;
pub(crate) const O_NOCTTY: u32 = 0x800;
pub(crate) const FASYNC: u32 = 0x1000;
pub(crate) const O_LARGEFILE: u32 = 0x2000;
pub(crate) const O_SYNC: u32 = 0x4010;
pub(crate) const O_DIRECT: u32 = 0x8000;
pub(crate) const O_DIRECTORY: u32 = 0x10000;
pub(crate) const O_NOFOLLOW: u32 = 0x20000;
pub(crate) const O_NOATIME: u32 = 0x40000;
pub(crate) const O_CLOEXEC: u32 = 0o2000000;
pub(crate) const O_PATH: u32 = 0x20_0000;
pub(crate) const O_TMPFILE: u32 = 0x41_0000;

pub(crate) const F_RDLCK: i32 = 0;
pub(crate) const F_WRLCK: i32 = 1;
pub(crate) const F_UNLCK: i32 = 2;

// `F_GETLK` and so on; where a register has 32 bits, `F_GETLK64` and so on, whose offsets have 64.
const WIDE: bool = cfg!(target_pointer_width = "64");
pub(crate) const GETLK: i32 = if WIDE { 14 } else { 33 };
pub(crate) const SETLK: i32 = if WIDE { 6 } else { 34 };
pub(crate) const SETLKW: i32 = if WIDE { 7 } else { 35 };

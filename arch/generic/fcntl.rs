//! `asm-generic/fcntl.h`: the flags of an open file, some of which calls take under names of their own (`EFD_CLOEXEC`, …).

pub(crate) const O_CREAT: u32 = 0o100;
pub(crate) const O_EXCL: u32 = 0o200;
pub(crate) const O_NOCTTY: u32 = 0o400;
pub(crate) const O_TRUNC: u32 = 0o1000;
pub(crate) const O_APPEND: u32 = 0o2000;
pub(crate) const O_NONBLOCK: u32 = 0o4000;
pub(crate) const O_DSYNC: u32 = 0o10000;
pub(crate) const FASYNC: u32 = 0o20000;
pub(crate) const O_DIRECT: u32 = 0o40000;
pub(crate) const O_LARGEFILE: u32 = 0o100000;
pub(crate) const O_DIRECTORY: u32 = 0o200000;
pub(crate) const O_NOFOLLOW: u32 = 0o400000;
pub(crate) const O_NOATIME: u32 = 0o1000000;
pub(crate) const O_CLOEXEC: u32 = 0o2000000;
pub(crate) const O_SYNC: u32 = 0o4010000;
pub(crate) const O_PATH: u32 = 0o10000000;
pub(crate) const O_TMPFILE: u32 = 0o20200000;

pub(crate) const F_RDLCK: i32 = 0;
pub(crate) const F_WRLCK: i32 = 1;
pub(crate) const F_UNLCK: i32 = 2;

// `F_GETLK` and so on; where a register has 32 bits, `F_GETLK64` and so on, whose offsets have 64.
const WIDE: bool = cfg!(any(target_pointer_width = "64", target_arch = "x86_64"));
pub(crate) const GETLK: i32 = if WIDE { 5 } else { 12 };
pub(crate) const SETLK: i32 = if WIDE { 6 } else { 13 };
pub(crate) const SETLKW: i32 = if WIDE { 7 } else { 14 };

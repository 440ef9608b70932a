//! `asm-generic/fcntl.h`: the commands and flags that every architecture numbers alike.

pub(crate) const O_RDONLY: u32 = 0;
pub(crate) const O_WRONLY: u32 = 1;
pub(crate) const O_RDWR: u32 = 2;

pub(crate) const F_GETFL: i32 = 3;
pub(crate) const F_SETFL: i32 = 4;

// `linux/fcntl.h`.
pub(crate) const AT_FDCWD: i32 = -100;
pub(crate) const AT_SYMLINK_NOFOLLOW: u32 = 0x100;
pub(crate) const AT_NO_AUTOMOUNT: u32 = 0x800;
pub(crate) const AT_EMPTY_PATH: u32 = 0x1000;

// `linux/fs.h`.
pub(crate) const SEEK_SET: u32 = 0;
pub(crate) const SEEK_END: u32 = 2;
pub(crate) const SEEK_DATA: u32 = 3;
pub(crate) const AT_RECURSIVE: u32 = 0x8000;

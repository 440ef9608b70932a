//! `asm/socket.h` of mips.

pub(crate) const SOCK_DGRAM: u32 = 1;
pub(crate) const SOCK_STREAM: u32 = 2;

pub(crate) const SOL_SOCKET: i32 = 0xffff;
pub(crate) const SO_PASSCRED: i32 = 17;
pub(crate) const SO_PASSPIDFD: i32 = 76;

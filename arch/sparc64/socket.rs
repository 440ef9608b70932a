//! `asm/socket.h` of sparc.

pub(crate) const SOCK_STREAM: u32 = 1;
pub(crate) const SOCK_DGRAM: u32 = 2;

pub(crate) const SOL_SOCKET: i32 = 0xffff;
pub(crate) const SO_PASSCRED: i32 = 0x0002;
pub(crate) const SO_PASSPIDFD: i32 = 0x0055;

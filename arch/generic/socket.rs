//! `asm-generic/socket.h` and `linux/net.h`: what some architectures number in another way.

pub(crate) const SOCK_STREAM: u32 = 1;
pub(crate) const SOCK_DGRAM: u32 = 2;

pub(crate) const SOL_SOCKET: i32 = 1;
pub(crate) const SO_PASSCRED: i32 = 16;
pub(crate) const SO_PASSPIDFD: i32 = 76;

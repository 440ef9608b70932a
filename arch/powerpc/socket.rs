//! `asm/socket.h` of powerpc.

pub(crate) use crate::arch::generic::socket::*;

pub(crate) const SO_PASSCRED: i32 = 20;

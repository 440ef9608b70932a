//! `asm/ioctls.h` of mips.

pub(crate) const FIONREAD: u32 = 0x467f;

//! `asm/ioctls.h` of powerpc and sparc.

use crate::arch::ioctl::ior;

pub(crate) const FIONREAD: u32 = ior::<i32>(b'f', 127);

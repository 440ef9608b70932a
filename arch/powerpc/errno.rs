//! `asm/errno.h` of powerpc.

pub(crate) use crate::arch::generic::errno::*;

pub(crate) const EDEADLOCK: u16 = 58;

//! `asm/ioctls.h` of powerpc.

use crate::arch::ioctl::{ior, iow};

pub(crate) const FIONREAD: u32 = ior::<i32>(b'f', 127);
pub(crate) const TIOCGPGRP: u32 = ior::<i32>(b't', 119);
pub(crate) const TIOCSPGRP: u32 = iow::<i32>(b't', 118);
pub(crate) const TIOCSCTTY: u32 = 0x540e;
pub(crate) const TIOCNOTTY: u32 = 0x5422;
pub(crate) const TIOCGSID: u32 = 0x5429;

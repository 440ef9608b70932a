//! `asm/ioctls.h` of mips.

use crate::arch::ioctl::{ior, iow};

pub(crate) const FIONREAD: u32 = 0x467f;
pub(crate) const TIOCGSID: u32 = 0x7416;
pub(crate) const TIOCGPGRP: u32 = ior::<i32>(b't', 119);
pub(crate) const TIOCSPGRP: u32 = iow::<i32>(b't', 118);
pub(crate) const TIOCNOTTY: u32 = 0x5471;
pub(crate) const TIOCSCTTY: u32 = 0x5480;

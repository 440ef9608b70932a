//! `asm/ioctls.h` of sparc.

use crate::arch::ioctl::{io, ior, iow};

pub(crate) const FIONREAD: u32 = ior::<i32>(b'f', 127);
pub(crate) const TIOCNOTTY: u32 = io(b't', 113);
pub(crate) const TIOCSPGRP: u32 = iow::<i32>(b't', 130);
pub(crate) const TIOCGPGRP: u32 = ior::<i32>(b't', 131);
pub(crate) const TIOCSCTTY: u32 = io(b't', 132);
pub(crate) const TIOCGSID: u32 = ior::<i32>(b't', 133);

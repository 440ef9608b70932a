//! `linux/wait.h`.

pub(crate) const WNOHANG: u32 = 0x1;
pub(crate) const WSTOPPED: u32 = 0x2;
pub(crate) const WEXITED: u32 = 0x4;
pub(crate) const WCONTINUED: u32 = 0x8;
pub(crate) const WNOWAIT: u32 = 0x0100_0000;
pub(crate) const __WNOTHREAD: u32 = 0x2000_0000;
pub(crate) const __WALL: u32 = 0x4000_0000;
pub(crate) const __WCLONE: u32 = 0x8000_0000;

pub(crate) const P_ALL: u32 = 0;
pub(crate) const P_PID: u32 = 1;
pub(crate) const P_PGID: u32 = 2;
/// Since Linux 5.4.
pub(crate) const P_PIDFD: u32 = 3;

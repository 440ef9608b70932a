//! The machine as a whole: what it is called, what it has, what its kernel says, and how it ends.
//!
//! ```
//! use butter::system;
//!
//! let names = system::uname()?;
//! assert_eq!(names.sysname(), b"Linux");
//! println!("{} since {:?}", names.nodename().escape_ascii(), system::sysinfo()?.uptime());
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`uname`], [`sethostname`], [`setdomainname`] | the names of the machine, or of the uts namespace |
//! | [`sysinfo`] | memory, load, how long it has been up |
//! | [`reboot`] | restarts it, or a pid namespace |
//! | [`getrandom`] | random bytes |
//! | [`syslog`], [`kmsg`] | the log of the kernel: as text, and record by record |
//! | [`sync`], [`syncfs`] | what is to be written is written |
//! | [`swapon`], [`swapoff`] | room on a disk for memory |
//! | [`module`] | parts of the kernel that come and go |
//! | [`kexec`] | another kernel in place of this one |
//! | [`quota`] | how much of a file system a user, a group or a project may use |
//!
//! See `uname(2)`, `sethostname(2)`, `setdomainname(2)`, `sysinfo(2)`, `reboot(2)`, `getrandom(2)`, `syslog(2)`, `sync(2)`,
//! `swapon(2)`.

pub mod kexec;
pub mod kmsg;
pub mod module;
pub mod quota;
mod random;
mod reboot;
mod swap;
mod sysinfo;
pub mod syslog;
mod uname;

pub use random::{RandomFlags, getrandom};
pub use reboot::{Reboot, reboot};
pub use swap::{SwapFlags, swapoff, swapon};
pub use sysinfo::{SysInfo, sysinfo};
pub use uname::{HOST_NAME_MAX, Uname, setdomainname, sethostname, uname};

use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};

/// Writes all that file systems hold in memory to their devices, and waits until that is done. It cannot fail, and does
/// not tell of what could not be written: [`syncfs`] does.
#[inline]
pub fn sync() {
    // SAFETY: the call has no argument.
    let _ = unsafe { call_readonly!(SYNC) };
}

/// [`sync`] of the file system that the descriptor is on. Since Linux 2.6.39.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open, or one of `O_PATH`.
/// - `EIO`, `EDQUOT`, `ENOSPC`: something could not be written; also earlier, if no call on this file description has told of it
///   yet (since Linux 5.8).
#[inline]
pub fn syncfs(fd: impl AsFd) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SYNCFS, fd.as_fd().as_raw_fd()) }.unit()
}

//! The log of the kernel as text, and how much of it the console shows: the actions of `syslog(2)`, which a libc calls
//! `klogctl`.
//!
//! ```
//! use butter::system::syslog;
//!
//! let mut buffer = vec![0; 1 << 16];
//! match syslog::read_all(&mut buffer[..]) {
//!     Ok(log) => print!("{}", log.escape_ascii()),
//!     Err(errno) => eprintln!("the log is not for everybody: {errno}"),
//! }
//! ```
//!
//! Each line begins with `<6>`, its priority, and the time. [`kmsg`](super::kmsg) gives records instead, tells what was lost,
//! and does not take them from other readers.
//!
//! Where `/proc/sys/kernel/dmesg_restrict` is 0, [`read_all`] and [`size_buffer`] are for everybody; all else needs `CAP_SYSLOG`
//! (before Linux 2.6.37 `CAP_SYS_ADMIN`, which was enough up to 3.x) in the first user namespace.
//!
//! See `syslog(2)`.

use crate::abi::syslog as abi;
use crate::buffer::Buffer;
use crate::errno::Result;
use core::ptr;

/// Takes the oldest of what nobody has read this way, and waits if there is nothing.
///
/// # Errors
///
/// - `EINTR`: a signal handler ran.
/// - `ENOSYS`: the kernel has no log: it was built without `CONFIG_PRINTK`. This holds for all of these calls.
/// - `EPERM`: the caller lacks `CAP_SYSLOG`.
#[doc(alias = "SYSLOG_ACTION_READ")]
pub fn read<'b>(buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    text(abi::SYSLOG_ACTION_READ, buffer.into())
}

/// Gives the end of the log, as much as fits, and takes nothing away. What [`clear`] was called for is left out.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYSLOG`, and `dmesg_restrict` is not 0.
#[doc(alias = "SYSLOG_ACTION_READ_ALL")]
#[doc(alias = "dmesg")]
pub fn read_all<'b>(buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    text(abi::SYSLOG_ACTION_READ_ALL, buffer.into())
}

/// [`read_all`] and [`clear`] in one.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYSLOG`.
#[doc(alias = "SYSLOG_ACTION_READ_CLEAR")]
pub fn read_clear<'b>(buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    text(abi::SYSLOG_ACTION_READ_CLEAR, buffer.into())
}

/// Has [`read_all`] begin with what comes from now on. Other readers still see all of it.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYSLOG`.
#[doc(alias = "SYSLOG_ACTION_CLEAR")]
pub fn clear() -> Result<()> {
    number(abi::SYSLOG_ACTION_CLEAR, 0).map(drop)
}

/// Has the console show only what is most urgent, until [`console_on`].
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYSLOG`.
#[doc(alias = "SYSLOG_ACTION_CONSOLE_OFF")]
pub fn console_off() -> Result<()> {
    number(abi::SYSLOG_ACTION_CONSOLE_OFF, 0).map(drop)
}

/// Has the console show what it showed before [`console_off`].
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYSLOG`.
#[doc(alias = "SYSLOG_ACTION_CONSOLE_ON")]
pub fn console_on() -> Result<()> {
    number(abi::SYSLOG_ACTION_CONSOLE_ON, 0).map(drop)
}

/// Has the console show what is more urgent than this level, 1 to 8: 1 emergencies only, 8 all. It is not lower than the third
/// number in `/proc/sys/kernel/printk`, whose first it is.
///
/// # Errors
///
/// - `EINVAL`: the level is not 1 to 8.
/// - `EPERM`: the caller lacks `CAP_SYSLOG`.
#[doc(alias = "SYSLOG_ACTION_CONSOLE_LEVEL")]
pub fn console_level(level: u8) -> Result<()> {
    number(abi::SYSLOG_ACTION_CONSOLE_LEVEL, level.into()).map(drop)
}

/// How many bytes [`read`] has to give.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYSLOG`.
#[doc(alias = "SYSLOG_ACTION_SIZE_UNREAD")]
pub fn size_unread() -> Result<usize> {
    number(abi::SYSLOG_ACTION_SIZE_UNREAD, 0)
}

/// How many bytes the kernel's memory for the log has.
///
/// # Errors
///
/// - `EPERM`: the caller lacks `CAP_SYSLOG`, and `dmesg_restrict` is not 0.
#[doc(alias = "SYSLOG_ACTION_SIZE_BUFFER")]
pub fn size_buffer() -> Result<usize> {
    number(abi::SYSLOG_ACTION_SIZE_BUFFER, 0)
}

fn text(action: i32, mut buffer: Buffer<'_>) -> Result<&mut [u8]> {
    // The kernel takes an `int`, and has no log as large as that.
    // SAFETY: the kernel writes at most as many bytes as it is told that there are, and says how many.
    unsafe { buffer.fill(|memory, capacity| call!(SYSLOG, action, memory, capacity.min(i32::MAX as usize)).size()) }?;
    Ok(buffer.into_filled())
}

fn number(action: i32, argument: i32) -> Result<usize> {
    // SAFETY: these actions use no pointer.
    unsafe { call_readonly!(SYSLOG, action, ptr::null::<u8>(), argument) }.size()
}

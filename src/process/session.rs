//! Process groups, sessions, and the terminal that controls one.

use super::Pid;
use crate::arch::ioctls as abi;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd};
use core::mem::MaybeUninit;

/// Makes the process the leader of a new session and of a new process group, without a controlling terminal; gives their
/// number, which is its own.
///
/// # Errors
///
/// - `EPERM`: the process leads a process group, as the first of a shell's job does. Its child does not.
#[inline]
pub fn setsid() -> Result<Pid> {
    // SAFETY: the call has no argument.
    pid(unsafe { call_readonly!(SETSID) }.int())
}

/// The session of a process, with `None` of the calling one.
///
/// # Errors
///
/// - `ESRCH`: no such process, or its session is that of a process outside the caller's pid namespace.
#[inline]
pub fn getsid(process: impl Into<Option<Pid>>) -> Result<Pid> {
    // SAFETY: the call has no pointer.
    pid(unsafe { call_readonly!(GETSID, number(process.into())) }.int())
}

/// The process group of a process, with `None` of the calling one.
///
/// # Errors
///
/// - `ESRCH`: no such process, or its group is that of a process outside the caller's pid namespace.
#[doc(alias = "getpgrp")]
#[inline]
pub fn getpgid(process: impl Into<Option<Pid>>) -> Result<Pid> {
    // SAFETY: the call has no pointer.
    pid(unsafe { call_readonly!(GETPGID, number(process.into())) }.int())
}

/// Puts a process, with `None` the calling one, into a process group of its session; with `None` into a new one that it leads.
///
/// It may be the calling process, or a child that has not executed a program yet.
///
/// # Errors
///
/// - `EACCES`: the child has executed a program.
/// - `EPERM`: the process leads a session; or it, or the group, is of another session.
/// - `ESRCH`: the process is not the calling one and no child of it.
#[inline]
pub fn setpgid(process: impl Into<Option<Pid>>, group: impl Into<Option<Pid>>) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETPGID, number(process.into()), number(group.into())) }.unit()
}

/// Makes a terminal the controlling one of the calling process's session, which it leads and which has none. `steal` takes it
/// away from another session, and needs `CAP_SYS_ADMIN`.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EIO`: the terminal hung up.
/// - `ENOTTY`: not a terminal.
/// - `EPERM`: the process leads no session, its session has a terminal, or the terminal has another session.
#[doc(alias = "TIOCSCTTY")]
#[inline]
pub fn tiocsctty(terminal: impl AsFd, steal: bool) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(IOCTL, terminal.as_fd().as_raw_fd(), abi::TIOCSCTTY, i32::from(steal)) }.unit()
}

/// Gives up the controlling terminal. If the process leads its session, that has none then, and its foreground group is
/// sent `SIGHUP` and `SIGCONT`.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `ENOTTY`: not the controlling terminal.
#[doc(alias = "TIOCNOTTY")]
#[inline]
pub fn tiocnotty(terminal: impl AsFd) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(IOCTL, terminal.as_fd().as_raw_fd(), abi::TIOCNOTTY, 0) }.unit()
}

/// The foreground process group of the controlling terminal; `None` if it has none, or one outside the caller's pid namespace.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `ENOTTY`: not the controlling terminal.
#[doc(alias = "TIOCGPGRP")]
#[inline]
pub fn tcgetpgrp(terminal: impl AsFd) -> Result<Option<Pid>> {
    asked(terminal, abi::TIOCGPGRP).map(Pid::new)
}

/// Puts a process group of the session into the foreground of its controlling terminal. A caller from the background is sent
/// `SIGTTOU`, unless it blocks or ignores that.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: `SIGTTOU` has a handler, and it ran.
/// - `EIO`: the caller is in the background, of a group whose parents are all in other sessions (it is "orphaned").
/// - `ENOTTY`: not the controlling terminal.
/// - `EPERM`: the group is of another session.
/// - `ESRCH`: there is no such group.
#[doc(alias = "TIOCSPGRP")]
#[inline]
pub fn tcsetpgrp(terminal: impl AsFd, group: Pid) -> Result<()> {
    let group = group.number();
    // SAFETY: the kernel reads one number.
    unsafe { call_readonly!(IOCTL, terminal.as_fd().as_raw_fd(), abi::TIOCSPGRP, &raw const group) }.unit()
}

/// The session that the terminal controls; `None` if that is outside the caller's pid namespace.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `ENOTTY`: not the controlling terminal.
#[doc(alias = "TIOCGSID")]
#[inline]
pub fn tcgetsid(terminal: impl AsFd) -> Result<Option<Pid>> {
    asked(terminal, abi::TIOCGSID).map(Pid::new)
}

#[inline]
fn asked(terminal: impl AsFd, request: u32) -> Result<i32> {
    let mut number = MaybeUninit::<i32>::uninit();
    // SAFETY: the kernel writes one number.
    unsafe { call!(IOCTL, terminal.as_fd().as_raw_fd(), request, number.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    Ok(unsafe { number.assume_init() })
}

/// The kernel's 0 is the calling process, or its own number.
#[inline]
fn number(pid: Option<Pid>) -> i32 {
    pid.map_or(0, Pid::number)
}

/// A group or session that is not visible is 0.
#[inline]
fn pid(number: Result<i32>) -> Result<Pid> {
    Pid::new(number?).ok_or(Errno::ESRCH)
}

//! Signals that tell of a descriptor: to whom, which, and when; and leases, which are broken by one.

use super::{AsFd, AsRawFd};
use crate::abi::fcntl::*;
use crate::arch::fcntl::{F_RDLCK, F_UNLCK, F_WRLCK, FASYNC};
use crate::errno::Result;
use crate::pid::Pid;
use crate::signal::Signal;
use core::mem::MaybeUninit;

/// Who gets the signals of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// One thread.
    #[doc(alias = "F_OWNER_TID")]
    Thread(Pid),
    /// A process.
    #[doc(alias = "F_OWNER_PID")]
    Process(Pid),
    /// A process group.
    #[doc(alias = "F_OWNER_PGRP")]
    Group(Pid),
}

/// Sets who gets the signals of the descriptor, with the rights of the caller; with `None` nobody. Since Linux 2.6.32.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `ESRCH`: there is no such thread, process or group.
#[doc(alias = "F_SETOWN_EX")]
#[doc(alias = "F_SETOWN")]
pub fn set_owner(fd: impl AsFd, owner: Option<Owner>) -> Result<()> {
    let (kind, pid) = match owner {
        None => (F_OWNER_PID, 0),
        Some(Owner::Thread(pid)) => (F_OWNER_TID, pid.number()),
        Some(Owner::Process(pid)) => (F_OWNER_PID, pid.number()),
        Some(Owner::Group(pid)) => (F_OWNER_PGRP, pid.number()),
    };
    let owner = f_owner_ex { r#type: kind, pid };
    // SAFETY: the kernel reads one owner.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_SETOWN_EX, &raw const owner) }.unit()
}

/// Who gets the signals of the descriptor; `None` if nobody does, or nobody whom the caller can see. Since Linux 2.6.32.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
#[doc(alias = "F_GETOWN_EX")]
#[doc(alias = "F_GETOWN")]
pub fn owner(fd: impl AsFd) -> Result<Option<Owner>> {
    let mut owner = MaybeUninit::<f_owner_ex>::uninit();
    // SAFETY: the kernel writes one owner.
    unsafe { call!(FCNTL64, fd.as_fd().as_raw_fd(), F_GETOWN_EX, owner.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    let f_owner_ex { r#type: kind, pid } = unsafe { owner.assume_init() };
    Ok(Pid::new(pid).map(|pid| match kind {
        F_OWNER_TID => Owner::Thread(pid),
        F_OWNER_PGRP => Owner::Group(pid),
        _ => Owner::Process(pid),
    }))
}

/// Sets which signal tells of the descriptor; with `None` it is `SIGIO`, which tells nothing more. One that is set tells
/// the descriptor and what it is ready for: [`Cause::Poll`](crate::signal::Cause::Poll).
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
#[doc(alias = "F_SETSIG")]
#[inline]
pub fn set_signal(fd: impl AsFd, signal: Option<Signal>) -> Result<()> {
    let number = signal.map_or(0, |signal| u32::from(signal.number()));
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_SETSIG, number) }.unit()
}

/// Which signal tells of the descriptor; `None` if none was set.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
#[doc(alias = "F_GETSIG")]
#[inline]
pub fn signal(fd: impl AsFd) -> Result<Option<Signal>> {
    // SAFETY: the call has no pointer.
    let number = unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_GETSIG, 0) }.int()?;
    Ok(u8::try_from(number).ok().and_then(Signal::new))
}

/// Sets whether a signal is sent whenever the descriptor gets ready to be read or written. It is a matter of the open
/// file: all descriptors that were duplicated from it or inherited share the setting. Whoever is to get it is set before
/// with [`set_owner`].
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: it cannot tell.
#[doc(alias = "O_ASYNC")]
pub fn set_async(fd: impl AsFd, signals: bool) -> Result<()> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the call has no pointer.
    let flags = unsafe { call_readonly!(FCNTL64, fd, F_GETFL, 0) }.int()? as u32;
    let changed = if signals { flags | FASYNC } else { flags & !FASYNC };
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, fd, F_SETFL, changed) }.unit()
}

/// What nobody else does to a file without its holder being told first, and being given time: up to
/// `/proc/sys/fs/lease-break-time` seconds, in which the other waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lease {
    /// Nobody opens it for writing or truncates it. The descriptor is open for reading only.
    #[doc(alias = "F_RDLCK")]
    Read,
    /// Nobody else opens it at all.
    #[doc(alias = "F_WRLCK")]
    Write,
}

/// Takes a lease on a regular file, changes it, or with `None` gives it back: what the holder does when its signal,
/// `SIGIO` or that of [`set_signal`], tells that somebody wants the file.
///
/// # Errors
///
/// - `EACCES`: a file of another user, and the caller lacks `CAP_LEASE`.
/// - `EAGAIN`: somebody has it open in a way that the lease is against, or has such a lease; or there is none to give back.
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: not a regular file, or its file system has no leases.
/// - `ENOLCK`, `ENOMEM`: the kernel has no memory for it.
#[doc(alias = "F_SETLEASE")]
pub fn set_lease(fd: impl AsFd, lease: Option<Lease>) -> Result<()> {
    let kind = match lease {
        None => F_UNLCK,
        Some(Lease::Read) => F_RDLCK,
        Some(Lease::Write) => F_WRLCK,
    };
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_SETLEASE, kind) }.unit()
}

/// The lease that the descriptor has. While somebody waits for it, it is what it has to come down to.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
#[doc(alias = "F_GETLEASE")]
pub fn lease(fd: impl AsFd) -> Result<Option<Lease>> {
    // SAFETY: the call has no pointer.
    Ok(match unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_GETLEASE, 0) }.int()? {
        F_RDLCK => Some(Lease::Read),
        F_WRLCK => Some(Lease::Write),
        _ => None,
    })
}

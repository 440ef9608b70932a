//! Who a thread is: its user, its groups.
//!
//! ```
//! use butter::credentials;
//!
//! # std::thread::spawn(|| {
//! let user = credentials::getresuid()?;
//! assert_eq!(user.real, credentials::getuid());
//! // For good: the real, the effective and the saved one.
//! credentials::setresuid(Some(user.real), Some(user.real), Some(user.real))?;
//! # Ok::<(), butter::Errno>(())
//! # }).join().unwrap()?;
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! To the kernel these belong to a **thread**. A libc changes those of all threads, one after the other: in a program that has
//! one, use its functions, or have one thread only. The *real* user is whom the process belongs to, the *effective* one whom
//! the kernel asks for, the *saved* one whom it may become again; of files the kernel asks for the *file system's*, which
//! follows the effective one.
//!
//! To give up all privileges: [`setgroups`], then [`setresgid`], then [`setresuid`], as the last takes the right to the others.
//!
//! Numbers have 32 bits on every architecture.
//!
//! See `credentials(7)`, `getuid(2)`, `getresuid(2)`, `setuid(2)`, `setresuid(2)`, `setfsuid(2)`, `getgroups(2)`.

use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use core::ptr;

/// The user, or the group, that a thread is in three ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ids {
    /// Whom the process belongs to.
    pub real: u32,
    /// Whom the kernel asks for.
    pub effective: u32,
    /// Whom the thread may become again.
    pub saved: u32,
}

/// The real user of the calling thread.
#[inline]
pub fn getuid() -> u32 {
    // SAFETY: the call has no argument.
    unsafe { call_readonly!(GETUID32) }.value() as u32
}

/// The effective user of the calling thread.
#[inline]
pub fn geteuid() -> u32 {
    // SAFETY: the call has no argument.
    unsafe { call_readonly!(GETEUID32) }.value() as u32
}

/// The real group of the calling thread.
#[inline]
pub fn getgid() -> u32 {
    // SAFETY: the call has no argument.
    unsafe { call_readonly!(GETGID32) }.value() as u32
}

/// The effective group of the calling thread.
#[inline]
pub fn getegid() -> u32 {
    // SAFETY: the call has no argument.
    unsafe { call_readonly!(GETEGID32) }.value() as u32
}

/// The real, the effective and the saved user of the calling thread.
///
/// # Errors
///
/// Only what a seccomp filter gives.
#[inline]
pub fn getresuid() -> Result<Ids> {
    // SAFETY: the kernel writes a number to each.
    ids(|real, effective, saved| unsafe { call!(GETRESUID32, real, effective, saved) }.unit())
}

/// The real, the effective and the saved group of the calling thread.
///
/// # Errors
///
/// Only what a seccomp filter gives.
#[inline]
pub fn getresgid() -> Result<Ids> {
    // SAFETY: the kernel writes a number to each.
    ids(|real, effective, saved| unsafe { call!(GETRESGID32, real, effective, saved) }.unit())
}

#[inline]
fn ids(call: impl FnOnce(*mut u32, *mut u32, *mut u32) -> Result<()>) -> Result<Ids> {
    let (mut real, mut effective, mut saved) = (0, 0, 0);
    call(&raw mut real, &raw mut effective, &raw mut saved)?;
    Ok(Ids { real, effective, saved })
}

/// Sets the effective user of the calling thread; with `CAP_SETUID` the real and the saved one as well, so that there is no way
/// back.
///
/// # Errors
///
/// - `EAGAIN`: the kernel has no memory for it; before Linux 3.1, also: the user has as many processes as `RLIMIT_NPROC` allows.
/// - `EINVAL`: the user has no number in the caller's user namespace.
/// - `EPERM`: the caller lacks `CAP_SETUID`, and it is neither the real nor the saved one.
#[inline]
pub fn setuid(uid: u32) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETUID32, uid) }.unit()
}

/// Sets the effective group of the calling thread; with `CAP_SETGID` the real and the saved one as well, so that there is no
/// way back.
///
/// # Errors
///
/// - `EINVAL`: the group has no number in the caller's user namespace.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: the caller lacks `CAP_SETGID`, and it is neither the real nor the saved one.
#[inline]
pub fn setgid(gid: u32) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETGID32, gid) }.unit()
}

/// Sets the real, the effective and the saved user of the calling thread; `None` leaves one as it is. The user of the file system
/// becomes the effective one.
///
/// # Errors
///
/// - `EAGAIN`: the kernel has no memory for it; before Linux 3.1, also: the user has as many processes as `RLIMIT_NPROC` allows.
/// - `EINVAL`: a user has no number in the caller's user namespace.
/// - `EPERM`: the caller lacks `CAP_SETUID`, and one is none of the three that it has.
#[inline]
pub fn setresuid(real: Option<u32>, effective: Option<u32>, saved: Option<u32>) -> Result<()> {
    let [real, effective, saved] = [real, effective, saved].map(or_same);
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETRESUID32, real, effective, saved) }.unit()
}

/// Sets the real, the effective and the saved group of the calling thread; `None` leaves one as it is. The group of the file
/// system becomes the effective one.
///
/// # Errors
///
/// - `EINVAL`: a group has no number in the caller's user namespace.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: the caller lacks `CAP_SETGID`, and one is none of the three that it has.
#[inline]
pub fn setresgid(real: Option<u32>, effective: Option<u32>, saved: Option<u32>) -> Result<()> {
    let [real, effective, saved] = [real, effective, saved].map(or_same);
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETRESGID32, real, effective, saved) }.unit()
}

/// Sets the user that the kernel asks for when the calling thread uses files, and gives the one before. With `None`, and where
/// the caller may not, it stays: the kernel does not say so, but the next call does.
#[inline]
pub fn setfsuid(uid: Option<u32>) -> u32 {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETFSUID32, or_same(uid)) }.value() as u32
}

/// Sets the group that the kernel asks for when the calling thread uses files, and gives the one before. With `None`, and where
/// the caller may not, it stays: the kernel does not say so, but the next call does.
#[inline]
pub fn setfsgid(gid: Option<u32>) -> u32 {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(SETFSGID32, or_same(gid)) }.value() as u32
}

/// No user and no group has the number -1.
#[inline]
fn or_same(id: Option<u32>) -> u32 {
    id.unwrap_or(u32::MAX)
}

/// The groups that the calling thread is in beside its effective one, in the order of their numbers.
///
/// # Errors
///
/// - `EINVAL`: the buffer is too small. There are at most 65,536; [`groups_count`] says how many.
#[inline]
pub fn getgroups<'b>(buffer: impl Into<Buffer<'b, u32>>) -> Result<&'b mut [u32]> {
    let mut buffer = buffer.into();
    let fill = |memory: *mut u32, capacity: usize| {
        let room = i32::try_from(capacity).unwrap_or(i32::MAX);
        // SAFETY: the kernel writes at most as many numbers as there is room for, and none without any room.
        let count = unsafe { call!(GETGROUPS32, room, memory) }.size()?;
        // Without any room it says how many there are.
        if count > capacity { Err(Errno::EINVAL) } else { Ok(count) }
    };
    // SAFETY: as many numbers are initialised as the kernel has written.
    unsafe { buffer.fill(fill) }?;
    Ok(buffer.into_filled())
}

/// How many groups the calling thread is in beside its effective one.
///
/// # Errors
///
/// Only what a seccomp filter gives.
#[inline]
pub fn groups_count() -> Result<usize> {
    // SAFETY: without any room the kernel writes nothing.
    unsafe { call_readonly!(GETGROUPS32, 0, ptr::null_mut::<u32>()) }.size()
}

/// Sets the groups that the calling thread is in beside its effective one.
///
/// # Errors
///
/// - `EINVAL`: more than 65,536; or one has no number in the caller's user namespace.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `EPERM`: the caller lacks `CAP_SETGID`, or `/proc/PID/setgroups` of its user namespace says `deny`.
#[inline]
pub fn setgroups(groups: &[u32]) -> Result<()> {
    let count = i32::try_from(groups.len()).unwrap_or(i32::MAX);
    // SAFETY: the kernel reads as many numbers as there are, or refuses more than it knows.
    unsafe { call_readonly!(SETGROUPS32, count, groups.as_ptr()) }.unit()
}

//! The files in `/proc/PID` by which namespaces are had and set up.

use super::Link;
use crate::abi::fcntl::{AT_FDCWD, O_WRONLY};
use crate::arch::fcntl::O_CLOEXEC;
use crate::errno::{Errno, Result};
use crate::fd::{AsRawFd, OwnedFd};
use crate::pid::Pid;
use crate::time::{Clock, Timespec};
use core::fmt::{self, Write};

/// Ids of a user namespace and those of its parent that they stand for: `count` of them, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdMap {
    /// The first id inside of the namespace.
    pub inside: u32,
    /// The first in the user namespace of whoever writes the map, which is the parent or the namespace itself: then the id in
    /// its parent.
    pub outside: u32,
    /// How many there are.
    pub count: u32,
}

impl IdMap {
    /// One from its numbers, in the order of the file.
    #[inline]
    pub const fn new(inside: u32, outside: u32, count: u32) -> IdMap {
        IdMap { inside, outside, count }
    }
}

/// Opens a namespace of a process by the link in `/proc`; with `None` that of the calling thread. Since Linux 3.0, for a
/// mount, pid or user namespace since 3.8.
///
/// # Errors
///
/// - `EACCES`: the caller may not look at the process: it may not trace it (`PTRACE_MODE_READ_FSCREDS`).
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `ENOENT`: no such process, this kernel has no such namespaces, or `/proc` is not mounted; also the pid namespace for
///   children that has no process yet.
/// - `ESRCH`: the process has ended.
pub fn open(process: impl Into<Option<Pid>>, link: Link) -> Result<OwnedFd> {
    open_file(format_args!("{}/ns/{}", Of::thread(process), link.name()), 0)
}

/// Maps the users of the user namespace of a process, with `None` of the calling thread, to those outside: once. At most
/// 340 entries (before Linux 4.15: 5), and 4,095 bytes of text.
///
/// It is written by a process in the namespace itself or in its parent. One with `CAP_SETUID` in the parent may map all that it
/// has there. Without, who has made the namespace may map one user: its own effective one.
///
/// # Errors
///
/// - `EACCES`: the file belongs to another user, as the process cannot be traced ("dumpable") or is another user's.
/// - `EINVAL`: no entry, too many, entries that overlap, or a count of 0.
/// - `EIO`: not all of the text was taken.
/// - `ENOENT`: no such process, or `/proc` is not mounted.
/// - `EPERM`: the ids may not be mapped by the caller, are not mapped in the parent themselves, or the namespace has its map
///   already.
#[doc(alias = "uid_map")]
pub fn write_uid_map(process: impl Into<Option<Pid>>, map: &[IdMap]) -> Result<()> {
    write_map(process.into(), "uid_map", map)
}

/// Maps the groups: [`write_uid_map`] with `CAP_SETGID`. Without that, `setgroups` must be denied before
/// ([`write_setgroups`]), since Linux 3.19.
///
/// # Errors
///
/// Those of [`write_uid_map`].
#[doc(alias = "gid_map")]
pub fn write_gid_map(process: impl Into<Option<Pid>>, map: &[IdMap]) -> Result<()> {
    write_map(process.into(), "gid_map", map)
}

/// Maps the projects, which file systems count space by: [`write_uid_map`] that needs no capability.
///
/// # Errors
///
/// Those of [`write_uid_map`].
#[doc(alias = "projid_map")]
pub fn write_projid_map(process: impl Into<Option<Pid>>, map: &[IdMap]) -> Result<()> {
    write_map(process.into(), "projid_map", map)
}

/// Says whether processes in the user namespace of a process may call `setgroups`, before its groups are mapped. Denied once
/// it is for ever, and for namespaces below. Since Linux 3.19.
///
/// # Errors
///
/// Those of [`write_uid_map`], and
///
/// - `EPERM`: the groups are mapped already; or it was denied and should be allowed.
#[doc(alias = "setgroups")]
pub fn write_setgroups(process: impl Into<Option<Pid>>, allowed: bool) -> Result<()> {
    write_file(format_args!("{}/setgroups", Of::thread(process)), if allowed { b"allow" } else { b"deny" })
}

/// Sets how far clocks are ahead of those of the system ([`MONOTONIC`](Clock::MONOTONIC) or [`BOOTTIME`](Clock::BOOTTIME),
/// each once) in the time namespace for the children of a process, with `None` of the calling one: in that for the children
/// of its first thread. It is done before a process is in the namespace. Since Linux 5.6.
///
/// ```no_run
/// use butter::namespace::{self, Kinds};
/// use butter::time::{Clock, Timespec};
///
/// namespace::unshare(Kinds::TIME)?;
/// namespace::write_time_offsets(None, &[(Clock::BOOTTIME, Timespec { sec: 7 * 86_400, nsec: 0 })])?;
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EACCES`: a process is in the namespace already.
/// - `EINVAL`: another clock, more than two, or nanoseconds of a second or more.
/// - `ENOENT`: no such process, `/proc` is not mounted, or this kernel has no time namespaces.
/// - `EPERM`: the caller lacks `CAP_SYS_TIME` in the user namespace that owns it.
/// - `ERANGE`: the clock would be negative, or beyond 146 years.
#[doc(alias = "timens_offsets")]
pub fn write_time_offsets(process: impl Into<Option<Pid>>, offsets: &[(Clock, Timespec)]) -> Result<()> {
    // Of more the kernel takes the first two.
    if offsets.len() > 2 {
        return Err(Errno::EINVAL);
    }
    let mut text = Text::<PAGE>::new();
    for (clock, offset) in offsets {
        text.line(format_args!("{} {} {}", clock.number(), offset.sec, offset.nsec))?;
    }
    write_file(format_args!("{}/timens_offsets", Of::process(process)), text.bytes())
}

fn write_map(process: Option<Pid>, file: &str, map: &[IdMap]) -> Result<()> {
    let mut text = Text::<PAGE>::new();
    for IdMap { inside, outside, count } in map {
        text.line(format_args!("{inside} {outside} {count}"))?;
    }
    write_file(format_args!("{}/{file}", Of::thread(process)), text.bytes())
}

/// The kernel takes a setting in one piece.
fn write_file(path: fmt::Arguments<'_>, bytes: &[u8]) -> Result<()> {
    let file = open_file(path, O_WRONLY)?;
    // SAFETY: the kernel reads `bytes.len()` bytes, all of which are there.
    let taken = unsafe { call_readonly!(WRITE, file.as_raw_fd(), bytes.as_ptr(), bytes.len()) }.size()?;
    if taken == bytes.len() { Ok(()) } else { Err(Errno::EIO) }
}

fn open_file(path: fmt::Arguments<'_>, flags: u32) -> Result<OwnedFd> {
    let mut text = Text::<64>::new();
    write!(text, "/proc/{path}\0").map_err(|_| Errno::ENAMETOOLONG)?;
    // SAFETY: the kernel reads the path up to its NUL. The descriptor is new.
    unsafe { call_readonly!(OPENAT, AT_FDCWD, text.bytes().as_ptr(), flags | O_CLOEXEC).fd() }
}

/// The name of a directory in `/proc`.
enum Of {
    Pid(Pid),
    Own(&'static str),
}

impl Of {
    fn thread(process: impl Into<Option<Pid>>) -> Of {
        process.into().map_or(Of::Own("thread-self"), Of::Pid)
    }

    fn process(process: impl Into<Option<Pid>>) -> Of {
        process.into().map_or(Of::Own("self"), Of::Pid)
    }
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Of::Pid(pid) => pid.fmt(f),
            Of::Own(name) => f.write_str(name),
        }
    }
}

/// The kernel takes less than a page, of which this is the smallest.
const PAGE: usize = 4095;

/// Text of which nothing is left out.
struct Text<const SIZE: usize> {
    bytes: [u8; SIZE],
    length: usize,
}

impl<const SIZE: usize> Text<SIZE> {
    fn new() -> Self {
        Text { bytes: [0; SIZE], length: 0 }
    }

    fn line(&mut self, line: fmt::Arguments<'_>) -> Result<()> {
        writeln!(self, "{line}").map_err(|_| Errno::EINVAL)
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl<const SIZE: usize> Write for Text<SIZE> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.length..).and_then(|room| room.get_mut(..text.len())).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn text_that_does_not_fit_is_an_error() {
        let mut text = Text::<8>::new();
        assert_eq!(text.line(format_args!("1 2 3")), Ok(()));
        assert_eq!(text.bytes(), b"1 2 3\n");
        assert_eq!(text.line(format_args!("45")), Err(Errno::EINVAL));
    }

    #[test]
    fn the_longest_path_fits() {
        let longest = "/proc/thread-self/ns/time_for_children\0".len();
        assert!(longest <= 64 && Of::Pid(Pid::new(i32::MAX).unwrap()).to_string().len() < "thread-self".len());
    }
}

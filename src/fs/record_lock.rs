//! Locks of ranges of a file, against others who lock so.

use crate::abi::fcntl::{F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, SEEK_SET, flock64};
use crate::arch::fcntl::{F_RDLCK, F_UNLCK, F_WRLCK, GETLK, SETLK, SETLKW};
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd};
use crate::pid::Pid;
use core::ops::{Bound, RangeBounds};

/// What a lock of a range keeps others from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordLock {
    /// From writing: several may have it at the same time. The descriptor is open for reading.
    #[doc(alias = "F_RDLCK")]
    Read,
    /// From reading and writing: nobody else may have one. The descriptor is open for writing.
    #[doc(alias = "F_WRLCK")]
    Write,
}

impl RecordLock {
    const fn to_kernel(self) -> i32 {
        match self {
            RecordLock::Read => F_RDLCK,
            RecordLock::Write => F_WRLCK,
        }
    }
}

/// A lock that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HeldLock {
    /// What it keeps others from.
    pub lock: RecordLock,
    /// Its first byte.
    pub start: u64,
    /// The byte behind its last; `None` if it reaches to the end of the file, wherever that comes to be.
    pub end: Option<u64>,
    /// The process that has it; `None` if it belongs to an open file description, or to a process that the caller's pid
    /// namespace does not show.
    pub pid: Option<Pid>,
}

/// Locks a range of a file for an open file description, changes its lock, or with `None` gives it up. What of an older lock is
/// outside of the range stays.
///
/// The lock belongs to all descriptors that were duplicated from this one, also in other processes, and is given up when the last
/// of them is closed. It does not exclude those of the same description, but all others, also in the same process, and the locks of
/// [`setlk`]. A range without an end reaches to wherever the file comes to end. Since Linux 3.15.
///
/// ```
/// use butter::fs::{self, RecordLock};
/// use butter::Errno;
/// # let path = std::env::temp_dir().join(format!("butter-doc-ofd-{}", std::process::id()));
/// let file = std::fs::File::create(&path)?;
/// let other = std::fs::File::create(&path)?;
/// # std::fs::remove_file(&path)?;
/// fs::ofd_setlk(&file, Some(RecordLock::Write), 0..100)?;
/// assert_eq!(fs::ofd_setlk(&other, Some(RecordLock::Write), 50..), Err(Errno::EAGAIN));
/// fs::ofd_setlk(&other, Some(RecordLock::Write), 100..)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// - `EAGAIN`: another has a lock that is in the way.
/// - `EBADF`: the descriptor is not open, or not for reading or for writing, as the lock needs.
/// - `EINVAL`: the range is empty, or its start or its length is beyond 63 bits; or the file system does not have it.
/// - `ENOLCK`: there are too many locks, or a server does not answer.
/// - `EOVERFLOW`: the last byte is beyond 63 bits.
#[doc(alias = "F_OFD_SETLK")]
#[inline]
pub fn ofd_setlk(fd: impl AsFd, lock: Option<RecordLock>, range: impl RangeBounds<u64>) -> Result<()> {
    set(fd, F_OFD_SETLK, lock, range)
}

/// [`ofd_setlk`] that waits while another has a lock that is in the way. Two that wait for one another do so for ever. Since
/// Linux 3.15.
///
/// # Errors
///
/// Those of [`ofd_setlk`] but `EAGAIN`, and
///
/// - `EINTR`: a signal handler ran while it waited.
#[doc(alias = "F_OFD_SETLKW")]
#[inline]
pub fn ofd_setlkw(fd: impl AsFd, lock: Option<RecordLock>, range: impl RangeBounds<u64>) -> Result<()> {
    set(fd, F_OFD_SETLKW, lock, range)
}

/// A lock of another's that would keep [`ofd_setlk`] from this one: the first of them; `None` if there is none. By the time that
/// it is looked at, that may have changed. Since Linux 3.15.
///
/// # Errors
///
/// Those of [`ofd_setlk`] but `EAGAIN`. How the descriptor is open does not matter.
#[doc(alias = "F_OFD_GETLK")]
#[inline]
pub fn ofd_getlk(fd: impl AsFd, lock: RecordLock, range: impl RangeBounds<u64>) -> Result<Option<HeldLock>> {
    get(fd, F_OFD_GETLK, lock, range)
}

/// Locks a range of a file for the process, as POSIX has it, changes its lock, or with `None` gives it up. What of an older lock is
/// outside of the range stays.
///
/// It does not exclude other threads of the process, a child does not inherit it, and it is given up as soon as the process closes
/// any descriptor of the file, also one that something else in it has opened. [`ofd_setlk`] has none of this; this is for who shares
/// a file with programs that lock so, and needs to be told by which process.
///
/// # Errors
///
/// Those of [`ofd_setlk`].
#[doc(alias = "F_SETLK")]
#[doc(alias = "lockf")]
#[inline]
pub fn setlk(fd: impl AsFd, lock: Option<RecordLock>, range: impl RangeBounds<u64>) -> Result<()> {
    set(fd, SETLK, lock, range)
}

/// [`setlk`] that waits while another has a lock that is in the way.
///
/// # Errors
///
/// Those of [`setlk`] but `EAGAIN`, and
///
/// - `EDEADLK`: the other waits, itself or through more of them, for a lock of this process.
/// - `EINTR`: a signal handler ran while it waited.
#[doc(alias = "F_SETLKW")]
#[inline]
pub fn setlkw(fd: impl AsFd, lock: Option<RecordLock>, range: impl RangeBounds<u64>) -> Result<()> {
    set(fd, SETLKW, lock, range)
}

/// A lock of another's that would keep [`setlk`] from this one: the first of them; `None` if there is none. By the time that it is
/// looked at, that may have changed.
///
/// # Errors
///
/// Those of [`setlk`] but `EAGAIN`. How the descriptor is open does not matter.
#[doc(alias = "F_GETLK")]
#[inline]
pub fn getlk(fd: impl AsFd, lock: RecordLock, range: impl RangeBounds<u64>) -> Result<Option<HeldLock>> {
    get(fd, GETLK, lock, range)
}

#[inline]
fn set(fd: impl AsFd, command: i32, lock: Option<RecordLock>, range: impl RangeBounds<u64>) -> Result<()> {
    let lock = to_kernel(lock.map_or(F_UNLCK, RecordLock::to_kernel), range)?;
    // SAFETY: the kernel reads one lock.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), command, &raw const lock) }.unit()
}

#[inline]
fn get(fd: impl AsFd, command: i32, lock: RecordLock, range: impl RangeBounds<u64>) -> Result<Option<HeldLock>> {
    let mut lock = to_kernel(lock.to_kernel(), range)?;
    // SAFETY: the kernel reads one lock and writes another in its place.
    unsafe { call!(FCNTL64, fd.as_fd().as_raw_fd(), command, &raw mut lock) }.unit()?;
    Ok(held(&lock))
}

fn to_kernel(kind: i32, range: impl RangeBounds<u64>) -> Result<flock64> {
    let (start, length) = ends(range).ok_or(Errno::EINVAL)?;
    Ok(flock64 { l_type: kind as i16, l_whence: SEEK_SET, l_start: start, l_len: length, l_pid: 0 })
}

/// The first byte, and how many there are: 0 up to the end. `None` if that cannot be said to the kernel.
fn ends(range: impl RangeBounds<u64>) -> Option<(i64, i64)> {
    let start = match range.start_bound() {
        Bound::Included(start) => *start,
        Bound::Excluded(before) => before.checked_add(1)?,
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(last) => Some(last.checked_add(1)?),
        Bound::Excluded(end) => Some(*end),
        Bound::Unbounded => None,
    };
    let length = match end {
        // An empty one would be one without an end.
        Some(end) => i64::try_from(end.checked_sub(start)?).ok().filter(|length| *length > 0)?,
        None => 0,
    };
    Some((start.try_into().ok()?, length))
}

fn held(lock: &flock64) -> Option<HeldLock> {
    let (start, length) = (lock.l_start as u64, lock.l_len as u64);
    let kind = match i32::from(lock.l_type) {
        F_RDLCK => RecordLock::Read,
        F_WRLCK => RecordLock::Write,
        _ => return None,
    };
    let end = (length > 0).then(|| start.wrapping_add(length));
    Some(HeldLock { lock: kind, start, end, pid: Pid::new(lock.l_pid) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = i64::MAX as u64;

    #[test]
    fn a_range_is_a_start_and_a_length() {
        assert_eq!(ends(..), Some((0, 0)));
        assert_eq!(ends(7..), Some((7, 0)));
        assert_eq!(ends(7..9), Some((7, 2)));
        assert_eq!(ends(7..=9), Some((7, 3)));
        assert_eq!(ends(..=0), Some((0, 1)));
        assert_eq!(ends((Bound::Excluded(7), Bound::Excluded(9))), Some((8, 1)));
        assert_eq!(ends(..MOST), Some((0, i64::MAX)));
        assert_eq!(ends(MOST..=MOST), Some((i64::MAX, 1)));
    }

    #[test]
    #[allow(clippy::reversed_empty_ranges)]
    fn what_is_empty_or_too_far_is_none() {
        assert_eq!(ends(7..7), None);
        assert_eq!(ends(9..7), None);
        assert_eq!(ends(..0), None);
        assert_eq!(ends(MOST + 1..), None);
        assert_eq!(ends(..=MOST), None);
        assert_eq!(ends(..=u64::MAX), None);
        assert_eq!(ends((Bound::Excluded(u64::MAX), Bound::Unbounded)), None);
    }

    #[test]
    fn any_bytes_are_a_lock_or_none() {
        let lock = |l_type: i32, l_start, l_len, l_pid| {
            held(&flock64 { l_type: l_type as i16, l_whence: SEEK_SET, l_start, l_len, l_pid })
        };
        assert_eq!(lock(F_UNLCK, 1, 2, 3), None);
        let read = HeldLock { lock: RecordLock::Read, start: 1, end: Some(3), pid: Pid::new(4) };
        assert_eq!(lock(F_RDLCK, 1, 2, 4), Some(read));
        assert_eq!(lock(F_RDLCK, 2, 1, 4), Some(HeldLock { start: 2, ..read }));
        let write = HeldLock { lock: RecordLock::Write, start: 1, end: None, pid: None };
        assert_eq!(lock(F_WRLCK, 1, 0, -1), Some(write));
        assert!(lock(F_WRLCK, -1, -1, 0).is_some());
    }
}

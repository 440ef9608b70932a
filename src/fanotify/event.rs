//! The events of a group, which own the descriptors that the kernel opened for them.

use super::metadata::rare;
use super::{Fanotify, Mask, Metadata, OtherVersion, Permission, Pidfd, abi};
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};
use crate::handle::{self, FilePath};
use crate::pid::Pid;
use core::{fmt, ops::Deref};

/// What a group tells.
#[derive(Debug)]
pub enum Event<'a> {
    /// Something happened.
    Notification(Notification<'a>),
    /// Somebody wants to do something and waits for an answer.
    Permission(Permission<'a>),
    /// The queue was full, and what happened since is lost: whoever keeps a picture of the files has to look at all of
    /// them again. (Nobody waits for an answer that is lost: a permission event that does not fit is allowed.)
    #[doc(alias = "FAN_Q_OVERFLOW")]
    Overflow,
    /// It has another version than this crate knows: nothing can be said of it.
    OtherVersion(OtherVersion<'a>),
}

/// The file of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventFile<F> {
    /// The file, open.
    Open(F),
    /// The event has none: the group reports handles, or mounts; or it was taken.
    #[doc(alias = "FAN_NOFD")]
    None,
    /// It could not be opened; only told in a group with `REPORT_FD_ERROR`. Elsewhere the read fails with this error, or
    /// ends before this event, which is lost. `EPERM` is told as [`None`](Self::None): `FAN_NOFD` is its number.
    Failed(Errno),
}

impl EventFile<RawFd> {
    #[inline]
    pub(super) fn of(number: i32) -> Self {
        match number {
            0.. => EventFile::Open(number),
            abi::FAN_NOFD => EventFile::None,
            _ => match u16::try_from(number.unsigned_abs()).ok().and_then(Errno::new) {
                Some(errno) => EventFile::Failed(errno),
                None => EventFile::None,
            },
        }
    }
}

impl<F> EventFile<F> {
    /// The file, if it is open.
    #[inline]
    pub fn fd(self) -> Option<F> {
        match self {
            EventFile::Open(fd) => Some(fd),
            EventFile::None | EventFile::Failed(_) => None,
        }
    }

    #[inline]
    fn map<T>(self, f: impl FnOnce(F) -> T) -> EventFile<T> {
        match self {
            EventFile::Open(fd) => EventFile::Open(f(fd)),
            EventFile::None => EventFile::None,
            EventFile::Failed(errno) => EventFile::Failed(errno),
        }
    }
}

impl<'a> Event<'a> {
    /// # Safety
    ///
    /// The bytes come from a read of the group, and no event has been made of them before.
    #[inline]
    pub(super) unsafe fn parse(group: &'a Fanotify, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        let (metadata, owned) = match Metadata::split_plain(bytes) {
            Some(metadata) => (metadata, Owned::file_only(metadata.raw_fd())),
            None => match Metadata::split(bytes)? {
                Ok(metadata) if group.pidfds => (metadata, Owned::of(&metadata)),
                Ok(metadata) => (metadata, Owned::file_only(metadata.raw_fd())),
                Err(other) => return Some(Event::OtherVersion(other)),
            },
        };
        let event = || Notification { metadata, group, owned };
        // One test for most events.
        if !metadata.mask().intersects(Mask::PERMISSION.union(Mask::Q_OVERFLOW)) {
            return Some(Event::Notification(event()));
        }
        rare();
        Some(if metadata.mask().contains(Mask::Q_OVERFLOW) {
            Event::Overflow
        } else if metadata.raw_fd() >= 0 {
            Event::Permission(Permission::new(event()))
        } else {
            // The kernel has denied it, as its file could not be opened.
            Event::Notification(event())
        })
    }
}

/// Something that happened. What is in its [`Metadata`] can be asked of it directly. When it is dropped, its file and its
/// pidfd are closed unless they were taken.
///
/// A permission event is one too if its file could not be opened ([`EventFile::Failed`]): the kernel has denied it already,
/// and nobody waits.
pub struct Notification<'a> {
    metadata: Metadata<'a>,
    pub(super) group: &'a Fanotify,
    owned: Owned,
}

impl<'a> Deref for Notification<'a> {
    type Target = Metadata<'a>;

    #[inline]
    fn deref(&self) -> &Metadata<'a> {
        &self.metadata
    }
}

impl Notification<'_> {
    /// The number of the file: negative if there is none, or if it was taken.
    #[inline]
    pub(super) fn fd(&self) -> RawFd {
        match self.metadata.raw_fd() {
            0.. => self.owned.file(),
            failed => failed,
        }
    }

    /// [`Metadata::pid`]: the kernel itself never writes a negative number.
    #[inline]
    pub fn pid(&self) -> Option<Pid> {
        Pid::from_kernel(self.metadata.raw_pid() as usize)
    }

    /// The file. It is open as the group was told to, and what is done with it makes no events.
    #[inline]
    pub fn file(&self) -> EventFile<BorrowedFd<'_>> {
        // SAFETY: it is ours, and stays open as long as `self` is borrowed.
        EventFile::of(self.fd()).map(|fd| unsafe { BorrowedFd::borrow_raw(fd) })
    }

    /// Takes the file out of the event, which has none afterwards.
    #[inline]
    pub fn take_file(&mut self) -> EventFile<OwnedFd> {
        let file = EventFile::of(self.fd());
        self.owned = Owned::new(abi::FAN_NOFD, self.owned.pidfd());
        // SAFETY: it was ours, and is not any more.
        file.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
    }

    /// The process that did it. `None` if the group does not report pidfds, or if it was taken.
    #[inline]
    pub fn pidfd(&self) -> Option<Pidfd<BorrowedFd<'_>>> {
        // SAFETY: it is ours, and stays open as long as `self` is borrowed.
        self.raw_pidfd().map(|pidfd| pidfd.map(|fd| unsafe { BorrowedFd::borrow_raw(fd) }))
    }

    /// Takes the pidfd out of the event, which has none afterwards.
    #[inline]
    pub fn take_pidfd(&mut self) -> Option<Pidfd<OwnedFd>> {
        let pidfd = self.raw_pidfd();
        self.owned = Owned::new(self.owned.file(), abi::FAN_NOPIDFD);
        // SAFETY: it was ours, and is not any more.
        pidfd.map(|pidfd| pidfd.map(|fd| unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// [`Metadata::raw_pidfd`], unless it was taken.
    #[inline]
    fn raw_pidfd(&self) -> Option<Pidfd<RawFd>> {
        self.metadata.raw_pidfd().filter(|pidfd| pidfd.fd().is_none_or(|_| self.owned.pidfd() >= 0))
    }

    /// The path of the file, in the buffer: see [`handle::path`]. 4,096 bytes are enough.
    ///
    /// # Errors
    ///
    /// - `EBADF`: the event has no file.
    /// - and those of [`handle::path`].
    pub fn path<'b>(&self, buffer: impl Into<Buffer<'b>>) -> Result<FilePath<'b>> {
        handle::path(self.file().fd().ok_or(Errno::EBADF)?, buffer)
    }
}

impl Drop for Notification<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.owned.is_nothing() {
            return;
        }
        for fd in [self.owned.file(), self.owned.pidfd()] {
            if fd >= 0 {
                // SAFETY: it is ours, and nobody uses it after this.
                drop(unsafe { OwnedFd::from_raw_fd(fd) });
            }
        }
    }
}

/// The descriptors that an event owns, in one register and with one test for those that own none: it is negative then. Otherwise
/// its lower half is the file, and its upper half one more than the pidfd.
#[derive(Clone, Copy)]
struct Owned(i64);

impl Owned {
    #[inline]
    fn file_only(file: RawFd) -> Owned {
        Owned(file.into())
    }

    /// The one number that does not fit is the greatest, and the kernel gives no such descriptor.
    #[inline]
    fn new(file: RawFd, pidfd: RawFd) -> Owned {
        match pidfd {
            0.. => Owned((i64::from(pidfd) + 1) << 32 | i64::from(file as u32)),
            _ => Owned::file_only(file),
        }
    }

    /// What the metadata and the records behind it name.
    #[inline(never)]
    fn of(metadata: &Metadata<'_>) -> Owned {
        Owned::new(metadata.raw_fd(), metadata.raw_pidfd().and_then(Pidfd::fd).unwrap_or(abi::FAN_NOPIDFD))
    }

    #[inline]
    fn is_nothing(self) -> bool {
        self.0 < 0
    }

    /// Negative if there is none.
    #[inline]
    fn file(self) -> RawFd {
        if self.is_nothing() { abi::FAN_NOFD } else { self.0 as RawFd }
    }

    /// Negative if there is none.
    #[inline]
    fn pidfd(self) -> RawFd {
        if self.is_nothing() { abi::FAN_NOPIDFD } else { (self.0 >> 32) as RawFd - 1 }
    }
}

impl fmt::Debug for Notification<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.metadata.fmt(f)
    }
}

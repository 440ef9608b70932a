//! fanotify: what happens on whole mounts and file systems, by whom, and whether it may.
//!
//! Names in a directory, without any privilege since Linux 5.13:
//!
//! ```
//! use butter::EventSource;
//! use butter::fanotify::{Event, Fanotify, MarkFlags, Mask};
//!
//! # let directory = std::env::temp_dir().join(format!("butter-doc-fanotify-{}", std::process::id()));
//! # std::fs::create_dir(&directory)?;
//! let group = Fanotify::builder().report_name().build()?;
//! group.add(MarkFlags::ONLYDIR, Mask::CREATE | Mask::DELETE | Mask::ONDIR, &directory)?;
//! std::fs::create_dir(directory.join("a directory"))?;
//!
//! let mut buffer = [0; 4096];
//! for event in group.read_events(&mut buffer)? {
//!     match event {
//!         // Something was lost: whoever keeps a picture of the files has to look at all of them again.
//!         Event::Overflow => eprintln!("overflow"),
//!         Event::Notification(event) => {
//!             assert!(event.is_create() && event.is_dir());
//!             assert_eq!(event.name(), Some(b"a directory".as_slice()));
//!         }
//!         // This group asks for no permission events, and no kernel has another version.
//!         Event::Permission(_) | Event::OtherVersion(_) => {}
//!     }
//! }
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Whether a file may be opened, with `CAP_SYS_ADMIN`:
//!
//! ```
//! use butter::EventSource;
//! use butter::errno::Errno;
//! use butter::fanotify::{Event, Fanotify, MarkFlags, Mask};
//! use std::{fs, thread};
//!
//! # let path = std::env::temp_dir().join(format!("butter-doc-fanotify-permission-{}", std::process::id()));
//! # fs::write(&path, "")?;
//! let group = match Fanotify::builder().content().build() {
//!     Err(Errno::EPERM) => return Ok(()),
//!     group => group?,
//! };
//! group.add(MarkFlags::empty(), Mask::OPEN_PERM, &path)?;
//! thread::scope(|scope| {
//!     let opener = scope.spawn(|| fs::File::open(&path).map(drop));
//!     let mut buffer = [0; 4096];
//!     for event in group.read_events(&mut buffer)? {
//!         if let Event::Permission(permission) = event {
//!             println!("{:?} asks for {:?}", permission.pid(), permission.path(&mut [0; 4096])?);
//!             permission.deny()?;
//!         }
//!     }
//!     let refused = opener.join().unwrap().unwrap_err();
//!     assert_eq!(refused.raw_os_error(), Some(Errno::EPERM.number().into()));
//!     Ok::<(), Errno>(())
//! })?;
//! # fs::remove_file(&path)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Kinds of groups
//!
//! - One that **opens** what it tells of: an event has a descriptor of the file ([`Notification::file`]), which is closed with
//!   the event. It tells of what is done with files ([`OPEN`](Mask::OPEN), [`CLOSE_WRITE`](Mask::CLOSE_WRITE), …), not of
//!   names. `CAP_SYS_ADMIN`.
//! - One that **reports handles** ([`Builder::report_fid`] and the like): an event has no descriptor, but records ([`Info`]) with
//!   handles of the file and of its directory, and the name in it. It tells of names as well ([`CREATE`](Mask::CREATE),
//!   [`RENAME`](Mask::RENAME), …). Without a privilege it may mark inodes only, and is not told who did it, unless it was the
//!   process itself.
//! - One that **decides** ([`Builder::content`], [`Builder::pre_content`]): one that opens, and may have [`Permission`] events.
//!   `CAP_SYS_ADMIN`.
//! - One that tells of **mounts** ([`Builder::report_mnt`]) in a namespace that is marked ([`MarkFlags::MNTNS`]).
//!
//! # What to know
//!
//! - **Overflow.** The kernel keeps at most `/proc/sys/fs/fanotify/max_queued_events` for a group (16,384), unless it is
//!   [unlimited](Builder::unlimited_queue). What comes beyond is lost, and [`Event::Overflow`] stands in its place.
//! - **One's own doings** are told too, but not what is done with the descriptors of events: a group that marks a file system
//!   which its program writes a log to talks to itself. Compare [`Metadata::pid`], or ignore the log's inode
//!   ([`MarkFlags::IGNORE_SURV`]).
//! - **One's own questions**: a thread that opens what its own group has to decide about waits for itself. Open such files
//!   in no thread that answers, or through the descriptors of events. The same goes for whatever an answer waits for (a log
//!   daemon, a name service, a page fault of a program that is on a marked file system).
//! - **Every permission event wants an answer**: see [`Permission`]. If the program ends, however it does, the kernel
//!   allows what is waiting and what comes.
//! - **Marks are of inodes**, and directories are not recursive: [`EVENT_ON_CHILD`](Mask::EVENT_ON_CHILD) adds what is in the
//!   directory, not what is further below. For a whole tree mark its mount or its file system.
//! - **Directories** are told of only with [`ONDIR`](Mask::ONDIR).
//! - **Events are merged** while they wait: the bits of a mask are what happened to a file by a process, in no order.
//! - **A descriptor each**: a read opens one for each event, and one more for a pidfd. If there are none left
//!   (`EMFILE`), the event is lost, and a permission event denied.
//! - **Limits** for each user stand in `/proc/sys/fs/fanotify/max_user_groups` and `max_user_marks`.
//!
//! See `fanotify(7)`, `fanotify_init(2)`, `fanotify_mark(2)`.

mod answers;
mod builder;
mod call;
mod event;
mod flags;
mod info;
mod metadata;
mod permission;
#[cfg(test)]
mod tests;

pub use answers::Answers;
pub use builder::Builder;
pub use call::{init, mark, mark_fd};
pub use event::{Event, EventFile, Notification};
pub use flags::{InitFlags, MarkFlags, Mask};
pub use info::{FidInfo, FsError, Info, Pidfd, Range, UnknownInfo};
pub use metadata::{Metadata, OtherVersion, RawEvent, parse};
pub use permission::{AuditRule, Permission, Response, Trust, respond};

use crate::abi::fanotify as abi;
use crate::abi::file_handle::{MAX_HANDLE_SZ, file_handle};
use crate::errno::{Errno, Result};
use crate::event::EventSource;
use crate::fd::{self, AsFd, BorrowedFd, CWD, OpenFlags, OwnedFd};
use crate::path::PathArg;

/// A fanotify group: a queue of what happens to what it has marked.
pub struct Fanotify {
    fd: OwnedFd,
    /// What answers a permission event that is dropped.
    unanswered: Response,
    /// Whether events may have a pidfd.
    pidfds: bool,
}

fd::object!(Fanotify);

impl Fanotify {
    /// How the files of events are opened unless asked otherwise.
    pub(super) const EVENT_FLAGS: OpenFlags = OpenFlags::RDONLY.union(OpenFlags::LARGEFILE);

    /// How a group is to be made, in words.
    #[inline]
    pub const fn builder() -> Builder {
        Builder::new()
    }

    /// Makes one with these flags: see [`init`].
    ///
    /// # Errors
    ///
    /// Those of [`init`].
    #[inline]
    pub fn with_flags(flags: InitFlags, event_flags: OpenFlags) -> Result<Fanotify> {
        let fd = init(flags, event_flags)?;
        let pidfds = flags.contains(InitFlags::REPORT_PIDFD);
        Ok(Fanotify { fd, unanswered: Response::ALLOW, pidfds })
    }

    /// Takes a descriptor of a group, from another process or an earlier program, and how it answers what nobody does.
    ///
    /// The kernel is asked whether it is one: what is read from another descriptor might name descriptors of this
    /// program, which would be closed with the events.
    ///
    /// # Errors
    ///
    /// The descriptor is closed with each of them.
    ///
    /// - `EBADF`: it was opened with [`PATH`](OpenFlags::PATH), and cannot be read.
    /// - `EINVAL`: not a fanotify descriptor.
    /// - `ENOSYS`: the kernel was built without fanotify.
    /// - What a filter of [`seccomp`](crate::seccomp) gives for [`mark`].
    pub fn from_fd(fd: OwnedFd, unanswered: Response) -> Result<Fanotify> {
        // SAFETY: the number is no descriptor, so nobody can close it.
        let nothing = unsafe { BorrowedFd::borrow_raw(i32::MIN) };
        // A mark on nothing: only a group comes as far as to say that there is nothing. One for mounts takes but this
        // mark, and another not; it may say before that the capability is missing.
        match mark_fd(&fd, MarkFlags::ADD, Mask::OPEN, nothing) {
            Err(Errno::EBADF) => {}
            Err(Errno::EINVAL) => match mark_fd(&fd, MarkFlags::ADD | MarkFlags::MNTNS, Mask::MNT_ATTACH, nothing) {
                Err(Errno::EBADF | Errno::EPERM) => {}
                other => return Err(other.err().unwrap_or(Errno::EINVAL)),
            },
            // Whoever says something else has not looked at the descriptor.
            other => return Err(other.err().unwrap_or(Errno::EINVAL)),
        }
        // `EBADF` may be about the descriptor itself.
        fd::buffered(&fd)?;
        Ok(Fanotify { fd, unanswered, pidfds: true })
    }

    /// [`from_fd`](Self::from_fd) of any descriptor, without a question.
    ///
    /// # Safety
    ///
    /// It is a fanotify descriptor; or else what is read from it names no descriptor but such as nobody owns.
    pub unsafe fn from_fd_unchecked(fd: OwnedFd, unanswered: Response) -> Fanotify {
        Fanotify { fd, unanswered, pidfds: true }
    }

    /// Adds to the mark of what the path names. [`ADD`](MarkFlags::ADD) is added to the flags: they say what is marked and
    /// how.
    ///
    /// # Errors
    ///
    /// Those of [`mark`].
    #[inline]
    pub fn add(&self, flags: MarkFlags, mask: Mask, path: impl PathArg) -> Result<()> {
        self.add_at(flags, mask, CWD, path)
    }

    /// [`add`](Self::add) with a relative path from a directory on.
    ///
    /// # Errors
    ///
    /// Those of [`mark`].
    #[inline]
    pub fn add_at(&self, flags: MarkFlags, mask: Mask, dir: impl AsFd, path: impl PathArg) -> Result<()> {
        mark(self, flags | MarkFlags::ADD, mask, dir, path)
    }

    /// [`add`](Self::add) of what a descriptor refers to.
    ///
    /// # Errors
    ///
    /// Those of [`mark_fd`].
    #[inline]
    pub fn add_fd(&self, flags: MarkFlags, mask: Mask, fd: impl AsFd) -> Result<()> {
        mark_fd(self, flags | MarkFlags::ADD, mask, fd)
    }

    /// Takes from the mark of what the path names. With nothing left it is gone.
    ///
    /// # Errors
    ///
    /// Those of [`mark`].
    #[inline]
    pub fn remove(&self, flags: MarkFlags, mask: Mask, path: impl PathArg) -> Result<()> {
        self.remove_at(flags, mask, CWD, path)
    }

    /// [`remove`](Self::remove) with a relative path from a directory on.
    ///
    /// # Errors
    ///
    /// Those of [`mark`].
    #[inline]
    pub fn remove_at(&self, flags: MarkFlags, mask: Mask, dir: impl AsFd, path: impl PathArg) -> Result<()> {
        mark(self, flags | MarkFlags::REMOVE, mask, dir, path)
    }

    /// [`remove`](Self::remove) of what a descriptor refers to.
    ///
    /// # Errors
    ///
    /// Those of [`mark_fd`].
    #[inline]
    pub fn remove_fd(&self, flags: MarkFlags, mask: Mask, fd: impl AsFd) -> Result<()> {
        mark_fd(self, flags | MarkFlags::REMOVE, mask, fd)
    }

    /// Removes all marks of a kind: [`INODE`](MarkFlags::INODE), [`MOUNT`](MarkFlags::MOUNT),
    /// [`FILESYSTEM`](MarkFlags::FILESYSTEM) or [`MNTNS`](MarkFlags::MNTNS).
    ///
    /// # Errors
    ///
    /// - `EINVAL`: another flag; or `MNTNS` in a group that does not report mounts.
    /// - `EPERM`: `MOUNT`, `FILESYSTEM` or `MNTNS`, and the capability `CAP_SYS_ADMIN` is missing.
    #[inline]
    pub fn flush(&self, kind: MarkFlags) -> Result<()> {
        // Kernels before 3.16 look at the path.
        mark(self, kind | MarkFlags::FLUSH, Mask::empty(), CWD, c"/")
    }

    /// How many events are queued in the kernel.
    ///
    /// # Errors
    ///
    /// None, on a fanotify descriptor.
    #[doc(alias = "FIONREAD")]
    #[inline]
    pub fn queued(&self) -> Result<u32> {
        // The kernel counts the metadata of each, and no record.
        fd::buffered(self).map(|bytes| bytes / metadata::METADATA as u32)
    }

    /// What answers a permission event that is dropped.
    #[inline]
    pub fn unanswered(&self) -> Response {
        self.unanswered
    }
}

impl EventSource for Fanotify {
    type Event<'a> = Event<'a>;

    /// The metadata and each record once, as large as it gets, with both of a rename. A handle may have 128 bytes, and a name
    /// 255 and a NUL; both are multiples of the 4 bytes that a record is filled up to. No event has all of them.
    const MIN_BUFFER: usize = {
        let fid = size_of::<abi::fanotify_event_info_fid>() + size_of::<file_handle>() + MAX_HANDLE_SZ;
        let named = fid + 256;
        size_of::<abi::fanotify_event_metadata>()
            + 2 * named
            + fid
            + size_of::<abi::fanotify_event_info_pidfd>()
            + size_of::<abi::fanotify_event_info_error>()
            + size_of::<abi::fanotify_event_info_range>()
            + size_of::<abi::fanotify_event_info_mnt>()
    };

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        // SAFETY: the caller's promise.
        unsafe { Event::parse(self, bytes) }
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        Metadata::split(bytes).is_some()
    }
}

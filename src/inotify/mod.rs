//! inotify: what happens to files and directories.
//!
//! ```
//! use butter::inotify::{Event, Inotify, Mask};
//! use butter::{EventSource, Reader};
//!
//! # let directory = std::env::temp_dir().join(format!("butter-doc-{}", std::process::id()));
//! # std::fs::create_dir(&directory)?;
//! let inotify = Inotify::new()?;
//! let watch = inotify.add_watch(&directory, Mask::CREATE | Mask::DELETE)?;
//! std::fs::write(directory.join("a file"), "")?;
//!
//! let mut buffer = [0; 4096];
//! for event in inotify.read_events(&mut buffer)? {
//!     match event {
//!         // Something was lost: whoever mirrors the directory has to scan it anew.
//!         Event::Overflow => eprintln!("overflow"),
//!         Event::Watch(event) => {
//!             assert_eq!(event.wd(), watch);
//!             assert!(event.is_create());
//!             assert_eq!(event.name(), Some(b"a file".as_slice()));
//!         }
//!     }
//! }
//! # std::fs::remove_dir_all(&directory)?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What to know
//!
//! - **Overflow.** The kernel keeps at most `/proc/sys/fs/inotify/max_queued_events` for an object (16,384). What comes
//!   beyond is lost, and [`Event::Overflow`] stands in its place.
//! - **Watch what changes.** A mask of [`OPEN`](Mask::OPEN) or [`ACCESS`](Mask::ACCESS) tells a watcher of its own doings,
//!   and overflows when it scans.
//! - **Not recursive.** A watch on a directory tells of what is in it, not of what is further below. The example `watch`
//!   shows how to follow a tree without missing anything.
//! - **Events are merged**: one that is the same as the last in the queue is dropped.
//! - **Watch descriptors** count up and are not used again soon. After [`rm_watch`](Inotify::rm_watch) events of the watch
//!   may still be queued, up to the one that says [`IGNORED`](WatchEvent::is_ignored): [`remove`] sees to that.
//! - **Limits** for each user stand in `/proc/sys/fs/inotify/max_user_instances` and `max_user_watches`.
//!
//! See `inotify(7)`, `inotify_init(2)`, `inotify_add_watch(2)`, `inotify_rm_watch(2)`.

mod event;
mod moves;

pub use event::{Event, WatchEvent, parse};
pub use moves::{MovedFrom, Moves, Step};

use crate::abi::inotify as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::{EventSource, Reader, Record};
use crate::fd::{self, AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;
use crate::path::PathArg;

flags! {
    /// How an inotify object is made. It is closed over `exec` unless asked otherwise.
    InitFlags: u32 {
        /// A read does not wait: it gives `EAGAIN`.
        #[doc(alias = "IN_NONBLOCK")]
        const NONBLOCK = abi::IN_NONBLOCK;
        /// The descriptor stays open over `exec`. (The kernel's flag, `IN_CLOEXEC`, is given unless this is.)
        #[doc(alias = "IN_CLOEXEC")]
        const NO_CLOEXEC = abi::IN_CLOEXEC;
    }
}

flags! {
    /// What to watch for and how, and what happened.
    Mask: u32 {
        /// A file was read.
        #[doc(alias = "IN_ACCESS")]
        const ACCESS = abi::IN_ACCESS;
        /// A file was written or truncated.
        #[doc(alias = "IN_MODIFY")]
        const MODIFY = abi::IN_MODIFY;
        /// Metadata changed: permissions, times, extended attributes, the number of links, the owner.
        #[doc(alias = "IN_ATTRIB")]
        const ATTRIB = abi::IN_ATTRIB;
        /// A file that was open for writing was closed.
        #[doc(alias = "IN_CLOSE_WRITE")]
        const CLOSE_WRITE = abi::IN_CLOSE_WRITE;
        /// A file or directory that was not open for writing was closed.
        #[doc(alias = "IN_CLOSE_NOWRITE")]
        const CLOSE_NOWRITE = abi::IN_CLOSE_NOWRITE;
        /// A file or directory was opened.
        #[doc(alias = "IN_OPEN")]
        const OPEN = abi::IN_OPEN;
        /// A name in the directory was renamed away; the event's cookie is that of its `MOVED_TO`.
        #[doc(alias = "IN_MOVED_FROM")]
        const MOVED_FROM = abi::IN_MOVED_FROM;
        /// A name came into the directory by a rename.
        #[doc(alias = "IN_MOVED_TO")]
        const MOVED_TO = abi::IN_MOVED_TO;
        /// A name was made in the directory: a file, a directory, a link, a socket.
        #[doc(alias = "IN_CREATE")]
        const CREATE = abi::IN_CREATE;
        /// A name in the directory was removed.
        #[doc(alias = "IN_DELETE")]
        const DELETE = abi::IN_DELETE;
        /// The watched file or directory itself is gone: no name and nobody who has it open is left.
        #[doc(alias = "IN_DELETE_SELF")]
        const DELETE_SELF = abi::IN_DELETE_SELF;
        /// The watched file or directory itself was renamed.
        #[doc(alias = "IN_MOVE_SELF")]
        const MOVE_SELF = abi::IN_MOVE_SELF;
        /// `CLOSE_WRITE | CLOSE_NOWRITE`.
        #[doc(alias = "IN_CLOSE")]
        const CLOSE = abi::IN_CLOSE;
        /// `MOVED_FROM | MOVED_TO`.
        #[doc(alias = "IN_MOVE")]
        const MOVE = abi::IN_MOVE;
        /// Every event that can be asked for.
        #[doc(alias = "IN_ALL_EVENTS")]
        const ALL_EVENTS = abi::IN_ALL_EVENTS;

        /// To `add_watch`: refuse with `ENOTDIR` what is not a directory. Since Linux 2.6.15.
        #[doc(alias = "IN_ONLYDIR")]
        const ONLYDIR = abi::IN_ONLYDIR;
        /// To `add_watch`: watch a symbolic link, not what it points to. Since Linux 2.6.15.
        #[doc(alias = "IN_DONT_FOLLOW")]
        const DONT_FOLLOW = abi::IN_DONT_FOLLOW;
        /// To `add_watch`: no events of files whose names in the directory are gone. Since Linux 2.6.36.
        #[doc(alias = "IN_EXCL_UNLINK")]
        const EXCL_UNLINK = abi::IN_EXCL_UNLINK;
        /// To `add_watch`: refuse with `EEXIST` what is watched already. Since Linux 4.18.
        #[doc(alias = "IN_MASK_CREATE")]
        const MASK_CREATE = abi::IN_MASK_CREATE;
        /// To `add_watch`: add to the mask of an existing watch instead of replacing it.
        #[doc(alias = "IN_MASK_ADD")]
        const MASK_ADD = abi::IN_MASK_ADD;
        /// To `add_watch`: the watch ends after its first event.
        #[doc(alias = "IN_ONESHOT")]
        const ONESHOT = abi::IN_ONESHOT;

        /// In an event: it is about a directory.
        #[doc(alias = "IN_ISDIR")]
        const ISDIR = abi::IN_ISDIR;
        /// In an event: the watch ended; its file is gone, or its file system, or it was removed.
        #[doc(alias = "IN_IGNORED")]
        const IGNORED = abi::IN_IGNORED;
        /// In an event: the file system was unmounted.
        #[doc(alias = "IN_UNMOUNT")]
        const UNMOUNT = abi::IN_UNMOUNT;
        /// In the event that is [`Event::Overflow`].
        #[doc(alias = "IN_Q_OVERFLOW")]
        const Q_OVERFLOW = abi::IN_Q_OVERFLOW;
    }
}

/// The number of a watch, within its inotify object: 1 or more.
///
/// It is plain data: the kernel does not use a number again until it has counted to the highest `i32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Wd(i32);

impl Wd {
    /// One by its number.
    #[inline]
    pub const fn new(number: i32) -> Wd {
        Wd(number)
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// Makes an inotify object.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMFILE`: the user has as many objects as `max_user_instances` allows, or the process as many descriptors.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
#[doc(alias = "inotify_init1")]
#[doc(alias = "inotify_init")]
#[inline]
pub fn init1(flags: InitFlags) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(INOTIFY_INIT1, flags.bits() ^ abi::IN_CLOEXEC).fd() }
}

/// Watches a path, or changes the mask if what it names is watched already: the same file, however it is named, has one
/// watch in an object.
///
/// # Errors
///
/// - `EACCES`: the file may not be read, or a directory on the way not be searched.
/// - `EBADF`: the descriptor is not open.
/// - `EEXIST`: [`MASK_CREATE`](Mask::MASK_CREATE), and it is watched already.
/// - `EINVAL`: an empty mask, or a bit in it that this kernel does not know; `MASK_ADD` and `MASK_CREATE` together; not an
///   inotify descriptor; a NUL inside the path.
/// - `ELOOP`: too many symbolic links on the way.
/// - `ENAMETOOLONG`: the path, or a part of it, is too long.
/// - `ENOENT`: no such file, or the path is empty.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: the user has as many watches as `max_user_watches` allows.
/// - `ENOTDIR`: [`ONLYDIR`](Mask::ONLYDIR), and it is not a directory; or something on the way is not.
#[doc(alias = "inotify_add_watch")]
#[inline]
pub fn add_watch(fd: impl AsFd, path: impl PathArg, mask: Mask) -> Result<Wd> {
    path.with_c_str(|path| {
        // SAFETY: the kernel reads the path up to its NUL.
        unsafe { call_readonly!(INOTIFY_ADD_WATCH, fd.as_fd().as_raw_fd(), path.as_ptr(), mask.bits()) }.int().map(Wd)
    })
}

/// Ends a watch. Its queued events stay, and one that says [`IGNORED`](WatchEvent::is_ignored) follows.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: no such watch, or not an inotify descriptor.
#[doc(alias = "inotify_rm_watch")]
#[inline]
pub fn rm_watch(fd: impl AsFd, wd: Wd) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(INOTIFY_RM_WATCH, fd.as_fd().as_raw_fd(), wd.number()) }.unit()
}

/// Sets the number of the next watch, for programs that restore another: `CONFIG_CHECKPOINT_RESTORE`. Since Linux 4.16.
///
/// # Errors
///
/// - `EINVAL`: the number is less than 1.
/// - `ENOTTY`: not an inotify descriptor, or the kernel was built without it.
#[doc(alias = "INOTIFY_IOC_SETNEXTWD")]
pub fn set_next_wd(fd: impl AsFd, wd: Wd) -> Result<()> {
    // SAFETY: this ioctl takes the number itself.
    unsafe { call_readonly!(IOCTL, fd.as_fd().as_raw_fd(), abi::INOTIFY_IOC_SETNEXTWD, wd.number()) }.unit()
}

/// Watches one path for one event, and ends the watch. What happens while nobody watches is missed, so to follow a file
/// make an [`Inotify`].
///
/// ```
/// use butter::inotify::{self, Event, Mask};
/// # let path = std::env::temp_dir().join(format!("butter-doc-watch-{}", std::process::id()));
/// # std::fs::write(&path, "")?;
/// # let other = path.clone();
/// # let thread = std::thread::spawn(move || loop {
/// #     std::thread::sleep(std::time::Duration::from_millis(20));
/// #     if std::fs::write(&other, "x").is_err() { break }
/// #     if std::fs::read_to_string(other.with_extension("done")).is_ok() { break }
/// # });
/// let mut buffer = [0; 512];
/// if let Event::Watch(event) = inotify::watch(&path, Mask::MODIFY, &mut buffer)? {
///     assert!(event.is_modify());
/// }
/// # std::fs::write(path.with_extension("done"), "")?;
/// # thread.join().unwrap();
/// # std::fs::remove_file(path.with_extension("done"))?;
/// # std::fs::remove_file(path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Those of [`init1`] and [`add_watch`], and
///
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: the buffer is smaller than [`MIN_BUFFER`](EventSource::MIN_BUFFER).
pub fn watch<'b>(path: impl PathArg, mask: Mask, buffer: impl Into<Buffer<'b>>) -> Result<Event<'b>> {
    let mut buffer = buffer.into();
    if buffer.capacity() < Inotify::MIN_BUFFER {
        return Err(Errno::EINVAL);
    }
    let inotify = Inotify::new()?;
    inotify.add_watch(path, mask)?;
    inotify.fill(&mut buffer)?;
    parse(buffer.into_filled()).next().ok_or(Errno::EBADMSG)
}

/// An inotify object: a queue of what happens to the files that it watches.
pub struct Inotify {
    fd: OwnedFd,
}

fd::object!(Inotify);
fd::object_from_fd!(Inotify);

impl Inotify {
    /// Makes one that waits when it is read, and is closed over `exec`.
    ///
    /// # Errors
    ///
    /// Those of [`init1`].
    #[inline]
    pub fn new() -> Result<Inotify> {
        Inotify::with_flags(InitFlags::empty())
    }

    /// Makes one with these flags.
    ///
    /// # Errors
    ///
    /// Those of [`init1`].
    #[inline]
    pub fn with_flags(flags: InitFlags) -> Result<Inotify> {
        init1(flags).map(Inotify::from)
    }

    /// [`add_watch`].
    ///
    /// # Errors
    ///
    /// Those of [`add_watch`].
    #[inline]
    pub fn add_watch(&self, path: impl PathArg, mask: Mask) -> Result<Wd> {
        add_watch(self, path, mask)
    }

    /// [`rm_watch`].
    ///
    /// # Errors
    ///
    /// Those of [`rm_watch`].
    #[inline]
    pub fn rm_watch(&self, wd: Wd) -> Result<()> {
        rm_watch(self, wd)
    }

    /// [`set_next_wd`].
    ///
    /// # Errors
    ///
    /// Those of [`set_next_wd`].
    #[inline]
    pub fn set_next_wd(&self, wd: Wd) -> Result<()> {
        set_next_wd(self, wd)
    }

    /// How many bytes of events are queued in the kernel.
    ///
    /// # Errors
    ///
    /// None, on an inotify descriptor.
    #[doc(alias = "FIONREAD")]
    #[inline]
    pub fn buffered(&self) -> Result<u32> {
        fd::buffered(self)
    }
}

impl EventSource for Inotify {
    type Event<'a> = Event<'a>;

    /// A header and the longest name, 255 bytes and a NUL.
    const MIN_BUFFER: usize = size_of::<abi::inotify_event>() + 256;

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        Event::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        Event::parse(bytes).is_some()
    }
}

/// Ends a watch and gives `each` all that is queued up to its end, so that afterwards no event of it is left, not even
/// for another watch that would get its number. Events of other watches are given to `each` as well.
///
/// ```
/// use butter::inotify::{self, Inotify, Mask};
/// use butter::Reader;
///
/// let inotify = Inotify::new()?;
/// let wd = inotify.add_watch(c"/tmp", Mask::CREATE)?;
/// let mut buffer = [0; 4096];
/// let mut reader = Reader::new(&inotify, &mut buffer)?;
/// inotify::remove(&mut reader, wd, |event| println!("{event:?}"))?;
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// Those of [`rm_watch`] and of [`Reader::wait`]. After an overflow the end of the watch may be among what was lost: then
/// this ends with the last of the queue.
pub fn remove(reader: &mut Reader<'_, &Inotify>, wd: Wd, mut each: impl FnMut(Event<'_>)) -> Result<()> {
    reader.source().rm_watch(wd)?;
    loop {
        // The kernel has queued the end of the watch by now, so nothing has to be waited for.
        let event = match reader.wait(Some(core::time::Duration::ZERO)) {
            Err(Errno::ETIMEDOUT) => return Ok(()),
            event => event?,
        };
        let end = matches!(event, Event::Watch(event) if event.wd() == wd && event.is_ignored());
        each(event);
        if end {
            return Ok(());
        }
    }
}

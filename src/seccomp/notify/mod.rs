//! Calls that another process decides on: the listener of a filter gets each call for which the filter returns
//! [`Action::Notify`](super::Action::Notify), and the thread that made it waits for the answer.
//!
//! ```
//! use butter::seccomp::{Action, Instruction, Listener};
//! use butter::{Reader, nr, syscall};
//!
//! // `umask` is notified, everything else allowed; a real filter looks at the architecture as well.
//! const FILTER: [Instruction; 4] = [
//!     Instruction { code: 0x20, jt: 0, jf: 0, k: 0 },
//!     Instruction { code: 0x15, jt: 0, jf: 1, k: nr::UMASK as u32 },
//!     Instruction { code: 0x06, jt: 0, jf: 0, k: Action::Notify.value() },
//!     Instruction { code: 0x06, jt: 0, jf: 0, k: Action::Allow.value() },
//! ];
//!
//! let (sender, receiver) = std::sync::mpsc::channel();
//! let target = std::thread::spawn(move || {
//!     // SAFETY: nothing relies on what `umask` gives.
//!     sender.send(unsafe { Listener::install(&FILTER) }).unwrap();
//!     unsafe { syscall!(UMASK, 0o22) }
//! });
//! let listener = receiver.recv().unwrap()?;
//! let mut buffer = [0; 256];
//! let mut reader = Reader::new(&listener, &mut buffer)?;
//!
//! let notification = reader.wait(None)?;
//! assert_eq!((notification.number(), notification.args()[0]), (nr::UMASK as i32, 0o22));
//! notification.respond(0o77)?;
//! assert_eq!(target.join().unwrap(), Ok(0o77));
//!
//! // No thread is left that has the filter.
//! assert_eq!(reader.wait(None).unwrap_err(), butter::Errno::ENODATA);
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! Whoever has the listener may be any process; the one that installs the filter is the one to send it there: over a Unix
//! socket (`SCM_RIGHTS`), or the other takes it by `pidfd_getfd`. The filter must allow what that takes, so the listener is
//! best sent by another thread, or by a process that shares the table of descriptors (`CLONE_FILES`).
//!
//! A [`Notification`] that is dropped without an answer makes its call fail, so that no thread waits for ever for one that was
//! forgotten. Without a listener, that is, if every copy of its descriptor is closed, notified calls fail with `ENOSYS`.
//!
//! See `seccomp_unotify(2)`.

mod call;
mod event;
mod memory;

pub use call::{AddFd, Response, addfd, addfd_send, id_valid, recv, send, set_flags};
pub use event::{Call, Notification, parse};

use super::install::prepared;
use super::{FilterFlags, FilterOutcome, Instruction, NotifSizes, get_notif_sizes};
use crate::abi::seccomp as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::EventSource;
use crate::fd::{self, OwnedFd};
use crate::flags::flags;
use crate::poll::{Events as Poll, PollFd, poll};
use core::time::Duration;

flags! {
    /// How a listener works.
    Flags: u64 {
        /// Who waits for a notification is woken on the processor of the thread that makes the call, and the thread on that of
        /// who answers: quicker, if the two do nothing at the same time anyway. Since Linux 6.6.
        #[doc(alias = "SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP")]
        const SYNC_WAKE_UP = abi::SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP as u64;
    }
}

/// The listener of a filter: a queue of calls that wait for an answer. Several threads, and several processes, may receive from
/// it at the same time; each call is told once.
pub struct Listener {
    fd: OwnedFd,
    sizes: NotifSizes,
    unanswered: Errno,
}

fd::object!(Listener);

impl Listener {
    /// [Installs](super::install) a filter in the calling thread, and gives its listener, which is closed over `exec`. A thread
    /// has at most one that is open. Since Linux 5.0.
    ///
    /// # Errors
    ///
    /// Those of [`install`](super::install), and
    ///
    /// - `EBUSY`: a filter of the thread has a listener that is still open.
    /// - `EINVAL`: before Linux 5.0.
    /// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
    ///
    /// # Safety
    ///
    /// That of [`set_mode_filter`](super::set_mode_filter). Whoever has the listener keeps the promise as well.
    pub unsafe fn install(program: &[Instruction]) -> Result<Listener> {
        // SAFETY: the caller's promise.
        unsafe { Listener::install_with(program, FilterFlags::empty()) }
    }

    /// [`install`](Self::install) with these flags too; `TSYNC` brings `TSYNC_ESRCH` with it.
    ///
    /// # Errors
    ///
    /// Those of [`install`](Self::install), and
    ///
    /// - `ESRCH`: `TSYNC`, and some thread has filters that the calling thread does not have.
    ///
    /// # Safety
    ///
    /// That of [`set_mode_filter`](super::set_mode_filter). Whoever has the listener keeps the promise as well.
    pub unsafe fn install_with(program: &[Instruction], flags: FilterFlags) -> Result<Listener> {
        // First, as the filter may forbid it.
        let sizes = get_notif_sizes()?;
        let sync = if flags.contains(FilterFlags::TSYNC) { FilterFlags::TSYNC_ESRCH } else { FilterFlags::empty() };
        // SAFETY: the caller's promise.
        match unsafe { prepared(program, flags | sync | FilterFlags::NEW_LISTENER) }? {
            FilterOutcome::Listener(fd) => Ok(Listener { fd, sizes, unanswered: Errno::ENOSYS }),
            // With this flag there is no other.
            FilterOutcome::Installed | FilterOutcome::Unsynced(_) => Err(Errno::EINVAL),
        }
    }

    /// Takes a descriptor, such as came over a socket. One of another kind does no harm: its calls give `EINVAL` or `ENOTTY`.
    ///
    /// # Errors
    ///
    /// Those of [`get_notif_sizes`].
    pub fn from_fd(fd: OwnedFd) -> Result<Listener> {
        Ok(Listener { fd, sizes: get_notif_sizes()?, unanswered: Errno::ENOSYS })
    }

    /// The same with this error for a [`Notification`] that is dropped without an answer. Without this it is `ENOSYS`, as the
    /// kernel gives it once nobody has the listener.
    #[must_use]
    pub fn with_unanswered(self, errno: Errno) -> Listener {
        Listener { unanswered: errno, ..self }
    }

    /// The error for a [`Notification`] that is dropped without an answer.
    #[inline]
    pub fn unanswered(&self) -> Errno {
        self.unanswered
    }

    /// [`set_flags`]. Since Linux 6.6.
    ///
    /// # Errors
    ///
    /// Those of [`set_flags`].
    pub fn set_flags(&self, flags: Flags) -> Result<()> {
        set_flags(self, flags)
    }
}

impl EventSource for Listener {
    type Event<'a> = Notification<'a>;

    /// More than any kernel needs yet: the struct has 80 bytes in Linux 7.2.
    const MIN_BUFFER: usize = 256;

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Notification<'a>> {
        Call::take(bytes, self.sizes.notif()).map(|call| Notification::new(self, call))
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        Call::take(bytes, self.sizes.notif()).is_some()
    }

    /// Puts one notification into the buffer, and says how many bytes that is: 0 if no thread is left that has the filter (since
    /// Linux 5.9; before, this waits for ever). A call whose thread is killed before it is received is passed over.
    ///
    /// The kernel itself receives without regard to [`set_nonblocking`](fd::set_nonblocking), so this asks before whether
    /// something is there. If somebody else receives from the same listener and is quicker, it waits all the same.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: nothing is there, and the descriptor is non-blocking.
    /// - `EINTR`: a signal handler ran.
    /// - `EINVAL`: the buffer is too small; or not a listener.
    /// - `ENOTTY`: not a listener.
    fn fill(&self, buffer: &mut Buffer<'_>) -> Result<usize> {
        buffer.clear();
        if buffer.capacity() < self.sizes.notif() {
            return Err(Errno::EINVAL);
        }
        let mut timeout = Some(Duration::ZERO);
        loop {
            let mut fds = [PollFd::new(self, Poll::IN)];
            poll(&mut fds, timeout)?;
            let [ready] = fds.map(|fd| fd.ready());
            if ready.is_empty() {
                if fd::is_nonblocking(self)? {
                    return Err(Errno::EAGAIN);
                }
                timeout = None;
            } else if ready.contains(Poll::IN) {
                match call::fill(self, self.sizes, buffer) {
                    Err(Errno::ENOENT) => {}
                    result => return result,
                }
            } else if ready.contains(Poll::HUP) {
                return Ok(0);
            } else {
                // Not a listener, or one whose lock a signal has kept the kernel from: there is no call with this number.
                return Err(id_valid(self, 0).err().filter(|errno| *errno != Errno::ENOENT).unwrap_or(Errno::EINTR));
            }
        }
    }
}

//! The kernel's error numbers, and the small set of errors that a program branches on.
//!
//! ```
//! use butter::errno::{Errno, ErrorKind};
//!
//! let errno = butter::inotify::add_watch(
//!     &butter::inotify::init1(Default::default())?, c"/no/such/file", butter::inotify::Mask::CREATE,
//! ).unwrap_err();
//! assert_eq!(errno, Errno::ENOENT);
//! assert_eq!(errno.kind(), ErrorKind::NotFound);
//! assert_eq!(format!("{errno:?}: {errno}"), "ENOENT: no such file or directory");
//! # Ok::<(), Errno>(())
//! ```
//!
//! See `errno(3)`.

mod names;

use crate::arch;
use core::{fmt, num::NonZeroU16};

/// What a call gives that may fail.
pub type Result<T, E = Errno> = core::result::Result<T, E>;

/// The number by which the kernel says why a call failed.
///
/// It has two bytes and is never zero, so that a `Result<(), Errno>` has two bytes as well. The numbers differ from one
/// architecture to the next; the names do not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Errno(NonZeroU16);

impl Errno {
    /// The same as [`EAGAIN`](Self::EAGAIN), on every architecture.
    pub const EWOULDBLOCK: Errno = Errno::EAGAIN;
    /// The same as [`EOPNOTSUPP`](Self::EOPNOTSUPP), on every architecture.
    pub const ENOTSUP: Errno = Errno::EOPNOTSUPP;
    /// The same as [`EBADMSG`](Self::EBADMSG): a checksum of the file system is wrong.
    pub const EFSBADCRC: Errno = Errno::EBADMSG;
    /// The same as [`EUCLEAN`](Self::EUCLEAN): the file system is corrupt.
    pub const EFSCORRUPTED: Errno = Errno::EUCLEAN;
    /// On most architectures the same as [`EDEADLK`](Self::EDEADLK).
    pub const EDEADLOCK: Errno = Errno::known(arch::errno::EDEADLOCK);

    /// The errno of a number; `None` for 0.
    #[inline]
    pub const fn new(number: u16) -> Option<Errno> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Errno(number)),
            None => None,
        }
    }

    /// The errno of a number that is not 0.
    ///
    /// # Safety
    ///
    /// `number` is not 0.
    #[inline]
    pub(crate) const unsafe fn new_unchecked(number: u16) -> Errno {
        // SAFETY: the caller's promise.
        Errno(unsafe { NonZeroU16::new_unchecked(number) })
    }

    /// For the constants: an architecture whose table held a 0 would not compile.
    const fn known(number: u16) -> Errno {
        match Errno::new(number) {
            Some(errno) => errno,
            None => panic!("no errno is 0"),
        }
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> u16 {
        self.0.get()
    }

    /// The errno of an [`std::io::Error`]; `None` if it does not come from the system.
    #[cfg(feature = "std")]
    pub fn from_io_error(error: &std::io::Error) -> Option<Errno> {
        error.raw_os_error().and_then(|number| u16::try_from(number).ok()).and_then(Errno::new)
    }

    /// Which of a small set of errors this is: what a caller branches on that does not care for each number.
    pub const fn kind(self) -> ErrorKind {
        match self {
            Errno::EAGAIN => ErrorKind::WouldBlock,
            Errno::EINTR => ErrorKind::Interrupted,
            Errno::ETIMEDOUT | Errno::ETIME => ErrorKind::TimedOut,
            Errno::ENOENT | Errno::ESRCH | Errno::ECHILD | Errno::ENODEV | Errno::ENXIO => ErrorKind::NotFound,
            Errno::EEXIST => ErrorKind::AlreadyExists,
            Errno::EPERM | Errno::EACCES | Errno::EROFS => ErrorKind::PermissionDenied,
            Errno::ENOMEM | Errno::ENOBUFS => ErrorKind::OutOfMemory,
            Errno::EMFILE
            | Errno::ENFILE
            | Errno::ENOSPC
            | Errno::EDQUOT
            | Errno::EMLINK
            | Errno::EUSERS
            | Errno::ETOOMANYREFS
            | Errno::ENOLCK => ErrorKind::LimitReached,
            Errno::ENOSYS
            | Errno::EOPNOTSUPP
            | Errno::ENOTTY
            | Errno::EPROTONOSUPPORT
            | Errno::ESOCKTNOSUPPORT
            | Errno::EPFNOSUPPORT
            | Errno::EAFNOSUPPORT => ErrorKind::Unsupported,
            Errno::EBUSY | Errno::ETXTBSY => ErrorKind::Busy,
            Errno::EPIPE | Errno::ECONNRESET | Errno::ECONNABORTED | Errno::ESHUTDOWN => ErrorKind::BrokenPipe,
            Errno::EINVAL
            | Errno::EBADF
            | Errno::EFAULT
            | Errno::ENAMETOOLONG
            | Errno::ELOOP
            | Errno::ENOTDIR
            | Errno::EISDIR
            | Errno::ENOTBLK
            | Errno::ESPIPE
            | Errno::EXDEV
            | Errno::E2BIG
            | Errno::EDOM
            | Errno::ERANGE
            | Errno::EOVERFLOW => ErrorKind::InvalidInput,
            _ => ErrorKind::Os,
        }
    }
}

/// The small set of errors that programs deal with. Every [`Errno`] belongs to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing is there yet, and the descriptor does not wait: `EAGAIN`.
    WouldBlock,
    /// A signal handler ran: `EINTR`.
    Interrupted,
    /// The time is over: `ETIMEDOUT`.
    TimedOut,
    /// An argument is wrong in itself, or for the object it was meant for: `EINVAL`, `EBADF`, `ENOTDIR`, …
    InvalidInput,
    /// The thing named is not there: `ENOENT`, `ESRCH`, `ENODEV`, …
    NotFound,
    /// The thing to be made is there already: `EEXIST`.
    AlreadyExists,
    /// A privilege is missing: `EPERM`, `EACCES`, `EROFS`.
    PermissionDenied,
    /// The kernel has no memory for it: `ENOMEM`, `ENOBUFS`.
    OutOfMemory,
    /// A limit of the process, the user or the system is reached: `EMFILE`, `ENFILE`, `ENOSPC`, …
    LimitReached,
    /// This kernel, or this kind of object, does not have it: `ENOSYS`, `EOPNOTSUPP`, `ENOTTY`, …
    Unsupported,
    /// Somebody else uses it: `EBUSY`, `ETXTBSY`.
    Busy,
    /// The other end is gone: `EPIPE`, `ECONNRESET`, …
    BrokenPipe,
    /// Anything else: see the number.
    Os,
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Errno({})", self.number()),
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words() {
            Some(words) => f.write_str(words),
            None => write!(f, "error number {}", self.number()),
        }
    }
}

impl core::error::Error for Errno {}

#[cfg(feature = "std")]
impl From<Errno> for std::io::Error {
    fn from(errno: Errno) -> Self {
        std::io::Error::from_raw_os_error(errno.number().into())
    }
}

//! eventfd: a counter that can be waited for.
//!
//! ```
//! use butter::Eventfd;
//!
//! let counter = Eventfd::new()?;
//! counter.add(2)?;
//! counter.add(3)?;
//! assert_eq!(counter.read()?, 5);
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! Adding is one system call that may be made in any thread and in a signal handler: the cheapest way to wake a thread
//! that waits in `poll` or `epoll`.
//!
//! See `eventfd(2)`.

use crate::abi::eventfd as abi;
use crate::errno::Result;
use crate::event::{EventSource, OwnedEvents, Record};
use crate::fd::{self, AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;

flags! {
    /// How an eventfd is made. It is closed over `exec` unless asked otherwise.
    Flags: u32 {
        /// A read takes 1 from the counter instead of all of it. Since Linux 2.6.30.
        #[doc(alias = "EFD_SEMAPHORE")]
        const SEMAPHORE = abi::EFD_SEMAPHORE;
        /// Reading and adding do not wait: they give `EAGAIN`.
        #[doc(alias = "EFD_NONBLOCK")]
        const NONBLOCK = abi::EFD_NONBLOCK;
        /// The descriptor stays open over `exec`. (The kernel's flag, `EFD_CLOEXEC`, is given unless this is.)
        #[doc(alias = "EFD_CLOEXEC")]
        const NO_CLOEXEC = abi::EFD_CLOEXEC;
    }
}

/// Makes an eventfd whose counter stands at `initial`.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENODEV`: the kernel cannot mount its file system of anonymous inodes.
/// - `ENOMEM`: the kernel has no memory for it.
#[doc(alias = "eventfd")]
#[inline]
pub fn eventfd2(initial: u32, flags: Flags) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(EVENTFD2, initial, flags.bits() ^ abi::EFD_CLOEXEC).fd() }
}

/// Takes what the counter holds, or 1 from a semaphore. Waits while it is 0.
///
/// # Errors
///
/// - `EAGAIN`: the counter is 0, and the descriptor is non-blocking.
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: not an eventfd.
#[doc(alias = "eventfd_read")]
#[inline]
pub fn read(fd: impl AsFd) -> Result<u64> {
    fd::read_u64(fd)
}

/// Adds to the counter. Waits while the sum would exceed its maximum, `u64::MAX - 1`.
///
/// # Errors
///
/// - `EAGAIN`: the sum would exceed the maximum, and the descriptor is non-blocking. Nothing is added.
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: `value` is `u64::MAX`; or not an eventfd.
#[doc(alias = "eventfd_write")]
#[inline]
pub fn write(fd: impl AsFd, value: u64) -> Result<()> {
    // SAFETY: the kernel reads 8 bytes.
    unsafe { call_readonly!(WRITE, fd.as_fd().as_raw_fd(), &raw const value, size_of::<u64>()) }
        .exactly(size_of::<u64>())
}

/// A counter of 64 bits in the kernel. Its event is what a read gives: the counter, or 1 of a semaphore.
pub struct Eventfd {
    fd: OwnedFd,
}

fd::object!(Eventfd);
fd::object_from_fd!(Eventfd);

impl Eventfd {
    /// The highest value of the counter.
    pub const MAX: u64 = u64::MAX - 1;

    /// Makes one that stands at 0, waits when it is read at 0, and is closed over `exec`.
    ///
    /// # Errors
    ///
    /// Those of [`eventfd2`].
    #[inline]
    pub fn new() -> Result<Eventfd> {
        Eventfd::with_flags(0, Flags::empty())
    }

    /// Makes one that stands at `initial`, with these flags.
    ///
    /// # Errors
    ///
    /// Those of [`eventfd2`].
    #[inline]
    pub fn with_flags(initial: u32, flags: Flags) -> Result<Eventfd> {
        eventfd2(initial, flags).map(Eventfd::from)
    }

    /// [`read`]: takes what the counter holds, or 1 from a semaphore.
    ///
    /// # Errors
    ///
    /// Those of [`read`].
    #[inline]
    pub fn read(&self) -> Result<u64> {
        read(self)
    }

    /// [`write()`]: adds to the counter.
    ///
    /// # Errors
    ///
    /// Those of [`write()`].
    #[doc(alias = "increment")]
    #[inline]
    pub fn add(&self, value: u64) -> Result<()> {
        write(self, value)
    }
}

impl EventSource for Eventfd {
    type Event<'a> = u64;

    const MIN_BUFFER: usize = size_of::<u64>();

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<u64> {
        u64::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        u64::parse(bytes).is_some()
    }
}

impl OwnedEvents for Eventfd {
    type Owned = u64;

    #[inline]
    fn to_owned(&self, event: u64) -> u64 {
        event
    }
}

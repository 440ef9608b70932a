//! `poll`: waits until one of several descriptors is ready.
//!
//! ```
//! use butter::{Eventfd, poll::{self, Events, PollFd}};
//! use std::time::Duration;
//!
//! let counter = Eventfd::new()?;
//! let mut fds = [PollFd::new(&counter, Events::IN)];
//! assert_eq!(poll::poll(&mut fds, Some(Duration::ZERO))?, 0);
//! counter.add(1)?;
//! assert_eq!(poll::poll(&mut fds, None)?, 1);
//! assert!(fds[0].ready().contains(Events::IN));
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! See `poll(2)`.

use crate::abi::poll as abi;
use crate::arch::poll as arch;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::signal::SigSet;
use crate::time::{self, Timespec};
use core::{fmt, marker::PhantomData, time::Duration};

flags! {
    /// What a descriptor is ready for.
    Events: u16 {
        /// Something can be read.
        #[doc(alias = "POLLIN")]
        const IN = abi::POLLIN;
        /// Something out of the ordinary: urgent data, a changed mount table, a triggered pressure monitor, …
        #[doc(alias = "POLLPRI")]
        const PRI = abi::POLLPRI;
        /// Something can be written.
        #[doc(alias = "POLLOUT")]
        const OUT = abi::POLLOUT;
        /// An error, or the reading end of a pipe is closed. Always told.
        #[doc(alias = "POLLERR")]
        const ERR = abi::POLLERR;
        /// The other end is closed; what it sent can still be read. Always told.
        #[doc(alias = "POLLHUP")]
        const HUP = abi::POLLHUP;
        /// The descriptor is not open. Always told.
        #[doc(alias = "POLLNVAL")]
        const NVAL = abi::POLLNVAL;
        /// On most objects the same as `IN`.
        #[doc(alias = "POLLRDNORM")]
        const RDNORM = abi::POLLRDNORM;
        /// Data of another priority can be read; few objects have it.
        #[doc(alias = "POLLRDBAND")]
        const RDBAND = abi::POLLRDBAND;
        /// On most objects the same as `OUT`.
        #[doc(alias = "POLLWRNORM")]
        const WRNORM = arch::POLLWRNORM;
        /// Data of another priority can be written; few objects have it.
        #[doc(alias = "POLLWRBAND")]
        const WRBAND = arch::POLLWRBAND;
        /// Not used by Linux.
        #[doc(alias = "POLLMSG")]
        const MSG = arch::POLLMSG;
        /// The other end of a stream socket will send no more.
        #[doc(alias = "POLLRDHUP")]
        const RDHUP = arch::POLLRDHUP;
    }
}

/// A descriptor, what to wait for, and what it was found ready for.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct PollFd<'fd> {
    inner: abi::pollfd,
    fd: PhantomData<BorrowedFd<'fd>>,
}

impl<'fd> PollFd<'fd> {
    /// Waits for `events` of `fd`, and always for `ERR`, `HUP` and `NVAL`.
    #[inline]
    pub fn new(fd: &'fd impl AsFd, events: Events) -> PollFd<'fd> {
        let fd = fd.as_fd().as_raw_fd();
        PollFd { inner: abi::pollfd { fd, events: events.bits() as i16, revents: 0 }, fd: PhantomData }
    }

    /// What it was found ready for by the last call.
    #[inline]
    pub fn ready(&self) -> Events {
        Events::from_bits(self.inner.revents as u16)
    }

    /// What it waits for.
    #[inline]
    pub fn events(&self) -> Events {
        Events::from_bits(self.inner.events as u16)
    }

    /// Changes what it waits for.
    #[inline]
    pub fn set_events(&mut self, events: Events) {
        self.inner.events = events.bits() as i16;
    }
}

impl fmt::Debug for PollFd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut poll = f.debug_struct("PollFd");
        poll.field("fd", &self.inner.fd).field("events", &self.events()).field("ready", &self.ready()).finish()
    }
}

/// [`ppoll`] with the mask as it is.
///
/// # Errors
///
/// Those of [`ppoll`].
#[inline]
pub fn poll(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> Result<usize> {
    ppoll(fds, timeout, None)
}

/// Waits until a descriptor is ready, and gives how many are: 0 when the time is over. A timeout of `None` waits as long
/// as it takes, one of zero not at all. While it waits the thread's signal mask is `mask`, if there is one.
///
/// # Errors
///
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: more descriptors than `RLIMIT_NOFILE`, or the seconds of `timeout` do not fit in 63 bits.
/// - `ENOMEM`: the kernel has no memory for its tables.
#[inline]
pub fn ppoll(fds: &mut [PollFd<'_>], timeout: Option<Duration>, mask: Option<&SigSet>) -> Result<usize> {
    ppoll_remaining(fds, &mut time::timeout(timeout)?, mask)
}

/// [`ppoll`] that leaves in `timeout` what is left of it, as the kernel does.
#[inline]
pub(crate) fn ppoll_remaining(
    fds: &mut [PollFd<'_>],
    timeout: &mut Option<Timespec>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let (count, fds) = (fds.len(), fds.as_mut_ptr());
    let timeout = timeout.as_mut().map_or(core::ptr::null_mut(), core::ptr::from_mut);
    let mask = mask.map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: the kernel writes into the `count` pollfds and the timespec, and reads the set; the latter may be null.
    unsafe { call!(PPOLL_TIME64, fds, count, timeout, mask, SigSet::SIZE) }.int().map(|ready| ready as usize)
}

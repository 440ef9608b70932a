//! On tokio: a source [`Registered`] with the runtime, or in an [`AsyncFd`].
//!
//! ```
//! use butter::reactor::tokio::Registered;
//! use butter::{Eventfd, Reader};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> butter::Result<()> {
//! let counter = Registered::new(Eventfd::new()?)?;
//! counter.get_ref().add(3)?;
//!
//! let mut buffer = [0; 64];
//! let mut reader = Reader::new(&counter, &mut buffer)?;
//! assert_eq!(reader.next_event().await?, 3);
//! # Ok(())
//! # }
//! ```
//!
//! tokio registers a descriptor by its number, and so leaves it to the caller to promise that the number stays what it is:
//! [`AsyncFd::register`] is `unsafe`. [`Registered`] keeps that promise for any source. Who has an [`AsyncFd`] can use that; its
//! descriptor has to be non-blocking ([`fd::set_nonblocking`]): with one that is not, an operation waits, and with it the
//! whole thread.
//!
//! A [`Reader`](crate::Reader) that has the [`Registered`] or the [`AsyncFd`] itself, not a reference, is a
//! [`Stream`](futures_core::Stream) of the events that need no buffer ([`OwnedEvents`]).
//!
//! Signals that are sent to a thread are read by that thread alone, and which one waits for descriptors is the runtime's choice
//! where it has several: there a [`Signalfd`](crate::Signalfd) is for signals of the process.
//!
//! Where the runtime is shut down, what waits gets `ECANCELED`.

pub use ::tokio::io::Interest;

use super::stream::{OrErrno, PollFill, errno, stream_in};
use super::{AsyncIo, source_in};
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::OwnedEvents;
use crate::fd::{self, AsFd, AsRawFd, BorrowedFd, RawFd};
use ::tokio::io::unix::AsyncFd;
use core::fmt;
use core::future::Future;
use core::task::{Context, Poll, ready};
use std::io;

/// A descriptor that is registered with the runtime, until it is dropped.
///
/// As the number is noted when it is registered, the source is not given out to be changed; by
/// [`into_inner`](Self::into_inner) it is had back.
pub struct Registered<S: AsFd> {
    fd: AsyncFd<Fixed<S>>,
    interest: Interest,
}

impl<S: AsFd> Registered<S> {
    /// Registers it to be read, and makes it non-blocking ([`fd::set_nonblocking`]), which goes for all that share its open file
    /// description.
    ///
    /// The runtime is not told when it can be written: of most that is always so, and of an eventfd it would be news after
    /// each read.
    ///
    /// # Errors
    ///
    /// - `EEXIST`: it is registered with the runtime already.
    /// - `EPERM`: it cannot be waited for, as a file or a directory.
    /// - `ENOSPC`: the user waits for as many descriptors as the system allows.
    /// - `ECANCELED`: the runtime is shut down.
    /// - and those of [`fd::set_nonblocking`] and [`epoll::ctl`](crate::epoll::ctl).
    ///
    /// # Panics
    ///
    /// tokio panics if there is no runtime here, or one that was built without `enable_io`.
    #[track_caller]
    pub fn new(source: S) -> Result<Self> {
        Registered::with_interest(source, Interest::READABLE)
    }

    /// [`new`](Self::new), to be waited for as it says: for [`write_with`](AsyncIo::write_with) it needs `WRITABLE`, and for all
    /// else `READABLE`.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[track_caller]
    pub fn with_interest(source: S, interest: Interest) -> Result<Self> {
        let fd = source.as_fd();
        fd::set_nonblocking(fd, true)?;
        let number = fd.as_raw_fd();
        let fixed = Fixed { source, number };
        // SAFETY: the number is that of a descriptor which `source` has lent as long as a shared borrow of it lasts. Such a
        // borrow could be held until the registration ends: only here and in `into_inner`, after it has ended, is `source`
        // had but by `&`. So whatever `source` is, its descriptor stays open, and what it is. `as_raw_fd` gives the number.
        let fd = unsafe { AsyncFd::register_with_interest(fixed, interest) };
        Ok(Registered { fd: fd.map_err(|error| errno(error.into()))?, interest })
    }

    /// The source.
    #[inline]
    pub fn get_ref(&self) -> &S {
        &self.fd.get_ref().source
    }

    /// Ends the registration, and gives the source back. It stays non-blocking.
    pub fn into_inner(self) -> S {
        self.fd.into_inner().source
    }
}

/// A source, and the number of its descriptor as it was registered.
struct Fixed<S> {
    source: S,
    number: RawFd,
}

impl<S> AsRawFd for Fixed<S> {
    #[inline]
    fn as_raw_fd(&self) -> RawFd {
        self.number
    }
}

/// An operation that its [`Interest`] does not allow gives `EBADF`, as nobody would tell when it can be done.
impl<S: AsFd> AsyncIo for Registered<S> {
    type Io = S;

    #[inline]
    fn get_ref(&self) -> &S {
        Registered::get_ref(self)
    }

    #[inline]
    fn read_with<T>(&self, mut operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        let refused = (!self.interest.is_readable()).then_some(Errno::EBADF);
        run(&self.fd, Interest::READABLE, refused, move |fixed| operation(&fixed.source))
    }

    #[inline]
    fn write_with<T>(&self, mut operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        let refused = (!self.interest.is_writable()).then_some(Errno::EBADF);
        run(&self.fd, Interest::WRITABLE, refused, move |fixed| operation(&fixed.source))
    }
}

source_in!(Registered<S>, S:);
stream_in!(Registered<S>, S:);

impl<S: OwnedEvents> PollFill for Registered<S> {
    #[inline]
    fn poll_fill(&self, context: &mut Context<'_>, buffer: &mut Buffer<'_>) -> Poll<Result<usize>> {
        if !self.interest.is_readable() {
            return Poll::Ready(Err(Errno::EBADF));
        }
        poll_run(&self.fd, context, |fixed| fixed.source.fill(buffer))
    }
}

impl<S: AsFd> AsFd for Registered<S> {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl<S: AsFd + fmt::Debug> fmt::Debug for Registered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registered").field(self.get_ref()).finish()
    }
}

impl<S: AsRawFd> AsyncIo for AsyncFd<S> {
    type Io = S;

    #[inline]
    fn get_ref(&self) -> &S {
        AsyncFd::get_ref(self)
    }

    #[inline]
    fn read_with<T>(&self, operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        run(self, Interest::READABLE, None, operation)
    }

    #[inline]
    fn write_with<T>(&self, operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        run(self, Interest::WRITABLE, None, operation)
    }
}

source_in!(AsyncFd<S>, S: AsRawFd);
stream_in!(AsyncFd<S>, S: AsRawFd);

impl<S: OwnedEvents + AsRawFd> PollFill for AsyncFd<S> {
    #[inline]
    fn poll_fill(&self, context: &mut Context<'_>, buffer: &mut Buffer<'_>) -> Poll<Result<usize>> {
        poll_run(self, context, |source| source.fill(buffer))
    }
}

#[inline]
fn run<S: AsRawFd, T>(
    fd: &AsyncFd<S>,
    interest: Interest,
    refused: Option<Errno>,
    mut operation: impl FnMut(&S) -> Result<T>,
) -> impl Future<Output = Result<T>> {
    let future = fd.async_io(interest, move |source| operation(source).map_err(io::Error::from));
    OrErrno { future, refused }
}

#[inline]
fn poll_run<S: AsRawFd, T>(
    fd: &AsyncFd<S>,
    context: &mut Context<'_>,
    mut operation: impl FnMut(&S) -> Result<T>,
) -> Poll<Result<T>> {
    loop {
        let mut ready = ready!(fd.poll_read_ready(context)).map_err(errno)?;
        if let Ok(result) = ready.try_io(|fd| operation(fd.get_ref()).map_err(io::Error::from)) {
            return Poll::Ready(result.map_err(errno));
        }
    }
}

//! On async-io, which smol uses: a source in an [`Async`].
//!
//! ```
//! use async_io::{Async, block_on};
//! use butter::{Eventfd, Reader};
//!
//! let counter = Async::new(Eventfd::new()?)?;
//! counter.get_ref().add(3)?;
//!
//! let mut buffer = [0; 64];
//! let mut reader = Reader::new(&counter, &mut buffer)?;
//! assert_eq!(block_on(reader.next_event()), Ok(3));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! [`Async::new`] makes the descriptor non-blocking, which goes for all that share its open file description.
//! [`Async::new_nonblocking`] is for one that is already: with one that is not, an operation waits, and with it the whole
//! thread.
//!
//! [`Async`] has methods `read_with` and `write_with` of its own, whose operations give [`std::io::Error`]s; those of
//! [`AsyncIo`] are written `AsyncIo::read_with(&counter, Eventfd::read)`.
//!
//! Signals that are sent to a thread are read by that thread alone, and which one waits for descriptors is async-io's choice: a
//! [`Signalfd`](crate::Signalfd) here is for signals of the process.
//!
//! A [`Reader`](crate::Reader) that has the [`Async`] itself, not a reference, is a [`Stream`](futures_core::Stream) of the
//! events that need no buffer ([`OwnedEvents`]).

use super::stream::{OrErrno, PollFill, errno, stream_in};
use super::{AsyncIo, source_in};
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::{EventSource, OwnedEvents};
use ::async_io::Async;
use core::future::Future;
use core::task::{Context, Poll, ready};
use std::io;

/// Its first try is at once; only if that gives `EAGAIN` it waits.
impl<S> AsyncIo for Async<S> {
    type Io = S;

    #[inline]
    fn get_ref(&self) -> &S {
        Async::get_ref(self)
    }

    #[inline]
    fn read_with<T>(&self, mut operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        let future = Async::read_with(self, move |io| operation(io).map_err(io::Error::from));
        OrErrno { future, refused: None }
    }

    #[inline]
    fn write_with<T>(&self, mut operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        let future = Async::write_with(self, move |io| operation(io).map_err(io::Error::from));
        OrErrno { future, refused: None }
    }
}

source_in!(Async<S>, S:);
stream_in!(Async<S>, S:);

impl<S: OwnedEvents> PollFill for Async<S> {
    #[inline]
    fn poll_fill(&self, context: &mut Context<'_>, buffer: &mut Buffer<'_>) -> Poll<Result<usize>> {
        loop {
            match self.fill(buffer) {
                Err(Errno::EAGAIN) => ready!(self.poll_readable(context)).map_err(errno)?,
                result => return Poll::Ready(result),
            }
        }
    }
}

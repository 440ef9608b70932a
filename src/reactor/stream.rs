//! What the adapters to other runtimes share: a [`Reader`] as a stream.

use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::{OwnedEvents, Reader};
use core::task::{Context, Poll, ready};
use std::io;

/// A source in a runtime that can be polled for one task.
pub trait PollFill: OwnedEvents {
    /// Fills the buffer, and if there is nothing has the task woken when there may be.
    fn poll_fill(&self, context: &mut Context<'_>, buffer: &mut Buffer<'_>) -> Poll<Result<usize>>;
}

/// The oldest cached event; if there is none, the first of one read. The stream ends when the read gives nothing.
#[inline]
pub fn poll_next<A: PollFill>(reader: &mut Reader<'_, A>, context: &mut Context<'_>) -> Poll<Option<Result<A::Owned>>> {
    if reader.cached().is_empty() {
        let (source, buffer) = reader.parts();
        match ready!(source.poll_fill(context, buffer)) {
            Ok(0) => return Poll::Ready(None),
            Ok(_) => {}
            Err(errno) => return Poll::Ready(Some(Err(errno))),
        }
    }
    let mut events = reader.pending();
    Poll::Ready(Some(events.next().map(|event| events.source.to_owned(event)).ok_or(Errno::EBADMSG)))
}

/// The errno of an error from a runtime. What has none is the end of the runtime.
#[inline]
pub fn errno(error: io::Error) -> Errno {
    Errno::from_io_error(&error).unwrap_or(Errno::ECANCELED)
}

/// A [`Reader`] of a source in a runtime is a stream. `$io` is where the source is, and `$bounds` what that needs.
macro_rules! stream_in {
    ($io:ty, $source:ident: $($bounds:tt)*) => {
        impl<$source: $crate::event::OwnedEvents + $($bounds)*> $crate::event::OwnedEvents for $io {
            type Owned = $source::Owned;

            #[inline]
            fn to_owned<'a>(&'a self, event: $source::Event<'a>) -> $source::Owned {
                $crate::reactor::AsyncIo::get_ref(self).to_owned(event)
            }
        }

        /// It ends when a read gives nothing: the other end is closed. After an error it goes on.
        ///
        /// Of the reader's futures and the stream use one at a time: the task that polled last is woken.
        impl<$source: $crate::event::OwnedEvents + Unpin + $($bounds)*> futures_core::Stream for $crate::Reader<'_, $io> {
            type Item = $crate::Result<$source::Owned>;

            #[inline]
            fn poll_next(
                self: core::pin::Pin<&mut Self>,
                context: &mut core::task::Context<'_>,
            ) -> core::task::Poll<Option<Self::Item>> {
                $crate::reactor::stream::poll_next(self.get_mut(), context)
            }
        }
    };
}
pub(super) use stream_in;

//! What the adapters to other runtimes share: errors, and a [`Reader`] as a stream.

use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::{OwnedEvents, Reader};
use core::future::Future;
use core::pin::Pin;
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

/// A future of a runtime's, and its error as an errno. It is no `async fn`, as each of these costs some instructions.
pub struct OrErrno<F> {
    pub future: F,
    /// If there is one, it is what this gives, and the future is not polled.
    pub refused: Option<Errno>,
}

impl<T, F: Future<Output = io::Result<T>>> Future for OrErrno<F> {
    type Output = Result<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        if let Some(errno) = self.refused {
            return Poll::Ready(Err(errno));
        }
        // SAFETY: the field is pinned with the whole: once that is, nobody moves it, and there is no `Drop`.
        let future = unsafe { self.map_unchecked_mut(|this| &mut this.future) };
        future.poll(context).map(|result| result.map_err(errno))
    }
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

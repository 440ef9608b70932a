//! What a [`Reader`] of a source in a reactor can do besides.

use super::AsyncIo;
use crate::errno::{Errno, Result};
use crate::event::{EventSource, Pending, Reader};
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

impl<S: EventSource + AsyncIo> Reader<'_, S> {
    /// The oldest cached event; if there is none, the first of one `read`, once there is something to read.
    ///
    /// # Errors
    ///
    /// - `ENODATA`: the read gave nothing: the other end is closed.
    /// - `EBADMSG`: the read gave no whole event; it is dropped. No kernel object does that.
    /// - and what the source and the reactor document.
    #[inline]
    pub fn next_event(&mut self) -> impl Future<Output = Result<S::Event<'_>>> {
        First { events: self.next_events() }
    }

    /// All cached events; if there is none, those of one `read`, once there is something to read. What the iterator did
    /// not come to stays cached.
    ///
    /// # Errors
    ///
    /// Those of [`next_event`](Self::next_event), but for `EBADMSG`.
    #[inline]
    pub async fn next_events(&mut self) -> Result<Pending<'_, S>> {
        if self.cached().is_empty() && self.filled().await? == 0 {
            return Err(Errno::ENODATA);
        }
        Ok(self.pending())
    }

    /// The oldest cached event, or the first of one `read` that does not wait, as a reactor has made the descriptor
    /// non-blocking.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: nothing is there.
    /// - and those of [`next_event`](Self::next_event).
    #[inline]
    pub fn next_event_now(&mut self) -> Result<S::Event<'_>> {
        self.read_event()
    }

    #[inline]
    fn filled(&mut self) -> impl Future<Output = Result<usize>> {
        let (source, buffer) = self.parts();
        source.read_with(|_| source.fill(buffer))
    }
}

/// The first of the events that a future gives. It is no `async fn`, as the compiler does not see that one is `Send` whose output is
/// an event of a source behind a reference.
struct First<F> {
    events: F,
}

impl<'r, S: EventSource + 'r, F: Future<Output = Result<Pending<'r, S>>>> Future for First<F> {
    type Output = Result<S::Event<'r>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the field is pinned with the whole: nothing else gets at it, and there is no `Drop`.
        let events = unsafe { self.map_unchecked_mut(|first| &mut first.events) };
        events.poll(context).map(|events| events?.next().ok_or(Errno::EBADMSG))
    }
}

//! What every event object shares: events are read many at a time into a buffer of the caller's, and borrow it.
//!
//! - A [`Record`] is parsed from bytes, wherever they came from: [`Records`] walks over any bytes, safely.
//! - An [`EventSource`] is a descriptor that is read in whole records. [`read_events`](EventSource::read_events) makes
//!   one `read` and gives the [`Events`] in it.
//! - A [`Reader`] keeps what was read until it is asked for, hands out one event at a time, and can wait.
//!
//! No event is copied and nothing is allocated.
//!
//! ```
//! use butter::{EventSource, Eventfd, Reader};
//! use std::time::Duration;
//!
//! let counter = Eventfd::new()?;
//! counter.add(3)?;
//!
//! let mut buffer = [0; 64];
//! for event in counter.read_events(&mut buffer)? {
//!     assert_eq!(event, 3);
//! }
//!
//! let mut reader = Reader::new(&counter, &mut buffer)?;
//! assert_eq!(reader.wait(Some(Duration::ZERO)), Err(butter::Errno::ETIMEDOUT));
//! # Ok::<(), butter::Errno>(())
//! ```

mod reader;
mod record;

pub use reader::{Pending, Reader};
pub(crate) use record::field;
pub use record::{Record, Records};

use crate::buffer::Buffer;
use crate::errno::Result;
use crate::fd::AsFd;
use core::{fmt, mem::needs_drop};

/// A file descriptor that is read in whole records.
///
/// The kernel's own are here; one for another descriptor of this kind (`/dev/input/event0`, a uevent socket, …) needs
/// only an event, [`next_event`](Self::next_event) and [`skip`](Self::skip).
pub trait EventSource: AsFd {
    /// What it tells. It may borrow the buffer, and the source.
    type Event<'a>
    where
        Self: 'a;

    /// The size of the smallest buffer, in bytes, that has room for any event.
    const MIN_BUFFER: usize;

    /// Takes the first event from the front of `bytes`. `None` if there is no whole one: what is left in `bytes` is the
    /// remainder.
    ///
    /// It must not give events for ever: each takes at least one byte.
    ///
    /// # Safety
    ///
    /// The bytes come from a [`fill`](Self::fill) of this source, and no event has been made of them before: an event may
    /// own a descriptor whose number is in them.
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Self::Event<'a>>;

    /// Takes the first event from the front of `bytes` without making one of it, and says whether there was a whole one.
    fn skip(&self, bytes: &mut &[u8]) -> bool;

    /// Puts into the buffer what one read gives, and says how many bytes that is.
    ///
    /// # Errors
    ///
    /// Those of [`fd::read`](crate::fd::read), above all `EAGAIN`, `EINTR`, and `EINVAL` for a buffer that is too small.
    #[inline]
    fn fill(&self, buffer: &mut Buffer<'_>) -> Result<usize> {
        buffer.read(self.as_fd())
    }

    /// Reads once and gives the events in it. If the descriptor is blocking and nothing is there, it waits.
    ///
    /// An event that owns something (a descriptor) gives it back when dropped, and so does one that the iterator had
    /// not yet come to.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: nothing is there, and the descriptor is non-blocking.
    /// - `EINTR`: a signal handler ran.
    /// - `EINVAL`: the buffer is too small for the next event; [`MIN_BUFFER`](Self::MIN_BUFFER) always is enough.
    /// - and what the source documents.
    #[inline]
    fn read_events<'a>(&'a self, buffer: impl Into<Buffer<'a>>) -> Result<Events<'a, Self>>
    where
        Self: Sized,
    {
        let mut buffer = buffer.into();
        self.fill(&mut buffer)?;
        Ok(Events { source: self, bytes: buffer.into_filled() })
    }
}

impl<S: EventSource> EventSource for &S {
    type Event<'a>
        = S::Event<'a>
    where
        Self: 'a;

    const MIN_BUFFER: usize = S::MIN_BUFFER;

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<S::Event<'a>> {
        // SAFETY: the caller's promise.
        unsafe { S::next_event(self, bytes) }
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        S::skip(self, bytes)
    }

    #[inline]
    fn fill(&self, buffer: &mut Buffer<'_>) -> Result<usize> {
        S::fill(self, buffer)
    }
}

/// A source whose events need neither it nor the buffer.
pub trait OwnedEvents: EventSource {
    /// The event by itself.
    type Owned: Copy + 'static;

    /// Makes it of the event.
    fn to_owned<'a>(&'a self, event: Self::Event<'a>) -> Self::Owned;
}

impl<S: OwnedEvents> OwnedEvents for &S {
    type Owned = S::Owned;

    #[inline]
    fn to_owned<'a>(&'a self, event: Self::Event<'a>) -> S::Owned {
        S::to_owned(self, event)
    }
}

/// The events of one read. What is left when this is dropped is dropped too.
#[must_use = "the events have been read and are lost if not looked at"]
pub struct Events<'a, S: EventSource> {
    source: &'a S,
    /// From a `fill` of `source`; no event has been made of them.
    bytes: &'a [u8],
}

impl<S: EventSource> Events<'_, S> {
    /// The bytes of which no event has been made yet: at first all that the read gave, at the end what is not a whole
    /// event, which is nothing from a kernel.
    #[inline]
    pub fn remainder(&self) -> &[u8] {
        self.bytes
    }
}

impl<'a, S: EventSource> Iterator for Events<'a, S> {
    type Item = S::Event<'a>;

    #[inline]
    fn next(&mut self) -> Option<S::Event<'a>> {
        // SAFETY: by the invariant of `bytes`, which the call upholds.
        unsafe { self.source.next_event(&mut self.bytes) }
    }
}

impl<S: EventSource> Drop for Events<'_, S> {
    #[inline]
    fn drop(&mut self) {
        if needs_drop::<S::Event<'_>>() {
            self.for_each(drop);
        }
    }
}

impl<S: EventSource> fmt::Debug for Events<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("remainder", &self.bytes.len()).finish_non_exhaustive()
    }
}

//! A source and a buffer: one event at a time, and none is lost.

use super::EventSource;
use crate::buffer::{Buffer, Consumed};
use crate::errno::{Errno, Result};
use crate::poll::{Events as Poll, PollFd, ppoll_remaining};
use crate::time;
use core::{fmt, mem::needs_drop, time::Duration};

/// Pairs a source with a buffer and hands out one event at a time. What a read gave beyond that stays in the buffer, and
/// is handed out before anything else is read.
///
/// `S` is the source or a reference to it, so that the source stays at hand while events borrow the reader.
pub struct Reader<'b, S: EventSource> {
    source: S,
    /// What is filled comes from a `fill` of `source`; no event has been made of it.
    buffer: Buffer<'b>,
}

impl<'b, S: EventSource> Reader<'b, S> {
    /// Pairs them.
    ///
    /// # Errors
    ///
    /// - `EINVAL`: the buffer is smaller than [`MIN_BUFFER`](EventSource::MIN_BUFFER), so that some event would not
    ///   fit.
    #[inline]
    pub fn new(source: S, buffer: impl Into<Buffer<'b>>) -> Result<Self> {
        let mut buffer = buffer.into();
        buffer.clear();
        if buffer.capacity() < S::MIN_BUFFER { Err(Errno::EINVAL) } else { Ok(Reader { source, buffer }) }
    }

    /// The source.
    #[inline]
    pub fn source(&self) -> &S {
        &self.source
    }

    /// The bytes of the events that were read and not handed out.
    #[inline]
    pub fn cached(&self) -> &[u8] {
        self.buffer.filled()
    }

    /// How many events were read and not handed out.
    #[inline]
    pub fn count_cached(&self) -> usize {
        let mut bytes = self.cached();
        let mut count = 0;
        while self.source.skip(&mut bytes) {
            count += 1;
        }
        count
    }

    /// The oldest cached event; if there is none, the first of one `read`, which waits if the descriptor is blocking.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: nothing is there, and the descriptor is non-blocking.
    /// - `EINTR`: a signal handler ran.
    /// - `ENODATA`: the read gave nothing: the other end is closed.
    /// - `EBADMSG`: the read gave no whole event; it is dropped. No kernel object does that.
    /// - and what the source documents.
    #[inline]
    pub fn read_event(&mut self) -> Result<S::Event<'_>> {
        self.read_events()?.next().ok_or(Errno::EBADMSG)
    }

    /// All cached events; if there is none, those of one `read`. What the iterator did not come to stays cached.
    ///
    /// # Errors
    ///
    /// Those of [`read_event`](Self::read_event), but for `EBADMSG`.
    #[inline]
    pub fn read_events(&mut self) -> Result<Pending<'_, S>> {
        if self.cached().is_empty() && self.source.fill(&mut self.buffer)? == 0 {
            return Err(Errno::ENODATA);
        }
        Ok(self.pending())
    }

    /// [`read_event`](Self::read_event) that waits at most as long as `timeout`, and with `None` as long as it takes;
    /// with zero it does not wait at all. It does so on blocking and non-blocking descriptors alike.
    ///
    /// If somebody else reads the same descriptor and is quicker, this goes on waiting; if it is blocking, then without
    /// regard to the time.
    ///
    /// # Errors
    ///
    /// - `ETIMEDOUT`: no event came in time.
    /// - `EINTR`: a signal handler ran.
    /// - `EINVAL`: the seconds of `timeout` do not fit in 63 bits.
    /// - and those of [`read_event`](Self::read_event), but for `EAGAIN`.
    pub fn wait(&mut self, timeout: Option<Duration>) -> Result<S::Event<'_>> {
        let mut left = time::timeout(timeout)?;
        while self.cached().is_empty() {
            let mut fds = [PollFd::new(&self.source, Poll::IN)];
            if ppoll_remaining(&mut fds, &mut left, None)? == 0 {
                return Err(Errno::ETIMEDOUT);
            }
            match self.source.fill(&mut self.buffer) {
                Ok(0) => return Err(Errno::ENODATA),
                Ok(_) | Err(Errno::EAGAIN) => {}
                Err(errno) => return Err(errno),
            }
        }
        self.pending().next().ok_or(Errno::EBADMSG)
    }

    /// Drops the cached events. The kernel's queue stays as it is.
    #[inline]
    pub fn discard(&mut self) {
        if needs_drop::<S::Event<'_>>() {
            self.pending().for_each(drop);
        }
        self.buffer.clear();
    }

    /// The source, and the buffer to be filled.
    #[inline]
    pub(crate) fn parts(&mut self) -> (&S, &mut Buffer<'b>) {
        (&self.source, &mut self.buffer)
    }

    #[inline]
    pub(crate) fn pending(&mut self) -> Pending<'_, S> {
        let (bytes, consumed) = self.buffer.split();
        Pending { source: &self.source, bytes, consumed }
    }
}

impl<S: EventSource> Drop for Reader<'_, S> {
    #[inline]
    fn drop(&mut self) {
        self.discard();
    }
}

impl<S: EventSource + fmt::Debug> fmt::Debug for Reader<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("source", &self.source).field("cached", &self.cached().len()).finish()
    }
}

/// The events that a [`Reader`] has at hand. It takes one from the reader when it hands it out, so that whatever it did
/// not come to is still there.
pub struct Pending<'r, S: EventSource> {
    pub(crate) source: &'r S,
    /// From a `fill` of `source`; no event has been made of them.
    bytes: &'r [u8],
    /// Told of every event at once: nothing is handed out twice, even if this is forgotten.
    consumed: Consumed<'r>,
}

impl<'r, S: EventSource> Iterator for Pending<'r, S> {
    type Item = S::Event<'r>;

    #[inline]
    fn next(&mut self) -> Option<S::Event<'r>> {
        // SAFETY: by the invariant of `bytes`, which the call upholds.
        let event = unsafe { self.source.next_event(&mut self.bytes) };
        // What is not a whole event will not become one: the next read brings new ones.
        self.consumed.leave(if event.is_some() { self.bytes.len() } else { 0 });
        event
    }
}

impl<S: EventSource> fmt::Debug for Pending<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

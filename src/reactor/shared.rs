//! One source for several who wait.

use super::AsyncIo;
use crate::errno::{Errno, Result};
use crate::event::OwnedEvents;
use core::cell::Cell;
use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Poll, ready};

/// A source whose every event is seen by all who wait for it at the time, though only one of them reads it. (Of several
/// [`Reader`](crate::Reader)s of one source, each event goes to one.)
///
/// On async-io who comes when an event is there reads it at once; if those who wait were not told of it yet, they see the next.
///
/// It is for one thread: on a runtime with several, one task waits and passes on what it gets.
///
/// ```
/// use butter::Eventfd;
/// use butter::reactor::{Reactor, Shared, Slots};
/// use futures_util::future::join;
///
/// static SLOTS: Slots<4> = Slots::new();
///
/// let reactor = Reactor::new(&SLOTS)?;
/// let counter = Eventfd::new()?;
/// let shared = Shared::new(reactor.register(&counter)?);
/// counter.add(3)?;
/// assert_eq!(reactor.block_on(join(shared.wait(), shared.wait()))?, (Ok(3), Ok(3)));
/// # Ok::<(), butter::Errno>(())
/// ```
pub struct Shared<A: AsyncIo<Io: OwnedEvents>> {
    io: A,
    last: Cell<Option<<A::Io as OwnedEvents>::Owned>>,
    /// How many were read.
    count: Cell<usize>,
}

impl<A: AsyncIo<Io: OwnedEvents>> Shared<A> {
    /// Shares it.
    pub fn new(io: A) -> Self {
        Shared { io, last: Cell::new(None), count: Cell::new(0) }
    }

    /// The next event. Who is late, as others have waited again and got another one before, sees the newest.
    ///
    /// # Errors
    ///
    /// Those of the source and of the reactor; the others who wait go on waiting. With [`Reactor`](super::Reactor) each of them but
    /// the first takes a slot, and gets `ENOSPC` if none is left.
    pub async fn wait(&self) -> Result<<A::Io as OwnedEvents>::Owned> {
        let begun = self.count.get();
        let mut read = pin!(self.io.read_with(one));
        poll_fn(|context| {
            // Somebody else has read it.
            if let (true, Some(event)) = (self.count.get() != begun, self.last.get()) {
                return Poll::Ready(Ok(event));
            }
            let event = ready!(read.as_mut().poll(context))?;
            self.last.set(Some(event));
            self.count.set(self.count.get().wrapping_add(1));
            Poll::Ready(Ok(event))
        })
        .await
    }

    /// The newest event that was read, if any was.
    pub fn last(&self) -> Option<<A::Io as OwnedEvents>::Owned> {
        self.last.get()
    }

    /// What is shared.
    pub fn get_ref(&self) -> &A {
        &self.io
    }
}

/// Reads one event, and no more.
fn one<S: OwnedEvents>(source: &S) -> Result<S::Owned> {
    let mut memory = [0; 128];
    let buffer = memory.get_mut(..S::MIN_BUFFER).ok_or(Errno::EINVAL)?;
    let mut events = source.read_events(buffer)?;
    events.next().map(|event| source.to_owned(event)).ok_or(Errno::ENODATA)
}

impl<A: AsyncIo<Io: OwnedEvents> + fmt::Debug> fmt::Debug for Shared<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shared").field(&self.io).finish()
    }
}

//! Events as futures: with the runtime that a program has, or without any.
//!
//! ```
//! use butter::reactor::{Reactor, Slots, Timer};
//! use butter::{Errno, Eventfd, Reader, Timerfd};
//! use std::time::Duration;
//!
//! static SLOTS: Slots<8> = Slots::new();
//!
//! # fn main() -> Result<(), Errno> {
//! let reactor = Reactor::new(&SLOTS)?;
//! let counter = Eventfd::new()?;
//! let mut buffer = [0; 64];
//! let mut reader = Reader::new(reactor.register(&counter)?, &mut buffer)?;
//! let mut timer = Timer::new(reactor.register(Timerfd::new()?)?);
//!
//! reactor.block_on(async {
//!     let second = Duration::from_secs(1);
//!     counter.add(3)?;
//!     assert_eq!(timer.timeout(second, reader.next_event()).await?, Ok(3));
//!     timer.sleep(Duration::from_millis(1)).await
//! })?
//! # }
//! ```
//!
//! [`AsyncIo`] is what every reactor can do with a descriptor: run an operation, and again as long as it says `EAGAIN`, while
//! others run in between. There are three:
//!
//! | reactor | a descriptor in it | feature |
//! |---|---|---|
//! | [`Reactor`]: one thread, no allocation, no `std` | [`Registered`] | |
//! | tokio | `tokio::Registered`, or tokio's own `AsyncFd` | `tokio` |
//! | async-io, of smol | its own `Async` | `async-io` |
//!
//! A [`Reader`](crate::Reader) of a source in a reactor gives its events by [`next_event`](crate::Reader::next_event) and
//! [`next_events`](crate::Reader::next_events), which are futures, and by [`next_event_now`](crate::Reader::next_event_now). A
//! [`Shared`] source shows each event to all who wait for it; by a [`Timer`] futures sleep. What is no event, such as an
//! eventfd that waits until it can be added to, or a socket, is done by [`read_with`](AsyncIo::read_with) and
//! [`write_with`](AsyncIo::write_with).
//!
//! Of these futures any may be dropped at any time: no event is lost, and nothing of it stays behind in the reactor.
//!
//! Futures are joined and selected from by any crate for that, such as `futures-util`, which needs no `std`.

#[cfg(feature = "async-io")]
pub mod async_io;
mod reader;
mod run;
mod shared;
mod slots;
#[cfg(any(feature = "async-io", feature = "tokio"))]
mod stream;
mod timer;
#[cfg(feature = "tokio")]
pub mod tokio;

pub use run::{Reactor, Registered};
pub use shared::Shared;
pub use slots::Slots;
pub use timer::{Interval, Timer};

use crate::errno::Result;
use core::future::Future;

/// A descriptor in a reactor, which knows when it is ready.
///
/// An operation must not wait: whoever puts a descriptor into a reactor makes it non-blocking.
pub trait AsyncIo {
    /// What has the descriptor.
    type Io;

    /// What has the descriptor.
    fn get_ref(&self) -> &Self::Io;

    /// Runs an operation that reads, once there may be something to read, and again as long as it says `EAGAIN`.
    ///
    /// Several may wait for the same descriptor: when it is ready, all of them run.
    ///
    /// # Errors
    ///
    /// Those of the operation but for `EAGAIN`, and those of the reactor.
    fn read_with<T>(&self, operation: impl FnMut(&Self::Io) -> Result<T>) -> impl Future<Output = Result<T>>;

    /// Runs an operation that writes, once there may be room, and again as long as it says `EAGAIN`.
    ///
    /// # Errors
    ///
    /// Those of the operation but for `EAGAIN`, and those of the reactor.
    fn write_with<T>(&self, operation: impl FnMut(&Self::Io) -> Result<T>) -> impl Future<Output = Result<T>>;
}

impl<A: AsyncIo> AsyncIo for &A {
    type Io = A::Io;

    #[inline]
    fn get_ref(&self) -> &A::Io {
        A::get_ref(self)
    }

    #[inline]
    fn read_with<T>(&self, operation: impl FnMut(&A::Io) -> Result<T>) -> impl Future<Output = Result<T>> {
        A::read_with(self, operation)
    }

    #[inline]
    fn write_with<T>(&self, operation: impl FnMut(&A::Io) -> Result<T>) -> impl Future<Output = Result<T>> {
        A::write_with(self, operation)
    }
}

/// A source in a reactor is a source. `$io` is where it is, and `$bounds` what that needs.
macro_rules! source_in {
    ($io:ty, $source:ident: $($bounds:tt)*) => {
        impl<$source: $crate::EventSource + $($bounds)*> $crate::EventSource for $io {
            type Event<'a>
                = $source::Event<'a>
            where
                Self: 'a;

            const MIN_BUFFER: usize = $source::MIN_BUFFER;

            #[inline]
            unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<$source::Event<'a>> {
                // SAFETY: the caller's promise, as the source itself has filled the buffer.
                unsafe { $crate::reactor::AsyncIo::get_ref(self).next_event(bytes) }
            }

            #[inline]
            fn skip(&self, bytes: &mut &[u8]) -> bool {
                $crate::reactor::AsyncIo::get_ref(self).skip(bytes)
            }

            #[inline]
            fn fill(&self, buffer: &mut $crate::buffer::Buffer<'_>) -> $crate::Result<usize> {
                $crate::reactor::AsyncIo::get_ref(self).fill(buffer)
            }
        }
    };
}
use source_in;

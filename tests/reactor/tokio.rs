//! On tokio.

#[path = "each.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod each;
#[path = "table.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod table;

use crate::counting::count;
use crate::{for_objects, once};
use butter::Eventfd;
use butter::fd::{self, AsFd};
use butter::reactor::AsyncIo;
use butter::reactor::tokio::{Interest, Registered};
use std::future::Future;
use tokio::io::unix::AsyncFd;
use tokio::runtime::Builder;

/// Whether an operation is tried before the reactor has told that it may be.
const TRIES_AT_ONCE: bool = false;

type In<S> = Registered<S>;

fn put<S: AsFd>(source: S) -> butter::Result<In<S>> {
    Registered::new(source)
}

fn put_to_write<S: AsFd>(source: S) -> In<S> {
    Registered::with_interest(source, Interest::READABLE | Interest::WRITABLE).unwrap()
}

fn run<F: Future>(future: F) -> F::Output {
    let _watchdog = crate::Watchdog::new();
    Builder::new_current_thread().enable_io().build().unwrap().block_on(future)
}

/// Has the reactor look at its descriptors: it is told of one that is ready.
async fn turn() {
    let counter = put(Eventfd::new().unwrap()).unwrap();
    counter.get_ref().add(1).unwrap();
    AsyncIo::read_with(&counter, Eventfd::read).await.unwrap();
}

use table::*;
for_objects!(signalfd: crate::objects::SignalfdObject);

/// No more than the same use of the runtime by hand.
#[test]
fn allocations_of_reads_that_wait() {
    const ROUNDS: u64 = 100;
    run(async {
        let by_hand = {
            let counter = Eventfd::new().unwrap();
            fd::set_nonblocking(&counter, true).unwrap();
            // SAFETY: it has one descriptor, and keeps it open.
            let fd = unsafe { AsyncFd::register_with_interest(counter, Interest::READABLE) }.unwrap();
            let before = count();
            for number in 1..ROUNDS {
                let mut read = std::pin::pin!(
                    fd.async_io(Interest::READABLE, |counter| counter.read().map_err(std::io::Error::from))
                );
                assert!(once(read.as_mut()).await.is_none());
                fd.get_ref().add(number).unwrap();
                assert_eq!(read.await.unwrap(), number);
            }
            count() - before
        };
        let counter = put(Eventfd::new().unwrap()).unwrap();
        let before = count();
        for number in 1..ROUNDS {
            let mut read = std::pin::pin!(AsyncIo::read_with(&counter, Eventfd::read));
            assert!(once(read.as_mut()).await.is_none());
            counter.get_ref().add(number).unwrap();
            assert_eq!(read.await, Ok(number));
        }
        assert!(count() - before <= by_hand, "{} and {by_hand}", count() - before);
    });
}

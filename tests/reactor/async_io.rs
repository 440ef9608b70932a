//! On async-io.

#[path = "each.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod each;
#[path = "table.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod table;

use crate::counting::count;
use crate::once;
use async_io::{Async, block_on};
use butter::fd::AsFd;
use butter::reactor::AsyncIo;
use butter::{Errno, Eventfd};
use std::future::Future;

/// Whether an operation is tried before the reactor has told that it may be.
const TRIES_AT_ONCE: bool = true;

type In<S> = Async<S>;

fn put<S: AsFd>(source: S) -> butter::Result<In<S>> {
    Async::new(source).map_err(|error| Errno::from_io_error(&error).unwrap())
}

fn put_to_write<S: AsFd>(source: S) -> In<S> {
    put(source).unwrap()
}

fn run<F: Future>(future: F) -> F::Output {
    let _watchdog = crate::Watchdog::new();
    block_on(future)
}

/// Has the reactor look at its descriptors: it is told of one that is ready.
async fn turn() {
    let counter = put(Eventfd::new().unwrap()).unwrap();
    counter.get_ref().add(1).unwrap();
    counter.readable().await.unwrap();
}

/// No more than the same use of the runtime by hand.
#[test]
fn allocations_of_reads_that_wait() {
    const ROUNDS: u64 = 100;
    run(async {
        let by_hand = {
            let fd = Async::new(Eventfd::new().unwrap()).unwrap();
            let before = count();
            for number in 1..ROUNDS {
                let mut read = std::pin::pin!(fd.read_with(|counter| counter.read().map_err(std::io::Error::from)));
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

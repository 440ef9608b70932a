//! On async-io.

#[path = "each.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod each;
#[path = "table.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod table;

use async_io::{Async, block_on};
use butter::fd::AsFd;
use butter::{Errno, Eventfd};
use std::future::Future;

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

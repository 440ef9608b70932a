//! On tokio.

#[path = "each.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod each;
#[path = "table.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod table;

use crate::for_objects;
use butter::Eventfd;
use butter::fd::AsFd;
use butter::reactor::AsyncIo;
use butter::reactor::tokio::{Interest, Registered};
use std::future::Future;
use tokio::runtime::Builder;

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

//! On the built-in reactor.

#[path = "each.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod each;
#[path = "table.rs"]
#[allow(clippy::duplicate_mod, reason = "the same tests on each reactor")]
mod table;

use crate::common::assert_errno;
use crate::for_objects;
use butter::fd::AsFd;
use butter::reactor::{AsyncIo, Reactor, Registered, Slots};
use butter::{Errno, Eventfd};
use std::cell::OnceCell;
use std::future::Future;

/// Whether an operation is tried before the reactor has told that it may be.
const TRIES_AT_ONCE: bool = false;

type In<S> = Registered<'static, S>;

/// How many slots a test has.
const SLOTS: usize = 24;

thread_local! {
    static REACTOR: OnceCell<&'static Reactor> = const { OnceCell::new() };
}

/// The reactor of the thread.
fn reactor() -> &'static Reactor {
    REACTOR.with(|reactor| *reactor.get_or_init(|| Box::leak(Box::new(leaked::<SLOTS>()))))
}

/// A reactor whose memory stays for ever.
pub fn leaked<const N: usize>() -> Reactor {
    Reactor::new(Box::leak(Box::new(Slots::<N>::new()))).unwrap()
}

fn put<S: AsFd>(source: S) -> butter::Result<In<S>> {
    reactor().register(source)
}

fn put_to_write<S: AsFd>(source: S) -> In<S> {
    put(source).unwrap()
}

/// Afterwards every slot is free.
fn run<F: Future>(future: F) -> F::Output {
    let _watchdog = crate::Watchdog::new();
    let output = reactor().block_on(future).unwrap();
    assert_eq!(free(reactor()), SLOTS);
    output
}

/// How many slots are free.
pub fn free(reactor: &Reactor) -> usize {
    let mut taken = Vec::new();
    loop {
        match reactor.register(Eventfd::new().unwrap()) {
            Ok(registered) => taken.push(registered),
            Err(errno) => {
                assert_errno(Err::<(), _>(errno), Errno::ENOSPC);
                return taken.len();
            }
        }
    }
}

/// Has the reactor look at its descriptors: it is told of one that is ready.
async fn turn() {
    let counter = put(Eventfd::new().unwrap()).unwrap();
    counter.get_ref().add(1).unwrap();
    counter.read_with(Eventfd::read).await.unwrap();
}

use table::*;
for_objects!(signalfd: crate::objects::SignalfdObject);

//! Ten thousand descriptors.

use crate::common::{self, RLIMIT_NOFILE, with_limit};
use crate::{Watchdog, counted, once};
use butter::Eventfd;
use butter::reactor::{AsyncIo, Reactor, Slots};
use butter::rlimit::{self, Resource};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;

const MANY: usize = 10_000;

/// A slot for each descriptor and for each task.
static SLOTS: Slots<{ 2 * MANY + 1 }> = Slots::new();

#[test]
fn one_of_ten_thousand_becomes_ready() {
    let needed = MANY as u64 + 100;
    if rlimit::prlimit64(None, Resource::NOFILE, None).unwrap().hard < needed {
        return println!("skipped: the process may not have so many descriptors");
    }
    common::alone([], || with_limit(RLIMIT_NOFILE, needed, ten_thousand));
}

fn ten_thousand() {
    let _watchdog = Watchdog::new();
    let reactor = Reactor::new(&SLOTS).unwrap();
    let counters: Vec<_> = (0..MANY).map(|_| reactor.register(Eventfd::new().unwrap()).unwrap()).collect();
    let polls: Vec<_> = (0..MANY).map(|_| Cell::new(0)).collect();
    let order = |number: usize| (number * 7919) % MANY;
    // Each adds to another: at any time there is one that is ready.
    let tasks = counters.iter().zip(&polls).enumerate().map(|(number, (counter, polls))| {
        let counters = &counters;
        let task = async move {
            counter.read_with(Eventfd::read).await.unwrap();
            let next = (number + 7919) % MANY;
            if next != order(0) {
                counters[next].get_ref().add(1).unwrap();
            }
        };
        Box::pin(counted(task, polls)) as Pin<Box<dyn Future<Output = ()>>>
    });
    let mut tasks: Vec<_> = tasks.collect();
    counters[order(0)].get_ref().add(1).unwrap();
    let mut all: Vec<_> = tasks.iter_mut().map(Pin::as_mut).collect();
    reactor.run(&mut all).unwrap();
    // Once to begin with, and once when it was ready.
    assert!(polls.iter().all(|polls| polls.get() == 2));
    // All at once.
    polls.iter().for_each(|polls| polls.set(0));
    let tasks = counters.iter().zip(&polls).map(|(counter, polls)| {
        let task = async move { assert_eq!(counter.read_with(Eventfd::read).await, Ok(1)) };
        Box::pin(counted(task, polls))
    });
    let mut tasks: Vec<_> = tasks.collect();
    counters.iter().for_each(|counter| counter.get_ref().add(1).unwrap());
    let mut all: Vec<_> = tasks.iter_mut().map(Pin::as_mut).collect();
    reactor.run(&mut all).unwrap();
    assert!(polls.iter().all(|polls| polls.get() == 2));
    // One task waits for all of them, each with a slot of its own.
    reactor
        .block_on(async {
            let mut waits: Vec<_> = counters.iter().map(|counter| Box::pin(counter.read_with(Eventfd::read))).collect();
            for wait in &mut waits {
                assert!(once(wait.as_mut()).await.is_none());
            }
            counters[MANY / 2].get_ref().add(9).unwrap();
            assert_eq!(waits.swap_remove(MANY / 2).await, Ok(9));
        })
        .unwrap();
}

//! Sources besides those of `objects.rs`.

use crate::numbers::Numbers;
use crate::objects::Object;
use butter::Eventfd;
use butter::epoll::{self, Epoll, Events};
use butter::fd::{self, OwnedFd};
use std::sync::Mutex;

pub struct PipeObject {
    numbers: Numbers,
    writing: OwnedFd,
}

impl Object for PipeObject {
    type Source = Numbers;
    const BATCHES: bool = true;

    fn new(nonblocking: bool) -> Self {
        let (numbers, writing) = Numbers::new();
        fd::set_nonblocking(&numbers, nonblocking).unwrap();
        PipeObject { numbers, writing }
    }

    fn source(&self) -> &Numbers {
        &self.numbers
    }

    fn trigger(&self, number: u64) {
        fd::write(&self.writing, &number.to_ne_bytes()).unwrap();
    }

    fn number(event: u64) -> u64 {
        event
    }
}

/// An epoll object that tells of each of its counters once.
pub struct EpollObject {
    epoll: Epoll,
    counters: Mutex<Vec<Eventfd>>,
}

impl Object for EpollObject {
    type Source = Epoll;
    const BATCHES: bool = true;

    fn new(nonblocking: bool) -> Self {
        let epoll = Epoll::new().unwrap();
        fd::set_nonblocking(&epoll, nonblocking).unwrap();
        EpollObject { epoll, counters: Mutex::default() }
    }

    fn source(&self) -> &Epoll {
        &self.epoll
    }

    fn trigger(&self, number: u64) {
        let counter = Eventfd::new().unwrap();
        counter.add(1).unwrap();
        self.epoll.add(&counter, Events::IN | Events::ET, number).unwrap();
        self.counters.lock().unwrap().push(counter);
    }

    fn number(event: epoll::Event) -> u64 {
        assert_eq!(event.events(), Events::IN);
        event.data()
    }
}

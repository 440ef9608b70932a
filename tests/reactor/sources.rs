//! Sources besides those of `objects.rs`.

use crate::common;
use crate::objects::Object;
use butter::epoll::{self, Epoll, Events};
use butter::event::{OwnedEvents, Record};
use butter::fd::{self, AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use butter::{EventSource, Eventfd};
use std::sync::Mutex;

/// A pipe of numbers.
pub struct Numbers {
    reading: OwnedFd,
}

impl Numbers {
    pub fn new() -> (Numbers, OwnedFd) {
        let (reading, writing) = common::pipe();
        (Numbers { reading }, writing)
    }
}

impl AsFd for Numbers {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reading.as_fd()
    }
}

impl AsRawFd for Numbers {
    fn as_raw_fd(&self) -> RawFd {
        self.reading.as_raw_fd()
    }
}

impl EventSource for Numbers {
    type Event<'a> = u64;

    const MIN_BUFFER: usize = 8;

    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<u64> {
        u64::parse(bytes)
    }

    fn skip(&self, bytes: &mut &[u8]) -> bool {
        u64::parse(bytes).is_some()
    }
}

impl OwnedEvents for Numbers {
    type Owned = u64;

    fn to_owned(&self, event: u64) -> u64 {
        event
    }
}

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

//! A source that is a pipe.

use crate::common;
use butter::EventSource;
use butter::event::{OwnedEvents, Record};
use butter::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

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

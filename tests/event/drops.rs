//! Events that own something: none is lost, none is given back twice.

use butter::{EventSource, Reader, event::Record};
use std::cell::RefCell;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Each byte is an event that notes when it is dropped.
struct Source {
    pipe: OwnedFd,
    dropped: RefCell<Vec<u8>>,
}

struct Event<'a> {
    source: &'a Source,
    byte: u8,
}

impl Drop for Event<'_> {
    fn drop(&mut self) {
        self.source.dropped.borrow_mut().push(self.byte);
    }
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

impl EventSource for Source {
    type Event<'a> = Event<'a>;
    const MIN_BUFFER: usize = 1;

    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        Some(Event { source: self, byte: Byte::parse(bytes)?.0 })
    }

    fn skip(&self, bytes: &mut &[u8]) -> bool {
        Byte::parse(bytes).is_some()
    }
}

struct Byte(u8);

impl<'a> Record<'a> for Byte {
    fn parse(bytes: &mut &'a [u8]) -> Option<Byte> {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        Some(Byte(*byte))
    }
}

fn source(bytes: &[u8]) -> Source {
    let (pipe, write) = crate::common::pipe();
    assert_eq!(butter::fd::write(write, bytes), Ok(bytes.len()));
    Source { pipe, dropped: RefCell::default() }
}

#[test]
fn an_iterator_dropped_half_way_drops_the_rest() {
    let source = source(b"abcd");
    let mut buffer = [0; 16];
    let mut events = source.read_events(&mut buffer).unwrap();
    let first = events.next().unwrap();
    drop(events);
    assert_eq!(*source.dropped.borrow(), b"bcd");
    drop(first);
    assert_eq!(*source.dropped.borrow(), b"bcda");
}

#[test]
fn a_reader_keeps_what_was_not_taken_and_drops_it_with_itself() {
    let source = source(b"abcdef");
    let mut buffer = [0; 16];
    let mut reader = Reader::new(&source, &mut buffer).unwrap();
    drop(reader.read_event().unwrap());
    drop(reader.read_events().unwrap().next());
    let _ = reader.read_events().unwrap();
    assert_eq!(*source.dropped.borrow(), b"ab");
    reader.read_events().unwrap().take(2).for_each(drop);
    assert_eq!(*source.dropped.borrow(), b"abcd");
    drop(reader);
    assert_eq!(*source.dropped.borrow(), b"abcdef");
}

#[test]
fn discard_drops_each_once() {
    let source = source(b"abc");
    let mut buffer = [0; 16];
    let mut reader = Reader::new(&source, &mut buffer).unwrap();
    drop(reader.read_event().unwrap());
    reader.discard();
    reader.discard();
    assert_eq!(*source.dropped.borrow(), b"abc");
    drop(reader);
    assert_eq!(*source.dropped.borrow(), b"abc");
}

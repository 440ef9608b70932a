//! A `Reader` over a pipe with any bytes in it, and any use of it, held against a model: every event that was written is
//! made once and in order, and dropped; what is not a whole event is not one.

#![no_main]

use arbitrary::Arbitrary;
use butter::fd::{self, AsFd, BorrowedFd};
use butter::{Errno, EventSource, Reader};
use libfuzzer_sys::fuzz_target;
use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::io::{PipeReader, PipeWriter, Write};
use std::time::Duration;

#[derive(Arbitrary, Debug)]
struct Input {
    /// How much larger the buffer is than it must be; less than nothing is refused.
    spare: i8,
    blocking: bool,
    operations: Vec<Operation>,
}

#[derive(Arbitrary, Debug)]
enum Operation {
    Write(Vec<u8>),
    Close,
    ReadEvent,
    /// Takes so many events from the iterator.
    ReadEvents {
        take: u8,
    },
    Wait,
    Discard,
    /// Passes by the reader: reads from its source into another buffer.
    Bypass {
        room: u8,
        take: u8,
    },
}

/// Its records are a byte that says how many follow. One that says more than 15 does not fit the smallest buffer.
#[derive(Debug)]
struct Source {
    pipe: PipeReader,
    /// Every event that was ever made, one behind the other.
    made: RefCell<Vec<u8>>,
    undropped: Cell<usize>,
}

struct Event<'a> {
    source: &'a Source,
    bytes: &'a [u8],
}

impl Drop for Event<'_> {
    fn drop(&mut self) {
        self.source.undropped.set(self.source.undropped.get() - 1);
    }
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

impl EventSource for Source {
    type Event<'a> = Event<'a>;

    const MIN_BUFFER: usize = 16;

    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        let event = split(bytes)?;
        self.made.borrow_mut().extend(event);
        self.undropped.set(self.undropped.get() + 1);
        Some(Event { source: self, bytes: event })
    }

    fn skip(&self, bytes: &mut &[u8]) -> bool {
        split(bytes).is_some()
    }
}

/// A length, and as many bytes.
fn split<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (event, rest) = bytes.split_at_checked(1 + usize::from(*bytes.first()?))?;
    *bytes = rest;
    Some(event)
}

/// What should be the case.
struct Model {
    pipe: Vec<u8>,
    closed: bool,
    blocking: bool,
    capacity: usize,
    cached: Vec<u8>,
    made: Vec<u8>,
}

impl Model {
    /// A read would wait, and nobody writes.
    fn would_wait(&self) -> bool {
        self.blocking && self.pipe.is_empty() && !self.closed
    }

    fn read(&mut self, room: usize) -> Result<Vec<u8>, Errno> {
        match self.pipe.len() {
            0 if self.closed || room == 0 => Ok(Vec::new()),
            0 => Err(Errno::EAGAIN),
            length => Ok(self.pipe.drain(..length.min(room)).collect()),
        }
    }

    fn fill(&mut self) -> Result<(), Errno> {
        if self.cached.is_empty() {
            self.cached = self.read(self.capacity)?;
            if self.cached.is_empty() {
                return Err(Errno::ENODATA);
            }
        }
        Ok(())
    }

    /// Takes an event from the bytes. If there is no whole one, they are dropped.
    fn next(&mut self, mut bytes: Vec<u8>) -> (Option<Vec<u8>>, Vec<u8>) {
        match bytes.first() {
            Some(length) if usize::from(*length) < bytes.len() => {
                let rest = bytes.split_off(1 + usize::from(*length));
                self.made.extend(&bytes);
                (Some(bytes), rest)
            }
            _ => (None, Vec::new()),
        }
    }

    fn next_cached(&mut self) -> Option<Vec<u8>> {
        let cached = std::mem::take(&mut self.cached);
        let (event, rest) = self.next(cached);
        self.cached = rest;
        event
    }

    fn read_event(&mut self) -> Result<Vec<u8>, Errno> {
        self.fill()?;
        self.next_cached().ok_or(Errno::EBADMSG)
    }
}

fuzz_target!(|input: Input| {
    let (pipe, writer) = std::io::pipe().unwrap();
    fd::set_nonblocking(&pipe, !input.blocking).unwrap();
    // So that a write that does not fit fails instead of waiting for ever.
    fd::set_nonblocking(&writer, true).unwrap();
    let source = Source { pipe, made: RefCell::default(), undropped: Cell::new(0) };

    let capacity = Source::MIN_BUFFER.saturating_add_signed(input.spare.into());
    let mut buffer = vec![0; capacity];
    let model = Model {
        pipe: Vec::new(),
        closed: false,
        blocking: input.blocking,
        capacity,
        cached: Vec::new(),
        made: Vec::new(),
    };
    match Reader::new(&source, buffer.as_mut_slice()) {
        Ok(reader) => {
            assert!(capacity >= Source::MIN_BUFFER);
            run(reader, model, writer, input.operations);
        }
        Err(errno) => assert_eq!((errno, input.spare < 0), (Errno::EINVAL, true)),
    }
    assert_eq!(source.undropped.get(), 0, "an event was not dropped");
});

fn run(mut reader: Reader<'_, &Source>, mut model: Model, writer: PipeWriter, operations: Vec<Operation>) {
    let source = *reader.source();
    let mut writer = Some(writer);
    for operation in operations {
        let would_wait = match operation {
            Operation::ReadEvent | Operation::ReadEvents { .. } => model.cached.is_empty() && model.would_wait(),
            Operation::Bypass { .. } => model.would_wait(),
            _ => false,
        };
        match operation {
            _ if would_wait => continue,
            Operation::Write(bytes) => {
                if let Some(writer) = &mut writer {
                    let written = writer.write(&bytes).unwrap_or(0);
                    model.pipe.extend(&bytes[..written]);
                }
            }
            Operation::Close => {
                writer = None;
                model.closed = true;
            }
            Operation::ReadEvent => same(reader.read_event(), model.read_event()),
            Operation::ReadEvents { take } => read_events(&mut reader, &mut model, take),
            Operation::Wait => {
                let expected = model.read_event().map_err(|errno| match errno {
                    Errno::EAGAIN => Errno::ETIMEDOUT,
                    errno => errno,
                });
                same(reader.wait(Some(Duration::ZERO)), expected);
            }
            Operation::Discard => {
                reader.discard();
                while model.next_cached().is_some() {}
            }
            Operation::Bypass { room, take } => bypass(source, &mut model, room.into(), take),
        }
        assert_eq!(reader.cached(), model.cached);
        assert_eq!(*source.made.borrow(), model.made);
        assert_eq!(source.undropped.get(), 0, "an event was not dropped");
        black_box(format!("{reader:?}"));
    }

    drop(reader);
    while model.next_cached().is_some() {}
    assert_eq!(*source.made.borrow(), model.made, "what is cached when the reader is dropped");
}

fn same(event: Result<Event<'_>, Errno>, expected: Result<Vec<u8>, Errno>) {
    match (event, expected) {
        (Ok(event), Ok(expected)) => assert_eq!(event.bytes, expected),
        (Err(errno), Err(expected)) => assert_eq!(errno, expected),
        (event, expected) => panic!("{:?}, not {expected:?}", event.map(|event| event.bytes.to_vec())),
    }
}

fn read_events(reader: &mut Reader<'_, &Source>, model: &mut Model, take: u8) {
    let mut events = match (reader.read_events(), model.fill()) {
        (Ok(events), Ok(())) => events,
        (events, expected) => return assert_eq!(events.err(), expected.err()),
    };
    black_box(format!("{events:?}"));
    for _ in 0..take {
        assert_eq!(events.next().map(|event| event.bytes.to_vec()), model.next_cached());
    }
}

fn bypass(source: &Source, model: &mut Model, room: usize, take: u8) {
    let mut buffer = vec![0; room];
    let (mut events, mut left) = match (source.read_events(buffer.as_mut_slice()), model.read(room)) {
        (Ok(events), Ok(left)) => (events, left),
        (events, expected) => return assert_eq!(events.err(), expected.err()),
    };
    black_box(format!("{events:?}"));
    for _ in 0..take {
        let before = left.clone();
        let (expected, rest) = model.next(left);
        assert_eq!(events.next().map(|event| event.bytes.to_vec()), expected);
        // What is not a whole event stays as the remainder.
        left = if expected.is_some() { rest } else { before };
        assert_eq!(events.remainder(), left);
    }
    drop(events);
    // What the iterator did not come to is made, and dropped.
    while let (Some(_), rest) = model.next(left) {
        left = rest;
    }
}

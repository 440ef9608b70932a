//! Any bytes as requests of the kernel's about core dumps: each takes what it says, every getter gives what stands at its place,
//! and what is left is no whole one. The same over a socket, which loses nothing by an error.

#![no_main]

use butter::Errno;
use butter::event::Records;
use butter::process::coredump::{self, Connection, Mark};
use libfuzzer_sys::fuzz_target;
use std::hint::black_box;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

const FIELDS: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    let mut requests = coredump::parse(bytes);
    loop {
        let before = requests.remainder();
        let Some(request) = requests.next() else { break };
        let taken = &before[..before.len() - requests.remainder().len()];
        assert_eq!(taken.len(), length(taken).unwrap());
        assert!(taken.len() >= FIELDS && request.size() as usize == taken.len());
        assert_eq!(request.size_ack().to_ne_bytes(), taken[4..8]);
        assert_eq!(request.mask().bits().to_ne_bytes(), taken[8..16]);
        black_box(format!("{request:?}"));
    }
    let left = requests.remainder();
    assert!(bytes.ends_with(left) && requests.next().is_none());
    assert!(length(left).is_none_or(|length| length < FIELDS || length > left.len()), "{left:?} is a whole request");

    let mut marks = Records::<Mark>::new(bytes);
    assert_eq!(marks.by_ref().count(), bytes.len() / 4);
    assert_eq!(marks.remainder().len(), bytes.len() % 4);

    over_a_socket(bytes);
});

fn over_a_socket(bytes: &[u8]) {
    let (server, mut kernel) = UnixStream::pair().unwrap();
    // More than this may not fit, and nobody reads it.
    let bytes = &bytes[..bytes.len().min(8192)];
    kernel.write_all(bytes).unwrap();
    drop(kernel);
    let connection = Connection::new(server);
    let read = connection.read_request();
    let taken = match coredump::parse(&bytes[..bytes.len().min(4096)]).next() {
        Some(request) => {
            assert_eq!(read, Ok(request));
            request.size() as usize
        }
        None => {
            assert_eq!(read, Err(if bytes.is_empty() { Errno::ENODATA } else { Errno::EBADMSG }));
            0
        }
    };
    let mut left = Vec::new();
    connection.into_inner().read_to_end(&mut left).unwrap();
    assert_eq!(left, bytes[taken..]);
}

fn length(request: &[u8]) -> Option<usize> {
    Some(u32::from_ne_bytes(request.get(..4)?.try_into().unwrap()) as usize)
}

//! Formatted output. Each datagram is a `write` of its own.

use crate::common::{assert_errno, interrupted, not_open, pipe};
use butter::fd::{self, AsFd, BorrowedFd};
use butter::rt::{Writer, print, write_all};
use butter::{Errno, fdprintln};
use std::fmt::Write;
use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::Duration;

/// What was written, write by write.
fn writes(receiver: &UnixDatagram) -> Vec<Vec<u8>> {
    receiver.set_nonblocking(true).unwrap();
    let mut buffer = [0; 4096];
    std::iter::from_fn(|| receiver.recv(&mut buffer).ok().map(|length| buffer[..length].to_vec())).collect()
}

#[test]
fn a_line_is_one_write() {
    let (sender, receiver) = UnixDatagram::pair().unwrap();
    fdprintln!(&sender, "{} and {:?}", 1, "two").unwrap();
    fdprintln!(&sender, "nothing to format").unwrap();
    fdprintln!(&sender).unwrap();
    assert_eq!(writes(&receiver), [b"1 and \"two\"\n".as_slice(), b"nothing to format\n", b"\n"]);
}

#[test]
fn what_is_longer_comes_whole() {
    let (sender, receiver) = UnixDatagram::pair().unwrap();
    let text = "0123456789".repeat(130);
    fdprintln!(&sender, "{text}{}", 1).unwrap();
    assert_eq!(writes(&receiver).concat(), format!("{text}1\n").as_bytes());
}

#[test]
fn a_writer_gathers_until_it_is_flushed() {
    let (sender, receiver) = UnixDatagram::pair().unwrap();
    let mut writer = Writer::new(sender.as_fd());
    write!(writer, "{}", 1).unwrap();
    write!(writer, "{}", 23).unwrap();
    assert!(writes(&receiver).is_empty());
    writer.flush().unwrap();
    writer.flush().unwrap();
    assert_eq!(writes(&receiver), [b"123"]);
}

#[test]
fn what_could_not_be_written_is_written_later() {
    let (reader, writer) = pipe();
    fd::set_nonblocking(&writer, true).unwrap();
    while fd::write(&writer, &[b'-'; 4096]).is_ok() {}

    let mut out = Writer::new(writer.as_fd());
    write!(out, "kept").unwrap();
    assert_errno(out.flush(), Errno::EAGAIN);
    let mut buffer = vec![0; 1 << 20];
    let full = fd::read(&reader, buffer.as_mut_slice()).unwrap().len();
    assert!(full >= 4096);
    out.flush().unwrap();
    assert_eq!(fd::read(&reader, buffer.as_mut_slice()).unwrap(), b"kept");
}

#[test]
fn errors() {
    assert_errno(fdprintln!(not_open(), "{}", 1), Errno::EBADF);
    let mut writer = Writer::new(not_open());
    // More than is gathered: it fails on the way, and the flush says why.
    assert!(write!(writer, "{}", "x".repeat(600)).is_err());
    assert_errno(writer.flush(), Errno::EBADF);

    // std ignores SIGPIPE.
    let (reader, writer) = pipe();
    drop(reader);
    assert_errno(fdprintln!(&writer, "nobody reads"), Errno::EPIPE);

    struct Unprintable;
    impl std::fmt::Display for Unprintable {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            Err(std::fmt::Error)
        }
    }
    let (sender, _receiver) = UnixDatagram::pair().unwrap();
    assert_errno(fdprintln!(&sender, "{Unprintable}"), Errno::EINVAL);
}

#[test]
fn short_writes_go_on() {
    let (reader, writer) = pipe();
    let text = vec![b'x'; 300_000];
    let sent = text.clone();
    // More than a pipe holds, so that it is written in parts.
    let thread = thread::spawn(move || write_all(&writer, &sent).unwrap());
    let mut received = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match fd::read(&reader, buffer.as_mut_slice()).unwrap() {
            [] => break,
            bytes => received.extend_from_slice(bytes),
        }
    }
    thread.join().unwrap();
    assert!(received == text);
}

/// Writes into an empty pipe that is read slowly, so that the writer waits, and is interrupted. Gives what was read.
fn written_slowly(write: impl FnOnce(BorrowedFd<'_>)) -> usize {
    let (reader, writer) = pipe();
    thread::scope(|scope| {
        let receiver = scope.spawn(move || {
            let (mut received, mut buffer) = (0, vec![0; 1 << 16]);
            loop {
                thread::sleep(Duration::from_millis(10));
                match fd::read(&reader, buffer.as_mut_slice()).unwrap().len() {
                    0 => return received,
                    length => received += length,
                }
            }
        });
        interrupted(|| write(writer.as_fd()));
        drop(writer);
        receiver.join().unwrap()
    })
}

/// `EINTR` says that the whole can be written again, so it does not come half way.
#[test]
fn a_signal_interrupts_only_what_has_not_begun() {
    let text = "x".repeat(300_000);
    assert_eq!(written_slowly(|fd| write_all(fd, text.as_bytes()).unwrap()), text.len());
    assert_eq!(written_slowly(|fd| print(fd, format_args!("{text}{}", 1)).unwrap()), text.len() + 1);

    let (_reader, writer) = pipe();
    fd::set_nonblocking(&writer, true).unwrap();
    while fd::write(&writer, &[b'-'; 4096]).is_ok() {}
    fd::set_nonblocking(&writer, false).unwrap();
    interrupted(|| {
        assert_errno(write_all(&writer, b"not begun"), Errno::EINTR);
        assert_errno(fdprintln!(&writer, "{}", "not begun"), Errno::EINTR);
    });
}

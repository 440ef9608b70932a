//! The protocol of core dumps: over a pair of sockets, and against the running kernel.
//!
//! `/proc/sys/kernel/core_pattern` is the whole machine's: it is set by one test alone, one case after the other, and set back
//! whatever happens. While it is set, other processes that are killed by such a signal ask this test, and are not dumped.
//! Errors that cannot be provoked here: `EAGAIN` and `EINTR` of an answer (there is always room for it).

mod common;

use butter::fd::AsFd;
use butter::pidfd::{Coredump, InfoMask};
use butter::poll::{self, Events, PollFd};
use butter::process::coredump::{self, Ack, Connection, Mark, Mask};
use butter::process::{self, Pid};
use butter::signal::{self, ChildStatus, Signal};
use butter::socket::{self, Kind, PairFlags};
use butter::{Errno, Pidfd, fd, pidfd, syscall};
use common::{CAP_SYS_ADMIN, LONG, TempDir, alone, assert_errno, has_capability, interrupted, linux, not_open, pipe};
use std::fs;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;

/// A request of this size, with so many bytes behind the fields.
fn request(size: u32, behind: usize) -> Vec<u8> {
    [&size.to_ne_bytes()[..], &16_u32.to_ne_bytes(), &15_u64.to_ne_bytes(), &vec![7; behind]].concat()
}

/// A connection, and the kernel's end of it.
fn pair() -> (Connection<UnixStream>, UnixStream) {
    let (server, kernel) = UnixStream::pair().unwrap();
    (Connection::new(server), kernel)
}

#[test]
fn a_request_is_read_an_answer_sent_and_a_mark_read() {
    let (connection, mut kernel) = pair();
    kernel.write_all(&request(16, 0)).unwrap();
    let request = connection.read_request().unwrap();
    assert_eq!((request.size(), request.size_ack()), (16, 16));
    assert_eq!(request.mask(), Mask::KERNEL | Mask::USERSPACE | Mask::REJECT | Mask::WAIT);

    let ack = Ack::new(Mask::USERSPACE | Mask::WAIT);
    connection.send_ack(&ack).unwrap();
    let mut bytes = [0; Ack::SIZE];
    kernel.read_exact(&mut bytes).unwrap();
    assert_eq!(bytes, ack.to_bytes());

    kernel.write_all(&[0_u32.to_ne_bytes(), *b"core"].concat()).unwrap();
    assert_eq!(connection.read_mark(), Ok(Mark::ReqAck));
    // What follows is still there.
    assert_eq!(fd::read(&connection, &mut [0; 10]).unwrap(), b"core");
    assert!(connection.into_inner().peer_addr().is_ok());
}

#[test]
fn what_a_newer_kernel_says_beyond_the_fields_is_dropped() {
    for behind in [1, 8, 4080] {
        let (connection, mut kernel) = pair();
        kernel.write_all(&request(16 + behind as u32, behind)).unwrap();
        kernel.write_all(&4_u32.to_ne_bytes()).unwrap();
        assert_eq!(connection.read_request().unwrap().size(), 16 + behind as u32);
        assert_eq!(connection.read_mark(), Ok(Mark::Conflicting));
    }
}

#[test]
fn what_is_no_request_is_left_where_it_is() {
    for bytes in [request(15, 0), request(0, 0), request(17, 0), request(4097, 4081), vec![16, 0, 0]] {
        let (connection, mut kernel) = pair();
        kernel.write_all(&bytes).unwrap();
        for _ in 0..2 {
            assert_errno(connection.read_request(), Errno::EBADMSG);
        }
        let mut left = vec![0; bytes.len()];
        connection.into_inner().read_exact(&mut left).unwrap();
        assert_eq!(left, bytes);
    }
}

#[test]
fn the_end_of_the_stream_is_an_error_of_its_own() {
    let (connection, kernel) = pair();
    drop(kernel);
    assert_errno(connection.read_request(), Errno::ENODATA);
    assert_errno(connection.read_mark(), Errno::ENODATA);
    // No SIGPIPE, which would be ignored here: std does so.
    assert_errno(connection.send_ack(&Ack::new(Mask::REJECT)), Errno::EPIPE);
}

#[test]
fn a_short_mark_is_none() {
    let (connection, mut kernel) = pair();
    kernel.write_all(&[0, 0, 0]).unwrap();
    assert_errno(connection.read_mark(), Errno::EBADMSG);
}

#[test]
fn the_other_end_went_without_reading_the_answer() {
    let (connection, kernel) = pair();
    connection.send_ack(&Ack::new(Mask::KERNEL)).unwrap();
    drop(kernel);
    assert_errno(connection.read_mark(), Errno::ECONNRESET);
}

#[test]
fn nothing_is_there_yet() {
    let (connection, _kernel) = pair();
    fd::set_nonblocking(&connection, true).unwrap();
    assert_errno(connection.read_request(), Errno::EAGAIN);
    assert_errno(connection.read_mark(), Errno::EAGAIN);
}

#[test]
fn a_signal_interrupts_a_wait_for_the_kernel() {
    let (connection, _kernel) = pair();
    assert_errno(interrupted(|| connection.read_request()), Errno::EINTR);
    assert_errno(interrupted(|| connection.read_mark()), Errno::EINTR);
}

#[test]
fn what_is_no_connected_socket() {
    let (reader, _writer) = pipe();
    for (fd, errno) in [(not_open(), Errno::EBADF), (reader.as_fd(), Errno::ENOTSOCK)] {
        let connection = Connection::new(fd);
        assert_errno(connection.read_request(), errno);
        assert_errno(connection.send_ack(&Ack::new(Mask::REJECT)), errno);
        assert_errno(connection.read_mark(), errno);
    }
    let directory = TempDir::new();
    let listener = Connection::new(UnixListener::bind(directory.join("socket")).unwrap());
    assert_errno(listener.read_request(), Errno::EINVAL);
    assert_errno(listener.send_ack(&Ack::new(Mask::REJECT)), Errno::ENOTCONN);
}

#[test]
fn a_descriptor_that_somebody_sends_is_closed() {
    let (server, kernel) = socket::socketpair(Kind::Stream, PairFlags::empty()).unwrap();
    let (reader, writer) = pipe();
    let _no_forks = common::no_forks();
    let mut memory = [0; socket::control_words(1)];
    let mut control = socket::Control::new(&mut memory);
    control.fds(&[writer.as_fd()]).unwrap();
    let bytes = request(16, 0);
    socket::sendmsg(&kernel, &[fd::IoSlice::new(&bytes)], Some(&control), socket::SendFlags::empty()).unwrap();
    drop(writer);
    Connection::new(&server).read_request().unwrap();
    assert_eq!(fd::read(&reader, &mut [0; 1]).unwrap(), b"");
}

const CORE_PATTERN: &str = "/proc/sys/kernel/core_pattern";

/// Sets the pattern back when it is dropped.
struct Restored(String);

impl Restored {
    fn new() -> Restored {
        Restored(fs::read_to_string(CORE_PATTERN).unwrap())
    }
}

impl Drop for Restored {
    fn drop(&mut self) {
        if fs::read_to_string(CORE_PATTERN).is_ok_and(|now| now != self.0) {
            fs::write(CORE_PATTERN, self.0.trim_end_matches('\n')).unwrap();
        }
    }
}

/// A child that dies of `SIGABRT`, once its parent has its pidfd.
fn crash() -> (Pid, Pidfd) {
    // SAFETY: the child makes system calls only.
    match unsafe { process::fork() }.unwrap() {
        None => {
            let _ = signal::kill(process::getpid(), Signal::ABRT);
            process::exit(1)
        }
        Some(child) => (child, Pidfd::open(child).unwrap()),
    }
}

/// The pidfd of whoever has connected.
fn peer(socket: &UnixStream) -> Pidfd {
    const SOL_SOCKET: i32 = 1;
    const SO_PEERPIDFD: i32 = 77;
    let (mut peer, mut size) = (-1, size_of::<i32>() as u32);
    // SAFETY: the kernel writes one descriptor, which is ours, and its size.
    unsafe {
        syscall!(GETSOCKOPT, socket.as_raw_fd(), SOL_SOCKET, SO_PEERPIDFD, &raw mut peer, &raw mut size).unwrap();
        Pidfd::from(OwnedFd::from_raw_fd(peer))
    }
}

/// Has a child crash, and takes the connection that the kernel makes for it; those for others are closed.
fn accept(listener: &UnixListener) -> (Pid, Pidfd, UnixStream) {
    let (child, pidfd) = crash();
    loop {
        assert!(is_readable(listener, LONG), "the kernel does not ask");
        let (socket, _) = listener.accept().unwrap();
        let told = pidfd::info(peer(&socket), InfoMask::PID | InfoMask::COREDUMP);
        if told.is_ok_and(|told| told.pid() == Some(child)) {
            assert!(told.unwrap().coredump().is_some_and(|coredump| coredump.contains(Coredump::DUMPED)));
            return (child, pidfd, socket);
        }
    }
}

fn is_readable(fd: impl AsFd, within: Duration) -> bool {
    poll::poll(&mut [PollFd::new(&fd, Events::IN)], Some(within)).unwrap() == 1
}

fn ended(child: Pid) -> ChildStatus {
    process::wait(child).unwrap()
}

#[test]
fn the_kernel_asks() {
    if !linux(6, 17) || !has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
        return;
    }
    // Here too, as the process may be killed in which it is set.
    let _restored = Restored::new();
    alone([], || {
        let directory = TempDir::new();
        let path = directory.join("socket");
        let listener = UnixListener::bind(&path).unwrap();
        let _restored = Restored::new();
        match fs::write(CORE_PATTERN, format!("@@{}", path.display())) {
            Ok(()) => ask(&listener),
            Err(error) => println!("skipped: core_pattern cannot be a socket: {error}"),
        }
    });
}

fn ask(listener: &UnixListener) {
    let talk = |mask: Mask| {
        let (child, pidfd, socket) = accept(listener);
        let connection = Connection::new(socket);
        let request = connection.read_request().unwrap();
        assert!(request.size() >= 16 && request.size_ack() >= 16);
        assert!(request.mask().contains(Mask::KERNEL | Mask::USERSPACE | Mask::REJECT | Mask::WAIT));
        connection.send_ack(&Ack::new(mask)).unwrap();
        (child, pidfd, connection.read_mark().unwrap(), connection.into_inner())
    };

    // The kernel writes the core file.
    let (child, _pidfd, mark, mut socket) = talk(Mask::KERNEL | Mask::WAIT);
    assert_eq!(mark, Mark::ReqAck);
    let mut core = Vec::new();
    socket.read_to_end(&mut core).unwrap();
    assert!(core.starts_with(b"\x7fELF") && core.len() > 4096, "{} bytes", core.len());
    drop(socket);
    assert_eq!(ended(child), ChildStatus::Dumped(Signal::ABRT));

    // It waits until the server is done.
    let (child, pidfd, mark, socket) = talk(Mask::USERSPACE | Mask::WAIT);
    assert_eq!(mark, Mark::ReqAck);
    let maps = fs::read_to_string(format!("/proc/{}/maps", child.number())).unwrap();
    assert!(maps.contains("[stack]"), "its memory is still there");
    assert!(!is_readable(&pidfd, Duration::ZERO), "it has not ended");
    drop(socket);
    assert_eq!(ended(child), ChildStatus::Dumped(Signal::ABRT));

    // It is not dumped.
    let (child, _pidfd, mark, mut socket) = talk(Mask::REJECT);
    assert_eq!(mark, Mark::ReqAck);
    assert_eq!(socket.read(&mut [0; 10]).unwrap(), 0);
    assert_eq!(ended(child), ChildStatus::Killed(Signal::ABRT));

    // Answers that the kernel refuses.
    for (mask, refused) in [
        (Mask::empty(), Mark::Conflicting),
        (Mask::WAIT, Mark::Conflicting),
        (Mask::KERNEL | Mask::REJECT, Mark::Conflicting),
        (Mask::KERNEL | Mask::from_bits(1 << 63), Mark::Unsupported),
    ] {
        let (child, _pidfd, mark, socket) = talk(mask);
        assert_eq!(mark, refused, "{mask:?}");
        drop(socket);
        assert_eq!(ended(child), ChildStatus::Killed(Signal::ABRT));
    }
    for (size, refused) in [(15_u32, Mark::MinSize), (0, Mark::MinSize), (4097, Mark::MaxSize)] {
        let (child, _pidfd, mut socket) = accept(listener);
        Connection::new(&socket).read_request().unwrap();
        let mut bytes = Ack::new(Mask::REJECT).to_bytes();
        bytes[..4].copy_from_slice(&size.to_ne_bytes());
        socket.write_all(&bytes).unwrap();
        assert_eq!(Connection::new(&socket).read_mark().unwrap(), refused, "{size}");
        drop(socket);
        assert_eq!(ended(child), ChildStatus::Killed(Signal::ABRT));
    }

    // A server that says nothing.
    let (child, _pidfd, socket) = accept(listener);
    drop(socket);
    assert_eq!(ended(child), ChildStatus::Killed(Signal::ABRT));
}

#[test]
fn a_request_is_the_same_as_its_bytes() {
    let bytes = request(18, 2);
    let (connection, mut kernel) = pair();
    kernel.write_all(&bytes).unwrap();
    assert_eq!(Ok(coredump::parse(&bytes).next().unwrap()), connection.read_request());
}

//! Descriptors passed over sockets, against the running kernel.
//!
//! Errors that cannot be provoked here: `EAFNOSUPPORT` (a kernel without unix sockets), `ENFILE` (the limit is the whole
//! system's), `ENOMEM` (the kernel would have to be short of its own), `ECONNRESET` of sending and `EDESTADDRREQ` (not on
//! such sockets), and `ENOPROTOOPT` (an older kernel).

mod common;

use butter::fd::{self, AsFd, AsRawFd, BorrowedFd, IoSlice, IoSliceMut, OwnedFd};
use butter::pipe::{self, Pipe};
use butter::process;
use butter::signal::{SigSet, Signal};
use butter::socket::{
    Control, Credentials, Kind, Message, MessageFlags, PairFlags, Received, RecvFlags, SendFlags, control_words,
    recvmsg, sendmsg, set_passcred, set_passpidfd, socketpair,
};
use butter::{Errno, Result, signal, syscall};
use common::{RLIMIT_NOFILE, alone, as_nobody, assert_errno, interrupted, no_forks, not_open, with_limit};
use std::fs::File;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

const WORDS: usize = control_words(253);
const NONE: RecvFlags = RecvFlags::empty();

fn pair(kind: Kind) -> (OwnedFd, OwnedFd) {
    socketpair(kind, PairFlags::NONBLOCK).unwrap()
}

fn send(socket: impl AsFd, bytes: &[u8], fds: &[BorrowedFd<'_>]) -> Result<usize> {
    let mut memory = [0; WORDS];
    let mut control = Control::new(&mut memory);
    control.fds(fds)?;
    sendmsg(socket, &[IoSlice::new(bytes)], Some(&control), SendFlags::empty())
}

/// What is received, and the bytes.
fn receive(socket: impl AsFd, control: &mut [usize], flags: RecvFlags) -> Result<(Received<'_>, Vec<u8>)> {
    let mut memory = [0; 100];
    let received = recvmsg(socket, &mut [IoSliceMut::new(&mut memory)], control, flags)?;
    let bytes = memory[..received.len.min(100)].to_vec();
    Ok((received, bytes))
}

/// The descriptors that come with the next message.
fn descriptors(socket: impl AsFd) -> Vec<OwnedFd> {
    let mut control = [0; WORDS];
    let (received, _) = receive(socket, &mut control, NONE).unwrap();
    let mut all = Vec::new();
    for message in received.messages {
        let Message::Fds(fds) = message else { panic!("{message:?}") };
        all.extend(fds);
    }
    all
}

/// Whether nobody has the writing end of it any more.
fn is_closed(pipe: &pipe::PipeReader) -> bool {
    fd::set_nonblocking(pipe, true).unwrap();
    match pipe.read(&mut [0]) {
        Ok(bytes) => bytes.is_empty(),
        Err(errno) => {
            assert_eq!(errno, Errno::EAGAIN);
            false
        }
    }
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn a_pair_waits_and_is_closed_over_exec_unless_asked_otherwise() {
    for kind in [Kind::Stream, Kind::Datagram, Kind::SeqPacket] {
        let (a, b) = socketpair(kind, PairFlags::empty()).unwrap();
        assert!(common::is_cloexec(&a) && common::is_cloexec(&b));
        assert!(!fd::is_nonblocking(&a).unwrap() && !fd::is_nonblocking(&b).unwrap());
        let (a, b) = socketpair(kind, PairFlags::NONBLOCK | PairFlags::NO_CLOEXEC).unwrap();
        assert!(!common::is_cloexec(&a) && !common::is_cloexec(&b));
        assert!(fd::is_nonblocking(&a).unwrap() && fd::is_nonblocking(&b).unwrap());
    }
}

#[test]
fn messages_have_bounds_and_a_stream_has_none() {
    let _no_forks = no_forks();
    for (kind, first) in [(Kind::Stream, &b"onetwo"[..]), (Kind::Datagram, b"one"), (Kind::SeqPacket, b"one")] {
        let (a, b) = pair(kind);
        fd::write(&a, b"one").unwrap();
        fd::write(&a, b"two").unwrap();
        assert_eq!(receive(&b, &mut [], NONE).unwrap().1, first, "{kind:?}");
        drop(a);
        if kind == Kind::SeqPacket {
            assert_eq!(receive(&b, &mut [], NONE).unwrap().1, b"two");
        }
        match kind {
            Kind::Datagram => {}
            _ => assert_eq!(receive(&b, &mut [], NONE).unwrap().0.len, 0),
        }
    }
}

#[test]
fn errors_of_a_pair() {
    assert_errno(socketpair(Kind::Stream, PairFlags::from_bits(0x1000_0000)), Errno::EINVAL);
    alone([], || {
        let result = with_limit(RLIMIT_NOFILE, 0, || socketpair(Kind::Stream, PairFlags::empty()));
        assert_errno(result, Errno::EMFILE);
    });
}

#[test]
fn descriptors_come_through_as_new_ones_in_their_order() {
    for kind in [Kind::Stream, Kind::Datagram, Kind::SeqPacket] {
        let ((a, b), pipes) = (pair(kind), [Pipe::new().unwrap(), Pipe::new().unwrap()]);
        let writers = [pipes[0].writer.as_fd(), pipes[1].writer.as_fd()];
        assert_eq!(send(&a, b"!", &writers), Ok(1));
        let received = descriptors(&b);
        assert_eq!(received.len(), 2);
        for (writer, (pipe, text)) in received.iter().zip(pipes.iter().zip([b"one", b"two"])) {
            assert!(common::is_cloexec(writer));
            fd::write(writer, text).unwrap();
            assert_eq!(pipe.reader.read(&mut [0; 9]).unwrap(), text);
        }
    }
}

#[test]
fn no_cloexec_keeps_them_open_over_exec() {
    let ((a, b), null) = (pair(Kind::Stream), File::open("/dev/null").unwrap());
    for (flags, cloexec) in [(NONE, true), (RecvFlags::NO_CLOEXEC, false)] {
        send(&a, b"!", &[null.as_fd()]).unwrap();
        let mut control = [0; WORDS];
        let (mut received, _) = receive(&b, &mut control, flags).unwrap();
        assert_eq!(received.flags.contains(MessageFlags::CLOEXEC), cloexec);
        let Some(Message::Fds(mut fds)) = received.messages.next() else { panic!("{received:?}") };
        assert_eq!(common::is_cloexec(fds.next().unwrap()), cloexec);
    }
}

#[test]
fn as_many_as_the_kernel_takes_come_through() {
    let ((a, b), null) = (pair(Kind::SeqPacket), File::open("/dev/null").unwrap());
    assert_eq!(send(&a, b"", &[null.as_fd(); 253]), Ok(0));
    assert_eq!(descriptors(&b).len(), 253);
    let mut memory = [0; control_words(254)];
    let mut control = Control::new(&mut memory);
    control.fds(&[null.as_fd(); 254]).unwrap();
    assert_errno(sendmsg(&a, &[], Some(&control), SendFlags::empty()), Errno::EINVAL);
}

#[test]
fn what_nobody_takes_is_closed() {
    let _no_forks = no_forks();
    type Take = fn(Received<'_>) -> Option<OwnedFd>;
    // Nothing is looked at; the message is; and one of its descriptors is taken.
    let ways: [Take; 4] = [
        |_| None,
        |received| {
            let Received { messages, .. } = received;
            drop(messages);
            None
        },
        |mut received| {
            received.messages.next();
            None
        },
        |mut received| match received.messages.next() {
            Some(Message::Fds(mut fds)) => fds.next(),
            _ => None,
        },
    ];
    for (way, take) in ways.into_iter().enumerate() {
        let ((a, b), one, two) = (pair(Kind::Stream), Pipe::new().unwrap(), Pipe::new().unwrap());
        send(&a, b"!", &[one.writer.as_fd(), two.writer.as_fd()]).unwrap();
        drop((one.writer, two.writer));
        let mut control = [0; WORDS];
        let (received, _) = receive(&b, &mut control, NONE).unwrap();
        assert!(!is_closed(&one.reader) && !is_closed(&two.reader));
        let taken = take(received);
        assert_eq!((is_closed(&one.reader), is_closed(&two.reader)), (taken.is_none(), true), "{way}");
        drop(taken);
        assert!(is_closed(&one.reader));
    }
}

#[test]
fn without_room_they_are_closed_by_the_kernel_and_that_is_told() {
    let _no_forks = no_forks();
    for (words, fit) in [(0, 0), (control_words(0) / 4, 0)] {
        let ((a, b), pipe) = (pair(Kind::Stream), Pipe::new().unwrap());
        send(&a, b"!", &[pipe.writer.as_fd()]).unwrap();
        drop(pipe.writer);
        let mut control = vec![0; words];
        let (received, bytes) = receive(&b, &mut control, NONE).unwrap();
        assert!(received.flags.contains(MessageFlags::CTRUNC) && bytes == b"!", "{received:?}");
        assert_eq!(received.messages.count(), fit);
        assert!(is_closed(&pipe.reader));
    }
}

#[test]
fn as_many_as_there_is_room_for_come_and_that_some_are_missing_is_told() {
    let _no_forks = no_forks();
    let ((a, b), pipes) = (pair(Kind::Stream), [(); 5].map(|()| Pipe::new().unwrap()));
    let writers: Vec<BorrowedFd<'_>> = pipes.iter().map(|pipe| pipe.writer.as_fd()).collect();
    send(&a, b"!", &writers).unwrap();
    // A header and two words.
    let header = 16usize.div_ceil(size_of::<usize>());
    let mut control = vec![0; header + 1];
    let (mut received, _) = receive(&b, &mut control, NONE).unwrap();
    assert!(received.flags.contains(MessageFlags::CTRUNC));
    let Some(Message::Fds(fds)) = received.messages.next() else { panic!("{received:?}") };
    assert_eq!(fds.len(), size_of::<usize>() / 4);
    assert!(received.messages.next().is_none());
    drop(fds);
    for Pipe { reader, writer } in pipes {
        drop(writer);
        assert!(is_closed(&reader));
    }
}

#[test]
fn what_stood_in_the_memory_before_is_no_message() {
    let ((a, b), null) = (pair(Kind::Stream), File::open("/dev/null").unwrap());
    send(&a, b"!", &[null.as_fd(), null.as_fd()]).unwrap();
    let mut control = [0; WORDS];
    let (received, _) = receive(&b, &mut control, NONE).unwrap();
    std::mem::forget(received);
    fd::write(&a, b"!").unwrap();
    assert_eq!(receive(&b, &mut control, NONE).unwrap().0.messages.count(), 0);
    // It would be what is behind it.
    send(&a, b"!", &[null.as_fd()]).unwrap();
    assert_eq!(receive(&b, &mut control, NONE).unwrap().0.messages.count(), 1);
}

#[test]
fn a_peek_leaves_the_message_and_brings_duplicates_each_time() {
    alone([], || {
        let ((a, b), pipe) = (pair(Kind::Stream), Pipe::new().unwrap());
        send(&a, b"!", &[pipe.writer.as_fd()]).unwrap();
        let before = open_descriptors();
        for _ in 0..3 {
            let mut control = [0; WORDS];
            let (received, bytes) = receive(&b, &mut control, RecvFlags::PEEK).unwrap();
            assert_eq!((bytes, open_descriptors()), (b"!".to_vec(), before + 1));
            drop(received);
        }
        assert_eq!(open_descriptors(), before);
        assert_eq!(descriptors(&b).len(), 1);
    });
}

#[test]
fn a_long_message_is_cut_off_and_that_is_told() {
    let (a, b) = pair(Kind::Datagram);
    for (flags, length) in [(NONE, 100), (RecvFlags::TRUNC, 150)] {
        fd::write(&a, &[b'x'; 150]).unwrap();
        let (received, _) = receive(&b, &mut [], flags).unwrap();
        assert!(received.flags.contains(MessageFlags::TRUNC));
        assert_eq!(received.len, length);
    }
}

#[test]
fn a_stream_fills_all_of_the_memory_if_asked_to() {
    let (a, b) = socketpair(Kind::Stream, PairFlags::empty()).unwrap();
    let sender = std::thread::spawn(move || {
        for _ in 0..10 {
            fd::write(&a, &[b'x'; 10]).unwrap();
            std::thread::yield_now();
        }
        a
    });
    assert_eq!(receive(&b, &mut [], RecvFlags::WAITALL).unwrap().0.len, 100);
    drop(sender.join().unwrap());
}

#[test]
fn the_bytes_go_from_several_pieces_into_several() {
    let ((a, b), mut one, mut two) = (pair(Kind::SeqPacket), [0; 4], [0; 10]);
    let sent = sendmsg(&a, &[IoSlice::new(b"one, "), IoSlice::new(b"two")], None, SendFlags::EOR);
    assert_eq!(sent, Ok(8));
    let received = recvmsg(&b, &mut [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)], &mut [], NONE).unwrap();
    assert_eq!((received.len, &one, &two[..4]), (8, b"one,", &b" two"[..]));
    assert!(!received.flags.contains(MessageFlags::TRUNC | MessageFlags::CTRUNC));
    assert_eq!(received.messages.count(), 0);
}

#[test]
fn credentials_come_with_a_message_if_asked_for() {
    let (a, b) = pair(Kind::Stream);
    set_passcred(&b, true).unwrap();
    fd::write(&a, b"!").unwrap();
    let mut control = [0; WORDS];
    let (mut received, _) = receive(&b, &mut control, NONE).unwrap();
    // SAFETY: the calls have no pointer.
    let (uid, gid) = unsafe { (syscall!(GETUID).unwrap() as u32, syscall!(GETGID).unwrap() as u32) };
    let Some(Message::Credentials(credentials)) = received.messages.next() else { panic!("{received:?}") };
    assert_eq!(credentials, Credentials { pid: Some(process::getpid()), uid, gid });
    set_passcred(&b, false).unwrap();
    fd::write(&a, b"!").unwrap();
    assert_eq!(receive(&b, &mut [0; WORDS], NONE).unwrap().0.messages.count(), 0);
}

#[test]
fn credentials_are_sent_with_descriptors_and_only_true_ones() {
    let (a, b) = pair(Kind::Stream);
    set_passcred(&b, true).unwrap();
    let null = File::open("/dev/null").unwrap();
    // SAFETY: the calls have no pointer.
    let (uid, gid) = unsafe { (syscall!(GETUID).unwrap() as u32, syscall!(GETGID).unwrap() as u32) };
    let truth = Credentials { pid: Some(process::getpid()), uid, gid };
    let send = |credentials| {
        let mut memory = [0; control_words(1)];
        let mut control = Control::new(&mut memory);
        control.fds(&[null.as_fd()]).unwrap();
        control.credentials(credentials).unwrap();
        sendmsg(&a, &[IoSlice::new(b"!")], Some(&control), SendFlags::empty())
    };
    assert_eq!(send(truth), Ok(1));
    let mut control = [0; WORDS];
    let (received, _) = receive(&b, &mut control, NONE).unwrap();
    let (mut fds, mut found) = (0, None);
    for message in received.messages {
        match message {
            Message::Fds(all) => fds += all.count(),
            Message::Credentials(credentials) => found = Some(credentials),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((fds, found), (1, Some(truth)));

    let nobody = butter::process::Pid::new(i32::MAX).unwrap();
    assert_errno(as_nobody(|| send(Credentials { uid: 4711, ..truth })), Errno::EPERM);
    if common::has_capability(common::CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
        assert_errno(send(Credentials { pid: Some(nobody), ..truth }), Errno::ESRCH);
    }
}

#[test]
fn a_pidfd_of_the_sender_comes_with_a_message_if_asked_for() {
    let (a, b) = pair(Kind::Stream);
    match set_passpidfd(&b, true) {
        Err(Errno::ENOPROTOOPT) => return println!("skipped: this kernel is older than Linux 6.5"),
        result => result.unwrap(),
    }
    fd::write(&a, b"!").unwrap();
    let mut control = [0; WORDS];
    let (mut received, _) = receive(&b, &mut control, NONE).unwrap();
    let Some(Message::Pidfd(pidfd)) = received.messages.next() else { panic!("{received:?}") };
    let pidfd = pidfd.unwrap();
    let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd())).unwrap();
    assert!(info.contains(&format!("\nPid:\t{}\n", std::process::id())), "{info}");
}

#[test]
fn an_empty_and_a_full_socket_are_eagain_if_it_or_the_call_does_not_wait() {
    let (a, b) = pair(Kind::Stream);
    assert_errno(receive(&b, &mut [], NONE), Errno::EAGAIN);
    while fd::write(&a, &[0; 4096]).is_ok() {}
    assert_errno(sendmsg(&a, &[IoSlice::new(b"x")], None, SendFlags::empty()), Errno::EAGAIN);
    fd::set_nonblocking(&a, false).unwrap();
    assert_errno(receive(&a, &mut [], RecvFlags::DONTWAIT), Errno::EAGAIN);
    assert_errno(sendmsg(&a, &[IoSlice::new(b"x")], None, SendFlags::DONTWAIT), Errno::EAGAIN);
    assert_errno(interrupted(|| sendmsg(&a, &[IoSlice::new(b"x")], None, SendFlags::empty())), Errno::EINTR);
    assert_errno(interrupted(|| receive(&a, &mut [], NONE).map(drop)), Errno::EINTR);
}

#[test]
fn what_is_no_socket_or_not_open() {
    let null = File::options().read(true).write(true).open("/dev/null").unwrap();
    for (fd, errno) in [(null.as_fd(), Errno::ENOTSOCK), (not_open(), Errno::EBADF)] {
        assert_errno(sendmsg(fd, &[], None, SendFlags::empty()), errno);
        assert_errno(receive(fd, &mut [], NONE), errno);
        assert_errno(set_passcred(fd, true), errno);
        assert_errno(set_passpidfd(fd, true), errno);
    }
    let tcp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    assert_errno(set_passcred(&tcp, true), Errno::EOPNOTSUPP);
    assert_errno(set_passpidfd(&tcp, true), Errno::EOPNOTSUPP);
}

#[test]
fn sockets_that_are_not_connected() {
    let directory = common::TempDir::new();
    let listener = UnixListener::bind(directory.join("stream")).unwrap();
    let datagram = UnixDatagram::unbound().unwrap();
    datagram.set_nonblocking(true).unwrap();
    assert_errno(sendmsg(&listener, &[IoSlice::new(b"x")], None, SendFlags::empty()), Errno::ENOTCONN);
    assert_errno(receive(&listener, &mut [], NONE), Errno::EINVAL);
    assert_errno(sendmsg(&datagram, &[IoSlice::new(b"x")], None, SendFlags::empty()), Errno::ENOTCONN);
}

#[test]
fn a_closed_other_end_is_epipe_or_econnrefused_or_econnreset() {
    let _no_forks = no_forks();
    let (a, b) = UnixStream::pair().unwrap();
    fd::write(&b, b"unread").unwrap();
    drop(a);
    assert_errno(receive(&b, &mut [], NONE), Errno::ECONNRESET);
    assert_errno(sendmsg(&b, &[IoSlice::new(b"x")], None, SendFlags::NOSIGNAL), Errno::EPIPE);
    let (a, b) = pair(Kind::Datagram);
    drop(b);
    assert_errno(sendmsg(&a, &[IoSlice::new(b"x")], None, SendFlags::empty()), Errno::ECONNREFUSED);
}

#[test]
fn a_closed_other_end_is_a_signal_too_unless_asked_otherwise() {
    alone(Signal::PIPE, || {
        let (a, b) = pair(Kind::Stream);
        drop(b);
        assert_errno(sendmsg(&a, &[IoSlice::new(b"x")], None, SendFlags::NOSIGNAL), Errno::EPIPE);
        assert_eq!(signal::sigpending(), Ok(SigSet::empty()));
        assert_errno(sendmsg(&a, &[IoSlice::new(b"x")], None, SendFlags::empty()), Errno::EPIPE);
        assert!(signal::sigpending().unwrap().contains(Signal::PIPE));
    });
}

#[test]
fn too_much_of_something() {
    let ((a, b), null) = (pair(Kind::Datagram), File::open("/dev/null").unwrap());
    assert_errno(sendmsg(&a, &[IoSlice::new(b"x"); 1025], None, SendFlags::empty()), Errno::EMSGSIZE);
    let mut pieces: Vec<IoSliceMut<'_>> = (0..1025).map(|_| IoSliceMut::new(&mut [])).collect();
    assert_errno(recvmsg(&b, &mut pieces, &mut [], NONE), Errno::EMSGSIZE);
    assert_errno(sendmsg(&a, &[IoSlice::new(&vec![0; 10_000_000])], None, SendFlags::empty()), Errno::EMSGSIZE);
    let mut memory = vec![0; 1_000_000];
    let mut control = Control::new(&mut memory);
    while control.fds(&[null.as_fd(); 200]).is_ok() {}
    assert_errno(sendmsg(&a, &[IoSlice::new(b"x")], Some(&control), SendFlags::empty()), Errno::ENOBUFS);
}

#[test]
fn unknown_to_this_kind_of_socket() {
    const MSG_OOB: u32 = 1;
    let (a, b) = pair(Kind::SeqPacket);
    assert_errno(sendmsg(&a, &[IoSlice::new(b"x")], None, SendFlags::from_bits(MSG_OOB)), Errno::EOPNOTSUPP);
    assert_errno(receive(&b, &mut [], RecvFlags::from_bits(MSG_OOB)), Errno::EOPNOTSUPP);
}

#[test]
fn too_many_under_way_is_etoomanyrefs() {
    alone([], || {
        let ((a, _b), null) = (pair(Kind::Stream), File::open("/dev/null").unwrap());
        let result = with_limit(RLIMIT_NOFILE, 20, || {
            as_nobody(|| (0..30).try_for_each(|_| send(&a, b"!", &[null.as_fd()]).map(drop)))
        });
        assert_errno(result, Errno::ETOOMANYREFS);
    });
}

#[test]
fn a_receiver_with_all_descriptors_that_it_may_have_is_told_that_some_are_missing() {
    alone([], || {
        let ((a, b), null) = (pair(Kind::Stream), File::open("/dev/null").unwrap());
        send(&a, b"!", &[null.as_fd(), null.as_fd()]).unwrap();
        let mut control = [0; WORDS];
        let (received, bytes) = with_limit(RLIMIT_NOFILE, 0, || receive(&b, &mut control, NONE)).unwrap();
        assert!(received.flags.contains(MessageFlags::CTRUNC) && bytes == b"!");
        assert_eq!(received.messages.count(), 0);
    });
}

#[test]
fn it_prints_what_came() {
    let ((a, b), null) = (pair(Kind::Stream), File::open("/dev/null").unwrap());
    send(&a, b"!", &[null.as_fd(), null.as_fd()]).unwrap();
    let mut control = [0; WORDS];
    let (mut received, _) = receive(&b, &mut control, NONE).unwrap();
    assert_eq!(
        format!("{received:?}"),
        "Received { len: 1, flags: MessageFlags(CLOEXEC), \
         messages: [ControlMessage { level: 1, kind: 1, data: 8 }] }"
    );
    assert_eq!(format!("{:?}", received.messages.next().unwrap()), "Fds(Fds { len: 2 })");
}

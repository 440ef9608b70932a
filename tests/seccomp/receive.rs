//! What a listener tells, and when.

use crate::common::{self, LONG, alone, assert_errno, has_capability, interrupted, not_open, pipe};
use crate::help::*;
use butter::fd::{self, AsRawFd, FromRawFd, OwnedFd};
use butter::poll::{self, Events, PollFd};
use butter::process;
use butter::seccomp::notify::{self, AddFd, Flags, Response};
use butter::seccomp::{Listener, get_notif_sizes};
use butter::signal::{ChildStatus, SigSet};
use butter::{Errno, EventSource, Eventfd, Reader, Result, nr, syscall};
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

const NOW: Option<Duration> = Some(Duration::ZERO);

fn umask(mask: i32) -> Result<usize> {
    // SAFETY: the call has no pointer.
    unsafe { syscall!(UMASK, mask) }
}

fn is_ready(listener: &Listener) -> Events {
    let mut fds = [PollFd::new(listener, Events::IN | Events::OUT)];
    poll::poll(&mut fds, NOW).unwrap();
    fds[0].ready()
}

/// A target that makes a call for each byte that it gets, and the means to send one.
fn on_demand() -> (Listener, Child, OwnedFd) {
    let (reading, writing) = pipe();
    let (listener, child) = target(nr::UMASK, || {
        let mut byte = [0];
        while fd::read(&reading, &mut byte).is_ok_and(|read| !read.is_empty()) && byte[0] != b'.' {
            let _ = umask(byte[0].into());
        }
        0
    });
    (listener, child, writing)
}

fn make(calls: &OwnedFd, byte: u8) {
    fd::write(calls, &[byte]).unwrap();
}

#[test]
fn a_call_is_told_with_all_that_it_has() {
    let args = [1, u64::MAX, 0x1234_5678_9abc_def0, 1 << 63, 5 << 32, 0xffff_ffff];
    let (listener, child) = target(nr::COPY_FILE_RANGE, || {
        let [a, b, c, d, e, f] = args;
        // SAFETY: the call is not made.
        unsafe { syscall!(COPY_FILE_RANGE, a, b, c, d, e, f) }.is_ok_and(|value| value == 9).into()
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    assert_eq!((notification.pid(), notification.flags()), (Some(child.pid()), 0));
    assert_eq!((notification.number(), notification.args()), (nr::COPY_FILE_RANGE as i32, args));
    assert!(notification.is_64bit());
    #[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
    assert_eq!(notification.audit_arch(), 0xc000_003e);
    assert_ne!(notification.instruction_pointer(), 0);
    assert_eq!(notification.as_bytes().len(), get_notif_sizes().unwrap().notif());
    let call = notification.call();
    assert_eq!(notify::parse(call.as_bytes()).next(), Some(call));
    notification.respond(9).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn it_prints_what_it_tells() {
    let (listener, child, calls) = on_demand();
    make(&calls, 0o22);
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    let printed = format!("{notification:?}");
    assert!(printed.starts_with("Notification { call: Call { id: 0x"), "{printed}");
    assert!(printed.contains(&format!("pid: Some({:?}), number: {}", child.pid(), nr::UMASK)), "{printed}");
    assert_eq!(format!("{listener:?}"), format!("Listener(fd {})", listener.as_raw_fd()));
    let response = format!("{:?}", Response::errno(5, Errno::EPERM));
    assert_eq!(response, "Response { id: 5, value: 0, error: -1, flags: 0 }");
    // SAFETY: nothing is done with it.
    let addfd = format!("{:?}", unsafe { AddFd::new(fd::CWD).at(7) }.cloexec(false));
    assert_eq!(addfd, format!("AddFd {{ fd: {}, flags: 1, at: 7, fd_flags: 0 }}", fd::CWD.as_raw_fd() as u32));
}

#[test]
fn calls_come_in_their_order_and_one_at_a_time() {
    let (listener, _child, calls) = on_demand();
    let mut buffer = [0; 4096];
    for number in 1..20 {
        make(&calls, number);
        let mut fds = [PollFd::new(&listener, Events::IN)];
        assert_eq!(poll::poll(&mut fds, Some(LONG)), Ok(1));
        let mut events = listener.read_events(&mut buffer).unwrap();
        let notification = events.next().unwrap();
        assert_eq!(notification.args()[0], number.into());
        assert!(events.next().is_none());
        assert_eq!(events.remainder(), b"");
        // It is answered although `events` has been looked at meanwhile.
        assert_eq!(notification.respond(0), Ok(()));
    }
}

#[test]
fn poll_tells_what_waits() {
    let (listener, child, calls) = on_demand();
    assert_eq!(is_ready(&listener), Events::empty());
    make(&calls, 1);
    until(|| is_ready(&listener).contains(Events::IN).then_some(()));
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.read_event().unwrap();
    // An answer can be written.
    assert_eq!(is_ready(&listener), Events::OUT);
    notification.respond(0).unwrap();
    make(&calls, b'.');
    assert_eq!(child.wait(), ChildStatus::Exited(0));
    assert_eq!(is_ready(&listener), Events::HUP);
}

#[test]
fn a_wait_ends_in_time() {
    let (listener, _child, calls) = on_demand();
    for nonblocking in [false, true] {
        fd::set_nonblocking(&listener, nonblocking).unwrap();
        let mut buffer = [0; 256];
        let mut reader = Reader::new(&listener, &mut buffer).unwrap();
        assert_eq!(reader.wait(NOW).err(), Some(Errno::ETIMEDOUT));
        assert_eq!(reader.wait(Some(Duration::from_millis(5))).err(), Some(Errno::ETIMEDOUT));
        make(&calls, 3);
        assert_eq!(reader.wait(Some(LONG)).unwrap().args()[0], 3);
        let answer = reader.wait(NOW).err();
        assert_eq!(answer, Some(Errno::ETIMEDOUT));
    }
}

#[test]
fn nonblocking_means_eagain() {
    let (listener, _child, calls) = on_demand();
    fd::set_nonblocking(&listener, true).unwrap();
    let mut buffer = [0; 256];
    assert_errno(listener.read_events(&mut buffer), Errno::EAGAIN);
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    assert_errno(reader.read_event(), Errno::EAGAIN);
    make(&calls, 5);
    assert_eq!(until(|| reader.read_event().ok().map(|notification| notification.args()[0])), 5);
    assert_errno(reader.read_event(), Errno::EAGAIN);
}

#[test]
fn a_read_waits_unless_it_is_nonblocking() {
    let (listener, _child, calls) = on_demand();
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            make(&calls, 6);
        });
        assert_eq!(reader.read_event().unwrap().args()[0], 6);
    });
}

#[test]
fn a_signal_interrupts() {
    let (listener, _child, _calls) = on_demand();
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    interrupted(|| {
        assert_errno(reader.wait(None), Errno::EINTR);
        assert_errno(reader.read_event(), Errno::EINTR);
        assert_errno(notify::recv(&listener, get_notif_sizes().unwrap(), &mut [0; 256]), Errno::EINTR);
    });
}

#[test]
fn a_buffer_that_is_too_small_is_refused() {
    let (listener, _child, calls) = on_demand();
    assert_errno(Reader::new(&listener, &mut [0; Listener::MIN_BUFFER - 1]), Errno::EINVAL);
    let sizes = get_notif_sizes().unwrap();
    make(&calls, 7);
    let mut buffer = vec![0; sizes.notif()];
    for length in [0, 7, sizes.notif() - 1] {
        assert_errno(listener.read_events(&mut buffer[..length]), Errno::EINVAL);
        assert_errno(notify::recv(&listener, sizes, &mut buffer[..length]), Errno::EINVAL);
    }
    // It is still there.
    assert_eq!(listener.read_events(buffer.as_mut_slice()).unwrap().next().unwrap().args()[0], 7);
}

#[test]
fn any_alignment_and_no_initialisation() {
    let (listener, _child, calls) = on_demand();
    let mut buffer = [MaybeUninit::new(0xaa); 300];
    for offset in 0..16 {
        make(&calls, offset as u8);
        let mut reader = Reader::new(&listener, &mut buffer[offset..offset + Listener::MIN_BUFFER]).unwrap();
        let notification = reader.wait(Some(LONG)).unwrap();
        assert_eq!((notification.args()[0], notification.number()), (offset as u64, nr::UMASK as i32));
    }
}

#[test]
fn without_a_target_left_there_is_nothing_to_read() {
    let (listener, child, calls) = on_demand();
    make(&calls, b'.');
    assert_eq!(child.wait(), ChildStatus::Exited(0));
    for nonblocking in [false, true] {
        fd::set_nonblocking(&listener, nonblocking).unwrap();
        let mut buffer = [0; 256];
        assert_eq!(listener.read_events(&mut buffer).unwrap().count(), 0);
        let mut reader = Reader::new(&listener, &mut buffer).unwrap();
        assert_errno(reader.wait(None), Errno::ENODATA);
        assert_errno(reader.wait(NOW), Errno::ENODATA);
        assert_errno(reader.read_event(), Errno::ENODATA);
        assert_errno(reader.read_events(), Errno::ENODATA);
    }
}

#[test]
fn the_end_of_the_last_target_ends_a_wait() {
    for read in [false, true] {
        let (listener, child, _calls) = on_demand();
        let mut buffer = [0; 256];
        let mut reader = Reader::new(&listener, &mut buffer).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_millis(20));
                drop(child);
            });
            let result = if read { reader.read_event() } else { reader.wait(None) };
            assert_errno(result, Errno::ENODATA);
        });
    }
}

/// A target whose own child has made a call that is not received yet, that child's number, and the means to have the target make
/// one.
fn with_a_child() -> (Listener, Child, process::Pid, OwnedFd) {
    let (reading, writing) = pipe();
    let [grandchild] = shared();
    let (listener, child) = target(nr::UMASK, || {
        let own = Child::new(|| umask(1).is_ok().into());
        grandchild.store(own.pid().number() as u64, Relaxed);
        let _ = own.wait();
        let _ = fd::read(&reading, &mut [0]);
        umask(2).is_ok_and(|value| value == 22).into()
    });
    until(|| is_ready(&listener).contains(Events::IN).then_some(()));
    let grandchild = until(|| process::Pid::new(grandchild.load(Relaxed) as i32));
    (listener, child, grandchild, writing)
}

#[test]
fn a_call_whose_thread_is_killed_first_is_passed_over() {
    for nonblocking in [false, true] {
        let (listener, child, killed, calls) = with_a_child();
        fd::set_nonblocking(&listener, nonblocking).unwrap();
        butter::signal::kill(killed, butter::signal::Signal::KILL).unwrap();
        until(|| is_ready(&listener).is_empty().then_some(()));
        let mut buffer = [0; 256];
        let mut reader = Reader::new(&listener, &mut buffer).unwrap();
        assert_errno(reader.wait(NOW), Errno::ETIMEDOUT);
        if nonblocking {
            assert_errno(reader.read_event(), Errno::EAGAIN);
        }
        make(&calls, 2);
        let notification = reader.wait(Some(LONG)).unwrap();
        assert_eq!((notification.pid(), notification.args()[0]), (Some(child.pid()), 2));
        notification.respond(22).unwrap();
        assert_eq!(child.wait(), ChildStatus::Exited(1));
    }
}

#[test]
fn the_call_itself_tells_so() {
    let (listener, _child, killed, _calls) = with_a_child();
    let sizes = get_notif_sizes().unwrap();
    butter::signal::kill(killed, butter::signal::Signal::KILL).unwrap();
    until(|| is_ready(&listener).is_empty().then_some(()));
    assert_errno(notify::recv(&listener, sizes, &mut [0; 256]), Errno::ENOENT);
}

#[test]
fn the_call_gives_the_bytes_of_one_call() {
    let (listener, child, calls) = on_demand();
    make(&calls, 9);
    let mut buffer = [0xaa; 256];
    let bytes = notify::recv(&listener, get_notif_sizes().unwrap(), &mut buffer).unwrap();
    let call = notify::parse(bytes).next().unwrap();
    assert_eq!((call.pid(), call.args()[0]), (Some(child.pid()), 9));
    // It is not answered by itself.
    assert_eq!(notify::id_valid(&listener, call.id()), Ok(()));
    assert_eq!(notify::send(&listener, &Response::value(call.id(), 0)), Ok(()));
}

#[test]
fn once_nobody_has_the_listener_calls_are_enosys() {
    // Alone, as another test's child may have a copy of the listener for a while.
    alone(SigSet::empty(), || {
        let (listener, child) = target(nr::UMASK, || {
            let received = umask(1) == Err(Errno::ENOSYS);
            i32::from(received && umask(2) == Err(Errno::ENOSYS))
        });
        let mut buffer = [0; 256];
        let call = Reader::new(&listener, &mut buffer).unwrap().wait(Some(LONG)).unwrap().into_id();
        assert_eq!(notify::id_valid(&listener, call), Ok(()));
        drop(listener);
        assert_eq!(child.wait(), ChildStatus::Exited(1));

        let (listener, child) = target(nr::UMASK, || i32::from(umask(1) == Err(Errno::ENOSYS)));
        until(|| is_ready(&listener).contains(Events::IN).then_some(()));
        drop(listener);
        assert_eq!(child.wait(), ChildStatus::Exited(1));
    });
}

#[test]
fn a_thread_outside_the_pid_namespace_has_no_number() {
    const CLONE_NEWPID: u32 = 0x2000_0000;
    if !has_capability(common::CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
        return;
    }
    let (listener, child) = target(nr::UMASK, || umask(1).is_ok_and(|value| value == 5).into());
    let supervise = || {
        let mut buffer = [0; 256];
        let mut reader = Reader::new(&listener, &mut buffer).ok()?;
        let notification = reader.wait(Some(LONG)).ok()?;
        // Nor can its memory be looked at without one.
        let seen = notification.pid().is_none() && notification.read_memory(0, &mut [0]) == Err(Errno::ESRCH);
        notification.respond(5).ok()?;
        Some(seen)
    };
    holds(|| {
        // SAFETY: the call has no pointer.
        let unshared = unsafe { syscall!(UNSHARE, CLONE_NEWPID) };
        unshared.is_ok() && Child::new(|| i32::from(supervise() == Some(true))).wait() == ChildStatus::Exited(1)
    });
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

/// Both ends of a pair of Unix sockets.
fn sockets() -> (OwnedFd, OwnedFd) {
    let mut fds = [-1; 2];
    // SAFETY: the kernel writes two descriptors, which are ours.
    unsafe {
        syscall!(SOCKETPAIR, 1, 2, 0, fds.as_mut_ptr()).unwrap();
        (OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1]))
    }
}

#[repr(C)]
struct Message {
    name: *const u8,
    name_length: u32,
    iov: *const [usize; 2],
    iov_count: usize,
    control: *mut Control,
    control_length: usize,
    flags: i32,
}

/// A control message with one descriptor.
#[repr(C, align(8))]
struct Control {
    length: usize,
    level: i32,
    kind: i32,
    fd: i32,
}

/// What `sendmsg` and `recvmsg` take: one byte, and one descriptor besides.
fn with_message<T>(fd: i32, call: impl FnOnce(*mut Message) -> T) -> (T, Control) {
    const SOL_SOCKET: i32 = 1;
    const SCM_RIGHTS: i32 = 1;
    let mut byte = 0_u8;
    let mut control = Control { length: 20, level: SOL_SOCKET, kind: SCM_RIGHTS, fd };
    let iov = [(&raw mut byte).expose_provenance(), 1];
    let mut message = Message {
        name: std::ptr::null(),
        name_length: 0,
        iov: &raw const iov,
        iov_count: 1,
        control: &raw mut control,
        control_length: size_of::<Control>(),
        flags: 0,
    };
    (call(&raw mut message), control)
}

#[test]
fn a_listener_goes_over_a_socket() {
    let (ours, theirs) = sockets();
    let program = filter(nr::UMASK, butter::seccomp::Action::Notify);
    let child = Child::new(|| {
        // SAFETY: nothing relies on what `umask` gives.
        let Ok(listener) = (unsafe { Listener::install(&program) }) else { return 2 };
        // SAFETY: the kernel reads one message.
        let send = |message| unsafe { syscall!(SENDMSG, theirs.as_raw_fd(), message, 0) };
        let sent = with_message(listener.as_raw_fd(), send).0.is_ok();
        drop(listener);
        i32::from(sent && umask(1) == Ok(66))
    });
    // SAFETY: the kernel writes one message into what is there for it.
    let (received, control) = with_message(-1, |message| unsafe { syscall!(RECVMSG, ours.as_raw_fd(), message, 0) });
    assert_eq!((received, control.length), (Ok(1), 20));
    // SAFETY: the descriptor is new and ours.
    let listener = Listener::from_fd(unsafe { OwnedFd::from_raw_fd(control.fd) }).unwrap();
    let mut buffer = [0; 256];
    Reader::new(&listener, &mut buffer).unwrap().wait(Some(LONG)).unwrap().respond(66).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn a_descriptor_of_another_kind_does_no_harm() {
    let wrong = |fd: OwnedFd| Listener::from_fd(fd).unwrap();
    let mut buffer = [0; 256];

    let counter = Eventfd::new().unwrap();
    counter.add(1).unwrap();
    let listener = wrong(counter.into());
    assert_errno(listener.read_events(&mut buffer), Errno::ENOTTY);
    assert_errno(notify::recv(&listener, get_notif_sizes().unwrap(), &mut buffer), Errno::ENOTTY);
    assert_errno(notify::send(&listener, &Response::value(1, 0)), Errno::ENOTTY);
    assert_errno(notify::id_valid(&listener, 1), Errno::ENOTTY);
    assert_errno(notify::addfd(&listener, 1, AddFd::new(fd::CWD)), Errno::ENOTTY);
    assert_errno(notify::addfd_send(&listener, 1, AddFd::new(fd::CWD)), Errno::ENOTTY);
    assert_errno(listener.set_flags(Flags::SYNC_WAKE_UP), Errno::ENOTTY);

    // One that has nothing but an error to tell.
    let (reading, writing) = pipe();
    drop(reading);
    assert_errno(wrong(writing).read_events(&mut buffer), Errno::ENOTTY);
    let (reading, writing) = pipe();
    drop(writing);
    assert_eq!(wrong(reading).read_events(&mut buffer).unwrap().count(), 0);

    assert_errno(notify::recv(not_open(), get_notif_sizes().unwrap(), &mut buffer), Errno::EBADF);
    assert_errno(notify::send(not_open(), &Response::value(1, 0)), Errno::EBADF);
    assert_errno(notify::id_valid(not_open(), 1), Errno::EBADF);
    assert_errno(notify::addfd(not_open(), 1, AddFd::new(fd::CWD)), Errno::EBADF);
    assert_errno(notify::set_flags(not_open(), Flags::empty()), Errno::EBADF);
}

#[test]
fn a_listener_wakes_on_the_same_processor_if_so_asked() {
    let (listener, _child, calls) = on_demand();
    match listener.set_flags(Flags::SYNC_WAKE_UP) {
        Err(Errno::EINVAL) => return println!("skipped: it needs Linux 6.6"),
        result => assert_eq!(result, Ok(())),
    }
    assert_errno(listener.set_flags(Flags::from_bits(1 << 20)), Errno::EINVAL);
    assert_errno(listener.set_flags(Flags::from_bits(1 << 40)), Errno::EINVAL);
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    for number in 1..40 {
        make(&calls, number);
        let notification = reader.wait(Some(LONG)).unwrap();
        assert_eq!(notification.args()[0], number.into());
        notification.respond(0).unwrap();
    }
    listener.set_flags(Flags::empty()).unwrap();
    make(&calls, 1);
    assert_eq!(reader.wait(Some(LONG)).unwrap().args()[0], 1);
}

#[test]
fn two_who_wait_get_a_call_each() {
    let (listener, _child, calls) = on_demand();
    let answered = [(); 2].map(|()| std::sync::atomic::AtomicU32::new(0));
    std::thread::scope(|scope| {
        for counter in &answered {
            let listener = &listener;
            scope.spawn(move || {
                let mut buffer = [0; 256];
                let mut reader = Reader::new(listener, &mut buffer).unwrap();
                let end = loop {
                    match reader.wait(None) {
                        Ok(notification) => notification.respond(0).unwrap(),
                        Err(errno) => break errno,
                    }
                    counter.fetch_add(1, Relaxed);
                };
                // Also of the one that was too late for the last call, and waited for the next.
                assert_eq!(end, Errno::ENODATA);
            });
        }
        (0..100).for_each(|_| make(&calls, 1));
        make(&calls, b'.');
    });
    assert_eq!(answered.iter().map(|counter| counter.load(Relaxed)).sum::<u32>(), 100);
}

#[test]
fn a_call_may_be_answered_by_another_thread() {
    let (listener, _child, calls) = on_demand();
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    make(&calls, 1);
    let notification = reader.wait(Some(LONG)).unwrap();
    std::thread::scope(|scope| scope.spawn(move || notification.respond(0)).join().unwrap()).unwrap();
}

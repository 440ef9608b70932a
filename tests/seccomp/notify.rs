//! The answers.

use crate::common::{LONG, RLIMIT_NOFILE, assert_errno, handle, libc, not_open, pipe};
use crate::help::*;
use butter::fd::{self, AsFd, AsRawFd, OwnedFd};
use butter::poll::{self, Events, PollFd};
use butter::process::Pid;
use butter::seccomp::notify::{self, AddFd, Response};
use butter::seccomp::{Action, FilterFlags, Listener, Notification};
use butter::signal::{self, ChildStatus, Signal};
use butter::{Errno, EventSource, Reader, Result, nr, syscall};
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

fn umask(mask: i32) -> Result<usize> {
    // SAFETY: the call has no pointer.
    unsafe { syscall!(UMASK, mask) }
}

/// Answers the only call of a target, which finds that right if this is what it gives there.
#[track_caller]
fn answered<T>(expected: Result<usize>, answer: impl FnOnce(&Listener, Notification<'_>) -> T) -> T {
    let (listener, child) = target(nr::UMASK, || i32::from(umask(0o123) == expected));
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let result = answer(&listener, reader.wait(Some(LONG)).unwrap());
    assert_eq!(child.wait(), ChildStatus::Exited(1));
    result
}

#[test]
fn a_call_gives_the_value() {
    for value in [0, 1, 0o777, 0x1234_5678_9abc, i64::MAX, i64::MIN, -4096] {
        answered(Ok(value as usize), |_, notification| notification.respond(value)).unwrap();
    }
    answered(Err(Errno::EPERM), |_, notification| notification.respond(-1)).unwrap();
}

#[test]
fn a_call_gives_the_error() {
    for errno in [Errno::EPERM, Errno::ENOSYS, Errno::new(4095).unwrap()] {
        answered(Err(errno), |_, notification| notification.respond_errno(errno)).unwrap();
    }
}

#[test]
fn a_call_is_made_after_all() {
    let (listener, child) = target(nr::UMASK, || i32::from(umask(0o123).is_ok() && umask(0) == Ok(0o123)));
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    for _ in 0..2 {
        reader.wait(Some(LONG)).unwrap().respond_continue().unwrap();
    }
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn an_answer_that_is_forgotten_is_enosys() {
    answered(Err(Errno::ENOSYS), |listener, notification| {
        assert_eq!(listener.unanswered(), Errno::ENOSYS);
        drop(notification);
    });
}

#[test]
fn an_answer_that_is_forgotten_is_what_was_chosen() {
    let (listener, child) = target(nr::UMASK, || i32::from(umask(1) == Err(Errno::EPERM)));
    let listener = listener.with_unanswered(Errno::EPERM);
    assert_eq!(listener.unanswered(), Errno::EPERM);
    let mut buffer = [0; 256];
    drop(Reader::new(&listener, &mut buffer).unwrap().wait(Some(LONG)).unwrap());
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn what_nobody_looks_at_is_answered() {
    let (listener, child) = target(nr::UMASK, || {
        let refused = (0..4).filter(|_| umask(1) == Err(Errno::ENOSYS)).count();
        i32::from(refused == 4)
    });
    let mut buffer = [0; 256];
    drop(listener.read_events(&mut buffer).unwrap());

    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let _ = reader.read_events().unwrap();
    assert!(!reader.cached().is_empty());
    reader.discard();
    let _ = reader.read_events().unwrap();
    drop(reader);

    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    reader.read_events().unwrap().for_each(drop);
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn an_answer_may_come_later() {
    answered(Ok(7), |listener, notification| {
        let id = notification.into_id();
        assert_eq!(notify::id_valid(listener, id), Ok(()));
        notify::send(listener, &Response::value(id, 7)).unwrap();
    });
    answered(Err(Errno::EXDEV), |listener, notification| {
        notify::send(listener, &Response::errno(notification.into_id(), Errno::EXDEV)).unwrap();
    });
    let before = umask(0o22).unwrap();
    umask(before as i32).unwrap();
    answered(Ok(before), |listener, notification| {
        notify::send(listener, &Response::continues(notification.into_id())).unwrap();
    });
}

#[test]
fn a_call_that_is_answered_cannot_be_answered() {
    let (listener, child) = target(nr::UMASK, || {
        let first = umask(1) == Ok(7);
        i32::from(first && umask(2) == Ok(8))
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    notify::send(&listener, &Response::value(notification.id(), 7)).unwrap();
    // The thread may be on its way.
    let again = notify::send(&listener, &Response::value(notification.id(), 9)).unwrap_err();
    assert!([Errno::EINPROGRESS, Errno::ENOENT].contains(&again), "{again:?}");
    let late = notification.respond(9).unwrap_err();
    assert!([Errno::EINPROGRESS, Errno::ENOENT].contains(&late), "{late:?}");
    reader.wait(Some(LONG)).unwrap().respond(8).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn a_call_that_is_not_received_cannot_be_answered() {
    let (listener, child) = target(nr::UMASK, || {
        let first = umask(1) == Ok(7);
        i32::from(first && umask(2) == Ok(8))
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    // The kernel counts.
    let next = notification.id().wrapping_add(1);
    assert_errno(notify::send(&listener, &Response::value(next, 9)), Errno::ENOENT);
    notification.respond(7).unwrap();
    poll::poll(&mut [PollFd::new(&listener, Events::IN)], Some(LONG)).unwrap();
    assert_errno(notify::send(&listener, &Response::value(next, 9)), Errno::EINPROGRESS);
    assert_errno(notify::addfd(&listener, next, AddFd::new(listener.as_fd())), Errno::EINPROGRESS);
    assert_errno(notify::id_valid(&listener, next), Errno::ENOENT);
    let notification = reader.wait(Some(LONG)).unwrap();
    assert_eq!(notification.id(), next);
    notification.respond(8).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn a_thread_that_is_killed_has_no_call() {
    let (listener, child) = target(nr::UMASK, || umask(1).is_ok().into());
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let mut notification = reader.wait(Some(LONG)).unwrap();
    assert_eq!(notification.id_valid(), Ok(()));
    child.kill();
    is_killed(child.wait(), Signal::KILL);
    assert_errno(notification.id_valid(), Errno::ENOENT);
    assert_errno(notification.addfd(AddFd::new(listener.as_fd())), Errno::ENOENT);
    assert_errno(notification.respond_fd(AddFd::new(listener.as_fd())), Errno::ENOENT);
    assert_errno(notify::send(&listener, &Response::errno(notification.id(), Errno::EPERM)), Errno::ENOENT);
    assert_errno(notification.respond_continue(), Errno::ENOENT);
}

/// How often the handler ran.
static HANDLED: AtomicU64 = AtomicU64::new(0);

extern "C" fn count(_: i32) {
    HANDLED.fetch_add(1, Relaxed);
}

#[test]
fn a_signal_handler_interrupts_a_call() {
    let (listener, child) = target(nr::UMASK, || {
        handle(Signal::USR1, count);
        i32::from(umask(1) == Err(Errno::EINTR) && HANDLED.load(Relaxed) == 1)
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    signal::kill(child.pid(), Signal::USR1).unwrap();
    until(|| notification.id_valid().err());
    assert_errno(notification.respond(0), Errno::ENOENT);
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn a_call_that_is_made_anew_is_told_anew() {
    let (listener, child) = target(nr::UMASK, || {
        // It has calls begun again.
        libc::signal(Signal::USR1.number().into(), Some(count));
        i32::from(umask(1) == Ok(5) && HANDLED.load(Relaxed) == 1)
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let first = reader.wait(Some(LONG)).unwrap().into_id();
    signal::kill(child.pid(), Signal::USR1).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    assert_ne!(notification.id(), first);
    assert_eq!(notification.args()[0], 1);
    assert_errno(notify::id_valid(&listener, first), Errno::ENOENT);
    notification.respond(5).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

/// Whether the signal is pending for the process.
fn is_pending(process: Pid, signal: Signal) -> Option<()> {
    let pending = u64::from_str_radix(&status_of(process, "ShdPnd")?, 16).ok()?;
    (pending & 1 << (signal.number() - 1) != 0).then_some(())
}

#[test]
fn wait_killable_lets_no_handler_interrupt_what_is_received() {
    let program = filter(nr::UMASK, Action::Notify);
    let (listener, child) = target_with(&program, FilterFlags::WAIT_KILLABLE_RECV, || {
        handle(Signal::USR1, count);
        // The handler runs once the call is over, and before it returns.
        i32::from(umask(1) == Ok(5) && HANDLED.load(Relaxed) == 1)
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    signal::kill(child.pid(), Signal::USR1).unwrap();
    until(|| is_pending(child.pid(), Signal::USR1));
    assert_eq!(notification.id_valid(), Ok(()));
    notification.respond(5).unwrap();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

#[test]
fn wait_killable_lets_itself_be_killed() {
    let program = filter(nr::UMASK, Action::Notify);
    let (listener, child) = target_with(&program, FilterFlags::WAIT_KILLABLE_RECV, || umask(1).is_ok().into());
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let notification = reader.wait(Some(LONG)).unwrap();
    child.kill();
    is_killed(child.wait(), Signal::KILL);
    assert_errno(notification.respond(5), Errno::ENOENT);
}

/// A target that writes to the descriptor whose number its call gives, and says whether it is closed over `exec`.
fn writes_to_what_it_gets(listener_does: impl FnOnce(Notification<'_>, &OwnedFd, Pid) -> i32, cloexec: bool) {
    const F_GETFD: i32 = 1;
    let (reading, writing) = pipe();
    let [number] = shared();
    let (listener, child) = target(nr::UMASK, || {
        let Ok(fd) = umask(1) else { return 2 };
        number.store(fd as u64, Relaxed);
        // SAFETY: the descriptor is this process's.
        let flags = unsafe {
            let fd = fd::BorrowedFd::borrow_raw(fd as i32);
            let _ = fd::write(fd, b"x");
            syscall!(FCNTL, fd.as_raw_fd(), F_GETFD, 0)
        };
        i32::from(flags == Ok(usize::from(cloexec)))
    });
    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer).unwrap();
    let told = listener_does(reader.wait(Some(LONG)).unwrap(), &writing, child.pid());
    assert_eq!(child.wait(), ChildStatus::Exited(1));
    assert_eq!(number.load(Relaxed), told as u64);
    fd::set_nonblocking(&reading, true).unwrap();
    assert_eq!(fd::read(&reading, &mut [0; 8]).unwrap(), b"x");
}

#[test]
fn a_descriptor_is_installed() {
    let install = |notification: Notification<'_>, fd: AddFd<'_>| {
        let number = notification.addfd(fd).unwrap();
        // The call still waits.
        assert_eq!(notification.id_valid(), Ok(()));
        notification.respond(number.into()).unwrap();
        number
    };
    writes_to_what_it_gets(|notification, fd, _| install(notification, AddFd::new(fd.as_fd())), true);
    writes_to_what_it_gets(|notification, fd, _| install(notification, AddFd::new(fd.as_fd()).cloexec(false)), false);
    fn at(fd: &OwnedFd) -> AddFd<'_> {
        // SAFETY: the call was made in a child, which owns no such descriptor.
        unsafe { AddFd::new(fd.as_fd()).at(200) }.cloexec(false).cloexec(true)
    }
    writes_to_what_it_gets(
        |notification, fd, _| {
            assert_eq!(notification.addfd(at(fd)), Ok(200));
            // In place of the first.
            assert_eq!(install(notification, at(fd)), 200);
            200
        },
        true,
    );
}

#[test]
fn a_descriptor_is_installed_and_answers() {
    let respond = |mut notification: Notification<'_>, fd: AddFd<'_>| {
        let number = notification.respond_fd(fd).unwrap();
        drop(notification);
        number
    };
    writes_to_what_it_gets(|notification, fd, _| respond(notification, AddFd::new(fd.as_fd())), true);
    fn at(fd: &OwnedFd) -> AddFd<'_> {
        // SAFETY: the call was made in a child, which owns no such descriptor.
        unsafe { AddFd::new(fd.as_fd()).at(77) }.cloexec(false)
    }
    writes_to_what_it_gets(|notification, fd, _| respond(notification, at(fd)), false);
}

#[test]
fn a_descriptor_that_cannot_be_installed_leaves_the_call_waiting() {
    let limit = |process: Pid, limit: u64| {
        let none = std::ptr::null_mut::<u64>();
        // SAFETY: the kernel reads the soft and the hard limit.
        unsafe { syscall!(PRLIMIT64, process.number(), RLIMIT_NOFILE, [limit, 1024].as_ptr(), none) }.unwrap();
    };
    writes_to_what_it_gets(
        |mut notification, fd, process| {
            let new = AddFd::new(fd.as_fd());
            limit(process, 0);
            assert_errno(notification.addfd(new), Errno::EMFILE);
            assert_errno(notification.respond_fd(new), Errno::EMFILE);
            assert_errno(notification.addfd(AddFd::new(not_open())), Errno::EBADF);
            assert_errno(notification.respond_fd(AddFd::new(not_open())), Errno::EBADF);
            limit(process, 500);
            // SAFETY: the call was made in a child, which owns no such descriptors.
            let at = |number| unsafe { new.at(number) };
            assert_errno(notification.addfd(at(500)), Errno::EBADF);
            assert_errno(notification.respond_fd(at(500)), Errno::EBADF);
            assert_eq!(notification.id_valid(), Ok(()));
            notification.respond_fd(at(499)).unwrap()
        },
        true,
    );
}

#[test]
fn no_signal_is_left_blocked() {
    let before = butter::signal::sigmask::get().unwrap();
    writes_to_what_it_gets(
        |mut notification, fd, _| {
            let number = notification.respond_fd(AddFd::new(fd.as_fd())).unwrap();
            assert_eq!(butter::signal::sigmask::get(), Ok(before));
            number
        },
        true,
    );
}

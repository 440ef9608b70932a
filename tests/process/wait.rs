//! What became of a child.

use super::*;
use butter::arch;
use butter::fd::FromRawFd;
use butter::process::Usage;
use butter::signal::{Cause, SigInfo, Signal, kill};
use common::{alone, assert_errno, interrupted, not_open};
use std::thread;
use std::time::Duration;

const EXITED: WaitOptions = WaitOptions::EXITED;
const STOPPED: WaitOptions = WaitOptions::STOPPED;
const CONTINUED: WaitOptions = WaitOptions::CONTINUED;
const NOHANG: WaitOptions = WaitOptions::NOHANG;

fn sleeper() -> Pid {
    process::spawn(c"/bin/sleep", [c"sleep", c"60"], []).unwrap()
}

/// Ends a child and waits for it.
fn end(child: Pid) {
    kill(child, Signal::KILL).unwrap();
    assert_eq!(process::wait(child), Ok(ChildStatus::Killed(Signal::KILL)));
}

#[track_caller]
fn assert_is(info: Result<Option<SigInfo>>, child: Pid, expected: ChildStatus) {
    let info = info.unwrap().unwrap();
    assert_eq!(info.signal(), Some(Signal::CHLD));
    let Cause::Child { pid, uid, status, .. } = info.cause() else { panic!("{info:?}") };
    // SAFETY: the call has no argument.
    let own = unsafe { syscall!(GETUID) }.unwrap() as u32;
    assert_eq!((pid, uid, status), (Some(child), own, expected));
}

fn pidfd(child: Pid, flags: u32) -> OwnedFd {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { OwnedFd::from_raw_fd(syscall!(PIDFD_OPEN, child.number(), flags).unwrap() as i32) }
}

#[test]
fn how_it_ended() {
    assert_eq!(sh_status(c"exit 0"), ChildStatus::Exited(0));
    assert_eq!(sh_status(c"exit 1"), ChildStatus::Exited(1));
    assert_eq!(sh_status(c"exit 255"), ChildStatus::Exited(255));
    for signal in [Signal::TERM, Signal::KILL, Signal::USR1, Signal::RTMAX] {
        let child = sleeper();
        kill(child, signal).unwrap();
        assert_eq!(process::wait(child), Ok(ChildStatus::Killed(signal)));
    }
}

#[test]
fn who_it_was() {
    let child = sh(c"exit 9").unwrap();
    assert_is(waitid(child, EXITED), child, ChildStatus::Exited(9));
}

#[test]
fn stopped_and_continued() {
    let child = sleeper();
    kill(child, Signal::STOP).unwrap();
    assert_is(waitid(child, STOPPED | EXITED), child, ChildStatus::Stopped(Signal::STOP));
    assert_eq!(waitid(child, STOPPED | EXITED | CONTINUED | NOHANG), Ok(None));
    kill(child, Signal::CONT).unwrap();
    assert_is(waitid(child, CONTINUED), child, ChildStatus::Continued);
    end(child);
    assert_errno(waitid(child, STOPPED | CONTINUED), Errno::ECHILD);
}

#[test]
fn nothing_yet() {
    let child = sleeper();
    assert_eq!(waitid(child, EXITED | NOHANG), Ok(None));
    kill(child, Signal::TERM).unwrap();
    assert_is(waitid(child, EXITED), child, ChildStatus::Killed(Signal::TERM));
    assert_errno(waitid(child, EXITED | NOHANG), Errno::ECHILD);
}

#[test]
fn left_to_be_waited_for_again() {
    let child = sh(c"exit 2").unwrap();
    for _ in 0..2 {
        assert_is(waitid(child, EXITED | WaitOptions::NOWAIT), child, ChildStatus::Exited(2));
    }
    assert_eq!(process::wait(child), Ok(ChildStatus::Exited(2)));
    assert_errno(process::wait(child), Errno::ECHILD);
}

#[test]
fn it_waits_until_there_is_something() {
    let child = sleeper();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| process::wait(child));
        thread::sleep(Duration::from_millis(50));
        assert!(!waiter.is_finished());
        kill(child, Signal::KILL).unwrap();
        assert_eq!(waiter.join().unwrap(), Ok(ChildStatus::Killed(Signal::KILL)));
    });
}

#[test]
fn no_such_child() {
    assert_errno(process::wait(Pid::INIT), Errno::ECHILD);
    assert_errno(process::wait(Pid::new(i32::MAX).unwrap()), Errno::ECHILD);
    alone([], || {
        assert_errno(waitid(Children::All, EXITED), Errno::ECHILD);
        assert_errno(waitid(Children::All, EXITED | NOHANG), Errno::ECHILD);
    });
}

#[test]
fn any_child() {
    alone([], || {
        let scripts = [(c"exit 3", 3), (c"exit 4", 4), (c"exit 5", 5)];
        let mut expected: Vec<_> = scripts.map(|(script, status)| (sh(script).unwrap(), status)).into();
        while !expected.is_empty() {
            let info = waitid(Children::All, EXITED);
            let place = expected.iter().position(|&(child, _)| info.unwrap().unwrap().pid() == Some(child)).unwrap();
            let (child, status) = expected.remove(place);
            assert_is(info, child, ChildStatus::Exited(status));
        }
        has_no_child();
    });
}

#[test]
fn a_group() {
    /// Starts a child in a group, or in one of its own.
    fn in_group(group: Option<Pid>) -> Pid {
        let group = group.map_or(0, Pid::number);
        // SAFETY: the child makes system calls only.
        let child = unsafe {
            process::spawn_with(|| {
                syscall!(SETPGID, 0, group)?;
                process::execve(c"/bin/true", [c"true"], [])
            })
        };
        child.unwrap()
    }
    alone([], || {
        let group = in_group(None);
        let second = in_group(Some(group));
        assert_errno(waitid(Children::OwnGroup, EXITED), Errno::ECHILD);
        let own = sh(c"exit 4").unwrap();
        assert_is(waitid(group, EXITED), group, ChildStatus::Exited(0));
        assert_is(waitid(Children::Group(group), EXITED), second, ChildStatus::Exited(0));
        assert_errno(waitid(Children::Group(group), EXITED), Errno::ECHILD);
        assert_is(waitid(Children::OwnGroup, EXITED), own, ChildStatus::Exited(4));
    });
}

#[test]
fn a_pidfd() {
    const PIDFD_NONBLOCK: u32 = 0o4000;
    let child = sleeper();
    let (blocking, nonblocking) = (pidfd(child, 0), pidfd(child, PIDFD_NONBLOCK));
    assert_eq!(waitid(blocking.as_fd(), EXITED | NOHANG), Ok(None));
    assert_errno(waitid(nonblocking.as_fd(), EXITED), Errno::EAGAIN);
    kill(child, Signal::TERM).unwrap();
    assert_is(waitid(blocking.as_fd(), EXITED), child, ChildStatus::Killed(Signal::TERM));
    assert_errno(waitid(blocking.as_fd(), EXITED), Errno::ECHILD);
    assert_errno(waitid(pipe().0.as_fd(), EXITED), Errno::EBADF);
    assert_errno(waitid(not_open(), EXITED), Errno::EBADF);
}

#[test]
fn a_signal_handler_ran() {
    let child = sleeper();
    assert_errno(interrupted(|| process::wait(child)), Errno::EINTR);
    end(child);
}

#[test]
fn wrong_options() {
    let child = sleeper();
    assert_errno(waitid(child, WaitOptions::empty()), Errno::EINVAL);
    assert_errno(waitid(child, NOHANG | WaitOptions::NOWAIT), Errno::EINVAL);
    assert_errno(waitid(child, EXITED | WaitOptions::from_bits(0x100)), Errno::EINVAL);
    end(child);
}

#[test]
fn a_child_of_another_thread() {
    let options = EXITED | NOHANG | WaitOptions::NOTHREAD;
    thread::scope(|scope| {
        let child = scope.spawn(sleeper).join().unwrap();
        // It belongs to the first thread that is left, which is not this one.
        assert_errno(waitid(child, options), Errno::ECHILD);
        end(child);
    });
    let child = sleeper();
    assert_eq!(waitid(child, options), Ok(None));
    end(child);
}

#[test]
fn a_child_that_tells_its_end_by_no_signal() {
    for option in [WaitOptions::ALL, WaitOptions::CLONE] {
        // SAFETY: the child ends.
        let child = unsafe { arch::clone(0, ptr::null_mut(), ptr::null_mut()) }.result().unwrap();
        let Some(child) = Pid::new(child as i32) else { process::exit(6) };
        assert_errno(waitid(child, EXITED), Errno::ECHILD);
        assert_is(waitid(child, EXITED | option), child, ChildStatus::Exited(6));
    }
    let child = sleeper();
    assert_errno(waitid(child, EXITED | WaitOptions::CLONE), Errno::ECHILD);
    end(child);
}

#[test]
fn what_a_child_has_used() {
    alone([], || {
        assert_eq!(process::getrusage(Usage::Children).unwrap().maxrss(), 0);
        let child = sh(c"i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; exit 5").unwrap();
        assert!(matches!(process::waitid_rusage(child, STOPPED | NOHANG), Ok(None)));
        let (info, usage) = process::waitid_rusage(child, EXITED).unwrap().unwrap();
        assert_is(Ok(Some(info)), child, ChildStatus::Exited(5));
        assert!(usage.utime() > Duration::ZERO && usage.minflt() > 0, "{usage:?}");
        assert!((100..1 << 20).contains(&usage.maxrss()), "{usage:?}");
        // It was the only one.
        let children = process::getrusage(Usage::Children).unwrap();
        assert_eq!(format!("{children:?}"), format!("{usage:?}"));
        assert!(matches!(process::waitid_rusage(child, EXITED), Err(Errno::ECHILD)));
    });
}

#[test]
fn what_the_process_and_a_thread_have_used() {
    alone([], || {
        thread::spawn(|| thread::sleep(Duration::from_millis(1))).join().unwrap();
        let (all, one) = (process::getrusage(Usage::Process).unwrap(), process::getrusage(Usage::Thread).unwrap());
        assert!(all.nvcsw() >= one.nvcsw() && all.minflt() > one.minflt(), "{all:?} {one:?}");
        assert!(all.maxrss() > 0 && one.maxrss() > 0);
    });
}

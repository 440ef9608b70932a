//! Signals to a process, a thread, a group.

use super::*;
use butter::pidfd::Scope;
use butter::signal::{Cause, SigSet, SigValue, sigtimedwait};
use common::{LONG, RLIMIT_SIGPENDING, alone, as_nobody, rt, with_limit};

fn send(pidfd: impl AsFd, signal: impl Into<Option<Signal>>, scope: Scope) -> Result<()> {
    pidfd::send_signal(pidfd, signal, None, scope)
}

#[track_caller]
fn next(signal: Signal) -> Option<Cause> {
    match sigtimedwait(&SigSet::from(signal), NOW) {
        Ok(info) => Some(info.cause()),
        Err(errno) => {
            assert_eq!(errno, Errno::EAGAIN);
            None
        }
    }
}

#[test]
fn a_child_is_sent_a_signal() {
    let child = sleeper();
    let pidfd = Pidfd::open(child).unwrap();
    pidfd.send_signal(None).unwrap();
    assert_eq!(pidfd.has_ended(NOW), Ok(false));
    pidfd.send_signal(Signal::USR1).unwrap();
    assert_eq!(process::wait(child), Ok(ChildStatus::Killed(Signal::USR1)));
    assert_errno(pidfd.send_signal(None), Errno::ESRCH);
    assert_errno(pidfd.send_signal(Signal::USR1), Errno::ESRCH);
}

#[test]
fn a_value_goes_with_it() {
    alone(rt(0), || {
        let own = Pidfd::open(process::getpid()).unwrap();
        pidfd::send_signal(&own, rt(0), Some(SigValue::from_int(-7)), Scope::empty()).unwrap();
        let Some(Cause::Queue { pid, value, .. }) = next(rt(0)) else { panic!() };
        assert_eq!((pid, value.int()), (Some(process::getpid()), -7));

        send(&own, rt(0), Scope::empty()).unwrap();
        assert!(matches!(next(rt(0)), Some(Cause::Kill { pid, .. }) if pid == Some(process::getpid())));

        // Nothing is sent.
        pidfd::send_signal(&own, None, Some(SigValue::from_int(1)), Scope::empty()).unwrap();
        assert_eq!(next(rt(0)), None);
    });
}

#[test]
fn the_own_process_and_thread_need_no_descriptor() {
    alone([rt(0), rt(1)], || {
        if !common::linux(6, 15) {
            return;
        }
        let main = process::getpid();
        send(pidfd::SELF_PROCESS, rt(0), Scope::empty()).unwrap();
        assert!(next(rt(0)).is_some());
        assert_ne!(process::gettid(), main);
        send(pidfd::SELF_THREAD, rt(1), Scope::empty()).unwrap();
        // It waits for this thread alone.
        thread::scope(|scope| assert_eq!(scope.spawn(|| next(rt(1))).join().unwrap(), None));
        assert!(next(rt(1)).is_some());
    });
}

#[test]
fn scopes() {
    alone([rt(0)], || {
        let own_thread = Pidfd::with_flags(process::gettid(), OpenFlags::THREAD).unwrap();
        let elsewhere = || thread::scope(|scope| scope.spawn(|| next(rt(0))).join().unwrap());
        for (scope, process_wide) in
            [(Scope::empty(), false), (Scope::THREAD, false), (Scope::THREAD_GROUP, true), (Scope::empty(), false)]
        {
            send(&own_thread, rt(0), scope).unwrap();
            assert_eq!(elsewhere().is_some(), process_wide);
            assert_eq!(next(rt(0)).is_some(), !process_wide);
        }
        // The first thread of the process, which has a process's pidfd, is another one.
        let process = Pidfd::open(process::getpid()).unwrap();
        send(&process, rt(0), Scope::THREAD).unwrap();
        assert_eq!(next(rt(0)), None);
    });
}

#[test]
fn a_group() {
    // SAFETY: the child makes system calls only.
    let leader = unsafe {
        process::spawn_with(|| {
            butter::syscall!(SETPGID, 0, 0)?;
            process::execve(c"/bin/sh", [c"sh", c"-c", c"sleep 60 & wait"], [c"PATH=/bin:/usr/bin"])
        })
    }
    .unwrap();
    let pidfd = Pidfd::open(leader).unwrap();
    send(&pidfd, Signal::KILL, Scope::PROCESS_GROUP).unwrap();
    assert_eq!(process::wait(leader), Ok(ChildStatus::Killed(Signal::KILL)));

    let other = sleeper();
    // It leads no group.
    assert_errno(send(Pidfd::open(other).unwrap(), None, Scope::PROCESS_GROUP), Errno::ESRCH);
    end(other);
}

#[test]
fn a_directory_of_proc_will_do() {
    let child = sleeper();
    let directory = File::open(format!("/proc/{child}")).unwrap();
    send(&directory, Signal::TERM, Scope::empty()).unwrap();
    assert_eq!(process::wait(child), Ok(ChildStatus::Killed(Signal::TERM)));
    assert_errno(send(&directory, Signal::TERM, Scope::empty()), Errno::ESRCH);
}

#[test]
fn errors() {
    let own = Pidfd::open(process::getpid()).unwrap();
    assert_errno(send(not_open(), None, Scope::empty()), Errno::EBADF);
    assert_errno(send(File::open("/dev/null").unwrap(), None, Scope::empty()), Errno::EBADF);
    assert_errno(send(&own, None, Scope::THREAD | Scope::THREAD_GROUP), Errno::EINVAL);
    assert_errno(send(&own, None, Scope::from_bits(0x80)), Errno::EINVAL);
    let child = sleeper();
    let pidfd = Pidfd::open(child).unwrap();
    if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        as_nobody(|| assert_errno(send(&pidfd, Signal::TERM, Scope::empty()), Errno::EPERM));
    } else {
        println!("skipped: EPERM needs another user");
    }
    end(child);
    alone(rt(0), || {
        let own = Pidfd::open(process::getpid()).unwrap();
        with_limit(RLIMIT_SIGPENDING, 0, || {
            let queued = pidfd::send_signal(&own, rt(0), Some(SigValue::from_int(1)), Scope::empty());
            assert_errno(queued, Errno::EAGAIN);
        });
    });
}

#[test]
fn one_signal_arrives_once() {
    alone(rt(0), || {
        let own = Pidfd::open(process::getpid()).unwrap();
        for _ in 0..3 {
            own.send_signal(rt(0)).unwrap();
        }
        let set = SigSet::from(rt(0));
        for _ in 0..3 {
            sigtimedwait(&set, Some(LONG)).unwrap();
        }
        assert_eq!(next(rt(0)), None);
    });
}

//! Groups, sessions and terminals.

use super::*;
use butter::process::{getpgid, getsid, setpgid, setsid, tcgetpgrp, tcgetsid, tcsetpgrp, tiocnotty, tiocsctty};
use butter::signal::{SigSet, Signal, kill, sigmask};
use common::{alone, assert_errno, not_open};
use std::os::unix::fs::OpenOptionsExt;

fn sleeper() -> Pid {
    process::spawn(c"/bin/sleep", [c"sleep", c"60"], []).unwrap()
}

fn end(child: Pid) {
    kill(child, Signal::KILL).unwrap();
    process::wait(child).unwrap();
}

#[test]
fn a_new_session() {
    in_child(|| {
        let own = process::getpid();
        // They may be those of a process that this pid namespace does not know.
        ensure(getsid(None) != Ok(own) && getpgid(None) != Ok(own))?;
        ensure(setsid()? == own)?;
        ensure(getsid(None)? == own && getpgid(None)? == own)?;
        ensure(setsid() == Err(Errno::EPERM))?;
        ensure(setpgid(None, None) == Err(Errno::EPERM))
    })
    .unwrap();
}

#[test]
fn groups() {
    alone([], || {
        // The group that this process had may be one that its pid namespace does not know.
        let own = setsid().unwrap();
        let (leader, other) = (sleeper(), sleeper());
        assert_eq!(getpgid(leader), Ok(own));
        assert_eq!(getsid(leader), Ok(own));
        // They have executed a program, and the kernel has noted it by the time that it names them by that.
        while fs::read_to_string(format!("/proc/{leader}/comm")).unwrap() != "sleep\n" {
            process::sched_yield();
        }
        assert_errno(setpgid(leader, None), Errno::EACCES);
        end(leader);
        end(other);
        in_child(|| {
            ensure(getpgid(None)? == own)?;
            setpgid(None, None)?;
            ensure(getpgid(None)? == process::getpid())?;
            setpgid(process::getpid(), own)?;
            ensure(getpgid(None)? == own)?;
            // There is no such group in the session.
            ensure(setpgid(None, Pid::new(i32::MAX)) == Err(Errno::EPERM))
        })
        .unwrap();
    });
}

#[test]
fn errors_of_groups() {
    let none = Pid::new(i32::MAX);
    assert_errno(getpgid(none), Errno::ESRCH);
    assert_errno(getsid(none), Errno::ESRCH);
    assert_errno(setpgid(Pid::INIT, None), Errno::ESRCH);
}

#[test]
fn a_controlling_terminal() {
    const TIOCSPTLCK: u32 = 0x4004_5431;
    const TIOCGPTN: u32 = 0x8004_5430;
    const O_NOCTTY: i32 = 0o400;
    let open = |path: &str| fs::OpenOptions::new().read(true).write(true).custom_flags(O_NOCTTY).open(path);
    let Ok(master) = open("/dev/ptmx") else { return println!("skipped: it needs a pseudoterminal") };
    let (unlock, mut number) = (0, 0);
    // SAFETY: the kernel reads and writes a number.
    unsafe {
        syscall!(IOCTL, master.as_raw_fd(), TIOCSPTLCK, &raw const unlock).unwrap();
        syscall!(IOCTL, master.as_raw_fd(), TIOCGPTN, &raw mut number).unwrap();
    }
    let terminal = open(&format!("/dev/pts/{number}")).unwrap();
    assert_errno(tcgetpgrp(&terminal), Errno::ENOTTY);
    assert_errno(tiocnotty(&terminal), Errno::ENOTTY);
    // This process may lead no session.
    let own = process::getpid();
    if getsid(None) != Ok(own) {
        assert_errno(tiocsctty(&terminal, false), Errno::EPERM);
    }
    in_child(|| {
        let own = setsid()?;
        tiocsctty(&terminal, false)?;
        ensure(tcgetsid(&terminal)? == Some(own) && tcgetpgrp(&terminal)? == Some(own))?;
        ensure(tcsetpgrp(&terminal, Pid::INIT).is_err())?;
        // A child in a group of its own comes to the foreground, and the parent puts itself there again.
        // SAFETY: the child makes system calls only.
        let Some(child) = (unsafe { process::fork() })? else {
            let result = setpgid(None, None).and_then(|()| {
                sigmask::set(SigSet::from(Signal::TTOU))?;
                tcsetpgrp(&terminal, process::getpid())?;
                ensure(tcgetpgrp(&terminal)? == Some(process::getpid()))
            });
            process::exit(result.is_err().into());
        };
        ensure(process::wait(child)? == ChildStatus::Exited(0))?;
        sigmask::set(SigSet::from([Signal::TTOU, Signal::HUP]))?;
        tcsetpgrp(&terminal, own)?;
        ensure(tcgetpgrp(&terminal)? == Some(own))?;
        tiocnotty(&terminal)?;
        ensure(tcgetpgrp(&terminal) == Err(Errno::ENOTTY))
    })
    .unwrap();
    if !common::has_capability(common::CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
        return;
    }
    // Taken away from another session.
    in_child(|| {
        sigmask::set(SigSet::from(Signal::HUP))?;
        setsid()?;
        tiocsctty(&terminal, false)?;
        in_child(|| {
            let own = setsid()?;
            ensure(tiocsctty(&terminal, false) == Err(Errno::EPERM))?;
            tiocsctty(&terminal, true)?;
            ensure(tcgetsid(&terminal)? == Some(own))
        })?;
        ensure(tcgetsid(&terminal) == Err(Errno::ENOTTY))
    })
    .unwrap();
}

#[test]
fn what_is_no_terminal() {
    let null = File::open("/dev/null").unwrap();
    assert_errno(tiocsctty(&null, false), Errno::ENOTTY);
    assert_errno(tiocnotty(&null), Errno::ENOTTY);
    assert_errno(tcgetpgrp(&null), Errno::ENOTTY);
    assert_errno(tcsetpgrp(&null, Pid::INIT), Errno::ENOTTY);
    assert_errno(tcgetsid(&null), Errno::ENOTTY);
    assert_errno(tcgetpgrp(not_open()), Errno::EBADF);
}

#[test]
fn the_address_that_is_cleared() {
    static THREAD: std::sync::atomic::AtomicI32 = std::sync::atomic::AtomicI32::new(1);
    alone([], || {
        std::thread::scope(|scope| {
            // A thread that no libc has made would be better, but this is one, and its libc waits at the old address.
            scope.spawn(|| {
                // SAFETY: as it is by now; nothing waits for the end of a child's thread.
                in_child(|| ensure(unsafe { process::set_tid_address(THREAD.as_ptr()) } == process::gettid())).unwrap();
            });
        });
    });
}

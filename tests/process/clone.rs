//! `clone3` as it is.

use super::*;
use butter::Pidfd;
use butter::fd::{BorrowedFd, FromRawFd};
use butter::namespace::Kinds;
use butter::process::{CloneArgs, CloneFlags, clone3};
use butter::signal::{self, SigSet, Signal};
use common::{CAP_SYS_ADMIN, LONG, alone, assert_errno, handle, has_capability, not_open, raise};

/// Makes a child that exits with the error of `f`, which makes system calls only.
fn child(args: &CloneArgs<'_>, f: impl FnOnce() -> Result<()>) -> Result<Pid> {
    // SAFETY: the child makes system calls only. No test sets a stack.
    match unsafe { clone3(args) }? {
        Some(pid) => Ok(pid),
        None => process::exit(f().map_or_else(|errno| errno.number().into(), |()| 0)),
    }
}

#[track_caller]
fn succeeds(child: Result<Pid>) {
    let info = waitid(child.unwrap(), WaitOptions::EXITED | WaitOptions::ALL).unwrap().unwrap();
    assert_eq!(info.status(), 0, "{info:?}");
}

fn plain() -> CloneArgs<'static> {
    CloneArgs::new(CloneFlags::empty()).exit_signal(Signal::CHLD)
}

/// Whether there is a `clone3`. If not, it says that the test is skipped.
fn is_there() -> bool {
    let there = child(&plain().set_tid(&[Pid::INIT; 33]), || Ok(())) != Err(Errno::ENOSYS);
    if !there {
        println!("skipped: there is no clone3");
    }
    there
}

#[test]
fn the_signal_of_its_end() {
    alone([Signal::CHLD, Signal::USR1], || {
        if !is_there() {
            return;
        }
        let set = SigSet::from([Signal::CHLD, Signal::USR1]);
        for signal in [Signal::CHLD, Signal::USR1] {
            let args = CloneArgs::new(CloneFlags::empty()).exit_signal(signal);
            let pid = child(&args, || Ok(()));
            let info = signal::sigtimedwait(&set, Some(LONG)).unwrap();
            assert_eq!(info.signal(), Some(signal));
            succeeds(pid);
        }
        succeeds(child(&CloneArgs::new(CloneFlags::empty()).set_tid(&[]), || Ok(())));
        assert_errno(signal::sigtimedwait(&set, Some(std::time::Duration::ZERO)), Errno::EAGAIN);
    });
}

#[test]
fn a_pidfd_and_the_number() {
    if !is_there() {
        return;
    }
    let (mut pidfd, mut tid) = (-1, 0);
    let pid = child(&plain().pidfd(&mut pidfd).parent_tid(&mut tid), || Err(Errno::EXDEV)).unwrap();
    assert_eq!(tid, pid.number());
    // SAFETY: the call has opened it.
    let pidfd = Pidfd::from(unsafe { OwnedFd::from_raw_fd(pidfd) });
    assert!(common::is_cloexec(&pidfd));
    assert_eq!(pidfd.wait(), Ok(ChildStatus::Exited(Errno::EXDEV.number().into())));
    assert_errno(process::wait(pid), Errno::ECHILD);
}

#[test]
fn the_number_in_its_own_memory() {
    if !is_there() {
        return;
    }
    let mut tid = 0;
    let place = &raw mut tid;
    let args = CloneArgs::new(CloneFlags::CHILD_SETTID).exit_signal(Signal::CHLD).child_tid(place);
    // SAFETY: it is a variable of this function.
    succeeds(child(&args, || ensure(unsafe { place.read_volatile() } == process::getpid().number())));
    assert_eq!(tid, 0);
}

#[test]
fn numbers_of_its_own() {
    alone([], || {
        if !is_there() || !has_capability(CAP_SYS_ADMIN, "CAP_CHECKPOINT_RESTORE") {
            return;
        }
        // Some number is free.
        let number = |n: i32| Pid::new(30_000 + n).unwrap();
        let free = (0..100).map(number).find(|&number| {
            let child = child(&plain().set_tid(&[number]), || ensure(process::getpid() == number));
            match child {
                Ok(pid) => assert_eq!(pid, number),
                Err(errno) => assert_eq!(errno, Errno::EEXIST),
            }
            child.is_ok_and(|_| process::wait(number) == Ok(ChildStatus::Exited(0)))
        });
        assert!(free.is_some());
        assert_errno(child(&plain().set_tid(&[process::getpid()]), || Ok(())), Errno::EEXIST);
        // This namespace and the one below.
        let inside = [Pid::INIT, free.unwrap()];
        let pid = child(&plain().namespaces(Kinds::PID).set_tid(&inside), || ensure(process::getpid() == Pid::INIT));
        assert_eq!(pid, Ok(free.unwrap()));
        succeeds(pid);
        assert_errno(child(&plain().namespaces(Kinds::PID).set_tid(&[number(0); 33]), || Ok(())), Errno::EINVAL);
        common::as_nobody(|| assert_errno(child(&plain().set_tid(&[number(200)]), || Ok(())), Errno::EPERM));
    });
}

#[test]
fn into_a_cgroup() {
    if !is_there() {
        return;
    }
    assert_errno(child(&plain().cgroup(not_open()), || Ok(())), Errno::EBADF);
    let null = File::open("/dev/null").unwrap();
    assert_errno(child(&plain().cgroup(null.as_fd()), || Ok(())), Errno::EBADF);
    let Some(cgroup) = Cgroup::new() else { return };
    let args = plain().cgroup(cgroup.directory.as_fd());
    assert_eq!(args.size(), 88);
    let (stopped, stop) = pipe();
    let pid = child(&args, || butter::fd::read(&stopped, &mut [0]).map(drop)).unwrap();
    assert!(fs::read_to_string(cgroup.path.join("cgroup.procs")).unwrap().contains(&format!("{pid}\n")));
    butter::fd::write(&stop, b"!").unwrap();
    succeeds(Ok(pid));
}

#[test]
fn handlers_are_cleared() {
    alone([], || {
        if !is_there() {
            return;
        }
        extern "C" fn nothing(_: i32) {}
        handle(Signal::USR1, nothing);
        succeeds(child(&plain(), || signal::kill(process::getpid(), Signal::USR1)));
        let args = CloneArgs::new(CloneFlags::CLEAR_SIGHAND).exit_signal(Signal::CHLD);
        let pid = child(&args, || signal::kill(process::getpid(), Signal::USR1)).unwrap();
        assert_eq!(process::wait(pid), Ok(ChildStatus::Killed(Signal::USR1)));
        raise(Signal::USR1);
    });
}

#[test]
fn in_namespaces() {
    if !is_there() {
        return;
    }
    let args = plain().namespaces(Kinds::USER | Kinds::PID | Kinds::TIME);
    match child(&args, || ensure(process::getpid() == Pid::INIT && process::getppid().is_none())) {
        Err(Errno::EPERM | Errno::ENOSPC) => println!("skipped: it needs user namespaces"),
        pid => succeeds(pid),
    }
}

#[test]
fn what_is_shared() {
    alone([], || {
        if !is_there() {
            return;
        }
        let before = process::umask(0o22);
        let shared = CloneArgs::new(CloneFlags::FS | CloneFlags::FILES).exit_signal(Signal::CHLD);
        let (reader, writer) = pipe();
        let number = writer.as_raw_fd();
        succeeds(child(&shared, || {
            process::umask(0o27);
            // SAFETY: it is closed for both, and this test knows.
            unsafe { syscall!(CLOSE, number) }.map(drop)
        }));
        std::mem::forget(writer);
        assert_eq!(butter::fd::read(&reader, &mut [0]).unwrap(), b"");
        succeeds(child(&plain(), || {
            process::umask(0);
            Ok(())
        }));
        assert_eq!(process::umask(before), 0o27);
    });
}

#[test]
fn the_parent_stands_still_until_the_end() {
    if !is_there() {
        return;
    }
    let (reader, writer) = pipe();
    butter::fd::set_nonblocking(&reader, true).unwrap();
    let args = CloneArgs::new(CloneFlags::VFORK).exit_signal(Signal::CHLD);
    let pid = child(&args, || {
        for _ in 0..1000 {
            process::sched_yield();
        }
        butter::fd::write(&writer, b"!").map(drop)
    });
    assert_eq!(butter::fd::read(&reader, &mut [0]).unwrap(), b"!");
    succeeds(pid);
}

#[test]
fn a_sibling() {
    if !is_there() {
        return;
    }
    // Its parent is that of the child, which is this process.
    let args = CloneArgs::new(CloneFlags::PARENT);
    let (reader, writer) = pipe();
    in_child(|| {
        let own = process::getppid();
        let sibling = child(&args, || ensure(process::getppid() == own))?;
        butter::fd::write(&writer, &sibling.number().to_ne_bytes()).map(drop)
    })
    .unwrap();
    let mut number = [0; 4];
    butter::fd::read(&reader, &mut number).unwrap();
    succeeds(Ok(Pid::new(i32::from_ne_bytes(number)).unwrap()));
}

/// Where the kernel knows them: elsewhere it says so.
#[test]
fn the_newest_flags() {
    alone([], || {
        if !is_there() {
            return;
        }
        let mut pidfd = -1;
        let flags = CloneFlags::AUTOREAP | CloneFlags::NNP | CloneFlags::PIDFD_AUTOKILL;
        let (stopped, _stop) = pipe();
        let args = CloneArgs::new(flags).pidfd(&mut pidfd);
        match child(&args, || butter::fd::read(&stopped, &mut [0]).map(drop)) {
            Err(errno) => {
                assert_eq!(errno, Errno::EINVAL);
                println!("skipped: it needs Linux 7.1");
            }
            Ok(pid) => {
                // SAFETY: the call has opened it.
                let pidfd = Pidfd::from(unsafe { OwnedFd::from_raw_fd(pidfd) });
                let other = Pidfd::open(pid).unwrap();
                drop(pidfd);
                assert_eq!(other.has_ended(Some(LONG)), Ok(true));
                assert_errno(process::wait(pid), Errno::ECHILD);
            }
        }
    });
}

#[test]
fn the_smallest_size_is_told() {
    let numbers = [Pid::INIT];
    // SAFETY: nothing is done with it.
    let cgroup = unsafe { BorrowedFd::borrow_raw(1) };
    assert_eq!(plain().size(), 64);
    assert_eq!(plain().set_tid(&[]).size(), 64);
    assert_eq!(plain().set_tid(&numbers).size(), 80);
    assert_eq!(plain().cgroup(cgroup).size(), 88);
}

#[test]
fn limits() {
    const RLIMIT_NPROC: u32 = 6;
    alone([], || {
        if !is_there() {
            return;
        }
        common::with_limit(RLIMIT_NPROC, 0, || {
            common::as_nobody(|| assert_errno(child(&plain(), || Ok(())), Errno::EAGAIN));
        });
        if has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN") {
            butter::namespace::unshare(Kinds::PID).unwrap();
            succeeds(child(&plain(), || ensure(process::getpid() == Pid::INIT)));
            // Its init is gone.
            assert_errno(child(&plain(), || Ok(())), Errno::ENOMEM);
        }
    });
}

#[test]
fn the_limit_of_namespaces() {
    common::in_own_namespaces(|| {
        if is_there() {
            fs::write("/proc/sys/user/max_uts_namespaces", "0").unwrap();
            assert_errno(child(&plain().namespaces(Kinds::UTS), || Ok(())), Errno::ENOSPC);
        }
    });
}

#[test]
fn errors() {
    if !is_there() {
        return;
    }
    let with = |flags| child(&CloneArgs::new(flags), || Ok(()));
    assert_errno(with(CloneFlags::from_bits(1 << 63)), Errno::EINVAL);
    assert_errno(with(CloneFlags::THREAD), Errno::EINVAL);
    assert_errno(with(CloneFlags::SIGHAND), Errno::EINVAL);
    assert_errno(with(CloneFlags::SIGHAND | CloneFlags::CLEAR_SIGHAND), Errno::EINVAL);
    assert_errno(child(&plain().stack(std::ptr::without_provenance_mut(4096), 0), || Ok(())), Errno::EINVAL);
    common::as_nobody(|| assert_errno(child(&plain().namespaces(Kinds::UTS), || Ok(())), Errno::EPERM));
    assert!(format!("{:?}", plain()).contains("exit_signal: "));
}

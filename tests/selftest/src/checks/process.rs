//! Processes.

use super::kernel::{fork, pipe, set_uid, uid, wait};
use super::rt::{PASSED, again};
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, AsFd, FromRawFd, OwnedFd};
use butter::process::{self, Builder, Children, CloneArgs, CloneFlags, Step, WaitOptions};
use butter::signal::{self, Cause, ChildStatus, SigInfo, SigSet, SigValue, Signal, sigmask};

pub fn who() -> Verdict {
    claim(process::getpid() == process::gettid())?;
    claim(process::getppid() != Some(process::getpid()))?;
    let parent = process::getpid();
    let child = fork(|| i32::from(process::getppid() == Some(parent) && process::getpid() != parent))?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

pub fn waitid() -> Verdict {
    const ENDED: WaitOptions = WaitOptions::EXITED;
    let (reading, writing) = pipe()?;
    let child = fork(|| fd::read(&reading, &mut [0; 1]).map_or(1, |byte| byte[0].into()))?;
    claim(process::waitid(child, ENDED | WaitOptions::NOHANG)?.is_none())?;
    fd::write(&writing, b"\x07")?;
    let status = |info: SigInfo| match info.cause() {
        Cause::Child { pid, status, .. } if pid == Some(child) => Some(status),
        _ => None,
    };
    let ended = Some(ChildStatus::Exited(7));
    claim(process::waitid(Children::All, ENDED | WaitOptions::NOWAIT)?.and_then(status) == ended)?;
    claim(process::waitid(child, ENDED)?.and_then(status) == ended)?;
    claim(process::waitid(child, ENDED).err() == Some(Errno::ECHILD))
}

/// It is the child's, which is gone then.
pub fn spawn_error() -> Verdict {
    let missing = process::spawn("missing", [c"missing"], []);
    if let Ok(child) = missing {
        process::wait(child)?;
    }
    claim(missing == Err(Errno::ENOENT))?;
    claim(process::waitid(Children::All, WaitOptions::EXITED | WaitOptions::ALL).err() == Some(Errno::ECHILD))
}

pub fn session() -> Verdict {
    let alone = || {
        let own = process::setsid()?;
        if own != process::getpid() || process::getsid(None)? != own || process::getpgid(None)? != own {
            return Err(Errno::EPROTO);
        }
        process::chdir("/")?;
        process::sched_yield();
        process::umask(0o27);
        let root = process::getcwd(&mut [0; 64])? == c"/" && process::umask(0) == 0o27;
        let not_twice = process::setsid() == Err(Errno::EPERM) && process::setpgid(None, None) == Err(Errno::EPERM);
        if root && not_twice { Ok(()) } else { Err(Errno::EPROTO) }
    };
    let child = fork(|| alone().map_or_else(|errno| errno.number().into(), |()| 0))?;
    claim(wait(child)? == ChildStatus::Exited(0))
}

pub fn clone3() -> Verdict {
    let (mut tid, mut pidfd) = (0, -1);
    let args = CloneArgs::new(CloneFlags::CLEAR_SIGHAND).exit_signal(Signal::CHLD);
    // SAFETY: the child makes one system call.
    let child = match unsafe { process::clone3(&args.parent_tid(&mut tid).pidfd(&mut pidfd)) } {
        Err(Errno::ENOSYS) => return Err(Failure::Skipped("there is no clone3")),
        child => child?,
    };
    let Some(child) = child else { process::exit(7) };
    // SAFETY: the call has opened it.
    let pidfd = butter::Pidfd::from(unsafe { OwnedFd::from_raw_fd(pidfd) });
    claim(tid == child.number())?;
    claim(pidfd.wait()? == ChildStatus::Exited(7))
}

pub fn builder() -> Verdict {
    const NUMBER: i32 = 30;
    let (reading, writing) = pipe()?;
    let descriptors = [(writing.as_fd(), NUMBER)];
    let set_up = || {
        let here = process::getcwd(&mut [0; 64])? == c"/" && process::getsid(None)? == process::getpid();
        // SAFETY: it is open in here.
        fd::write(unsafe { fd::BorrowedFd::borrow_raw(NUMBER) }, if here { b"+" } else { b"-" })?;
        again(c"arguments")
    };
    let builder = Builder::new().setsid().chdir(c"/").uid(uid()?).descriptors(&descriptors);
    // SAFETY: the child makes system calls only.
    let child = unsafe { builder.spawn_with(set_up) }.map_err(Errno::from)?;
    claim(fd::read(&reading, &mut [0; 2])? == b"+")?;
    claim(process::wait(child.pid)? == PASSED)
}

pub fn builder_error() -> Verdict {
    let child = Builder::new().setsid().chdir(c"missing").spawn(c"missing", [c"missing"], []);
    if let Ok(child) = &child {
        process::wait(child.pid)?;
    }
    claim(child.is_err_and(|error| error.step() == Step::Chdir && error.errno() == Errno::ENOENT))
}

/// Whose number does not fit 16 bits, as it did not on the first machines.
pub fn another_user() -> Verdict {
    const USER: u32 = 0x1_2345;
    const NOT_ALLOWED: i32 = 2;
    let queued = || {
        let set = SigSet::from(Signal::USR1);
        let _guard = sigmask::Guard::block(set)?;
        signal::sigqueue(process::getpid(), Signal::USR1, SigValue::from_int(1))?;
        match signal::sigtimedwait(&set, None)?.cause() {
            Cause::Queue { uid, .. } => Ok(uid),
            _ => Err(Errno::EPROTO),
        }
    };
    let child = fork(|| match set_uid(USER) {
        Ok(()) => i32::from(uid() == Ok(USER) && queued() == Ok(USER)),
        Err(_) => NOT_ALLOWED,
    })?;
    match wait(child)? {
        ChildStatus::Exited(NOT_ALLOWED) => Err(Failure::Skipped("needs the right to become another user")),
        ended => claim(ended == ChildStatus::Exited(1)),
    }
}

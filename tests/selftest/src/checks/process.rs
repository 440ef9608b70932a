//! Processes.

use super::kernel::{fork, pipe, set_uid, uid, wait};
use super::namespace::is_empty;
use super::rt::{PASSED, again};
use crate::{Failure, Verdict, claim};
use butter::caps::{self, CapSet, Capabilities};
use butter::errno::Errno;
use butter::fd::{self, AsFd, FromRawFd, OwnedFd};
use butter::pidfd::InfoMask;
use butter::process::coredump::{Ack, Connection, Mark, Mask};
use butter::process::{self, Builder, Children, CloneArgs, CloneFlags, Pid, Step, WaitOptions};
use butter::signal::{self, Cause, ChildStatus, SigInfo, SigSet, SigValue, Signal, sigmask};
use butter::socket::{Kind, PairFlags, socketpair};
use butter::{Pidfd, prctl};
use core::time::Duration;

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

/// What came with Linux 7.1.
pub fn autoreap() -> Verdict {
    let (reading, writing) = pipe()?;
    let body = || {
        let blocked = fd::read(&reading, &mut [0; 1]).is_ok_and(|byte| byte == b"!");
        i32::from(blocked && prctl::get_no_new_privs() == Ok(true)) + 6
    };
    let autokill = CloneFlags::AUTOREAP | CloneFlags::NNP | CloneFlags::PIDFD_AUTOKILL;
    let Some((child, pidfd)) = cloned(autokill, body)? else {
        return Err(Failure::Skipped("needs CLONE_AUTOREAP, which came with Linux 7.1"));
    };
    // As long as a duplicate is open it lives.
    let duplicate = Pidfd::from(fd::dup(&pidfd)?);
    let other = Pidfd::open(child)?;
    drop(pidfd);
    claim(!duplicate.has_ended(Some(Duration::ZERO))?)?;
    drop(duplicate);
    claim(other.has_ended(None)?)?;
    claim(gone(&other)? == ChildStatus::Killed(Signal::KILL))?;
    claim(process::waitid(child, WaitOptions::EXITED | WaitOptions::ALL).err() == Some(Errno::ECHILD))?;

    let Some((_, pidfd)) = cloned(CloneFlags::AUTOREAP | CloneFlags::NNP, body)? else { return claim(false) };
    fd::write(&writing, b"!")?;
    claim(pidfd.has_ended(None)?)?;
    claim(gone(&pidfd)? == ChildStatus::Exited(7) && pidfd.wait() == Err(Errno::ECHILD))?;

    // What does not go together.
    let refused = |args: CloneArgs<'_>| {
        // SAFETY: the child, if there were one, ends.
        match unsafe { process::clone3(&args) } {
            Ok(None) => process::exit(0),
            result => claim(result == Err(Errno::EINVAL)),
        }
    };
    refused(CloneArgs::new(CloneFlags::AUTOREAP).exit_signal(Signal::CHLD))?;
    refused(CloneArgs::new(CloneFlags::AUTOREAP | CloneFlags::PARENT))?;
    refused(CloneArgs::new(autokill))?;
    refused(CloneArgs::new(CloneFlags::PIDFD_AUTOKILL | CloneFlags::NNP).pidfd(&mut -1))?;
    let child = fork(|| {
        let (none, mut pidfd) = (CapSet::empty(), -1);
        let unprivileged = caps::capset(&Capabilities { effective: none, permitted: none, inheritable: none });
        let args = CloneArgs::new(CloneFlags::AUTOREAP | CloneFlags::PIDFD_AUTOKILL).pidfd(&mut pidfd);
        // SAFETY: the child, if there were one, ends as the caller does.
        i32::from(unprivileged.is_ok() && unsafe { process::clone3(&args) } == Err(Errno::EPERM))
    })?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

/// What came with Linux 7.1.
pub fn empty_namespace() -> Verdict {
    let child = cloned(CloneFlags::AUTOREAP | CloneFlags::EMPTY_MNTNS, || i32::from(is_empty()));
    let Some((_, pidfd)) = child? else {
        return Err(Failure::Skipped("needs CLONE_EMPTY_MNTNS, which came with Linux 7.1"));
    };
    claim(pidfd.has_ended(None)?)?;
    claim(gone(&pidfd)? == ChildStatus::Exited(1))
}

/// How a process has ended of which nobody but its pidfd knows.
fn gone(pidfd: &Pidfd) -> Result<ChildStatus, Errno> {
    loop {
        // It has ended a little before it is gone.
        match pidfd.info(InfoMask::EXIT)?.exit() {
            None => process::sched_yield(),
            Some(status) => return Ok(status),
        }
    }
}

/// A child, and its pidfd. `None` if the kernel does not know the flags.
fn cloned(flags: CloneFlags, child: impl FnOnce() -> i32) -> Result<Option<(Pid, Pidfd)>, Errno> {
    let mut pidfd = -1;
    // SAFETY: the program has one thread, and the child gives up nothing but descriptors of its own.
    match unsafe { process::clone3(&CloneArgs::new(flags).pidfd(&mut pidfd)) } {
        Err(Errno::ENOSYS | Errno::EINVAL) => Ok(None),
        Err(errno) => Err(errno),
        Ok(None) => process::exit(child()),
        // SAFETY: the call has opened it.
        Ok(Some(pid)) => Ok(Some((pid, Pidfd::from(unsafe { OwnedFd::from_raw_fd(pidfd) })))),
    }
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

/// What the kernel would say, from here.
pub fn coredump() -> Verdict {
    let (server, kernel) = socketpair(Kind::Stream, PairFlags::NONBLOCK)?;
    let connection = Connection::new(server);
    claim(connection.read_request().err() == Some(Errno::EAGAIN))?;
    for (size, mask) in [(20_u32, 1_u64 << 60 | 5), (16, 7)] {
        fd::write(&kernel, &size.to_ne_bytes())?;
        fd::write(&kernel, &24_u32.to_ne_bytes())?;
        fd::write(&kernel, &mask.to_ne_bytes())?;
        claim(size == 16 || connection.read_request().err() == Some(Errno::EBADMSG))?;
        claim(size == 16 || fd::write(&kernel, b"more")? == 4)?;
        let request = connection.read_request()?;
        claim(request.size() == size && request.size_ack() == 24 && request.mask().bits() == mask)?;
    }
    let ack = Ack::new(Mask::USERSPACE | Mask::WAIT);
    connection.send_ack(&ack)?;
    let mut bytes = [0; 100];
    let sent = fd::read(&kernel, &mut bytes)?;
    claim(*sent == ack.to_bytes() && sent[..4] == 16_u32.to_ne_bytes() && sent[8..] == 10_u64.to_ne_bytes())?;
    fd::write(&kernel, &3_u32.to_ne_bytes())?;
    claim(connection.read_mark()? == Mark::Unsupported)
}

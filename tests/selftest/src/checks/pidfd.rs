//! pidfd.

use super::kernel::{fork, pipe};
use crate::{Failure, Verdict, claim};
use butter::fd::{self, AsRawFd};
use butter::signal::{ChildStatus, Signal};
use butter::{Errno, EventSource, Pidfd, process};

pub fn end() -> Verdict {
    let (reading, _writing) = pipe()?;
    let child = || fork(|| fd::read(&reading, &mut [0; 1]).map_or(1, |_| 0));
    let pidfd = match Pidfd::open(child()?) {
        Err(Errno::ENOSYS) => return Err(Failure::Skipped("there is no pidfd_open")),
        pidfd => pidfd?,
    };
    claim(pidfd.try_wait()?.is_none())?;
    pidfd.send_signal(Signal::KILL)?;
    claim(pidfd.has_ended(None)?)?;
    claim(pidfd.wait()? == ChildStatus::Killed(Signal::KILL))?;
    claim(pidfd.wait() == Err(Errno::ECHILD))?;

    let pid = child()?;
    let pidfd = Pidfd::open(pid)?;
    pidfd.send_signal(Signal::TERM)?;
    claim(pidfd.read_events(&mut [0; 128])?.next().is_some_and(|info| info.pid() == Some(pid)))
}

pub fn getfd() -> Verdict {
    let (reading, writing) = pipe()?;
    let copy = match Pidfd::open(process::getpid()).and_then(|own| own.getfd(writing.as_raw_fd())) {
        Err(Errno::ENOSYS) => return Err(Failure::Skipped("there is no pidfd_getfd")),
        copy => copy?,
    };
    fd::write(&copy, b"!")?;
    claim(fd::read(&reading, &mut [0; 2])? == b"!")
}

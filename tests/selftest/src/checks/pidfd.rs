//! pidfd.

use super::kernel::{AF_UNIX, SOCK_STREAM, bind, fork, pipe, socket, unix};
use crate::{Failure, Verdict, claim};
use butter::fd::{self, AsRawFd, CWD, FromRawFd, OpenFlags, OwnedFd};
use butter::fs::{self, UnlinkFlags};
use butter::pidfd::{Coredump, InfoMask, PidfdInfo};
use butter::rt::read_file;
use butter::signal::{self, ChildStatus, Signal};
use butter::{Errno, EventSource, Pidfd, credentials, process, syscall};

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

/// Of this process, and of one that has ended by a signal that dumps its memory.
pub fn info() -> Verdict {
    let asked = InfoMask::EXIT | InfoMask::COREDUMP | InfoMask::SUPPORTED_MASK;
    let own = match Pidfd::open(process::getpid()).and_then(|own| own.info(asked)) {
        // An emulator that does not know it, or an old kernel.
        Err(Errno::ENOTTY | Errno::ENOSYS | Errno::EINVAL) => {
            return Err(Failure::Skipped("needs PIDFD_GET_INFO, of Linux 6.13"));
        }
        own => own?,
    };
    claim(own.pid() == Some(process::getpid()) && own.tgid() == own.pid() && own.ppid() == process::getppid())?;
    claim(own.credentials().is_some_and(|told| told.euid == credentials::geteuid()) && own.exit().is_none())?;
    let Some(supported) = own.supported() else { return Err(Failure::Skipped("needs Linux 6.19")) };
    claim(supported.contains(asked | InfoMask::COREDUMP_SIGNAL) && own.coredump() == Some(Coredump::USER))?;

    let told = aborted(|| Ok(()))?;
    claim(told.coredump().is_none() && told.coredump_signal().is_none() && told.coredump_code().is_none())?;
    // Where memory is dumped to is the machine's matter: only on one that this program has for itself it is changed.
    if read_file("/proc/self/cmdline", &mut [0; 16])? != b"/init\0" {
        return Ok(());
    }
    let mut before = [0; 128];
    let before = read_file(PATTERN, &mut before)?;
    let listener = socket(AF_UNIX, SOCK_STREAM, 0)?;
    bind(&listener, &unix())?;
    // SAFETY: the call has no pointer.
    unsafe { syscall!(LISTEN, listener.as_raw_fd(), 1) }?;
    set_pattern(b"@/tmp/socket")?;
    // SAFETY: the kernel writes no address, and gives a new descriptor. When that is closed, the kernel dumps no more.
    let told = aborted(|| unsafe {
        syscall!(ACCEPT4, listener.as_raw_fd(), 0_usize, 0_usize, 0).map(|fd| drop(OwnedFd::from_raw_fd(fd as i32)))
    });
    set_pattern(before)?;
    fs::unlinkat(CWD, "socket", UnlinkFlags::empty())?;
    let told = told?;
    claim(told.coredump() == Some(Coredump::DUMPED | Coredump::USER) && told.coredump_signal() == Some(Signal::ABRT))?;
    claim(told.coredump_code() == supported.contains(InfoMask::COREDUMP_CODE).then_some(0))
}

const PATTERN: &str = "/proc/sys/kernel/core_pattern";

fn set_pattern(pattern: &[u8]) -> Result<(), Errno> {
    fd::write(fs::openat(CWD, PATTERN, OpenFlags::WRONLY, 0)?, pattern).map(drop)
}

/// What is told of a child that has been aborted, while this was done.
fn aborted(meanwhile: impl FnOnce() -> Result<(), Errno>) -> Result<PidfdInfo, Failure> {
    let child = fork(|| signal::kill(process::getpid(), Signal::ABRT).map_or(1, |()| 2))?;
    let pidfd = Pidfd::open(child)?;
    meanwhile()?;
    let ended = pidfd.wait()?;
    let told = pidfd.info(InfoMask::EXIT | InfoMask::COREDUMP)?;
    claim(matches!(ended, ChildStatus::Killed(Signal::ABRT) | ChildStatus::Dumped(Signal::ABRT)))?;
    claim(told.exit() == Some(ended) && told.pid().is_none())?;
    Ok(told)
}

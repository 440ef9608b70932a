//! What became of a child.

use super::{Pid, Rusage};
use crate::abi::resource::rusage;
use crate::abi::siginfo::siginfo_t;
use crate::abi::wait as abi;
use crate::errno::Result;
use crate::fd::{AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::signal::{Cause, ChildStatus, SigInfo};
use core::{mem::MaybeUninit, ptr};

/// Which children [`waitid`] looks at.
#[derive(Clone, Copy, Debug)]
pub enum Children<'fd> {
    /// All of them.
    #[doc(alias = "P_ALL")]
    All,
    /// One.
    #[doc(alias = "P_PID")]
    Process(Pid),
    /// Those in a process group.
    #[doc(alias = "P_PGID")]
    Group(Pid),
    /// Those in the caller's process group. Since Linux 5.4.
    OwnGroup,
    /// The one of a pidfd. Since Linux 5.4.
    #[doc(alias = "P_PIDFD")]
    Pidfd(BorrowedFd<'fd>),
}

impl From<Pid> for Children<'_> {
    #[inline]
    fn from(pid: Pid) -> Self {
        Children::Process(pid)
    }
}

impl<'fd> From<BorrowedFd<'fd>> for Children<'fd> {
    #[inline]
    fn from(pidfd: BorrowedFd<'fd>) -> Self {
        Children::Pidfd(pidfd)
    }
}

flags! {
    /// What [`waitid`] waits for, and how: at least one of `EXITED`, `STOPPED` and `CONTINUED`.
    WaitOptions: u32 {
        /// Children that have ended. Each is told once, and is gone then.
        #[doc(alias = "WEXITED")]
        const EXITED = abi::WEXITED;
        /// Children that a signal has stopped.
        #[doc(alias = "WSTOPPED")]
        #[doc(alias = "WUNTRACED")]
        const STOPPED = abi::WSTOPPED;
        /// Children that were stopped and go on.
        #[doc(alias = "WCONTINUED")]
        const CONTINUED = abi::WCONTINUED;
        /// Does not wait.
        #[doc(alias = "WNOHANG")]
        const NOHANG = abi::WNOHANG;
        /// Leaves the child as it is, to be waited for again.
        #[doc(alias = "WNOWAIT")]
        const NOWAIT = abi::WNOWAIT;
        /// Only children of the calling thread, not those of the other threads of the process.
        #[doc(alias = "__WNOTHREAD")]
        const NOTHREAD = abi::__WNOTHREAD;
        /// Children that tell their end by `SIGCHLD`, and those that do not. Since Linux 4.7.
        #[doc(alias = "__WALL")]
        const ALL = abi::__WALL;
        /// Only children that tell their end by another signal than `SIGCHLD`, or by none. Since Linux 4.7.
        #[doc(alias = "__WCLONE")]
        const CLONE = abi::__WCLONE;
    }
}

/// Waits until something has become of a child, and tells what: its [`cause`](SigInfo::cause) is a [`Cause::Child`], whose
/// CPU times are 0 here. With `NOHANG`, `None` says that nothing has yet.
///
/// ```
/// use butter::process::{self, WaitOptions};
/// use butter::signal::{Cause, ChildStatus, Signal, kill};
///
/// let child = process::spawn(c"/bin/sleep", [c"sleep", c"60"], [])?;
/// assert!(process::waitid(child, WaitOptions::EXITED | WaitOptions::NOHANG)?.is_none());
/// kill(child, Signal::TERM)?;
/// let info = process::waitid(child, WaitOptions::EXITED)?.unwrap();
/// assert!(matches!(info.cause(), Cause::Child { pid, status: ChildStatus::Killed(Signal::TERM), .. } if pid == Some(child)));
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EAGAIN`: the pidfd is non-blocking, and nothing has become of its process. Since Linux 5.10.
/// - `EBADF`: not an open pidfd.
/// - `ECHILD`: there is no such child; also at the end of one whose end the process does not want to be told, as it ignores
///   `SIGCHLD`.
/// - `EINTR`: a signal handler ran.
/// - `EINVAL`: an option that this kernel does not know, or none of the first three; or `OwnGroup` or `Pidfd`, before
///   Linux 5.4.
#[doc(alias = "waitpid")]
pub fn waitid<'fd>(children: impl Into<Children<'fd>>, options: WaitOptions) -> Result<Option<SigInfo>> {
    // SAFETY: nothing is written to a null.
    unsafe { waited(children.into(), options, ptr::null_mut()) }
}

/// [`waitid`], and what the child has used, with those of its children that it has waited for.
///
/// # Errors
///
/// Those of [`waitid`].
#[doc(alias = "wait4")]
pub fn waitid_rusage<'fd>(
    children: impl Into<Children<'fd>>,
    options: WaitOptions,
) -> Result<Option<(SigInfo, Rusage)>> {
    // Cleared, as nothing is written if there is nothing to tell.
    let mut usage = MaybeUninit::<rusage>::zeroed();
    // SAFETY: there is room for one.
    let info = unsafe { waited(children.into(), options, usage.as_mut_ptr()) }?;
    // SAFETY: all of it is initialised, and any bytes will do.
    let usage = Rusage(unsafe { usage.assume_init() });
    Ok(info.map(|info| (info, usage)))
}

/// The call.
///
/// # Safety
///
/// `usage` is null, or there is room for one.
unsafe fn waited(children: Children<'_>, options: WaitOptions, usage: *mut rusage) -> Result<Option<SigInfo>> {
    let (kind, id) = match children {
        Children::All => (abi::P_ALL, 0),
        Children::Process(pid) => (abi::P_PID, pid.number()),
        Children::Group(pid) => (abi::P_PGID, pid.number()),
        Children::OwnGroup => (abi::P_PGID, 0),
        Children::Pidfd(pidfd) => (abi::P_PIDFD, pidfd.as_raw_fd()),
    };
    // Cleared, as the kernel writes only the fields that the signal has.
    let mut info = MaybeUninit::<siginfo_t>::zeroed();
    // SAFETY: the kernel writes one siginfo; and the caller's promise.
    unsafe { call!(WAITID, kind, id, info.as_mut_ptr(), options.bits(), usage) }.unit()?;
    // SAFETY: all of it is initialised, and any bytes will do.
    let info = unsafe { info.assume_init_ref() };
    // It is no signal if there was nothing to tell.
    Ok((info.si_signo != 0).then(|| SigInfo::from(info)))
}

/// Waits until a child has ended, and says how. It is gone then. For one that does not tell its end by `SIGCHLD` there is
/// [`waitid`] with [`ALL`](WaitOptions::ALL).
///
/// # Errors
///
/// - `ECHILD`: there is no such child; also at the end of one whose end the process does not want to be told, as it ignores
///   `SIGCHLD`.
/// - `EINTR`: a signal handler ran.
pub fn wait(child: Pid) -> Result<ChildStatus> {
    loop {
        // Without `NOHANG` there is always something.
        if let Some(info) = waitid(child, WaitOptions::EXITED)? {
            return Ok(status(&info));
        }
    }
}

/// The status of a child in what the kernel says of one.
pub(crate) fn status(info: &SigInfo) -> ChildStatus {
    match info.cause() {
        Cause::Child { status, .. } => status,
        _ => ChildStatus::Other { code: info.code(), status: info.status() },
    }
}

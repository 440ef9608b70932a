//! pidfd: a process by a descriptor, which never comes to mean another process, as a number may.
//!
//! ```
//! use butter::signal::{ChildStatus, Signal};
//! use butter::{Pidfd, process};
//! use std::time::Duration;
//!
//! let child = process::spawn(c"/bin/sleep", [c"sleep", c"60"], [])?;
//! let pidfd = Pidfd::open(child)?;
//! assert!(!pidfd.has_ended(Some(Duration::ZERO))?);
//! pidfd.send_signal(Signal::TERM)?;
//! assert!(pidfd.has_ended(None)?);
//! assert_eq!(pidfd.wait()?, ChildStatus::Killed(Signal::TERM));
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! A child has one event: its end. To read that is to [`wait`](Pidfd::wait) for the child, which is gone then. The process of
//! another parent has no event that could be read: `ECHILD`. But its descriptor becomes ready like that of a child, in a loop
//! with [`epoll`](crate::epoll) or in [`Pidfd::has_ended`].
//!
//! See `pidfd_open(2)`, `pidfd_send_signal(2)`, `pidfd_getfd(2)`, `waitid(2)`.

mod info;

pub use info::{Coredump, Credentials, InfoMask, PidfdInfo, info};

use crate::abi::pidfd as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::{EventSource, OwnedEvents, Record};
use crate::fd::{self, AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use crate::flags::flags;
use crate::namespace::{Link, Namespace};
use crate::pid::Pid;
use crate::poll::{self, PollFd, poll};
use crate::process::{WaitOptions, status, waitid};
use crate::signal::{self, ChildStatus, SigInfo, SigValue, Signal};
use core::{ptr, time::Duration};

/// The calling thread, without a descriptor. Few calls take it: [`send_signal`], since Linux 6.15, and `process_madvise`;
/// [`getfd`], [`info`] and `waitid` do not.
#[doc(alias = "PIDFD_SELF_THREAD")]
#[doc(alias = "PIDFD_SELF")]
// SAFETY: the number is no descriptor, so nobody can close it.
pub const SELF_THREAD: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(abi::PIDFD_SELF_THREAD) };

/// The calling process, in the same way.
#[doc(alias = "PIDFD_SELF_THREAD_GROUP")]
#[doc(alias = "PIDFD_SELF_PROCESS")]
// SAFETY: the number is no descriptor, so nobody can close it.
pub const SELF_PROCESS: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(abi::PIDFD_SELF_THREAD_GROUP) };

flags! {
    /// How a pidfd is opened. It is always closed over `exec`.
    OpenFlags: u32 {
        /// To wait for the process gives `EAGAIN` while it has not ended. Since Linux 5.10.
        #[doc(alias = "PIDFD_NONBLOCK")]
        const NONBLOCK = abi::PIDFD_NONBLOCK;
        /// The pidfd is of a thread, which need not be the first of its process. Since Linux 6.9.
        #[doc(alias = "PIDFD_THREAD")]
        const THREAD = abi::PIDFD_THREAD;
    }
}

/// Opens a process by its number, also one that has ended and was not waited for. If that is not a child, the number may by now
/// be that of another: look at the process through the pidfd before acting on it. Since Linux 5.3.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know; or, before Linux 6.16, the number is that of a thread which is not the
///   first of its process, and `THREAD` was not given.
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `ENODEV`: the kernel's file system for pidfds is not mounted.
/// - `ENOENT`: that about the thread, since Linux 6.16.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ESRCH`: no such process.
#[doc(alias = "pidfd_open")]
#[inline]
pub fn open(pid: Pid, flags: OpenFlags) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(PIDFD_OPEN, pid.number(), flags.bits()).fd() }
}

flags! {
    /// Whom [`send_signal`] means: by default what the pidfd is of, a process or a thread. Only one of them can be given.
    Scope: u32 {
        /// The thread.
        #[doc(alias = "PIDFD_SIGNAL_THREAD")]
        const THREAD = abi::PIDFD_SIGNAL_THREAD;
        /// The process, also by the pidfd of a thread.
        #[doc(alias = "PIDFD_SIGNAL_THREAD_GROUP")]
        const THREAD_GROUP = abi::PIDFD_SIGNAL_THREAD_GROUP;
        /// The process group whose leader the process is.
        #[doc(alias = "PIDFD_SIGNAL_PROCESS_GROUP")]
        const PROCESS_GROUP = abi::PIDFD_SIGNAL_PROCESS_GROUP;
    }
}

/// Sends a signal to the process of a pidfd, with a value or without; without a signal, only finds out whether it could be
/// sent. The pidfd may also be [`SELF_THREAD`], [`SELF_PROCESS`], or the descriptor of a directory `/proc/PID`. Since Linux
/// 5.1; a scope other than the default since 6.9.
///
/// # Errors
///
/// - `EAGAIN`: a real-time signal with a value, and the receiver has as many queued as `RLIMIT_SIGPENDING` allows.
/// - `EBADF`: not an open pidfd.
/// - `EINVAL`: more than one scope, or one that this kernel does not know; or the process is not visible in the caller's pid
///   namespace.
/// - `EPERM`: the process belongs to another user, and the caller lacks `CAP_KILL`.
/// - `ESRCH`: the process has ended and was waited for; or there is no such process group.
#[doc(alias = "pidfd_send_signal")]
pub fn send_signal(
    pidfd: impl AsFd,
    signal: impl Into<Option<Signal>>,
    value: Option<SigValue>,
    scope: Scope,
) -> Result<()> {
    let signal = signal.into();
    let info = signal.zip(value).map(|(signal, value)| signal::queued(signal, value));
    let info = info.as_ref().map_or(ptr::null(), ptr::from_ref);
    let (pidfd, number) = (pidfd.as_fd().as_raw_fd(), signal::number(signal));
    // SAFETY: the kernel reads one siginfo, or nothing from a null.
    unsafe { call_readonly!(PIDFD_SEND_SIGNAL, pidfd, number, info, scope.bits()) }.unit()
}

/// Duplicates a descriptor of the process of a pidfd, by its number there: both mean the same open file description. It is
/// closed over `exec`. Since Linux 5.6.
///
/// The caller must be allowed to trace the process (`PTRACE_MODE_ATTACH_REALCREDS`).
///
/// # Errors
///
/// - `EBADF`: not an open pidfd, or the process has no such descriptor.
/// - `EMFILE`, `ENFILE`: the caller, or the system, has as many open files as it may.
/// - `EPERM`: the caller may not trace the process.
/// - `ESRCH`: the process has ended.
#[doc(alias = "pidfd_getfd")]
#[inline]
pub fn getfd(pidfd: impl AsFd, number: RawFd) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(PIDFD_GETFD, pidfd.as_fd().as_raw_fd(), number, 0).fd() }
}

/// Opens a namespace of the process of a pidfd, without `/proc`. It is closed over `exec`. Since Linux 6.11.
///
/// # Errors
///
/// - `EACCES`: the caller may not look at the process: it may not trace it (`PTRACE_MODE_READ_FSCREDS`).
/// - `EBADF`: the descriptor is not open.
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `ENOTTY`: not a pidfd, or the kernel is older.
/// - `EOPNOTSUPP`: the kernel is built without such namespaces.
/// - `ESRCH`: the process has ended.
#[doc(alias = "PIDFD_GET_NAMESPACE")]
pub fn namespace(pidfd: impl AsFd, link: Link) -> Result<OwnedFd> {
    let request = match link {
        Link::Cgroup => abi::PIDFD_GET_CGROUP_NAMESPACE,
        Link::Ipc => abi::PIDFD_GET_IPC_NAMESPACE,
        Link::Mnt => abi::PIDFD_GET_MNT_NAMESPACE,
        Link::Net => abi::PIDFD_GET_NET_NAMESPACE,
        Link::Pid => abi::PIDFD_GET_PID_NAMESPACE,
        Link::PidForChildren => abi::PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE,
        Link::Time => abi::PIDFD_GET_TIME_NAMESPACE,
        Link::TimeForChildren => abi::PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE,
        Link::User => abi::PIDFD_GET_USER_NAMESPACE,
        Link::Uts => abi::PIDFD_GET_UTS_NAMESPACE,
    };
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(IOCTL, pidfd.as_fd().as_raw_fd(), request, 0).fd() }
}

/// A process, or a thread. The event of a child is its end: a [`SigInfo`] whose [`cause`](SigInfo::cause) is a child.
pub struct Pidfd {
    fd: OwnedFd,
}

fd::object!(Pidfd);
fd::object_from_fd!(Pidfd);

impl Pidfd {
    /// [`open`] without flags.
    ///
    /// # Errors
    ///
    /// Those of [`open`].
    #[inline]
    pub fn open(pid: Pid) -> Result<Pidfd> {
        Pidfd::with_flags(pid, OpenFlags::empty())
    }

    /// [`open`] with these flags.
    ///
    /// # Errors
    ///
    /// Those of [`open`].
    #[inline]
    pub fn with_flags(pid: Pid, flags: OpenFlags) -> Result<Pidfd> {
        open(pid, flags).map(Pidfd::from)
    }

    /// [`send_signal`] without a value, in the default scope.
    ///
    /// # Errors
    ///
    /// Those of [`send_signal`].
    #[inline]
    pub fn send_signal(&self, signal: impl Into<Option<Signal>>) -> Result<()> {
        send_signal(self, signal, None, Scope::empty())
    }

    /// [`getfd`].
    ///
    /// # Errors
    ///
    /// Those of [`getfd`].
    #[inline]
    pub fn getfd(&self, number: RawFd) -> Result<OwnedFd> {
        getfd(self, number)
    }

    /// [`info`].
    ///
    /// # Errors
    ///
    /// Those of [`info`].
    #[inline]
    pub fn info(&self, mask: InfoMask) -> Result<PidfdInfo> {
        info(self, mask)
    }

    /// [`namespace`].
    ///
    /// # Errors
    ///
    /// Those of [`namespace`].
    #[inline]
    pub fn namespace(&self, link: Link) -> Result<Namespace> {
        namespace(self, link).map(Namespace::from)
    }

    /// Waits until the process has ended, at most as long as `timeout`, and says whether it has; also of one that is not a
    /// child. With `None` it waits as long as it takes, with zero not at all. The process stays to be waited for.
    ///
    /// # Errors
    ///
    /// - `EINTR`: a signal handler ran.
    /// - `EINVAL`: the seconds of `timeout` do not fit in 63 bits.
    pub fn has_ended(&self, timeout: Option<Duration>) -> Result<bool> {
        poll(&mut [PollFd::new(self, poll::Events::IN)], timeout).map(|ready| ready != 0)
    }

    /// Waits until the child has ended, and says how. It is gone then.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: it has not ended, and the pidfd is non-blocking.
    /// - `EBADF`: not a pidfd.
    /// - `ECHILD`: it is not a child of this process, or was waited for; also at the end of one whose end the process does not
    ///   want to be told, as it ignores `SIGCHLD`.
    /// - `EINTR`: a signal handler ran.
    pub fn wait(&self) -> Result<ChildStatus> {
        self.ended(WaitOptions::empty())?.ok_or(Errno::EAGAIN).map(|info| status(&info))
    }

    /// [`wait`](Self::wait) that does not wait: `None` if the child has not ended.
    ///
    /// # Errors
    ///
    /// Those of [`wait`](Self::wait), but for `EAGAIN` and `EINTR`.
    pub fn try_wait(&self) -> Result<Option<ChildStatus>> {
        Ok(self.ended(WaitOptions::NOHANG)?.map(|info| status(&info)))
    }

    /// Takes the end of the child.
    fn ended(&self, options: WaitOptions) -> Result<Option<SigInfo>> {
        waitid(self.as_fd(), options | WaitOptions::EXITED | WaitOptions::ALL)
    }
}

impl EventSource for Pidfd {
    type Event<'a> = &'a SigInfo;

    const MIN_BUFFER: usize = SigInfo::SIZE;

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<&'a SigInfo> {
        Record::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        <&SigInfo>::parse(bytes).is_some()
    }

    /// Waits for the child, as [`wait`](Self::wait) does.
    fn fill(&self, buffer: &mut Buffer<'_>) -> Result<usize> {
        buffer.clear();
        // A child is not waited for in vain.
        if buffer.capacity() < SigInfo::SIZE {
            return Err(Errno::EINVAL);
        }
        let info = self.ended(WaitOptions::empty())?.ok_or(Errno::EAGAIN)?;
        let bytes = info.as_bytes();
        let copy = |memory, _| {
            // SAFETY: there is room for as many bytes.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), memory, SigInfo::SIZE) };
            Ok(SigInfo::SIZE)
        };
        // SAFETY: it writes as many as it says.
        unsafe { buffer.fill(copy) }
    }
}

impl OwnedEvents for Pidfd {
    type Owned = SigInfo;

    #[inline]
    fn to_owned(&self, event: &SigInfo) -> SigInfo {
        *event
    }
}

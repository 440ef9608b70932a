//! Processes: who is who; programs started, waited for, and ended.
//!
//! ```
//! use butter::process;
//! use butter::signal::ChildStatus;
//!
//! let child = process::spawn(c"/bin/sh", [c"sh", c"-c", c"exit $NUMBER"], [c"NUMBER=3"])?;
//! assert_ne!(child, process::getpid());
//! assert_eq!(process::wait(child)?, ChildStatus::Exited(3));
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! A child that begins in namespaces, a cgroup or a root of its own, as another user, with other descriptors, is made by a
//! [`Builder`]; one that sets itself up by any calls before it executes, in [`spawn_with`]. What becomes of the memory of one
//! that a signal kills is said over a socket, in [`coredump`].
//!
//! See `getpid(2)`, `gettid(2)`, `execve(2)`, `execveat(2)`, `clone(2)`, `fork(2)`, `waitid(2)`, `getrusage(2)`, `_exit(2)`, `setsid(2)`,
//! `setpgid(2)`, `ioctl_tty(2)`, `chroot(2)`, `chdir(2)`, `getcwd(2)`, `umask(2)`, `set_tid_address(2)`, `sched_yield(2)`.

mod builder;
mod clone;
pub mod coredump;
mod cpu;
mod directory;
mod exec;
mod rusage;
mod session;
mod setup;
mod spawn;
mod strings;
mod wait;

pub use crate::pid::Pid;
pub use builder::{Builder, Child};
pub use clone::{CloneArgs, CloneFlags, clone3};
pub use cpu::{Cpu, getcpu, sched_yield};
pub use directory::{chdir, chroot, fchdir, getcwd, umask};
pub use exec::{ExecFlags, execve, execve_check, execveat};
pub use rusage::{Rusage, Usage, getrusage};
pub use session::{getpgid, getsid, setpgid, setsid, tcgetpgrp, tcgetsid, tcsetpgrp, tiocnotty, tiocsctty};
pub use setup::{SpawnError, Step};
pub use spawn::{fork, spawn, spawn_with};
pub use strings::{CStrings, CStringsArg, Iter};
pub(crate) use wait::status;
pub use wait::{Children, WaitOptions, wait, waitid, waitid_rusage};

/// The process's own number: always the kernel's answer, also after a `clone` that a libc does not know of.
#[inline]
pub fn getpid() -> Pid {
    // SAFETY: the call has no argument, and a process always has a number in its own pid namespace.
    unsafe { Pid::from_kernel_unchecked(call_readonly!(GETPID).value()) }
}

/// The number of the parent, `None` if that is outside the caller's pid namespace. It changes when the parent ends:
/// then it is that of the nearest subreaper, or of init.
#[inline]
pub fn getppid() -> Option<Pid> {
    // SAFETY: the call has no argument.
    Pid::from_kernel(unsafe { call_readonly!(GETPPID) }.value())
}

/// The number of the calling thread; in the first thread of a process the same as [`getpid`].
#[inline]
pub fn gettid() -> Pid {
    // SAFETY: the call has no argument, and a thread always has a number in its own pid namespace.
    unsafe { Pid::from_kernel_unchecked(call_readonly!(GETTID).value()) }
}

/// Has the kernel write 0 to `address` and wake one waiter of a futex there when the calling thread ends, if the memory is
/// shared with other threads by then. Gives the number of the thread.
///
/// # Safety
///
/// `address` is null, or valid for that write until the thread ends or this is called again. A libc that has made the thread
/// uses this itself, to know of its end.
#[inline]
pub unsafe fn set_tid_address(address: *mut i32) -> Pid {
    // SAFETY: the caller's promise. A thread always has a number in its own pid namespace.
    unsafe { Pid::from_kernel_unchecked(call!(SET_TID_ADDRESS, address).value()) }
}

/// Ends the process with all its threads, at once: nothing is dropped, and no buffer of std's or of a libc's is written
/// out. The parent is told the lowest 8 bits of `status`.
///
/// If a seccomp filter refuses the call with an error, the process ends with all its threads all the same, by the signal of an
/// instruction that there is none of: `SIGILL` or `SIGTRAP`. `exit` would tell the status, but it ends the calling thread alone,
/// whose memory others may be using.
#[doc(alias = "_exit")]
#[doc(alias = "exit_group")]
#[inline(always)]
pub fn exit(status: i32) -> ! {
    loop {
        // SAFETY: the call has no pointer. It comes back only if a filter refuses it.
        let _ = unsafe { call_readonly!(EXIT_GROUP, status) };
        crate::arch::trap();
    }
}

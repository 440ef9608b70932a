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
//! A child that sets itself up before it executes does so by calls, in [`spawn_with`].
//!
//! See `getpid(2)`, `gettid(2)`, `execve(2)`, `execveat(2)`, `clone(2)`, `fork(2)`, `waitid(2)`, `_exit(2)`.

mod cpu;
mod exec;
mod spawn;
mod strings;
mod wait;

pub use crate::pid::Pid;
pub use cpu::{Cpu, getcpu};
pub use exec::{ExecFlags, execve, execveat};
pub use spawn::{fork, spawn, spawn_with};
pub use strings::{CStrings, CStringsArg, Iter};
pub use wait::{Children, WaitOptions, wait, waitid};

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

/// Ends the process with all its threads, at once: nothing is dropped, and no buffer of std's or of a libc's is written
/// out. The parent is told the lowest 8 bits of `status`.
#[doc(alias = "_exit")]
#[doc(alias = "exit_group")]
#[inline(always)]
pub fn exit(status: i32) -> ! {
    loop {
        // SAFETY: the call has no pointer. It does not come back.
        let _ = unsafe { call_readonly!(EXIT_GROUP, status) };
    }
}

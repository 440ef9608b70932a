//! Processes: who is who.
//!
//! ```
//! use butter::process;
//! assert_eq!(process::getpid().number() as u32, std::process::id());
//! ```
//!
//! See `getpid(2)`, `gettid(2)`.

pub use crate::pid::Pid;

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

//! A filter installed as a program wants it.

use super::{FilterFlags, FilterOutcome, Instruction, set_mode_filter};
use crate::abi::filter::BPF_MAXINSNS;
use crate::errno::{Errno, Result};
use crate::pid::Pid;
use crate::prctl::set_no_new_privs;
use core::fmt;

/// A filter has at most so many instructions.
#[doc(alias = "BPF_MAXINSNS")]
pub const MAX_INSTRUCTIONS: usize = BPF_MAXINSNS;

/// Sets [`no_new_privs`](set_no_new_privs) and installs a filter in the calling thread: it looks at every call that the thread,
/// its children and the threads that it starts from now on will make, besides the filters that are there. Nobody can remove it.
///
/// ```
/// use butter::seccomp::{self, Instruction};
/// use butter::signal::ChildStatus;
/// use butter::{nr, process, syscall, Errno};
///
/// // `umask` is refused; a real filter looks at the architecture as well.
/// const FILTER: [Instruction; 4] = [
///     Instruction { code: 0x20, jt: 0, jf: 0, k: 0 },                  // load the number
///     Instruction { code: 0x15, jt: 0, jf: 1, k: nr::UMASK as u32 },   // if it is this one
///     Instruction { code: 0x06, jt: 0, jf: 0, k: seccomp::Action::Errno(Errno::EPERM).value() },
///     Instruction { code: 0x06, jt: 0, jf: 0, k: seccomp::Action::Allow.value() },
/// ];
///
/// // SAFETY: the child makes system calls only, and the filter makes nothing of them but an error.
/// if let Some(child) = unsafe { process::fork() }? {
///     assert_eq!(process::wait(child)?, ChildStatus::Exited(1));
/// } else {
///     let denied = unsafe { seccomp::install(&FILTER).and_then(|()| syscall!(UMASK, 0)) } == Err(Errno::EPERM);
///     process::exit(denied.into());
/// }
/// # Ok::<(), Errno>(())
/// ```
///
/// # Errors
///
/// - `EINVAL`: the program is empty, has more than 4,096 instructions, or is one that the kernel does not accept; the thread is
///   in strict mode; or the kernel was built without seccomp. If it is the length, no call has been made.
/// - `ENOMEM`: the kernel has no memory for it; or the filters of the thread together would have more than 32,768
///   instructions: those that the kernel makes of them, up to twice as many, and four more for each filter that is there already.
/// - `ENOSYS`: before Linux 3.17.
/// - What a filter that is there gives for the two calls.
///
/// # Safety
///
/// That of [`set_mode_filter`]: a filter that allows a call, makes it fail with an error, or ends the process keeps the promise.
pub unsafe fn install(program: &[Instruction]) -> Result<()> {
    // SAFETY: the caller's promise. Without flags there is one outcome.
    unsafe { prepared(program, FilterFlags::empty()) }.map(drop)
}

/// [`install`] in all threads of the process. One that has filters which the calling thread does not have cannot follow; then
/// nothing is installed anywhere.
///
/// # Errors
///
/// [`Unsynced`](InstallError::Unsynced), and the errors of [`install`].
///
/// # Safety
///
/// That of [`set_mode_filter`].
#[doc(alias = "SECCOMP_FILTER_FLAG_TSYNC")]
pub unsafe fn install_in_all_threads(program: &[Instruction]) -> Result<(), InstallError> {
    // SAFETY: the caller's promise.
    match unsafe { prepared(program, FilterFlags::TSYNC) }? {
        FilterOutcome::Unsynced(thread) => Err(InstallError::Unsynced(thread)),
        _ => Ok(()),
    }
}

/// [`set_mode_filter`] with what it needs.
///
/// # Safety
///
/// That of [`set_mode_filter`].
pub(super) unsafe fn prepared(program: &[Instruction], flags: FilterFlags) -> Result<FilterOutcome> {
    if !(1..=MAX_INSTRUCTIONS).contains(&program.len()) {
        return Err(Errno::EINVAL);
    }
    set_no_new_privs()?;
    // SAFETY: the caller's promise.
    unsafe { set_mode_filter(flags, program) }
}

/// Why a filter was not installed in all threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallError {
    /// This thread has filters that the calling thread does not have, or is in strict mode.
    Unsynced(Pid),
    /// The call failed.
    Errno(Errno),
}

impl From<Errno> for InstallError {
    fn from(errno: Errno) -> InstallError {
        InstallError::Errno(errno)
    }
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstallError::Unsynced(thread) => write!(f, "thread {thread} has filters of its own"),
            InstallError::Errno(errno) => errno.fmt(f),
        }
    }
}

impl core::error::Error for InstallError {}

#[cfg(feature = "std")]
impl From<InstallError> for std::io::Error {
    fn from(error: InstallError) -> Self {
        match error {
            InstallError::Unsynced(_) => std::io::Error::from(Errno::ESRCH),
            InstallError::Errno(errno) => errno.into(),
        }
    }
}

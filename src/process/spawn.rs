//! A child that executes a program, and a child that goes on with this one.
//!
//! The child of a spawn is cloned with `CLONE_VFORK` but without `CLONE_VM`: it has a copy of the memory, so that the
//! caller's closure may run in it as it stands, on the same stack, and the parent stands still until it has executed.
//!
//! It is cloned without a signal that tells of its end, and `execve` gives it `SIGCHLD`. So afterwards the kernel itself
//! knows what came of it: a `__WCLONE` child has not executed, its exit status is the error, and no `SIGCHLD` and no wait in
//! another thread has told of it. A pipe, the usual way, costs more calls, and the set-up could close or overwrite it,
//! another thread's child keep it open, or the limit of descriptors forbid it.
//!
//! This is `clone`, not `clone3`, which older kernels, sandboxes and emulators do not have, and which could add nothing here
//! but `CLONE_CLEAR_SIGHAND`. `Builder` stands on the same ground, and takes `clone3` for what `clone` cannot do.

use super::wait::{Children, WaitOptions, status, waitid};
use super::{CStringsArg, Pid, execve, exit};
use crate::abi::sched::CLONE_VFORK;
use crate::abi::signal::{SA_HANDLER, SIG_IGN, sigaction};
use crate::arch;
use crate::arch::signo::SIGCHLD;
use crate::errno::{Errno, Result};
use crate::path::PathArg;
use crate::signal::{ChildStatus, SigSet, Signal, sigmask};
use core::convert::Infallible;
use core::ptr;

/// Starts a program in a child process, and gives the child's number as soon as the program has been executed. (The child's
/// descriptors that are closed over `exec` are closed a moment later.)
///
/// The child has the parent's descriptors but for those that are closed over `exec`, and ignores the signals that the parent
/// ignores; in a program with std that is `SIGPIPE`. No signal is blocked in it, whatever the parent blocks.
///
/// # Errors
///
/// Those of [`execve`], and
///
/// - `EAGAIN`: the user, the cgroup or the system has as many processes as it may.
/// - `ECANCELED`: a signal ended the child before it had executed.
/// - `ENOMEM`: the kernel has no memory for it; or the pid namespace for the children has lost its init.
#[doc(alias = "posix_spawn")]
pub fn spawn(path: impl PathArg, argv: impl CStringsArg, envp: impl CStringsArg) -> Result<Pid> {
    path.with_c_str(|path| {
        // SAFETY: the child makes one call, with what it has a copy of.
        argv.with_strings(|argv| envp.with_strings(|envp| unsafe { spawn_with(|| execve(path, argv, envp)) }))
    })
}

/// Starts a child process that sets itself up and executes a program, and gives the child's number as soon as it has been
/// executed. If a call in `child` fails, its error comes back, and the child is gone.
///
/// What `child` changes is changed in the child: it has its own copy of the memory and of the table of descriptors. It begins
/// without any blocked signal and without handlers, and else as the parent is: see [`spawn`].
///
/// ```
/// use butter::process;
/// use butter::signal::{ChildStatus, SigSet, Signal, sigmask};
///
/// // SAFETY: the child makes system calls only.
/// let child = unsafe {
///     process::spawn_with(|| {
///         sigmask::set(SigSet::from(Signal::INT))?;
///         process::execve(c"/bin/true", [c"true"], [])
///     })
/// }?;
/// assert_eq!(process::wait(child)?, ChildStatus::Exited(0));
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// The calling thread stands still until the child has executed, even for signals. Making the copy takes the longer the more
/// memory the process has in use.
///
/// Since Linux 4.7. An emulator that makes a mere `fork` of it, as qemu-user does, cannot tell the error of `child`: there it
/// becomes the child's exit status.
///
/// # Errors
///
/// Those of `child`, and
///
/// - `EAGAIN`: the user, the cgroup or the system has as many processes as it may.
/// - `ECANCELED`: a signal or a panic ended the child before it had executed.
/// - `ENOMEM`: the kernel has no memory for it; or the pid namespace for the children has lost its init.
///
/// # Safety
///
/// - What holds for the child of a [`fork`] holds for `child`: in a program with several threads it makes system calls and no
///   more. The functions of this crate do no more.
/// - It does not end the process or leave otherwise than by returning or panicking: where it does with a status, that is
///   taken for an error.
#[doc(alias = "vfork")]
pub unsafe fn spawn_with(child: impl FnOnce() -> Result<Infallible>) -> Result<Pid> {
    // Handlers of this program do not run in the child: it sets them back before it lets a signal through.
    let _mask = sigmask::Guard::set(SigSet::all())?;
    // SAFETY: the caller's promise about the child, which does not return from here.
    match unsafe { make(CLONE_VFORK as usize, ptr::null_mut()) }? {
        None => run(child),
        Some(pid) => executed(pid),
    }
}

/// Makes a child process that goes on with this program, in a copy of its memory: gives the child's number, and `None` in the
/// child. Its end is told by `SIGCHLD`.
///
/// The child has one thread, the copy of the calling one, and copies of all descriptors. Of this a libc gets to know nothing:
/// what it would do in its own `fork` does not happen (handlers of `pthread_atfork`, locks of its allocator taken for the
/// child), and the thread's number that it keeps is that of the parent's thread (for `raise`, or a mutex that knows its owner).
///
/// # Errors
///
/// - `EAGAIN`: the user, the cgroup or the system has as many processes as it may.
/// - `ENOMEM`: the kernel has no memory for it; or the pid namespace for the children has lost its init.
///
/// # Safety
///
/// - If the process has other threads, the child uses nothing of what they may use: no lock, no allocator, nothing that is
///   atomic. The copy is made while they run and not in one instant, so in it they may have gone half way, and in an order that
///   no memory model allows.
/// - If the process has a libc, the child uses none of its functions but those that are safe in a signal handler. Neither
///   does it return into code that would.
/// - What the program owns exists twice, so the child does not drop what must be given up once: a file that is removed, a buffer
///   that is written out. Descriptors are its own.
pub unsafe fn fork() -> Result<Option<Pid>> {
    // SAFETY: the caller's promise.
    unsafe { clone(usize::from(SIGCHLD), ptr::null_mut()) }
}

/// Makes a child that tells of its end by no signal. The flags have it share no memory; one may have the kernel write a
/// number to `place`.
///
/// # Safety
///
/// That of [`fork`].
#[inline(always)]
pub(super) unsafe fn make(flags: usize, place: *mut i32) -> Result<Option<Pid>> {
    // SAFETY: the caller's promise.
    match unsafe { clone(flags, place) } {
        // An emulator that has nothing but fork wants its signal.
        // SAFETY: the same.
        Err(Errno::EINVAL) => unsafe { clone(flags | usize::from(SIGCHLD), place) },
        made => made,
    }
}

/// # Safety
///
/// That of [`fork`], and [`make`]'s about the flags.
#[inline(always)]
unsafe fn clone(flags: usize, place: *mut i32) -> Result<Option<Pid>> {
    // SAFETY: the caller's promise.
    unsafe { arch::clone(flags, place, ptr::null_mut()) }.int().map(Pid::new)
}

/// The child.
pub(super) fn run(child: impl FnOnce() -> Result<Infallible>) -> ! {
    /// Ends the process, so that a panic does not unwind into a second copy of the program.
    struct Panicked;
    impl Drop for Panicked {
        fn drop(&mut self) {
            exit(to_status(Errno::ECANCELED))
        }
    }
    let _panicked = Panicked;
    let Err(errno) = without_handlers().and_then(|()| child());
    exit(to_status(errno))
}

/// Sets the signals that have a handler back to their default, as `exec` does, and then lets all through.
fn without_handlers() -> Result<()> {
    for signal in SigSet::all() {
        let mut old = sigaction::default();
        rt_sigaction(signal, ptr::null(), &raw mut old)?;
        if old[SA_HANDLER] > SIG_IGN {
            set_default(signal)?;
        }
    }
    sigmask::set(SigSet::empty()).map(drop)
}

/// For `KILL` and `STOP`, which have no other action, the kernel takes none.
pub(super) fn set_default(signal: Signal) -> Result<()> {
    if matches!(signal, Signal::KILL | Signal::STOP) {
        return Ok(());
    }
    let default = sigaction::default();
    rt_sigaction(signal, &raw const default, ptr::null_mut())
}

/// `new` is null or the default: no handler comes from here.
fn rt_sigaction(signal: Signal, new: *const sigaction, old: *mut sigaction) -> Result<()> {
    let number = u32::from(signal.number());
    // SAFETY: the kernel reads and writes no more than a `sigaction`, and nothing at a null.
    let ret = unsafe {
        if cfg!(target_arch = "sparc64") {
            // What a handler returns to is an argument of its own here.
            call!(RT_SIGACTION, number, new, old, 0_usize, SigSet::SIZE)
        } else {
            call!(RT_SIGACTION, number, new, old, SigSet::SIZE)
        }
    };
    ret.unit()
}

/// The parent: the child, if it has executed; else its error, and it is gone.
pub(super) fn executed(pid: Pid) -> Result<Pid> {
    let child = Children::Process(pid);
    let ended = WaitOptions::EXITED | WaitOptions::CLONE;
    // One that stopped because this process traces it stays as it is.
    let Ok(Some(info)) = waitid(child, ended | WaitOptions::NOWAIT) else { return Ok(pid) };
    let errno = match status(&info) {
        ChildStatus::Exited(status) => from_status(status),
        ChildStatus::Killed(_) | ChildStatus::Dumped(_) => Errno::ECANCELED,
        _ => return Ok(pid),
    };
    // It has ended, so this neither waits nor fails.
    let _ = waitid(child, ended);
    Err(errno)
}

/// Every error number of the kernel's fits the 8 bits of an exit status but for one: on mips `EDQUOT` is 1133. It is 255 there.
fn to_status(errno: Errno) -> i32 {
    u8::try_from(errno.number()).unwrap_or(u8::MAX).into()
}

/// The other way. Without an error the child has ended by itself.
fn from_status(status: i32) -> Errno {
    match u8::try_from(status) {
        Ok(u8::MAX) => Errno::EDQUOT,
        Ok(number) => Errno::new(number.into()).unwrap_or(Errno::ECANCELED),
        Err(_) => Errno::ECANCELED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_fit_an_exit_status() {
        for number in 1..255 {
            let errno = Errno::new(number).unwrap();
            assert_eq!(from_status(to_status(errno)), errno);
        }
        assert_eq!(from_status(to_status(Errno::EDQUOT)), Errno::EDQUOT);
        assert_eq!(from_status(0), Errno::ECANCELED);
    }
}

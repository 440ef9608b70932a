//! Another program in this process.

use super::{CStrings, CStringsArg};
use crate::abi::fcntl::{AT_EMPTY_PATH, AT_EXECVE_CHECK, AT_SYMLINK_NOFOLLOW};
use crate::arch::Ret;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::{convert::Infallible, ptr};

/// Executes a program in the place of this one; it comes back only if that fails.
///
/// The process keeps its number, its descriptors but for those that are closed over `exec`, its mask of blocked signals,
/// and which signals it ignores. Its other threads and its memory are gone; nothing is dropped. `path` is not looked for in
/// `PATH`. The first of the arguments is the program's name, by custom; since Linux 5.18 one that gets none is given an empty
/// one.
///
/// ```no_run
/// use butter::process;
///
/// let Err(errno) = process::execve(c"/bin/sh", [c"sh", c"-i"], [c"TERM=linux", c"PATH=/bin"]);
/// panic!("no shell: {errno}");
/// ```
///
/// # Errors
///
/// - `E2BIG`: the arguments and the environment are too large together (`RLIMIT_STACK`), or one string is (128 KiB).
/// - `EACCES`: a directory on the way may not be searched; or the file, or the interpreter that it names, is not a regular
///   one, is not executable, or is on a file system mounted `noexec`.
/// - `EAGAIN`: the process has changed its user id, and the user has more processes than `RLIMIT_NPROC` allows.
/// - `EINVAL`: the file names more than one interpreter; or `path` contains a NUL.
/// - `EIO`: the file cannot be read.
/// - `EISDIR`: the interpreter of the file is a directory.
/// - `ELIBBAD`: the interpreter of the file has a format that the kernel does not know.
/// - `ELOOP`: too many symbolic links on the way, or scripts that interpret one another.
/// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
/// - `ENAMETOOLONG`: `path`, or a part of it, is too long.
/// - `ENOENT`: no such file, or its interpreter does not exist.
/// - `ENOEXEC`: the file has a format that the kernel does not know, or is for another architecture.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOTDIR`: something on the way is not a directory.
/// - `EPERM`: the file would bring privileges that the process may not have: it is traced, the file system is mounted
///   `nosuid`, or the program cannot use the capabilities of its file.
/// - `ETXTBSY`: the file is open for writing.
#[doc(alias = "exec")]
#[inline]
pub fn execve(path: impl PathArg, argv: impl CStringsArg, envp: impl CStringsArg) -> Result<Infallible> {
    path.with_c_str(|path| {
        argv.with_strings(|argv| {
            // SAFETY: the kernel reads a path and two lists of strings.
            envp.with_strings(|envp| {
                failed(unsafe { call_readonly!(EXECVE, path.as_ptr(), argv.as_ptr(), envp.as_ptr()) })
            })
        })
    })
}

flags! {
    /// How [`execveat`] and [`execve_check`] understand the path.
    ExecFlags: u32 {
        /// If the path is empty, the descriptor itself is executed.
        #[doc(alias = "AT_EMPTY_PATH")]
        #[doc(alias = "fexecve")]
        const EMPTY_PATH = AT_EMPTY_PATH;
        /// A symbolic link as the last part of the path is an error, `ELOOP`.
        #[doc(alias = "AT_SYMLINK_NOFOLLOW")]
        const SYMLINK_NOFOLLOW = AT_SYMLINK_NOFOLLOW;
    }
}

/// [`execve`] of a path that begins at a directory, or of a descriptor itself: that of a program is `EMPTY_PATH` and the
/// path `c""`. Since Linux 3.19.
///
/// A script that is executed by a descriptor is opened by its interpreter as `/dev/fd/N`, so the descriptor must stay open
/// over `exec`.
///
/// # Errors
///
/// Those of [`execve`], and
///
/// - `EBADF`: the descriptor is not open, and the path is relative.
/// - `EINVAL`: a flag that this kernel does not know; or the one with which [`execve_check`] asks.
/// - `ELOOP`: with `SYMLINK_NOFOLLOW`: the path is a symbolic link.
/// - `ENOENT`: a script by its descriptor, which is closed over `exec`; or the path is empty, without `EMPTY_PATH`.
/// - `ENOTDIR`: the descriptor is not a directory, and the path is relative.
#[inline]
pub fn execveat(
    directory: impl AsFd,
    path: impl PathArg,
    argv: impl CStringsArg,
    envp: impl CStringsArg,
    flags: ExecFlags,
) -> Result<Infallible> {
    let directory = directory.as_fd().as_raw_fd();
    path.with_c_str(|path| {
        argv.with_strings(|argv| {
            envp.with_strings(|envp| {
                let (path, argv, envp) = (path.as_ptr(), argv.as_ptr(), envp.as_ptr());
                // SAFETY: the kernel reads a path and two lists of strings.
                failed(unsafe { call_readonly!(EXECVEAT, directory, path, argv, envp, flags.bits()) })
            })
        })
    })
}

/// Whether [`execveat`] would be allowed to execute a file, as the kernel and its security modules see it: for whoever is about to
/// interpret a script. Nothing is executed, and what is in the file does not matter. Since Linux 6.14.
///
/// Whoever asks about a descriptor, and reads the script from the same, is told of what it reads. Whether such an answer is to be
/// heeded, the process is told by its [`SecureBits`](crate::caps::SecureBits).
///
/// ```
/// use butter::fd::CWD;
/// use butter::process::{self, ExecFlags};
/// use butter::Errno;
///
/// match process::execve_check(CWD, c"/bin/sh", ExecFlags::empty()) {
///     // Before Linux 6.14.
///     Ok(()) | Err(Errno::EINVAL) => {}
///     Err(errno) => panic!("{errno}"),
/// }
/// assert!(process::execve_check(CWD, c"/etc/passwd", ExecFlags::empty()).is_err());
/// # Ok::<(), Errno>(())
/// ```
///
/// # Errors
///
/// - `EACCES`: a directory on the way may not be searched; or the file is not a regular one, is not executable, or is on a file
///   system mounted `noexec`.
/// - `EBADF`: the descriptor is not open, and the path is relative.
/// - `EINVAL`: before Linux 6.14; a flag that this kernel does not know; or `path` contains a NUL.
/// - `ELOOP`, `ENAMETOOLONG`, `ENOENT`, `ENOTDIR`: of the path, those of [`execveat`].
/// - `EMFILE`, `ENFILE`, `ENOMEM`: those of [`execve`].
/// - `EPERM`: a security module forbids it.
/// - `ETXTBSY`: the file is open for writing.
#[doc(alias = "AT_EXECVE_CHECK")]
pub fn execve_check(directory: impl AsFd, path: impl PathArg, flags: ExecFlags) -> Result<()> {
    let (directory, flags) = (directory.as_fd().as_raw_fd(), flags.bits() | AT_EXECVE_CHECK);
    // The kernel makes nothing of them, but complains in its log if there is no argument.
    let (argv, envp) = ([c"".as_ptr(), ptr::null()], CStrings::empty());
    path.with_c_str(|path| {
        // SAFETY: the kernel reads a path and two lists of strings.
        unsafe { call_readonly!(EXECVEAT, directory, path.as_ptr(), argv.as_ptr(), envp.as_ptr(), flags) }.unit()
    })
}

/// The error of a call that does not come back otherwise, unless a flag makes it a question.
#[inline]
fn failed(ret: Ret) -> Result<Infallible> {
    Err(ret.unit().err().unwrap_or(Errno::EINVAL))
}

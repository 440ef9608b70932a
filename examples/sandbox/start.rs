//! The program is started under its filter, and the filter's listener comes to the supervisor.
//!
//! Once the filter is there, the child can make no call that the policy might not forbid: not even to send the listener. But it
//! shares its table of descriptors with the supervisor until it executes the program, so the listener is in both at once. Its
//! `execve` is notified ([`START`]), and so waits for the supervisor.
//!
//! Nor can the child tell what has failed, but by its exit status. Whether it is the program's, the kernel knows: a child that
//! is cloned without a signal for its end is a `__WCLONE` child until it executes.

use crate::filter::START;
use butter::landlock::Ruleset;
use butter::prctl::set_pdeathsig;
use butter::process::{self, Pid, WaitOptions};
use butter::seccomp::{FilterFlags, Instruction, Listener, notify};
use butter::signal::{Cause, ChildStatus, SigSet, Signal, sigmask};
use butter::{Errno, fd, syscall};
use std::convert::Infallible;
use std::ffi::{CString, OsString, c_char};
use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::time::Duration;
use std::{env, io, iter, ptr, thread};

/// A program that is being started.
pub struct Started {
    pub child: Pid,
    pub listener: Listener,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Executed {
    NotYet,
    Yes,
    /// It was not found, or is none. The child is gone.
    Failed(ChildStatus),
}

/// Whether the program has been executed by now. What the child does before is the sandbox's own doing.
pub fn executed(child: Pid) -> butter::Result<Executed> {
    let options = WaitOptions::EXITED | WaitOptions::NOHANG | WaitOptions::NOWAIT | WaitOptions::CLONE;
    match process::waitid(child, options) {
        Err(Errno::ECHILD) => Ok(Executed::Yes),
        Ok(None) => Ok(Executed::NotYet),
        Ok(Some(info)) => Ok(Executed::Failed(match info.cause() {
            Cause::Child { status, .. } => status,
            _ => ChildStatus::Other { code: info.code(), status: info.status() },
        })),
        Err(errno) => Err(errno),
    }
}

/// Why the child has ended before it had executed the program.
pub fn reason(status: ChildStatus) -> Errno {
    match status {
        ChildStatus::Exited(status) => u16::try_from(status).ok().and_then(Errno::new),
        _ => None,
    }
    .unwrap_or(Errno::ECANCELED)
}

/// Starts the program with these signals blocked, and no others. This process has no other thread.
pub fn start(
    command: &[OsString],
    program: &[Instruction],
    ruleset: Option<&Ruleset>,
    mask: SigSet,
) -> io::Result<Started> {
    let command = Command::new(command)?;
    // The listener is to be the first descriptor that is free.
    let number = File::open("/dev/null")?.as_raw_fd();
    let parent = process::getpid();
    // SAFETY: there is no other thread, and the child makes system calls only.
    let Some(child) = (unsafe { fork_with_files() })? else {
        let Err(errno) = run(&command, program, ruleset, mask, parent);
        process::exit(errno.number().into())
    };
    // SAFETY: it is looked at, and whatever it is stays as it is.
    while fd::is_nonblocking(unsafe { BorrowedFd::borrow_raw(number) }) == Err(Errno::EBADF) {
        if let Executed::Failed(status) = executed(child)? {
            return Err(match reason(status) {
                Errno::EBUSY => io::Error::other("the calls of this process are supervised already"),
                errno => io::Error::other(format!("the program cannot be restricted: {errno}")),
            });
        }
        thread::sleep(Duration::from_micros(50));
    }
    // SAFETY: the child has made it, and is about to leave its copy of the table.
    let listener = Listener::from_fd(unsafe { OwnedFd::from_raw_fd(number) })?;
    fd::set_nonblocking(&listener, true)?;
    // The supervisor and the thread that waits for it never work at the same time. Before Linux 6.6 it is as it is.
    match listener.set_flags(notify::Flags::SYNC_WAKE_UP) {
        Ok(()) | Err(Errno::EINVAL) => {}
        Err(errno) => return Err(errno.into()),
    }
    Ok(Started { child, listener })
}

/// A child that shares the table of descriptors, and of whose end no signal tells.
///
/// # Safety
///
/// That of [`process::fork`].
unsafe fn fork_with_files() -> butter::Result<Option<Pid>> {
    const CLONE_FILES: usize = 0x400;
    let child = if cfg!(target_arch = "s390x") {
        // SAFETY: the caller's promise. The flag needs no memory and no pointer.
        unsafe { syscall!(CLONE, 0, CLONE_FILES, 0, 0, 0) }
    } else {
        // SAFETY: the same.
        unsafe { syscall!(CLONE, CLONE_FILES, 0, 0, 0, 0) }
    };
    child.map(|child| Pid::new(child as i32))
}

/// The child. It ends with what failed.
fn run(
    command: &Command,
    program: &[Instruction],
    ruleset: Option<&Ruleset>,
    mask: SigSet,
    parent: Pid,
) -> butter::Result<Infallible> {
    // Nobody would answer it without the supervisor.
    set_pdeathsig(Some(Signal::KILL))?;
    if process::getppid() != Some(parent) {
        return Err(Errno::ESRCH);
    }
    default_action(Signal::PIPE)?;
    sigmask::set(mask)?;
    ruleset.map_or(Ok(()), Ruleset::restrict_self)?;
    // SAFETY: what the filter's policy, or the supervisor, does with the program's calls is what its user has asked for. This
    // process itself makes two more, whose results nothing relies on.
    let install = |flags| unsafe { Listener::install_with(program, flags) };
    let listener = match install(FilterFlags::WAIT_KILLABLE_RECV) {
        // Before Linux 5.19.
        Err(Errno::EINVAL) => install(FilterFlags::empty()),
        result => result,
    };
    // The supervisor's.
    std::mem::forget(listener?);
    Err(command.execute())
}

/// What a program with std ignores, and no other does.
fn default_action(signal: Signal) -> butter::Result<()> {
    // Zeros are the default, in the struct of every machine, and this is more than any has.
    let action = [0_u64; 32];
    let (signal, action, old) = (u32::from(signal.number()), action.as_ptr(), ptr::null_mut::<u64>());
    let size = size_of::<SigSet>();
    // SAFETY: the kernel reads the struct. No handler is installed.
    unsafe {
        if cfg!(target_arch = "sparc64") {
            syscall!(RT_SIGACTION, signal, action, old, 0, size)
        } else {
            syscall!(RT_SIGACTION, signal, action, old, size)
        }
    }
    .map(drop)
}

/// What is executed, in the form of the kernel.
struct Command {
    /// Where the program may be.
    paths: Vec<CString>,
    /// They end with a null, and point into the strings.
    argv: Vec<*const c_char>,
    envp: Vec<*const c_char>,
    _strings: Vec<CString>,
}

impl Command {
    fn new(command: &[OsString]) -> io::Result<Command> {
        let c_string = |bytes: Vec<u8>| CString::new(bytes).map_err(io::Error::from);
        let program = command.first().map(|program| program.as_bytes()).unwrap_or_default();
        let paths = if program.contains(&b'/') {
            vec![c_string(program.to_vec())?]
        } else {
            let path = env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/bin:/usr/bin".into());
            env::split_paths(&path)
                .map(|directory| {
                    c_string(directory.join(OsString::from_vec(program.to_vec())).into_os_string().into_vec())
                })
                .collect::<io::Result<_>>()?
        };
        let variable = |(name, value): (OsString, OsString)| [name.as_bytes(), b"=", value.as_bytes()].concat();
        let arguments: Vec<CString> =
            command.iter().map(|argument| c_string(argument.as_bytes().to_vec())).collect::<io::Result<_>>()?;
        let variables: Vec<CString> = env::vars_os().map(|each| c_string(variable(each))).collect::<io::Result<_>>()?;
        let pointers =
            |strings: &[CString]| strings.iter().map(|string| string.as_ptr()).chain(iter::once(ptr::null())).collect();
        let (argv, envp) = (pointers(&arguments), pointers(&variables));
        Ok(Command { paths, argv, envp, _strings: arguments.into_iter().chain(variables).collect() })
    }

    /// Does not come back but with an error: the first that says more than that the program is not there.
    fn execute(&self) -> Errno {
        let mut reason = Errno::ENOENT;
        for path in &self.paths {
            let (argv, envp) = (self.argv.as_ptr(), self.envp.as_ptr());
            // SAFETY: the strings, and the lists of them that end with a null, live as long as the command.
            match unsafe { syscall!(EXECVE, path.as_ptr(), argv, envp, START[0], START[1]) } {
                Err(Errno::ENOENT | Errno::ENOTDIR) | Ok(_) => {}
                Err(Errno::EACCES) => reason = Errno::EACCES,
                Err(errno) => return errno,
            }
        }
        reason
    }
}

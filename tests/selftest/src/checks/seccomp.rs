//! Filters, in children, and a call that this process decides on.

use super::kernel::{fork, pipe, wait};
use crate::{Failure, Verdict, claim};
use butter::arch;
use butter::errno::Errno;
use butter::fd::{self, FromRawFd, IntoRawFd, OwnedFd};
use butter::process::{self, Pid};
use butter::seccomp::notify::{self, AddFd};
use butter::seccomp::{self, Action, Instruction, Listener};
use butter::signal::{ChildStatus, Signal};
use butter::{Reader, nr, prctl, syscall};

const fn instruction(code: u16, jf: u8, k: u32) -> Instruction {
    Instruction { code, jt: 0, jf, k }
}

/// Does this with `umask`, and allows all else.
const fn filter(action: Action) -> [Instruction; 4] {
    filter_of(nr::UMASK, action)
}

const fn filter_of(number: usize, action: Action) -> [Instruction; 4] {
    let (number, allow) = (number as u32, Action::Allow.value());
    [instruction(0x20, 0, 0), instruction(0x15, 1, number), instruction(6, 0, action.value()), instruction(6, 0, allow)]
}

fn umask(mask: u32) -> Result<usize, Errno> {
    // SAFETY: the call has no pointer.
    unsafe { syscall!(UMASK, mask) }
}

/// An emulator makes the calls of a program itself, so it does not let it filter them.
fn available() -> Verdict {
    match seccomp::get_action_avail(Action::Errno(Errno::EPERM)) {
        Err(Errno::ENOSYS) => Err(Failure::Skipped("needs seccomp")),
        available => claim(available? && seccomp::get_action_avail(Action::KillThread)?),
    }
}

pub fn no_new_privs() -> Verdict {
    let child = fork(|| {
        let set = seccomp::get_no_new_privs().and_then(|before| seccomp::set_no_new_privs().map(|()| before));
        i32::from(set.is_ok() && seccomp::get_no_new_privs() == Ok(true))
    })?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

pub fn actions() -> Verdict {
    available()?;
    let gives = |action, expected| {
        // SAFETY: nothing relies on what `umask` gives.
        let child = fork(|| unsafe { seccomp::install(&filter(action)).is_ok() && umask(0o22) == expected }.into())?;
        claim(wait(child)? == ChildStatus::Exited(1))
    };
    gives(Action::Errno(Errno::EDQUOT), Err(Errno::EDQUOT))?;
    gives(Action::Nothing, Ok(0))?;
    gives(Action::Notify, Err(Errno::ENOSYS))?;
    gives(Action::Trace(1), Err(Errno::ENOSYS))?;
    umask(0o22)?;
    gives(Action::Allow, Ok(0o22))?;

    // SAFETY: the process ends.
    let child =
        fork(|| unsafe { seccomp::install(&filter(Action::KillProcess)).is_ok() && umask(0o22).is_ok() }.into())?;
    claim(matches!(wait(child)?, ChildStatus::Killed(Signal::SYS) | ChildStatus::Dumped(Signal::SYS)))
}

/// The instruction that there is none of is the architecture's own.
pub fn refused_exit() -> Verdict {
    available()?;
    let child = fork(|| {
        let _ = prctl::set_dumpable(prctl::Dumpable::Disabled);
        // SAFETY: an error of `exit_group` harms nobody.
        let _ = unsafe { seccomp::install(&filter_of(nr::EXIT_GROUP, Action::Errno(Errno::EPERM))) };
        0
    })?;
    claim(matches!(wait(child)?, ChildStatus::Killed(Signal::ILL | Signal::TRAP)))
}

/// A child that shares the table of descriptors, so that its listener is here too.
fn sharing(child: impl FnOnce() -> i32) -> Result<Option<Pid>, Errno> {
    const CLONE_FILES: usize = 0x400;
    let flags = CLONE_FILES | usize::from(Signal::CHLD.number());
    // SAFETY: the flags need no pointer, and the program has one thread.
    let pid = unsafe { arch::clone(flags, core::ptr::null_mut(), core::ptr::null_mut()) }.result()?;
    if pid == 0 { process::exit(child()) } else { Ok(Pid::new(pid as i32)) }
}

pub fn notification() -> Verdict {
    available()?;
    let (reading, writing) = pipe()?;
    let child = sharing(|| {
        // SAFETY: nothing relies on what `umask` gives.
        let listener = unsafe { Listener::install(&filter(Action::Notify)) };
        let number = listener.map_or(-1, |listener| listener.into_raw_fd());
        let told = fd::write(&writing, &number.to_ne_bytes()).is_ok();
        let (value, error) = (umask(0o123) == Ok(0o77), umask(0o124) == Err(Errno::EDQUOT));
        i32::from(told && value && error && umask(0o125).is_ok_and(|fd| fd > 2) && umask(0o126) == Err(Errno::ENOSYS))
    })?;
    let child = child.ok_or(Errno::ECHILD)?;
    let mut number = [0; 4];
    claim(fd::read(&reading, &mut number)?.len() == 4)?;
    let number = i32::from_ne_bytes(number);
    claim(number > 0)?;
    // SAFETY: the child has given it up.
    let listener = Listener::from_fd(unsafe { OwnedFd::from_raw_fd(number) })?;

    let mut buffer = [0; 256];
    let mut reader = Reader::new(&listener, &mut buffer)?;
    let notification = reader.wait(None)?;
    claim(notification.pid() == Some(child) && notification.number() == nr::UMASK as i32)?;
    claim(notification.args()[0] == 0o123 && notification.audit_arch() != 0)?;
    claim(notification.is_64bit() == cfg!(any(target_pointer_width = "64", target_arch = "x86_64")))?;
    notification.id_valid()?;
    notification.respond(0o77)?;
    let notification = reader.wait(None)?;
    claim(notification.args()[0] == 0o124)?;
    notification.respond_errno(Errno::EDQUOT)?;
    let notification = reader.wait(None)?;
    let id = notification.into_id();
    let number = notify::addfd_send(&listener, id, AddFd::new(fd::AsFd::as_fd(&reading)))?;
    // SAFETY: the descriptor is in the table that is shared, and nobody else has it.
    drop(unsafe { OwnedFd::from_raw_fd(number) });
    claim(notify::id_valid(&listener, id) == Err(Errno::ENOENT))?;
    drop(reader.wait(None)?);
    claim(wait(child)? == ChildStatus::Exited(1))?;
    claim(reader.wait(None).err() == Some(Errno::ENODATA))
}

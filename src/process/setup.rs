//! What the child of a [`Builder`](super::Builder) does before it executes, and how a step that fails is told.
//!
//! The error is the child's exit status, as that of [`spawn_with`](super::spawn_with) is. To which step it belongs is a
//! byte in a pipe, which is there when the child is gone: it is not waited for, so it does not matter who else has the pipe. Only
//! where the parent maps users, and so does not stand still, does it wait until the pipe is closed.

use super::spawn::set_default;
use super::{Pid, directory, session};
use crate::credentials::{setgroups, setresgid, setresuid};
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd, AsRawFd, BorrowedFd, DupFlags, OwnedFd, RawFd};
use crate::namespace::{self, Kinds};
use crate::pipe::{PipeFlags, pipe2};
use crate::signal::{SigSet, sigmask};
use crate::time::{Clock, Timespec};
use core::ffi::CStr;
use core::fmt;

macro_rules! steps {
    ($($(#[$doc:meta])* $step:ident $words:literal,)*) => {
        /// A step on the way to a program in a child, in their order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Step {
            $($(#[$doc])* $step,)*
        }

        impl Step {
            fn from_byte(byte: u8) -> Option<Step> {
                [$(Step::$step),*].into_iter().find(|step| *step as u8 == byte)
            }
        }

        impl fmt::Display for Step {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Step::$step => $words,)*
                })
            }
        }
    };
}

steps! {
    /// What the parent needs for it: the mask of signals, and pipes.
    Prepare "preparing",
    /// The child itself, with its namespaces, its numbers, its pidfd and its cgroup.
    Clone "making the child",
    /// Its users, mapped by the parent.
    UidMap "mapping users",
    /// Whether it may call `setgroups`, said by the parent.
    Setgroups "setting whether setgroups is allowed",
    /// Its groups, mapped by the parent.
    GidMap "mapping groups",
    /// Its time namespace, and the offsets of clocks.
    Time "setting clocks",
    /// Its session.
    Setsid "making a session",
    /// Its process group.
    Setpgid "setting the process group",
    /// Its root directory.
    Chroot "changing the root directory",
    /// Its working directory.
    Chdir "changing the working directory",
    /// Its supplementary groups.
    Groups "setting the supplementary groups",
    /// Its group.
    Gid "setting the group",
    /// Its user.
    Uid "setting the user",
    /// Its descriptors.
    Descriptors "placing descriptors",
    /// Its default actions for signals.
    Sigdefault "setting the actions for signals",
    /// Its mask of signals.
    Sigmask "setting the mask of signals",
    /// The program, or what the caller's own closure does; also if a signal or a panic ends the child (`ECANCELED`).
    Exec "executing the program",
}

/// A step that failed, and why. It becomes an [`Errno`], and with `std` an `io::Error`, of the reason alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SpawnError {
    step: Step,
    errno: Errno,
}

impl SpawnError {
    /// The step.
    #[inline]
    pub fn step(&self) -> Step {
        self.step
    }

    /// Why it failed.
    #[inline]
    pub fn errno(&self) -> Errno {
        self.errno
    }
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step, self.errno)
    }
}

impl core::error::Error for SpawnError {}

impl From<SpawnError> for Errno {
    #[inline]
    fn from(error: SpawnError) -> Errno {
        error.errno
    }
}

#[cfg(feature = "std")]
impl From<SpawnError> for std::io::Error {
    #[inline]
    fn from(error: SpawnError) -> std::io::Error {
        error.errno.into()
    }
}

impl Step {
    /// The error of this step.
    #[inline]
    pub(super) fn failed(self) -> impl FnOnce(Errno) -> SpawnError {
        move |errno| SpawnError { step: self, errno }
    }
}

/// What a child is to do, in the order of the steps.
#[derive(Clone, Copy)]
pub(super) struct SetUp<'a> {
    /// A time namespace, which the child makes itself.
    pub(super) time: bool,
    pub(super) time_offsets: &'a [(Clock, Timespec)],
    pub(super) session: bool,
    pub(super) group: Option<Option<Pid>>,
    pub(super) root: Option<&'a CStr>,
    pub(super) directory: Option<&'a CStr>,
    pub(super) groups: Option<&'a [u32]>,
    pub(super) gid: Option<u32>,
    pub(super) uid: Option<u32>,
    pub(super) descriptors: &'a [(BorrowedFd<'a>, RawFd)],
    /// Signals that are no longer ignored.
    pub(super) default: SigSet,
    pub(super) mask: SigSet,
}

impl SetUp<'_> {
    /// In the child.
    pub(super) fn run(&self, report: Report, gate: Option<Gate>) -> Result<()> {
        let lowest = self.descriptors.iter().map(|&(_, number)| number).fold(-1, RawFd::max).saturating_add(1);
        let report = report.keep(lowest)?;
        if let Some(gate) = gate {
            gate.wait()?;
        }
        if self.time || !self.time_offsets.is_empty() {
            report.tells(Step::Time, self.clocks())?;
        }
        if self.session {
            report.tells(Step::Setsid, session::setsid())?;
        }
        if let Some(group) = self.group {
            report.tells(Step::Setpgid, session::setpgid(None, group))?;
        }
        if let Some(root) = self.root {
            report.tells(Step::Chroot, directory::chroot(root))?;
        }
        // Whoever is outside of a root is not bound by it.
        if let Some(directory) = self.directory.or(self.root.map(|_| c"/")) {
            report.tells(Step::Chdir, directory::chdir(directory))?;
        }
        if let Some(groups) = self.groups {
            report.tells(Step::Groups, setgroups(groups))?;
        }
        if let Some(gid) = self.gid {
            report.tells(Step::Gid, setresgid(Some(gid), Some(gid), Some(gid)))?;
        }
        if let Some(uid) = self.uid {
            report.tells(Step::Uid, setresuid(Some(uid), Some(uid), Some(uid)))?;
        }
        report.tells(Step::Descriptors, place(self.descriptors, lowest))?;
        report.tells(Step::Sigdefault, self.default.iter().try_for_each(set_default))?;
        report.tells(Step::Sigmask, sigmask::set(self.mask))?;
        // Closed by the exec, and until then what says that there was none.
        core::mem::forget(report);
        Ok(())
    }

    fn clocks(&self) -> Result<()> {
        namespace::unshare(Kinds::TIME)?;
        match self.time_offsets {
            [] => Ok(()),
            offsets => namespace::write_time_offsets(None, offsets),
        }
    }
}

/// Makes each number stand for its descriptor, over `exec`. All of them are duplicated above all numbers first, as one's
/// number may be another's descriptor.
fn place(descriptors: &[(BorrowedFd<'_>, RawFd)], lowest: RawFd) -> Result<()> {
    let Some((&(fd, number), rest)) = descriptors.split_first() else { return Ok(()) };
    let moved = above(fd, lowest)?;
    place(rest, lowest)?;
    // SAFETY: what the number stood for is closed, in the child, which does not know of it.
    unsafe { fd::dup3_raw(moved, number, DupFlags::NO_CLOEXEC) }.map(core::mem::forget)
}

/// A duplicate that is closed over `exec`, of this number or a higher one.
fn above(fd: impl AsFd, lowest: RawFd) -> Result<OwnedFd> {
    fd::dupfd(fd, lowest as u32, DupFlags::empty())
}

/// The pipe that tells which step failed. The last one has no byte.
pub(super) struct Report {
    reading: OwnedFd,
    writing: OwnedFd,
}

impl Report {
    pub(super) fn new() -> Result<Report> {
        let (reading, writing) = pipe2(PipeFlags::NONBLOCK)?;
        Ok(Report { reading, writing })
    }

    /// In the child: only the end to write to, out of the way of the numbers up to `lowest`.
    fn keep(self, lowest: RawFd) -> Result<Teller> {
        let Report { reading, writing } = self;
        drop(reading);
        let teller = Teller(writing);
        if teller.0.as_raw_fd() >= lowest {
            return Ok(teller);
        }
        teller.tells(Step::Descriptors, above(&teller.0, lowest)).map(Teller)
    }

    /// In the parent.
    pub(super) fn reading(self) -> OwnedFd {
        self.reading
    }
}

struct Teller(OwnedFd);

impl Teller {
    fn tells<T>(&self, step: Step, result: Result<T>) -> Result<T> {
        if result.is_err() {
            // Without it, the error is there still.
            let _ = fd::write(&self.0, &[step as u8]);
        }
        result
    }
}

/// In the parent, when the child is gone.
pub(super) fn step(report: &OwnedFd) -> Step {
    let mut byte = [0];
    match fd::read(report, &mut byte) {
        Ok([byte]) => Step::from_byte(*byte).unwrap_or(Step::Exec),
        _ => Step::Exec,
    }
}

/// Where the child waits until the parent has mapped its users and groups.
pub(super) struct Gate {
    waits: OwnedFd,
    opens: OwnedFd,
}

impl Gate {
    pub(super) fn new() -> Result<Gate> {
        let (waits, opens) = pipe2(PipeFlags::empty())?;
        Ok(Gate { waits, opens })
    }

    /// In the child. If the parent is gone, or has failed, so is the child.
    fn wait(self) -> Result<()> {
        let Gate { waits, opens } = self;
        drop(opens);
        match fd::read(&waits, &mut [0])? {
            [_] => Ok(()),
            _ => Err(Errno::ECANCELED),
        }
    }

    /// In the parent: the child goes on. If this is dropped without, it ends.
    ///
    /// The other end is open, too, so that a child that is gone by now raises no `SIGPIPE`.
    pub(super) fn open(&self) {
        // There is room for a byte.
        let _ = fd::write(&self.opens, b"!");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_step_is_known_by_its_byte() {
        for step in [Step::Prepare, Step::Chroot, Step::Descriptors, Step::Exec] {
            assert_eq!(Step::from_byte(step as u8), Some(step));
        }
        assert_eq!(Step::from_byte(Step::Exec as u8 + 1), None);
    }

    #[test]
    fn an_error_says_what_and_why() {
        let error = Step::Chroot.failed()(Errno::EPERM);
        assert_eq!((error.step(), error.errno(), Errno::from(error)), (Step::Chroot, Errno::EPERM, Errno::EPERM));
        assert!(error.to_string().starts_with("changing the root directory: "));
    }
}

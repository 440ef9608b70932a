//! A child that begins in namespaces, a cgroup, a root of its own.

use super::clone::{CloneArgs, CloneFlags, clone3};
use super::setup::{Gate, Report, SetUp, SpawnError, Step, step};
use super::spawn::{executed, make, run};
use super::{CStringsArg, Pid, execve};
use crate::abi::sched::{CLONE_PIDFD, CLONE_VFORK};
use crate::errno::{Errno, Result};
use crate::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};
use crate::namespace::{self, IdMap, Kinds};
use crate::path::PathArg;
use crate::pidfd::Pidfd;
use crate::poll::{Events, PollFd, poll};
use crate::signal::{SigSet, sigmask};
use crate::time::{Clock, Timespec};
use core::convert::Infallible;
use core::ffi::CStr;

/// How a child is made and set up before it executes a program: [`spawn`](super::spawn) with more to it. What is not said is as
/// there.
///
/// ```
/// use butter::namespace::{IdMap, Kinds};
/// use butter::process::{self, Step};
/// use butter::signal::ChildStatus;
///
/// # let uid = unsafe { butter::syscall!(GETUID) }? as u32;
/// let map = [IdMap::new(0, uid, 1)];
/// let builder = process::Builder::new()
///     .namespaces(Kinds::USER | Kinds::PID | Kinds::UTS)
///     .uid_map(&map)
///     .chdir(c"/")
///     .pidfd();
/// let child = match builder.spawn(c"/bin/sh", [c"sh", c"-c", c"test $$ = 1"], []) {
///     Ok(child) => child,
///     Err(error) if error.step() == Step::Clone => return Ok(println!("no namespaces here: {error}")),
///     Err(error) => return Err(error.into()),
/// };
/// assert_eq!(process::wait(child.pid)?, ChildStatus::Exited(0));
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// The steps come in the order of [`Step`], whatever the order here. In the child only system calls run.
///
/// The child is made by `clone`, which every kernel, sandbox and emulator has; by [`clone3`], which some answer by `ENOSYS`
/// or `EPERM`, only if it is told a [`cgroup`](Self::cgroup) or [`set_tid`](Self::set_tid): there is no other way to these,
/// so this is the error then, of [`Step::Clone`]. A time namespace the child makes itself.
///
/// The calling thread stands still until the child has executed, as with [`spawn_with`](super::spawn_with). With maps it does
/// not, as it writes them meanwhile: there it waits until the child has closed a pipe, which a child that another thread has
/// forked may hold open for as long as it does not execute.
#[derive(Clone, Copy)]
#[must_use = "it makes no child by itself"]
pub struct Builder<'a> {
    kinds: Kinds,
    pidfd: bool,
    cgroup: Option<BorrowedFd<'a>>,
    set_tid: &'a [Pid],
    uid_map: &'a [IdMap],
    gid_map: &'a [IdMap],
    setgroups: Option<bool>,
    set_up: SetUp<'a>,
}

/// A child that has executed a program. It has to be waited for.
#[derive(Debug)]
pub struct Child {
    /// Its number.
    pub pid: Pid,
    /// Its pidfd, if asked for. `None` also before Linux 5.2.
    pub pidfd: Option<Pidfd>,
}

impl Default for Builder<'_> {
    #[inline]
    fn default() -> Self {
        Builder::new()
    }
}

impl<'a> Builder<'a> {
    /// A child like that of [`spawn`](super::spawn).
    #[inline]
    pub fn new() -> Builder<'a> {
        Builder {
            kinds: Kinds::empty(),
            pidfd: false,
            cgroup: None,
            set_tid: &[],
            uid_map: &[],
            gid_map: &[],
            setgroups: None,
            set_up: SetUp {
                time: false,
                time_offsets: &[],
                session: false,
                group: None,
                root: None,
                directory: None,
                groups: None,
                gid: None,
                uid: None,
                descriptors: &[],
                default: SigSet::empty(),
                mask: SigSet::empty(),
            },
        }
    }

    /// In new namespaces of these kinds. A time namespace is that of the program since Linux 6.1; before, that of its children.
    #[inline]
    pub fn namespaces(mut self, kinds: Kinds) -> Self {
        (self.kinds, self.set_up.time) = (kinds - Kinds::TIME, kinds.contains(Kinds::TIME));
        self
    }

    /// With a pidfd. Since Linux 5.2.
    #[inline]
    pub fn pidfd(mut self) -> Self {
        self.pidfd = true;
        self
    }

    /// In this cgroup of version 2, whose directory it is, from the start. Since Linux 5.7.
    #[inline]
    pub fn cgroup(mut self, directory: BorrowedFd<'a>) -> Self {
        self.cgroup = Some(directory);
        self
    }

    /// With these numbers, first that in its own pid namespace: see [`CloneArgs::set_tid`]. Since Linux 5.5.
    #[inline]
    pub fn set_tid(mut self, numbers: &'a [Pid]) -> Self {
        self.set_tid = numbers;
        self
    }

    /// Maps the users of its new user namespace: see [`namespace::write_uid_map`].
    #[inline]
    pub fn uid_map(mut self, map: &'a [IdMap]) -> Self {
        self.uid_map = map;
        self
    }

    /// Maps the groups of its new user namespace: see [`namespace::write_gid_map`]. Without `CAP_SETGID` it takes
    /// [`setgroups(false)`](Self::setgroups), too.
    #[inline]
    pub fn gid_map(mut self, map: &'a [IdMap]) -> Self {
        self.gid_map = map;
        self
    }

    /// Says whether `setgroups` is allowed in its new user namespace: see [`namespace::write_setgroups`].
    #[inline]
    pub fn setgroups(mut self, allowed: bool) -> Self {
        self.setgroups = Some(allowed);
        self
    }

    /// Sets its clocks, in a new time namespace: see [`namespace::write_time_offsets`].
    #[inline]
    pub fn time_offsets(mut self, offsets: &'a [(Clock, Timespec)]) -> Self {
        self.set_up.time_offsets = offsets;
        self
    }

    /// In a new session.
    #[inline]
    pub fn setsid(mut self) -> Self {
        self.set_up.session = true;
        self
    }

    /// In this process group, with `None` in a new one.
    #[doc(alias = "process_group")]
    #[inline]
    pub fn setpgid(mut self, group: impl Into<Option<Pid>>) -> Self {
        self.set_up.group = Some(group.into());
        self
    }

    /// With this root directory; its working directory, unless it is given one, is the same.
    #[inline]
    pub fn chroot(mut self, path: &'a CStr) -> Self {
        self.set_up.root = Some(path);
        self
    }

    /// In this working directory, seen from its root.
    #[doc(alias = "current_dir")]
    #[inline]
    pub fn chdir(mut self, path: &'a CStr) -> Self {
        self.set_up.directory = Some(path);
        self
    }

    /// With these supplementary groups and no others.
    #[inline]
    pub fn groups(mut self, groups: &'a [u32]) -> Self {
        self.set_up.groups = Some(groups);
        self
    }

    /// With this real, effective and saved group, as its own user namespace numbers it.
    #[inline]
    pub fn gid(mut self, gid: u32) -> Self {
        self.set_up.gid = Some(gid);
        self
    }

    /// With this real, effective and saved user, as its own user namespace numbers it. Who was root keeps no capabilities then.
    #[inline]
    pub fn uid(mut self, uid: u32) -> Self {
        self.set_up.uid = Some(uid);
        self
    }

    /// With these descriptors under these numbers, whatever these stood for: each number once. Others that are not closed over
    /// `exec` it has as well.
    #[inline]
    pub fn descriptors(mut self, descriptors: &'a [(BorrowedFd<'a>, RawFd)]) -> Self {
        self.set_up.descriptors = descriptors;
        self
    }

    /// With their default action for these signals, if this process ignores them, as one with std does `SIGPIPE`.
    #[doc(alias = "posix_spawnattr_setsigdefault")]
    #[inline]
    pub fn sigdefault(mut self, signals: SigSet) -> Self {
        self.set_up.default = signals;
        self
    }

    /// With these signals blocked; none, if it is not said.
    #[inline]
    pub fn sigmask(mut self, mask: SigSet) -> Self {
        self.set_up.mask = mask;
        self
    }

    /// Makes the child, and comes back when it has executed the program.
    ///
    /// # Errors
    ///
    /// The step, and its error: those of [`clone3`], [`namespace::write_uid_map`], [`setsid`](super::setsid),
    /// [`chroot`](super::chroot) and what else was asked for, and of [`execve`]. The child is gone then. Of
    /// [`Step::Prepare`]:
    ///
    /// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
    pub fn spawn(
        &self,
        path: impl PathArg,
        argv: impl CStringsArg,
        envp: impl CStringsArg,
    ) -> core::result::Result<Child, SpawnError> {
        let mut result = Err(Step::Exec.failed()(Errno::EINVAL));
        let prepared = path.with_c_str(|path| {
            argv.with_strings(|argv| {
                envp.with_strings(|envp| {
                    // SAFETY: the child makes one call, with what it has a copy of.
                    result = unsafe { self.spawn_with(|| execve(path, argv, envp)) };
                    Ok(())
                })
            })
        });
        prepared.map_err(Step::Exec.failed()).and(result)
    }

    /// [`spawn`](Self::spawn) of a child that does `child` after the other steps, and executes: see
    /// [`spawn_with`](super::spawn_with).
    ///
    /// # Errors
    ///
    /// Those of [`spawn`](Self::spawn), where those of `child` are of [`Step::Exec`].
    ///
    /// # Safety
    ///
    /// That of [`spawn_with`](super::spawn_with).
    pub unsafe fn spawn_with(
        &self,
        child: impl FnOnce() -> Result<Infallible>,
    ) -> core::result::Result<Child, SpawnError> {
        // Handlers of this program do not run in the child.
        let _mask = sigmask::Guard::set(SigSet::all()).map_err(Step::Prepare.failed())?;
        let report = Report::new().map_err(Step::Prepare.failed())?;
        let gate = self.is_mapped().then(Gate::new).transpose().map_err(Step::Prepare.failed())?;
        let mut pidfd = -1;
        // SAFETY: the caller's promise about the child, which does not return from here.
        let Some(pid) = unsafe { self.make(&mut pidfd) }.map_err(Step::Clone.failed())? else {
            run(|| self.set_up.run(report, gate).and_then(|()| child()))
        };
        // SAFETY: the kernel has opened it for us, or left it as it was.
        let pidfd = (pidfd >= 0).then(|| Pidfd::from(unsafe { OwnedFd::from_raw_fd(pidfd) }));
        let report = report.reading();
        let mapped = match gate {
            None => Ok(()),
            Some(gate) => self.map(pid).inspect(|()| {
                gate.open();
                until_closed(&report);
            }),
        };
        match (executed(pid), mapped) {
            (Ok(pid), Ok(())) => Ok(Child { pid, pidfd }),
            // Without its maps it has not executed, but ended.
            (_, Err(error)) => Err(error),
            (Err(errno), Ok(())) => Err(step(&report).failed()(errno)),
        }
    }

    /// Whether the parent has to do something while the child waits.
    fn is_mapped(&self) -> bool {
        !self.uid_map.is_empty() || !self.gid_map.is_empty() || self.setgroups.is_some()
    }

    /// Maps users and groups.
    fn map(&self, child: Pid) -> core::result::Result<(), SpawnError> {
        if !self.uid_map.is_empty() {
            namespace::write_uid_map(child, self.uid_map).map_err(Step::UidMap.failed())?;
        }
        if let Some(allowed) = self.setgroups {
            namespace::write_setgroups(child, allowed).map_err(Step::Setgroups.failed())?;
        }
        if !self.gid_map.is_empty() {
            namespace::write_gid_map(child, self.gid_map).map_err(Step::GidMap.failed())?;
        }
        Ok(())
    }

    /// # Safety
    ///
    /// That of [`fork`](super::fork).
    #[inline(always)]
    unsafe fn make(&self, pidfd: &mut RawFd) -> Result<Option<Pid>> {
        let vfork = if self.is_mapped() { 0 } else { CLONE_VFORK };
        if self.cgroup.is_none() && self.set_tid.is_empty() {
            let own_pidfd = if self.pidfd { CLONE_PIDFD } else { 0 };
            // SAFETY: the caller's promise. No flag shares the memory, and the kernel writes a pidfd if at all.
            return unsafe { make((vfork | own_pidfd | self.kinds.bits()) as usize, pidfd) };
        }
        let mut args = CloneArgs::new(CloneFlags::from_bits(vfork.into())).namespaces(self.kinds).set_tid(self.set_tid);
        if let Some(cgroup) = self.cgroup {
            args = args.cgroup(cgroup);
        }
        if self.pidfd {
            args = args.pidfd(pidfd);
        }
        // SAFETY: the same.
        unsafe { clone3(&args) }
    }
}

/// Waits until nobody has the other end of a pipe, or something is in it.
fn until_closed(pipe: &OwnedFd) {
    // All signals are blocked, but a tracer may have it come back.
    while poll(&mut [PollFd::new(pipe, Events::IN)], None) == Err(Errno::EINTR) {}
}

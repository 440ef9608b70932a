//! The process outside: makes the one inside, and waits for it.

use crate::INSIDE;
use crate::command::{Strings, variables};
use crate::failure::{Failure, OrFail};
use crate::memory::Limit;
use crate::options::Options;
use crate::root::Sources;
use butter::caps::{self, Cap, CapSet};
use butter::fd::{self, AsFd, IoSlice, OwnedFd};
use butter::fs::{self, AtFlags};
use butter::memfd::{CreateFlags, Memfd, Seals};
use butter::mount::{self, FsType};
use butter::namespace::{IdMap, Kinds, Link};
use butter::pidfd::Pidfd;
use butter::poll::{self, PollFd};
use butter::process::{self, Builder, Child, ExecFlags, Step};
use butter::signal::{Cause, ChildStatus, SigSet, Signal, sigmask};
use butter::socket::{self, Control, SendFlags};
use butter::{Errno, EventSource, Signalfd, credentials};
use std::fs::File;
use std::os::unix::ffi::OsStringExt;
use std::{env, io, iter};

/// Where the process inside has its socket.
pub const SOCKET: i32 = 3;

/// What is passed on. The process inside gets them by the same way, and so has them blocked from the start.
pub fn passed() -> SigSet {
    SigSet::from([Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM, Signal::USR1, Signal::USR2])
}

/// Whether a process has sent it. What comes from the terminal the kernel sends to everybody in the foreground, so the
/// command has it already.
pub fn was_sent(cause: Cause) -> bool {
    !matches!(cause, Cause::Kernel)
}

/// The exit status that says what has become of a process.
pub fn status(status: ChildStatus) -> u8 {
    match status {
        ChildStatus::Killed(signal) | ChildStatus::Dumped(signal) => 128 + signal.number(),
        ChildStatus::Exited(status) => status as u8,
        _ => crate::failure::FAILED,
    }
}

pub fn run(options: &Options) -> Result<u8, Failure> {
    // Nothing but the standard ones goes inside.
    fd::set_cloexec_range(3, u32::MAX).or_fail("closing descriptors")?;
    sigmask::block(passed()).or_fail("blocking signals")?;
    let signals = Signalfd::new(passed()).or_fail("a signalfd")?;
    let limit = options.memory.map(Limit::new).transpose()?;
    let (child, pidfd) = start(options, limit.as_ref())?;

    loop {
        let mut fds = [PollFd::new(&signals, poll::Events::IN), PollFd::new(&pidfd, poll::Events::IN)];
        match poll::poll(&mut fds, None) {
            Err(Errno::EINTR) => continue,
            polled => polled.or_fail("waiting")?,
        };
        let [signal, ended] = fds.map(|fd| !fd.ready().is_empty());
        if signal {
            let mut buffer = [0; 8 * 128];
            for info in signals.read_events(&mut buffer).or_fail("reading signals")? {
                if let Some(signal) = info.signal().filter(|_| was_sent(info.cause())) {
                    // It may have ended.
                    let _ = pidfd.send_signal(signal);
                }
            }
        }
        if ended {
            return process::wait(child).map(status).or_fail("waiting");
        }
    }
}

/// The users and groups inside.
struct Ids {
    users: [IdMap; 1],
    groups: [IdMap; 1],
    /// Who is root inside.
    first: u32,
    /// Files are seen through the maps, as those inside are nobody outside.
    mapped: bool,
    /// Whether there is more than one of each.
    many: bool,
}

/// As many users as a system has.
const COUNT: u32 = 1 << 16;

impl Ids {
    /// What there may be, the best first.
    fn choices() -> Result<Vec<Ids>, Failure> {
        let may = caps::capget(None).or_fail("reading capabilities")?.effective;
        let many = |first, mapped| {
            let map = [IdMap::new(0, first, COUNT)];
            Ids { users: map, groups: map, first, mapped, many: true }
        };
        let mut choices = Vec::new();
        if may.contains_all(CapSet::from([Cap::SETUID, Cap::SETGID])) {
            if may.contains(Cap::SYS_ADMIN) {
                // Those that two containers have at a time are seldom the same.
                choices.push(many(0x7000_0000 + process::getpid().number() as u32 % 0x1000 * COUNT, true));
            }
            choices.push(many(0, false));
        }
        let first = credentials::geteuid();
        let [users, groups] = [first, credentials::getegid()].map(|id| [IdMap::new(0, id, 1)]);
        choices.push(Ids { users, groups, first, mapped: false, many: false });
        Ok(choices)
    }
}

/// Starts the process inside, and gives it what it needs.
fn start(options: &Options, limit: Option<&Limit>) -> Result<(process::Pid, Pidfd), Failure> {
    let program = copy().or_fail("a copy of this program")?;
    let arguments = iter::once(INSIDE.into()).chain(env::args_os().skip(1)).map(OsStringExt::into_vec);
    let (arguments, variables) = (Strings::new(arguments)?, Strings::new(variables())?);

    let mut failure = Failure::new("no map of users");
    for ids in Ids::choices()? {
        let (ours, theirs) =
            socket::socketpair(socket::Kind::Stream, socket::PairFlags::empty()).or_fail("a socket")?;
        let child = match make(options, &ids, &program, (&arguments, &variables), &theirs) {
            Ok(child) => child,
            // Not as many are mapped to those of this namespace.
            Err(error) if matches!(error.step(), Step::UidMap | Step::GidMap) => {
                failure = Failure::new(error);
                continue;
            }
            Err(error) if error.step() == Step::Clone && error.errno() == Errno::EPERM => {
                return Err(Failure::new(format_args!("{error}: are user namespaces allowed here?")));
            }
            Err(error) => return Err(Failure::new(error)),
        };
        drop(theirs);
        let Some(pidfd) = child.pidfd else { return Err(Failure::new("this kernel has no pidfds")) };
        match equip(options, &ids, child.pid, &pidfd, limit, &ours) {
            Ok(()) => return Ok((child.pid, pidfd)),
            Err(error) => failure = error,
        }
        // It ends, as it has not been told to go on.
        drop(ours);
        process::wait(child.pid).or_fail("waiting")?;
        if !ids.mapped {
            break;
        }
    }
    Err(failure)
}

/// A copy of this program that nobody can change: whoever is root inside can open what the first process executes, and the
/// original may be the user's own.
fn copy() -> io::Result<Memfd> {
    let memfd = match Memfd::with_flags("contain", CreateFlags::ALLOW_SEALING | CreateFlags::EXEC) {
        // Before Linux 6.3 each can be executed.
        Err(Errno::EINVAL) => Memfd::with_flags("contain", CreateFlags::ALLOW_SEALING),
        memfd => memfd,
    }?;
    io::copy(&mut File::open("/proc/self/exe")?, &mut File::from(fd::dup(&memfd)?))?;
    memfd.add_seals(Seals::WRITE | Seals::SHRINK | Seals::GROW | Seals::SEAL)?;
    Ok(memfd)
}

fn make(
    options: &Options,
    ids: &Ids,
    program: &Memfd,
    (arguments, variables): (&Strings, &Strings),
    socket: &OwnedFd,
) -> Result<Child, process::SpawnError> {
    let kinds = Kinds::USER | Kinds::MNT | Kinds::PID | Kinds::UTS | Kinds::IPC | Kinds::TIME;
    let descriptors = [(socket.as_fd(), SOCKET)];
    let builder = Builder::new()
        .namespaces(if options.net { kinds } else { kinds | Kinds::NET })
        .uid_map(&ids.users)
        .gid_map(&ids.groups)
        .pidfd()
        .descriptors(&descriptors)
        .sigmask(passed());
    // Who is alone there is root already.
    let builder = if ids.many { builder.groups(&[]).gid(0).uid(0) } else { builder.setgroups(false) };
    // SAFETY: the child makes one call, with what it has a copy of.
    unsafe {
        builder
            .spawn_with(|| process::execveat(program, c"", arguments.list(), variables.list(), ExecFlags::EMPTY_PATH))
    }
}

/// Gives the pipes among the standard descriptors to who is root inside, so that they can be opened there by their names, such as
/// `/dev/stdout`. What has a name outside, or is a terminal of outside, keeps its owner.
fn hand_over_pipes(root: u32) {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    for fd in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
        if mount::fstatfs(fd).is_ok_and(|told| told.fs_type() == FsType::PIPEFS) {
            // Without it, what is not opened by its name works all the same.
            let _ = fs::fchownat(fd, "", Some(root), None, AtFlags::EMPTY_PATH);
        }
    }
}

/// Does for the process inside what it cannot do itself, and has it go on.
fn equip(
    options: &Options,
    ids: &Ids,
    child: process::Pid,
    pidfd: &Pidfd,
    limit: Option<&Limit>,
    socket: &OwnedFd,
) -> Result<(), Failure> {
    limit.map_or(Ok(()), |limit| limit.add(child))?;
    let mut sources = Vec::new();
    if ids.mapped {
        let namespace = pidfd.namespace(Link::User).or_fail("the user namespace")?;
        sources = Sources::open(options)?.mapped(namespace.as_fd())?.into_list();
        // Not before: with other maps they were nobody's.
        hand_over_pipes(ids.first);
    }
    let fds: Vec<_> = sources.iter().map(AsFd::as_fd).collect();
    let mut memory = vec![0; socket::control_words(fds.len())];
    let mut control = Control::new(&mut memory);
    if !fds.is_empty() {
        control.fds(&fds).or_fail("passing mounts")?;
    }
    let sent = socket::sendmsg(socket, &[IoSlice::new(b"!")], Some(&control), SendFlags::NOSIGNAL);
    sent.map(drop).or_fail("passing mounts")
}

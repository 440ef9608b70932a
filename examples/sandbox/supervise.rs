//! The supervisor: answers the calls that are notified, until the last process of the sandbox has ended.

use crate::learn::Learned;
use crate::report::{Call, say};
use crate::start::{Executed, Started, executed};
use butter::process::{self, Pid, WaitOptions};
use butter::seccomp::{Action, Arch, Instruction, Notification, run};
use butter::signal::{Cause, ChildStatus, Signal, kill};
use butter::{Epoll, Errno, EventSource, Signalfd, epoll};
use std::io;

const LISTENER: u64 = 0;
const SIGNALS: u64 = 1;

/// What is done about the calls that come here.
pub enum Duty<'a> {
    /// What this program says.
    Policy(&'a [Instruction]),
    Learn(&'a mut Learned),
}

/// Gives what became of the program that was started, and whether it was executed at all. Whoever else is in the sandbox has
/// ended as well.
pub fn supervise(started: &Started, signals: &Signalfd, mut duty: Duty<'_>) -> io::Result<(ChildStatus, bool)> {
    let epoll = Epoll::new()?;
    // That the last process has ended is told without being asked for.
    epoll.add(&started.listener, epoll::Events::IN, LISTENER)?;
    epoll.add(signals, epoll::Events::IN, SIGNALS)?;
    let (mut ready, mut status, mut own) = ([epoll::Event::default(); 2], None, true);
    loop {
        let ready = match epoll.wait(&mut ready, None) {
            Err(Errno::EINTR) => continue,
            ready => ready?,
        };
        for event in ready {
            if event.data() == SIGNALS {
                let signal = signals.read()?;
                match (signal.signal(), signal.cause()) {
                    (Some(Signal::CHLD), _) if status.is_none() => status = ended(started.child, WaitOptions::NOHANG)?,
                    // Those of the terminal the program gets itself.
                    (Some(which), Cause::Kill { .. } | Cause::Tkill { .. } | Cause::Queue { .. }) => match status {
                        None => kill(started.child, which)?,
                        Some(status) if which != Signal::CHLD => return Ok(status),
                        Some(_) => {}
                    },
                    _ => {}
                }
            } else if !answer(started, &mut own, &mut duty)? {
                // The program has ended too, so this does not take long.
                let status =
                    status.map_or_else(|| ended(started.child, WaitOptions::empty()), |status| Ok(Some(status)))?;
                return status.ok_or_else(|| Errno::ECHILD.into());
            }
        }
    }
}

/// What became of the program, if it has ended, and whether it was executed at all.
fn ended(child: Pid, options: WaitOptions) -> butter::Result<Option<(ChildStatus, bool)>> {
    let ended = WaitOptions::EXITED | WaitOptions::ALL;
    let Some(info) = process::waitid(child, ended | WaitOptions::NOWAIT | options)? else { return Ok(None) };
    // As long as it was not waited for, this can be asked.
    let executed = executed(child)? == Executed::Yes;
    process::waitid(child, ended)?;
    Ok(match info.cause() {
        Cause::Child { status, .. } => Some((status, executed)),
        _ => None,
    })
}

/// Answers the calls that wait by now. False if no process is left that could make any.
///
/// As long as the program has not been executed, calls are the sandbox's `own`.
fn answer(started: &Started, own: &mut bool, duty: &mut Duty<'_>) -> io::Result<bool> {
    let mut buffer = [0; 256];
    loop {
        let mut notifications = match started.listener.read_events(&mut buffer) {
            Err(Errno::EAGAIN) => return Ok(true),
            Err(Errno::EINTR) => continue,
            Err(Errno::ENODATA) => return Ok(false),
            notifications => notifications?,
        };
        let Some(notification) = notifications.next() else { return Ok(false) };
        *own = *own && executed(started.child)? == Executed::NotYet;
        let answered = match duty {
            _ if *own => notification.respond_continue(),
            Duty::Learn(learned) => {
                learned.add(&Call::new(&notification));
                notification.respond_continue()
            }
            Duty::Policy(policy) => decide(policy, notification),
        };
        match answered {
            // The thread was killed, or a signal has interrupted the call: then it comes again.
            Ok(()) | Err(Errno::ENOENT) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

fn decide(policy: &[Instruction], notification: Notification<'_>) -> butter::Result<()> {
    let mut call = Call::new(&notification);
    if call.arch == Some(Arch::NATIVE) && call.name == Some("execve") {
        // Whatever is in the registers that it does not have: see `START`.
        let [path, argv, envp, ..] = *call.data.args();
        call.data = call.data.with_args([path, argv, envp, 0, 0, 0]);
    }
    let action = run(policy, &call.data).map_or(Action::KillProcess, |outcome| outcome.action());
    let tell = |what: &str| {
        let thread = notification.pid().map_or_else(|| "?".to_owned(), |pid| pid.to_string());
        say(format_args!("{thread}: {} {what}", call.text(&notification)));
    };
    match action {
        Action::Allow | Action::Log => notification.respond_continue(),
        Action::Notify => {
            tell("is made");
            notification.respond_continue()
        }
        Action::Errno(errno) => {
            tell(&format!("is refused: {errno:?}"));
            notification.respond_errno(errno)
        }
        Action::Nothing => {
            tell("is not made, and gives 0");
            notification.respond(0)
        }
        // What else there is the filter does by itself, but where `START` was said without need.
        _ => {
            tell("is refused: the process is killed");
            // It waits for the answer, so the number is its own.
            if let (Some(pid), Ok(())) = (notification.pid(), notification.id_valid()) {
                let _ = kill(pid, Signal::KILL);
            }
            notification.respond_errno(Errno::EPERM)
        }
    }
}

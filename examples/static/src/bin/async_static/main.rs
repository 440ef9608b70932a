//! A small service without a libc and without an allocator: async fns on the built-in reactor.
//!
//! ```text
//! async_static SOCKET
//! ```
//!
//! It listens at a Unix socket, and answers each line that comes there by a line:
//!
//! | | |
//! |---|---|
//! | `time` | the seconds since 1970 |
//! | `tick` | `tick`, when the timer ticks next, once a second: all who wait see the same tick |
//! | `run COMMAND` | how the command of the shell has ended, then; it writes where the service does |
//! | `quit` | `bye`, and the connection is closed |
//!
//! Four are served at once. Who comes then waits until one of them has gone. A command runs on if the client goes away, and its
//! place is free when it has ended.
//!
//! `SIGHUP` has the service say its state. `SIGTERM` and `SIGINT` end it: the connections are closed, the commands that
//! still run are killed, and the socket is removed.
//!
//! What to look at: everything is one future, and it ends when a part of it fails, as which the signal counts. What has not ended
//! is then dropped where it stands, and so puts away what it has: a connection, a child, a place in the reactor. Nothing is
//! formatted by `core::fmt`, and nothing indexed: each brings some 2 KiB.

#![no_std]
#![no_main]

mod line;
mod net;

use butter::fd::{CWD, OwnedFd};
use butter::fs::{UnlinkFlags, unlinkat};
use butter::process::{self, CStrings, Pid};
use butter::reactor::{AsyncIo, Reactor, Registered, Shared, Slots};
use butter::rt::{Start, stderr, write_all};
use butter::signal::{self, ChildStatus, SigSet, Signal, Target, sigmask};
use butter::time::{Clock, clock_gettime};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{Errno, Pidfd, Result, Signalfd};
use core::cell::Cell;
use core::convert::Infallible;
use core::ffi::CStr;
use core::time::Duration;
use futures_util::future::{try_join, try_join5};
use line::{Lines, Text, send};

butter::entry!(main);

/// How many are served at once.
const PLACES: usize = 4;

/// The future; the listener, and all but the first who wait for it; the timer, likewise with one more; the signals; of each place
/// a connection and a child.
static SLOTS: Slots<{ 1 + PLACES + (PLACES + 1) + 1 + 2 * PLACES }> = Slots::new();

const SIGNALS: SigSet = SigSet::empty().with(Signal::HUP).with(Signal::INT).with(Signal::TERM);

fn main(start: Start) -> Result<u8> {
    let mut args = start.args().iter().skip(1);
    let (Some(path), None) = (args.next(), args.next()) else {
        write_all(stderr(), b"usage: async_static SOCKET\n")?;
        return Ok(2);
    };
    sigmask::block(SIGNALS)?;
    let listener = net::listen(path)?;
    let result = serve(start, listener);
    unlinkat(CWD, path, UnlinkFlags::empty())?;
    result.map(|()| 0)
}

fn serve(start: Start, listener: OwnedFd) -> Result<()> {
    let (reactor, timer) = (Reactor::new(&SLOTS)?, Timerfd::new()?);
    timer.set(&TimerSpec::every(Duration::from_secs(1)))?;
    let service = Service {
        environment: start.env(),
        listener: reactor.register(listener)?,
        timer: Shared::new(reactor.register(timer)?),
        signals: reactor.register(Signalfd::new(SIGNALS)?)?,
        reactor: &reactor,
        ticks: Cell::new(0),
        connections: Cell::new(0),
        children: Cell::new(0),
    };
    write_all(stderr(), b"async_static: ready\n")?;
    let place = || service.place();
    let places = try_join5(service.count(), place(), place(), place(), place());
    match reactor.block_on(try_join(service.signals(), places))? {
        Err(End::Signal) => Ok(()),
        Err(End::Error(errno)) => Err(errno),
    }
}

/// Why it ends.
enum End {
    Signal,
    Error(Errno),
}

impl From<Errno> for End {
    fn from(errno: Errno) -> End {
        End::Error(errno)
    }
}

/// What goes on until it ends.
type Endless = core::result::Result<Infallible, End>;

/// What all parts have in common.
struct Service<'r> {
    environment: CStrings<'static>,
    reactor: &'r Reactor,
    listener: Registered<'r, OwnedFd>,
    timer: Shared<Registered<'r, Timerfd>>,
    signals: Registered<'r, Signalfd>,
    ticks: Cell<u64>,
    connections: Cell<u64>,
    children: Cell<u64>,
}

impl Service<'_> {
    async fn signals(&self) -> Endless {
        while self.signals.read_with(Signalfd::read).await?.signal() == Some(Signal::HUP) {
            let mut text = Text::new();
            text.push("async_static: connections ").number(self.connections.get());
            text.push(", children ").number(self.children.get()).push(", ticks ").number(self.ticks.get()).push("\n");
            write_all(stderr(), text.bytes())?;
        }
        Err(End::Signal)
    }

    async fn count(&self) -> Endless {
        loop {
            let ticks = self.timer.wait().await?;
            self.ticks.set(self.ticks.get() + ticks);
        }
    }

    /// Serves one client after the other.
    async fn place(&self) -> Endless {
        loop {
            let socket = self.reactor.register(self.listener.read_with(net::accept).await?)?;
            let _counted = Counted::new(&self.connections);
            // What goes wrong with a connection is the end of that one.
            let _ = self.answer(&socket).await;
        }
    }

    async fn answer(&self, socket: &Registered<'_, OwnedFd>) -> Result<()> {
        let (mut lines, mut open) = (Lines::new(), true);
        while open {
            let Some(line) = lines.next(socket).await? else { break };
            let mut text = Text::new();
            match line.to_bytes_with_nul() {
                b"time\0" => text.number(clock_gettime(Clock::REALTIME)?.sec as u64),
                b"tick\0" => {
                    self.timer.wait().await?;
                    text.push("tick")
                }
                b"quit\0" => {
                    open = false;
                    text.push("bye")
                }
                [b'r', b'u', b'n', b' ', command @ ..] => match self.command(command).await {
                    Ok(ChildStatus::Exited(status)) => text.push("exited ").number(status as u64),
                    Ok(ChildStatus::Killed(signal) | ChildStatus::Dumped(signal)) => {
                        text.push("killed ").number(signal.number().into())
                    }
                    Ok(_) => text.push("ended"),
                    Err(errno) => text.push("failed ").push(errno.name().unwrap_or("by a new error")),
                },
                _ => text.push("what there is: time, tick, run COMMAND, quit"),
            };
            send(socket, text.push("\n").bytes()).await?;
        }
        Ok(())
    }

    /// Runs a command of the shell, in a process group of its own, and says how it has ended.
    async fn command(&self, command: &[u8]) -> Result<ChildStatus> {
        let command = CStr::from_bytes_with_nul(command).map_err(|_| Errno::EINVAL)?;
        // SAFETY: the child makes system calls only.
        let pid = unsafe {
            process::spawn_with(|| {
                process::setpgid(None, None)?;
                process::execve(c"/bin/sh", [c"sh", c"-c", command], self.environment)
            })
        }?;
        let _counted = Counted::new(&self.children);
        let child = Running(Cell::new(Some(pid)));
        let pidfd = self.reactor.register(Pidfd::open(pid)?)?;
        let status = pidfd.read_with(|pidfd| pidfd.wait()).await?;
        child.0.set(None);
        Ok(status)
    }
}

/// A child that does not outlive this: unless it was waited for, it is killed with all of its group.
struct Running(Cell<Option<Pid>>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(pid) = self.0.get() {
            let _ = signal::kill(Target::Group(pid), Signal::KILL);
            let _ = process::wait(pid);
        }
    }
}

/// One more, until it is dropped.
struct Counted<'a>(&'a Cell<u64>);

impl<'a> Counted<'a> {
    fn new(count: &'a Cell<u64>) -> Self {
        count.set(count.get() + 1);
        Counted(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

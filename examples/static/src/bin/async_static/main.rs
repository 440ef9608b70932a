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
//! What to look at: [`select`](fn@select) ends all else when the signal comes, and all else is then dropped where it stands. What a
//! future has, a connection, a child, is put away as it is dropped.

#![no_std]
#![no_main]

mod line;
mod net;

use butter::fd::{CWD, OwnedFd};
use butter::fs::{UnlinkFlags, unlinkat};
use butter::process::{self, CStrings, Pid};
use butter::reactor::{AsyncIo, Reactor, Registered, Shared, Slots};
use butter::rt::Start;
use butter::signal::{self, ChildStatus, SigSet, Signal, Target, sigmask};
use butter::time::{Clock, clock_gettime};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{Errno, Pidfd, Reader, Result, Signalfd, eprintln};
use core::cell::Cell;
use core::convert::Infallible;
use core::ffi::CStr;
use core::fmt::Write;
use core::pin::pin;
use core::time::Duration;
use futures_util::future::{Either, select, try_join5};
use line::{Lines, Text, send};

butter::entry!(main);

/// How many are served at once.
const PLACES: usize = 4;

/// The task, the listener and three more that wait for it, the timer and four more, the signals; of each place a connection and
/// a child.
static SLOTS: Slots<{ 1 + PLACES + (1 + PLACES) + 1 + 2 * PLACES }> = Slots::new();

fn main(start: Start) -> Result<u8> {
    let (Some(path), None) = (start.args().iter().nth(1), start.args().iter().nth(2)) else {
        eprintln!("usage: async_static SOCKET")?;
        return Ok(2);
    };
    let set = SigSet::from([Signal::TERM, Signal::INT, Signal::HUP]);
    sigmask::block(set)?;
    let (signals, listener) = (Signalfd::new(set)?, net::listen(path)?);
    let result = run(start, signals, listener);
    unlinkat(CWD, path, UnlinkFlags::empty())?;
    result.map(|()| 0)
}

fn run(start: Start, signals: Signalfd, listener: OwnedFd) -> Result<()> {
    let (reactor, timer) = (Reactor::new(&SLOTS)?, Timerfd::new()?);
    timer.set(&TimerSpec::every(Duration::from_secs(1)))?;
    let service = Service {
        environment: start.env(),
        listener: reactor.register(listener)?,
        timer: Shared::new(reactor.register(timer)?),
        reactor: &reactor,
        ticks: Cell::new(0),
        connections: Cell::new(0),
        children: Cell::new(0),
    };
    let signals = reactor.register(signals)?;
    eprintln!("async_static: ready")?;
    let place = || service.place();
    reactor.block_on(async {
        let work = pin!(try_join5(service.count(), place(), place(), place(), place()));
        match select(pin!(service.signals(signals)), work).await {
            Either::Left((ended, _)) => ended,
            Either::Right((failed, _)) => failed.map(|(never, ..)| match never {}),
        }
    })?
}

/// What all parts have in common.
struct Service<'r> {
    environment: CStrings<'static>,
    reactor: &'r Reactor,
    listener: Registered<'r, OwnedFd>,
    timer: Shared<Registered<'r, Timerfd>>,
    ticks: Cell<u64>,
    connections: Cell<u32>,
    children: Cell<u32>,
}

impl Service<'_> {
    /// Comes back when a signal ends the service.
    async fn signals(&self, signals: Registered<'_, Signalfd>) -> Result<()> {
        let mut buffer = [0; 512];
        let mut signals = Reader::new(signals, &mut buffer)?;
        while signals.next_event().await?.signal() == Some(Signal::HUP) {
            let (connections, children) = (self.connections.get(), self.children.get());
            eprintln!("async_static: {connections} of {PLACES} connections, {children} children, {} ticks", self.ticks.get())?;
        }
        Ok(())
    }

    /// Counts the ticks.
    async fn count(&self) -> Result<Infallible> {
        loop {
            let ticks = self.timer.wait().await?;
            self.ticks.set(self.ticks.get() + ticks);
        }
    }

    /// Serves one client after the other.
    async fn place(&self) -> Result<Infallible> {
        loop {
            let socket = self.listener.read_with(net::accept).await?;
            let _counted = Counted::new(&self.connections);
            // What goes wrong with a connection ends that one.
            let _ = self.serve(&self.reactor.register(socket)?).await;
        }
    }

    async fn serve(&self, socket: &Registered<'_, OwnedFd>) -> Result<()> {
        let mut lines = Lines::new();
        while let Some(line) = lines.next(socket).await? {
            let (mut text, mut quits) = (Text::new(), false);
            let written = match line.to_bytes() {
                b"time" => write!(text, "{}", clock_gettime(Clock::REALTIME)?.sec),
                b"tick" => {
                    self.timer.wait().await?;
                    text.write_str("tick")
                }
                b"quit" => {
                    quits = true;
                    text.write_str("bye")
                }
                _ => match line.to_bytes_with_nul().strip_prefix(b"run ").map(CStr::from_bytes_with_nul) {
                    Some(Ok(command)) => match self.command(command).await {
                        Ok(ChildStatus::Exited(status)) => write!(text, "exited {status}"),
                        Ok(ChildStatus::Killed(signal) | ChildStatus::Dumped(signal)) => write!(text, "killed {signal}"),
                        Ok(_) => text.write_str("ended"),
                        Err(errno) => write!(text, "failed {errno:?}"),
                    },
                    _ => text.write_str("time, tick, run COMMAND, quit"),
                },
            };
            written.and_then(|()| text.write_str("\n")).map_err(|_| Errno::EMSGSIZE)?;
            send(socket, text.bytes()).await?;
            if quits {
                break;
            }
        }
        Ok(())
    }

    /// Runs a command of the shell, in a process group of its own, and says how it has ended.
    async fn command(&self, command: &CStr) -> Result<ChildStatus> {
        let shell = process::Builder::new().setpgid(None).pidfd();
        let child = shell.spawn(c"/bin/sh", [c"sh", c"-c", command], self.environment)?;
        let _counted = Counted::new(&self.children);
        let child = Running { pid: child.pid, pidfd: child.pidfd.ok_or(Errno::ENOSYS)? };
        let pidfd = self.reactor.register(&child.pidfd)?;
        pidfd.read_with(|pidfd| pidfd.wait()).await
    }
}

/// A child that does not outlive this: if it has not ended, it is killed with all of its group.
struct Running {
    pid: Pid,
    pidfd: Pidfd,
}

impl Drop for Running {
    fn drop(&mut self) {
        // What was waited for is no child any more, and its number may be another's.
        if let Ok(None) = self.pidfd.try_wait() {
            let _ = signal::kill(Target::Group(self.pid), Signal::KILL);
            // In the reactor it was made non-blocking.
            let _ = self.pidfd.has_ended(None).and_then(|_| self.pidfd.wait());
        }
    }
}

/// One more, until it is dropped.
struct Counted<'a>(&'a Cell<u32>);

impl<'a> Counted<'a> {
    fn new(count: &'a Cell<u32>) -> Self {
        count.set(count.get() + 1);
        Counted(count)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

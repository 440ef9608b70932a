//! Shows who does what with the files of a whole file system, a line for each event, much as fatrace(8) does.
//!
//! ```text
//! cargo build --release --example fwatch && sudo target/release/examples/fwatch [-c] [-f KINDS] [-p PID]… [-s SECONDS] [PATH]
//! ```
//!
//! A line is `NAME(PID): KINDS PATH`, such as `mv(4711): RENAME /srv/draft -> /srv/letter`. It is the process that did
//! it, `(gone)(PID)` if it has ended before its name could be asked for. Paths are seen through the mount of PATH, and
//! `(gone)/NAME` is in a directory that is no more. `-s`, SIGINT or SIGTERM end it.
//!
//! What it does itself is not shown, so that its lines may go to a file that it watches. If another process writes them
//! there (`fwatch | tee FILE`) that makes new lines for ever: leave that one out with `-p`, or write elsewhere.
//!
//! fanotify, a timerfd and a signalfd are waited for in one epoll loop, which is in this file. The rest:
//!
//! - `group.rs` chooses what is watched, and how. Without privileges that is a directory.
//! - `trace.rs` writes the lines. It allocates nothing, as does
//! - `paths.rs`, which makes paths of the handles that the kernel tells.
//! - `options.rs` reads the command line, and `../common/who.rs` asks processes for their names.

mod group;
mod options;
mod paths;
mod trace;
#[path = "../common/who.rs"]
mod who;

use butter::epoll::{self, Epoll};
use butter::signal::{SigSet, Signal, sigmask};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{Errno, EventSource, Fanotify, Signalfd, process};
use options::Options;
use paths::Paths;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;
use trace::Trace;

// What is waited for: the numbers by which epoll tells which of them is ready.
const FANOTIFY: u64 = 0;
const TIMER: u64 = 1;
const SIGNALS: u64 = 2;
const STDOUT: u64 = 3;

/// How much one read takes. Each event brings a descriptor of its process, and without handles one of its file: from 32
/// bytes on, these are at most 512 descriptors at a time.
const BUFFER: usize = 8192;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            say(format_args!("{message}\n{}", options::USAGE));
            return ExitCode::from(2);
        }
    };
    match watch(options) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads on, as in `fwatch | head -1`: that is no failure.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            say(error);
            ExitCode::FAILURE
        }
    }
}

/// A word to the user. If nobody listens there is nobody to tell.
fn say(message: impl Display) {
    let _ = writeln!(io::stderr(), "fwatch: {message}");
}

fn watch(options: Options) -> io::Result<()> {
    // Blocked, signals wait until they are read.
    let ending = SigSet::from([Signal::INT, Signal::TERM]);
    sigmask::block(ending)?;
    let (timer, signals) = (Timerfd::new()?, Signalfd::new(ending)?);

    let failed = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", options.path.display()));
    let file = File::open(&options.path).map_err(|error| match Errno::from_io_error(&error) {
        Some(errno) => failed(io::Error::new(error.kind(), errno.to_string())),
        None => failed(error),
    })?;
    let (group, what) = group::watch(&options, &file).map_err(failed)?;

    let epoll = Epoll::new()?;
    epoll.add(&group, epoll::Events::IN, FANOTIFY)?;
    epoll.add(&timer, epoll::Events::IN, TIMER)?;
    epoll.add(&signals, epoll::Events::IN, SIGNALS)?;
    // That a pipe is closed at its other end is told without being asked for. EPERM: a file, which never is.
    match epoll.add(io::stdout(), epoll::Events::empty(), STDOUT) {
        Ok(()) | Err(Errno::EPERM) => {}
        Err(errno) => return Err(errno.into()),
    }

    let mut ignored = options.ignored;
    ignored.push(process::getpid());
    let mut trace = Trace::new(Paths::new(file), BufWriter::new(io::stdout().lock()), options.kinds, ignored);
    say(format_args!("ready: {what} of {}", options.path.display()));
    if let Some(time) = options.time {
        timer.set(&TimerSpec::once(time))?;
    }

    let mut ready = [epoll::Event::default(); 8];
    let end = loop {
        trace.flush()?;
        let ready = match epoll.wait(&mut ready, None) {
            // The program was stopped and goes on (ctrl-Z and `fg`): the kernel tells the call so.
            Err(Errno::EINTR) => continue,
            ready => ready?,
        };
        let mut end = None;
        for event in ready {
            match event.data() {
                FANOTIFY => {}
                TIMER => end = Some("the time was over".to_owned()),
                SIGNALS => end = signals.read()?.signal().map(|signal| signal.to_string()),
                STDOUT => return Err(Errno::EPIPE.into()),
                _ => unreachable!("nothing else was added"),
            }
        }
        // Whatever woke us: what happened before it is shown before it.
        read_queue(&group, &mut trace)?;
        if let Some(end) = end {
            break end;
        }
    };
    trace.flush()?;
    say(format_args!("{} events until {end}", trace.count));
    Ok(())
}

/// Shows the events that are queued by now. Not those that come meanwhile: on a busy file system the queue would never
/// be empty, and the loop never come to its signals.
fn read_queue<W: Write>(group: &Fanotify, trace: &mut Trace<W>) -> io::Result<()> {
    let mut buffer = [0; BUFFER];
    let mut queued = group.queued()?;
    while queued > 0 {
        match group.read_events(&mut buffer) {
            Ok(events) => {
                for event in events {
                    queued = queued.saturating_sub(1);
                    trace.take(event)?;
                }
            }
            Err(Errno::EAGAIN) => break,
            Err(Errno::EINTR) => {}
            // The file of an event could not be opened, and the event is gone.
            Err(errno) => {
                queued -= 1;
                trace.lost(&errno.to_string())?;
            }
        }
    }
    Ok(())
}

//! Keeps files below a directory from being opened or executed, and says who asked.
//!
//! ```text
//! cargo build --release --example gate && sudo target/release/examples/gate [-e] [-n] [-v] PATTERN… DIR
//! ```
//!
//! A line is `NAME(PID): open PATH: denied`. It is the process that asked, and got `EPERM`. Below DIR is what is there at
//! that moment, through whatever mount it is opened (unless the file system has no handles, as overlayfs: then it says at
//! the start that another mount is a way around), and DIR may be renamed. It takes `CAP_SYS_ADMIN`, and SIGINT or
//! SIGTERM end it. With its end, even by SIGKILL, everything is allowed, also what waits for an answer just then.
//!
//! A gate is in the way of names, and of nothing else: not of files that are open already, of another hard link
//! elsewhere, or of a script that is read by its interpreter (`-e`). Who makes a file of such a name makes it, and is then
//! refused to open it.
//!
//! # Why it does not wait for itself
//!
//! While it runs, everybody who opens a file on the file system waits for its answer, itself included. So, once the mark
//! is made, it
//!
//! - opens nothing but in `/proc`, of which the kernel asks nobody;
//! - answers before it writes, and never waits for whoever reads what it writes (`log.rs`);
//! - has one thread, which waits for one thing: `epoll`.
//!
//! `guard.rs` decides, by the patterns of `glob.rs`; `options.rs` reads the command line; `../common/who.rs` asks processes
//! for their names.

mod glob;
mod guard;
mod log;
mod options;
#[path = "../common/who.rs"]
mod who;

use butter::epoll::{self, Epoll};
use butter::fanotify::{Event, Fanotify, MarkFlags, Mask, Permission};
use butter::signal::{SigSet, Signal, sigmask};
use butter::{Errno, EventSource, Result, Signalfd};
use guard::{Guard, ROOM, Verdict};
use log::Log;
use options::Options;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use who::{Text, Who};

// What is waited for: the numbers by which epoll tells which of them is ready.
const QUESTIONS: u64 = 0;
const SIGNALS: u64 = 1;
const LOG: u64 = 2;

/// How much one read takes. Each question brings two descriptors, of its file and its process: from 32 bytes on, these
/// are at most 256 at a time.
const BUFFER: usize = 4096;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            say(format_args!("{message}\n{}", options::USAGE));
            return ExitCode::from(2);
        }
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(error);
            ExitCode::FAILURE
        }
    }
}

/// A word to the user. If nobody listens there is nobody to tell.
fn say(message: impl Display) {
    let _ = writeln!(io::stderr(), "gate: {message}");
}

fn run(options: Options) -> io::Result<()> {
    // Blocked, signals wait until they are read.
    let ending = SigSet::from([Signal::INT, Signal::TERM]);
    sigmask::block(ending)?;
    let signals = Signalfd::new(ending)?;

    let place = options.directory.display();
    let directory = open_directory(&options.directory).map_err(|error| match Errno::from_io_error(&error) {
        Some(errno) => io::Error::other(format!("{place}: {errno}")),
        None => error,
    })?;
    let refused = |errno| match errno {
        Errno::EPERM => io::Error::other("it needs CAP_SYS_ADMIN"),
        Errno::EINVAL => {
            io::Error::other(format!("{place}: it needs Linux 5.15, and no file system of the kernel's own"))
        }
        errno => io::Error::other(format!("{place}: {errno}")),
    };
    // What comes beyond a limited queue would be allowed.
    let group = Fanotify::builder().content().report_pidfd().unlimited_queue().nonblocking();
    // Since Linux 6.13 it is told if a file cannot be opened.
    let group = match group.report_fd_error().build() {
        Err(Errno::EINVAL) => group.build(),
        group => group,
    };
    let group = group.map_err(refused)?;

    let epoll = Epoll::new()?;
    epoll.add(&group, epoll::Events::IN, QUESTIONS)?;
    epoll.add(&signals, epoll::Events::IN, SIGNALS)?;
    let mut log_is_waited_for = match epoll.add(io::stdout(), epoll::Events::empty(), LOG) {
        Ok(()) => true,
        // A file: it can always be written.
        Err(Errno::EPERM) => false,
        Err(errno) => return Err(errno.into()),
    };

    let mut gate = Gate::new(&options, directory)?;
    let kinds = if options.execute { Mask::OPEN_EXEC_PERM } else { Mask::OPEN_PERM };
    // From here on everybody waits for the answers.
    group.add_fd(MarkFlags::FILESYSTEM, kinds, &gate.guard.directory).map_err(refused)?;
    let but = if gate.guard.knows_all_mounts() { "" } else { ", which has no handles: another mount is a way around" };
    say(format_args!("ready: {place}{but}"));

    let (mut ready, mut buffer) = ([epoll::Event::default(); 4], [0; BUFFER]);
    let end = loop {
        gate.log.flush();
        if log_is_waited_for && gate.log.is_closed() {
            // That it is closed would be told for ever. It is no reason to open the gate.
            epoll.delete(io::stdout())?;
            log_is_waited_for = false;
        } else if log_is_waited_for {
            let room = if gate.log.is_empty() { epoll::Events::empty() } else { epoll::Events::OUT };
            epoll.modify(io::stdout(), room, LOG)?;
        }
        let ready = match epoll.wait(&mut ready, None) {
            // The program was stopped and goes on.
            Err(Errno::EINTR) => continue,
            ready => ready?,
        };
        let mut end = None;
        for event in ready {
            match event.data() {
                QUESTIONS => match group.read_events(&mut buffer) {
                    Ok(events) => events.for_each(|event| gate.take(event)),
                    Err(Errno::EAGAIN | Errno::EINTR) => {}
                    // The file of a question could not be opened. Whoever asked is not kept waiting.
                    Err(errno) => gate.log.line(format_args!("(unknown): open: denied by the kernel: {errno}")),
                },
                SIGNALS => end = signals.read()?.signal(),
                LOG if event.events().contains(epoll::Events::ERR) => gate.log.close(),
                LOG => {}
                _ => unreachable!("nothing else was added"),
            }
        }
        if let Some(end) = end {
            break end;
        }
    };
    // Nobody waits for this any more, so that it may wait itself. Another signal ends that.
    drop(group);
    sigmask::unblock(ending)?;
    if !gate.log.is_closed() {
        gate.log.finish()?;
    }
    say(format_args!("{} denied until {end}", gate.denied));
    Ok(())
}

fn open_directory(path: &Path) -> io::Result<File> {
    let directory = File::open(path)?;
    if directory.metadata()?.is_dir() { Ok(directory) } else { Err(Errno::ENOTDIR.into()) }
}

struct Gate {
    guard: Guard,
    log: Log,
    dry_run: bool,
    verbose: bool,
    /// Where the directory was when it was last asked for. None if it was deleted.
    place: Option<Vec<u8>>,
    /// How often something was denied.
    denied: u64,
}

impl Gate {
    fn new(options: &Options, directory: File) -> Result<Gate> {
        let guard = Guard::new(directory, options.patterns.clone());
        let place = guard.place(&mut [0; ROOM])?.map(<[u8]>::to_vec);
        Ok(Gate { guard, log: Log::new(), dry_run: options.dry_run, verbose: options.verbose, place, denied: 0 })
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Permission(question) => self.answer(question),
            Event::Overflow => self.log.line("OVERFLOW: what could not be asked was allowed"),
            Event::Notification(event) => {
                let (who, file) = (Who::did(&event), event.file());
                self.log.line(format_args!("{who}: open: denied by the kernel: {file:?}"));
            }
            Event::OtherVersion(event) => {
                self.log.line(format_args!("a question of version {} was not understood", event.version()));
            }
        }
    }

    /// Answers, and then writes a line. A question that is dropped is allowed.
    fn answer(&mut self, question: Permission<'_>) {
        let mut room = [0; ROOM];
        let place = match self.guard.place(&mut room) {
            Ok(place) => place,
            // To deny everything that is opened on the file system would be worse.
            Err(errno) => return self.log.line(format_args!("all is allowed: where the directory is: {errno}")),
        };
        if place != self.place.as_deref() {
            match place {
                Some(place) => self.log.line(format_args!("the directory was renamed to {}", Text(place))),
                None => self.log.line("the directory was deleted, and nothing is denied"),
            }
            self.place = place.map(<[u8]>::to_vec);
        }
        let (Some(place), Some(file)) = (place, question.file().fd()) else { return };
        let mut room = [0; ROOM];
        let (path, deny) = match self.guard.judge(file, place, &mut room) {
            Ok(Verdict::Elsewhere) => return,
            Ok(Verdict::Allow(_)) if !self.verbose => return,
            Ok(Verdict::Allow(path)) => (Ok(path), false),
            Ok(Verdict::Deny(path)) => (Ok(path), true),
            // Nobody gets past the patterns by a path that is too long to be told.
            Err(errno) => (Err(errno), errno == Errno::ENAMETOOLONG),
        };
        // As long as it waits its name can be asked for.
        let who = Who::did(&question);
        let what = if question.is_open_exec_perm() { "execute" } else { "open" };
        let (answer, verdict) = match (deny, self.dry_run) {
            (false, _) => (question.allow(), "allowed"),
            (true, false) => (question.deny(), "denied"),
            (true, true) => (question.allow(), "would be denied"),
        };
        self.denied += u64::from(deny && !self.dry_run);
        match (answer, path) {
            (Ok(()), Ok(path)) => self.log.line(format_args!("{who}: {what} {}: {verdict}", Text(path.bytes()))),
            (Ok(()), Err(errno)) => self.log.line(format_args!("{who}: {what} ({errno:?}): {verdict}")),
            (Err(errno), _) => self.log.line(format_args!("{who}: {what}: not answered: {errno}")),
        }
    }
}

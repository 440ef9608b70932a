//! Shows what happens to files, a line for each event, much as `inotifywait -m` does.
//!
//! ```text
//! cargo run --release --example watch -- [-r] [-e EVENTS] [-t SECONDS] [PATH…]
//! ```
//!
//! A line is `DIR/ EVENT name`, such as `src/ CREATE,ISDIR event`; the name is missing if it happened to `DIR/` itself.
//! With `-r` it follows whole trees, with `-e` it shows only some events, and `-t`, SIGINT or SIGTERM end it. Without a
//! path it shows itself: it watches a temporary directory while a second thread works in it.
//!
//! inotify, a timerfd and a signalfd are waited for in one epoll loop, which is in this file. The rest:
//!
//! - `tree.rs` is what inotify does not do by itself: a tree of directories is followed without missing anything, and
//!   looked at anew after an **overflow**, when the kernel had to drop events. Every program that keeps a picture of files
//!   needs both.
//! - `options.rs` reads the command line, `output.rs` writes the lines, `demo.rs` is the second thread.

mod demo;
mod options;
mod output;
mod tree;

use butter::epoll::{self, Epoll};
use butter::signal::{SigSet, Signal, sigmask};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{Errno, Inotify, Signalfd};
use demo::Demo;
use options::Options;
use output::Output;
use std::io::{self, ErrorKind};
use std::process::ExitCode;
use tree::Tree;

const USAGE: &str = "usage: watch [-r] [-e EVENTS] [-t SECONDS] [PATH…]";
const HINT: &str = "Without a path it shows itself, in a temporary directory.";

// What is waited for: the numbers by which epoll tells which of them is ready.
const INOTIFY: u64 = 0;
const TIMER: u64 = 1;
const SIGNALS: u64 = 2;
const DEMO: u64 = 3;
const STDOUT: u64 = 4;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args_os().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            output::say(format_args!("{message}\n{USAGE}\n{}\n{HINT}", options::OPTIONS));
            return ExitCode::from(2);
        }
    };
    match watch(options) {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads on, as in `watch … | head -1`: that is no failure.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::say(error);
            ExitCode::FAILURE
        }
    }
}

fn watch(mut options: Options) -> io::Result<()> {
    // Blocked, signals wait until they are read. Every thread needs that, and inherits it from the one that starts it: so
    // it comes before any other thread.
    let ending = SigSet::from([Signal::INT, Signal::TERM]);
    sigmask::block(ending)?;

    let inotify = Inotify::new().map_err(|errno| match errno {
        Errno::EMFILE => io::Error::other("too many inotify objects: /proc/sys/fs/inotify/max_user_instances"),
        errno => errno.into(),
    })?;
    let (timer, signals) = (Timerfd::new()?, Signalfd::new(ending)?);

    let epoll = Epoll::new()?;
    epoll.add(&inotify, epoll::Events::IN, INOTIFY)?;
    epoll.add(&timer, epoll::Events::IN, TIMER)?;
    epoll.add(&signals, epoll::Events::IN, SIGNALS)?;
    // That a pipe is closed at its other end is told without being asked for. EPERM: a file, which never is.
    match epoll.add(io::stdout(), epoll::Events::empty(), STDOUT) {
        Ok(()) | Err(Errno::EPERM) => {}
        Err(errno) => return Err(errno.into()),
    }

    let mut demo = None;
    if options.paths.is_empty() {
        let demo = demo.insert(Demo::new()?);
        epoll.add(&*demo.done, epoll::Events::IN, DEMO)?;
        output::say(format_args!("no path given, so this is what a thread does in {}", demo.directory.display()));
        (options.recursive, options.paths) = (true, vec![demo.directory.clone()]);
    }

    let mut tree = Tree::new(&inotify, &options, Output::new(options.events));
    tree.start()?;
    if let Some(demo) = &mut demo {
        demo.start();
    }
    if let Some(time) = options.time {
        timer.set(&TimerSpec::once(time))?;
    }

    let mut ready = [epoll::Event::default(); 8];
    let end = loop {
        tree.output.flush()?;
        let ready = match epoll.wait(&mut ready, None) {
            // The program was stopped and goes on (ctrl-Z and `fg`): the kernel tells the call so.
            Err(Errno::EINTR) => continue,
            ready => ready?,
        };
        let mut end = None;
        for event in ready {
            match event.data() {
                INOTIFY => {}
                TIMER => end = Some("the time was over".to_owned()),
                SIGNALS => end = signals.read()?.signal().map(|signal| signal.to_string()),
                DEMO => end = Some("the demonstration was over".to_owned()),
                STDOUT => return Err(Errno::EPIPE.into()),
                _ => unreachable!("nothing else was added"),
            }
        }
        // Whatever woke us: what happened before it is shown before it.
        tree.read_queue()?;
        if let Some(end) = end {
            break end;
        }
    };
    let count = tree.output.count;
    tree.output.report(format_args!("{count} events until {end}"))
}

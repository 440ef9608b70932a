//! The example `watch` on tokio: what happens to files is shown once nothing more has happened for a while.
//!
//! ```text
//! cargo run --release --features tokio --example async_watch -- [-r] [-e EVENTS] [-t SECONDS] [PATH…]
//! ```
//!
//! So does whatever builds or loads anew when files change: to save one file makes a handful of events, and a checkout thousands,
//! and each is to cause one build. Here the timer is set again with each event, and when it goes off the burst is over. The
//! lines, options and messages are those of `watch`, whose modules these are; without a path it watches the working directory.
//! Ctrl-C ends it.

#[path = "../watch/options.rs"]
mod options;
#[path = "../watch/output.rs"]
mod output;
#[path = "../watch/tree.rs"]
mod tree;

use butter::reactor::{AsyncIo, tokio::Registered};
use butter::signal::{SigSet, Signal, sigmask};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{Inotify, Reader, Signalfd};
use options::Options;
use output::Output;
use std::io::{self, ErrorKind};
use std::{env, process::ExitCode, time::Duration};
use tree::Tree;

const USAGE: &str = "usage: async_watch [-r] [-e EVENTS] [-t SECONDS] [PATH…]";

/// After this long without an event a burst is over.
const QUIET: Duration = Duration::from_millis(100);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = match Options::parse(env::args_os().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            output::say(format_args!("{message}\n{USAGE}\n{}", options::OPTIONS));
            return ExitCode::from(2);
        }
    };
    match watch(options).await {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads on.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::say(error);
            ExitCode::FAILURE
        }
    }
}

async fn watch(mut options: Options) -> io::Result<()> {
    if options.paths.is_empty() {
        options.paths.push(".".into());
    }
    // Blocked, signals wait until they are read. The runtime has this one thread.
    let ending = SigSet::from([Signal::INT, Signal::TERM]);
    sigmask::block(ending)?;
    let signals = Registered::new(Signalfd::new(ending)?)?;
    let (quiet, end) = (Registered::new(Timerfd::new()?)?, Registered::new(Timerfd::new()?)?);

    let (inotify, mut buffer) = (Inotify::new()?, vec![0; 64 * 1024]);
    let mut changes = Reader::new(Registered::new(&inotify)?, &mut buffer[..])?;
    let mut tree = Tree::new(&inotify, &options, Output::new(options.events));
    tree.start()?;
    if let Some(time) = options.time {
        end.get_ref().set(&TimerSpec::once(time))?;
    }

    let mut shown = 0;
    let reason = loop {
        // The futures that are not the first are dropped, and lose nothing by it.
        tokio::select! {
            events = changes.next_events() => {
                for event in events? {
                    tree.take(event)?;
                }
                quiet.get_ref().set(&TimerSpec::once(QUIET))?;
            }
            times = quiet.read_with(Timerfd::read) => {
                times?;
                let more = tree.output.count - shown;
                shown += more;
                if more > 0 {
                    tree.output.report(format_args!("quiet after {more} events"))?;
                }
            }
            signal = signals.read_with(Signalfd::read) => break signal?.signal().map_or_else(String::new, |signal| signal.to_string()),
            times = end.read_with(Timerfd::read) => break times.map(|_| "the time was over".to_owned())?,
        }
    };
    // What happened before it is shown before it.
    tree.read_queue()?;
    let count = tree.output.count;
    tree.output.report(format_args!("{count} events until {reason}"))
}

//! One loop for everything that a program waits for: work from another thread, time, and signals.
//!
//! ```text
//! cargo run --release --example eventloop
//! ```
//!
//! It ends by itself after five ticks, or with SIGINT (ctrl-C) or SIGTERM.

use butter::epoll::{Epoll, Event, Events};
use butter::signal::{SigSet, Signal, sigmask};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{Errno, EventSource, Eventfd, Signalfd};
use std::thread;
use std::time::Duration;

// The numbers by which epoll tells which descriptor is ready.
const WORK: u64 = 0;
const TICKS: u64 = 1;
const SIGNALS: u64 = 2;

fn main() -> Result<(), Errno> {
    // Blocked, signals wait until they are read. Every thread needs that, and inherits it from the one that starts it: so
    // it comes before any other thread.
    let ending = SigSet::from([Signal::INT, Signal::TERM]);
    sigmask::block(ending)?;

    let work = Eventfd::new()?;
    let ticks = Timerfd::new()?;
    let signals = Signalfd::new(ending)?;

    let epoll = Epoll::new()?;
    epoll.add(&work, Events::IN, WORK)?;
    epoll.add(&ticks, Events::IN, TICKS)?;
    epoll.add(&signals, Events::IN, SIGNALS)?;

    ticks.set(&TimerSpec::every(Duration::from_millis(200)))?;

    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            for pieces in 1..=3 {
                thread::sleep(Duration::from_millis(250));
                work.add(pieces)?;
            }
            Ok(())
        });
        event_loop(&epoll, &work, &ticks, &signals)?;
        worker.join().expect("the worker does not panic")
    })
}

fn event_loop(epoll: &Epoll, work: &Eventfd, ticks: &Timerfd, signals: &Signalfd) -> Result<(), Errno> {
    let mut ready = [Event::default(); 8];
    let mut left = 5;
    while left > 0 {
        let ready = match epoll.wait(&mut ready, None) {
            // The program was stopped and goes on (ctrl-Z and `fg`).
            Err(Errno::EINTR) => continue,
            ready => ready?,
        };
        for event in ready {
            match event.data() {
                WORK => println!("work: {} pieces", work.read()?),
                TICKS => {
                    // More than one if the loop was late.
                    let expired = ticks.read()?;
                    println!("tick: {expired}");
                    left = u64::saturating_sub(left, expired);
                }
                SIGNALS => {
                    // Room for eight: one read takes all that are pending.
                    for info in signals.read_events(&mut [0; 8 * 128])? {
                        println!("signal: {:?} from {:?}", info.signal(), info.pid());
                    }
                    return Ok(());
                }
                _ => unreachable!("nothing else was added"),
            }
        }
    }
    Ok(())
}

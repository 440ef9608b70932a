//! The table: every event object, how it is made and made to tell something.

use crate::common::TempDir;
use butter::inotify::{self, Event, Inotify, Mask};
use butter::signal::{self, SigInfo, SigSet, SigValue, Signal, sigmask};
use butter::signalfd::{self, Signalfd};
use butter::time::{Clock, clock_gettime};
use butter::timerfd::{self, TimerSpec, Timerfd};
use butter::{EventSource, eventfd::Eventfd, process};
use std::time::Duration;

/// What the tests need of an event object.
pub trait Object: Sized {
    type Source: EventSource;
    /// Whether one read may give several events.
    const BATCHES: bool;

    fn new(nonblocking: bool) -> Self;
    fn source(&self) -> &Self::Source;
    /// Makes an event that tells this number, which is not 0. Can be called from another thread.
    fn trigger(&self, number: u64);
    /// The number that an event tells.
    fn number(event: <Self::Source as EventSource>::Event<'_>) -> u64;
}

pub struct InotifyObject {
    inotify: Inotify,
    directory: TempDir,
}

impl Object for InotifyObject {
    type Source = Inotify;
    const BATCHES: bool = true;

    fn new(nonblocking: bool) -> Self {
        let directory = TempDir::new();
        let flags = if nonblocking { inotify::InitFlags::NONBLOCK } else { inotify::InitFlags::empty() };
        let inotify = Inotify::with_flags(flags).unwrap();
        inotify.add_watch(&*directory, Mask::CREATE).unwrap();
        InotifyObject { inotify, directory }
    }

    fn source(&self) -> &Inotify {
        &self.inotify
    }

    /// The longest names there are, so that the smallest buffer holds exactly one.
    fn trigger(&self, number: u64) {
        std::fs::write(self.directory.join(format!("{number:0255}")), "").unwrap();
    }

    fn number(event: Event<'_>) -> u64 {
        let Event::Watch(event) = event else { panic!("{event:?}") };
        assert!(event.is_create());
        std::str::from_utf8(event.name().unwrap()).unwrap().parse().unwrap()
    }
}

pub struct SignalfdObject {
    signalfd: Signalfd,
    thread: process::Pid,
}

impl Object for SignalfdObject {
    type Source = Signalfd;
    const BATCHES: bool = true;

    fn new(nonblocking: bool) -> Self {
        let set = SigSet::from(Signal::RTMAX);
        let flags = if nonblocking { signalfd::Flags::NONBLOCK } else { signalfd::Flags::empty() };
        // For good: the thread is the test's own.
        sigmask::block(set).unwrap();
        SignalfdObject { signalfd: Signalfd::with_flags(set, flags).unwrap(), thread: process::gettid() }
    }

    fn source(&self) -> &Signalfd {
        &self.signalfd
    }

    fn trigger(&self, number: u64) {
        let value = SigValue::from_usize(number as usize);
        signal::tgsigqueue(process::getpid(), self.thread, Signal::RTMAX, value).unwrap();
    }

    fn number(info: &SigInfo) -> u64 {
        assert_eq!(info.signal(), Some(Signal::RTMAX));
        info.value().to_usize() as u64
    }
}

impl Object for Eventfd {
    type Source = Eventfd;
    const BATCHES: bool = false;

    fn new(nonblocking: bool) -> Self {
        use butter::eventfd::Flags;
        Eventfd::with_flags(0, if nonblocking { Flags::NONBLOCK } else { Flags::empty() }).unwrap()
    }

    fn source(&self) -> &Eventfd {
        self
    }

    fn trigger(&self, number: u64) {
        self.add(number).unwrap();
    }

    fn number(event: u64) -> u64 {
        event
    }
}

impl Object for Timerfd {
    type Source = Timerfd;
    const BATCHES: bool = false;

    fn new(nonblocking: bool) -> Self {
        use timerfd::CreateFlags;
        let flags = if nonblocking { CreateFlags::NONBLOCK } else { CreateFlags::empty() };
        Timerfd::with_flags(Clock::REALTIME, flags).unwrap()
    }

    fn source(&self) -> &Timerfd {
        self
    }

    /// Expires that many times at once: it began so many periods ago.
    fn trigger(&self, number: u64) {
        let period = Duration::from_secs(1000);
        let mut start = clock_gettime(Clock::REALTIME).unwrap();
        start.sec -= 1000 * (number as i64 - 1);
        self.set(&TimerSpec::every(period).starting(start)).unwrap();
    }

    fn number(event: u64) -> u64 {
        event
    }
}

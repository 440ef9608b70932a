//! The table: every event object, how it is made and made to tell something.

use crate::common::{TempDir, forking, pipe};
use crate::seccomp::{Child, shared, target, until};
use butter::fanotify::{self, Fanotify, MarkFlags};
use butter::fd::{self, AsRawFd, OwnedFd};
use butter::inotify::{self, Event, Inotify, Mask};
use butter::poll::{self, PollFd};
use butter::seccomp::{Listener, Notification};
use butter::signal::{self, SigInfo, SigSet, SigValue, Signal, sigmask};
use butter::signalfd::{self, Signalfd};
use butter::time::{Clock, clock_gettime};
use butter::timerfd::{self, TimerSpec, Timerfd};
use butter::{EventSource, eventfd::Eventfd, nr, process, syscall};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
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

pub struct FanotifyObject {
    group: Fanotify,
    directory: TempDir,
}

impl Object for FanotifyObject {
    type Source = Fanotify;
    const BATCHES: bool = true;

    fn new(nonblocking: bool) -> Self {
        let (builder, directory) = (Fanotify::builder().report_name(), TempDir::new());
        let group = if nonblocking { builder.nonblocking() } else { builder }.build().unwrap();
        group.add(MarkFlags::ONLYDIR, fanotify::Mask::CREATE, &*directory).unwrap();
        FanotifyObject { group, directory }
    }

    fn source(&self) -> &Fanotify {
        &self.group
    }

    fn trigger(&self, number: u64) {
        std::fs::write(self.directory.join(format!("{number:0255}")), "").unwrap();
    }

    fn number(event: fanotify::Event<'_>) -> u64 {
        let fanotify::Event::Notification(event) = event else { panic!("{event:?}") };
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

/// A child that has a child of its own make a notified call for each number that it gets.
pub struct SeccompObject {
    listener: Listener,
    numbers: OwnedFd,
    triggered: AtomicU64,
    /// How many of the calls have been answered.
    answered: &'static AtomicU64,
    _target: Child,
}

impl Object for SeccompObject {
    type Source = Listener;
    const BATCHES: bool = false;

    fn new(nonblocking: bool) -> Self {
        let [ready, answered] = shared();
        let forking = forking();
        let (reading, numbers) = pipe();
        let (listener, target) = target(nr::UMASK, || {
            // Nothing of what other tests close stays open here.
            let own = reading.as_raw_fd() as u32;
            // SAFETY: this process uses no other descriptor.
            unsafe {
                let _ = syscall!(CLOSE_RANGE, 3, own - 1, 0);
                let _ = syscall!(CLOSE_RANGE, own + 1, u32::MAX, 0);
            }
            ready.store(1, Relaxed);
            let (mut number, ended) = ([0; 8], process::WaitOptions::EXITED | process::WaitOptions::NOHANG);
            while fd::read(&reading, &mut number).is_ok_and(|read| read.len() == 8) {
                std::mem::forget(Child::new(|| {
                    // SAFETY: the call is not made.
                    let _ = unsafe { syscall!(UMASK, u64::from_ne_bytes(number)) };
                    answered.fetch_add(1, Relaxed);
                    0
                }));
                while process::waitid(process::Children::All, ended).is_ok_and(|info| info.is_some()) {}
            }
            0
        });
        until(|| (ready.load(Relaxed) == 1).then_some(()));
        drop(forking);
        fd::set_nonblocking(&listener, nonblocking).unwrap();
        SeccompObject { listener, numbers, triggered: AtomicU64::new(0), answered, _target: target }
    }

    fn source(&self) -> &Listener {
        &self.listener
    }

    fn trigger(&self, number: u64) {
        let triggered = self.triggered.fetch_add(1, Relaxed) + 1;
        fd::write(&self.numbers, &number.to_ne_bytes()).unwrap();
        // Until it is there to be read, or has been.
        while self.answered.load(Relaxed) < triggered {
            let mut fds = [PollFd::new(&self.listener, poll::Events::IN)];
            if poll::poll(&mut fds, Some(Duration::from_millis(1))).unwrap() != 0 {
                break;
            }
        }
    }

    fn number(event: Notification<'_>) -> u64 {
        event.args()[0]
    }
}

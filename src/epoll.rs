//! epoll: waits until some of many descriptors are ready, at a cost that does not grow with those that are not.
//!
//! ```
//! use butter::epoll::{Epoll, Event, Events};
//! use butter::Eventfd;
//!
//! let (epoll, counter) = (Epoll::new()?, Eventfd::new()?);
//! epoll.add(&counter, Events::IN, 7)?;
//! counter.add(1)?;
//!
//! let mut buffer = [Event::default(); 16];
//! for event in epoll.wait(&mut buffer, None)? {
//!     assert_eq!(event.data(), 7);
//!     assert!(event.events().contains(Events::IN));
//! }
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! What is added is the open file description, not the number of the descriptor: while a duplicate of it is open, its
//! events go on. Delete a descriptor before it is closed if it may have duplicates.
//!
//! See `epoll(7)`, `epoll_create(2)`, `epoll_ctl(2)`, `epoll_wait(2)`.

use crate::abi::eventpoll as abi;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::{EventSource, OwnedEvents, Record};
use crate::fd::{self, AsFd, AsRawFd, OwnedFd, RawFd};
use crate::flags::flags;
use crate::signal::SigSet;
use crate::time;
use core::{fmt, mem::MaybeUninit, time::Duration};

flags! {
    /// How an epoll object is made. It is closed over `exec` unless asked otherwise.
    CreateFlags: u32 {
        /// The descriptor stays open over `exec`. (The kernel's flag, `EPOLL_CLOEXEC`, is given unless this is.)
        #[doc(alias = "EPOLL_CLOEXEC")]
        const NO_CLOEXEC = abi::EPOLL_CLOEXEC;
    }
}

flags! {
    /// What a descriptor is ready for, and how that is told.
    Events: u32 {
        /// Something can be read.
        #[doc(alias = "EPOLLIN")]
        const IN = abi::EPOLLIN;
        /// Something out of the ordinary: urgent data, a changed mount table, a triggered pressure monitor, …
        #[doc(alias = "EPOLLPRI")]
        const PRI = abi::EPOLLPRI;
        /// Something can be written.
        #[doc(alias = "EPOLLOUT")]
        const OUT = abi::EPOLLOUT;
        /// An error, or the reading end of a pipe is closed. Always told.
        #[doc(alias = "EPOLLERR")]
        const ERR = abi::EPOLLERR;
        /// The other end is closed; what it sent can still be read. Always told.
        #[doc(alias = "EPOLLHUP")]
        const HUP = abi::EPOLLHUP;
        /// The descriptor is not open; epoll itself never tells it.
        #[doc(alias = "EPOLLNVAL")]
        const NVAL = abi::EPOLLNVAL;
        /// On most objects the same as `IN`.
        #[doc(alias = "EPOLLRDNORM")]
        const RDNORM = abi::EPOLLRDNORM;
        /// Data of another priority can be read; few objects have it.
        #[doc(alias = "EPOLLRDBAND")]
        const RDBAND = abi::EPOLLRDBAND;
        /// On most objects the same as `OUT`.
        #[doc(alias = "EPOLLWRNORM")]
        const WRNORM = abi::EPOLLWRNORM;
        /// Data of another priority can be written; few objects have it.
        #[doc(alias = "EPOLLWRBAND")]
        const WRBAND = abi::EPOLLWRBAND;
        /// Not used by Linux.
        #[doc(alias = "EPOLLMSG")]
        const MSG = abi::EPOLLMSG;
        /// The other end of a stream socket will send no more. Since Linux 2.6.17.
        #[doc(alias = "EPOLLRDHUP")]
        const RDHUP = abi::EPOLLRDHUP;

        /// The event comes from an io_uring's own descriptor: the kernel sets it to keep completions from waking
        /// themselves. Since Linux 6.0.
        #[doc(alias = "EPOLL_URING_WAKE")]
        const URING_WAKE = abi::EPOLL_URING_WAKE;
        /// To `add`: of several epoll objects that wait for the same descriptor, not all are woken. Since Linux 4.5.
        #[doc(alias = "EPOLLEXCLUSIVE")]
        const EXCLUSIVE = abi::EPOLLEXCLUSIVE;
        /// The machine does not sleep from the event until the next wait. Without `CAP_BLOCK_SUSPEND` it has no effect.
        /// Since Linux 3.5.
        #[doc(alias = "EPOLLWAKEUP")]
        const WAKEUP = abi::EPOLLWAKEUP;
        /// Told once, then not until it is modified. Since Linux 2.6.2.
        #[doc(alias = "EPOLLONESHOT")]
        const ONESHOT = abi::EPOLLONESHOT;
        /// Told when it becomes ready, not as long as it is: read until `EAGAIN`.
        #[doc(alias = "EPOLLET")]
        const ET = abi::EPOLLET;
    }
}

/// A descriptor that is ready: for what, and the number that it was added with.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Event(abi::epoll_event);

impl Event {
    /// One from its parts.
    #[inline]
    pub const fn new(events: Events, data: u64) -> Event {
        Event(abi::epoll_event { events: events.bits(), data })
    }

    /// What it is ready for.
    #[inline]
    pub const fn events(&self) -> Events {
        Events::from_bits(self.0.events)
    }

    /// The number that it was added with.
    #[inline]
    pub const fn data(&self) -> u64 {
        self.0.data
    }
}

impl Default for Event {
    #[inline]
    fn default() -> Event {
        Event::new(Events::empty(), 0)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("events", &self.events()).field("data", &self.data()).finish()
    }
}

impl PartialEq for Event {
    fn eq(&self, other: &Event) -> bool {
        (self.events(), self.data()) == (other.events(), other.data())
    }
}

impl Eq for Event {}

/// What [`ctl`] does with a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Add it.
    #[doc(alias = "EPOLL_CTL_ADD")]
    Add(Event),
    /// Change what is waited for, and its number.
    #[doc(alias = "EPOLL_CTL_MOD")]
    Modify(Event),
    /// Take it out.
    #[doc(alias = "EPOLL_CTL_DEL")]
    Delete,
}

/// How an epoll object looks for network packets itself while it waits, instead of being interrupted for them. Zero
/// values, the default, are no busy polling.
#[doc(alias = "epoll_params")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BusyPoll {
    /// For how long, in microseconds; at most `i32::MAX`.
    pub usecs: u32,
    /// How many packets at a time. More than 64 needs `CAP_NET_ADMIN`.
    pub budget: u16,
    /// Whether the device is to keep its interrupts off as long as the program polls.
    pub prefer: bool,
}

/// Makes an epoll object.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
#[doc(alias = "epoll_create1")]
#[doc(alias = "epoll_create")]
#[inline]
pub fn create1(flags: CreateFlags) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(EPOLL_CREATE1, flags.bits() ^ abi::EPOLL_CLOEXEC).fd() }
}

/// Adds, changes or takes out a descriptor.
///
/// # Errors
///
/// - `EBADF`: a descriptor is not open.
/// - `EEXIST`: to add, and it is there already.
/// - `EINVAL`: the first is not an epoll object, or both are the same; [`EXCLUSIVE`](Events::EXCLUSIVE) to modify, on one
///   that was added with it, on an epoll object, or with more than `IN`, `OUT`, `ERR`, `HUP`, `WAKEUP` and `ET`.
/// - `ELOOP`: an epoll object that contains the first, or a chain of more than five of them.
/// - `ENOENT`: to modify or delete, and it is not there.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSPC`: the user waits for as many as `/proc/sys/fs/epoll/max_user_watches` allows.
/// - `EPERM`: it cannot be waited for, as a file or a directory.
#[doc(alias = "epoll_ctl")]
#[inline]
pub fn ctl(epoll: impl AsFd, fd: impl AsFd, op: Op) -> Result<()> {
    ctl_number(epoll, fd.as_fd().as_raw_fd(), op)
}

/// [`ctl`] for who knows the number only.
#[inline]
pub(crate) fn ctl_number(epoll: impl AsFd, fd: RawFd, op: Op) -> Result<()> {
    let (op, event) = match op {
        Op::Add(event) => (abi::EPOLL_CTL_ADD, event),
        Op::Modify(event) => (abi::EPOLL_CTL_MOD, event),
        Op::Delete => (abi::EPOLL_CTL_DEL, Event::default()),
    };
    // SAFETY: the kernel reads one event.
    unsafe { call_readonly!(EPOLL_CTL, epoll.as_fd().as_raw_fd(), op, fd, &raw const event) }.unit()
}

/// Waits until descriptors are ready, and gives as many of them as have room. The timeout is in milliseconds: 0 does not
/// wait, -1 waits as long as it takes. While it waits the thread's signal mask is `mask`, if there is one.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINTR`: a signal handler ran, or the process was stopped and goes on.
/// - `EINVAL`: not an epoll object, or a buffer without room for one event.
#[doc(alias = "epoll_pwait")]
#[doc(alias = "epoll_wait")]
#[inline]
pub fn pwait<'b>(
    epoll: impl AsFd,
    buffer: impl Into<Buffer<'b, Event>>,
    timeout: i32,
    mask: Option<&SigSet>,
) -> Result<&'b mut [Event]> {
    let (mut buffer, epoll) = (buffer.into(), epoll.as_fd().as_raw_fd());
    let mask = mask.map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: the kernel writes at most as many events as there is room for, says how many, and reads the set unless it
    // is null.
    unsafe {
        buffer.fill(|events, room| {
            let ready = call!(EPOLL_PWAIT, epoll, events, count(room), timeout, mask, SigSet::SIZE).int()?;
            Ok(ready as usize)
        })?
    };
    Ok(buffer.into_filled())
}

/// [`pwait`] with a timeout in nanoseconds; with `None` as long as it takes. Since Linux 5.11.
///
/// # Errors
///
/// Those of [`pwait`], and
///
/// - `EINVAL`: the seconds of `timeout` do not fit in 63 bits.
/// - `ENOSYS`: the kernel is older.
#[doc(alias = "epoll_pwait2")]
#[inline]
pub fn pwait2<'b>(
    epoll: impl AsFd,
    buffer: impl Into<Buffer<'b, Event>>,
    timeout: Option<Duration>,
    mask: Option<&SigSet>,
) -> Result<&'b mut [Event]> {
    let (mut buffer, epoll) = (buffer.into(), epoll.as_fd().as_raw_fd());
    let timeout = time::timeout(timeout)?;
    let mask = mask.map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: as above, and the kernel reads the timespec unless it is null.
    unsafe {
        buffer.fill(|events, room| {
            let timeout = time::as_ptr(&timeout);
            let ready = call!(EPOLL_PWAIT2, epoll, events, count(room), timeout, mask, SigSet::SIZE).int()?;
            Ok(ready as usize)
        })?
    };
    Ok(buffer.into_filled())
}

/// The kernel takes the room as an `int`, and no more than fit into one in bytes.
#[inline]
fn count(room: usize) -> usize {
    room.min(i32::MAX as usize / size_of::<Event>())
}

/// How it polls the network while it waits. Since Linux 6.9.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EOPNOTSUPP`: the kernel was built without busy polling.
/// - `ENOTTY`: the kernel is older; or not an epoll object.
#[doc(alias = "EPIOCGPARAMS")]
pub fn busy_poll(epoll: impl AsFd) -> Result<BusyPoll> {
    let mut params = MaybeUninit::<abi::epoll_params>::uninit();
    // SAFETY: the kernel writes one `epoll_params`.
    unsafe { call!(IOCTL, epoll.as_fd().as_raw_fd(), abi::EPIOCGPARAMS, params.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written it.
    let params = unsafe { params.assume_init() };
    Ok(BusyPoll {
        usecs: params.busy_poll_usecs,
        budget: params.busy_poll_budget,
        prefer: params.prefer_busy_poll != 0,
    })
}

/// Sets how it polls the network while it waits. Since Linux 6.9.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: the time is above `i32::MAX`.
/// - `EOPNOTSUPP`: the kernel was built without busy polling.
/// - `ENOTTY`: the kernel is older; or not an epoll object.
/// - `EPERM`: the budget is above 64, and the caller lacks `CAP_NET_ADMIN`.
#[doc(alias = "EPIOCSPARAMS")]
pub fn set_busy_poll(epoll: impl AsFd, params: BusyPoll) -> Result<()> {
    let params = abi::epoll_params {
        busy_poll_usecs: params.usecs,
        busy_poll_budget: params.budget,
        prefer_busy_poll: params.prefer.into(),
        __pad: 0,
    };
    // SAFETY: the kernel reads one `epoll_params`.
    unsafe { call_readonly!(IOCTL, epoll.as_fd().as_raw_fd(), abi::EPIOCSPARAMS, &raw const params) }.unit()
}

/// An epoll object: a set of descriptors that are waited for together.
pub struct Epoll {
    fd: OwnedFd,
}

fd::object!(Epoll);
fd::object_from_fd!(Epoll);

impl Epoll {
    /// Makes one that is closed over `exec`.
    ///
    /// # Errors
    ///
    /// Those of [`create1`].
    #[inline]
    pub fn new() -> Result<Epoll> {
        create1(CreateFlags::empty()).map(Epoll::from)
    }

    /// Adds a descriptor: its events come with the number `data`.
    ///
    /// # Errors
    ///
    /// Those of [`ctl`].
    #[inline]
    pub fn add(&self, fd: impl AsFd, events: Events, data: u64) -> Result<()> {
        ctl(self, fd, Op::Add(Event::new(events, data)))
    }

    /// Changes what is waited for, and the number.
    ///
    /// # Errors
    ///
    /// Those of [`ctl`].
    #[inline]
    pub fn modify(&self, fd: impl AsFd, events: Events, data: u64) -> Result<()> {
        ctl(self, fd, Op::Modify(Event::new(events, data)))
    }

    /// Takes a descriptor out.
    ///
    /// # Errors
    ///
    /// Those of [`ctl`].
    #[inline]
    pub fn delete(&self, fd: impl AsFd) -> Result<()> {
        ctl(self, fd, Op::Delete)
    }

    /// Waits until descriptors are ready, and gives as many of them as have room; none when the time is over. With
    /// `None` it waits as long as it takes, with zero not at all.
    ///
    /// Whole milliseconds up to 24 days, zero and `None` work on any kernel; other times need Linux 5.11.
    ///
    /// # Errors
    ///
    /// Those of [`pwait`] and [`pwait2`].
    #[inline]
    pub fn wait<'b>(
        &self,
        buffer: impl Into<Buffer<'b, Event>>,
        timeout: Option<Duration>,
    ) -> Result<core::slice::Iter<'b, Event>> {
        let milliseconds = match timeout {
            None => Some(-1),
            Some(time) if time.subsec_nanos() % 1_000_000 == 0 => i32::try_from(time.as_millis()).ok(),
            Some(_) => None,
        };
        let ready = match milliseconds {
            Some(milliseconds) => pwait(self, buffer, milliseconds, None)?,
            None => pwait2(self, buffer, timeout, None)?,
        };
        Ok((*ready).iter())
    }

    /// [`busy_poll`].
    ///
    /// # Errors
    ///
    /// Those of [`busy_poll`].
    pub fn busy_poll(&self) -> Result<BusyPoll> {
        busy_poll(self)
    }

    /// [`set_busy_poll`].
    ///
    /// # Errors
    ///
    /// Those of [`set_busy_poll`].
    pub fn set_busy_poll(&self, params: BusyPoll) -> Result<()> {
        set_busy_poll(self, params)
    }
}

/// How many events a [`Reader`](crate::Reader) of an epoll object gets at a time.
const AT_ONCE: usize = 16;

/// An event in a buffer: what it is ready for, and the number, without a gap.
const RECORD: usize = size_of::<u32>() + size_of::<u64>();

impl<'a> Record<'a> for Event {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Event> {
        let (events, rest) = bytes.split_first_chunk()?;
        let (data, rest) = rest.split_first_chunk()?;
        *bytes = rest;
        Some(Event::new(Events::from_bits(u32::from_ne_bytes(*events)), u64::from_ne_bytes(*data)))
    }
}

impl EventSource for Epoll {
    type Event<'a> = Event;

    const MIN_BUFFER: usize = RECORD;

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Event> {
        Event::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        Event::parse(bytes).is_some()
    }

    /// Waits until descriptors are ready. The kernel does so without regard to [`set_nonblocking`](fd::set_nonblocking), so this
    /// looks at that itself.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: nothing is ready, and the epoll object is non-blocking.
    /// - `EINTR`: a signal handler ran.
    /// - `EINVAL`: the buffer is too small.
    fn fill(&self, buffer: &mut Buffer<'_>) -> Result<usize> {
        let room = AT_ONCE.min(buffer.capacity() / RECORD);
        let mut memory = [Event::default(); AT_ONCE];
        let memory = memory.get_mut(..room).ok_or(Errno::EINVAL)?;
        let mut ready = pwait(self, &mut *memory, 0, None)?.len();
        if ready == 0 {
            if fd::is_nonblocking(self)? {
                buffer.clear();
                return Err(Errno::EAGAIN);
            }
            ready = pwait(self, &mut *memory, -1, None)?.len();
        }
        let mut bytes = [0; AT_ONCE * RECORD];
        for (event, to) in memory.iter().take(ready).zip(bytes.chunks_exact_mut(RECORD)) {
            let (events, data) = to.split_at_mut(size_of::<u32>());
            events.copy_from_slice(&event.events().bits().to_ne_bytes());
            data.copy_from_slice(&event.data().to_ne_bytes());
        }
        Ok(buffer.set(bytes.get(..ready * RECORD).unwrap_or_default()))
    }
}

impl OwnedEvents for Epoll {
    type Owned = Event;

    #[inline]
    fn to_owned(&self, event: Event) -> Event {
        event
    }
}

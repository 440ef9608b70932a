//! The reactor that needs nothing but an epoll object.

use super::slots::{READ, Shared, Slot, Slots, WRITE, Woken};
use super::{AsyncIo, source_in};
use crate::epoll::{self, Epoll, Event, Events, Op};
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd, AsRawFd, BorrowedFd};
use core::cell::Cell;
use core::fmt;
use core::future::{Future, poll_fn};
use core::mem::{ManuallyDrop, MaybeUninit};
use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};

/// How many events it takes from the kernel at a time.
const EVENTS: usize = 64;

/// How often woken tasks are polled without a look at the descriptors.
const TURNS: u8 = 32;

/// The number of the eventfd in the epoll object, which no slot has.
const WAKE: u64 = u64::MAX;

/// A reactor for one thread: it runs futures, and polls those whose descriptors are ready or that were woken otherwise.
///
/// It allocates nothing. A descriptor is asked about as long as it is ready (it is level-triggered), so that an event costs one
/// wait and one read, and no read is in vain. One that is ready while nobody waits for it is told once, and not
/// asked about until somebody does.
///
/// ```
/// use butter::reactor::{Reactor, Slots};
/// use butter::{Eventfd, Reader};
///
/// static SLOTS: Slots<8> = Slots::new();
///
/// let reactor = Reactor::new(&SLOTS)?;
/// let counter = Eventfd::new()?;
/// let mut buffer = [0; 64];
/// let mut reader = Reader::new(reactor.register(&counter)?, &mut buffer)?;
/// counter.add(3)?;
/// assert_eq!(reactor.block_on(reader.next_event())?, Ok(3));
/// # Ok::<(), butter::Errno>(())
/// ```
pub struct Reactor {
    epoll: Epoll,
    shared: &'static Shared,
    slots: &'static [Slot],
    free: Cell<Option<&'static Slot>>,
    running: Cell<bool>,
    turns: Cell<u8>,
}

impl Reactor {
    /// Makes one in this memory.
    ///
    /// # Errors
    ///
    /// - `EBUSY`: the memory has a reactor.
    /// - and those of [`epoll::create1`] and [`eventfd2`](crate::eventfd::eventfd2).
    pub fn new<const N: usize>(slots: &'static Slots<N>) -> Result<Reactor> {
        let epoll = Epoll::new()?;
        let (shared, slots) = slots.claim()?;
        let (free, running, turns) = (Cell::new(slots.first()), Cell::new(false), Cell::new(0));
        let reactor = Reactor { epoll, shared, slots, free, running, turns };
        // Edge-triggered, it needs no read.
        reactor.epoll.add(shared.eventfd(), Events::IN | Events::ET, WAKE)?;
        Ok(reactor)
    }

    /// Puts a descriptor into the reactor, and makes it non-blocking ([`fd::set_nonblocking`]), which goes for all that share its
    /// open file description. To have it back afterwards, register a reference.
    ///
    /// # Errors
    ///
    /// - `EPERM`: it cannot be waited for, as a file or a directory.
    /// - `ENOSPC`: no slot is left; or the user waits for as many descriptors as the system allows.
    /// - and those of [`fd::set_nonblocking`] and [`epoll::ctl`].
    pub fn register<S: AsFd>(&self, source: S) -> Result<Registered<'_, S>> {
        fd::set_nonblocking(&source, true)?;
        let slot = self.take()?;
        slot.fd.set(source.as_fd().as_raw_fd());
        // Something can be written until a write says that it cannot.
        slot.ready.set(WRITE);
        if let Err(errno) = self.arm(slot, READ) {
            self.give_back(slot);
            return Err(errno);
        }
        Ok(Registered { reactor: self, slot, source })
    }

    /// Runs a future, and gives what it gives. It takes one slot.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output> {
        let (mut future, mut output) = (pin!(future), None);
        self.poll_all(1, |_, context| future.as_mut().poll(context).map(|value| output = Some(value)))?;
        // It was polled until it was ready.
        output.ok_or(Errno::ECANCELED)
    }

    /// Runs several futures side by side until all of them are ready. Each takes a slot until then.
    ///
    /// Each that was woken is polled once before any is polled again, and descriptors are looked at in between, so none
    /// starves the others.
    ///
    /// # Errors
    ///
    /// - `EDEADLK`: it is called by a future that the reactor runs.
    /// - `ENOSPC`: no slot is left.
    /// - and those of [`epoll::pwait`], but for `EINTR`.
    pub fn run<F: Future<Output = ()> + ?Sized>(&self, futures: &mut [Pin<&mut F>]) -> Result<()> {
        self.poll_all(futures.len(), |number, context| match futures.get_mut(number) {
            Some(future) => future.as_mut().poll(context),
            None => Poll::Ready(()),
        })
    }

    /// Polls so many tasks by their numbers until all are ready.
    #[inline]
    fn poll_all(&self, count: usize, mut poll: impl FnMut(usize, &mut Context<'_>) -> Poll<()>) -> Result<()> {
        let mut tasks = Tasks::start(self, count)?;
        while tasks.left > 0 {
            self.turn()?;
            for slot in Woken::take(self.shared, self.slots) {
                // One that has ended may be woken all the same.
                let Some(number) = slot.task.get() else { continue };
                let waker = ManuallyDrop::new(slot.task_waker());
                if poll(number, &mut Context::from_waker(&waker)).is_ready() {
                    slot.task.set(None);
                    tasks.left -= 1;
                }
            }
        }
        Ok(())
    }

    /// Wakes those whose descriptors are ready; if no task is woken, waits until one is.
    #[inline]
    fn turn(&self) -> Result<()> {
        let timeout = if self.shared.fall_asleep() {
            -1
        } else if self.turns.get() < TURNS {
            self.turns.set(self.turns.get() + 1);
            return Ok(());
        } else {
            0
        };
        self.turns.set(0);
        let mut memory = [MaybeUninit::<Event>::uninit(); EVENTS];
        let events = epoll::pwait(&self.epoll, &mut memory, timeout, None);
        self.shared.awake();
        match events {
            Ok(events) => events.iter().for_each(|event| self.tell(event)),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
        Ok(())
    }

    /// Wakes those who wait for what a descriptor is ready for.
    #[inline]
    fn tell(&self, event: &Event) {
        let Some(slot) = usize::try_from(event.data()).ok().and_then(|number| self.slots.get(number)) else { return };
        let ready = of_events(event.events());
        slot.ready.set(slot.ready.get() | ready);
        let (mut wanted, mut next) = (0, Some(slot));
        while let Some(waiting) = next {
            next = waiting.next.get();
            wanted |= waiting.wanted.get();
            if waiting.wanted.get() & ready != 0 {
                waiting.wanted.set(0);
                waiting.wake_waiting();
            }
        }
        if wanted == 0 || slot.armed.get() & ready & !wanted != 0 {
            self.disarm(slot, wanted);
        }
    }

    /// Has the kernel tell of a source, besides what it tells already, when it is ready for this.
    fn arm(&self, slot: &Slot, wanted: u8) -> Result<()> {
        let (before, armed) = (slot.armed.get(), slot.armed.get() | wanted);
        let event = Event::new(to_events(armed), slot.number().into());
        let op = if before == 0 { Op::Add(event) } else { Op::Modify(event) };
        epoll::ctl_number(&self.epoll, slot.fd.get(), op)?;
        slot.armed.set(armed);
        Ok(())
    }

    /// Has the kernel tell of a source no more than this, as it was noted, and would be told again and again. Where nothing is
    /// wanted the source is taken out, as an error or a closed end is told in any case.
    #[cold]
    fn disarm(&self, slot: &Slot, wanted: u8) {
        let armed = slot.armed.get() & wanted;
        let event = Event::new(to_events(armed), slot.number().into());
        let op = if armed == 0 { Op::Delete } else { Op::Modify(event) };
        // It fails for what is closed, of which nothing is told any more.
        let _ = epoll::ctl_number(&self.epoll, slot.fd.get(), op);
        slot.armed.set(armed);
    }

    fn take(&self) -> Result<&'static Slot> {
        let slot = self.free.get().ok_or(Errno::ENOSPC)?;
        self.free.set(slot.next.take());
        Ok(slot)
    }

    fn give_back(&self, slot: &'static Slot) {
        slot.clear();
        slot.next.set(self.free.replace(Some(slot)));
    }
}

impl Drop for Reactor {
    fn drop(&mut self) {
        self.shared.release();
    }
}

impl fmt::Debug for Reactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor").field("epoll", &self.epoll).field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

#[inline]
fn of_events(events: Events) -> u8 {
    let of = |any: Events, bit| if events.intersects(any) { bit } else { 0 };
    let ended = Events::ERR | Events::HUP;
    of(Events::IN | ended, READ) | of(Events::OUT | ended, WRITE)
}

#[inline]
fn to_events(bits: u8) -> Events {
    let to = |bit, events| if bits & bit != 0 { events } else { Events::empty() };
    to(READ, Events::IN) | to(WRITE, Events::OUT)
}

/// The slots of the futures of one run.
struct Tasks<'r> {
    reactor: &'r Reactor,
    first: Option<&'static Slot>,
    left: usize,
}

impl<'r> Tasks<'r> {
    /// Takes the slots, and has each task polled.
    fn start(reactor: &'r Reactor, count: usize) -> Result<Tasks<'r>> {
        if reactor.running.replace(true) {
            return Err(Errno::EDEADLK);
        }
        let mut tasks = Tasks { reactor, first: None, left: count };
        for number in (0..count).rev() {
            let slot = reactor.take()?;
            slot.task.set(Some(number));
            slot.next.set(tasks.first.replace(slot));
            slot.wake();
        }
        Ok(tasks)
    }
}

impl Drop for Tasks<'_> {
    fn drop(&mut self) {
        while let Some(slot) = self.first {
            self.first = slot.next.take();
            self.reactor.give_back(slot);
        }
        self.reactor.running.set(false);
    }
}

/// A descriptor in a [`Reactor`], until it is dropped.
pub struct Registered<'r, S: AsFd> {
    reactor: &'r Reactor,
    slot: &'static Slot,
    source: S,
}

impl<S: AsFd> Registered<'_, S> {
    /// Runs an operation until it does not say `EAGAIN`, and before each time waits until the descriptor is ready.
    #[inline]
    fn ready_with<T>(&self, wanted: u8, mut operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        let (slot, mut wait) = (self.slot, Wait { reactor: self.reactor, source: self.slot, place: None });
        poll_fn(move |context| {
            while slot.ready.get() & wanted != 0 {
                let result = operation(&self.source);
                // If there is more to read it will be told again.
                if wanted == READ || matches!(result, Err(Errno::EAGAIN)) {
                    slot.ready.set(slot.ready.get() & !wanted);
                }
                if !matches!(result, Err(Errno::EAGAIN)) {
                    return Poll::Ready(result);
                }
            }
            wait.begin(wanted, context.waker()).map_or_else(|errno| Poll::Ready(Err(errno)), |()| Poll::Pending)
        })
    }
}

impl<S: AsFd> AsyncIo for Registered<'_, S> {
    type Io = S;

    #[inline]
    fn get_ref(&self) -> &S {
        &self.source
    }

    #[inline]
    fn read_with<T>(&self, operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.ready_with(READ, operation)
    }

    #[inline]
    fn write_with<T>(&self, operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.ready_with(WRITE, operation)
    }
}

source_in!(Registered<'_, S>, S:);

impl<S: AsFd> AsFd for Registered<'_, S> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.source.as_fd()
    }
}

impl<S: AsFd> Drop for Registered<'_, S> {
    fn drop(&mut self) {
        if self.slot.armed.get() != 0 {
            // It is in the epoll object, and open.
            let _ = epoll::ctl_number(&self.reactor.epoll, self.slot.fd.get(), Op::Delete);
        }
        self.reactor.give_back(self.slot);
    }
}

impl<S: AsFd + fmt::Debug> fmt::Debug for Registered<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registered").field(&self.source).finish()
    }
}

/// A future that waits for a source, and leaves when it is dropped.
struct Wait<'r> {
    reactor: &'r Reactor,
    source: &'static Slot,
    /// Where it waits: in the source's own slot, or in one that comes after it.
    place: Option<&'static Slot>,
}

impl Wait<'_> {
    /// Has the waker woken when the source is ready.
    #[inline]
    fn begin(&mut self, wanted: u8, waker: &Waker) -> Result<()> {
        let place = match self.place {
            Some(place) => place,
            None => *self.place.insert(self.find()?),
        };
        place.note_waker(waker);
        place.wanted.set(wanted);
        if self.source.armed.get() & wanted == 0 { self.reactor.arm(self.source, wanted) } else { Ok(()) }
    }

    #[inline]
    fn find(&self) -> Result<&'static Slot> {
        if !self.source.waiting.replace(true) { Ok(self.source) } else { self.one_more() }
    }

    #[cold]
    fn one_more(&self) -> Result<&'static Slot> {
        let place = self.reactor.take()?;
        let next = self.source.next.replace(Some(place));
        place.next.set(next);
        place.previous.set(Some(self.source));
        if let Some(next) = next {
            next.previous.set(Some(place));
        }
        Ok(place)
    }

    #[cold]
    fn give_back(&self, place: &'static Slot) {
        let (previous, next) = (place.previous.get(), place.next.get());
        if let Some(previous) = previous {
            previous.next.set(next);
        }
        if let Some(next) = next {
            next.previous.set(previous);
        }
        self.reactor.give_back(place);
    }
}

impl Drop for Wait<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.place {
            None => {}
            Some(place) if place.previous.get().is_some() => self.give_back(place),
            Some(place) => {
                place.waiting.set(false);
                place.waker.set(None);
                place.wanted.set(0);
            }
        }
    }
}

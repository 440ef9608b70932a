//! The reactor that needs nothing but an epoll object.

use super::slots::{AWAITED, IDLE, READ, SLOW, Slot, Slots, State, TAKEN, TELL, TOLD, WRITE, Woken, task_of};
use super::{AsyncIo, source_in};
use crate::epoll::{self, Epoll, Event, Events, Op};
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd, AsRawFd, BorrowedFd};
use core::cell::Cell;
use core::fmt;
use core::future::{Future, poll_fn};
use core::mem::{ManuallyDrop, MaybeUninit, replace};
use core::pin::{Pin, pin};
use core::ptr;
use core::task::{Context, Poll, Waker};

/// How many events it takes from the kernel at a time.
const EVENTS: usize = 64;

/// How often woken tasks are polled without a look at the descriptors.
const TURNS: u8 = 32;

/// The number of the eventfd in the epoll object: no slot has this address.
const WAKE: u64 = 0;

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
    state: &'static State,
    slots: &'static [Slot],
    free: Cell<Option<&'static Slot>>,
    running: Cell<bool>,
    turns: Cell<u8>,
    /// How many slots were given back.
    gone: Cell<usize>,
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
        let (state, slots) = slots.claim()?;
        let (free, running, turns, gone) = (Cell::new(slots.first()), Cell::new(false), Cell::new(0), Cell::new(0));
        let reactor = Reactor { epoll, state, slots, free, running, turns, gone };
        // Edge-triggered, it needs no read.
        reactor.epoll.add(state.eventfd(), Events::IN | Events::ET, WAKE)?;
        Ok(reactor)
    }

    /// Puts a descriptor into the reactor, and makes it non-blocking ([`fd::set_nonblocking`]), which goes for all that share its
    /// open file description, and stays so where this fails. To have it back afterwards, register a reference.
    ///
    /// # Errors
    ///
    /// - `EEXIST`: it is registered already. A duplicate of the descriptor can be.
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
        slot.quick.set(IDLE);
        Ok(Registered { reactor: self, slot, source })
    }

    /// Runs a future, and gives what it gives. It takes one slot.
    ///
    /// # Errors
    ///
    /// Those of [`run`](Self::run).
    pub fn block_on<F: Future>(&self, future: F) -> Result<F::Output> {
        let mut future = pin!(future);
        let tasks = Tasks::start(self, 1)?;
        let task = tasks.first.ok_or(Errno::ENOSPC)?;
        let waker = ManuallyDrop::new(task.task_waker());
        let mut context = Context::from_waker(&waker);
        loop {
            let mut told = false;
            while !told {
                if self.state.fall_asleep() {
                    // What waits for this task needs no more than to say so.
                    self.wait(-1, |other| if is(other, task) { told = true } else { wake(other) })?;
                } else {
                    told = self.woken()?.any(|woken| ptr::eq(woken, task));
                }
            }
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return Ok(output);
            }
        }
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
        let mut tasks = Tasks::start(self, futures.len())?;
        let mut due = Due::default();
        while tasks.left > 0 {
            if self.state.fall_asleep() {
                self.turns.set(0);
                self.wait(-1, |task| match task {
                    Some(task) if task.is_of(self.state) => due.push(task),
                    task => wake(task),
                })?;
            } else {
                self.woken()?.for_each(|task| due.push(task));
            }
            while let Some(task) = due.pop() {
                // One that has ended may be woken all the same.
                let Some(future) = task.task.get().and_then(|number| futures.get_mut(number)) else { continue };
                let waker = ManuallyDrop::new(task.task_waker());
                if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                    task.task.set(None);
                    tasks.left -= 1;
                }
            }
        }
        Ok(())
    }

    /// The tasks that were woken. Now and then those are among them whose descriptors are ready.
    fn woken(&self) -> Result<Woken> {
        let turns = self.turns.get();
        self.turns.set(if turns < TURNS { turns + 1 } else { 0 });
        if turns == TURNS {
            self.wait(0, wake)?;
        }
        Ok(Woken::take(self.state, self.slots))
    }

    /// Looks which descriptors are ready, and tells the tasks that wait for them. The timeout is in milliseconds.
    #[inline(always)]
    fn wait(&self, timeout: i32, mut tell: impl FnMut(Option<&'static Slot>)) -> Result<()> {
        let mut memory = [MaybeUninit::<Event>::uninit(); EVENTS];
        let events = epoll::pwait(&self.epoll, &mut memory, timeout, None);
        self.state.awake();
        let mut events = match events {
            Ok(events) => &*events,
            Err(Errno::EINTR) => return Ok(()),
            Err(errno) => return Err(errno),
        };
        while let [event, rest @ ..] = events {
            events = rest;
            let Some(slot) = Slot::of_data(event.data()) else { continue };
            if event.events().bits() & slot.quick.get() != 0 {
                self.tell_all(slot, event.events());
                continue;
            }
            slot.quick.set(TOLD);
            tell(slot.waiting.get());
        }
        Ok(())
    }

    /// Wakes those who wait for what a descriptor is ready for.
    #[cold]
    fn tell_all(&self, slot: &'static Slot, events: Events) {
        let ended = events.intersects(Events::ERR | Events::HUP);
        let ready = if ended { READ | WRITE } else { events.bits() & (READ | WRITE) };
        slot.ready.set(slot.ready.get() | ready);
        slot.slow_down();
        let (mut all, mut others, mut next) = (0, false, Some(slot));
        while let Some(place) = next {
            next = place.next.get();
            let wanted = place.wanted.get();
            all |= wanted & !TAKEN;
            if wanted & ready != 0 {
                let task = place.waiting.get();
                wake(task);
                place.wanted.set(if task.is_some() { TAKEN } else { TAKEN | TELL });
                others |= task.is_none();
            }
        }
        if slot.armed.get() & ready & !all != 0 {
            self.disarm(slot, all);
        }
        if others {
            self.tell_others(slot);
        }
    }

    /// Wakes those who are no tasks of the reactor. A waker does what it likes at once: who waits may change meanwhile.
    fn tell_others(&self, slot: &'static Slot) {
        let mut next = Some(slot);
        while let Some(place) = next {
            next = place.next.get();
            if place.wanted.get() & TELL != 0 {
                place.wanted.set(TAKEN);
                let gone = self.gone.get();
                place.wake_other();
                if gone != self.gone.get() {
                    next = Some(slot);
                }
            }
        }
    }

    /// Has the kernel tell of a source, besides what it tells already, when it is ready for this.
    fn arm(&self, slot: &'static Slot, wanted: u32) -> Result<()> {
        let (before, armed) = (slot.armed.get(), slot.armed.get() | wanted);
        let event = Event::new(Events::from_bits(armed), slot.to_data());
        let op = if before == 0 { Op::Add(event) } else { Op::Modify(event) };
        epoll::ctl_number(&self.epoll, slot.fd.get(), op)?;
        slot.armed.set(armed);
        Ok(())
    }

    /// Has the kernel tell of a source no more than this, as it was noted, and would be told again and again. Where nothing is
    /// wanted the source is taken out, as an error or a closed end is told in any case.
    #[cold]
    fn disarm(&self, slot: &'static Slot, wanted: u32) {
        let armed = slot.armed.get() & wanted;
        let event = Event::new(Events::from_bits(armed), slot.to_data());
        let op = if armed == 0 { Op::Delete } else { Op::Modify(event) };
        // It fails for what is closed, of which nothing is told any more.
        let _ = epoll::ctl_number(&self.epoll, slot.fd.get(), op);
        slot.armed.set(armed);
    }

    /// Has a future wait for a source, anew or as before.
    #[cold]
    fn wait_at(&self, source: &'static Slot, place: Place, wanted: u32, waker: &Waker) -> Result<&'static Slot> {
        let place = match place {
            Place::Quick => source,
            Place::Slot(place) => place,
            Place::None if source.wanted.get() == 0 => source,
            Place::None => {
                let place = self.take()?;
                let next = source.next.replace(Some(place));
                place.next.set(next);
                place.previous.set(Some(source));
                if let Some(next) = next {
                    next.previous.set(Some(place));
                }
                place
            }
        };
        place.wanted.set(TAKEN | wanted);
        place.note_waker(waker);
        if source.armed.get() & wanted == 0 {
            if let Err(errno) = self.arm(source, wanted) {
                self.leave(source, place);
                return Err(errno);
            }
        }
        Ok(place)
    }

    /// Has a future wait no more.
    #[cold]
    fn leave(&self, source: &Slot, place: &'static Slot) {
        place.wanted.set(0);
        place.forget_waker();
        if let Some(previous) = place.previous.get() {
            let next = place.next.get();
            previous.next.set(next);
            if let Some(next) = next {
                next.previous.set(Some(previous));
            }
            self.give_back(place);
        }
        if source.wanted.get() == 0 && source.next.get().is_none() && source.armed.get() & READ != 0 {
            // What it was told of goes with those who were told: whoever comes waits for the same as who came before.
            source.ready.set(source.ready.get() & !READ);
            source.quick.set(IDLE);
        }
    }

    fn take(&self) -> Result<&'static Slot> {
        let slot = self.free.get().ok_or(Errno::ENOSPC)?;
        self.free.set(slot.next.take());
        Ok(slot)
    }

    fn give_back(&self, slot: &'static Slot) {
        slot.clear();
        slot.next.set(self.free.replace(Some(slot)));
        self.gone.set(self.gone.get().wrapping_add(1));
    }
}

impl Drop for Reactor {
    fn drop(&mut self) {
        self.state.release();
    }
}

impl fmt::Debug for Reactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reactor").field("epoll", &self.epoll).field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

/// Whether it is this one.
#[inline]
fn is(task: Option<&Slot>, this: &Slot) -> bool {
    ptr::eq(task.map_or(ptr::null(), ptr::from_ref), this)
}

#[inline]
fn wake(task: Option<&Slot>) {
    if let Some(task) = task {
        task.wake();
    }
}

/// The tasks that are to be polled, each once, one after the other.
#[derive(Default)]
struct Due {
    first: Option<&'static Slot>,
    last: Option<&'static Slot>,
}

impl Due {
    #[inline]
    fn push(&mut self, task: &'static Slot) {
        if task.due.replace(true) {
            return;
        }
        match self.last.replace(task) {
            Some(last) => last.next_due.set(Some(task)),
            None => self.first = Some(task),
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<&'static Slot> {
        let task = self.first?;
        self.first = task.next_due.take();
        if self.first.is_none() {
            self.last = None;
        }
        task.due.set(false);
        Some(task)
    }
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
///
/// Each future that waits for it while another does takes a slot, and gets `ENOSPC` if none is left.
///
/// As long as a descriptor has an error it is told of (`EPOLLERR`), and so has to be looked at: whoever has a socket with an error queue
/// reads that in the same operation.
pub struct Registered<'r, S: AsFd> {
    reactor: &'r Reactor,
    slot: &'static Slot,
    source: S,
}

impl<S: AsFd> Registered<'_, S> {
    /// Runs an operation until it does not say `EAGAIN`, and before each time waits until the descriptor is ready.
    #[inline]
    fn ready_with<const WANTED: u32, T>(
        &self,
        mut operation: impl FnMut(&S) -> Result<T>,
    ) -> impl Future<Output = Result<T>> {
        let mut wait = Wait { source: self, place: Place::None };
        poll_fn(move |context| {
            let Registered { slot, source, .. } = wait.source;
            if wait.is_quick() && slot.quick.get() == TOLD {
                let result = operation(source);
                if !matches!(result, Err(Errno::EAGAIN)) {
                    // If there is more to read it will be told again.
                    slot.quick.set(IDLE);
                    wait.place = Place::None;
                    return Poll::Ready(result);
                }
                // Somebody else was quicker. Who polls this may be another task by now.
                slot.quick.set(AWAITED);
            }
            match task_of(context.waker()) {
                // Nobody waits for it, and so neither does this.
                Some(task) if WANTED == READ && slot.quick.get() == IDLE => wait.begin(task),
                _ => wait.poll_slowly(WANTED, &mut operation, context),
            }
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
        self.ready_with::<READ, T>(operation)
    }

    #[inline]
    fn write_with<T>(&self, operation: impl FnMut(&S) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.ready_with::<WRITE, T>(operation)
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

/// Where a future waits for a source.
#[derive(Clone, Copy)]
enum Place {
    /// It does not wait.
    None,
    /// In the source's own slot, and a task is all that is to be told.
    Quick,
    /// In the source's own slot, or in one behind it.
    Slot(&'static Slot),
}

/// A future that waits for a source, and leaves when it is dropped.
struct Wait<'a, 'r, S: AsFd> {
    source: &'a Registered<'r, S>,
    place: Place,
}

impl<S: AsFd> Wait<'_, '_, S> {
    #[inline]
    fn is_quick(&self) -> bool {
        matches!(self.place, Place::Quick)
    }

    /// Has the task polled when the source can be read.
    #[inline]
    fn begin<T>(&mut self, task: &'static Slot) -> Poll<T> {
        self.source.slot.quick.set(AWAITED);
        self.source.slot.waiting.set(Some(task));
        self.place = Place::Quick;
        Poll::Pending
    }

    /// Runs the operation if the source is known to be ready; otherwise waits until it is.
    #[cold]
    fn poll_slowly<T>(
        &mut self,
        wanted: u32,
        operation: &mut impl FnMut(&S) -> Result<T>,
        context: &Context<'_>,
    ) -> Poll<Result<T>> {
        let Registered { reactor, slot, source } = self.source;
        match task_of(context.waker()) {
            // The task was woken by something else.
            Some(task) if self.is_quick() && slot.quick.get() == AWAITED => return self.begin(task),
            _ => slot.slow_down(),
        }
        while slot.ready.get() & wanted != 0 {
            let result = operation(source);
            let again = matches!(result, Err(Errno::EAGAIN));
            if wanted == READ || again {
                slot.ready.set(slot.ready.get() & !wanted);
            }
            if !again {
                return Poll::Ready(result);
            }
        }
        // Where that fails the place is no longer its own.
        match reactor.wait_at(slot, replace(&mut self.place, Place::None), wanted, context.waker()) {
            Ok(place) => {
                self.place = Place::Slot(place);
                Poll::Pending
            }
            Err(errno) => Poll::Ready(Err(errno)),
        }
    }
}

impl<S: AsFd> Drop for Wait<'_, '_, S> {
    #[inline]
    fn drop(&mut self) {
        let Registered { reactor, slot, .. } = self.source;
        match self.place {
            Place::None => {}
            Place::Quick if slot.quick.get() != SLOW => slot.quick.set(IDLE),
            Place::Quick => reactor.leave(slot, slot),
            Place::Slot(place) => reactor.leave(slot, place),
        }
    }
}

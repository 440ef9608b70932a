//! The memory of a reactor, and the wakers that reach into it.

use crate::epoll::Events;
use crate::errno::{Errno, Result};
use crate::eventfd::{self, Flags};
use crate::fd::{BorrowedFd, IntoRawFd, RawFd};
use core::cell::{Cell, OnceCell};
use core::fmt;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering};
use core::task::{RawWaker, RawWakerVTable, Waker};

/// Memory for a [`Reactor`](super::Reactor): a place for each descriptor that is registered, for each future that is run, and for
/// each that waits for a descriptor for which another waits already.
///
/// A waker may be kept for as long as somebody likes, also by another thread, and reaches into this memory. So it is a
/// `static`, or leaked. For the same reason the eventfd by which a sleeping reactor is woken belongs to it, and is never closed.
pub struct Slots<const N: usize> {
    state: State,
    slots: [Slot; N],
}

// SAFETY: what other threads reach is atomic, or, as `owner`, written before there is a waker and never again. The cells are
// used by the one reactor that has claimed the memory, which stays on its thread.
unsafe impl<const N: usize> Sync for Slots<N> {}

impl<const N: usize> Slots<N> {
    /// Memory with `N` slots.
    pub const fn new() -> Slots<N> {
        const { assert!(N < ALONE as usize, "the number of a slot has 32 bits") };
        Slots { state: State::new(), slots: [const { Slot::new() }; N] }
    }

    /// For one reactor, with every slot as new.
    pub(super) fn claim(&'static self) -> Result<(&'static State, &'static [Slot])> {
        if self.state.claimed.swap(true, Ordering::Acquire) {
            return Err(Errno::EBUSY);
        }
        if let Err(errno) = self.state.make_eventfd() {
            self.state.release();
            return Err(errno);
        }
        let mut next = None;
        for (number, slot) in self.slots.iter().enumerate().rev() {
            slot.owner.get_or_init(|| (&self.state, number as u32));
            slot.clear();
            slot.next.set(next.replace(slot));
        }
        Ok((&self.state, &self.slots))
    }
}

impl<const N: usize> Default for Slots<N> {
    fn default() -> Self {
        Slots::new()
    }
}

impl<const N: usize> fmt::Debug for Slots<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slots").field("slots", &N).finish_non_exhaustive()
    }
}

/// No slot has this number.
const NONE: u32 = u32::MAX;
/// Nor this: nobody has kept a waker yet, so nobody can wake a reactor that sleeps.
const ALONE: u32 = u32::MAX - 1;

/// What wakers need to know besides their slot.
pub(super) struct State {
    claimed: AtomicBool,
    /// Whether somebody has kept a waker.
    kept: AtomicBool,
    /// The number of the task that was woken last and has not been polled since. They are a list, by `Slot::next_woken`; at its
    /// end is [`NONE`] or [`ALONE`].
    woken: AtomicU32,
    /// Whether the reactor waits in the kernel, or is about to.
    asleep: AtomicBool,
    /// Its number and one more; 0 if there is none yet.
    eventfd: AtomicI32,
}

impl State {
    /// All zeros, as a slot is, so that the memory takes no room in the program's file: [`claim`](Slots::claim) does the rest.
    const fn new() -> State {
        State {
            claimed: AtomicBool::new(false),
            kept: AtomicBool::new(false),
            woken: AtomicU32::new(0),
            asleep: AtomicBool::new(false),
            eventfd: AtomicI32::new(0),
        }
    }

    fn make_eventfd(&self) -> Result<()> {
        if self.eventfd.load(Ordering::Relaxed) == 0 {
            let fd = eventfd::eventfd2(0, Flags::NONBLOCK)?;
            self.woken.store(ALONE, Ordering::Relaxed);
            self.eventfd.store(fd.into_raw_fd().wrapping_add(1), Ordering::Release);
        }
        Ok(())
    }

    pub(super) fn eventfd(&self) -> BorrowedFd<'static> {
        // SAFETY: whoever asks has a slot of memory that was claimed: the eventfd was made, and nobody closes it.
        unsafe { BorrowedFd::borrow_raw(self.eventfd.load(Ordering::Acquire).wrapping_sub(1)) }
    }

    pub(super) fn release(&self) {
        self.claimed.store(false, Ordering::Release);
    }

    /// Whether no task was woken. Then one that is from now on makes the eventfd readable.
    #[inline]
    pub(super) fn fall_asleep(&self) -> bool {
        if self.woken.load(Ordering::Relaxed) == ALONE {
            return true;
        }
        self.asleep.store(true, Ordering::SeqCst);
        let woken = self.woken.load(Ordering::SeqCst) != NONE;
        if woken {
            self.awake();
        }
        !woken
    }

    #[inline]
    pub(super) fn awake(&self) {
        self.asleep.store(false, Ordering::Relaxed);
    }
}

/// The tasks that were woken, each of which may be woken again from when it is given out.
pub(super) struct Woken {
    slots: &'static [Slot],
    next: u32,
}

impl Woken {
    #[inline]
    pub(super) fn take(state: &State, slots: &'static [Slot]) -> Woken {
        let none = if state.kept.load(Ordering::Relaxed) { NONE } else { ALONE };
        Woken { slots, next: state.woken.swap(none, Ordering::Acquire) }
    }
}

impl Iterator for Woken {
    type Item = &'static Slot;

    #[inline]
    fn next(&mut self) -> Option<&'static Slot> {
        let slot = self.slots.get(self.next as usize)?;
        self.next = slot.next_woken.load(Ordering::Relaxed);
        // What was done before the task was woken, also by one that found it in the list, has happened when it is polled.
        slot.queued.swap(false, Ordering::AcqRel);
        Some(slot)
    }
}

impl Drop for Woken {
    /// If a task panics, the others must not look as if they were in the list.
    #[inline]
    fn drop(&mut self) {
        self.for_each(|slot| slot.wake());
    }
}

/// A place for a source, a task, or one more that waits.
pub(super) struct Slot {
    owner: OnceCell<(&'static State, u32)>,

    /// Whether the task was woken and not yet polled.
    queued: AtomicBool,
    next_woken: AtomicU32,

    /// Which of the futures that are run it is.
    pub(super) task: Cell<Option<usize>>,
    /// Whether it is about to be polled, and who is then.
    pub(super) due: Cell<bool>,
    pub(super) next_due: Cell<Option<&'static Slot>>,

    /// The descriptor of a source.
    pub(super) fd: Cell<RawFd>,
    /// What it is known to be ready for: [`READ`], [`WRITE`].
    pub(super) ready: Cell<u32>,
    /// What the kernel is asked to tell of it.
    pub(super) armed: Cell<u32>,

    /// Whether a future waits here ([`TAKEN`]), and what for, until it is told.
    pub(super) wanted: Cell<u32>,
    /// The task that is polled then,
    pub(super) waiting: Cell<Option<&'static Slot>>,
    /// or whatever else is to be woken.
    waker: Cell<Option<Waker>>,

    /// One task that waits to read, while nobody else waits, needs no more than this: [`IDLE`], [`AWAITED`], [`TOLD`], or
    /// [`SLOW`].
    pub(super) quick: Cell<u32>,

    /// The next of those that wait for the same source, of the tasks of one run, or of the free slots.
    pub(super) next: Cell<Option<&'static Slot>>,
    pub(super) previous: Cell<Option<&'static Slot>>,
}

pub(super) const READ: u32 = Events::IN.bits();
pub(super) const WRITE: u32 = Events::OUT.bits();
/// No event has this bit.
pub(super) const TAKEN: u32 = 1 << 27;
/// Nor this: who waits here is about to be told.
pub(super) const TELL: u32 = 1 << 26;

/// Nobody waits for the source, and the kernel tells when it can be read.
pub(super) const IDLE: u32 = !0;
/// A task waits to read: of the bits of any other event this has at least one.
pub(super) const AWAITED: u32 = !READ;
/// It was told, and has not been polled since.
pub(super) const TOLD: u32 = !TAKEN;
/// It is not as simple: [`Slot::wanted`] says who waits.
pub(super) const SLOW: u32 = !TELL;

impl Slot {
    /// All zeros: see [`clear`](Self::clear).
    const fn new() -> Slot {
        Slot {
            owner: OnceCell::new(),
            queued: AtomicBool::new(false),
            next_woken: AtomicU32::new(0),
            task: Cell::new(None),
            due: Cell::new(false),
            next_due: Cell::new(None),
            fd: Cell::new(0),
            ready: Cell::new(0),
            armed: Cell::new(0),
            wanted: Cell::new(0),
            waiting: Cell::new(None),
            waker: Cell::new(None),
            quick: Cell::new(0),
            next: Cell::new(None),
            previous: Cell::new(None),
        }
    }

    /// Makes it as new, but for what wakers know of it.
    pub(super) fn clear(&self) {
        self.task.set(None);
        self.due.set(false);
        self.next_due.set(None);
        self.fd.set(-1);
        self.ready.set(0);
        self.armed.set(0);
        self.wanted.set(0);
        self.waiting.set(None);
        self.waker.set(None);
        self.quick.set(SLOW);
        self.next.set(None);
        self.previous.set(None);
    }

    /// Whether it is a slot of that memory.
    #[inline]
    pub(super) fn is_of(&self, state: &State) -> bool {
        self.owner.get().is_some_and(|(owner, _)| ptr::eq(*owner, state))
    }

    /// What the kernel is to tell of the source with its events.
    pub(super) fn to_data(&'static self) -> u64 {
        (&raw const *self).expose_provenance() as u64
    }

    /// The source of which the kernel told this; `None` for zero.
    #[inline]
    pub(super) fn of_data(data: u64) -> Option<&'static Slot> {
        // SAFETY: the epoll object is the reactor's own, so this comes from `to_data`, and slots live for ever.
        unsafe { ptr::with_exposed_provenance::<Slot>(data as usize).as_ref() }
    }

    /// Has the task polled, which is what its wakers do, on whatever thread.
    #[inline]
    pub(super) fn wake(&self) {
        let Some((state, number)) = self.owner.get() else { return };
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut first = state.woken.load(Ordering::Relaxed);
        loop {
            self.next_woken.store(first, Ordering::Relaxed);
            match state.woken.compare_exchange_weak(first, *number, Ordering::SeqCst, Ordering::Relaxed) {
                Ok(_) => break,
                Err(now) => first = now,
            }
        }
        if state.asleep.load(Ordering::SeqCst) && state.asleep.swap(false, Ordering::SeqCst) {
            // It fails only where it is readable already.
            let _ = eventfd::write(state.eventfd(), 1);
        }
    }

    /// One more waker, which may go to another thread.
    fn keep_waker(&'static self) -> RawWaker {
        if let Some((state, _)) = self.owner.get() {
            state.kept.store(true, Ordering::Relaxed);
            // If it fails, then a task was woken, and the end of the list is seen when it is polled.
            let _ = state.woken.compare_exchange(ALONE, NONE, Ordering::Relaxed, Ordering::Relaxed);
        }
        raw_waker(self)
    }

    /// A waker of the task here.
    #[inline]
    pub(super) fn task_waker(&'static self) -> Waker {
        // SAFETY: the functions of the table take what this gives them, a slot that lives for ever, and use nothing of it that
        // is not fit for any thread.
        unsafe { Waker::from_raw(raw_waker(self)) }
    }

    /// Wakes the future that waits here, which is polled by no task of the reactor.
    pub(super) fn wake_other(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake_by_ref();
            // It may have had the future polled, or dropped.
            let newer = self.waker.take();
            self.waker.set(newer.or((self.wanted.get() != 0).then_some(waker)));
        }
    }

    /// Notes whom to wake.
    pub(super) fn note_waker(&self, waker: &Waker) {
        self.waiting.set(task_of(waker));
        let noted = match self.waker.take() {
            _ if self.waiting.get().is_some() => None,
            Some(noted) if noted.will_wake(waker) => Some(noted),
            _ => Some(waker.clone()),
        };
        self.waker.set(noted);
    }

    /// Has whoever waits for the source do so as any future does.
    pub(super) fn slow_down(&self) {
        match self.quick.replace(SLOW) {
            AWAITED => self.wanted.set(TAKEN | READ),
            TOLD => {
                self.wanted.set(TAKEN);
                self.ready.set(self.ready.get() | READ);
            }
            _ => {}
        }
    }

    /// Forgets whom to wake.
    pub(super) fn forget_waker(&self) {
        self.waiting.set(None);
        self.waker.set(None);
    }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(
    // SAFETY: here and below: it is what `raw_waker` took the address of.
    |slot| unsafe { of(slot) }.keep_waker(),
    |slot| unsafe { of(slot) }.wake(),
    |slot| unsafe { of(slot) }.wake(),
    |_| {},
);

#[inline]
fn raw_waker(slot: &'static Slot) -> RawWaker {
    RawWaker::new((&raw const *slot).cast(), &TABLE)
}

/// The task that a waker has polled, if it is one of ours.
#[inline]
pub(super) fn task_of(waker: &Waker) -> Option<&'static Slot> {
    // SAFETY: only `raw_waker` uses the table.
    ptr::eq(waker.vtable(), &TABLE).then(|| unsafe { of(waker.data()) })
}

/// # Safety
///
/// It comes from [`raw_waker`].
#[inline]
unsafe fn of(slot: *const ()) -> &'static Slot {
    // SAFETY: the caller's promise.
    unsafe { &*slot.cast::<Slot>() }
}

//! Events as futures. `table.rs` is one suite of tests that runs on every reactor, the built-in one and those of the adapters (with the
//! features `tokio` and `async-io`), and for every event object; the other modules are about what only the built-in one has.
//!
//! A signal that is sent to a thread is seen by that thread alone, and which thread of async-io waits for descriptors is not
//! certain: a signalfd there is tested with the adapters. Not provoked: the errors of memory that the kernel does not have.

#[macro_use]
#[path = "../common/table.rs"]
mod each_object;
#[cfg(feature = "async-io")]
mod async_io;
mod builtin;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/counting.rs"]
#[allow(dead_code, reason = "every test file uses a part of it")]
mod counting;
mod many;
#[path = "../common/numbers.rs"]
mod numbers;
#[path = "../event/objects.rs"]
#[allow(dead_code, reason = "what it has for the tests of all events")]
mod objects;
#[path = "../seccomp/help.rs"]
#[allow(dead_code, reason = "what it has for seccomp's own tests")]
mod seccomp;
mod slots;
mod sources;
mod tasks;
#[cfg(feature = "tokio")]
mod tokio;
mod wakers;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io::Write;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

/// Runs each of the tests of `table` for these objects.
macro_rules! for_objects {
    ($($objects:tt)*) => {
        table! {
            $($objects)*;
            {
                events_come_in_their_order
                what_is_dropped_after_any_number_of_polls_loses_nothing
                somebody_else_may_be_quicker
                of_two_readers_each_event_goes_to_one
                a_future_that_is_parked_gets_its_event
                another_thread_wakes
                what_is_blocking_is_made_nonblocking
                a_quiet_source_beside_a_flooded_one
                many_futures_in_one_task
            }
        }
    };
}
use for_objects;

/// What the future gives if it is polled once by the task that asks.
async fn once<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Polls the future no more before the task is woken.
async fn when_woken<F: Future>(future: F) -> F::Output {
    let (mut future, mut woken) = (pin!(future), false);
    poll_fn(|context| if std::mem::replace(&mut woken, true) { future.as_mut().poll(context) } else { Poll::Pending })
        .await
}

/// Has the task polled once more.
async fn again() {
    let mut polled = false;
    poll_fn(|context| {
        if std::mem::replace(&mut polled, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Counts how often a future is polled.
fn counted<F: Future>(future: F, polls: &Cell<usize>) -> impl Future<Output = F::Output> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        polls.set(polls.get() + 1);
        future.as_mut().poll(context)
    })
}

/// A waker that is none of a reactor's: it counts how often it wakes, and knows how many copies there are.
struct Foreign {
    count: Arc<Count>,
    waker: Waker,
}

struct Count {
    woken: AtomicUsize,
    passes_on: std::sync::Mutex<Option<Waker>>,
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.fetch_add(1, SeqCst);
        if let Some(waker) = &*self.passes_on.lock().unwrap() {
            waker.wake_by_ref();
        }
    }
}

impl Foreign {
    fn new() -> Foreign {
        let count = Arc::new(Count { woken: AtomicUsize::new(0), passes_on: None.into() });
        Foreign { waker: Waker::from(count.clone()), count }
    }

    fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&self.waker))
    }

    /// Runs the future by this waker in the task of another: as a combinator with wakers of its own does.
    async fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|context| {
            *self.count.passes_on.lock().unwrap() = Some(context.waker().clone());
            self.poll(future.as_mut())
        })
        .await
    }

    fn woken(&self) -> usize {
        self.count.woken.load(SeqCst)
    }

    /// How many copies of the waker somebody has.
    fn copies(&self) -> usize {
        Arc::strong_count(&self.count) - 2
    }
}

/// Ends the process if the test hangs, and says which.
struct Watchdog {
    done: Arc<AtomicUsize>,
    thread: thread::Thread,
}

impl Watchdog {
    fn new() -> Watchdog {
        let done = Arc::new(AtomicUsize::new(0));
        let (name, seen) = (thread::current().name().unwrap_or("?").to_owned(), done.clone());
        let watching = thread::spawn(move || {
            let start = std::time::Instant::now();
            while seen.load(SeqCst) == 0 {
                let left = common::LONG.saturating_sub(start.elapsed());
                if left.is_zero() {
                    // What is printed by the usual means is kept for a test that fails, and this one does not end.
                    let _ = std::io::stderr().lock().write_all(format!("{name} hangs\n").as_bytes());
                    std::process::abort();
                }
                thread::park_timeout(left);
            }
        });
        Watchdog { done, thread: watching.thread().clone() }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.done.store(1, SeqCst);
        self.thread.unpark();
    }
}

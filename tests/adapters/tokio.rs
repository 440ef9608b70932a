//! On tokio.

#[allow(clippy::duplicate_mod, reason = "the same tests on each runtime")]
#[path = "table.rs"]
mod table;

use crate::common::{assert_errno, not_open, pipe};
use crate::counting::allocations;
use crate::numbers::Numbers;
use crate::objects::{Object, SignalfdObject};
use crate::{next, once};
use butter::eventfd::{self, Eventfd};
use butter::fd::{self, AsFd, AsRawFd, BorrowedFd, RawFd};
use butter::reactor::AsyncIo;
use butter::reactor::tokio::{Interest, Registered};
use butter::{Errno, Reader};
use futures_util::future::join;
use std::cell::Cell;
use std::collections::HashSet;
use std::fs::{self, File};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::io::unix::AsyncFd;
use tokio::runtime::{Builder, Runtime};

type In<S> = Registered<S>;

fn put<S: AsFd>(source: S) -> In<S> {
    Registered::new(source).unwrap()
}

fn put_to_write<S: AsFd>(source: S) -> In<S> {
    Registered::with_interest(source, Interest::READABLE | Interest::WRITABLE).unwrap()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_io().build().unwrap()
}

fn run<F: Future>(future: F) -> F::Output {
    runtime().block_on(future)
}

/// Polls it once, on no runtime.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn nonblocking() -> Eventfd {
    Eventfd::with_flags(0, eventfd::Flags::NONBLOCK).unwrap()
}

fn async_fd<S: AsRawFd>(source: S) -> AsyncFd<S> {
    // SAFETY: each that is given here has one descriptor, and keeps it open.
    unsafe { AsyncFd::register(source) }.unwrap()
}

/// Of the thread that waits, which here is this one.
#[test]
fn signals_of_the_thread() {
    let object = SignalfdObject::new(false);
    run(async {
        let mut memory = [0; 512];
        let mut stream = Reader::new(put(object.source()), &mut memory).unwrap();
        assert!(once(next(&mut stream)).await.is_none());
        (1..4).for_each(|number| object.trigger(number));
        for number in 1..3 {
            assert_eq!(next(&mut stream).await.unwrap().unwrap().value().to_usize(), number);
        }
        assert_eq!(stream.next_event().await.unwrap().value().to_usize(), 3);
    });
}

#[test]
fn an_async_fd_of_the_users_own() {
    run(async {
        let counter = async_fd(nonblocking());
        let mut memory = [[0; 8]; 2];
        let [first, second] = &mut memory;
        {
            let mut first = Reader::new(&counter, first).unwrap();
            let mut second = Reader::new(&counter, second).unwrap();
            let (mut one, mut two) = (pin!(first.next_event()), pin!(second.next_event()));
            assert!(once(one.as_mut()).await.is_none());
            assert!(once(two.as_mut()).await.is_none());
            // Each of them gets what was added since the other.
            counter.get_ref().add(1).unwrap();
            let more = async {
                let value = two.as_mut().await;
                counter.get_ref().add(2).unwrap();
                value
            };
            assert_eq!(futures_util::future::select(one, pin!(more)).await.factor_first().0, Ok(1));
        }
        counter.write_with(|counter| counter.add(Eventfd::MAX)).await.unwrap();
        let mut adds = pin!(counter.write_with(|counter| counter.add(5)));
        assert!(once(adds.as_mut()).await.is_none());
        let mut reader = Reader::new(&counter, &mut memory[0]).unwrap();
        assert_eq!(join(reader.next_event(), adds).await, (Ok(Eventfd::MAX), Ok(())));
        assert_eq!(reader.next_event().await, Ok(5));
    });
}

#[test]
fn a_stream_over_an_async_fd() {
    run(async {
        let ((numbers, writing), mut memory) = (Numbers::new(), [0; 24]);
        fd::set_nonblocking(&numbers, true).unwrap();
        let mut stream = Reader::new(async_fd(numbers), &mut memory).unwrap();
        assert_eq!(once(next(&mut stream)).await, None);
        for number in 1..10u64 {
            fd::write(&writing, &number.to_ne_bytes()).unwrap();
            assert_eq!(next(&mut stream).await, Some(Ok(number)));
        }
        drop(writing);
        assert_eq!(next(&mut stream).await, None);
    });
}

#[test]
fn tasks_of_a_runtime_with_threads() {
    const TASKS: u64 = 20;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_io().build().unwrap();
    runtime.block_on(async {
        let tasks = (0..TASKS).map(|task| {
            let [there, back] = [(); 2].map(|()| Arc::new(Eventfd::new().unwrap()));
            let [waits, answers] = [&there, &back].map(|counter| put(Eventfd::from(fd::dup(counter).unwrap())));
            let echo = tokio::spawn(async move {
                let mut memory = [0; 8];
                let mut reader = Reader::new(waits, &mut memory).unwrap();
                for _ in 0..50 {
                    back.add(reader.next_event().await.unwrap()).unwrap();
                }
            });
            let calls = tokio::spawn(async move {
                let mut memory = [0; 8];
                let mut stream = Reader::new(answers, &mut memory).unwrap();
                for round in 1..=50 {
                    there.add(round + task).unwrap();
                    assert_eq!(next(&mut stream).await, Some(Ok(round + task)));
                }
            });
            join(echo, calls)
        });
        for task in tasks.collect::<Vec<_>>() {
            let (echo, calls) = task.await;
            echo.unwrap();
            calls.unwrap();
        }
    });
}

#[test]
fn the_end_of_the_runtime_cancels() {
    let (runtime, mut memory) = (runtime(), [[0; 8]; 3]);
    let [first, second, third] = &mut memory;
    let in_runtime = runtime.enter();
    let counter = put_to_write(Eventfd::new().unwrap());
    counter.get_ref().add(Eventfd::MAX).unwrap();
    let mut waits = Reader::new(put(Eventfd::new().unwrap()), first).unwrap();
    let mut stream = Reader::new(put(Eventfd::new().unwrap()), second).unwrap();
    let mut own = Reader::new(async_fd(nonblocking()), third).unwrap();
    let (handle, mut adds) = (runtime.handle().clone(), pin!(counter.write_with(|counter| counter.add(1))));
    {
        let (mut waits, mut of_own) = (pin!(waits.next_event()), pin!(own.next_event()));
        assert_eq!(poll(waits.as_mut()), Poll::Pending);
        assert_eq!(poll(of_own.as_mut()), Poll::Pending);
        assert_eq!(poll(pin!(next(&mut stream))), Poll::Pending);
        drop(in_runtime);
        drop(runtime);
        assert_eq!(poll(waits), Poll::Ready(Err(Errno::ECANCELED)));
        assert_eq!(poll(of_own), Poll::Ready(Err(Errno::ECANCELED)));
    }
    assert_eq!(poll(pin!(next(&mut stream))), Poll::Ready(Some(Err(Errno::ECANCELED))));
    assert_eq!(poll(pin!(next(&mut own))), Poll::Ready(Some(Err(Errno::ECANCELED))));
    assert_eq!(poll(adds.as_mut()), Poll::Ready(Err(Errno::ECANCELED)));
    // What is there can be had all the same.
    waits.source().get_ref().add(4).unwrap();
    assert_eq!(waits.next_event_now(), Ok(4));
    let _in_runtime = handle.enter();
    assert_errno(Registered::new(Eventfd::new().unwrap()).map(drop), Errno::ECANCELED);
}

#[test]
#[should_panic = "no reactor running"]
fn without_a_runtime() {
    let _ = Registered::new(Eventfd::new().unwrap());
}

#[test]
#[should_panic = "IO is disabled"]
fn a_runtime_without_descriptors() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let _in_runtime = runtime.enter();
    let _ = Registered::new(Eventfd::new().unwrap());
}

#[test]
fn what_cannot_be_registered() {
    let _in_runtime = runtime();
    let _in_runtime = _in_runtime.enter();
    let counter = Eventfd::new().unwrap();
    let registered = Registered::new(&counter).unwrap();
    assert_errno(Registered::new(&counter).map(drop), Errno::EEXIST);
    drop(registered);
    assert_errno(Registered::new(File::open("/").unwrap()).map(drop), Errno::EPERM);
    assert_errno(Registered::new(not_open()).map(drop), Errno::EBADF);
}

/// Nobody waits for ever.
#[test]
fn what_it_was_not_registered_for() {
    run(async {
        let (counter, other, mut memory) = (Eventfd::new().unwrap(), Eventfd::new().unwrap(), [0; 8]);
        let reads = put(counter);
        assert_errno(reads.write_with(|counter| counter.add(1)).await, Errno::EBADF);
        assert_errno(reads.get_ref().read(), Errno::EAGAIN);
        let writes = Registered::with_interest(other, Interest::WRITABLE).unwrap();
        writes.write_with(|counter| counter.add(1)).await.unwrap();
        assert_errno(writes.read_with(Eventfd::read).await, Errno::EBADF);
        let mut reader = Reader::new(writes, &mut memory).unwrap();
        assert_errno(reader.next_event().await, Errno::EBADF);
        assert_eq!(next(&mut reader).await, Some(Err(Errno::EBADF)));
        assert_eq!(reader.next_event_now(), Ok(1));
    });
}

/// What epoll objects of this process are asked to tell of a descriptor. The runtime has several descriptors of its one.
fn asked(fd: impl AsFd) -> HashSet<u32> {
    let prefix = format!("tfd:{:>9} events:", fd.as_fd().as_raw_fd());
    let of_one = |text: String| {
        let lines = text.lines().filter_map(|line| line.strip_prefix(&prefix)?.split_whitespace().next());
        lines.map(|events| u32::from_str_radix(events, 16).unwrap()).collect::<Vec<_>>()
    };
    let entries = fs::read_dir("/proc/self/fdinfo").unwrap();
    entries.filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok()).flat_map(of_one).collect()
}

#[test]
fn that_it_can_be_written_is_told_only_if_asked() {
    const IN: u32 = 1;
    const OUT: u32 = 4;
    let runtime = runtime();
    let _in_runtime = runtime.enter();
    // Numbers that no other test uses meanwhile.
    let duplicate = |number| fd::dupfd(Eventfd::new().unwrap(), number, fd::DupFlags::empty()).unwrap();
    let (first, second) = (put(duplicate(900)), put_to_write(duplicate(900)));
    assert_eq!(asked(&first).iter().map(|events| events & (IN | OUT)).collect::<Vec<_>>(), [IN]);
    assert_eq!(asked(&second).iter().map(|events| events & (IN | OUT)).collect::<Vec<_>>(), [IN | OUT]);
    let number = first.as_fd().as_raw_fd();
    let back = first.into_inner();
    assert_eq!((back.as_raw_fd(), fd::is_nonblocking(&back)), (number, Ok(true)));
    assert!(asked(&back).is_empty());
}

/// One that lends another descriptor each time that it is asked.
struct Fickle {
    fds: [Eventfd; 2],
    asked: Cell<usize>,
}

impl AsFd for Fickle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.asked.set(self.asked.get() + 1);
        self.fds[self.asked.get() % 2].as_fd()
    }
}

/// What was registered is what ends its registration, whatever the source says then.
#[test]
fn a_source_that_changes_its_mind() {
    let runtime = runtime();
    let _in_runtime = runtime.enter();
    let mut source = Fickle { fds: [nonblocking(), nonblocking()], asked: Cell::new(0) };
    for turn in 0..4 {
        let registered = Registered::new(source).unwrap();
        let number: RawFd = registered.as_fd().as_raw_fd();
        assert_eq!(registered.as_fd().as_raw_fd(), number);
        for _ in 0..turn % 2 {
            registered.get_ref().as_fd();
        }
        source = registered.into_inner();
        for fd in &source.fds {
            drop(Registered::new(fd).unwrap());
        }
    }
}

/// The runtime allocates nothing either, once it has begun.
#[test]
fn a_round_trip_allocates_nothing() {
    let (runtime, mut memory) = (runtime(), [[0; 8]; 2]);
    let [first, second] = &mut memory;
    let in_runtime = runtime.enter();
    let mut there = Reader::new(put(Eventfd::new().unwrap()), first).unwrap();
    let mut back = Reader::new(put(Eventfd::new().unwrap()), second).unwrap();
    drop(in_runtime);
    let mut round = async || {
        {
            let mut waits = pin!(there.next_event());
            assert!(once(waits.as_mut()).await.is_none());
            back.source().get_ref().add(1).unwrap();
            assert_eq!(next(&mut back).await, Some(Ok(1)));
            assert!(once(waits).await.is_none());
        }
        there.source().get_ref().add(2).unwrap();
        assert_eq!(there.next_event().await, Ok(2));
    };
    runtime.block_on(round());
    assert_eq!(allocations(|| (0..100).for_each(|_| runtime.block_on(round()))), 0);
}

/// A pipe that can be written again is told to who waits for that.
#[test]
fn a_pipe_that_is_full() {
    run(async {
        let (reading, writing) = pipe();
        let writing = put_to_write(writing);
        let page = [7; 4096];
        let mut written = writing.write_with(|pipe| fd::write(pipe, &page)).await.unwrap();
        while let Some(result) = once(writing.write_with(|pipe| fd::write(pipe, &page))).await {
            written += result.unwrap();
        }
        let mut waits = pin!(writing.write_with(|pipe| fd::write(pipe, &page)));
        assert!(once(waits.as_mut()).await.is_none());
        let mut memory = vec![0; written];
        assert_eq!(fd::read(&reading, &mut memory[..]).unwrap().len(), written);
        assert_eq!(waits.await, Ok(4096));
    });
}

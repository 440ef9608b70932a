//! The same tests on each runtime: whoever includes this has `In`, `put`, `run`.

use super::{In, put, put_to_write, run};
use crate::common::{Running, TempDir, assert_errno};
use crate::numbers::Numbers;
use crate::objects::{FanotifyObject, InotifyObject, Object, SeccompObject};
use crate::{next, once};
use butter::eventfd::{self, Eventfd};
use butter::reactor::{AsyncIo, Timer};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{Errno, EventSource, Inotify, Pidfd, Reader, fd, inotify};
use futures_util::future::join;
use std::pin::pin;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

table! {
    on_inotify: super::InotifyObject, on_fanotify: super::FanotifyObject, on_eventfd: super::Eventfd,
    on_timerfd: super::Timerfd, on_seccomp_notify: super::SeccompObject;
    {
        what_is_blocking_is_made_nonblocking
        an_event_comes_before_and_while_one_waits
        another_thread_wakes
        a_future_that_is_dropped_loses_no_event
        an_event_that_is_there_needs_no_waiting
    }
}

/// Blocking, so that what does not make it non-blocking waits for ever.
fn with<T: Object>(test: impl AsyncFnOnce(&T, Reader<'_, In<&T::Source>>)) {
    let object = T::new(false);
    let mut memory = vec![0; 8 * T::Source::MIN_BUFFER];
    run(async { test(&object, Reader::new(put(object.source()), &mut memory[..]).unwrap()).await });
}

fn what_is_blocking_is_made_nonblocking<T: Object>() {
    with::<T>(async |object, mut reader| {
        assert_eq!(fd::is_nonblocking(object.source()), Ok(true));
        assert_errno(reader.next_event_now().map(|_| ()), Errno::EAGAIN);
    });
}

fn an_event_comes_before_and_while_one_waits<T: Object>() {
    with::<T>(async |object, mut reader| {
        for number in 1..4 {
            object.trigger(number);
            assert_eq!(T::number(reader.next_event().await.unwrap()), number);
            let mut next = pin!(reader.next_event());
            assert!(once(next.as_mut()).await.is_none());
            object.trigger(number + 10);
            assert_eq!(T::number(next.await.unwrap()), number + 10);
        }
    });
}

fn another_thread_wakes<T: Object + Sync>() {
    let (object, mut memory) = (&T::new(false), vec![0; 8 * T::Source::MIN_BUFFER]);
    let (sender, waiting) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            waiting.recv().unwrap();
            object.trigger(7);
        });
        run(async {
            let mut reader = Reader::new(put(object.source()), &mut memory[..]).unwrap();
            let mut next = pin!(reader.next_event());
            assert!(once(next.as_mut()).await.is_none());
            sender.send(()).unwrap();
            assert_eq!(T::number(next.await.unwrap()), 7);
        });
    });
}

/// It is dropped after each time that it is polled, whatever it gave.
fn a_future_that_is_dropped_loses_no_event<T: Object>() {
    with::<T>(async |object, mut reader| {
        let (mut numbers, mut triggered) = (Vec::new(), 0);
        while numbers.len() < 6 {
            let _ = once(reader.next_events()).await;
            if let Some(number) = once(reader.next_event()).await {
                numbers.push(T::number(number.unwrap()));
            } else if triggered == numbers.len() as u64 && triggered < 6 {
                // Several at once if it can have several.
                for _ in 0..if T::BATCHES { 3 } else { 1 } {
                    triggered += 1;
                    object.trigger(triggered);
                }
            }
            turn().await;
        }
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
        assert_errno(reader.next_event_now().map(|_| ()), Errno::EAGAIN);
    });
}

fn an_event_that_is_there_needs_no_waiting<T: Object>() {
    with::<T>(async |object, mut reader| {
        object.trigger(5);
        assert_eq!(T::number(reader.next_event_now().unwrap()), 5);
        assert_errno(reader.next_event_now().map(|_| ()), Errno::EAGAIN);
        // What the runtime thinks of the descriptor is not out of step.
        object.trigger(6);
        assert_eq!(T::number(reader.next_event().await.unwrap()), 6);
    });
}

#[test]
fn a_child_that_ends() {
    let child = Running::spawn(Command::new("cat").stdin(std::process::Stdio::piped()));
    let pidfd = Pidfd::open(child.pid()).unwrap();
    run(async {
        let mut memory = [0; 128];
        let mut reader = Reader::new(put(&pidfd), &mut memory).unwrap();
        assert!(once(reader.next_event()).await.is_none());
        butter::signal::kill(child.pid(), butter::signal::Signal::TERM).unwrap();
        assert_eq!(reader.next_event().await.unwrap().pid(), Some(child.pid()));
        assert_errno(reader.next_event().await, Errno::ECHILD);
    });
}

#[test]
fn a_stream_of_numbers_ends_with_the_pipe() {
    run(async {
        let ((numbers, writing), mut memory) = (Numbers::new(), [0; 24]);
        let mut stream = Reader::new(put(numbers), &mut memory).unwrap();
        assert_eq!(once(next(&mut stream)).await, None);
        let written: Vec<u8> = (1..=4u64).flat_map(u64::to_ne_bytes).collect();
        fd::write(&writing, &written).unwrap();
        assert_eq!(next(&mut stream).await, Some(Ok(1)));
        // What is cached comes first, whoever asks.
        assert_eq!(stream.next_event().await, Ok(2));
        assert_eq!(stream.count_cached(), 1);
        for number in 3..5 {
            assert_eq!(next(&mut stream).await, Some(Ok(number)));
        }
        assert_eq!(once(next(&mut stream)).await, None);
        drop(writing);
        assert_eq!(next(&mut stream).await, None);
        assert_eq!(next(&mut stream).await, None);
        assert_errno(stream.next_event().await, Errno::ENODATA);
    });
}

/// What is no whole event is an error, and the next is an event.
#[test]
fn a_stream_goes_on_after_an_error() {
    run(async {
        let ((numbers, writing), mut memory) = (Numbers::new(), [0; 24]);
        let mut stream = Reader::new(put(numbers), &mut memory).unwrap();
        fd::write(&writing, b"half").unwrap();
        assert_eq!(next(&mut stream).await, Some(Err(Errno::EBADMSG)));
        fd::write(&writing, &9u64.to_ne_bytes()).unwrap();
        assert_eq!(next(&mut stream).await, Some(Ok(9)));
    });
}

#[test]
fn streams_of_counters_and_ends() {
    run(async {
        let (mut first, mut second, mut third) = ([0; 8], [0; 8], [0; 128]);
        let mut counter = Reader::new(put(Eventfd::new().unwrap()), &mut first).unwrap();
        let mut timer = Reader::new(put(Timerfd::new().unwrap()), &mut second).unwrap();
        let child = Running::spawn(&mut Command::new("true"));
        let mut ends = Reader::new(put(Pidfd::open(child.pid()).unwrap()), &mut third).unwrap();
        for number in 1..4 {
            let waits = async { once(next(&mut counter)).await.is_none() };
            assert!(waits.await);
            counter.source().get_ref().add(number).unwrap();
            assert_eq!(next(&mut counter).await, Some(Ok(number)));
            timer.source().get_ref().set(&TimerSpec::once(Duration::from_millis(1))).unwrap();
            assert_eq!(next(&mut timer).await, Some(Ok(1)));
        }
        assert_eq!(next(&mut ends).await.unwrap().unwrap().pid(), Some(child.pid()));
        assert_eq!(next(&mut ends).await, Some(Err(Errno::ECHILD)));
    });
}

/// It is dropped while it waits again and again, and misses none.
#[test]
fn a_stream_whose_future_is_dropped_loses_nothing() {
    run(async {
        let ((numbers, writing), mut memory) = (Numbers::new(), [0; 24]);
        let mut stream = Reader::new(put(numbers), &mut memory).unwrap();
        let (mut got, mut written) = (Vec::new(), 0);
        while got.len() < 20 {
            match once(next(&mut stream)).await {
                Some(number) => got.push(number.unwrap().unwrap()),
                None if written == got.len() as u64 => {
                    written += 5;
                    let bytes: Vec<u8> = (written - 4..=written).flat_map(u64::to_ne_bytes).collect();
                    fd::write(&writing, &bytes).unwrap();
                }
                None => {}
            }
            turn().await;
        }
        assert_eq!(got, (1..=20).collect::<Vec<_>>());
    });
}

#[test]
fn who_adds_to_a_full_counter_waits_until_somebody_reads() {
    run(async {
        let counter = put_to_write(Eventfd::new().unwrap());
        AsyncIo::write_with(&counter, |counter| counter.add(Eventfd::MAX - 1)).await.unwrap();
        AsyncIo::write_with(&counter, |counter| counter.add(1)).await.unwrap();
        let mut adds = pin!(AsyncIo::write_with(&counter, |counter| counter.add(3)));
        assert!(once(adds.as_mut()).await.is_none());
        turn().await;
        assert!(once(adds.as_mut()).await.is_none());
        let mut memory = [0; 8];
        let mut reader = Reader::new(&counter, &mut memory).unwrap();
        let (read, added) = join(reader.next_event(), adds).await;
        assert_eq!((read, added), (Ok(Eventfd::MAX), Ok(())));
        assert_eq!(reader.next_event().await, Ok(3));
        // An error of the operation is the caller's.
        assert_errno(AsyncIo::write_with(&counter, |counter| counter.add(u64::MAX)).await, Errno::EINVAL);
    });
}

/// One read wakes both, and the kernel gives each its part.
#[test]
fn two_readers_of_one_descriptor() {
    run(async {
        let semaphore = put(Eventfd::with_flags(0, eventfd::Flags::SEMAPHORE).unwrap());
        let (mut first, mut second) = ([0; 8], [0; 8]);
        let mut first = Reader::new(&semaphore, &mut first).unwrap();
        let mut second = Reader::new(&semaphore, &mut second).unwrap();
        {
            let (mut one, mut two) = (pin!(first.next_event()), pin!(second.next_event()));
            assert!(once(one.as_mut()).await.is_none());
            assert!(once(two.as_mut()).await.is_none());
            semaphore.get_ref().add(2).unwrap();
            assert_eq!(join(one, two).await, (Ok(1), Ok(1)));
        }
        // One alone is not lost on the one who is gone.
        {
            let mut two = pin!(second.next_event());
            {
                let mut one = pin!(first.next_event());
                assert!(once(one.as_mut()).await.is_none());
                assert!(once(two.as_mut()).await.is_none());
                semaphore.get_ref().add(1).unwrap();
            }
            assert_eq!(two.await, Ok(1));
        }
        assert_errno(first.next_event_now(), Errno::EAGAIN);
    });
}

/// What is dropped leaves nothing behind: the same descriptor can be put in again.
#[test]
fn a_descriptor_can_be_put_in_again() {
    run(async {
        let (counter, mut memory) = (Eventfd::new().unwrap(), [0; 8]);
        for number in 1..10 {
            let mut reader = Reader::new(put(&counter), &mut memory).unwrap();
            assert!(once(reader.next_event()).await.is_none());
            counter.add(number).unwrap();
            assert_eq!(reader.next_event().await, Ok(number));
        }
    });
}

#[test]
fn a_timer_to_sleep_by() {
    run(async {
        let mut timer = Timer::new(put(Timerfd::new().unwrap()));
        timer.sleep(Duration::from_millis(1)).await.unwrap();
        let never = timer.timeout(Duration::from_millis(1), std::future::pending::<()>()).await;
        assert_errno(never, Errno::ETIMEDOUT);
        let mut interval = timer.interval(Duration::from_millis(1)).unwrap();
        for _ in 0..3 {
            assert!(interval.tick().await.unwrap() >= 1);
        }
    });
}

/// Several events of one read, of which the future hands out some.
#[test]
fn what_the_iterator_does_not_come_to_stays_cached() {
    let directory = TempDir::new();
    run(async {
        let inotify = put(Inotify::new().unwrap());
        inotify.get_ref().add_watch(&*directory, inotify::Mask::CREATE).unwrap();
        let mut memory = [0; 4096];
        let mut reader = Reader::new(inotify, &mut memory).unwrap();
        (0..5).for_each(|number| std::fs::write(directory.join(number.to_string()), "").unwrap());
        assert_eq!(reader.next_events().await.unwrap().take(2).count(), 2);
        assert_eq!(reader.count_cached(), 3);
        assert_eq!(<InotifyObject as Object>::number(once(reader.next_event()).await.unwrap().unwrap()), 2);
        assert_eq!(reader.next_events().await.unwrap().count(), 2);
        assert!(once(reader.next_event()).await.is_none());
    });
}

/// Lets the runtime look at its descriptors.
async fn turn() {
    let mut polled = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut polled, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

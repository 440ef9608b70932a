//! The suite, for each event object: whoever includes this has `In`, `put`, `run` and `turn` of a reactor.

use super::{In, put, run, turn};
use crate::common::assert_errno;
use crate::objects::Object;
use crate::seccomp::until;
use crate::{Foreign, again, for_objects, once};
use butter::reactor::AsyncIo;
use butter::{Errno, EventSource, Eventfd, Reader, fd};
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::cell::Cell;
use std::future::pending;
use std::pin::pin;
use std::sync::mpsc;
use std::thread;

for_objects! {
    inotify: crate::objects::InotifyObject,
    fanotify: crate::objects::FanotifyObject,
    eventfd: butter::Eventfd,
    timerfd: butter::Timerfd,
    listener: crate::objects::SeccompObject,
    epoll: crate::sources::EpollObject,
    pipe: crate::sources::PipeObject
}

/// Blocking, so that what does not make it non-blocking waits for ever.
fn with<T: Object>(test: impl AsyncFnOnce(&T, Reader<'_, In<&T::Source>>)) {
    let object = T::new(false);
    let mut memory = vec![0; 8 * T::Source::MIN_BUFFER];
    run(async { test(&object, Reader::new(put(object.source()).unwrap(), &mut memory[..]).unwrap()).await });
}

fn nothing_is_there<T: Object>(reader: &mut Reader<'_, In<&T::Source>>) {
    assert_errno(reader.next_event_now().map(drop), Errno::EAGAIN);
    assert_eq!(reader.count_cached(), 0);
}

pub fn events_come_in_their_order<T: Object>() {
    with::<T>(async |object, mut reader| {
        nothing_is_there::<T>(&mut reader);
        for number in 1..4 {
            // Before one waits, and while one does.
            object.trigger(number);
            assert_eq!(T::number(reader.next_event().await.unwrap()), number);
            let mut next = pin!(reader.next_event());
            assert!(once(next.as_mut()).await.is_none());
            object.trigger(number + 10);
            assert_eq!(T::number(next.await.unwrap()), number + 10);
        }
        nothing_is_there::<T>(&mut reader);
        object.trigger(20);
        assert_eq!(T::number(reader.next_event_now().unwrap()), 20);
        nothing_is_there::<T>(&mut reader);
        if !T::BATCHES {
            object.trigger(21);
            assert_eq!(reader.next_events().await.unwrap().map(T::number).collect::<Vec<_>>(), [21]);
            return nothing_is_there::<T>(&mut reader);
        }
        (31..=36).for_each(|number| object.trigger(number));
        assert_eq!(T::number(reader.next_event().await.unwrap()), 31);
        assert_eq!(reader.count_cached(), 5);
        assert_eq!(reader.next_events().await.unwrap().take(2).map(T::number).collect::<Vec<_>>(), [32, 33]);
        assert_eq!(reader.count_cached(), 3);
        assert_eq!(T::number(reader.next_event_now().unwrap()), 34);
        // What is cached is given at once.
        assert_eq!(once(reader.next_events()).await.unwrap().unwrap().map(T::number).collect::<Vec<_>>(), [35, 36]);
        nothing_is_there::<T>(&mut reader);
    });
}

/// By the task, and by a waker that is not the reactor's, of which no copy stays behind.
pub fn what_is_dropped_after_any_number_of_polls_loses_nothing<T: Object>() {
    with::<T>(async |object, mut reader| {
        let mut triggered = 0;
        for case in 0..64 {
            let (polls, at, foreign, all) = (case % 4, case / 4 % 4, case / 16 % 2 == 1, case / 32 == 1);
            let mut got = None;
            triggered += 1;
            let waker = Foreign::new();
            {
                let mut next = pin!(async {
                    if all {
                        let mut events = reader.next_events().await.unwrap();
                        events.next().map(T::number).unwrap()
                    } else {
                        T::number(reader.next_event().await.unwrap())
                    }
                });
                for poll in 0..polls {
                    if poll == at {
                        object.trigger(triggered);
                    }
                    if poll > 0 {
                        turn().await;
                    }
                    got = if foreign { once(waker.run(next.as_mut())).await } else { once(next.as_mut()).await };
                    if got.is_some() {
                        break;
                    }
                }
            }
            // The thread of a reactor may be about to wake it.
            until(|| (waker.copies() == 0).then_some(()));
            if at >= polls {
                object.trigger(triggered);
            }
            let got = match got {
                Some(number) => number,
                None => T::number(reader.next_event().await.unwrap()),
            };
            assert_eq!(got, triggered, "{case}");
            nothing_is_there::<T>(&mut reader);
        }
    });
}

/// A source that was ready is no more when it is read. The waiter goes on, also where it has come to another task or waker in between.
pub fn somebody_else_may_be_quicker<T: Object>() {
    with::<T>(async |object, mut reader| {
        let mut memory = vec![0; 8 * T::Source::MIN_BUFFER];
        let mut other = Reader::new(object.source(), &mut memory[..]).unwrap();
        for case in [10, 20, 30] {
            let mut next = pin!(reader.next_event());
            assert!(once(next.as_mut()).await.is_none());
            for number in case..case + 2 {
                object.trigger(number);
                // The waiter is told,
                turn().await;
                // and there is nothing left.
                assert_eq!(T::number(other.read_event().unwrap()), number);
                let waker = Foreign::new();
                let nothing = match case {
                    10 => once(next.as_mut()).await.is_none(),
                    20 => once(waker.run(next.as_mut())).await.is_none(),
                    _ => waker.poll(next.as_mut()).is_pending(),
                };
                assert!(nothing);
                if case == 30 {
                    // It is this waker that is woken from now on.
                    object.trigger(number + 10);
                    turn().await;
                    until(|| (waker.woken() > 0).then_some(()));
                    assert_eq!(T::number(other.read_event().unwrap()), number + 10);
                }
            }
            object.trigger(case + 5);
            assert_eq!(T::number(Foreign::new().run(next).await.unwrap()), case + 5);
        }
    });
}

pub fn of_two_readers_each_event_goes_to_one<T: Object>() {
    let object = T::new(false);
    let (mut one, mut two) = (vec![0; T::Source::MIN_BUFFER], vec![0; T::Source::MIN_BUFFER]);
    run(async {
        let io = put(object.source()).unwrap();
        let mut one = Reader::new(&io, &mut one[..]).unwrap();
        let mut two = Reader::new(&io, &mut two[..]).unwrap();
        for number in 1..10 {
            let first = pin!(async { T::number(one.next_event().await.unwrap()) });
            let mut second = pin!(async { T::number(two.next_event().await.unwrap()) });
            if number % 2 == 0 {
                assert!(once(second.as_mut()).await.is_none());
            }
            object.trigger(number);
            let (got, rest) = select(first, second).await.factor_first();
            assert_eq!(got, number);
            object.trigger(number + 10);
            let rest = match rest {
                Either::Left(rest) => rest.await,
                Either::Right(rest) => rest.await,
            };
            assert_eq!(rest, number + 10);
        }
        // The one who is told may go before it looks: the other gets it.
        for number in 30..33 {
            let mut second = pin!(async { T::number(two.next_event().await.unwrap()) });
            {
                let mut first = pin!(one.next_event());
                assert!(once(first.as_mut()).await.is_none());
                assert!(once(second.as_mut()).await.is_none());
                object.trigger(number);
                turn().await;
            }
            assert_eq!(second.await, number);
        }
        assert_errno(one.next_event_now().map(drop), Errno::EAGAIN);
        assert_errno(two.next_event_now().map(drop), Errno::EAGAIN);
    });
}

/// It was polled once and is not for a while, and its source becomes ready meanwhile.
pub fn a_future_that_is_parked_gets_its_event<T: Object>() {
    with::<T>(async |object, mut reader| {
        for number in 1..4 {
            {
                let mut next = pin!(reader.next_event());
                assert!(once(next.as_mut()).await.is_none());
                object.trigger(number);
                for _ in 0..number {
                    turn().await;
                }
                assert_eq!(T::number(next.await.unwrap()), number);
            }
            // Nobody waits when it becomes ready.
            object.trigger(number + 10);
            for _ in 0..number {
                turn().await;
            }
            assert_eq!(T::number(reader.next_event().await.unwrap()), number + 10);
        }
        nothing_is_there::<T>(&mut reader);
    });
}

pub fn another_thread_wakes<T: Object + Sync>() {
    let (object, mut memory) = (&T::new(false), vec![0; 8 * T::Source::MIN_BUFFER]);
    let (sender, waiting) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            for number in waiting {
                object.trigger(number);
            }
        });
        run(async {
            let mut reader = Reader::new(put(object.source()).unwrap(), &mut memory[..]).unwrap();
            for number in 1..5 {
                let mut next = pin!(reader.next_event());
                assert!(once(next.as_mut()).await.is_none());
                sender.send(number).unwrap();
                assert_eq!(T::number(next.await.unwrap()), number);
            }
            drop(sender);
        });
    });
}

pub fn what_is_blocking_is_made_nonblocking<T: Object>() {
    let object = T::new(false);
    assert_eq!(fd::is_nonblocking(object.source()), Ok(false));
    run(async {
        let io = put(object.source()).unwrap();
        assert_eq!(fd::is_nonblocking(object.source()), Ok(true));
        assert!(std::ptr::eq(*io.get_ref(), object.source()));
    });
}

/// One source always has something to read, whoever reads it.
pub fn a_quiet_source_beside_a_flooded_one<T: Object>() {
    with::<T>(async |object, mut reader| {
        let flooded = put(Eventfd::new().unwrap()).unwrap();
        flooded.get_ref().add(1).unwrap();
        let floods = Cell::new(0u32);
        for number in 1..4 {
            let mut flood = pin!(async {
                loop {
                    AsyncIo::read_with(&flooded, Eventfd::read).await.unwrap();
                    flooded.get_ref().add(1).unwrap();
                    floods.set(floods.get() + 1);
                    if floods.get() % 10 == 5 {
                        object.trigger(number);
                    }
                    assert!(floods.get() < 100_000, "the quiet source is starved");
                    again().await;
                    if floods.get() % 10 == 5 {
                        pending::<()>().await;
                    }
                }
            });
            // Until it has triggered, and then both.
            assert!(once(flood.as_mut()).await.is_none());
            let next = pin!(reader.next_event());
            let Either::Right((event, _)) = select(flood, next).await;
            assert_eq!(T::number(event.unwrap()), number);
            floods.set(floods.get().next_multiple_of(10));
        }
    });
}

/// With wakers of their own.
pub fn many_futures_in_one_task<T: Object>() {
    // Of the signals of a thread each is read once, whoever reads.
    let count = if std::any::type_name::<T::Source>().ends_with("Signalfd") { 1 } else { 4 };
    let objects: Vec<T> = (0..count).map(|_| T::new(false)).collect();
    run(async {
        let mut futures: FuturesUnordered<_> = objects
            .iter()
            .enumerate()
            .map(|(number, object)| async move {
                let mut memory = vec![0; T::Source::MIN_BUFFER];
                let mut reader = Reader::new(put(object.source()).unwrap(), &mut memory[..]).unwrap();
                let first = T::number(reader.next_event().await.unwrap());
                (number, first, T::number(reader.next_event().await.unwrap()))
            })
            .collect();
        assert!(once(futures.next()).await.is_none());
        for (number, object) in objects.iter().enumerate().rev() {
            object.trigger(number as u64 + 1);
            turn().await;
            assert!(once(futures.next()).await.is_none());
            object.trigger(number as u64 + 2);
            assert_eq!(futures.next().await.unwrap(), (number, number as u64 + 1, number as u64 + 2));
        }
        assert!(futures.next().await.is_none());
    });
}

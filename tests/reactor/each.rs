//! More of the suite: what is not about one event object.

use super::{In, TRIES_AT_ONCE, put, put_to_write, run, turn};
use crate::common::{self, TempDir, assert_errno};
use crate::numbers::Numbers;
use crate::seccomp::{Child, target};
use crate::{again, counted, once, when_woken};
use butter::fd::{self, OwnedFd};
use butter::reactor::{AsyncIo, Shared, Timer};
use butter::socket::{self, Kind, PairFlags};
use butter::system::kmsg::{self, Kmsg, Start};
use butter::time::{Clock, Timespec, clock_gettime};
use butter::{Errno, EventSource, Eventfd, Pidfd, Reader, Timerfd, nr};
use futures_util::future::{Either, join, join_all, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::cell::{Cell, RefCell};
use std::future::pending;
use std::pin::pin;
use std::time::Duration;
use std::{fs, thread};

#[test]
fn all_who_share_a_source_see_the_event() {
    run(async {
        let shared = Shared::new(put(Eventfd::new().unwrap()).unwrap());
        assert_eq!(shared.last(), None);
        for number in 1..5 {
            // In one task, with one waker,
            let waits = join_all([shared.wait(), shared.wait(), shared.wait()]);
            let mut waits = pin!(waits);
            assert!(once(waits.as_mut()).await.is_none());
            shared.get_ref().get_ref().add(number).unwrap();
            assert_eq!(waits.await, [Ok(number); 3]);
            // and each with its own.
            let mut waits: FuturesUnordered<_> = (0..5).map(|_| shared.wait()).collect();
            assert!(once(waits.next()).await.is_none());
            shared.get_ref().get_ref().add(number + 10).unwrap();
            for _ in 0..5 {
                assert_eq!(waits.next().await, Some(Ok(number + 10)));
            }
            assert_eq!(shared.last(), Some(number + 10));
        }
        // It is for the next one.
        assert!(once(shared.wait()).await.is_none());
    });
}

/// Who comes when the event is there, and before those who wait were told, does not take it from them.
#[test]
fn who_comes_late_takes_nothing_from_those_who_share() {
    if TRIES_AT_ONCE {
        return println!("skipped: who comes late reads before those who wait are told");
    }
    run(async {
        let shared = Shared::new(put(Eventfd::new().unwrap()).unwrap());
        for number in 1..7 {
            {
                // Told, and gone.
                let mut gone = pin!(join(shared.wait(), shared.wait()));
                assert!(once(gone.as_mut()).await.is_none());
                shared.get_ref().get_ref().add(100).unwrap();
                turn().await;
                again().await;
            }
            assert_eq!(shared.get_ref().get_ref().read(), Ok(100));
            // By the task's own waker, or others.
            if number % 2 == 0 {
                let mut first = pin!(shared.wait());
                assert!(once(first.as_mut()).await.is_none());
                shared.get_ref().get_ref().add(number).unwrap();
                assert!(once(shared.wait()).await.is_none_or(|late| late == Ok(number)));
                assert_eq!(when_woken(first).await, Ok(number));
            } else {
                let waits = || [(); 3].map(|()| shared.wait());
                let mut first = FuturesUnordered::from_iter(waits());
                assert!(once(first.next()).await.is_none());
                // Of those who are in between some go.
                drop(FuturesUnordered::from_iter(waits()));
                let mut gone = FuturesUnordered::from_iter(waits());
                assert!(once(gone.next()).await.is_none());
                first.extend(waits());
                assert!(once(first.next()).await.is_none());
                drop(gone);
                shared.get_ref().get_ref().add(number).unwrap();
                assert!(once(shared.wait()).await.is_none_or(|late| late == Ok(number)));
                for _ in 0..6 {
                    assert_eq!(first.next().await, Some(Ok(number)));
                }
            }
        }
    });
}

/// The other end is closed while one waits.
#[test]
fn the_other_end_is_closed() {
    run(async {
        for _ in 0..2 {
            let ((numbers, writing), mut memory) = (Numbers::new(), [0; 8]);
            let mut reader = Reader::new(put(numbers).unwrap(), &mut memory).unwrap();
            {
                let mut next = pin!(reader.next_event());
                assert!(once(next.as_mut()).await.is_none());
                fd::write(&writing, &7u64.to_ne_bytes()).unwrap();
                drop(writing);
                assert_eq!(next.await, Ok(7));
            }
            assert_errno(reader.next_event().await, Errno::ENODATA);
            assert_errno(reader.next_event_now(), Errno::ENODATA);
            turn().await;
            assert_errno(reader.next_events().await.map(drop), Errno::ENODATA);
        }
        // What is no event is an error, and nothing of it is kept.
        let ((numbers, writing), mut memory) = (Numbers::new(), [0; 24]);
        let mut reader = Reader::new(put(numbers).unwrap(), &mut memory).unwrap();
        fd::write(&writing, b"half").unwrap();
        assert_errno(reader.next_event().await, Errno::EBADMSG);
        fd::write(&writing, &9u64.to_ne_bytes()).unwrap();
        assert_eq!(reader.next_event().await, Ok(9));
    });
}

fn sockets() -> (In<OwnedFd>, OwnedFd) {
    let (here, there) = socket::socketpair(Kind::Stream, PairFlags::empty()).unwrap();
    (put_to_write(here), there)
}

async fn read(io: &In<OwnedFd>) -> butter::Result<usize> {
    AsyncIo::read_with(io, |io| fd::read(io, &mut [0; 1 << 16]).map(|bytes| bytes.len())).await
}

async fn write(io: &In<OwnedFd>) -> butter::Result<usize> {
    AsyncIo::write_with(io, |io| fd::write(io, &[0; 1 << 16])).await
}

/// Until there is no room.
fn fill(io: &In<OwnedFd>) {
    while fd::write(AsyncIo::get_ref(io), &[0; 1 << 12]).is_ok() {}
}

#[test]
fn one_who_reads_and_one_who_writes() {
    run(async {
        let (io, there) = sockets();
        fd::set_nonblocking(&there, true).unwrap();
        let empty = || while fd::read(&there, &mut [0; 1 << 16]).is_ok() {};
        for round in 0..4 {
            fill(&io);
            let (mut reads, mut writes) = (pin!(read(&io)), pin!(write(&io)));
            assert!(once(writes.as_mut()).await.is_none());
            assert!(once(reads.as_mut()).await.is_none());
            turn().await;
            // Each is told of its own alone.
            if round % 2 == 0 {
                fd::write(&there, b"12").unwrap();
                assert_eq!(reads.await, Ok(2));
                turn().await;
                assert!(once(writes.as_mut()).await.is_none());
                empty();
                assert!(writes.await.unwrap() > 0);
            } else {
                empty();
                assert!(writes.await.unwrap() > 0);
                turn().await;
                assert!(once(reads.as_mut()).await.is_none());
                fd::write(&there, b"123").unwrap();
                assert_eq!(reads.await, Ok(3));
            }
            empty();
        }
        // Both at once, and again.
        fill(&io);
        let both = async { join(read(&io), write(&io)).await };
        let mut both = pin!(both);
        assert!(once(both.as_mut()).await.is_none());
        empty();
        fd::write(&there, b"1").unwrap();
        let (read, written) = both.await;
        assert!(read == Ok(1) && written.unwrap() > 0);
    });
}

#[test]
fn both_ends_of_a_wait_see_that_the_other_is_gone() {
    run(async {
        let (io, there) = sockets();
        fill(&io);
        let mut both = pin!(join(read(&io), write(&io)));
        assert!(once(both.as_mut()).await.is_none());
        drop(there);
        // The reader is told that the other has left something unread, and then of the end.
        assert_eq!(both.await, (Err(Errno::ECONNRESET), Err(Errno::EPIPE)));
        assert_eq!(read(&io).await, Ok(0));
        assert_errno(write(&io).await, Errno::EPIPE);
        let (reading, writing) = common::pipe();
        let writing = AsyncIo::get_ref(&put_to_write(writing)).try_clone().map(put_to_write);
        let writing = writing.unwrap();
        fill(&writing);
        let mut waits = pin!(write(&writing));
        assert!(once(waits.as_mut()).await.is_none());
        drop(reading);
        assert_errno(waits.await, Errno::EPIPE);
    });
}

#[test]
fn a_full_counter() {
    run(async {
        let counter = put_to_write(Eventfd::new().unwrap());
        AsyncIo::write_with(&counter, |counter| counter.add(Eventfd::MAX)).await.unwrap();
        let add = || AsyncIo::write_with(&counter, |counter| counter.add(3));
        let mut adds = pin!(join(add(), add()));
        for _ in 0..3 {
            assert!(once(adds.as_mut()).await.is_none());
            turn().await;
        }
        // One who has gone is not waited for.
        assert!(once(add()).await.is_none());
        let mut memory = [0; 8];
        let mut reader = Reader::new(&counter, &mut memory).unwrap();
        assert_eq!(join(reader.next_event(), adds).await, (Ok(Eventfd::MAX), (Ok(()), Ok(()))));
        assert_eq!(reader.next_event().await, Ok(6));
        // An error of the operation is the caller's.
        assert_errno(AsyncIo::write_with(&counter, |counter| counter.add(u64::MAX)).await, Errno::EINVAL);
        counter.get_ref().add(1).unwrap();
        assert_errno(AsyncIo::read_with(&counter, |_| Err::<(), _>(Errno::EIO)).await, Errno::EIO);
    });
}

fn now() -> Duration {
    let Timespec { sec, nsec } = clock_gettime(Clock::MONOTONIC).unwrap();
    Duration::new(sec as u64, nsec as u32)
}

const SHORT: Duration = Duration::from_millis(2);

#[test]
fn sleeping() {
    run(async {
        let mut timer = Timer::new(put(Timerfd::new().unwrap()).unwrap());
        let start = now();
        timer.sleep(SHORT).await.unwrap();
        let then = now();
        assert!(then - start >= SHORT);
        timer.sleep_until((then + SHORT).try_into().unwrap()).await.unwrap();
        assert!(now() - then >= SHORT);
        // Neither a time that has passed nor none at all is waited for.
        timer.sleep_until(Timespec { sec: 0, nsec: 0 }).await.unwrap();
        timer.sleep_until(Timespec { sec: 1, nsec: 0 }).await.unwrap();
        timer.sleep(Duration::ZERO).await.unwrap();
        // It counts from when it is asked for, not from when it is polled.
        let timerfd = Timerfd::new().unwrap();
        drop(Timer::new(put(&timerfd).unwrap()).sleep(common::LONG));
        assert!(timerfd.get().unwrap().remaining().is_some());
        // One that is dropped, before or after it is over, is not in the way of the next.
        for _ in 0..3 {
            drop(timer.sleep(Duration::ZERO));
            assert!(once(timer.sleep(common::LONG)).await.is_none());
            {
                let mut sleep = pin!(timer.sleep(Duration::from_nanos(1)));
                let _ = once(sleep.as_mut()).await;
                turn().await;
            }
            let start = now();
            timer.sleep(SHORT).await.unwrap();
            assert!(now() - start >= SHORT);
        }
        assert_errno(timer.sleep(Duration::MAX).await, Errno::EINVAL);
        assert_errno(timer.sleep_until(Timespec { sec: 1, nsec: -1 }).await, Errno::EINVAL);
        timer.sleep(SHORT).await.unwrap();
    });
}

#[test]
fn many_sleep() {
    run(async {
        let ended = RefCell::new(Vec::new());
        let sleep = async |number: u32| {
            let mut timer = Timer::new(put(Timerfd::new().unwrap()).unwrap());
            timer.sleep(SHORT * number).await.unwrap();
            ended.borrow_mut().push(number);
        };
        let start = now();
        join_all([5, 1, 3, 2, 4].map(sleep)).await;
        assert!(now() - start >= SHORT * 5);
        ended.borrow_mut().sort_unstable();
        assert_eq!(*ended.borrow(), [1, 2, 3, 4, 5]);
    });
}

#[test]
fn a_time_limit() {
    run(async {
        let mut timer = Timer::new(put(Timerfd::new().unwrap()).unwrap());
        let counter = put(Eventfd::new().unwrap()).unwrap();
        for number in 1..4 {
            let mut never = pin!(pending::<()>());
            assert_errno(timer.timeout(SHORT, never.as_mut()).await, Errno::ETIMEDOUT);
            assert_errno(timer.timeout(Duration::ZERO, never.as_mut()).await, Errno::ETIMEDOUT);
            let mut reads = pin!(AsyncIo::read_with(&counter, Eventfd::read));
            assert_errno(timer.timeout(SHORT, reads.as_mut()).await, Errno::ETIMEDOUT);
            counter.get_ref().add(number).unwrap();
            assert_eq!(timer.timeout(common::LONG, reads).await, Ok(Ok(number)));
            // What is ready is given even if there is no time.
            assert_eq!(timer.timeout(Duration::ZERO, async { 5 }).await, Ok(5));
        }
        assert_errno(timer.timeout(Duration::MAX, pending::<()>()).await, Errno::EINVAL);
    });
}

#[test]
fn ticks() {
    run(async {
        let mut timer = Timer::new(put(Timerfd::new().unwrap()).unwrap());
        let start = now();
        let mut interval = timer.interval(SHORT).unwrap();
        let mut count = 0;
        for _ in 0..3 {
            count += interval.tick().await.unwrap();
        }
        assert!(count >= 3 && u128::from(count) <= (now() - start).as_nanos() / SHORT.as_nanos());
        // What ticks meanwhile is counted.
        let missed = now();
        while now() - missed < SHORT * 4 {}
        assert!(once(interval.tick()).await.is_none_or(|ticked| ticked.unwrap() >= 4));
        assert!(interval.tick().await.unwrap() >= 1);
        assert_errno(timer.interval(Duration::ZERO).map(drop), Errno::EINVAL);
        let start = now();
        timer.sleep(SHORT * 2).await.unwrap();
        assert!(now() - start >= SHORT * 2);
    });
}

#[test]
fn a_child_ends() {
    let (go, wait) = common::pipe();
    let forking = common::forking();
    let child = Child::new(|| {
        let _ = fd::read(&go, &mut [0; 1]);
        7
    });
    drop(forking);
    run(async {
        let mut memory = [0; 128];
        let mut reader = Reader::new(put(Pidfd::open(child.pid()).unwrap()).unwrap(), &mut memory).unwrap();
        assert!(once(reader.next_event()).await.is_none());
        assert_errno(reader.next_event_now().map(drop), Errno::EAGAIN);
        {
            let mut next = pin!(reader.next_event());
            assert!(once(next.as_mut()).await.is_none());
            fd::write(&wait, b"!").unwrap();
            // It may be told before it is asked.
            turn().await;
            assert_eq!(next.await.unwrap().pid(), Some(child.pid()));
        }
        assert_errno(reader.next_event().await, Errno::ECHILD);
    });
}

#[test]
fn the_last_thread_with_a_filter_ends() {
    let forking = common::forking();
    let (listener, child) = target(nr::UMASK, || {
        loop {
            std::thread::park();
        }
    });
    drop(forking);
    run(async {
        let mut memory = [0; 256];
        let mut reader = Reader::new(put(listener).unwrap(), &mut memory).unwrap();
        let mut next = pin!(reader.next_event());
        assert!(once(next.as_mut()).await.is_none());
        child.kill();
        drop(child);
        assert_errno(next.await.map(drop), Errno::ENODATA);
    });
}

#[test]
fn records_of_the_kernels_log() {
    let kmsg = match Kmsg::open(kmsg::OpenFlags::empty()) {
        Ok(kmsg) => kmsg,
        Err(errno) => return println!("skipped: no log can be opened: {errno}"),
    };
    kmsg.seek(Start::End).unwrap();
    let line = format!("butter: {} of process {}", thread::current().name().unwrap(), std::process::id());
    run(async {
        let mut memory = vec![0; Kmsg::MIN_BUFFER];
        let mut reader = Reader::new(put(kmsg).unwrap(), &mut memory[..]).unwrap();
        while reader.next_event_now().is_ok() {}
        let find = async {
            loop {
                // Others may write, too.
                let kmsg::Event::Record(record) = reader.next_event().await.unwrap() else { continue };
                if kmsg::unescape(record.text()).eq(line.bytes()) {
                    return;
                }
            }
        };
        let mut find = pin!(find);
        let _ = once(find.as_mut()).await;
        if let Err(error) = fs::write("/dev/kmsg", format!("<15>{line}\n")) {
            return println!("skipped: the log is not to be written: {error}");
        }
        find.await;
    });
}

#[test]
fn what_cannot_be_waited_for() {
    run(async {
        let directory = TempDir::new();
        let file = fs::File::create(directory.join("file")).unwrap();
        for _ in 0..100 {
            assert_errno(put(&file).map(drop), Errno::EPERM);
        }
        assert_errno(put(fs::File::open(&*directory).unwrap()).map(drop), Errno::EPERM);
        // The same twice.
        let counter = Eventfd::new().unwrap();
        let io = put(&counter).unwrap();
        if size_of_val(&io) > 0 && !std::any::type_name_of_val(&io).contains("async_io") {
            assert_errno(put(&counter).map(drop), Errno::EEXIST);
        }
        drop(io);
        for number in 1..100 {
            let io = put(&counter).unwrap();
            assert!(once(AsyncIo::read_with(&io, |io| io.read())).await.is_none());
            counter.add(number).unwrap();
            assert_eq!(AsyncIo::read_with(&io, |io| io.read()).await, Ok(number));
        }
    });
}

/// One future of a task always wakes it.
#[test]
fn one_that_never_rests_beside_one_that_waits() {
    run(async {
        let (counter, turns) = (put(Eventfd::new().unwrap()).unwrap(), Cell::new(0));
        let mut restless = pin!(async {
            loop {
                turns.set(turns.get() + 1);
                if turns.get() == 100 {
                    counter.get_ref().add(5).unwrap();
                }
                assert!(turns.get() < 1_000_000, "who waits is starved");
                again().await;
            }
        });
        let waits = pin!(AsyncIo::read_with(&counter, Eventfd::read));
        let Either::Right((read, _)) = select(restless.as_mut(), waits).await;
        assert_eq!(read, Ok(5));
        assert!(turns.get() >= 100);
    });
}

/// A future that waits is not polled for what others wait for, if whoever polls it has wakers of its own.
#[test]
fn who_is_not_told_is_not_polled() {
    run(async {
        let counters = [(); 5].map(|()| put(Eventfd::new().unwrap()).unwrap());
        let polls = [(); 5].map(|()| Cell::new(0));
        let mut futures: FuturesUnordered<_> = counters
            .iter()
            .zip(&polls)
            .map(|(counter, polls)| counted(AsyncIo::read_with(counter, Eventfd::read), polls))
            .collect();
        assert!(once(futures.next()).await.is_none());
        assert!(polls.iter().all(|polls| polls.get() == 1));
        counters[3].get_ref().add(3).unwrap();
        assert_eq!(futures.next().await, Some(Ok(3)));
        assert_eq!(polls.each_ref().map(Cell::get), [1, 1, 1, 2, 1]);
    });
}

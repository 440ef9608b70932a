//! Futures that the built-in reactor runs: several at once, each polled when it is woken and not else.

use crate::builtin::{free, leaked};
use crate::common::assert_errno;
use crate::seccomp::{status_of, until};
use crate::slots::look;
use crate::{Watchdog, again, counted, once, when_woken};
use butter::reactor::{AsyncIo, Reactor, Registered, Timer};
use butter::time::{Clock, clock_gettime};
use butter::{Errno, Eventfd, Timerfd, fd, process};
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

fn counters<const N: usize>(reactor: &Reactor) -> [Registered<'_, Eventfd>; N] {
    [(); N].map(|()| reactor.register(Eventfd::new().unwrap()).unwrap())
}

type Task<'a> = Pin<&'a mut dyn Future<Output = ()>>;

#[test]
fn each_is_polled_when_it_is_woken_and_until_it_ends() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<8>();
    for _ in 0..3 {
        let counters = counters::<3>(&reactor);
        let (polls, ended) = ([(); 4].map(|()| Cell::new(0)), RefCell::new(Vec::new()));
        let [one, two, three] = &counters;
        let mut first = pin!(counted(
            async {
                one.read_with(Eventfd::read).await.unwrap();
                ended.borrow_mut().push(1);
                two.get_ref().add(1).unwrap();
            },
            &polls[0]
        ));
        let mut second = pin!(counted(
            async {
                two.read_with(Eventfd::read).await.unwrap();
                ended.borrow_mut().push(2);
                three.get_ref().add(1).unwrap();
            },
            &polls[1]
        ));
        let mut third = pin!(counted(
            async {
                three.read_with(Eventfd::read).await.unwrap();
                ended.borrow_mut().push(3);
            },
            &polls[2]
        ));
        let mut fourth = pin!(counted(
            async {
                ended.borrow_mut().push(4);
                one.get_ref().add(1).unwrap();
            },
            &polls[3]
        ));
        let mut tasks: [Task<'_>; 4] = [first.as_mut(), second.as_mut(), third.as_mut(), fourth.as_mut()];
        reactor.run(&mut tasks).unwrap();
        assert_eq!(*ended.borrow(), [4, 1, 2, 3]);
        assert_eq!(polls.each_ref().map(Cell::get), [2, 2, 2, 1]);
    }
    assert_eq!(free(&reactor), 8);
}

#[test]
fn they_begin_in_their_order() {
    let reactor = leaked::<100>();
    let begun = RefCell::new(Vec::new());
    let begun = &begun;
    let mut futures: Vec<_> = (0..100).map(|number| Box::pin(async move { begun.borrow_mut().push(number) })).collect();
    let mut tasks: Vec<_> = futures.iter_mut().map(Pin::as_mut).collect();
    reactor.run(&mut tasks).unwrap();
    assert_eq!(*begun.borrow(), (0..100).collect::<Vec<_>>());
    assert_eq!(free(&reactor), 100);
}

#[test]
fn too_few_slots_for_all_of_them() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<3>();
    let polls = Cell::new(0);
    for _ in 0..3 {
        let (mut one, mut two) = (pin!(counted(ready(()), &polls)), pin!(counted(ready(()), &polls)));
        let (mut three, mut four) = (pin!(counted(ready(()), &polls)), pin!(counted(ready(()), &polls)));
        let mut tasks: [Task<'_>; 4] = [one.as_mut(), two.as_mut(), three.as_mut(), four.as_mut()];
        assert_errno(reactor.run(&mut tasks), Errno::ENOSPC);
        assert_eq!((polls.get(), free(&reactor)), (0, 3));
        // Those that were woken in vain are in nobody's way.
        assert_eq!(reactor.block_on(counted(again(), &polls)), Ok(()));
        assert_eq!(polls.replace(0), 2);
        assert_eq!(reactor.run(&mut tasks[..3]), Ok(()));
        assert_eq!(polls.replace(0), 3);
    }
}

#[test]
fn a_reactor_runs_one_thing_at_a_time() {
    let reactor = leaked::<4>();
    reactor
        .block_on(async {
            assert_errno(reactor.block_on(async {}), Errno::EDEADLK);
            assert_errno(reactor.run(&mut [pin!(async {})]), Errno::EDEADLK);
            look(&reactor).await;
            assert_errno(reactor.block_on(async {}), Errno::EDEADLK);
        })
        .unwrap();
    assert_eq!(free(&reactor), 4);
}

#[test]
fn one_reactor_in_a_task_of_another() {
    let _watchdog = Watchdog::new();
    let (outer, inner) = (leaked::<6>(), leaked::<6>());
    let [one, two] = &counters(&outer);
    let [three] = &counters(&inner);
    let mut first = pin!(async {
        for number in 1..10 {
            assert_eq!(one.read_with(Eventfd::read).await, Ok(number));
            inner
                .block_on(async {
                    // It becomes ready while the other reactor waits.
                    two.get_ref().add(number).unwrap();
                    look(&inner).await;
                    three.get_ref().add(number).unwrap();
                    assert_eq!(three.read_with(Eventfd::read).await, Ok(number));
                    // A source of the one is awaited in a task of the other.
                    one.get_ref().add(100).unwrap();
                    assert!(once(one.read_with(Eventfd::read)).await.is_none());
                    assert_eq!(one.get_ref().read(), Ok(100));
                })
                .unwrap();
        }
    });
    let mut second = pin!(async {
        for number in 1..10 {
            one.get_ref().add(number).unwrap();
            assert_eq!(two.read_with(Eventfd::read).await, Ok(number));
        }
    });
    let mut tasks: [Task<'_>; 2] = [first.as_mut(), second.as_mut()];
    outer.run(&mut tasks).unwrap();
}

#[test]
fn a_task_that_panics() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<8>();
    let [one, two] = &counters(&reactor);
    for round in 0..4 {
        let panics = || async move {
            one.get_ref().add(1).unwrap();
            one.read_with(Eventfd::read).await.unwrap();
            panic!("on purpose");
        };
        let result = if round % 2 == 0 {
            catch_unwind(AssertUnwindSafe(|| reactor.block_on(panics())))
        } else {
            catch_unwind(AssertUnwindSafe(|| {
                let (mut first, mut second) = (pin!(again()), pin!(panics()));
                let mut third = pin!(async {
                    loop {
                        again().await;
                    }
                });
                let mut tasks: [Task<'_>; 3] = [first.as_mut(), second.as_mut(), third.as_mut()];
                reactor.run(&mut tasks)
            }))
        };
        assert!(result.is_err());
        // Also within an operation.
        one.get_ref().add(1).unwrap();
        let operation = one.read_with(|_| -> butter::Result<()> { panic!("on purpose") });
        assert!(catch_unwind(AssertUnwindSafe(|| reactor.block_on(operation))).is_err());
        assert_eq!(reactor.block_on(one.read_with(Eventfd::read)), Ok(Ok(1)));
        two.get_ref().add(round + 1).unwrap();
        assert_eq!(reactor.block_on(two.read_with(Eventfd::read)), Ok(Ok(round + 1)));
        assert_eq!(free(&reactor), 6);
    }
}

/// One task is woken by itself for ever, another by a source that is always ready: a third is polled all the same, and a wait that is
/// ready is told soon.
#[test]
fn none_starves_the_others() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<8>();
    let [flooded, quiet] = &counters(&reactor);
    let (stop, floods, turns) = (Cell::new(false), Cell::new(0), Cell::new(0));
    let (at, seen) = (Cell::new((0, 0)), Cell::new((0, 0)));
    let mut restless = pin!(async {
        while !stop.get() {
            turns.set(turns.get() + 1);
            again().await;
        }
    });
    let mut flood = pin!(async {
        flooded.get_ref().add(1).unwrap();
        while !stop.get() {
            flooded.read_with(Eventfd::read).await.unwrap();
            flooded.get_ref().add(1).unwrap();
            floods.set(floods.get() + 1);
            if floods.get() == 100 {
                at.set((floods.get(), turns.get()));
                quiet.get_ref().add(1).unwrap();
            }
        }
    });
    let mut waits = pin!(async {
        quiet.read_with(Eventfd::read).await.unwrap();
        seen.set((floods.get(), turns.get()));
        stop.set(true);
        // For the flooded one to see it.
        flooded.get_ref().add(1).unwrap();
    });
    let mut tasks: [Task<'_>; 3] = [restless.as_mut(), flood.as_mut(), waits.as_mut()];
    reactor.run(&mut tasks).unwrap();
    let (floods, turns) = (seen.get().0 - at.get().0, seen.get().1 - at.get().1);
    assert!(floods <= 2 && turns <= 70, "{floods} {turns}");
}

/// More sources are ready than are told at a time, again and again.
#[test]
fn more_are_ready_than_are_told_at_a_time() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<401>();
    let counters = counters::<200>(&reactor);
    let (reads, least) = ([(); 200].map(|()| Cell::new(0)), Cell::new(0));
    let tasks = counters.iter().zip(&reads).map(|(counter, count)| {
        let (reads, least) = (&reads, &least);
        Box::pin(async move {
            for _ in 0..20 {
                counter.get_ref().add(1).unwrap();
                counter.read_with(Eventfd::read).await.unwrap();
                count.set(count.get() + 1);
                let slowest = reads.iter().map(Cell::get).min().unwrap();
                least.set(least.get().max(count.get() - slowest));
            }
        })
    });
    let mut tasks: Vec<_> = tasks.collect();
    let mut tasks: Vec<_> = tasks.iter_mut().map(Pin::as_mut).collect();
    reactor.run(&mut tasks).unwrap();
    assert!(least.get() <= 3, "{}", least.get());
}

/// Neither a source that is ready while nobody waits, nor a future that was told and is not polled, nor a closed end has the reactor
/// turn round and round: the processor is used for next to nothing.
#[test]
fn what_nobody_asks_for_costs_nothing() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<32>();
    let [idle, parked, told, full] = &counters(&reactor);
    let (reading, writing) = crate::common::pipe();
    let (closed, broken) = (reactor.register(reading).unwrap(), crate::common::pipe());
    let broken = (reactor.register(broken.1).unwrap(), broken.0);
    let mut timer = Timer::new(reactor.register(Timerfd::new().unwrap()).unwrap());
    reactor
        .block_on(async {
            // Another thread has woken it while it slept.
            let (kept, thread) = (poll_fn(|context| Poll::Ready(context.waker().clone())).await, process::gettid());
            let waking = std::thread::spawn(move || {
                until(|| status_of(thread, "State")?.starts_with('S').then_some(()));
                kept.wake();
            });
            when_woken(ready(())).await;
            waking.join().unwrap();
            let mut parked = pin!(parked.read_with(Eventfd::read));
            let (mut one, mut two) = (pin!(told.read_with(Eventfd::read)), pin!(told.read_with(Eventfd::read)));
            assert!(once(parked.as_mut()).await.is_none());
            assert!(once(one.as_mut()).await.is_none());
            assert!(once(two.as_mut()).await.is_none());
            full.get_ref().add(Eventfd::MAX).unwrap();
            let mut writes = pin!(full.write_with(|counter| counter.add(1)));
            assert!(once(writes.as_mut()).await.is_none());
            let mut reads = pin!(closed.read_with(|fd| fd::read(fd, &mut [0; 8]).map(|bytes| bytes.len())));
            assert!(once(reads.as_mut()).await.is_none());
            while fd::write(broken.0.get_ref(), &[0; 4096]).is_ok() {}
            let mut breaks = pin!(broken.0.write_with(|fd| fd::write(fd, &[0; 4096])));
            assert!(once(breaks.as_mut()).await.is_none());
            idle.get_ref().add(1).unwrap();
            told.get_ref().add(1).unwrap();
            drop((writing, broken.1));
            let begun = clock_gettime(Clock::THREAD_CPUTIME_ID).unwrap();
            timer.sleep(Duration::from_millis(300)).await.unwrap();
            let ended = clock_gettime(Clock::THREAD_CPUTIME_ID).unwrap();
            let used = (ended.sec - begun.sec) * 1_000_000_000 + ended.nsec - begun.nsec;
            assert!(used < 50_000_000, "{used}");
            // And nothing is lost.
            assert_eq!(reads.await, Ok(0));
            assert_errno(breaks.await, Errno::EPIPE);
            assert_eq!(one.await, Ok(1));
            assert!(once(two.as_mut()).await.is_none());
            assert_eq!(idle.read_with(Eventfd::read).await, Ok(1));
            assert_eq!(full.read_with(Eventfd::read).await, Ok(Eventfd::MAX));
            writes.await.unwrap();
            assert!(once(parked).await.is_none());
        })
        .unwrap();
}

/// A signal handler that runs while the reactor waits is no end of anything.
#[test]
fn a_wait_that_is_interrupted() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<8>();
    let mut timer = Timer::new(reactor.register(Timerfd::new().unwrap()).unwrap());
    let polls = Cell::new(0);
    let sleeps = counted(timer.sleep(Duration::from_millis(50)), &polls);
    assert_eq!(crate::common::interrupted(|| reactor.block_on(sleeps)), Ok(Ok(())));
    assert_eq!(polls.get(), 2);
}

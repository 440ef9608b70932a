//! The memory of the built-in reactor: what takes a place in it, and that nothing stays there.

use crate::builtin::{free, leaked};
use crate::common::{TempDir, assert_errno};
use crate::{Foreign, Watchdog, again, once};
use butter::fd::{self, AsFd, BorrowedFd, OwnedFd};
use butter::reactor::{AsyncIo, Reactor, Slots};
use butter::{Errno, Eventfd};
use futures_util::future::{Either, join, select};
use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::{Pin, pin};

#[test]
fn memory_has_one_reactor_at_a_time() {
    static SLOTS: Slots<3> = Slots::new();
    let _watchdog = Watchdog::new();
    for _ in 0..3 {
        let reactor = Reactor::new(&SLOTS).unwrap();
        assert_errno(Reactor::new(&SLOTS).map(drop), Errno::EBUSY);
        assert_errno(std::thread::spawn(|| Reactor::new(&SLOTS).map(drop)).join().unwrap(), Errno::EBUSY);
        let counter = reactor.register(Eventfd::new().unwrap()).unwrap();
        assert_eq!(reactor.block_on(once(counter.read_with(Eventfd::read))), Ok(None));
        counter.get_ref().add(1).unwrap();
        // What is not given back is, when the next reactor is made.
        std::mem::forget(counter);
        assert_eq!(free(&reactor), 2);
        drop(reactor);
        std::thread::spawn(|| assert_eq!(free(&Reactor::new(&SLOTS).unwrap()), 3)).join().unwrap();
    }
    assert!(format!("{:?} {:?}", SLOTS, Reactor::new(&SLOTS).unwrap()).contains("slots: 3"));
}

#[test]
fn no_slots_at_all() {
    let (reactor, counter) = (leaked::<0>(), Eventfd::new().unwrap());
    assert_errno(reactor.register(&counter).map(drop), Errno::ENOSPC);
    assert_errno(reactor.block_on(async {}), Errno::ENOSPC);
    assert_eq!(reactor.run::<dyn Future<Output = ()>>(&mut []), Ok(()));
    assert_errno(reactor.run(&mut [pin!(async {})]), Errno::ENOSPC);
}

/// A descriptor, a task, and each who waits besides the first.
#[test]
fn as_many_slots_as_are_needed_suffice_for_ever() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<4>();
    for round in 0..100 {
        let counter = reactor.register(Eventfd::new().unwrap()).unwrap();
        let wait = || counter.read_with(Eventfd::read);
        reactor
            .block_on(async {
                let (mut one, mut two, mut three) = (pin!(wait()), pin!(wait()), pin!(wait()));
                for _ in 0..3 {
                    assert!(once(one.as_mut()).await.is_none());
                    assert!(once(two.as_mut()).await.is_none());
                    assert!(once(three.as_mut()).await.is_none());
                }
                assert_eq!(free(&reactor), 0);
                // One more has no room, and says so; the others go on.
                assert_errno(wait().await, Errno::ENOSPC);
                assert_errno(reactor.register(Eventfd::new().unwrap()).map(drop), Errno::ENOSPC);
                counter.get_ref().add(round + 1).unwrap();
                match round % 3 {
                    0 => assert_eq!(one.await, Ok(round + 1)),
                    1 => assert_eq!(two.await, Ok(round + 1)),
                    _ => assert_eq!(three.await, Ok(round + 1)),
                }
            })
            .unwrap();
        drop(counter);
        assert_eq!(free(&reactor), 4);
    }
}

/// Dropped before it is told or after, by a task that has no slot to spare.
#[test]
fn a_wait_that_is_dropped_leaves_room_for_the_next() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<2>();
    let counter = reactor.register(Eventfd::new().unwrap()).unwrap();
    let wait = || counter.read_with(Eventfd::read);
    let waits = async {
        for number in 1..20 {
            for told in [false, true, false] {
                let mut wait = pin!(wait());
                assert!(once(wait.as_mut()).await.is_none());
                if told {
                    counter.get_ref().add(number).unwrap();
                    // Sooner or later it looks, also while the task does not rest.
                    for _ in 0..70 {
                        again().await;
                    }
                }
                // Polled for nothing, or ready.
                assert_eq!(once(wait.as_mut()).await, told.then_some(Ok(number)));
            }
            assert!(once(wait()).await.is_none());
            counter.get_ref().add(number).unwrap();
            assert!(once(wait()).await.is_none());
            for _ in 0..70 {
                again().await;
            }
            assert_eq!(wait().await, Ok(number));
        }
    };
    reactor.block_on(waits).unwrap();
}

/// Of several who wait any may go, in any order, and each of those who stay is told.
#[test]
fn whoever_of_several_goes_the_others_stay() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<6>();
    // Each of four: stays (0), goes before (1) or after (2) they are told.
    for case in 0..81 {
        let fates = [case % 3, case / 3 % 3, case / 9 % 3, case / 27];
        let counter = reactor.register(Eventfd::new().unwrap()).unwrap();
        let wakers = [(); 4].map(|()| Foreign::new());
        let mut waits = [(); 4].map(|()| Some(Box::pin(counter.read_with(Eventfd::read))));
        for (wait, waker) in waits.iter_mut().zip(&wakers) {
            assert!(waker.poll(wait.as_mut().unwrap().as_mut()).is_pending());
            assert!(waker.copies() > 0);
        }
        let drop_those = |waits: &mut [Option<Pin<Box<_>>>; 4], fate| {
            // Not always from the front.
            for number in if case % 2 == 0 { [0, 1, 2, 3] } else { [3, 1, 0, 2] } {
                if fates[number] == fate {
                    drop(waits[number].take());
                    assert_eq!(wakers[number].copies(), 0);
                }
            }
        };
        drop_those(&mut waits, 1);
        counter.get_ref().add(5).unwrap();
        // It looks once.
        reactor.block_on(look(&reactor)).unwrap();
        for (waker, fate) in wakers.iter().zip(fates) {
            assert_eq!(waker.woken(), usize::from(fate != 1), "{fates:?}");
        }
        drop_those(&mut waits, 2);
        // Those who stay share what there is, and whoever comes gets the rest.
        for (wait, waker) in waits.iter_mut().zip(&wakers) {
            if let Some(mut wait) = wait.take() {
                if waker.poll(wait.as_mut()).is_pending() {
                    // What it was told of is another's by now. It is told anew.
                    reactor.block_on(look(&reactor)).unwrap();
                    assert_eq!(waker.woken(), 2);
                    assert!(waker.poll(wait.as_mut()).is_ready());
                }
                counter.get_ref().add(5).unwrap();
            }
        }
        assert_eq!(reactor.block_on(counter.read_with(Eventfd::read)), Ok(Ok(5)));
        drop(waits);
        drop(counter);
        assert_eq!(free(&reactor), 6);
        assert!(wakers.iter().all(|waker| waker.copies() == 0));
    }
}

/// Has the reactor look at its descriptors, which takes a slot.
pub async fn look(reactor: &Reactor) {
    let counter = reactor.register(Eventfd::new().unwrap()).unwrap();
    counter.get_ref().add(1).unwrap();
    counter.read_with(Eventfd::read).await.unwrap();
}

/// A future that is kept after it has failed has nothing of the reactor any more.
#[test]
fn what_has_failed_has_gone() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<8>();
    let (counter, other) = (Eventfd::new().unwrap(), Eventfd::new().unwrap());
    let io = reactor.register(&counter).unwrap();
    let waker = Foreign::new();
    let mut first = Box::pin(io.read_with(|counter| counter.read()));
    let mut failing = Box::pin(io.read_with(|counter| counter.read()));
    assert!(waker.poll(first.as_mut()).is_pending());
    assert!(waker.poll(failing.as_mut()).is_pending());
    // It is ready and nobody looks: the reactor takes it out, and so it can be put in once more.
    counter.add(1).unwrap();
    reactor.block_on(look(&reactor)).unwrap();
    reactor.block_on(look(&reactor)).unwrap();
    let again = reactor.register(&counter).unwrap();
    assert_eq!(counter.read(), Ok(1));
    let std::task::Poll::Ready(result) = waker.poll(failing.as_mut()) else { panic!("it waits") };
    assert_errno(result, Errno::EEXIST);
    // Others have its place by now.
    let io_of_other = reactor.register(&other).unwrap();
    let mut one = Box::pin(io_of_other.read_with(|other| other.read()));
    let mut two = Box::pin(io_of_other.read_with(|other| other.read()));
    let (waker_of_one, waker_of_two) = (Foreign::new(), Foreign::new());
    assert!(waker_of_one.poll(one.as_mut()).is_pending());
    assert!(waker_of_two.poll(two.as_mut()).is_pending());
    drop(failing);
    other.add(3).unwrap();
    reactor.block_on(look(&reactor)).unwrap();
    assert_eq!((waker_of_one.woken(), waker_of_two.woken()), (1, 1));
    drop((one, two, first));
    drop((again, io, io_of_other));
    assert_eq!((free(&reactor), waker.copies()), (8, 0));
}

/// A descriptor that is put in and cannot be, at each step.
#[test]
fn a_descriptor_that_fails_takes_no_slot() {
    let reactor = leaked::<1>();
    let directory = TempDir::new();
    let file = std::fs::File::create(directory.join("file")).unwrap();
    for _ in 0..3 {
        assert_errno(reactor.register(&file).map(drop), Errno::EPERM);
        assert_errno(reactor.register(crate::common::not_open()).map(drop), Errno::EBADF);
        let counter = Eventfd::new().unwrap();
        let io = reactor.register(&counter).unwrap();
        assert_errno(reactor.register(Eventfd::new().unwrap()).map(drop), Errno::ENOSPC);
        assert!(format!("{io:?}").starts_with("Registered"));
        assert_eq!(fd::is_nonblocking(&io), Ok(true));
        drop(io);
        // Its end is the end of the registration, not of the descriptor.
        counter.add(1).unwrap();
        assert_eq!(free(&reactor), 1);
    }
}

/// Closed when the registration ends; the reactor forgets it also where a duplicate stays open.
#[test]
fn a_duplicate_stays_open() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<4>();
    for taken_out in [false, true] {
        let counter = Eventfd::new().unwrap();
        let duplicate = fd::dup(&counter).unwrap();
        let io = reactor.register(counter).unwrap();
        butter::eventfd::write(&duplicate, 1).unwrap();
        if taken_out {
            reactor.block_on(look(&reactor)).unwrap();
        }
        drop(io);
        let polls = Cell::new(0);
        reactor.block_on(crate::counted(look(&reactor), &polls)).unwrap();
        assert_eq!(polls.get(), 2);
        assert_eq!(free(&reactor), 4);
    }
}

/// The slot of a task that waited is another's by the time that its descriptor is ready.
#[test]
fn a_wait_goes_from_run_to_run() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<6>();
    let io = reactor.register(Eventfd::new().unwrap()).unwrap();
    for number in 1..5 {
        let mut wait = pin!(io.read_with(Eventfd::read));
        assert_eq!(reactor.block_on(once(wait.as_mut())), Ok(None));
        let others: Vec<_> = (0..number).map(|_| reactor.register(Eventfd::new().unwrap()).unwrap()).collect();
        if number % 2 == 0 {
            // Told in between, in vain.
            io.get_ref().add(1).unwrap();
            reactor
                .block_on(async { others[0].get_ref().add(1).and(others[0].read_with(Eventfd::read).await) })
                .unwrap()
                .unwrap();
            assert_eq!(io.get_ref().read(), Ok(1));
        }
        let add = async {
            let other = &others[0];
            other.get_ref().add(1).unwrap();
            other.read_with(Eventfd::read).await.unwrap();
            io.get_ref().add(number).unwrap();
            pending::<()>().await;
        };
        let Either::Right((read, _)) = reactor.block_on(select(pin!(add), wait)).unwrap() else { unreachable!() };
        assert_eq!(read, Ok(number));
    }
    drop(io);
    assert_eq!(free(&reactor), 6);
}

/// Told for reading alone, for writing alone, and for both.
#[test]
fn what_it_is_told_of_is_noted_for_who_comes_later() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<6>();
    let (reading, writing) = crate::common::pipe();
    let (reading, writing) = (reactor.register(reading).unwrap(), reactor.register(writing).unwrap());
    let fill = |fd: &OwnedFd| while fd::write(fd, &[0; 4096]).is_ok() {};
    let empty = |fd: &OwnedFd| while fd::read(fd, &mut [0; 1 << 16]).is_ok() {};
    reactor
        .block_on(async {
            for _ in 0..3 {
                fill(writing.get_ref());
                // It learns that it is full by trying.
                assert!(once(writing.write_with(|fd| fd::write(fd, &[0; 4096]))).await.is_none());
                look(&reactor).await;
                assert_eq!(reading.read_with(|fd| fd::read(fd, &mut [0; 10]).map(|bytes| bytes.len())).await, Ok(10));
                empty(reading.get_ref());
                let read = || reading.read_with(|fd| fd::read(fd, &mut [0; 10]).map(|bytes| bytes.len()));
                let write = writing.write_with(|fd| fd::write(fd, b"1234"));
                assert_eq!(join(read(), write).await, (Ok(4), Ok(4)));
                // There is room, and nobody asks.
                look(&reactor).await;
                assert_eq!(writing.write_with(|fd| fd::write(fd, b"12")).await, Ok(2));
                assert_eq!(read().await, Ok(2));
            }
        })
        .unwrap();
}

/// Any type may be a source, by what it lends.
#[test]
fn a_source_that_is_borrowed() {
    struct Lends<'a>(BorrowedFd<'a>);
    impl AsFd for Lends<'_> {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0
        }
    }
    let reactor = leaked::<2>();
    let counter = Eventfd::new().unwrap();
    let io = reactor.register(Lends(counter.as_fd())).unwrap();
    counter.add(4).unwrap();
    assert_eq!(reactor.block_on((&&io).read_with(|lends| butter::eventfd::read(lends.0))), Ok(Ok(4)));
    assert_eq!(reactor.block_on(io.write_with(|lends| butter::eventfd::write(lends.0, 1))), Ok(Ok(())));
}

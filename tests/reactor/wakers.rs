//! The wakers of the built-in reactor: used on other threads, in signal handlers, in other runs, and long after.

use crate::builtin::{free, leaked};
use crate::common::{handle, raise, rt};
use crate::slots::look;
use crate::{Foreign, Watchdog, again, counted, once};
use butter::Eventfd;
use butter::reactor::{AsyncIo, Reactor, Slots};
use futures_util::future::join;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::task::{Poll, Waker};
use std::thread;

/// The waker of the task that asks.
async fn waker() -> Waker {
    poll_fn(|context| Poll::Ready(context.waker().clone())).await
}

/// Ready when it is polled and this is set.
async fn until_set(flag: &AtomicBool) {
    poll_fn(|_| if flag.swap(false, SeqCst) { Poll::Ready(()) } else { Poll::Pending }).await;
}

#[test]
fn another_thread_wakes_again_and_again() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<4>();
    let (flag, polls) = (AtomicBool::new(false), Cell::new(0));
    let (sender, receiver) = mpsc::channel::<Waker>();
    thread::scope(|scope| {
        let flag = &flag;
        scope.spawn(move || {
            for waker in receiver {
                flag.store(true, SeqCst);
                waker.wake();
            }
        });
        let waits = async {
            for _ in 0..2000 {
                sender.send(waker().await).unwrap();
                until_set(flag).await;
            }
        };
        reactor.block_on(counted(waits, &polls)).unwrap();
        drop(sender);
    });
    // Each time at most once for the flag, and once for a wake that came when it was set already.
    assert!(polls.get() <= 4001, "{}", polls.get());
}

/// Many threads, many tasks, each woken as often as it waits: no wake is lost, whether the reactor sleeps or not.
#[test]
fn many_threads_wake_many_tasks() {
    const TASKS: usize = 8;
    const ROUNDS: usize = 500;
    let _watchdog = Watchdog::new();
    let reactor = leaked::<{ TASKS + 2 }>();
    let flags = [const { AtomicBool::new(false) }; TASKS];
    let senders: Vec<mpsc::Sender<(usize, Waker)>> = Vec::new();
    let senders = Mutex::new(senders);
    thread::scope(|scope| {
        for _ in 0..3 {
            let (sender, receiver) = mpsc::channel::<(usize, Waker)>();
            senders.lock().unwrap().push(sender);
            let flags = &flags;
            scope.spawn(move || {
                for (number, waker) in receiver {
                    flags[number].store(true, SeqCst);
                    waker.wake_by_ref();
                    // Once too often does no harm.
                    waker.wake();
                }
            });
        }
        let senders = senders.into_inner().unwrap();
        let task = |number: usize| {
            let (senders, flags) = (&senders, &flags);
            Box::pin(async move {
                for round in 0..ROUNDS {
                    senders[(number + round) % 3].send((number, waker().await)).unwrap();
                    until_set(&flags[number]).await;
                }
            })
        };
        let mut tasks: Vec<_> = (0..TASKS).map(task).collect();
        let mut tasks: Vec<_> = tasks.iter_mut().map(Pin::as_mut).collect();
        reactor.run(&mut tasks).unwrap();
    });
    assert_eq!(free(&reactor), TASKS + 2);
}

#[test]
fn a_signal_handler_wakes() {
    static WAKER: OnceLock<Waker> = OnceLock::new();
    static FLAG: AtomicBool = AtomicBool::new(false);
    extern "C" fn wakes(_: i32) {
        FLAG.store(true, SeqCst);
        WAKER.get().unwrap().wake_by_ref();
    }
    crate::common::alone([], || {
        let _watchdog = Watchdog::new();
        let reactor = leaked::<4>();
        let (process, this) = (butter::process::getpid(), butter::process::gettid());
        let (sender, receiver) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                for () in receiver {
                    butter::signal::tgkill(process, this, rt(2)).unwrap();
                }
            });
            let waits = async {
                let waker = waker().await;
                WAKER.get_or_init(|| waker);
                handle(rt(2), wakes);
                for round in 0..1000 {
                    // While it runs, or at any time.
                    if round % 10 == 0 {
                        raise(rt(2))
                    } else {
                        sender.send(()).unwrap()
                    }
                    until_set(&FLAG).await;
                }
            };
            reactor.block_on(waits).unwrap();
            drop(sender);
        });
    });
}

#[test]
fn a_waker_outlives_the_run_and_the_reactor() {
    static SLOTS: Slots<4> = Slots::new();
    let _watchdog = Watchdog::new();
    let reactor = Reactor::new(&SLOTS).unwrap();
    let old = reactor.block_on(waker()).unwrap();
    assert!(old.will_wake(&old.clone()) && !old.will_wake(Waker::noop()));
    old.wake_by_ref();
    // In a later run, of which it may wake a task or none.
    let polls = Cell::new(0);
    let counter = reactor.register(Eventfd::new().unwrap()).unwrap();
    let waits = async {
        old.wake_by_ref();
        assert!(once(counter.read_with(Eventfd::read)).await.is_none());
        let mut waits = pin!(counter.read_with(Eventfd::read));
        assert!(once(waits.as_mut()).await.is_none());
        old.wake_by_ref();
        look(&reactor).await;
        counter.get_ref().add(7).unwrap();
        waits.await
    };
    assert_eq!(reactor.block_on(counted(waits, &polls)), Ok(Ok(7)));
    assert!(polls.get() <= 6);
    drop(counter);
    drop(reactor);
    // When there is none, also from elsewhere.
    old.wake_by_ref();
    let old = thread::spawn(move || {
        old.wake_by_ref();
        let copy = old.clone();
        copy.wake();
        old
    });
    let old = old.join().unwrap();
    // And with the next reactor, whose slots it knows as well.
    let reactor = Reactor::new(&SLOTS).unwrap();
    old.wake_by_ref();
    let mut tasks = [(); 3].map(|()| Box::pin(counted(again(), &polls)));
    polls.set(0);
    reactor.run(&mut tasks.each_mut().map(Pin::as_mut)).unwrap();
    assert!((6..=7).contains(&polls.get()), "{}", polls.get());
    assert_eq!(free(&reactor), 4);
    drop(old);
}

/// The task of one reactor is woken by that of another, on another thread and on the same.
#[test]
fn two_reactors_wake_each_other() {
    let _watchdog = Watchdog::new();
    let wakers = Arc::new([const { Mutex::new(None::<Waker>) }; 2]);
    let turn = Arc::new(AtomicUsize::new(0));
    let play = |number: usize| {
        let (wakers, turn) = (wakers.clone(), turn.clone());
        async move {
            for _ in 0..1000 {
                poll_fn(|context| {
                    *wakers[number].lock().unwrap() = Some(context.waker().clone());
                    if turn.load(SeqCst) % 2 == number { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                turn.fetch_add(1, SeqCst);
                if let Some(waker) = wakers[1 - number].lock().unwrap().take() {
                    waker.wake();
                }
            }
        }
    };
    let (first, second) = (play(0), play(1));
    let other = thread::spawn(move || leaked::<2>().block_on(second));
    leaked::<2>().block_on(first).unwrap();
    other.join().unwrap().unwrap();
    assert_eq!(turn.load(SeqCst), 2000);

    // A source of one is awaited in a task of the other, which wakes it.
    let (mine, other) = (leaked::<8>(), leaked::<8>());
    let io = other.register(Eventfd::new().unwrap()).unwrap();
    let mut waits = pin!(io.read_with(Eventfd::read));
    assert_eq!(mine.block_on(once(waits.as_mut())), Ok(None));
    io.get_ref().add(3).unwrap();
    let polls = Cell::new(0);
    let both = counted(waits, &polls);
    let mut both = pin!(both);
    // The other has to look, and does so in a task of mine.
    let looks = async { other.block_on(look(&other)).unwrap() };
    assert_eq!(mine.block_on(join(both.as_mut(), looks)).unwrap().0, Ok(3));
}

/// Its waker is asked for no more copies than are kept, and is told once for each event.
#[test]
fn a_waker_that_is_not_the_reactors() {
    let _watchdog = Watchdog::new();
    let reactor = leaked::<4>();
    let io = reactor.register(Eventfd::new().unwrap()).unwrap();
    let (one, two) = (Foreign::new(), Foreign::new());
    for round in 1..4 {
        let mut waits = Box::pin(io.read_with(Eventfd::read));
        for _ in 0..3 {
            assert!(one.poll(waits.as_mut()).is_pending());
            assert_eq!((one.copies(), two.copies()), (1, 0));
        }
        // The last one that polled it is woken, and no other.
        for _ in 0..3 {
            assert!(two.poll(waits.as_mut()).is_pending());
            assert_eq!((one.copies(), two.copies()), (0, 1));
        }
        io.get_ref().add(round).unwrap();
        reactor.block_on(look(&reactor)).unwrap();
        reactor.block_on(look(&reactor)).unwrap();
        assert_eq!((one.woken(), two.woken() as u64), (0, round));
        // A task of the reactor takes over, before or after it was told.
        if round == 1 {
            assert_eq!(reactor.block_on(waits.as_mut()), Ok(Ok(1)));
        } else {
            assert_eq!(two.poll(waits.as_mut()), Poll::Ready(Ok(round)));
        }
        drop(waits);
        assert_eq!((one.copies(), two.copies()), (0, 0));
    }
    // From the task to another waker and back, nothing of which has come to pass.
    let mut waits = Box::pin(io.read_with(Eventfd::read));
    for _ in 0..3 {
        assert_eq!(reactor.block_on(once(waits.as_mut())), Ok(None));
        assert_eq!(one.copies(), 0);
        assert!(one.poll(waits.as_mut()).is_pending());
        assert_eq!(one.copies(), 1);
    }
    drop(waits);
    drop(io);
    assert_eq!((one.copies(), free(&reactor)), (0, 4));
}

/// A waker may do anything at once: here each drops another wait for the same source, or polls its own.
#[test]
fn a_waker_that_changes_who_waits() {
    type Wait<'a> = Pin<Box<dyn Future<Output = butter::Result<u64>> + 'a>>;
    type Act = (usize, Box<dyn Fn()>);
    thread_local! {
        /// What is done when this one is woken.
        static ACT: RefCell<Option<Act>> = const { RefCell::new(None) };
    }
    struct Acts(usize, AtomicUsize);
    impl std::task::Wake for Acts {
        fn wake(self: Arc<Self>) {
            self.wake_by_ref();
        }
        fn wake_by_ref(self: &Arc<Self>) {
            self.1.fetch_add(1, SeqCst);
            ACT.with_borrow(|act| act.iter().filter(|act| act.0 == self.0).for_each(|act| act.1()));
        }
    }
    const WAITS: usize = 5;
    let _watchdog = Watchdog::new();
    let reactor: &'static Reactor = Box::leak(Box::new(leaked::<8>()));
    for case in 0..WAITS * (WAITS + 1) {
        let (woken, other) = (case % WAITS, case / WAITS);
        let io: &'static _ = Box::leak(Box::new(reactor.register(Eventfd::new().unwrap()).unwrap()));
        let wakers = [0, 1, 2, 3, 4].map(|number| Arc::new(Acts(number, AtomicUsize::new(0))));
        let waits: &'static [_; WAITS] = Box::leak(Box::new(
            [(); WAITS].map(|()| RefCell::new(Some(Box::pin(io.read_with(Eventfd::read)) as Wait<'_>))),
        ));
        let poll = |number: usize| {
            let waker = Waker::from(wakers[number].clone());
            let mut wait = waits[number].borrow_mut();
            let poll = wait.as_mut().unwrap().as_mut().poll(&mut std::task::Context::from_waker(&waker));
            poll.is_ready()
        };
        assert!((0..WAITS).all(|number| !poll(number)));
        let own = wakers[woken].clone();
        let act = move || match waits.get(other) {
            Some(other) => drop(other.take()),
            None => {
                let waker = Waker::from(own.clone());
                let mut wait = waits[woken].borrow_mut();
                let poll = wait.as_mut().unwrap().as_mut().poll(&mut std::task::Context::from_waker(&waker));
                assert_eq!(poll, Poll::Ready(Ok(1)));
            }
        };
        ACT.set(Some((woken, Box::new(act))));
        io.get_ref().add(1).unwrap();
        reactor.block_on(look(reactor)).unwrap();
        for (number, waker) in wakers.iter().enumerate() {
            // One that is gone may have been told before.
            assert!(waker.1.load(SeqCst) == 1 || number == other, "{woken} {other}: {number} was not told");
        }
        ACT.set(None);
        waits.iter().for_each(|wait| drop(wait.take()));
        for waker in &wakers {
            assert_eq!(Arc::strong_count(waker), 1, "{woken} {other}");
        }
        // SAFETY: it was leaked above, and nothing that borrows it is left.
        drop(unsafe { Box::from_raw(std::ptr::from_ref(io).cast_mut()) });
        assert_eq!(free(reactor), 8);
    }
}

/// A task that was woken more than once before it is polled is polled once.
#[test]
fn a_task_is_polled_once_for_many_wakes() {
    let reactor = leaked::<8>();
    let polls = [(); 3].map(|()| Cell::new(0));
    let wakers = [(); 3].map(|()| Cell::new(None::<Waker>));
    let task = |number: usize| {
        let (polls, wakers) = (&polls, &wakers);
        Box::pin(poll_fn(move |context| {
            wakers[number].set(Some(context.waker().clone()));
            polls[number].set(polls[number].get() + 1);
            if polls[number].get() == 3 {
                return Poll::Ready(());
            }
            // All of them, several times.
            for _ in 0..3 {
                for waker in wakers {
                    if let Some(kept) = waker.take() {
                        kept.wake_by_ref();
                        waker.set(Some(kept));
                    }
                }
            }
            Poll::Pending
        }))
    };
    let mut tasks = [0, 1, 2].map(task);
    let mut tasks: [Pin<&mut dyn Future<Output = ()>>; 3] = tasks.each_mut().map(|task| task.as_mut() as _);
    reactor.run(&mut tasks).unwrap();
    assert_eq!(polls.each_ref().map(Cell::get), [3; 3]);
}

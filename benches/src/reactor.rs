//! Futures: one that waits for two eventfds in turn, two that wake each other by them, and one that a timer wakes.
//!
//! "By hand" is the runtime's own method with butter's call in it, so that all that differs is the adapter; the first line is a
//! loop without futures.

use crate::case::{Case, Group, Rounds};
use butter::reactor::{self, AsyncIo, Reactor, Slots, tokio::Registered};
use butter::timerfd::{TimerSpec, Timerfd};
use butter::{EventSource, Eventfd, Reader, eventfd, fd};
use futures_util::future::join;
use std::os::fd::AsRawFd;
use std::time::Duration;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::{Builder, Runtime};

pub const GROUPS: &[Group] = &[
    Group {
        name: "reactor: ping-pong",
        operation: "one future, two eventfds in turn, a round trip",
        per_round: 1,
        target: Some(180.0),
        cases: &[
            Case { name: "epoll_wait by hand", prepare: hand_ping_pong },
            Case { name: "butter Reactor, read_with", prepare: reactor_ping_pong },
        ],
    },
    Group {
        name: "reactor: two futures",
        operation: "two futures that wake each other, a round trip",
        per_round: 1,
        target: None,
        cases: &[
            Case { name: "epoll_wait by hand", prepare: hand_ping_pong },
            Case { name: "butter Reactor, read_with", prepare: reactor_read_with_joined },
            Case { name: "butter Reactor, next_event", prepare: reactor_joined },
            Case { name: "tokio AsyncFd::async_io by hand", prepare: || async_fd_joined(Interest::READABLE) },
            Case { name: "the same, AsyncFd::register", prepare: || async_fd_joined(BOTH) },
            Case { name: "butter on tokio, read_with", prepare: tokio_read_with_joined },
            Case { name: "butter on tokio, next_event", prepare: tokio_joined },
            Case { name: "async-io Async::read_with by hand", prepare: async_joined },
            Case { name: "butter on async-io, read_with", prepare: async_io_read_with_joined },
            Case { name: "butter on async-io, next_event", prepare: async_io_joined },
        ],
    },
    Group {
        name: "reactor: timer",
        operation: "a timer is set, and wakes",
        per_round: 1,
        target: None,
        cases: &[
            Case { name: "epoll_wait by hand", prepare: hand_timer },
            Case { name: "butter Reactor, next_event", prepare: reactor_timer },
            Case { name: "tokio AsyncFd::async_io by hand", prepare: async_fd_timer },
            Case { name: "butter on tokio, read_with", prepare: tokio_read_with_timer },
            Case { name: "butter on tokio, next_event", prepare: tokio_timer },
            Case { name: "async-io Async::read_with by hand", prepare: async_timer },
            Case { name: "butter on async-io, read_with", prepare: async_io_read_with_timer },
            Case { name: "butter on async-io, next_event", prepare: async_io_timer },
        ],
    },
];

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

/// Long enough that it has not expired when it is waited for, also where valgrind counts.
const SOON: Duration = Duration::from_micros(100);

fn counter() -> Eventfd {
    Eventfd::with_flags(0, eventfd::Flags::NONBLOCK).unwrap()
}

fn timer() -> Timerfd {
    let timer = Timerfd::new().unwrap();
    fd::set_nonblocking(&timer, true).unwrap();
    timer
}

async fn wake_ups(rounds: u64, timer: &Timerfd, mut wakes: impl AsyncFnMut() -> bool) {
    for _ in 0..rounds {
        timer.set(&TimerSpec::once(SOON)).unwrap();
        assert!(wakes().await);
    }
}

// Each is called with a source in a reactor, whichever that is.

/// A future that wakes itself by one, and by the other.
async fn ping_pong<A: AsyncIo<Io = Eventfd>>([there, back]: &[A; 2], rounds: u64) {
    for _ in 0..rounds {
        there.get_ref().add(1).unwrap();
        assert!(there.read_with(Eventfd::read).await == Ok(1));
        back.get_ref().add(1).unwrap();
        assert!(back.read_with(Eventfd::read).await == Ok(1));
    }
}

/// One future asks, and waits for the answer of the other.
async fn joined(
    rounds: u64,
    [there, back]: [&Eventfd; 2],
    mut asked: impl AsyncFnMut() -> bool,
    mut answered: impl AsyncFnMut() -> bool,
) {
    let asks = async {
        for _ in 0..rounds {
            there.add(1).unwrap();
            assert!(answered().await);
        }
    };
    let answers = async {
        for _ in 0..rounds {
            assert!(asked().await);
            back.add(1).unwrap();
        }
    };
    join(asks, answers).await;
}

async fn next_event_joined<A: AsyncIo<Io = Eventfd> + EventSource>([there, back]: &[A; 2], rounds: u64) {
    let mut memory = [[0; 8]; 2];
    let [first, second] = &mut memory;
    let (mut asked, mut answered) = (Reader::new(there, first).unwrap(), Reader::new(back, second).unwrap());
    let (asked, answered) = (async || asked.next_event().await.is_ok(), async || answered.next_event().await.is_ok());
    joined(rounds, [there.get_ref(), back.get_ref()], asked, answered).await;
}

async fn read_with_joined<A: AsyncIo<Io = Eventfd>>([there, back]: &[A; 2], rounds: u64) {
    let (asked, answered) =
        (async || there.read_with(Eventfd::read).await == Ok(1), async || back.read_with(Eventfd::read).await == Ok(1));
    joined(rounds, [there.get_ref(), back.get_ref()], asked, answered).await;
}

async fn next_event_timer<A: AsyncIo<Io = Timerfd> + EventSource>(io: &A, rounds: u64) {
    let mut memory = [0; 8];
    let mut reader = Reader::new(io, &mut memory).unwrap();
    wake_ups(rounds, io.get_ref(), async || reader.next_event().await.is_ok()).await;
}

async fn read_with_timer<A: AsyncIo<Io = Timerfd>>(io: &A, rounds: u64) {
    wake_ups(rounds, io.get_ref(), async || io.read_with(Timerfd::read).await.is_ok()).await;
}

/// A loop that knows its two descriptors, as a person would write it with libc.
fn hand_ping_pong() -> Rounds {
    let (counters, epoll) = ([counter(), counter()], hand_epoll());
    counters.iter().for_each(|counter| hand_add(epoll, counter.as_raw_fd()));
    Box::new(move |rounds| {
        let [there, back] = counters.each_ref().map(AsRawFd::as_raw_fd);
        let (mut left, one) = (rounds, 1u64);
        // SAFETY: the kernel reads and writes 8 bytes.
        let ask = || assert!(unsafe { libc::write(there, (&raw const one).cast(), 8) } == 8);
        ask();
        while left > 0 {
            let ready = hand_wait(epoll);
            let mut value = 0u64;
            // SAFETY: the kernel reads and writes 8 bytes.
            unsafe {
                assert!(libc::read(ready, (&raw mut value).cast(), 8) == 8);
                if ready == there {
                    assert!(libc::write(back, (&raw const value).cast(), 8) == 8);
                    continue;
                }
            }
            left -= 1;
            if left > 0 {
                ask();
            }
        }
    })
}

fn hand_timer() -> Rounds {
    let (timer, epoll) = (timer(), hand_epoll());
    hand_add(epoll, timer.as_raw_fd());
    Box::new(move |rounds| {
        for _ in 0..rounds {
            let soon = libc::timespec { tv_sec: 0, tv_nsec: SOON.subsec_nanos().into() };
            let spec = libc::itimerspec { it_interval: libc::timespec { tv_sec: 0, tv_nsec: 0 }, it_value: soon };
            let mut value = 0u64;
            // SAFETY: the kernel reads a setting, and writes 8 bytes.
            unsafe {
                assert!(libc::timerfd_settime(timer.as_raw_fd(), 0, &spec, std::ptr::null_mut()) == 0);
                assert!(libc::read(hand_wait(epoll), (&raw mut value).cast(), 8) == 8);
            }
        }
    })
}

fn hand_epoll() -> i32 {
    // SAFETY: the call has no pointer.
    unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) }
}

fn hand_add(epoll: i32, fd: i32) {
    let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: fd as u64 };
    // SAFETY: the kernel reads one event.
    assert!(unsafe { libc::epoll_ctl(epoll, libc::EPOLL_CTL_ADD, fd, &mut event) } == 0);
}

fn hand_wait(epoll: i32) -> i32 {
    let mut event = libc::epoll_event { events: 0, u64: 0 };
    // SAFETY: the kernel writes one event.
    assert!(unsafe { libc::epoll_wait(epoll, &mut event, 1, -1) } == 1);
    event.u64 as i32
}

/// It stays for good, as what is in it borrows it.
fn reactor() -> &'static Reactor {
    let slots: &'static Slots<8> = Box::leak(Box::new(Slots::new()));
    Box::leak(Box::new(Reactor::new(slots).unwrap()))
}

fn reactor_pair(reactor: &'static Reactor) -> [reactor::Registered<'static, Eventfd>; 2] {
    [counter(), counter()].map(|counter| reactor.register(counter).unwrap())
}

fn reactor_ping_pong() -> Rounds {
    let reactor = reactor();
    let pair = reactor_pair(reactor);
    Box::new(move |rounds| reactor.block_on(ping_pong(&pair, rounds)).unwrap())
}

fn reactor_joined() -> Rounds {
    let reactor = reactor();
    let pair = reactor_pair(reactor);
    Box::new(move |rounds| reactor.block_on(next_event_joined(&pair, rounds)).unwrap())
}

fn reactor_read_with_joined() -> Rounds {
    let reactor = reactor();
    let pair = reactor_pair(reactor);
    Box::new(move |rounds| reactor.block_on(read_with_joined(&pair, rounds)).unwrap())
}

fn reactor_timer() -> Rounds {
    let reactor = reactor();
    let io = reactor.register(timer()).unwrap();
    Box::new(move |rounds| reactor.block_on(next_event_timer(&io, rounds)).unwrap())
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_io().build().unwrap()
}

/// What is made in a runtime, and a loop that runs there.
fn on_tokio<T: 'static>(make: impl FnOnce() -> T, run: impl AsyncFn(&T, u64) + 'static) -> Rounds {
    let runtime = runtime();
    let made = runtime.block_on(async { make() });
    Box::new(move |rounds| runtime.block_on(run(&made, rounds)))
}

fn registered<S: AsRawFd>(source: S, interest: Interest) -> AsyncFd<S> {
    // SAFETY: the source has one descriptor, and keeps it open.
    unsafe { AsyncFd::register_with_interest(source, interest) }.unwrap()
}

fn async_fd_joined(interest: Interest) -> Rounds {
    on_tokio(
        move || [counter(), counter()].map(|counter| registered(counter, interest)),
        async |[there, back], rounds| {
            let read = async |fd: &AsyncFd<Eventfd>| {
                matches!(fd.async_io(Interest::READABLE, |counter| Ok(counter.read()?)).await, Ok(1))
            };
            let counters = [there.get_ref(), back.get_ref()];
            joined(rounds, counters, async || read(there).await, async || read(back).await).await;
        },
    )
}

fn async_fd_timer() -> Rounds {
    on_tokio(
        || registered(timer(), Interest::READABLE),
        async |fd, rounds| {
            let read = async || fd.async_io(Interest::READABLE, |timer| Ok(timer.read()?)).await.is_ok();
            wake_ups(rounds, fd.get_ref(), read).await;
        },
    )
}

fn tokio_pair() -> [Registered<Eventfd>; 2] {
    [counter(), counter()].map(|counter| Registered::new(counter).unwrap())
}

fn tokio_joined() -> Rounds {
    on_tokio(tokio_pair, async |pair, rounds| next_event_joined(pair, rounds).await)
}

fn tokio_read_with_joined() -> Rounds {
    on_tokio(tokio_pair, async |pair, rounds| read_with_joined(pair, rounds).await)
}

fn tokio_timer() -> Rounds {
    on_tokio(|| Registered::new(timer()).unwrap(), async |io, rounds| next_event_timer(io, rounds).await)
}

fn tokio_read_with_timer() -> Rounds {
    on_tokio(|| Registered::new(timer()).unwrap(), async |io, rounds| read_with_timer(io, rounds).await)
}

type Async<S> = async_io::Async<S>;

fn async_io_pair() -> [Async<Eventfd>; 2] {
    [counter(), counter()].map(|counter| Async::new(counter).unwrap())
}

fn on_async_io<T: 'static>(made: T, run: impl AsyncFn(&T, u64) + 'static) -> Rounds {
    Box::new(move |rounds| async_io::block_on(run(&made, rounds)))
}

fn async_joined() -> Rounds {
    on_async_io(async_io_pair(), async |[there, back], rounds| {
        let read = async |io: &Async<Eventfd>| matches!(io.read_with(|counter| Ok(counter.read()?)).await, Ok(1));
        let counters = [there.get_ref(), back.get_ref()];
        joined(rounds, counters, async || read(there).await, async || read(back).await).await;
    })
}

fn async_timer() -> Rounds {
    on_async_io(Async::new(timer()).unwrap(), async |io, rounds| {
        let read = async || io.read_with(|timer| Ok(timer.read()?)).await.is_ok();
        wake_ups(rounds, io.get_ref(), read).await;
    })
}

fn async_io_joined() -> Rounds {
    on_async_io(async_io_pair(), async |pair, rounds| next_event_joined(pair, rounds).await)
}

fn async_io_read_with_joined() -> Rounds {
    on_async_io(async_io_pair(), async |pair, rounds| read_with_joined(pair, rounds).await)
}

fn async_io_timer() -> Rounds {
    on_async_io(Async::new(timer()).unwrap(), async |io, rounds| next_event_timer(io, rounds).await)
}

fn async_io_read_with_timer() -> Rounds {
    on_async_io(Async::new(timer()).unwrap(), async |io, rounds| read_with_timer(io, rounds).await)
}

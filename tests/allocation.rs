//! Nothing is allocated while events are read and looked at, and while bytes are moved.

mod common;
#[path = "common/counting.rs"]
mod counting;

use butter::inotify::{self, InitFlags, Mask, Moves};
use butter::namespace::{IdMap, Kinds, Link, Namespace};
use butter::pidfd::InfoMask;
use butter::poll::{self, PollFd};
use butter::signal::{self, SigInfo, SigSet, Signal, sigmask};
use butter::timerfd::TimerSpec;
use butter::{Epoll, Errno, EventSource, Eventfd, Inotify, Reader, Signalfd, Timerfd, epoll, process, syscall};
use common::{TempDir, pipe};
use counting::{allocates_nothing, allocations};
use std::ffi::CString;
use std::fs::File;
use std::hint::black_box;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

/// Reads and looks at the events both ways, each time after `cause`.
#[track_caller]
fn reads_without_allocating<S: EventSource>(source: &S, cause: impl Fn(), look: impl Fn(S::Event<'_>)) {
    let mut memory = [0; 4096];
    allocates_nothing(|| {
        cause();
        let mut count = 0;
        for event in source.read_events(&mut memory).unwrap() {
            look(event);
            count += 1;
        }
        assert!(count > 0);
    });

    let mut reader = Reader::new(source, &mut memory).unwrap();
    allocates_nothing(|| {
        cause();
        look(reader.read_event().unwrap());
        for event in reader.read_events().into_iter().flatten().take(1) {
            look(event);
        }
        reader.discard();
        cause();
        look(reader.wait(None).unwrap());
        reader.discard();
    });
}

#[test]
fn the_count_is_right() {
    assert_eq!(allocations(|| drop(black_box(vec![1, 2, 3]))), 1);
    assert_eq!(allocations(|| assert_eq!(black_box([1, 2, 3]).len(), 3)), 0);
}

#[test]
fn eventfd() {
    let counter = Eventfd::with_flags(0, butter::eventfd::Flags::NONBLOCK).unwrap();
    let add = || counter.add(1).unwrap();
    reads_without_allocating(&counter, add, |count| assert!(black_box(count) > 0));
    allocates_nothing(|| {
        add();
        assert_eq!(counter.read(), Ok(1));
        assert_eq!(counter.read(), Err(Errno::EAGAIN));
    });
}

#[test]
fn timerfd() {
    use butter::{time::Clock, timerfd::CreateFlags};
    let timer = Timerfd::with_flags(Clock::MONOTONIC, CreateFlags::NONBLOCK).unwrap();
    let set = || {
        timer.set(&TimerSpec::every(Duration::from_secs(1000)).after(Duration::ZERO)).unwrap();
        poll::poll(&mut [PollFd::new(&timer, poll::Events::IN)], None).unwrap();
    };
    reads_without_allocating(&timer, set, |count| assert!(black_box(count) > 0));
    allocates_nothing(|| {
        set();
        assert_eq!(timer.read(), Ok(1));
        black_box(timer.get().unwrap().remaining());
    });
}

#[test]
fn signalfd() {
    let set = SigSet::from([Signal::USR1, Signal::USR2]);
    let _guard = sigmask::Guard::block(set).unwrap();
    let signals = Signalfd::with_flags(set, butter::signalfd::Flags::NONBLOCK).unwrap();
    let send = || {
        for signal in [Signal::USR1, Signal::USR2] {
            signal::tgkill(process::getpid(), process::gettid(), signal).unwrap();
        }
    };
    let look = |info: &SigInfo| {
        black_box((info.signal(), info.cause()));
    };
    reads_without_allocating(&signals, send, look);
    allocates_nothing(|| {
        send();
        look(&signals.read().unwrap());
        look(&signal::sigtimedwait(&set, None).unwrap());
    });
}

#[test]
fn inotify() {
    let (inotify, dir) = (Inotify::with_flags(InitFlags::NONBLOCK).unwrap(), TempDir::new());
    let names = ["a", "a name that is somewhat longer"].map(|name| {
        File::create(dir.join(name)).unwrap();
        CString::new(dir.join(name).as_os_str().as_bytes()).unwrap()
    });
    allocates_nothing(|| {
        let wd = inotify.add_watch(&*dir, Mask::MODIFY).unwrap();
        inotify.rm_watch(wd).unwrap();
    });
    inotify.read_events(&mut [0; 4096]).unwrap().for_each(drop);

    inotify.add_watch(&*dir, Mask::MODIFY | Mask::MOVE).unwrap();
    let modify = || {
        for name in &names {
            // SAFETY: the kernel reads the string up to its NUL.
            unsafe { syscall!(TRUNCATE, name.as_ptr(), 0) }.unwrap();
        }
    };
    let look = |event: inotify::Event<'_>| {
        let inotify::Event::Watch(event) = event else { panic!() };
        black_box((event.wd(), event.mask(), event.cookie(), event.name(), event.file_name(), event.is_dir()));
    };
    reads_without_allocating(&inotify, modify, look);

    let (mut moves, mut memory) = (Moves::new(), [0; 4096]);
    let [a, b] = &names;
    allocates_nothing(|| {
        for (from, to) in [(a, b), (b, a)] {
            const AT_FDCWD: i32 = -100;
            // SAFETY: the kernel reads the strings up to their NULs.
            unsafe { syscall!(RENAMEAT2, AT_FDCWD, from.as_ptr(), AT_FDCWD, to.as_ptr(), 0) }.unwrap();
        }
        for event in inotify.read_events(&mut memory).unwrap() {
            black_box(moves.step(event));
        }
        black_box(moves.finish());
    });
}

#[test]
fn epoll_and_poll() {
    let (epoll, counter) = (Epoll::new().unwrap(), Eventfd::with_flags(1, Default::default()).unwrap());
    epoll.add(&counter, epoll::Events::IN, 7).unwrap();
    let mut events = [epoll::Event::default(); 8];
    let mut fds = [PollFd::new(&counter, poll::Events::IN), PollFd::new(&epoll, poll::Events::IN)];
    allocates_nothing(|| {
        for timeout in [None, Some(Duration::ZERO), Some(Duration::from_nanos(1))] {
            for event in epoll.wait(&mut events, timeout).unwrap() {
                assert_eq!(black_box(event.data()), 7);
            }
            assert_eq!(poll::poll(&mut fds, timeout), Ok(2));
            assert!(fds.iter().all(|fd| black_box(fd.ready()).contains(poll::Events::IN)));
        }
    });
}

#[test]
fn moving_bytes_allocates_nothing() {
    use butter::fd::{AsFd, IoSlice, IoSliceMut};
    use butter::memfd::{Memfd, Seals};
    use butter::pipe::{Output, Pages, Pipe, Relay, SpliceFlags};
    use butter::socket::{self, Control, Kind, PairFlags, RecvFlags, SendFlags};
    let file = File::options().read(true).write(true).open("/dev/null").unwrap();
    let mut buffer = [0; 4096];
    allocates_nothing(|| {
        let (one, two) = (Pipe::new().unwrap(), Pipe::new().unwrap());
        let mut pages = Pages::new(5000).unwrap();
        one.writer.give(&mut pages, SpliceFlags::empty()).unwrap();
        drop(one.writer);
        let mut relay = Relay::new(&mut buffer).unwrap();
        let mut outputs = [Output::new(&two.writer), Output::new(&file)];
        assert_eq!(relay.tee_all(&one.reader, &mut outputs, |_, errno| Err(errno)), Ok(5000));
        drop(two.writer);
        assert_eq!(relay.splice_all(&two.reader, &file, None), Ok(5000));
    });
    allocates_nothing(|| {
        let memfd = Memfd::sealed("test", b"text").unwrap();
        assert!(memfd.seals().unwrap().contains(Seals::WRITE));
        black_box(memfd.map(4).unwrap());
    });
    let (here, there) = socket::socketpair(Kind::Stream, PairFlags::empty()).unwrap();
    allocates_nothing(|| {
        let (mut memory, mut byte) = ([0; socket::control_words(1)], [0]);
        let mut control = Control::new(&mut memory);
        control.fds(&[file.as_fd()]).unwrap();
        socket::sendmsg(&here, &[IoSlice::new(b"!")], Some(&control), SendFlags::empty()).unwrap();
        let memory = &mut [IoSliceMut::new(&mut byte)];
        let mut room = [0; socket::control_words(1)];
        assert_eq!(socket::recvmsg(&there, memory, &mut room, RecvFlags::empty()).unwrap().messages.count(), 1);
    });
}

#[test]
fn children_in_namespaces() {
    // SAFETY: the call has no argument.
    let map = [IdMap::new(0, unsafe { syscall!(GETUID) }.unwrap() as u32, 1)];
    let builder = process::Builder::new().chdir(c"/").pidfd();
    allocates_nothing(|| {
        for builder in [builder, builder.namespaces(Kinds::USER | Kinds::UTS).uid_map(&map)] {
            let child = match builder.spawn(c"/bin/true", [c"true"], []) {
                Ok(child) => child,
                // Without the right to it nothing is allocated either.
                Err(error) => {
                    assert!(matches!(error.errno(), Errno::EPERM | Errno::ENOSPC));
                    continue;
                }
            };
            let pidfd = child.pidfd.unwrap();
            black_box(pidfd.info(InfoMask::EXIT).is_ok());
            pidfd.read_events(&mut [0; 128]).unwrap().for_each(|event| {
                black_box(event.cause());
            });
        }
        black_box(Namespace::open(None, Link::Uts).unwrap().kind().unwrap());
    });
}

/// One task, several tasks, several who wait for one source, a timer; with a waker that is kept, too.
#[test]
fn the_reactor() {
    use butter::fd;
    use butter::reactor::{AsyncIo, Reactor, Shared, Slots, Timer};
    use futures_util::future::{join, join3};
    use std::future::{pending, poll_fn};
    use std::pin::pin;
    use std::task::Poll;

    static SLOTS: Slots<16> = Slots::new();
    let mut memory = [0; 64];
    allocates_nothing(|| {
        let reactor = Reactor::new(&SLOTS).unwrap();
        let [a, b] = [(); 2].map(|()| reactor.register(Eventfd::new().unwrap()).unwrap());
        let (reading, writing) = pipe();
        let (reading, writing) = (reactor.register(reading).unwrap(), reactor.register(writing).unwrap());
        let mut timer = Timer::new(reactor.register(Timerfd::new().unwrap()).unwrap());
        let mut reader = Reader::new(&a, &mut memory).unwrap();
        let one_task = async {
            for _ in 0..3 {
                a.get_ref().add(1).unwrap();
                assert_eq!(reader.next_event().await, Ok(1));
                assert_eq!(join(b.read_with(Eventfd::read), async { b.get_ref().add(2) }).await, (Ok(2), Ok(())));
                let shared = Shared::new(&a);
                let waits = join3(shared.wait(), shared.wait(), async { a.get_ref().add(3) });
                assert_eq!(waits.await, (Ok(3), Ok(3), Ok(())));
                let kept = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
                let mut slept = false;
                poll_fn(|_| {
                    kept.wake_by_ref();
                    if std::mem::replace(&mut slept, true) { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                timer.sleep(Duration::from_nanos(1)).await.unwrap();
                let never = timer.timeout(Duration::from_nanos(1), join(a.read_with(Eventfd::read), pending::<()>()));
                assert_eq!(never.await, Err(Errno::ETIMEDOUT));
                timer.interval(Duration::from_nanos(1)).unwrap().tick().await.unwrap();
            }
        };
        reactor.block_on(one_task).unwrap();
        let writes = pin!(async {
            let mut left = 1 << 20;
            while left > 0 {
                left -= writing.write_with(|fd| fd::write(fd, &[0; 1 << 14])).await.unwrap();
            }
        });
        let reads = pin!(async {
            let mut left = 1 << 20;
            while left > 0 {
                let read = reading.read_with(|fd| fd::read(fd, &mut [0; 1 << 14]).map(|bytes| bytes.len()));
                left -= read.await.unwrap();
            }
        });
        reactor.run::<dyn Future<Output = ()>>(&mut [writes, reads]).unwrap();
    });
}

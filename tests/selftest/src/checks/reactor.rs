//! Futures on the reactor that needs no runtime.

use super::signal::{RT, send};
use crate::{Verdict, claim};
use butter::errno::{Errno, Result};
use butter::eventfd::{self, Eventfd};
use butter::pipe::Pipe;
use butter::reactor::{AsyncIo, Reactor, Shared, Slots, Timer};
use butter::signal::{SigSet, sigmask};
use butter::timerfd::Timerfd;
use butter::{Reader, Signalfd, fd};
use core::cell::Cell;
use core::future::{Future, pending, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Poll, Waker};
use core::time::Duration;

const MILLISECOND: Duration = Duration::from_millis(1);

fn read(counter: &&Eventfd) -> Result<u64> {
    counter.read()
}

/// An eventfd, whose 64 bits and address go through the kernel; one slot for it and one for the future.
pub fn one() -> Verdict {
    static SLOTS: Slots<2> = Slots::new();
    let (reactor, counter) = (Reactor::new(&SLOTS)?, Eventfd::new()?);
    claim(Reactor::new(&SLOTS).err() == Some(Errno::EBUSY))?;
    let mut buffer = [0; 8];
    let mut reader = Reader::new(reactor.register(&counter)?, &mut buffer)?;
    claim(fd::is_nonblocking(&counter)? && reader.next_event_now() == Err(Errno::EAGAIN))?;
    counter.add(0x1_0000_0002)?;
    claim(reactor.block_on(reader.next_event())? == Ok(0x1_0000_0002))?;

    drop(reader);
    drop(reactor);
    // The memory can be used again, and every slot is free.
    let reactor = Reactor::new(&SLOTS)?;
    let registered = reactor.register(&counter)?;
    counter.add(4)?;
    claim(reactor.block_on(registered.read_with(read))? == Ok(4))
}

/// One writes to the other through a pipe that is full again and again.
pub fn several() -> Verdict {
    static SLOTS: Slots<8> = Slots::new();
    const LENGTH: usize = 1 << 18;
    let (reactor, Pipe { reader, writer }) = (Reactor::new(&SLOTS)?, Pipe::new()?);
    let (reader, writer) = (reactor.register(reader)?, Cell::new(Some(reactor.register(writer)?)));
    let received = Cell::new(0);
    let failed = Cell::new(None);
    let note = |result: Result<()>| failed.set(failed.get().or(result.err()));
    let mut send = pin!(async {
        let Some(writer) = writer.take() else { return };
        let (bytes, mut sent) = ([7; 4096], 0);
        while sent < LENGTH {
            match writer.write_with(|writer| fd::write(writer, &bytes)).await {
                Ok(count) => sent += count,
                Err(errno) => return note(Err(errno)),
            }
        }
        // With this the pipe is closed, and the other one ends.
    });
    let mut receive = pin!(async {
        let mut bytes = [0; 10_000];
        loop {
            match reader.read_with(|reader| fd::read(reader, &mut bytes).map(|bytes| bytes.len())).await {
                Ok(0) => return,
                Ok(count) => received.set(received.get() + count),
                Err(errno) => return note(Err(errno)),
            }
        }
    });
    let futures: [Pin<&mut dyn Future<Output = ()>>; 2] = [receive.as_mut(), send.as_mut()];
    reactor.run(&mut { futures })?;
    claim(failed.get().is_none() && received.get() == LENGTH)
}

pub fn timers() -> Verdict {
    static SLOTS: Slots<4> = Slots::new();
    let (reactor, fd) = (Reactor::new(&SLOTS)?, Timerfd::new()?);
    let mut timer = Timer::new(reactor.register(fd)?);
    reactor.block_on(async {
        timer.sleep(MILLISECOND).await?;
        claim(timer.timeout(MILLISECOND, pending::<()>()).await == Err(Errno::ETIMEDOUT))?;
        claim(timer.timeout(1_000_000 * MILLISECOND, async { 5 }).await == Ok(5))?;
        let mut interval = timer.interval(MILLISECOND)?;
        claim(interval.tick().await? >= 1 && interval.tick().await? >= 1)
    })?
}

/// Two wait for the same source, and both get what one of them reads.
pub fn shared() -> Verdict {
    // The source and the second that waits for it, and three futures.
    static SLOTS: Slots<5> = Slots::new();
    let (reactor, counter) = (Reactor::new(&SLOTS)?, Eventfd::new()?);
    let shared = Shared::new(reactor.register(&counter)?);
    let seen = Cell::new(0);
    let wait = || async {
        let count = shared.wait().await.unwrap_or(1 << 40);
        seen.set(seen.get() + count);
    };
    let (mut one, mut two) = (pin!(wait()), pin!(wait()));
    let mut add = pin!(async {
        if counter.add(21).is_err() {
            seen.set(1 << 50);
        }
    });
    let futures: [Pin<&mut dyn Future<Output = ()>>; 3] = [one.as_mut(), two.as_mut(), add.as_mut()];
    reactor.run(&mut { futures })?;
    claim(seen.get() == 42 && shared.last() == Some(21))
}

/// No slot is left: for a source, a future, and one more that waits.
pub fn slots() -> Verdict {
    static SLOTS: Slots<2> = Slots::new();
    let (reactor, counter) = (Reactor::new(&SLOTS)?, Eventfd::new()?);
    let registered = reactor.register(&counter)?;
    let other = reactor.register(Eventfd::new()?)?;
    claim(reactor.register(Eventfd::new()?).is_err_and(|errno| errno == Errno::ENOSPC))?;
    claim(reactor.block_on(async {}) == Err(Errno::ENOSPC))?;
    drop(other);
    reactor.block_on(async {
        let (mut one, mut two) = (pin!(registered.read_with(read)), pin!(registered.read_with(read)));
        poll_fn(|context| {
            let first = one.as_mut().poll(context);
            Poll::Ready(claim(first.is_pending() && two.as_mut().poll(context) == Poll::Ready(Err(Errno::ENOSPC))))
        })
        .await
    })?
}

/// A future that is dropped while it waits takes nothing with it.
pub fn dropped() -> Verdict {
    static SLOTS: Slots<2> = Slots::new();
    let (reactor, counter) = (Reactor::new(&SLOTS)?, Eventfd::with_flags(0, eventfd::Flags::SEMAPHORE)?);
    let mut buffer = [0; 8];
    let mut reader = Reader::new(reactor.register(&counter)?, &mut buffer)?;
    for _ in 0..3 {
        reactor.block_on(async {
            let mut next = pin!(reader.next_event());
            poll_fn(|context| Poll::Ready(claim(next.as_mut().poll(context).is_pending()))).await
        })??;
        counter.add(1)?;
    }
    claim(reactor.block_on(async { [reader.next_event().await, reader.next_event().await] })? == [Ok(1); 2])?;
    claim(reader.next_event_now() == Ok(1) && reader.next_event_now() == Err(Errno::EAGAIN))
}

/// A waker that was kept wakes a future that awaits no descriptor. (That it wakes a reactor that sleeps takes a thread or a signal
/// handler, which this program has not: the crate's own tests do that.)
pub fn waker() -> Verdict {
    static SLOTS: Slots<4> = Slots::new();
    let (reactor, set) = (Reactor::new(&SLOTS)?, SigSet::from(RT));
    let _guard = sigmask::Guard::block(set)?;
    let signals = reactor.register(Signalfd::new(set)?)?;
    let (kept, told, ended) = (Cell::new(None::<Waker>), Cell::new(false), Cell::new(false));
    let mut waiting = pin!(async {
        poll_fn(|context| {
            kept.set(Some(context.waker().clone()));
            if told.get() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        ended.set(true);
    });
    let mut waking = pin!(async {
        if signals.read_with(Signalfd::read).await.is_ok_and(|info| info.signal() == Some(RT)) {
            told.set(true);
        }
        if let Some(waker) = kept.take() {
            waker.wake();
        }
    });
    send(RT)?;
    let futures: [Pin<&mut dyn Future<Output = ()>>; 2] = [waiting.as_mut(), waking.as_mut()];
    reactor.run(&mut { futures })?;
    claim(ended.get())
}

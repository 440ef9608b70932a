//! The objects over descriptors.

use super::kernel::{AT_FDCWD, AT_REMOVEDIR, pipe};
use crate::{Verdict, claim};
use butter::epoll::{Epoll, Event as Ready, Events};
use butter::errno::Errno;
use butter::eventfd::{self, Eventfd};
use butter::inotify::{self, Event, Inotify, Mask, Moves, Step};
use butter::poll::{self, PollFd};
use butter::time::{Clock, clock_gettime};
use butter::timerfd::{self, TimerSpec, Timerfd};
use butter::{EventSource, Reader, fd, syscall};
use core::time::Duration;

const MILLISECOND: Duration = Duration::from_millis(1);

pub fn eventfd_counter() -> Verdict {
    let counter = Eventfd::with_flags(3, eventfd::Flags::NONBLOCK)?;
    counter.add(0x1_0000_0000)?;
    claim(counter.read()? == 0x1_0000_0003)?;
    claim(counter.read() == Err(Errno::EAGAIN))?;
    claim(counter.add(u64::MAX) == Err(Errno::EINVAL))?;
    counter.add(Eventfd::MAX)?;
    claim(counter.add(1) == Err(Errno::EAGAIN))?;
    claim(counter.read()? == Eventfd::MAX)
}

pub fn eventfd_semaphore() -> Verdict {
    let semaphore = Eventfd::with_flags(2, eventfd::Flags::SEMAPHORE | eventfd::Flags::NONBLOCK)?;
    claim(semaphore.read()? == 1)?;
    claim(semaphore.read()? == 1)?;
    claim(semaphore.read() == Err(Errno::EAGAIN))
}

pub fn timerfd_relative() -> Verdict {
    let timer = Timerfd::new()?;
    claim(!timer.get()?.is_armed())?;
    timer.set(&TimerSpec::every(MILLISECOND).after(Duration::ZERO))?;
    claim(timer.read()? >= 1)?;
    claim(timer.read()? >= 1)?;

    let old = timer.replace(&TimerSpec::once(Duration::from_secs(5000)))?;
    claim(old.period() == Some(MILLISECOND))?;
    let left = timer.get()?;
    claim(left.period().is_none())?;
    claim(left.remaining().is_some_and(|left| (4000..=5000).contains(&left.as_secs())))?;
    timer.disarm()?;
    claim(!timer.get()?.is_armed())?;
    claim(timer.set(&TimerSpec::every(Duration::ZERO)) == Err(Errno::EINVAL))
}

pub fn timerfd_absolute() -> Verdict {
    let timer = Timerfd::with_flags(Clock::REALTIME, timerfd::CreateFlags::NONBLOCK)?;
    let now = clock_gettime(Clock::REALTIME)?;
    let later = now.checked_add(Duration::from_secs(5000)).ok_or(Errno::EOVERFLOW)?;
    timer.set(&TimerSpec::at(later).cancel_on_set())?;
    claim(timer.read() == Err(Errno::EAGAIN))?;
    claim(timer.get()?.remaining().is_some_and(|left| (4000..=5000).contains(&left.as_secs())))?;
    timer.set(&TimerSpec::at(now))?;
    claim(poll::poll(&mut [PollFd::new(&timer, poll::Events::IN)], None)? == 1)?;
    claim(timer.read()? == 1)
}

pub fn reader() -> Verdict {
    let semaphore = Eventfd::with_flags(3, eventfd::Flags::SEMAPHORE)?;
    let mut buffer = [0; 8];
    claim(Reader::new(&semaphore, &mut [0; 7]).err() == Some(Errno::EINVAL))?;
    let mut reader = Reader::new(&semaphore, &mut buffer)?;
    claim(reader.read_event()? == 1)?;
    claim(reader.read_events()?.eq([1]))?;
    reader.read_events()?;
    claim(reader.cached() == 1_u64.to_ne_bytes())?;
    reader.discard();
    claim(reader.wait(Some(Duration::ZERO)) == Err(Errno::ETIMEDOUT))?;
    claim(reader.wait(Some(MILLISECOND)) == Err(Errno::ETIMEDOUT))?;
    semaphore.add(1)?;
    claim(reader.wait(None)? == 1)
}

pub fn poll() -> Verdict {
    let (reading, writing) = pipe()?;
    let mut fds = [PollFd::new(&reading, poll::Events::IN), PollFd::new(&writing, poll::Events::OUT)];
    claim(poll::poll(&mut fds, Some(Duration::ZERO))? == 1)?;
    claim(fds[0].ready().is_empty() && fds[1].ready() == poll::Events::OUT)?;

    let mut fds = [PollFd::new(&reading, poll::Events::IN)];
    let before = clock_gettime(Clock::MONOTONIC)?;
    claim(poll::poll(&mut fds, Some(20 * MILLISECOND))? == 0)?;
    let end = before.checked_add(20 * MILLISECOND).ok_or(Errno::EOVERFLOW)?;
    claim(clock_gettime(Clock::MONOTONIC)? >= end)?;

    fd::write(&writing, b"x")?;
    drop(writing);
    claim(poll::poll(&mut fds, None)? == 1)?;
    claim(fds[0].ready() == poll::Events::IN | poll::Events::HUP)
}

pub fn epoll() -> Verdict {
    let epoll = Epoll::new()?;
    let (one, two) = (Eventfd::new()?, Eventfd::new()?);
    let mut buffer = [Ready::default(); 4];
    epoll.add(&one, Events::IN, 0x1111_2222_3333_4444)?;
    epoll.add(&two, Events::IN | Events::OUT, 0x5555_6666_7777_8888)?;
    claim(epoll.add(&one, Events::IN, 1) == Err(Errno::EEXIST))?;

    one.add(1)?;
    let expected = [Ready::new(Events::IN, 0x1111_2222_3333_4444), Ready::new(Events::OUT, 0x5555_6666_7777_8888)];
    let ready = epoll.wait(&mut buffer, None)?;
    claim(ready.len() == 2 && expected.iter().all(|event| ready.as_slice().contains(event)))?;

    epoll.modify(&one, Events::IN | Events::ET, 9)?;
    epoll.delete(&two)?;
    claim(epoll.wait(&mut buffer, None)?.eq(&[Ready::new(Events::IN, 9)]))?;
    claim(epoll.wait(&mut buffer, Some(MILLISECOND))?.len() == 0)?;
    claim(epoll.delete(&two) == Err(Errno::ENOENT))
}

pub fn epoll_pwait2() -> Verdict {
    let (epoll, counter) = (Epoll::new()?, Eventfd::new()?);
    let mut buffer = [Ready::default(); 4];
    epoll.add(&counter, Events::IN, 1)?;
    claim(epoll.wait(&mut buffer, Some(Duration::from_micros(1)))?.len() == 0)?;
    counter.add(1)?;
    claim(epoll.wait(&mut buffer, Some(Duration::from_nanos(1)))?.eq(&[Ready::new(Events::IN, 1)]))
}

pub fn inotify() -> Verdict {
    let inotify = Inotify::new()?;
    let wd = inotify.add_watch(".", Mask::CREATE | Mask::DELETE)?;
    // SAFETY: the kernel reads the paths.
    unsafe {
        syscall!(MKDIRAT, AT_FDCWD, c"directory".as_ptr(), 0o700)?;
        syscall!(UNLINKAT, AT_FDCWD, c"directory".as_ptr(), AT_REMOVEDIR)?;
    }
    claim(inotify.buffered()? == 64)?;

    let mut buffer = [0; 512];
    let mut seen = 0;
    for event in inotify.read_events(&mut buffer)? {
        let Event::Watch(event) = event else { return claim(false) };
        claim(event.wd() == wd && event.name() == Some(b"directory") && event.is_dir() && event.cookie() == 0)?;
        claim(event.is_create() == (seen == 0) && event.is_delete() == (seen == 1))?;
        seen += 1;
    }
    claim(seen == 2)?;

    let mut reader = Reader::new(&inotify, &mut buffer)?;
    let mut last = false;
    inotify::remove(&mut reader, wd, |event| last = matches!(event, Event::Watch(event) if event.is_ignored()))?;
    claim(last)?;
    claim(inotify.rm_watch(wd) == Err(Errno::EINVAL))
}

pub fn inotify_rename() -> Verdict {
    let inotify = Inotify::new()?;
    // SAFETY: the kernel reads the paths.
    unsafe {
        syscall!(SYMLINKAT, c"nowhere".as_ptr(), AT_FDCWD, c"old".as_ptr())?;
        inotify.add_watch(".", Mask::MOVE)?;
        syscall!(RENAMEAT2, AT_FDCWD, c"old".as_ptr(), AT_FDCWD, c"a longer new name".as_ptr(), 0)?;
        syscall!(UNLINKAT, AT_FDCWD, c"a longer new name".as_ptr(), 0)?;
    }
    let (mut moves, mut renamed, mut buffer) = (Moves::new(), false, [0; 512]);
    for event in inotify.read_events(&mut buffer)? {
        if let (None, Step::Renamed { from, to }) = moves.step(event) {
            renamed = from.name() == b"old" && to.name() == Some(b"a longer new name") && to.cookie() != 0;
        }
    }
    claim(renamed)
}

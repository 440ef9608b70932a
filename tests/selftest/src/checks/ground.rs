//! The ground floor: descriptors, paths, time.

use super::kernel::pipe;
use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, AsRawFd};
use butter::inotify::{self, Mask};
use butter::time::{Clock, clock_gettime};
use butter::{Inotify, syscall};

pub fn descriptors() -> Verdict {
    let (reading, writing) = pipe()?;
    claim(!fd::is_nonblocking(&reading)?)?;
    fd::set_nonblocking(&reading, true)?;
    claim(fd::is_nonblocking(&reading)?)?;
    claim(fd::read(&reading, &mut [0; 4]) == Err(Errno::EAGAIN))?;
    fd::write(&writing, b"abcde")?;
    claim(fd::buffered(&reading)? == 5)?;

    let closed = writing.as_raw_fd();
    drop(writing);
    // SAFETY: nobody else has the descriptor, which is not open.
    claim(unsafe { syscall!(CLOSE, closed) } == Err(Errno::EBADF))?;
    claim(fd::read(&reading, &mut [0; 8])? == b"abcde")?;
    claim(fd::read(&reading, &mut [0; 8])? == b"")
}

pub fn paths() -> Verdict {
    let inotify = Inotify::new()?;
    let wd = inotify.add_watch(c".", Mask::CREATE)?;
    claim(inotify.add_watch(".", Mask::CREATE)? == wd)?;
    claim(inotify.add_watch(b".".as_slice(), Mask::CREATE)? == wd)?;
    claim(inotify.add_watch("a\0b", Mask::CREATE) == Err(Errno::EINVAL))?;
    claim(inotify.add_watch("", Mask::CREATE) == Err(Errno::ENOENT))?;
    claim(inotify.add_watch([b'x'; 256].as_slice(), Mask::CREATE) == Err(Errno::ENAMETOOLONG))?;
    claim(inotify::add_watch(&inotify, [b'/'; 5000].as_slice(), Mask::CREATE) == Err(Errno::ENAMETOOLONG))
}

pub fn clocks() -> Verdict {
    let before = clock_gettime(Clock::MONOTONIC)?;
    claim((0..1_000_000_000).contains(&before.nsec) && before.sec >= 0)?;
    claim(clock_gettime(Clock::MONOTONIC)? >= before)?;
    // After this was written.
    claim(clock_gettime(Clock::REALTIME)?.sec > 1_700_000_000)?;
    claim(clock_gettime(Clock::from_number(999)) == Err(Errno::EINVAL))
}

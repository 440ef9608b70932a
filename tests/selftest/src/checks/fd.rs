//! Reading and writing at positions, and descriptors as such.

use super::kernel::large_file;
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, AsRawFd, DupFlags, IoSlice, IoSliceMut, Owner, RwFlags, Whence};
use butter::pipe::Pipe;
use butter::process;
use butter::signal::{self, SigSet, Signal, sigmask};

/// Different in every part.
const FAR: u64 = 0x1_2345_6000;

pub fn positions() -> Verdict {
    let (file, mut one, mut two) = (large_file()?, [0; 3], [0; 3]);
    claim(fd::pwrite(&file, b"abcdef", FAR)? == 6)?;
    claim(fd::pread(&file, &mut [0; 4], FAR + 2)? == b"cdef")?;
    claim(fd::preadv(&file, &mut [IoSliceMut::new(&mut one), IoSliceMut::new(&mut two)], FAR)? == 6)?;
    claim(one == *b"abc" && two == *b"def")?;
    claim(fd::pwritev(&file, &[IoSlice::new(b"gh"), IoSlice::new(b"i")], FAR + 6)? == 3)?;
    claim(fd::pread(&file, &mut [0; 9], FAR + 4)? == b"efghi")?;
    claim(fd::pread(&file, &mut [0; 9], u64::MAX) == Err(Errno::EINVAL))?;
    claim(fd::preadv(&file, &mut [IoSliceMut::new(&mut one)], 1 << 63) == Err(Errno::EINVAL))?;
    claim(fd::lseek(&file, FAR as i64 + 7, Whence::Start)? == FAR + 7)?;
    claim(fd::lseek(&file, -3, Whence::End)? == FAR + 6)?;
    claim(fd::lseek(&file, -i64::MAX, Whence::Current) == Err(Errno::EINVAL))?;
    claim(fd::readv(&file, &mut [IoSliceMut::new(&mut one)])? == 3 && one == *b"ghi")
}

pub fn flags() -> Verdict {
    let (file, mut one) = (large_file()?, [0; 3]);
    let written = fd::pwritev2(&file, &[IoSlice::new(b"abc")], Some(FAR), RwFlags::empty());
    if written == Err(Errno::ENOSYS) {
        return Err(Failure::Skipped("preadv2 is not emulated"));
    }
    claim(written? == 3)?;
    claim(fd::pwritev2(&file, &[IoSlice::new(b"x")], Some(0), RwFlags::APPEND)? == 1)?;
    claim(fd::pread(&file, &mut [0; 9], FAR)? == b"abcx")?;
    claim(fd::preadv2(&file, &mut [IoSliceMut::new(&mut one)], Some(FAR + 1), RwFlags::empty())? == 3)?;
    claim(one == *b"bcx")?;
    claim(fd::preadv2(&file, &mut [IoSliceMut::new(&mut one)], None, RwFlags::empty())? == 3 && one == [0; 3])?;
    claim(fd::preadv2(&file, &mut [], Some(u64::MAX), RwFlags::empty()) == Err(Errno::EINVAL))
}

pub fn duplicates() -> Verdict {
    let (one, mut two) = (large_file()?, large_file()?);
    let third = fd::dupfd(&one, 100, DupFlags::NO_CLOEXEC)?;
    claim(third.as_raw_fd() == 100 && !fd::is_cloexec(&third)?)?;
    fd::set_cloexec(&third, true)?;
    claim(fd::is_cloexec(&third)?)?;
    fd::dup3(&one, &mut two, DupFlags::empty())?;
    claim(fd::is_cloexec(&two)? && fd::is_cloexec(fd::dup(&one)?)?)?;
    fd::lseek(&one, 5, Whence::Start)?;
    claim(fd::lseek(&two, 0, Whence::Current)? == 5)?;
    fd::close(two)?;
    claim(fd::dupfd(&one, u32::MAX, DupFlags::empty()).err() == Some(Errno::EINVAL))
}

pub fn owner() -> Verdict {
    let (pipe, thread) = (Pipe::new()?, Owner::Thread(process::gettid()));
    claim(fd::owner(&pipe.reader)?.is_none() && fd::signal(&pipe.reader)?.is_none())?;
    fd::set_owner(&pipe.reader, Some(thread))?;
    fd::set_signal(&pipe.reader, Some(Signal::USR1))?;
    claim(fd::owner(&pipe.reader)? == Some(thread) && fd::signal(&pipe.reader)? == Some(Signal::USR1))?;
    let _guard = sigmask::Guard::block(SigSet::from(Signal::USR1))?;
    fd::set_async(&pipe.reader, true)?;
    pipe.writer.write(b"!")?;
    claim(signal::sigpending()?.contains(Signal::USR1))?;
    signal::sigtimedwait(&Signal::USR1.into(), None)?;
    fd::set_async(&pipe.reader, false)?;
    pipe.writer.write(b"!")?;
    claim(!signal::sigpending()?.contains(Signal::USR1))
}

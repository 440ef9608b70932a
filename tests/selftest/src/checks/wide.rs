//! Arguments of 64 bits: a `u64` on every machine, wherever it takes two registers.

use super::kernel::{AT_EMPTY_PATH, large_file, pipe, statx};
use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::fd::{AsRawFd, OwnedFd};
use butter::syscall;

/// Different in every part.
const FAR: u64 = 0x1_2345_6000;

fn size(file: &OwnedFd) -> Result<u64, Errno> {
    statx(file, AT_EMPTY_PATH).map(|statx| statx.stx_size)
}

fn truncate(file: &OwnedFd, length: u64) -> Result<usize, Errno> {
    #[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
    // SAFETY: the call has no pointer.
    return unsafe { syscall!(FTRUNCATE, file.as_raw_fd(), length) };
    #[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
    // SAFETY: the call has no pointer.
    return unsafe { syscall!(FTRUNCATE64, file.as_raw_fd(), length) };
}

pub fn second() -> Verdict {
    let file = large_file()?;
    claim(truncate(&file, FAR)? == 0 && size(&file)? == FAR)?;
    claim(truncate(&file, 7)? == 0 && size(&file)? == 7)?;
    claim(truncate(&file, u64::MAX) == Err(Errno::EINVAL))
}

/// A hole takes no memory, wherever the arguments say that it is.
pub fn third_and_fourth() -> Verdict {
    const PUNCH_HOLE_KEEP_SIZE: i32 = 3;
    const LENGTH: u64 = 0x1_0000_0003;
    let file = large_file()?;
    let mut back = [0; 4];
    // SAFETY: the kernel reads and writes within the buffers.
    unsafe {
        let punch =
            |offset: u64, length: u64| syscall!(FALLOCATE, file.as_raw_fd(), PUNCH_HOLE_KEEP_SIZE, offset, length);
        for place in [FAR, FAR + LENGTH] {
            claim(syscall!(PWRITE64, file.as_raw_fd(), b"abcd".as_ptr(), 4, place - 2)? == 4)?;
        }
        claim(punch(FAR, LENGTH)? == 0)?;
        for (place, rest) in [(FAR, b"ab\0\0"), (FAR + LENGTH, b"\0\0cd")] {
            claim(syscall!(PREAD64, file.as_raw_fd(), back.as_mut_ptr(), 4, place - 2)? == 4 && back == *rest)?;
        }
        claim(punch(0, u64::MAX) == Err(Errno::EINVAL))?;
        claim(punch(1 << 62, 1 << 62) == Err(Errno::EFBIG))
    }
}

pub fn fourth() -> Verdict {
    let (file, text, mut back) = (large_file()?, b"far away", [0; 8]);
    let fd = file.as_raw_fd();
    // SAFETY: the kernel reads and writes within the buffers.
    unsafe {
        claim(syscall!(PWRITE64, fd, text.as_ptr(), text.len(), FAR)? == text.len())?;
        claim(size(&file)? == FAR + 8)?;
        claim(syscall!(PREAD64, fd, back.as_mut_ptr(), back.len(), FAR)? == 8 && back == *text)?;
        claim(syscall!(PREAD64, fd, back.as_mut_ptr(), back.len(), FAR + 4)? == 4 && back == *b"awayaway")?;
        claim(syscall!(PREAD64, fd, back.as_mut_ptr(), back.len(), -1_i64) == Err(Errno::EINVAL))?;
        let (reading, _writing) = pipe()?;
        claim(syscall!(PREAD64, reading.as_raw_fd(), back.as_mut_ptr(), back.len(), FAR) == Err(Errno::ESPIPE))
    }
}

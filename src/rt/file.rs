//! A small file as a whole.

use crate::abi::fcntl::AT_FDCWD;
use crate::arch::fcntl::O_CLOEXEC;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use crate::path::PathArg;
use core::mem::MaybeUninit;

/// Reads a whole file, also one that does not know its own length, as those in `/proc`.
///
/// ```
/// let mut buffer = [0; 64];
/// let name = butter::rt::read_file(c"/proc/sys/kernel/ostype", &mut buffer)?;
/// assert_eq!(name, b"Linux\n");
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EFBIG`: it does not fit in the buffer. `EOVERFLOW` is the same on a 32-bit machine for 2 GiB or more.
/// - `EINTR`: a signal handler ran while the file was opened or read. It can be read again from the start.
/// - `EISDIR`: it is a directory.
/// - `EACCES`, `ELOOP`, `ENOENT`, `ENOTDIR` and what else `open(2)` and `read(2)` say, and those of [`PathArg`].
pub fn read_file<'b>(path: impl PathArg, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
    let file: OwnedFd = path.with_c_str(|path| {
        // SAFETY: the kernel reads the path up to its NUL. O_RDONLY is 0. The descriptor is new.
        unsafe { call_readonly!(OPENAT, AT_FDCWD, path.as_ptr(), O_CLOEXEC).fd() }
    })?;
    let mut buffer = buffer.into();
    // SAFETY: `read_to_end` writes as many bytes as it says, from the start.
    unsafe { buffer.fill(|memory, capacity| read_to_end(file.as_fd(), memory, capacity)) }?;
    Ok(buffer.into_filled())
}

/// # Safety
///
/// `capacity` bytes can be written to `memory`.
unsafe fn read_to_end(file: BorrowedFd<'_>, memory: *mut u8, capacity: usize) -> Result<usize> {
    let mut length = 0;
    while length < capacity {
        // SAFETY: so many bytes are left of the memory.
        match unsafe { call!(READ, file.as_raw_fd(), memory.add(length), capacity - length) }.size()? {
            0 => return Ok(length),
            count => length += count,
        }
    }
    let mut more = MaybeUninit::<u8>::uninit();
    // SAFETY: there is room for one byte.
    match unsafe { call!(READ, file.as_raw_fd(), more.as_mut_ptr(), 1) }.size()? {
        0 => Ok(length),
        _ => Err(Errno::EFBIG),
    }
}

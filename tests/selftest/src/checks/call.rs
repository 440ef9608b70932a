//! The calls themselves, by the number of their arguments.

use super::kernel::{AT_EMPTY_PATH, AT_FDCWD, O_RDWR, file, map, pipe, statx};
use crate::{Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, AsRawFd};
use butter::{Eventfd, process, syscall};
use core::hint::black_box;
use core::ptr;

pub fn no_argument() -> Verdict {
    // SAFETY: the call has no argument.
    let parent = unsafe { syscall!(GETPPID) }?;
    claim(parent as i32 == process::getppid().map_or(0, |pid| pid.number()))
}

pub fn one_argument() -> Verdict {
    let counter = Eventfd::new()?;
    // SAFETY: nobody else has descriptor -1 or the duplicate.
    unsafe {
        claim(syscall!(CLOSE, -1) == Err(Errno::EBADF))?;
        let copy = syscall!(DUP, counter.as_raw_fd())?;
        claim(copy as i32 > counter.as_raw_fd())?;
        claim(syscall!(CLOSE, copy) == Ok(0))?;
        claim(syscall!(CLOSE, copy) == Err(Errno::EBADF))
    }
}

pub fn two_arguments() -> Verdict {
    let (reading, writing) = pipe()?;
    claim(fd::write(&writing, b"through")? == 7)?;
    let mut buffer = [0; 16];
    claim(fd::read(&reading, &mut buffer)? == b"through")?;
    // SAFETY: the kernel refuses to write to the null page.
    claim(unsafe { syscall!(PIPE2, ptr::null_mut::<i32>(), 0) } == Err(Errno::EFAULT))
}

pub fn three_arguments() -> Verdict {
    let file = file(c"three")?;
    let (text, mut back) = (b"three arguments", [0; 20]);
    // SAFETY: the kernel reads and writes within the buffers.
    unsafe {
        claim(syscall!(WRITE, file.as_raw_fd(), text.as_ptr(), text.len()) == Ok(text.len()))?;
        claim(syscall!(READ, -1, back.as_mut_ptr(), back.len()) == Err(Errno::EBADF))?;
        claim(syscall!(READ, file.as_raw_fd(), back.as_mut_ptr(), back.len()) == Ok(0))?;
    }
    claim(statx(&file, AT_EMPTY_PATH)?.stx_size == text.len() as u64)
}

pub fn four_arguments() -> Verdict {
    // SAFETY: the kernel reads the path.
    let missing = unsafe { syscall!(OPENAT, AT_FDCWD, c"missing".as_ptr(), O_RDWR, 0) };
    claim(missing == Err(Errno::ENOENT))?;
    // The mode is the fourth.
    claim(statx(&file(c"four")?, AT_EMPTY_PATH)?.stx_mode == 0o100600)
}

pub fn five_arguments() -> Verdict {
    let file = file(c"five")?;
    claim(statx(&file, AT_EMPTY_PATH)?.stx_nlink == 0)?;
    claim(statx(&file, 0).map(|_| ()) == Err(Errno::ENOENT))
}

pub fn six_arguments() -> Verdict {
    const PAGE: usize = 65536; // The size of a page is at most that, and divides it.
    let file = file(c"six")?;
    // SAFETY: the kernel maps new memory, which is given back after its last use.
    unsafe {
        claim(syscall!(PWRITE64, file.as_raw_fd(), b"third page".as_ptr(), 10, 2 * PAGE as u64)? == 10)?;
        let memory = map(PAGE, file.as_raw_fd(), 2 * PAGE)?;
        let page: *mut u8 = ptr::with_exposed_provenance_mut(memory);
        claim(core::slice::from_raw_parts(page, 10) == b"third page")?;
        page.write(b'T');
        claim(syscall!(MUNMAP, page, PAGE) == Ok(0))?;

        let failed = map(0, file.as_raw_fd(), 0);
        claim(failed == Err(Errno::EINVAL))?;
        let failed = map(PAGE, -1, 0);
        claim(failed == Err(Errno::EBADF))
    }
}

/// More values live than there are registers, over calls that work and calls that fail.
pub fn registers() -> Verdict {
    let mut values: [usize; 32] = black_box(core::array::from_fn(|index| index * 0x0101_0101));
    for round in 0..3 {
        // SAFETY: the calls have no pointer, and nobody else has descriptor -1.
        let (works, fails) = unsafe { (syscall!(GETPPID), syscall!(CLOSE, -1)) };
        claim(works.is_ok() && fails == Err(Errno::EBADF))?;
        for value in &mut values {
            *value = value.rotate_left(3) ^ round;
        }
    }
    for (index, value) in values.into_iter().enumerate() {
        let expected = (0..3).fold(index * 0x0101_0101, |value, round| value.rotate_left(3) ^ black_box(round));
        claim(value == expected)?;
    }
    Ok(())
}

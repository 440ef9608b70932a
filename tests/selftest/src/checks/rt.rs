//! What a program without libc starts with, and its output. Part of it happens in a child that is this program again.

use super::kernel::{AT_FDCWD, pipe};
use crate::{Verdict, child, claim};
use butter::errno::{Errno, Result};
use butter::fd::{self, AsRawFd};
use butter::process;
use butter::rt::read_file;
use butter::signal::ChildStatus;
use butter::{fdprintln, syscall};
use core::cmp::Ordering;
use core::convert::Infallible;
use core::ffi::CStr;
use core::hint::black_box;

/// Executes this program, to do what `part` says.
///
/// Under an emulator this path leads to the emulator, which takes the first argument for its own name, and the second for
/// the path of the program and its name. Without one the second is a mere argument.
pub(super) fn again(part: &CStr) -> Result<Infallible> {
    let mut path = [0_u8; 4096];
    // SAFETY: the kernel reads one path and writes the other, of which a byte is left to end it.
    unsafe { syscall!(READLINKAT, AT_FDCWD, c"/proc/self/exe".as_ptr(), path.as_mut_ptr(), path.len() - 1) }?;
    let path = CStr::from_bytes_until_nul(&path).map_err(|_| Errno::ENAMETOOLONG)?;
    // qemu-user knows `/proc/self/exe`, and tells the program's path of it.
    process::execve(c"/proc/thread-self/exe", [c"selftest", path, part], child::ENVIRONMENT)
}

/// Executes it in a child, and gives what becomes of that.
fn in_child(part: &CStr) -> Result<ChildStatus> {
    // SAFETY: the child makes system calls only.
    process::wait(unsafe { process::spawn_with(|| again(part)) }?)
}

/// The same with what it says on standard error, in one `write`.
fn says<'b>(part: &CStr, buffer: &'b mut [u8]) -> Result<(ChildStatus, &'b [u8])> {
    const STDERR: i32 = 2;
    let (reading, writing) = pipe()?;
    // SAFETY: the child makes system calls only, and the descriptors are its own.
    let child = unsafe {
        process::spawn_with(|| {
            syscall!(DUP3, writing.as_raw_fd(), STDERR, 0)?;
            again(part)
        })
    }?;
    drop(writing);
    Ok((process::wait(child)?, fd::read(&reading, buffer)?))
}

pub(super) const PASSED: ChildStatus = ChildStatus::Exited(child::PASSED as i32);

pub fn arguments() -> Verdict {
    claim(in_child(c"arguments")? == PASSED)
}

pub fn auxiliary_vector() -> Verdict {
    claim(in_child(c"auxiliary vector")? == PASSED)
}

pub fn error() -> Verdict {
    claim(says(c"error", &mut [0; 512])? == (ChildStatus::Exited(1), b"Error: ENOENT\n"))
}

pub fn panic() -> Verdict {
    let mut buffer = [0; 512];
    let (status, said) = says(c"panic", &mut buffer)?;
    claim(status == ChildStatus::Exited(134))?;
    claim(said.starts_with(b"panicked at src/child.rs:") && said.ends_with(b":\non purpose\n"))
}

pub fn output() -> Verdict {
    let (reading, writing) = pipe()?;
    let mut buffer = [0; 1024];
    fdprintln!(&writing, "{:>5}|{:#x}|{}|{:?}", -3, u64::MAX, "text", Errno::ENOENT)?;
    claim(fd::read(&reading, &mut buffer)? == b"   -3|0xffffffffffffffff|text|ENOENT\n")?;

    // More than is gathered on the stack.
    fdprintln!(&writing, "{:600}|", 7)?;
    let line = fd::read(&reading, &mut buffer)?;
    claim(line.len() == 602 && line.iter().filter(|byte| **byte == b' ').count() == 599 && line.ends_with(b"7|\n"))
}

pub fn file() -> Verdict {
    let mut buffer = [0; 64];
    claim(read_file("/proc/sys/kernel/ostype", &mut buffer)? == b"Linux\n")?;
    claim(read_file("/proc/sys/kernel/ostype", &mut [0; 6])? == b"Linux\n")?;
    claim(read_file("/proc/sys/kernel/ostype", &mut [0; 5]) == Err(Errno::EFBIG))?;
    claim(read_file("missing", &mut buffer) == Err(Errno::ENOENT))?;
    claim(read_file(".", &mut buffer) == Err(Errno::EISDIR))
}

const LENGTH: usize = 80;

/// The functions that the compiler calls, at every alignment.
pub fn memory() -> Verdict {
    for (from, to) in (0..8).flat_map(|from| (0..8).map(move |to| (from, to))) {
        for length in 0..LENGTH - 8 {
            functions(from, to, black_box(length))?;
        }
    }
    Ok(())
}

/// What they have done is looked at byte by byte.
fn functions(from: usize, to: usize, length: usize) -> Verdict {
    let source: [u8; LENGTH] = core::array::from_fn(|index| index as u8 + 1);
    let (from, to) = (from..from + length, to..to + length);
    let is_kept = |bytes: &[u8; LENGTH], before: &[u8; LENGTH]| {
        (0..LENGTH).all(|index| to.contains(&index) || bytes[index] == before[index])
    };

    let mut copy = [0; LENGTH];
    copy[to.clone()].copy_from_slice(&source[from.clone()]);
    claim(copy[to.clone()].iter().eq(&source[from.clone()]) && is_kept(&copy, &[0; LENGTH]))?;
    claim(copy[to.clone()] == source[from.clone()])?;

    let mut moved = source;
    moved.copy_within(from.clone(), to.start);
    claim(moved[to.clone()].iter().eq(&source[from.clone()]) && is_kept(&moved, &source))?;

    let mut filled = source;
    filled[to.clone()].fill(black_box(0xa5));
    claim(filled[to.clone()].iter().all(|byte| *byte == 0xa5) && is_kept(&filled, &source))?;

    let Some(last) = copy[to.clone()].last_mut() else { return Ok(()) };
    *last = 0;
    claim(copy[to.clone()] != source[from.clone()])?;
    claim(copy[to.clone()].cmp(&source[from.clone()]) == Ordering::Less)?;
    claim(source[from.clone()].cmp(&copy[to]) == Ordering::Greater)
}

//! The calls themselves, and the ground: errors, descriptors, paths, time.

use crate::{Failure, claim};
use butter::errno::{Errno, ErrorKind};
use butter::fd::{self, AsRawFd, FromRawFd, OwnedFd};
use butter::inotify::{self, Mask};
use butter::time::{Clock, clock_gettime};
use butter::{Eventfd, Inotify, process, syscall};
use core::ffi::CStr;
use core::ptr;

const AT_FDCWD: i32 = -100;
const AT_EMPTY_PATH: i32 = 0x1000;
const O_RDWR: i32 = 2;
const O_CREAT: i32 = 0o100;

/// A file in the current directory, which is removed again.
fn file(name: &CStr) -> Result<OwnedFd, Errno> {
    // SAFETY: the kernel reads the path, and gives a new descriptor.
    unsafe {
        let fd = syscall!(OPENAT, AT_FDCWD, name.as_ptr(), O_RDWR | O_CREAT, 0o600)?;
        syscall!(UNLINKAT, AT_FDCWD, name.as_ptr(), 0)?;
        Ok(OwnedFd::from_raw_fd(fd as i32))
    }
}

/// Both ends: the one to read from first.
pub fn pipe() -> Result<(OwnedFd, OwnedFd), Errno> {
    let mut fds = [-1; 2];
    // SAFETY: the kernel writes two descriptors, which are new.
    unsafe {
        syscall!(PIPE2, fds.as_mut_ptr(), 0)?;
        Ok((OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1])))
    }
}

/// The kernel's `struct statx`, as far as it is looked at.
#[repr(C, align(8))]
struct Statx {
    stx_mask: u32,
    stx_blksize: u32,
    stx_attributes: u64,
    stx_nlink: u32,
    stx_uid: u32,
    stx_gid: u32,
    stx_mode: u16,
    __spare0: u16,
    stx_ino: u64,
    stx_size: u64,
    rest: [u64; 26],
}

const _: () = assert!(size_of::<Statx>() == 256);

fn statx(file: &OwnedFd, flags: i32) -> Result<Statx, Errno> {
    const BASIC_STATS: u32 = 0x7ff;
    // SAFETY: zeros will do for each of the fields.
    let mut statx: Statx = unsafe { core::mem::zeroed() };
    // SAFETY: the kernel reads the path and writes one `statx`.
    unsafe { syscall!(STATX, file.as_raw_fd(), c"".as_ptr(), flags, BASIC_STATS, &raw mut statx) }?;
    Ok(statx)
}

pub fn no_argument() -> Result<(), Failure> {
    // SAFETY: the call has no argument.
    let parent = unsafe { syscall!(GETPPID) }?;
    claim(parent as i32 == process::getppid().map_or(0, |pid| pid.number()))
}

pub fn one_argument() -> Result<(), Failure> {
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

pub fn two_arguments() -> Result<(), Failure> {
    let (reading, writing) = pipe()?;
    claim(fd::write(&writing, b"through")? == 7)?;
    let mut buffer = [0; 16];
    claim(fd::read(&reading, &mut buffer)? == b"through")?;
    // SAFETY: the kernel refuses to write to the null page.
    claim(unsafe { syscall!(PIPE2, ptr::null_mut::<i32>(), 0) } == Err(Errno::EFAULT))
}

pub fn three_arguments() -> Result<(), Failure> {
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

pub fn four_arguments() -> Result<(), Failure> {
    // SAFETY: the kernel reads the path.
    let missing = unsafe { syscall!(OPENAT, AT_FDCWD, c"missing".as_ptr(), O_RDWR, 0) };
    claim(missing == Err(Errno::ENOENT))?;
    // The mode is the fourth.
    claim(statx(&file(c"four")?, AT_EMPTY_PATH)?.stx_mode == 0o100600)
}

pub fn five_arguments() -> Result<(), Failure> {
    let file = file(c"five")?;
    claim(statx(&file, AT_EMPTY_PATH)?.stx_nlink == 0)?;
    claim(statx(&file, 0).map(|_| ()) == Err(Errno::ENOENT))
}

/// Maps a part of a file to read and write, shared.
///
/// # Safety
///
/// What is mapped is new memory; whoever gives it back no longer uses it.
unsafe fn map(length: usize, fd: i32, offset: usize) -> Result<usize, Errno> {
    const PROT_READ_WRITE: usize = 3;
    const MAP_SHARED: usize = 1;
    #[cfg(target_arch = "s390x")]
    // SAFETY: here the six arguments stand in memory. The kernel reads them.
    return unsafe { syscall!(MMAP, [0, length, PROT_READ_WRITE, MAP_SHARED, fd as usize, offset].as_ptr()) };
    #[cfg(not(target_arch = "s390x"))]
    // SAFETY: the caller's promise.
    return unsafe { syscall!(MMAP, 0_usize, length, PROT_READ_WRITE, MAP_SHARED, fd, offset) };
}

pub fn six_arguments() -> Result<(), Failure> {
    const PAGE: usize = 65536; // The size of a page is at most that, and divides it.
    let file = file(c"six")?;
    // SAFETY: the kernel maps new memory, which is given back after its last use.
    unsafe {
        for _ in 0..2 {
            claim(fd::write(&file, &[b'-'; PAGE])? == PAGE)?;
        }
        claim(fd::write(&file, b"second page")? == 11)?;
        let memory = map(PAGE, file.as_raw_fd(), 2 * PAGE)?;
        let page: *mut u8 = ptr::with_exposed_provenance_mut(memory);
        claim(core::slice::from_raw_parts(page, 11) == b"second page")?;
        page.write(b'S');
        claim(syscall!(MUNMAP, page, PAGE) == Ok(0))?;

        let failed = map(0, file.as_raw_fd(), 0);
        claim(failed == Err(Errno::EINVAL))?;
        let failed = map(PAGE, -1, 0);
        claim(failed == Err(Errno::EBADF))
    }
}

pub fn errnos() -> Result<(), Failure> {
    let (reading, _writing) = pipe()?;
    let watch = |path: &CStr, mask| Inotify::new()?.add_watch(path, mask).map(|_| ());
    // SAFETY: the kernel reads the paths.
    unsafe {
        syscall!(SYMLINKAT, c"loop".as_ptr(), AT_FDCWD, c"loop".as_ptr())?;
        let looped = watch(c"loop", Mask::CREATE);
        let exists = syscall!(SYMLINKAT, c"loop".as_ptr(), AT_FDCWD, c"loop".as_ptr());
        syscall!(UNLINKAT, AT_FDCWD, c"loop".as_ptr(), 0)?;
        claim(looped == Err(Errno::ELOOP))?;
        claim(exists == Err(Errno::EEXIST))?;
        claim(syscall!(SHUTDOWN, reading.as_raw_fd(), 0) == Err(Errno::ENOTSOCK))?;
        claim(syscall!(LSEEK, reading.as_raw_fd(), 0, 0) == Err(Errno::ESPIPE))?;
        claim(butter::arch::syscall0(9999).result() == Err(Errno::ENOSYS))?;
    }
    claim(watch(c"/dev/null", Mask::CREATE | Mask::ONLYDIR) == Err(Errno::ENOTDIR))?;
    claim(watch(c"missing", Mask::CREATE) == Err(Errno::ENOENT))?;
    claim(Errno::ENOENT.kind() == ErrorKind::NotFound)?;
    claim(Errno::EAGAIN.kind() == ErrorKind::WouldBlock)
}

pub fn descriptors() -> Result<(), Failure> {
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

pub fn paths() -> Result<(), Failure> {
    let inotify = Inotify::new()?;
    let wd = inotify.add_watch(c".", Mask::CREATE)?;
    claim(inotify.add_watch(".", Mask::CREATE)? == wd)?;
    claim(inotify.add_watch(b".".as_slice(), Mask::CREATE)? == wd)?;
    claim(inotify.add_watch("a\0b", Mask::CREATE) == Err(Errno::EINVAL))?;
    claim(inotify.add_watch("", Mask::CREATE) == Err(Errno::ENOENT))?;
    claim(inotify.add_watch([b'x'; 256].as_slice(), Mask::CREATE) == Err(Errno::ENAMETOOLONG))?;
    claim(inotify::add_watch(&inotify, [b'/'; 5000].as_slice(), Mask::CREATE) == Err(Errno::ENAMETOOLONG))
}

pub fn clocks() -> Result<(), Failure> {
    let before = clock_gettime(Clock::MONOTONIC)?;
    claim((0..1_000_000_000).contains(&before.nsec) && before.sec >= 0)?;
    claim(clock_gettime(Clock::MONOTONIC)? >= before)?;
    // After this was written.
    claim(clock_gettime(Clock::REALTIME)?.sec > 1_700_000_000)?;
    claim(clock_gettime(Clock::from_number(999)) == Err(Errno::EINVAL))
}

pub fn processes() -> Result<(), Failure> {
    claim(process::getpid() == process::gettid())?;
    claim(process::getppid() != Some(process::getpid()))
}
